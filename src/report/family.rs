//! Changes of one figure between the variants of a study, as several comparisons.
//!
//! What is clear between a variant and the baseline is so as one of the comparisons of all variants with it, wherever it is told.
//! Other pairs are a family of their own: the comparisons of some variants with one that is not the baseline.

use super::change::Change;

/// The variants, and how the figure changes from the second of two positions to the first.
pub(super) struct Family<F> {
    /// Number of variants.
    pub(super) variants: usize,
    /// Position of the baseline.
    pub(super) baseline: usize,
    /// Whether a difference is also told as a ratio.
    pub(super) is_told_as_ratio: bool,
    /// How it changes.
    pub(super) change: F,
}

impl<F: Fn(usize, usize) -> Change> Family<F> {
    /// How each variant changes it from the baseline, by position; nothing changes from the baseline to itself.
    pub(super) fn against_baseline(&self) -> Vec<Change> {
        let others: Vec<usize> = (0..self.variants)
            .filter(|at| *at != self.baseline)
            .collect();
        let mut all = vec![Change::default(); self.variants];
        for (at, change) in others.iter().zip(self.corrected(&others, self.baseline)) {
            all[*at] = change;
        }
        all
    }

    /// How others change it from a variant.
    pub(super) fn from(&self, from: usize, others: &[usize]) -> Vec<Change> {
        let with_baseline = self.against_baseline();
        if from == self.baseline {
            return others.iter().map(|other| with_baseline[*other]).collect();
        }
        let is_other = |at: &&usize| **at != self.baseline;
        let rest: Vec<usize> = others.iter().filter(is_other).copied().collect();
        let mut rest = self.corrected(&rest, from).into_iter();
        let of = |other: &usize| {
            if *other == self.baseline {
                Some(with_baseline[from].back())
            } else {
                rest.next()
            }
        };
        others.iter().filter_map(of).collect()
    }

    fn corrected(&self, others: &[usize], from: usize) -> Vec<Change> {
        let changes = others.iter().map(|other| (self.change)(*other, from));
        let mut changes: Vec<Change> = changes.collect();
        Change::corrected(&mut changes, self.is_told_as_ratio);
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::change::Verdict;
    use crate::stats::Estimate;

    /// Differences of means 0, 10, 30 and 31 with half-widths of 9, over 30 pairs. At 95 % all exclude 0 but that of the last two.
    fn family(baseline: usize) -> Family<impl Fn(usize, usize) -> Change> {
        const MEANS: [f64; 4] = [0.0, 10.0, 30.0, 31.0];
        Family {
            variants: MEANS.len(),
            baseline,
            is_told_as_ratio: false,
            change: |to, from| Change {
                difference: Some(Estimate {
                    mean: MEANS[to] - MEANS[from],
                    half_width: Some(9.0),
                }),
                pairs: 30,
                stretch: 1.0,
                ..Change::default()
            },
        }
    }

    fn verdict(change: &Change) -> Verdict {
        change.verdict(false).unwrap()
    }

    #[test]
    fn a_pair_with_the_baseline_is_judged_alike_both_ways() {
        // From 1, the evidence is 20 / 9, 21 / 9 and 10 / 9; the last has to be clear at 0.05: t(29) as at 95 %.
        let family = family(1);
        let all = family.against_baseline();
        assert_eq!([0, 2, 3].map(|at| verdict(&all[at])), [Verdict::Clear; 3]);
        assert_eq!(family.from(1, &[0, 3]), [all[0], all[3]]);
        let back = family.from(0, &[2, 1]);
        assert_eq!(back[1], all[0].back());
        let mean = back[1].difference.unwrap().mean;
        assert!((mean - 10.0).abs() < 1e-12, "{mean}");
        // The other pair stands alone.
        assert_eq!(back[0], (family.change)(2, 0));
    }

    #[test]
    fn the_printed_interval_covers_0_where_the_difference_is_not_clear() {
        // From 3, that to 2 is not clear, and of 0, 1 and 2 the evidence of 2 is the least.
        let all = family(3).against_baseline();
        for change in [all[0], all[1], all[2]] {
            let covers = change.judged_difference().unwrap().covers(0.0).unwrap();
            assert_eq!(covers, verdict(&change) != Verdict::Clear);
        }
        let weak = Change {
            difference: Some(Estimate {
                mean: 10.0,
                half_width: Some(9.0),
            }),
            pairs: 30,
            stretch: 1.0,
            ..Change::default()
        };
        let mut both = [weak; 2];
        assert_eq!(verdict(&both[0]), Verdict::Clear);
        Change::corrected(&mut both, false);
        // t(29) at 0.025 over that at 0.05: 2.3638 / 2.0452.
        let printed = both[0].judged_difference().unwrap();
        assert!((printed.half_width.unwrap() - 9.0 * 2.3638 / 2.0452).abs() < 0.01);
        assert_eq!(printed.covers(0.0), Some(true));
        assert_eq!(both.map(|one| verdict(&one)), [Verdict::Unclear; 2]);
    }
}
