//! A remote virtual machine: attached, one machine, on until its user stops it.
//!
//! Facts: no autoscaling; billed while it is starting, running, stopping, and stopped but allocated; not while it is
//! deallocated, when disks and addresses go on (Azure documentation, articles/virtual-machines/states-billing.md, 2021-03,
//! and articles/machine-learning/how-to-attach-compute-targets.md, 2021-10; D). Assumed: it never stops unless a schedule
//! says so; its user deallocates it; one run at a time; a start takes no time unless given.

use super::instance::instance_settings;
use super::parts::UNCHARGED;
use super::{Given, Made};
use crate::model::settings::TargetKind;
use crate::scenario::buying::billing::billing;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Written, assumed};
use crate::scenario::document::values::choice;

/// Reads a remote virtual machine.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let always = assumed(Written::Words("always"), "its user never stops it");
    let settings = instance_settings(table, given.files, given.calendar, always);
    let words = [("deallocated", false), ("allocated", true)];
    let allocated = if table.has("schedule") {
        table.usual("stopped", assumed("deallocated", ""), choice(&words))
    } else {
        table.read_or("stopped", false, choice(&words))
    };
    if table.has("stopped") && !table.has("schedule") {
        let complaint = Complaint::new("there is no `schedule` that could stop it")
            .help("add a `schedule`, or leave this key out");
        table.refuse("stopped", complaint);
    }
    table.acts("fixed_charges", UNCHARGED);
    let billing = billing(table, given.market);
    let bought = prices::read(given.name, table, given.market, Host::Attached);
    let mut settings = settings?;
    settings.start_on_submission = false;
    settings.allocated_while_stopped = allocated?;
    Ok(Made {
        kind: TargetKind::Instance(settings),
        bought: bought?,
        billing: billing?,
    })
}
