//! How leases are billed: dated presets of the service's rules, and single rules that win over them.

use super::reader::{Cursor, Read};
use super::usual::{Usual, assumed, fact};
use super::values::{boolean, choice, duration};
use crate::model::settings::LeaseBilling;

/// The rules of the service as they were at a time, by name: the least time for which a lease is billed.
const PRESETS: &[(&str, &str)] = &[
    // By the second from the first on; what was observed in 2021.
    ("azure-2021", "0s"),
    // From 1 June 2025 each start of a machine is billed for at least five minutes.
    ("azure-2025-06", "5m"),
];

/// Reads the billing of a target whose machines are bought by rules of a time.
pub(super) fn billing(table: &Cursor<'_>) -> Read<LeaseBilling> {
    let usual = assumed(
        "azure-2021",
        "the rules of 2021, which prices and sizes are of",
    );
    let preset = table.usual("billing_preset", usual, choice(PRESETS));
    // Where the preset is wrong, its rules are still checked.
    let minimum = match preset.unwrap_or(PRESETS[0].1) {
        "0s" => assumed("0s", "the preset: no minimum is known before June 2025"),
        minimum => fact(
            minimum,
            "the preset: Microsoft Q&A 2259765, from 1 June 2025",
        ),
    };
    let granularity = assumed("1s", "reported by users; prices are stated per hour");
    let billing = billing_or(table, granularity, minimum);
    preset?;
    billing
}

/// Reads the billing of a target with other rules: steps and least time unless given.
pub(super) fn billing_or(
    table: &Cursor<'_>,
    granularity: Usual,
    minimum: Usual,
) -> Read<LeaseBilling> {
    let steps = steps_or(table, granularity, minimum);
    let billed = fact(
        true,
        "azure-docs, articles/virtual-machines/states-billing.md, 2021-03: a machine that starts is billed",
    );
    let boot = table.usual("bill_boot", billed, boolean);
    Ok(LeaseBilling {
        boot: boot?,
        ..steps?
    })
}

/// The same of a target whose machines do not boot.
pub(super) fn steps_or(
    table: &Cursor<'_>,
    granularity: Usual,
    minimum: Usual,
) -> Read<LeaseBilling> {
    let granularity = table.usual("billing_granularity", granularity, duration);
    let minimum = table.usual("billing_minimum", minimum, duration);
    Ok(LeaseBilling {
        granularity: granularity?,
        minimum: minimum?,
        boot: true,
    })
}
