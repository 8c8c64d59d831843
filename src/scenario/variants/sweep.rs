//! The sweep: a grid over dotted keys. Each variant is simulated at each point of the axes that it reads.

use std::sync::Arc;

use super::planned::{BASE, Planned, apply, has_table, table_exists};
use super::unread::{decides, is_read};
use super::usage::{is_target, submits_to, uses_environment};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::suggestion;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Sink;
use crate::scenario::document::tree::{
    Entry, Node, Origin, Table, Value, dotted, inline, parse_path,
};
use crate::scenario::document::values::found;
use crate::scenario::keys::{FILE_ONLY, Shape, TOP, names, shape_at};
use crate::search::Coordinate;

/// Keys of a sweep at most.
const MAX_AXES: usize = 100;

/// A key and the values it takes.
pub(super) struct Axis {
    pub(super) path: Vec<String>,
    pub(super) origin: Origin,
    pub(super) values: Vec<Arc<Node>>,
}

/// A table with a grid, and what is said of its keys.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    pub(super) table: &'static str,
    pub(super) verb: &'static str,
    pub(super) past: &'static str,
}

/// The table `sweep`.
pub(super) const SWEEP: Grid = Grid {
    table: "sweep",
    verb: "sweep",
    past: "swept",
};

/// The axes of the table `sweep`, in order.
pub(super) fn axes(sink: &Sink, document: &Table, variants: &[Planned]) -> Vec<Axis> {
    let Some(entry) = document.get(SWEEP.table) else {
        return Vec::new();
    };
    match Cursor::open_free(sink, &entry.node, SWEEP.table.to_owned()) {
        Ok(cursor) => axes_of(sink, (SWEEP, entry), cursor.entries(), variants),
        Err(_) => Vec::new(),
    }
}

/// The axes that the entries of a grid's table are.
pub(super) fn axes_of(
    sink: &Sink,
    (grid, table): (Grid, &Entry),
    entries: &[Entry],
    variants: &[Planned],
) -> Vec<Axis> {
    let mut axes = Vec::new();
    collect(sink, entries, &[], &mut axes);
    let Grid {
        table: name, past, ..
    } = grid;
    if axes.len() > MAX_AXES {
        let complaint = Complaint::new(format!("{} keys are {past}", axes.len()))
            .help(format!("a {name} has at most {MAX_AXES} keys"));
        sink.report(&table.origin, name, complaint);
        return Vec::new();
    }
    let mut checked: Vec<Axis> = Vec::new();
    let deciding = axes.iter().map(|axis| axis.path.clone());
    let deciding: Vec<_> = deciding.filter(|path| decides(path)).collect();
    for axis in axes {
        let twice = checked.iter().any(|other| other.path == axis.path);
        let result = if twice {
            Err(Complaint::new(format!("this key is {past} twice")).help("keep one"))
        } else {
            let decided = deciding.iter().any(|path| *path != axis.path);
            check(grid, &axis, variants, decided)
        };
        match result {
            Ok(()) => checked.push(axis),
            Err(complaint) => {
                sink.report(&axis.origin, &dotted(&axis.path), complaint);
            }
        }
    }
    checked
}

/// Arrays are values of the key at their path; tables lead deeper.
fn collect(sink: &Sink, entries: &[Entry], above: &[String], axes: &mut Vec<Axis>) {
    for entry in entries {
        let mut path = above.to_vec();
        match parse_path(&entry.key) {
            Some(keys) if above.is_empty() => path.extend(keys),
            _ => path.push(entry.key.to_string()),
        }
        match &entry.node.value {
            Value::Array(values) if !values.is_empty() => axes.push(Axis {
                path,
                origin: entry.origin.clone(),
                values: values.clone(),
            }),
            Value::Table(table) if !table.entries.is_empty() => {
                collect(sink, &table.entries, &path, axes);
            }
            other => {
                let found = found(other);
                let complaint = Complaint::new(format!("found {found} without values to take"))
                    .help("write the values of a dotted key, such as `\"cluster.gpu.max_nodes\" = [2, 4, 8]`");
                sink.report(&entry.node.origin, &dotted(&path), complaint);
            }
        }
    }
}

/// What is wrong with an axis, if anything; `decided` if another may decide whether its key is read.
fn check(grid: Grid, axis: &Axis, variants: &[Planned], decided: bool) -> Result<(), Complaint> {
    let Grid { verb, past, .. } = grid;
    let first = axis.path[0].as_str();
    let world: Vec<&str> = names(TOP)
        .into_iter()
        .filter(|name| !FILE_ONLY.contains(name))
        .collect();
    if !world.contains(&first) {
        let message = if FILE_ONLY.contains(&first) {
            format!("this belongs to the file and cannot be {past}")
        } else {
            "unknown key".to_owned()
        };
        let allowed = format!("{past} are keys of");
        return Err(Complaint::new(message).help(suggestion(first, &world, &allowed)));
    }
    if matches!(shape_at(&axis.path[..1]), Some(Shape::Named(_))) && axis.path.len() < 3 {
        return Err(Complaint::new("this is a table, not a key")
            .help(format!("{verb} one key of it: `{first}.NAME.KEY`")));
    }
    table_exists(&axis.path, variants)?;
    let retargets = is_retargeting(axis);
    let value = |root: &Node| with(root, axis, &axis.values[0]).0;
    let read = variants.iter().any(|variant| {
        retargets
            || (reads(&variant.root, axis, false)
                && (decided || is_asked_for(&value(&variant.root), axis)))
    });
    if read {
        return Ok(());
    }
    Err(Complaint::new("no variant reads this key")
        .help("no workload uses what it belongs to: leave it out, or use it"))
}

/// Whether a variant's results can depend on an axis. Where a sweep moves workloads, any target may be used.
fn reads(root: &Node, axis: &Axis, moving: bool) -> bool {
    let Some(table) = root.as_table() else {
        return true;
    };
    if !has_table(table, &axis.path) {
        return false;
    }
    match axis.path[0].as_str() {
        section if is_target(section) => {
            moving
                || submits_to(table, &axis.path[1])
                || axis.path.last().is_some_and(|key| key == "always_bill")
        }
        "environment" => uses_environment(table, &axis.path[1]),
        _ => true,
    }
}

/// Whether a sweep moves workloads to other targets.
fn is_retargeting(axis: &Axis) -> bool {
    let key = axis.path.last().map(String::as_str);
    matches!(axis.path[0].as_str(), "workload" | "requests")
        && matches!(key, Some("target" | "targets"))
}

/// Whether a variant with the key asks for it.
fn is_asked_for(root: &Node, axis: &Axis) -> bool {
    root.as_table()
        .is_none_or(|table| is_read(table, &axis.path))
}

/// A variant with one value of an axis, and what is wrong with that.
fn with(root: &Node, axis: &Axis, value: &Arc<Node>) -> (Node, Option<Complaint>) {
    let mut root = root.clone();
    let applied = apply(&mut root, &axis.path, value);
    (root, applied.err())
}

/// How many points [`points`] makes, at most.
pub(super) fn count(axes: &[Axis], variants: &[Planned]) -> usize {
    let moving = axes.iter().any(is_retargeting);
    let of = |variant: &Planned| {
        let own = axes
            .iter()
            .filter(|axis| reads(&variant.root, axis, moving));
        let values = own.map(|axis| axis.values.len());
        values.fold(1, usize::saturating_mul)
    };
    variants.iter().map(of).fold(0, usize::saturating_add)
}

/// Every variant at every point of the axes it reads; the first axis changes slowest.
pub(super) fn points(sink: &Sink, axes: &[Axis], variants: Vec<Planned>) -> Vec<Planned> {
    let labels = labels(&axes.iter().collect::<Vec<_>>());
    let several = variants.len() > 1 || variants.iter().any(|variant| variant.table != BASE);
    let moving = axes.iter().any(is_retargeting);
    let mut points: Vec<Planned> = Vec::new();
    for variant in variants {
        let mut of_variant = vec![(variant.point.clone(), variant.root.clone())];
        for (place, (axis, label)) in axes.iter().zip(&labels).enumerate() {
            if reads(&variant.root, axis, moving) {
                let later = &axes[place + 1..];
                let decided = later.iter().any(|axis| decides(&axis.path));
                of_variant = along(sink, (axis, label), &of_variant, decided);
            }
        }
        points.extend(of_variant.into_iter().map(|(parts, root)| {
            let own = parts.iter().skip(variant.point.len());
            let words = own.map(|part| format!("{}={}", part.label, part.value));
            let point = words.collect::<Vec<String>>().join(" ");
            let name = match (several, point.is_empty()) {
                (_, true) => variant.name.clone(),
                (true, false) => format!("{} / {point}", variant.name),
                (false, false) => point,
            };
            Planned {
                name,
                table: variant.table.clone(),
                point: parts,
                root,
            }
        }));
    }
    refuse_repeats(sink, axes);
    points
}

/// The points with each value of an axis; one that does not ask for the key stays as it is, unless a later axis decides.
fn along(
    sink: &Sink,
    (axis, label): (&Axis, &str),
    points: &[(Vec<Coordinate>, Node)],
    decided: bool,
) -> Vec<(Vec<Coordinate>, Node)> {
    let mut longer = Vec::new();
    for (parts, root) in points {
        if !decided && !is_asked_for(&with(root, axis, &axis.values[0]).0, axis) {
            longer.push((parts.clone(), root.clone()));
            continue;
        }
        for value in &axis.values {
            let (root, complaint) = with(root, axis, value);
            if let Some(complaint) = complaint {
                sink.report(&value.origin, &dotted(&axis.path), complaint);
            }
            let mut parts = parts.clone();
            parts.push(Coordinate {
                key: dotted(&axis.path),
                label: label.to_owned(),
                value: short(&value.value),
                toml: inline(&value.value),
            });
            longer.push((parts, root));
        }
    }
    longer
}

fn refuse_repeats(sink: &Sink, axes: &[Axis]) {
    for axis in axes {
        let mut seen: Vec<String> = Vec::new();
        for value in &axis.values {
            let text = short(&value.value);
            if seen.contains(&text) {
                let complaint = Complaint::new(format!("`{text}` comes twice")).help("keep one");
                sink.report(&value.origin, &dotted(&axis.path), complaint);
            }
            seen.push(text);
        }
    }
}

/// The shortest end of each axis' key that no other axis shares.
pub(super) fn labels(axes: &[&Axis]) -> Vec<String> {
    let end = |axis: &Axis, length: usize| dotted(&axis.path[axis.path.len() - length..]);
    let label = |axis: &Axis| {
        (1..=axis.path.len())
            .map(|length| (length, end(axis, length)))
            .find(|(length, text)| {
                let same =
                    |other: &&&Axis| other.path.len() >= *length && end(other, *length) == *text;
                axes.iter().filter(same).count() == 1
            })
            .map_or_else(|| dotted(&axis.path), |(_, text)| text)
    };
    axes.iter().map(|axis| label(axis)).collect()
}

/// A value as part of a name.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(integer) => integer.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::DateTime(datetime) => datetime.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| short(&item.value)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Table(table) => {
            let entries = table.entries.iter();
            let parts: Vec<String> = entries
                .map(|entry| match &entry.node.value {
                    Value::Table(_) => format!("{}{}", entry.key, short(&entry.node.value)),
                    other => format!("{}={}", entry.key, short(other)),
                })
                .collect();
            format!("({})", parts.join(","))
        }
    }
}
