//! The local computer as a training target: fixed slots, on at all times, no charge of the cloud.
//!
//! Facts: takes AutoML, no pipelines and no designer; starts at once (Azure documentation,
//! includes/aml-compute-target-train.md, 2020-09; D). Assumed: one run at a time; no charge, unless a price says what an
//! hour of the machine is worth.

use super::instance::MAX_SLOTS;
use super::{Given, Made};
use crate::distribution::Distribution;
use crate::model::settings::{InstanceSettings, LeaseBilling, OnStop, TargetKind};
use crate::scenario::buying::prices::Bought;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{assumed, fact};
use crate::scenario::document::values::{count, price};
use crate::units::SimDuration;

/// Reads a local computer.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let slots = table.usual("slots", assumed(1, ""), count(1, MAX_SLOTS));
    let per_hour = table.usual(
        "price_per_hour",
        fact(0, "the cloud charges nothing for it"),
        price,
    );
    let settings = InstanceSettings {
        slots: slots?,
        boot: Distribution::constant(SimDuration::ZERO),
        schedule: None,
        on_stop: OnStop::default(),
        idle_shutdown: None,
        start_on_submission: false,
        allocated_while_stopped: false,
    };
    Ok(Made {
        kind: TargetKind::Instance(settings),
        bought: Bought::other(
            given.name,
            "local computer".to_owned(),
            (per_hour?, None),
            None,
        ),
        billing: LeaseBilling::default(),
    })
}
