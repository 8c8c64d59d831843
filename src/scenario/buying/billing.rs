//! How leases are billed: dated presets of the service's rules, and single rules that win over them.

use jiff::civil::Date;

use super::market::Market;
use crate::catalog::Cloud;
use crate::model::settings::LeaseBilling;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Usual, assumed, fact};
use crate::scenario::document::values::{boolean, choice, duration};

/// Rules of a cloud at a time.
#[derive(Clone, Copy, PartialEq)]
enum Preset {
    /// By the second from the first on; what was observed in 2021.
    Azure2021,
    /// From 1 June 2025 each start of a machine is billed for at least five minutes.
    Azure202506,
    /// By the second, at least a minute.
    Aws,
    /// The same.
    Google,
}

/// Words of `billing_preset`.
const PRESETS: &[(&str, Preset)] = &[
    ("azure-2021", Preset::Azure2021),
    ("azure-2025-06", Preset::Azure202506),
    ("aws", Preset::Aws),
    ("gcp", Preset::Google),
];

/// Who says that Azure bills boots.
const AZURE_BOOT: &str = "azure-docs, articles/virtual-machines/states-billing.md, 2021-03: a machine that starts is billed";
/// The day from which Azure bills at least five minutes.
const FIVE_MINUTES_FROM: Date = Date::constant(2025, 6, 1);

/// Reads the billing of a target whose machines are bought by the rules of a cloud at a time.
pub(in crate::scenario) fn billing(table: &Cursor<'_>, market: &Market<'_>) -> Read<LeaseBilling> {
    let usual = match (market.cloud()?, market.bought()?) {
        (Cloud::Aws, _) => fact("aws", "the rules of the scenario's `cloud`"),
        (Cloud::Google, _) => fact("gcp", "the rules of the scenario's `cloud`"),
        (Cloud::Azure, Some(bought)) if bought < FIVE_MINUTES_FROM => {
            assumed("azure-2021", "`start` is before June 2025")
        }
        (Cloud::Azure, _) => fact(
            "azure-2025-06",
            "`start`, or else the date of the price book, is not before June 2025",
        ),
    };
    let preset = table.usual("billing_preset", usual, choice(PRESETS));
    // Where the preset is wrong, its rules are still checked.
    let minimum = match preset.unwrap_or(Preset::Azure2021) {
        Preset::Azure2021 => assumed("0s", "the preset: no minimum is known before June 2025"),
        Preset::Azure202506 => fact("5m", "the preset: Microsoft Q&A 2259765, from 1 June 2025"),
        Preset::Aws => fact(
            "1m",
            "the preset: awsdocs/amazon-ec2-user-guide, doc_source/ec2-on-demand-instances.md",
        ),
        Preset::Google => assumed("1m", "the preset: secondary sources on Compute Engine"),
    };
    let granularity = match preset.unwrap_or(Preset::Azure2021) {
        Preset::Aws => fact("1s", "the preset: Amazon EC2 User Guide"),
        Preset::Google => assumed("1s", "the preset: secondary sources on Compute Engine"),
        _ => assumed("1s", "reported by users; prices are stated per hour"),
    };
    let steps = steps_or(table, granularity, minimum);
    let billing = with_boot(table, steps, billed_boot(market.cloud()?));
    preset?;
    billing
}

/// Whether boots are billed, and who says so.
fn billed_boot(cloud: Cloud) -> Usual {
    match cloud {
        Cloud::Azure => fact(true, AZURE_BOOT),
        Cloud::Aws => assumed(
            true,
            "Amazon EC2 User Guide: the state `pending` is not billed, `running` is; a boot goes on in both",
        ),
        Cloud::Google => assumed(true, "no source on Compute Engine says it"),
    }
}

/// Reads the billing of a target of Azure with other rules: steps and least time unless given.
pub(in crate::scenario) fn billing_or(
    table: &Cursor<'_>,
    granularity: Usual,
    minimum: Usual,
) -> Read<LeaseBilling> {
    let steps = steps_or(table, granularity, minimum);
    with_boot(table, steps, fact(true, AZURE_BOOT))
}

/// Adds whether boots are billed.
fn with_boot(table: &Cursor<'_>, steps: Read<LeaseBilling>, billed: Usual) -> Read<LeaseBilling> {
    let boot = table.usual("bill_boot", billed, boolean);
    Ok(LeaseBilling {
        boot: boot?,
        ..steps?
    })
}

/// The same of a target whose machines do not boot.
pub(in crate::scenario) fn steps_or(
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
