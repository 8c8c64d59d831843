//! Cost against p95 wait: a point for each variant with intervals both ways, filled where it is Pareto-optimal, hollow where
//! another variant dominates it.

use super::super::numbers::Shown;
use super::Chart;
use super::costscale::CostScale;
use super::frame::{self, LABEL, MARGIN};
use super::limits::{self, Drawn};
use super::naming::{self, Named, Room};
use super::palette::{AXIS, GRID, INK, MUTED, STRONG_GRID, Stroke};
use super::roles;
use super::scene::{Anchor, Area, Point, Scene, Text, WIDTH};
use super::spots::{Spot, spots, steps};
use super::tradeoff_input::{Line, TradeoffInput, TradeoffPoint, Words};
use super::waitscale::WaitScale;
use crate::stats::Estimate;

const PLOT_HEIGHT: f64 = 360.0;
/// Points that the text alternative names, at most.
const MOST_TOLD: usize = 12;
/// With more points than this only the best means and the baseline have names and bars.
const DETAILED: usize = 25;

/// The axes and where they are.
struct Axes {
    plot: Area,
    x: CostScale,
    y: WaitScale,
}

/// Draws cost against wait; `None` of fewer than two points.
pub fn draw(input: &TradeoffInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &TradeoffInput) -> Option<Scene> {
    let (mut spots, words) = (spots(input), input.words());
    if spots.len() < 2 {
        return None;
    }
    let mut scene = Scene::new(words.name, &words.title, 0.0);
    let has_intervals = spots.iter().any(|s| s.cost_half + s.wait_half > 0.0);
    let bars = if has_intervals {
        "bars: 95 % intervals of the means"
    } else {
        ""
    };
    let labels = match words.thing {
        _ if spots.len() <= DETAILED => "",
        "point" => "names and bars only along the steps and of the named point",
        _ => "names and bars only along the steps and of the baseline",
    };
    let missing = input.points.len() - spots.len();
    let absent = match missing {
        0 => String::new(),
        many => format!("{}: {many}", words.without),
    };
    let bold = if spots.iter().any(|spot| spot.is_baseline) {
        "baseline in bold"
    } else {
        ""
    };
    let costs: Vec<f64> = spots.iter().map(|spot| spot.cost).collect();
    let (lines, far) = limits::near(&input.cost_limits, &costs);
    let remarks = [bars, words.period, bold, labels, &absent, &far];
    let y = frame::heading(&mut scene, &input.study.subtitle(&words.basis, &remarks));
    let top = roles::key(&mut scene, &spots, y + 5.0) + 8.0;
    let axes = axes_of(&spots, (input, &lines), top);
    for spot in &mut spots {
        spot.at = (axes.x.place(spot.cost), axes.y.place(spot.wait));
    }
    draw_axes(&mut scene, &axes, &words);
    let across = lines.iter();
    let across = across.map(|line| (axes.x.place(line.at), *line));
    let up = input.time_limits.iter();
    let up = up.map(|line| (axes.y.place(line.at), line));
    let steps = steps(&spots);
    let kept_clear: Vec<Area> = spots
        .iter()
        .map(|spot| Area::around(spot.at, 6.0))
        .chain(steps.windows(2).map(|pair| around([pair[0], pair[1]])))
        .collect();
    let limits = limits::draw(
        &mut scene,
        (axes.plot, &kept_clear),
        [across.collect(), up.collect()],
    );
    draw_spots(&mut scene, &spots, input, (&axes, &steps));
    scene.height = draw_names(&mut scene, &spots, &axes, (&steps, &limits));
    scene.description = describe(&spots, input);
    Some(scene)
}

fn axes_of(spots: &[Spot<'_>], (input, cost_limits): (&TradeoffInput, &[&Line]), top: f64) -> Axes {
    let plot = Area::new(MARGIN + 84.0, top, WIDTH - MARGIN - 24.0, top + PLOT_HEIGHT);
    let costs = spots.iter().map(|s| (s.cost, s.cost_half));
    let costs = costs.chain(cost_limits.iter().map(|limit| (limit.at, 0.0)));
    let costs: Vec<(f64, f64)> = costs.collect();
    let waits: Vec<(f64, f64)> = spots.iter().map(|s| (s.wait, s.wait_half)).collect();
    Axes {
        plot,
        x: CostScale::of(&costs, (plot.left, plot.right)),
        y: wait_scale(&waits, input, plot),
    }
}

/// A scale for waits in seconds, each with the half-width of its interval, and for limits: even where that shows all of them; logarithmic
/// where the longest would flatten the others.
pub(super) fn wait_scale(waits: &[(f64, f64)], input: &TradeoffInput, plot: Area) -> WaitScale {
    const FLATTENED: f64 = 10.0;
    let limits = input.time_limits.iter().map(|limit| (limit.at, 0.0));
    let waits: Vec<(f64, f64)> = waits.iter().copied().chain(limits).collect();
    let positive = || waits.iter().map(|wait| wait.0).filter(|wait| *wait > 0.0);
    let shortest = positive().fold(f64::INFINITY, f64::min);
    let longest = positive().fold(0.0, f64::max);
    let high = waits.iter().map(|(wait, half)| wait + half);
    let high = high.fold(0.0, f64::max);
    if longest > shortest * FLATTENED {
        let has_zero = waits.iter().any(|wait| wait.0 <= 0.0);
        let zero = plot.bottom - 10.0;
        let from = if has_zero { zero - 30.0 } else { zero };
        return WaitScale::log(shortest * 0.8, high * 1.05, zero, (from, plot.top + 8.0));
    }
    WaitScale::linear(high * 1.04, (plot.bottom - 10.0, plot.top + 8.0))
}

fn draw_axes(scene: &mut Scene, axes: &Axes, words: &Words) {
    let Axes { plot, x, y } = axes;
    let (cost, unit) = &words.cost;
    let mut free_from = f64::NEG_INFINITY;
    for (place, label) in x.ticks() {
        scene.line(
            &[(place, plot.top), (place, plot.bottom + 4.0)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&label, (place, plot.bottom + 14.0), LABEL);
        let label = label.anchored(Anchor::Middle).colored(MUTED);
        let bounds = label.bounds();
        if bounds.left > free_from {
            free_from = bounds.right + 6.0;
            scene.text(label);
        }
    }
    let mut free_above = f64::INFINITY;
    for tick in y.ticks() {
        scene.line(
            &[(plot.left, tick.place), (plot.right, tick.place)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&tick.label, (plot.left - 8.0, tick.place), LABEL);
        let label = label.anchored(Anchor::End).colored(MUTED);
        let bounds = label.bounds();
        if bounds.bottom < free_above {
            free_above = bounds.top;
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
    let (across, down) = plot.middle();
    let title = format!("{cost} ({unit}{})", x.remark());
    frame::across_title(scene, &title, (across, plot.bottom + 35.0));
    let title = format!("{}{}", words.time, y.remark());
    frame::upward_title(scene, &title, (MARGIN + 4.0, down));
}

fn draw_spots(
    scene: &mut Scene,
    spots: &[Spot<'_>],
    input: &TradeoffInput,
    (axes, steps): (&Axes, &[Point]),
) {
    if steps.len() > 1 {
        let dash: &[f64] = &[3.0, 3.0];
        let (color, width) = (AXIS, 1.0);
        scene.line(steps, Stroke { color, width, dash });
    }
    // What matters most is drawn last, over the others.
    let mut order: Vec<&Spot<'_>> = spots.iter().collect();
    order.sort_by_key(|spot| {
        let is_best = roles::is_named(spot.point.role);
        (is_best, spot.is_baseline, spot.is_optimal)
    });
    for spot in order {
        let color = if spot.is_optimal { INK } else { STRONG_GRID };
        let stroke = Stroke::solid(color, 1.0);
        let has_bars = is_detailed(spot, spots.len());
        let first = scene.marks.len();
        for [from, to] in error_bars(spot, axes).into_iter().filter(|_| has_bars) {
            scene.line(&[from, to], stroke);
            let is_across = (to.1 - from.1).abs() < 1e-9;
            let (dx, dy) = if is_across { (0.0, 3.0) } else { (3.0, 0.0) };
            for (x, y) in [from, to] {
                scene.line(&[(x - dx, y - dy), (x + dx, y + dy)], stroke);
            }
        }
        let (symbol, reach, color) = roles::look(spot, spots.len());
        scene.symbol(spot.at, symbol, reach, color, !spot.is_optimal);
        let told: Vec<String> = told(spot.point, input).into_iter().flatten().collect();
        let name = &spot.point.name;
        scene.of_variants(first, &[name], format!("{name}: {}", told.join(", ")));
    }
}

/// The intervals of a spot that are long enough to be seen beside its symbol.
fn error_bars(spot: &Spot<'_>, axes: &Axes) -> Vec<[Point; 2]> {
    let (x, y) = spot.at;
    let across = [spot.cost - spot.cost_half, spot.cost + spot.cost_half];
    let up = [
        (spot.wait - spot.wait_half).max(0.0),
        spot.wait + spot.wait_half,
    ];
    let mut bars = vec![
        across.map(|cost| (axes.x.place(cost), y)),
        up.map(|wait| (x, axes.y.place(wait))),
    ];
    bars.retain(|[from, to]| (from.0 - to.0).abs().max((from.1 - to.1).abs()) > 1.0);
    bars
}

/// Names the spots, the baseline and the front first; returns how far down the chart now reaches.
fn draw_names(
    scene: &mut Scene,
    spots: &[Spot<'_>],
    axes: &Axes,
    (steps, limits): (&[Point], &Drawn),
) -> f64 {
    let mut order: Vec<&Spot<'_>> = spots.iter().collect();
    order.sort_by_key(|spot| {
        let is_named = roles::is_named(spot.point.role);
        (!is_named, !spot.is_baseline, !spot.is_best)
    });
    order.retain(|spot| is_detailed(spot, spots.len()));
    let bars = order.iter().flat_map(|spot| error_bars(spot, axes));
    // A line through a name would strike it out.
    let steps = steps.windows(2).map(|pair| [pair[0], pair[1]]);
    let bars = bars
        .chain(steps)
        .chain(limits.lines.iter().copied())
        .map(around);
    let room = Room {
        symbols: spots
            .iter()
            .map(|spot| Area::around(spot.at, roles::look(spot, spots.len()).1 + 1.0))
            .chain(limits.names.iter().copied())
            .collect(),
        bars: bars.collect(),
        plot: axes.plot,
        below: axes.plot.bottom + 56.0,
    };
    let mut named: Vec<Named> = Vec::new();
    for spot in order {
        let at = spot.at;
        let near = |other: &&mut Named| (at.0 - other.at.0).hypot(at.1 - other.at.1) < 2.0;
        if let Some(same) = named.iter_mut().find(near) {
            let equal = format!("{} = {}", same.name, spot.point.name);
            let is_same = (at.0 - same.at.0).hypot(at.1 - same.at.1) < 0.01;
            if is_same && same.others.is_empty() && equal.chars().count() <= 36 {
                same.name = equal;
            } else {
                same.others.push(spot.point.name.clone());
            }
        } else {
            let is_bold = spot.is_baseline || roles::is_named(spot.point.role);
            let name = roles::name(spot.point);
            named.push(Named {
                at,
                name,
                others: Vec::new(),
                is_bold,
            });
        }
    }
    naming::draw(scene, &named, &room)
}

/// What a line covers, with some room.
fn around([a, b]: [Point; 2]) -> Area {
    Area::new(a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)).grown(1.5)
}

/// Whether a spot among so many has a name and bars.
fn is_detailed(spot: &Spot<'_>, count: usize) -> bool {
    let role = spot.point.role;
    count <= DETAILED || spot.is_best || spot.is_baseline || roles::is_named(role)
}

fn describe(spots: &[Spot<'_>], input: &TradeoffInput) -> String {
    let words = input.words();
    let count = frame::counted(spots.len(), words.thing);
    let what = format!("Mean {} against {} for {count}.", words.cost.0, words.what);
    let is_told = |spot: &&Spot<'_>| spots.len() <= MOST_TOLD || is_detailed(spot, usize::MAX);
    let mut named: Vec<&Spot<'_>> = spots.iter().filter(is_told).collect();
    named.sort_by_key(|spot| !roles::is_named(spot.point.role));
    let named = named.into_iter();
    let sentences = named.take(MOST_TOLD).map(|spot| {
        let role = match (spot.is_baseline, spot.is_optimal) {
            (true, true) => " (baseline)",
            (true, false) => " (baseline, dominated)",
            (false, true) => "",
            (false, false) => " (dominated)",
        };
        let told: Vec<String> = told(spot.point, input).into_iter().flatten().collect();
        let name = roles::name(spot.point);
        format!("{name}{role}: {}.", told.join(", "))
    });
    let limits = input.cost_limits.iter().chain(&input.time_limits);
    let limits = limits.map(|line| format!("A line is at {}.", line.name));
    std::iter::once(what)
        .chain(limits)
        .chain(sentences)
        .collect::<Vec<String>>()
        .join(" ")
}

/// Cost and time of a point in words, with the digits of the tables; `None` of what is not known.
pub(super) fn told(point: &TradeoffPoint, input: &TradeoffInput) -> [Option<String>; 2] {
    let cost = Shown::of(Estimate {
        mean: point.cost,
        half_width: frame::sound_half(point.cost_half_width),
    });
    let wait = point.wait_p95_s.map(|mean| {
        let half_width = frame::sound_half(point.wait_p95_half_width_s);
        let wait = input.unit.from_seconds(Estimate { mean, half_width });
        format!("{} {}", Shown::of(wait).joined(), input.unit.name)
    });
    [
        Some(format!("{} {}", cost.joined(), input.words().cost.1)),
        wait,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_point_is_no_chart() {
        let point = TradeoffPoint {
            wait_p95_s: Some(3.0),
            ..TradeoffPoint::default()
        };
        let mut input = TradeoffInput {
            points: vec![point.clone(), TradeoffPoint::default()],
            ..TradeoffInput::default()
        };
        assert!(scene(&input).is_none());
        input.points[1].wait_p95_s = Some(5.0);
        assert!(scene(&input).is_some());
    }
}
