//! `bill.csv`: what each variant pays for, line by line, as means over the replications that add up to its printed cost.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::money;
use super::row::Row as Observed;
use super::table::{Cell, Column, write_rows};
use super::{ReportFile, StudyResults, VariantResults, Written};
use crate::pricing::{BillLine, CommitmentKind, Meter, Quantity, Tier, Unit, bill};
use crate::units::{TICKS_PER_HOUR, Usd};

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "bill.csv",
    meaning: "The bill of each variant: one row per target, meter, commitment and category that it pays anything for, from the \
        warm-up to the end of all work. Quantities and amounts are means over the replications. Amounts are rounded in turn so that \
        they add up, to the last digit, to `cost_usd` of the variant in `summary.csv` (the row `(all)` where there is one); none is off \
        by more than a millionth of a dollar. Quantity times unit price is the amount, but for rounding. Usage that a commitment \
        covers is in the categories of its target as the target's time of the same clock hour is. What commitments took while they \
        covered nothing is no target's.",
    written: Written::Always,
    columns: || columns().iter().map(Column::doc).collect(),
    write,
};

/// A line, summed over the replications.
struct Row<'a> {
    variant: &'a VariantResults,
    line: BillLine,
    /// The mean amount in millionths of the currency, rounded in turn.
    micros: i128,
}

/// A line of a bill for people, a mean over the replications.
pub(super) struct Told {
    /// The target, or the commitment that covers nothing.
    pub(super) of: String,
    /// The meter on which it runs, with the commitment that covers it.
    pub(super) meter: String,
    /// What it was spent on.
    pub(super) category: &'static str,
    /// Number of units.
    pub(super) quantity: f64,
    /// The unit.
    pub(super) unit: &'static str,
    /// Price of a unit in US dollars.
    pub(super) unit_price: f64,
    /// What it costs, in the currency of the results.
    pub(super) amount: f64,
}

/// The lines of a variant for people: those of equal targets together.
pub(super) fn told(variant: &VariantResults) -> Vec<Told> {
    let line = |row: Row<'_>| {
        let line = &row.line;
        let commitment = line
            .commitment
            .map(|at| variant.commitments[at].name.as_str());
        let target = line.target.map(|at| variant.targets[at].as_str());
        let meter = meter(variant, line).replace('_', " ");
        let covered = target.and(commitment);
        let mut equal = variant.equal.iter();
        let equal = equal.find(|of| line.target.is_some_and(|at| of.positions().contains(&at)));
        let equal = equal.map(|of| of.name.as_str());
        let Quantity {
            parts, per_unit, ..
        } = line.quantity;
        Told {
            of: equal
                .or(target)
                .or(commitment)
                .unwrap_or_default()
                .to_owned(),
            meter: covered.map_or_else(|| meter.clone(), |name| format!("{meter} {name}")),
            category: line.category.legend(),
            quantity: parts as f64 / per_unit as f64 / variant.replications.len().max(1) as f64,
            unit: line.quantity.unit.name(),
            unit_price: line.unit_micro_usd as f64 / 1e6,
            amount: row.micros as f64 / 1e6,
        }
    };
    let mut told: Vec<Told> = Vec::new();
    for line in rows(variant).into_iter().map(line) {
        match told.iter_mut().find(|of| of.is_like(&line)) {
            Some(of) => {
                of.quantity += line.quantity;
                of.amount += line.amount;
            }
            None => told.push(line),
        }
    }
    told
}

impl Told {
    /// Whether it is the same line of an equal target.
    fn is_like(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.of.clone(), of.meter.clone(), of.category, of.unit);
        key(self) == key(other) && self.unit_price.to_bits() == other.unit_price.to_bits()
    }
}

/// The lines of a variant.
fn rows(variant: &VariantResults) -> Vec<Row<'_>> {
    let lines = summed(variant);
    let count = i128::try_from(variant.replications.len()).expect("replications are few");
    let unit = i128::from(TICKS_PER_HOUR) * count.max(1);
    let mut sum = Usd::ZERO;
    let mut written = 0;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for line in lines {
        sum += variant.currency.exact(line.amount);
        let upto = (2 * sum.0 + unit).div_euclid(2 * unit);
        rows.push(Row {
            variant,
            line,
            micros: upto - written,
        });
        written = upto;
    }
    // Where the mean lies between two printed numbers, the one that the summary prints decides.
    if let (Some(last), Some(printed)) = (rows.last_mut(), printed_micros(variant)) {
        last.micros += printed - written;
    }
    rows
}

/// The cost of a variant in millionths of the currency, as `summary.csv` prints it.
pub(super) fn printed_micros(variant: &VariantResults) -> Option<i128> {
    let cost = Observed::of_all(variant).estimate(money::cost)?;
    format!("{:.6}", cost.mean).replace('.', "").parse().ok()
}

/// Quantities and amounts of all replications together, in the order of a bill.
fn summed(variant: &VariantResults) -> Vec<BillLine> {
    let mut sums = BTreeMap::new();
    for (replication, result) in variant.statistics().enumerate() {
        let committed = (
            variant.commitments.as_slice(),
            variant.coverage.get(replication),
        );
        for line in bill(&result.targets, &variant.prices, committed, variant.window) {
            let same: &mut BillLine = sums.entry(line.key()).or_insert_with(|| {
                let mut nothing = line;
                nothing.quantity.parts = 0;
                nothing.amount = Usd::ZERO;
                nothing
            });
            same.quantity.parts += line.quantity.parts;
            same.amount += line.amount;
        }
    }
    sums.into_values().collect()
}

impl Row<'_> {
    /// The sizes (or the like) of what the line is about: of its target, or all of the targets that its commitment covers.
    fn of_targets(&self, what: impl Fn(usize) -> Option<String>, cell: &mut Cell) {
        let text = match (self.line.target, self.line.commitment) {
            (Some(target), _) => what(target),
            (None, Some(commitment)) => {
                let covers = self.variant.commitments[commitment].covers.iter();
                let mut all: Vec<String> =
                    covers.filter_map(|covered| what(covered.target)).collect();
                all.sort();
                all.dedup();
                match all.as_slice() {
                    [only] => Some(only.clone()),
                    _ => None,
                }
            }
            (None, None) => None,
        };
        cell.text(&text.unwrap_or_default());
    }

    /// Whether it is of a service of a target without a price of its machines.
    fn is_only_price(&self, target: usize) -> bool {
        self.line.is_service() && self.variant.prices[target].per_hour.0 == 0
    }

    fn source(&self) -> Option<&str> {
        match (self.line.commitment, self.line.target) {
            (Some(commitment), _) => self.variant.commitments[commitment].source.as_deref(),
            (None, Some(target)) if self.line.low_tier => {
                self.variant.prices[target].low_priority_source.as_deref()
            }
            (None, Some(target)) if self.line.is_usage() || self.is_only_price(target) => {
                self.variant.prices[target].source.as_deref()
            }
            (None, Some(target)) => self.variant.prices[target].source_of(&self.line),
            _ => None,
        }
    }
}

/// The meter on which a line runs.
pub(super) fn meter(variant: &VariantResults, line: &BillLine) -> &'static str {
    if let Some(commitment) = line.commitment {
        return kind(variant.commitments[commitment].kind);
    }
    match (line.target, line.quantity.unit) {
        (Some(target), _) if line.is_usage() => match variant.prices[target].meter {
            Meter::Given => "given",
            Meter::PayAsYouGo if !line.low_tier => "pay_as_you_go",
            Meter::PayAsYouGo | Meter::LowPriority => "low_priority",
            Meter::Spot => "spot",
        },
        (_, Unit::NodeHour) => "service_fee",
        (_, Unit::ReplicaHour) => "replica_time",
        (_, Unit::ExecutionHour) => "execution_time",
        (_, Unit::MillionExecutions) => "executions",
        _ => line.name(),
    }
}

/// Name of a kind of commitment.
pub(super) fn kind(kind: CommitmentKind) -> &'static str {
    match kind {
        CommitmentKind::Reservation { .. } => "reservation",
        CommitmentKind::SavingsPlan { .. } => "savings_plan",
    }
}

/// The tier of usage; nothing of what has none.
pub(super) fn tier(variant: &VariantResults, line: &BillLine) -> &'static str {
    match line.target {
        Some(target) if line.is_usage() => match variant.prices[target].tier {
            Tier::Dedicated if !line.low_tier => "dedicated",
            Tier::Dedicated | Tier::LowPriority => "low_priority",
            Tier::Spot => "spot",
        },
        _ => "",
    }
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    names().into_iter().chain(numbers()).collect()
}

/// What a line is about.
fn names<'a>() -> [Column<Row<'a>>; 9] {
    [
        Column::new("variant", "", "name of the variant", |row, cell| {
            cell.text(&row.variant.name);
        }),
        Column::new(
            "replications",
            "",
            "number of replications that the means are over",
            |row, cell| cell.integer(row.variant.replications.len() as u64),
        ),
        Column::new(
            "target",
            "",
            "name of the target; empty for what is no target's",
            |row, cell| {
                if let Some(target) = row.line.target {
                    cell.text(&row.variant.targets[target]);
                }
            },
        ),
        Column::new(
            "size",
            "",
            "size of the virtual machine, where the scenario names one; of an unused commitment, if all its targets have the same",
            |row, cell| row.of_targets(|target| row.variant.prices[target].size.clone(), cell),
        ),
        Column::new("region", "", "region, likewise", |row, cell| {
            row.of_targets(|target| row.variant.prices[target].region.clone(), cell);
        }),
        Column::new(
            "meter",
            "",
            "what the price is of: usage runs on `pay_as_you_go`, `low_priority`, `spot`, `given` (a price of the scenario's own), \
             `reservation` or `savings_plan`; a service has `service_fee` (for each node-hour beside the machine), `replica_time`, \
             `execution_time`, `executions`; other meters are `disk`, `public_ip`, `load_balancer`",
            |row, cell| cell.text(meter(row.variant, &row.line)),
        ),
        Column::new(
            "tier",
            "",
            "`dedicated`, `low_priority` or `spot`; empty where it is not usage of machines of a target",
            |row, cell| cell.text(tier(row.variant, &row.line)),
        ),
        Column::new(
            "commitment",
            "",
            "name of the reservation or savings plan that covers the usage, or is unused",
            |row, cell| {
                if let Some(commitment) = row.line.commitment {
                    cell.text(&row.variant.commitments[commitment].name);
                }
            },
        ),
        Column::new(
            "category",
            "",
            "what it was spent on: the columns of costs in `summary.csv` without `cost_` and `_usd`",
            |row, cell| cell.text(row.line.name()),
        ),
    ]
}

/// How much of it, and what it costs.
fn numbers<'a>() -> [Column<Row<'a>>; 5] {
    [
        Column::new(
            "quantity",
            "",
            "number of units, nine decimals",
            |row, cell| {
                let Quantity {
                    parts, per_unit, ..
                } = row.line.quantity;
                cell.quotient(parts, per_unit * row.variant.replications.len() as u128, 9);
            },
        ),
        Column::new(
            "unit",
            "",
            "`hour` (of a machine, a disk, an address, a load balancer), `day`, `month` (730 h), `USD` of a savings plan; of services \
             `node-hour`, `replica-hour` (a replica while it exists, with its vCPUs and memory), `execution-hour` (an hour of service \
             time with the memory of a replica) or `million executions`",
            |row, cell| cell.text(row.line.quantity.unit.name()),
        ),
        Column::new("unit_price_usd", "USD", "price of a unit", |row, cell| {
            cell.micro_usd(i128::from(row.line.unit_micro_usd));
        }),
        Column::new("amount_usd", "USD", "what it costs", |row, cell| {
            cell.money(row.micros);
        }),
        Column::new(
            "price_source",
            "",
            "where the price is from, with its date, if the scenario or a price book says so",
            |row, cell| cell.text(row.source().unwrap_or_default()),
        ),
    ]
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    write_rows(
        &columns(),
        study.variants.iter().flat_map(rows),
        study.currency(),
        out,
    )
}
