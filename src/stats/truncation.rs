//! Where a simulated series that begins empty has settled: the truncation point of MSER-5.
//!
//! A series of `n` observations is cut into `m` batches of [`BATCH`], with means `Z_1 ... Z_m`. The truncation point is the number `d` of
//! batches to leave out for which
//!
//! `MSER(d) = Σ_{j > d} (Z_j - mean of Z_{d+1} ... Z_m)² / (m - d)²`
//!
//! is least: it is the squared standard error of the mean of the others, as if these were independent. A transient is left out since it
//! widens the spread; what has settled is kept since fewer observations tell less (K. P. White, An effective truncation heuristic for
//! bias reduction in simulation output, Simulation 69 (1997) 323-334; K. P. White, M. J. Cobb and S. C. Spratt, A comparison of five
//! steady-state truncation heuristics for simulation, Proceedings of the Winter Simulation Conference (2000) 755-760).
//!
//! Only the first half is searched. Of a few batches near the end the spread is small by chance alone, and a least value close to the
//! middle says that the series has not settled before it.

/// Observations in a batch.
pub const BATCH: usize = 5;

/// Batches below which nothing is said.
pub const LEAST_BATCHES: usize = 20;

/// Share of the first half from which on a least value says that nothing has settled.
const LATE: f64 = 0.9;

/// What a series says of its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The transient is over after this number of batches.
    Settled(usize),
    /// It is not over in the first half.
    Changing,
    /// There are too few batches to tell.
    TooShort,
}

/// Means of batches of [`BATCH`] observations, in order; the last ones that fill no batch are left out.
pub fn batch_means(series: &[f64]) -> Vec<f64> {
    let batches = series.chunks_exact(BATCH);
    batches
        .map(|batch| batch.iter().sum::<f64>() / BATCH as f64)
        .collect()
}

/// The truncation point of some batch means.
pub fn start(batches: &[f64]) -> Start {
    if batches.len() < LEAST_BATCHES {
        return Start::TooShort;
    }
    let half = batches.len() / 2;
    let point = truncation(batches);
    if point as f64 > LATE * half as f64 {
        Start::Changing
    } else {
        Start::Settled(point)
    }
}

/// Batches to leave out, at most half of them: those for which `MSER` is least, the fewest of several.
fn truncation(batches: &[f64]) -> usize {
    let half = batches.len() / 2;
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let mut least = (f64::INFINITY, 0);
    // From the end, with Welford's update: where all values are equal no rounding makes them differ.
    for (point, value) in batches.iter().enumerate().rev() {
        count += 1.0;
        let off = value - mean;
        mean += off / count;
        squares += off * (value - mean);
        let mser = squares / (count * count);
        if point <= half && mser <= least.0 {
            least = (mser, point);
        }
    }
    least.1
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Exp1};

    use super::*;

    /// Values one after the other, then 1 and 2 in turn until there are `count`.
    fn settling(first: &[f64], count: usize) -> Vec<f64> {
        let settled = [1.0, 2.0].into_iter().cycle();
        first.iter().copied().chain(settled).take(count).collect()
    }

    #[test]
    fn the_truncation_point_of_a_hand_worked_series() {
        // 18 settled means: 4.5 / 18² = 0.01389. One less leaves 9 twos and 8 ones: 17 (9/17)(8/17) / 17² = 0.01465. With 5 before
        // them the sum of squares is 4.5 + 18/19 (5 - 1.5)² = 16.1, over 19²: 0.0446.
        let batches = settling(&[9.0, 5.0], 20);
        assert_eq!(start(&batches), Start::Settled(2));
        // The same found by the definition, all values at once.
        let direct = |point: usize| {
            let kept = &batches[point..];
            let mean = kept.iter().sum::<f64>() / kept.len() as f64;
            let squares: f64 = kept.iter().map(|value| (value - mean).powi(2)).sum();
            squares / (kept.len() as f64).powi(2)
        };
        assert!((direct(2) - 4.5 / 324.0).abs() < 1e-12);
        assert!((direct(3) - 72.0 / 17.0 / 289.0).abs() < 1e-12);
        let least = (0..=10).min_by(|one, other| direct(*one).total_cmp(&direct(*other)));
        assert_eq!(least, Some(2));
    }

    #[test]
    fn batches_are_means_of_five_and_the_rest_is_left_out() {
        let series: Vec<f64> = (0..13).map(f64::from).collect();
        assert_eq!(batch_means(&series), [2.0, 7.0]);
    }

    #[test]
    fn what_never_changes_needs_no_truncation() {
        // A mean that no binary fraction holds: rounding must not make a difference.
        for value in [0.0, 0.1, 1.0 / 3.0, 7e9] {
            assert_eq!(start(&vec![value; 1000]), Start::Settled(0), "{value}");
        }
        assert_eq!(start(&settling(&[], 200)), Start::Settled(0));
    }

    #[test]
    fn a_few_batches_and_a_long_transient_say_nothing() {
        assert_eq!(start(&settling(&[9.0], 19)), Start::TooShort);
        assert_eq!(start(&settling(&[9.0], 20)), Start::Settled(1));
        // A ramp to the end is least at the middle; a step shortly before it lies in the last tenth of the half.
        let ramp: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(start(&ramp), Start::Changing);
        assert_eq!(start(&settling(&[9.0; 46], 100)), Start::Changing);
        assert_eq!(start(&settling(&[9.0; 44], 100)), Start::Settled(44));
    }

    /// An M/M/1 queue at a load of 0.5 that begins with a wait of 60 services: by Lindley's recursion, over 50 replications. Services take 1
    /// and gaps 2, so the wait falls by 1 with each run and is gone after about 60, in a triangle that adds 60² / 2 / 2000 = 0.9 to the
    /// mean. The exact mean is 1.
    #[test]
    fn a_backlog_is_left_out_and_the_mean_comes_near_the_exact_one() {
        let mut series = vec![0.0; 2000];
        for seed in 0..50 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut wait = 60.0_f64;
            for place in &mut series {
                *place += wait / 50.0;
                let service: f64 = Exp1.sample(&mut rng);
                let gap: f64 = Exp1.sample(&mut rng);
                wait = (wait + service - 2.0 * gap).max(0.0);
            }
        }
        let Start::Settled(point) = start(&batch_means(&series)) else {
            panic!("it settles");
        };
        let runs = point * BATCH;
        assert!((60..=240).contains(&runs), "{runs}");
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
        let (all, kept) = (mean(&series), mean(&series[runs..]));
        assert!((all - 1.9).abs() < 0.15, "{all}");
        assert!((kept - 1.0).abs() < 0.1, "{kept}");
    }
}
