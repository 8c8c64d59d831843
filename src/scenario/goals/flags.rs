//! `--goal "wait_p95 <= 10m"`: limits of the command line take the place of the file's on the same figure.

use std::sync::Arc;

use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Sink;
use crate::scenario::document::tree::{Node, Origin, Value, parse_path};

/// A dotted key below `goal`, and its limits.
type Limits = (Vec<String>, Vec<Arc<Node>>);

/// Sets what the flags say in the `[goal]` of a document.
pub(in crate::scenario) fn put_flags(sink: &Sink, root: &mut Node, goals: &[String]) {
    let mut all: Vec<Limits> = Vec::new();
    for text in goals {
        let flag = Origin::flag(&format!("--goal {text}"));
        let Some((path, limit)) = split(text) else {
            let complaint = Complaint::new("this is no limit on a figure");
            // Some figure is compared, so its name is what cannot be read.
            let help = if end_of_key(text).is_some_and(|end| end > 0) {
                "write a name with other letters than A to Z, a to z, 0 to 9, `_` and `-` in quotes, such as \
                 `--goal 'user.\"j.doe\".wait_p95 <= 10m'`"
            } else {
                "write a figure, `<=` or `>=`, and a value, such as `--goal \"wait_p95 <= 10m\"`"
            };
            sink.report(&flag, "", complaint.help(help));
            continue;
        };
        let limit = Arc::new(Node {
            origin: flag,
            value: Value::Text(limit),
        });
        match all.iter_mut().find(|(known, _)| *known == path) {
            Some((_, limits)) => limits.push(limit),
            None => all.push((path, vec![limit])),
        }
    }
    let Value::Table(document) = &mut root.value else {
        unreachable!("a document is a table");
    };
    for (path, limits) in all {
        let origin = limits[0].origin.clone();
        let node = Arc::new(Node {
            origin,
            value: Value::Array(limits),
        });
        document.set(&path, &node, &|_| false);
    }
}

/// `target.gpu.wait_p95 <= 10m` as a key and a limit.
fn split(text: &str) -> Option<(Vec<String>, String)> {
    let (key, limit) = text.split_at(end_of_key(text)?);
    let path = parse_path(&format!("goal.{}", key.trim()))?;
    Some((path, limit.trim().to_owned()))
}

/// Where the limit begins: at the first sign of a comparison that is not in quotes, where it is a part of a name.
fn end_of_key(text: &str) -> Option<usize> {
    let (mut quote, mut is_escaped) = (None, false);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            _ if is_escaped => is_escaped = false,
            (Some('"'), '\\') => is_escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '<' | '>' | '=') => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn signs_in_quotes_belong_to_the_name() {
        for (text, name) in [
            (r#"target."a<=b".cost <= 5"#, "a<=b"),
            (r#"target.'a"=b'.cost<=5"#, r#"a"=b"#),
            (r#"target."a\"=\\".cost <= 5"#, r#"a"=\"#),
        ] {
            let path = ["goal", "target", name, "cost"].map(str::to_owned);
            let limit = "<= 5".to_owned();
            let found = split(text).map(|(path, limit)| (path, limit.replace("<=5", "<= 5")));
            assert_eq!(found, Some((path.to_vec(), limit)));
        }
        assert_eq!(split(r#"target."a<=b"#), None);
    }
}
