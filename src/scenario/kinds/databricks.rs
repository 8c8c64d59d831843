//! Azure Databricks: attached, a driver and workers under its own autoscaler, machines plus Databricks units (DBU).
//!
//! Facts: optimized autoscaling, of the premium plan, goes up in two steps and down after 40 s of under-use for jobs and
//! 150 s for all-purpose compute, adjustable up to 600 s; standard autoscaling adds 8 nodes, then twice as many each time,
//! and goes down only after 10 min idle, by one node, then twice as many (Databricks documentation on cluster
//! autoscaling, as quoted in issues; I). Billed by the second: the machines and the DBUs, for jobs, jobs light and all-purpose
//! compute on two plans (prices: docs/data-sources.md). Assumed: creation and further workers take 3 to 5 min; a job
//! cluster ends with its work and an all-purpose one after 120 min idle; the driver is a machine of the same size;
//! evaluations every 10 s.

use super::listed::{Wanted, said, times};
use super::losses::allocation_failure;
use super::parts::{NO_FAILURES, allocation, between, billed_by, creation, limits, or_never, pool};
use super::{Given, Made};
use crate::autoscale::databricks::{Optimized, Standard};
use crate::model::settings::{ClusterSettings, PolicySettings, ScalingPolicy, TargetKind};
use crate::pricing::OtherSource;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices::{self, Bought};
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::{Usual, Written, assumed, fact};
use crate::scenario::document::values::{choice, positive_duration};
use crate::units::SimDuration;

/// The driver.
const DRIVERS: u32 = 1;
/// Seconds of under-use at most before nodes go.
const MOST_UNDER_USE: u64 = 600;
/// DBUs of a node in an hour at most.
const MAX_DBU: f64 = 1_000.0;
const DBU_HELP: &str = "write the DBUs that a node of this size uses in an hour, such as `0.75`: the service lists them by size";

/// Who states the rules of its autoscaling.
const AUTOSCALING: &str = "Databricks documentation on cluster autoscaling, as quoted in issues";

/// What a cluster is for, which decides prices and times.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Jobs,
    JobsLight,
    AllPurpose,
}

/// Who decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Optimized,
    Standard,
}

impl Use {
    const WORDS: &[(&'static str, Self)] = &[
        ("jobs", Self::Jobs),
        ("jobs_light", Self::JobsLight),
        ("all_purpose", Self::AllPurpose),
    ];

    /// As the list of prices names it.
    fn listed(self) -> &'static str {
        match self {
            Self::Jobs => "jobs compute",
            Self::JobsLight => "jobs light compute",
            Self::AllPurpose => "all-purpose compute",
        }
    }

    /// Time of under-use after which the optimized controller lets nodes go.
    fn down_after(self, mode: Mode) -> &'static str {
        match (mode, self) {
            (Mode::Standard, _) => "10m",
            (Mode::Optimized, Self::AllPurpose) => "150s",
            (Mode::Optimized, _) => "40s",
        }
    }

    /// Time without work after which the cluster ends.
    fn stop_after_idle(self) -> &'static str {
        match self {
            Self::AllPurpose => "120m",
            _ => "0s",
        }
    }
}

/// The time of under-use, of which the service takes at most 600 s.
fn down_after(table: &Cursor<'_>, usual: Usual) -> Read<SimDuration> {
    let most = SimDuration::from_secs(MOST_UNDER_USE);
    let at_most = |value: &Value| match positive_duration(value)? {
        time if time <= most => Ok(time),
        time => Err(Complaint::new(format!("found {}", time.to_friendly()))
            .help("write a time of at most 600 s: the service takes no longer one")),
    };
    table.usual("down_after", usual, at_most)
}

/// Reads a Databricks cluster.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let jobs = assumed("jobs", "");
    let purpose = table.usual("workload_type", jobs, choice(Use::WORDS));
    let plans = [("premium", "premium"), ("standard", "standard")];
    let plan = table.usual("plan", assumed("premium", ""), choice(&plans));
    let bought = match (purpose, plan) {
        (Ok(purpose), Ok(plan)) => bought(given, purpose, plan),
        (Err(reported), _) | (_, Err(reported)) => Err(reported),
    };
    let billing = billed_by(
        table,
        assumed("1s", "reported: machines and DBUs by the second"),
    );
    let limits = limits(table, (1, assumed(1, "")));
    let (purpose, plan) = (purpose?, plan?);
    let mode = mode(given, plan)?;
    let down_after = down_after(table, fact(purpose.down_after(mode), AUTOSCALING))?;
    let stop = assumed(purpose.stop_after_idle(), "");
    let stop = table.usual("stop_after_idle", stop, or_never);
    let minutes = assumed(Written::Uniform("3m", "5m"), "");
    let creation = creation(given, stop, minutes);
    let allocation = allocation(given);
    let failure = allocation_failure(table, given.calendar);
    let boot = distribution_or(table, "boot", minutes, given.files);
    let interval = table.usual("evaluation_interval", assumed("10s", ""), positive_duration);
    let (limits, stop) = (limits?, stop?);
    let rule = match mode {
        Mode::Optimized => ScalingPolicy::DatabricksOptimized(Optimized::new(down_after)),
        Mode::Standard => ScalingPolicy::DatabricksStandard(Standard::new(down_after)),
    };
    let policy = PolicySettings {
        system_nodes: DRIVERS,
        creation: creation?,
        stop_after_idle: stop,
        ..PolicySettings::new(rule, interval?)
    };
    let settings = ClusterSettings {
        allocation: allocation?,
        allocation_failure: failure?,
        boot: boot?,
        ..pool(limits, policy)
    };
    table.acts("allocation_failure", NO_FAILURES);
    Ok(Made {
        kind: TargetKind::Cluster(settings),
        bought: bought?,
        billing: billing?,
    })
}

/// The controller: optimized on the premium plan, standard on the other, unless said.
fn mode(given: &Given<'_>, plan: &str) -> Read<Mode> {
    let usual = match plan {
        "premium" => "optimized",
        _ => "standard",
    };
    let words = [("optimized", Mode::Optimized), ("standard", Mode::Standard)];
    let usual = fact(usual, AUTOSCALING);
    let mode = given.table.usual("mode", usual, choice(&words))?;
    if mode == Mode::Optimized && plan == "standard" {
        let complaint = Complaint::new("optimized autoscaling belongs to the premium plan")
            .help("write `plan = \"premium\"`, or `mode = \"standard\"`");
        return Err(given.table.refuse_pair("mode", "plan", complaint));
    }
    Ok(mode)
}

/// The machines, and the DBUs beside them.
fn bought(given: &Given<'_>, purpose: Use, plan: &str) -> Read<Bought> {
    let machines = prices::read(given.name, given.table, given.market, Host::Attached);
    let dbus = given
        .table
        .require("dbu_per_node_hour", DBU_HELP, between(0.0, MAX_DBU));
    let item = format!("{}, {plan}", purpose.listed());
    let wanted = Wanted {
        key: "price_per_dbu",
        service: "Databricks",
        item: &item,
        of: "a DBU-hour",
    };
    let per_dbu = wanted.read(given);
    let (mut bought, dbus, per_dbu) = (machines?, dbus?, per_dbu?);
    bought.prices.service_fee = times(given, "price_per_dbu", per_dbu.0, dbus)?;
    let what = format!("{dbus} DBU a node-hour, {item}");
    let said = said(given.name, what, "DBU-hour", &per_dbu);
    let source = said.source.clone().map(|source| OtherSource {
        category: "service_fees".to_owned(),
        micro_usd: bought.prices.service_fee.0,
        source,
    });
    bought.prices.other_sources.extend(source);
    bought.sources.push(said);
    Ok(bought)
}
