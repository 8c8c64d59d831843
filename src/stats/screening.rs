//! Designs for inputs of which only ranges are known: trajectories that change one input at a time, and Latin hypercubes. Each
//! input has places from 0 to 1.
//!
//! Trajectories and elementary effects: Morris, Factorial sampling plans for preliminary computational experiments, Technometrics
//! 33 (1991) 161-174; the mean of absolute effects: Campolongo, Cariboni and Saltelli, An effective screening design for
//! sensitivity analysis of large models, Environmental Modelling & Software 22 (2007) 1509-1518. Latin hypercubes: A
//! comparison of three methods for selecting values of input variables in the analysis of output from a computer code, Technometrics
//! 21 (1979) 239-245.

use rand::seq::SliceRandom as _;
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{Beta, ContinuousCDF as _};

use super::{Estimate, estimate, mean};

/// Places that an input has in trajectories: an even number, four as Morris and Campolongo use it.
const LEVELS: u32 = 4;

/// A walk through the ranges that changes each input once.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// The places of all inputs, one more than there are inputs.
    pub points: Vec<Vec<f64>>,
    /// The input that each step changes.
    pub changed: Vec<usize>,
}

/// The generator of one of the designs of a seed.
fn generator(seed: u64, design: u64) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(design);
    generator
}

/// Trajectories for some inputs. A step goes up or down by `LEVELS / 2` of the `LEVELS - 1` distances between levels, so that
/// all levels are equally likely.
pub fn trajectories(count: u32, inputs: usize, seed: u64) -> Vec<Trajectory> {
    let mut generator = generator(seed, 1);
    (0..count)
        .map(|_| trajectory(inputs, &mut generator))
        .collect()
}

fn trajectory(inputs: usize, generator: &mut impl Rng) -> Trajectory {
    let place = |level: u32| f64::from(level) / f64::from(LEVELS - 1);
    let step = LEVELS / 2;
    let mut ends: Vec<[f64; 2]> = Vec::with_capacity(inputs);
    for _ in 0..inputs {
        let low = generator.random_range(0..LEVELS - step);
        let [from, to] = [place(low), place(low + step)];
        let is_up: bool = generator.random();
        ends.push(if is_up { [from, to] } else { [to, from] });
    }
    let mut changed: Vec<usize> = (0..inputs).collect();
    changed.shuffle(generator);
    let mut point: Vec<f64> = ends.iter().map(|[from, _]| *from).collect();
    let mut points = vec![point.clone()];
    for input in &changed {
        point[*input] = ends[*input][1];
        points.push(point.clone());
    }
    Trajectory { points, changed }
}

/// The effects of one input: the change of a figure for a step, over the length of the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// How many there are.
    pub count: usize,
    /// Their mean, with the interval over the trajectories.
    pub mu: Estimate,
    /// The mean of their absolute values, likewise.
    pub mu_star: Estimate,
    /// Their standard deviation; `None` of one.
    pub sigma: Option<f64>,
}

impl Effects {
    /// Of elementary effects; `None` of none.
    pub fn of(effects: &[f64], confidence: f64) -> Option<Self> {
        let absolute: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
        let average = mean(effects)?;
        let squares = effects.iter().map(|effect| (effect - average).powi(2));
        let degrees = effects.len().saturating_sub(1);
        Some(Self {
            count: effects.len(),
            mu: estimate(effects, confidence)?,
            mu_star: estimate(&absolute, confidence)?,
            sigma: (degrees > 0).then(|| (squares.sum::<f64>() / degrees as f64).sqrt()),
        })
    }
}

/// A Latin hypercube: of each input, one place in each of `count` parts of equal length, in random order.
pub fn latin_hypercube(count: u32, inputs: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut generator = generator(seed, 2);
    let mut points = vec![Vec::with_capacity(inputs); count as usize];
    for _ in 0..inputs {
        let mut parts: Vec<u32> = (0..count).collect();
        parts.shuffle(&mut generator);
        for (point, part) in points.iter_mut().zip(parts) {
            let within: f64 = generator.random();
            point.push((f64::from(part) + within) / f64::from(count));
        }
    }
    points
}

/// A share of independent trials with the ends of its interval, which is exact: it covers the truth with at least this
/// confidence (Clopper and Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial, Biometrika
/// 26 (1934) 404-413). The points of a Latin hypercube are not independent, but a share of `n` of them varies at most `n / (n - 1)`
/// times as much (Owen, Monte Carlo variance of scrambled net quadrature, SIAM Journal on Numerical Analysis 34 (1997)
/// 1884-1910).
pub fn share_of(hits: usize, trials: usize, confidence: f64) -> Option<[f64; 3]> {
    if trials == 0 || hits > trials {
        return None;
    }
    let (hits_, misses) = (hits as f64, (trials - hits) as f64);
    let tail = (1.0 - confidence) / 2.0;
    let end = |a: f64, b: f64, level: f64| Beta::new(a, b).ok().map(|beta| beta.inverse_cdf(level));
    let low = if hits == 0 {
        0.0
    } else {
        end(hits_, misses + 1.0, tail)?
    };
    let high = if hits == trials {
        1.0
    } else {
        end(hits_ + 1.0, misses, 1.0 - tail)?
    };
    Some([hits_ / trials as f64, low, high])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::CONFIDENCE;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }

    /// The effects of each input on a function.
    fn effects(count: u32, inputs: usize, of: impl Fn(&[f64]) -> f64) -> Vec<Effects> {
        let mut all = vec![Vec::new(); inputs];
        for walk in trajectories(count, inputs, 11) {
            for (step, input) in walk.changed.iter().enumerate() {
                let [before, after] = [&walk.points[step], &walk.points[step + 1]];
                let length = after[*input] - before[*input];
                all[*input].push((of(after) - of(before)) / length);
            }
        }
        let all = all.iter();
        all.map(|effects| Effects::of(effects, CONFIDENCE).unwrap())
            .collect()
    }

    #[test]
    fn a_trajectory_changes_each_input_once_by_two_thirds() {
        for walk in trajectories(200, 5, 3) {
            let mut changed = walk.changed.clone();
            changed.sort_unstable();
            assert_eq!(changed, [0, 1, 2, 3, 4]);
            for (step, input) in walk.changed.iter().enumerate() {
                let pairs = walk.points[step].iter().zip(&walk.points[step + 1]);
                for (other, (before, after)) in pairs.enumerate() {
                    let wanted = if other == *input { 2.0 / 3.0 } else { 0.0 };
                    close((after - before).abs(), wanted, 1e-12);
                    assert!((0.0..=1.0).contains(after));
                }
            }
        }
    }

    #[test]
    fn a_linear_function_has_its_slopes_and_no_spread() {
        let of = effects(6, 3, |at| 7.0 + 3.0 * at[0] - 2.0 * at[1]);
        for (effects, slope) in of.iter().zip([3.0, -2.0, 0.0]) {
            assert_eq!(effects.count, 6);
            close(effects.mu.mean, slope, 1e-12);
            close(effects.mu_star.mean, slope.abs(), 1e-12);
            close(effects.sigma.unwrap(), 0.0, 1e-12);
        }
    }

    /// The effect of one input on a product is the place of the other: 0, 1/3, 2/3 or 1, all as likely. Mean 1/2, variance 5/36.
    #[test]
    fn a_product_has_a_spread_of_known_size() {
        const WALKS: u32 = 4000;
        let sigma = (5.0_f64 / 36.0).sqrt();
        for effects in effects(WALKS, 2, |at| at[0] * at[1]) {
            let error = sigma / f64::from(WALKS).sqrt();
            close(effects.mu.mean, 0.5, 4.0 * error);
            close(effects.sigma.unwrap(), sigma, 4.0 * error);
        }
    }

    /// (2 x - 1)² has the effects -4/3 (from 0 to 2/3) and 4/3: they cancel in the mean and not in the mean of sizes.
    #[test]
    fn effects_of_both_signs_show_in_the_mean_of_sizes() {
        let of = effects(400, 1, |at| (2.0 * at[0] - 1.0).powi(2));
        close(of[0].mu_star.mean, 4.0 / 3.0, 1e-12);
        close(of[0].mu.mean, 0.0, 4.0 * 4.0 / 3.0 / 20.0);
    }

    #[test]
    fn a_hypercube_has_each_part_once() {
        let points = latin_hypercube(50, 3, 4);
        for input in 0..3 {
            let mut column: Vec<f64> = points.iter().map(|point| point[input]).collect();
            column.sort_by(f64::total_cmp);
            for (part, place) in (0_u32..).zip(column) {
                let part = f64::from(part);
                assert!(
                    (part..part + 1.0).contains(&(place * 50.0)),
                    "{part} {place}"
                );
            }
        }
        assert_ne!(points, latin_hypercube(50, 3, 5));
    }

    /// The interval is where the binomial's tails are 2.5 %, which are summed here.
    #[test]
    fn a_share_has_the_interval_whose_tails_are_right() {
        let probability = |p: f64, from: u32, to: u32| -> f64 {
            let of = |k: u32| {
                let choose = (1..=k).fold(1.0, |all, i| all * f64::from(20 - k + i) / f64::from(i));
                choose * p.powi(k.cast_signed()) * (1.0 - p).powi((20 - k).cast_signed())
            };
            (from..=to).map(of).sum()
        };
        for hits in [1, 7, 19] {
            let [share, low, high] = share_of(hits as usize, 20, CONFIDENCE).unwrap();
            close(share, f64::from(hits) / 20.0, 1e-12);
            close(probability(low, hits, 20), 0.025, 1e-6);
            close(probability(high, 0, hits), 0.025, 1e-6);
        }
        // None of 20: 1 - 0.025^(1/20).
        let [share, low, high] = share_of(0, 20, CONFIDENCE).unwrap();
        assert_eq!((share, low), (0.0, 0.0));
        close(high, 1.0 - 0.025_f64.powf(1.0 / 20.0), 1e-6);
        close(share_of(20, 20, CONFIDENCE).unwrap()[2], 1.0, 0.0);
        assert_eq!(share_of(0, 0, CONFIDENCE), None);
    }
}
