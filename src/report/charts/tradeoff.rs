//! Cost against p95 wait: a point for each variant with intervals both ways, and the front of those variants that no
//! other one beats in both.

use super::axis::{Linear, Ticks, duration, grouped, money_decimals};
use super::frame::{self, LABEL, MARGIN};
use super::naming::{self, Named, Room};
use super::palette::{AXIS, BLUE, GREY, GRID, INK, MUTED, PALE_GREY, VERMILION};
use super::scene::{Anchor, Area, Color, Point, Scene, Stroke, Symbol, Text, WIDTH};
use super::waitscale::WaitScale;
use super::work::{TradeoffWords, Work};
use super::{Chart, Study};

/// One variant's cost and wait.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradeoffPoint {
    /// The variant's name.
    pub name: String,
    /// Mean cost in USD.
    pub cost_usd: f64,
    /// Half the width of its 95 % interval, where there are several replications.
    pub cost_half_width_usd: Option<f64>,
    /// Mean of the replications' 95th percentiles of waits in seconds; `None` where no run started.
    pub wait_p95_s: Option<f64>,
    /// Half the width of its 95 % interval, where there are several replications.
    pub wait_p95_half_width_s: Option<f64>,
}

/// What the chart of cost against wait shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradeoffInput {
    /// Whether it is cost against waits of runs, or the cost of requests against their latency.
    pub of: Work,
    /// Where the figures come from.
    pub study: Study,
    /// Whether a part of the costs is not on the workspace's own bill, and so not shown.
    pub has_other_bills: bool,
    /// One point for each variant, in the order of the scenario.
    pub points: Vec<TradeoffPoint>,
    /// Position of the baseline in `points`.
    pub baseline: Option<usize>,
}

const PLOT_HEIGHT: f64 = 360.0;
/// With more points than this only the front and the baseline have names and bars.
const DETAILED: usize = 25;

/// A point that can be drawn.
struct Spot<'a> {
    name: &'a str,
    cost: f64,
    cost_half: Option<f64>,
    wait: f64,
    wait_half: Option<f64>,
    is_baseline: bool,
    is_front: bool,
    at: Point,
}

/// The axes and where they are.
struct Axes {
    plot: Area,
    x: Linear,
    ticks: Ticks,
    y: WaitScale,
}

/// Draws cost against wait.
pub fn draw(input: &TradeoffInput) -> Chart {
    Chart::of(&scene(input))
}

pub(super) fn scene(input: &TradeoffInput) -> Scene {
    let (mut spots, mut words) = (spots(input), input.of.tradeoff_words());
    if input.has_other_bills && input.of == Work::Runs {
        words.cost = "cost on the workspace's own bill (USD)";
        words.what = "Mean cost on the workspace's own bill in US dollars against the 95th percentile of waits";
    }
    if spots.is_empty() {
        let why = if input.points.is_empty() {
            "there are no variants"
        } else {
            words.nothing
        };
        return frame::nothing(words.name, words.title, &input.study.subtitle("", &[]), why);
    }
    let mut scene = Scene::new(words.name, words.title, 0.0);
    let has_intervals = spots
        .iter()
        .any(|s| s.cost_half.is_some() || s.wait_half.is_some());
    let bars = if has_intervals {
        "bars: 95 % intervals of the means"
    } else {
        ""
    };
    let labels = if spots.len() > DETAILED {
        "names and bars only on the front and the baseline"
    } else {
        ""
    };
    let missing = input.points.len() - spots.len();
    let absent = match missing {
        0 => String::new(),
        many => format!("{}: {many}", words.without),
    };
    let averaging = input.study.averaging();
    let subtitle = input.study.subtitle(&averaging, &[bars, labels, &absent]);
    let y = frame::heading(&mut scene, &subtitle);
    let top = key(&mut scene, &spots, y + 5.0) + 8.0;
    let axes = axes_of(&spots, top);
    for spot in &mut spots {
        spot.at = (axes.x.place(spot.cost), axes.y.place(spot.wait));
    }
    let cost = input.study.money(words.cost);
    draw_axes(&mut scene, &axes, (&words, &cost));
    draw_spots(&mut scene, &spots, &axes);
    scene.height = draw_names(&mut scene, &spots, &axes);
    scene.description = describe(&spots, words.what, &input.study);
    scene
}

fn spots(input: &TradeoffInput) -> Vec<Spot<'_>> {
    let points = input.points.iter().enumerate();
    let mut spots: Vec<Spot<'_>> = points
        .filter_map(|(index, point)| {
            let wait = point.wait_p95_s.filter(|wait| wait.is_finite())?.max(0.0);
            point.cost_usd.is_finite().then_some(Spot {
                name: &point.name,
                cost: point.cost_usd,
                cost_half: frame::sound_half(point.cost_half_width_usd),
                wait,
                wait_half: frame::sound_half(point.wait_p95_half_width_s),
                is_baseline: input.baseline == Some(index),
                is_front: false,
                at: (0.0, 0.0),
            })
        })
        .collect();
    for index in 0..spots.len() {
        let (cost, wait) = (spots[index].cost, spots[index].wait);
        let beats =
            |o: &Spot<'_>| o.cost <= cost && o.wait <= wait && (o.cost < cost || o.wait < wait);
        spots[index].is_front = !spots.iter().any(beats);
    }
    spots
}

/// How a spot is drawn; the shape says as much as the colour.
fn look(spot: &Spot<'_>) -> (Symbol, Color, bool) {
    let shape = if spot.is_baseline {
        Symbol::Diamond
    } else {
        Symbol::Circle
    };
    let color = match (spot.is_baseline, spot.is_front) {
        (true, _) => VERMILION,
        (false, true) => BLUE,
        (false, false) => GREY,
    };
    (shape, color, !spot.is_front)
}

/// What the symbols mean, of those that occur.
fn key(scene: &mut Scene, spots: &[Spot<'_>], y: f64) -> f64 {
    let any = |test: fn(&Spot<'_>) -> bool| spots.iter().any(test);
    let has_several = spots.len() > 1;
    let entries = [
        (
            any(|s| s.is_baseline),
            Symbol::Diamond,
            VERMILION,
            false,
            "baseline",
        ),
        (
            has_several,
            Symbol::Circle,
            BLUE,
            false,
            "front: none is both cheaper and quicker",
        ),
        (
            any(|s| !s.is_front),
            Symbol::Circle,
            GREY,
            true,
            "hollow: another is no worse in both",
        ),
    ];
    let mut x = MARGIN + 5.0;
    for (_, shape, color, hollow, meaning) in entries.into_iter().filter(|entry| entry.0) {
        scene.symbol((x, y), shape, 4.0, color, hollow);
        let text = Text::new(meaning, (x + 10.0, y), frame::SMALL);
        x += text.width() + 34.0;
        scene.text(text);
    }
    y + 16.0
}

fn axes_of(spots: &[Spot<'_>], top: f64) -> Axes {
    let low = |s: &Spot<'_>| s.cost - s.cost_half.unwrap_or(0.0);
    let high = |s: &Spot<'_>| s.cost + s.cost_half.unwrap_or(0.0);
    let (first, last) = (
        spots.iter().map(low).fold(f64::INFINITY, f64::min),
        spots.iter().map(high).fold(f64::NEG_INFINITY, f64::max),
    );
    // From zero, unless the costs are so alike that they would be one heap; always with some air.
    let span = (last - first).max(last.abs() * 0.02).max(0.01);
    let from = if first >= 0.0 && first < span * 1.5 {
        0.0
    } else {
        first - span * 0.12
    };
    let ticks = Ticks::around(from, last + span * 0.06, 6, 0.0);
    let plot = Area::new(MARGIN + 84.0, top, WIDTH - MARGIN - 24.0, top + PLOT_HEIGHT);
    let (values, places) = (ticks.range(), (plot.left, plot.right));
    let x = Linear { values, places };
    Axes {
        plot,
        x,
        ticks,
        y: wait_scale(spots, plot),
    }
}

/// Even where that shows all waits; logarithmic where the longest would flatten the others.
fn wait_scale(spots: &[Spot<'_>], plot: Area) -> WaitScale {
    const FLATTENED: f64 = 30.0;
    let positive = || spots.iter().map(|s| s.wait).filter(|wait| *wait > 0.0);
    let shortest = positive().fold(f64::INFINITY, f64::min);
    let longest = positive().fold(0.0, f64::max);
    let high = spots
        .iter()
        .map(|s| s.wait + s.wait_half.unwrap_or(0.0))
        .fold(0.0, f64::max);
    if longest > shortest * FLATTENED {
        let has_zero = spots.iter().any(|spot| spot.wait <= 0.0);
        let zero = plot.bottom - 10.0;
        let from = if has_zero { zero - 30.0 } else { zero };
        return WaitScale::log(shortest * 0.8, high * 1.05, zero, (from, plot.top + 8.0));
    }
    WaitScale::linear(high * 1.04, (plot.bottom - 10.0, plot.top + 8.0))
}

fn draw_axes(scene: &mut Scene, axes: &Axes, (words, cost): (&TradeoffWords, &str)) {
    let Axes { plot, x, ticks, y } = axes;
    for &value in &ticks.values {
        let place = x.place(value);
        scene.line(
            &[(place, plot.top), (place, plot.bottom + 4.0)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&ticks.label(value), (place, plot.bottom + 14.0), LABEL);
        scene.text(label.anchored(Anchor::Middle).colored(MUTED));
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
    frame::across_title(scene, cost, (across, plot.bottom + 35.0));
    let scale = match y {
        WaitScale::Linear { .. } => "",
        WaitScale::Log { .. } if y.has_zero_apart() => " (log scale; 0 apart)",
        WaitScale::Log { .. } => " (log scale)",
    };
    let title = format!("{}{scale}", words.time);
    frame::upward_title(scene, &title, (MARGIN + 4.0, down));
}

fn draw_spots(scene: &mut Scene, spots: &[Spot<'_>], axes: &Axes) {
    front_line(scene, spots);
    // What matters most is drawn last, over the others.
    let mut order: Vec<&Spot<'_>> = spots.iter().collect();
    order.sort_by_key(|spot| (spot.is_baseline, spot.is_front));
    for spot in order {
        let stroke = Stroke::solid(if spot.is_front { INK } else { PALE_GREY }, 1.0);
        let has_bars = is_detailed(spot, spots.len());
        for [from, to] in error_bars(spot, axes).into_iter().filter(|_| has_bars) {
            scene.line(&[from, to], stroke);
            let is_across = (to.1 - from.1).abs() < 1e-9;
            let (dx, dy) = if is_across { (0.0, 3.0) } else { (3.0, 0.0) };
            for (x, y) in [from, to] {
                scene.line(&[(x - dx, y - dy), (x + dx, y + dy)], stroke);
            }
        }
        let (shape, color, hollow) = look(spot);
        scene.symbol(spot.at, shape, 4.5, color, hollow);
    }
}

/// The intervals of a spot that are long enough to be seen beside its symbol.
fn error_bars(spot: &Spot<'_>, axes: &Axes) -> Vec<[Point; 2]> {
    let (x, y) = spot.at;
    let mut bars = Vec::new();
    if let Some(half) = spot.cost_half {
        bars.push([
            (axes.x.place(spot.cost - half), y),
            (axes.x.place(spot.cost + half), y),
        ]);
    }
    if let Some(half) = spot.wait_half {
        let low = (spot.wait - half).max(0.0);
        bars.push([(x, axes.y.place(low)), (x, axes.y.place(spot.wait + half))]);
    }
    bars.retain(|[from, to]| (from.0 - to.0).abs().max((from.1 - to.1).abs()) > 1.0);
    bars
}

/// Steps through the front, from the quickest to the cheapest.
fn front_line(scene: &mut Scene, spots: &[Spot<'_>]) {
    let mut front: Vec<Point> = spots.iter().filter(|s| s.is_front).map(|s| s.at).collect();
    front.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut path: Vec<Point> = Vec::new();
    for at in front {
        if let Some(&(_, y)) = path.last() {
            path.push((at.0, y));
        }
        path.push(at);
    }
    if path.len() > 1 {
        scene.line(
            &path,
            Stroke {
                color: GREY,
                width: 1.0,
                dash: &[3.0, 3.0],
            },
        );
    }
}

/// Names the spots, the baseline and the front first; returns how far down the chart now reaches.
fn draw_names(scene: &mut Scene, spots: &[Spot<'_>], axes: &Axes) -> f64 {
    let mut order: Vec<&Spot<'_>> = spots.iter().collect();
    order.sort_by_key(|spot| (!spot.is_baseline, !spot.is_front));
    order.retain(|spot| is_detailed(spot, spots.len()));
    let bars = order.iter().flat_map(|spot| error_bars(spot, axes));
    let bars = bars
        .map(|[a, b]| Area::new(a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)).grown(1.5));
    let room = Room {
        symbols: spots
            .iter()
            .map(|spot| Area::around(spot.at, 5.5))
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
            same.others += 1;
        } else {
            let (name, is_bold) = (spot.name.to_owned(), spot.is_baseline);
            named.push(Named {
                at,
                name,
                others: 0,
                is_bold,
            });
        }
    }
    naming::draw(scene, &named, &room)
}

/// Whether a spot among so many has a name and bars.
fn is_detailed(spot: &Spot<'_>, count: usize) -> bool {
    count <= DETAILED || spot.is_front || spot.is_baseline
}

fn describe(spots: &[Spot<'_>], what: &str, study: &Study) -> String {
    let largest = spots.iter().map(|spot| spot.cost.abs()).fold(0.0, f64::max);
    let decimals = money_decimals(largest);
    let count = spots.len();
    let what = format!("{} for {count} variants.", study.money(what));
    let unit = study.money("USD");
    let told = spots
        .iter()
        .filter(|spot| spot.is_front || spot.is_baseline)
        .take(12);
    let sentences = told.map(|spot| {
        let (cost, wait) = (grouped(spot.cost, decimals), duration(spot.wait));
        let role = if spot.is_baseline { " (baseline)" } else { "" };
        format!("{}{role}: {cost} {unit}, {wait}.", spot.name)
    });
    std::iter::once(what)
        .chain(sentences)
        .collect::<Vec<String>>()
        .join(" ")
}
