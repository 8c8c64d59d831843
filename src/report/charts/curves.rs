//! The curves of the charts of waits: without what cannot be drawn, equal ones put together, at most as many as there are
//! looks.

use super::font;
use super::frame::{self, LABEL};
use super::palette::VARIANTS;
use super::wait_input::WaitInput;
use super::work::Work;

/// Names of one curve that are listed; more are counted.
const LISTED: usize = 5;

/// How far apart curves may be in their share, and times what in their waits, to be drawn as one: about half a unit.
const NEAR_SHARE: f64 = 0.0015;
const NEAR_WAIT: f64 = 1.01;

/// A curve without what cannot be drawn, of one variant or of several that are equal.
#[derive(Clone)]
pub(super) struct Curve<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) look: usize,
    pub(super) is_baseline: bool,
    pub(super) points: Vec<(f64, f64)>,
}

impl Curve<'_> {
    /// The share of runs that waited at most `wait` seconds, between its neighbors where it is not given.
    pub(super) fn share(&self, wait: f64) -> f64 {
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
    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        self.points
            .iter()
            .find(|point| point.1 >= share - 1e-9)
            .map(|point| point.0)
    }

    /// Whether this curve hides another or is hidden by it: nowhere are they further apart than a line is wide.
    fn covers(&self, other: &Self) -> bool {
        let is_near = |(one, two): (&Self, &Self)| {
            one.points.iter().all(|&(wait, share)| {
                let (least, most) = (two.share(wait / NEAR_WAIT), two.share(wait * NEAR_WAIT));
                share >= least - NEAR_SHARE && share <= most + NEAR_SHARE
            })
        };
        is_near((self, other)) && is_near((other, self))
    }

    pub(super) fn last_share(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.1)
    }
}

/// The curves that can be drawn, equal ones as one.
pub(super) fn curves(input: &WaitInput) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve<'_>> = Vec::new();
    for (index, curve) in input.curves.iter().enumerate() {
        let sound = curve
            .points
            .iter()
            .filter(|(wait, share)| wait.is_finite() && share.is_finite());
        let mut points: Vec<(f64, f64)> = sound
            .map(|&(wait, share)| (wait.max(0.0), share.clamp(0.0, 1.0)))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let is_baseline = input.baseline == Some(index);
        let curve = Curve {
            names: vec![&curve.name],
            look: curve.look,
            is_baseline,
            points,
        };
        add(&mut curves, curve, |a, b| is_same(&a.points, &b.points));
    }
    curves.retain(|curve| curve.last_share() > 0.0);
    curves
}

/// Adds a curve, or its names to those of one that is the same; that of the baseline gives the look.
fn add<'a>(
    curves: &mut Vec<Curve<'a>>,
    mut curve: Curve<'a>,
    is_same: fn(&Curve<'a>, &Curve<'a>) -> bool,
) {
    match curves.iter_mut().find(|other| is_same(other, &curve)) {
        Some(same) if curve.is_baseline => {
            curve.names.append(&mut same.names);
            *same = curve;
        }
        Some(same) => same.names.append(&mut curve.names),
        None => curves.push(curve),
    }
}

/// The curves as they are drawn: those that would hide each other as one.
pub(super) fn drawn<'a>(shown: &[&Curve<'a>]) -> Vec<Curve<'a>> {
    let mut curves = Vec::new();
    for &curve in shown {
        add(&mut curves, curve.clone(), Curve::covers);
    }
    curves
}

/// Whether two curves are equal.
fn is_same(one: &[(f64, f64)], other: &[(f64, f64)]) -> bool {
    let near = |(a, b): (&(f64, f64), &(f64, f64))| {
        (a.0 - b.0).abs() <= 1e-9 * a.0.max(1.0) && (a.1 - b.1).abs() < 1e-6
    };
    one.len() == other.len() && one.iter().zip(other).all(near)
}

/// At most as many curves as there are looks, and a remark where these are not all.
pub(super) fn choose<'a>(all: &'a [Curve<'a>], of: Work) -> (Vec<&'a Curve<'a>>, String) {
    let most = VARIANTS.len();
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

/// Which look each curve has: that of its variant in all charts, unless these are too many to be told apart.
pub(super) fn looks(shown: &[&Curve<'_>]) -> Vec<usize> {
    if shown.iter().all(|curve| curve.look < VARIANTS.len()) {
        return shown.iter().map(|curve| curve.look).collect();
    }
    let mut others = 1..;
    let look = |curve: &&Curve<'_>| {
        if curve.is_baseline {
            0
        } else {
            others.next().unwrap_or(0) % VARIANTS.len()
        }
    };
    shown.iter().map(look).collect()
}

/// The names of a curve as the legend lists them: `a`, `= b`.
pub(super) fn legend_lines(curve: &Curve<'_>) -> Vec<String> {
    let named = curve.names.iter().enumerate().take(LISTED);
    let mut lines: Vec<String> = named
        .map(|(position, name)| {
            let name = font::shorten(name, LABEL, true, 320.0);
            if position == 0 {
                name
            } else {
                format!("= {name}")
            }
        })
        .collect();
    let more = curve.names.len() - lines.len();
    if more > 0 {
        lines.push(format!("= {more} more"));
    }
    lines
}
