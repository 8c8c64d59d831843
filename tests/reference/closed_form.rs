//! Checkpoints against losses in closed form: how long a run takes whose nodes are lost at random
//! and replaced at once.

/// The mean time to complete `work`, all times in one unit, of a run on a node whose life is
/// exponential with mean `between_losses`, always replaced at once and without setup. After a loss
/// `restart` comes before Running. With `checkpoints` = (interval, cost), one of that cost after
/// each interval of work, none at the end of the work, and a loss goes back to the last completed
/// one; without, it goes back to the begin.
///
/// Losses have no memory, so the run is a chain of stretches, each of which must pass in one piece:
/// an interval and its checkpoint, and at last the rest of the work. Let a piece take `l` and let
/// losses come every `m`. If each try takes all of `l`, the mean time `f(l)` until one succeeds is
/// the mean of min(life, l), which is m (1 - e^(-l/m)), and with probability 1 - e^(-l/m) all of
/// `f(l)` again; so f(l) = m (e^(l/m) - 1). A stretch of `l` takes a first try of `l` and, with
/// probability 1 - e^(-l/m), tries of r + l, as `restart` = r is exposed to losses too:
/// m (1 - e^(-l/m)) + (1 - e^(-l/m)) f(r + l) = m e^(r/m) (e^(l/m) - 1).
pub fn mean_completion(
    work: f64,
    checkpoints: Option<(f64, f64)>,
    restart: f64,
    between_losses: f64,
) -> f64 {
    let stretch = |length: f64| {
        between_losses * (restart / between_losses).exp() * (length / between_losses).exp_m1()
    };
    let Some((interval, cost)) = checkpoints else {
        return stretch(work);
    };
    let count = (work / interval).ceil() - 1.0;
    count * stretch(interval + cost) + stretch(work - count * interval)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::{Distribution, Exp};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::super::{Cluster, Input, Kind, OnLoss, Run, Target, simulate};
    use super::mean_completion;

    /// An hour in ticks.
    const HOUR: f64 = 3600.0 * 1e6;

    /// A checkpoint of five minutes.
    const COST: f64 = 1.0 / 12.0;

    /// A restart of a quarter of an hour.
    const RESTART: f64 = 0.25;

    /// (work, checkpoint interval, mean time between losses, mean time to complete) in hours.
    const CASES: [(f64, Option<f64>, f64, f64); 4] = [
        (24.0, Some(1.0), 12.0, 27.6898),
        (24.0, None, 12.0, 78.2827),
        (24.0, Some(0.5), 12.0, 29.2067),
        (100.0, Some(2.0), 50.0, 106.8132),
    ];

    #[test]
    fn known_values() {
        for (work, interval, between_losses, expected) in CASES {
            let checkpoints = interval.map(|interval| (interval, COST));
            let mean = mean_completion(work, checkpoints, RESTART, between_losses);
            assert!((mean - expected).abs() < 0.000_05, "{mean} is {expected}");
        }
    }

    #[test]
    fn limits() {
        // Without losses: the work and its checkpoints.
        let calm = mean_completion(10.0, Some((4.0, 0.5)), 1.0, 1e9);
        assert!((calm - 11.0).abs() < 1e-6);
        // One interval as long as the work has no checkpoint.
        let one = mean_completion(10.0, Some((10.0, 0.5)), 1.0, 7.0);
        let none = mean_completion(10.0, None, 1.0, 7.0);
        assert!((one - none).abs() < 1e-9);
    }

    /// Hours as ticks.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "times here are positive and far below 2^64"
    )]
    fn ticks(hours: f64) -> u64 {
        (hours * HOUR).round() as u64
    }

    #[test]
    fn the_reference_agrees() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        for (work, interval, between_losses, expected) in CASES {
            let life = Exp::new(1.0 / between_losses).expect("the rate is positive");
            let mut completions = Vec::new();
            for _ in 0..4000 {
                let lives = (0..300).map(|_| ticks(life.sample(&mut random)));
                let cluster = Cluster {
                    max_nodes: 1,
                    idle_before_scale_down: 0,
                    lives: lives.collect(),
                    ..Cluster::default()
                };
                let checkpoints = interval.map(|interval| OnLoss::Resume {
                    interval: ticks(interval),
                    cost: ticks(COST),
                });
                let input = Input {
                    targets: vec![Target {
                        kind: Kind::Cluster(cluster),
                        ..Target::default()
                    }],
                    runs: vec![Run {
                        duration: ticks(work),
                        on_loss: checkpoints.unwrap_or(OnLoss::Requeue),
                        restart: ticks(RESTART),
                        ..Run::default()
                    }],
                    horizon: 1,
                    ..Input::default()
                };
                let ended = simulate(&input).runs[0].ended.expect("it completes");
                completions.push(ended as f64 / HOUR);
            }
            let count = completions.len() as f64;
            let mean = completions.iter().sum::<f64>() / count;
            let squares: f64 = completions.iter().map(|c| (c - mean).powi(2)).sum();
            let error = (squares / (count - 1.0) / count).sqrt();
            // Four standard errors of the mean: one of 16,000 correct models fails.
            let off = (mean - expected).abs();
            assert!(off < 4.0 * error, "{mean} is {expected} +- {error}");
        }
    }
}
