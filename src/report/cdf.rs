//! The distributions of waits and latencies over all replications, as points for a chart.

use std::borrow::Borrow;

use crate::results::{RequestStatistics, RunStatistics, latency_grid, wait_grid};
use crate::units::SimDuration;

/// A point of a cumulative distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CdfPoint {
    /// A wait, or a latency, in seconds.
    pub wait_s: f64,
    /// Share of the started runs (served requests) that waited (took) at most so long.
    pub share: f64,
}

/// The distribution of the waits of `runs` (one for each replication) pooled: every run weighs the same. The points
/// stand at [`wait_grid`], from the last with nothing below it to the first with everything; none if no run started.
pub fn pooled_waits(runs: impl IntoIterator<Item: Borrow<RunStatistics>>) -> Vec<CdfPoint> {
    let mut pool = Pool::default();
    for one in runs {
        let one = one.borrow();
        pool.add(one.started, &one.wait_at_most);
    }
    pool.points(wait_grid())
}

/// The same of the latencies of served requests, at [`latency_grid`].
pub fn pooled_latencies(
    requests: impl IntoIterator<Item: Borrow<RequestStatistics>>,
) -> Vec<CdfPoint> {
    let mut pool = Pool::default();
    for one in requests {
        let one = one.borrow();
        pool.add(one.served, &one.latency_at_most);
    }
    pool.points(latency_grid())
}

/// Distributions put together.
#[derive(Default)]
struct Pool {
    whole: u64,
    at_most: Vec<u64>,
}

impl Pool {
    /// Adds a count, and how many of it are at most each entry of a grid, up to the first that has all.
    fn add(&mut self, count: u64, counts: &[u64]) {
        let at_most = &mut self.at_most;
        if let Some(more) = counts.get(at_most.len()..) {
            at_most.resize(at_most.len() + more.len(), self.whole);
        }
        self.whole += count;
        let after = std::iter::repeat(counts.last().unwrap_or(&0));
        for (sum, count) in at_most.iter_mut().zip(counts.iter().chain(after)) {
            *sum += count;
        }
    }

    fn points(&self, grid: impl Iterator<Item = SimDuration>) -> Vec<CdfPoint> {
        let Self { whole, at_most } = self;
        if *whole == 0 {
            return Vec::new();
        }
        let first = at_most.iter().take_while(|&&count| count == 0).count();
        let last = at_most.iter().take_while(|&count| count < whole).count();
        let points = grid.zip(at_most).map(|(time, &count)| CdfPoint {
            wait_s: time.as_secs_f64(),
            share: count as f64 / *whole as f64,
        });
        points
            .take(last + 1)
            .skip(first.saturating_sub(1))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(at_most: &[u64]) -> RunStatistics {
        RunStatistics {
            started: *at_most.last().unwrap(),
            wait_at_most: at_most.into(),
            ..RunStatistics::default()
        }
    }

    #[test]
    fn replications_are_pooled_and_the_flat_ends_left_out() {
        let points = pooled_waits([&waits(&[0, 0, 1, 4, 4, 4]), &waits(&[0, 0, 3, 3, 6, 6])]);
        let shares: Vec<f64> = points.iter().map(|point| point.share).collect();
        assert_eq!(shares, [0.0, 0.4, 0.7, 1.0]);
        let grid: Vec<f64> = wait_grid().map(SimDuration::as_secs_f64).collect();
        let waits: Vec<f64> = points.iter().map(|point| point.wait_s).collect();
        assert_eq!(waits, grid[1..5]);
    }

    #[test]
    fn those_that_end_early_have_all_from_there_on() {
        let whole = [[0, 1, 3, 3, 3, 3], [0, 0, 0, 1, 2, 2], [4, 4, 4, 4, 4, 4]];
        let cut: [&[u64]; 3] = [&[0, 1, 3], &[0, 0, 0, 1, 2], &[4]];
        let of = |parts: &[&[u64]]| {
            let parts: Vec<RunStatistics> = parts.iter().map(|part| waits(part)).collect();
            pooled_waits(&parts)
        };
        let expected = of(&[&whole[0], &whole[1], &whole[2]]);
        assert_eq!(expected.len(), 5);
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            assert_eq!(of(&order.map(|part| cut[part])), expected, "{order:?}");
        }
    }

    #[test]
    fn waits_of_zero_and_no_waits_at_all() {
        let points = pooled_waits([&waits(&[5, 5, 5])]);
        assert_eq!(
            points,
            [CdfPoint {
                wait_s: 0.0,
                share: 1.0
            }]
        );
        assert_eq!(pooled_waits([&RunStatistics::default()]), []);
    }
}
