//! Every key a scenario may have, declared once: the reader refuses all others, and the tables of the documentation and
//! the JSON Schema are written from here.

mod arrivals;
mod attached;
mod buying;
mod cells;
mod clusters;
mod declaration;
mod distributions;
mod goals;
mod precision;
mod search;
mod services;
mod shared;
mod top;
mod values;
mod workloads;

pub use arrivals::{ARRIVALS, PARENTS, REQUEST_ARRIVALS};
pub use attached::{
    BATCH_POOL, DATA_LAKE_ANALYTICS, DATABRICKS, FORMULAS, HDINSIGHT, KUBERNETES, LOCAL,
    POOL_EVICTIONS, REMOTE_VM, SYNAPSE_SPARK,
};
pub use buying::{QUOTA, RESERVATION, SAVINGS_PLAN};
pub use clusters::{CAPACITY, CLUSTER, ENVIRONMENT, EVICTIONS, INSTANCE, SCALING};
pub use declaration::{Default, Key, Kind, Shape, Value};
pub use distributions::DISTRIBUTIONS;
pub use goals::{EXPECT, GOAL, MINIMIZED, RUN_LIMITS, TARGET_LIMITS, WORKLOAD_LIMITS};
pub use precision::PRECISION;
pub use search::SEARCH;
pub use services::{
    AKS_SERVICE, AUTOSCALER, CONTAINER_INSTANCE, EDGE, FUNCTIONS, INSTANCE_SERVICE, LOCAL_SERVICE,
    ONLINE_ENDPOINT, RULE, SCHEDULE_PROFILE,
};
pub use shared::{ALLOCATION_FAILURE, FIXED_CHARGES};
pub use top::{SERVICES, TARGETS, TOP};
pub use workloads::{BATCH_INFERENCE, ESTIMATES, NODES, REQUESTS, TOKEN_COUNTS, TOKENS, WORKLOAD};

/// Keys of the top level that belong to the file, not to a variant.
pub const FILE_ONLY: &[&str] = &[
    "name",
    "description",
    "seed",
    "replications",
    "precision",
    "baseline",
    "currency",
    "exchange_rate",
    "goal",
    "expect",
    "variant",
    "sweep",
    "search",
    "uncertain",
];

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
            Shape::Value(_) | Shape::Tables(_) | Shape::Kind(..) | Shape::Texts | Shape::Free => {
                keys = &[];
            }
        }
    }
    found
}

/// The default of the key at a path where it is a value without further words, as a flag would write it.
pub(super) fn default_at<S: AsRef<str>>(path: &[S]) -> Option<&'static str> {
    let (mut keys, mut default) = (TOP, None);
    let mut path = path.iter();
    while let Some(name) = path.next() {
        let key = keys.iter().find(|key| key.name == name.as_ref())?;
        default = match key.default.parts() {
            (value, "") if !value.is_empty() => Some(value),
            _ => None,
        };
        keys = match key.shape {
            Shape::Named(inner) => {
                path.next()?;
                inner
            }
            Shape::Table(inner) => inner,
            Shape::Value(_) | Shape::Tables(_) | Shape::Kind(..) | Shape::Texts | Shape::Free => {
                &[]
            }
        };
    }
    default
}

/// Whether a path holds a kind, which variants replace whole.
pub(super) fn is_kind<S: AsRef<str>>(path: &[S]) -> bool {
    matches!(shape_at(path), Some(Shape::Kind(..)))
}

/// The tables of keys, each with the heading under which the documentation explains them.
pub fn sections() -> Vec<(String, &'static [Key])> {
    let mut sections = vec![("Top level".to_owned(), TOP)];
    for section in TOP {
        if let Shape::Named(keys) = section.shape {
            sections.push((format!("[{}.NAME]", section.name), keys));
        }
    }
    sections.push(("[goal]".to_owned(), GOAL));
    sections.push(("[[expect]]".to_owned(), EXPECT));
    for (key, keys) in [
        ("precision", PRECISION),
        ("search", SEARCH),
        ("capacity", CAPACITY),
        ("allocation_failure", ALLOCATION_FAILURE),
        ("fixed_charges", FIXED_CHARGES),
        ("batch_inference", BATCH_INFERENCE),
        ("autoscaler", AUTOSCALER),
        ("rules", RULE),
        ("schedule_profile", SCHEDULE_PROFILE),
        ("tokens", TOKENS),
    ] {
        sections.push((key.to_owned(), keys));
    }
    for (key, kinds) in [
        ("scaling", SCALING),
        ("eviction", EVICTIONS),
        ("formula", FORMULAS),
        ("arrivals", ARRIVALS),
        ("distribution", DISTRIBUTIONS),
        ("nodes", NODES),
        ("estimate", ESTIMATES),
        ("tokens", TOKEN_COUNTS),
    ] {
        for kind in kinds {
            sections.push((format!("{key}.{}", kind.name), kind.keys));
        }
    }
    let traces = REQUEST_ARRIVALS.iter().filter(|kind| kind.name == "trace");
    sections.extend(traces.map(|trace| ("arrivals.trace of requests".to_owned(), trace.keys)));
    sections
}
