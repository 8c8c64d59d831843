//! What is said of queues that grow: what that means for waits, and who is starved by what.

use super::VariantResults;
use super::figure::parts;
use super::figures;
use super::growth::{MOSTLY, coming, rival_that_grows};
use super::numbers::Shown;
use super::row::Row;
use super::statistic::Statistic;
use crate::study_results::Coming;
use crate::units::TICKS_PER_SECOND;

/// A share of a target's billed node time above which nodes that are kept for a gang are told.
const MUCH_KEPT: f64 = 0.05;

/// What a queue that grows means, and who is starved by what.
pub(super) fn warning(variant: &VariantResults, target: usize, row: &Row<'_>) -> Option<String> {
    let (things, times) = if row.serves() {
        ("requests", "Latencies")
    } else {
        ("runs", "Waits")
    };
    let depends = format!("{times} depend on the horizon, so none is reported as a mean.");
    let comes = coming(variant, target);
    let mut text = if variant.together()[target].queue_grows {
        let means = if matches!(comes, Coming::Ends | Coming::WaitsForEnds) {
            format!("{times} hold for work of this length alone.")
        } else {
            depends
        };
        format!(
            "its queue grows: more and more {things} wait from the start to the horizon. {means}"
        )
    } else if comes == Coming::TooMuch {
        format!(
            "its queue grows, since the work that keeps arriving exceeds its capacity. {depends}"
        )
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
    if variant.together()[target].quota_share < MOSTLY {
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
