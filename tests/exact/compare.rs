//! Compares the engine with the reference on a world: every run's times, every lease, every account, every count, to the
//! microsecond.

use std::cell::Cell;

use autoscale_simulator::category::PARTS;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::{TargetKind, TargetSettings, WorldSettings};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{
    LeaseRecord, NodeTimes, RunRecord, RunStatistics, RunStatus, TargetResult, TierTimes,
};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};

use crate::by_workload;
use crate::convert::to_reference;
use crate::reference::{self, Times};
use crate::services;

/// Looks at whether to go on before a simulation is taken for endless.
const MOST_LOOKS: u32 = 2_000;

/// Lets a simulation go on for long, but not for ever.
pub(crate) fn not_endless() -> impl Fn() -> bool {
    let looks = Cell::new(0);
    move || {
        looks.set(looks.get() + 1);
        looks.get() < MOST_LOOKS
    }
}

/// Compares both on a world; gives it and what came out, nothing where it has no end.
pub(crate) fn compare(
    settings: &WorldSettings,
    streams: Streams,
    case: &str,
) -> Option<(reference::Input, reference::Output)> {
    let input = to_reference(settings, streams);
    let theirs = reference::try_to_simulate(&input)?;
    let outcome = simulate(settings, streams, Detailed::new(true, 0), &not_endless());
    if is_at_a_standstill(&input, &theirs) {
        return None;
    }
    let outcome = outcome.unwrap_or_else(|halt| panic!("{case}: {halt}: {settings:#?}"));

    let mut runs = outcome.recorder.runs;
    runs.sort_by_key(|run| (run.workload, run.position));
    let happened = input.runs.iter().zip(&theirs.runs);
    let happened = happened.filter(|(run, _)| run.submit < input.horizon);
    let happened: Vec<_> = happened.collect();
    assert_eq!(runs.len(), happened.len(), "{case}: number of runs");
    for (ours, (_, theirs)) in runs.iter().zip(happened) {
        let target = &settings.targets[ours.target as usize];
        assert_same_run(ours, theirs, target, case);
    }

    let mut leases = outcome.recorder.leases;
    leases.sort_by_key(|lease| (lease.target, lease.node));
    for (ours, theirs) in leases.iter().zip(&theirs.leases) {
        let settings = &settings.targets[ours.target as usize];
        let ours = to_lease(ours, settings, theirs.low);
        let theirs = reference::LeaseOut {
            times: theirs.times.as_told_of_leases(),
            ..theirs.clone()
        };
        assert_eq!(ours, theirs, "{case}: lease");
    }
    assert_eq!(
        leases.len(),
        theirs.leases.len(),
        "{case}: number of leases"
    );
    for (position, ours) in outcome.result.targets.iter().enumerate() {
        assert_eq!(
            to_totals(ours),
            theirs.targets[position],
            "{case}: accounts of {position}"
        );
        let leases = theirs.leases.iter();
        let leases = leases.filter(|lease| lease.target == position && !lease.low);
        assert_same_hours(ours, &settings.targets[position], &input, leases, case);
        assert_same_statistics(&ours.runs, position, (&input, &theirs), case);
    }
    by_workload::assert_same(&outcome.result, settings, (&input, &theirs), case);
    services::assert_same(settings, streams, &theirs.services, case);
    Some((input, theirs))
}

/// Whether a run waits in a drain for ever, or long enough that the engine may have given its pool up, which the reference does
/// not do.
fn is_at_a_standstill(input: &reference::Input, theirs: &reference::Output) -> bool {
    let runs = input.runs.iter().zip(&theirs.runs);
    let mut left = runs.filter(|(run, out)| {
        run.submit < input.horizon && out.status == reference::Status::Unfinished
    });
    !input.cut
        && left.any(|(_, out)| {
            let is_scaled = matches!(
                input.targets[out.target].kind,
                reference::Kind::Cluster(_) | reference::Kind::Pool(_)
            );
            is_scaled && theirs.counts[out.target].given_up == 0
        })
        || theirs.runs.iter().any(|out| {
            let long = match &input.targets[out.target].kind {
                reference::Kind::Pool(pool) => 1_000 * pool.evaluation_interval,
                _ => u64::MAX,
            };
            out.assigned
                .is_some_and(|at| at.saturating_sub(input.horizon) > long)
        })
}

fn assert_same_run(
    ours: &RunRecord,
    theirs: &reference::RunOut,
    settings: &TargetSettings,
    case: &str,
) {
    let ticks = |at: Option<SimTime>| at.map(|at| at.0);
    let parts = ours.wait_parts();
    let nodes_held = match settings.kind {
        // The id of an instance's start is no node.
        TargetKind::Instance(_) => theirs.nodes_held.clone(),
        TargetKind::Cluster(_) => ours.nodes_held.clone(),
    };
    let record = reference::RunOut {
        status: match ours.status {
            RunStatus::Completed => reference::Status::Completed,
            RunStatus::Failed => reference::Status::Failed,
            RunStatus::Canceled => reference::Status::Canceled,
            RunStatus::Unfinished => reference::Status::Unfinished,
        },
        target: ours.target as usize,
        queued: ticks(ours.queued),
        assigned: ticks(ours.assigned),
        started: ticks(ours.started),
        ended: ticks(ours.ended),
        nodes_held,
        losses: ours.losses.into(),
        lost: ours.lost.0,
        deallocations: ours.deallocations.into(),
        deallocated: ours.deallocated.0,
        // This is compared as a sum.
        terminated: theirs.terminated,
        // Runs that did not start have no parts of a wait.
        node_setup: parts.map_or(theirs.node_setup, |parts| parts.node_setup.0),
        queue: parts.map_or(theirs.queue, |parts| reference::QueueTime {
            provisioning: parts.provisioning.0,
            quota: parts.quota.0,
            capacity: parts.capacity.0,
        }),
    };
    let name = (ours.position, ours.workload);
    assert_eq!(&record, theirs, "{case}: (run, workload) {name:?}");
}

pub(crate) fn ticks(time: NodeTime) -> u64 {
    u64::try_from(time.0).unwrap()
}

fn to_lease(record: &LeaseRecord, settings: &TargetSettings, low: bool) -> reference::LeaseOut {
    let is_instance = matches!(settings.kind, TargetKind::Instance(_));
    let idle = ticks(record.idle);
    reference::LeaseOut {
        target: record.target as usize,
        node: record.node,
        requested: record.requested.0,
        billed_from: record.billed_from.0,
        released: record.released.0,
        ended_by_loss: record.ended_by_loss,
        low,
        times: Times {
            boot: ticks(record.boot),
            node_setup: ticks(record.node_setup),
            run: ticks(record.run),
            lost: ticks(record.lost),
            finalize: ticks(record.finalize),
            idle_before_scale_down: if is_instance { 0 } else { idle },
            idle_unused_capacity: if is_instance { idle } else { 0 },
            ..Times::default()
        },
    }
}

fn to_times(times: &NodeTimes) -> Times {
    Times {
        boot: ticks(times.boot),
        node_setup: ticks(times.node_setup),
        restarts: ticks(times.restarts),
        run: ticks(times.run),
        checkpoints: ticks(times.checkpoints),
        lost: ticks(times.lost),
        finalize: ticks(times.finalize),
        idle_gang_assembly: ticks(times.idle_gang_assembly),
        idle_min_nodes: ticks(times.idle_min_nodes),
        idle_before_scale_down: ticks(times.idle_before_scale_down),
        idle_unused_capacity: ticks(times.idle_unused_capacity),
        background: ticks(times.background),
        system_nodes: ticks(times.system_nodes),
    }
}

fn to_totals(ours: &TargetResult) -> reference::TargetOut {
    let TierTimes { within, drain } = ours.low_priority.as_deref().copied().unwrap_or_default();
    let slots = u64::from(ours.slots);
    reference::TargetOut {
        end: ours.end.0,
        within: [to_times(&ours.within), to_times(&within)],
        drain: [to_times(&ours.drain), to_times(&drain)],
        rounding: [
            ticks(ours.within.rounding + ours.drain.rounding) / slots,
            ticks(within.rounding + drain.rounding),
        ],
        spin_ups: ours.spin_ups,
        nodes_evicted: ours.nodes_evicted,
        peak_nodes: ours.peak_nodes.into(),
    }
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
    let mut expected = [0; 14];
    let measured = input.warmup..input.horizon;
    for (run, out) in input.runs.iter().zip(&theirs.runs) {
        if run.background || out.target != target || !measured.contains(&run.submit) {
            continue;
        }
        let is = |status| u64::from(out.status == status);
        let failed = is(reference::Status::Failed);
        let terminated = u64::from(out.terminated);
        let mut own = [0; 14];
        own[..9].copy_from_slice(&[
            1,
            is(reference::Status::Completed),
            failed,
            is(reference::Status::Canceled),
            is(reference::Status::Unfinished),
            u64::from(out.losses > 0),
            out.losses,
            terminated,
            // Those that were refused had no queue.
            failed * (1 - terminated) * u64::from(out.queued.is_some()),
        ]);
        if let Some(started) = out.started {
            let queue = out.queue;
            own[9..].copy_from_slice(&[
                started - run.submit,
                out.node_setup,
                queue.provisioning,
                queue.quota,
                queue.capacity,
            ]);
        }
        for (sum, own) in expected.iter_mut().zip(own) {
            *sum += own;
        }
    }
    let narrow = |sum: u128| u64::try_from(sum).unwrap();
    let capacity = ours.queue_sum - ours.queue_provisioning_sum - ours.queue_quota_sum;
    let sums = [
        ours.submitted,
        ours.completed,
        ours.failed,
        ours.canceled,
        ours.unfinished,
        ours.hit,
        ours.losses,
        ours.terminated,
        ours.failed_by_interruption,
        narrow(ours.wait_sum),
        narrow(ours.node_setup_sum),
        narrow(ours.queue_provisioning_sum),
        narrow(ours.queue_quota_sum),
        narrow(capacity),
    ];
    assert_eq!(
        sums, expected,
        "{case}: target {target}: runs by status, hit, losses, terminated, failed by loss, wait, node_setup, queue by cause"
    );
}
