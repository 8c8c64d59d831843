//! Parts that several kinds of target are made of, as the scenario says them.

use super::{Given, MAX_NODES};
use crate::autoscale::KubernetesSettings;
use crate::distribution::Distribution;
use crate::model::settings::{Deallocation, LeaseBilling, PoolController, PoolSettings};
use crate::scenario::billing::billing_or;
use crate::scenario::distributions::distribution;
use crate::scenario::keys::Key;
use crate::scenario::reader::{Cursor, Read};
use crate::scenario::tree::Value;
use crate::scenario::values::{Complaint, choice, count, duration, number, positive_duration};
use crate::units::SimDuration;

/// Fewest and most nodes of a pool.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) min: u32,
    pub(super) max: u32,
}

/// Reads `min_nodes`, which is `least` unless given and must not be below it, and `max_nodes`, which is required.
pub(super) fn limits(table: &Cursor<'_>, least: u32) -> Read<Limits> {
    let min = table.read_or("min_nodes", least, count(least, MAX_NODES));
    let help = "write how many nodes it may have at most, such as `max_nodes = 8`";
    let max = table.require("max_nodes", help, count(1, MAX_NODES));
    let (min, max) = (min?, max?);
    in_order(table, ("min_nodes", min), ("max_nodes", max))?;
    Ok(Limits { min, max })
}

/// Refuses a smallest number above the largest.
pub(super) fn in_order(table: &Cursor<'_>, min: (&str, u32), max: (&str, u32)) -> Read<()> {
    if min.1 <= max.1 {
        return Ok(());
    }
    let complaint = Complaint::new(format!(
        "`{}` is {} and `{}` is {}",
        min.0, min.1, max.0, max.1
    ))
    .help(format!("`{}` must not be above `{}`", min.0, max.0));
    Err(table.refuse_pair(min.0, max.0, complaint))
}

/// A pool of dedicated nodes that is on at all times and gets its nodes at once; what a kind has besides is its own to say.
pub(super) fn plain_pool(
    limits: Limits,
    evaluation_interval: SimDuration,
    controller: PoolController,
) -> PoolSettings {
    let at_once = || Distribution::constant(SimDuration::ZERO);
    PoolSettings {
        min_nodes: limits.min,
        max_nodes: limits.max,
        standing_nodes: 0,
        creation: at_once(),
        stop_after_idle: None,
        evaluation_interval,
        controller,
        allocation: at_once(),
        boot: at_once(),
        scaling_operation: None,
        deallocation: Deallocation::IdleOnly,
        low_priority_nodes: 0,
        low_priority_losses_per_hour: 0.0,
    }
}

/// A pool under Spark's autoscale: seconds between two evaluations, of want and of plenty until it acts, and the minutes that an
/// operation takes, unless given.
pub(super) fn spark_pool(
    given: &Given<'_>,
    limits: Read<Limits>,
    [interval, up_after, down_after]: [u64; 3],
    (from, to): (u64, u64),
) -> Read<PoolSettings> {
    let table = given.table;
    let interval = time_or(table, "evaluation_interval", interval);
    let up_after = time_or(table, "up_after", up_after);
    let down_after = time_or(table, "down_after", down_after);
    let operation = minutes_or(given, "scaling_operation", from, to);
    let controller = PoolController::SparkAutoscale {
        up_after: up_after?,
        down_after: down_after?,
    };
    Ok(PoolSettings {
        scaling_operation: Some(operation?),
        ..plain_pool(limits?, interval?, controller)
    })
}

/// A distribution that is even between two times in minutes unless given.
pub(super) fn minutes_or(given: &Given<'_>, key: &str, from: u64, to: u64) -> Read<Distribution> {
    let minutes = |minutes: u64| SimDuration::from_secs(60 * minutes);
    let found = distribution(given.table, key, given.files)?;
    Ok(found.unwrap_or_else(|| {
        Distribution::uniform(minutes(from), minutes(to)).expect("the times are in order")
    }))
}

/// A positive length of time with a default in seconds.
pub(super) fn time_or(table: &Cursor<'_>, key: &str, seconds: u64) -> Read<SimDuration> {
    table.read_or(key, SimDuration::from_secs(seconds), positive_duration)
}

/// A length of time, or `"never"`.
pub(super) fn or_never(value: &Value) -> Result<Option<SimDuration>, Complaint> {
    match value {
        Value::Text(text) if text == "never" => Ok(None),
        other => match duration(other) {
            Ok(found) => Ok(Some(found)),
            Err(complaint) => {
                let help = complaint.help.clone().unwrap_or_default();
                Err(complaint.help(format!("{help}; or `\"never\"`")))
            }
        },
    }
}

/// The billing of leases in steps of so many seconds unless given.
pub(super) fn billed_by(table: &Cursor<'_>, seconds: u64) -> Read<LeaseBilling> {
    billing_or(
        table,
        LeaseBilling {
            granularity: SimDuration::from_secs(seconds),
            ..LeaseBilling::default()
        },
    )
}

/// A number within limits, both allowed.
pub(super) fn between(least: f64, most: f64) -> impl Fn(&Value) -> Result<f64, Complaint> {
    move |value| {
        let help = format!("write a number from {least} to {most}");
        match number(value) {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            Ok(number) => Err(Complaint::new(format!("found the number {number}")).help(help)),
            Err(complaint) => Err(complaint.help(help)),
        }
    }
}

/// The cluster autoscaler as a table says it, with its time between two scans.
pub(super) fn kubernetes(table: &Cursor<'_>) -> Read<(SimDuration, KubernetesSettings)> {
    /// Seconds between scans, until an idle node goes, and from nodes asked for until any node goes.
    const PROFILES: &[(&str, (u64, u64, u64))] = &[
        ("default", (10, 600, 600)),
        ("bursty", (20, 300, 600)),
        ("aggressive", (30, 180, 0)),
    ];
    let profile = table.read_or("profile", PROFILES[0].1, choice(PROFILES));
    // Where the profile is wrong, its single times are still checked.
    let (scan, unneeded, delay) = profile.unwrap_or(PROFILES[0].1);
    let scan = time_or(table, "scan_interval", scan);
    let unneeded = table.read_or("unneeded_after", SimDuration::from_secs(unneeded), duration);
    let delay = table.read_or("delay_after_add", SimDuration::from_secs(delay), duration);
    let bulk = table.read_or("max_empty_bulk_delete", 10, count(1, MAX_NODES));
    profile?;
    let rules = KubernetesSettings {
        unneeded_after: unneeded?,
        delay_after_add: delay?,
        max_empty_bulk_delete: bulk?,
    };
    Ok((scan?, rules))
}

/// Opens the table under a key, if it is there.
pub(super) fn opened<'a>(table: &Cursor<'a>, key: &str, keys: &[Key]) -> Read<Option<Cursor<'a>>> {
    let Some(node) = table.node(key) else {
        return Ok(None);
    };
    let names = crate::scenario::keys::names(keys);
    Cursor::open(table.sink(), node, table.path_of(key), &names).map(Some)
}
