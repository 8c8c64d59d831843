//! What commitments covered, how much of them was used, and what it cost, by replication: `commitments.csv`, the terminal
//! and break-even answers read it.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all figures have the signature of [`Value`]"
)]

use std::io::{self, Write};

use super::bill_csv::kind;
use super::numbers::Shown;
use super::summary_csv::half_width_doc;
use super::table::{Cell, ColumnDoc, TableWriter};
use super::{ReportFile, StudyResults, VariantResults, Written};
use crate::currency::Currency;
use crate::pricing::{Commitment, CommitmentKind, CommitmentUse, TargetPrices};
use crate::stats::{CONFIDENCE, Estimate, estimate};
use crate::units::Usd;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "commitments.csv",
    meaning: "One row per variant and reservation or savings plan, over the time in which it is paid: from the warm-up to the \
        latest end of the targets that it covers. Means over the replications with their intervals, as in `summary.csv`.",
    written: Written::Always,
    columns,
    write,
};

/// One commitment of a variant over the replications.
pub struct Committed<'a> {
    /// The variant.
    pub variant: &'a VariantResults,
    /// The commitment.
    pub commitment: &'a Commitment,
    /// What it did in each replication, before and after the horizon together.
    uses: Vec<CommitmentUse>,
}

/// One replication of a commitment.
pub struct Seen<'a> {
    currency: Currency,
    commitment: &'a Commitment,
    prices: &'a [TargetPrices],
    part: &'a CommitmentUse,
}

/// A figure of a commitment.
struct Figure {
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    value: Value,
}

/// How a figure is computed from one replication.
pub type Value = fn(&Seen<'_>) -> Option<f64>;

/// Every commitment of every variant.
pub fn all(study: &StudyResults) -> Vec<Committed<'_>> {
    let of = |variant| {
        (0..)
            .zip(commitments(variant))
            .map(move |(position, commitment)| Committed {
                variant,
                commitment,
                uses: uses(variant, position),
            })
    };
    study.variants.iter().flat_map(of).collect()
}

fn commitments(variant: &VariantResults) -> &[Commitment] {
    &variant.commitments
}

fn uses(variant: &VariantResults, position: usize) -> Vec<CommitmentUse> {
    let coverage = variant.coverage.iter();
    coverage
        .map(|coverage| coverage.within[position].joined(&coverage.drain[position]))
        .collect()
}

impl Seen<'_> {
    fn money(&self, amount: Usd) -> f64 {
        self.currency.amount(amount)
    }
}

impl Committed<'_> {
    /// The figure in each replication that has it.
    pub fn values(&self, value: Value) -> Vec<f64> {
        let seen = self.uses.iter().filter_map(|part| {
            value(&Seen {
                currency: self.variant.currency,
                commitment: self.commitment,
                prices: &self.variant.prices,
                part,
            })
        });
        seen.collect()
    }

    /// Its mean with an interval.
    pub fn estimate(&self, value: Value) -> Option<Estimate> {
        estimate(&self.values(value), CONFIDENCE)
    }
}

/// Share of its targets' machine-time that it covered.
fn coverage(of: &Seen<'_>) -> Option<f64> {
    quotient(of.part.time().as_hours(), of.part.eligible.as_hours())
}

/// Share of what is paid that went for usage.
pub(super) fn utilization(of: &Seen<'_>) -> Option<f64> {
    quotient(used(of)?, paid(of)?)
}

/// What is paid, used or not.
pub(super) fn paid(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.paid))
}

/// The part of it that went for usage.
pub(super) fn used(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.used(of.commitment)))
}

fn unused(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.unused(of.commitment)))
}

/// What the covered usage would have cost at the targets' own prices.
pub(super) fn without(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.without(of.commitment, of.prices)))
}

/// What was saved; negative where more was paid.
pub(super) fn saving(of: &Seen<'_>) -> Option<f64> {
    let without = of.part.without(of.commitment, of.prices);
    Some(of.money(without - of.part.paid))
}

fn quotient(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

const FIGURES: [Figure; 9] = [
    Figure {
        name: "covered_hours",
        unit: "h",
        meaning: "machine-hours that it covered",
        value: |of| Some(of.part.time().as_hours()),
    },
    Figure {
        name: "eligible_hours",
        unit: "h",
        meaning: "machine-hours of the targets that it covers, without rounding; what an earlier commitment covered counts",
        value: |of| Some(of.part.eligible.as_hours()),
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
    names.into_iter().chain(figures).collect()
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().into_iter().map(|column| column.name))?;
    for row in all(study) {
        let estimates = FIGURES.map(|figure| row.estimate(figure.value));
        let numbers = estimates.iter().flat_map(|estimate| {
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

/// A line for each commitment, for the terminal.
pub fn sentences(study: &StudyResults) -> Vec<String> {
    all(study).iter().map(sentence).collect()
}

/// `reserved, gpu-1y: coverage 80 % (± 2), utilization 45 % (± 1); paid 60 USD (± 0), of which 33.0 USD
/// (± 0.6) unused; the same usage without it: 45.0 USD (± 0.9)`.
fn sentence(row: &Committed<'_>) -> String {
    let percent = |value: Value| {
        let share = row.estimate(value).map(|share| share.scaled(100.0));
        share.map_or_else(
            || "none".to_owned(),
            |share| Shown::of(share).with_unit("%"),
        )
    };
    let money = |value: Value| {
        let amount = row.estimate(value);
        amount.map_or_else(
            || "nothing".to_owned(),
            |amount| Shown::of(amount).with_unit(row.variant.currency.code()),
        )
    };
    let cost = if row.values(paid).iter().any(|paid| *paid > 0.0) {
        format!(
            "utilization {}; paid {}, of which {} unused",
            percent(utilization),
            money(paid),
            money(unused)
        )
    } else {
        "it costs nothing".to_owned()
    };
    format!(
        "{}, {}{}: coverage {}, {cost}; the same usage without it: {}",
        row.variant.name,
        row.commitment.name,
        row.commitment.term.words(),
        percent(coverage),
        money(without)
    )
}
