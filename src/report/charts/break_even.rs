//! What two sides cost over a load or the values of a key, with the places at which both cost the same.

use super::axis::{self, Linear, Ticks};
use super::costscale::CostScale;
use super::frame::{self, LABEL, MARGIN, Sample};
use super::palette::{AXIS, GRID, INK, LIMIT, LIMITS, MUTED, SHADE, Stroke, VARIANTS};
use super::scene::{Anchor, Area, Point, Scene, Text, WIDTH};
use super::{Chart, Study, font};

/// What a place is, and how its axis is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// A factor, on a logarithmic axis.
    Factor,
    /// A number.
    Number,
    /// Seconds.
    Seconds,
}

/// What both sides cost at a place, with the half-width of each interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostsAt {
    /// The place.
    pub place: f64,
    /// Mean costs and the half-widths of their intervals.
    pub costs: [(f64, Option<f64>); 2],
}

/// A place at which both cost the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The place.
    pub place: f64,
    /// Half-width of its interval.
    pub half_width: f64,
    /// What stands beside it.
    pub label: String,
}

/// Two sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Sides {
    /// What is compared, above the plot.
    pub heading: String,
    /// Their names.
    pub names: [String; 2],
    /// Which look each has in all charts.
    pub looks: [usize; 2],
    /// What they cost, at rising places.
    pub points: Vec<CostsAt>,
    /// Where both cost the same.
    pub marks: Vec<Mark>,
}

/// What the chart shows.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEvenInput {
    /// Where the figures come from.
    pub study: Study,
    /// What is varied, as the title of the chart has it.
    pub over: String,
    /// The same, as the title of the axis has it.
    pub axis: String,
    /// What costs are in.
    pub unit: String,
    /// What a place is.
    pub places: Places,
    /// A plot for each.
    pub sides: Vec<Sides>,
}

/// Plots at most.
const MOST: usize = 6;
const PLOT_HEIGHT: f64 = 220.0;
/// What a plot has above it and below it.
const ABOVE: f64 = 46.0;
const BELOW: f64 = 56.0;
/// Factors with a label.
const FACTORS: [(f64, &str); 9] = [
    (0.05, "1/20"),
    (0.1, "1/10"),
    (0.2, "1/5"),
    (0.5, "1/2"),
    (1.0, "1"),
    (2.0, "2"),
    (5.0, "5"),
    (10.0, "10"),
    (20.0, "20"),
];

/// Places along an axis.
enum Along {
    Log(Linear),
    Even(Linear),
}

impl Along {
    fn place(&self, place: f64) -> f64 {
        match self {
            Self::Log(scale) => scale.place(place.max(f64::MIN_POSITIVE).ln()),
            Self::Even(scale) => scale.place(place),
        }
    }
}

/// Draws it; `None` where no side was simulated at two places.
pub fn draw(name: &'static str, input: &BreakEvenInput) -> Option<Chart> {
    scene(name, input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(name: &'static str, input: &BreakEvenInput) -> Option<Scene> {
    let sides = input.sides.iter().filter(|sides| sides.points.len() > 1);
    let sides: Vec<&Sides> = sides.collect();
    if sides.is_empty() {
        return None;
    }
    let mut scene = Scene::new(name, &format!("Cost over {}", input.over), 0.0);
    let more = sides.len().saturating_sub(MOST);
    let more = match more {
        0 => String::new(),
        more => format!("{more} more pairs in the table"),
    };
    let remarks = ["bars: 95 % intervals of the means", &more];
    let subtitle = input
        .study
        .subtitle("both sides with the same random numbers", &remarks);
    let mut top = frame::heading(&mut scene, &subtitle) + 12.0;
    for sides in sides.iter().take(MOST) {
        let plot = Area::new(
            MARGIN + 84.0,
            top + ABOVE,
            WIDTH - MARGIN - 24.0,
            top + ABOVE + PLOT_HEIGHT,
        );
        draw_sides(&mut scene, input, sides, plot);
        top = plot.bottom + BELOW;
    }
    scene.height = top + 4.0;
    scene.description = describe(input, &sides);
    Some(scene)
}

fn draw_sides(scene: &mut Scene, input: &BreakEvenInput, sides: &Sides, plot: Area) {
    let half = |half: Option<f64>| frame::sound_half(half).unwrap_or(0.0);
    let costs = sides.points.iter().flat_map(|point| point.costs);
    let costs: Vec<(f64, f64)> = costs.map(|(cost, width)| (cost, half(width))).collect();
    let scale = CostScale::of(&costs, (plot.bottom, plot.top + 22.0));
    let along = along(input.places, &sides.points, plot);
    outline(scene, plot, &scale);
    ticks(scene, input.places, (&sides.points, &along), plot);
    let at = (plot.left, plot.top - 30.0);
    scene.text(Text::new(&sides.heading, at, LABEL).bold_if(true));
    let title = format!("cost ({}{})", input.unit, scale.remark());
    let at = (plot.left, plot.top - 11.0);
    scene.text(Text::new(&title, at, LABEL).colored(MUTED));
    for mark in &sides.marks {
        let ends = [-1.0, 1.0].map(|sign| along.place(mark.place + sign * mark.half_width));
        if ends[1] - ends[0] > 2.0 {
            scene.rect(Area::new(ends[0], plot.top, ends[1], plot.bottom), SHADE);
        }
    }
    for side in 0..2 {
        let look = &VARIANTS[sides.looks[side] % VARIANTS.len()];
        let points = sides.points.iter().map(|point| {
            let (cost, width) = point.costs[side];
            let y = [cost - half(width), cost, cost + half(width)].map(|cost| scale.place(cost));
            (along.place(point.place), y)
        });
        let points: Vec<(f64, [f64; 3])> = points.collect();
        let line: Vec<Point> = points.iter().map(|(x, y)| (*x, y[1])).collect();
        let stroke = Stroke {
            color: look.color,
            width: 1.8,
            dash: look.dash,
        };
        scene.line(&line, stroke);
        for (x, [low, y, high]) in points {
            if (low - high).abs() > 1.0 {
                scene.line(&[(x, low), (x, high)], Stroke::solid(INK, 1.0));
            }
            scene.symbol((x, y), look.symbol, 3.5, look.color, false);
        }
    }
    draw_marks(scene, &sides.marks, &along, plot);
    legend(scene, sides, plot);
    let at = (plot.middle().0, plot.bottom + 34.0);
    frame::across_title(scene, &input.axis, at);
}

/// A line at each place at which both cost the same, with its label at the top.
fn draw_marks(scene: &mut Scene, marks: &[Mark], along: &Along, plot: Area) {
    let mut free_from = f64::NEG_INFINITY;
    let mut y = plot.top + 9.0;
    for mark in marks {
        let x = along.place(mark.place);
        scene.line(&[(x, plot.top), (x, plot.bottom)], LIMITS);
        let room = font::width(&mark.label, LABEL, false) + 12.0;
        let fits = x + room < plot.right;
        let (at, anchor) = if fits {
            (x + 6.0, Anchor::Start)
        } else {
            (x - 6.0, Anchor::End)
        };
        let label = |y: f64| {
            let text = Text::new(&mark.label, (at, y), LABEL);
            text.anchored(anchor).colored(LIMIT)
        };
        if label(y).bounds().left < free_from {
            y += 15.0;
        }
        free_from = label(y).bounds().right + 6.0;
        scene.text(label(y));
    }
}

/// Both sides, at the right above their plot.
fn legend(scene: &mut Scene, sides: &Sides, plot: Area) {
    const SAMPLE: f64 = 29.0;
    const BETWEEN: f64 = 16.0;
    let names = sides
        .names
        .each_ref()
        .map(|name| font::shorten(name, frame::SMALL, false, 180.0));
    let widths = names
        .each_ref()
        .map(|name| font::width(name, frame::SMALL, false) + SAMPLE);
    let mut left = plot.right - widths[0] - widths[1] - BETWEEN;
    for (side, name) in names.iter().enumerate() {
        let look = &VARIANTS[sides.looks[side] % VARIANTS.len()];
        let stroke = Stroke {
            color: look.color,
            width: 1.8,
            dash: look.dash,
        };
        let y = plot.top - 11.0;
        scene.symbol((left + 12.0, y), look.symbol, 3.5, look.color, false);
        frame::legend(scene, &[(name, Sample::Line(stroke))], left, y);
        left += widths[side] + BETWEEN;
    }
}

fn along(places: Places, points: &[CostsAt], plot: Area) -> Along {
    let ends = (plot.left + 14.0, plot.right - 14.0);
    let first = points.first().map_or(0.0, |point| point.place);
    let last = points.last().map_or(1.0, |point| point.place);
    match places {
        Places::Factor => Along::Log(Linear {
            values: (first.ln(), last.ln()),
            places: ends,
        }),
        Places::Number | Places::Seconds => Along::Even(Linear {
            values: (first, last),
            places: ends,
        }),
    }
}

fn ticks(scene: &mut Scene, places: Places, (points, along): (&[CostsAt], &Along), plot: Area) {
    let first = points.first().map_or(0.0, |point| point.place);
    let last = points.last().map_or(1.0, |point| point.place);
    let all: Vec<(f64, String)> = match places {
        Places::Factor => FACTORS.map(|(at, label)| (at, label.to_owned())).to_vec(),
        Places::Number => {
            let ticks = Ticks::around(first, last, 8, 0.0);
            let values = ticks.values.iter();
            values.map(|value| (*value, ticks.label(*value))).collect()
        }
        Places::Seconds => {
            let step = axis::duration_step(last, 8);
            let ticks = Ticks::in_steps(0.0, last, step);
            let values = ticks.values.into_iter();
            values.map(|value| (value, axis::duration(value))).collect()
        }
    };
    let room = (last - first).abs() * 1e-9;
    for (value, label) in all {
        if value < first - room || value > last + room {
            continue;
        }
        let x = along.place(value);
        scene.line(
            &[(x, plot.bottom), (x, plot.bottom + 4.0)],
            Stroke::solid(AXIS, 1.0),
        );
        let label = Text::new(&label, (x, plot.bottom + 14.0), LABEL);
        scene.text(label.anchored(Anchor::Middle));
    }
}

fn outline(scene: &mut Scene, plot: Area, scale: &CostScale) {
    for (place, label) in scale.ticks() {
        scene.line(
            &[(plot.left, place), (plot.right, place)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&label, (plot.left - 8.0, place), LABEL);
        scene.text(label.anchored(Anchor::End).colored(MUTED));
    }
    for line in [
        [(plot.left, plot.bottom), (plot.right, plot.bottom)],
        [(plot.left, plot.top), (plot.left, plot.bottom)],
    ] {
        scene.line(&line, Stroke::solid(AXIS, 1.0));
    }
}

fn describe(input: &BreakEvenInput, sides: &[&Sides]) -> String {
    let each = sides.iter().map(|sides| {
        let [one, other] = &sides.names;
        let marks: Vec<&str> = sides.marks.iter().map(|mark| mark.label.as_str()).collect();
        let marks = if marks.is_empty() {
            "there is no place at which both cost the same".to_owned()
        } else {
            format!("both cost the same at {}", marks.join(" and at "))
        };
        format!("{one} and {other}: {marks}.")
    });
    let what = format!("Mean cost of two sides over {}.", input.over);
    std::iter::once(what)
        .chain(each)
        .collect::<Vec<String>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_inside_and_marks_are_named() {
        let at = |place: f64| CostsAt {
            place,
            costs: [(40.0 * place, Some(3.0)), (72.0, None)],
        };
        let mark = |place: f64| Mark {
            place,
            half_width: 0.1,
            label: format!("{place} times the load (91.0 ± 0.2 runs per day)"),
        };
        let sides = Sides {
            heading: "cluster or always-on".to_owned(),
            names: ["cluster".to_owned(), "always-on ".repeat(20)],
            looks: [0, 1],
            points: [0.05, 0.2, 1.0, 1.8, 4.0].map(at).to_vec(),
            marks: vec![mark(0.06), mark(1.8)],
        };
        let input = |places: Places, count: usize| BreakEvenInput {
            study: Study::default(),
            over: "the load".to_owned(),
            axis: "times the scenario's load".to_owned(),
            unit: "USD per day".to_owned(),
            places,
            sides: vec![sides.clone(); count],
        };
        for places in [Places::Factor, Places::Number, Places::Seconds] {
            let drawn = scene("break-even", &input(places, 8)).expect("it has points");
            let picture = Area::new(0.0, 0.0, WIDTH, drawn.height);
            for text in drawn.texts() {
                assert!(picture.contains(&text.bounds()), "{}", text.words);
            }
            let marks = drawn.texts().filter(|text| text.words.contains("(91.0"));
            assert_eq!(marks.count(), 2 * MOST);
            assert!(
                drawn
                    .texts()
                    .any(|text| text.words.contains("2 more pairs"))
            );
        }
        assert!(scene("break-even", &input(Places::Factor, 0)).is_none());
    }
}
