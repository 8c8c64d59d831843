//! The engine against the reference: same random traces, and every run's times, every lease, every account to the microsecond.

#![cfg(test)]

mod reference;
mod support;

use autoscale_simulator::category::PARTS;
use std::collections::BTreeMap;

use autoscale_simulator::discipline::{Backfill, Discipline, Order};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    ClusterSettings, End, Environment, IdleNodeChoice, InstanceSettings, NodeLoss, OnStop,
    SurplusProvisioning, TargetKind, TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{
    LeaseRecord, NodeTimes, RunRecord, RunStatistics, RunStatus, TargetResult,
};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::trace::TraceRow;
use autoscale_simulator::workload::{Draw, Estimate, OnLoss};
use rand_distr::{Distribution as _, Exp1, StandardUniform};
use support::disciplines::add_disciplines;
use support::features::add_features;
use support::{SECOND, Size, below, pick, random_world, rows};

/// The same world for the reference; the provisioning times of requested nodes are drawn here from the same streams.
fn to_reference(settings: &WorldSettings, streams: Streams) -> reference::Input {
    let constant = |distribution: &Distribution| distribution.as_constant().unwrap().0;
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
                    nodes: row.nodes.unwrap(),
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
        TargetKind::Cluster(cluster) => {
            reference::Kind::Cluster(to_reference_cluster(&target.name, cluster, streams))
        }
        TargetKind::Instance(instance) => {
            reference::Kind::Instance(to_reference_instance(instance, settings))
        }
        TargetKind::Pool(_) => unreachable!("pools have a second implementation of their own"),
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
) -> reference::Cluster {
    let constant = |distribution: &Distribution| distribution.as_constant().unwrap().0;
    reference::Cluster {
        min_nodes: cluster.min_nodes,
        max_nodes: cluster.max_nodes,
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
        boots: boots(name, cluster, streams),
        lives: lives(name, cluster, streams),
        mass_losses: mass_losses(cluster),
        mass_draws: mass_draws(name, cluster, streams),
    }
}

fn boots(owner: &str, cluster: &ClusterSettings, streams: Streams) -> Vec<(u64, u64)> {
    let mut allocation = Draw::new(&cluster.allocation, streams, Purpose("allocation"), owner);
    let mut boot = Draw::new(&cluster.boot, streams, Purpose("boot"), owner);
    (0..60_000)
        .map(|_| (allocation.draw().0, boot.draw().0))
        .collect()
}

/// Ends of lives in the order in which nodes become ready.
fn lives(owner: &str, cluster: &ClusterSettings, streams: Streams) -> Vec<u64> {
    let NodeLoss::Rate(per_hour) = cluster.loss else {
        return Vec::new();
    };
    let mut stream = streams.open(Purpose("loss"), owner);
    let life = |_| {
        let unit: f64 = Exp1.sample(&mut stream);
        SimDuration::from_secs_rounded(unit / per_hour * 3600.0).0
    };
    (0..60_000).map(life).collect()
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
    assert_eq!(
        (ours.target as usize, u64::from(ours.losses), ours.lost.0),
        (theirs.target, theirs.losses, theirs.lost),
        "{name}: target and losses\n{ours:?}\n{theirs:?}"
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
        ended_by_loss: record.ended_by_loss,
        boot: narrow(record.boot),
        node_setup: narrow(record.node_setup),
        run: narrow(record.run),
        lost: narrow(record.lost),
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
        node_setup: sum(|times| times.node_setup),
        run: sum(|times| times.run),
        lost_within: u64::try_from(ours.within.lost.0).unwrap(),
        lost_in_drain: u64::try_from(ours.drain.lost.0).unwrap(),
        finalize: sum(|times| times.finalize),
        idle_gang_assembly: sum(|times| times.idle_gang_assembly),
        idle_min_nodes: sum(|times| times.idle_min_nodes),
        idle_before_scale_down: sum(|times| times.idle_before_scale_down),
        rounding: sum(|times| times.rounding) / slots,
        spin_ups: ours.spin_ups,
        nodes_evicted: theirs.nodes_evicted,
        peak_nodes: u64::from(ours.peak_nodes),
    };
    assert_eq!(&mine, theirs, "{case}: accounts");
}

/// Compares both on a world; gives it and what came out.
fn compare(
    settings: &WorldSettings,
    streams: Streams,
    case: &str,
) -> (reference::Input, reference::Output) {
    let input = to_reference(settings, streams);
    let theirs = reference::simulate(&input);
    let looks = std::cell::Cell::new(0);
    let go_on = || {
        looks.set(looks.get() + 1);
        looks.get() < 2_000
    };
    let outcome = simulate(settings, streams, Detailed::new(true, 0), &go_on);
    let outcome = outcome.unwrap_or_else(|halt| panic!("{case}: {halt}: {settings:#?}"));

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
    for (position, ours) in outcome.result.targets.iter().enumerate() {
        let leases = theirs
            .leases
            .iter()
            .filter(|lease| lease.target == position);
        let of_target = &settings.targets[position];
        assert_same_hours(ours, of_target, &input, leases.clone(), case);
        let lost = leases.filter(|lease| lease.ended_by_loss && lease.released >= input.warmup);
        assert_eq!(
            ours.nodes_evicted,
            lost.count() as u64,
            "{case}: nodes lost"
        );
        assert_same_statistics(&ours.runs, position, (&input, &theirs), case);
    }
    (input, theirs)
}

/// Time by hours of the clock against the leases of the reference, hour by hour, and against the sums by category.
fn assert_same_hours<'a>(
    ours: &TargetResult,
    settings: &TargetSettings,
    input: &reference::Input,
    leases: impl Iterator<Item = &'a reference::LeaseOut>,
    case: &str,
) {
    let (Some(into), Some(hours)) = (settings.keep_hours, &ours.hours) else {
        assert!(settings.keep_hours.is_none() && ours.hours.is_none());
        return;
    };
    let hour = SimDuration::from_secs(3600).0;
    let number = |at: u64| usize::try_from((at + into.0) / hour).unwrap();
    let mut expected = vec![[0_u64; 2]; number(ours.end.0) + 1];
    for lease in leases {
        let mut at = lease.billed_from.max(input.warmup);
        while at < lease.released {
            let next = (number(at) as u64 + 1) * hour - into.0;
            let after = at >= input.horizon;
            let stop = if after { next } else { next.min(input.horizon) };
            let stop = stop.min(lease.released);
            expected[number(at)][usize::from(after)] += (stop - at) * u64::from(ours.slots);
            at = stop;
        }
    }
    let mut reader = hours.reader();
    let mut sums = [[0_u128; PARTS]; 2];
    for (hour, expected) in (0..).zip(&expected) {
        let parts = reader.hour(hour);
        let all = parts.map(|parts| parts.iter().sum::<u64>());
        assert_eq!(&all, expected, "{case}: hour {hour}");
        for (sum, part) in sums.iter_mut().flatten().zip(parts.into_iter().flatten()) {
            *sum += u128::from(part);
        }
    }
    let whole = [&ours.within, &ours.drain].map(|times| times.parts().map(|time| time.0));
    assert_eq!(sums, whole, "{case}: hours by category");
}

/// The sums over the measured runs of a target.
fn assert_same_statistics(
    ours: &RunStatistics,
    target: usize,
    (input, theirs): (&reference::Input, &reference::Output),
    case: &str,
) {
    let mut expected = [0; 7];
    let measured = input.warmup..input.horizon;
    for (run, out) in input.runs.iter().zip(&theirs.runs) {
        if out.target != target || !measured.contains(&run.submit) {
            continue;
        }
        expected[0] += u64::from(out.losses > 0);
        expected[1] += out.losses;
        let by_loss = out.status == reference::Status::Failed && out.losses > 0;
        expected[2] += u64::from(by_loss);
        if out.started.is_some() {
            expected[3] += out.node_setup;
            expected[4] += out.queue.provisioning;
            expected[5] += out.queue.quota;
            expected[6] += out.queue.capacity;
        }
    }
    let narrow = |sum: u128| u64::try_from(sum).unwrap();
    let capacity = ours.queue_sum - ours.queue_provisioning_sum - ours.queue_quota_sum;
    let sums = [
        ours.hit,
        ours.losses,
        ours.failed_by_interruption,
        narrow(ours.node_setup_sum),
        narrow(ours.queue_provisioning_sum),
        narrow(ours.queue_quota_sum),
        narrow(capacity),
    ];
    assert_eq!(
        sums, expected,
        "{case}: target {target}: hit, losses, failed by loss, node_setup, and queue by cause"
    );
}

/// Compares random worlds with quotas, losses and routes.
fn compare_many_with_features(cases: u64, size: impl Fn(&mut Stream) -> Size) {
    for case in 0..cases {
        let streams = Streams::new(2_025, case);
        let mut stream = streams.open(Purpose("case"), "features");
        let size = size(&mut stream);
        let mut settings = random_world(&mut stream, size);
        add_features(&mut stream, size, &mut settings);
        compare(
            &settings,
            streams,
            &format!("case {case} of {} runs with features", size.runs),
        );
    }
}

#[test]
fn small_worlds_with_quotas_losses_and_routes_agree_to_the_microsecond() {
    compare_many_with_features(1_500, |stream| Size {
        runs: 1 + below(stream, 40),
        gap_s: pick(stream, &[1, 10, 60]),
        max_nodes: 8,
        duration_s: pick(stream, &[60, 600]),
    });
}

#[test]
fn small_worlds_with_speeds_agree_to_the_microsecond() {
    for case in 0..500 {
        let streams = Streams::new(2_026, case);
        let mut stream = streams.open(Purpose("case"), "speeds");
        let size = Size {
            runs: 1 + below(&mut stream, 40),
            gap_s: pick(&mut stream, &[1, 10, 60]),
            max_nodes: 8,
            duration_s: pick(&mut stream, &[60, 600]),
        };
        let mut settings = random_world(&mut stream, size);
        add_features(&mut stream, size, &mut settings);
        for workload in &mut settings.workloads {
            let one = |_: &usize| pick(&mut stream, &[0.8, 1.0, 1.3, 2.2, 7.0]);
            workload.speeds = workload.targets.iter().map(one).collect();
        }
        compare(&settings, streams, &format!("case {case} with speeds"));
    }
}

/// Whether a run of the target got its nodes before one of its priority that was in the queue before it.
fn has_passing(target: usize, input: &reference::Input, output: &reference::Output) -> bool {
    let runs = || {
        let all = input.runs.iter().zip(&output.runs);
        all.filter(|(_, out)| out.target == target && out.losses == 0)
    };
    runs().any(|(later, passes)| {
        let (Some(joined), Some(assigned)) = (passes.queued, passes.assigned) else {
            return false;
        };
        runs().any(|(earlier, passed)| {
            earlier.priority == later.priority
                && passed.queued.is_some_and(|queued| queued < joined)
                && passed.assigned.is_none_or(|own| own > assigned)
        })
    })
}

#[test]
fn small_worlds_with_disciplines_agree_to_the_microsecond() {
    let mut with_passing: BTreeMap<reference::Discipline, u32> = BTreeMap::new();
    for case in 0..2_000 {
        let streams = Streams::new(2_027, case);
        let mut stream = streams.open(Purpose("case"), "disciplines");
        let size = Size {
            runs: 5 + below(&mut stream, 36),
            gap_s: pick(&mut stream, &[1, 10, 30]),
            max_nodes: 8,
            duration_s: pick(&mut stream, &[20, 60, 600]),
        };
        let mut settings = random_world(&mut stream, size);
        if below(&mut stream, 3) > 0 {
            add_features(&mut stream, size, &mut settings);
        }
        add_disciplines(&mut stream, size, &mut settings);
        let case = format!("case {case} with disciplines");
        let (input, output) = compare(&settings, streams, &case);
        for (position, target) in input.targets.iter().enumerate() {
            if let reference::Kind::Cluster(cluster) = &target.kind {
                let worlds = with_passing.entry(cluster.discipline).or_default();
                *worlds += u32::from(has_passing(position, &input, &output));
            }
        }
    }
    assert_none_is_hollow(&with_passing);
}

/// Each discipline must have let runs pass in many worlds, but strict order in none.
fn assert_none_is_hollow(with_passing: &BTreeMap<reference::Discipline, u32>) {
    use reference::Backfill::{Conservative, Easy, FirstFit, None};
    let flags = [(false, false), (false, true), (true, false), (true, true)];
    for (shortest, shortest_passes_first) in flags {
        for backfill in [None, FirstFit, Easy, Conservative] {
            let discipline = reference::Discipline {
                shortest,
                backfill,
                shortest_passes_first,
            };
            let worlds = with_passing[&discipline];
            if backfill == None && !shortest {
                assert_eq!(worlds, 0, "{discipline:?}");
            } else {
                assert!(worlds >= 10, "{worlds} worlds of {discipline:?}");
            }
        }
    }
}

#[test]
fn larger_worlds_with_quotas_losses_and_routes_agree_to_the_microsecond() {
    compare_many_with_features(40, |stream| Size {
        runs: 500,
        gap_s: pick(stream, &[10, 60]),
        max_nodes: pick(stream, &[3, 12]),
        duration_s: pick(stream, &[60, 300]),
    });
}

/// Compares random worlds of one size, each from its own seed.
fn compare_many(cases: u64, size: impl Fn(&mut Stream) -> Size) {
    let mut runs = 0;
    for case in 0..cases {
        let streams = Streams::new(2_024, case);
        let mut stream = streams.open(Purpose("case"), "exact");
        let size = size(&mut stream);
        let settings = random_world(&mut stream, size);
        let case = format!("case {case} of {} runs", size.runs);
        let (input, _) = compare(&settings, streams, &case);
        let happened = |run: &&reference::Run| run.submit < input.horizon;
        runs += input.runs.iter().filter(happened).count();
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
