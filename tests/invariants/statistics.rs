//! The statistics of a replication against those computed from its records.

use autoscale_simulator::results::{RunStatistics, RunStatus, WaitQuantiles, wait_grid};
use autoscale_simulator::stats::Trend;
use autoscale_simulator::units::{SimDuration, SimTime};

use crate::worlds::{Case, Life};

pub(crate) fn check(case: &Case) {
    for (target, result) in case.result.targets.iter().enumerate() {
        agree(
            &result.runs,
            &case.runs_of(target).collect::<Vec<_>>(),
            case,
        );
    }
    agree(
        &case.result.all_runs,
        &case.runs.iter().collect::<Vec<_>>(),
        case,
    );
}

fn agree(ours: &RunStatistics, all: &[&Life], case: &Case) {
    let measured = |run: &&&Life| run.record.submitted >= case.warmup();
    let runs: Vec<&Life> = all.iter().filter(measured).copied().collect();
    let runs = runs.as_slice();
    let exact = RunStatistics {
        wait_quantiles: ours.wait_quantiles,
        wait_at_most: ours.wait_at_most.clone(),
        // Causes do not follow from the records; the second implementation has them.
        queue_provisioning_sum: ours.queue_provisioning_sum,
        queue_quota_sum: ours.queue_quota_sum,
        backlog: backlog(all, case.horizon()),
        ..sums(runs)
    };
    assert_eq!(*ours, exact, "{}", case.name);
    let caused = ours.queue_provisioning_sum + ours.queue_quota_sum;
    assert!(caused <= ours.queue_sum, "{}", case.name);
    let mut waits: Vec<SimDuration> = runs.iter().filter_map(|run| wait(run)).collect();
    waits.sort_unstable();
    quantiles_agree(ours.wait_quantiles, &waits, &case.name);
    for (edge, at_most) in wait_grid().zip(ours.wait_at_most.iter()) {
        let upto = |edge: u64| waits.partition_point(|wait| wait.0 <= edge) as u64;
        // A wait within 0.1 % of the edge may be counted with those above it.
        let fewest = upto(edge.0 - edge.0 / 1_000);
        assert!(
            (fewest..=upto(edge.0)).contains(at_most),
            "{}: {at_most} runs waited at most {edge}, not {fewest} to {}",
            case.name,
            upto(edge.0)
        );
    }
    // Those after the last entry have all, unless the grid ends.
    let counted = ours.wait_at_most.len();
    let is_whole = counted == wait_grid().count();
    let has_all = ours.wait_at_most.last() == Some(&(waits.len() as u64));
    assert!(is_whole || has_all, "{}: {counted} entries", case.name);
}

fn wait(run: &Life) -> Option<SimDuration> {
    Some(run.record.started?.since(run.record.submitted))
}

fn quantiles_agree(ours: Option<WaitQuantiles>, waits: &[SimDuration], name: &str) {
    let Some(ours) = ours else {
        assert!(waits.is_empty(), "{name}");
        return;
    };
    for (percent, ours) in [(50, ours.p50), (95, ours.p95), (99, ours.p99)] {
        let rank = (waits.len() * percent).div_ceil(100);
        let exact = waits[rank - 1];
        assert!(
            ours.value.0.abs_diff(exact.0) <= ours.hidden.0,
            "{name}: {percent} % of the waits are at most {exact}, not {ours:?}"
        );
        assert!(ours.hidden.0 <= exact.0 / 1_000, "{name}: {ours:?}");
    }
    assert_eq!(waits.last(), Some(&ours.max), "{name}");
}

fn sums(runs: &[&Life]) -> RunStatistics {
    let count = |status| {
        let those = runs.iter().filter(|run| run.record.status == status);
        those.count() as u64
    };
    let sum = |part: fn(&Life) -> Option<SimDuration>| {
        let parts = runs.iter().filter_map(|run| part(run));
        parts.map(|part| u128::from(part.0)).sum()
    };
    RunStatistics {
        submitted: runs.len() as u64,
        completed: count(RunStatus::Completed),
        failed: count(RunStatus::Failed),
        canceled: count(RunStatus::Canceled),
        unfinished: count(RunStatus::Unfinished),
        started: runs.iter().filter_map(|run| wait(run)).count() as u64,
        wait_sum: sum(wait),
        prepare_sum: sum(|run| {
            run.record.started?;
            Some(run.record.queued?.since(run.record.submitted))
        }),
        queue_sum: sum(|run| {
            run.record.started?;
            Some(run.record.assigned?.since(run.record.queued?))
        }),
        node_setup_sum: sum(|run| Some(run.record.started?.since(run.record.assigned?))),
        turnaround_sum: sum(|run| {
            let completed = run.record.status == RunStatus::Completed;
            let ended = run.record.ended.filter(|_| completed)?;
            Some(ended.since(run.record.submitted))
        }),
        first_submitted: runs.iter().map(|run| run.record.submitted).min(),
        last_ended: runs.iter().filter_map(|run| run.record.ended).max(),
        ..RunStatistics::default()
    }
}

/// The trend of the runs that wait for their first start: at the end of each slice of a power of two of ticks, those
/// submitted by then less those that had started, or ended without.
fn backlog(runs: &[&Life], horizon: SimTime) -> Option<Trend> {
    let mut slice = 1;
    while horizon.0 / (slice * 2) >= 512 {
        slice *= 2;
    }
    let mut submitted: Vec<u64> = runs.iter().map(|run| run.record.submitted.0).collect();
    let left = runs.iter().filter_map(|run| {
        let ended = run.record.ended;
        run.record.started.or(ended).map(|left| left.0)
    });
    let mut left: Vec<u64> = left.collect();
    submitted.sort_unstable();
    left.sort_unstable();
    let before = |times: &[u64], end: u64| {
        i64::try_from(times.partition_point(|time| *time < end)).expect("few runs")
    };
    let levels = (1..=horizon.0 / slice)
        .map(|place| before(&submitted, place * slice) - before(&left, place * slice));
    Trend::of(&levels.collect::<Vec<i64>>())
}
