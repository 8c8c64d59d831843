//! What a study's own results say against trusting its means.

use std::collections::BTreeMap;

use super::figures;
use super::numbers::Shown;
use super::row::{Row, target_rows};
use super::{
    StudyResults, VariantResults, exact_queue, few_values, growth_warnings, load, precision,
    requests, standstill,
};
use crate::results::RunStatistics;

/// Sentences about what may mislead, by variant and target; what holds for several targets of a variant is one sentence. Then the
/// one about variants whose work is not the same, the one about intervals that are wider than their figures, and those about a precision that was not reached.
pub fn warnings(study: &StudyResults) -> Vec<String> {
    let mut all: Vec<Said<'_>> = Vec::new();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for variant in &study.variants {
        for said in of_variant(variant) {
            places.entry(said.text.clone()).or_default().push(all.len());
            all.push(said);
        }
    }
    let say = |(place, said): (usize, &Said<'_>)| {
        let alike = &places[&said.text];
        if alike.len() <= FEW_ALIKE {
            return Some(format!("variant `{}`{}", said.variant, said.text));
        }
        let names = alike.iter().map(|at| format!("`{}`", all[*at].variant));
        let names: Vec<String> = names.collect();
        (alike[0] == place).then(|| format!("variants {}{}", some(&names), said.text))
    };
    let of_variants = all.iter().enumerate().filter_map(say);
    let of_study = load::warning(study)
        .into_iter()
        .chain(few_values::wide(study))
        .chain(precision::warnings(study));
    of_variants.chain(of_study).collect()
}

/// Up to this number of variants, equal warnings are printed one by one.
const FEW_ALIKE: usize = 4;

/// What is said of a variant, with what follows its name.
struct Said<'a> {
    variant: &'a str,
    text: String,
}

/// What is said of targets, or of services.
struct Told {
    what: &'static str,
    names: Vec<String>,
    text: String,
}

fn of_variant(variant: &VariantResults) -> Vec<Said<'_>> {
    let mut all: Vec<Told> = Vec::new();
    for (target, row) in target_rows(variant).into_iter().enumerate() {
        let what = if row.serves() { "service" } else { "target" };
        let said = [
            growth_warnings::warning(variant, target, &row),
            growth_warnings::undecided(variant, target, &row),
            exact_queue::warning(&row),
            standstill::warning(variant, target).or_else(|| never_started(variant, &row)),
            nothing_served(&row),
        ];
        for text in said.into_iter().flatten() {
            let name = format!("`{}`", row.target);
            let same = |told: &&mut Told| told.what == what && told.text == text;
            match all.iter_mut().find(same) {
                Some(told) => told.names.push(name),
                None => all.push(Told {
                    what,
                    names: vec![name],
                    text,
                }),
            }
        }
    }
    let say = |told: Told| {
        let Told { what, names, text } = told;
        match names.as_slice() {
            [name] => format!(", {what} {name}: {text}"),
            _ => format!(", {what}s {}, each: {text}", some(&names)),
        }
    };
    let said = all.into_iter().map(say).chain(few_values::warning(variant));
    said.map(|text| Said {
        variant: &variant.name,
        text,
    })
    .collect()
}

/// Up to four names, or three of more and how many others there are.
fn some(names: &[String]) -> String {
    match names {
        // A fourth name is no longer than a word about it.
        [first @ .., last] if first.len() <= 3 => format!("{} and {last}", first.join(", ")),
        _ => {
            let shown = names[..names.len().min(3)].join(", ");
            format!("{shown} and {} others", names.len().saturating_sub(3))
        }
    }
}

/// Whether runs that had not started were cut off, whose long waits are missing from the statistics.
fn never_started(variant: &VariantResults, row: &Row<'_>) -> Option<String> {
    let waiting = row.estimate(|of| Some(waiting_at_end(of.runs?) as f64))?;
    let submitted = row.estimate(figures::submitted)?;
    (waiting.mean > 0.0).then(|| {
        let waiting = Shown::of(waiting).joined();
        let submitted = Shown::of(submitted).joined();
        let started = row.estimate(|of| Some(of.runs?.started as f64));
        if variant.cut && started.is_none_or(|started| started.mean == 0.0) {
            format!(
                "{waiting} of {submitted} runs had not started when everything stopped at the horizon: there are no waits to report"
            )
        } else if variant.cut {
            format!(
                "{waiting} of {submitted} runs had not started when everything stopped at the horizon: waits are biased low"
            )
        } else {
            format!(
                "{waiting} of {submitted} runs never started, since nothing would start their target any more: they are left \
                 out of the waits; see `schedule`, `idle_shutdown` and `start_on_submission`"
            )
        }
    })
}

/// Whether requests arrived and none was served, so that latencies and the cost of a request are not known.
fn nothing_served(row: &Row<'_>) -> Option<String> {
    let arrived = row.estimate(requests::arrived)?;
    let served = row.estimate(requests::served)?;
    (arrived.mean > 0.0 && served.mean == 0.0).then(|| {
        let arrived = Shown::of(arrived).joined();
        let product = row.product;
        format!(
            "none of {arrived} requests was served ({product}): it has no latency and no cost of a request; see its concurrency and \
             time-outs, and how long a request takes"
        )
    })
}

/// Runs that had not started when the simulation ended: those refused at submission never could, and most of those that
/// a lost node ended had.
fn waiting_at_end(runs: &RunStatistics) -> u64 {
    let not_started = runs.submitted.saturating_sub(runs.started);
    let refused = runs
        .failed
        .saturating_sub(runs.failed_by_interruption + runs.terminated);
    not_started.saturating_sub(refused).min(runs.unfinished)
}
