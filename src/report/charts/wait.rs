//! How long runs wait: for each variant, the share of runs that started within a wait, on a logarithmic axis that
//! keeps a place for runs that did not wait at all. And the same of how long requests take.

use super::super::numbers::Shown;
use super::axis::{self, Linear};
use super::curves::{Curve, choose, curves, drawn, legend_lines, looks};
use super::frame::{self, LABEL, MARGIN};
use super::palette::{
    AXIS, GRID, INK, LIMIT, LIMITS, MUTED, PAPER, STRONG_GRID, Stroke, VARIANTS, VariantLook,
};
use super::scene::{Anchor, Area, Point, Scene, Text, WIDTH};
use super::wait_input::WaitInput;
use super::waitscale::WaitScale;
use super::work::{WaitWords, Work};
use super::{Chart, font};
use crate::stats::Estimate;

const PLOT_HEIGHT: f64 = 330.0;

/// Draws the waits of each variant; `None` where none is known.
pub fn draw(input: &WaitInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

/// Between the lines of the legend.
const LINE: f64 = 21.0;

pub(super) fn scene(input: &WaitInput) -> Option<Scene> {
    let all = curves(input);
    if all.is_empty() {
        return None;
    }
    let words = input.of.wait_words();
    let (shown, remark) = choose(&all, input.of);
    let drawn = drawn(&shown);
    let shown: Vec<&Curve<'_>> = drawn.iter().collect();
    let mut scene = Scene::new(words.name, words.title, 0.0);
    let things = words.things;
    let basis = match input.study.replications {
        0 | 1 => format!("{things} of 1 replication"),
        many => format!("{things} of {many} replications together"),
    };
    let bold = if shown.iter().any(|curve| curve.is_baseline) && input.curves.len() > 1 {
        "baseline in bold"
    } else {
        ""
    };
    let top = frame::heading(&mut scene, &input.study.subtitle(&basis, &[bold, &remark]));
    let top = top + if input.limits.is_empty() { 10.0 } else { 28.0 };
    let entries: Vec<Vec<String>> = shown.iter().map(|curve| legend_lines(curve)).collect();
    let widest = entries
        .iter()
        .flatten()
        .map(|name| font::width(name, LABEL, true))
        .fold(40.0, f64::max);
    // Short names stand beside the curves, long ones in two columns below the axis.
    let is_beside = widest <= 170.0;
    let column = WIDTH - MARGIN - widest - SAMPLE - 8.0;
    let right = if is_beside {
        column - 18.0
    } else {
        WIDTH - MARGIN - 14.0
    };
    let plot = Area::new(MARGIN + 56.0, top, right, top + PLOT_HEIGHT);
    let x = wait_scale(&shown, &input.limits, plot);
    let y = Linear {
        values: (0.0, 1.0),
        places: (plot.bottom, plot.top),
    };
    axes(&mut scene, plot, &x, y, &words);
    scene.height = plot.bottom + 54.0;
    let looks = looks(&shown);
    let lines: usize = entries.iter().map(Vec::len).sum();
    let mut line = 0;
    let first = scene.marks.len();
    for (index, (curve, names)) in (0_u8..).zip(shown.iter().zip(&entries)) {
        let look = &VARIANTS[looks[usize::from(index)]];
        let turn = (f64::from(index), shown.len().max(8) as f64);
        let from = scene.marks.len();
        draw_curve(&mut scene, curve, look, (&x, y), turn);
        for (number, name) in names.iter().enumerate() {
            let at = if is_beside {
                (column, plot.top + 10.0 + LINE * line as f64)
            } else {
                let half = lines.div_ceil(2);
                let row = plot.bottom + 62.0 + LINE * (line % half) as f64;
                scene.height = scene.height.max(row + 22.0);
                (MARGIN + 382.0 * (line / half) as f64, row)
            };
            let sample = (number == 0).then_some(look);
            legend_entry(&mut scene, name, (curve.is_baseline, sample), at);
            line += 1;
        }
        scene.of_variants(from, &curve.names, String::new());
    }
    scene.group(first, read_along(plot, &x), String::new());
    draw_limits(&mut scene, &input.limits, &x, plot);
    scene.description = describe(&all, input);
    Some(scene)
}

/// How a page finds the time and the shares at a place of the plot.
fn read_along(plot: Area, x: &WaitScale) -> [(&'static str, String); 2] {
    [
        ("data-plot", plot.attribute()),
        ("data-waits", x.attribute()),
    ]
}

/// Lines of limits through the plot, their names above it.
fn draw_limits(scene: &mut Scene, limits: &[(f64, &str)], x: &WaitScale, plot: Area) {
    let mut free_from = f64::NEG_INFINITY;
    for (limit, what) in limits {
        let place = x.place(*limit);
        scene.line(&[(place, plot.top - 4.0), (place, plot.bottom)], LIMITS);
        let words = format!("{what} {}", axis::duration(*limit));
        let name = Text::new(&words, (place, plot.top - 12.0), LABEL).colored(LIMIT);
        let name = name.anchored(Anchor::Middle);
        if name.bounds().left > free_from {
            free_from = name.bounds().right + 6.0;
            scene.text(name);
        }
    }
}

/// A scale from where the curves begin to rise to where the last one ends.
fn wait_scale(shown: &[&Curve<'_>], limits: &[(f64, &str)], plot: Area) -> WaitScale {
    const STARTS: [f64; 8] = [0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0];
    let is_flat_until = |wait: &f64| {
        shown
            .iter()
            .all(|curve| curve.share(*wait) - curve.share(0.0) <= 0.02)
    };
    let low = STARTS
        .into_iter()
        .rev()
        .find(is_flat_until)
        .unwrap_or(STARTS[0]);
    let ends = shown
        .iter()
        .filter_map(|curve| curve.quantile(curve.last_share()));
    let longest = ends
        .chain(limits.iter().map(|limit| limit.0))
        .fold(0.0, f64::max);
    // Without any wait the axis still needs an extent: a usual one.
    let (low, high) = if longest > 0.0 {
        (low, longest)
    } else {
        (1.0, 3600.0)
    };
    // Where every run waited, zero needs no place apart.
    let is_zero_apart = longest <= 0.0 || shown.iter().any(|curve| curve.share(0.0) > 0.0);
    let from = plot.left + if is_zero_apart { 34.0 } else { 0.0 };
    WaitScale::log(low, high, plot.left, (from, plot.right))
}

fn axes(scene: &mut Scene, plot: Area, x: &WaitScale, y: Linear, words: &WaitWords) {
    for percent in [0.0, 25.0, 50.0, 75.0, 95.0, 100.0] {
        let at = y.place(percent / 100.0);
        let color = if percent > 90.0 && percent < 99.0 {
            STRONG_GRID
        } else {
            GRID
        };
        scene.line(
            &[(plot.left, at), (plot.right, at)],
            Stroke::solid(color, 1.0),
        );
        let label = Text::new(&format!("{percent} %"), (plot.left - 8.0, at), LABEL);
        scene.text(label.anchored(Anchor::End).colored(MUTED));
    }
    let mut free_from = f64::NEG_INFINITY;
    for tick in x.ticks() {
        if tick.is_major {
            scene.line(
                &[(tick.place, plot.top), (tick.place, plot.bottom)],
                Stroke::solid(GRID, 1.0),
            );
        }
        scene.line(
            &[(tick.place, plot.bottom), (tick.place, plot.bottom + 4.0)],
            Stroke::solid(AXIS, 1.0),
        );
        let label = Text::new(&tick.label, (tick.place, plot.bottom + 14.0), LABEL);
        let label = label.anchored(Anchor::Middle).colored(MUTED);
        let bounds = label.bounds();
        if bounds.left > free_from && bounds.right < WIDTH - 2.0 {
            free_from = bounds.right + 6.0;
            scene.text(label);
        }
    }
    scene.line(
        &[(plot.left, plot.bottom), (plot.right, plot.bottom)],
        Stroke::solid(AXIS, 1.0),
    );
    scene.line(
        &[(plot.left, plot.top), (plot.left, plot.bottom)],
        Stroke::solid(AXIS, 1.0),
    );
    if x.has_zero_apart() {
        break_marks(scene, plot.left + 17.0, plot.bottom);
    }
    let title = format!("{}{}", words.axis, x.remark());
    let middle = plot.middle();
    frame::across_title(scene, &title, (middle.0, plot.bottom + 35.0));
    frame::upward_title(scene, words.share, (MARGIN + 4.0, middle.1));
}

/// Two strokes through an axis where it is not continuous.
fn break_marks(scene: &mut Scene, x: f64, y: f64) {
    scene.rect(Area::new(x - 2.5, y - 2.0, x + 2.5, y + 2.0), PAPER);
    for shift in [-2.5, 2.5] {
        let stroke = Stroke::solid(AXIS, 1.0);
        scene.line(
            &[(x + shift - 2.0, y + 5.0), (x + shift + 2.0, y - 5.0)],
            stroke,
        );
    }
}

fn draw_curve(
    scene: &mut Scene,
    curve: &Curve<'_>,
    look: &VariantLook,
    (x, y): (&WaitScale, Linear),
    (position, count): (f64, f64),
) {
    let path = decimated(curve, x, y);
    let stroke = Stroke {
        color: look.color,
        width: 2.0,
        dash: look.dash,
    };
    scene.line(&path, stroke);
    // Symbols at places that differ from curve to curve, so that none hides another.
    let WaitScale::Log { zero, from, to, .. } = *x else {
        return;
    };
    let mut places: Vec<f64> = x.has_zero_apart().then_some(zero).into_iter().collect();
    let mut place = from + 12.0 + position * 13.0;
    while place < to {
        places.push(place);
        place += 13.0 * count;
    }
    for place in places {
        if let Some(height) = height_at(&path, place) {
            scene.symbol((place, height), look.symbol, 3.6, look.color, false);
        }
    }
}

/// The curve as places: at most two a unit, from its share at zero to the right edge.
fn decimated(curve: &Curve<'_>, x: &WaitScale, y: Linear) -> Vec<Point> {
    let WaitScale::Log {
        low,
        high,
        zero,
        from,
        to,
    } = *x
    else {
        return Vec::new();
    };
    let mut path = vec![
        (zero, y.place(curve.share(0.0))),
        (from, y.place(curve.share(low))),
    ];
    let mut last_kept = from;
    let inner = curve
        .points
        .iter()
        .filter(|point| point.0 > low && point.0 < high);
    let mut pending: Option<Point> = None;
    for &(wait, share) in inner {
        let at = (x.place(wait), y.place(share));
        if at.0 - last_kept >= 0.5 {
            path.extend(pending.take());
            path.push(at);
            last_kept = at.0;
        } else {
            // The last of the points that share a place shows how high the curve rises there.
            pending = Some(at);
        }
    }
    path.extend(pending);
    path.push((to, y.place(curve.share(high))));
    path
}

fn height_at(path: &[Point], place: f64) -> Option<f64> {
    let after = path.partition_point(|point| point.0 < place);
    let (to, from) = (path.get(after)?, path[after.saturating_sub(1)]);
    let across = to.0 - from.0;
    let share = if across > 0.0 {
        (place - from.0) / across
    } else {
        1.0
    };
    Some(from.1 + (to.1 - from.1) * share)
}

/// Length of a legend's sample of a line: both sides of its symbol show the whole pattern.
const SAMPLE: f64 = 52.0;

/// A name in the legend, after a sample of its curve where it is the first of its names.
fn legend_entry(
    scene: &mut Scene,
    name: &str,
    (is_bold, sample): (bool, Option<&VariantLook>),
    (x, y): Point,
) {
    if let Some(look) = sample {
        let stroke = Stroke {
            color: look.color,
            width: 2.0,
            dash: look.dash,
        };
        scene.line(&[(x, y), (x + SAMPLE, y)], stroke);
        scene.symbol((x + SAMPLE / 2.0, y), look.symbol, 3.6, look.color, false);
    }
    let text = Text::new(name, (x + SAMPLE + 8.0, y), LABEL).colored(INK);
    scene.text(text.bold_if(is_bold && sample.is_some()));
}

fn describe(all: &[Curve<'_>], input: &WaitInput) -> String {
    let count = all.iter().map(|curve| curve.names.len()).sum();
    let times = input.of.wait_words().times;
    let count = frame::counted(count, "variant");
    let what = format!("Cumulative distributions of {times} for {count}.");
    let sentences = all.iter().take(12).map(|curve| {
        let name = curve.names.join(" = ");
        if input.of == Work::Requests {
            let p95 = axis::duration(curve.quantile(0.95).unwrap_or(f64::INFINITY));
            return format!("{name}: 95 % took at most {p95}.");
        }
        let none = Shown::percent(Estimate::alone(curve.share(0.0)));
        let most = match curve.quantile(0.95) {
            Some(wait) if wait <= 0.0 => String::new(),
            Some(wait) => format!(", 95 % waited at most {}", axis::duration(wait)),
            None => ", fewer than 95 % started".to_owned(),
        };
        format!("{name}: {} % of runs did not wait{most}.", none.mean)
    });
    let limits = input.limits.iter();
    let limits = limits.map(|(limit, what)| format!("{what}: {}.", axis::duration(*limit)));
    std::iter::once(what)
        .chain(sentences)
        .chain(limits)
        .collect::<Vec<String>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::wait_input::WaitCurve;
    use super::*;

    #[test]
    fn equal_curves_are_one_with_all_their_names() {
        let curve = |name: &str, look, share| WaitCurve {
            name: name.to_owned(),
            look,
            points: vec![(1.0, share), (60.0, 1.0)],
        };
        let input = WaitInput {
            curves: vec![curve("a", 1, 0.5), curve("b", 2, 0.25), curve("c", 0, 0.5)],
            baseline: Some(2),
            ..WaitInput::default()
        };
        let all = curves(&input);
        assert_eq!(all.len(), 2);
        assert_eq!(legend_lines(&all[0]), ["c", "= a"]);
        assert!(all[0].is_baseline && all[0].look == 0);
        let scene = scene(&input).expect("runs waited");
        assert!(scene.description.contains("for 3 variants. c = a: "));
    }

    #[test]
    fn curves_that_hide_each_other_are_one_in_the_legend() {
        let legend = |wait: f64, share: f64| {
            let curve = |name: &str, wait, share| WaitCurve {
                name: name.to_owned(),
                points: vec![(0.0, 0.2), (wait, share), (3600.0, 1.0)],
                ..WaitCurve::default()
            };
            let input = WaitInput {
                curves: vec![curve("a", 60.0, 0.5), curve("b", wait, share)],
                ..WaitInput::default()
            };
            let scene = scene(&input).expect("runs waited");
            assert!(scene.description.contains(" b: "), "{}", scene.description);
            scene.texts().any(|text| text.words == "= b")
        };
        assert!(legend(60.0, 0.501) && legend(60.3, 0.5));
        assert!(!legend(60.0, 0.505) && !legend(63.0, 0.5));
    }

    #[test]
    fn the_description_says_who_did_not_wait() {
        let described = |points: &[(f64, f64)]| {
            let curve = WaitCurve {
                name: "a".to_owned(),
                points: points.to_vec(),
                ..WaitCurve::default()
            };
            let input = WaitInput {
                curves: vec![curve],
                ..WaitInput::default()
            };
            let words = scene(&input).expect("runs waited").description;
            words
                .split_once("variant. ")
                .expect("one variant")
                .1
                .to_owned()
        };
        let nearly_all = described(&[(0.0, 0.998), (60.0, 1.0)]);
        assert_eq!(nearly_all, "a: 99.8 % of runs did not wait.");
        let half = described(&[(0.0, 0.5), (60.0, 1.0)]);
        assert!(half.starts_with("a: 50 % of runs did not wait, 95 % waited at most "));
    }

    #[test]
    fn a_limit_is_drawn_and_named_above_the_plot() {
        let mut input = WaitInput {
            of: Work::Requests,
            curves: vec![WaitCurve {
                points: vec![(0.1, 0.5), (0.2, 1.0)],
                ..WaitCurve::default()
            }],
            ..WaitInput::default()
        };
        let words = |input: &WaitInput| -> Vec<String> {
            let scene = scene(input).expect("requests were served");
            scene.texts().map(|text| text.words.clone()).collect()
        };
        assert!(!words(&input).iter().any(|text| text.starts_with("SLO")));
        input.limits = vec![(0.5, "SLO")];
        assert!(words(&input).contains(&"SLO 500 ms".to_owned()));
    }
}
