//! Runs of batch inference: pieces (mini-batches) that the processes on the nodes of a run work off. Rules: docs/targets.md
//! 6.6.
//!
//! Facts (Azure Machine Learning documentation, parallel run step of `azureml-pipeline-steps`): nodes x processes per node
//! workers; a mini-batch is tried 3 times; a try takes at most the invocation time-out, 60 s unless given otherwise.
//!
//! Assumed: pieces are taken in order by whoever is free; a piece that failed is tried again at once by the same worker; a
//! piece that never succeeds does not fail the run.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand_distr::{Distribution as _, StandardUniform};

use super::{BatchInference, Draw};
use crate::engine::Work;
use crate::engine::streams::{Purpose, Stream, Streams};
use crate::units::SimDuration;

const MINI_BATCH_TIME: Purpose = Purpose("mini-batch time");
const MINI_BATCH_FAILURE: Purpose = Purpose("mini-batch failure");

/// What becomes of the pieces of a run of batch inference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkedOff {
    /// Pieces that never succeed.
    pub mini_batches_failed: u32,
    /// Items of the others.
    pub items_done: u64,
}

/// The pieces of the runs of one workload, with the streams that their tries draw from.
#[derive(Clone, Debug)]
pub struct Pieces {
    settings: BatchInference,
    time: Draw,
    failure: Stream,
}

impl Pieces {
    /// The pieces of this workload's runs.
    pub fn new(settings: &BatchInference, streams: Streams, owner: &str) -> Self {
        Self {
            settings: settings.clone(),
            time: Draw::new(&settings.mini_batch_time, streams, MINI_BATCH_TIME, owner),
            failure: streams.open(MINI_BATCH_FAILURE, owner),
        }
    }

    /// The time that the next run takes on so many nodes, and what becomes of its pieces.
    pub fn work_off(&mut self, nodes: u32, work: &mut Work<'_>) -> (SimDuration, WorkedOff) {
        let pieces = self.settings.mini_batches;
        let workers = nodes.saturating_mul(self.settings.processes_per_node);
        let first = (0..workers.min(pieces)).map(|worker| Reverse((SimDuration::ZERO, worker)));
        let mut free: BinaryHeap<_> = first.collect();
        let (mut last, mut failed) = (SimDuration::ZERO, 0);
        for _ in 0..pieces {
            let (takes, succeeds) = self.piece(work);
            failed += u32::from(!succeeds);
            let Some(Reverse((since, worker))) = free.pop() else {
                break;
            };
            if work.is_halted() {
                break;
            }
            let done = since + takes;
            last = last.max(done);
            free.push(Reverse((done, worker)));
        }
        let done = pieces - failed;
        let items = u64::from(self.settings.items_per_mini_batch);
        let worked_off = WorkedOff {
            mini_batches_failed: failed,
            items_done: u64::from(done) * items,
        };
        (last, worked_off)
    }

    /// The time of all tries of a piece, and whether the last one succeeds.
    fn piece(&mut self, work: &mut Work<'_>) -> (SimDuration, bool) {
        let mut takes = SimDuration::ZERO;
        for _ in 0..self.settings.tries {
            if !work.step() {
                break;
            }
            let time = self.time.draw();
            let unit: f64 = StandardUniform.sample(&mut self.failure);
            takes = takes + time.min(self.settings.invocation_timeout);
            let in_time = time <= self.settings.invocation_timeout;
            if in_time && unit >= self.settings.failure_probability {
                return (takes, true);
            }
        }
        (takes, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Distribution;

    fn secs(secs: u64) -> SimDuration {
        SimDuration::from_secs(secs)
    }

    fn settings(mini_batch_time: Distribution) -> BatchInference {
        BatchInference {
            mini_batches: 10,
            items_per_mini_batch: 100,
            processes_per_node: 2,
            mini_batch_time,
            invocation_timeout: secs(60),
            failure_probability: 0.0,
            tries: 3,
        }
    }

    fn pieces(settings: &BatchInference) -> Pieces {
        Pieces::new(settings, Streams::new(1, 0), "test")
    }

    /// The time of the next run on so many nodes, its pieces that never succeed and the items of the others.
    fn worked(pieces: &mut Pieces, nodes: u32) -> (SimDuration, u32, u64) {
        let (time, of) = pieces.work_off(nodes, &mut Work::unwatched());
        (time, of.mini_batches_failed, of.items_done)
    }

    #[test]
    fn workers_take_the_pieces_in_rounds() {
        let mut even = pieces(&settings(Distribution::constant(secs(20))));
        // 10 pieces on 2, 4 and 12 workers: 5, 3 and 1 rounds.
        assert_eq!(worked(&mut even, 1), (secs(100), 0, 1000));
        assert_eq!(worked(&mut even, 2), (secs(60), 0, 1000));
        assert_eq!(worked(&mut even, 6), (secs(20), 0, 1000));
    }

    #[test]
    fn a_try_ends_at_the_time_limit_and_a_piece_after_its_last_try() {
        let mut equal = pieces(&settings(Distribution::constant(secs(60))));
        assert_eq!(worked(&mut equal, 5), (secs(60), 0, 1000));
        // Each of 10 pieces fails three times for 60 s; two workers have five each.
        let mut late = pieces(&settings(Distribution::constant(secs(61))));
        assert_eq!(worked(&mut late, 1), (secs(5 * 180), 10, 0));
    }

    #[test]
    fn a_free_worker_takes_the_next_piece() {
        // Two workers and times that are read off the same stream: piece by piece to whoever is free first.
        let uneven = settings(Distribution::uniform(secs(1), secs(50)).unwrap());
        let mut times = Draw::new(
            &uneven.mini_batch_time,
            Streams::new(1, 0),
            MINI_BATCH_TIME,
            "test",
        );
        let mut free = [SimDuration::ZERO; 2];
        for _ in 0..10 {
            let next = usize::from(free[1] < free[0]);
            free[next] = free[next] + times.draw();
        }
        assert_ne!(free[0], free[1]);
        assert_eq!(
            worked(&mut pieces(&uneven), 1),
            (free[0].max(free[1]), 0, 1000)
        );
    }

    #[test]
    fn tries_fail_with_the_probability_that_is_given() {
        let failing = BatchInference {
            mini_batches: 100_000,
            failure_probability: 0.3,
            ..settings(Distribution::constant(secs(1)))
        };
        // One worker: 1 + 0.3 + 0.09 tries each, and 0.027 of the pieces never succeed. Standard deviations: of a piece's
        // tries 0.67, of the sum 211; of the failed 51.
        let (time, worked_off) = Pieces::new(
            &BatchInference {
                processes_per_node: 1,
                ..failing
            },
            Streams::new(1, 0),
            "test",
        )
        .work_off(1, &mut Work::unwatched());
        assert!((time.as_secs_f64() - 139_000.0).abs() < 850.0, "{time}");
        let failed = worked_off.mini_batches_failed;
        assert!(failed.abs_diff(2_700) < 210, "{failed}");
    }
}
