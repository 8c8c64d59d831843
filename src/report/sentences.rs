//! What the numbers say, in plain sentences: each variant against the baseline, by paired differences.

use super::change::{Change, Verdict};
use super::comparison::{Comparison, UnequalWork, comparisons};
use super::numbers::{Shown, TimeUnit, about};
use super::terminal_units::{unit_of_latencies, unit_of_waits};
use super::{StudyResults, VariantResults};
use crate::stats::Estimate;
use crate::units::SimTime;

/// The units of the columns of times in the tables above.
#[derive(Clone, Copy)]
struct TimeUnits {
    waits: TimeUnit,
    latencies: TimeUnit,
}

/// A sentence for each variant but the baseline, with times in the units of the tables.
pub fn sentences(study: &StudyResults) -> Vec<String> {
    let all: Vec<&VariantResults> = study.variants.iter().collect();
    sentences_of(study, &all, |name| name)
}

/// The same for some of the variants, in their order, which are called by another `name`.
pub(super) fn sentences_of<'a>(
    study: &'a StudyResults,
    variants: &[&VariantResults],
    name: impl Fn(&'a str) -> &'a str,
) -> Vec<String> {
    let mut comparisons = comparisons(study);
    let units = TimeUnits {
        waits: unit_of_waits(study),
        latencies: unit_of_latencies(study),
    };
    let of = |variant: &&VariantResults| {
        let found = comparisons
            .iter()
            .position(|of| of.variant == variant.name)?;
        let mut of = comparisons.swap_remove(found);
        of.variant = name(of.variant);
        of.baseline = name(of.baseline);
        of.growing.iter_mut().for_each(|of| *of = name(of));
        Some(sentence(&of, units))
    };
    variants.iter().filter_map(of).collect()
}

/// `cluster: costs 41 % (± 2) less than always-on and its p95 wait is 6.2 min (± 0.4) longer`; where both serve requests and
/// take no runs, the cost is that of a request and the time its latency.
fn sentence(comparison: &Comparison<'_>, units: TimeUnits) -> String {
    let Comparison {
        variant,
        baseline,
        both,
        ..
    } = comparison;
    let (cost, of) = told_cost(comparison);
    let cost = cost_clause(cost, of, comparison);
    let mut clauses = Vec::new();
    if both.take_runs {
        let wait = wait_clause(&comparison.wait_p95, &comparison.growing, units.waits);
        clauses.push(wait);
    }
    if both.serve {
        clauses.extend(latency_clause(&comparison.latency_p95, units.latencies));
        clauses.extend(rejected_clause(&comparison.rejected_share));
    }
    if let Some([own, others]) = comparison.other_load {
        let (own, others) = (number(own), number(others));
        clauses.push(format!("it is submitted {own} runs, {baseline} {others}"));
        clauses.extend(told_in_all(comparison, of));
    }
    if let Some(unequal) = &comparison.unequal_work {
        clauses.push(unequal_clause(unequal, baseline));
    }
    let caveat = if comparison.replications == 1 {
        " (one replication: no interval)"
    } else {
        ""
    };
    format!("{variant}: {}{caveat}", after_cost(cost, clauses))
}

/// The cost that is compared, and of what: of a request where both only serve; of a completed run where both only take runs, of which
/// they are submitted different numbers; of a month where a queue grows, since the work that is left at the horizon is not done in that
/// time; else of all.
fn told_cost<'c>(comparison: &'c Comparison<'_>) -> (&'c Change, &'static str) {
    let both = comparison.both;
    let choices = [
        (
            both.serve && !both.take_runs,
            &comparison.cost_per_1000_requests,
            " per request",
        ),
        (
            comparison.other_load.is_some() && !both.serve,
            &comparison.cost_per_completed_run,
            " per completed run",
        ),
        (
            !comparison.growing.is_empty(),
            &comparison.cost_per_month,
            " a month",
        ),
    ];
    let known = |(applies, change, _): &(bool, &Change, _)| *applies && change.difference.is_some();
    let told = choices.into_iter().find(known);
    told.map_or((&comparison.cost, ""), |(_, change, of)| (change, of))
}

/// By how much the whole cost differs where that of a run is told: what another load comes to.
fn told_in_all(comparison: &Comparison<'_>, of: &str) -> Option<String> {
    let (cost, time) = match comparison.cost_per_month.difference {
        Some(_) => (&comparison.cost_per_month, " a month"),
        None => (&comparison.cost, ""),
    };
    let is_told = !of.is_empty() && cost.verdict(true) == Some(Verdict::Clear);
    let difference = cost.judged_difference().filter(|_| is_told)?;
    let (amount, sign) = size_and_sign(difference, "less", "more");
    let amount = Shown::of(amount).with_unit(comparison.currency.code());
    let percent = cost.judged_ratio().map_or_else(String::new, |ratio| {
        let (size, _) = size_and_sign(percent_change(ratio), sign, sign);
        format!(" or {}", change_in_percent(size, sign).with_unit("%"))
    });
    Some(format!("in all it costs {amount}{percent} {sign}{time}"))
}

/// How clauses without a verb begin.
const UNCLEAR: &str = "no clear difference";

/// The clause of the cost and the others: those without a verb, after one that has one, follow it with `with`.
fn after_cost(cost: String, others: Vec<String>) -> String {
    if cost.starts_with(UNCLEAR) {
        let clauses: Vec<String> = std::iter::once(cost).chain(others).collect();
        return listed(&clauses);
    }
    let is_unclear = |clause: &String| clause.starts_with(UNCLEAR);
    let (unclear, others): (Vec<String>, Vec<String>) = others.into_iter().partition(is_unclear);
    if unclear.is_empty() {
        let clauses: Vec<String> = std::iter::once(cost).chain(others).collect();
        return listed(&clauses);
    }
    let first = format!("{}, with {}", cost.trim_end_matches(','), listed(&unclear));
    if others.is_empty() {
        first
    } else {
        format!("{first}; {}", listed(&others))
    }
}

/// That costs and waits are not of the same work.
fn unequal_clause(unequal: &UnequalWork, baseline: &str) -> String {
    let [not_completed, of_baseline, submitted] = [
        unequal.not_completed,
        unequal.of_baseline,
        unequal.submitted,
    ]
    .map(number);
    format!(
        "its work is not the same: {not_completed} of {submitted} runs are not completed, of {baseline} {of_baseline}"
    )
}

/// `4.6 ± 0.4`, or `5` where it is the same in every replication.
fn number(count: Estimate) -> String {
    let shown = Shown::of(count);
    match count.half_width {
        Some(width) if width > 0.0 => shown.joined(),
        _ => shown.mean,
    }
}

/// `one, two and three`.
fn listed(clauses: &[String]) -> String {
    match clauses {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A change in percent: what costs less can cost nothing, what costs more has no such end.
fn change_in_percent(size: Estimate, sign: &str) -> Shown {
    if sign == "less" {
        Shown::percent(size.scaled(0.01))
    } else {
        Shown::of(size)
    }
}

/// A cost, of all (`of` is empty) or of one thing (`of` says so).
fn cost_clause(cost: &Change, of: &str, comparison: &Comparison<'_>) -> String {
    let baseline = comparison.baseline;
    let currency = comparison.currency.code();
    let (Some(difference), Some(verdict)) = (cost.judged_difference(), cost.verdict(true)) else {
        return format!("its cost{of} cannot be compared with that of {baseline}");
    };
    match (verdict, cost.judged_ratio()) {
        (Verdict::Same, _) => format!("costs the same{of} as {baseline}"),
        (Verdict::Unclear, Some(ratio)) => {
            let detectable = cost.ratio.and_then(|ratio| {
                cost.detectable(percent_change(ratio), 100.0 * cost.hidden_of_ratio)
            });
            let seen = seen(detectable, "%");
            let change = signed(percent_change(ratio), "%");
            format!("{UNCLEAR} in cost{of} from {baseline} ({change}{seen})")
        }
        (Verdict::Unclear, None) => {
            let change = signed(difference, currency);
            let detectable = (cost.difference).and_then(|of| cost.detectable(of, cost.hidden));
            let seen = seen(detectable, currency);
            format!("{UNCLEAR} in cost{of} from {baseline} ({change}{seen})")
        }
        (Verdict::Clear, Some(ratio)) if ratio.mean == 0.0 => {
            let (difference, of) = told_amount(difference, (cost, of), comparison);
            let amount = Shown::of(difference.scaled(-1.0)).with_unit(currency);
            format!("costs nothing, {amount}{of} less than {baseline},")
        }
        (Verdict::Clear, Some(ratio)) if ratio.mean >= 2.0 => {
            let times = Shown::of(ratio).with_unit("times");
            format!("costs {times} as much{of} as {baseline}")
        }
        (Verdict::Clear, Some(ratio)) => {
            let (size, sign) = size_and_sign(percent_change(ratio), "less", "more");
            let percent = change_in_percent(size, sign).with_unit("%");
            format!("costs {percent} {sign}{of} than {baseline}")
        }
        (Verdict::Clear, None) => {
            let (difference, of) = told_amount(difference, (cost, of), comparison);
            let (size, sign) = size_and_sign(difference, "less", "more");
            let amount = Shown::of(size).with_unit(currency);
            format!("costs {amount}{of} {sign} than {baseline}, which costs nothing,")
        }
    }
}

/// The amount by which a cost differs, and what it is of: of all, by the month where there is one, as in the table.
fn told_amount<'o>(
    difference: Estimate,
    (cost, of): (&Change, &'o str),
    comparison: &Comparison<'_>,
) -> (Estimate, &'o str) {
    let by_month = Change {
        stretch: cost.stretch,
        ..comparison.cost_per_month
    };
    match by_month.judged_difference().filter(|_| of.is_empty()) {
        Some(by_month) => (by_month, " a month"),
        None => (difference, of_amount(of)),
    }
}

/// What an amount is of: the cost of one request is known for a thousand.
fn of_amount(of: &str) -> &str {
    match of {
        " per request" => " per 1,000 requests",
        other => other,
    }
}

fn wait_clause(wait: &Change, growing: &[&str], unit: TimeUnit) -> String {
    time_clause(wait, "wait", unit).unwrap_or_else(|| match growing {
        [] => "its waits cannot be compared, since no run started in one of the two".to_owned(),
        [one] => format!("its waits cannot be compared, since the queue of {one} grows"),
        _ => "its waits cannot be compared, since the queues of both grow".to_owned(),
    })
}

/// Nothing of several services together, whose latencies are not known.
fn latency_clause(latency: &Change, unit: TimeUnit) -> Option<String> {
    time_clause(latency, "latency", unit)
}

/// The 95th percentile of some time; `None` where it is not known of both.
fn time_clause(time: &Change, what: &str, unit: TimeUnit) -> Option<String> {
    let (difference, value) = (time.difference?, time.value?);
    let judged = time.judged_difference()?;
    let in_unit = unit.from_seconds(judged);
    let (small, of_small) = if what == "wait" {
        ("1 s", 1.0)
    } else {
        ("1 ms", 0.001)
    };
    let hidden = time.hidden / unit.seconds;
    Some(match time.verdict(false)? {
        Verdict::Same => {
            let time = Shown::of(unit.from_seconds(value)).with_unit(unit.name);
            format!("its p95 {what} is the same, {time}")
        }
        Verdict::Unclear if is_below(judged, of_small) => {
            format!("{UNCLEAR} in p95 {what} (less than {small})")
        }
        Verdict::Unclear => {
            let change = signed_of(Shown::known(in_unit, hidden), in_unit, unit.name);
            let detectable = time.detectable(unit.from_seconds(difference), hidden);
            let seen = seen(detectable, unit.name);
            format!("{UNCLEAR} in p95 {what} ({change}{seen})")
        }
        Verdict::Clear => {
            let (size, sign) = size_and_sign(in_unit, "shorter", "longer");
            let time = Shown::known(size, hidden).with_unit(unit.name);
            format!("its p95 {what} is {time} {sign}")
        }
    })
}

/// Whether a difference is surely smaller than this.
fn is_below(difference: Estimate, limit: f64) -> bool {
    let width = difference.half_width.unwrap_or(f64::INFINITY);
    difference.mean.abs() + width < limit
}

/// Difference of the shares of rejected requests from which it is told: one in a thousand.
const TOLD_REJECTIONS: f64 = 0.001;

/// Rejected requests, where more or fewer of them are rejected for sure, and enough to be told.
fn rejected_clause(share: &Change) -> Option<String> {
    let (value, baseline, difference) = (share.value?, share.baseline?, share.difference?);
    let told = difference.mean.abs() >= TOLD_REJECTIONS;
    (told && share.verdict(false) == Some(Verdict::Clear)).then(|| {
        let percent = |share: Estimate| Shown::percent(share).with_unit("%");
        let (value, baseline) = (percent(value), percent(baseline));
        format!("it rejects {value} of its requests, not {baseline}")
    })
}

/// The change that would have been clear with a chance of 80 %; nothing without an interval.
fn seen(change: Option<f64>, unit: &str) -> String {
    change.map_or_else(String::new, |change| {
        format!("; from {} {unit} on it would show", about(change))
    })
}

/// From a ratio to the change in percent.
fn percent_change(ratio: Estimate) -> Estimate {
    Estimate {
        mean: ratio.mean - 1.0,
        half_width: ratio.half_width,
    }
    .scaled(100.0)
}

/// Size of a change, and the word for its sign.
fn size_and_sign<'a>(
    change: Estimate,
    negative: &'a str,
    positive: &'a str,
) -> (Estimate, &'a str) {
    if change.mean < 0.0 {
        (change.scaled(-1.0), negative)
    } else {
        (change, positive)
    }
}

/// `+3 % ± 4`.
fn signed(change: Estimate, unit: &str) -> String {
    signed_of(Shown::of(change), change, unit)
}

/// The same with these digits.
pub(super) fn signed_of(shown: Shown, change: Estimate, unit: &str) -> String {
    let plus = if change.mean >= 0.0 { "+" } else { "" };
    match shown.half_width {
        Some(width) => format!("{plus}{} {unit} ± {width}", shown.mean),
        None => format!("{plus}{} {unit}", shown.mean),
    }
}

/// Seed, replications and time covered, which belong beside every mean.
pub fn basis(study: &StudyResults) -> String {
    let seed = study.seed;
    let Some(baseline) = study.baseline() else {
        return format!("seed {seed}, no variant");
    };
    let replications = match baseline.replications.len() {
        1 => "1 replication, so no intervals".to_owned(),
        count => format!(
            "{count} replications, ± is the half-width of the 95 % confidence interval of a mean"
        ),
    };
    let clock = if study
        .variants
        .iter()
        .all(|other| other.window == baseline.window)
    {
        format!(", {}", clock(baseline))
    } else {
        String::new()
    };
    let differences = match study.others().count() {
        others if others > 1 && baseline.replications.len() > 1 => {
            format!("; of a difference, it is wider by Holm's correction for {others} comparisons")
        }
        _ => String::new(),
    };
    format!("seed {seed}{clock}; {replications}{differences}")
}

/// Warm-up and horizon of a variant.
pub(super) fn clock(variant: &VariantResults) -> String {
    let from_start = |time: SimTime| time.since(SimTime::ZERO).to_friendly();
    let warmup = from_start(variant.window.warmup);
    let horizon = from_start(variant.window.horizon);
    format!("warm-up {warmup}, horizon {horizon}")
}
