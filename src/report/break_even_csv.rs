//! `break_even.csv`: where an always-on instance begins to cost less than a cluster, and a commitment less than none.

use std::io::{self, Write};

use super::break_even::{Answer, Measure, Question, Verdict, answers};
use super::table::{Cell, Column, write_rows};
use super::{ReportFile, StudyResults};
use crate::stats::Estimate;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "break_even.csv",
    meaning: "One row per answer. `instance_or_cluster`: for each variant of always-on instances alone (no schedule, no idle \
        shutdown) and each with clusters, the load a day at which both cost the same. The cost of the other is taken to grow evenly \
        from what it would cost without any run (nodes kept by `min_nodes`, instances of its own, commitments, fixed charges) to what it \
        costs with the scenario's: break-even = (cost of the instances a day - cost without runs a day) / (other cost of one run), and \
        likewise in billed node-hours. In truth runs share nodes more at a higher load and less at a lower, so the answer is sharpest near \
        the scenario's load; which is cheaper there is compared directly. `reservation`, `savings_plan`: the share of the commitment \
        that has to be used for it to pay, its price over the targets' own. Intervals: paired over replications, of ratios by the delta \
        method.",
    needs_records: false,
    columns: || columns().iter().map(Column::doc).collect(),
    write,
};

fn estimate(estimate: Option<Estimate>, cell: &mut Cell) {
    if let Some(estimate) = estimate {
        cell.decimal(estimate.mean);
    }
}

fn half_width(estimate: Option<Estimate>, cell: &mut Cell) {
    if let Some(width) = estimate.and_then(|estimate| estimate.half_width) {
        cell.decimal(width);
    }
}

fn columns<'a>() -> Vec<Column<Answer<'a>>> {
    names().into_iter().chain(numbers()).collect()
}

fn names<'a>() -> [Column<Answer<'a>>; 4] {
    [
        Column::new(
            "variant",
            "",
            "the variant with clusters, or with the commitment",
            |row, cell| cell.text(row.variant),
        ),
        Column::new(
            "against",
            "",
            "the always-on variant, or the commitment",
            |row, cell| cell.text(row.against),
        ),
        Column::new(
            "question",
            "",
            "`instance_or_cluster`, `reservation` or `savings_plan`",
            |row, cell| {
                cell.text(match row.question {
                    Question::InstanceOrCluster => "instance_or_cluster",
                    Question::Reservation => "reservation",
                    Question::SavingsPlan => "savings_plan",
                });
            },
        ),
        Column::new(
            "measure",
            "",
            "what `break_even` and `actual` count: completed runs a day, `runs_per_day`; billed node-hours of clusters a day, \
             `node_hours_per_day`; the share of a commitment that is used, `share_used`",
            |row, cell| {
                cell.text(match row.measure {
                    Measure::RunsPerDay => "runs_per_day",
                    Measure::NodeHoursPerDay => "node_hours_per_day",
                    Measure::ShareUsed => "share_used",
                });
            },
        ),
    ]
}

fn numbers<'a>() -> [Column<Answer<'a>>; 8] {
    [
        Column::new(
            "break_even",
            "",
            "so much makes both cost the same; at more, `against` costs less. 0 or less: it always does. Empty where nothing does",
            |row, cell| estimate(row.break_even, cell),
        ),
        Column::new(
            "break_even_ci95",
            "",
            "half-width of the 95 % confidence interval of `break_even`",
            |row, cell| half_width(row.break_even, cell),
        ),
        Column::new("actual", "", "so much the scenario has", |row, cell| {
            estimate(row.actual, cell);
        }),
        Column::new(
            "actual_ci95",
            "",
            "half-width of the 95 % confidence interval of `actual`",
            |row, cell| half_width(row.actual, cell),
        ),
        Column::new(
            "verdict",
            "",
            "where the scenario lies: `above` (`against` costs less), `below` (`variant`, or none of the commitment, costs less), or \
             `unclear` where the interval of `difference_usd` covers 0",
            |row, cell| {
                cell.text(match row.verdict {
                    Verdict::Above => "above",
                    Verdict::Below => "below",
                    Verdict::Unclear => "unclear",
                });
            },
        ),
        Column::new(
            "difference_usd",
            "USD",
            "what the scenario costs a day more with `variant` than with `against`; of a commitment, what it saves a day",
            |row, cell| estimate(row.difference, cell),
        ),
        Column::new(
            "difference_usd_ci95",
            "USD",
            "half-width of the 95 % confidence interval of `difference_usd`",
            |row, cell| half_width(row.difference, cell),
        ),
        Column::new(
            "share_of_instance",
            "share of 1",
            "how much of its time the always-on variant would run at the break-even: above 1, it cannot do so much; empty for \
             commitments",
            |row, cell| {
                if let Some(share) = row.share_of_instance {
                    cell.decimal(share);
                }
            },
        ),
    ]
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&columns(), answers(study), out)
}
