//! Intervals that rest on few replications: those that are wider than their figures, and those of which the sample cannot tell how
//! far the mean may be off, since few large values make it.

use super::answer::{Teller, listed, needed, statistic};
use super::row::Row;
use super::statistic::Statistic;
use super::{StudyResults, VariantResults, figures, money, requests};
use crate::digits::grouped;
use crate::goal::{Dimension, Figure, Scope, Work};
use crate::stats::Estimate;

/// An interval that is no longer than this share of the mean is not told of: where it should be wider changes little.
const SMALL: f64 = 0.01;

/// What is said where the cost, the p95 wait or the p95 latency of a variant is so skewed over its replications that their number
/// is too small, to follow its name: [`crate::stats::Spread::wanted`] has the rule. Of wide intervals [`wide`] tells.
pub(super) fn warning(variant: &VariantResults) -> Option<String> {
    let row = Row::of_all(variant);
    let mut all = vec![("cost", Statistic::Mean(money::own_cost))];
    if !row.growing.any() {
        all.push(("p95 wait", figures::WAIT_P95));
        all.push(("p95 latency", requests::LATENCY_P95));
    }
    let wanted = all.into_iter().filter_map(|(name, statistic)| {
        let wanted = row.spread(statistic)?.wanted()?;
        let estimate = row.figure(statistic)?;
        let is_told = is_wide(estimate) || estimate.is_within(SMALL);
        (!is_told).then_some((name, wanted))
    });
    let (names, wanted): (Vec<&str>, Vec<usize>) = wanted.unzip();
    let most = rounded_up(wanted.into_iter().max()?);
    let intervals = match names.as_slice() {
        [one] => format!("the interval of its {one} rests"),
        many => format!("the intervals of its {} rest", many.join(" and its ")),
    };
    Some(format!(
        ": {intervals} on few large values, and may miss the true mean more often than 1 time in 20: ask for at least \
         {most} replications"
    ))
}

/// The half-width as a share of the figure that is advised where the interval is wider than the figure.
const ADVISED: f64 = 0.1;

/// Waits that are surely shorter than this, in seconds, are as good as none, however wide their intervals are.
const NOTICED_WAIT: f64 = 1.0;
/// The same of latencies.
const NOTICED_LATENCY: f64 = 0.001;

/// What is said where intervals are wider than their figures: of the cost and the usual times of each variant, and of the times and
/// amounts of money that the goal is about.
pub(super) fn wide(study: &StudyResults) -> Option<String> {
    let teller = Teller { study };
    let looked_at = looked_at(study);
    let all = study.variants.iter().flat_map(|variant| {
        let found = looked_at.iter().flat_map(|of| wide_figures(variant, of));
        found.map(move |found| (variant, found))
    });
    let all: Vec<(&VariantResults, Wide<'_>)> = all.collect();
    let told = all.iter().map(|(variant, wide)| {
        let (figure, of) = (wide.figure, wide.scope.words());
        let value = teller.shown(figure, wide.estimate);
        format!("{}{of} {value} in `{}`", figure.words(), variant.name)
    });
    let told: Vec<String> = told.collect();
    let intervals = match told.len() {
        0 => return None,
        1 => "an interval is wider than its figure, which says little",
        _ => "intervals are wider than their figures, which say little",
    };
    let counts: Option<Vec<u64>> = all.iter().map(|(_, wide)| wide.replications).collect();
    let advice = match counts.and_then(|counts| counts.into_iter().max()) {
        Some(count) => format!(
            "about {} replications would bring {} within ± {:.0} % (`--replications {count}`)",
            grouped(count as f64, 0),
            if told.len() == 1 { "it" } else { "them" },
            100.0 * ADVISED
        ),
        None => format!(
            "no number of replications that can be simulated would bring all of them within ± {:.0} %",
            100.0 * ADVISED
        ),
    };
    Some(format!("{intervals}: {}; {advice}", listed(&told)))
}

/// A figure whose interval is wider than it.
struct Wide<'a> {
    figure: Figure,
    scope: &'a Scope,
    estimate: Estimate,
    /// About how many replications would do; `None` where none that can be simulated would.
    replications: Option<u64>,
}

/// The figures that are looked at, each once, by what they are of.
fn looked_at(study: &StudyResults) -> Vec<(Scope, Vec<Figure>)> {
    let usual = vec![
        Figure::Cost,
        Figure::WaitMean,
        Figure::WaitP95,
        Figure::LatencyP95,
    ];
    let mut all = vec![(Scope::All, usual)];
    let Some(goal) = &study.goal else {
        return all;
    };
    let limits = goal.limits.iter();
    let limited = limits.map(|limit| (&limit.scope, limit.figure));
    let wanted = std::iter::once((&Scope::All, goal.minimize)).chain(limited);
    for (scope, figure) in wanted.filter(|(_, of)| of.dimension() != Dimension::Share) {
        match all.iter_mut().find(|(of, _)| of == scope) {
            Some((_, figures)) if figures.contains(&figure) => {}
            Some((_, figures)) => figures.push(figure),
            None => all.push((scope.clone(), vec![figure])),
        }
    }
    all
}

/// The figures of a variant whose intervals are wider than they are.
fn wide_figures<'a>(
    variant: &VariantResults,
    (scope, figures): &'a (Scope, Vec<Figure>),
) -> Vec<Wide<'a>> {
    let Some(row) = Row::about(variant, scope) else {
        return Vec::new();
    };
    let statistics: Vec<Statistic> = figures.iter().map(|of| statistic(*of)).collect();
    let values = figures.iter().zip(row.figures(&statistics));
    let wide = values.filter_map(|(figure, value)| {
        let (estimate, hidden) = value?;
        let width = estimate.half_width.filter(|_| is_wide(estimate))?;
        let noticed = match (figure.dimension(), figure.work()) {
            (Dimension::Time, Work::Requests) => NOTICED_LATENCY,
            (Dimension::Time, _) => NOTICED_WAIT,
            _ => 0.0,
        };
        if estimate.mean + width < noticed {
            return None;
        }
        let distance = ADVISED * estimate.mean.abs() - hidden;
        let count = needed(row.replications(), width - hidden, distance);
        let skewed = row.spread(statistic(*figure)).and_then(|it| it.wanted());
        let skewed = skewed.map_or(0, |wanted| rounded_up(wanted) as u64);
        Some(Wide {
            figure: *figure,
            scope,
            estimate,
            replications: count.map(|count| count.max(skewed)),
        })
    });
    wide.collect()
}

/// Whether an interval is wider, either way, than the figure.
fn is_wide(estimate: Estimate) -> bool {
    estimate.half_width.is_some() && !estimate.is_within(1.0)
}

/// A number with two digits and zeros, and no smaller.
fn rounded_up(count: usize) -> usize {
    let unit = std::iter::successors(Some(1_usize), |unit| unit.checked_mul(10))
        .find(|unit| count / unit < 100)
        .unwrap_or(1);
    count.div_ceil(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::rounded_up;

    #[test]
    fn numbers_are_rounded_up_to_two_digits() {
        for (count, rounded) in [
            (7, 7),
            (99, 99),
            (100, 100),
            (101, 110),
            (751, 760),
            (99_001, 100_000),
        ] {
            assert_eq!(rounded_up(count), rounded, "{count}");
        }
    }
}
