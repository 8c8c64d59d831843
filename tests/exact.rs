//! The engine against the reference: same random traces, and every run's times, every lease, every account to the microsecond.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

mod reference;

use std::sync::Arc;

use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    ClusterSettings, End, Environment, IdleNodeChoice, InstanceSettings, LeaseBilling, OnStop,
    SurplusProvisioning, TargetKind, TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{LeaseRecord, NodeTimes, RunRecord, RunStatus, TargetResult};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, Draw, NodeCount, WorkloadSettings};
use rand::RngExt;

const SECOND: u64 = 1_000_000;

/// A random number below `bound`.
fn below(stream: &mut Stream, bound: u64) -> u64 {
    stream.random_range(0..bound)
}

fn pick<T: Copy>(stream: &mut Stream, choices: &[T]) -> T {
    choices[stream.random_range(0..choices.len())]
}

fn constant(ticks: u64) -> Distribution {
    Distribution::constant(SimDuration(ticks))
}

/// How large a random case is.
#[derive(Clone, Copy)]
struct Size {
    runs: u64,
    /// Mean gap between submissions, in seconds, of each workload.
    gap_s: u64,
    max_nodes: u64,
    duration_s: u64,
}

/// Times are mostly whole seconds, so that many events share an instant; now and then a stray microsecond.
fn ticks(stream: &mut Stream, bound_s: u64) -> u64 {
    let stray = if below(stream, 8) == 0 {
        below(stream, SECOND)
    } else {
        0
    };
    below(stream, bound_s + 1) * SECOND + stray
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
        min_nodes: u32::try_from(min_nodes).unwrap(),
        max_nodes: u32::try_from(max_nodes).unwrap(),
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
    }
}

fn random_rows(
    stream: &mut Stream,
    size: Size,
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
            ticks(stream, 3 * size.gap_s)
        };
        let nodes = if gangs && below(stream, 4) == 0 {
            1 + below(stream, largest + largest / 8 + 1)
        } else {
            1
        };
        TraceRow {
            at: SimTime(at),
            duration: SimDuration(if below(stream, 20) == 0 {
                0
            } else {
                ticks(stream, 2 * size.duration_s)
            }),
            nodes: Some(u32::try_from(nodes).unwrap()),
            priority: with_priorities.then(|| i32::try_from(below(stream, 4)).unwrap() - 2),
            environment: (environments > 0 && below(stream, 2) == 0)
                .then(|| u32::try_from(below(stream, environments)).unwrap()),
        }
    };
    (0..size.runs).map(row).collect()
}

fn random_world(stream: &mut Stream, size: Size) -> WorldSettings {
    let environment = |position| Environment {
        name: format!("image-{position}"),
        image_build: constant(pick(stream, &[0, 0, 300, 600]) * SECOND),
        image_pull: constant(pick(stream, &[0, 15, 40]) * SECOND),
    };
    let environments: Vec<Environment> = (0..3).map(environment).collect();
    let target_count = 1 + below(stream, 2);
    let target = |position| {
        let limited = below(stream, 4) == 0;
        let cluster = below(stream, 3) > 0;
        TargetSettings {
            name: format!("target-{position}"),
            max_run_duration: limited.then(|| SimDuration::from_secs(size.duration_s)),
            billing: LeaseBilling {
                granularity: SimDuration::from_secs(pick(stream, &[1, 60])),
                minimum: SimDuration::from_secs(pick(stream, &[0, 300])),
            },
            kind: if cluster {
                TargetKind::Cluster(random_cluster(stream, size))
            } else {
                TargetKind::Instance(random_instance(stream))
            },
        }
    };
    let targets: Vec<TargetSettings> = (0..target_count).map(target).collect();
    let workload_count = 1 + below(stream, 3);
    let workloads = (0..workload_count)
        .map(|position| random_workload(stream, size, position, &targets))
        .collect();
    let mut settings = WorldSettings {
        horizon: SimTime::ZERO,
        warmup: SimTime::ZERO,
        end: pick(stream, &[End::Drain, End::Drain, End::Cut]),
        environments,
        targets,
        workloads,
    };
    let last = settings
        .workloads
        .iter()
        .flat_map(rows)
        .map(|row| row.at.0)
        .max()
        .unwrap();
    settings.horizon = SimTime(1 + pick(stream, &[last, last + 3600 * SECOND, last - last / 4]));
    settings.warmup = SimTime(pick(stream, &[0, 0, settings.horizon.0 / 5]));
    settings
}

fn random_workload(
    stream: &mut Stream,
    size: Size,
    position: u64,
    targets: &[TargetSettings],
) -> WorkloadSettings {
    let target = usize::try_from(below(stream, targets.len() as u64)).unwrap();
    let largest = match &targets[target].kind {
        TargetKind::Cluster(cluster) => u64::from(cluster.max_nodes),
        TargetKind::Instance(_) => 1,
    };
    WorkloadSettings {
        name: format!("workload-{position}"),
        target,
        arrivals: Arrivals::Trace(Trace {
            rows: random_rows(stream, size, largest, 3),
        }),
        duration: constant(0),
        nodes: NodeCount::Constant(1),
        priority: 0,
        environment: None,
        max_duration: (below(stream, 4) == 0)
            .then(|| SimDuration(ticks(stream, size.duration_s) + 1)),
        setup: constant(pick(stream, &[0, 0, 10]) * SECOND),
        finalize: constant(pick(stream, &[0, 0, 20]) * SECOND),
    }
}

fn rows(workload: &WorkloadSettings) -> impl Iterator<Item = &TraceRow> {
    let Arrivals::Trace(trace) = &workload.arrivals else {
        unreachable!("all workloads here are traces")
    };
    trace.rows.iter()
}

/// The same world for the reference; the provisioning times of requested nodes are drawn here from the same streams.
fn to_reference(settings: &WorldSettings, streams: Streams) -> reference::Input {
    let constant = |distribution: &Distribution| distribution.as_constant().unwrap().0;
    let environment = |environment: &Environment| reference::Environment {
        image_build: constant(&environment.image_build),
        image_pull: constant(&environment.image_pull),
    };
    let target = |target: &TargetSettings| reference::Target {
        max_run_duration: target.max_run_duration.map(|limit| limit.0),
        billing_granularity: target.billing.granularity.0,
        billing_minimum: target.billing.minimum.0,
        kind: match &target.kind {
            TargetKind::Cluster(cluster) => reference::Kind::Cluster(reference::Cluster {
                min_nodes: cluster.min_nodes,
                max_nodes: cluster.max_nodes,
                idle_before_scale_down: constant(&cluster.idle_before_scale_down),
                allocation: constant(&cluster.allocation),
                boot: 0,
                leaving: constant(&cluster.leaving),
                idle_node_choice: match cluster.idle_node_choice {
                    IdleNodeChoice::MostRecentlyIdle => reference::IdleNodeChoice::MostRecentlyIdle,
                    IdleNodeChoice::LeastRecentlyIdle => {
                        reference::IdleNodeChoice::LeastRecentlyIdle
                    }
                },
                surplus_provisioning: match cluster.surplus_provisioning {
                    SurplusProvisioning::Keep => reference::SurplusProvisioning::Keep,
                    SurplusProvisioning::Cancel => reference::SurplusProvisioning::Cancel,
                },
                boots: boots(&target.name, cluster, streams),
            }),
            TargetKind::Instance(instance) => {
                reference::Kind::Instance(to_reference_instance(instance, settings))
            }
        },
    };
    let mut runs = Vec::new();
    for (position, workload) in settings.workloads.iter().enumerate() {
        runs.extend(
            rows(workload)
                .enumerate()
                .map(|(place, row)| reference::Run {
                    workload: position,
                    position: place,
                    target: workload.target,
                    submit: row.at.0,
                    nodes: row.nodes.unwrap(),
                    duration: row.duration.0,
                    priority: i64::from(row.priority.unwrap_or(0)),
                    environment: row.environment.map(|image| image as usize),
                    max_duration: workload.max_duration.map(|limit| limit.0),
                    setup: constant(&workload.setup),
                    finalize: constant(&workload.finalize),
                }),
        );
    }
    reference::Input {
        targets: settings.targets.iter().map(target).collect(),
        environments: settings.environments.iter().map(environment).collect(),
        runs,
        horizon: settings.horizon.0,
        warmup: settings.warmup.0,
        cut: settings.end == End::Cut,
    }
}

fn boots(owner: &str, cluster: &ClusterSettings, streams: Streams) -> Vec<(u64, u64)> {
    let mut allocation = Draw::new(&cluster.allocation, streams, Purpose("allocation"), owner);
    let mut boot = Draw::new(&cluster.boot, streams, Purpose("boot"), owner);
    (0..60_000)
        .map(|_| (allocation.draw().0, boot.draw().0))
        .collect()
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
        let mut changes = Vec::new();
        let mut at = SimTime::ZERO;
        while let Some(next) = schedule.next_change(at).filter(|next| next.0 < until) {
            changes.push((next.0, schedule.is_open(next)));
            at = next;
        }
        reference::Schedule {
            initially_on: schedule.is_open(SimTime::ZERO),
            changes,
            on_stop_cancel: instance.on_stop == OnStop::Cancel,
        }
    });
    reference::Instance {
        slots: instance.slots,
        boot: instance.boot.as_constant().unwrap().0,
        schedule,
        idle_shutdown: instance.idle_shutdown.map(|limit| limit.0),
        start_on_submission: instance.start_on_submission,
    }
}

fn assert_same_run(ours: &RunRecord, theirs: &reference::RunOut, on_instance: bool, case: &str) {
    let ticks = |at: Option<SimTime>| at.map(|at| at.0);
    let status = match ours.status {
        RunStatus::Completed => reference::Status::Completed,
        RunStatus::Failed => reference::Status::Failed,
        RunStatus::Canceled => reference::Status::Canceled,
        RunStatus::Unfinished => reference::Status::Unfinished,
    };
    let name = format!(
        "{case}: run {} of workload {}",
        ours.position, ours.workload
    );
    assert_eq!(
        status, theirs.status,
        "{name}: status\n{ours:?}\n{theirs:?}"
    );
    assert_eq!(
        ticks(ours.queued),
        theirs.queued,
        "{name}: queued\n{ours:?}\n{theirs:?}"
    );
    assert_eq!(
        ticks(ours.assigned),
        theirs.assigned,
        "{name}: assigned\n{ours:?}\n{theirs:?}"
    );
    assert_eq!(
        ticks(ours.started),
        theirs.started,
        "{name}: started\n{ours:?}\n{theirs:?}"
    );
    assert_eq!(
        ticks(ours.ended),
        theirs.ended,
        "{name}: ended\n{ours:?}\n{theirs:?}"
    );
    if !on_instance {
        assert_eq!(
            ours.nodes_held, theirs.nodes_held,
            "{name}: nodes\n{ours:?}\n{theirs:?}"
        );
    }
}

fn to_lease(record: &LeaseRecord) -> reference::LeaseOut {
    let narrow = |time: autoscale_simulator::units::NodeTime| u64::try_from(time.0).unwrap();
    reference::LeaseOut {
        target: record.target as usize,
        node: record.node,
        requested: record.requested.0,
        billed_from: record.billed_from.0,
        released: record.released.0,
        boot: narrow(record.boot),
        startup: narrow(record.startup),
        run: narrow(record.run),
        finalize: narrow(record.finalize),
        idle: narrow(record.idle),
    }
}

fn assert_same_accounts(ours: &TargetResult, theirs: &reference::TargetOut, case: &str) {
    let sum = |of: fn(&NodeTimes) -> autoscale_simulator::units::NodeTime| {
        u64::try_from((of(&ours.within) + of(&ours.drain)).0).unwrap()
    };
    let slots = u64::from(ours.slots);
    let mine = reference::TargetOut {
        end: ours.end.0,
        boot: sum(|times| times.boot),
        startup: sum(|times| times.startup),
        run: sum(|times| times.run),
        finalize: sum(|times| times.finalize),
        gang_wait: sum(|times| times.gang_wait),
        idle_minimum: sum(|times| times.idle_minimum),
        idle_tail: sum(|times| times.idle_tail),
        rounding: sum(|times| times.rounding) / slots,
        spin_ups: theirs.spin_ups,
        peak_nodes: u64::from(ours.peak_nodes),
    };
    assert_eq!(&mine, theirs, "{case}: accounts");
}

fn compare(settings: &WorldSettings, streams: Streams, case: &str) -> usize {
    let input = to_reference(settings, streams);
    let theirs = reference::simulate(&input);
    let looks = std::cell::Cell::new(0);
    let go_on = || {
        looks.set(looks.get() + 1);
        looks.get() < 50
    };
    let outcome = simulate(settings, streams, Detailed::new(true, 0), &go_on);
    let outcome =
        outcome.unwrap_or_else(|| panic!("{case}: the simulation does not end: {settings:#?}"));

    let mut runs = outcome.recorder.runs;
    runs.sort_by_key(|run| (run.workload, run.position));
    let happened = input
        .runs
        .iter()
        .zip(&theirs.runs)
        .filter(|(run, _)| run.submit < input.horizon);
    let happened: Vec<_> = happened.collect();
    assert_eq!(runs.len(), happened.len(), "{case}: number of runs");
    for (ours, (_, theirs)) in runs.iter().zip(happened) {
        let on_instance = matches!(
            settings.targets[ours.target as usize].kind,
            TargetKind::Instance(_)
        );
        assert_same_run(ours, theirs, on_instance, case);
    }

    let mut leases: Vec<_> = outcome.recorder.leases.iter().map(to_lease).collect();
    leases.sort_by_key(|lease| (lease.target, lease.node));
    for (ours, theirs) in leases.iter().zip(&theirs.leases) {
        assert_eq!(ours, theirs, "{case}: lease");
    }
    assert_eq!(
        leases.len(),
        theirs.leases.len(),
        "{case}: number of leases"
    );
    for (ours, theirs) in outcome.result.targets.iter().zip(&theirs.targets) {
        assert_same_accounts(ours, theirs, case);
    }
    runs.len()
}

/// Compares random worlds of one size, each from its own seed.
fn compare_many(cases: u64, size: impl Fn(&mut Stream) -> Size) {
    let mut runs = 0;
    for case in 0..cases {
        let streams = Streams::new(2_024, case);
        let mut stream = streams.open(Purpose("case"), "exact");
        let size = size(&mut stream);
        let settings = random_world(&mut stream, size);
        runs += compare(
            &settings,
            streams,
            &format!("case {case} of {} runs", size.runs),
        );
    }
    assert!(runs > 0);
}

#[test]
fn small_random_worlds_agree_to_the_microsecond() {
    compare_many(1_500, |stream| Size {
        runs: 1 + below(stream, 40),
        gap_s: pick(stream, &[1, 10, 60, 600]),
        max_nodes: 8,
        duration_s: pick(stream, &[5, 60, 600]),
    });
}

#[test]
fn middling_random_worlds_agree_to_the_microsecond() {
    compare_many(60, |stream| Size {
        runs: 500,
        gap_s: pick(stream, &[1, 10, 60]),
        max_nodes: pick(stream, &[3, 12, 120]),
        duration_s: pick(stream, &[5, 60, 300]),
    });
}

#[test]
fn traces_of_ten_thousand_runs_agree_to_the_microsecond() {
    compare_many(6, |stream| Size {
        runs: 10_000,
        gap_s: pick(stream, &[10, 30]),
        max_nodes: 40,
        duration_s: pick(stream, &[60, 200]),
    });
}
