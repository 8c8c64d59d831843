//! A variant that is still a tree, and its named tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::shares;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::suggestion;
use crate::scenario::document::tree::{Node, Table, Value};
use crate::scenario::keys::{Shape, is_kind, shape_at};
use crate::search::Coordinate;

/// Variants at most, and so points of a search; a sweep multiplies quickly.
pub(super) const MAX_VARIANTS: usize = 10_000;

/// Name of the only variant of a file without `[variant.NAME]` tables and sweep.
pub(super) const BASE: &str = "base";

/// A variant that is still a tree.
pub(in crate::scenario) struct Planned {
    /// Its full name, with its point of the sweep.
    pub(in crate::scenario) name: String,
    /// The name of its `[variant.NAME]` table; all points of the sweep share it.
    pub(in crate::scenario) table: String,
    /// Its point of the sweep and of the search; before them, under the key `variant`, its table.
    pub(in crate::scenario) point: Vec<Coordinate>,
    /// All it says.
    pub(in crate::scenario) root: Node,
}

/// Sets a key of a variant, unless it belongs to a table that the variant does not have. A share, such as `150%`, is of what is
/// stated there; where it cannot be taken, nothing changes.
pub(super) fn apply(root: &mut Node, path: &[String], node: &Arc<Node>) -> Result<(), Complaint> {
    let Value::Table(table) = &mut root.value else {
        return Ok(());
    };
    if has_table(table, path) {
        let node = shares::resolved(table, path, node)?;
        table.set(path, &node, &|path| is_kind(path));
    }
    Ok(())
}

/// Whether the named table a path goes through is there; a path that goes through none may always be set.
pub(super) fn has_table(table: &Table, path: &[String]) -> bool {
    match shape_at(&path[..1]) {
        Some(Shape::Named(_)) => path.len() > 2 && table.at(&[&path[0], &path[1]]).is_some(),
        _ => true,
    }
}

/// Whether some variant has the named table that a path goes through.
pub(super) fn table_exists(path: &[String], variants: &[Planned]) -> Result<(), Complaint> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for variant in variants {
        let table = variant.root.as_table();
        if table.is_some_and(|table| has_table(table, path)) {
            return Ok(());
        }
        let section = table.and_then(|table| table.table(&path[0]));
        names.extend(
            section
                .into_iter()
                .flat_map(|section| section.entries.iter().map(|entry| &*entry.key)),
        );
    }
    let names: Vec<&str> = names.into_iter().collect();
    let name = path.get(1).map_or("", String::as_str);
    Err(Complaint::new(format!("there is no {} `{name}`", path[0]))
        .help(suggestion(name, &names, "defined")))
}
