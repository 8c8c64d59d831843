//! The waits of runs in the order of their submission, averaged over replications run by run (P. D. Welch, The statistical analysis of
//! simulation results, in S. S. Lavenberg (ed.), Computer Performance Modeling Handbook, Academic Press, 1983).

use crate::results::{RunRecord, RunStatus};
use crate::units::{SimDuration, SimTime, TICKS_PER_SECOND};

/// A submission, and the wait from it to Running.
pub type Wait = (SimTime, SimDuration);

/// The waits of a replication by target, each in order of submission. Counted are the runs of workloads that are `own`. A run
/// that did not start has no wait; one that the end of the simulation kept from starting ends the series of its target, as only short waits
/// would follow.
pub fn waits(runs: &[RunRecord], own: &[bool], targets: usize) -> Vec<Vec<Wait>> {
    let mut series = vec![Vec::new(); targets];
    let mut is_over = vec![false; targets];
    for run in runs {
        let target = run.target as usize;
        if !own[run.workload as usize] || is_over[target] {
            continue;
        }
        match run.started {
            Some(started) => series[target].push((run.submitted, started.since(run.submitted))),
            None => is_over[target] = run.status == RunStatus::Unfinished,
        }
    }
    series
}

/// Sums over replications of the run at one place.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    wait: u128,
    submitted: u128,
    latest: SimTime,
}

/// The waits of one target: sums over replications for each run, as far as every replication has one.
#[derive(Clone, Debug, Default)]
pub struct Series {
    sums: Vec<Sum>,
    replications: u32,
    has_waits: bool,
}

impl Series {
    /// Adds a replication. Sums are of whole numbers, so that the order of replications does not matter.
    pub fn take(&mut self, waits: &[Wait]) {
        if self.replications == 0 {
            self.sums = vec![Sum::default(); waits.len()];
        }
        self.replications += 1;
        self.has_waits |= !waits.is_empty();
        self.sums.truncate(waits.len());
        for (sum, (submitted, wait)) in self.sums.iter_mut().zip(waits) {
            sum.wait += u128::from(wait.0);
            sum.submitted += u128::from(submitted.0);
            sum.latest = sum.latest.max(*submitted);
        }
    }

    /// Whether no replication has a wait.
    pub(super) fn is_idle(&self) -> bool {
        !self.has_waits
    }

    /// Mean waits in seconds.
    pub(super) fn waits_s(&self) -> Vec<f64> {
        let waits = self.sums.iter().map(|sum| self.mean_s(sum.wait));
        waits.collect()
    }

    /// Mean time in seconds at which a run is submitted.
    pub(super) fn submitted_s(&self, run: usize) -> f64 {
        self.mean_s(self.sums[run].submitted)
    }

    /// Latest time at which it is.
    pub(super) fn latest(&self, run: usize) -> SimTime {
        self.sums[run].latest
    }

    fn mean_s(&self, sum: u128) -> f64 {
        sum as f64 / f64::from(self.replications) / TICKS_PER_SECOND as f64
    }
}

/// What was measured of a study: a series for each target of each variant.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    series: Vec<Vec<Series>>,
}

impl Gathered {
    /// Empty, for variants with these numbers of targets that take runs.
    pub fn new(targets: impl IntoIterator<Item = usize>) -> Self {
        let series = targets
            .into_iter()
            .map(|count| vec![Series::default(); count]);
        Self {
            series: series.collect(),
        }
    }

    /// Adds a replication of the variant at a position, as [`waits`] has it.
    pub fn take(&mut self, variant: usize, waits: &[Vec<Wait>]) {
        for (series, waits) in self.series[variant].iter_mut().zip(waits) {
            series.take(waits);
        }
    }

    /// Each series with the positions of its variant and its target.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, usize, &Series)> {
        let variants = self.series.iter().enumerate();
        variants.flat_map(|(variant, all)| {
            let all = all.iter().enumerate();
            all.map(move |(target, series)| (variant, target, series))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RunStatus::{Canceled, Completed, Failed, Unfinished};
    use super::*;

    fn at(seconds: u64) -> SimTime {
        SimTime(seconds * TICKS_PER_SECOND)
    }

    fn waiting(waits: &[(u64, u64)]) -> Vec<Wait> {
        let each = waits.iter();
        each.map(|(submitted, wait)| (at(*submitted), SimDuration(wait * TICKS_PER_SECOND)))
            .collect()
    }

    #[test]
    fn runs_are_averaged_place_by_place_as_far_as_all_replications_go() {
        let replications = [
            waiting(&[(0, 4), (10, 6), (20, 100)]),
            waiting(&[(2, 8), (30, 0)]),
            waiting(&[(1, 0), (5, 3), (6, 7), (7, 7)]),
        ];
        // In any order.
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut series = Series::default();
            for replication in order {
                series.take(&replications[replication]);
            }
            assert_eq!(series.waits_s(), [4.0, 3.0]);
            assert_eq!((series.submitted_s(1), series.latest(1)), (15.0, at(30)));
        }
    }

    #[test]
    fn a_run_that_the_end_keeps_from_starting_ends_the_series() {
        let run =
            |workload: u32, target: u32, submitted: u64, started: Option<u64>, status| RunRecord {
                workload,
                position: 0,
                label: 0,
                target,
                nodes: 1,
                submitted: at(submitted),
                queued: None,
                assigned: None,
                started: started.map(at),
                node_setup: SimDuration::ZERO,
                queue_provisioning: SimDuration::ZERO,
                queue_quota: SimDuration::ZERO,
                ended: None,
                status,
                nodes_held: Vec::new(),
                losses: 0,
                lost: SimDuration::ZERO,
                deallocations: 0,
                deallocated: SimDuration::ZERO,
            };
        let runs = [
            run(0, 0, 0, Some(3), Completed),
            run(0, 0, 1, None, Failed),
            run(1, 0, 2, Some(90), Completed),
            run(0, 1, 3, None, Unfinished),
            run(0, 0, 4, Some(5), Unfinished),
            run(0, 0, 5, None, Canceled),
            run(0, 1, 6, Some(6), Completed),
            run(0, 0, 7, None, Unfinished),
            run(0, 0, 8, Some(8), Completed),
        ];
        // Workload 1 is of others; target 1 ends before its first wait.
        let found = waits(&runs, &[true, false], 2);
        assert_eq!(found, [waiting(&[(0, 3), (4, 1)]), Vec::new()]);
    }
}
