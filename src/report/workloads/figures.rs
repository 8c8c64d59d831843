//! What is told of a workload on a target, of each replication.

use std::borrow::Cow;

use super::costs::Amounts;
use crate::currency::Currency;
use crate::report::figure::per_thing;
use crate::results::{
    FanOutStatistics, Quantile, RunStatistics, WaitQuantiles, WorkloadStatistics, wait_grid,
};
use crate::units::{SimDuration, Usd};

/// A payer in one replication.
#[derive(Clone)]
pub(super) struct Seen<'a> {
    /// What its runs did, if it is a workload.
    pub(super) own: Option<Cow<'a, WorkloadStatistics>>,
    /// Its fan-outs, if it is a workload that has some: those on all of its targets.
    pub(super) fan_outs: Option<FanOutStatistics>,
    /// Node-time of the runs of all workloads on the target.
    pub(super) used: u128,
    /// The longest wait that the goal allows.
    pub(super) goal: Option<SimDuration>,
    /// What it pays.
    pub(super) amounts: Amounts,
    pub(super) currency: Currency,
}

impl Seen<'_> {
    /// Payers of equal targets together: what is done and paid is added up.
    pub(super) fn together(all: &[&Self]) -> Option<Self> {
        let [first, rest @ ..] = all else {
            return None;
        };
        let mut sum = (*first).clone();
        let fan_outs = all.iter().filter_map(|one| one.fan_outs.as_ref());
        sum.fan_outs = FanOutStatistics::together(fan_outs);
        for one in rest {
            sum.used += one.used;
            sum.goal = sum.goal.filter(|goal| one.goal == Some(*goal));
            for (part, amount) in sum.amounts.iter_mut().zip(one.amounts) {
                *part += amount;
            }
        }
        let own = all.iter().filter_map(|one| one.own.as_deref());
        if let Some(runs) = RunStatistics::together(own.clone().map(|own| &own.runs)) {
            sum.own = Some(Cow::Owned(WorkloadStatistics {
                runs,
                slowdown_sum: own.clone().map(|own| own.slowdown_sum).sum(),
                node_time: own.map(|own| own.node_time).sum(),
                ..WorkloadStatistics::default()
            }));
        }
        Some(sum)
    }
}

/// Numerator and denominator of one replication, and what histograms hide of the numerator at most. The figure is the mean of the
/// first over the mean of the second. `None` where the replication has none.
type Value = fn(&Seen<'_>) -> Option<[f64; 3]>;

/// A figure: name, unit, meaning, value.
pub(super) struct WorkloadFigure(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) Value,
);

impl WorkloadFigure {
    /// Whether it depends on the horizon where a queue grows.
    pub(super) fn is_of_waits(&self) -> bool {
        let starts = ["wait_", "within_goal_", "slowdown_", "fan_out_"];
        starts.iter().any(|start| self.0.starts_with(start))
    }
}

/// All of them; costs come last, part after part.
pub(super) const FIGURES: [WorkloadFigure; FIRST_COST + 6] = [
    WorkloadFigure(
        "runs_submitted",
        "",
        "runs submitted in [warm-up, horizon)",
        |of| Some([of.own.as_ref()?.runs.submitted as f64, 1.0, 0.0]),
    ),
    WorkloadFigure("runs_completed", "", "of these: completed", |of| {
        Some([of.own.as_ref()?.runs.completed as f64, 1.0, 0.0])
    }),
    WorkloadFigure(
        "wait_mean_s",
        "s",
        "mean wait, from submission to first Running, of the runs that started",
        |of| {
            let runs = &of.own.as_ref()?.runs;
            let [sum, count] = per_thing(runs.wait_sum, runs.started);
            Some([sum, count, 0.0])
        },
    ),
    WorkloadFigure(
        "wait_p50_s",
        "s",
        "median wait: the mean over the replications in which a run started, as the other percentiles",
        |of| quantile(of, |waits| waits.p50),
    ),
    WorkloadFigure("wait_p95_s", "s", "95th percentile of the wait", |of| {
        quantile(of, |waits| waits.p95)
    }),
    WorkloadFigure("wait_p99_s", "s", "99th percentile of the wait", |of| {
        quantile(of, |waits| waits.p99)
    }),
    WorkloadFigure(
        "within_goal_share",
        "fraction (0 to 1)",
        "submitted runs that waited no longer than the first limit on a wait in `[goal]` about the workload, or else about the \
         target, or else about all targets; empty where there is none. Between the times at which distributions are kept (about 9 % apart) it is \
         interpolated, and the interval is wider by what that hides",
        |of| {
            let runs = &of.own.as_ref()?.runs;
            let [count, hidden] = within(runs, of.goal?);
            Some([count, runs.submitted as f64, hidden])
        },
    ),
    WorkloadFigure(
        "slowdown_mean",
        "",
        "mean bounded slowdown of completed runs: max(1, (wait + running) / max(running, 10 s)), with `running` from the first \
         Running to the end (Feitelson et al., 1997)",
        |of| {
            let own = of.own.as_ref()?;
            let [sum, count] = per_thing(own.slowdown_sum, own.runs.completed);
            Some([sum, count, 0.0])
        },
    ),
    WorkloadFigure(
        "node_hours",
        "h",
        "hours from the assignment of nodes to their release, times the nodes of the run, over all attempts and from the warm-up to \
         the end of all work (of an instance: slot-hours)",
        |of| Some([of.own.as_ref()?.node_time.as_hours(), 1.0, 0.0]),
    ),
    WorkloadFigure(
        "node_hours_share",
        "fraction (0 to 1)",
        "`node_hours` over those of all workloads on the target: by this share what nobody uses alone is handed out",
        |of| Some([of.own.as_ref()?.node_time.0 as f64, of.used as f64, 0.0]),
    ),
    WorkloadFigure(
        "fan_outs_submitted",
        "",
        "parents of the workload's `arrivals.fan_out` submitted in [warm-up, horizon); this and the next five are those of the \
         workload on all of its targets, the same in each of its rows, and empty without `fan_out`",
        |of| Some([of.fan_outs.as_ref()?.submitted as f64, 1.0, 0.0]),
    ),
    WorkloadFigure(
        "fan_outs_unfinished",
        "",
        "of these: not all children had ended when the simulation was, or some were to be submitted from the horizon on",
        |of| {
            let fan_outs = of.fan_outs.as_ref()?;
            let unfinished = fan_outs.submitted.saturating_sub(fan_outs.ended);
            Some([unfinished as f64, 1.0, 0.0])
        },
    ),
    WorkloadFigure(
        "fan_out_mean_s",
        "s",
        "mean time of the others, from the submission of the parent to the end of its last child, however its children ended",
        |of| {
            let fan_outs = of.fan_outs.as_ref()?;
            let [sum, count] = per_thing(fan_outs.time_sum, fan_outs.ended);
            Some([sum, count, 0.0])
        },
    ),
    WorkloadFigure("fan_out_p50_s", "s", "median of these times", |of| {
        time_of_fan_outs(of, |times| times.p50)
    }),
    WorkloadFigure(
        "fan_out_p95_s",
        "s",
        "95th percentile of these times",
        |of| time_of_fan_outs(of, |times| times.p95),
    ),
    WorkloadFigure("fan_out_max_s", "s", "longest of these times", |of| {
        time_of_fan_outs(of, |times| times.max.into())
    }),
    WorkloadFigure(
        "cost_runs_usd",
        "USD",
        "cost of nodes while runs have them, at the price of the target's nodes: of two tiers, and where commitments cover some of \
         the time, at what a node-hour of runs costs on average",
        |of| money(of, of.amounts[0]),
    ),
    WorkloadFigure(
        "cost_idle_usd",
        "USD",
        "part of the cost of the target's other nodes: booting, idle, of the system, and rounding",
        |of| money(of, of.amounts[1]),
    ),
    WorkloadFigure(
        "cost_fixed_usd",
        "USD",
        "part of the fees of its service, and of disks, public IP addresses and load balancers",
        |of| money(of, of.amounts[2]),
    ),
    WorkloadFigure(
        "cost_unused_commitment_usd",
        "USD",
        "part of what commitments took while they covered nothing, by the node-time on all targets that each covers",
        |of| money(of, of.amounts[3]),
    ),
    WorkloadFigure(
        "cost_usd",
        "USD",
        "all four together: the rows of a variant add up to its `cost_usd` in `summary.csv`",
        |of| money(of, total(&of.amounts)),
    ),
    WorkloadFigure(
        "cost_per_run_usd",
        "USD",
        "`cost_usd` over submitted runs",
        |of| {
            let [cost, ..] = money(of, total(&of.amounts))?;
            Some([cost, of.own.as_ref()?.runs.submitted as f64, 0.0])
        },
    ),
];

/// Position of the first part of a cost.
pub(super) const FIRST_COST: usize = 16;

/// Position of the figure of a name.
pub(super) fn place(name: &str) -> usize {
    let place = FIGURES.iter().position(|figure| figure.0 == name);
    place.expect("a figure of that name")
}

fn total(amounts: &Amounts) -> Usd {
    amounts.iter().copied().sum()
}

#[expect(clippy::unnecessary_wraps, reason = "all figures have one signature")]
fn money(of: &Seen<'_>, amount: Usd) -> Option<[f64; 3]> {
    Some([of.currency.amount(amount), 1.0, 0.0])
}

fn quantile(of: &Seen<'_>, which: fn(&WaitQuantiles) -> Quantile) -> Option<[f64; 3]> {
    let quantile = which(of.own.as_ref()?.runs.wait_quantiles.as_ref()?);
    let [value, hidden] = [quantile.value, quantile.hidden].map(SimDuration::as_secs_f64);
    Some([value, 1.0, hidden])
}

fn time_of_fan_outs(of: &Seen<'_>, which: fn(&WaitQuantiles) -> Quantile) -> Option<[f64; 3]> {
    let quantile = which(of.fan_outs.as_ref()?.quantiles.as_ref()?);
    let [value, hidden] = [quantile.value, quantile.hidden].map(SimDuration::as_secs_f64);
    Some([value, 1.0, hidden])
}

/// How many runs waited at most so long, and by how many that may be off: linear between two times of the grid.
fn within(runs: &RunStatistics, limit: SimDuration) -> [f64; 2] {
    let longest = runs
        .wait_quantiles
        .map_or(SimDuration::ZERO, |waits| waits.max);
    if longest <= limit {
        return [runs.started as f64, 0.0];
    }
    let (mut before, mut at_most) = (SimDuration::ZERO, 0.0);
    let counts = runs.wait_at_most.iter().map(|count| *count as f64);
    for (edge, count) in wait_grid().zip(counts) {
        if edge == limit {
            return [count, 0.0];
        }
        if edge > limit {
            let [from, to, at] = [before, edge, limit].map(|time| time.0 as f64);
            let more = (count - at_most) * (at - from) / (to - from);
            return [at_most + more, more.max(count - at_most - more)];
        }
        (before, at_most) = (edge, count);
    }
    [at_most, runs.started as f64 - at_most]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    #[test]
    fn runs_within_a_limit_are_counted_between_the_times_that_are_kept() {
        let grid: Vec<SimDuration> = wait_grid().collect();
        let mut at_most = vec![2; grid.len()];
        at_most[100..].fill(6);
        let runs = RunStatistics {
            started: 6,
            wait_at_most: at_most[..=100].into(),
            wait_quantiles: Some(WaitQuantiles {
                max: grid[100],
                ..WaitQuantiles::default()
            }),
            ..RunStatistics::default()
        };
        let middle = SimDuration(u64::midpoint(grid[99].0, grid[100].0));
        for (limit, count, hidden) in [
            (grid[100], 6.0, 0.0),
            (grid[99], 2.0, 0.0),
            (middle, 4.0, 2.0),
        ] {
            let found = within(&runs, limit);
            let errors = [found[0] - count, found[1] - hidden];
            assert!(
                errors.iter().all(|error: &f64| error.abs() < 1e-3),
                "{found:?}"
            );
        }
    }
}
