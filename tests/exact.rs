//! The engine against the reference: same random traces, and every run's times, every lease, every account to the microsecond.

#![cfg(test)]

mod reference;
mod support;

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    ClusterSettings, End, Environment, IdleNodeChoice, InstanceSettings, OnStop,
    SurplusProvisioning, TargetKind, TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{LeaseRecord, NodeTimes, RunRecord, RunStatus, TargetResult};
use autoscale_simulator::units::SimTime;
use autoscale_simulator::workload::Draw;
use support::{SECOND, Size, below, pick, random_world, rows};

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
        vcpus: 1,
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
                ..reference::Cluster::default()
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
                    targets: vec![workload.target],
                    submit: row.at.0,
                    nodes: row.nodes.unwrap(),
                    duration: row.duration.0,
                    priority: i64::from(row.priority.unwrap_or(0)),
                    environment: row.environment.map(|image| image as usize),
                    max_duration: workload.max_duration.map(|limit| limit.0),
                    setup: constant(&workload.setup),
                    finalize: constant(&workload.finalize),
                    ..reference::Run::default()
                }),
        );
    }
    reference::Input {
        targets: settings.targets.iter().map(target).collect(),
        environments: settings.environments.iter().map(environment).collect(),
        runs,
        quotas: Vec::new(),
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
        ended_by_loss: false,
        boot: narrow(record.boot),
        startup: narrow(record.startup),
        run: narrow(record.run),
        lost: 0,
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
        lost_within: 0,
        lost_in_drain: 0,
        finalize: sum(|times| times.finalize),
        gang_wait: sum(|times| times.gang_wait),
        idle_minimum: sum(|times| times.idle_minimum),
        idle_tail: sum(|times| times.idle_tail),
        rounding: sum(|times| times.rounding) / slots,
        spin_ups: theirs.spin_ups,
        nodes_lost: 0,
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
