//! Each variant over the combinations: how often it is the best choice, and what it would have cost to have chosen it.

use super::seen::Seen;
use crate::report::answer::Verdict;
use crate::stats::mean;

/// A variant over the combinations.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Combinations.
    pub(super) count: usize,
    /// In which it is the best.
    pub(super) best: usize,
    /// In which it is the best, or meets the goal and does not clearly have more of what is to be small than the best.
    pub(super) tied: usize,
    /// In which it surely meets the goal.
    pub(super) meets: usize,
    /// In which that is undecided.
    pub(super) undecided: usize,
    /// What it has more than the best, on average over the combinations in which it surely meets the goal.
    pub(super) mean_regret: Option<f64>,
    /// The same in the worst of them.
    pub(super) worst_regret: Option<f64>,
}

/// The share of the combinations in which a variant meets the goal from which on its regret is taken for that of all.
pub(super) const WHOLE: f64 = 0.95;

impl Row {
    /// Whether it has a regret, but of too few combinations to stand for all: none is counted where it misses the goal.
    pub(super) fn is_regret_partial(&self) -> bool {
        self.mean_regret.is_some() && (self.meets as f64) < WHOLE * self.count as f64
    }

    /// Combinations in which it surely misses the goal, or has no value.
    pub(super) fn fails(&self) -> usize {
        self.count - self.meets - self.undecided
    }
}

/// A row for each variant, given what was seen at the combinations.
pub(super) fn rows(seen: &[Seen]) -> Vec<Row> {
    let variants = seen.first().map_or(0, |seen| seen.variants.len());
    (0..variants).map(|variant| row(variant, seen)).collect()
}

fn row(variant: usize, seen: &[Seen]) -> Row {
    let count = |is: &dyn Fn(&Seen) -> bool| seen.iter().filter(|seen| is(seen)).count();
    let verdict = |seen: &Seen| seen.variants[variant].verdict;
    let regrets: Vec<f64> = seen
        .iter()
        .filter_map(|seen| regret(variant, seen))
        .collect();
    Row {
        count: seen.len(),
        best: count(&|seen| seen.best == Some(variant)),
        tied: count(&|seen| seen.best == Some(variant) || seen.tied.contains(&variant)),
        meets: count(&|seen| verdict(seen) == Verdict::Meets),
        undecided: count(&|seen| matches!(verdict(seen), Verdict::Undecided { .. })),
        mean_regret: mean(&regrets),
        worst_regret: regrets.iter().copied().reduce(f64::max),
    }
}

/// What a variant has more than the best at a point; `None` where it does not surely meet the goal.
fn regret(variant: usize, seen: &Seen) -> Option<f64> {
    let own = &seen.variants[variant];
    let meets = own.verdict == Verdict::Meets;
    let best = seen.variants[seen.best?].value()?;
    Some(own.value().filter(|_| meets)? - best)
}
