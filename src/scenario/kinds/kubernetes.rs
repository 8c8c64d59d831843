//! A Kubernetes cluster (AKS) attached for training: a node pool under the cluster autoscaler.
//!
//! Facts: scan every 10 s, idle nodes go after 10 min and not within 10 min after nodes were added, at most 10 empty ones at
//! once; the bursty profile scans every 20 s and waits 5 min, the aggressive one 30 s, 3 min and no time after adding
//! (Azure documentation, articles/aks/cluster-autoscaler.md, and the FAQ of kubernetes/autoscaler; D); a node takes 2
//! to 5 min (articles/aks/concepts-scale.md; D). Assumed: one system node of the same size; no nodes at rest.

use super::losses::allocation_failure;
use super::parts::{NO_FAILURES, allocation, kubernetes, limits, pool};
use super::{Given, Made};
use crate::autoscale::kubernetes::Kubernetes;
use crate::model::settings::{ClusterSettings, PolicySettings, ScalingPolicy, TargetKind};
use crate::scenario::buying::billing::billing;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices;
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Written, assumed};
use crate::scenario::document::values::count;

/// System nodes at most.
const MAX_SYSTEM: u32 = 100;

/// Who states the time of a boot.
pub(super) const BOOTS: &str = "azure-docs, articles/aks/concepts-scale.md: typically 2 to 5 min; that they spread evenly is assumed";

/// Reads a Kubernetes cluster.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let limits = limits(table, (0, assumed(0, "")));
    let system = assumed(1, "of the same size and price");
    let system = table.usual("system_nodes", system, count(0, MAX_SYSTEM));
    let autoscaler = kubernetes(table);
    let allocation = allocation(given);
    let failure = allocation_failure(table, given.calendar);
    let boot = assumed(Written::Uniform("2m", "5m"), BOOTS);
    let boot = distribution_or(table, "boot", boot, given.files);
    let billing = billing(table, given.market);
    let bought = prices::read(given.name, table, given.market, Host::Attached);
    let (limits, (scan, rules)) = (limits?, autoscaler?);
    let rule = ScalingPolicy::Kubernetes(Kubernetes::new(rules));
    let policy = PolicySettings {
        system_nodes: system?,
        ..PolicySettings::new(rule, scan)
    };
    let settings = ClusterSettings {
        allocation: allocation?,
        allocation_failure: failure?,
        boot: boot?,
        ..pool(limits, policy)
    };
    table.acts("allocation_failure", NO_FAILURES);
    Ok(Made {
        kind: TargetKind::Cluster(settings),
        bought: bought?,
        billing: billing?,
    })
}
