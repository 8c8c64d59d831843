//! `break-even.csv`: where an always-on instance begins to cost less than a cluster, and a commitment less than none.

use std::io::{self, Write};

use super::break_even::answers;
use super::break_even_answer::{Answer, Bias, Measure, Question, Verdict};
use super::table::{Cell, Column, write_rows};
use super::{ReportFile, StudyResults, Written};
use crate::stats::Estimate;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "break-even.csv",
    meaning: "One row per answer. `instance_or_cluster`: for each variant of always-on instances alone (no schedule, no idle \
        shutdown) and each with clusters, the load a day at which both cost the same. It is an **estimate from one load**, not a \
        result of simulation: the cost of each variant is taken to grow evenly from what it would cost without any run \
        (instances, commitments, fixed charges) to what it costs with the scenario's runs, their drain included. So it has no \
        interval. The estimate for clusters that scale from zero is biased towards the scenario's load: a busier cluster shares \
        boots and idle time among more runs, so that each costs less. By how much, one load does not show: 5 to 15 % in examples \
        of such clusters near the load that it names. What units that live for one run cost (Data Lake Analytics) is \
        proportional to the runs, without such a bias. None is estimated against a cluster that keeps nodes whatever the load, \
        or where runs of others share a target. To check it, simulate the load it names with `--set`. All of it is of the \
        workspace's own bill. `cheaper` and `difference_usd` are results at the scenario's own load, the same that \
        `comparison.csv` compares. `reservation`, `savings_plan`: the share of the commitment that has to be used for it to pay, \
        its price over the targets' own, with the mix of targets that it covered. Intervals: paired over replications, of ratios \
        by the delta method.",
    written: Written::Always,
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
    let numbers = break_even().into_iter().chain(scenario());
    names().into_iter().chain(numbers).collect()
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
            "alternative",
            "",
            "the always-on variant, or the commitment",
            |row, cell| cell.text(row.alternative),
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
            "what `break_even` and `scenario_load` count: completed runs a day, `runs_per_day`; billed node-hours of clusters a day, \
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

/// Where both cost the same.
fn break_even<'a>() -> [Column<Answer<'a>>; 3] {
    [
        Column::new(
            "break_even",
            "",
            "amount at which both cost the same; above it, `alternative` costs less. 0 or less: it always does. Empty where there is \
             none: the cost of `variant` does not grow with the load, all its nodes on at all times cost no more, or `alternative` \
             cannot do the load; and where one load does not tell enough: `alternative` has several instances, `variant` keeps nodes \
             (`min_nodes`) and costs less without any run, or runs of others share a target of one of the two",
            |row, cell| estimate(row.break_even.ok(), cell),
        ),
        Column::new(
            "break_even_ci95",
            "",
            "half-width of the 95 % confidence interval of `break_even`, of a commitment; empty for loads, which are extrapolated",
            |row, cell| half_width(row.break_even.ok(), cell),
        ),
        Column::new(
            "bias",
            "",
            "side of the truth on which an extrapolated `break_even` lies, as a rule: `low` (the true number is higher), `high` \
             (it is lower), `small` (what one cluster costs is proportional to its node-hours, but for fixed charges; what units \
             that live for one run cost is proportional to the runs), `unknown` (instances or commitments that are paid anyway \
             take the first runs, the mix of targets changes, or the always-on variant works long after the horizon); empty where \
             nothing is extrapolated",
            |row, cell| {
                cell.text(match row.bias {
                    Some(Bias::Low) => "low",
                    Some(Bias::High) => "high",
                    Some(Bias::Small) => "small",
                    Some(Bias::Unknown | Bias::Backlog) => "unknown",
                    None => "",
                });
            },
        ),
    ]
}

/// Where the scenario lies.
fn scenario<'a>() -> [Column<Answer<'a>>; 6] {
    [
        Column::new(
            "scenario_load",
            "",
            "amount in the scenario",
            |row, cell| {
                estimate(row.scenario_load, cell);
            },
        ),
        Column::new(
            "scenario_load_ci95",
            "",
            "half-width of the 95 % confidence interval of `scenario_load`",
            |row, cell| half_width(row.scenario_load, cell),
        ),
        Column::new(
            "cheaper",
            "",
            "which costs less at the scenario's own load: the name of `variant` or of `alternative`; of a commitment its name, or \
             `pay_as_you_go` where it costs less without; empty where the interval of `difference_usd` covers 0",
            |row, cell| cell.text(cheaper(row)),
        ),
        Column::new(
            "difference_usd",
            "USD",
            "what the scenario costs a day more with `variant` than with `alternative`; of a commitment, what it saves a day",
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
            "fraction (0 to 1)",
            "share of its time that the always-on variant would run at the estimated load: above 1, it cannot do that much, and \
             `break_even` is empty; empty for commitments",
            |row, cell| {
                if let Some(share) = row.share_of_instance {
                    cell.decimal(share);
                }
            },
        ),
    ]
}

fn cheaper<'a>(row: &Answer<'a>) -> &'a str {
    match (row.verdict, row.question) {
        (Verdict::Above, _) => row.alternative,
        (Verdict::Below, Question::InstanceOrCluster) => row.variant,
        (Verdict::Below, Question::Reservation | Question::SavingsPlan) => "pay_as_you_go",
        (Verdict::Unclear, _) => "",
    }
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&columns(), answers(study), study.currency(), out)
}
