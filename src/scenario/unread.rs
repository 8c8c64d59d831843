//! Keys that mean something only beside others: what nodes of a tier can lose, and what becomes of runs then. A variant
//! that does not ask for them passes over them; one that no variant reads is refused.

use super::plan::Planned;
use super::reader::Sink;
use super::tree::{Entry, Origin, Table, dotted, quoted};
use super::usage::{tables, targets_of, text};
use super::values::Complaint;

/// Keys that others depend on to be read.
const DECIDING: [&str; 5] = ["tier", "eviction", "target", "targets", "on_preemption"];

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
        "cluster" => of_cluster(entry, &mut note),
        "workload" => of_workload(root, entry, &mut note),
        _ => {}
    }
    is_read
}

/// A value that is written somewhere, and whether a variant reads it.
struct Written {
    path: String,
    origin: Origin,
    is_read: bool,
    complaint: Complaint,
}

/// Refuses such values that no variant reads.
pub(super) fn refuse_unread(sink: &Sink, variants: &[Planned]) {
    let mut all: Vec<Written> = Vec::new();
    for root in variants.iter().filter_map(|v| v.root.as_table()) {
        let mut note = |written: Written| {
            let same =
                |known: &&mut Written| known.origin == written.origin && known.path == written.path;
            match all.iter_mut().find(same) {
                Some(known) => known.is_read |= written.is_read,
                None => all.push(written),
            }
        };
        for cluster in tables(root, "cluster") {
            of_cluster(cluster, &mut note);
        }
        for workload in tables(root, "workload") {
            of_workload(root, workload, &mut note);
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
    tier.is_some() && text(cluster, "tier") != Some("dedicated")
}

fn of_cluster(cluster: &Entry, note: &mut impl FnMut(Written)) {
    let Some(table) = cluster.node.as_table() else {
        return;
    };
    let path = format!("cluster.{}", quoted(&cluster.key));
    for (key, message) in [
        ("eviction", "dedicated nodes are not evicted"),
        (
            "price_factor",
            "dedicated nodes are paid the pay-as-you-go price itself",
        ),
    ] {
        if let Some(entry) = table.get(key) {
            note(Written {
                path: format!("{path}.{key}"),
                origin: entry.node.origin.clone(),
                is_read: may_be_evicted(cluster),
                complaint: Complaint::new(message).help(
                    "write `tier = \"low_priority\"` or `tier = \"spot\"`, or leave this key out",
                ),
            });
        }
    }
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
        .get("on_preemption")
        .map(|_| text(workload, "on_preemption"));
    let is_known = matches!(word, None | Some(Some("fail" | "requeue" | "resume")));
    let resumes = loses && !matches!(word, None | Some(Some("fail" | "requeue")));
    let routes = targets.is_none_or(|targets| targets.len() > 1);
    let is_rule = text(workload, "routing") == Some("overflow");
    let lossless = Complaint::new("none of its targets can lose nodes")
        .help("give a cluster of low priority an `eviction`, or leave this key out");
    let unresumed = Complaint::new("nothing is resumed from checkpoints")
        .help("write `on_preemption = \"resume\"`, or leave this key out");
    let single = Complaint::new("there is one target only")
        .help("name several with `targets`, or leave this key out");
    let unresumed = if loses { unresumed } else { lossless.clone() };
    for (key, is_read, complaint) in [
        ("on_preemption", loses || !is_known, &lossless),
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
                complaint: complaint.clone(),
            });
        }
    }
}

/// Whether a target can lose nodes; one that there is not has a problem of its own.
fn loses_nodes(root: &Table, target: &str) -> bool {
    let Some(cluster) = root.at(&["cluster", target]) else {
        return root.at(&["instance", target]).is_none();
    };
    let has_eviction = root.at(&["cluster", target, "eviction"]).is_some();
    has_eviction && may_be_evicted(cluster)
}
