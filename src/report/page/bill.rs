//! The bill on the page: what the variants pay for by category, and the lines of each bill.

use super::table::cheapest;
use crate::digits::grouped;
use crate::printable;
use crate::report::StudyResults;
use crate::report::bill_csv::{Told, told};
use crate::report::charts::cost::legends;
use crate::report::drawings::{costs_by_category, names};
use crate::report::row::has_other_bills;

/// Variants that are shown at most: the cheapest, and the baseline.
const MOST: usize = 8;
/// Stands for what is not paid.
const NONE: &str = "–";

/// A category, or the total, with the amount of each variant.
pub(super) struct Category {
    pub(super) name: &'static str,
    pub(super) amounts: Vec<String>,
}

/// A line of the bill of a variant.
pub(super) struct Line {
    pub(super) of: String,
    pub(super) meter: String,
    pub(super) category: &'static str,
    pub(super) quantity: String,
    pub(super) unit: &'static str,
    pub(super) unit_price: String,
    pub(super) amount: String,
}

/// What is shown of bills; no variants where nothing costs anything.
#[derive(Default)]
pub(super) struct Bill {
    /// The unit of the amounts by category, such as `USD per month`.
    pub(super) unit: String,
    /// The unit of the amounts of lines.
    pub(super) currency: String,
    pub(super) variants: Vec<String>,
    pub(super) categories: Vec<Category>,
    pub(super) total: Vec<String>,
    /// The lines of each variant, over the measured time until all work has ended.
    pub(super) lines: Vec<(String, Vec<Line>)>,
    /// What is left out, or included; may be empty.
    pub(super) remark: String,
}

impl Bill {
    pub(super) fn of(study: &StudyResults) -> Self {
        let (unit, costs) = costs_by_category(study);
        let total = |position: &usize| costs[*position].iter().sum::<f64>();
        let shown = shown(study);
        let most = shown.iter().map(total).fold(0.0, f64::max);
        if most <= 0.0 {
            return Self::default();
        }
        let digits = decimals(most);
        let amount = |cost: f64| match cost {
            0.0 => NONE.to_owned(),
            cost => grouped(cost, digits),
        };
        let of_category = |(part, name): (usize, &'static str)| {
            let costs = shown.iter().map(|position| costs[*position][part]);
            let is_paid = costs.clone().any(|cost| cost > 0.0);
            let amounts = costs.map(amount).collect();
            is_paid.then_some(Category { name, amounts })
        };
        let categories = legends().into_iter().enumerate();
        let names = names(study).0.into_iter();
        let names: Vec<String> = names
            .map(|name| printable::line(&name).into_owned())
            .collect();
        let lines = shown.iter().map(|position| {
            let lines = told(&study.variants[*position]);
            let most = lines.iter().map(|line| line.amount).fold(0.0, f64::max);
            let lines = lines.iter().map(|told| line(told, decimals(most)));
            (names[*position].clone(), lines.collect())
        });
        Self {
            categories: categories.filter_map(of_category).collect(),
            total: shown.iter().map(total).map(amount).collect(),
            lines: lines.collect(),
            remark: remark(study, shown.len()),
            variants: shown.iter().map(|at| names[*at].clone()).collect(),
            currency: study.currency().code().to_owned(),
            unit,
        }
    }
}

/// Positions of the variants that are shown, the cheapest first.
fn shown(study: &StudyResults) -> Vec<usize> {
    let mut order = cheapest(study).1;
    let mut place = 0;
    order.retain(|position| {
        place += 1;
        place <= MOST || *position == study.baseline
    });
    order
}

fn remark(study: &StudyResults, shown: usize) -> String {
    let mut parts = Vec::new();
    if has_other_bills(study) {
        parts.push(
            "The amounts are those of all bills, not only of the workspace's own.".to_owned(),
        );
    }
    if shown < study.variants.len() {
        parts.push(format!(
            "The {MOST} cheapest of {} variants, and the baseline.",
            study.variants.len()
        ));
    }
    parts.join(" ")
}

/// Decimals of all amounts of a table, so that they add up to what is printed.
fn decimals(most: f64) -> usize {
    match most {
        _ if most >= 10_000.0 => 0,
        _ if most >= 1.0 => 2,
        _ => 4,
    }
}

fn line(told: &Told, decimals: usize) -> Line {
    Line {
        of: printable::line(&told.of).into_owned(),
        meter: printable::line(&told.meter).into_owned(),
        category: told.category,
        quantity: grouped(told.quantity, 3),
        unit: told.unit,
        unit_price: plain(told.unit_price),
        amount: grouped(told.amount, decimals),
    }
}

/// A price as it is listed, without zeros at the end.
fn plain(price: f64) -> String {
    let written = format!("{price:.6}");
    written
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_a_table_have_the_same_decimals() {
        assert_eq!([0.05, 3.0, 443.0, 12_345.0].map(decimals), [4, 2, 2, 0]);
        assert_eq!([0.526, 2.0, 10.0].map(plain), ["0.526", "2", "10"]);
    }
}
