//! How leases are billed: dated presets of the service's rules, and single rules that win over them.

use super::reader::{Cursor, Read};
use super::values::{boolean, choice, duration};
use crate::model::settings::LeaseBilling;
use crate::units::SimDuration;

/// The rules of the service as they were at a time, by name.
const PRESETS: &[(&str, LeaseBilling)] = &[
    // By the second from the first on; what was observed in 2021.
    ("azure-2021", preset(0)),
    // From 1 June 2025 each start of a machine is billed for at least five minutes.
    ("azure-2025-06", preset(300)),
];

const fn preset(minimum_s: u64) -> LeaseBilling {
    LeaseBilling {
        granularity: SimDuration::from_secs(1),
        minimum: SimDuration::from_secs(minimum_s),
        boot: true,
    }
}

/// Reads the billing of a target.
pub(super) fn billing(table: &Cursor<'_>) -> Read<LeaseBilling> {
    billing_or(table, LeaseBilling::default())
}

/// The same where other rules hold unless given.
pub(super) fn billing_or(table: &Cursor<'_>, rules: LeaseBilling) -> Read<LeaseBilling> {
    let preset = table.read_or("billing_preset", rules, choice(PRESETS));
    // Where the preset is wrong, its rules are still checked.
    let default = preset.unwrap_or(rules);
    let granularity = table.read_or("billing_granularity", default.granularity, duration);
    let minimum = table.read_or("billing_minimum", default.minimum, duration);
    let boot = table.read_or("bill_boot", default.boot, boolean);
    preset?;
    Ok(LeaseBilling {
        granularity: granularity?,
        minimum: minimum?,
        boot: boot?,
    })
}
