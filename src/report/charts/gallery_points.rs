//! Charts of cost against wait, of all kinds of input.

use super::gallery_inputs::{Named, name, noise, study};
use super::keys::{self, KeyLevel, KeyMark, KeyPanel, KeysInput};
use super::sweep::{self, SweepInput};
use super::tornado::{self, TornadoChoice, TornadoEnd, TornadoInput, TornadoPanel, TornadoRow};
use super::tradeoff;
use super::tradeoff_input::{Line, Role, TradeoffInput, TradeoffPoint, Wording};
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
            role: Role::Variant,
        }
    });
    TradeoffInput {
        has_other_bills: false,
        of: Work::Runs,
        study: study(replications),
        points: points.collect(),
        baseline: Some(0),
        unit: TimeUnit::suiting(600.0),
        ..TradeoffInput::default()
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

fn line(at: f64, name: &str) -> Line {
    let name = name.to_owned();
    Line { at, name }
}

/// A study with a goal: its limits are among the points.
fn tradeoff_with_goal() -> TradeoffInput {
    TradeoffInput {
        time_limits: vec![line(500.0, "goal: wait_p95 <= 500s")],
        cost_limits: vec![line(420.0, "goal: cost <= 420")],
        ..tradeoff_of(8, 30)
    }
}

/// A search among many points, with a best one or without.
fn search_of(count: u32, named: Role) -> TradeoffInput {
    let mut input = TradeoffInput {
        baseline: None,
        wording: Some(Wording {
            name: "search",
            title: "Cost against p95 wait of the points of the search".to_owned(),
            cost: ("cost".to_owned(), "USD per month".to_owned()),
            time: "p95 wait of gpu".to_owned(),
            basis: "means of 10 to 80 replications".to_owned(),
        }),
        ..tradeoff_with_goal()
    };
    input.points = tradeoff_of(count, 30).points;
    let roles = [Role::Tied, Role::Undecided, Role::Worse, Role::Misses];
    for (index, point) in input.points.iter_mut().enumerate() {
        point.role = match index {
            3 => named,
            1 | 2 => roles[index - 1],
            index => roles[2 + index % 2],
        };
        point.is_dominated = index % 3 == 1;
    }
    input
}

/// Keys with ever more values, of which some have no figure.
fn keys_of(count: u32, is_time: bool) -> KeysInput {
    let roles = [Role::Best, Role::Worse, Role::Undecided, Role::Misses];
    let mark = |key: u32, index: u32| KeyMark {
        point: format!("{}m / {key}", index * 10),
        mean: if index == 2 {
            f64::INFINITY
        } else {
            400.0 + 300.0 * noise(key * 7 + index)
        },
        half_width: (index != 1).then_some(20.0),
        role: roles[index as usize % 4],
    };
    let level = |key: u32, index: u32| KeyLevel {
        value: format!("{}m", index * 10),
        best: mark(key, index),
        perhaps: (index % 4 == 1).then(|| KeyMark {
            mean: 350.0,
            role: Role::Undecided,
            ..mark(key, index)
        }),
    };
    let panel = |key: u32| KeyPanel {
        key: format!("cluster.gpu-{key}.idle_before_scale_down"),
        levels: (0..4 + key * 3).map(|index| level(key, index)).collect(),
    };
    KeysInput {
        study: study(30),
        basis: "means of 10 to 80 replications".to_owned(),
        figure: "cost (USD per month)".to_owned(),
        is_time,
        kept: "meets the goal",
        panels: (0..count).map(panel).collect(),
    }
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
    input.tradeoff.time_limits = vec![Line::slo(0.5)];
    input.tradeoff.cost_limits = vec![line(900.0, "goal: cost <= 900"), line(9e7, "goal: far")];
    let waits = [Some(0.0), None, Some(1e5), Some(0.2)];
    for (point, wait) in input.tradeoff.points.iter_mut().zip(waits) {
        point.wait_p95_s = wait;
    }
    input.tradeoff.points[2].cost = 1e6;
    input
}

/// All of them, by name.
/// A tornado of some inputs on one figure or two; one end has no wait, one input moves nothing, one both ways alike.
fn tornado_of(count: u32, figures: usize) -> TornadoInput {
    let stated = [440.0, 4.3];
    let end = |row: u32, is_low: bool| TornadoEnd {
        written: (if is_low { "70%" } else { "150%" }).to_owned(),
        is_low,
        choice: match (row, is_low) {
            (0, false) => TornadoChoice::Other,
            (3, false) => TornadoChoice::Nobody,
            _ => TornadoChoice::Stays,
        },
        values: (0..figures)
            .map(|figure| {
                let size = 0.3 * stated[figure] / f64::from(row + 1);
                let way = if is_low && row % 4 != 3 { -0.5 } else { 1.0 };
                let value = if row == 1 { 0.0 } else { size * way };
                (row != 2 || is_low || figure == 0).then_some(stated[figure] + value)
            })
            .collect(),
    };
    let row = |row| TornadoRow {
        label: format!("workload.training-{row}.duration.log_normal.median"),
        ends: vec![end(row, true), end(row, false)],
    };
    let titles = ["cost (USD per month)", "p95 wait (min)"]
        .iter()
        .zip(stated);
    TornadoInput {
        study: study(30),
        variant: "one-warm-node".to_owned(),
        nobody: "no variant surely meets the goal",
        panels: titles
            .take(figures)
            .map(|(title, stated)| TornadoPanel {
                title: (*title).to_owned(),
                stated,
            })
            .collect(),
        rows: (0..count).map(row).collect(),
    }
}

pub(super) fn scenes() -> Vec<Named> {
    vec![
        ("tornado-1", tornado::scene(&tornado_of(1, 2))),
        ("tornado-5", tornado::scene(&tornado_of(5, 2))),
        ("tornado-40", tornado::scene(&tornado_of(40, 1))),
        ("tornado-nothing", tornado::scene(&TornadoInput::default())),
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
        ("tradeoff-goal", tradeoff::scene(&tradeoff_with_goal())),
        ("keys-1", keys::scene("keys", &keys_of(1, false))),
        ("keys-9", keys::scene("keys", &keys_of(9, true))),
        ("keys-nothing", keys::scene("keys", &KeysInput::default())),
        ("search-12", tradeoff::scene(&search_of(12, Role::Best))),
        (
            "search-400",
            tradeoff::scene(&search_of(400, Role::Closest)),
        ),
        ("tradeoff-same", tradeoff::scene(&same_points())),
        ("tradeoff-broken", tradeoff::scene(&broken_points())),
        (
            "tradeoff-nothing",
            tradeoff::scene(&TradeoffInput::default()),
        ),
    ]
}
