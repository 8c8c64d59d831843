//! What a study says of break-evens: which of two variants costs less at its own load, and the use at which its commitments pay. The
//! loads at which two variants cost the same are not to be had from one load: [`super::break_even`] finds them.

use super::StudyResults;
use super::break_even::{Other, Pair, of_commitment, usual};
use super::change::Change;
use super::commitments::{self, Committed, break_even, saving_per_day};
use super::comparison::change_between;
use super::family::Family;
use super::figures;
use super::load;
use super::money;
use super::numbers::Shown;
use super::row::Row;
use super::statistic::Statistic;
use crate::currency::Currency;
use crate::stats::Estimate;
use crate::study_results::Recurrence;

/// The answers in words, for the terminal and the page.
pub fn sentences(study: &StudyResults) -> Vec<String> {
    let (pairs, left_out) = usual(study);
    let mut sentences: Vec<String> = pairs
        .iter()
        .filter_map(|pair| of_pair(study, *pair))
        .collect();
    if !sentences.is_empty() {
        let more = match left_out {
            0 => String::new(),
            more => format!("{more} more pairs in comparison.csv; "),
        };
        sentences.push(format!(
            "{more}`simulate break-even FILE` finds the load at which two of them cost the same"
        ));
    }
    let commitments = commitments::all(study);
    let currency = study.currency();
    sentences.extend(commitments.iter().map(|row| commitment(row, currency)));
    sentences
}

/// Whether the mean is on one side of 0, as far as its interval says.
fn clear(difference: Estimate) -> Option<bool> {
    let is_clear = difference.mean != 0.0 && difference.covers(0.0) != Some(true);
    is_clear.then_some(difference.mean > 0.0)
}

/// Which of two variants costs less as the scenario stands.
fn of_pair(study: &StudyResults, pair: Pair) -> Option<String> {
    let Other::Variant(_) = pair.other else {
        return None;
    };
    let [variant, other] = pair.variants().map(|at| &study.variants[at]);
    if variant.replications.len() != other.replications.len() {
        return None;
    }
    let rows = [variant, other].map(Row::of_all);
    let days = variant.window.length().as_secs_f64() / 86_400.0;
    let a_day = |of: Estimate| Shown::of(of.scaled(1.0 / days)).joined();
    if let Some([own, others]) = load::differs(variant, other) {
        return Some(format!(
            "{} or {}: not the same work, as {} runs per day are submitted to {} and {} to {}, so neither is said to cost less",
            other.name,
            variant.name,
            a_day(others),
            other.name,
            a_day(own),
            variant.name
        ));
    }
    let runs = rows[0].estimate(figures::completed)?;
    let sign = change(study, pair).sign(true)?;
    let cheaper = if sign > 0.0 {
        format!("{} costs less", other.name)
    } else if sign < 0.0 {
        format!("{} costs less", variant.name)
    } else {
        "which costs less is too close to call".to_owned()
    };
    Some(format!(
        "{} or {}: at the scenario's {} runs per day {cheaper}",
        other.name,
        variant.name,
        a_day(runs)
    ))
}

/// How the cost changes from the other side of a pair of variants to the first: with the baseline, as the terminal compares them.
fn change(study: &StudyResults, pair: Pair) -> Change {
    let rows: Vec<Row<'_>> = study.variants.iter().map(Row::of_all).collect();
    let family = Family {
        variants: rows.len(),
        baseline: study.baseline,
        is_told_as_ratio: true,
        change: |to: usize, from: usize| {
            change_between(&rows[to], &rows[from], Statistic::Mean(money::own_cost))
        },
    };
    let [variant, other] = pair.variants();
    family.from(other, &[variant])[0]
}

/// Amounts a day are told where the work comes again.
fn commitment(row: &Committed<'_>, currency: Currency) -> String {
    let name = of_commitment(&row.commitment.name, &row.variant.name);
    let Some(at) = break_even(row) else {
        return format!("{name}: covers no target of this variant, so it never breaks even");
    };
    let from = if at.mean <= 0.0 {
        "costs nothing".to_owned()
    } else if at.mean >= 1.0 {
        "never breaks even, since its rate is not below the targets' own price".to_owned()
    } else {
        format!(
            "breaks even at {} utilization",
            Shown::of(at.scaled(100.0)).with_unit("%")
        )
    };
    let actual = row.in_told_time(commitments::utilization);
    let actual = actual.map_or_else(String::new, |actual| {
        format!(
            "; simulated utilization {}",
            Shown::of(actual.scaled(100.0)).with_unit("%")
        )
    });
    let comes_again = row.variant.recurrence != Recurrence::Once;
    let saving = saving_per_day(row).and_then(|saving| Some((clear(saving)?, saving)));
    let money = |saving: Estimate| {
        let size = saving.scaled(saving.mean.signum());
        Shown::of(size).with_unit(currency.code())
    };
    let verdict = match saving {
        Some((true, saving)) if comes_again => format!("it saves {} per day", money(saving)),
        Some((true, _)) => "it saves money".to_owned(),
        Some((false, saving)) if comes_again => {
            format!("it costs {} per day more", money(saving))
        }
        Some((false, _)) => "it costs more".to_owned(),
        None => "too close to call".to_owned(),
    };
    format!("{name}: {from}{actual}: {verdict}")
}
