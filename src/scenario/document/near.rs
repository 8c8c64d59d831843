//! What an unknown key was probably meant to be: a synonym, a near miss, or a key of another table.

use crate::goal::Figure;
use crate::nearest::{likeness, nearest};
use crate::scenario::keys::{TOP, names, sections};

/// Names listed at most.
const LISTED: usize = 100;
/// From here on a name is surely a slip of the pen.
const SURE: f64 = 0.75;
/// From here on it is worth a question.
const LIKELY: f64 = 0.6;

/// What people write who know other tools, and the keys that say it, of which the first that is allowed is meant.
const SYNONYMS: &[(&[&str], &[&str])] = &[
    (
        &[
            "initial",
            "initial_nodes",
            "initial_node_count",
            "min",
            "minimum",
            "min_node_count",
            "min_instances",
            "warm_nodes",
            "desired",
        ],
        &["min_nodes", "min_replicas", "min_units", "always_ready"],
    ),
    (
        &[
            "max",
            "maximum",
            "limit",
            "max_node_count",
            "max_size",
            "capacity",
            "size_limit",
        ],
        &[
            "max_nodes",
            "max_units",
            "max_replicas",
            "max_instances",
            "vcpus",
        ],
    ),
    (
        &[
            "idle_timeout",
            "idle",
            "idle_time",
            "idle_seconds_before_scaledown",
            "idle_time_before_scale_down",
            "node_idle_time_before_scale_down",
            "scale_down_after",
            "scaledown",
            "cooldown",
            "timeout",
        ],
        &[
            "idle_before_scale_down",
            "idle_shutdown",
            "stop_after_idle",
            "unneeded_after",
            "down_after",
            "max_duration",
        ],
    ),
    (
        &[
            "size",
            "vm",
            "sku",
            "instance_type",
            "machine_type",
            "node_type",
            "machine",
            "vm_type",
        ],
        &["vm_size", "nodes"],
    ),
    (
        &[
            "price",
            "cost",
            "cost_per_hour",
            "hourly_price",
            "hourly_rate",
            "usd_per_hour",
            "price_usd_per_hour",
        ],
        &[
            "price_per_hour",
            "price_per_unit_hour",
            "price_per_vcore_hour",
        ],
    ),
    (
        &[
            "spot",
            "low_priority",
            "preemptible",
            "dedicated",
            "vm_priority",
        ],
        &["tier"],
    ),
    (
        &[
            "node_setup",
            "start_up",
            "node_setup_time",
            "boot_time",
            "provisioning",
            "provisioning_time",
            "spin_up",
            "cold_start",
        ],
        &["boot", "creation", "allocation", "cold_service_time"],
    ),
    (&["location"], &["region"]),
    (&["zone", "timezone", "tz"], &["time_zone"]),
    (
        &["runs", "repetitions", "iterations", "trials", "samples"],
        &["replications"],
    ),
    (
        &[
            "length",
            "days",
            "end_time",
            "until",
            "simulation_time",
            "time_horizon",
        ],
        &["horizon", "duration"],
    ),
    (&["random_seed"], &["seed"]),
    (&["begin", "start_time", "from"], &["start"]),
    (
        &[
            "cluster",
            "compute",
            "instance",
            "pool",
            "queue",
            "partition",
            "service",
            "endpoint",
        ],
        &["target"],
    ),
    (
        &[
            "rate",
            "arrival_rate",
            "arrival",
            "poisson",
            "trace",
            "batch",
            "bursts",
            "schedule",
        ],
        &["arrivals"],
    ),
    (
        &[
            "runtime",
            "run_time",
            "length",
            "execution_time",
            "processing_time",
            "job_length",
            "elapsed",
        ],
        &["duration", "service_time"],
    ),
    (
        &[
            "num_nodes",
            "node_count",
            "instance_count",
            "instances",
            "nnodes",
            "workers",
            "processors",
            "cpus",
        ],
        &["nodes", "slots", "max_nodes"],
    ),
    (
        &["max_runtime", "walltime", "time_limit", "max_run_time"],
        &["max_duration", "max_run_duration"],
    ),
    (&["image", "docker", "container"], &["environment"]),
    (
        &["evictions", "preemption", "preemptions", "eviction_rate"],
        &["eviction", "on_interruption"],
    ),
    (
        &["retries", "on_eviction", "on_loss", "on_preemption"],
        &["on_interruption"],
    ),
    (&["path", "csv", "filename"], &["file"]),
    (
        &["submit", "submit_time", "timestamp", "time", "arrival_time"],
        &["submitted"],
    ),
    (&["median_duration", "p50"], &["median"]),
    (&["average", "avg"], &["mean"]),
    (&["sd", "std", "stddev"], &["cv"]),
    (&["number", "count"], &["runs", "nodes", "slots"]),
    (&["gpu_count", "num_gpus", "ngpus"], &["gpus"]),
    (
        &["wait", "mean_wait", "average_wait", "avg_wait"],
        &["wait_mean"],
    ),
    (&["p95", "p95_wait", "wait_95", "wait95"], &["wait_p95"]),
    (&["p99", "p99_wait", "wait_99", "wait99"], &["wait_p99"]),
    (&["p50_wait", "median_wait", "wait_median"], &["wait_p50"]),
    (&["max_wait", "longest_wait"], &["wait_max"]),
    (&["p95_latency", "latency"], &["latency_p95"]),
    (
        &["monthly_cost", "cost_month", "per_month"],
        &["cost_per_month"],
    ),
    (&["slo", "slo_share"], &["within_slo"]),
    (&["errors", "rejections", "rejection_rate"], &["rejected"]),
];

/// Whether a key of a table is one of the top level, where it belongs.
pub(super) fn is_top_key(key: &str, allowed: &[&str]) -> bool {
    names(TOP).contains(&key) && !allowed.contains(&key)
}

/// The allowed key that was probably meant, and what is said of an unknown one.
pub(super) fn unknown_key<'a>(
    key: &str,
    allowed: &[&'a str],
    is_top: bool,
) -> (Option<&'a str>, String) {
    const WHAT: &str = "allowed here";
    let written = key.to_lowercase().replace('-', "_");
    let near = nearest(&written, allowed.iter().copied(), 1)
        .first()
        .copied();
    let near = near.map(|near| (near, likeness(&written, near)));
    let likely = |least: f64| {
        near.filter(|(_, score)| *score >= least)
            .map(|(near, _)| near)
    };
    let meant = of_column(&written, allowed)
        .or_else(|| likely(SURE))
        .or_else(|| synonym(&written, allowed));
    let elsewhere = match meant {
        Some(_) => None,
        None => elsewhere(&written, is_top, allowed),
    };
    match (
        meant.or_else(|| likely(LIKELY).filter(|_| elsewhere.is_none())),
        elsewhere,
    ) {
        (Some(meant), _) => (Some(meant), near_or_all(Some(meant), allowed, WHAT)),
        (None, Some(elsewhere)) => {
            let all = near_or_all(None, allowed, WHAT);
            (None, format!("{elsewhere}; {all}"))
        }
        (None, None) => (None, near_or_all(None, allowed, WHAT)),
    }
}

/// The limit on the figure of a column of the results.
fn of_column<'a>(written: &str, allowed: &[&'a str]) -> Option<&'a str> {
    find(Figure::of_column(written)?.name(), allowed)
}

fn synonym<'a>(written: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let known = SYNONYMS
        .iter()
        .filter(|(words, _)| words.contains(&written));
    let mut keys = known.flat_map(|(_, keys)| keys.iter());
    keys.find_map(|key| find(key, allowed))
}

fn find<'a>(key: &str, allowed: &[&'a str]) -> Option<&'a str> {
    allowed.iter().copied().find(|allowed| *allowed == key)
}

/// Where a key belongs that does not belong here.
fn elsewhere(written: &str, is_top: bool, allowed: &[&str]) -> Option<String> {
    if allowed.contains(&"minimize")
        && (names(TOP).contains(&written) || written == "user" || written == "group")
    {
        return Some(
            "a goal is about all targets together, or about one of them, as `target.NAME.wait_p95`; figures by workload, user and \
             group are in `workloads.csv` and `groups.csv`"
                .to_owned(),
        );
    }
    if !is_top && names(TOP).contains(&written) {
        return Some(format!(
            "`{written}` belongs to the top level: write it above the first line in brackets, as what follows such a line \
             belongs to its table"
        ));
    }
    let tables: Vec<String> = sections()
        .into_iter()
        .filter(|(heading, keys)| heading != "Top level" && names(keys).contains(&written))
        .map(|(heading, _)| heading)
        .collect();
    let more = if tables.len() > 3 { " and others" } else { "" };
    (!tables.is_empty()).then(|| {
        let shown = list(&tables[..tables.len().min(3)]);
        format!("`{written}` is a key of {shown}{more}")
    })
}

/// Names in backticks, separated by commas.
pub(in crate::scenario) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    names.join(", ")
}

/// Keys listed for a table that is none.
const FEW: usize = 8;

/// The first of some keys.
pub(super) fn few(keys: &[&str]) -> String {
    match keys.len() {
        0..=FEW => list(keys),
        _ => format!("{} and others", list(&keys[..FEW])),
    }
}

/// "did you mean", and all there is.
pub(in crate::scenario) fn suggestion<S: AsRef<str>>(
    wanted: &str,
    names: &[S],
    what: &str,
) -> String {
    let all = names.iter().map(AsRef::as_ref);
    near_or_all(nearest(wanted, all, 1).first().copied(), names, what)
}

fn near_or_all<S: AsRef<str>>(near: Option<&str>, names: &[S], what: &str) -> String {
    if names.is_empty() {
        return format!("nothing is {what}");
    }
    let shown = &names[..names.len().min(LISTED)];
    let more = match names.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    let all = format!("{}{more}", list(shown));
    match near {
        Some(near) => format!("did you mean `{near}`? {what}: {all}"),
        None => format!("{what}: {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::keys::{CLUSTER, GOAL, INSTANCE, WORKLOAD};

    #[test]
    fn unknown_keys_are_what_people_mean_by_them() {
        let top: Vec<&str> = names(TOP);
        for (key, allowed, meant) in [
            ("initial", names(CLUSTER), Some("min_nodes")),
            ("initial_nodes", names(CLUSTER), Some("min_nodes")),
            ("min", names(CLUSTER), Some("min_nodes")),
            ("max", names(CLUSTER), Some("max_nodes")),
            ("Max-Nodes", names(CLUSTER), Some("max_nodes")),
            (
                "idle_timeout",
                names(CLUSTER),
                Some("idle_before_scale_down"),
            ),
            ("idle_timeout", names(INSTANCE), Some("idle_shutdown")),
            ("bot", names(CLUSTER), Some("boot")),
            ("spot", names(CLUSTER), Some("tier")),
            ("num_nodes", names(WORKLOAD), Some("nodes")),
            ("cluster", names(WORKLOAD), Some("target")),
            ("rate", names(WORKLOAD), Some("arrivals")),
            ("tz", top, Some("time_zone")),
            ("xyzzy", names(CLUSTER), None),
            ("within_slo_share", names(GOAL), Some("within_slo")),
            ("rejected_share", names(GOAL), Some("rejected")),
            ("cost_workspace_usd", names(GOAL), Some("cost")),
            ("p95_wait", names(GOAL), Some("wait_p95")),
            ("cost_per_month_usd", names(GOAL), Some("cost_per_month")),
        ] {
            assert_eq!(unknown_key(key, &allowed, false).0, meant, "{key}");
        }
        let said = |key, allowed: &[&str]| unknown_key(key, allowed, false).1;
        assert!(said("gpus", &names(CLUSTER)).starts_with("`gpus` is a key of `[workload.NAME]`"));
        assert!(said("horizon", &names(CLUSTER)).starts_with("`horizon` belongs to the top level"));
        assert!(
            said("max_nodes", &names(INSTANCE))
                .starts_with("`max_nodes` is a key of `[cluster.NAME]`")
        );
    }
}
