//! The maker of random worlds: targets of every kind, images, traces and services, drawn from a stream, so that a seed names
//! a world.
//!
//! [`random_world`] has clusters and instances, [`pools`] has pools and accounts of units, [`services`] has services;
//! [`features`], [`disciplines`] and [`lengths`] add what a world may have on top.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary includes this module as its own and need not use all of it"
)]

pub mod disciplines;
pub mod features;
pub mod lengths;
pub mod pool;
pub mod pools;
pub mod scaling;
pub mod services;

use std::sync::Arc;

use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::model::settings::{
    ClusterSettings, End, Environment, IdleNodeChoice, InstanceSettings, LeaseBilling, OnStop,
    SurplusProvisioning, TargetKind, TargetSettings, WorldSettings,
};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, NodeCount, OnLoss, WorkloadSettings};
use rand::RngExt;

/// One second in ticks.
pub const SECOND: u64 = 1_000_000;

/// A random number below `bound`.
pub fn below(stream: &mut Stream, bound: u64) -> u64 {
    stream.random_range(0..bound)
}

/// One of the choices.
pub fn pick<T: Copy>(stream: &mut Stream, choices: &[T]) -> T {
    choices[stream.random_range(0..choices.len())]
}

/// Always so many microseconds.
pub fn constant(ticks: u64) -> Distribution {
    Distribution::constant(SimDuration(ticks))
}

/// How large a random case is.
#[derive(Clone, Copy)]
pub struct Size {
    /// Runs of each workload.
    pub runs: u64,
    /// Mean gap between submissions, in seconds, of each workload.
    pub gap_s: u64,
    /// Most nodes of a cluster.
    pub max_nodes: u64,
    /// Mean Running time, in seconds.
    pub duration_s: u64,
}

/// Times are mostly whole seconds, so that many events share an instant; now and then a stray microsecond.
pub fn ticks(stream: &mut Stream, bound_s: u64) -> u64 {
    let stray = if below(stream, 8) == 0 {
        below(stream, SECOND)
    } else {
        0
    };
    below(stream, bound_s + 1) * SECOND + stray
}

/// The same in steps of so many seconds.
fn steps(stream: &mut Stream, bound_s: u64, step_s: u64) -> u64 {
    let whole = ticks(stream, bound_s / step_s);
    whole / SECOND * SECOND * step_s + whole % SECOND
}

/// So many nodes as settings have them.
pub fn narrow(nodes: u64) -> u32 {
    u32::try_from(nodes).unwrap()
}

fn random_cluster(stream: &mut Stream, size: Size) -> ClusterSettings {
    let max_nodes = 1 + below(stream, size.max_nodes);
    let min_nodes = if below(stream, 2) == 0 {
        0
    } else {
        below(stream, max_nodes + 1)
    };
    let boot_s = pick(stream, &[0, 1, 30, 180]);
    let boot = if below(stream, 3) == 0 {
        Distribution::uniform(SimDuration::ZERO, SimDuration::from_secs(boot_s)).unwrap()
    } else {
        constant(boot_s * SECOND)
    };
    ClusterSettings {
        idle_before_scale_down: constant(pick(stream, &[0, 0, 1, 10, 60, 120, 1800]) * SECOND),
        allocation: constant(pick(stream, &[0, 0, 5, 60]) * SECOND),
        boot,
        leaving: constant(pick(stream, &[0, 0, 7, 60]) * SECOND),
        idle_node_choice: pick(
            stream,
            &[
                IdleNodeChoice::MostRecentlyIdle,
                IdleNodeChoice::LeastRecentlyIdle,
            ],
        ),
        surplus_provisioning: pick(
            stream,
            &[SurplusProvisioning::Keep, SurplusProvisioning::Cancel],
        ),
        ..ClusterSettings::new(
            u32::try_from(min_nodes).unwrap(),
            u32::try_from(max_nodes).unwrap(),
        )
    }
}

fn random_instance(stream: &mut Stream) -> InstanceSettings {
    let calendar = Calendar::new(jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0), "UTC").unwrap();
    let windows = pick(
        stream,
        &[
            "daily 00:10-00:20",
            "mon-fri 08:00-18:00",
            "daily 00:00-12:00",
            "daily 06:00-06:30",
        ],
    );
    let schedule = WeeklySchedule::parse(&calendar, &[windows.to_owned()]).unwrap();
    InstanceSettings {
        slots: u32::try_from(1 + below(stream, 6)).unwrap(),
        boot: constant(pick(stream, &[0, 0, 20, 240]) * SECOND),
        schedule: (below(stream, 2) == 0).then_some(schedule),
        on_stop: pick(stream, &[OnStop::Drain, OnStop::Cancel]),
        idle_shutdown: (below(stream, 2) == 0)
            .then(|| SimDuration::from_secs(pick(stream, &[1, 60, 900]))),
        start_on_submission: below(stream, 4) > 0,
        allocated_while_stopped: false,
    }
}

fn random_rows(
    stream: &mut Stream,
    (size, step_s): (Size, u64),
    largest: u64,
    environments: u64,
) -> Arc<[TraceRow]> {
    let mut at = 0;
    let with_priorities = below(stream, 2) == 0;
    let gangs = below(stream, 3) > 0;
    let row = |_| {
        at += if below(stream, 3) == 0 {
            0
        } else {
            steps(stream, 3 * size.gap_s, step_s)
        };
        let nodes = if gangs && below(stream, 4) == 0 {
            1 + below(stream, largest + largest / 8 + 1)
        } else {
            1
        };
        TraceRow {
            estimate: None,
            at: SimTime(at),
            duration: SimDuration(if below(stream, 20) == 0 {
                0
            } else {
                steps(stream, 2 * size.duration_s, step_s)
            }),
            nodes: Some(u32::try_from(nodes).unwrap()),
            priority: with_priorities.then(|| i64::try_from(below(stream, 4)).unwrap() - 2),
            environment: (environments > 0 && below(stream, 2) == 0)
                .then(|| u32::try_from(below(stream, environments)).unwrap()),
        }
    };
    (0..size.runs).map(row).collect()
}

fn random_environments(stream: &mut Stream) -> Vec<Environment> {
    let environment = |position| Environment {
        name: format!("image-{position}"),
        image_build: constant(pick(stream, &[0, 0, 300, 600]) * SECOND),
        image_pull: constant(pick(stream, &[0, 15, 40]) * SECOND),
    };
    (0..3).map(environment).collect()
}

/// A target of the workspace's own.
fn random_target(stream: &mut Stream, size: Size, position: u64) -> TargetSettings {
    let limited = below(stream, 4) == 0;
    let cluster = below(stream, 3) > 0;
    TargetSettings {
        name: format!("target-{position}"),
        max_run_duration: limited.then(|| SimDuration::from_secs(size.duration_s)),
        billing: random_billing(stream),
        vcpus: 0,
        gpu_parts: 0,
        keep_hours: None,
        unmanaged: false,
        kind: if cluster {
            TargetKind::Cluster(random_cluster(stream, size))
        } else {
            TargetKind::Instance(random_instance(stream))
        },
    }
}

fn random_billing(stream: &mut Stream) -> LeaseBilling {
    LeaseBilling {
        granularity: SimDuration::from_secs(pick(stream, &[1, 60])),
        minimum: SimDuration::from_secs(pick(stream, &[0, 300])),
        boot: true,
    }
}

/// A world of up to three traces on up to two targets; only its boots may be random.
pub fn random_world(stream: &mut Stream, size: Size) -> WorldSettings {
    let environments = random_environments(stream);
    let target_count = 1 + below(stream, 2);
    let targets = (0..target_count)
        .map(|position| random_target(stream, size, position))
        .collect();
    world_of(stream, (size, 1), environments, targets)
}

/// A world of up to three traces on these targets, in steps of so many seconds.
fn world_of(
    stream: &mut Stream,
    size: (Size, u64),
    environments: Vec<Environment>,
    targets: Vec<TargetSettings>,
) -> WorldSettings {
    let workload_count = 1 + below(stream, 3);
    let workloads = (0..workload_count)
        .map(|position| random_workload(stream, size, position, &targets))
        .collect();
    let mut settings = WorldSettings {
        horizon: SimTime::ZERO,
        warmup: SimTime::ZERO,
        end: pick(stream, &[End::Drain, End::Drain, End::Cut]),
        charge_periods: None,
        week: None,
        environments,
        targets,
        workloads,
        quotas: Vec::new(),
        services: Vec::new(),
        requests: Vec::new(),
    };
    let last = settings
        .workloads
        .iter()
        .flat_map(rows)
        .map(|row| row.at.0)
        .max()
        .unwrap();
    set_window(stream, &mut settings, last, 3600);
    settings
}

/// The horizon at the last arrival, some time after it or before it; now and then a warm-up.
fn set_window(stream: &mut Stream, settings: &mut WorldSettings, last: u64, after_s: u64) {
    settings.horizon = SimTime(1 + pick(stream, &[last, last + after_s * SECOND, last - last / 4]));
    settings.warmup = SimTime(pick(stream, &[0, 0, settings.horizon.0 / 5]));
}

/// Most nodes of a run on a target.
fn most_nodes(target: &TargetSettings) -> u64 {
    match &target.kind {
        // Where nodes are lost, gangs that are larger would not come to an end.
        TargetKind::Cluster(pool) if pool.policy.is_some() => u64::from(pool.max_nodes.min(6)),
        TargetKind::Cluster(cluster) => u64::from(cluster.max_nodes),
        TargetKind::Instance(_) => 1,
    }
}

fn random_workload(
    stream: &mut Stream,
    size: (Size, u64),
    position: u64,
    targets: &[TargetSettings],
) -> WorkloadSettings {
    let target = usize::try_from(below(stream, targets.len() as u64)).unwrap();
    let largest = most_nodes(&targets[target]);
    WorkloadSettings {
        estimate: autoscale_simulator::workload::Estimate::default(),
        name: format!("workload-{position}"),
        targets: vec![target],
        speeds: Vec::new(),
        arrivals: Arrivals::Trace(Trace::new(random_rows(stream, size, largest, 3))),
        duration: constant(0),
        nodes: NodeCount::Constant(1),
        priority: 0,
        environment: None,
        max_duration: (below(stream, 4) == 0)
            .then(|| SimDuration(steps(stream, size.0.duration_s, size.1) + 1)),
        setup: constant(pick(stream, &[0, 0, 10]) * SECOND),
        finalize: constant(pick(stream, &[0, 0, 20]) * SECOND),
        on_loss: OnLoss::default(),
        restart: SimDuration::ZERO,
        background: false,
        batch_inference: None,
    }
}

/// The rows of a trace.
pub fn rows(workload: &WorkloadSettings) -> impl Iterator<Item = &TraceRow> {
    let trace = workload.arrivals.trace();
    let trace = trace.expect("all workloads here are traces");
    trace.rows().iter()
}
