//! An Azure Batch pool: attached, scaled by a formula over samples, with dedicated and low-priority nodes in one pool.
//!
//! Facts: the formula is evaluated every 15 min unless set (5 min to 168 h); samples are taken every 30 s and can be seen
//! about a minute later; the documented formula takes the mean of pending tasks over 180 s if 70 % of the samples are there,
//! else 1 node, at most 25; another puts dedicated nodes in the place of preempted ones; nodes are taken away by `requeue`
//! unless set, and low-priority ones are sought again (Azure documentation, articles/batch/batch-automatic-scaling.md and
//! batch-low-pri-vms.md; D). Assumed: a node comes within 3 to 8 min, as users report (Azure/Batch issue 145; I); no
//! rates of eviction are published.

use super::losses::allocation_failure;
use super::parts::{Limits, NO_FAILURES, NO_RATES, allocation, in_order, pool};
use super::tiers::with_low_priority;
use super::{Given, MAX_NODES, Made};
use crate::autoscale::batch::{Batch, BatchFormula, BatchPolicy};
use crate::model::settings::{
    ClusterSettings, Deallocation, NodeLoss, PolicySettings, ScalingPolicy, TargetKind,
};
use crate::scenario::buying::billing::billing;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices;
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::{Cursor, one_kind};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::{Written, assumed, fact};
use crate::scenario::document::values::{
    choice, count, duration, positive_duration, rate_per_hour,
};
use crate::scenario::keys::{FORMULAS, POOL_EVICTIONS};
use crate::units::SimDuration;

/// Who states the formula and its times.
const FORMULA: &str = "azure-docs, articles/batch/batch-automatic-scaling.md";
/// Limits of the time between two evaluations.
const INTERVALS: (SimDuration, SimDuration) = (
    SimDuration::from_secs(5 * 60),
    SimDuration::from_secs(168 * 3600),
);

/// Reads a Batch pool.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let min = table.usual("min_nodes", assumed(0, ""), count(0, MAX_NODES));
    let max = table.usual("max_nodes", fact(25, FORMULA), count(1, MAX_NODES));
    let low = table.usual("low_priority_nodes", assumed(0, ""), count(0, MAX_NODES));
    let policy = policy(table);
    let interval = table.usual("evaluation_interval", fact("15m", FORMULA), interval);
    let window = table.usual("sample_window", fact("3m", FORMULA), positive_duration);
    let delay = table.usual("sample_delay", fact("60s", FORMULA), duration);
    let requeue = fact("requeue", FORMULA);
    let deallocation = table.usual("deallocation", requeue, choice(DEALLOCATIONS));
    let allocation = allocation(given);
    let failure = allocation_failure(table, given.calendar);
    let boot = assumed(
        Written::Uniform("3m", "8m"),
        "reported by users (Azure/Batch issue 145)",
    );
    let boot = distribution_or(table, "boot", boot, given.files);
    let losses = losses(table, low.unwrap_or(0));
    let billing = billing(table, given.market);
    let machines = prices::read(given.name, table, given.market, Host::Batch);
    let bought = with_low_priority(given, Host::Batch, low.unwrap_or(0), machines);
    let (min, max, low, policy) = (min?, max?, low?, policy?);
    in_order(table, ("min_nodes", min), ("max_nodes", max))?;
    in_order(table, ("low_priority_nodes", low), ("max_nodes", max))?;
    if let BatchPolicy::Fixed { nodes } = policy
        && !(min..=max).contains(&nodes)
    {
        let complaint = Complaint::new(format!(
            "the formula asks for {nodes} nodes, and the pool has {min} to {max}"
        ));
        return Err(table.refuse(
            "formula",
            complaint.help("change `max_nodes` or the formula"),
        ));
    }
    let rule = ScalingPolicy::BatchFormula(Batch::new(BatchFormula {
        policy,
        sample_window: window?,
        sample_delay: delay?,
    }));
    let policy = PolicySettings {
        deallocation: deallocation?,
        ..PolicySettings::new(rule, interval?)
    };
    let losses = losses?;
    let settings = ClusterSettings {
        allocation: allocation?,
        allocation_failure: failure?,
        boot: boot?,
        low_priority_nodes: low,
        loss: if low > 0 { losses } else { NodeLoss::Never },
        ..pool(Limits { min, max }, policy)
    };
    table.acts("allocation_failure", NO_FAILURES);
    Ok(Made {
        kind: TargetKind::Cluster(settings),
        bought: bought?,
        billing: billing?,
    })
}

/// Words of `deallocation`. Data that is retained belongs to tasks, of which there is none after a run.
const DEALLOCATIONS: &[(&str, Deallocation)] = &[
    ("requeue", Deallocation::Requeue),
    ("terminate", Deallocation::Terminate),
    ("taskcompletion", Deallocation::TaskCompletion),
    ("retaineddata", Deallocation::TaskCompletion),
];

fn policy(table: &Cursor<'_>) -> Read<BatchPolicy> {
    let Some(node) = table.node("formula") else {
        table.acts(
            "formula",
            fact(
                Written::Words("{ pending_tasks = { start_nodes = 1 } }"),
                FORMULA,
            ),
        );
        return Ok(BatchPolicy::PendingTasks { start_nodes: 1 });
    };
    let (kind, node, path) = one_kind(table.sink(), node, &table.path_of("formula"), FORMULAS)?;
    let formula = Cursor::open(table.sink(), node, path, kind.keys)?;
    let start = || formula.usual("start_nodes", fact(1, FORMULA), count(0, MAX_NODES));
    match kind.name {
        "pending_tasks" => start().map(|start_nodes| BatchPolicy::PendingTasks { start_nodes }),
        "replace_preempted" => {
            start().map(|start_nodes| BatchPolicy::ReplacePreempted { start_nodes })
        }
        "fixed" => {
            let help = "write how many nodes the pool has";
            let nodes = formula.require("nodes", help, count(0, MAX_NODES));
            nodes.map(|nodes| BatchPolicy::Fixed { nodes })
        }
        other => unreachable!("`{other}` is in the list of kinds"),
    }
}

fn interval(value: &Value) -> Result<SimDuration, Complaint> {
    let interval = duration(value)?;
    if (INTERVALS.0..=INTERVALS.1).contains(&interval) {
        return Ok(interval);
    }
    let complaint = Complaint::new(format!("found {}", interval.to_friendly()));
    Err(complaint.help("a formula is evaluated every 5 min to 168 h"))
}

/// How low-priority nodes are lost.
fn losses(table: &Cursor<'_>, low_priority_nodes: u32) -> Read<NodeLoss> {
    let Some(node) = table.node("eviction") else {
        if low_priority_nodes > 0 {
            table.acts("eviction", assumed(Written::Words("never"), NO_RATES));
        }
        return Ok(NodeLoss::Never);
    };
    let path = table.path_of("eviction");
    one_kind(table.sink(), node, &path, POOL_EVICTIONS)?;
    let table = Cursor::open_free(table.sink(), node, path)?;
    let rate = table.read_or("rate", 0.0, rate_per_hour)?;
    Ok(if rate > 0.0 {
        NodeLoss::Rate(rate)
    } else {
        NodeLoss::Never
    })
}
