//! What was read from data files, as a block of text for each.

use std::fmt::Write as _;

use crate::printable;
use crate::scenario::{Reading, Scenario};
use crate::units::SimDuration;

/// Blocks that are shown: a sweep of horizons reads a log many times.
const SHOWN: usize = 6;
/// Sizes that are shown of one log.
const SIZES: usize = 8;

/// The blocks of a scenario, each without its last line end.
pub(super) fn blocks(scenario: &Scenario) -> Vec<String> {
    let shown = scenario.readings.iter().take(SHOWN);
    let mut blocks: Vec<String> = shown.map(block).collect();
    let more = scenario.readings.len() - blocks.len();
    if more > 0 {
        blocks.push(format!(
            "{more} more blocks like these are in manifest.json"
        ));
    }
    blocks
}

fn block(reading: &Reading) -> String {
    let file = reading.file.display().to_string();
    let file = printable::line(&file);
    let variants = match &reading.variants[..] {
        [] => String::new(),
        [one] => format!(" (variant `{one}`)"),
        [one, two] => format!(" (variants `{one}` and `{two}`)"),
        [first, more @ ..] => format!(" (variant `{first}` and {} others)", more.len()),
    };
    let mut text = format!(
        "what was read from {file} for `{}`{variants}:",
        reading.read_for
    );
    let mut line = |name: &str, said: &str| {
        let said = printable::line(said);
        write!(text, "\n  {name:<11} {said}").expect("a string takes every line");
    };
    line(
        "rows",
        &format!("{}, of which {} are used", reading.rows, reading.used),
    );
    if !reading.left_out.is_empty() {
        let each = reading.left_out.iter();
        let each: Vec<String> = each
            .map(|left| format!("{}: {}", left.rows, left.reason))
            .collect();
        line("left out", &each.join("; "));
    }
    if let Some(stamps) = &reading.stamps {
        line("stamps", &stamps.are);
        let (first, last, span) = (&stamps.first, &stamps.last, &stamps.span);
        line("first, last", &format!("{first}, {last} ({span})"));
    }
    if let Some(durations) = &reading.durations {
        let zeros = match durations.zeros {
            0 => String::new(),
            zeros => format!("; {zeros} of them 0"),
        };
        let (median, largest) = (friendly(durations.median_s), friendly(durations.largest_s));
        let are = durations.are;
        line(
            "durations",
            &format!("median {median}, largest {largest} ({are}){zeros}"),
        );
    }
    if let Some(hours) = reading.node_hours {
        line("sizes", &sizes(reading));
        let unit = if reading.sizes.is_empty() {
            ", each row on one node or replica"
        } else {
            ""
        };
        line("node-hours", &format!("{hours:.1}{unit}"));
    }
    for remark in &reading.remarks {
        line("remark", remark);
    }
    text
}

fn sizes(reading: &Reading) -> String {
    if reading.sizes.is_empty() {
        return "not in the file".to_owned();
    }
    let shown = reading.sizes.iter().take(SIZES);
    let mut each: Vec<String> = shown
        .map(|(nodes, rows)| match nodes {
            1 => format!("1 node: {rows}"),
            _ => format!("{nodes} nodes: {rows}"),
        })
        .collect();
    let more = reading.sizes.iter().skip(SIZES);
    let rows: u64 = more.clone().map(|(_, rows)| rows).sum();
    if let Some((largest, _)) = more.last() {
        each.push(format!("more, up to {largest}: {rows}"));
    }
    each.join(", ")
}

/// A length to three digits or so: whole seconds from a minute on.
fn friendly(seconds: f64) -> String {
    let rounded = if seconds >= 60.0 {
        seconds.round()
    } else {
        (seconds * 1000.0).round() / 1000.0
    };
    SimDuration::from_secs_rounded(rounded).to_friendly()
}
