//! A Synapse Spark pool: attached, at least 3 nodes while it is on, pauses by itself.
//!
//! Facts: metrics every 30 s; up after 1 min, down after 2 min; a scaling operation takes 1 to 5 min; at least 3 nodes of 4 to
//! 80 vCores; billed by the minute and vCore while an instance lives (Azure documentation,
//! articles/synapse-analytics/spark/apache-spark-autoscale.md and apache-spark-pool-configurations.md; D). Assumed: it
//! pauses after 15 min without work, and starts within 2 to 5 min.

use super::listed::{Wanted, times};
use super::parts::{billed_by, limits, minutes_or, or_never, spark_pool};
use super::{Given, Made};
use crate::model::settings::{PoolSettings, TargetKind};
use crate::scenario::prices::Bought;
use crate::scenario::reader::Read;
use crate::scenario::values::{count, price};
use crate::units::SimDuration;

/// Fewest nodes of a pool.
const LEAST_NODES: u32 = 3;
/// vCores of a node.
const VCORES: (u32, u32) = (4, 80);
const VCORES_HELP: &str = "write the vCores of a node, from 4 to 80, such as `vcores = 8`; or the `price_per_hour` of a node";

/// Reads a Synapse Spark pool.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let limits = limits(table, LEAST_NODES);
    let pool = spark_pool(given, limits, [30, 60, 120], (1, 5));
    let default = Some(SimDuration::from_secs(15 * 60));
    let stop = table.read_or("stop_after_idle", default, or_never);
    let creation = minutes_or(given, "creation", 2, 5);
    let billing = billed_by(table, 60);
    let bought = bought(given);
    let settings = PoolSettings {
        creation: creation?,
        stop_after_idle: stop?,
        ..pool?
    };
    Ok(Made {
        kind: TargetKind::Pool(settings),
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
    table.one_of(&["price_per_hour", "price_per_vcore_hour"])?;
    let vcores = table.read("vcores", count(VCORES.0, VCORES.1));
    let per_node = table.read("price_per_hour", price);
    let (region, vcores, per_node) = (region?, vcores?, per_node?);
    if let Some(per_node) = per_node {
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
