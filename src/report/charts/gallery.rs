//! Charts of many kinds of input, realistic and not, for tests and for looking at.

use super::causes::{CauseBar, CausesInput};
use super::cost::{CostBar, CostInput};
use super::nodes::{Counted, LevelLimit, Levels, NodesInput, NodesPanel};
use super::scene::Scene;
use super::wait::{WaitCurve, WaitInput};
use super::work::Work;
use super::{Study, causes, cost, gallery_points, gallery_targets, money, nodes, wait};
use crate::report::numbers::TimeUnit;

const NAMES: [&str; 6] = [
    "scale-to-zero",
    "one-warm-node",
    "two-warm-nodes",
    "always-on",
    "idle-30-min",
    "spot",
];

/// A repeatable number from 0 to 1.
pub(super) fn noise(seed: u32) -> f64 {
    let mut bits = seed.wrapping_mul(0x9E37_79B9) ^ 0x85EB_CA6B;
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297A_2D39);
    f64::from(bits ^ (bits >> 15)) / f64::from(u32::MAX)
}

pub(super) fn study(replications: u32) -> Study {
    Study {
        scenario: "burst".to_owned(),
        replications,
        span: "24 h after 1 h of warm-up".to_owned(),
        keys: String::new(),
        period: money::Period::Measured("28 days".to_owned()),
        ..Study::default()
    }
}

pub(super) fn name(index: u32, count: u32) -> String {
    match usize::try_from(index) {
        Ok(index) if count <= 6 => NAMES[index].to_owned(),
        _ => format!(
            "idle={}s,min_nodes={},max_nodes={}",
            60 * (index / 5 + 1),
            index % 5,
            8 + index % 7
        ),
    }
}

pub(super) fn cost_of(count: u32, replications: u32) -> CostInput {
    let bars = (0..count).map(|i| {
        let idle = 5.0 + 240.0 * noise(i);
        let parts = [
            310.0,
            30.0 * f64::from(i % 2),
            14.0,
            3.0,
            21.0 * noise(i + 7),
            4.0,
            60.0 * f64::from(i % 3),
            idle,
            90.0 * f64::from(i % 5 / 4),
            50.0 * f64::from(i % 4 / 2),
            35.0 * f64::from(i % 4 / 3),
            2.5,
            70.0 * f64::from(i % 4 / 2),
            40.0 * f64::from(i % 2),
            12.0,
        ];
        let half_width = (replications > 1).then(|| 4.0 + 30.0 * noise(i + 99));
        CostBar {
            name: name(i, count),
            parts,
            half_width,
        }
    });
    CostInput {
        has_other_bills: false,
        study: study(replications),
        bars: bars.collect(),
        baseline: Some(0),
    }
}

pub(super) fn causes_of(count: u32, replications: u32) -> CausesInput {
    let bars = (0..count).map(|i| {
        let parts_s = [
            30.0 * f64::from(i % 2),
            40.0 + 260.0 * noise(i),
            900.0 * noise(i + 5) * f64::from(i % 3),
            20.0 + 4000.0 * noise(i + 9).powi(4),
            25.0,
        ];
        CauseBar {
            name: name(i, count),
            cost: noise(i),
            parts_s: Some(parts_s),
            half_width_s: (replications > 1).then(|| 5.0 + 90.0 * noise(i + 99)),
            grows: false,
        }
    });
    CausesInput {
        unit: TimeUnit::suiting(600.0),
        study: study(replications),
        bars: bars.collect(),
        baseline: Some(0),
    }
}

pub(super) fn wait_of(count: u32) -> WaitInput {
    let curves = (0..count).map(|i| {
        let none = (0.2 + 0.25 * f64::from(i)).min(0.96) * noise(i + 3).sqrt();
        let middle = 40.0 + 900.0 * noise(i + 11);
        let share = |wait: f64| none + (1.0 - none) * (1.0 - (-wait / middle).exp());
        let steps = (0..=232_i32).map(|k| (16.0 + f64::from(k) / 8.0).exp2() / 1e6);
        let points = std::iter::once((0.0, none)).chain(steps.map(|wait| (wait, share(wait))));
        let points = points.map(|(wait, share)| (wait, if share > 0.9999 { 1.0 } else { share }));
        WaitCurve {
            name: name(i, count),
            look: usize::try_from(i).expect("curves are few"),
            points: points.collect(),
        }
    });
    WaitInput {
        of: Work::Runs,
        study: study(30),
        curves: curves.collect(),
        baseline: Some(0),
        limits: Vec::new(),
    }
}

pub(super) fn nodes_of(panels: u32, changes: u32, days: f64, start: Option<&str>) -> NodesInput {
    let end_s = days * 86_400.0;
    let panels = (0..panels).map(|p| {
        let levels = (0..changes).map(|i| {
            let at_s = end_s * f64::from(i) / f64::from(changes);
            let hour = at_s / 3600.0 % 24.0;
            let peak = (-((hour - 10.0) / 2.5).powi(2)).exp() * 9.0 + 1.5;
            let occupied = (peak * noise(i + p)).round();
            let idle = (2.0 * noise(i + 55)).round() + f64::from(p % 2);
            let provisioning = if noise(i + 77) > 0.7 { 2.0 } else { 0.0 };
            let leaving = if noise(i + 78) > 0.9 { 1.0 } else { 0.0 };
            let waiting = (peak * 2.0 * noise(i + 13 + p) - 4.0).max(0.0).round();
            Levels {
                at_s,
                occupied,
                idle,
                provisioning,
                leaving,
                waiting,
                system: f64::from(p % 4 / 3),
            }
        });
        NodesPanel {
            name: name(p, 6.max(panels)),
            variant: usize::try_from(p).expect("panels are few"),
            levels: levels.collect(),
            target: String::new(),
            end_s,
            averaged_s: None,
            counts: None,
            limit: (p % 3 == 0).then(|| LevelLimit {
                most: Some(14.0),
                by: "max_nodes".to_owned(),
                shared: None,
            }),
        }
    });
    let panels = panels.collect();
    let start = start.map(str::to_owned);
    NodesInput {
        horizon_s: end_s,
        of: Counted::Nodes,
        study: study(30),
        replication: 1,
        start,
        warmup_s: 0.0,
        panels,
        peak_of: Vec::new(),
        baseline: Some(0),
    }
}

fn broken_costs() -> CostInput {
    let mut input = cost_of(4, 30);
    input.bars[0].parts = [f64::NAN; 15];
    input.bars[1].parts = [
        f64::INFINITY,
        -3.0,
        1e300,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ];
    input.bars[1].half_width = Some(f64::NAN);
    input.bars[2].name = "대기 시간 — 漢字 <&\"'> \u{7}\n🚀".to_owned();
    input.bars[3].name = "W".repeat(500);
    input
}

/// No run, no wait, no number, and waits of very different lengths.
fn broken_causes() -> CausesInput {
    let mut input = causes_of(5, 30);
    input.bars[0].parts_s = None;
    input.bars[1].parts_s = Some([0.0; 5]);
    input.bars[2].parts_s = Some([f64::NAN, -3.0, f64::INFINITY, 0.2, 0.0]);
    input.bars[2].half_width_s = Some(f64::NAN);
    input.bars[3].parts_s = Some([0.0, 3e6, 0.0, 4e5, 2.0]);
    input.bars[4].name = "한국어 <b>".repeat(30);
    input
}

fn broken_waits() -> WaitInput {
    let mut input = wait_of(4);
    input.curves[0].points = vec![(f64::NAN, 0.5), (3.0, f64::INFINITY)];
    input.curves[1].points = vec![(500.0, 0.9), (-4.0, 0.1), (20.0, 2.0)];
    input.curves[2].points = vec![(0.0, 0.0), (1e12, 1.0)];
    input.curves[3].name = "漢字".repeat(60);
    input
}

fn flat_waits(share: f64) -> WaitInput {
    let mut input = wait_of(3);
    for curve in &mut input.curves {
        curve.points = vec![(0.0, share), (3600.0, share)];
    }
    input
}

fn no_costs() -> CostInput {
    let mut input = cost_of(3, 1);
    input.bars.iter_mut().for_each(|bar| bar.parts = [0.0; 15]);
    input
}

fn small_costs() -> CostInput {
    let mut input = cost_of(2, 30);
    for bar in &mut input.bars {
        bar.parts.iter_mut().for_each(|part| *part *= 1e-5);
        bar.half_width = bar.half_width.map(|half| half * 1e-5);
    }
    input
}

/// Variants with two targets each.
pub(super) fn two_targets(variants: usize) -> NodesInput {
    let panels = u32::try_from(2 * variants).expect("variants are few");
    let mut input = nodes_of(panels, 300, 1.0, None);
    for (position, panel) in input.panels.iter_mut().enumerate() {
        panel.variant = position / 2;
        panel.name = format!("variant-{}", position / 2);
        panel.target = format!("target-{}", position % 2);
    }
    input
}

/// What becomes of an input, by name.
pub(super) type Named = (&'static str, Option<Scene>);

/// The charts of all kinds of input that have one, by name.
pub(super) fn scenes() -> Vec<(&'static str, Scene)> {
    let drawn = all().into_iter();
    drawn
        .filter_map(|(name, scene)| Some((name, scene?)))
        .collect()
}

/// All kinds of input, by name.
pub(super) fn all() -> Vec<Named> {
    [
        bars(),
        waits(),
        nodes_over_time(),
        gallery_points::scenes(),
        gallery_targets::scenes(),
    ]
    .concat()
}

fn bars() -> Vec<Named> {
    vec![
        ("cost-1", cost::scene(&cost_of(1, 30))),
        ("cost-4", cost::scene(&cost_of(4, 30))),
        ("cost-12-single", cost::scene(&cost_of(12, 1))),
        ("cost-40", cost::scene(&cost_of(40, 30))),
        ("cost-200", cost::scene(&cost_of(200, 30))),
        ("cost-broken", cost::scene(&broken_costs())),
        ("cost-zero", cost::scene(&no_costs())),
        ("cost-small", cost::scene(&small_costs())),
        ("cost-nothing", cost::scene(&CostInput::default())),
        ("causes-1", causes::scene(&causes_of(1, 30))),
        ("causes-4", causes::scene(&causes_of(4, 30))),
        ("causes-12-single", causes::scene(&causes_of(12, 1))),
        ("causes-200", causes::scene(&causes_of(200, 30))),
        ("causes-broken", causes::scene(&broken_causes())),
    ]
}

fn waits() -> Vec<Named> {
    vec![
        ("wait-1", wait::scene(&wait_of(1))),
        ("wait-4", wait::scene(&wait_of(4))),
        (
            "wait-8",
            wait::scene(&WaitInput {
                curves: wait_of(12).curves[..8].to_vec(),
                ..wait_of(0)
            }),
        ),
        ("wait-200", wait::scene(&wait_of(200))),
        ("wait-none", wait::scene(&flat_waits(1.0))),
        ("wait-stuck", wait::scene(&flat_waits(0.4))),
        ("wait-broken", wait::scene(&broken_waits())),
        ("wait-nothing", wait::scene(&flat_waits(0.0))),
    ]
}

fn nodes_over_time() -> Vec<Named> {
    let start = Some("2024-01-01T00:00:00[Europe/Berlin]");
    let mut quiet = nodes_of(2, 3, 1.0, None);
    quiet.panels[0].levels = vec![Levels::default()];
    quiet.panels[1].end_s = 9000.0;
    let month = nodes_of(3, 8000, 30.0, start);
    let mut means = nodes_of(2, 8000, 60.0, None);
    means.panels[0].averaged_s = Some(512.0);
    let mut staying = nodes_of(1, 300, 1.0, start);
    for levels in &mut staying.panels[0].levels {
        (levels.leaving, levels.idle) = (0.0, 0.0);
    }
    let mut none = nodes_of(2, 8000, 30.0, start);
    for levels in none.panels.iter_mut().flat_map(|panel| &mut panel.levels) {
        *levels = Levels {
            at_s: levels.at_s,
            ..Levels::default()
        };
    }
    let mut wild = nodes_of(2, 50, 1.0, Some("nonsense"));
    wild.panels[0].levels[3] = Levels {
        at_s: f64::NAN,
        occupied: f64::INFINITY,
        ..Levels::default()
    };
    wild.panels[1].levels.reverse();
    vec![
        ("nodes-1", nodes::scene(&nodes_of(1, 300, 1.0, start))),
        ("nodes-2", nodes::scene(&nodes_of(2, 400, 1.0, start))),
        ("nodes-3", nodes::scene(&nodes_of(3, 500, 1.25, None))),
        (
            "nodes-6-week",
            nodes::scene(&nodes_of(6, 20_000, 7.0, start)),
        ),
        ("nodes-month", nodes::scene(&month)),
        ("nodes-month-peak", nodes::peak_scene(&month)),
        ("nodes-means-peak", nodes::peak_scene(&means)),
        ("nodes-targets", nodes::scene(&two_targets(4))),
        ("nodes-sums", nodes::scene(&two_targets(8))),
        ("nodes-one-variant", nodes::scene(&two_targets(1))),
        ("nodes-40", nodes::scene(&nodes_of(40, 90, 60.0, start))),
        ("nodes-staying", nodes::scene(&staying)),
        ("nodes-quiet", nodes::scene(&quiet)),
        ("nodes-wild", nodes::scene(&wild)),
        ("nodes-none", nodes::scene(&none)),
        ("nodes-none-peak", nodes::peak_scene(&none)),
        ("nodes-nothing", nodes::scene(&nodes_of(3, 0, 1.0, start))),
    ]
}
