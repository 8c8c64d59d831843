//! What keys mean, as text for a terminal.

use super::plain;
use crate::nearest::nearest;
use crate::scenario::keys::{DISTRIBUTIONS, Key, Kind, SEARCH, Shape, TOP, Value};

/// Names offered for one that there is not.
const NEAR: usize = 3;
/// What stands for the name of a table.
const NAME: &str = "NAME";

/// A key or a kind with its place.
struct Known {
    /// `cluster.NAME.max_nodes`.
    path: Vec<&'static str>,
    /// What is said of it.
    text: String,
}

/// What is said of every key that a word or a dotted key means; else what to write instead.
pub(super) fn explain(wanted: &str) -> Result<String, String> {
    let known = all();
    let parts: Vec<&str> = wanted.split('.').collect();
    let mut found: Vec<(Vec<String>, &str)> = Vec::new();
    for known in known.iter().filter(|known| is_meant(&parts, &known.path)) {
        let path = known.path.join(".");
        match found.iter_mut().find(|(_, text)| *text == known.text) {
            Some((paths, _)) => paths.push(path),
            None => found.push((vec![path], &known.text)),
        }
    }
    if found.is_empty() {
        return Err(instead(wanted, &known));
    }
    let blocks = found
        .iter()
        .map(|(paths, text)| format!("{}\n{text}", paths.join("\n")));
    Ok(blocks.collect::<Vec<_>>().join("\n"))
}

/// Whether these parts are a path or its end, with the name of a table or without it.
fn is_meant(parts: &[&str], path: &[&str]) -> bool {
    let without = |path: &[&str]| -> Vec<String> {
        path.iter()
            .filter(|part| **part != NAME)
            .map(|part| (*part).to_owned())
            .collect()
    };
    let plain = without(path);
    let is_end = plain.len() >= parts.len() && plain[plain.len() - parts.len()..] == *parts;
    let is_named = parts.len() == path.len()
        && path
            .iter()
            .zip(parts)
            .all(|(known, part)| known == part || *known == NAME);
    is_end || is_named
}

/// The names that were probably meant.
fn instead(wanted: &str, known: &[Known]) -> String {
    let last = wanted.rsplit('.').next().unwrap_or(wanted);
    let mut names: Vec<&str> = known
        .iter()
        .filter_map(|known| known.path.last().copied())
        .collect();
    names.sort_unstable();
    names.dedup();
    let has_word = |name: &&str| name.split('_').any(|word| word == last);
    let mut near: Vec<&str> = names.iter().copied().filter(has_word).take(NEAR).collect();
    if near.is_empty() {
        near = nearest(last, names, NEAR);
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    if near.is_empty() {
        "`simulate schema` prints all keys; docs/scenario-format.md explains them".to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    }
}

fn all() -> Vec<Known> {
    let mut known = Vec::new();
    collect(TOP, &[], &mut known);
    of_kinds(DISTRIBUTIONS, &["distribution"], &mut known);
    known
}

fn collect(keys: &[Key], path: &[&'static str], known: &mut Vec<Known>) {
    for key in keys {
        let path = [path, &[key.name]].concat();
        known.push(Known {
            text: of_key(key),
            path: path.clone(),
        });
        match key.shape {
            Shape::Named(keys) => collect(keys, &[path.as_slice(), &[NAME]].concat(), known),
            Shape::Table(keys) | Shape::Tables(keys) => collect(keys, &path, known),
            Shape::Free if key.name == "search" => collect(SEARCH, &path, known),
            // Every random duration has the same kinds: they are listed once.
            Shape::Kind(Some(Value::Duration { .. }), _)
            | Shape::Value(_)
            | Shape::Texts
            | Shape::Free => {}
            Shape::Kind(_, kinds) => of_kinds(kinds, &path, known),
        }
    }
}

fn of_kinds(kinds: &[Kind], path: &[&'static str], known: &mut Vec<Known>) {
    for kind in kinds {
        let path = [path, &[kind.name]].concat();
        let keys = names(kind.keys.iter().map(|key| key.name));
        let keys = if keys.is_empty() {
            String::new()
        } else {
            format!("  Keys: {keys}\n")
        };
        known.push(Known {
            text: format!("  {}\n{keys}", plain(kind.meaning)),
            path: path.clone(),
        });
        collect(kind.keys, &path, known);
    }
}

fn of_key(key: &Key) -> String {
    let default = key.default_in_words().replace("(*assumed*)", "(assumed)");
    let mut lines = vec![
        plain(key.meaning),
        format!("Unit: {}", key.unit()),
        format!("Default: {}", plain(&default)),
        format!("Allowed: {}", plain(&key.allowed())),
    ];
    if !key.used_if.is_empty() {
        lines.push(format!("Used only if {}", key.used_if));
    }
    match key.shape {
        Shape::Named(keys) | Shape::Table(keys) | Shape::Tables(keys) => {
            lines.push(format!("Keys: {}", names(keys.iter().map(|key| key.name))));
        }
        Shape::Kind(_, kinds) => {
            lines.push(format!(
                "Kinds: {}",
                names(kinds.iter().map(|kind| kind.name))
            ));
        }
        Shape::Value(_) | Shape::Texts | Shape::Free => {}
    }
    lines.push(format!("Example: {}", key.example()));
    format!("  {}\n", lines.join("\n  "))
}

/// Names, with commas between.
fn names(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_said_of_every_key_with_keys_of_its_own() {
        for Known { path, text } in all() {
            let is_vague = text.contains("Allowed: any\n");
            let has_keys = text.contains("\n  Keys: ") || text.contains("\n  Kinds: ");
            assert!(!is_vague || !has_keys, "{}:\n{text}", path.join("."));
        }
    }
}
