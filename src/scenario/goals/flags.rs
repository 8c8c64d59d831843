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
            let help =
                "write a figure, `<=` or `>=`, and a value, such as `--goal \"wait_p95 <= 10m\"`";
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
    let at = text.find(['<', '>', '='])?;
    let (key, limit) = text.split_at(at);
    let path = parse_path(&format!("goal.{}", key.trim()))?;
    Some((path, limit.trim().to_owned()))
}
