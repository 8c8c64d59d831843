//! Azure HDInsight (Spark): attached, head nodes at all times, workers under its autoscale.
//!
//! Facts: metrics every 60 s; more workers when pending was above free for 3 min, fewer when it was below for 10 min; at
//! least 1 worker; a scaling operation takes 10 to 20 min (Azure documentation,
//! articles/hdinsight/hdinsight-autoscale-clusters.md, 2019; D); billed by the minute, used or not (D). Assumed: two head
//! nodes of the size and price of the workers; no ZooKeeper nodes.

use super::listed::Wanted;
use super::parts::{billed_by, limits, pool, spark};
use super::{Given, Made};
use crate::model::settings::{PolicySettings, TargetKind};
use crate::scenario::buying::prices::Bought;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Written, assumed, fact};
use crate::scenario::document::values::{count, text};

/// Head nodes at most.
const MAX_HEADS: u32 = 100;

/// Who states the times of its autoscale.
const AUTOSCALE: &str = "azure-docs, articles/hdinsight/hdinsight-autoscale-clusters.md, 2019";
const OPERATION: &str = "azure-docs, articles/hdinsight/hdinsight-autoscale-clusters.md, 2019: 10 to 20 min; that they spread evenly is assumed";

/// Reads an HDInsight cluster.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let limits = limits(table, (1, assumed(1, "")));
    let heads = assumed(
        2,
        "of the size and price of the workers; no ZooKeeper nodes",
    );
    let heads = table.usual("head_nodes", heads, count(0, MAX_HEADS));
    let stated = |time: &'static str| fact(time, AUTOSCALE);
    let times = ["60s", "3m", "10m"].map(stated);
    let operation = assumed(Written::Uniform("10m", "20m"), OPERATION);
    let spark = spark(given, times, operation);
    let billing = billed_by(table, fact("1m", "HDInsight pricing: pro-rated per minute"));
    let bought = bought(given);
    let policy = PolicySettings {
        system_nodes: heads?,
        ..spark?
    };
    Ok(Made {
        kind: TargetKind::Cluster(pool(limits?, policy)),
        bought: bought?,
        billing: billing?,
    })
}

/// A node at the price of the service, which includes the machine.
fn bought(given: &Given<'_>) -> Read<Bought> {
    let table = given.table;
    let region = given
        .market
        .region(table)
        .map(|region| region.map(|r| r.name));
    let size = table.read("vm_size", text)?;
    let item = size.as_deref().map_or_else(
        || "node".to_owned(),
        |size| format!("node {}", size.trim_start_matches("Standard_")),
    );
    let wanted = Wanted {
        key: "price_per_hour",
        service: "HDInsight",
        item: &item,
        of: "an hour of a node",
    };
    let stated = wanted.read(given)?;
    // Of a node the service has sizes of its own, so that the catalog need not know it.
    let known = given
        .market
        .catalog()?
        .size(size.as_deref().unwrap_or_default());
    let region = region?;
    let mut what = vec![format!("HDInsight {item}")];
    what.extend(region.clone());
    let mut bought = Bought::other(given.name, what.join(", "), stated, region);
    bought.vcpus = known.map_or(0, |size| size.vcpus);
    bought.size = known.cloned();
    Ok(bought)
}
