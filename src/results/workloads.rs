//! What is counted of the runs of one workload on one of its targets.

use serde::{Deserialize, Serialize};

use super::RunStatistics;
use crate::units::{NodeTime, SimDuration, TICKS_PER_SECOND};

/// Running time below which a run counts as one of so long: else the slowdowns of the shortest runs would be the mean of all.
/// Feitelson, Rudolph, Schwiegelshohn, Sevcik and Wong, "Theory and practice in parallel job scheduling" (JSSPP 1997), has the
/// bound; 10 s are usual since.
const SHORTEST: SimDuration = SimDuration::from_secs(10);

/// Runs of one workload on one of its targets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkloadStatistics {
    /// Position of the workload among the names of the variant.
    pub workload: u32,
    /// Position of the target in the results.
    pub target: u32,
    /// Its measured runs.
    pub runs: RunStatistics,
    /// Sum of [`bounded_slowdown`] over completed runs.
    pub slowdown_sum: u128,
    /// Node-time (of an instance: slot-time) from assignment to release in `[warmup, the target's end)`, of all its runs: those
    /// of all workloads add up to what [`NodeTimes::busy`](super::NodeTimes::busy) is of the target.
    pub node_time: NodeTime,
}

/// The bounded slowdown of a completed run, in millionths, rounded down: `max(1, (wait + running) / max(running, 10 s))`.
pub fn bounded_slowdown(wait: SimDuration, turnaround: SimDuration) -> u128 {
    let running = turnaround.0.saturating_sub(wait.0).max(SHORTEST.0);
    let one = u128::from(TICKS_PER_SECOND);
    (u128::from(turnaround.0) * one / u128::from(running)).max(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_slowed_by_its_wait_and_short_ones_count_as_of_10_s() {
        let of = |wait, turnaround| {
            bounded_slowdown(
                SimDuration::from_secs(wait),
                SimDuration::from_secs(turnaround),
            )
        };
        assert_eq!(of(0, 600), 1_000_000);
        assert_eq!(of(300, 900), 1_500_000);
        // 1 s of work after 60 s: 61 / 10, and never less than 1.
        assert_eq!(of(60, 61), 6_100_000);
        assert_eq!(of(1, 2), 1_000_000);
        assert_eq!(of(0, 0), 1_000_000);
    }
}
