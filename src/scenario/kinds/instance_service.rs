//! A web service on a compute instance: one machine, always on, for testing.
//!
//! Facts: for testing; uses no GPU; billed as the instance (Azure documentation, includes/aml-compute-target-deploy.md,
//! 2020-06; D). Assumed: one replica for one request at a time; requests wait as long as it takes.

use super::admission::{Defaults, MAX_REPLICAS, admission};
use super::parts::UNCHARGED;
use super::{Given, MadeService};
use crate::catalog::ManagedCompute;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::count;
use crate::serving::settings::{Machines, ServiceController};

/// Reads a web service on an instance.
pub(super) fn read(given: &Given<'_>) -> Read<MadeService> {
    let table = given.table;
    let replicas = table.usual("replicas", assumed(1, ""), count(1, MAX_REPLICAS));
    let admission = admission(table, Defaults::unlimited());
    let bought = prices::read(
        given.name,
        table,
        given.market,
        Host::Managed(ManagedCompute::Instance),
    );
    let (replicas, admission, bought) = (replicas?, admission?, bought?);
    table.acts("fixed_charges", UNCHARGED);
    let controller = ServiceController::fixed(replicas);
    let mut settings = admission.service(given.name, controller, Machines::Always(1));
    settings.machine_vcpus = bought.vcpus;
    Ok(MadeService { settings, bought })
}
