//! What to write instead of arrivals without a kind, or of a kind without its keys.

use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::list;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::tree::{Node, Value};
use crate::scenario::document::values::{duration, found, rate};
use crate::scenario::keys::{Kind, names};

/// Refuses what is no table of kinds.
pub(super) fn refuse_no_kind(outer: &Cursor<'_>, key: &str, node: &Node) -> Read<()> {
    let rate = match &node.value {
        Value::Table(_) => return Ok(()),
        Value::Text(text) if rate(&node.value).is_ok() => text,
        _ => "12/h",
    };
    let help = format!("write a kind and its keys, such as `{key}.poisson.rate = \"{rate}\"`");
    Err(refuse(outer, &outer.path_of(key), node, help))
}

/// Refuses what is no table of the kind's keys.
pub(super) fn refuse_no_keys(
    outer: &Cursor<'_>,
    (outer_key, kind, path): (&str, &Kind, &str),
    node: &Node,
) -> Read<()> {
    let value = &node.value;
    if matches!(value, Value::Table(_)) {
        return Ok(());
    }
    let keys = names(kind.keys);
    let (name, key) = (kind.name, keys[0]);
    let example = match (name, value) {
        ("poisson" | "sinusoid", Value::Text(text)) if rate(value).is_ok() => format!("\"{text}\""),
        ("poisson" | "sinusoid", _) => "\"12/h\"".to_owned(),
        ("deterministic", Value::Text(text)) if duration(value).is_ok() => format!("\"{text}\""),
        ("deterministic", _) => "\"10m\"".to_owned(),
        ("batch" | "closed", Value::Integer(number)) if *number > 0 => number.to_string(),
        ("batch" | "closed", _) => "50".to_owned(),
        ("trace", Value::Text(file)) => format!("\"{file}\""),
        ("trace", _) => "\"log.csv\"".to_owned(),
        ("profile", _) => "[0, 0, 4, ...]".to_owned(),
        ("mmpp", _) => "[\"2/h\", \"40/h\"]".to_owned(),
        ("recurring", _) => "\"mon-fri 22:00\"".to_owned(),
        ("fan_out", _) => "{ poisson = { rate = \"2/day\" } }".to_owned(),
        _ => "\"2/h\"".to_owned(),
    };
    let others = match &keys[1..] {
        [] => String::new(),
        others => format!("; its other keys are {}", list(others)),
    };
    let help = format!("write `{outer_key}.{name}.{key} = {example}`{others}");
    Err(refuse(outer, path, node, help))
}

fn refuse(outer: &Cursor<'_>, path: &str, node: &Node, help: String) -> Reported {
    let complaint = Complaint::new(format!("found {}", found(&node.value)));
    outer
        .sink()
        .report(&node.origin, path, complaint.help(help))
}
