//! Which names a variant's workloads refer to, as far as the tree says it: for targets and sweeps that nothing uses.

use std::collections::BTreeSet;

use super::planned::Planned;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Sink;
use crate::scenario::document::tree::{Entry, Table, Value, quoted};
use crate::scenario::keys::{SERVICES, TARGETS};

/// Entries of the tables of a section.
pub(in crate::scenario) fn tables<'a>(root: &'a Table, section: &str) -> &'a [Entry] {
    root.table(section).map_or(&[], |table| &table.entries)
}

/// The text under a key of a table.
pub(super) fn text<'a>(entry: &'a Entry, key: &str) -> Option<&'a str> {
    as_text(&entry.node.as_table()?.get(key)?.node.value)
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// The targets that a workload names; `None` where it does not say them as it should.
pub(super) fn targets_of(workload: &Entry) -> Option<Vec<&str>> {
    let table = workload.node.as_table()?;
    let precedence = |key: &str| Some(table.get(key)?.node.origin.precedence());
    if precedence("target") > precedence("targets") {
        return Some(vec![text(workload, "target")?]);
    }
    let targets = match &table.get("targets")?.node.value {
        Value::Array(items) => items.iter().map(|item| as_text(&item.value)).collect(),
        single => as_text(single).map(|target| vec![target]),
    };
    targets.filter(|targets: &Vec<&str>| !targets.is_empty())
}

/// Whether a workload takes part in its variant.
pub(in crate::scenario) fn is_enabled(workload: &Entry) -> bool {
    let switch = workload
        .node
        .as_table()
        .and_then(|table| table.get("enabled"));
    !switch.is_some_and(|switch| matches!(switch.node.value, Value::Boolean(false)))
}

/// The workloads of a section, of runs or of requests, that take part.
fn enabled<'a>(root: &'a Table, section: &str) -> impl Iterator<Item = &'a Entry> {
    let all = tables(root, section).iter();
    all.filter(|workload| is_enabled(workload))
}

/// Whether a target is simulated: a workload submits to it, or it is always billed.
pub(super) fn submits_to(root: &Table, target: &str) -> bool {
    let submits = enabled(root, "workload")
        .any(|workload| targets_of(workload).is_some_and(|targets| targets.contains(&target)));
    let asks = enabled(root, "requests").any(|requests| text(requests, "target") == Some(target));
    let mut sections = sections();
    submits || asks || sections.any(|section| always_billed(root, section, target))
}

/// Sections of training targets and services.
fn sections() -> impl Iterator<Item = &'static str> {
    let keys = TARGETS.iter().chain(SERVICES);
    keys.map(|key| key.name)
}

/// Whether a section is one of training targets or services.
pub(super) fn is_target(section: &str) -> bool {
    sections().any(|known| known == section)
}

fn always_billed(root: &Table, section: &str, target: &str) -> bool {
    let entry = root.at(&[section, target, "always_bill"]);
    entry.is_some_and(|entry| matches!(entry.node.value, Value::Boolean(true)))
}

/// Whether a workload may use an environment; which of them a trace names is not looked up.
pub(super) fn uses_environment(root: &Table, environment: &str) -> bool {
    enabled(root, "workload").any(|workload| {
        let mapped = workload
            .node
            .as_table()
            .and_then(|table| table.at(&["arrivals", "trace", "environment"]));
        text(workload, "environment") == Some(environment) || mapped.is_some()
    })
}

/// Refuses targets that no variant uses; a workload that is switched off names its target all the same, so that a flag may
/// switch it. Where a workload names a target that does not exist, that is the problem,
/// and this would only repeat it.
pub(in crate::scenario) fn refuse_unused_targets(sink: &Sink, variants: &[Planned]) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut defined: Vec<(&str, &Entry)> = Vec::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for root in variants
        .iter()
        .filter_map(|variant| variant.root.as_table())
    {
        let workloads = tables(root, "workload");
        for workload in workloads {
            match targets_of(workload) {
                Some(targets) => named.extend(targets),
                None => return,
            }
        }
        let requests = tables(root, "requests");
        for each in requests {
            match text(each, "target") {
                Some(target) => named.extend([target]),
                None => return,
            }
        }
        if workloads.is_empty() && requests.is_empty() {
            return;
        }
        for section in sections() {
            for entry in tables(root, section) {
                if !defined.iter().any(|(_, known)| known.key == entry.key) {
                    defined.push((section, entry));
                }
                if always_billed(root, section, &entry.key) {
                    used.insert(&entry.key);
                }
            }
        }
    }
    let exists = |name: &&str| defined.iter().any(|(_, entry)| &*entry.key == *name);
    if !named.iter().all(exists) {
        return;
    }
    used.extend(named);
    for (section, entry) in defined {
        if !used.contains(&*entry.key) {
            let is_service = SERVICES.iter().any(|service| service.name == section);
            let (nobody, what) = if is_service {
                ("no requests come to it in any variant", "requests")
            } else {
                ("no workload submits to it in any variant", "a workload")
            };
            let complaint = Complaint::new(nobody)
                .help(format!(
                    "send {what} to it, bill it anyway with `always_bill = true`, or remove it"
                ))
                .missing();
            let path = format!("{section}.{}", quoted(&entry.key));
            sink.report(&entry.origin, &path, complaint);
        }
    }
}
