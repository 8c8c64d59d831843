//! Whether a queue grows from the start to the horizon, or only fluctuates: a test of its trend.
//!
//! The hypothesis is that the queue does not grow: at worst it is a random walk without drift that is held at 0, which is
//! the limit of stable queues whose load comes near 1 (Whitt, Stochastic-Process Limits, 2002, section 5.2). Of levels at
//! equal distances over `[0, T]` the statistic is
//!
//! `Z = (least level in the second half - least level in the first quarter) / sqrt(T s^2)`,
//!
//! with `s^2` the variance per time by batch means: of the changes in 32 batches, less their mean change (Law, Simulation
//! Modeling and Analysis, 5th ed., section 9.5.3). The least level is taken since a stable queue comes back, also one with
//! a weekly pattern; and `Z` is the same whatever unit levels and times have.
//!
//! Size: of a driftless walk held at 0, `P(Z > z) = 2 ∫_z^∞ φ(x; 0, 1/2) (2 Φ((x - z) √2) - 1) dx` by the reflection
//! principle, which is 0.0060 at [`CRITICAL`], and 0.010 with the variance estimated; at loads up to 0.95 it is below 0.005.
//! Power: a queue with load `r > 1` grows by `(r - 1)` and varies by `(1 + r)` in a unit of service; over 20 relaxation
//! times `1 / (√r - 1)^2` (Abate and Whitt, Transient behavior of the M/M/1 queue, 1987) `Z` has a mean of about 3.1 and a
//! deviation of 0.9, and one replication exceeds 1.6 at least 95 times in 100.

use serde::{Deserialize, Serialize};

/// A `Z` above this is growth.
const CRITICAL: f64 = 1.6;

/// Batches of the estimate of the variance.
const BATCHES: usize = 32;

/// Levels below which nothing is said: two a batch.
const LEAST_LEVELS: usize = 2 * BATCHES;

/// What one series of levels says of its trend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Least level in the second half, less the least in the first quarter.
    pub growth: f64,
    /// Variance of the whole change, estimated.
    pub variance: f64,
}

impl Trend {
    /// Of levels at equal distances, the first one distance after a level of 0; `None` of fewer than 64.
    pub fn of(levels: &[i64]) -> Option<Self> {
        let count = levels.len();
        if count < LEAST_LEVELS {
            return None;
        }
        let least = |part: &[i64]| part.iter().min().map_or(0.0, |least| *least as f64);
        let edge = |batch: usize| match batch * count / BATCHES {
            0 => 0.0,
            place => levels[place - 1] as f64,
        };
        let mean = edge(BATCHES) / BATCHES as f64;
        let off = (0..BATCHES).map(|batch| edge(batch + 1) - edge(batch) - mean);
        let squares: f64 = off.map(|change| change * change).sum();
        Some(Self {
            growth: least(&levels[count / 2..]) - least(&levels[..count / 4]),
            variance: squares * BATCHES as f64 / (BATCHES - 1) as f64,
        })
    }
}

/// Whether levels grow, by all replications together: their mean growth against the mean of their variances, so that many
/// replications find growth more surely and raise false alarms more seldom than one.
pub fn grows(trends: &[Trend]) -> bool {
    let growth: f64 = trends.iter().map(|trend| trend.growth).sum();
    let variance: f64 = trends.iter().map(|trend| trend.variance).sum();
    let count = trends.len() as f64;
    // What grows by single arrivals varies at least as the count of them does.
    let variance = variance.max(growth);
    growth > 0.0 && growth > CRITICAL * (variance * count).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Exp1, StandardNormal};

    /// Points at which the tests look at a queue.
    const POINTS: usize = 512;

    fn draw(rng: &mut ChaCha8Rng) -> f64 {
        Exp1.sample(rng)
    }

    /// Levels of the queue of one server, whose service takes 1 in the mean, from arrivals at this rate until `horizon`.
    fn one_server(
        rng: &mut ChaCha8Rng,
        horizon: f64,
        gap: impl Fn(&mut ChaCha8Rng, f64) -> f64,
    ) -> Vec<i64> {
        let mut changes = vec![0; POINTS + 1];
        let place = |at: f64| at / horizon * POINTS as f64;
        let (mut at, mut free) = (0.0, 0.0_f64);
        loop {
            at = gap(rng, at);
            if at >= horizon {
                break;
            }
            let start = free.max(at);
            free = start + draw(rng);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "places are few and not negative"
            )]
            for (at, change) in [(at, 1), (start, -1)] {
                if let Some(slice) = changes.get_mut(place(at) as usize) {
                    *slice += change;
                }
            }
        }
        changes.pop();
        let mut level = 0;
        let levels = changes.into_iter().map(|change| {
            level += change;
            level
        });
        levels.collect()
    }

    /// How many of `trials` groups of `replications` queues are found to grow.
    fn found(trials: u64, replications: u64, levels: impl Fn(&mut ChaCha8Rng) -> Vec<i64>) -> u64 {
        let trial = |trial: u64| {
            let mut rng = ChaCha8Rng::seed_from_u64(1 + trial);
            let trends = (0..replications).filter_map(|_| Trend::of(&levels(&mut rng)));
            u64::from(grows(&trends.collect::<Vec<_>>()))
        };
        (0..trials).map(trial).sum()
    }

    fn poisson(load: f64) -> impl Fn(&mut ChaCha8Rng, f64) -> f64 {
        move |rng, at| at + draw(rng) / load
    }

    fn relaxation(load: f64) -> f64 {
        (load.sqrt() - 1.0).powi(-2)
    }

    #[test]
    fn overload_is_found_within_twenty_relaxation_times() {
        for load in [1.1, 1.2, 1.5, 3.0] {
            let horizon = 20.0 * relaxation(load);
            let alone = found(200, 1, |rng| one_server(rng, horizon, poisson(load)));
            assert!(alone >= 190, "load {load}: {alone} of 200");
            let together = found(20, 30, |rng| one_server(rng, horizon, poisson(load)));
            assert_eq!(together, 20, "load {load}");
        }
    }

    #[test]
    fn stable_queues_raise_hardly_an_alarm_whatever_the_horizon() {
        for load in [0.5, 0.8, 0.95] {
            for times in [0.05, 0.3, 1.0, 5.0] {
                let horizon = times * relaxation(load);
                let alarms = found(1000, 1, |rng| one_server(rng, horizon, poisson(load)));
                assert!(alarms <= 10, "load {load}, {times} times: {alarms} of 1000");
                let alarms = found(20, 30, |rng| one_server(rng, horizon, poisson(load)));
                assert_eq!(alarms, 0, "load {load}, {times} times, 30 replications");
            }
        }
    }

    #[test]
    fn stable_weekly_patterns_raise_hardly_an_alarm() {
        // A rate of 2.5 by day and of 0 by night and at weekends, in units of which a day has 24: a load of 0.6.
        let week = |rng: &mut ChaCha8Rng, mut at: f64| {
            loop {
                at += draw(rng) / 2.5;
                let day = (at / 24.0).floor();
                if day % 7.0 < 5.0 && at - day * 24.0 < 8.0 {
                    return at;
                }
            }
        };
        for weeks in [1.0, 1.7, 4.0, 13.0] {
            let alarms = found(300, 1, |rng| one_server(rng, weeks * 168.0, week));
            assert!(alarms <= 3, "{weeks} weeks: {alarms} of 300");
        }
    }

    #[test]
    fn the_size_is_that_of_a_walk_without_drift() {
        // Known variance: 60 of 10,000. Estimated from 32 batches: about 100, with a deviation of 10.
        let walk = |rng: &mut ChaCha8Rng| {
            let mut level = 0.0_f64;
            let levels = (0..POINTS).map(|_| {
                let step: f64 = StandardNormal.sample(rng);
                level = (level + 1e4 * step).abs();
                level.round()
            });
            #[expect(clippy::cast_possible_truncation, reason = "small")]
            let levels = levels.map(|level| level as i64);
            levels.collect()
        };
        let alarms = found(10_000, 1, walk);
        assert!((60..=130).contains(&alarms), "{alarms} of 10,000");
    }

    #[test]
    fn work_that_comes_once_does_not_grow() {
        // A batch at the start, and one later, each worked off slowly or not at all.
        let falling: Vec<i64> = (0..512).map(|k| 1000 - k).collect();
        let later: Vec<i64> = (0..512)
            .map(|k| if k < 60 { 0 } else { 1000 - k })
            .collect();
        for levels in [falling, later, vec![1000; 512]] {
            let trend = Trend::of(&levels).expect("enough levels");
            assert!(!grows(&[trend]), "{trend:?}");
        }
    }

    #[test]
    fn a_hand_worked_trend() {
        // 64 levels 1 to 64: growth from 1 to 33; each batch changes by 2, as all do.
        let levels: Vec<i64> = (1..=64).collect();
        let trend = Trend::of(&levels).expect("enough levels");
        assert_eq!((trend.growth, trend.variance), (32.0, 0.0));
        // 32 > 1.6 * sqrt(32) = 9.1, the floor of the variance; two arrivals alone say nothing: 2 < 1.6 * sqrt(2).
        assert!(grows(&[trend]));
        let two = Trend {
            growth: 2.0,
            ..trend
        };
        assert!(!grows(&[two]) && !grows(&[]));
        assert_eq!(Trend::of(&levels[1..]), None);
    }
}
