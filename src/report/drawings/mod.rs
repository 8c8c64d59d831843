//! The charts of a study, each from the figures of the variants that it is about.

mod bars;
mod curves;
mod nodes;
mod points;

pub(super) use bars::{cost_by_category, costs_by_category, outcomes_of_requests, waits_by_cause};
pub(super) use curves::{latency_distribution, wait_distribution};
pub(super) use nodes::{nodes_at_peak, nodes_over_time, used_of_quotas};
pub(super) use points::{cost_against_latency, cost_against_wait, goal_line, over_a_sweep};

use super::charts::Study;
use super::charts::money::Period;
use super::month::makes_months;
use super::row::Row;
use super::sentences::clock;
use super::short_names::short_names;
use super::statistic::Statistic;
use super::{StudyResults, VariantResults, drained, money};
use crate::units::{SimDuration, TICKS_PER_HOUR};

/// Where the figures of a study come from.
pub(super) fn about(study: &StudyResults) -> Study {
    let first = study.baseline();
    let span = first.map_or_else(String::new, clock);
    let replications = first.map_or(0, |first| first.replications.len());
    Study {
        scenario: study.scenario.clone(),
        replications: u32::try_from(replications).unwrap_or(u32::MAX),
        span,
        keys: names(study).1,
        period: period(study),
        currency: study.currency(),
    }
}

/// The time that costs are of: a month where that of every variant stands for one.
fn period(study: &StudyResults) -> Period {
    let mut windows = study.variants.iter().map(|variant| variant.window);
    let first = windows.next().unwrap_or_default();
    if study.variants.iter().all(makes_months) {
        Period::Month
    } else if windows.all(|window| window == first) {
        let length = in_words(first.length());
        let mut rows = study.variants.iter().map(Row::of_all);
        if rows.any(|row| drained::told(&row).is_some()) {
            Period::Measured(format!("{length} and after"))
        } else {
            Period::Measured(length)
        }
    } else {
        Period::Measured("each variant's measured time".to_owned())
    }
}

/// `28 days`, `1 hour`, or as a scenario has it.
fn in_words(length: SimDuration) -> String {
    let units = [(24 * TICKS_PER_HOUR, "day"), (TICKS_PER_HOUR, "hour")];
    let whole = units
        .iter()
        .find(|(unit, _)| length.0.is_multiple_of(*unit) && length.0 > 0);
    whole.map_or_else(
        || length.to_friendly(),
        |(unit, name)| match length.0 / unit {
            1 => format!("1 {name}"),
            many => format!("{many} {name}s"),
        },
    )
}

/// Cost on the workspace's own bill in the period of the charts.
fn own_cost(study: &StudyResults) -> Statistic {
    Statistic::Mean(match period(study) {
        Period::Month => money::cost_per_month,
        Period::Measured(_) => money::own_cost,
    })
}

/// The names of the variants, and the keys left out of them.
pub(super) fn names(study: &StudyResults) -> (Vec<String>, String) {
    let names: Vec<&str> = study
        .variants
        .iter()
        .map(|variant| variant.name.as_str())
        .collect();
    short_names(&names)
}

/// The variants with their names in charts.
fn named(study: &StudyResults) -> impl Iterator<Item = (String, &VariantResults)> {
    names(study).0.into_iter().zip(&study.variants)
}

/// A variant that does what a chart is about.
struct Doer<'a> {
    /// Its name in charts.
    name: String,
    /// Which look it has in all charts: the baseline the first.
    look: usize,
    variant: &'a VariantResults,
    /// All its targets together.
    row: Row<'a>,
}

/// Some of the variants.
struct Doing<'a> {
    variants: Vec<Doer<'a>>,
    /// Position of the baseline among them.
    baseline: Option<usize>,
}

/// The variants that do some work; `None` where there is none, or one of several: it has nothing to compare with.
fn doing<'a>(study: &'a StudyResults, does: impl Fn(&Row<'a>) -> bool) -> Option<Doing<'a>> {
    let all = named(study).enumerate().map(|(position, (name, variant))| {
        let look = match position {
            it if it == study.baseline => 0,
            it if it < study.baseline => it + 1,
            it => it,
        };
        let row = Row::of_all(variant);
        Doer {
            name,
            look,
            variant,
            row,
        }
    });
    let variants: Vec<Doer<'_>> = all.filter(|doer| does(&doer.row)).collect();
    let baseline = variants.iter().position(|doer| doer.look == 0);
    let is_enough = variants.len() > 1 || variants.len() == study.variants.len();
    (is_enough && !variants.is_empty()).then_some(Doing { variants, baseline })
}

/// The variants that take runs; all where none does any work.
fn running(study: &StudyResults) -> Option<Doing<'_>> {
    let serves_only = |row: &Row<'_>| row.serves() && !row.takes_runs();
    doing(study, |row| !serves_only(row))
}

/// The variants that serve requests.
fn serving(study: &StudyResults) -> Option<Doing<'_>> {
    doing(study, Row::serves)
}
