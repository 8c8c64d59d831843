//! A compute instance: managed, one machine, always on unless a schedule or an idle shutdown stops it (docs/semantics.md 4).
//!
//! Facts: never scales, no runs of several nodes, not sold as low priority (Azure documentation,
//! articles/machine-learning/concept-compute-instance.md, 2020; D). Assumed: a boot takes no time unless given.

use super::parts::UNCHARGED;
use super::{Given, Made};
use crate::calendar::{Calendar, WeeklySchedule};
use crate::catalog::ManagedCompute;
use crate::distribution::Distribution;
use crate::model::settings::{InstanceSettings, OnStop, TargetKind};
use crate::scenario::buying::billing::billing;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices;
use crate::scenario::data::distributions::{distribution, distribution_or};
use crate::scenario::data::files::Files;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Usual, Written, assumed, fact};
use crate::scenario::document::values::{boolean, choice, count, positive_duration};
use crate::scenario::document::windows::weekly;
use crate::units::SimDuration;

/// Slots of an instance at most: no VM has more cores than half of this.
pub(super) const MAX_SLOTS: u32 = 1_000;

/// Equal instances that one table may stand for: each is simulated.
const MAX_EQUAL: u32 = 200;

/// Who states that it never scales and never stops by itself.
const ALWAYS_ON: &str = "azure-docs, articles/machine-learning/concept-compute-instance.md, 2020";

/// Reads an instance.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let always = fact(Written::Words("always"), ALWAYS_ON);
    // What it stands for is for the whole variant to know.
    let equal = table.read_or("count", 1, count(1, MAX_EQUAL));
    let settings = instance_settings(table, given.files, given.calendar, always);
    table.acts("idle_shutdown", Usual::none("the service had none in 2020"));
    table.acts("fixed_charges", UNCHARGED);
    if stops(table) {
        table.acts("start_on_submission", assumed(true, ""));
    }
    let billing = billing(table, given.market);
    let bought = prices::read(
        given.name,
        table,
        given.market,
        Host::Managed(ManagedCompute::Instance),
    );
    equal?;
    Ok(Made {
        kind: TargetKind::Instance(settings?),
        bought: bought?,
        billing: billing?,
    })
}

/// What instances and virtual machines have in common: slots, and when they are on.
pub(super) fn instance_settings(
    table: &Cursor<'_>,
    files: &Files<'_>,
    calendar: Option<&Calendar>,
    always: Usual,
) -> Read<InstanceSettings> {
    let slots = table.usual("slots", assumed(1, ""), count(1, MAX_SLOTS));
    let schedule = if table.has("schedule") {
        weekly(table, "schedule", calendar).map(Some)
    } else {
        table.acts("schedule", always);
        Ok(None)
    };
    let words = [("drain", OnStop::Drain), ("cancel", OnStop::Cancel)];
    let on_stop = if table.has("schedule") {
        table.usual("on_stop", assumed("drain", ""), choice(&words))
    } else {
        table.read_or("on_stop", OnStop::Drain, choice(&words))
    };
    let boot = boot(table, files);
    let idle_shutdown = table.read("idle_shutdown", positive_duration);
    let start_on_submission = table.read_or("start_on_submission", true, boolean);
    if table.has("on_stop") && !table.has("schedule") {
        let complaint = Complaint::new("there is no `schedule` that could stop it")
            .help("add a `schedule`, or leave this key out");
        table.refuse("on_stop", complaint);
    }
    let (boot, schedule) = (boot?, schedule?);
    boots_within(table, &boot, schedule.as_ref())?;
    Ok(InstanceSettings {
        slots: slots?,
        boot,
        schedule,
        on_stop: on_stop?,
        idle_shutdown: idle_shutdown?,
        start_on_submission: start_on_submission?,
        allocated_while_stopped: false,
    })
}

/// The time of a start. One that nothing ever stops is on from the start, so that the default does not act.
fn boot(table: &Cursor<'_>, files: &Files<'_>) -> Read<Distribution> {
    let usual = assumed("0s", "the time of a start is not documented");
    if stops(table) {
        return distribution_or(table, "boot", usual, files);
    }
    let found = distribution(table, "boot", files)?;
    Ok(found.unwrap_or_else(|| usual.distribution()))
}

/// Whether something may stop it.
fn stops(table: &Cursor<'_>) -> bool {
    table.has("schedule") || table.has("idle_shutdown")
}

/// Refuses a boot that no window of the schedule is long enough for: nothing would ever start.
pub(super) fn boots_within(
    table: &Cursor<'_>,
    boot: &Distribution,
    schedule: Option<&WeeklySchedule>,
) -> Read<()> {
    let longest = schedule.and_then(WeeklySchedule::longest_open);
    let Some(longest) = longest.filter(|longest| boot.mean_secs() >= longest.as_secs_f64()) else {
        return Ok(());
    };
    let mean = SimDuration::from_secs_rounded(boot.mean_secs()).to_friendly();
    let complaint = Complaint::new(format!(
        "a boot takes {mean} on average, but the longest window of the `schedule` is {}",
        longest.to_friendly()
    ));
    Err(table.refuse(
        "boot",
        complaint.help("nothing would ever start: write a shorter boot or longer windows"),
    ))
}
