//! How a figure changes from one variant to another, from pairs of replications, and whether that is clear.

use super::holm::{Stretches, detectable};
use super::statistic::{Sample, Statistic, mean_of};
use crate::stats::{CONFIDENCE, Estimate, paired_difference, ratio_of_means};

/// How a figure changes from the baseline to a variant, over the pairs in which both have it; `None` where none has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Mean of the variant.
    pub value: Option<Estimate>,
    /// Mean of the baseline.
    pub baseline: Option<Estimate>,
    /// Variant less baseline.
    pub difference: Option<Estimate>,
    /// Variant over baseline; `None` where the baseline is 0.
    pub ratio: Option<Estimate>,
    /// What histograms hide of the difference, at most; half-widths include it.
    pub hidden: f64,
    /// What they hide of the ratio.
    pub hidden_of_ratio: f64,
    /// Pairs of replications that have the figure.
    pub pairs: usize,
    /// How much wider the interval has to be for the difference to be clear, as one of several comparisons.
    pub stretch: f64,
}

/// What a paired difference allows to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is exactly 0 in every pair.
    Same,
    /// The interval covers 0.
    Unclear,
    /// It has a sign.
    Clear,
}

/// A difference is clear when neither its own interval covers 0 nor that of the ratio 1, since either may be printed, and
/// when it is more than what histograms hide of it.
fn verdict(difference: Estimate, ratio: Option<Estimate>, hidden: f64) -> Verdict {
    if difference.mean == 0.0 && difference.half_width.unwrap_or(hidden) == 0.0 {
        return Verdict::Same;
    }
    let ratio_unclear = ratio.is_some_and(|ratio| ratio.covers(1.0) == Some(true));
    let is_hidden = difference.mean.abs() <= hidden;
    if difference.covers(0.0) == Some(true) || ratio_unclear || is_hidden {
        Verdict::Unclear
    } else {
        Verdict::Clear
    }
}

impl Change {
    /// Changes of several variants from one, as several comparisons.
    pub(super) fn corrected(changes: &mut [Self], is_told_as_ratio: bool) {
        correct(&mut changes.iter_mut().collect(), is_told_as_ratio);
    }

    /// The change from the variant back to the baseline. The ratio stays, so that as much is clear of both ways.
    pub(super) fn back(self) -> Self {
        Self {
            value: self.baseline,
            baseline: self.value,
            difference: self.difference.map(|difference| difference.scaled(-1.0)),
            ..self
        }
    }

    /// The difference with the interval that is judged, which is the one to print: wider than at 95 % as one of several comparisons.
    pub(super) fn judged_difference(&self) -> Option<Estimate> {
        let difference = self.difference?;
        Some(self.stretched(difference, self.hidden))
    }

    /// The ratio with the interval that is judged.
    pub(super) fn judged_ratio(&self) -> Option<Estimate> {
        let ratio = self.ratio?;
        Some(self.stretched(ratio, self.hidden_of_ratio))
    }

    fn stretched(&self, of: Estimate, hidden: f64) -> Estimate {
        Estimate {
            half_width: (of.half_width).map(|width| (width - hidden) * self.stretch + hidden),
            ..of
        }
    }

    /// How far the difference is from 0 in half-widths, beside what histograms hide; where the ratio is told, the less of
    /// that and of the ratio from 1. Infinite without an interval.
    fn evidence(&self, is_told_as_ratio: bool) -> f64 {
        let of = |estimate: Estimate, from: f64, hidden: f64| {
            let width = estimate.half_width.map_or(0.0, |width| width - hidden);
            let distance = (estimate.mean - from).abs() - hidden;
            if distance <= 0.0 {
                0.0
            } else {
                distance / width.max(0.0)
            }
        };
        let difference = self.difference.map_or(0.0, |it| of(it, 0.0, self.hidden));
        let ratio = self.ratio.filter(|_| is_told_as_ratio);
        ratio.map_or(difference, |ratio| {
            difference.min(of(ratio, 1.0, self.hidden_of_ratio))
        })
    }

    /// What the difference allows to say, told as a ratio too or alone. `None` where there is none.
    pub(super) fn verdict(&self, is_told_as_ratio: bool) -> Option<Verdict> {
        let ratio = self.judged_ratio().filter(|_| is_told_as_ratio);
        Some(verdict(self.judged_difference()?, ratio, self.hidden))
    }

    /// The sign of a clear difference; 0 where it is not clear.
    pub(super) fn sign(&self, is_told_as_ratio: bool) -> Option<f64> {
        let is_clear = self.verdict(is_told_as_ratio)? == Verdict::Clear;
        let mean = self.difference?.mean;
        Some(if is_clear { mean.signum() } else { 0.0 })
    }

    /// The smallest change that would be clear with a chance of 80 %, of an estimate at 95 % of which `hidden` is hidden.
    pub(super) fn detectable(&self, of: Estimate, hidden: f64) -> Option<f64> {
        let chance = of.half_width? - hidden;
        Some(hidden + chance * detectable(self.stretch, self.pairs)?)
    }
}

/// Holm's correction of the changes of one figure, of those that have a difference.
pub(super) fn correct(changes: &mut Vec<&mut Change>, is_told_as_ratio: bool) {
    changes.retain(|change| change.difference.is_some());
    let pairs = changes.iter().map(|change| change.pairs).max();
    let stretches = Stretches::new(changes.len(), pairs.unwrap_or(0));
    let evidence = changes.iter().map(|of| of.evidence(is_told_as_ratio));
    let evidence: Vec<f64> = evidence.collect();
    for (change, stretch) in changes.iter_mut().zip(stretches.of(&evidence)) {
        change.stretch = stretch;
    }
}

/// How a figure changes, from what it takes of each pair of replications to both of which it applies, and whether these are the
/// same; `None` where there is none.
pub(super) fn change_of(
    statistic: Statistic,
    pairs: impl Iterator<Item = ((f64, f64), (f64, f64), bool)>,
) -> Option<Change> {
    let (mut variants, mut baselines, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for (variant, baseline, is_same) in pairs {
        variants.push(variant);
        baselines.push(baseline);
        same.push(is_same);
    }
    let variant = statistic.sample(variants)?;
    let baseline = statistic.sample(baselines)?;
    let ratio = ratio_of_means(&variant.values, &baseline.values, CONFIDENCE);
    let hidden = hidden_of(&variant, &baseline, 1.0, &same);
    let hidden_of_ratio = ratio.map_or(0.0, |ratio| {
        let of_both = hidden_of(&variant, &baseline, ratio.mean, &same);
        of_both / mean_of(&baseline.values).abs()
    });
    let difference = paired_difference(&variant.values, &baseline.values, CONFIDENCE);
    Some(Change {
        value: variant.estimate(),
        baseline: baseline.estimate(),
        difference: difference.map(|difference| difference.widened(hidden)),
        ratio: ratio.map(|ratio| ratio.widened(hidden_of_ratio)),
        hidden,
        hidden_of_ratio,
        pairs: variant.values.len(),
        stretch: 1.0,
    })
}

/// What histograms hide of the variant's mean less `times` that of the baseline: nothing of pairs that are the same.
fn hidden_of(variant: &Sample, baseline: &Sample, times: f64, same: &[bool]) -> f64 {
    let both = variant.hidden.iter().zip(&baseline.hidden);
    let of_pairs = both.zip(same).map(|((one, other), same)| {
        if *same {
            0.0
        } else {
            one + times.abs() * other
        }
    });
    mean_of(&of_pairs.collect::<Vec<f64>>())
}
