//! How long runs wait: for each variant, the share of runs that started within a wait, on a logarithmic axis that
//! keeps a place for runs that did not wait at all. And the same of how long requests take.

use super::axis::{self, Linear};
use super::frame::{self, LABEL, MARGIN};
use super::palette::{AXIS, CURVES, CurveLook, GRID, INK, MUTED, PALE_GREY, PAPER};
use super::scene::{Anchor, Area, Point, Scene, Stroke, Text, WIDTH};
use super::waitscale::WaitScale;
use super::work::{WaitWords, Work};
use super::{Chart, Study, font};

/// The distribution of one variant's waits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaitCurve {
    /// The variant's name.
    pub name: String,
    /// Waits in seconds and the share of runs (0 to 1) that waited at most so long, both rising.
    /// The share at a wait of 0 is that of the runs that did not wait.
    pub points: Vec<(f64, f64)>,
}

/// What the chart of waits shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaitInput {
    /// Whether these are waits of runs or latencies of requests.
    pub of: Work,
    /// Where the figures come from.
    pub study: Study,
    /// One curve for each variant, in the order of the scenario.
    pub curves: Vec<WaitCurve>,
    /// Position of the baseline in `curves`.
    pub baseline: Option<usize>,
}

const PLOT_HEIGHT: f64 = 330.0;

/// A curve without what cannot be drawn.
struct Curve<'a> {
    name: &'a str,
    is_baseline: bool,
    points: Vec<(f64, f64)>,
}

impl Curve<'_> {
    /// The share of runs that waited at most `wait` seconds, between its neighbours where it is not given.
    fn share(&self, wait: f64) -> f64 {
        let after = self.points.partition_point(|point| point.0 <= wait);
        let Some(&(before_wait, before)) = after.checked_sub(1).map(|i| &self.points[i]) else {
            return 0.0;
        };
        let Some(&(next_wait, next)) = self.points.get(after) else {
            return before;
        };
        // From zero there is no logarithm to follow: the next given wait is where the curve first rises.
        if before_wait <= 0.0 {
            return before;
        }
        before + (next - before) * (wait / before_wait).ln() / (next_wait / before_wait).ln()
    }

    /// The shortest given wait that at least `share` of the runs did not exceed.
    fn quantile(&self, share: f64) -> Option<f64> {
        self.points
            .iter()
            .find(|point| point.1 >= share - 1e-9)
            .map(|point| point.0)
    }

    fn last_share(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.1)
    }
}

/// Draws the waits of each variant.
pub fn draw(input: &WaitInput) -> Chart {
    Chart::of(&scene(input))
}

pub(super) fn scene(input: &WaitInput) -> Scene {
    let all = curves(input);
    let words = input.of.wait_words();
    if all.is_empty() {
        let subtitle = input.study.subtitle("", &[]);
        return frame::nothing(words.name, words.title, &subtitle, words.nothing);
    }
    let (shown, remark) = choose(&all, input.of);
    let mut scene = Scene::new(words.name, words.title, 0.0);
    let things = words.things;
    let basis = match input.study.replications {
        0 | 1 => format!("{things} of 1 replication"),
        many => format!("{things} of {many} replications together"),
    };
    let top = frame::heading(&mut scene, &input.study.subtitle(&basis, &[&remark])) + 10.0;
    let names = shown
        .iter()
        .map(|curve| font::shorten(curve.name, LABEL, true, 320.0));
    let names: Vec<String> = names.collect();
    let widest = names
        .iter()
        .map(|name| font::width(name, LABEL, true))
        .fold(40.0, f64::max);
    // Short names stand beside the curves, long ones in two columns below the axis.
    let is_beside = widest <= 150.0;
    let column = WIDTH - MARGIN - widest - 40.0;
    let right = if is_beside {
        column - 18.0
    } else {
        WIDTH - MARGIN - 14.0
    };
    let plot = Area::new(MARGIN + 56.0, top, right, top + PLOT_HEIGHT);
    let x = wait_scale(&shown, plot);
    let y = Linear {
        values: (0.0, 1.0),
        places: (plot.bottom, plot.top),
    };
    axes(&mut scene, plot, &x, y, &words);
    scene.height = plot.bottom + 54.0;
    let looks = looks(&shown);
    for (index, curve) in (0_u8..).zip(&shown) {
        let look = &CURVES[looks[usize::from(index)]];
        let turn = (f64::from(index), shown.len().max(8) as f64);
        draw_curve(&mut scene, curve, look, (&x, y), turn);
        let at = if is_beside {
            (column, plot.top + 10.0 + f64::from(index) * 21.0)
        } else {
            let row = plot.bottom + 62.0 + f64::from(index / 2) * 21.0;
            scene.height = row + 22.0;
            (MARGIN + f64::from(index % 2) * 382.0, row)
        };
        legend_entry(&mut scene, &names[usize::from(index)], curve, look, at);
    }
    scene.description = describe(&all, input.of);
    scene
}

fn curves(input: &WaitInput) -> Vec<Curve<'_>> {
    let curves = input.curves.iter().enumerate().map(|(index, curve)| {
        let sound = curve
            .points
            .iter()
            .filter(|(wait, share)| wait.is_finite() && share.is_finite());
        let mut points: Vec<(f64, f64)> = sound
            .map(|&(wait, share)| (wait.max(0.0), share.clamp(0.0, 1.0)))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        Curve {
            name: &curve.name,
            is_baseline: input.baseline == Some(index),
            points,
        }
    });
    curves.filter(|curve| curve.last_share() > 0.0).collect()
}

/// At most as many curves as there are looks, and a remark where these are not all.
fn choose<'a>(all: &'a [Curve<'a>], of: Work) -> (Vec<&'a Curve<'a>>, String) {
    let most = CURVES.len();
    if all.len() <= most {
        return (all.iter().collect(), String::new());
    }
    let p95 = |index: usize| all[index].quantile(0.95).unwrap_or(f64::INFINITY);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&a, &b| p95(a).total_cmp(&p95(b)));
    let baseline = all.iter().position(|curve| curve.is_baseline);
    let shown = frame::spread(&order, most, baseline);
    let with = if baseline.is_some() {
        ", with the baseline"
    } else {
        ""
    };
    let count = all.len();
    let what = of.wait_words().time;
    let remark = format!(
        "{most} of {count} variants, evenly from the shortest to the longest p95 {what}{with}"
    );
    (shown.into_iter().map(|index| &all[index]).collect(), remark)
}

/// Which look each curve has: the baseline the first, so that it is the same in every chart.
fn looks(shown: &[&Curve<'_>]) -> Vec<usize> {
    let baseline = shown.iter().position(|curve| curve.is_baseline);
    let baseline = baseline.unwrap_or(0);
    let look = |index: usize| match index {
        index if index == baseline => 0,
        index if index < baseline => index + 1,
        index => index,
    };
    (0..shown.len()).map(look).collect()
}

/// A scale from where the curves begin to rise to where the last one ends.
fn wait_scale(shown: &[&Curve<'_>], plot: Area) -> WaitScale {
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
    let longest = ends.fold(0.0, f64::max);
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
            PALE_GREY
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
    let mut title = format!("{} (log scale)", words.axis);
    if x.has_zero_apart() {
        title = format!("{} (log scale; 0 apart)", words.axis);
        break_marks(scene, plot.left + 17.0, plot.bottom);
    }
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
    look: &CurveLook,
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
            let (at, shape, hollow) = ((place, height), look.symbol, look.hollow);
            scene.symbol(at, shape, 3.6, look.color, hollow);
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

fn legend_entry(scene: &mut Scene, name: &str, curve: &Curve<'_>, look: &CurveLook, at: Point) {
    let (x, y) = at;
    let stroke = Stroke {
        color: look.color,
        width: 2.0,
        dash: look.dash,
    };
    scene.line(&[(x, y), (x + 32.0, y)], stroke);
    let (at, shape, hollow) = ((x + 16.0, y), look.symbol, look.hollow);
    scene.symbol(at, shape, 3.6, look.color, hollow);
    let text = Text::new(name, (x + 40.0, y), LABEL).colored(INK);
    scene.text(text.bold_if(curve.is_baseline));
}

fn describe(all: &[Curve<'_>], of: Work) -> String {
    let count = all.len();
    let times = of.wait_words().times;
    let what = format!("Cumulative distributions of {times} for {count} variants.");
    let sentences = all.iter().take(12).map(|curve| {
        if of == Work::Requests {
            let p95 = axis::duration(curve.quantile(0.95).unwrap_or(f64::INFINITY));
            return format!("{}: 95 % took at most {p95}.", curve.name);
        }
        let none = curve.share(0.0) * 100.0;
        let most = match curve.quantile(0.95) {
            Some(wait) => format!("95 % waited at most {}", axis::duration(wait)),
            None => "fewer than 95 % started".to_owned(),
        };
        format!("{}: {none:.0} % of runs did not wait, {most}.", curve.name)
    });
    std::iter::once(what)
        .chain(sentences)
        .collect::<Vec<String>>()
        .join(" ")
}
