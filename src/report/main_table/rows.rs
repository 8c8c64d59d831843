//! The lines of the main table: variants in their order, the first so many of them, with their targets where they have
//! several.

use std::cmp::Ordering;

use super::chosen::column;
use super::columns::Scale;
use super::view::{Format, Order, Sort, Top, USUAL, View};
use crate::report::row::{Row, rows, told_target_rows};
use crate::report::short_names::short_names;
use crate::report::{StudyResults, VariantResults};

/// The variants that are shown, in their order.
pub struct Shown<'a> {
    pub(in crate::report) variants: Vec<&'a VariantResults>,
    /// Their names, short where a sweep gives all of them the same keys.
    pub(in crate::report) names: Vec<String>,
    /// What the names are: the keys where these were left out.
    pub(in crate::report) heading: String,
    hidden: usize,
}

impl<'a> Shown<'a> {
    /// Those of a study. The baseline is always among them.
    pub fn of(study: &'a StudyResults, view: &View) -> Self {
        let mut variants = sorted(study, view.sort);
        let all = variants.len();
        let most = match (view.top, view.format) {
            (Top::First(count), _) => count,
            (Top::Usual, Format::Table) => USUAL,
            (Top::Usual | Top::All, _) => all,
        };
        let baseline = study.baseline().map(|baseline| baseline.name.as_str());
        let mut position = 0;
        variants.retain(|variant| {
            position += 1;
            position <= most || Some(variant.name.as_str()) == baseline
        });
        let names: Vec<&str> = variants.iter().map(|of| of.name.as_str()).collect();
        let (names, keys) = short_names(&names);
        let hidden = all - variants.len();
        Self {
            variants,
            names,
            heading: if keys.is_empty() {
                "variant".to_owned()
            } else {
                keys
            },
            hidden,
        }
    }

    /// The same with one line for equal targets together.
    pub(in crate::report) fn told_rows(&self) -> impl Iterator<Item = Vec<Row<'a>>> {
        self.variants.iter().map(|variant| {
            let mut rows = whole_first(variant);
            if rows.len() > 1 && !variant.equal.is_empty() {
                rows.truncate(1);
                rows.extend(told_target_rows(variant));
            }
            rows
        })
    }

    /// The name of a variant as it is printed.
    pub(in crate::report) fn name<'n>(&'n self, name: &'n str) -> &'n str {
        let mut pairs = self.variants.iter().zip(&self.names);
        let found = pairs.find(|(variant, _)| variant.name == name);
        found.map_or(name, |(_, short)| short)
    }

    /// How many variants are not shown.
    pub(super) fn hidden(&self) -> usize {
        self.hidden
    }

    /// The lines of each variant: the whole of it, then its targets where it has several.
    pub(in crate::report) fn rows(&self) -> impl Iterator<Item = Vec<Row<'a>>> {
        self.variants.iter().map(|variant| whole_first(variant))
    }
}

/// The whole of a variant, then its targets if it has several. Where it has commitments, only the whole has all that is
/// paid, also of one target.
fn whole_first(variant: &VariantResults) -> Vec<Row<'_>> {
    let mut rows = rows(variant);
    if rows.len() > 1 {
        rows.rotate_right(1);
        if variant.targets.len() == 1 {
            rows.truncate(1);
        }
    }
    rows
}

fn sorted(study: &StudyResults, sort: Sort) -> Vec<&VariantResults> {
    let mut variants: Vec<&VariantResults> = study.variants.iter().collect();
    match sort.by {
        Order::Scenario => {}
        Order::Name => variants.sort_by(|one, other| one.name.cmp(&other.name)),
        Order::Figure(of) => {
            let statistic = column(study, of).figure.statistic;
            let is_money = matches!(column(study, of).scale, Scale::Money(_));
            let key = |variant| {
                let whole = whole_first(variant).swap_remove(0);
                let mean = whole.figure(statistic).map(|estimate| estimate.mean);
                // What a queue that grows leaves undone has no price.
                (is_money && whole.growing.any(), mean)
            };
            let mut known: Vec<_> = variants.into_iter().map(|of| (key(of), of)).collect();
            known.sort_by(|((grows, one), _), ((also, other), _)| {
                grows
                    .cmp(also)
                    .then_with(|| by_mean(*one, *other, sort.descending))
            });
            return known.into_iter().map(|(_, variant)| variant).collect();
        }
    }
    if sort.descending {
        variants.reverse();
    }
    variants
}

/// Means in their order; those that are not known come last either way.
fn by_mean(one: Option<f64>, other: Option<f64>, descending: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if descending => other.total_cmp(&one),
        (Some(one), Some(other)) => one.total_cmp(&other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}
