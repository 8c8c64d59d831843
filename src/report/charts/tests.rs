//! What holds for every chart of the gallery. `CHARTS_OUT=folder cargo test charts` also writes them there to look at.

use super::scene::{Area, Mark, Scene, WIDTH};
use super::{Chart, causes, cost, draw, nodes, palette, tradeoff, vector, wait};
use super::{gallery, gallery_inputs, gallery_points};
use crate::study_results::Counts;

#[test]
fn every_text_is_inside_the_picture() {
    for (name, scene) in gallery::scenes() {
        let picture = Area::new(0.0, 0.0, WIDTH, scene.height);
        for text in scene.texts() {
            let bounds = text.bounds();
            assert!(
                picture.contains(&bounds),
                "{name}: `{}` at {bounds:?}",
                text.words
            );
        }
    }
}

#[test]
fn no_text_covers_another() {
    for (name, scene) in gallery::scenes() {
        let texts: Vec<_> = scene
            .texts()
            .map(|text| (&text.words, text.bounds()))
            .collect();
        for (index, (text, bounds)) in texts.iter().enumerate() {
            for (other, others) in &texts[index + 1..] {
                // Bounds include accents and descenders, which neighboring lines may share.
                let covered = bounds.shared(others) / bounds.height().max(1.0);
                assert!(covered < 2.0, "{name}: `{text}` and `{other}`");
            }
        }
    }
}

#[test]
fn svg_is_well_formed_and_holds_its_texts() {
    for (name, scene) in gallery::scenes() {
        let svg = vector::svg(&scene);
        assert_well_formed(name, &svg);
        assert!(
            svg.contains("role=\"img\"") && svg.contains("<desc id="),
            "{name}"
        );
        let head = &svg[..svg.find('>').expect("a document has a first tag")];
        assert!(!head.contains(" width="), "{name}: {head}");
        let named_by = head.split_once("aria-labelledby=\"");
        let ids = named_by.and_then(|(_, rest)| rest.split('"').next());
        let ids: Vec<&str> = ids.expect("it has a name").split(' ').collect();
        let has = |id: &&str| svg.contains(&format!(" id=\"{id}\">"));
        assert!(ids.len() == 2 && ids.iter().all(has), "{name}: {head}");
    }
    let chart = cost::draw(&gallery_inputs::cost_of(4, 30));
    let svg = chart.expect("variants cost something").svg;
    for expected in [
        "scale-to-zero",
        "always-on",
        "cost (USD over 28 days)",
        "idle, kept by min_nodes",
        "cheapest variant first",
        "burst",
    ] {
        assert!(svg.contains(expected), "{expected}");
    }
}

/// Tags are closed in order, attributes quoted, and no character is outside what XML allows.
fn assert_well_formed(name: &str, svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        assert!(
            !rest[..start].contains('>'),
            "{name}: stray > in {}",
            &rest[..start]
        );
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        assert!(tag.matches('"').count().is_multiple_of(2), "{name}: {tag}");
        if let Some(closing) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closing), "{name}");
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap_or(tag));
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{name}: {open:?}");
    assert!(!svg.chars().any(|c| c.is_control() && c != '\n'), "{name}");
    for (place, _) in svg.match_indices('&') {
        let entity = svg[place..].split(';').next().unwrap_or_default();
        assert!(
            ["&lt", "&gt", "&amp", "&quot", "&apos"].contains(&entity),
            "{name}: {entity}"
        );
    }
}

#[test]
fn png_is_1600_wide_and_not_blank() {
    let chart = tradeoff::draw(&gallery_points::tradeoff_of(4, 30));
    let png = chart.expect("there are four points").png;
    let mut decoder = png::Decoder::new(png.as_slice());
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("the file has a header");
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).expect("the file has pixels");
    assert_eq!(info.width, 1600);
    let dark = pixels
        .chunks(3)
        .filter(|pixel| pixel.iter().all(|&value| value < 90))
        .count();
    assert!(dark > 2000, "{dark}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let all = || -> Vec<Chart> {
        vec![
            cost::draw(&gallery_inputs::cost_of(4, 30)),
            causes::draw(&gallery_inputs::causes_of(4, 30)),
            wait::draw(&gallery_inputs::wait_of(4)),
            nodes::draw(&gallery_inputs::nodes_of(2, 400, 1.0, None)),
            tradeoff::draw(&gallery_points::tradeoff_of(4, 30)),
        ]
        .into_iter()
        .map(|chart| chart.expect("there is something to show"))
        .collect()
    };
    assert!(all() == all());
}

#[test]
fn every_scene_draws_without_panic() {
    let folder = std::env::var_os("CHARTS_OUT").map(std::path::PathBuf::from);
    for (name, scene) in gallery::scenes() {
        let (svg, png) = (vector::svg(&scene), draw::png(&scene));
        assert!(!svg.is_empty() && !png.is_empty(), "{name}");
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{name}.svg")), svg).expect("the folder exists");
            std::fs::write(folder.join(format!("{name}.png")), png).expect("the folder exists");
        }
    }
}

/// Whether the texts of a chart have these words.
fn says(scene: &Scene, what: &str) -> bool {
    let all: Vec<&str> = scene.texts().map(|text| text.words.as_str()).collect();
    all.join(" ").contains(what)
}

#[test]
fn legends_name_only_what_is_drawn() {
    let scenes = gallery::scenes();
    let named = |chart: &str, what: &str| {
        let scene = scenes.iter().find(|(name, _)| *name == chart);
        says(&scene.expect("a scene of the gallery").1, what)
    };
    for state in ["busy", "idle", "provisioning", "leaving", "runs waiting"] {
        assert!(named("nodes-1", state), "{state}");
        let drawn = !["idle", "leaving"].contains(&state);
        assert_eq!(named("nodes-staying", state), drawn, "{state}");
    }
    for cause in ["image build", "provisioning", "quota", "capacity", "setup"] {
        assert!(named("causes-4", cause), "{cause}");
        // The first variant needs no image and no quota.
        let drawn = !["image build", "quota"].contains(&cause);
        assert_eq!(named("causes-1", cause), drawn, "{cause}");
    }
}

#[test]
fn a_week_of_means_shows_the_day_of_the_peak() {
    let start = Some("2024-01-01T00:00:00[Europe/Berlin]");
    let of = |start| nodes::scene(&gallery_inputs::nodes_of(3, 8000, 30.0, start));
    let scene = of(start).expect("levels");
    assert!(says(&scene, "peak day of the baseline ("), "no peak day");
    assert!(says(&scene, " Jan 2024), means by hour"), "no date");
    assert!(says(
        &of(None).expect("levels"),
        "peak day of the baseline (day "
    ));
    let lines = |scene: &Scene| {
        let lines = scene.marks.iter();
        lines
            .filter(
                |mark| matches!(mark, Mark::Line { stroke, .. } if *stroke == palette::PEAK_DAY),
            )
            .count()
    };
    // One in the legend, two in each panel.
    assert_eq!(lines(&scene), 7);
    let short = nodes::scene(&gallery_inputs::nodes_of(1, 300, 1.0, start));
    assert_eq!(lines(&short.expect("levels")), 0);
}

#[test]
fn what_is_highest_of_means_is_called_a_mean() {
    let mut input = gallery_inputs::nodes_of(2, 8000, 60.0, None);
    let exact = nodes::scene(&input).expect("levels");
    assert!(says(&exact, "highest in any week") && !says(&exact, "recorded"));
    assert!(exact.description.contains("scale-to-zero: peak of "));
    input.panels[0].averaged_s = Some(512.0);
    let means = nodes::scene(&input).expect("levels");
    let over = "means over 8 min 32 s";
    assert!(says(&means, &format!("recorded as {over}")));
    assert!(says(&means, &format!("highest of the {over} in any week")));
    for name in ["scale-to-zero", "one-warm-node"] {
        let said = format!("{name}: highest {over}: ");
        assert!(means.description.contains(&said), "{}", means.description);
    }
    assert!(!means.description.contains("peak of"));
}

#[test]
fn quotas_of_different_units_have_axes_of_their_own() {
    let quotas = |second: Counts| {
        let mut input = gallery_inputs::nodes_of(2, 300, 1.0, None);
        input.of = nodes::Counted::Quotas;
        for (panel, counts) in input.panels.iter_mut().zip([Counts::Vcpus, second]) {
            panel.variant = 0;
            panel.counts = Some(counts);
        }
        for level in &mut input.panels[0].levels {
            level.occupied *= 100.0;
        }
        nodes::scene(&input).expect("levels")
    };
    let both = quotas(Counts::Gpus);
    for said in ["Use of each quota", "vCPUs", "GPUs", "panels of one unit"] {
        assert!(says(&both, said), "{said}");
    }
    // GPUs are not flattened by a hundred times as many vCPUs.
    let thousands = |scene: &Scene| scene.texts().filter(|text| text.words == "1,000").count();
    assert_eq!(thousands(&both), 1);
    let one = quotas(Counts::Vcpus);
    assert!(says(&one, "vCPUs in use against the quota"));
    assert_eq!(thousands(&one), 2);
}

#[test]
fn crowded_charts_say_what_they_leave_out() {
    let says = |scene: Option<Scene>, what| says(&scene.expect("there is something"), what);
    let cost = |count, replications| cost::scene(&gallery_inputs::cost_of(count, replications));
    assert!(says(cost(200, 30), "40 of 200 variants"));
    assert!(says(cost(4, 1), "1 replication: no intervals"));
    let causes = causes::scene(&gallery_inputs::causes_of(200, 30));
    assert!(says(causes, "40 of 200 variants"));
    assert!(says(
        wait::scene(&gallery_inputs::wait_of(200)),
        "12 of 200 variants"
    ));
    let nodes = nodes::scene(&gallery_inputs::nodes_of(40, 90, 1.0, None));
    assert!(says(nodes, "12 of 40 variants"));
    let sums = nodes::scene(&gallery_inputs::two_targets(8));
    assert!(says(sums, "variant-7: all 2 targets together"));
    let crowded = tradeoff::scene(&gallery_points::tradeoff_of(200, 30));
    assert!(says(crowded, "names and bars only along the steps"));
}

#[test]
fn what_shows_nothing_is_not_drawn() {
    let mut undrawn = gallery::all();
    undrawn.retain(|(_, scene)| scene.is_none());
    let undrawn: Vec<&str> = undrawn.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        undrawn,
        [
            "cost-zero",
            "cost-nothing",
            "wait-nothing",
            "nodes-none",
            "nodes-none-peak",
            "nodes-nothing",
            "tornado-nothing",
            "sweep-2",
            "tradeoff-1",
            "keys-nothing",
            "tradeoff-nothing"
        ]
    );
}

#[test]
fn one_variant_is_singular() {
    for (name, scene) in gallery::scenes() {
        let words = &scene.description;
        assert!(
            !words.is_empty() && !words.contains(" 1 variants"),
            "{name}: {words}"
        );
    }
}

#[test]
fn many_changes_stay_small() {
    let chart = nodes::draw(&gallery_inputs::nodes_of(6, 50_000, 7.0, None));
    let svg = chart.expect("there are levels").svg;
    assert!(svg.len() < 1_000_000, "{}", svg.len());
}

/// Which pixels texts may cover.
fn text_pixels(scene: &Scene, (width, height): (u32, u32)) -> Vec<bool> {
    let scale = f64::from(width) / WIDTH;
    let bounds: Vec<Area> = scene.texts().map(|text| text.bounds().grown(3.0)).collect();
    let mut found = Vec::new();
    for row in 0..height {
        let y = f64::from(row) / scale;
        let in_row: Vec<&Area> = bounds
            .iter()
            .filter(|area| (area.top..=area.bottom).contains(&y))
            .collect();
        found.extend((0..width).map(|column| {
            let x = f64::from(column) / scale;
            in_row
                .iter()
                .any(|area| (area.left..=area.right).contains(&x))
        }));
    }
    found
}

/// The share of pixels of a chart that its two files draw differently, by a renderer that knows neither; texts aside, for
/// which the renderer has no font.
fn share_that_differs(scene: &Scene) -> f64 {
    let (svg, png) = (vector::svg(scene), draw::png(scene));
    let mut decoder = png::Decoder::new(png.as_slice());
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("the file has a header");
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).expect("the file has pixels");
    let tree = resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default());
    let tree = tree.expect("it is an SVG document");
    let mut drawn = resvg::tiny_skia::Pixmap::new(info.width, info.height).expect("it has a size");
    let width = u16::try_from(info.width).expect("charts are 1,600 wide");
    let scale = f32::from(width) / tree.size().width();
    let transform = resvg::tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(&tree, transform, &mut drawn.as_mut());
    let is_text = text_pixels(scene, (info.width, info.height));
    let (mut compared, mut differing) = (0_u32, 0_u32);
    for ((ours, theirs), is_text) in pixels.chunks(3).zip(drawn.data().chunks(4)).zip(is_text) {
        if is_text {
            continue;
        }
        compared += 1;
        let is_far = ours
            .iter()
            .zip(theirs)
            .any(|(one, other)| one.abs_diff(*other) > 64);
        differing += u32::from(is_far);
    }
    assert!(
        compared > info.width * info.height / 2,
        "most of it is no text"
    );
    f64::from(differing) / f64::from(compared)
}

#[test]
fn svg_and_png_show_the_same() {
    for (name, scene) in gallery::scenes() {
        let share = share_that_differs(&scene);
        assert!(
            share < 0.01,
            "{name}: {:.2} % of the pixels differ",
            share * 100.0
        );
    }
}
