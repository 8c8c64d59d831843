//! A compute cluster: managed, scales with its submissions (docs/semantics.md 3).
//!
//! Facts: 0 to 4 nodes and 120 s of idle time are the defaults of the Python SDK v2 (azure-ai-ml 1.35.2, `AmlCompute`; D).
//! Assumed: allocation, boot and leaving take no time unless given.

use super::parts::in_order;
use super::{Given, Made};
use crate::calendar::Calendar;
use crate::catalog::ManagedCompute;
use crate::model::settings::{
    ClusterSettings, IdleNodeChoice, NodeLoss, SurplusProvisioning, TargetKind,
};
use crate::scenario::billing::billing;
use crate::scenario::distributions::distribution_or;
use crate::scenario::files::Files;
use crate::scenario::losses::{allocation_failure, eviction};
use crate::scenario::prices;
use crate::scenario::reader::{Cursor, Read};
use crate::scenario::values::{choice, count};
use crate::units::SimDuration;

/// Nodes of a cluster at most: the simulator numbers idle nodes in 16 bits.
pub(in crate::scenario) const MAX_NODES: u32 = 65_000;

/// Reads a cluster.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let settings = cluster_settings(table, given.files, given.calendar);
    let billing = billing(table);
    let bought = prices::read(
        given.name,
        table,
        given.market,
        Some(ManagedCompute::Cluster),
    );
    let (mut settings, bought) = (settings?, bought?);
    if !bought.tier.may_be_evicted() {
        settings.loss = NodeLoss::Never;
    }
    Ok(Made {
        kind: TargetKind::Cluster(settings),
        bought,
        billing: billing?,
    })
}

fn cluster_settings(
    table: &Cursor<'_>,
    files: &Files,
    calendar: Option<&Calendar>,
) -> Read<ClusterSettings> {
    let min_nodes = table.read_or("min_nodes", 0, count(0, MAX_NODES));
    let max_nodes = table.read_or("max_nodes", 4, count(1, MAX_NODES));
    if let (Ok(min), Ok(max)) = (min_nodes, max_nodes) {
        in_order(table, ("min_nodes", min), ("max_nodes", max))?;
    }
    let time = |key, seconds| distribution_or(table, key, SimDuration::from_secs(seconds), files);
    let idle = time("idle_before_scale_down", 120);
    let (allocation, boot) = (time("allocation", 0), time("boot", 0));
    let leaving = time("leaving", 0);
    let idle_node_choice = table.read_or(
        "idle_node_choice",
        IdleNodeChoice::default(),
        choice(&[
            ("most_recently_idle", IdleNodeChoice::MostRecentlyIdle),
            ("least_recently_idle", IdleNodeChoice::LeastRecentlyIdle),
        ]),
    );
    let surplus_provisioning = table.read_or(
        "surplus_provisioning",
        SurplusProvisioning::default(),
        choice(&[
            ("keep", SurplusProvisioning::Keep),
            ("cancel", SurplusProvisioning::Cancel),
        ]),
    );
    let loss = eviction(table, files, calendar);
    let allocation_failure = allocation_failure(table, calendar);
    Ok(ClusterSettings {
        min_nodes: min_nodes?,
        max_nodes: max_nodes?,
        idle_before_scale_down: idle?,
        allocation: allocation?,
        boot: boot?,
        leaving: leaving?,
        idle_node_choice: idle_node_choice?,
        surplus_provisioning: surplus_provisioning?,
        loss: loss?,
        allocation_failure: allocation_failure?,
        one_run: false,
    })
}
