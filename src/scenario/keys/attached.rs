//! The keys of attached targets.

use super::declaration::{Key, Kind, Shape, Value, count, key, kind, plain, price, value, words};
use super::shared::{
    ALLOCATION, ALWAYS_BILL, BILL_BOOT, BILLING_GRANULARITY, BILLING_MINIMUM, BILLING_PRESET, BOOT,
    CREATION, DELAY_AFTER_ADD, DOWN_AFTER, EVALUATION_INTERVAL, FAILURES, FIXED_CHARGES,
    MACHINE_PRICE, MAX_EMPTY_BULK_DELETE, MAX_NODES, MAX_RUN_DURATION, MIN_NODES, ON_STOP,
    OWN_PRICE, PROFILE, REGION, SCALING_OPERATION, SCAN_INTERVAL, SCHEDULE, SLOTS, START_NODES,
    TAGS, UNNEEDED_AFTER, UP_AFTER, VM_SIZE, distribution,
};
use super::values::{DURATION, NODES_AT_MOST, POSITIVE, from_to};

/// `[local.NAME]`.
pub const LOCAL: &[Key] = &[
    SLOTS,
    MAX_RUN_DURATION,
    OWN_PRICE
        .otherwise("0", ": the cloud charges nothing")
        .such_as("0.35"),
    ALWAYS_BILL,
    TAGS,
];

/// `[remote_vm.NAME]`.
pub const REMOTE_VM: &[Key] = &[
    SLOTS,
    distribution("boot")
        .means("Time a scheduled start takes; billed if `bill_boot` is `true`")
        .assumes("0s")
        .such_as("3m"),
    SCHEDULE.otherwise_assumes("", "always"),
    ON_STOP,
    words("stopped", &["deallocated", "allocated"])
        .means(
            "State after a scheduled stop: `\"deallocated\"` ends the bill of the \
             machine, `\"allocated\"` (shut down from inside) does not",
        )
        .needs(&["schedule"])
        .assumes("deallocated")
        .such_as("allocated"),
    MAX_RUN_DURATION,
    VM_SIZE,
    REGION,
    MACHINE_PRICE,
    BILLING_PRESET,
    BILLING_GRANULARITY,
    BILLING_MINIMUM,
    BILL_BOOT,
    key("fixed_charges", Shape::Table(FIXED_CHARGES))
        .means("Charges by the clock, also while the machine is stopped")
        .allows("as of an instance, without `load_balancer`")
        .otherwise_assumes("", "none")
        .such_as("fixed_charges.public_ip = \"list\""),
    ALWAYS_BILL,
    TAGS,
];

/// `[databricks.NAME]`.
pub const DATABRICKS: &[Key] = &[
    count("min_nodes", "nodes", 1, NODES_AT_MOST)
        .means(
            "Minimum number of workers, kept while the cluster is on; the driver is \
             additional",
        )
        .allows("not above `max_nodes`")
        .assumes("1")
        .such_as("1"),
    MAX_NODES,
    words("workload_type", &["jobs", "jobs_light", "all_purpose"])
        .means("Type of the workload, which decides prices and times")
        .assumes("jobs")
        .such_as("all_purpose"),
    words("plan", &["premium", "standard"])
        .means("Plan of its workspace")
        .assumes("premium")
        .such_as("standard"),
    words("mode", &["optimized", "standard"])
        .means(
            "Autoscaling algorithm: `\"optimized\"` scales up in two steps and down by \
             low use, `\"standard\"` adds 8 nodes, then twice as many",
        )
        .allows("`\"optimized\"` on the premium plan only")
        .otherwise("optimized", " on the premium plan, else `\"standard\"`")
        .such_as("standard"),
    EVALUATION_INTERVAL,
    value("down_after", POSITIVE)
        .means("Time of low use after which nodes are released")
        .otherwise(
            "",
            "optimized: `\"40s\"`, for all purposes `\"150s\"`; standard: `\"10m\"`",
        )
        .such_as("10m"),
    value(
        "stop_after_idle",
        Value::Duration {
            zero: true,
            never: true,
        },
    )
    .means("Time without work after which the cluster ends")
    .otherwise_assumes("0s", " for jobs, `\"120m\"` for all purposes")
    .such_as("30m"),
    CREATION,
    ALLOCATION,
    FAILURES,
    BOOT.assumes("{ uniform = { min = \"3m\", max = \"5m\" } }"),
    MAX_RUN_DURATION,
    VM_SIZE,
    REGION,
    price("price_per_hour", "USD per hour")
        .means("Price of one machine while it is billed, without DBUs")
        .otherwise(
            "",
            "the price book's for size and region; required without them",
        )
        .such_as("0.272"),
    value("dbu_per_node_hour", from_to(0.0, 1000.0))
        .in_unit("DBU")
        .means("DBUs that a node of this size uses per hour")
        .required()
        .such_as("0.75"),
    price("price_per_dbu", "USD")
        .means("Price of a DBU-hour")
        .otherwise(
            "",
            "the list price of type and plan, which is known of eastus",
        )
        .such_as("0.30"),
    BILLING_GRANULARITY,
    BILLING_MINIMUM.assumes("0s"),
    BILL_BOOT,
    ALWAYS_BILL,
    TAGS,
];

/// `[data_lake_analytics.NAME]`.
pub const DATA_LAKE_ANALYTICS: &[Key] = &[
    count("max_units", "units", 1, NODES_AT_MOST)
        .means("Maximum number of analytics units in use at the same time")
        .required()
        .such_as("20"),
    MAX_RUN_DURATION,
    price("price_per_unit_hour", "USD")
        .means("Price of one unit per hour")
        .otherwise("", "required: no source states it")
        .such_as("2"),
    BILLING_GRANULARITY,
    BILLING_MINIMUM.assumes("0s"),
    ALWAYS_BILL,
    TAGS,
];

/// `[hdinsight.NAME]`.
pub const HDINSIGHT: &[Key] = &[
    count("min_nodes", "nodes", 1, NODES_AT_MOST)
        .means(
            "Minimum number of workers, kept while the cluster is on; head nodes are \
             additional",
        )
        .allows("not above `max_nodes`")
        .assumes("1")
        .such_as("1"),
    MAX_NODES,
    count("head_nodes", "nodes", 0, 100)
        .means("Number of nodes that never take runs, with the size and price of the workers")
        .assumes("2")
        .such_as("2"),
    EVALUATION_INTERVAL.default("60s"),
    UP_AFTER,
    DOWN_AFTER,
    SCALING_OPERATION,
    MAX_RUN_DURATION,
    value("vm_size", Value::Text)
        .means("VM size of a machine")
        .allows("a size in the service's list, or any where the price is given")
        .such_as("Standard_D3_v2"),
    REGION,
    price("price_per_hour", "USD per hour")
        .means("Price of one node per hour, machine and service fee together")
        .otherwise(
            "",
            "the list price of the service, which is known of few sizes in westeurope \
             and eastus",
        )
        .such_as("0.295"),
    BILLING_GRANULARITY.default("1m"),
    BILLING_MINIMUM.assumes("0s"),
    BILL_BOOT,
    ALWAYS_BILL,
    TAGS,
];

/// `[batch_pool.NAME]`.
pub const BATCH_POOL: &[Key] = &[
    MIN_NODES.assumes("0"),
    count("max_nodes", "nodes", 1, NODES_AT_MOST)
        .means("Maximum number of nodes, dedicated and low-priority together")
        .otherwise("25", ", as in the documented formula")
        .such_as("10"),
    count("low_priority_nodes", "nodes", 0, NODES_AT_MOST)
        .means(
            "Maximum number of low-priority nodes among them. The formula asks for these \
             first. Low priority ended on Batch on 2025-09-30",
        )
        .allows("not above `max_nodes`")
        .assumes("0")
        .such_as("8"),
    key("formula", Shape::Kind(None, FORMULAS))
        .means("Formula that sets the target size of the pool")
        .allows("one of the [formulas](#formulas)")
        .default("{ pending_tasks = { start_nodes = 1 } }")
        .such_as("formula.fixed = { nodes = 4 }"),
    value("evaluation_interval", POSITIVE)
        .means("Time between two evaluations of the formula")
        .allows("from `\"5m\"` to `\"168h\"`")
        .default("15m")
        .such_as("5m"),
    value("sample_window", POSITIVE)
        .means("Period whose samples the formula uses")
        .default("3m")
        .such_as("3m"),
    value("sample_delay", DURATION)
        .means("Age that a sample must have before the formula can use it")
        .default("60s")
        .such_as("60s"),
    words(
        "deallocation",
        &["requeue", "terminate", "taskcompletion", "retaineddata"],
    )
    .means(
        "Treatment of runs whose nodes are released: start over (`\"requeue\"`), \
         fail (`\"terminate\"`), or finish before the nodes are released \
         (`\"taskcompletion\"`; `\"retaineddata\"` is the same here)",
    )
    .default("requeue")
    .such_as("taskcompletion"),
    ALLOCATION,
    FAILURES,
    BOOT.assumes("{ uniform = { min = \"3m\", max = \"8m\" } }"),
    key("eviction", Shape::Kind(None, POOL_EVICTIONS))
        .means("Model of evictions of low-priority nodes")
        .allows("`eviction.rate`, see [evictions](#evictions)")
        .used_if("`low_priority_nodes` is above 0")
        .otherwise_assumes("", "never")
        .such_as("eviction.rate = \"0.05/h\""),
    MAX_RUN_DURATION,
    VM_SIZE,
    REGION,
    price("price_per_hour", "USD per hour")
        .means("Price of a dedicated node")
        .otherwise(
            "",
            "the price book's for size and region; required without them",
        )
        .such_as("0.272"),
    price("low_priority_price_per_hour", "USD per hour")
        .means("Price of a low-priority node")
        .used_if("`low_priority_nodes` is above 0")
        .otherwise(
            "",
            "the price book's, which five European regions have; required without it \
             where there are such nodes",
        )
        .such_as("0.054"),
    BILLING_PRESET,
    BILLING_GRANULARITY,
    BILLING_MINIMUM,
    BILL_BOOT,
    ALWAYS_BILL,
    TAGS,
];

/// `[synapse_spark.NAME]`.
pub const SYNAPSE_SPARK: &[Key] = &[
    count("min_nodes", "nodes", 3, NODES_AT_MOST)
        .means("Minimum number of nodes, kept while the pool is on")
        .allows("not above `max_nodes`")
        .default("3")
        .such_as("3"),
    count("max_nodes", "nodes", 3, NODES_AT_MOST)
        .means("Maximum number of nodes")
        .required()
        .such_as("10"),
    EVALUATION_INTERVAL.default("30s"),
    UP_AFTER.default("1m").such_as("1m"),
    DOWN_AFTER.default("2m").such_as("2m"),
    SCALING_OPERATION
        .assumes("{ uniform = { min = \"1m\", max = \"5m\" } }")
        .such_as("3m"),
    value(
        "stop_after_idle",
        Value::Duration {
            zero: true,
            never: true,
        },
    )
    .means("Time without work after which the pool pauses")
    .assumes("15m")
    .such_as("never"),
    CREATION
        .assumes("{ uniform = { min = \"2m\", max = \"5m\" } }")
        .such_as("3m"),
    MAX_RUN_DURATION,
    count("vcores", "vCores", 4, 80)
        .means("vCores of a node")
        .otherwise("", "required without `price_per_hour`")
        .such_as("8"),
    REGION,
    price("price_per_vcore_hour", "USD")
        .means("Price of one vCore per hour")
        .otherwise("", "the list price, which is known of westeurope")
        .such_as("0.1546"),
    price("price_per_hour", "USD per hour")
        .means("Price of one node per hour")
        .otherwise("", "vCores times their price")
        .such_as("1.24"),
    BILLING_GRANULARITY.default("1m"),
    BILLING_MINIMUM.assumes("0s"),
    BILL_BOOT,
    ALWAYS_BILL,
    TAGS,
];

/// `[kubernetes.NAME]`.
pub const KUBERNETES: &[Key] = &[
    count("min_nodes", "nodes", 0, NODES_AT_MOST)
        .means("Minimum number of nodes, kept at all times; system nodes are additional")
        .allows("not above `max_nodes`")
        .assumes("0")
        .such_as("1"),
    MAX_NODES,
    count("system_nodes", "nodes", 0, 100)
        .means("Number of nodes that never take runs, with the same size and price")
        .assumes("1")
        .such_as("3"),
    PROFILE,
    SCAN_INTERVAL,
    UNNEEDED_AFTER,
    DELAY_AFTER_ADD,
    MAX_EMPTY_BULK_DELETE,
    ALLOCATION,
    FAILURES,
    BOOT,
    MAX_RUN_DURATION,
    VM_SIZE,
    REGION,
    MACHINE_PRICE,
    BILLING_PRESET,
    BILLING_GRANULARITY,
    BILLING_MINIMUM,
    BILL_BOOT,
    ALWAYS_BILL,
    TAGS,
];

/// `formula` of a Batch pool.
pub const FORMULAS: &[Kind] = &[
    kind(
        "pending_tasks",
        "Mean number of nodes that runs hold or wait for, over the samples of the \
         window",
        &[START_NODES],
    ),
    kind(
        "replace_preempted",
        "As `pending_tasks`, with dedicated nodes in place of lost low-priority nodes",
        &[START_NODES],
    ),
    kind(
        "fixed",
        "Constant number of nodes",
        &[count("nodes", "nodes", 0, NODES_AT_MOST)
            .means("Number of nodes")
            .allows("from `min_nodes` to `max_nodes`")
            .required()
            .such_as("4")],
    ),
];

/// `eviction` of a Batch pool.
pub const POOL_EVICTIONS: &[Kind] = &[plain(
    "rate",
    "Exponential life of each node: losses per node and time",
    Value::Rate,
)];
