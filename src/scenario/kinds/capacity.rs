//! Limits of a cluster that hold at times of the week: docs/semantics.md 3.10.

use super::parts::in_order;
use super::scaling::unused;
use super::{Given, MAX_NODES};
use crate::model::settings::{CapacityWindow, ClusterSettings};
use crate::scenario::data::distributions::distribution;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sections::{all, named};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Entry;
use crate::scenario::document::values::count;
use crate::scenario::document::windows::weekly;
use crate::scenario::keys::CAPACITY;

/// The windows of a cluster, in order of declaration.
pub(super) fn windows(given: &Given<'_>, cluster: &ClusterSettings) -> Read<Vec<CapacityWindow>> {
    let table = given.table;
    let Some(node) = table.node("capacity") else {
        return Ok(Vec::new());
    };
    let tables = named(table.sink(), node, &table.path_of("capacity"));
    all(tables
        .into_iter()
        .map(|(entry, path)| window(given, cluster, entry, path)))
}

fn window(
    given: &Given<'_>,
    cluster: &ClusterSettings,
    entry: &Entry,
    path: String,
) -> Read<CapacityWindow> {
    let table = Cursor::open(given.table.sink(), &entry.node, path, CAPACITY)?;
    let hours = weekly(&table, "windows", given.calendar);
    let min_nodes = table.read("min_nodes", count(0, MAX_NODES));
    let max_nodes = table.read("max_nodes", count(1, MAX_NODES));
    let idle = distribution(&table, "idle_before_scale_down", given.files);
    let of_queue = "idle_before_scale_down";
    let scaling = given.table.precedence("scaling");
    if scaling.is_some() && table.precedence(of_queue) >= scaling {
        return Err(table.refuse(of_queue, unused()));
    }
    let (min_nodes, max_nodes, idle) = (min_nodes?, max_nodes?, idle?);
    let (least, most) = (
        min_nodes.unwrap_or(cluster.min_nodes),
        max_nodes.unwrap_or(cluster.max_nodes),
    );
    if min_nodes.is_none() && max_nodes.is_none() && idle.is_none() {
        let complaint = Complaint::new("nothing differs within these windows")
            .help("write `min_nodes`, `max_nodes` or `idle_before_scale_down`");
        return Err(table.refuse_whole(complaint));
    }
    in_order(&table, ("min_nodes", least), ("max_nodes", most))?;
    Ok(CapacityWindow {
        name: entry.key.to_string(),
        hours: hours?,
        min_nodes,
        max_nodes,
        idle_before_scale_down: idle,
    })
}
