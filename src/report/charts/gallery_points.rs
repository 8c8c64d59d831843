//! Charts of cost against wait, of all kinds of input.

use super::gallery_inputs::{Named, name, noise, study};
use super::sweep::{self, SweepInput};
use super::tradeoff;
use super::tradeoff_input::{TradeoffInput, TradeoffPoint};
use super::work::Work;
use crate::report::numbers::TimeUnit;

pub(super) fn tradeoff_of(count: u32, replications: u32) -> TradeoffInput {
    let points = (0..count).map(|i| {
        let cost = 120.0 + 700.0 * noise(i + 5);
        let wait = 200_000.0 / cost * (0.7 + noise(i + 21));
        let half = |value: f64| (replications > 1).then_some(value);
        TradeoffPoint {
            name: name(i, count),
            look: usize::try_from(i).expect("points are few"),
            cost,
            cost_half_width: half(10.0 + 20.0 * noise(i)),
            wait_p95_s: Some(wait),
            wait_p95_half_width_s: half(30.0 + 60.0 * noise(i + 1)),
            is_dominated: noise(i + 3) > 0.6,
        }
    });
    TradeoffInput {
        has_other_bills: false,
        of: Work::Runs,
        study: study(replications),
        points: points.collect(),
        baseline: Some(0),
        unit: TimeUnit::suiting(600.0),
        limits: Vec::new(),
    }
}

/// Variants of the shipped kind: one waits never, one a little, one long.
fn tradeoff_far_apart() -> TradeoffInput {
    let mut input = tradeoff_of(4, 30);
    for (point, wait) in input.points.iter_mut().zip([5400.0, 12.0, 0.0, 300.0]) {
        point.wait_p95_s = Some(wait);
        point.wait_p95_half_width_s = Some(wait * 0.3);
    }
    input
}

fn same_points() -> TradeoffInput {
    let mut input = tradeoff_of(6, 30);
    for point in &mut input.points {
        point.cost = 100.0;
        point.wait_p95_s = Some(0.0);
        point.cost_half_width = Some(0.0);
        point.wait_p95_half_width_s = None;
    }
    input
}

fn broken_points() -> TradeoffInput {
    let mut input = tradeoff_of(5, 30);
    input.points[0].cost = f64::NAN;
    input.points[1].wait_p95_s = None;
    input.points[2].wait_p95_s = Some(-3.0);
    input.points[3].wait_p95_half_width_s = Some(f64::INFINITY);
    input.points[3].cost = -20.0;
    input.points[4].name = "한국어 <b>".repeat(30);
    input
}

fn sweep_of(values: &[&str], replications: u32) -> SweepInput {
    let count = u32::try_from(values.len()).expect("values are few");
    SweepInput {
        key: "idle_before_scale_down".to_owned(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
        tradeoff: tradeoff_of(count, replications),
    }
}

/// Waits that do not exist, none at all, and far apart; requests with an SLO.
fn strange_sweep() -> SweepInput {
    let mut input = sweep_of(
        &["small", "a value in many words, of a table", "large", "4"],
        30,
    );
    input.tradeoff.of = Work::Requests;
    input.tradeoff.limits = vec![(0.5, "SLO")];
    let waits = [Some(0.0), None, Some(1e5), Some(0.2)];
    for (point, wait) in input.tradeoff.points.iter_mut().zip(waits) {
        point.wait_p95_s = wait;
    }
    input.tradeoff.points[2].cost = 1e6;
    input
}

/// All of them, by name.
pub(super) fn scenes() -> Vec<Named> {
    vec![
        ("sweep-3", sweep::scene(&sweep_of(&["30", "42", "102"], 30))),
        (
            "sweep-times",
            sweep::scene(&sweep_of(&["0s", "2m", "5m", "10m", "1h", "2h"], 1)),
        ),
        ("sweep-strange", sweep::scene(&strange_sweep())),
        ("sweep-2", sweep::scene(&sweep_of(&["30", "42"], 30))),
        ("tradeoff-1", tradeoff::scene(&tradeoff_of(1, 30))),
        ("tradeoff-4", tradeoff::scene(&tradeoff_of(4, 30))),
        ("tradeoff-far-apart", tradeoff::scene(&tradeoff_far_apart())),
        ("tradeoff-12-single", tradeoff::scene(&tradeoff_of(12, 1))),
        ("tradeoff-25", tradeoff::scene(&tradeoff_of(25, 30))),
        ("tradeoff-200", tradeoff::scene(&tradeoff_of(200, 30))),
        ("tradeoff-same", tradeoff::scene(&same_points())),
        ("tradeoff-broken", tradeoff::scene(&broken_points())),
        (
            "tradeoff-nothing",
            tradeoff::scene(&TradeoffInput::default()),
        ),
    ]
}
