//! What is said of drains that were given up, since they made no progress.

use super::VariantResults;
use super::numbers::grouped;
use crate::results::{Standstill, WaitsFor};
use crate::units::SimTime;

/// Who waits for what, of the first replication in which a target's drain was given up.
pub(super) fn warning(variant: &VariantResults, target: usize) -> Option<String> {
    let of_target = variant.statistics().enumerate();
    let of_target =
        of_target.filter_map(|(at, result)| Some((at, result.targets[target].standstill?)));
    let stood: Vec<(usize, Standstill)> = of_target.collect();
    let (position, first) = stood.first()?;
    let all = variant.replications.len();
    let waiting = match first.runs {
        1 => "1 run waits".to_owned(),
        runs => format!("{} runs wait", grouped(f64::from(runs), 0)),
    };
    let tries = grouped(first.tries as f64, 0);
    let since = first.at.since(SimTime::ZERO).to_friendly();
    let what = match first.waits_for {
        WaitsFor::Nodes => format!(
            "{waiting} for nodes, the first of them for {}, of {} that were there; {tries} evaluations in a row asked for none that \
             a run could finish on: see `evaluation_interval`, the formula and `deallocation`",
            first.head_nodes, first.nodes
        ),
        WaitsFor::Machine => format!(
            "{waiting} for the machine, which the schedule stopped {tries} times in a row before a run could end on it: see `schedule` and \
             `boot`"
        ),
    };
    Some(format!(
        "its drain was given up in {} of {all} replications, as no run could end any more. At {since} of replication {position}, {what}. \
         Runs that wait are left unfinished",
        stood.len()
    ))
}
