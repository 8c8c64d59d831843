//! Azure Functions: an instance for each request that finds none, to zero on the consumption plan.
//!
//! Facts: at most one new instance per second for HTTP (one per 30 s for other triggers); consumption: 200 instances, 1.5 GB,
//! 5 min for a call, 10 min at most, no containers of one's own, billed by GB-second and execution; premium: at least one instance always warm, 100
//! instances, 3.5 to 14 GB, billed by vCPU and GB while they exist (Azure documentation,
//! articles/azure-functions/functions-scale.md, 2020; D). Consumption bills by the execution: memory rounded up to 128 MB, time
//! to 1 ms, at least 128 MB and 100 ms; 400,000 GB-s and 1 million executions a month are free for all apps of a
//! subscription (azure.microsoft.com/pricing/details/functions; D); a GB has 1,024 MB (1.5 GB there are 1,536 MB here).
//! Prices were not found (U): the scenario gives them. Assumed: an idle instance goes after 20 min; a cold start takes 2 s and is
//! not billed; each execution has all memory of its instance; one request at a time; requests wait as long as it takes; 30 min for
//! a call on the premium plan, of one vCPU and 3.5 GB; other apps of the subscription use up what is free.

use super::admission::{Admission, Defaults, admission};
use super::listed::{given_price, times};
use super::parts::between;
use super::{Given, MadeService};
use crate::autoscale::{PerRequest, ReplicaPolicy};
use crate::pricing::{FreeUse, UsePrices};
use crate::scenario::buying::prices::Bought;
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{assumed, fact};
use crate::scenario::document::values::{boolean, choice, count, duration, number};
use crate::serving::settings::{ExecutionBilling, Machines, ServiceController};
use crate::units::{NodeTime, SimDuration, TICKS_PER_SECOND, UsdPerHour};

/// Who states the limits of the plans.
const SCALE: &str = "azure-docs, articles/azure-functions/functions-scale.md, 2020";

/// Who states how executions are billed.
const PRICING: &str = "azure.microsoft.com/pricing/details/functions";
/// Memory is billed in steps of 128 MB, of which a GB has eight.
const STEPS_PER_GB: f64 = 8.0;
/// Executions are billed by the millisecond, and for 100 ms at least.
const BY_EXECUTION: ExecutionBilling = ExecutionBilling {
    granularity: SimDuration(TICKS_PER_SECOND / 1000),
    minimum: SimDuration(TICKS_PER_SECOND / 10),
};
/// What is free in a month: GB-seconds and executions.
const FREE_GB_SECONDS: u64 = 400_000;
const FREE_EXECUTIONS: u64 = 1_000_000;

/// What a plan allows.
struct Plan {
    name: &'static str,
    is_premium: bool,
    /// GB of memory: fewest, unless given, most.
    memory_gb: (f64, f64, f64),
    /// Whether what holds unless given is stated.
    is_memory_stated: bool,
    /// Instances at most.
    instances: u32,
    /// Instances that are always warm, at least.
    ready: u32,
    /// Time of a call: unless given; at most, in minutes.
    timeout: (&'static str, Option<u64>),
}

const CONSUMPTION: Plan = Plan {
    name: "consumption",
    is_premium: false,
    memory_gb: (0.125, 1.5, 1.5),
    is_memory_stated: true,
    instances: 200,
    ready: 0,
    timeout: ("5m", Some(10)),
};
const PREMIUM: Plan = Plan {
    name: "premium",
    is_premium: true,
    memory_gb: (3.5, 3.5, 14.0),
    is_memory_stated: false,
    instances: 100,
    ready: 1,
    timeout: ("30m", None),
};

/// Reads a function app.
pub(super) fn read(given: &Given<'_>) -> Read<MadeService> {
    let table = given.table;
    let plans = [(CONSUMPTION.name, &CONSUMPTION), (PREMIUM.name, &PREMIUM)];
    let plan: &Plan = table.usual("plan", assumed(CONSUMPTION.name, ""), choice(&plans))?;
    let (least, usual, most) = plan.memory_gb;
    let usual = if plan.is_memory_stated {
        fact(usual, SCALE)
    } else {
        assumed(usual, "the least that the plan sells")
    };
    let memory = table.usual("memory_gb", usual, between(least, most));
    let most = fact(plan.instances, SCALE);
    let instances = table.usual("max_instances", most, count(1, plan.instances));
    let ready = if plan.is_premium {
        let allowed = count(plan.ready, plan.instances);
        table.usual("always_ready", fact(plan.ready, SCALE), allowed)
    } else {
        Ok(0)
    };
    let second = fact("1s", SCALE);
    let interval = table.usual("new_instance_interval", second, duration);
    let expiry = table.usual("idle_expiry", assumed("20m", ""), duration);
    let start = distribution_or(table, "start", assumed("2s", ""), given.files);
    let admission = admitted(table, plan);
    let memory = memory?;
    let bought = if plan.is_premium {
        premium(given, memory)
    } else {
        consumption(given, memory)
    };
    let (instances, ready) = (instances?, ready?);
    super::parts::in_order(table, ("always_ready", ready), ("max_instances", instances))?;
    let policy = ReplicaPolicy::PerRequest(PerRequest::new(interval?, expiry?));
    let controller = ServiceController::scaled([ready, instances], policy);
    let mut settings = admission?.service(given.name, controller, Machines::None);
    settings.start = start?;
    settings.execution_billing = (!plan.is_premium).then_some(BY_EXECUTION);
    Ok(MadeService {
        settings,
        bought: bought?,
    })
}

fn admitted(table: &Cursor<'_>, plan: &Plan) -> Read<Admission> {
    let minutes = |minutes: u64| SimDuration::from_secs(60 * minutes);
    let admission = admission(
        table,
        Defaults {
            timeout: if plan.is_premium {
                assumed(plan.timeout.0, "")
            } else {
                fact(plan.timeout.0, SCALE)
            },
            ..Defaults::unlimited()
        },
    )?;
    let most = plan.timeout.1.map(minutes);
    if let Some(most) = most
        && admission.timeout.is_none_or(|timeout| timeout > most)
    {
        let complaint = Complaint::new(format!(
            "a call on the {} plan ends after {} at most",
            plan.name,
            most.to_friendly()
        ));
        let help = "write a shorter `timeout`, or use the premium plan";
        return Err(table.refuse("timeout", complaint.help(help)));
    }
    Ok(admission)
}

/// Memory in whole steps, as it is billed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "memory is a small positive number"
)]
fn steps_of(memory_gb: f64) -> u32 {
    // 0.7 GB are 5.6 steps; what is a step but for a rounded digit is that step.
    ((memory_gb * STEPS_PER_GB - 1e-9).ceil() as u32).max(1)
}

/// Billed by execution, and by the GB-second of service time.
fn consumption(given: &Given<'_>, memory_gb: f64) -> Read<Bought> {
    let table = given.table;
    let steps = steps_of(memory_gb);
    let billed_gb = f64::from(steps) / STEPS_PER_GB;
    let grant = assumed(false, PRICING);
    let free = table.usual("free_grant", grant, boolean);
    // Prices of a second are too small for the micro-dollars of other prices.
    let help = "write the price of a GB-second in US dollars, such as `0.000016`: no source in the price book states one";
    let per_gb_second = table.require("price_per_gb_second", help, |value| match number(value)? {
        price if (0.0..=1.0).contains(&price) => Ok(price),
        price => Err(Complaint::new(format!("found the number {price}"))
            .help("write US dollars for a GB-second, from 0 to 1")),
    });
    let per_million = given_price(
        given,
        "price_per_million_executions",
        "a million executions",
    );
    let (per_gb_second, per_million) = (per_gb_second?, per_million?);
    let per_hour = UsdPerHour::from_dollars(per_gb_second * 3600.0 * billed_gb)
        .expect("the price of a GB-second is at most a dollar");
    let executions = per_million.dollars();
    let what = format!(
        "consumption plan with {billed_gb} GB, an hour of service time; and {executions} USD a million executions"
    );
    let mut bought = Bought::other(given.name, what, (per_hour, None), None);
    bought.prices.per_hour = UsdPerHour(0);
    bought.prices.use_prices = UsePrices {
        replica_per_hour: UsdPerHour(0),
        execution_per_hour: per_hour,
        micro_usd_per_million_executions: per_million.0,
        free: if free? {
            free_use(steps)
        } else {
            FreeUse::default()
        },
    };
    Ok(bought)
}

/// What is free of executions with so many steps of memory, in a month.
fn free_use(steps: u32) -> FreeUse {
    // A step is an eighth of a GB.
    let seconds = u128::from(FREE_GB_SECONDS) * 8 * u128::from(TICKS_PER_SECOND);
    FreeUse {
        execution_time: NodeTime(seconds / u128::from(steps)),
        executions: FREE_EXECUTIONS,
    }
}

/// Billed by the vCPUs and the memory of instances while they exist.
fn premium(given: &Given<'_>, memory_gb: f64) -> Read<Bought> {
    let vcpus = assumed(1.0, "the least that the plan sells");
    let vcpus = given.table.usual("vcpus", vcpus, between(0.1, 4.0))?;
    let per_vcpu = given_price(given, "price_per_vcpu_hour", "an hour of a vCPU");
    let per_gb = given_price(given, "price_per_gb_hour", "an hour of a GB of memory");
    let machine = times(given, "price_per_vcpu_hour", per_vcpu?, vcpus)?;
    let memory = times(given, "price_per_gb_hour", per_gb?, memory_gb)?;
    let per_hour = UsdPerHour(machine.0 + memory.0);
    let what = format!("premium plan with {vcpus} vCPUs and {memory_gb} GB");
    let mut bought = Bought::other(given.name, what, (per_hour, None), None);
    bought.prices.per_hour = UsdPerHour(0);
    bought.prices.use_prices.replica_per_hour = per_hour;
    Ok(bought)
}
