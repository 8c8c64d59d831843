//! A Synapse Spark pool: attached, at least 3 nodes while it is on, pauses by itself.
//!
//! Facts: metrics every 30 s; up after 1 min, down after 2 min; a scaling operation takes 1 to 5 min; at least 3 nodes of 4 to
//! 80 vCores; billed by the minute and vCore while an instance lives (Azure documentation,
//! articles/synapse-analytics/spark/apache-spark-autoscale.md and apache-spark-pool-configurations.md; D). Assumed: it
//! pauses after 15 min without work, and starts within 2 to 5 min.

use super::listed::{Wanted, times};
use super::parts::{billed_by, creation, limits, or_never, pool, spark};
use super::{Given, Made};
use crate::model::settings::{PolicySettings, TargetKind};
use crate::scenario::buying::prices::Bought;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Written, assumed, fact};
use crate::scenario::document::values::{count, price};

/// Fewest nodes of a pool.
const LEAST_NODES: u32 = 3;
/// vCores of a node.
const VCORES: (u32, u32) = (4, 80);
const VCORES_HELP: &str = "write the vCores of a node, from 4 to 80, such as `vcores = 8`; or the `price_per_hour` of a node";

/// Who states the times of its autoscale, and how it is billed.
const AUTOSCALE: &str = "azure-docs, articles/synapse-analytics/spark/apache-spark-autoscale.md";
const POOLS: &str =
    "azure-docs, articles/synapse-analytics/spark/apache-spark-pool-configurations.md";
const OPERATION: &str = "azure-docs, articles/synapse-analytics/spark/apache-spark-autoscale.md: 1 to 5 min; that they spread evenly is assumed";

/// Reads a Synapse Spark pool.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let limits = limits(table, (LEAST_NODES, fact(LEAST_NODES, AUTOSCALE)));
    let times = ["30s", "1m", "2m"].map(|time: &'static str| fact(time, AUTOSCALE));
    let operation = assumed(Written::Uniform("1m", "5m"), OPERATION);
    let spark = spark(given, times, operation);
    let stop = table.usual("stop_after_idle", assumed("15m", ""), or_never);
    let creation = creation(given, stop, assumed(Written::Uniform("2m", "5m"), ""));
    let billing = billed_by(table, fact("1m", POOLS));
    let bought = bought(given);
    let policy = PolicySettings {
        creation: creation?,
        stop_after_idle: stop?,
        ..spark?
    };
    Ok(Made {
        kind: TargetKind::Cluster(pool(limits?, policy)),
        bought: bought?,
        billing: billing?,
    })
}

/// A node at the price of its vCores, or at a price of its own.
fn bought(given: &Given<'_>) -> Read<Bought> {
    let table = given.table;
    let region = given
        .market
        .region(table)
        .map(|region| region.map(|r| r.name));
    let priced_by = table.one_of(&["price_per_hour", "price_per_vcore_hour"])?;
    let vcores = table.read("vcores", count(VCORES.0, VCORES.1));
    let per_node = table.read("price_per_hour", price);
    let (region, vcores, per_node) = (region?, vcores?, per_node?);
    if let Some(per_node) = per_node.filter(|_| priced_by == Some("price_per_hour")) {
        let what = "Synapse Spark node".to_owned();
        return Ok(Bought::other(given.name, what, (per_node, None), region));
    }
    let Some(vcores) = vcores else {
        return Err(table.missing("vcores", VCORES_HELP));
    };
    let wanted = Wanted {
        key: "price_per_vcore_hour",
        service: "Synapse Spark pool",
        item: "vCore",
        of: "a vCore-hour",
    };
    let (per_vcore, source) = wanted.read(given)?;
    let per_hour = times(given, wanted.key, per_vcore, f64::from(vcores))?;
    let mut what = vec![format!("Synapse Spark node of {vcores} vCores")];
    what.extend(region.clone());
    let source = source.map(|source| {
        format!(
            "{vcores} vCores at {} USD/h each: {source}",
            per_vcore.dollars()
        )
    });
    Ok(Bought::other(
        given.name,
        what.join(", "),
        (per_hour, source),
        region,
    ))
}
