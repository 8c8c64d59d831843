//! Sections of named tables, such as `[cluster.NAME]`.

use super::reader::Cursor;
use super::sink::{Read, Sink};
use super::tree::{Entry, Table};
use super::values::check_name;

/// The tables of a section in order of declaration, each with its dotted key.
pub(in crate::scenario) fn section<'a>(
    sink: &'a Sink,
    root: &'a Table,
    section: &str,
) -> Vec<(&'a Entry, String)> {
    let Some(entry) = root.get(section) else {
        return Vec::new();
    };
    let Ok(cursor) = Cursor::open_free(sink, &entry.node, section.to_owned()) else {
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
