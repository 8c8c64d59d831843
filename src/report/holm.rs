//! Several comparisons with one baseline: Holm's correction.
//!
//! Of `m` differences none of which exists, at least one is called clear in at most 5 % of studies. The one with the most evidence
//! has to be clear at the level `0.05 / m`, the next at `0.05 / (m - 1)`, and so on, until one is not; then none after it is
//! (Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6 (1979) 65-70).
//! Intervals are printed at 95 %, so the correction is told by how much wider they would be.

use crate::stats::{CONFIDENCE, critical_t};

/// Chance with which a difference that can be seen is seen.
const POWER: f64 = 0.8;

/// How much wider than at 95 % an interval is at the level of one of this many comparisons, from one on.
pub(super) struct Stretches(Vec<f64>);

impl Stretches {
    /// Of at most `comparisons` comparisons of this many pairs of replications.
    pub(super) fn new(comparisons: usize, pairs: usize) -> Self {
        let Some(degrees) = pairs.checked_sub(1).filter(|degrees| *degrees > 0) else {
            return Self(vec![1.0; comparisons]);
        };
        let usual = critical_t(CONFIDENCE, degrees);
        let of = |count: usize| {
            let level = (1.0 - CONFIDENCE) / count as f64;
            critical_t(1.0 - level, degrees) / usual
        };
        Self((1..=comparisons).map(of).collect())
    }

    /// By how much each interval is stretched, given the distance of each difference from 0 in half-widths.
    pub(super) fn of(&self, evidence: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..evidence.len()).collect();
        order.sort_by(|one, other| evidence[*other].total_cmp(&evidence[*one]));
        let mut stretches = vec![1.0; evidence.len()];
        let mut stopped = None;
        let mut before: Option<(f64, f64)> = None;
        for (rank, at) in order.into_iter().enumerate() {
            let own = self.0[evidence.len() - rank - 1];
            // Equal differences have equal intervals, whichever comes first.
            let tied = before.filter(|(equal, _)| equal.total_cmp(&evidence[at]).is_eq());
            let stretch = stopped.or(tied.map(|(_, stretch)| stretch)).unwrap_or(own);
            if evidence[at] <= stretch {
                stopped = Some(stretch);
            }
            stretches[at] = stretch;
            before = Some((evidence[at], stretch));
        }
        stretches
    }
}

/// The smallest difference that is called clear with a chance of 80 %, in half-widths at 95 %: the critical value of the
/// comparison and that of the power over that of the interval (NIST/SEMATECH e-Handbook of Statistical Methods, section
/// 7.2.2.2). `None` where there is no interval.
pub(super) fn detectable(stretch: f64, pairs: usize) -> Option<f64> {
    let degrees = pairs.checked_sub(1).filter(|degrees| *degrees > 0)?;
    // The one-sided value at 80 % is the two-sided one at 60 %.
    let power = critical_t(2.0 * POWER - 1.0, degrees);
    Some(stretch + power / critical_t(CONFIDENCE, degrees))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::paired_difference;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution as _, StandardNormal};

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-3, "{a} is not {b}");
    }

    #[test]
    fn levels_are_those_of_the_paper() {
        // t(29) at 0.05, 0.025 and 0.05 / 3 two-sided: 2.0452, 2.3638, 2.5408 (tables).
        let Stretches(stretches) = Stretches::new(3, 30);
        close(stretches[0], 1.0);
        close(stretches[1], 2.3638 / 2.0452);
        close(stretches[2], 2.5408 / 2.0452);
    }

    #[test]
    fn after_one_that_is_not_clear_none_is() {
        let stretches = Stretches::new(3, 30);
        let [one, two, three] = [0, 1, 2].map(|at| stretches.0[at]);
        assert_eq!(stretches.of(&[1.01, 9.0, 1.2]), [one, three, two]);
        // The strongest is not clear at a third of the level: the others are held against that too.
        assert_eq!(stretches.of(&[1.2, 1.1, 0.1]), [three; 3]);
        assert_eq!(stretches.of(&[1.5]), [one]);
        // Equal ones are held against the same, in whatever order they come.
        assert_eq!(stretches.of(&[9.0, 1.01, 9.0]), [three, one, three]);
        assert_eq!(Stretches::new(2, 1).of(&[f64::INFINITY, 0.0]), [1.0; 2]);
    }

    /// Variants that differ by chance alone: in at most 5 % of studies is any difference called clear, and uncorrected in more.
    #[test]
    fn no_difference_is_found_where_there_is_none() {
        const STUDIES: usize = 2000;
        const VARIANTS: usize = 5;
        const PAIRS: usize = 12;
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let stretches = Stretches::new(VARIANTS, PAIRS);
        let (mut corrected, mut plain) = (0, 0);
        for _ in 0..STUDIES {
            let mut draw = || -> Vec<f64> {
                let draws = (0..PAIRS).map(|_| StandardNormal.sample(&mut rng));
                draws.collect()
            };
            let baseline = draw();
            let evidence: Vec<f64> = (0..VARIANTS)
                .map(|_| {
                    let of = paired_difference(&draw(), &baseline, CONFIDENCE).unwrap();
                    of.mean.abs() / of.half_width.unwrap()
                })
                .collect();
            let clear = evidence.iter().zip(stretches.of(&evidence));
            corrected += usize::from(clear.clone().any(|(evidence, stretch)| *evidence > stretch));
            plain += usize::from(evidence.iter().any(|evidence| *evidence > 1.0));
        }
        let shares = [corrected, plain].map(|count| count as f64 / STUDIES as f64);
        assert!(shares[0] <= 0.05, "{shares:?}");
        assert!(shares[1] > 0.1, "{shares:?}");
    }

    #[test]
    fn what_can_be_seen_is_more_than_the_half_width() {
        // (2.0452 + 0.8542) / 2.0452 for 30 pairs.
        close(detectable(1.0, 30).unwrap(), 1.4177);
        assert_eq!(detectable(1.0, 1), None);
    }
}
