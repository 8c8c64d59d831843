//! Small worlds made by hand, and what came of them in whole seconds.

use std::sync::Arc;

use autoscale_simulator::autoscale::batch::{Batch, BatchFormula, BatchPolicy};
use autoscale_simulator::autoscale::kubernetes::{Kubernetes, KubernetesSettings};
use autoscale_simulator::autoscale::spark::Spark;
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::{
    Deallocation, End, LeaseBilling, ScalingPolicy, TargetKind, TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{LeaseRecord, RunRecord, RunStatus, TargetResult, Timeline};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, NodeCount, OnLoss, WorkloadSettings};

use crate::support::pool::Pool;

pub(crate) fn secs(secs: u64) -> SimDuration {
    SimDuration::from_secs(secs)
}

pub(crate) fn at(seconds: u64) -> SimTime {
    SimTime::ZERO + secs(seconds)
}

pub(crate) fn constant(seconds: u64) -> Distribution {
    Distribution::constant(secs(seconds))
}

/// Spark's autoscaler as on Synapse: 30 s, up after 60 s, down after 120 s.
pub(crate) const SPARK: ScalingPolicy =
    ScalingPolicy::SparkAutoscale(Spark::new(secs_of(60), secs_of(120)));

const fn secs_of(secs: u64) -> SimDuration {
    SimDuration::from_secs(secs)
}

pub(crate) const KUBERNETES: ScalingPolicy =
    ScalingPolicy::Kubernetes(Kubernetes::new(KubernetesSettings {
        unneeded_after: secs_of(600),
        delay_after_add: secs_of(600),
        max_empty_bulk_delete: 10,
    }));

pub(crate) fn batch(policy: BatchPolicy) -> ScalingPolicy {
    ScalingPolicy::BatchFormula(Batch::new(BatchFormula {
        policy,
        sample_window: secs(180),
        sample_delay: secs(60),
    }))
}

/// A pool of 1 to 8 nodes that is on at all times and whose nodes take 10 s of allocation and 20 s of boot.
pub(crate) fn pool(controller: ScalingPolicy, interval: u64) -> Pool {
    Pool {
        min_nodes: 1,
        max_nodes: 8,
        system_nodes: 0,
        creation: constant(0),
        stop_after_idle: None,
        evaluation_interval: secs(interval),
        controller,
        allocation: constant(10),
        boot: constant(20),
        scaling_operation: None,
        deallocation: Deallocation::IdleOnly,
        low_priority_nodes: 0,
        low_priority_losses_per_hour: 0.0,
    }
}

pub(crate) fn target(kind: TargetKind) -> TargetSettings {
    TargetSettings {
        name: "target".to_owned(),
        max_run_duration: None,
        billing: LeaseBilling::default(),
        vcpus: 0,
        gpu_parts: 0,
        keep_hours: Some(SimDuration::ZERO),
        unmanaged: true,
        kind,
    }
}

/// Runs: submitted, nodes, Running time, in seconds.
pub(crate) fn workload(name: &str, runs: &[(u64, u32, u64)]) -> WorkloadSettings {
    let row = |&(submitted, nodes, duration): &(u64, u32, u64)| TraceRow {
        estimate: None,
        at: at(submitted),
        duration: secs(duration),
        nodes: Some(nodes),
        priority: None,
        environment: None,
    };
    WorkloadSettings {
        estimate: autoscale_simulator::workload::Estimate::default(),
        name: name.to_owned(),
        targets: vec![0],
        speeds: Vec::new(),
        arrivals: Arrivals::Trace(Trace::new(
            runs.iter().map(row).collect::<Arc<[TraceRow]>>(),
        )),
        duration: constant(0),
        nodes: NodeCount::Constant(1),
        priority: 0,
        environment: None,
        max_duration: None,
        setup: constant(0),
        finalize: constant(0),
        on_loss: OnLoss::default(),
        restart: SimDuration::ZERO,
        background: false,
        batch_inference: None,
    }
}

pub(crate) fn world(
    target: TargetSettings,
    workloads: Vec<WorkloadSettings>,
    horizon: u64,
) -> WorldSettings {
    WorldSettings {
        horizon: at(horizon),
        warmup: SimTime::ZERO,
        end: End::Drain,
        charge_periods: None,
        week: None,
        environments: Vec::new(),
        targets: vec![target],
        workloads,
        quotas: Vec::new(),
        services: Vec::new(),
        requests: Vec::new(),
    }
}

/// What came of a world with one target.
pub(crate) struct Came {
    pub(crate) target: TargetResult,
    pub(crate) runs: Vec<RunRecord>,
    pub(crate) leases: Vec<LeaseRecord>,
    pub(crate) timeline: Timeline,
}

pub(crate) fn run(settings: &WorldSettings) -> Came {
    let recorder = Detailed::new(true, 1);
    let outcome = simulate(settings, Streams::new(1, 0), recorder, &|| true).unwrap();
    let target = outcome.result.targets[0].clone();
    let mut leases = outcome.recorder.leases.clone();
    leases.sort_by_key(|lease| lease.node);
    let mut runs = outcome.recorder.runs.clone();
    runs.sort_by_key(|run| (run.workload, run.position));
    Came {
        timeline: outcome.recorder.timelines(&[target.end]).remove(0),
        target,
        runs,
        leases,
    }
}

impl Came {
    /// Node, begin and end of billing, in seconds.
    pub(crate) fn leases(&self) -> Vec<(u64, f64, f64)> {
        let lease = |lease: &LeaseRecord| {
            let (from, to) = (
                lease.billed_from.as_secs_f64(),
                lease.released.as_secs_f64(),
            );
            (lease.node, from, to)
        };
        self.leases.iter().map(lease).collect()
    }

    /// Assigned, ended (both in seconds) and how.
    pub(crate) fn runs(&self) -> Vec<(Option<f64>, Option<f64>, RunStatus)> {
        let secs = |at: Option<SimTime>| at.map(SimTime::as_secs_f64);
        let run = |run: &RunRecord| (secs(run.assigned), secs(run.ended), run.status);
        self.runs.iter().map(run).collect()
    }
}

/// Node-time of so many node-seconds.
pub(crate) fn node_secs(seconds: u64) -> NodeTime {
    NodeTime(u128::from(seconds) * 1_000_000)
}

/// Node-time of all hours of the clock that a target keeps: of dedicated nodes.
pub(crate) fn kept(target: &TargetResult) -> u128 {
    let hours = target.hours.as_ref().expect("hours are kept");
    let last = hours.changes().max().unwrap_or(0);
    let mut reader = hours.reader();
    let times = (0..=last).flat_map(|hour| reader.hour(hour));
    times.flatten().map(u128::from).sum()
}
