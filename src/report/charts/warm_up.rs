//! Mean waits over time from an empty start, with where they have settled.

use super::axis::Linear;
use super::frame::{self, LABEL, MARGIN, Sample};
use super::palette::{AXIS, GRID, INK, LEAVING, LIMITS, MUTED, SHADE, STRONG_GRID, Stroke, WORK};
use super::scene::{Anchor, Area, Point, Scene, Text, WIDTH};
use super::timeaxis::{self, TimeTick};
use super::waitscale::WaitScale;
use super::{Chart, Study, font};

/// Where the waits of a panel have settled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settles {
    /// Truncation point, in seconds since the start.
    pub at_s: f64,
    /// The warm-up to write, in seconds.
    pub warm_up_s: f64,
    /// Mean wait behind it, in seconds.
    pub wait_s: f64,
}

/// What is known of a target of a variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WarmUpPanel {
    /// Its name.
    pub name: String,
    /// What was found, in words.
    pub remark: String,
    /// Batch means: seconds since the start, and mean waits in seconds.
    pub means: Vec<(f64, f64)>,
    /// Their moving mean, likewise.
    pub moving: Vec<(f64, f64)>,
    /// Where they have settled, if they have.
    pub settles: Option<Settles>,
}

/// What the chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WarmUpInput {
    /// Where the figures come from.
    pub study: Study,
    /// Where the axis of time ends, in seconds.
    pub horizon_s: f64,
    /// A plot for each.
    pub panels: Vec<WarmUpPanel>,
}

/// Plots at most.
const MOST: usize = 8;
const PLOT_HEIGHT: f64 = 130.0;
/// What a plot has above it and below it.
const ABOVE: f64 = 24.0;
const BELOW: f64 = 20.0;
/// Room for the labels of waits and their title.
const LABELS: f64 = 84.0;
/// Batch means above this many times the highest moving mean are cut off.
const ABOVE_MOVING: f64 = 1.5;

const MEANS: Stroke = Stroke {
    color: LEAVING,
    width: 1.0,
    dash: &[],
};
const MOVING: Stroke = Stroke {
    color: INK,
    width: 1.8,
    dash: &[],
};
const SETTLED: Stroke = Stroke {
    color: WORK,
    width: 1.5,
    dash: &[2.0, 3.0],
};

/// Draws it; `None` where no panel has two points.
pub fn draw(name: &'static str, input: &WarmUpInput) -> Option<Chart> {
    scene(name, input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(name: &'static str, input: &WarmUpInput) -> Option<Scene> {
    let panels = input.panels.iter().filter(|panel| panel.means.len() > 1);
    let panels: Vec<&WarmUpPanel> = panels.collect();
    if panels.is_empty() {
        return None;
    }
    let mut scene = Scene::new(name, "Mean wait from the start of the simulation", 0.0);
    let more = match panels.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("{more} more in the table"),
    };
    let remarks = ["runs in order of submission", more.as_str()];
    let subtitle = input.study.subtitle(&input.study.averaging(), &remarks);
    let y = frame::heading(&mut scene, &subtitle) + 6.0;
    let mut top = legend(&mut scene, &panels, y);
    let x = Linear {
        values: (0.0, input.horizon_s.max(1.0)),
        places: (MARGIN + LABELS, WIDTH - MARGIN - 16.0),
    };
    let ticks = timeaxis::ticks(x.values, None, x.places.1 - x.places.0, LABEL);
    for panel in panels.iter().take(MOST) {
        let (left, right) = x.places;
        let plot = Area::new(left, top + ABOVE, right, top + ABOVE + PLOT_HEIGHT);
        draw_panel(&mut scene, panel, (x, &ticks), plot);
        top = plot.bottom + BELOW;
    }
    time_labels(&mut scene, (x, &ticks), top - BELOW);
    scene.height = top + 30.0;
    scene.description = describe(&panels);
    Some(scene)
}

/// What the lines mean, of those that occur.
fn legend(scene: &mut Scene, panels: &[&WarmUpPanel], y: f64) -> f64 {
    let mut entries = vec![
        ("mean of 5 runs", Sample::Line(MEANS)),
        ("moving mean", Sample::Line(MOVING)),
    ];
    let settles = || panels.iter().filter_map(|panel| panel.settles);
    if settles().any(|settles| settles.at_s > 0.0) {
        entries.push(("truncation point", Sample::Line(LIMITS)));
        entries.push(("warm-up", Sample::Fill(SHADE)));
    }
    if settles().next().is_some() {
        entries.push(("mean behind it", Sample::Line(SETTLED)));
    }
    frame::legend(scene, &entries, MARGIN, y)
}

fn draw_panel(
    scene: &mut Scene,
    panel: &WarmUpPanel,
    (x, ticks): (Linear, &[TimeTick]),
    plot: Area,
) {
    let first = scene.marks.len();
    let remark_width = font::width(&panel.remark, LABEL, false);
    let room = plot.right - plot.left - remark_width - 12.0;
    let name = font::shorten(&panel.name, 12.5, true, room);
    let title = Text::new(&name, (plot.left, plot.top - 12.0), 12.5).bold_if(true);
    let after = (plot.left + title.width() + 8.0, plot.top - 11.5);
    scene.text(title);
    scene.text(Text::new(&panel.remark, after, LABEL).colored(MUTED));
    if let Some(settles) = panel.settles.filter(|settles| settles.warm_up_s > 0.0) {
        let end = x.place(settles.warm_up_s).min(plot.right);
        scene.rect(Area::new(plot.left, plot.top, end, plot.bottom), SHADE);
    }
    let scale = WaitScale::linear(highest(panel), (plot.bottom, plot.top));
    grid(scene, (x, ticks), &scale, plot);
    for (points, stroke) in [(&panel.means, MEANS), (&panel.moving, MOVING)] {
        let sound = points
            .iter()
            .filter(|(at, wait)| at.is_finite() && wait.is_finite());
        let line: Vec<Point> = sound
            .map(|(at, wait)| {
                (
                    x.place(*at).clamp(plot.left, plot.right),
                    scale.place(*wait),
                )
            })
            .collect();
        scene.line(&line, stroke);
    }
    if let Some(settles) = panel.settles {
        let at = x.place(settles.at_s).clamp(plot.left, plot.right);
        let y = scale.place(settles.wait_s);
        scene.line(&[(at, y), (plot.right, y)], SETTLED);
        if settles.at_s > 0.0 {
            scene.line(&[(at, plot.top), (at, plot.bottom)], LIMITS);
        }
    }
    scene.of_variants(first, &[&panel.name], String::new());
}

/// Where the axis of waits ends: above the moving mean, and as far as batch means go that are not much higher.
fn highest(panel: &WarmUpPanel) -> f64 {
    let most = |points: &[(f64, f64)]| {
        let waits = points.iter().map(|(_, wait)| frame::sound(*wait));
        waits.fold(0.0, f64::max)
    };
    most(&panel.means).min(most(&panel.moving) * ABOVE_MOVING)
}

fn grid(scene: &mut Scene, (x, ticks): (Linear, &[TimeTick]), scale: &WaitScale, plot: Area) {
    for tick in ticks {
        let at = x.place(tick.at);
        let color = if tick.is_midnight { STRONG_GRID } else { GRID };
        scene.line(
            &[(at, plot.top), (at, plot.bottom)],
            Stroke::solid(color, 1.0),
        );
    }
    let mut free_above = f64::INFINITY;
    for tick in scale.ticks() {
        let line = [(plot.left, tick.place), (plot.right, tick.place)];
        scene.line(&line, Stroke::solid(GRID, 1.0));
        let label = Text::new(&tick.label, (plot.left - 7.0, tick.place), LABEL);
        let label = label.anchored(Anchor::End).colored(MUTED);
        if label.bounds().bottom <= free_above {
            free_above = label.bounds().top;
            scene.text(label);
        }
    }
    frame::upward_title(scene, "mean wait", (MARGIN, plot.middle().1));
    let base = [(plot.left, plot.bottom), (plot.right, plot.bottom)];
    scene.line(&base, Stroke::solid(AXIS, 1.0));
}

/// Labels and title of the axis of time, below the last plot.
fn time_labels(scene: &mut Scene, (x, ticks): (Linear, &[TimeTick]), y: f64) {
    for tick in ticks {
        let label = Text::new(&tick.label, (x.place(tick.at), y + 12.0), LABEL);
        let label = label.anchored(Anchor::Middle);
        let bounds = label.bounds();
        if bounds.left >= 4.0 && bounds.right <= WIDTH - 4.0 {
            scene.text(label);
        }
    }
    let middle = f64::midpoint(x.places.0, x.places.1);
    let title = "time of submission, since the start";
    frame::across_title(scene, title, (middle, y + 32.0));
}

fn describe(panels: &[&WarmUpPanel]) -> String {
    let what = "Mean wait of runs by the time of their submission.".to_owned();
    let each = panels
        .iter()
        .map(|panel| format!("{}: {}.", panel.name, panel.remark));
    std::iter::once(what)
        .chain(each)
        .collect::<Vec<String>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::scene::Mark;
    use super::*;

    /// Waits that come near 600 s, and where they have settled.
    fn panel(settles: Option<Settles>) -> WarmUpPanel {
        let waits = (0..200_u32).map(|place| {
            let at = f64::from(place) * 400.0;
            (at, 600.0 * (1.0 - (-at / 9000.0).exp()))
        });
        let moving: Vec<(f64, f64)> = waits.collect();
        let zigzag = moving.iter().enumerate();
        WarmUpPanel {
            name: "scale-to-zero ".repeat(12),
            remark: "warm-up 6h".to_owned(),
            means: zigzag
                .map(|(place, (at, wait))| (*at, wait * if place % 2 == 0 { 0.6 } else { 3.0 }))
                .collect(),
            moving,
            settles,
        }
    }

    fn settles() -> Settles {
        Settles {
            at_s: 18_000.0,
            warm_up_s: 21_600.0,
            wait_s: 600.0,
        }
    }

    #[test]
    fn texts_are_inside_and_lines_are_where_waits_settle() {
        let input = |count: usize| WarmUpInput {
            study: Study::default(),
            horizon_s: 80_000.0,
            panels: vec![panel(Some(settles())); count],
        };
        let drawn = scene("warm-up", &input(10)).expect("it has points");
        let picture = Area::new(0.0, 0.0, WIDTH, drawn.height);
        for text in drawn.texts() {
            assert!(picture.contains(&text.bounds()), "{}", text.words);
        }
        let words: Vec<&str> = drawn.texts().map(|text| text.words.as_str()).collect();
        assert!(
            words.iter().any(|words| words.contains("2 more")),
            "{words:?}"
        );
        let headings = words.iter().filter(|words| **words == "warm-up 6h");
        assert_eq!(headings.count(), MOST);
        // 18,000 of 80,000 s.
        let (left, right) = (MARGIN + LABELS, WIDTH - MARGIN - 16.0);
        let at = left + (right - left) * 18.0 / 80.0;
        let lines = drawn.marks.iter().filter_map(|mark| match mark {
            Mark::Line { points, stroke } if *stroke == LIMITS => Some(points[0].0),
            _ => None,
        });
        let points = lines.filter(|place| (place - at).abs() < 1e-9);
        assert_eq!(points.count(), MOST);
    }

    #[test]
    fn nothing_is_marked_where_nothing_has_settled() {
        let input = |panels| WarmUpInput {
            study: Study::default(),
            horizon_s: 80_000.0,
            panels,
        };
        let drawn = scene("warm-up", &input(vec![panel(None)])).expect("it has points");
        let legend: Vec<&str> = drawn.texts().map(|text| text.words.as_str()).collect();
        for words in ["truncation point", "warm-up", "mean behind it"] {
            assert!(!legend.contains(&words), "{legend:?}");
        }
        assert!(scene("warm-up", &input(vec![WarmUpPanel::default()])).is_none());
    }
}
