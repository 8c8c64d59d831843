//! `break-even.csv`: where both sides of a pair cost the same, with the figures of both there.

use std::io::{self, Write};

use super::figures;
use super::pairs::Other;
use super::rows::{Outcome, Row};
use super::{Found, Over, Stop};
use crate::pricing::CommitmentKind;
use crate::report::table::{Cell, Column, write_rows};
use crate::stats::Estimate;

/// Its name.
pub const NAME: &str = "break-even.csv";

/// Writes it.
pub fn write(found: &Found<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = found.answers.iter().flat_map(|answer| {
        let crossings = answer.crossings.iter().map(Outcome::BreakEven);
        let undone = answer.undone.iter().map(|_| Outcome::Undone);
        let is_none = answer.crossings.is_empty() && answer.undone.is_empty();
        let none = is_none.then_some(Outcome::Nothing);
        let all = crossings.chain(undone).chain(none);
        all.map(|outcome| Row::of(found, answer, outcome))
    });
    write_rows(&all_columns(), rows, found.study.currency(), out)
}

/// What one row of it is.
const MEANING: &str = "One row per pair and break-even, of [`simulate break-even`](command-line.md#simulate-break-even) only; one row with an \
    empty `break_even` for each place that is none, since a queue grows there, and where a pair has none: `outcome` says why. Both sides are simulated at every place with the same random numbers \
    ([deciding.md](deciding.md#break-even)). All costs are on the workspace's own bill.";

/// Its part of the data dictionary, as Markdown.
pub fn dictionary() -> String {
    let columns = all_columns().iter().map(Column::doc).collect();
    crate::report::dictionary(NAME, MEANING, ("Column", columns))
}

fn all_columns<'a>() -> Vec<Column<Row<'a>>> {
    let mut columns = names();
    columns.extend(place());
    columns.extend(searched());
    columns.extend(there());
    columns.extend(sides());
    columns
}

fn mean(estimate: Option<Estimate>, cell: &mut Cell) {
    if let Some(estimate) = estimate {
        cell.decimal(estimate.mean);
    }
}

fn half_width(estimate: Option<Estimate>, cell: &mut Cell) {
    if let Some(width) = estimate.and_then(|estimate| estimate.half_width) {
        cell.decimal(width);
    }
}

fn names<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::new(
            "variant",
            "",
            "one side: a variant; of a commitment, the variant that has it, as it would be without",
            |row, cell| cell.text(&row.found.study.variants[row.answer.pair.variant].name),
        ),
        Column::new(
            "alternative",
            "",
            "the other side: a variant, or the commitment",
            |row, cell| cell.text(row.found.names(row.answer.pair)[1]),
        ),
        Column::new(
            "question",
            "",
            "`variants`, `reservation` or `savings_plan`",
            |row, cell| {
                let of = &row.found.study.variants[row.answer.pair.variant];
                cell.text(match row.answer.pair.other {
                    Other::Variant(_) => "variants",
                    Other::Commitment(at) => match of.commitments[at].kind {
                        CommitmentKind::Reservation { .. } => "reservation",
                        CommitmentKind::SavingsPlan { .. } => "savings_plan",
                    },
                });
            },
        ),
        Column::new(
            "over",
            "",
            "what a place is: `load`, or the key whose values are simulated",
            |row, cell| cell.text(row.found.over.of_files().0),
        ),
        Column::new(
            "unit",
            "",
            "what `break_even` counts: `times` the scenario's load, seconds `s`, hours a day `h_per_day`; empty of a plain number",
            |row, cell| cell.text(row.found.over.of_files().1),
        ),
    ]
}

fn place<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::new(
            "outcome",
            "",
            "`break_even`; or why there is none: `queue_grows` (both cost the same somewhere, but the queue of a side grows there), \
             `one_is_cheaper` (everywhere), `same_cost` (everywhere, in each replication), `no_clear_difference` (anywhere)",
            |row, cell| cell.text(row.word()),
        ),
        Column::new(
            "break_even",
            "",
            "place at which both sides cost the same; empty where there is none between `searched_from` and `searched_to`",
            |row, cell| mean(row.crossing.map(|it| it.root.place), cell),
        ),
        Column::new(
            "break_even_ci95",
            "",
            "half-width of its 95 % confidence interval",
            |row, cell| half_width(row.crossing.map(|it| it.root.place), cell),
        ),
        Column::new(
            "precise",
            "",
            "`yes` where that is as short as `--precision` wants it, else `no`",
            |row, cell| {
                if let Some(crossing) = row.crossing {
                    let is_precise = crossing.root.is_precise;
                    cell.text(if is_precise { "yes" } else { "no" });
                }
            },
        ),
        Column::new(
            "replications",
            "",
            "pairs of replications that the interval is from",
            |row, cell| {
                if let Some(crossing) = row.crossing {
                    cell.integer(crossing.root.count);
                }
            },
        ),
        Column::new(
            "cheaper_below",
            "",
            "which side costs less below `break_even`; where there is none, everywhere; empty where no clear difference was seen, and of `queue_grows`",
            |row, cell| cell.text(row.cheaper()[0]),
        ),
        Column::new("cheaper_above", "", "the same above it", |row, cell| {
            cell.text(row.cheaper()[1]);
        }),
    ]
}

/// Where it was searched.
fn searched<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::new(
            "searched_from",
            "",
            "first place that was simulated",
            |row, cell| {
                if let Some(look) = row.answer.scan.first() {
                    cell.decimal(look.place);
                }
            },
        ),
        Column::new(
            "searched_to",
            "",
            "last place that was simulated",
            |row, cell| {
                if let Some(look) = row.answer.scan.last() {
                    cell.decimal(look.place);
                }
            },
        ),
        Column::new(
            "ended_by",
            "",
            "why no place beyond the last one was simulated: `queue_grows` (the queue of a side grows there), `endless` (a side would \
             not end beyond it); empty where it is the end of the range",
            |row, cell| {
                cell.text(match row.answer.stop {
                    Some(Stop::Grows(_)) => "queue_grows",
                    Some(Stop::Endless) => "endless",
                    None => "",
                });
            },
        ),
    ]
}

/// What is common to both sides at the break-even.
fn there<'a>() -> Vec<Column<Row<'a>>> {
    fn runs(row: &Row<'_>) -> Option<Estimate> {
        let is_load = *row.found.over == Over::Load;
        figures::runs_per_day(row.found.study, row.crossing?, (0, is_load))
    }
    fn hours(row: &Row<'_>) -> Option<Estimate> {
        figures::hours_per_day(row.found.study, row.crossing?.look)
    }
    fn share(row: &Row<'_>) -> Option<Estimate> {
        figures::share_used(row.found.study, row.answer.pair, row.crossing?.look)
    }
    fn difference(row: &Row<'_>) -> Option<Estimate> {
        figures::difference(row.found.study, row.answer.pair, row.crossing?.look)
    }
    vec![
        Column::new(
            "runs_per_day",
            "",
            "completed runs a day of `variant` at the break-even",
            |row, cell| mean(runs(row), cell),
        ),
        Column::new(
            "runs_per_day_ci95",
            "",
            "half-width of its 95 % confidence interval; over the load, that of `break_even` in runs a day",
            |row, cell| half_width(runs(row), cell),
        ),
        Column::new(
            "machine_hours_per_day",
            "h",
            "billed machine-hours a day of `variant` at the break-even",
            |row, cell| mean(hours(row), cell),
        ),
        Column::new(
            "share_used",
            "fraction (0 to 1)",
            "share of the commitment that is used at the break-even; empty of variants",
            |row, cell| mean(share(row), cell),
        ),
        Column::new(
            "share_used_ci95",
            "fraction (0 to 1)",
            "half-width of its 95 % confidence interval",
            |row, cell| half_width(share(row), cell),
        ),
        Column::new(
            "difference_usd",
            "USD",
            "what `variant` costs more than `alternative` at the break-even, over the measured time with what falls after the horizon, \
             on the workspace's own bill: simulated at the place itself, as a check",
            |row, cell| mean(difference(row), cell),
        ),
        Column::new(
            "difference_usd_ci95",
            "USD",
            "half-width of its 95 % confidence interval, from paired replications",
            |row, cell| half_width(difference(row), cell),
        ),
    ]
}

/// A figure of a side with its half-width.
macro_rules! side {
    ($side:literal, $name:literal, $unit:literal, $meaning:literal, $of:expr) => {
        [
            Column::new($name, $unit, $meaning, |row, cell| {
                mean(Row::side(row, $side, $of), cell);
            }),
            Column::new(
                concat!($name, "_ci95"),
                $unit,
                "half-width of its 95 % confidence interval",
                |row, cell| half_width(Row::side(row, $side, $of), cell),
            ),
        ]
    };
}

/// The figures of each side at the break-even.
fn sides<'a>() -> Vec<Column<Row<'a>>> {
    let mut columns = Vec::from(costs());
    columns.extend(waits());
    columns
}

/// What each side costs at the break-even.
fn costs<'a>() -> [Column<Row<'a>>; 4] {
    [
        Column::new(
            "variant_cost_usd",
            "USD",
            "cost of `variant` at the break-even, as `difference_usd`",
            |row: &Row<'a>, cell: &mut Cell| mean(row.costs[0], cell),
        ),
        Column::new(
            "variant_cost_usd_ci95",
            "USD",
            "half-width of its 95 % confidence interval",
            |row, cell| half_width(row.costs[0], cell),
        ),
        Column::new(
            "alternative_cost_usd",
            "USD",
            "the same of `alternative`",
            |row, cell| mean(row.costs[1], cell),
        ),
        Column::new(
            "alternative_cost_usd_ci95",
            "USD",
            "half-width of its 95 % confidence interval",
            |row, cell| half_width(row.costs[1], cell),
        ),
    ]
}

/// How long runs wait on each side there, and how busy it is.
fn waits<'a>() -> Vec<Column<Row<'a>>> {
    let mut columns = Vec::new();
    columns.extend(side!(
        0,
        "variant_wait_mean_s",
        "s",
        "mean wait of `variant` at the break-even; empty where its queue grows",
        |side| side.wait_mean
    ));
    columns.extend(side!(
        1,
        "alternative_wait_mean_s",
        "s",
        "the same of `alternative`",
        |side| side.wait_mean
    ));
    columns.extend(side!(
        0,
        "variant_wait_p95_s",
        "s",
        "95th percentile of the wait of `variant` at the break-even",
        |side| side.wait_p95
    ));
    columns.extend(side!(
        1,
        "alternative_wait_p95_s",
        "s",
        "the same of `alternative`",
        |side| side.wait_p95
    ));
    columns.extend(side!(
        0,
        "variant_utilization",
        "fraction (0 to 1)",
        "Running share of what is billed of `variant` at the break-even",
        |side| side.utilization
    ));
    columns.extend(side!(
        1,
        "alternative_utilization",
        "fraction (0 to 1)",
        "the same of `alternative`",
        |side| side.utilization
    ));
    columns
}
