//! Services on a machine that nobody else pays for: a local web service, an IoT Edge device, a Data Box Edge device.
//!
//! Facts: a local web service is for testing and uses no GPU; the edge devices run the model as an IoT module, and a Data Box
//! Edge has an FPGA (Azure documentation, includes/aml-compute-target-deploy.md, 2020-06; D). Assumed: fixed
//! replicas, each for one request at a time; requests wait as long as it takes; no charge, unless a price says what an hour
//! of the machine is worth.

use super::admission::{Defaults, MAX_REPLICAS, admission};
use super::{Given, MadeService};
use crate::scenario::buying::prices::Bought;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Written, assumed, fact};
use crate::scenario::document::values::{count, price};
use crate::serving::settings::{Machines, ServiceController};
use crate::units::UsdPerHour;

/// Reads a local web service.
pub(super) fn local(given: &Given<'_>) -> Read<MadeService> {
    device(given, "local computer")
}

/// Reads an edge device.
pub(super) fn edge(given: &Given<'_>) -> Read<MadeService> {
    device(given, "device")
}

fn device(given: &Given<'_>, what: &str) -> Read<MadeService> {
    let table = given.table;
    let replicas = table.usual("replicas", assumed(1, ""), count(1, MAX_REPLICAS));
    let admission = admission(table, Defaults::unlimited());
    let per_hour = table.read("price_per_hour", price);
    let free = fact(Written::Words("none"), "the cloud charges nothing for it");
    table.acts("price_per_hour", free);
    let (replicas, admission, per_hour) = (replicas?, admission?, per_hour?);
    let machines = match per_hour {
        Some(_) => Machines::Always(1),
        None => Machines::None,
    };
    let per_hour = per_hour.unwrap_or(UsdPerHour(0));
    Ok(MadeService {
        settings: admission.service(given.name, ServiceController::fixed(replicas), machines),
        bought: Bought::other(given.name, what.to_owned(), (per_hour, None), None),
    })
}
