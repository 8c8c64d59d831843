//! Queues that grow from the start to the horizon: which they are, and that their waits are no figures to be told.

use super::VariantResults;
use super::figures::{self, parts};
use super::numbers::Shown;
use super::observation::Row;
use super::statistic::Statistic;
use crate::results::TargetResult;
use crate::stats::{Trend, grows};
use crate::study_results::{Coming, TargetSort};
use crate::units::TICKS_PER_SECOND;

/// What stands in a table where a figure would depend on the horizon.
pub(super) const MARK: &str = "grows";

/// Whether the queues of some targets grow although their work does not end by itself: then waits and latencies depend on
/// the horizon, and so do their means and quantiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Growing {
    /// The queue of a target that takes runs.
    pub runs: bool,
    /// The queue of a service.
    pub requests: bool,
}

impl Growing {
    /// Of one target.
    pub(super) fn of_target(variant: &VariantResults, target: usize) -> Self {
        let grows = match coming(variant, target) {
            Coming::Ends | Coming::WaitsForEnds => false,
            Coming::TooMuch => true,
            Coming::GoesOn => {
                queue_grows(variant, target) || rival_that_grows(variant, target).is_some()
            }
        };
        let first = variant.statistics().next();
        let serves = first.is_some_and(|result| is_service(result.targets.get(target)));
        Self {
            runs: grows && !serves,
            requests: grows && serves,
        }
    }

    /// Of all targets together.
    pub(super) fn of_all(variant: &VariantResults) -> Self {
        let all = (0..variant.targets.len()).map(|target| Self::of_target(variant, target));
        all.fold(Self::default(), |sum, one| Self {
            runs: sum.runs || one.runs,
            requests: sum.requests || one.requests,
        })
    }

    /// Whether any does.
    pub(super) fn any(self) -> bool {
        self.runs || self.requests
    }
}

fn is_service(target: Option<&TargetResult>) -> bool {
    target.is_some_and(|target| target.service.is_some())
}

/// What comes to a target.
fn coming(variant: &VariantResults, target: usize) -> Coming {
    variant.coming.get(target).copied().unwrap_or_default()
}

/// Whether the work of all targets that take runs ends by itself, or that of one.
pub(super) fn work_ends(variant: &VariantResults, target: Option<usize>) -> bool {
    let takes_runs = |at: &usize| variant.kinds.get(*at) != Some(&TargetSort::Service);
    let targets = target.map_or(0..variant.targets.len(), |target| target..target + 1);
    let mut of_runs = targets.filter(takes_runs);
    of_runs.all(|target| coming(variant, target) == Coming::Ends)
}

/// Whether the queue of a target grows from the start to the horizon.
fn queue_grows(variant: &VariantResults, target: usize) -> bool {
    let results = variant.statistics();
    let trends = results.filter_map(|result| trend(result.targets.get(target)?));
    grows(&trends.collect::<Vec<Trend>>())
}

fn trend(target: &TargetResult) -> Option<Trend> {
    match &target.service {
        Some(service) => service.requests.backlog,
        None => target.runs.backlog,
    }
}

/// Share of the time in a queue from which on a quota is what it waits for.
const MOSTLY: f64 = 0.5;

/// Share of the time in its queue in which a quota withheld nodes, all replications together; 0 where nothing queued.
fn quota_share(variant: &VariantResults, target: usize) -> f64 {
    let (mut by_quota, mut queue) = (0.0, 0.0);
    for result in variant.statistics() {
        if let Some(target) = result.targets.get(target) {
            by_quota += target.runs.queue_quota_sum as f64;
            queue += target.runs.queue_sum as f64;
        }
    }
    if queue > 0.0 { by_quota / queue } else { 0.0 }
}

/// A cluster whose queue grows and that shares a quota with this one, which waits for little else. Quota goes to the
/// cluster whose head has waited longest, so that the waits of the two grow together.
fn rival_that_grows(variant: &VariantResults, target: usize) -> Option<usize> {
    if quota_share(variant, target) < MOSTLY {
        return None;
    }
    let mut rivals = variant.rivals.get(target)?.iter().copied();
    rivals.find(|rival| {
        let comes = coming(variant, *rival);
        matches!(comes, Coming::GoesOn | Coming::TooMuch) && queue_grows(variant, *rival)
    })
}

/// A share of a target's billed node time above which nodes that are kept for a gang are told.
const MUCH_KEPT: f64 = 0.05;

/// What a queue that grows means, and who is starved by what.
pub(super) fn warning(variant: &VariantResults, target: usize, row: &Row<'_>) -> Option<String> {
    let (things, times) = if row.serves() {
        ("requests", "Latencies")
    } else {
        ("runs", "Waits")
    };
    let depends = format!("{times} depend on the horizon, so none is told as a mean.");
    let comes = coming(variant, target);
    let mut text = if queue_grows(variant, target) {
        let means = if matches!(comes, Coming::Ends | Coming::WaitsForEnds) {
            format!("{times} hold for work of this length alone.")
        } else {
            depends
        };
        format!(
            "its queue grows: more and more {things} wait from the start to the horizon. {means}"
        )
    } else if comes == Coming::TooMuch {
        format!("its queue grows, since more work goes on coming than it can do. {depends}")
    } else {
        let rival = rival_that_grows(variant, target).and_then(|at| variant.targets.get(at))?;
        format!(
            "its queue waits for a quota that it shares with `{rival}`, whose queue grows. {depends}"
        )
    };
    for cause in [kept_idle(row), withheld(variant, target)] {
        text.extend(cause.map(|cause| format!(" {cause}")));
    }
    Some(text)
}

/// A share of the measured time above which a mean wait is not told without a word.
const LONG_WAIT: f64 = 0.1;

/// Waits that are long beside the measured time, where the test of growth found nothing: too few runs may be why.
pub(super) fn undecided(variant: &VariantResults, target: usize, row: &Row<'_>) -> Option<String> {
    let goes_on = coming(variant, target) == Coming::GoesOn && !row.serves();
    if !goes_on || row.growing.any() {
        return None;
    }
    let wait = row.figure(figures::WAIT_MEAN)?.mean;
    let measured = variant.window.length().0 as f64 / TICKS_PER_SECOND as f64;
    (wait > LONG_WAIT * measured).then(|| {
        let percent = (wait / measured * 100.0).round();
        format!(
            "its mean wait is {percent} % of the measured time, and too few runs tell whether its queue keeps growing: simulate a longer horizon or \
             more replications before you rely on its waits"
        )
    })
}

/// Idle nodes that were kept for a run that needs more of them at the same time.
fn kept_idle(row: &Row<'_>) -> Option<String> {
    let share = row.figure(Statistic::Ratio(|of| {
        Some(parts(of.times.idle_gang_assembly, of.times.billed()))
    }))?;
    let cost = row.estimate(|of| Some(of.money(of.cost.whole().idle_gang_assembly)))?;
    (share.mean > MUCH_KEPT).then(|| {
        let percent = Shown::percent(share).with_unit("%");
        let cost = Shown::of(cost).with_unit(row.currency().code());
        format!(
            "Idle nodes, kept for a run at the head that needs more of them at the same time, are {percent} of its billed node \
             time and cost {cost}."
        )
    })
}

/// A quota that withholds the nodes that the head lacks most of the time, and who has them.
fn withheld(variant: &VariantResults, target: usize) -> Option<String> {
    if quota_share(variant, target) < MOSTLY {
        return None;
    }
    let rivals = variant.rivals.get(target).into_iter().flatten();
    let rivals = rivals.filter_map(|rival| variant.targets.get(*rival));
    let rivals: Vec<String> = rivals.map(|name| format!("`{name}`")).collect();
    Some(match rivals.as_slice() {
        [] => "A quota withholds the nodes that it lacks.".to_owned(),
        [one] => format!(
            "The quota withholds the nodes that it lacks: {one} shares it, and keeps nodes as long as it has runs for them."
        ),
        _ => format!(
            "The quota withholds the nodes that it lacks: {} share it, and keep nodes as long as they have runs for them.",
            rivals.join(", ")
        ),
    })
}
