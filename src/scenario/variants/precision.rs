//! The table `precision`: intervals that are wanted, for which replications are added.

use crate::precision::{Precise, Precision};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Sink};
use crate::scenario::document::tree::{Entry, Node, Value};
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::{count, found};
use crate::scenario::keys::PRECISION;
use crate::stats::sequential::LEAST;

/// Replications of each variant at most, unless the scenario says so.
const USUAL_MOST: u32 = 1000;

/// Reads it; `first` are the replications that are simulated before the first look, and `largest` is a number that no study exceeds.
pub(in crate::scenario) fn precision(
    sink: &Sink,
    root: &Node,
    (first, largest): (u32, u32),
) -> Read<Option<Precision>> {
    let top = Cursor::root(sink, root);
    let Some(node) = top.node("precision") else {
        return Ok(None);
    };
    let table = Cursor::open(sink, node, "precision".to_owned(), PRECISION)?;
    let most = table.usual(
        "max_replications",
        assumed(USUAL_MOST, ""),
        count(LEAST, largest),
    );
    let mut wanted = Vec::new();
    for figure in Precise::ALL {
        if let Some(share) = table.read(figure.key(), percentage)? {
            wanted.push((figure, share));
        }
    }
    let most = most?;
    let names_any = |entry: &Entry| &*entry.key != "max_replications";
    if !table.entries().iter().any(names_any) {
        let complaint = Complaint::new("no figure is named").help(
            "name one with the half-width that its interval may have, such as `precision = { cost = \"1%\" }`",
        );
        return Err(table.refuse_whole(complaint));
    }
    if first < LEAST {
        let complaint = Complaint::new(format!(
            "`precision` needs at least {LEAST} replications before it looks at intervals, and there are {first}"
        ))
        .help(format!(
            "write at least {LEAST}, or leave `replications` out: it is the size of the first round"
        ));
        return Err(top.refuse("replications", complaint));
    }
    if first > most {
        let complaint = Complaint::new(format!(
            "the first round alone has {first} replications, which is more than {most}"
        ))
        .help("write a larger `max_replications`, or fewer `replications`");
        return Err(table.refuse("max_replications", complaint));
    }
    Ok(Some(Precision {
        wanted,
        first,
        most,
    }))
}

/// A share above 0 and at most 1, from a text such as `5%`.
pub(super) fn percentage(value: &Value) -> Result<f64, Complaint> {
    let parsed = match value {
        Value::Text(text) => text.trim().strip_suffix('%'),
        _ => None,
    };
    let parsed = parsed.and_then(|number| number.trim().parse::<f64>().ok());
    match parsed {
        Some(percent) if percent > 0.0 && percent <= 100.0 => Ok(percent / 100.0),
        _ => Err(Complaint::new(format!("found {}", found(value)))
            .help("write a percentage above 0 and up to 100 in quotes, such as `\"5%\"`")),
    }
}
