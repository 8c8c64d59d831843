//! Parts that several kinds of target are made of, as the scenario says them.

use super::{Given, MAX_NODES};
use crate::autoscale::KubernetesSettings;
use crate::autoscale::spark::Spark;
use crate::distribution::Distribution;
use crate::model::settings::{ClusterSettings, LeaseBilling, PolicySettings, ScalingPolicy};
use crate::scenario::buying::billing::billing_or;
use crate::scenario::data::distributions::{distribution, distribution_or};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::{Usual, assumed, fact};
use crate::scenario::document::values::{choice, count, duration, number, positive_duration};
use crate::scenario::keys::Key;
use crate::units::SimDuration;

/// Charges that run by the clock, where a scenario does not ask for them.
pub(super) const UNCHARGED: Usual =
    Usual::none("disks, addresses and load balancers cost nothing unless written");
/// What is known of evictions.
pub(super) const NO_RATES: &str = "no rates are published";

/// Fewest and most nodes of a pool.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) min: u32,
    pub(super) max: u32,
}

/// Reads `min_nodes`, which is `least` unless given and must not be below it, and `max_nodes`, which is required.
pub(super) fn limits(table: &Cursor<'_>, (least, usual): (u32, Usual)) -> Read<Limits> {
    let min = table.usual("min_nodes", usual, count(least, MAX_NODES));
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

/// A cluster of this policy that is on at all times and gets its nodes at once; what a kind has besides is its own to say.
pub(super) fn pool(limits: Limits, policy: PolicySettings) -> ClusterSettings {
    ClusterSettings {
        policy: Some(Box::new(policy)),
        ..ClusterSettings::new(limits.min, limits.max)
    }
}

/// Spark's autoscale: time between two evaluations, of want and of plenty until it acts, and the time that an
/// operation takes, unless given.
pub(super) fn spark(
    given: &Given<'_>,
    [interval, up_after, down_after]: [Usual; 3],
    operation: Usual,
) -> Read<PolicySettings> {
    let table = given.table;
    let interval = table.usual("evaluation_interval", interval, positive_duration);
    let up_after = table.usual("up_after", up_after, positive_duration);
    let down_after = table.usual("down_after", down_after, positive_duration);
    let operation = distribution_or(table, "scaling_operation", operation, given.files);
    let rule = ScalingPolicy::SparkAutoscale(Spark::new(up_after?, down_after?));
    Ok(PolicySettings {
        scaling_operation: Some(operation?),
        ..PolicySettings::new(rule, interval?)
    })
}

/// The time in which a node is asked for, which no kind but the cluster documents.
pub(super) fn allocation(given: &Given<'_>) -> Read<Distribution> {
    distribution_or(given.table, "allocation", assumed("0s", ""), given.files)
}

/// The time from its start until a pool that stops is on; its default acts only where it stops.
pub(super) fn creation(
    given: &Given<'_>,
    stop: Read<Option<SimDuration>>,
    usual: Usual,
) -> Read<Distribution> {
    match stop {
        Ok(None) => {
            let found = distribution(given.table, "creation", given.files)?;
            Ok(found.unwrap_or_else(|| usual.distribution()))
        }
        _ => distribution_or(given.table, "creation", usual, given.files),
    }
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

/// The billing of leases in such steps unless given, without a least time.
pub(super) fn billed_by(table: &Cursor<'_>, granularity: Usual) -> Read<LeaseBilling> {
    billing_or(
        table,
        granularity,
        assumed("0s", "no minimum is documented"),
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

/// Who states the times of the cluster autoscaler.
const AUTOSCALER: &str =
    "azure-docs, articles/aks/cluster-autoscaler.md and the FAQ of kubernetes/autoscaler";

/// The cluster autoscaler as a table says it, with its time between two scans.
pub(super) fn kubernetes(table: &Cursor<'_>) -> Read<(SimDuration, KubernetesSettings)> {
    /// Time between scans, until an idle node goes, and from nodes asked for until any node goes.
    const PROFILES: &[(&str, [&str; 3])] = &[
        ("default", ["10s", "10m", "10m"]),
        ("bursty", ["20s", "5m", "10m"]),
        ("aggressive", ["30s", "3m", "0s"]),
    ];
    let usual = fact(PROFILES[0].0, AUTOSCALER);
    let profile = table.usual("profile", usual, choice(PROFILES));
    // Where the profile is wrong, its single times are still checked.
    let [scan, unneeded, delay] = profile
        .unwrap_or(PROFILES[0].1)
        .map(|time| fact(time, AUTOSCALER));
    let scan = table.usual("scan_interval", scan, positive_duration);
    let unneeded = table.usual("unneeded_after", unneeded, duration);
    let delay = table.usual("delay_after_add", delay, duration);
    let bulk = fact(10, AUTOSCALER);
    let bulk = table.usual("max_empty_bulk_delete", bulk, count(1, MAX_NODES));
    profile?;
    let rules = KubernetesSettings {
        unneeded_after: unneeded?,
        delay_after_add: delay?,
        max_empty_bulk_delete: bulk?,
    };
    Ok((scan?, rules))
}

/// What holds without `allocation_failure`.
pub(super) const NO_FAILURES: Usual = Usual::none("a shortage of capacity is not simulated");

/// Opens the table under a key, if it is there.
pub(super) fn opened<'a>(table: &Cursor<'a>, key: &str, keys: &[Key]) -> Read<Option<Cursor<'a>>> {
    let Some(node) = table.node(key) else {
        return Ok(None);
    };
    Cursor::open(table.sink(), node, table.path_of(key), keys).map(Some)
}
