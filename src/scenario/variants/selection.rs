//! Which variants are simulated, and which of them is the baseline.

use super::header::Header;
use super::planned::{BASE, Planned};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::{list, suggestion};
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Sink};
use crate::scenario::document::tree::{Node, Origin, Table};

/// Points of a sweep that are named in a message.
const SHOWN_POINTS: usize = 3;

/// Positions of the variants that a name means: one of this full name, or all points of a `[variant.NAME]` table.
fn meant(name: &str, planned: &[Planned]) -> Vec<usize> {
    let all = || planned.iter().enumerate();
    if let Some((position, _)) = all().find(|(_, variant)| variant.name == name) {
        return vec![position];
    }
    let same = all().filter(|(_, variant)| variant.table == name && variant.table != BASE);
    same.map(|(position, _)| position).collect()
}

/// The flag that names variants, where a command has none of its own.
pub(in crate::scenario) const FLAG: &str = "--variant";

/// A complaint about a name of no variant, given the flag that takes names.
fn unknown_variant(name: &str, root: &Node, (planned, flag): (&[Planned], &str)) -> Complaint {
    let complaint = Complaint::new(format!("there is no variant `{name}`"));
    if let Some((key, value)) = name.split_once('=') {
        return complaint.help(of_setting(
            (key.trim(), value.trim()),
            root,
            (planned, flag),
        ));
    }
    let mut names: Vec<&str> = Vec::new();
    for variant in planned {
        for known in [variant.table.as_str(), variant.name.as_str()] {
            let implicit = known == BASE && variant.name != BASE;
            if !implicit && !names.contains(&known) && names.len() < 20 {
                names.push(known);
            }
        }
    }
    complaint.help(suggestion(name, &names, "defined"))
}

/// What to do instead of naming a value of a key as a variant.
fn of_setting(
    (key, value): (&str, &str),
    root: &Node,
    (planned, flag): (&[Planned], &str),
) -> String {
    let (name, end) = (format!("{key}={value}"), format!(".{key}={value}"));
    let has = |variant: &&Planned| {
        let mut parts = variant.name.split(' ');
        parts.any(|part| part == name || part.ends_with(&end))
    };
    let points: Vec<&str> = planned
        .iter()
        .filter(has)
        .map(|point| point.name.as_str())
        .collect();
    let swept = swept_key(key, root);
    let set = match swept {
        Some(full) => format!("`--set {full}={value}`"),
        None if key.contains('.') => format!("`--set {name}`"),
        None => format!("`--set TABLE.NAME.{name}`"),
    };
    if points.is_empty() {
        return format!("`{flag}` takes the name of a variant; {set} gives a key a value");
    }
    let shown = list(&points[..points.len().min(SHOWN_POINTS)]);
    let more = match points.len().saturating_sub(SHOWN_POINTS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{set} gives the swept key this one value; or name whole points of the sweep, in quotes: {shown}{more}"
    )
}

/// The dotted key of the sweep that ends with a key.
fn swept_key(key: &str, root: &Node) -> Option<String> {
    let sweep = root.as_table()?.table("sweep")?;
    let mut keys = Vec::new();
    collect(sweep, "", &mut keys);
    let end = format!(".{key}");
    keys.into_iter()
        .find(|full| full == key || full.ends_with(&end))
}

fn collect(table: &Table, above: &str, keys: &mut Vec<String>) {
    for entry in &table.entries {
        let path = match above {
            "" => entry.key.to_string(),
            _ => format!("{above}.{}", entry.key),
        };
        match entry.node.as_table() {
            Some(inner) => collect(inner, &path, keys),
            None => keys.push(path),
        }
    }
}

/// The position of the baseline among all variants. Where it is a point of a sweep that flags (`sets`) took away, the first
/// variant takes its place, with a warning.
pub(in crate::scenario) fn baseline(
    sink: &Sink,
    root: &Node,
    header: &Header,
    (planned, sets): (&[Planned], &[String]),
    warnings: &mut Vec<String>,
) -> Read<usize> {
    let Some(name) = &header.baseline else {
        return Ok(0);
    };
    if let Some(found) = meant(name, planned).first() {
        return Ok(*found);
    }
    if let (Some(key), Some(first)) = (pinned(name, root, sets), planned.first()) {
        warnings.push(format!(
            "`--set` gives `{key}` one value, so that there is no variant `{name}`: `{}` is the baseline",
            first.name
        ));
        return Ok(0);
    }
    let complaint = unknown_variant(name, root, (planned, FLAG));
    Err(Cursor::root(sink, root).refuse("baseline", complaint))
}

/// The swept key of a point's name, such as `max_nodes=8`, to which a flag gives one value.
fn pinned(name: &str, root: &Node, sets: &[String]) -> Option<String> {
    let keys = name.split(' ').filter_map(|part| part.split_once('='));
    let mut swept = keys.filter_map(|(key, _)| swept_key(key, root));
    swept.find(|full| {
        let mut given = sets.iter().filter_map(|set| set.split_once('='));
        given.any(|(key, _)| key.trim() == full)
    })
}

/// The full names of the variants that a name means.
pub(in crate::scenario) fn meant_names(
    name: &str,
    root: &Node,
    planned: &[Planned],
) -> Result<Vec<String>, Complaint> {
    let found = meant(name, planned);
    if found.is_empty() {
        return Err(unknown_variant(name, root, (planned, FLAG)));
    }
    let names = found.iter().map(|position| planned[*position].name.clone());
    Ok(names.collect())
}

/// The positions of the variants that a flag names, or of all.
pub(in crate::scenario) fn selected(
    sink: &Sink,
    root: &Node,
    (flag, wanted): (&str, &[String]),
    planned: &[Planned],
) -> Read<Vec<usize>> {
    if wanted.is_empty() {
        return Ok((0..planned.len()).collect());
    }
    let mut selected = Vec::new();
    let mut result = Ok(());
    for name in wanted {
        let found = meant(name, planned);
        if found.is_empty() {
            let origin = Origin::flag(&format!("{flag} {name}"));
            let complaint = unknown_variant(name, root, (planned, flag));
            result = Err(sink.report(&origin, "", complaint));
        }
        selected.extend(found);
    }
    selected.sort_unstable();
    selected.dedup();
    result.map(|()| selected)
}
