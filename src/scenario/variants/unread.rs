//! Keys that mean something only beside others: what nodes of a tier can lose, and what becomes of runs then. A variant
//! that does not ask for them passes over them; one that no variant reads is refused.

use super::planned::Planned;
use super::usage::{tables, targets_of, text};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Sink;
use crate::scenario::document::tree::{Entry, Origin, Table, Value, dotted, quoted};
use crate::scenario::keys::{SERVICES, TARGETS};

/// Keys that others depend on to be read.
const DECIDING: [&str; 8] = [
    "tier",
    "eviction",
    "target",
    "targets",
    "on_interruption",
    "low_priority_nodes",
    "stop_after_idle",
    "plan",
];

/// Whether a key decides whether others are read.
pub(super) fn decides(path: &[String]) -> bool {
    path.get(2)
        .is_some_and(|key| DECIDING.contains(&key.as_str()))
}

/// Whether a variant reads a key, as far as other keys of its tables decide that.
pub(super) fn is_read(root: &Table, path: &[String]) -> bool {
    let [section, name, _, ..] = path else {
        return true;
    };
    let Some(entry) = root.at(&[section, name]) else {
        return true;
    };
    let mut is_read = true;
    let mut note = |written: Written| {
        if written.path == dotted(&path[..3]) {
            is_read = written.is_read;
        }
    };
    match section.as_str() {
        "workload" => of_workload(root, entry, &mut note),
        "requests" => of_requests(root, entry, &mut note),
        section => of_target(section, entry, &mut note),
    }
    is_read
}

/// A value that is written somewhere, and whether a variant reads it.
struct Written {
    path: String,
    origin: Origin,
    is_read: bool,
    /// Whether one other key alone is in the way.
    is_near: bool,
    complaint: Complaint,
}

/// Refuses such values that no variant reads.
pub(in crate::scenario) fn refuse_unread(sink: &Sink, variants: &[Planned]) {
    let mut all: Vec<Written> = Vec::new();
    for root in variants.iter().filter_map(|v| v.root.as_table()) {
        let mut note = |written: Written| {
            let same =
                |known: &&mut Written| known.origin == written.origin && known.path == written.path;
            match all.iter_mut().find(same) {
                Some(known) => {
                    known.is_read |= written.is_read;
                    // What is in the way of the variant that comes nearest to reading it says what to do.
                    if written.is_near && !known.is_near {
                        (known.is_near, known.complaint) = (true, written.complaint);
                    }
                }
                None => all.push(written),
            }
        };
        for section in TARGETS.iter().chain(SERVICES) {
            for target in tables(root, section.name) {
                of_target(section.name, target, &mut note);
            }
        }
        for workload in tables(root, "workload") {
            of_workload(root, workload, &mut note);
        }
        for requests in tables(root, "requests") {
            of_requests(root, requests, &mut note);
        }
    }
    // The base's value may be replaced wherever it would be read.
    let is_replaced = |written: &Written| {
        let read = |other: &Written| other.path == written.path && other.is_read;
        written.origin.precedence() == 0 && all.iter().any(read)
    };
    for written in &all {
        if !written.is_read && !is_replaced(written) {
            sink.report(&written.origin, &written.path, written.complaint.clone());
        }
    }
}

/// Whether the nodes of a cluster may be evicted by its tier. What is no known tier has a problem of its own.
pub(super) fn may_be_evicted(cluster: &Entry) -> bool {
    let tier = cluster.node.as_table().and_then(|table| table.get("tier"));
    tier.is_some() && !matches!(text(cluster, "tier"), Some("dedicated" | "sustained_use"))
}

/// Keys of a target that wait for another, with the words on those that are not read.
fn of_target(section: &str, target: &Entry, note: &mut impl FnMut(Written)) {
    let Some(table) = target.node.as_table() else {
        return;
    };
    let path = format!("{section}.{}", quoted(&target.key));
    for (keys, is_read, message, help) in waiting(section, target) {
        for key in keys {
            if let Some(entry) = table.get(key) {
                note(Written {
                    path: format!("{path}.{key}"),
                    origin: entry.node.origin.clone(),
                    is_read,
                    is_near: false,
                    complaint: Complaint::new(message).help(help),
                });
            }
        }
    }
}

/// Keys, whether they are read, and what to say and to do where not.
type Waiting = (&'static [&'static str], bool, &'static str, &'static str);

fn waiting(section: &str, target: &Entry) -> Vec<Waiting> {
    let is = |key: &str, word: &str| text(target, key) == Some(word);
    match section {
        "cluster" => {
            let help =
                "write `tier = \"low_priority\"` or `tier = \"spot\"`, or leave this key out";
            let evicted = may_be_evicted(target);
            let low = has_low_priority(target);
            vec![
                (
                    &["eviction"],
                    evicted || low,
                    "dedicated nodes are not evicted",
                    help,
                ),
                (
                    &["low_priority_price_per_hour"],
                    low,
                    "the cluster has no low-priority nodes beside dedicated ones",
                    "write how many there may be, such as `low_priority_nodes = 5`, or leave this key out",
                ),
                (
                    &["price_factor"],
                    evicted,
                    "dedicated nodes are paid the pay-as-you-go price itself",
                    help,
                ),
            ]
        }
        "batch_pool" => vec![(
            &["eviction", "low_priority_price_per_hour"],
            has_low_priority(target),
            "the pool has no low-priority nodes",
            "write how many there may be, such as `low_priority_nodes = 5`, or leave this key out",
        )],
        "databricks" | "synapse_spark" => vec![(
            &["creation"],
            !is("stop_after_idle", "never"),
            "it never stops, and is on from the start",
            "write a time for `stop_after_idle`, or leave this key out",
        )],
        "functions" => {
            let premium = is("plan", "premium");
            // What is no known plan has a problem of its own.
            let plan = target.node.as_table().and_then(|table| table.get("plan"));
            let is_unknown = plan.is_some() && !premium && !is("plan", "consumption");
            vec![
                (
                    &[
                        "vcpus",
                        "always_ready",
                        "price_per_vcpu_hour",
                        "price_per_gb_hour",
                    ],
                    premium || is_unknown,
                    "this belongs to the premium plan",
                    "write `plan = \"premium\"`, or leave this key out",
                ),
                (
                    &[
                        "price_per_gb_second",
                        "price_per_million_executions",
                        "free_grant",
                    ],
                    !premium,
                    "this belongs to the consumption plan",
                    "write `plan = \"consumption\"`, or leave this key out",
                ),
            ]
        }
        _ => Vec::new(),
    }
}

/// Whether a cluster or pool may have low-priority nodes beside dedicated ones. What is no number has a problem of its own.
fn has_low_priority(pool: &Entry) -> bool {
    let table = pool.node.as_table();
    let nodes = table.and_then(|table| table.get("low_priority_nodes"));
    nodes.is_some_and(|nodes| !matches!(nodes.node.value, Value::Integer(0)))
}

fn of_workload(root: &Table, workload: &Entry, note: &mut impl FnMut(Written)) {
    let Some(table) = workload.node.as_table() else {
        return;
    };
    let path = format!("workload.{}", quoted(&workload.key));
    let targets = targets_of(workload);
    // Where its targets are not said as they should be, that is the problem.
    let loses = targets
        .as_ref()
        .is_none_or(|targets| targets.iter().any(|target| loses_nodes(root, target)));
    // What is no known word is a problem of its own, too.
    let word = table
        .get("on_interruption")
        .map(|_| text(workload, "on_interruption"));
    let is_known = matches!(word, None | Some(Some("fail" | "requeue" | "resume")));
    let resumes = loses && !matches!(word, None | Some(Some("fail" | "requeue")));
    let routes = targets.is_none_or(|targets| targets.len() > 1);
    let is_rule = text(workload, "routing") == Some("overflow");
    let lossless = Complaint::new("none of its targets can lose nodes")
        .help("give a cluster of low priority an `eviction`, or leave this key out");
    let unresumed = Complaint::new("nothing is resumed from checkpoints")
        .help("write `on_interruption = \"resume\"`, or leave this key out");
    let single = Complaint::new("there is one target only")
        .help("name several with `targets`, or leave this key out");
    let unresumed = if loses { unresumed } else { lossless.clone() };
    for (key, is_read, complaint) in [
        ("on_interruption", loses || !is_known, &lossless),
        ("restart", loses, &lossless),
        ("checkpoint_interval", resumes, &unresumed),
        ("checkpoint_cost", resumes, &unresumed),
        ("routing", routes || !is_rule, &single),
    ] {
        if let Some(entry) = table.get(key) {
            note(Written {
                path: format!("{path}.{key}"),
                origin: entry.node.origin.clone(),
                is_read,
                is_near: loses,
                complaint: complaint.clone(),
            });
        }
    }
}

/// Only function apps start a replica for a request.
fn of_requests(root: &Table, requests: &Entry, note: &mut impl FnMut(Written)) {
    let target = text(requests, "target");
    let is_elsewhere = |section: &str| {
        section != "functions" && target.is_some_and(|target| root.at(&[section, target]).is_some())
    };
    let key = "cold_service_time";
    let table = requests.node.as_table();
    if let Some(entry) = table.and_then(|table| table.get(key)) {
        note(Written {
            path: format!("requests.{}.{key}", quoted(&requests.key)),
            origin: entry.node.origin.clone(),
            // A service that there is not has a problem of its own.
            is_read: !SERVICES.iter().any(|section| is_elsewhere(section.name)),
            is_near: false,
            complaint: Complaint::new("no replica is started for a request of this service")
                .help("send the requests to a function app, or leave this key out"),
        });
    }
}

/// Whether a target can lose nodes; one that there is not has a problem of its own.
fn loses_nodes(root: &Table, target: &str) -> bool {
    if let Some(cluster) = root.at(&["cluster", target]) {
        let has_eviction = root.at(&["cluster", target, "eviction"]).is_some();
        return has_eviction && (may_be_evicted(cluster) || has_low_priority(cluster));
    }
    if let Some(pool) = root.at(&["batch_pool", target]) {
        let has_eviction = root.at(&["batch_pool", target, "eviction"]).is_some();
        let table = pool.node.as_table();
        let deallocation = table.and_then(|table| table.get("deallocation"));
        // Runs whose nodes are taken away join their queue again as after a loss.
        let requeues = deallocation.is_none() || text(pool, "deallocation") == Some("requeue");
        return requeues || has_eviction && has_low_priority(pool);
    }
    let mut others = TARGETS.iter();
    !others.any(|section| root.at(&[section.name, target]).is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;
    use crate::error::SourceFile;
    use crate::scenario::document::syntax;
    use crate::scenario::keys::{Shape, TOP};

    /// The keys of a table with all keys that wait for others.
    fn waiting_keys(section: &str, keys: &[&str]) -> BTreeSet<String> {
        let values = keys.join(" = 1\n");
        let text = format!("[functions.app]\n[{section}.x]\n{values} = 1");
        let text = text.replace("target = 1", "target = \"app\"");
        let (root, problems) = syntax::parse(&Arc::new(SourceFile::new(PathBuf::new(), text)));
        assert_eq!(problems.len(), 0);
        let root = root.as_table().unwrap();
        let mut waiting = BTreeSet::new();
        let mut note = |written: Written| {
            let key = written.path.rsplit_once('.').unwrap().1;
            waiting.insert(key.to_owned());
        };
        for table in tables(root, section) {
            match section {
                "workload" => of_workload(root, table, &mut note),
                "requests" => of_requests(root, table, &mut note),
                section => of_target(section, table, &mut note),
            }
        }
        waiting
    }

    #[test]
    fn a_key_that_waits_for_others_declares_its_condition() {
        for section in TOP {
            let Shape::Named(keys) = section.shape else {
                continue;
            };
            let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
            let declared = keys.iter().filter(|key| !key.used_if.is_empty());
            let declared: BTreeSet<String> = declared.map(|key| key.name.to_owned()).collect();
            let waiting = waiting_keys(section.name, &names);
            assert_eq!(waiting, declared, "of `{}`", section.name);
        }
    }
}
