use super::*;
use crate::engine::streams::{Purpose, Streams};

fn of(secs: u64) -> SimDuration {
    SimDuration::from_secs(secs)
}

/// Each kind with a mean of 600 s.
fn kinds() -> Vec<Distribution> {
    let weighted = Distribution::empirical(vec![of(300), of(1500)], vec![3.0, 1.0]);
    let kinds = vec![
        Ok(Distribution::constant(of(600))),
        Distribution::uniform(of(200), of(1000)),
        Distribution::exponential(of(600)),
        Distribution::log_normal_mean_cv(of(600), 0.5),
        Distribution::weibull(1.0, of(600)),
        Distribution::gamma(3.0, of(200)),
        Distribution::pareto(of(450), 4.0),
        Distribution::triangular(of(100), of(500), of(1200)),
        weighted,
    ];
    kinds.into_iter().collect::<Result<_, _>>().unwrap()
}

#[test]
fn draws_have_the_mean_that_is_stated() {
    for kind in kinds() {
        assert!((kind.mean_secs() - 600.0).abs() < 1e-6, "{kind:?}");
        let mut stream = Streams::new(1, 0).open(Purpose("test"), "mean");
        let draws = 200_000;
        let sum: f64 = (0..draws)
            .map(|_| kind.sample(&mut stream).as_secs_f64())
            .sum();
        // The largest standard deviation is the exponential's 600 s: 600 / sqrt(200,000) = 1.34 s.
        assert!((sum / f64::from(draws) - 600.0).abs() < 5.0, "{kind:?}");
    }
}

#[test]
fn a_log_normal_has_the_median_and_p95_that_are_stated() {
    let kind = Distribution::log_normal_median_p95(of(240), of(540)).unwrap();
    let mut stream = Streams::new(1, 0).open(Purpose("test"), "quantiles");
    let mut draws: Vec<SimDuration> = (0..100_001).map(|_| kind.sample(&mut stream)).collect();
    draws.sort_unstable();
    let at = |place: usize| draws[place].as_secs_f64();
    assert!((at(50_000) / 240.0 - 1.0).abs() < 0.01, "{}", at(50_000));
    assert!((at(95_000) / 540.0 - 1.0).abs() < 0.02, "{}", at(95_000));
}

#[test]
fn draws_exceed_what_they_are_said_to() {
    for kind in kinds() {
        let mut stream = Streams::new(1, 0).open(Purpose("test"), "exceeds");
        let draws: Vec<f64> = (0..100_000)
            .map(|_| kind.sample(&mut stream).as_secs_f64())
            .collect();
        for at in [50.0, 300.0, 500.0, 599.0, 900.0, 1800.0] {
            let above = draws.iter().filter(|draw| **draw > at).count();
            let share = above as f64 / draws.len() as f64;
            // Four standard deviations of the share of 100,000 draws.
            assert!((kind.exceeds(at) - share).abs() < 0.0064, "{kind:?} {at}");
        }
        assert!((kind.exceeds(-1.0) - 1.0).abs() < f64::EPSILON);
    }
}

#[test]
fn weights_at_the_edges_of_what_is_allowed_can_be_drawn_by() {
    for weights in [
        [1e100, 5e-324],
        [5e99, 5e99],
        [5e-324, 1e-100],
        [5e-101, 5e-101],
        [0.0, 1.0],
    ] {
        let drawn = Distribution::empirical(vec![of(1), of(2)], weights.to_vec()).unwrap();
        let mut stream = Streams::new(1, 0).open(Purpose("test"), "weights");
        let seconds = (0..100).map(|_| drawn.sample(&mut stream).as_secs_f64());
        assert!(
            (100.0..=200.0).contains(&seconds.sum::<f64>()),
            "{weights:?}"
        );
    }
}

#[test]
fn the_heaviest_tail_is_cut_at_a_hundred_years() {
    let kind = Distribution::pareto(of(3600), 0.05).unwrap();
    let mut stream = Streams::new(1, 0).open(Purpose("test"), "tail");
    let longest = (0..1000).map(|_| kind.sample(&mut stream)).max();
    assert_eq!(longest, Some(SimDuration::LONGEST));
    assert!(kind.mean_secs().is_infinite());
}

#[test]
fn draws_have_the_second_moment_and_the_least_value_that_are_stated() {
    for kind in kinds() {
        let mut stream = Streams::new(1, 0).open(Purpose("test"), "moments");
        let draws = 400_000;
        let mut sum = 0.0;
        for _ in 0..draws {
            let length = kind.sample(&mut stream);
            assert!(length >= kind.least(), "{kind:?}");
            sum += length.as_secs_f64().powi(2);
        }
        // The squares of a Pareto of shape 4 have no variance: their mean comes slowly.
        let moment = kind.mean_square_secs();
        let off = (sum / f64::from(draws) / moment - 1.0).abs();
        assert!(off < 0.02, "{kind:?}: {off}");
    }
    let constant = Distribution::constant(of(600));
    assert_eq!(constant.least(), of(600));
    let heavy = Distribution::pareto(of(1), 2.0).unwrap();
    assert!(heavy.mean_square_secs().is_infinite());
    let weighted = Distribution::empirical(vec![of(300), of(1500)], vec![3.0, 1.0]).unwrap();
    assert_eq!(weighted.least(), of(300));
    // 0.75 x 300² + 0.25 x 1,500².
    assert!((weighted.mean_square_secs() - 630_000.0).abs() < 1e-6);
}
