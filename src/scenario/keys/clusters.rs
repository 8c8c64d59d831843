//! The keys of environments, compute clusters and compute instances.

use std::ops::Bound::{Excluded, Included};

use super::declaration::{
    Key, Kind, Shape, Value, count, key, kind, plain, price, switch, value, words,
};
use super::shared::{
    ALLOCATION, ALWAYS_BILL, APPROVED, BILL_BOOT, BILLING_GRANULARITY, BILLING_MINIMUM,
    BILLING_PRESET, BOOT, CHARGES_BY_CLOCK, FAILURES, FIXED_CHARGES, MAX_NODES, MAX_RUN_DURATION,
    MIN_NODES, ON_STOP, REGION, SCHEDULE, SUPPORTED, TAGS, VCPUS, VM_SIZE, distribution,
};
use super::values::{DURATION, NODES_AT_MOST, POSITIVE, limited};

/// `[environment.NAME]`.
pub const ENVIRONMENT: &[Key] = &[
    distribution("image_build")
        .means(
            "Time of the only build of the image. Runs of this environment wait for it \
             before they queue",
        )
        .assumes("0s")
        .such_as("8m"),
    distribution("image_pull")
        .means("Time a node takes to pull the image; billed")
        .assumes("0s")
        .such_as("90s"),
];

/// `[cluster.NAME]`.
pub const CLUSTER: &[Key] = &[
    MIN_NODES,
    MAX_NODES.default("4"),
    distribution("idle_before_scale_down")
        .means(
            "Idle time after which an unneeded node is released. A random time is drawn \
             each time a node becomes idle",
        )
        .not_beside(&["scaling"])
        .default("120s")
        .such_as("30m"),
    ALLOCATION,
    BOOT.assumes("{ log_normal = { median = \"4m30s\", p95 = \"11m\" } }")
        .such_as("boot.log_normal = { median = \"4m\", p95 = \"9m\" }"),
    distribution("leaving")
        .means("Time from release until the node is gone; not billed")
        .assumes("0s")
        .such_as("1m"),
    words(
        "idle_node_choice",
        &["most_recently_idle", "least_recently_idle"],
    )
    .means("Idle node that a run takes")
    .assumes("most_recently_idle")
    .such_as("least_recently_idle"),
    words("surplus_provisioning", &["keep", "cancel"])
        .means(
            "Treatment of nodes in provisioning that are no longer needed: `\"keep\"` \
             lets them start and become idle, `\"cancel\"` cancels the newest first",
        )
        .not_beside(&["scaling"])
        .assumes("keep")
        .such_as("cancel"),
    key("capacity", Shape::Named(CAPACITY))
        .means("Limits that hold within windows of the week, in a table for each name")
        .allows("[its keys](#capacity)")
        .otherwise("", "the same limits at all times")
        .such_as("capacity.morning = { windows = \"mon-fri 08:45-10:30\", min_nodes = 1 }"),
    count("spare_nodes", "nodes", 0, NODES_AT_MOST)
        .means(
            "Nodes wanted beyond those that runs need, while there is work and until one mean \
             `idle_before_scale_down` after",
        )
        .not_beside(&["scaling"])
        .assumes("0")
        .such_as("2"),
    key("scaling", Shape::Kind(None, SCALING))
        .means("Policy that decides on nodes in the place of the queue")
        .allows("one of the [policies](#scaling)")
        .otherwise("", "the queue decides")
        .such_as("scaling.utilization = { target = 0.7 }"),
    count("low_priority_nodes", "nodes", 0, NODES_AT_MOST)
        .means(
            "Maximum number of low-priority nodes among all nodes, which are requested before \
             dedicated ones",
        )
        .allows("not above `max_nodes`; only if `tier` is `\"dedicated\"`")
        .assumes("0")
        .such_as("3"),
    price("low_priority_price_per_hour", "USD per hour")
        .means("Price of a low-priority node")
        .used_if("`low_priority_nodes` is above 0")
        .otherwise(
            "",
            "the price book's; required without it where there are such nodes",
        )
        .such_as("0.612"),
    words("order", &["priority", "shortest"])
        .means(
            "Order of the queue within a priority: `\"priority\"` is the order of \
             joining, `\"shortest\"` puts the shortest estimate first",
        )
        .assumes("priority")
        .such_as("shortest"),
    words("backfill", &["none", "easy", "conservative", "first_fit"])
        .means(
            "Runs that may start before a head that does not fit: `\"none\"`; \
             `\"easy\"`, those that do not delay it by plan; `\"conservative\"`, those \
             that delay no run before them; `\"first_fit\"`, all that fit (large runs \
             may starve)",
        )
        .assumes("none")
        .such_as("easy"),
    words("backfill_order", &["queue", "shortest"])
        .means(
            "Order in which runs are considered for backfill: `\"queue\"` is the order \
             of the queue, `\"shortest\"` puts the shortest estimate first",
        )
        .needs(&["backfill"])
        .assumes("queue")
        .such_as("shortest"),
    FAILURES,
    MAX_RUN_DURATION,
    VM_SIZE.such_as("Standard_NC4as_T4_v3"),
    REGION,
    words(
        "tier",
        &["dedicated", "low_priority", "spot", "sustained_use"],
    )
    .means(
        "Purchase tier. Low-priority and spot nodes may be evicted and have separate \
         meters; `\"sustained_use\"` is Google's price of a machine that runs all \
         month",
    )
    .allows("not of every series")
    .default("dedicated")
    .such_as("spot"),
    APPROVED,
    SUPPORTED,
    VCPUS,
    price("price_per_hour", "USD per hour")
        .means("Price of one node while it is billed")
        .allows("0 has to be written; see [below](#prices)")
        .otherwise(
            "",
            "the price book's for size, region and tier; required without them",
        )
        .such_as("3.06"),
    value("price_factor", limited(Excluded(0.0), Included(1.0)))
        .means("Fraction of the pay-as-you-go price that is paid")
        .used_if("`tier` is `\"low_priority\"` or `\"spot\"`")
        .such_as("0.2"),
    key("eviction", Shape::Kind(None, EVICTIONS))
        .means("Model of evictions: how nodes are lost")
        .allows("one of the [eviction kinds](#evictions)")
        .used_if("`tier` is `\"low_priority\"` or `\"spot\"`, or `low_priority_nodes` is above 0")
        .otherwise_assumes("", "never")
        .such_as("eviction.rate = \"0.05/h\""),
    BILLING_PRESET,
    value("billing_granularity", DURATION)
        .means("Step in which each lease is billed")
        .allows("`\"0s\"` bills to the microsecond")
        .assumes("1s")
        .such_as("1m"),
    BILLING_MINIMUM,
    BILL_BOOT,
    key("fixed_charges", Shape::Table(FIXED_CHARGES))
        .means("Charges by the clock")
        .allows("[its keys](#fixed_charges)")
        .otherwise_assumes("", "none")
        .such_as("fixed_charges.disk = \"19.71 USD/month\""),
    value("disk_per_node", Value::Charge)
        .means("Disk of each node, charged pro rata while the node is leased")
        .allows("0 or more, `\"list\"`, or the name of a disk such as `\"P10 LRS\"`")
        .such_as("P10 LRS"),
    switch("load_balancer_at_zero")
        .means("Set to `true` if a cluster without nodes still pays for one load balancer")
        .allows("needs a charge for load balancers")
        .assumes("false"),
    ALWAYS_BILL,
    TAGS,
];

/// `[instance.NAME]`.
pub const INSTANCE: &[Key] = &[
    count("slots", "runs", 1, 1000)
        .means(
            "Maximum number of concurrent runs. The model assumes that they do not slow \
             each other down",
        )
        .assumes("1")
        .such_as("2"),
    count("count", "instances", 1, 200)
        .means(
            "Number of equal instances, `NAME-1` and so on. Each has a workload of its own, \
             `WORKLOAD-1` and so on, in the place of each workload whose `target` it is",
        )
        .default("1")
        .such_as("12"),
    distribution("boot")
        .means("Time from start to ready; billed if `bill_boot` is `true`")
        .assumes("0s")
        .such_as("3m"),
    SCHEDULE,
    ON_STOP,
    value("idle_shutdown", POSITIVE)
        .means("Time without any assigned or queued run after which the instance stops")
        .otherwise_assumes("", "none")
        .such_as("30m"),
    switch("start_on_submission")
        .means(
            "Set to `false` if a submission does not start a stopped instance (within \
             its schedule, if any)",
        )
        .assumes("true")
        .such_as("false"),
    MAX_RUN_DURATION,
    VM_SIZE.such_as("Standard_NC4as_T4_v3"),
    REGION,
    words("tier", &["dedicated", "sustained_use"])
        .means(
            "Purchase tier: an instance is always dedicated; `\"sustained_use\"` is \
             Google's price of a machine that runs all month",
        )
        .default("dedicated")
        .such_as("dedicated"),
    APPROVED,
    SUPPORTED,
    VCPUS,
    price("price_per_hour", "USD per hour")
        .means("Price of the machine while it is on")
        .allows("0 has to be written; see [below](#prices)")
        .otherwise(
            "",
            "the price book's for size and region; required without them",
        )
        .such_as("3.06"),
    BILLING_PRESET,
    BILLING_GRANULARITY.such_as("1h"),
    BILLING_MINIMUM,
    BILL_BOOT,
    CHARGES_BY_CLOCK,
    ALWAYS_BILL,
    TAGS,
];

/// `capacity.NAME` of a cluster.
pub const CAPACITY: &[Key] = &[
    value("windows", Value::OneOrMore(&Value::Week))
        .means("Windows of the week within which the other keys hold")
        .required()
        .such_as("[\"mon-fri 08:45-10:30\"]"),
    count("min_nodes", "nodes", 0, NODES_AT_MOST)
        .means("Minimum number of nodes within the windows")
        .allows("not above `max_nodes` there")
        .otherwise("", "that of the cluster")
        .such_as("1"),
    count("max_nodes", "nodes", 1, NODES_AT_MOST)
        .means("Maximum number of nodes within the windows")
        .otherwise("", "that of the cluster")
        .such_as("8"),
    distribution("idle_before_scale_down")
        .means("Idle time of nodes that become idle within the windows")
        .otherwise("", "that of the cluster")
        .such_as("30m"),
];

/// `scaling` of a cluster.
pub const SCALING: &[Kind] = &[kind(
    "utilization",
    "As many nodes as keep a share of them busy",
    &[
        value("target", limited(Excluded(0.0), Included(1.0)))
            .means("Fraction of the nodes that is to be busy")
            .assumes("0.7")
            .such_as("0.8"),
        value("refresh", POSITIVE)
            .means("Time between two evaluations")
            .assumes("1m")
            .such_as("30s"),
        value("scale_down_after", DURATION)
            .means("Time whose largest need counts before nodes are released")
            .assumes("10m")
            .such_as("5m"),
        value("counts_waiting", Value::Boolean)
            .means("Set to `false` if nodes that queued runs ask for do not count as busy")
            .assumes("true")
            .such_as("false"),
        switch("averages")
            .means("Set to `true` if the load is its mean since the last evaluation")
            .assumes("false"),
    ],
)];

/// `eviction` of a cluster.
pub const EVICTIONS: &[Kind] = &[
    plain(
        "rate",
        "Exponential life of each node: losses per node and time",
        Value::Rate,
    ),
    plain(
        "by_hour",
        "Loss rate for each hour of the local day: 24 rates",
        Value::List(&Value::Rate),
    ),
    kind(
        "replay",
        "Losses as in a log of another pool of nodes",
        &[value("file", Value::Path)
            .means("Log file")
            .required()
            .such_as("p3-trace.csv")],
    ),
];
