//! Inputs of charts as studies have them, of any size.

use super::causes::{CauseBar, CausesInput};
use super::cost::{CostBar, CostInput};
use super::levels::{LevelLimit, Levels, NodesPanel};
use super::nodes_input::NodesInput;
use super::scene::Scene;
use super::wait_input::{WaitCurve, WaitInput};
use super::work::{Counted, Work};
use super::{Study, money};
use crate::report::numbers::TimeUnit;

/// What becomes of an input, by name.
pub(super) type Named = (&'static str, Option<Scene>);

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
            18.0 * f64::from(i % 2),
            30.0 * f64::from(i % 2),
            14.0,
            8.0 * f64::from(i % 2),
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
        start_is_assumed: false,
        warmup_s: 0.0,
        variants: 0,
        panels,
        peak_of: Vec::new(),
        baseline: Some(0),
    }
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
