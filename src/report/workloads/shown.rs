//! The figures of workloads as text, for the terminal and the page.

use super::figures::place;
use super::lines::Line;
use crate::currency::Currency;
use crate::report::growth::MARK;
use crate::report::numbers::{Shown, TimeUnit, decimals_of_column};

/// Stands for a figure that a line does not have.
const NONE: &str = "–";

#[derive(Clone, Copy)]
enum Scale {
    Plain,
    Percent,
    Wait,
    /// In a unit of its own.
    Time,
    Money,
}

/// A figure of some lines as text.
pub(in crate::report) struct Column {
    pub(in crate::report) heading: &'static str,
    pub(in crate::report) unit: String,
    /// Those of the lowest ranks are shown where there is not room for all.
    pub(in crate::report) rank: u8,
    /// Mean and half-width of each line.
    pub(in crate::report) cells: Vec<(String, String)>,
}

const COLUMNS: [(&str, &str, Scale, u8); 11] = [
    ("runs_submitted", "runs", Scale::Plain, 5),
    ("wait_mean_s", "mean\nwait", Scale::Wait, 1),
    ("wait_p95_s", "p95\nwait", Scale::Wait, 2),
    ("fan_out_mean_s", "mean\nfan-out", Scale::Time, 4),
    ("fan_out_p95_s", "p95\nfan-out", Scale::Time, 3),
    ("within_goal_share", "within\ngoal", Scale::Percent, 3),
    ("slowdown_mean", "slow-\ndown", Scale::Plain, 7),
    ("node_hours_share", "share of\nnode-h", Scale::Percent, 6),
    ("cost_runs_usd", "own\nnode-time", Scale::Money, 4),
    ("cost_usd", "cost", Scale::Money, 0),
    ("cost_per_run_usd", "cost\nper run", Scale::Money, 8),
];

/// The columns that some line has a figure of.
pub(super) fn columns(lines: &[&Line<'_>], currency: Currency) -> Vec<Column> {
    let of = |name: &str| {
        let at = place(name);
        lines.iter().map(move |line| line.figure(at))
    };
    let waits = of("wait_mean_s").chain(of("wait_p95_s")).flatten();
    let waits = TimeUnit::suiting_all(waits.map(|(wait, _)| wait.mean));
    let mut columns = Vec::new();
    for (name, heading, scale, rank) in COLUMNS {
        if of(name).all(|figure| figure.is_none()) {
            continue;
        }
        let all = of(name).flatten().map(|(time, _)| time.mean);
        let own = TimeUnit::suiting_all(all);
        let unit = match scale {
            Scale::Time => own.name,
            Scale::Plain => "",
            Scale::Percent => "%",
            Scale::Wait => waits.name,
            Scale::Money => currency.code(),
        };
        let decimals = decimals_of_column(of(name).flatten().map(|(amount, _)| amount));
        let cell = |line: &&Line<'_>| {
            let Some((estimate, hidden)) = line.figure(place(name)) else {
                let is_marked = matches!(scale, Scale::Wait) && line.grows();
                let mark = if is_marked { MARK } else { NONE };
                return (mark.to_owned(), String::new());
            };
            let shown = match scale {
                Scale::Percent => Shown::percent(estimate),
                Scale::Wait => Shown::known(waits.from_seconds(estimate), hidden / waits.seconds),
                Scale::Time => Shown::known(own.from_seconds(estimate), hidden / own.seconds),
                Scale::Money => Shown::in_column(estimate, decimals),
                Scale::Plain => Shown::of(estimate),
            };
            let half_width = shown.half_width.map(|width| format!(" ± {width}"));
            (shown.mean, half_width.unwrap_or_default())
        };
        columns.push(Column {
            heading,
            unit: unit.to_owned(),
            rank,
            cells: lines.iter().map(cell).collect(),
        });
    }
    columns
}
