//! The keys of services.

use std::ops::Bound::Excluded;

use super::declaration::{Key, Shape, Value, count, key, price, switch, value, words};
use super::shared::{
    ALWAYS_BILL, APPROVED_SERVICE, BOOT, CHARGES_BY_CLOCK, CONCURRENCY, DELAY_AFTER_ADD,
    EVALUATION_INTERVAL, MACHINE_PRICE, MAX_EMPTY_BULK_DELETE, MAX_NODES, OWN_PRICE, PROFILE,
    QUEUE_LIMIT, QUEUE_TIMEOUT, REGION, REPLICAS, ROUTER_OVERHEAD, SCAN_INTERVAL, SUPPORTED, TAGS,
    TIMEOUT, UNNEEDED_AFTER, VCPUS, VM_SIZE, distribution,
};
use super::values::{DURATION, NODES_AT_MOST, POSITIVE, from_to, limited};

/// `[local_service.NAME]`.
pub const LOCAL_SERVICE: &[Key] = EDGE;

/// `[iot_edge.NAME]` and `[data_box_edge.NAME]`.
pub const EDGE: &[Key] = &[
    REPLICAS,
    CONCURRENCY,
    QUEUE_TIMEOUT,
    QUEUE_LIMIT,
    TIMEOUT,
    ROUTER_OVERHEAD,
    OWN_PRICE,
    ALWAYS_BILL,
    TAGS,
];

/// `[instance_service.NAME]`.
pub const INSTANCE_SERVICE: &[Key] = &[
    REPLICAS,
    CONCURRENCY,
    QUEUE_TIMEOUT,
    QUEUE_LIMIT,
    TIMEOUT,
    ROUTER_OVERHEAD,
    VM_SIZE,
    REGION,
    APPROVED_SERVICE,
    SUPPORTED,
    price("price_per_hour", "USD per hour")
        .means("Price of the machine")
        .otherwise(
            "",
            "the price book's for size and region; required without them",
        )
        .such_as("0.272"),
    CHARGES_BY_CLOCK.such_as("fixed_charges.disk = \"list\""),
    ALWAYS_BILL,
    TAGS,
];

/// `[aks_service.NAME]`.
pub const AKS_SERVICE: &[Key] = &[
    words("purpose", &["production", "dev_test"])
        .means(
            "Purpose of the AKS cluster: `\"production\"` has at least 12 vCPUs and \
             three front ends, `\"dev_test\"` at least 2 vCPUs and one front end",
        )
        .assumes("production")
        .such_as("dev_test"),
    count("nodes", "nodes", 1, NODES_AT_MOST)
        .means("Number of nodes, at all times")
        .not_beside(&["autoscaler"])
        .otherwise("3", ", for dev-test `1`")
        .such_as("4"),
    key("autoscaler", Shape::Table(AUTOSCALER))
        .means("Cluster autoscaler of the nodes")
        .allows("[its keys](#autoscaler)")
        .otherwise("", "none: a fixed number of nodes")
        .such_as("{ max_nodes = 8 }"),
    value("replica_vcpus", from_to(0.001, 1000.0))
        .in_unit("vCPUs")
        .means("vCPUs that a replica requests")
        .default("0.1")
        .such_as("1"),
    value("replica_memory_gb", from_to(0.001, 10_000.0))
        .in_unit("GB")
        .means("Memory that a replica requests")
        .default("0.5")
        .such_as("2"),
    count("min_replicas", "replicas", 1, 100_000)
        .means("Minimum number of replicas")
        .allows("not above `max_replicas`")
        .default("1")
        .such_as("2"),
    count("max_replicas", "replicas", 1, 100_000)
        .means("Maximum number of replicas")
        .default("10")
        .such_as("40"),
    value("target_utilization", from_to(0.01, 1.0))
        .means("Share of busy places that the router aims at")
        .default("0.7")
        .such_as("0.5"),
    words("utilization", &["busy", "busy_and_queued"])
        .means(
            "Definition of utilization: busy places (documentation of 2020), or busy \
             places and waiting requests (documentation of 2022)",
        )
        .default("busy")
        .such_as("busy_and_queued"),
    value("utilization_window", DURATION)
        .means("Period over which the load is averaged")
        .otherwise_assumes("0s", ": as it is")
        .such_as("10s"),
    value("refresh", POSITIVE)
        .means("Time between two evaluations")
        .default("1s")
        .such_as("5s"),
    value("scale_down_after", DURATION)
        .means("Period whose largest need the service keeps when it scales down")
        .default("60s")
        .such_as("5m"),
    distribution("start")
        .means("Time from the start of a replica until it is ready")
        .assumes("10s")
        .such_as("30s"),
    CONCURRENCY.default("1"),
    QUEUE_TIMEOUT.default("500ms"),
    QUEUE_LIMIT,
    TIMEOUT.default("60s"),
    ROUTER_OVERHEAD.default("3ms"),
    VM_SIZE
        .default("Standard_D3_v2")
        .such_as("Standard_NC4as_T4_v3"),
    REGION,
    MACHINE_PRICE,
    ALWAYS_BILL,
    TAGS,
];

/// `autoscaler` of an AKS service.
pub const AUTOSCALER: &[Key] = &[
    count("min_nodes", "nodes", 1, NODES_AT_MOST)
        .means("Minimum number of nodes")
        .allows("not above `max_nodes`")
        .otherwise("3", ", for dev-test `1`")
        .such_as("3"),
    MAX_NODES,
    PROFILE,
    SCAN_INTERVAL,
    UNNEEDED_AFTER,
    DELAY_AFTER_ADD,
    MAX_EMPTY_BULK_DELETE,
    BOOT,
];

/// `[container_instance.NAME]`.
pub const CONTAINER_INSTANCE: &[Key] = &[
    value("vcpus", from_to(0.01, 64.0))
        .in_unit("vCPUs")
        .means("vCPUs that the container requests")
        .allows("above 4 a warning")
        .default("0.1")
        .such_as("2"),
    value("memory_gb", limited(Excluded(0.0), Excluded(48.0)))
        .in_unit("GB")
        .means("Memory that the container requests")
        .allows("above 16 a warning")
        .default("0.5")
        .such_as("4"),
    value("model_size_gb", limited(Excluded(0.0), Excluded(1.0)))
        .in_unit("GB")
        .means("Size of the model, which is only checked")
        .such_as("0.4"),
    CONCURRENCY,
    QUEUE_TIMEOUT,
    QUEUE_LIMIT,
    TIMEOUT.assumes("60s"),
    ROUTER_OVERHEAD,
    price("price_per_vcpu_hour", "USD")
        .means("Price of one vCPU per hour")
        .otherwise("", "required: no source states it")
        .such_as("0.0486"),
    price("price_per_gb_hour", "USD")
        .means("Price of one GB of memory per hour")
        .otherwise("", "required: no source states it")
        .such_as("0.0053"),
    ALWAYS_BILL,
    TAGS,
];

/// `[functions.NAME]`.
pub const FUNCTIONS: &[Key] = &[
    words("plan", &["consumption", "premium"])
        .means("Hosting plan of the function app")
        .assumes("consumption")
        .such_as("premium"),
    value("vcpus", from_to(0.1, 4.0))
        .in_unit("vCPUs")
        .means("vCPUs of an instance")
        .used_if("`plan = \"premium\"`")
        .assumes("1")
        .such_as("2"),
    value("memory_gb", from_to(0.125, 14.0))
        .in_unit("GB")
        .means("Memory of an instance; billed")
        .allows("consumption: at most 1.5; premium: at least 3.5")
        .otherwise_assumes("", "consumption: `1.5`; premium: `3.5`")
        .such_as("0.5"),
    count("max_instances", "instances", 1, 200)
        .means("Maximum number of instances")
        .allows("not above the default")
        .otherwise("", "consumption: `200`; premium: `100`")
        .such_as("20"),
    count("always_ready", "instances", 1, 100)
        .means("Number of instances that are always warm")
        .used_if("`plan = \"premium\"`")
        .default("1")
        .such_as("2"),
    value("new_instance_interval", DURATION)
        .means(
            "Minimum time between two new instances. `\"0s\"`: none; `\"30s\"` for \
             triggers other than HTTP",
        )
        .default("1s")
        .such_as("30s"),
    value("idle_expiry", DURATION)
        .means("Idle time after which an instance is removed")
        .assumes("20m")
        .such_as("10m"),
    distribution("start")
        .means("Time of a cold start")
        .assumes("2s")
        .such_as("5s"),
    CONCURRENCY,
    QUEUE_TIMEOUT,
    QUEUE_LIMIT,
    value(
        "timeout",
        Value::Duration {
            zero: false,
            never: true,
        },
    )
    .means("Maximum time of a request on its replica")
    .allows("consumption: at most `\"10m\"`, not `\"never\"`")
    .otherwise_assumes("", "consumption: `\"5m\"`; premium: `\"30m\"`")
    .such_as("30s"),
    ROUTER_OVERHEAD,
    value("price_per_gb_second", from_to(0.0, 1.0))
        .in_unit("USD")
        .means(
            "Price of one GB-second of executions. Memory is rounded up to 128 MB and \
             time to 1 ms, with a minimum of 100 ms",
        )
        .used_if("`plan = \"consumption\"`")
        .otherwise("", "required: no source states it")
        .such_as("0.000016"),
    price("price_per_million_executions", "USD")
        .means("Price of one million executions")
        .used_if("`plan = \"consumption\"`")
        .otherwise("", "required: no source states it")
        .such_as("0.20"),
    switch("free_grant")
        .means(
            "Set to `true` if 400,000 GB-seconds and 1 million executions per month are \
             free, pro rata for the measured time. A subscription has them once: one app \
             per variant",
        )
        .used_if("`plan = \"consumption\"`")
        .assumes("false"),
    price("price_per_vcpu_hour", "USD")
        .means("Price of one vCPU per hour")
        .used_if("`plan = \"premium\"`")
        .otherwise("", "required: no source states it")
        .such_as("0.173"),
    price("price_per_gb_hour", "USD")
        .means("Price of one GB of memory per hour")
        .used_if("`plan = \"premium\"`")
        .otherwise("", "required: no source states it")
        .such_as("0.0123"),
    ALWAYS_BILL,
    TAGS,
];

/// `[online_endpoint.NAME]`.
pub const ONLINE_ENDPOINT: &[Key] = &[
    count("min_instances", "instances", 1, 100_000)
        .means("Minimum number of instances")
        .allows("not above `max_instances`")
        .default("2")
        .such_as("1"),
    count("max_instances", "instances", 1, 100_000)
        .means("Maximum number of instances")
        .default("5")
        .such_as("8"),
    EVALUATION_INTERVAL.assumes("60s"),
    key("rules", Shape::Tables(RULE))
        .means("Rules that change the number of instances")
        .allows("an array of [tables](#rules); empty: no rules")
        .otherwise(
            "",
            "the documented sample: 2 more above 70 % CPU, 1 fewer below 30 %, 1 more \
             above 70 ms; each over 5 min with a cooldown of 1 h",
        )
        .such_as("[{ metric = \"cpu\", above = 0.6, change = 1 }]"),
    key("schedule_profile", Shape::Table(SCHEDULE_PROFILE))
        .means("Fixed number of instances during certain hours")
        .allows("[its keys](#schedule_profile)")
        .otherwise_assumes("", "none")
        .such_as("{ windows = [\"sat-sun\"], instances = 2 }"),
    distribution("start")
        .means("Time from the start of an instance until it is ready; billed")
        .assumes("{ uniform = { min = \"6m\", max = \"8m\" } }")
        .such_as("12m"),
    count("concurrency", "requests", 1, 10_000)
        .means("Maximum number of concurrent requests on an instance")
        .assumes("1")
        .such_as("2"),
    QUEUE_TIMEOUT.assumes("500ms"),
    QUEUE_LIMIT,
    TIMEOUT.default("90s"),
    ROUTER_OVERHEAD,
    VM_SIZE,
    REGION,
    VCPUS,
    APPROVED_SERVICE,
    SUPPORTED,
    MACHINE_PRICE,
    ALWAYS_BILL,
    TAGS,
];

/// What a rule compares with: a share, a latency or a rate.
const THRESHOLDS: &[Value] = &[from_to(0.0, 1.0), DURATION, Value::Rate];

/// A table of `rules` of an online endpoint.
pub const RULE: &[Key] = &[
    words("metric", &["cpu", "latency", "requests_per_instance"])
        .means(
            "Metric of the rule: share of busy places, mean latency, or requests per \
             second and instance",
        )
        .required()
        .such_as("cpu"),
    value("above", Value::Either(THRESHOLDS))
        .in_unit("number, duration or rate")
        .means("Threshold above which the rule applies")
        .allows("a fraction from 0 to 1; a duration; a rate")
        .otherwise("", "required, or `below`")
        .such_as("0.7"),
    value("below", Value::Either(THRESHOLDS))
        .in_unit("number, duration or rate")
        .means("Threshold below which the rule applies")
        .allows("as `above`")
        .not_beside(&["above"])
        .such_as("0.3"),
    value("window", POSITIVE)
        .means("Averaging window of the metric")
        .assumes("5m")
        .such_as("10m"),
    count("change", "instances", -100_000, 100_000)
        .means("Number of instances to add, or to remove if negative")
        .allows("not 0")
        .required()
        .such_as("2"),
    value("cooldown", DURATION)
        .means("Time after a change during which the rule does not act")
        .assumes("1h")
        .such_as("5m"),
];

/// `schedule_profile` of an online endpoint.
pub const SCHEDULE_PROFILE: &[Key] = &[
    value("windows", Value::OneOrMore(&Value::Week))
        .means("Weekly windows of the fixed number")
        .required()
        .such_as("[\"sat-sun\"]"),
    count("instances", "instances", 1, 100_000)
        .means("Number of instances")
        .required()
        .such_as("2"),
];
