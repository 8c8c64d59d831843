//! Keys that several tables have; where their default differs, the table says so.

use std::ops::Bound::{Excluded, Included};

use super::declaration::{Key, Shape, Value, count, key, price, switch, value, words};
use super::distributions::DISTRIBUTIONS;
use super::values::{DURATION, NODES_AT_MOST, POSITIVE, WEIGHTS, from_to, limited};

/// Billing rules by their date or cloud.
const PRESETS: &[&str] = &["azure-2021", "azure-2025-06", "aws", "gcp"];

/// A length of time that may be random.
pub(super) const fn distribution(name: &'static str) -> Key {
    key(name, Shape::Kind(Some(DURATION), DISTRIBUTIONS))
}

pub(super) const MIN_NODES: Key = count("min_nodes", "nodes", 0, NODES_AT_MOST)
    .means("Minimum number of nodes, kept at all times")
    .allows("not above `max_nodes`")
    .default("0")
    .such_as("1");
pub(super) const MAX_NODES: Key = count("max_nodes", "nodes", 1, NODES_AT_MOST)
    .means("Maximum number of nodes")
    .required()
    .such_as("8");
pub(super) const ALLOCATION: Key = distribution("allocation")
    .means("First part of provisioning; not billed")
    .assumes("0s")
    .such_as("30s");
pub(super) const BOOT: Key = distribution("boot")
    .means("Second part of provisioning; billed if `bill_boot` is `true`")
    .assumes("{ uniform = { min = \"2m\", max = \"5m\" } }")
    .such_as("4m");
pub(super) const MAX_RUN_DURATION: Key = value("max_run_duration", POSITIVE)
    .means(
        "Maximum Running time of runs without a `max_duration`; a run that reaches \
         it is canceled",
    )
    .otherwise_assumes("", "none")
    .such_as("12h");
pub(super) const VM_SIZE: Key = value("vm_size", Value::Text)
    .means("VM size of a machine")
    .allows("a size of the catalog, see [below](#what-is-checked-of-a-size)")
    .such_as("Standard_D3_v2");
pub(super) const REGION: Key = value("region", Value::Text)
    .means("Region in which the machines are bought")
    .allows("a region of the price book; another one where its price is given")
    .otherwise("", "the top level's")
    .such_as("westeurope");
pub(super) const APPROVED: Key = switch("approved").means(
    "Set to `true` if Azure has granted you quota for this restricted series. A \
     `[quota]` for its family implies it",
);
pub(super) const SUPPORTED: Key = switch("supported").means(
    "Set to `true` if your workspace offers a size that no list of Azure Machine \
     Learning names",
);
pub(super) const VCPUS: Key = count("vcpus", "vCPUs", 1, 10_000)
    .means("vCPUs of a machine, which count against quotas, if no `vm_size` states them")
    .not_beside(&["vm_size"])
    .such_as("8");
pub(super) const BILLING_PRESET: Key = words("billing_preset", PRESETS)
    .means(
        "Billing rules in force at a date: `\"azure-2021\"` bills by the second, \
         `\"azure-2025-06\"` at least 300 s per lease (from 1 June 2025), `\"aws\"` \
         and `\"gcp\"` at least 60 s. The single billing keys override it",
    )
    .otherwise_assumes(
        "azure-2025-06",
        "; `\"aws\"` or `\"gcp\"` on these clouds; `\"azure-2021\"` where `start` is \
         before June 2025",
    )
    .such_as("azure-2025-06");
pub(super) const BILLING_MINIMUM: Key = value("billing_minimum", DURATION)
    .means("Minimum billed time of each lease")
    .otherwise_assumes("0s", ", with the preset `\"azure-2025-06\"`: `\"5m\"`")
    .such_as("10m");
pub(super) const BILL_BOOT: Key = switch("bill_boot")
    .means(
        "Set to `false` if the time in which machines get ready is not billed; \
         `boot` is then like `allocation`",
    )
    .default("true")
    .such_as("false");
pub(super) const ALWAYS_BILL: Key = switch("always_bill").means(
    "Set to `true` to simulate and bill the target in variants in which nothing \
     comes to it",
);
pub(super) const TAGS: Key = key("tags", Shape::Texts)
    .means("Tags of the target in the [FOCUS export](outputs.md#focuscsv)")
    .allows("50 with those of the top level; names without `<>%&\\?/`, see [below](#tags)")
    .otherwise("", "the top level's")
    .such_as("{ team = \"vision\", cost_center = \"4711\" }");
pub(super) const SCHEDULE: Key = value("schedule", Value::OneOrMore(&Value::Week))
    .means("Weekly windows during which the machine is on")
    .otherwise("", "always")
    .such_as("[\"mon-fri 08:00-18:00\"]");
pub(super) const ON_STOP: Key = words("on_stop", &["drain", "cancel"])
    .means(
        "Effect of a scheduled stop on runs: `\"drain\"` lets them end, `\"cancel\"` \
         cancels them",
    )
    .needs(&["schedule"])
    .assumes("drain")
    .such_as("cancel");
pub(super) const BILLING_GRANULARITY: Key = value("billing_granularity", DURATION)
    .means("Step in which each lease is billed")
    .assumes("1s")
    .such_as("1m");
pub(super) const CHARGES_BY_CLOCK: Key = key("fixed_charges", Shape::Table(FIXED_CHARGES))
    .means("Charges by the clock, also while the machine is stopped")
    .allows("[its keys](#fixed_charges)")
    .otherwise_assumes("", "none")
    .such_as("fixed_charges.public_ip = \"0.005 USD/h\"");
pub(super) const SLOTS: Key = count("slots", "runs", 1, 1000)
    .means("Maximum number of concurrent runs")
    .assumes("1")
    .such_as("2");
pub(super) const OWN_PRICE: Key = price("price_per_hour", "USD per hour")
    .means("Value of one hour of the machine to you, by the clock")
    .otherwise("", "none: the cloud charges nothing")
    .such_as("0.1");
pub(super) const MACHINE_PRICE: Key = price("price_per_hour", "USD per hour")
    .means("Price of one machine while it is billed")
    .otherwise(
        "",
        "the price book's for size and region; required without them",
    )
    .such_as("0.272");
pub(super) const EVALUATION_INTERVAL: Key = value("evaluation_interval", POSITIVE)
    .means("Time between two evaluations of the controller")
    .assumes("10s")
    .such_as("30s");
pub(super) const CREATION: Key = distribution("creation")
    .means("Time from its start until it is on; billed")
    .used_if("`stop_after_idle` is not `\"never\"`")
    .assumes("{ uniform = { min = \"3m\", max = \"5m\" } }")
    .such_as("5m");
pub(super) const UP_AFTER: Key = value("up_after", POSITIVE)
    .means("Time for which demand must exceed free nodes before nodes are added")
    .default("3m")
    .such_as("3m");
pub(super) const DOWN_AFTER: Key = value("down_after", POSITIVE)
    .means("Time for which free nodes must exceed demand before nodes are released")
    .default("10m")
    .such_as("10m");
pub(super) const SCALING_OPERATION: Key = distribution("scaling_operation")
    .means("Time of a scaling operation; billed")
    .assumes("{ uniform = { min = \"10m\", max = \"20m\" } }")
    .such_as("12m");
pub(super) const PROFILE: Key = words("profile", &["default", "bursty", "aggressive"])
    .means("Documented set of times; the single keys below override it")
    .allows("`\"bursty\"`: 20 s, 5 min, 10 min; `\"aggressive\"`: 30 s, 3 min, 0 s")
    .default("default")
    .such_as("bursty");
pub(super) const SCAN_INTERVAL: Key = value("scan_interval", POSITIVE)
    .means("Time between two scans")
    .otherwise("", "by profile: `\"10s\"`, `\"20s\"`, `\"30s\"`")
    .such_as("20s");
pub(super) const UNNEEDED_AFTER: Key = value("unneeded_after", DURATION)
    .means("Idle time after which a node is removed")
    .otherwise("", "by profile: `\"10m\"`, `\"5m\"`, `\"3m\"`")
    .such_as("5m");
pub(super) const DELAY_AFTER_ADD: Key = value("delay_after_add", DURATION)
    .means("Time after a request for nodes during which no node is removed")
    .otherwise("", "by profile: `\"10m\"`, `\"10m\"`, `\"0s\"`")
    .such_as("10m");
pub(super) const MAX_EMPTY_BULK_DELETE: Key =
    count("max_empty_bulk_delete", "nodes", 1, NODES_AT_MOST)
        .means("Maximum number of empty nodes removed in one scan")
        .default("10")
        .such_as("10");
pub(super) const START_NODES: Key = count("start_nodes", "nodes", 0, NODES_AT_MOST)
    .means("Number of nodes if there are too few samples")
    .default("1")
    .such_as("1");
pub(super) const REPLICAS: Key = count("replicas", "replicas", 1, 100_000)
    .means("Number of replicas, at all times")
    .assumes("1")
    .such_as("4");
pub(super) const CONCURRENCY: Key = count("concurrency", "requests", 1, 10_000)
    .means("Maximum number of concurrent requests on a replica")
    .assumes("1")
    .such_as("2");
pub(super) const QUEUE_TIMEOUT: Key = value(
    "queue_timeout",
    Value::Duration {
        zero: true,
        never: true,
    },
)
.means(
    "Maximum wait for a replica; then the request is rejected (503). `\"0s\"`: \
     no request waits",
)
.assumes("never")
.such_as("2s");
pub(super) const QUEUE_LIMIT: Key = count("queue_limit", "requests", 0, 4_294_967_295)
    .means("Maximum number of waiting requests; others are rejected immediately")
    .otherwise_assumes("", "none")
    .such_as("100");
pub(super) const TIMEOUT: Key = value(
    "timeout",
    Value::Duration {
        zero: false,
        never: true,
    },
)
.means("Maximum time of a request on its replica")
.assumes("never")
.such_as("30s");
pub(super) const ROUTER_OVERHEAD: Key = value("router_overhead", DURATION)
    .means("Time that the router adds to each latency")
    .assumes("0s")
    .such_as("3ms");
pub(super) const APPROVED_SERVICE: Key = switch("approved")
    .means("Set to `true` if Azure has granted you quota for this restricted series");
pub(super) const CHOICE_WEIGHTS: Key = value("weights", WEIGHTS)
    .in_unit("number")
    .means("Weight of each value")
    .allows("not all 0; their sum is from 1e-100 to 1e100")
    .otherwise("", "all the same")
    .such_as("[3, 1]");

/// `fixed_charges` of a target.
pub const FIXED_CHARGES: &[Key] = &[
    value("disk", Value::Charge)
        .means("Disks, charged at all times, also while stopped")
        .allows("0 or more, `\"list\"`, or the name of a disk such as `\"P30\"`")
        .otherwise_assumes("", "none")
        .such_as("19.71 USD/month"),
    value("public_ip", Value::Charge)
        .means("Public IP address, charged at all times, also while stopped")
        .allows("0 or more, or `\"list\"`")
        .otherwise_assumes("", "none")
        .such_as("0.005 USD/h"),
    value("load_balancer", Value::Charge)
        .means(
            "Load balancer: one for an instance, one per 50 nodes (or part of 50) for a \
             cluster",
        )
        .allows("0 or more, or `\"list\"`")
        .otherwise_assumes("", "none")
        .such_as("list"),
];

/// Allocations that fail, of nodes that come one by one.
pub(super) const FAILURES: Key = key("allocation_failure", Shape::Table(ALLOCATION_FAILURE))
    .means("Allocations that fail and are retried")
    .allows("[its keys](#allocation_failure)")
    .otherwise_assumes("", "none")
    .such_as("allocation_failure.probability = 0.2");

/// `allocation_failure` of a cluster or pool.
pub const ALLOCATION_FAILURE: &[Key] = &[
    value("probability", limited(Included(0.0), Excluded(1.0)))
        .means("Probability that a try fails outside the windows")
        .assumes("0")
        .such_as("0.2"),
    value("windows", Value::OneOrMore(&Value::Week))
        .means("Weekly windows during which every try fails")
        .allows("not the whole week")
        .such_as("[\"mon-fri 09:00-11:00\"]"),
    value("retry_after", POSITIVE)
        .means("Pause after the first failure")
        .default("5m")
        .such_as("1m"),
    value("backoff", from_to(1.0, 1000.0))
        .means("Factor by which each pause is longer than the one before")
        .default("2")
        .such_as("1.5"),
    value("retry_at_most", DURATION)
        .means("Maximum pause")
        .allows("not below `retry_after`")
        .otherwise_assumes("30m", ", or `retry_after` if longer")
        .such_as("1h"),
];
