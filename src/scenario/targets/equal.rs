//! Instances that stand for several equal ones: each gets an instance of its own, and its own workload of each that goes there.

use std::mem;
use std::sync::Arc;

use crate::goal::ScopeKind;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::{Read, Reported, Sink};
use crate::scenario::document::tree::{Entry, Node, Table, Value};
use crate::scenario::goals::Copied;

/// Where instances are.
const INSTANCES: &str = "instance";
/// The key of their number.
const COUNT: &str = "count";

/// Several equal instances.
struct Several<'a> {
    name: &'a str,
    number: usize,
    /// The key that says how many.
    key: &'a Entry,
}

impl Several<'_> {
    /// The names of its copies, or of those of a workload.
    fn names(&self, name: &str) -> impl Iterator<Item = String> {
        (1..=self.number).map(move |number| format!("{name}-{number}"))
    }

    /// An instance in the place of each.
    fn instances(&self, entry: &Entry) -> Option<Vec<Entry>> {
        (&*entry.key == self.name).then(|| {
            let names = self.names(&entry.key);
            names.map(|name| named(entry, &name)).collect()
        })
    }

    /// Whether a workload goes there.
    fn has_work(&self, entry: &Entry) -> bool {
        let target = entry.node.as_table().and_then(|table| table.get("target"));
        target.is_some_and(|target| text(&target.node) == Some(self.name))
    }

    /// What stands for several because of it: the instance and its workloads.
    fn copied(&self, root: &Table) -> Vec<Copied> {
        let copied = |kind, name: &str| Copied {
            kind,
            name: name.to_owned(),
            number: self.number,
        };
        let workloads = root.table("workload").into_iter();
        let workloads = workloads.flat_map(|table| &table.entries);
        let own = workloads.filter(|entry| self.has_work(entry));
        std::iter::once(copied(ScopeKind::Target, self.name))
            .chain(own.map(|entry| copied(ScopeKind::Workload, &entry.key)))
            .collect()
    }

    /// A workload for each, if it goes there.
    fn workloads(&self, entry: &Entry) -> Option<Vec<Entry>> {
        self.has_work(entry).then(|| {
            let both = self.names(&entry.key).zip(self.names(self.name));
            let each = both.map(|(name, target)| {
                let mut own = named(entry, &name);
                put(&mut own, "target", Value::Text(target));
                own
            });
            each.collect()
        })
    }

    /// A quota of targets that names it, with all of its copies.
    fn quotas(&self, entry: &Entry) -> Option<Vec<Entry>> {
        let targets = &entry.node.as_table()?.get("targets")?.node;
        let listed = match &targets.value {
            Value::Array(items) => items.clone(),
            _ => vec![Arc::clone(targets)],
        };
        let is_it = |node: &Arc<Node>| text(node) == Some(self.name);
        listed.iter().any(is_it).then(|| {
            let each = |node: &Arc<Node>| {
                let copy = |name| {
                    Arc::new(Node {
                        origin: node.origin.clone(),
                        value: Value::Text(name),
                    })
                };
                if is_it(node) {
                    self.names(self.name).map(copy).collect()
                } else {
                    vec![Arc::clone(node)]
                }
            };
            let mut own = entry.clone();
            let all = listed.iter().flat_map(each).collect();
            put(&mut own, "targets", Value::Array(all));
            vec![own]
        })
    }
}

/// A variant with an instance for each of several equal ones, and what stands for several; `None` where there are none. What is wrong with their tables has to be
/// said before: it would be said of each.
pub(in crate::scenario) fn each(sink: &Sink, root: &Node) -> Read<Option<(Node, Vec<Copied>)>> {
    let Some(table) = root.as_table() else {
        return Ok(None);
    };
    let all = several(table);
    if all.is_empty() {
        return Ok(None);
    }
    let mut whole = table.clone();
    for of in &all {
        refuse_choice(sink, table, of)?;
        for (section, each) in [
            (
                INSTANCES,
                &(|entry: &Entry| of.instances(entry)) as &dyn Fn(&Entry) -> Option<Vec<Entry>>,
            ),
            ("workload", &|entry: &Entry| of.workloads(entry)),
            ("quota", &|entry: &Entry| of.quotas(entry)),
        ] {
            replace(&mut whole, section, each);
            refuse_twice(sink, &whole, (section, of))?;
        }
    }
    let each = Node {
        origin: root.origin.clone(),
        value: Value::Table(whole),
    };
    let copied = all.iter().flat_map(|of| of.copied(table));
    Ok(Some((each, copied.collect())))
}

/// The tables that stand for several.
fn several(root: &Table) -> Vec<Several<'_>> {
    let instances = root.table(INSTANCES).into_iter();
    let instances = instances.flat_map(|table| &table.entries);
    let several = instances.filter_map(|entry| {
        let key = entry.node.as_table()?.get(COUNT)?;
        let Value::Integer(number) = key.node.value else {
            return None;
        };
        let number = usize::try_from(number).ok().filter(|number| *number > 1)?;
        Some(Several {
            name: &entry.key,
            number,
            key,
        })
    });
    several.collect()
}

/// Reports a workload that chooses among several targets, one of which stands for several.
fn refuse_choice(sink: &Sink, root: &Table, of: &Several<'_>) -> Read<()> {
    let workloads = root.table("workload").into_iter();
    for entry in workloads.flat_map(|table| &table.entries) {
        let table = entry.node.as_table();
        let of_table = |key| table.and_then(|table| table.get(key));
        let Some(targets) = of_table("targets") else {
            continue;
        };
        let order = |entry: &Entry| entry.node.origin.declaration_order();
        let is_replaced = of_table("target").is_some_and(|own| order(own) > order(targets));
        let names = match &targets.node.value {
            Value::Array(items) => items.iter().filter_map(|item| text(item)).collect(),
            _ => Vec::from_iter(text(&targets.node)),
        };
        if names.contains(&of.name) && !is_replaced {
            let message = format!(
                "`{}` stands for {} instances (`count`), each with work of its own, and this workload chooses among targets",
                of.name, of.number
            );
            let help = "write it as `target`, or leave `count` out";
            let key = format!("workload.{}.targets", entry.key);
            let complaint = Complaint::new(message).help(help);
            return Err(sink.report(&targets.node.origin, &key, complaint));
        }
    }
    Ok(())
}

/// Reports a name that a copy has as well.
fn refuse_twice(sink: &Sink, whole: &Table, (section, of): (&str, &Several<'_>)) -> Read<()> {
    let Some(table) = whole.table(section) else {
        return Ok(());
    };
    let mut names: Vec<&str> = table.entries.iter().map(|entry| &*entry.key).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    twice.map_or(Ok(()), |pair| {
        let name = pair[0];
        let complaint = Complaint::new(format!(
            "there would be two `{section}.{name}`: its copies are called `{}-1` and so on",
            of.name
        ));
        let key = format!("{INSTANCES}.{}.{COUNT}", of.name);
        let complaint = complaint.help(format!("give `{section}.{name}` another name"));
        Err::<(), Reported>(sink.report(&of.key.node.origin, &key, complaint))
    })
}

/// Puts entries in the place of those of a section for which there are some.
fn replace(root: &mut Table, section: &str, each: &dyn Fn(&Entry) -> Option<Vec<Entry>>) {
    let mut entries = root.entries.iter_mut();
    let Some(found) = entries.find(|entry| &*entry.key == section) else {
        return;
    };
    if let Value::Table(table) = &mut Arc::make_mut(&mut found.node).value {
        let old = mem::take(&mut table.entries).into_iter();
        let new = old.flat_map(|entry| each(&entry).unwrap_or_else(|| vec![entry]));
        table.entries = new.collect();
    }
}

/// The same under another name.
fn named(entry: &Entry, name: &str) -> Entry {
    Entry {
        key: name.into(),
        ..entry.clone()
    }
}

/// Puts another value under a key that it has.
fn put(entry: &mut Entry, key: &str, value: Value) {
    if let Value::Table(table) = &mut Arc::make_mut(&mut entry.node).value {
        let mut entries = table.entries.iter_mut();
        if let Some(found) = entries.find(|entry| &*entry.key == key) {
            Arc::make_mut(&mut found.node).value = value;
        }
    }
}

fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
