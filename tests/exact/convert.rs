//! Worlds as the reference has them: the same settings, with all draws made from the same streams.

use autoscale_simulator::autoscale::batch::{Batch, BatchPolicy};
use autoscale_simulator::autoscale::kubernetes::Kubernetes;
use autoscale_simulator::discipline::{Backfill, Discipline, Order};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::model::settings::{
    CapacityWindow, ClusterSettings, Deallocation, End, Environment, IdleNodeChoice,
    InstanceSettings, NodeLoss, OnStop, PolicySettings, ScalingPolicy, SurplusProvisioning,
    TargetKind, TargetSettings, WorldSettings,
};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::trace::TraceRow;
use autoscale_simulator::workload::{Draw, Estimate, OnLoss};
use rand_distr::{Distribution as _, Exp1, StandardUniform};

use crate::reference::controllers::{Controller, Formula, Policy};
use crate::reference::{self, SECOND};
use crate::services;
use crate::support::pool::Pool;
use crate::support::rows;

fn constant(distribution: &Distribution) -> u64 {
    distribution.as_constant().unwrap().0
}

/// As many draws of a kind as a world may use, so that none is missing.
fn draws_of(settings: &WorldSettings) -> usize {
    let runs: usize = settings.workloads.iter().map(|of| rows(of).count()).sum();
    2_000 + 20 * runs
}

/// Draws of a distribution by an owner; of a constant one.
pub(crate) fn draws(
    of: &Distribution,
    streams: Streams,
    (purpose, owner): (&'static str, &str),
    count: usize,
) -> Vec<u64> {
    if let Some(constant) = of.as_constant() {
        return vec![constant.0];
    }
    let mut draw = Draw::new(of, streams, Purpose(purpose), owner);
    (0..count).map(|_| draw.draw().0).collect()
}

/// Lives at a rate, in the order in which nodes become ready.
fn lives(per_hour: f64, streams: Streams, owner: &str, count: usize) -> Vec<u64> {
    let mut stream = streams.open(Purpose("loss"), owner);
    let life = |_| {
        let unit: f64 = Exp1.sample(&mut stream);
        SimDuration::from_secs_rounded(unit / per_hour * 3600.0).0
    };
    (0..count).map(life).collect()
}

/// The changes of a weekly schedule before some time, and whether it is open at 0.
pub(crate) fn changes(
    schedule: &autoscale_simulator::calendar::WeeklySchedule,
    until: u64,
) -> (Vec<(u64, bool)>, bool) {
    let mut changes = Vec::new();
    let mut at = SimTime::ZERO;
    while let Some(next) = schedule.next_change(at).filter(|next| next.0 < until) {
        changes.push((next.0, schedule.is_open(next)));
        at = next;
    }
    (changes, schedule.is_open(SimTime::ZERO))
}

/// The same world for the reference.
pub(crate) fn to_reference(settings: &WorldSettings, streams: Streams) -> reference::Input {
    let environment = |environment: &Environment| reference::Environment {
        image_build: constant(&environment.image_build),
        image_pull: constant(&environment.image_pull),
    };
    let target = |target: &TargetSettings| to_reference_target(target, settings, streams);
    let mut runs = Vec::new();
    for (position, workload) in settings.workloads.iter().enumerate() {
        runs.extend(
            rows(workload)
                .enumerate()
                .map(|(place, row)| reference::Run {
                    workload: position,
                    position: place,
                    targets: workload.targets.clone(),
                    speeds: workload.speeds.iter().map(|speed| tenths(*speed)).collect(),
                    submit: row.at.0,
                    nodes: row.nodes.unwrap().into(),
                    duration: row.duration.0,
                    estimate: to_reference_estimate(workload.estimate, row),
                    priority: row.priority.unwrap_or(0),
                    environment: row.environment.map(|image| image as usize),
                    max_duration: workload.max_duration.map(|limit| limit.0),
                    setup: constant(&workload.setup),
                    finalize: constant(&workload.finalize),
                    on_loss: match workload.on_loss {
                        OnLoss::Fail => reference::OnLoss::Fail,
                        OnLoss::Requeue => reference::OnLoss::Requeue,
                        OnLoss::Resume { interval, cost } => reference::OnLoss::Resume {
                            interval: interval.0,
                            cost: cost.0,
                        },
                    },
                    restart: workload.restart.0,
                    background: workload.background,
                }),
        );
    }
    reference::Input {
        targets: settings.targets.iter().map(target).collect(),
        environments: settings.environments.iter().map(environment).collect(),
        runs,
        quotas: settings
            .quotas
            .iter()
            .map(|quota| reference::Quota {
                limit: quota.limit,
                members: quota.members.clone(),
            })
            .collect(),
        services: services::to_reference(settings, streams),
        horizon: settings.horizon.0,
        warmup: settings.warmup.0,
        cut: settings.end == End::Cut,
    }
}

/// A cell of the trace's column goes before what its workload says.
fn to_reference_estimate(estimate: Estimate, row: &TraceRow) -> reference::Estimate {
    match (row.estimate, estimate) {
        (Some(cell), _) => reference::Estimate::Value(cell.0),
        (None, Estimate::Exact) => reference::Estimate::Exact,
        (None, Estimate::Factor(factor)) => reference::Estimate::Tenths(tenths(factor)),
        (None, Estimate::Value(value)) => reference::Estimate::Value(value.0),
    }
}

const fn to_reference_discipline(discipline: Discipline) -> reference::Discipline {
    reference::Discipline {
        shortest: matches!(discipline.order, Order::Shortest),
        backfill: match discipline.backfill {
            Backfill::None => reference::Backfill::None,
            Backfill::FirstFit => reference::Backfill::FirstFit,
            Backfill::Easy => reference::Backfill::Easy,
            Backfill::Conservative => reference::Backfill::Conservative,
        },
        shortest_passes_first: discipline.shortest_passes_first,
    }
}

/// A speed or a factor in tenths, of which those here are whole numbers.
fn tenths(speed: f64) -> u64 {
    let tenths = (1_u32..1000).find(|tenths| (f64::from(*tenths) / 10.0 - speed).abs() < 1e-9);
    u64::from(tenths.expect("a speed in tenths"))
}

fn to_reference_target(
    target: &TargetSettings,
    settings: &WorldSettings,
    streams: Streams,
) -> reference::Target {
    let kind = match &target.kind {
        TargetKind::Cluster(cluster) if cluster.one_run => {
            reference::Kind::Units(cluster.max_nodes.into())
        }
        TargetKind::Cluster(cluster) => {
            let count = draws_of(settings);
            match Pool::of(&target.kind) {
                Some(pool) => {
                    let failures = to_failures(&target.name, cluster, streams, settings);
                    reference::Kind::Pool(reference::Pool {
                        failures,
                        discipline: to_reference_discipline(cluster.discipline),
                        ..to_reference_pool(&target.name, &pool, streams, count)
                    })
                }
                None => reference::Kind::Cluster(to_reference_cluster(
                    &target.name,
                    cluster,
                    streams,
                    (settings, count),
                )),
            }
        }
        TargetKind::Instance(instance) => {
            reference::Kind::Instance(to_reference_instance(instance, settings))
        }
    };
    reference::Target {
        max_run_duration: target.max_run_duration.map(|limit| limit.0),
        billing_granularity: target.billing.granularity.0,
        billing_minimum: target.billing.minimum.0,
        vcpus: u64::from(target.vcpus),
        kind,
    }
}

fn to_reference_cluster(
    name: &str,
    cluster: &ClusterSettings,
    streams: Streams,
    (settings, count): (&WorldSettings, usize),
) -> reference::Cluster {
    reference::Cluster {
        min_nodes: cluster.min_nodes.into(),
        max_nodes: cluster.max_nodes.into(),
        idle_before_scale_down: constant(&cluster.idle_before_scale_down),
        allocation: constant(&cluster.allocation),
        boot: 0,
        leaving: constant(&cluster.leaving),
        idle_node_choice: match cluster.idle_node_choice {
            IdleNodeChoice::MostRecentlyIdle => reference::IdleNodeChoice::MostRecentlyIdle,
            IdleNodeChoice::LeastRecentlyIdle => reference::IdleNodeChoice::LeastRecentlyIdle,
        },
        surplus_provisioning: match cluster.surplus_provisioning {
            SurplusProvisioning::Keep => reference::SurplusProvisioning::Keep,
            SurplusProvisioning::Cancel => reference::SurplusProvisioning::Cancel,
        },
        discipline: to_reference_discipline(cluster.discipline),
        mean_provisioning: Some(cluster.allocation.mean().0 + cluster.boot.mean().0),
        boots: boots(name, cluster, streams, count),
        lives: match cluster.loss {
            NodeLoss::Rate(per_hour) => lives(per_hour, streams, name, count),
            _ => Vec::new(),
        },
        mass_losses: mass_losses(cluster),
        mass_draws: mass_draws(name, cluster, streams),
        failures: to_failures(name, cluster, streams, settings),
        capacity: cluster
            .capacity
            .iter()
            .map(|window| to_reference_window(window, settings.horizon.0))
            .collect(),
        spare_nodes: cluster.spare_nodes.into(),
        utilization: cluster.policy.as_deref().map(to_reference_utilization),
        low_priority_nodes: cluster.low_priority_nodes.into(),
    }
}

fn to_failures(
    owner: &str,
    cluster: &ClusterSettings,
    streams: Streams,
    settings: &WorldSettings,
) -> Option<reference::Failures> {
    let failure = cluster.allocation_failure.as_deref()?;
    let until = settings.horizon.0 + 60 * 24 * 3600 * SECOND;
    let windows = failure
        .windows
        .as_ref()
        .map(|windows| changes(windows, until));
    let (changes, initially_open) = windows.unwrap_or_default();
    let mut stream = streams.open(Purpose("allocation failure"), owner);
    let draw = |_| StandardUniform.sample(&mut stream);
    let backoff = (1..10_u64).find(|backoff| (*backoff as f64 - failure.backoff).abs() < 1e-9);
    Some(reference::Failures {
        probability: failure.probability,
        initially_open,
        changes,
        retry_after: failure.retry_after.0,
        backoff: backoff.expect("a whole number"),
        retry_at_most: failure.retry_at_most.0,
        draws: (0..100_000).map(draw).collect(),
    })
}

/// A window with its changes in the two months after the horizon.
fn to_reference_window(window: &CapacityWindow, horizon: u64) -> reference::CapacityWindow {
    let until = horizon + 60 * 24 * 3600 * SECOND;
    let (changes, initially_open) = changes(&window.hours, until);
    reference::CapacityWindow {
        initially_open,
        changes,
        min_nodes: window.min_nodes.map(u64::from),
        max_nodes: window.max_nodes.map(u64::from),
        idle_before_scale_down: window.idle_before_scale_down.as_ref().map(constant),
    }
}

fn to_reference_utilization(policy: &PolicySettings) -> reference::Utilization {
    let ScalingPolicy::Utilization(rule) = &policy.rule else {
        unreachable!("all others are those of pools");
    };
    let rule = &rule.settings;
    let billionths = (rule.target * 1e9).round();
    reference::Utilization {
        target_billionths: format!("{billionths}").parse().expect("a whole number"),
        counts_waiting: rule.counts_waiting,
        averages: !rule.window.is_zero(),
        scale_down_after: rule.scale_down_after.0,
        refresh: policy.interval.0,
    }
}

fn boots(
    owner: &str,
    cluster: &ClusterSettings,
    streams: Streams,
    count: usize,
) -> Vec<(u64, u64)> {
    let mut allocation = Draw::new(&cluster.allocation, streams, Purpose("allocation"), owner);
    let mut boot = Draw::new(&cluster.boot, streams, Purpose("boot"), owner);
    (0..count)
        .map(|_| (allocation.draw().0, boot.draw().0))
        .collect()
}

/// The first rounds of a log.
fn mass_losses(cluster: &ClusterSettings) -> Vec<reference::MassLoss> {
    let NodeLoss::Replay(log) = &cluster.loss else {
        return Vec::new();
    };
    let round = |round| {
        log.losses.iter().map(move |loss| reference::MassLoss {
            at: log.span.0 * round + loss.at.0,
            share: loss.share,
        })
    };
    (0..50).flat_map(round).collect()
}

fn mass_draws(owner: &str, cluster: &ClusterSettings, streams: Streams) -> Vec<f64> {
    if !matches!(cluster.loss, NodeLoss::Replay(_)) {
        return Vec::new();
    }
    let mut stream = streams.open(Purpose("loss"), owner);
    let draw = |_| StandardUniform.sample(&mut stream);
    (0..100_000).map(draw).collect()
}

fn to_reference_instance(
    instance: &InstanceSettings,
    settings: &WorldSettings,
) -> reference::Instance {
    let last = settings
        .workloads
        .iter()
        .flat_map(rows)
        .map(|row| row.at.0)
        .max()
        .unwrap();
    let until = last + 400 * 24 * 3600 * SECOND;
    let schedule = instance.schedule.as_ref().map(|schedule| {
        let (changes, initially_on) = changes(schedule, until);
        reference::Schedule {
            initially_on,
            changes,
            on_stop_cancel: instance.on_stop == OnStop::Cancel,
        }
    });
    reference::Instance {
        slots: instance.slots.into(),
        boot: constant(&instance.boot),
        schedule,
        idle_shutdown: instance.idle_shutdown.map(|limit| limit.0),
        start_on_submission: instance.start_on_submission,
    }
}

fn to_reference_pool(name: &str, pool: &Pool, streams: Streams, count: usize) -> reference::Pool {
    let list = |of: &Distribution, purpose| draws(of, streams, (purpose, name), count);
    reference::Pool {
        min_nodes: pool.min_nodes.into(),
        max_nodes: pool.max_nodes.into(),
        system_nodes: pool.system_nodes.into(),
        creations: list(&pool.creation, "creation"),
        stop_after_idle: pool.stop_after_idle.map(|limit| limit.0),
        evaluation_interval: pool.evaluation_interval.0,
        controller: to_controller(&pool.controller),
        allocations: list(&pool.allocation, "allocation"),
        boots: list(&pool.boot, "boot"),
        failures: None,
        discipline: reference::Discipline::default(),
        mean_provisioning: pool.allocation.mean().0 + pool.boot.mean().0,
        operations: pool
            .scaling_operation
            .as_ref()
            .map(|operation| list(operation, "scaling operation")),
        deallocation: match pool.deallocation {
            Deallocation::IdleOnly => reference::Deallocation::IdleOnly,
            Deallocation::Requeue => reference::Deallocation::Requeue,
            Deallocation::Terminate => reference::Deallocation::Terminate,
            Deallocation::TaskCompletion => reference::Deallocation::TaskCompletion,
        },
        low_priority_nodes: pool.low_priority_nodes.into(),
        lives: if pool.low_priority_losses_per_hour > 0.0 {
            lives(pool.low_priority_losses_per_hour, streams, name, count)
        } else {
            Vec::new()
        },
    }
}

fn to_controller(controller: &ScalingPolicy) -> Controller {
    match controller {
        ScalingPolicy::SparkAutoscale(spark) => Controller::Spark {
            up_after: spark.up_after.0,
            down_after: spark.down_after.0,
        },
        ScalingPolicy::DatabricksOptimized(optimized) => Controller::Optimized {
            down_after: optimized.down_after.0,
        },
        ScalingPolicy::DatabricksStandard(standard) => Controller::Standard {
            down_after: standard.down_after.0,
        },
        ScalingPolicy::BatchFormula(Batch { formula, .. }) => Controller::Batch(Formula {
            policy: match formula.policy {
                BatchPolicy::PendingTasks { start_nodes } => Policy::Pending(start_nodes.into()),
                BatchPolicy::ReplacePreempted { start_nodes } => {
                    Policy::Replace(start_nodes.into())
                }
                BatchPolicy::Fixed { nodes } => Policy::Fixed(nodes.into()),
            },
            window: formula.sample_window.0,
            delay: formula.sample_delay.0,
        }),
        ScalingPolicy::Utilization(_) => unreachable!("no pool has it"),
        ScalingPolicy::Kubernetes(Kubernetes { settings, .. }) => Controller::Kubernetes {
            unneeded_after: settings.unneeded_after.0,
            delay_after_add: settings.delay_after_add.0,
            bulk: settings.max_empty_bulk_delete.into(),
        },
    }
}
