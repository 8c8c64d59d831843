//! What an attempt of a run takes, and what a lost node leaves of it: the arithmetic of checkpoints, and what is
//! remembered of runs that lost a node. Rules: docs/semantics.md section 5.

use super::wait_clock::Reading;
use crate::units::{SimDuration, SimTime};
use crate::workload::{Estimate, OnLoss, WorkedOff};

/// What the runs of a workload have in common while they live.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) on_loss: OnLoss,
    pub(super) restart: SimDuration,
    /// Whether its runs are others' users': they are in no statistics of runs.
    pub(super) background: bool,
    /// Longest Running time of an attempt; the target's applies where this is `None`.
    pub(super) max_duration: Option<SimDuration>,
    /// What is told beforehand of how long runs take.
    pub(super) estimate: Estimate,
    /// Mean time on the nodes before Running, after the image is pulled, and after Running.
    pub(super) around: SimDuration,
}

impl Terms {
    /// Longest Running time of an attempt on a target with this limit.
    pub(super) fn limit(&self, of_target: Option<SimDuration>) -> SimDuration {
        let limit = self.max_duration.or(of_target);
        limit.unwrap_or(SimDuration(u64::MAX))
    }
}

/// When Running was first reached, and what came before.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstStart {
    pub(super) assigned: SimTime,
    pub(super) started: SimTime,
    /// Time on nodes before it, over all attempts.
    pub(super) node_setup: SimDuration,
    /// What passed on the wait clocks before it, over all times in the queue.
    pub(super) blocked: Reading,
}

/// What is remembered of a run of which there is more to say than of most.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    /// Attempts that ended early: by a loss, or since its nodes were taken away.
    pub(super) attempts: u32,
    /// How long it had its nodes in them.
    pub(super) on_nodes: SimDuration,
    /// Whether it fails because its nodes were taken away.
    pub(super) terminated: bool,
    /// What becomes of its pieces.
    pub(super) pieces: WorkedOff,
    /// Times that it lost a node.
    pub(super) losses: u32,
    /// Running time lost with them.
    pub(super) lost: SimDuration,
    /// Times that its nodes were taken away, which are no losses.
    pub(super) deallocations: u32,
    /// Running time lost with these.
    pub(super) deallocated: SimDuration,
    /// Work that completed checkpoints hold.
    pub(super) saved: SimDuration,
    /// Time on nodes before Running was first reached.
    pub(super) node_setup: SimDuration,
    pub(super) first: Option<FirstStart>,
    /// Ids of the nodes of the last attempt, where runs are recorded.
    pub(super) held: Vec<u64>,
}

/// How Running time and lost work lie in an attempt that a loss ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    /// The work that is lost, `[from, to)`, as time since the begin of Running.
    pub(super) from: SimDuration,
    /// Its end.
    pub(super) to: SimDuration,
    /// Work that checkpoints completed in this attempt hold.
    pub(super) saved: SimDuration,
}

impl Lost {
    /// How much work it is.
    pub(super) fn work(self) -> SimDuration {
        SimDuration(self.to.0 - self.from.0)
    }
}

impl OnLoss {
    /// Time on the nodes that so much Running time takes, checkpoints included: none is taken at the end of the work.
    #[inline(always)]
    pub(super) fn span(self, work: SimDuration) -> SimDuration {
        match self {
            Self::Resume { interval, cost } => work + cost * checkpoints(work, interval),
            Self::Fail | Self::Requeue => work,
        }
    }

    /// What is lost and what is kept when an attempt at `work` ends `elapsed` after the begin of Running, or of its span
    /// where that is shorter.
    pub(super) fn lose(self, work: SimDuration, elapsed: SimDuration) -> Lost {
        let elapsed = elapsed.min(self.span(work));
        let Self::Resume { interval, cost } = self else {
            return Lost {
                from: SimDuration::ZERO,
                to: elapsed,
                saved: SimDuration::ZERO,
            };
        };
        let cycle = interval + cost;
        let completed = (elapsed.0 / cycle.0).min(checkpoints(work, interval));
        let from = cycle * completed;
        let stretch = SimDuration(elapsed.0 - from.0);
        // Past the stretch of work between two checkpoints, the next checkpoint had begun.
        let is_last = completed == checkpoints(work, interval);
        Lost {
            from,
            to: from
                + if is_last {
                    stretch
                } else {
                    stretch.min(interval)
                },
            saved: interval * completed,
        }
    }
}

/// Checkpoints that an attempt takes: one each interval, none at the end.
fn checkpoints(work: SimDuration, interval: SimDuration) -> u64 {
    work.0.div_ceil(interval.0).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(secs: u64) -> SimDuration {
        SimDuration::from_secs(secs)
    }

    /// A checkpoint of 10 s each 100 s.
    const RESUME: OnLoss = OnLoss::Resume {
        interval: SimDuration::from_secs(100),
        cost: SimDuration::from_secs(10),
    };

    #[test]
    fn no_checkpoint_is_taken_at_the_end_of_the_work() {
        // 0, 100 and 101 s of work have 0, 0 and 1 checkpoints; 300 have 2.
        for (work, span) in [(0, 0), (50, 50), (100, 100), (101, 111), (300, 320)] {
            assert_eq!(RESUME.span(of(work)), of(span), "{work}");
        }
        assert_eq!(OnLoss::Requeue.span(of(300)), of(300));
    }

    #[test]
    fn what_is_lost_is_the_work_since_the_last_completed_checkpoint() {
        // 250 s of work: [0, 100) work, [100, 110) checkpoint, [110, 210) work, [210, 220) checkpoint, [220, 270) work.
        for (elapsed, from, to, saved) in [
            (0, 0, 0, 0),
            (40, 0, 40, 0),
            (105, 0, 100, 0),
            (110, 110, 110, 100),
            (150, 110, 150, 100),
            (219, 110, 210, 100),
            (220, 220, 220, 200),
            (270, 220, 270, 200),
            // In Finalizing.
            (290, 220, 270, 200),
        ] {
            let lost = RESUME.lose(of(250), of(elapsed));
            let expected = Lost {
                from: of(from),
                to: of(to),
                saved: of(saved),
            };
            assert_eq!(lost, expected, "{elapsed}");
        }
        let all = OnLoss::Fail.lose(of(250), of(270));
        assert_eq!((all.from, all.to, all.saved), (of(0), of(250), of(0)));
    }
}
