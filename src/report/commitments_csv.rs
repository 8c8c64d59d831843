//! `commitments.csv`: what commitments covered, how much of them was used, and the use at which they pay.

use std::io::{self, Write};

use super::bill_csv::kind;
use super::commitments::{
    Committed, Value, all, break_even, coverage, covered_hours, eligible_hours, paid, saving,
    unused, used, utilization, without,
};
use super::summary_csv::half_width_doc;
use super::table::{Cell, ColumnDoc, TableWriter};
use super::{ReportFile, StudyResults, Written};
use crate::pricing::CommitmentKind;

/// This file.
pub(super) const FILE: ReportFile = ReportFile {
    name: "commitments.csv",
    meaning: "One row per variant and reservation or savings plan, over the time in which it is paid: from the warm-up to the \
        latest end of the targets that it covers. Means over the replications with their intervals, as in `summary.csv`.",
    written: Written::Always,
    columns,
    write,
};

/// A figure of a commitment.
struct Figure {
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    value: Value,
}

const FIGURES: [Figure; 9] = [
    Figure {
        name: "covered_hours",
        unit: "h",
        meaning: "machine-hours that it covered",
        value: covered_hours,
    },
    Figure {
        name: "eligible_hours",
        unit: "h",
        meaning: "machine-hours of the targets that it covers, without rounding; what an earlier commitment covered counts",
        value: eligible_hours,
    },
    Figure {
        name: "coverage",
        unit: "fraction (0 to 1)",
        meaning: "`covered_hours` over `eligible_hours`",
        value: coverage,
    },
    Figure {
        name: "utilization",
        unit: "fraction (0 to 1)",
        meaning: "share of the commitment that was used: `used_usd` over `paid_usd`",
        value: utilization,
    },
    Figure {
        name: "paid_usd",
        unit: "USD",
        meaning: "what is paid for it, used or not",
        value: paid,
    },
    Figure {
        name: "used_usd",
        unit: "USD",
        meaning: "part of it that went for usage",
        value: used,
    },
    Figure {
        name: "unused_usd",
        unit: "USD",
        meaning: "part of it that went for nothing",
        value: unused,
    },
    Figure {
        name: "on_demand_equivalent_usd",
        unit: "USD",
        meaning: "what the usage that it covered would have cost without it, at the targets' own prices",
        value: without,
    },
    Figure {
        name: "saving_usd",
        unit: "USD",
        meaning: "`on_demand_equivalent_usd` less `paid_usd`: negative where it does not pay",
        value: saving,
    },
];

const SHARE: &str = "fraction (0 to 1)";

/// The share of use at which it pays, after the figures.
const BREAK_EVEN: [(&str, &str); 2] = [
    (
        "break_even_utilization",
        "`utilization` at which it costs as much as the same usage without it: its rate over the targets' own prices, with the mix of \
         targets that it covered, or of the first target where it covered nothing. More makes it pay; empty where it has no target",
    ),
    (
        "break_even_utilization_ci95",
        "half-width of the 95 % confidence interval of `break_even_utilization`: of a ratio of means, by the delta method",
    ),
];

/// Columns that are no figures.
const NAMES: [(&str, &str, &str); 7] = [
    ("variant", "", "name of the variant"),
    ("commitment", "", "name of the commitment"),
    ("kind", "", "`reservation` or `savings_plan`"),
    (
        "targets",
        "",
        "names of the targets that it covers, with a space between two",
    ),
    (
        "machines",
        "",
        "machines of a reservation; empty for a savings plan",
    ),
    (
        "price_per_hour_usd",
        "USD",
        "price of a reserved machine an hour; of a savings plan, the amount an hour that is committed to",
    ),
    ("replications", "", "number of replications"),
];

fn columns() -> Vec<ColumnDoc> {
    let doc = |name: String, unit, meaning: String| ColumnDoc {
        name,
        unit,
        meaning,
    };
    let names = NAMES.map(|(name, unit, meaning)| doc(name.to_owned(), unit, meaning.to_owned()));
    let figures = FIGURES.iter().flat_map(|figure| {
        let (name, unit, meaning) = half_width_doc(figure.name, figure.unit);
        [
            doc(
                figure.name.to_owned(),
                figure.unit,
                figure.meaning.to_owned(),
            ),
            doc(name, unit, meaning),
        ]
    });
    let share = BREAK_EVEN.map(|(name, meaning)| doc(name.to_owned(), SHARE, meaning.to_owned()));
    names.into_iter().chain(figures).chain(share).collect()
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().into_iter().map(|column| column.name))?;
    for row in all(study) {
        let estimates = FIGURES.map(|figure| row.estimate(figure.value));
        let estimates = estimates.into_iter().chain([break_even(&row)]);
        let numbers = estimates.flat_map(|estimate| {
            let half_width = estimate.and_then(|estimate| estimate.half_width);
            [estimate.map(|estimate| estimate.mean), half_width]
        });
        let names = (0..NAMES.len()).map(Field::Name);
        table.row(
            names.chain(numbers.map(Field::Number)),
            |field, cell| match field {
                Field::Name(position) => name(&row, position, cell),
                Field::Number(Some(number)) => cell.decimal(number),
                Field::Number(None) => {}
            },
        )?;
    }
    table.finish()
}

enum Field {
    Name(usize),
    Number(Option<f64>),
}

fn name(row: &Committed<'_>, position: usize, cell: &mut Cell) {
    let (machines, per_hour) = match row.commitment.kind {
        CommitmentKind::Reservation { machines, per_hour } => (Some(machines), per_hour),
        CommitmentKind::SavingsPlan { per_hour } => (None, per_hour),
    };
    match position {
        0 => cell.text(&row.variant.name),
        1 => cell.text(&row.commitment.name),
        2 => cell.text(kind(row.commitment.kind)),
        3 => {
            let covers = row.commitment.covers.iter();
            let names = covers.map(|covered| row.variant.targets[covered.target].as_str());
            cell.text(&names.collect::<Vec<&str>>().join(" "));
        }
        4 => {
            if let Some(machines) = machines {
                cell.integer(machines);
            }
        }
        5 => cell.micro_usd(i128::from(per_hour.0)),
        _ => cell.integer(row.variant.replications.len() as u64),
    }
}
