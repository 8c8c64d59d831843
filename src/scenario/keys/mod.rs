//! Every key a scenario may have: the reader refuses all others, and the documentation is tested against this list.
//! What the keys mean is in the readers.

mod arrivals;
mod targets;

pub use arrivals::{ARRIVALS, PARENTS, REQUEST_ARRIVALS};
pub use targets::{
    AKS_SERVICE, AUTOSCALER, BATCH_INFERENCE, BATCH_POOL, CONTAINER_INSTANCE, DATA_LAKE_ANALYTICS,
    DATABRICKS, EDGE, FORMULAS, FUNCTIONS, HDINSIGHT, INSTANCE_SERVICE, KUBERNETES, LOCAL,
    LOCAL_SERVICE, ONLINE_ENDPOINT, POOL_EVICTIONS, REMOTE_VM, REQUESTS, RULE, SCHEDULE_PROFILE,
    SERVICES, SYNAPSE_SPARK, TARGETS, TOKEN_COUNTS, TOKENS,
};

/// A key and what stands under it.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What stands under it.
    pub shape: Shape,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A single value, or an array of them.
    Value,
    /// Tables keyed by name, each with these keys.
    Named(&'static [Key]),
    /// A table with these keys, which variants merge key by key.
    Table(&'static [Key]),
    /// One of these kinds, which variants replace whole.
    Kind(&'static [Kind]),
    /// A table of its own rules: variants, the sweep, speeds.
    Free,
}

/// One of the kinds a key may have, such as `poisson` of `arrivals`.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// As written.
    pub name: &'static str,
    /// Its keys; empty for a kind that is a single value.
    pub keys: &'static [&'static str],
}

const fn value(name: &'static str) -> Key {
    Key {
        name,
        shape: Shape::Value,
    }
}

const fn distribution(name: &'static str) -> Key {
    Key {
        name,
        shape: Shape::Kind(DISTRIBUTIONS),
    }
}

const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape }
}

const fn kind(name: &'static str, keys: &'static [&'static str]) -> Kind {
    Kind { name, keys }
}

/// The top level.
pub const TOP: &[Key] = &[
    value("name"),
    value("description"),
    value("seed"),
    value("replications"),
    value("start"),
    value("time_zone"),
    value("horizon"),
    value("warmup"),
    value("end"),
    value("baseline"),
    value("currency"),
    value("exchange_rate"),
    value("cloud"),
    value("region"),
    value("allow_retired"),
    value("catalog"),
    value("catalog_mode"),
    value("price_book"),
    value("price_book_mode"),
    key("environment", Shape::Named(ENVIRONMENT)),
    TARGETS[0],
    TARGETS[1],
    TARGETS[2],
    TARGETS[3],
    TARGETS[4],
    TARGETS[5],
    TARGETS[6],
    TARGETS[7],
    TARGETS[8],
    TARGETS[9],
    SERVICES[0],
    SERVICES[1],
    SERVICES[2],
    SERVICES[3],
    SERVICES[4],
    SERVICES[5],
    SERVICES[6],
    SERVICES[7],
    key("workload", Shape::Named(WORKLOAD)),
    key("requests", Shape::Named(REQUESTS)),
    key("quota", Shape::Named(QUOTA)),
    key("reservation", Shape::Named(RESERVATION)),
    key("savings_plan", Shape::Named(SAVINGS_PLAN)),
    key("variant", Shape::Free),
    key("sweep", Shape::Free),
];

/// Keys of the top level that belong to the file, not to a variant.
pub const FILE_ONLY: &[&str] = &[
    "name",
    "description",
    "seed",
    "replications",
    "baseline",
    "currency",
    "exchange_rate",
    "variant",
    "sweep",
];

/// `[environment.NAME]`.
pub const ENVIRONMENT: &[Key] = &[distribution("image_build"), distribution("image_pull")];

/// `[cluster.NAME]`.
pub const CLUSTER: &[Key] = &[
    value("min_nodes"),
    value("max_nodes"),
    distribution("idle_before_scale_down"),
    distribution("allocation"),
    distribution("boot"),
    distribution("leaving"),
    value("idle_node_choice"),
    value("surplus_provisioning"),
    value("order"),
    value("backfill"),
    value("backfill_order"),
    key("allocation_failure", Shape::Table(ALLOCATION_FAILURE)),
    value("max_run_duration"),
    value("vm_size"),
    value("region"),
    value("tier"),
    value("approved"),
    value("supported"),
    value("vcpus"),
    value("price_per_hour"),
    value("price_factor"),
    key("eviction", Shape::Kind(EVICTIONS)),
    value("billing_preset"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    key("fixed_charges", Shape::Table(FIXED_CHARGES)),
    value("disk_per_node"),
    value("load_balancer_at_zero"),
    value("always_bill"),
];

/// `[instance.NAME]`.
pub const INSTANCE: &[Key] = &[
    value("slots"),
    distribution("boot"),
    value("schedule"),
    value("on_stop"),
    value("idle_shutdown"),
    value("start_on_submission"),
    value("max_run_duration"),
    value("vm_size"),
    value("region"),
    value("tier"),
    value("approved"),
    value("supported"),
    value("vcpus"),
    value("price_per_hour"),
    value("billing_preset"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    key("fixed_charges", Shape::Table(FIXED_CHARGES)),
    value("always_bill"),
];

/// `fixed_charges` of a target.
pub const FIXED_CHARGES: &[Key] = &[value("disk"), value("public_ip"), value("load_balancer")];

/// `allocation_failure` of a cluster.
pub const ALLOCATION_FAILURE: &[Key] = &[
    value("probability"),
    value("windows"),
    value("retry_after"),
    value("backoff"),
    value("retry_at_most"),
];

/// `eviction` of a cluster.
pub const EVICTIONS: &[Kind] = &[
    kind("rate", &[]),
    kind("by_hour", &[]),
    kind("replay", &["file"]),
];

/// `[quota.NAME]`.
pub const QUOTA: &[Key] = &[
    value("vcpus"),
    value("gpus"),
    value("nodes"),
    value("family"),
    value("total"),
    value("targets"),
    value("region"),
];

/// `[reservation.NAME]`.
pub const RESERVATION: &[Key] = &[
    value("vm_size"),
    value("region"),
    value("nodes"),
    value("vcpus"),
    value("term"),
    value("price_per_hour"),
];

/// `[savings_plan.NAME]`.
pub const SAVINGS_PLAN: &[Key] = &[
    value("commitment"),
    value("region"),
    value("term"),
    value("price_factor"),
];

/// `[workload.NAME]`.
pub const WORKLOAD: &[Key] = &[
    value("enabled"),
    value("target"),
    value("targets"),
    value("routing"),
    value("kind"),
    value("background"),
    key("arrivals", Shape::Kind(ARRIVALS)),
    value("load_factor"),
    distribution("duration"),
    key("speed", Shape::Free),
    key("batch_inference", Shape::Table(BATCH_INFERENCE)),
    key("nodes", Shape::Kind(NODES)),
    value("priority"),
    key("estimate", Shape::Kind(ESTIMATES)),
    value("environment"),
    value("max_duration"),
    distribution("setup"),
    distribution("finalize"),
    value("on_interruption"),
    value("checkpoint_interval"),
    value("checkpoint_cost"),
    value("restart"),
    value("gpu"),
    value("gpus"),
    value("gpu_architecture"),
    value("cuda"),
    value("framework"),
    value("isolated"),
    value("rdma"),
];

/// Any length of time that may be random.
pub const DISTRIBUTIONS: &[Kind] = &[
    kind("constant", &[]),
    kind("uniform", &["min", "max"]),
    kind("exponential", &["mean"]),
    kind("log_normal", &["median", "p95", "mean", "cv"]),
    kind("weibull", &["shape", "scale"]),
    kind("gamma", &["shape", "scale"]),
    kind("pareto", &["scale", "shape"]),
    kind("triangular", &["min", "mode", "max"]),
    kind(
        "empirical",
        &["values", "weights", "file", "column", "unit"],
    ),
];

/// `nodes` of a workload, unless it is a number.
pub const NODES: &[Kind] = &[kind("choice", &["values", "weights"])];

/// `estimate` of a workload.
pub const ESTIMATES: &[Kind] = &[kind("factor", &[]), kind("value", &[])];

/// The names of keys.
pub(super) fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// What stands at a path such as `workload.train.arrivals`; `None` for a path that no scenario has, and inside kinds.
pub(super) fn shape_at<S: AsRef<str>>(path: &[S]) -> Option<Shape> {
    let mut keys = TOP;
    let mut found = None;
    let mut path = path.iter();
    while let Some(name) = path.next() {
        let shape = keys.iter().find(|key| key.name == name.as_ref())?.shape;
        found = Some(shape);
        match shape {
            Shape::Named(inner) => {
                keys = inner;
                if path.next().is_none() {
                    return found;
                }
                found = Some(Shape::Table(inner));
            }
            Shape::Table(inner) => keys = inner,
            Shape::Value | Shape::Kind(_) | Shape::Free => keys = &[],
        }
    }
    found
}

/// Whether a path holds a kind, which variants replace whole.
pub(super) fn is_kind<S: AsRef<str>>(path: &[S]) -> bool {
    matches!(shape_at(path), Some(Shape::Kind(_)))
}

/// The tables of keys, each with the heading under which the documentation explains them.
pub fn sections() -> Vec<(String, Vec<&'static str>)> {
    let mut sections = vec![("Top level".to_owned(), names(TOP))];
    for section in TOP {
        if let Shape::Named(keys) = section.shape {
            sections.push((format!("[{}.NAME]", section.name), names(keys)));
        }
    }
    for (key, keys) in [
        ("allocation_failure", ALLOCATION_FAILURE),
        ("fixed_charges", FIXED_CHARGES),
        ("batch_inference", BATCH_INFERENCE),
        ("autoscaler", AUTOSCALER),
        ("rules", RULE),
        ("schedule_profile", SCHEDULE_PROFILE),
        ("tokens", TOKENS),
    ] {
        sections.push((key.to_owned(), names(keys)));
    }
    for (key, kinds) in [
        ("eviction", EVICTIONS),
        ("formula", FORMULAS),
        ("arrivals", ARRIVALS),
        ("distribution", DISTRIBUTIONS),
        ("nodes", NODES),
        ("estimate", ESTIMATES),
        ("tokens", TOKEN_COUNTS),
    ] {
        for kind in kinds {
            sections.push((format!("{key}.{}", kind.name), kind.keys.to_vec()));
        }
    }
    let traces = REQUEST_ARRIVALS.iter().filter(|kind| kind.name == "trace");
    sections.extend(traces.map(|trace| {
        let heading = "arrivals.trace of requests".to_owned();
        (heading, trace.keys.to_vec())
    }));
    sections
}
