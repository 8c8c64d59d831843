//! From one tree to a tree for each variant: the base under each `[variant.NAME]`, then the points of the sweep, then
//! the `--set` flags, which have the last word. Nothing is read here beyond what names refer to.

use std::sync::Arc;

use super::flag_value::parsed;
use super::planned::{BASE, MAX_VARIANTS, Planned, apply, table_exists};
use super::possible::keep_possible;
use super::shares::{less_load, less_loads, of_base};
use super::{search, sweep, uncertain};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::{list, top_keys};
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Sink};
use crate::scenario::document::thousands::{three_decimals, three_decimals_at};
use crate::scenario::document::tree::{
    Entry, Node, Origin, Table, Value, dotted, parse_path, quoted,
};
use crate::scenario::document::values::check_name;
use crate::scenario::keys::{FILE_ONLY, Shape, is_kind, names, shape_at};
use crate::search::Coordinate;
use crate::uncertain::Uncertain;

/// Whole paths of keys that a message lists at most.
const SHOWN_PATHS: usize = 6;

/// Tables of targets, workloads, environments, quotas and commitments of a variant at most.
const MAX_TABLES: usize = 2_000;

/// A `--set` flag.
struct Setting {
    path: Vec<String>,
    node: Arc<Node>,
}

/// The variants of a file in order, and its uncertain keys; the last word of `sets` is in `root` where it concerns the file. Where it
/// `searches`, the points of the search are variants. `places` are those in the ranges of the uncertain keys, in their order; `None`,
/// and where there are fewer, is as stated.
pub(in crate::scenario) fn plan(
    sink: &Sink,
    root: &mut Node,
    (sets, searches, places): (&[String], bool, &[Option<f64>]),
    warnings: &mut Vec<String>,
) -> (Vec<Planned>, Vec<Uncertain>) {
    let Value::Table(document) = &mut root.value else {
        unreachable!("a document is a table");
    };
    warnings.extend(three_decimals(document));
    let settings = settings(sink, sets, document, warnings);
    let overlays = document
        .table("variant")
        .map_or(0, |table| table.entries.len());
    if let Some(planned) = too_many(sink, overlays, document) {
        return (planned, Vec::new());
    }
    let mut variants = variants(sink, document, &root.origin, warnings);
    check_names(sink, &settings, &variants);
    let mut axes = sweep::axes(sink, document, &variants);
    not_pinned(&mut axes, &settings, (sweep::SWEEP.past, warnings));
    let mut grid = search::axes(sink, document, &variants);
    if searches {
        not_pinned(&mut grid, &settings, (search::GRID.past, warnings));
        search::refuse_swept(sink, &grid, &axes);
        axes.extend(grid);
    }
    for axis in &axes {
        let less = |node: &Arc<Node>| less_load(&axis.path, node);
        warnings.extend(axis.values.iter().find_map(less));
    }
    let total = sweep::count(&axes, &variants);
    if let Some(planned) = too_many(sink, total, document) {
        return (planned, Vec::new());
    }
    let mut open = uncertain::axes(sink, document, &variants);
    not_pinned(&mut open, &settings, (uncertain::GRID.past, warnings));
    if !axes.is_empty() {
        variants = sweep::points(sink, &axes, variants);
        keep_possible(&axes, &mut variants, warnings);
    }
    for set in &settings {
        put(sink, &mut variants, (&set.path, &set.node));
    }
    let ranges = uncertain::ranges(sink, open, &variants);
    for (range, place) in ranges.iter().zip(places) {
        if let Some(place) = place {
            put(sink, &mut variants, (range.path(), &range.at(*place)));
        }
    }
    let told = uncertain::told(&ranges);
    (variants, told)
}

/// Gives a key a value in all variants that have its table.
fn put(sink: &Sink, variants: &mut [Planned], (path, node): (&[String], &Arc<Node>)) {
    for variant in variants {
        if let Err(complaint) = apply(&mut variant.root, path, node) {
            sink.report(&node.origin, &dotted(path), complaint);
        }
    }
}

/// Leaves out the axes whose key a flag gives one value, with a warning that says what they are not.
fn not_pinned(
    axes: &mut Vec<sweep::Axis>,
    settings: &[Setting],
    (past, warnings): (&str, &mut Vec<String>),
) {
    axes.retain(|axis| {
        let pinned = settings.iter().any(|set| axis.path.starts_with(&set.path));
        if pinned {
            warnings.push(format!(
                "`--set` gives `{}` one value: it is not {past}",
                dotted(&axis.path)
            ));
        }
        !pinned
    });
}

fn too_many(sink: &Sink, total: usize, document: &Table) -> Option<Vec<Planned>> {
    if total <= MAX_VARIANTS {
        return None;
    }
    let complaint = Complaint::new(format!("{total} variants"))
        .help(format!("a file has at most {MAX_VARIANTS}, points of a sweep and of a search included: give fewer values, or a range a larger `step`"));
    let tables = ["search", "sweep", "variant"];
    if let Some(entry) = tables.iter().find_map(|table| document.get(table)) {
        sink.report(&entry.origin, &entry.key, complaint);
    }
    Some(Vec::new())
}

/// Refuses a world of more tables than [`MAX_TABLES`], each of which may be compared with each other.
pub(in crate::scenario) fn refuse_very_many_tables(sink: &Sink, root: &Node) -> Read<()> {
    let sections = root.as_table().map_or(&[][..], |root| &root.entries);
    let mut count = 0;
    for section in sections {
        let is_named = matches!(shape_at(&[section.key.to_string()]), Some(Shape::Named(_)));
        let tables = section.node.as_table().filter(|_| is_named);
        count += tables.map_or(0, |table| table.entries.len());
        if count > MAX_TABLES {
            let complaint = Complaint::new(format!("here are {count} tables in all, or more"))
                .help(format!(
                    "a scenario has at most {MAX_TABLES} targets, workloads, environments, quotas and commitments together"
                ));
            return Err(sink.report(&section.origin, &section.key, complaint));
        }
    }
    Ok(())
}

fn variants(
    sink: &Sink,
    document: &Table,
    origin: &Origin,
    warnings: &mut Vec<String>,
) -> Vec<Planned> {
    let world = |entry: &&Entry| !FILE_ONLY.contains(&&*entry.key);
    let base = Table {
        entries: document.entries.iter().filter(world).cloned().collect(),
    };
    let planned = |name: &str, table: Table| Planned {
        name: name.to_owned(),
        table: name.to_owned(),
        point: Vec::new(),
        root: Node {
            origin: origin.clone(),
            value: Value::Table(table),
        },
    };
    let overlays = document
        .get("variant")
        .and_then(|entry| Cursor::open_free(sink, &entry.node, "variant".to_owned()).ok())
        .map_or(&[][..], |cursor| cursor.entries());
    let mut variants = Vec::new();
    for entry in overlays {
        let path = format!("variant.{}", quoted(&entry.key));
        if let Err(complaint) = check_name(&entry.key) {
            sink.report(&entry.origin, &path, complaint);
        }
        if let Some(overlay) = overlay(sink, entry, &path) {
            less_loads(&overlay, &mut Vec::new(), warnings);
            let mut table = base.clone();
            table.merge(&of_base(&base, &overlay), &mut Vec::new(), &is_replaced);
            variants.push(Planned {
                point: vec![Coordinate {
                    key: "variant".to_owned(),
                    label: "variant".to_owned(),
                    value: entry.key.to_string(),
                    toml: entry.key.to_string(),
                }],
                ..planned(&entry.key, table)
            });
        }
    }
    if variants.is_empty() {
        variants.push(planned(BASE, base));
    }
    variants
}

/// Whether a variant's table takes the place of the base's: a kind does, unless it is part of a trace over a trace.
fn is_replaced(path: &[Arc<str>], base: &Table, overlay: &Table) -> bool {
    let is_part = overlay.table("trace").is_some_and(|trace| {
        let has = |key: &str| trace.get(key).is_some();
        !(has("file") && has("submitted") && (has("duration") || has("context_tokens")))
    });
    let changes_a_trace = is_part && overlay.entries.len() == 1 && base.table("trace").is_some();
    is_kind(path) && !changes_a_trace
}

/// What a variant says, without the keys that belong to the file.
fn overlay(sink: &Sink, entry: &Entry, path: &str) -> Option<Table> {
    let cursor = Cursor::open_free(sink, &entry.node, path.to_owned()).ok()?;
    let mut kept = Table::default();
    for entry in cursor.entries() {
        if FILE_ONLY.contains(&&*entry.key) {
            let complaint = Complaint::new("this belongs to the file, not to a variant")
                .help("write it at the top level: all variants share it");
            sink.report(&entry.origin, &cursor.path_of(&entry.key), complaint);
        } else {
            kept.entries.push(entry.clone());
        }
    }
    Some(kept)
}

/// Reads the `--set` flags; those that concern the file are set in the document.
fn settings(
    sink: &Sink,
    sets: &[String],
    document: &mut Table,
    warnings: &mut Vec<String>,
) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for text in sets {
        let flag = Origin::flag(&format!("--set {text}"));
        let read = setting(text, &flag, document);
        if let Ok(set) = &read {
            warnings.extend(three_decimals_at(&set.path, &set.node));
            warnings.extend(less_load(&set.path, &set.node));
            if settings.iter().any(|before| before.path == set.path) {
                warnings.push(format!(
                    "`--set` gives `{}` twice: the last counts",
                    dotted(&set.path)
                ));
            }
        }
        match read {
            Ok(set) if FILE_ONLY.contains(&set.path[0].as_str()) => {
                document.set(&set.path, &set.node, &|path| is_kind(path));
            }
            Ok(set) => settings.push(set),
            Err((path, complaint)) => {
                sink.report(&flag, &path, complaint);
            }
        }
    }
    settings
}

fn setting(text: &str, flag: &Origin, document: &Table) -> Result<Setting, (String, Complaint)> {
    let complain = |message: &str, help: &str| (String::new(), Complaint::new(message).help(help));
    let (key, value) = text.split_once('=').ok_or_else(|| {
        complain(
            "there is no `=`",
            "write `--set KEY=VALUE`, such as `--set cluster.gpu.max_nodes=8`",
        )
    })?;
    let path = parse_path(key).ok_or_else(|| {
        complain(
            &format!("`{}` is no dotted key", key.trim()),
            "write for example `cluster.gpu.max_nodes`",
        )
    })?;
    settable(&path, document).map_err(|complaint| (dotted(&path), complaint))?;
    let node = parsed(value, flag).map_err(|error| {
        let complaint = Complaint::new(format!("the value is not TOML: {error}"))
            .help("a shell takes quotes away: write the whole flag in single quotes, such as `--set 'cluster.gpu.boot.uniform={min=\"3m\", max=\"5m\"}'`");
        (dotted(&path), complaint)
    })?;
    Ok(Setting {
        path,
        node: Arc::new(node),
    })
}

/// Whether a key may be set by a flag.
fn settable(path: &[String], document: &Table) -> Result<(), Complaint> {
    match shape_at(&path[..1]) {
        None => {
            let help = match &whole_paths(path, document)[..] {
                [] => top_keys(&path[0]),
                paths => format!("write the whole path of a key: {}", list(paths)),
            };
            Err(Complaint::new("unknown key").help(help))
        }
        Some(Shape::Free) => Err(Complaint::new(format!(
            "a flag cannot change the `{}` table",
            path[0]
        ))
        .help("set the key itself, such as `cluster.gpu.max_nodes=8`: flags have the last word")),
        Some(Shape::Named(_)) if path.len() < 3 => {
            Err(Complaint::new("this is a table, not a key")
                .help(format!("set one key of it: `{}.NAME.KEY=VALUE`", path[0])))
        }
        Some(_) => Ok(()),
    }
}

/// The keys of named tables of the scenario that end with a path, such as `cluster.gpu.max_nodes` with `max_nodes`.
fn whole_paths(end: &[String], document: &Table) -> Vec<String> {
    let variants = document.table("variant").map_or(&[][..], |it| &it.entries);
    let overlays = variants
        .iter()
        .filter_map(|variant| variant.node.as_table());
    let mut paths = Vec::new();
    for section in [document]
        .into_iter()
        .chain(overlays)
        .flat_map(|it| &it.entries)
    {
        let Some(Shape::Named(keys)) = shape_at(&[&section.key]) else {
            continue;
        };
        for named in section.node.as_table().map_or(&[][..], |it| &it.entries) {
            let rest = end.strip_prefix(&[named.key.to_string()]).unwrap_or(end);
            let is_key = rest
                .first()
                .is_some_and(|key| names(keys).contains(&key.as_str()));
            let start = [section.key.to_string(), named.key.to_string()];
            let path = dotted(&[&start, rest].concat());
            if is_key && !paths.contains(&path) && paths.len() < SHOWN_PATHS {
                paths.push(path);
            }
        }
    }
    paths
}

fn check_names(sink: &Sink, settings: &[Setting], variants: &[Planned]) {
    for set in settings {
        if let Err(complaint) = table_exists(&set.path, variants) {
            sink.report(&set.node.origin, &dotted(&set.path), complaint);
        }
    }
}
