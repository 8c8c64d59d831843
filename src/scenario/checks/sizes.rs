//! Whether runs are too large for what their targets can ever have.

use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Read;
use crate::scenario::work::workloads::Work;
use crate::workload::{NodeCount, WorkloadSettings};

/// The largest run that a target takes.
#[derive(Default)]
pub(super) struct Most {
    pub(super) nodes: u32,
    /// What says so.
    pub(super) reason: String,
}

/// Refuses a workload whose runs none of its targets can ever take; warns where some are too large.
pub(super) fn check_sizes(
    work: &Work<'_>,
    settings: &WorkloadSettings,
    targets: &[&Most],
) -> Read<Option<String>> {
    let most = targets.iter().map(|most| most.nodes).max().unwrap_or(0);
    let (too_large, all) = match settings.arrivals.trace() {
        Some(trace) => {
            let own = |nodes: Option<u32>| nodes.map_or(smallest(&settings.nodes), |nodes| nodes);
            let large = trace.rows().iter().filter(|row| own(row.nodes) > most);
            (large.count(), trace.rows().len())
        }
        None => match &settings.nodes {
            NodeCount::Constant(nodes) => (usize::from(*nodes > most), 1),
            NodeCount::Choice { values, .. } => {
                let large = values.iter().filter(|nodes| **nodes > most);
                (large.count(), values.len())
            }
        },
    };
    if too_large == 0 {
        return Ok(None);
    }
    let reasons: Vec<&str> = targets.iter().map(|most| most.reason.as_str()).collect();
    let reasons = reasons.join(", and ");
    let (of_one, of_some) = match targets.len() {
        1 => ("its target can never take such runs", "their target"),
        _ => (
            "none of its targets can ever take such runs",
            "any of their targets",
        ),
    };
    if too_large == all {
        let complaint = Complaint::new(of_one).help(reasons);
        return Err(work.table.refuse("nodes", complaint));
    }
    let what = match settings.arrivals.trace() {
        Some(_) => "runs of the trace",
        None => "sizes",
    };
    Ok(Some(format!(
        "workload `{}`: {too_large} of {all} {what} ask for more nodes than {of_some} can have and fail at submission: {reasons}",
        work.name
    )))
}

fn smallest(nodes: &NodeCount) -> u32 {
    match nodes {
        NodeCount::Constant(nodes) => *nodes,
        NodeCount::Choice { values, .. } => values.iter().copied().min().unwrap_or(1),
    }
}
