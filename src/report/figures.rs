//! The figures of an observation, as a table: `summary.csv`, `replications.csv`, the terminal and the data dictionary
//! all read [`FIGURES`].

use super::figure::{Figure, count, decimal, parts, per_thing, seconds, share, usd, usd_per};
use super::observation::Observation;
use super::statistic::Statistic;
use super::{fan_outs, losses, lower_bound, money, requests, waits};
use crate::category::categories;
use crate::units::{SimDuration, TICKS_PER_HOUR};

/// Runs submitted.
pub(super) fn submitted(of: &Observation<'_>) -> Option<f64> {
    Some(of.runs?.submitted as f64)
}

/// Runs completed.
pub(super) fn completed(of: &Observation<'_>) -> Option<f64> {
    Some(of.runs?.completed as f64)
}

/// Runs that did not complete.
pub(super) fn not_completed(of: &Observation<'_>) -> Option<f64> {
    let runs = of.runs?;
    Some(runs.submitted.saturating_sub(runs.completed) as f64)
}

/// Mean wait in seconds.
pub(super) const WAIT_MEAN: Statistic = Statistic::Ratio(|of| {
    let runs = of.waits()?;
    Some(per_thing(runs.wait_sum, runs.started))
});

/// Hours waited by all runs that started.
pub(super) fn wait_hours(of: &Observation<'_>) -> Option<f64> {
    Some(of.waits()?.wait_sum as f64 / TICKS_PER_HOUR as f64)
}

/// Hours from submission to Completed of all runs that completed.
pub(super) fn turnaround_hours(of: &Observation<'_>) -> Option<f64> {
    Some(of.waits()?.turnaround_sum as f64 / TICKS_PER_HOUR as f64)
}

/// Median wait in seconds.
pub(super) const WAIT_P50: Statistic = Statistic::Wait(|waits| waits.p50);

/// 95th percentile of the wait in seconds.
pub(super) const WAIT_P95: Statistic = Statistic::Wait(|waits| waits.p95);

/// 99th percentile of the wait in seconds.
pub(super) const WAIT_P99: Statistic = Statistic::Wait(|waits| waits.p99);

/// Mean turnaround in seconds.
pub(super) const TURNAROUND: Statistic = Statistic::Ratio(|of| {
    let runs = of.waits()?;
    Some(per_thing(runs.turnaround_sum, runs.completed))
});

/// Seconds from the first submission to the last end, of work that ends by itself.
pub(super) fn makespan(of: &Observation<'_>) -> Option<f64> {
    let runs = of.runs.filter(|_| of.work_ends)?;
    runs.makespan().map(SimDuration::as_secs_f64)
}

/// Running time, checkpoints and lost work included, as a share of billed time.
pub(super) const UTILIZATION: Statistic =
    Statistic::Ratio(|of| Some(parts(of.times.running(), of.times.billed())));

/// Idle time of all kinds as a share of billed time.
pub(super) const IDLE_SHARE: Statistic =
    Statistic::Ratio(|of| Some(parts(of.times.idle(), of.times.billed())));

/// Billed node-hours.
pub(super) fn billed_hours(of: &Observation<'_>) -> Option<f64> {
    Some(of.machines?.node_hours)
}

/// The largest number of allocated nodes.
pub(super) fn peak_nodes(of: &Observation<'_>) -> Option<f64> {
    of.machines?.peak_nodes.map(f64::from)
}

macro_rules! cost_figures {
    (
        time { $($time:ident $time_field:ident $time_name:literal $time_legend:literal $group:ident
            $time_what:literal,)* }
        charges { $($charge:ident $charge_field:ident $charge_name:literal $charge_legend:literal
            $charge_what:literal,)* }
    ) => {
        /// The lines of the whole cost.
        const OF_LINES: &[Figure] = &[
            $(usd(concat!("cost_", $time_name, "_usd"), concat!("cost of ", $time_what), |of| Some(of.money(of.cost.whole().$time_field))),)*
            $(usd(concat!("cost_", $charge_name, "_usd"), $charge_what, |of| Some(of.money(of.cost.whole().$charge_field))),)*
        ];
    };
}

categories!(cost_figures);

/// Every figure, in the order of the columns: those of targets and runs, then those of services.
pub const FIGURES: &[Figure] = &{
    let groups = [BEFORE_LINES, OF_LINES, AFTER_LINES, &requests::FIGURES];
    let mut all = [BEFORE_LINES[0];
        BEFORE_LINES.len() + OF_LINES.len() + AFTER_LINES.len() + requests::FIGURES.len()];
    let (mut position, mut group) = (0, 0);
    while group < groups.len() {
        let mut next = 0;
        while next < groups[group].len() {
            all[position] = groups[group][next];
            (position, next) = (position + 1, next + 1);
        }
        group += 1;
    }
    all
};

/// The figures of targets and their runs before the lines of the cost.
const BEFORE_LINES: &[Figure] = &[
    count(
        "runs_submitted",
        "runs submitted in [warm-up, horizon)",
        submitted,
    ),
    count("runs_completed", "of these: completed", completed),
    count(
        "runs_failed",
        "of these: refused at submission, asking for more nodes than there can be, or ended by the loss of a node",
        |of| Some(of.runs?.failed as f64),
    ),
    count(
        "runs_canceled",
        "of these: stopped by a maximum duration or a schedule",
        |of| Some(of.runs?.canceled as f64),
    ),
    count(
        "runs_unfinished",
        "of these: not ended when the simulation was",
        |of| Some(of.runs?.unfinished as f64),
    ),
    count(
        "runs_started",
        "of these: reached Running, so that their wait is known",
        |of| Some(of.runs?.started as f64),
    ),
    losses::FAILED_BY_INTERRUPTION,
    losses::RUNS_INTERRUPTED,
    losses::LOSSES,
    losses::COMPLETION,
    usd(
        "cost_usd",
        "total cost from the warm-up to the target's end, whoever pays it: the sum of the lines from `cost_run_usd` to `cost_load_balancer_usd`",
        money::cost,
    ),
    usd(
        "cost_workspace_usd",
        "part of the total cost on the workspace's own bill: `cost_usd` less what background work takes, its nodes and the fee for them; comparisons and months are of it",
        money::own_cost,
    ),
    usd(
        "cost_within_horizon_usd",
        "part of the total cost that falls in [warm-up, horizon)",
        |of| Some(of.money(of.cost.within.total())),
    ),
    usd(
        "cost_after_horizon_usd",
        "part of the total cost that falls after the horizon, while work drained",
        |of| Some(of.money(of.cost.drain.total())),
    ),
    usd(
        "cost_per_month_usd",
        "cost on the workspace's own bill in [warm-up, horizon) times 730 h over its length: an extrapolation; empty where the \
         measured time does not stand for a month (see above)",
        money::cost_per_month,
    ),
];

/// The figures of targets and their runs after the lines of the cost.
const AFTER_LINES: &[Figure] = &[
    usd(
        "cost_outside_workspace_usd",
        "part of the total cost that is not on the workspace's bill: of unmanaged (attached) targets all but the lines `run`, \
         `checkpoints`, `lost_work`, `node_setup`, `restarts`, `finalize` and the service's fee for the node-time of these; empty \
         where no target is unmanaged",
        money::outside_workspace,
    ),
    usd_per(
        "cost_per_run_usd",
        "cost on the workspace's own bill, without that of services, over submitted runs: the same runs in every variant with the same workloads",
        money::COST_PER_RUN,
    ),
    usd_per(
        "cost_per_completed_run_usd",
        "the same over completed runs",
        money::COST_PER_COMPLETED_RUN,
    ),
    seconds(
        "wait_mean_s",
        "mean wait, from submission to first Running, of the runs that started",
        WAIT_MEAN,
    ),
    seconds("wait_p50_s", "median wait", WAIT_P50),
    seconds("wait_p95_s", "95th percentile of the wait", WAIT_P95),
    seconds("wait_p99_s", "99th percentile of the wait", WAIT_P99),
    seconds(
        "wait_max_s",
        "longest wait",
        Statistic::Mean(|of| Some(of.waits()?.wait_quantiles?.max.as_secs_f64())),
    ),
    waits::IMAGE_BUILD,
    waits::QUEUE,
    waits::SPIN_UP,
    waits::QUOTA,
    waits::CAPACITY,
    waits::NODE_SETUP,
    seconds(
        "turnaround_mean_s",
        "mean time from submission to Completed of the runs that completed",
        TURNAROUND,
    ),
    seconds(
        "makespan_s",
        "time from the first submission to the last end of a run, however it ended, of work that ends by itself (batches, logs, \
         fan-outs of these); empty where a run has not ended, so that a mean is over the replications in which all have",
        Statistic::Mean(makespan),
    ),
    fan_outs::FIGURES[0],
    fan_outs::FIGURES[1],
    fan_outs::FIGURES[2],
    fan_outs::FIGURES[3],
    fan_outs::FIGURES[4],
    fan_outs::FIGURES[5],
    share(
        "utilization",
        "Running time, checkpoints and lost work included, over billed time (of an instance, slot-time)",
        UTILIZATION,
    ),
    share(
        "idle_share",
        "idle time of all kinds over billed time (of an instance, slot-time)",
        IDLE_SHARE,
    ),
    decimal(
        "node_hours",
        "h",
        "billed node-hours (of an instance: hours), rounding included",
        billed_hours,
    ),
    count(
        "spin_ups",
        "nodes requested (of an instance: starts)",
        |of| Some(of.machines?.spin_ups as f64),
    ),
    count(
        "peak_nodes",
        "largest number of allocated nodes (of an instance: 1); empty for several targets together",
        peak_nodes,
    ),
    losses::NODES_EVICTED,
    losses::NODE_HOURS,
    losses::SHARE,
    losses::CHECKPOINT_HOURS,
    losses::RESTART_HOURS,
    losses::OVERHEAD_HOURS,
    losses::OVERHEAD_COST,
    losses::OVERHEAD_SHARE,
    count(
        "mini_batches_failed",
        "mini-batches of batch inference that never succeeded, however often they were tried",
        |of| of.runs.map(|_| of.mini_batches_failed as f64),
    ),
    count(
        "items_scored",
        "items of the mini-batches of batch inference that succeeded, of completed runs",
        |of| of.runs.map(|_| of.items_done as f64),
    ),
    waits::EXACT,
    lower_bound::BOUND,
    lower_bound::ABOVE_BOUND,
    lower_bound::ELASTICITY[0],
    lower_bound::ELASTICITY[1],
    lower_bound::ELASTICITY[2],
    lower_bound::ELASTICITY[3],
    lower_bound::ELASTICITY[4],
];
