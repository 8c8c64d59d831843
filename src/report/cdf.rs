//! The distribution of waits over all replications, as points for a chart.

use crate::results::{RunStatistics, wait_grid};

/// A point of a cumulative distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CdfPoint {
    /// A wait in seconds.
    pub wait_s: f64,
    /// Share of the started runs that waited at most so long.
    pub share: f64,
}

/// The distribution of the waits of `runs` (one for each replication) pooled: every run weighs the same. The points
/// stand at [`wait_grid`], from the last with nothing below it to the first with everything; none if no run started.
pub fn pooled_waits<'a>(runs: impl IntoIterator<Item = &'a RunStatistics>) -> Vec<CdfPoint> {
    let mut started = 0;
    let mut at_most: Vec<u64> = Vec::new();
    for one in runs {
        started += one.started;
        at_most.resize(at_most.len().max(one.wait_at_most.len()), 0);
        for (sum, count) in at_most.iter_mut().zip(&one.wait_at_most) {
            *sum += count;
        }
    }
    if started == 0 {
        return Vec::new();
    }
    let first = at_most.iter().take_while(|&&count| count == 0).count();
    let last = at_most.iter().take_while(|&&count| count < started).count();
    let points = wait_grid().zip(&at_most).map(|(wait, &count)| CdfPoint {
        wait_s: wait.as_secs_f64(),
        share: count as f64 / started as f64,
    });
    points
        .take(last + 1)
        .skip(first.saturating_sub(1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    fn waits(at_most: &[u64]) -> RunStatistics {
        RunStatistics {
            started: *at_most.last().unwrap(),
            wait_at_most: at_most.to_vec(),
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
