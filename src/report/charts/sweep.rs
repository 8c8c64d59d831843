//! Sweeps of one key: cost and p95 wait (or latency) over its values, each with its interval.

use super::axis::Linear;
use super::costscale::CostScale;
use super::frame::{self, LABEL, MARGIN};
use super::limits;
use super::palette::{AXIS, GRID, INK, LIMIT, LIMITS, MUTED, Stroke, Symbol, VARIANTS};
use super::scene::{Anchor, Area, Point, Scene, Text, WIDTH};
use super::tradeoff;
use super::tradeoff_input::{Line, TradeoffInput, TradeoffPoint};
use super::{Chart, Study, font};

/// What the chart of a sweep shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepInput {
    /// The key, without the tables around it.
    pub key: String,
    /// Its value for each point, as the scenario has it.
    pub values: Vec<String>,
    /// Cost and wait of each variant, as the chart of cost against wait has them.
    pub tradeoff: TradeoffInput,
}

const PLOT_HEIGHT: f64 = 170.0;
/// Between the two plots.
const GAP: f64 = 26.0;

/// One value of the key.
struct Stop<'a> {
    x: f64,
    label: &'a str,
    is_baseline: bool,
    point: &'a TradeoffPoint,
}

/// Draws cost and wait over the values of the key; `None` of fewer than three values.
pub fn draw(input: &SweepInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &SweepInput) -> Option<Scene> {
    let of = &input.tradeoff;
    let is_sound = |point: &&TradeoffPoint| point.cost.is_finite();
    let sound = of.points.iter().filter(is_sound).count();
    if sound < 3 || input.values.len() != of.points.len() {
        return None;
    }
    let title = format!("Cost and {} by {}", of.words().time, input.key);
    let mut scene = Scene::new("sweep", &title, 0.0);
    let (places, evenly) = places(&input.values);
    let top = frame::heading(&mut scene, &subtitle(input, evenly)) + 20.0;
    let plot = |top: f64| Area::new(MARGIN + 84.0, top, WIDTH - MARGIN - 24.0, top + PLOT_HEIGHT);
    let (upper, lower) = (plot(top), plot(top + PLOT_HEIGHT + GAP));
    let x = Linear {
        values: (0.0, 1.0),
        places: (upper.left + 30.0, upper.right - 30.0),
    };
    let stops = of.points.iter().zip(&places).zip(&input.values).enumerate();
    let mut stops: Vec<Stop<'_>> = stops
        .filter(|(_, ((point, _), _))| is_sound(point))
        .map(|(index, ((point, place), label))| Stop {
            x: x.place(*place),
            label,
            is_baseline: of.baseline == Some(index),
            point,
        })
        .collect();
    stops.sort_by(|a, b| a.x.total_cmp(&b.x));
    draw_costs(&mut scene, of, &stops, upper);
    draw_waits(&mut scene, of, &stops, lower);
    values(&mut scene, &stops, lower);
    let below = (lower.middle().0, lower.bottom + 35.0);
    frame::across_title(&mut scene, &input.key, below);
    scene.height = lower.bottom + 52.0;
    scene.description = describe(input, &stops);
    Some(scene)
}

fn subtitle(input: &SweepInput, evenly: bool) -> String {
    let of = &input.tradeoff;
    let words = of.words();
    let time = &words.time;
    let costs: Vec<f64> = of.points.iter().map(|point| point.cost).collect();
    let far = limits::near(&of.cost_limits, &costs).1;
    let missing: Vec<&str> = of
        .points
        .iter()
        .zip(&input.values)
        .filter(|(point, _)| point.wait_p95_s.is_none())
        .map(|(_, value)| value.as_str())
        .collect();
    let missing = match missing[..] {
        [] => String::new(),
        _ => format!(
            "no {time} at {} (none known, or the queue grows)",
            missing.join(", ")
        ),
    };
    let has_bars = of
        .points
        .iter()
        .any(|point| point.cost_half_width.is_some());
    let remarks = [
        if has_bars {
            "bars: 95 % intervals of the means"
        } else {
            ""
        },
        words.period,
        if evenly {
            "values evenly spaced, not to scale"
        } else {
            ""
        },
        if of.baseline.is_some() {
            "baseline in bold"
        } else {
            ""
        },
        &missing,
        &far,
    ];
    let study = Study {
        keys: String::new(),
        ..of.study.clone()
    };
    study.subtitle(&study.averaging(), &remarks)
}

fn draw_costs(scene: &mut Scene, of: &TradeoffInput, stops: &[Stop<'_>], plot: Area) {
    let half = |point: &TradeoffPoint| frame::sound_half(point.cost_half_width).unwrap_or(0.0);
    let all: Vec<f64> = stops.iter().map(|stop| stop.point.cost).collect();
    let lines = limits::near(&of.cost_limits, &all).0;
    let costs = stops.iter().map(|stop| (stop.point.cost, half(stop.point)));
    let costs = costs.chain(lines.iter().map(|line| (line.at, 0.0)));
    let scale = CostScale::of(&costs.collect::<Vec<_>>(), (plot.bottom, plot.top + 6.0));
    outline(scene, plot, scale.ticks());
    let (cost, unit) = of.words().cost;
    plot_title(scene, plot, &format!("{cost} ({unit}{})", scale.remark()));
    let lines = lines.into_iter();
    draw_limits(scene, plot, lines.map(|line| (scale.place(line.at), line)));
    curve(scene, stops, |point| {
        let (cost, half) = (point.cost, half(point));
        Some([cost - half, cost, cost + half].map(|cost| scale.place(cost)))
    });
}

fn draw_waits(scene: &mut Scene, of: &TradeoffInput, stops: &[Stop<'_>], plot: Area) {
    let half =
        |point: &TradeoffPoint| frame::sound_half(point.wait_p95_half_width_s).unwrap_or(0.0);
    let waits = stops.iter().map(|stop| stop.point);
    let waits = waits.filter_map(|point| Some((point.wait_p95_s?, half(point))));
    let scale = tradeoff::wait_scale(&waits.collect::<Vec<_>>(), of, plot);
    let ticks = scale
        .ticks()
        .into_iter()
        .map(|tick| (tick.place, tick.label));
    outline(scene, plot, ticks.collect());
    let title = format!("{}{}", of.words().time, scale.remark());
    plot_title(scene, plot, &title);
    let lines = of.time_limits.iter();
    draw_limits(scene, plot, lines.map(|line| (scale.place(line.at), line)));
    curve(scene, stops, |point| {
        let (wait, half) = (point.wait_p95_s?, half(point));
        Some([(wait - half).max(0.0), wait, wait + half].map(|wait| scale.place(wait)))
    });
}

/// Where values are from 0 to 1, and whether they are evenly spaced since their labels had no room otherwise.
fn places(values: &[String]) -> (Vec<f64>, bool) {
    let numbers: Option<Vec<f64>> = values.iter().map(|value| number(value)).collect();
    let count = values.len().max(2) as f64 - 1.0;
    let even = || {
        (0_u32..)
            .zip(values)
            .map(|(position, _)| f64::from(position) / count)
    };
    let Some(numbers) = numbers else {
        return (even().collect(), false);
    };
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    let (low, high) = (numbers[order[0]], numbers[order[order.len() - 1]]);
    let share = |index: usize| (numbers[index] - low) / (high - low).max(1e-12);
    let room = |pair: &[usize]| {
        let width = |index: usize| font::width(&values[index], LABEL, true) / 2.0;
        width(pair[0]) + width(pair[1]) + 8.0
    };
    let fits = |pair: &[usize]| (share(pair[1]) - share(pair[0])) * 600.0 >= room(pair);
    if order.windows(2).all(fits) {
        return ((0..numbers.len()).map(share).collect(), false);
    }
    let mut places = vec![0.0; numbers.len()];
    for (place, index) in even().zip(order) {
        places[index] = place;
    }
    (places, true)
}

/// A number or a length of time, in seconds; `None` of other words.
fn number(value: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 6] = [
        ("ms", 0.001),
        ("s", 1.0),
        ("m", 60.0),
        ("h", 3600.0),
        ("d", 86_400.0),
        ("%", 1.0),
    ];
    let of_unit = |(unit, seconds): &(&str, f64)| {
        let number: f64 = value.strip_suffix(unit)?.trim().parse().ok()?;
        Some(number * seconds)
    };
    let plain = value.parse().ok();
    let number: Option<f64> = plain.or_else(|| UNITS.iter().find_map(of_unit));
    number.filter(|number| number.is_finite())
}

/// Grid, labels and outline of a plot.
fn outline(scene: &mut Scene, plot: Area, ticks: Vec<(f64, String)>) {
    let mut free_above = f64::INFINITY;
    for (place, label) in ticks {
        scene.line(
            &[(plot.left, place), (plot.right, place)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&label, (plot.left - 8.0, place), LABEL);
        let label = label.anchored(Anchor::End).colored(MUTED);
        if label.bounds().bottom < free_above {
            free_above = label.bounds().top;
            scene.text(label);
        }
    }
    for line in [
        [(plot.left, plot.bottom), (plot.right, plot.bottom)],
        [(plot.left, plot.top), (plot.left, plot.bottom)],
    ] {
        scene.line(&line, Stroke::solid(AXIS, 1.0));
    }
}

/// What a plot shows, above its upper left corner.
fn plot_title(scene: &mut Scene, plot: Area, title: &str) {
    let at = (plot.left, plot.top - 9.0);
    scene.text(Text::new(title, at, LABEL).colored(MUTED));
}

/// The points of a curve with their intervals, in the looks of their variants, joined where neighbors are known.
fn curve(scene: &mut Scene, stops: &[Stop<'_>], of: impl Fn(&TradeoffPoint) -> Option<[f64; 3]>) {
    let mut known: Vec<Point> = Vec::new();
    for stop in stops {
        match of(stop.point) {
            Some([_, y, _]) => known.push((stop.x, y)),
            None => join(scene, &std::mem::take(&mut known)),
        }
    }
    join(scene, &known);
    for stop in stops {
        let Some([low, y, high]) = of(stop.point) else {
            continue;
        };
        if (low - high).abs() > 1.0 {
            let stroke = Stroke::solid(INK, 1.0);
            scene.line(&[(stop.x, low), (stop.x, high)], stroke);
            for end in [low, high] {
                scene.line(&[(stop.x - 3.0, end), (stop.x + 3.0, end)], stroke);
            }
        }
        let (symbol, color) = match VARIANTS.get(stop.point.look) {
            Some(look) if stops.len() <= VARIANTS.len() => (look.symbol, look.color),
            _ => (Symbol::Circle, INK),
        };
        scene.symbol((stop.x, y), symbol, 4.5, color, false);
    }
}

fn join(scene: &mut Scene, points: &[Point]) {
    if points.len() > 1 {
        scene.line(points, Stroke::solid(AXIS, 1.5));
    }
}

/// Limits across a plot, their names at the upper right.
fn draw_limits<'a>(scene: &mut Scene, plot: Area, lines: impl Iterator<Item = (f64, &'a Line)>) {
    let mut names = Vec::new();
    for (y, line) in lines {
        scene.line(&[(plot.left, y), (plot.right, y)], LIMITS);
        names.push(line.name.as_str());
    }
    if names.is_empty() {
        return;
    }
    let names = format!("dashed: {}", names.join(", "));
    let names = font::shorten(&names, LABEL, false, plot.width() * 0.6);
    let text = Text::new(&names, (plot.right, plot.top - 9.0), LABEL);
    scene.text(text.colored(LIMIT).anchored(Anchor::End));
}

/// The values of the key below the plots, that of the baseline in bold; those without room are left out.
fn values(scene: &mut Scene, stops: &[Stop<'_>], plot: Area) {
    let mut free_from = f64::NEG_INFINITY;
    for stop in stops {
        scene.line(
            &[(stop.x, plot.bottom), (stop.x, plot.bottom + 4.0)],
            Stroke::solid(AXIS, 1.0),
        );
        let value = font::shorten(stop.label, LABEL, true, 120.0);
        let label = Text::new(&value, (stop.x, plot.bottom + 14.0), LABEL);
        let label = label.anchored(Anchor::Middle).bold_if(stop.is_baseline);
        let bounds = label.bounds();
        if bounds.left > free_from && bounds.right < WIDTH - 2.0 {
            free_from = bounds.right + 4.0;
            scene.text(label);
        }
    }
}

fn describe(input: &SweepInput, stops: &[Stop<'_>]) -> String {
    let of = &input.tradeoff;
    let words = of.words();
    let (cost, times, key) = (&words.cost.0, &words.what, &input.key);
    let count = frame::counted(stops.len(), "value");
    let what = format!("Mean {cost} and {times} for {count} of {key}.");
    let sentences = stops.iter().take(12).map(|stop| {
        let role = if stop.is_baseline { " (baseline)" } else { "" };
        let [cost, time] = tradeoff::told(stop.point, of);
        let time = time.unwrap_or_else(|| format!("{} not known", words.time));
        format!(
            "{}{role}: {}, {time}.",
            stop.label,
            cost.unwrap_or_default()
        )
    });
    let limits = of.cost_limits.iter().chain(&of.time_limits);
    let limits = limits.map(|line| format!("A line is at {}.", line.name));
    std::iter::once(what)
        .chain(limits)
        .chain(sentences)
        .collect::<Vec<String>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spaced(values: &[&str]) -> (Vec<f64>, bool) {
        places(
            &values
                .iter()
                .map(|&value| value.to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn values_are_to_scale_where_that_leaves_room() {
        assert_eq!(spaced(&["10", "20", "50"]), (vec![0.0, 0.25, 1.0], false));
        assert_eq!(
            spaced(&["2h", "30m", "1h"]),
            (vec![1.0, 0.0, 1.0 / 3.0], false)
        );
        assert_eq!(spaced(&["1", "2", "10000"]), (vec![0.0, 0.5, 1.0], true));
        assert_eq!(
            spaced(&["small", "other", "large"]),
            (vec![0.0, 0.5, 1.0], false)
        );
    }

    #[test]
    fn a_sweep_says_where_there_is_no_wait() {
        let point = |cost, wait_p95_s| TradeoffPoint {
            cost,
            wait_p95_s,
            ..TradeoffPoint::default()
        };
        let mut input = SweepInput {
            key: "vcpus".to_owned(),
            values: ["30", "42", "54"].map(str::to_owned).to_vec(),
            tradeoff: TradeoffInput {
                points: vec![
                    point(5.0, None),
                    point(6.0, Some(300.0)),
                    point(7.0, Some(60.0)),
                ],
                baseline: Some(2),
                ..TradeoffInput::default()
            },
        };
        let drawn = scene(&input).expect("three values");
        let texts: Vec<&str> = drawn.texts().map(|text| text.words.as_str()).collect();
        assert!(
            texts.iter().any(|text| text.contains("no p95 wait at 30")),
            "{texts:?}"
        );
        assert!(drawn.texts().any(|text| text.words == "54" && text.bold));
        input.values.pop();
        input.tradeoff.points.pop();
        assert!(scene(&input).is_none());
    }
}
