//! The table `search`: a grid like that of a sweep, with ranges, of which the best point is wanted.

use std::sync::Arc;

use super::planned::{MAX_VARIANTS, Planned};
use super::precision::percentage;
use super::sweep::{Axis, Grid, axes_of};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Sink};
use crate::scenario::document::tree::{Entry, Node, Table, Value, dotted};
use crate::scenario::document::values::{count, duration, number};
use crate::scenario::keys::{SEARCH, names};
use crate::search::Search;
use crate::units::SimDuration;

/// The table.
pub(super) const GRID: Grid = Grid {
    table: "search",
    verb: "search",
    past: "searched",
};

/// Keys of a range.
const RANGE: [&str; 3] = ["from", "to", "step"];

/// What a range is.
const HELP: &str = "write `{ from = 0, to = 8, step = 1 }` of numbers, or `{ from = \"1m\", to = \"5m\", step = \"1m\" }` of durations";

/// A share of a step that rounding may take from the last value.
const ROUNDING: f64 = 1e-9;

/// How the search ends, if there is one.
pub(in crate::scenario) fn search(sink: &Sink, root: &Node) -> Read<Option<Search>> {
    let top = Cursor::root(sink, root);
    let Some(node) = top.node(GRID.table) else {
        return Ok(None);
    };
    let table = Cursor::open_free(sink, node, GRID.table.to_owned())?;
    let indifference = table.read_or("indifference", 0.01, percentage);
    let first = table.read_or("first_replications", 10, count(5, 1000));
    let most = table.read_or("max_replications", 1000, count(5, 100_000));
    let (indifference, first, most) = (indifference?, first?, most?);
    if first > most {
        let complaint = Complaint::new(format!(
            "the first round alone has {first} replications, which is more than {most}"
        ));
        let help = "write a larger `max_replications`, or fewer `first_replications`";
        return Err(table.refuse("max_replications", complaint.help(help)));
    }
    let settings = names(SEARCH);
    let is_key = |entry: &Entry| !settings.contains(&&*entry.key);
    if !table.entries().iter().any(is_key) {
        let complaint = Complaint::new("no key is searched");
        let help =
            "write the values of a dotted key, such as `\"cluster.gpu.max_nodes\" = [2, 4, 8]`";
        return Err(table.refuse_whole(complaint.help(help)));
    }
    Ok(Some(Search {
        indifference,
        first,
        most,
    }))
}

/// The axes of the table, in order.
pub(super) fn axes(sink: &Sink, document: &Table, variants: &[Planned]) -> Vec<Axis> {
    let Some(entry) = document.get(GRID.table) else {
        return Vec::new();
    };
    let Some(table) = entry.node.as_table() else {
        // What it is instead is told where its settings are read.
        return Vec::new();
    };
    let settings = names(SEARCH);
    let keys = table.entries.iter();
    let keys = keys.filter(|key| !settings.contains(&&*key.key));
    let spread: Vec<Entry> = keys.filter_map(|key| spread(sink, key, "").ok()).collect();
    axes_of(sink, (GRID, entry), &spread, variants)
}

/// Refuses keys that the sweep has as well.
pub(super) fn refuse_swept(sink: &Sink, searched: &[Axis], swept: &[Axis]) {
    for axis in searched {
        if swept.iter().any(|other| other.path == axis.path) {
            let complaint = Complaint::new("this key is swept as well")
                .help("keep it in one of `[sweep]` and `[search]`");
            sink.report(&axis.origin, &dotted(&axis.path), complaint);
        }
    }
}

/// An entry with the values of its ranges in their place.
fn spread(sink: &Sink, entry: &Entry, above: &str) -> Read<Entry> {
    let path = format!("{above}{}", entry.key);
    let Some(table) = entry.node.as_table() else {
        return Ok(entry.clone());
    };
    let value = if RANGE[..2].iter().any(|key| table.get(key).is_some()) {
        let values = values(sink, &entry.node, &path)?;
        let node = |value| {
            let origin = entry.node.origin.clone();
            Arc::new(Node { origin, value })
        };
        Value::Array(values.into_iter().map(node).collect())
    } else {
        let below = format!("{path}.");
        let entries = table.entries.iter();
        let entries = entries.map(|entry| spread(sink, entry, &below));
        let entries = entries.collect::<Vec<_>>().into_iter();
        Value::Table(Table {
            entries: entries.collect::<Read<_>>()?,
        })
    };
    Ok(Entry {
        node: Arc::new(Node {
            origin: entry.node.origin.clone(),
            value,
        }),
        ..entry.clone()
    })
}

/// The values of a range.
fn values(sink: &Sink, node: &Node, path: &str) -> Read<Vec<Value>> {
    let cursor = Cursor::open_free(sink, node, path.to_owned())?;
    for entry in cursor.entries() {
        if !RANGE.contains(&&*entry.key) {
            return Err(cursor.refuse(
                &entry.key,
                Complaint::new("unknown key of a range").help(HELP),
            ));
        }
    }
    let is_time = cursor
        .entries()
        .iter()
        .any(|entry| matches!(entry.node.value, Value::Text(_)));
    if is_time {
        let [from, to, step] = RANGE.map(|key| cursor.require(key, HELP, duration));
        let parts = [from?, to?, step?].map(SimDuration::as_secs_f64);
        let count = counted(&cursor, parts)?;
        let written = |at: u32| {
            let seconds = parts[0] + f64::from(at) * parts[2];
            Value::Text(SimDuration::from_secs_rounded(seconds).to_friendly())
        };
        return Ok((0..count).map(written).collect());
    }
    let [from, to, step] = RANGE.map(|key| cursor.require(key, HELP, number));
    let parts = [from?, to?, step?];
    let count = counted(&cursor, parts)?;
    let whole = |key: &str| match cursor.node(key)?.value {
        Value::Integer(integer) => Some(integer),
        _ => None,
    };
    let whole = whole("from").zip(whole("step"));
    let value = |at: u32| {
        if let Some((from, step)) = whole {
            return Value::Integer(from + i64::from(at) * step);
        }
        let value = parts[0] + f64::from(at) * parts[2];
        // Rounding takes away what a sum of decimal fractions leaves.
        Value::Float((value * 1e9).round() / 1e9)
    };
    Ok((0..count).map(value).collect())
}

/// How many values a range has.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is between 1 and the most variants"
)]
fn counted(cursor: &Cursor<'_>, [from, to, step]: [f64; 3]) -> Read<u32> {
    if step <= 0.0 {
        let complaint = Complaint::new("the step is not above 0");
        return Err(cursor.refuse("step", complaint.help(HELP)));
    }
    if to < from {
        let complaint = Complaint::new("the range ends before it begins");
        return Err(cursor.refuse(
            "to",
            complaint.help("write a `to` that is not below `from`"),
        ));
    }
    let steps = (to - from) / step;
    let count = (steps + ROUNDING).floor() + 1.0;
    if (steps + ROUNDING).fract() > 2.0 * ROUNDING {
        let last = from + (count - 1.0) * step;
        let complaint = Complaint::new("the steps do not lead to `to`");
        let help = format!(
            "write a `step` that divides the range, or the last value that is reached, {last}, as `to`"
        );
        return Err(cursor.refuse("to", complaint.help(help)));
    }
    if count > MAX_VARIANTS as f64 {
        let complaint = Complaint::new(format!("the range has {count:.0} values"));
        let help = format!("write a larger `step`: a search has at most {MAX_VARIANTS} points");
        return Err(cursor.refuse("step", complaint.help(help)));
    }
    Ok(count as u32)
}
