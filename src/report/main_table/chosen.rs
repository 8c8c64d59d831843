//! The columns of the main table: those that are asked for, else the usual ones.

use super::columns::{Column, Figures, Scale, Unless};
use super::view::{Format, View};
use crate::report::StudyResults;
use crate::report::figures::FIGURES;
use crate::report::load::Compared;
use crate::report::month::makes_months;
use crate::report::row::Row;

/// Columns up to this rank stand in a Markdown table, which should not be wider than a page.
const ON_A_PAGE: u8 = 7;

/// The columns in their order. Those that are asked for are never left out.
pub(super) fn chosen(study: &StudyResults, view: &View) -> Vec<Column> {
    if let Some(asked) = &view.columns {
        return asked.iter().map(|of| column(study, *of)).collect();
    }
    let mut columns = usual(study);
    if view.format == Format::Md {
        columns.retain(|column| column.rank <= ON_A_PAGE);
    }
    columns
}

/// Whether the measured time of every variant stands for a month.
fn all_make_months(study: &StudyResults) -> bool {
    study.variants.iter().all(makes_months)
}

/// Whether more than half of the variants serve requests and take no runs.
fn most_only_serve(study: &StudyResults) -> bool {
    let rows = study.variants.iter().map(Row::of_all);
    let only_serve = rows.filter(|row| row.serves() && !row.takes_runs());
    2 * only_serve.count() > study.variants.len()
}

/// The column of a figure; one of the usual ones has its heading from there.
pub(super) fn column(study: &StudyResults, of: Figures) -> Column {
    let name = match of {
        Figures::Cost if all_make_months(study) => "cost_per_month_usd",
        Figures::Cost => "cost_workspace_usd",
        Figures::One(figure) => figure.name,
    };
    let mut usual = usual(study).into_iter();
    let known = usual.find(|column| column.figure.name == name);
    known.map_or_else(
        || {
            let mut figures = FIGURES.iter();
            let found = figures.find(|figure| figure.name == name);
            Column::asked(found.expect("a figure of that name"))
        },
        |column| Column {
            unless: Unless::Never,
            rank: 0,
            ..column
        },
    )
}

/// The usual columns, each with its rank.
fn usual(study: &StudyResults) -> Vec<Column> {
    use Scale::{Latency, Money, Percent, Plain, Time, Wait};
    use Unless::{Any, Known, Whole};
    let (month, whole) = if all_make_months(study) {
        (0, 9)
    } else {
        (9, 0)
    };
    // Where most variants only serve requests, their figures come before the waits of the others.
    let (mean_wait, p95_wait) = if most_only_serve(study) {
        (7, 8)
    } else {
        (1, 2)
    };
    let submitted = Unless::Differs(statistic("runs_submitted"));
    // Where the work is not the same, that and the cost of a run are what counts.
    let is_unlike = Compared::of(study) != Compared::Whole;
    let (per_run, per_run_rank) = if is_unlike {
        ("cost_per_completed_run_usd", 1)
    } else {
        ("cost_per_run_usd", 7)
    };
    let runs = if is_unlike { 2 } else { 14 };
    let own = Unless::Differs(statistic("cost_workspace_usd"));
    let new = Column::new;
    vec![
        new(
            ("cost_per_month_usd", month),
            "cost",
            Money("/month"),
            Known,
        ),
        new(("cost_workspace_usd", whole), "cost", Money(""), Known),
        new(("cost_usd", 5), "cost, all\nbills", Money(""), own),
        new(
            ("cost_per_1000_requests_usd", 2),
            "per 1,000",
            Money(""),
            Known,
        ),
        new(("makespan_s", 1), "makespan", Time, Known),
        new(("fan_out_p95_s", 3), "p95 fan-out", Time, Known),
        new(("wait_mean_s", mean_wait), "mean wait", Wait, Known),
        new(("wait_p50_s", 12), "p50 wait", Wait, Known),
        new(("wait_p95_s", p95_wait), "p95 wait", Wait, Known),
        new(("wait_p99_s", 13), "p99 wait", Wait, Known),
        new(("latency_p50_s", 12), "p50 latency", Latency, Known),
        new(("latency_p95_s", 1), "p95 latency", Latency, Known),
        new(("latency_p99_s", 13), "p99 latency", Latency, Known),
        new(("within_slo_share", 3), "within SLO", Percent, Known),
        new(("completed_share", 3), "completed", Percent, Whole),
        new(("runs_started", 8), "runs started", Plain, submitted),
        new(("rejected_share", 4), "rejected", Percent, Any),
        new(("requests_timed_out", 7), "timed out", Plain, Any),
        new(("requests_unfinished", 7), "not ended", Plain, Any),
        new(("cold_start_share", 6), "cold starts", Percent, Any),
        new(("utilization", 5), "util.", Percent, Known),
        new(("idle_share", 6), "idle", Percent, Known),
        new((per_run, per_run_rank), "per run", Money(""), Known),
        new(("node_hours", 10), "node-h", Plain, Any),
        new(("peak_nodes", 11), "peak nodes", Plain, Known),
        new(("replicas_mean", 9), "replicas", Plain, Any),
        new(("runs_submitted", runs), "runs", Plain, Any),
        new(("runs_completed", 15), "runs done", Plain, submitted),
        new(("requests_arrived", 14), "requests", Plain, Any),
    ]
}

/// How a figure of `summary.csv` is computed.
fn statistic(name: &str) -> crate::report::statistic::Statistic {
    Column::new((name, 0), "", Scale::Plain, Unless::Never)
        .figure
        .statistic
}
