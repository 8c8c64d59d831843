//! Sections of named tables, such as `[cluster.NAME]`.

use super::reader::Cursor;
use super::sink::{Read, Sink};
use super::tree::{Entry, Node, Table};
use super::values::check_name;

/// The tables of a section in order of declaration, each with its dotted key.
pub(in crate::scenario) fn section<'a>(
    sink: &'a Sink,
    root: &'a Table,
    section: &str,
) -> Vec<(&'a Entry, String)> {
    root.get(section)
        .map_or_else(Vec::new, |entry| named(sink, &entry.node, section))
}

/// The tables in a table of named ones, likewise.
pub(in crate::scenario) fn named<'a>(
    sink: &'a Sink,
    node: &'a Node,
    path: &str,
) -> Vec<(&'a Entry, String)> {
    let Ok(cursor) = Cursor::open_free(sink, node, path.to_owned()) else {
        return Vec::new();
    };
    let named = |entry: &'a Entry| (entry, cursor.path_of(&entry.key));
    let mut tables: Vec<_> = cursor.entries().iter().map(named).collect();
    tables.sort_by_key(|(entry, _)| entry.origin.declaration_order());
    for (entry, path) in &tables {
        if let Err(complaint) = check_name(&entry.key) {
            sink.report(&entry.origin, path, complaint);
        }
    }
    tables
}

/// Every item, once all were read.
pub(in crate::scenario) fn all<T>(items: impl Iterator<Item = Read<T>>) -> Read<Vec<T>> {
    let read: Vec<Read<T>> = items.collect();
    read.into_iter().collect()
}
