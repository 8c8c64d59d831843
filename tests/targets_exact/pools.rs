//! Random pools: the engine against the slow implementation.

use std::sync::Arc;

use autoscale_simulator::autoscale::KubernetesSettings;
use autoscale_simulator::autoscale::batch::{BatchFormula, BatchPolicy};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    Deallocation, End, Environment, LeaseBilling, PoolController, PoolSettings, TargetKind,
    TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{
    LeaseRecord, NodeTimes, RunStatistics, RunStatus, TargetResult,
};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, Draw, NodeCount, OnLoss, WorkloadSettings};
use rand_distr::{Distribution as _, Exp1};

use crate::periods;
use crate::reference_targets::controllers::{Controller, Formula, Policy};
use crate::reference_targets::{job, pool};
use crate::support::{SECOND, below, constant, pick, rows};

/// Draws of each kind that a world may use.
const DRAWS: usize = 20_000;

fn narrow(nodes: u64) -> u32 {
    u32::try_from(nodes).unwrap()
}

fn seconds(stream: &mut Stream, choices: &[u64]) -> SimDuration {
    SimDuration(SECOND * pick(stream, choices))
}

/// Mostly a constant, now and then uniform from 0 to twice that.
fn some_time(stream: &mut Stream, choices: &[u64]) -> Distribution {
    let time = seconds(stream, choices);
    if below(stream, 4) == 0 {
        Distribution::uniform(SimDuration::ZERO, SimDuration(2 * time.0)).unwrap()
    } else {
        Distribution::constant(time)
    }
}

/// The kinds of controller that worlds are made of.
#[derive(Clone, Copy, Debug)]
enum Sort {
    Spark,
    Optimized,
    Standard,
    Batch,
    Kubernetes,
}

fn random_controller(stream: &mut Stream, sort: Sort) -> PoolController {
    match sort {
        Sort::Spark => PoolController::SparkAutoscale {
            up_after: seconds(stream, &[0, 30, 60, 180]),
            down_after: seconds(stream, &[0, 30, 120, 600]),
        },
        Sort::Optimized => PoolController::DatabricksOptimized {
            down_after: seconds(stream, &[0, 40, 150]),
        },
        Sort::Standard => PoolController::DatabricksStandard {
            down_after: seconds(stream, &[0, 60, 600]),
        },
        Sort::Kubernetes => PoolController::Kubernetes(KubernetesSettings {
            unneeded_after: seconds(stream, &[0, 60, 600]),
            delay_after_add: seconds(stream, &[0, 60, 600]),
            max_empty_bulk_delete: narrow(pick(stream, &[1, 3, 10])),
        }),
        Sort::Batch => {
            let start_nodes = narrow(below(stream, 3));
            let nodes = narrow(1 + below(stream, 8));
            PoolController::BatchFormula(BatchFormula {
                policy: pick(
                    stream,
                    &[
                        BatchPolicy::PendingTasks { start_nodes },
                        BatchPolicy::PendingTasks { start_nodes },
                        BatchPolicy::ReplacePreempted { start_nodes },
                        BatchPolicy::Fixed { nodes },
                    ],
                ),
                sample_window: seconds(stream, &[30, 90, 180, 180]),
                sample_delay: seconds(stream, &[0, 30, 60]),
            })
        }
    }
}

fn random_pool(stream: &mut Stream, sort: Sort) -> PoolSettings {
    let max_nodes = pick(stream, &[1, 2, 4, 8, 8, 30]);
    let min_nodes = pick(stream, &[0, 0, 1, 3]).min(max_nodes);
    let is_batch = matches!(sort, Sort::Batch);
    let operates = match sort {
        Sort::Spark => below(stream, 3) > 0,
        // A Batch pool is evaluated by the clock alone.
        Sort::Batch => false,
        // No target has it so; the page's rule is for all of them.
        _ => below(stream, 5) == 0,
    };
    let stops = !is_batch && below(stream, 3) == 0;
    let low = if is_batch && below(stream, 3) > 0 {
        below(stream, max_nodes + 1)
    } else {
        0
    };
    PoolSettings {
        min_nodes: narrow(min_nodes),
        max_nodes: narrow(max_nodes),
        system_nodes: narrow(below(stream, 3)),
        creation: some_time(stream, &[0, 60, 300]),
        stop_after_idle: stops.then(|| seconds(stream, &[0, 60, 120, 900])),
        evaluation_interval: match sort {
            Sort::Spark => seconds(stream, &[30, 60]),
            Sort::Batch => seconds(stream, &[60, 100, 300, 900]),
            _ => seconds(stream, &[10, 10, 20, 60]),
        },
        controller: random_controller(stream, sort),
        allocation: some_time(stream, &[0, 0, 60]),
        boot: some_time(stream, &[0, 30, 120]),
        scaling_operation: operates.then(|| some_time(stream, &[0, 60, 300])),
        deallocation: if is_batch {
            pick(
                stream,
                &[
                    Deallocation::IdleOnly,
                    Deallocation::Requeue,
                    Deallocation::Terminate,
                    Deallocation::TaskCompletion,
                ],
            )
        } else {
            Deallocation::IdleOnly
        },
        low_priority_nodes: narrow(low),
        low_priority_losses_per_hour: if low > 0 {
            pick(stream, &[0.0, 0.5, 4.0])
        } else {
            0.0
        },
    }
}

pub(crate) fn random_workload(
    stream: &mut Stream,
    position: u64,
    most: u64,
    images: u64,
) -> WorkloadSettings {
    let gangs = below(stream, 2) == 0;
    let with_priorities = below(stream, 3) == 0;
    let gap = pick(stream, &[1, 6, 30, 60]);
    let long = pick(stream, &[1, 6, 30]);
    let mut at = 10 * below(stream, 40);
    let mut list = Vec::new();
    for _ in 0..=below(stream, 15) {
        if below(stream, 3) > 0 {
            at += 10 * below(stream, 2 * gap + 1);
        }
        let stray = if below(stream, 10) == 0 {
            below(stream, SECOND)
        } else {
            0
        };
        let nodes = if gangs && below(stream, 3) == 0 {
            let too_many = u64::from(below(stream, 8) == 0);
            1 + below(stream, most + too_many)
        } else {
            1
        };
        list.push(TraceRow {
            estimate: None,
            at: SimTime(at * SECOND + stray),
            duration: SimDuration(10 * SECOND * below(stream, 2 * long + 1)),
            nodes: Some(narrow(nodes)),
            priority: with_priorities.then(|| i64::try_from(below(stream, 3)).unwrap() - 1),
            environment: (below(stream, 3) == 0).then(|| narrow(below(stream, images))),
        });
    }
    list.sort_by_key(|row| row.at);
    let resume = OnLoss::Resume {
        interval: seconds(stream, &[20, 60]),
        cost: seconds(stream, &[0, 10]),
    };
    WorkloadSettings {
        estimate: autoscale_simulator::workload::Estimate::default(),
        name: format!("workload-{position}"),
        targets: vec![0],
        speeds: Vec::new(),
        arrivals: Arrivals::Trace(Trace::new(Arc::from(list))),
        duration: constant(0),
        nodes: NodeCount::Constant(1),
        priority: 0,
        environment: None,
        max_duration: (below(stream, 6) == 0).then(|| seconds(stream, &[30, 100])),
        setup: constant(SECOND * pick(stream, &[0, 0, 10])),
        finalize: constant(SECOND * pick(stream, &[0, 0, 10])),
        on_loss: pick(
            stream,
            &[OnLoss::Fail, OnLoss::Requeue, OnLoss::Requeue, resume],
        ),
        restart: seconds(stream, &[0, 0, 10]),
        background: below(stream, 4) == 0,
        batch_inference: None,
    }
}

fn random_world(stream: &mut Stream, sort: Sort) -> WorldSettings {
    let settings = random_pool(stream, sort);
    let environments = vec![
        Environment {
            name: "image-0".to_owned(),
            image_build: constant(SECOND * pick(stream, &[0, 60])),
            image_pull: constant(SECOND * pick(stream, &[0, 10, 20])),
        },
        Environment {
            name: "image-1".to_owned(),
            image_build: constant(SECOND * pick(stream, &[0, 200])),
            image_pull: constant(10 * SECOND),
        },
    ];
    let most = u64::from(settings.max_nodes).min(6);
    let workloads: Vec<WorkloadSettings> = (0..=below(stream, 3))
        .map(|position| random_workload(stream, position, most, 2))
        .collect();
    let last = workloads.iter().flat_map(rows).map(|row| row.at.0).max();
    let last = last.unwrap();
    let horizon = 1 + pick(stream, &[last, last + 1_000 * SECOND, last - last / 4]);
    let target = TargetSettings {
        name: "pool".to_owned(),
        max_run_duration: (below(stream, 8) == 0).then(|| seconds(stream, &[50, 100])),
        billing: LeaseBilling {
            granularity: seconds(stream, &[1, 60]),
            minimum: seconds(stream, &[0, 300]),
            boot: true,
        },
        vcpus: 0,
        gpu_parts: 0,
        keep_hours: (below(stream, 2) == 0).then(|| SimDuration::from_secs(1200)),
        unmanaged: true,
        kind: TargetKind::Pool(settings),
    };
    WorldSettings {
        horizon: SimTime(horizon),
        warmup: SimTime(pick(stream, &[0, 0, horizon / 5])),
        end: pick(stream, &[End::Drain, End::Drain, End::Drain, End::Cut]),
        charge_periods: None,
        environments,
        targets: vec![target],
        workloads,
        quotas: Vec::new(),
        services: Vec::new(),
        requests: Vec::new(),
    }
}

fn draws(
    distribution: &Distribution,
    streams: Streams,
    purpose: &'static str,
    owner: &str,
) -> Vec<u64> {
    if let Some(constant) = distribution.as_constant() {
        return vec![constant.0];
    }
    let mut draw = Draw::new(distribution, streams, Purpose(purpose), owner);
    (0..DRAWS).map(|_| draw.draw().0).collect()
}

fn to_controller(controller: &PoolController) -> Controller {
    match controller {
        PoolController::SparkAutoscale {
            up_after,
            down_after,
        } => Controller::Spark {
            up_after: up_after.0,
            down_after: down_after.0,
        },
        PoolController::DatabricksOptimized { down_after } => Controller::Optimized {
            down_after: down_after.0,
        },
        PoolController::DatabricksStandard { down_after } => Controller::Standard {
            down_after: down_after.0,
        },
        PoolController::BatchFormula(formula) => Controller::Batch(Formula {
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
        PoolController::Kubernetes(settings) => Controller::Kubernetes {
            unneeded_after: settings.unneeded_after.0,
            delay_after_add: settings.delay_after_add.0,
            bulk: settings.max_empty_bulk_delete.into(),
        },
    }
}

pub(crate) fn to_runs(settings: &WorldSettings) -> Vec<job::Run> {
    let limit = settings.targets[0].max_run_duration;
    let mut runs = Vec::new();
    for (workload, given) in settings.workloads.iter().enumerate() {
        for (position, row) in rows(given).enumerate() {
            runs.push(job::Run {
                workload,
                position,
                submit: row.at.0,
                nodes: row.nodes.unwrap().into(),
                duration: row.duration.0,
                priority: row.priority.unwrap_or(0),
                environment: row.environment.map(|image| image as usize),
                max_duration: given.max_duration.or(limit).map(|limit| limit.0),
                setup: given.setup.as_constant().unwrap().0,
                finalize: given.finalize.as_constant().unwrap().0,
                on_loss: match given.on_loss {
                    OnLoss::Fail => job::OnLoss::Fail,
                    OnLoss::Requeue => job::OnLoss::Requeue,
                    OnLoss::Resume { interval, cost } => job::OnLoss::Resume {
                        interval: interval.0,
                        cost: cost.0,
                    },
                },
                restart: given.restart.0,
                background: given.background,
            });
        }
    }
    runs
}

fn to_reference(settings: &WorldSettings, streams: Streams) -> pool::Input {
    let target = &settings.targets[0];
    let TargetKind::Pool(given) = &target.kind else {
        unreachable!("the only target is a pool")
    };
    let list = |of: &Distribution, purpose| draws(of, streams, purpose, &target.name);
    let mut lives = Vec::new();
    if given.low_priority_losses_per_hour > 0.0 {
        let mut stream = streams.open(Purpose("loss"), &target.name);
        for _ in 0..DRAWS {
            let unit: f64 = Exp1.sample(&mut stream);
            let life = unit / given.low_priority_losses_per_hour * 3600.0;
            lives.push(SimDuration::from_secs_rounded(life).0);
        }
    }
    pool::Input {
        min_nodes: given.min_nodes.into(),
        max_nodes: given.max_nodes.into(),
        system_nodes: given.system_nodes.into(),
        creations: list(&given.creation, "creation"),
        stop_after_idle: given.stop_after_idle.map(|limit| limit.0),
        evaluation_interval: given.evaluation_interval.0,
        controller: to_controller(&given.controller),
        allocations: list(&given.allocation, "allocation"),
        boots: list(&given.boot, "boot"),
        operations: given
            .scaling_operation
            .as_ref()
            .map(|operation| list(operation, "scaling operation")),
        deallocation: match given.deallocation {
            Deallocation::IdleOnly => pool::Deallocation::IdleOnly,
            Deallocation::Requeue => pool::Deallocation::Requeue,
            Deallocation::Terminate => pool::Deallocation::Terminate,
            Deallocation::TaskCompletion => pool::Deallocation::TaskCompletion,
        },
        low_priority_nodes: given.low_priority_nodes.into(),
        lives,
        environments: settings
            .environments
            .iter()
            .map(|environment| {
                let constant = |of: &Distribution| of.as_constant().unwrap().0;
                (
                    constant(&environment.image_build),
                    constant(&environment.image_pull),
                )
            })
            .collect(),
        runs: to_runs(settings),
        horizon: settings.horizon.0,
        warmup: settings.warmup.0,
        cut: settings.end == End::Cut,
        billing_granularity: target.billing.granularity.0,
        billing_minimum: target.billing.minimum.0,
    }
}

fn ticks(time: NodeTime) -> u64 {
    u64::try_from(time.0).unwrap()
}

fn to_times(times: &NodeTimes) -> pool::Times {
    pool::Times {
        boot: ticks(times.boot),
        node_setup: ticks(times.node_setup),
        run: ticks(times.run),
        lost: ticks(times.lost),
        finalize: ticks(times.finalize),
        idle: ticks(times.idle()),
        background: ticks(times.background),
    }
}

fn assert_same_accounts(ours: &TargetResult, theirs: &pool::Output, case: &str) {
    assert_eq!(ours.end.0, theirs.end, "{case}: end");
    let low = ours.low_priority.as_deref().copied().unwrap_or_default();
    let within = [to_times(&ours.within), to_times(&low.within)];
    assert_eq!(within, theirs.within, "{case}: node time to the horizon");
    let drain = [to_times(&ours.drain), to_times(&low.drain)];
    assert_eq!(drain, theirs.drain, "{case}: node time after it");
    let parts = [&ours.within, &ours.drain, &low.within, &low.drain];
    let sum =
        |of: fn(&NodeTimes) -> NodeTime| -> u64 { parts.iter().map(|part| ticks(of(part))).sum() };
    assert_eq!(
        [
            sum(|times| times.idle_gang_assembly),
            sum(|times| times.idle_min_nodes),
            sum(|times| times.idle_before_scale_down)
        ],
        theirs.idle_kinds,
        "{case}: kinds of idle time"
    );
    assert_eq!(
        [
            ticks(ours.within.system_nodes),
            ticks(ours.drain.system_nodes)
        ],
        theirs.system_nodes,
        "{case}: standing"
    );
    let rounding =
        |within: &NodeTimes, drain: &NodeTimes| ticks(within.rounding) + ticks(drain.rounding);
    assert_eq!(
        [
            rounding(&ours.within, &ours.drain),
            rounding(&low.within, &low.drain)
        ],
        [theirs.rounding[0] + theirs.rounding[2], theirs.rounding[1]],
        "{case}: rounding"
    );
    assert_eq!(
        (
            ours.spin_ups,
            ours.nodes_evicted,
            u64::from(ours.peak_nodes)
        ),
        (theirs.spin_ups, theirs.nodes_evicted, theirs.peak_nodes),
        "{case}: nodes requested, nodes lost, peak"
    );
}

/// Compares one world; gives its runs, none where it does not end.
fn compare(settings: &WorldSettings, streams: Streams, case: &str) -> usize {
    let input = to_reference(settings, streams);
    let Some(theirs) = pool::try_to_simulate(&input) else {
        return 0;
    };
    let looks = std::cell::Cell::new(0);
    let go_on = || {
        looks.set(looks.get() + 1);
        looks.get() < 2_000
    };
    let outcome = simulate(settings, streams, Detailed::new(true, 0), &go_on);
    let outcome =
        outcome.unwrap_or_else(|halt| panic!("{case}: the simulation does not end: {halt}"));
    let mut runs = outcome.recorder.runs;
    runs.sort_by_key(|run| (run.workload, run.position));
    let happened = input.runs.iter().zip(&theirs.runs);
    let happened = happened.filter(|(run, _)| run.submit < input.horizon);
    let happened: Vec<_> = happened.collect();
    assert_eq!(runs.len(), happened.len(), "{case}: number of runs");
    for (ours, (_, theirs)) in runs.iter().zip(happened) {
        let ticks = |at: Option<SimTime>| at.map(|at| at.0);
        let mut nodes_held = ours.nodes_held.clone();
        nodes_held.sort_unstable();
        let record = job::RunOut {
            status: match ours.status {
                RunStatus::Completed => job::Status::Completed,
                RunStatus::Failed => job::Status::Failed,
                RunStatus::Canceled => job::Status::Canceled,
                RunStatus::Unfinished => job::Status::Unfinished,
            },
            queued: ticks(ours.queued),
            assigned: ticks(ours.assigned),
            started: ticks(ours.started),
            ended: ticks(ours.ended),
            nodes_held,
            losses: ours.losses.into(),
            lost: ours.lost.0,
            deallocations: ours.deallocations.into(),
            deallocated: ours.deallocated.0,
        };
        let name = format!("{case}: run {} of {}", ours.position, ours.workload);
        assert_eq!(&record, theirs, "{name}");
    }
    assert_same_leases(&outcome.recorder.leases, &theirs, case);
    let result = &outcome.result.targets[0];
    assert_same_accounts(result, &theirs, case);
    assert_same_statistics(&result.runs, &input, &theirs, case);
    runs.len()
}

/// The sums over the measured runs.
fn assert_same_statistics(
    ours: &RunStatistics,
    input: &pool::Input,
    theirs: &pool::Output,
    case: &str,
) {
    let mut expected = [0; 10];
    let measured = input.warmup..input.horizon;
    for (position, (run, out)) in input.runs.iter().zip(&theirs.runs).enumerate() {
        if run.background || !measured.contains(&run.submit) {
            continue;
        }
        let is = |status| u64::from(out.status == status);
        expected[0] += 1;
        expected[1] += is(job::Status::Completed);
        expected[2] += is(job::Status::Failed);
        expected[3] += is(job::Status::Canceled);
        expected[4] += is(job::Status::Unfinished);
        expected[5] += out.losses;
        let terminated = u64::from(theirs.terminated.contains(&position));
        let refused = u64::from(out.assigned.is_none());
        expected[7] += terminated;
        expected[8] += is(job::Status::Failed) * (1 - terminated) * (1 - refused);
        expected[9] += u64::from(out.losses > 0);
        expected[6] += out.started.map_or(0, |started| started - run.submit);
    }
    let wait_sum = u64::try_from(ours.wait_sum).unwrap();
    assert_eq!(
        [
            ours.submitted,
            ours.completed,
            ours.failed,
            ours.canceled,
            ours.unfinished,
            ours.losses,
            wait_sum,
            ours.terminated,
            ours.failed_by_interruption,
            ours.hit
        ],
        expected,
        "{case}: runs by status, losses, waits, terminated, failed by a loss, hit"
    );
}

fn assert_same_leases(ours: &[LeaseRecord], theirs: &pool::Output, case: &str) {
    let mut leases = ours.to_vec();
    leases.sort_by_key(|lease| lease.node);
    let is_system_node = |lease: &LeaseRecord| {
        theirs
            .system_node_leases
            .iter()
            .any(|of| of.0 == lease.node)
    };
    let system_nodes = leases.iter().filter(|lease| is_system_node(lease));
    let system_nodes: Vec<(u64, u64, u64)> = system_nodes
        .map(|lease| (lease.node, lease.billed_from.0, lease.released.0))
        .collect();
    assert_eq!(
        system_nodes, theirs.system_node_leases,
        "{case}: standing leases"
    );
    leases.retain(|lease| !is_system_node(lease));
    for (ours, theirs) in leases.iter().zip(&theirs.leases) {
        let of = (
            ours.node,
            ours.requested.0,
            ours.billed_from.0,
            ours.released.0,
            ours.ended_by_loss,
        );
        let expected = (
            theirs.node,
            theirs.requested,
            theirs.billed_from,
            theirs.released,
            theirs.ended_by_loss,
        );
        assert_eq!(of, expected, "{case}: lease");
        let times = pool::Times {
            boot: ticks(ours.boot),
            node_setup: ticks(ours.node_setup),
            run: ticks(ours.run),
            lost: ticks(ours.lost),
            finalize: ticks(ours.finalize),
            idle: ticks(ours.idle),
            background: 0,
        };
        assert_eq!(times, theirs.times, "{case}: times of lease {}", ours.node);
    }
    assert_eq!(leases.len(), theirs.leases.len(), "{case}: leases");
}

fn compare_many(cases: u64, name: &str, sort: Sort) {
    let (mut runs, mut endless) = (0, 0);
    for case in 0..cases {
        let streams = Streams::new(2_026, case);
        let mut stream = streams.open(Purpose("case"), name);
        let settings = random_world(&mut stream, sort);
        let kind = &settings.targets[0].kind;
        let case = format!("{name}, case {case}, {kind:?}");
        let compared = compare(&settings, streams, &case);
        runs += compared;
        endless += u64::from(compared == 0);
    }
    assert!(
        runs > 0 && endless < cases / 20,
        "{endless} worlds do not end"
    );
}

/// Two start nodes, and at 60 s a formula that sees the one task of 30 s: run 1, at work since 40 s,
/// is terminated.
#[test]
fn a_terminated_run_loses_its_checkpoints_as_well() {
    let streams = Streams::new(1, 1);
    let mut settings = random_world(&mut streams.open(Purpose("case"), "terminate"), Sort::Batch);
    let mut workload = settings.workloads[0].clone();
    workload.background = false;
    workload.max_duration = None;
    (workload.setup, workload.finalize) = (constant(0), constant(0));
    // 12 s of work take 4 + 8 + 4 + 8 + 4 s.
    workload.on_loss = OnLoss::Resume {
        interval: SimDuration(4 * SECOND),
        cost: SimDuration(8 * SECOND),
    };
    let row = |at, duration| TraceRow {
        estimate: None,
        at: SimTime(at * SECOND),
        duration: SimDuration(duration * SECOND),
        nodes: Some(1),
        priority: None,
        environment: None,
    };
    workload.arrivals = Arrivals::Trace(Trace::new(Arc::from([row(0, 100), row(40, 12)])));
    settings.workloads = vec![workload];
    settings.horizon = SimTime(200 * SECOND);
    settings.warmup = SimTime::ZERO;
    settings.end = End::Drain;
    let target = &mut settings.targets[0];
    target.max_run_duration = None;
    let TargetKind::Pool(given) = &mut target.kind else {
        unreachable!("it is a pool")
    };
    (given.min_nodes, given.max_nodes) = (0, 4);
    (given.allocation, given.boot) = (constant(0), constant(0));
    given.evaluation_interval = SimDuration(60 * SECOND);
    given.deallocation = Deallocation::Terminate;
    given.low_priority_nodes = 0;
    given.low_priority_losses_per_hour = 0.0;
    given.controller = PoolController::BatchFormula(BatchFormula {
        policy: BatchPolicy::PendingTasks { start_nodes: 2 },
        sample_window: SimDuration(30 * SECOND),
        sample_delay: SimDuration(30 * SECOND),
    });
    let theirs = pool::simulate(&to_reference(&settings, streams));
    assert_eq!(theirs.runs[1].status, job::Status::Failed);
    assert_eq!(theirs.runs[1].lost, 0);
    assert_eq!(theirs.runs[1].deallocated, 20 * SECOND);
    compare(&settings, streams, "terminated");
}

/// What must hold of any pool, asked of the slow implementation.
#[test]
fn the_slow_pools_conserve() {
    for case in 0..300 {
        for sort in [
            Sort::Spark,
            Sort::Optimized,
            Sort::Standard,
            Sort::Batch,
            Sort::Kubernetes,
        ] {
            let streams = Streams::new(1, case);
            let settings = random_world(&mut streams.open(Purpose("case"), "slow"), sort);
            let input = to_reference(&settings, streams);
            let Some(out) = pool::try_to_simulate(&input) else {
                continue;
            };
            for (run, record) in input.runs.iter().zip(&out.runs) {
                let ended = record.ended.is_some();
                let comes = run.submit < input.horizon;
                assert_eq!(ended, record.status != job::Status::Unfinished);
                assert!(
                    ended || !comes || input.cut,
                    "{sort:?}, case {case}: {run:?}"
                );
            }
            for lease in &out.leases {
                let times = lease.times;
                let whole = times.boot + times.node_setup + times.run + times.lost;
                let whole = whole + times.finalize + times.idle + times.background;
                assert_eq!(
                    whole,
                    lease.released - lease.billed_from,
                    "{sort:?}, case {case}"
                );
            }
            assert!(out.peak_nodes <= input.max_nodes, "{sort:?}, case {case}");
        }
    }
}

#[test]
fn charge_periods_of_pools_hold_what_later_warmups_leave_out() {
    for case in 0..60 {
        for sort in [
            Sort::Spark,
            Sort::Optimized,
            Sort::Standard,
            Sort::Batch,
            Sort::Kubernetes,
        ] {
            let streams = Streams::new(3, case);
            let settings = random_world(&mut streams.open(Purpose("case"), "periods"), sort);
            if pool::try_to_simulate(&to_reference(&settings, streams)).is_some() {
                periods::check(&settings, streams, &format!("{sort:?}, case {case}"));
            }
        }
    }
}

#[test]
fn spark_pools_agree() {
    compare_many(1_500, "spark", Sort::Spark);
}

#[test]
fn databricks_pools_agree() {
    compare_many(1_000, "optimized", Sort::Optimized);
    compare_many(1_000, "standard", Sort::Standard);
}

#[test]
fn batch_pools_agree() {
    compare_many(4_000, "batch", Sort::Batch);
}

#[test]
fn kubernetes_pools_agree() {
    compare_many(1_500, "kubernetes", Sort::Kubernetes);
}
