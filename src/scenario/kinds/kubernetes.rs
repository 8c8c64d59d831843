//! A Kubernetes cluster (AKS) attached for training: a node pool under the cluster autoscaler.
//!
//! Facts: scan every 10 s, idle nodes go after 10 min and not within 10 min after nodes were added, at most 10 empty ones at
//! once; the bursty profile scans every 20 s and waits 5 min, the aggressive one 30 s, 3 min and no time after adding
//! (Azure documentation, articles/aks/cluster-autoscaler.md, and the FAQ of kubernetes/autoscaler; D); a node takes 2
//! to 5 min (articles/aks/concepts-scale.md; D). Assumed: one system node of the same size; no nodes at rest.

use super::parts::{kubernetes, limits, minutes_or, plain_pool};
use super::{Given, Made};
use crate::model::settings::{PoolController, PoolSettings, TargetKind};
use crate::scenario::billing::billing;
use crate::scenario::distributions::distribution_or;
use crate::scenario::prices;
use crate::scenario::reader::Read;
use crate::scenario::values::count;
use crate::units::SimDuration;

/// System nodes at most.
const MAX_SYSTEM: u32 = 100;

/// Reads a Kubernetes cluster.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let limits = limits(table, 0);
    let system = table.read_or("system_nodes", 1, count(0, MAX_SYSTEM));
    let autoscaler = kubernetes(table);
    let allocation = distribution_or(table, "allocation", SimDuration::ZERO, given.files);
    let boot = minutes_or(given, "boot", 2, 5);
    let billing = billing(table);
    let bought = prices::read(given.name, table, given.market, None);
    let (limits, (scan, rules)) = (limits?, autoscaler?);
    let settings = PoolSettings {
        standing_nodes: system?,
        allocation: allocation?,
        boot: boot?,
        ..plain_pool(limits, scan, PoolController::Kubernetes(rules))
    };
    Ok(Made {
        kind: TargetKind::Pool(settings),
        bought: bought?,
        billing: billing?,
    })
}
