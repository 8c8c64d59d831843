//! A compute cluster: managed, scales with its submissions (docs/semantics.md 3).
//!
//! Facts: 0 to 4 nodes and 120 s of idle time are the defaults of the Python SDK v2 (azure-ai-ml 1.35.2, `AmlCompute`; D).
//! Assumed: a boot is log-normal with a median of 4.5 min and a 95th percentile of 11 min. No source states a distribution:
//! notebooks of the vendor say 3 to 5 min (Azure/MachineLearningNotebooks; D), users saw 20 to 30 min (microsoft/
//! `CromwellOnAzure` issue 107, Azure-Samples/batch-dotnet-quickstart issue 11; I). Allocation and leaving take no time.

use super::losses::{allocation_failure, eviction};
use super::parts::{NO_FAILURES, NO_RATES, UNCHARGED, in_order};
use super::tiers::with_low_priority;
use super::{Given, Made, capacity, scaling};
use crate::calendar::Calendar;
use crate::catalog::ManagedCompute;
use crate::discipline::{Backfill, Discipline, Order};
use crate::distribution::Distribution;
use crate::model::settings::{
    ClusterSettings, IdleNodeChoice, NodeLoss, SurplusProvisioning, TargetKind,
};
use crate::scenario::buying::billing::billing;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices::{self, Bought};
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::data::files::Files;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Written, assumed, fact};
use crate::scenario::document::values::{choice, count};
use crate::units::SimDuration;

/// Nodes of a cluster at most: the simulator numbers idle nodes in 16 bits.
pub(in crate::scenario) const MAX_NODES: u32 = 65_000;

/// Who states limits and idle time.
const SDK: &str = "Python SDK azure-ai-ml 1.35.2, `AmlCompute`";
/// What is known of boots.
const BOOTS: &str = "no source states a distribution: notebooks of the vendor say 3 to 5 min, users saw 20 to 30 min";

/// Reads a cluster.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let low = table.usual("low_priority_nodes", assumed(0, ""), count(0, MAX_NODES));
    let settings = cluster_settings(table, given.files, given.calendar);
    let billing = billing(table, given.market);
    let host = Host::Managed(ManagedCompute::Cluster);
    let machines = prices::read(given.name, table, given.market, host);
    let bought = with_low_priority(given, host, *low.as_ref().unwrap_or(&0), machines);
    let policy = scaling::policy(table);
    let windows = match &settings {
        Ok(settings) => capacity::windows(given, settings),
        Err(reported) => Err(*reported),
    };
    let (mut settings, bought, low) = (settings?, bought?, low?);
    (settings.capacity, settings.policy) = (windows?, policy?);
    settings.low_priority_nodes = low;
    check_tiers(table, &settings, &bought)?;
    table.acts(
        "tier",
        fact("dedicated", "Python SDK azureml-core, `AmlCompute`"),
    );
    table.acts("fixed_charges", UNCHARGED);
    if bought.tier.may_be_evicted() || low > 0 {
        table.acts("eviction", assumed(Written::Words("never"), NO_RATES));
    } else {
        settings.loss = NodeLoss::Never;
    }
    table.acts("allocation_failure", NO_FAILURES);
    Ok(Made {
        kind: TargetKind::Cluster(settings),
        bought,
        billing: billing?,
    })
}

/// Refuses low-priority nodes beyond those that there may be, and beside nodes that all may be evicted.
fn check_tiers(table: &Cursor<'_>, settings: &ClusterSettings, bought: &Bought) -> Read<()> {
    let low = settings.low_priority_nodes;
    if low > 0 && bought.tier.may_be_evicted() {
        let complaint = Complaint::new("all nodes of this `tier` may be evicted").help(
            "leave `tier` out for dedicated nodes beside low-priority ones, or leave this key out",
        );
        return Err(table.refuse("low_priority_nodes", complaint));
    }
    in_order(
        table,
        ("low_priority_nodes", low),
        ("max_nodes", settings.largest()),
    )
}

fn cluster_settings(
    table: &Cursor<'_>,
    files: &Files<'_>,
    calendar: Option<&Calendar>,
) -> Read<ClusterSettings> {
    let min_nodes = table.usual("min_nodes", fact(0, SDK), count(0, MAX_NODES));
    let max_nodes = table.usual("max_nodes", fact(4, SDK), count(1, MAX_NODES));
    if let (Ok(min), Ok(max)) = (min_nodes, max_nodes) {
        in_order(table, ("min_nodes", min), ("max_nodes", max))?;
    }
    let time = |key, usual| distribution_or(table, key, usual, files);
    // A policy does not use them, and refuses them.
    let follows_queue = !table.has("scaling");
    let idle = if follows_queue {
        time("idle_before_scale_down", fact("120s", SDK))
    } else {
        Ok(Distribution::constant(SimDuration::ZERO))
    };
    let allocation = time("allocation", assumed("0s", ""));
    let boot = time("boot", assumed(Written::LogNormal("4m30s", "11m"), BOOTS));
    let leaving = time("leaving", assumed("0s", ""));
    let idle_node_choice = table.usual(
        "idle_node_choice",
        assumed("most_recently_idle", ""),
        choice(&[
            ("most_recently_idle", IdleNodeChoice::MostRecentlyIdle),
            ("least_recently_idle", IdleNodeChoice::LeastRecentlyIdle),
        ]),
    );
    let (mut surplus_provisioning, mut spare_nodes) = (Ok(SurplusProvisioning::Keep), Ok(0));
    if follows_queue {
        let words = choice(&[
            ("keep", SurplusProvisioning::Keep),
            ("cancel", SurplusProvisioning::Cancel),
        ]);
        surplus_provisioning = table.usual("surplus_provisioning", assumed("keep", ""), words);
        spare_nodes = table.usual("spare_nodes", assumed(0, ""), count(0, MAX_NODES));
    }
    let discipline = discipline(table);
    let loss = eviction(table, files, calendar);
    let allocation_failure = allocation_failure(table, calendar);
    Ok(ClusterSettings {
        discipline: discipline?,
        spare_nodes: spare_nodes?,
        idle_before_scale_down: idle?,
        allocation: allocation?,
        boot: boot?,
        leaving: leaving?,
        idle_node_choice: idle_node_choice?,
        surplus_provisioning: surplus_provisioning?,
        loss: loss?,
        allocation_failure: allocation_failure?,
        ..ClusterSettings::new(min_nodes?, max_nodes?)
    })
}

/// Who starts next.
fn discipline(table: &Cursor<'_>) -> Read<Discipline> {
    let order = table.usual(
        "order",
        assumed("priority", ""),
        choice(&[("priority", Order::Entry), ("shortest", Order::Shortest)]),
    );
    let backfill = table.usual(
        "backfill",
        assumed("none", ""),
        choice(&[
            ("none", Backfill::None),
            ("easy", Backfill::Easy),
            ("conservative", Backfill::Conservative),
            ("first_fit", Backfill::FirstFit),
        ]),
    );
    let backfill_order = choice(&[("queue", false), ("shortest", true)]);
    let shortest_passes_first = table.read("backfill_order", backfill_order);
    let (order, backfill, shortest_passes_first) = (order?, backfill?, shortest_passes_first?);
    match (backfill, shortest_passes_first) {
        (Backfill::None, Some(_)) => {
            let complaint = Complaint::new("no run passes a blocked head")
                .help("write `backfill = \"easy\"` as well, or leave this key out");
            return Err(table.refuse("backfill_order", complaint));
        }
        (Backfill::None, None) => {}
        _ => table.acts("backfill_order", assumed("queue", "")),
    }
    Ok(Discipline {
        order,
        backfill,
        shortest_passes_first: shortest_passes_first.unwrap_or(false),
    })
}
