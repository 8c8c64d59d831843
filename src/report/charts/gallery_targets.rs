//! Charts of studies that compare about ten targets, for training and for serving: names, units and sizes as they have them.

use super::cost::{CostInput, PARTS};
use super::gallery_inputs::{Named, cost_of, nodes_of, noise, wait_of};
use super::gallery_points::tradeoff_of;
use super::nodes_input::NodesInput;
use super::outcomes::{OutcomeBar, OutcomesInput};
use super::tradeoff_input::{Line, TradeoffInput};
use super::wait_input::WaitInput;
use super::work::{Counted, Work};
use super::{cost, nodes, outcomes, tradeoff, wait};

const SERVE: [&str; 10] = [
    "local",
    "compute-instance",
    "container-instances",
    "aks-dev-test",
    "aks-production",
    "functions-consumption",
    "functions-premium",
    "iot-edge",
    "data-box-edge",
    "managed-online-endpoint",
];
const TRAIN: [&str; 10] = [
    "local-computer",
    "compute-instance",
    "compute-cluster",
    "remote-vm",
    "databricks-optimized",
    "databricks-standard",
    "hdinsight-spark",
    "batch-pool-low-priority",
    "synapse-spark",
    "kubernetes-attached",
];
/// Typical latencies in seconds, and dollars for a thousand requests.
const LATENCY_S: [f64; 10] = [0.9, 0.4, 0.3, 0.12, 0.045, 0.8, 0.09, 0.5, 0.2, 0.06];
const USD: [f64; 10] = [0.0, 0.4, 0.2, 0.9, 2.1, 0.02, 0.3, 0.0, 0.0, 1.4];

fn train() -> Vec<Named> {
    let mut cost = cost_of(10, 30);
    let mut wait = wait_of(10);
    let mut nodes = nodes_of(10, 600, 1.0, Some("2024-01-01T00:00:00[Europe/Berlin]"));
    let mut tradeoff = tradeoff_of(10, 30);
    for (index, name) in TRAIN.into_iter().enumerate() {
        name.clone_into(&mut cost.bars[index].name);
        name.clone_into(&mut wait.curves[index].name);
        name.clone_into(&mut nodes.panels[index].name);
        name.clone_into(&mut tradeoff.points[index].name);
    }
    vec![
        ("train-cost", cost::scene(&cost)),
        ("train-wait", wait::scene(&wait)),
        ("train-nodes", nodes::scene(&nodes)),
        ("train-tradeoff", tradeoff::scene(&tradeoff)),
    ]
}

fn serve_latency(names: &[&str]) -> WaitInput {
    let mut input = WaitInput {
        of: Work::Requests,
        ..wait_of(u32::try_from(names.len()).expect("a few"))
    };
    let grid = || (0..=224_i32).map(|k| (7.0 + f64::from(k) / 8.0).exp2() / 1e6);
    for (index, curve) in input.curves.iter_mut().enumerate() {
        names[index].clone_into(&mut curve.name);
        let shape = |time: f64| 1.0 - (-(time / LATENCY_S[index]).powi(3)).exp();
        let points = grid().map(|time| {
            (
                time,
                if shape(time) > 0.9999 {
                    1.0
                } else {
                    shape(time)
                },
            )
        });
        curve.points = points.collect();
    }
    input
}

fn serve_outcomes() -> OutcomesInput {
    let bars = (0_u32..).zip(SERVE).map(|(index, name)| {
        let rejected = 0.2 * noise(index).powi(3);
        let late = 0.1 * noise(index + 9).powi(2);
        let timed_out = 0.02 * f64::from(index % 2);
        let unfinished = 0.005 * f64::from(index % 3);
        let within = 1.0 - rejected - late - timed_out - unfinished;
        OutcomeBar {
            has_slo: true,
            cost: f64::from(index),
            name: name.to_owned(),
            shares: (index != 7).then_some([within, late, timed_out, rejected, unfinished]),
            half_width: Some(0.001 + 0.01 * noise(index + 5)),
        }
    });
    OutcomesInput {
        study: wait_of(1).study,
        bars: bars.collect(),
        baseline: Some(4),
    }
}

fn serve_replicas(count: u32) -> NodesInput {
    let mut input = NodesInput {
        of: Counted::Replicas,
        ..nodes_of(count, 600, 1.0, Some("2024-01-01T00:00:00[Europe/Berlin]"))
    };
    for (panel, name) in input.panels.iter_mut().zip(SERVE) {
        name.clone_into(&mut panel.name);
    }
    input
}

fn serve_tradeoff() -> TradeoffInput {
    let mut input = TradeoffInput {
        of: Work::Requests,
        ..tradeoff_of(10, 30)
    };
    for (index, point) in input.points.iter_mut().enumerate() {
        SERVE[index].clone_into(&mut point.name);
        point.cost = USD[index];
        point.cost_half_width = Some(USD[index] * 0.03);
        point.wait_p95_s = Some(LATENCY_S[index] * 1.5);
        point.wait_p95_half_width_s = Some(LATENCY_S[index] * 0.05);
    }
    input.points[8].wait_p95_s = None;
    input.time_limits = vec![Line::slo(0.5)];
    input
}

fn serve_cost() -> CostInput {
    let mut input = cost_of(10, 30);
    for (index, bar) in input.bars.iter_mut().enumerate() {
        SERVE[index].clone_into(&mut bar.name);
        if [2, 5, 6].contains(&index) {
            // Billed by use alone.
            bar.parts = [0.0; PARTS];
            bar.parts[14] = 90.0 * f64::from(u32::try_from(index).expect("few"));
        }
    }
    input
}

/// All of them, by name.
pub(super) fn scenes() -> Vec<Named> {
    let mut scenes = train();
    scenes.extend([
        ("serve-cost", cost::scene(&serve_cost())),
        ("serve-latency-4", wait::scene(&serve_latency(&SERVE[..4]))),
        ("serve-latency", wait::scene(&serve_latency(&SERVE))),
        ("serve-outcomes", outcomes::scene(&serve_outcomes())),
        ("serve-replicas-1", nodes::scene(&serve_replicas(1))),
        ("serve-replicas", nodes::scene(&serve_replicas(10))),
        ("serve-tradeoff", tradeoff::scene(&serve_tradeoff())),
    ]);
    scenes
}
