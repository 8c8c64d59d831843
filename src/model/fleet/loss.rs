//! When the ready nodes of a cluster are lost: lives by a rate, or losses replayed from a log. Rules: docs/semantics.md
//! section 5.

use rand_distr::{Distribution as _, Exp1, StandardUniform};

use crate::engine::streams::{Purpose, Stream, Streams};
use crate::engine::{CUT, Work};
use crate::model::settings::{LossLog, NodeLoss};
use crate::units::{SimDuration, SimTime};

const LOSS: Purpose = Purpose("loss");
const SECONDS_PER_HOUR: f64 = 3600.0;

/// Attempts in a row that are lost without any progress, after which none is to be expected.
const MOST_IN_VAIN: u32 = 1_000_000;

/// The losses of one cluster in one replication.
#[derive(Debug)]
pub(in crate::model) struct Losses {
    process: NodeLoss,
    stream: Stream,
    /// Of a log: the next entry, and when this round of the log began.
    next: usize,
    round: SimTime,
    /// Whose nodes they are.
    owner: String,
    /// Attempts that were lost since there was progress.
    in_vain: u32,
    /// Runs that had not ended after the last of them.
    live: u64,
}

impl Losses {
    /// `None` where no node is ever lost.
    pub(in crate::model) fn new(process: &NodeLoss, streams: Streams, owner: &str) -> Option<Self> {
        let never = match process {
            NodeLoss::Never => true,
            NodeLoss::Rate(per_hour) => *per_hour <= 0.0,
            NodeLoss::ByHour(rates) => rates.mean_per_hour() <= 0.0,
            NodeLoss::Replay(log) => log.losses.is_empty(),
        };
        (!never).then(|| Self {
            process: process.clone(),
            stream: streams.open(LOSS, owner),
            next: 0,
            round: SimTime::ZERO,
            owner: owner.to_owned(),
            in_vain: 0,
            live: 0,
        })
    }

    /// Counts an attempt that was lost in a drain, given the runs that are left and whether some are at work. Gives up when
    /// nothing gets further.
    pub(in crate::model) fn judge(
        &mut self,
        (live, is_at_work): (u64, bool),
        keeps_checkpoint: bool,
        work: &mut Work<'_>,
    ) {
        if keeps_checkpoint || live != self.live {
            (self.in_vain, self.live) = (0, live);
            return;
        }
        if is_at_work {
            return;
        }
        self.in_vain += 1;
        if self.in_vain > MOST_IN_VAIN {
            let message = format!(
                "after the horizon, more than 1,000,000 attempts in a row were lost on `{}`: no run ended and no checkpoint was \
                 kept; runs that are left: {live}",
                self.owner
            );
            let help = "let nodes come faster or live longer, or take checkpoints more often";
            work.give_up(message, format!("{help}, or {CUT}"));
        }
    }

    /// Whether each node has a life of its own.
    pub(in crate::model) fn is_by_node(&self) -> bool {
        !matches!(self.process, NodeLoss::Replay(_))
    }

    /// When a node is lost that becomes ready at `now`.
    pub(in crate::model) fn end_of_life(&mut self, now: SimTime) -> SimTime {
        let unit: f64 = Exp1.sample(&mut self.stream);
        match &self.process {
            NodeLoss::Rate(per_hour) => {
                now + SimDuration::from_secs_rounded(unit / per_hour * SECONDS_PER_HOUR)
            }
            NodeLoss::ByHour(rates) => rates.reach(now, unit).unwrap_or(SimTime::NEVER),
            NodeLoss::Never | NodeLoss::Replay(_) => SimTime::NEVER,
        }
    }

    /// When the log has its next losses.
    pub(in crate::model) fn next_of_log(&self) -> SimTime {
        match &self.process {
            NodeLoss::Replay(log) => self.round + log.losses[self.next].at,
            _ => SimTime::NEVER,
        }
    }

    /// Draws which of so many ready nodes, in order, the log's next losses take, and goes on to those after them.
    pub(in crate::model) fn take_of_log(&mut self, ready: usize) -> Vec<bool> {
        let NodeLoss::Replay(log) = &self.process else {
            return Vec::new();
        };
        let share = log.losses[self.next].share;
        (self.next, self.round) = after(log, self.next, self.round);
        let stream = &mut self.stream;
        let lost = |_| {
            let unit: f64 = StandardUniform.sample(stream);
            unit < share
        };
        (0..ready).map(lost).collect()
    }
}

/// The entry of a log after `entry`, and the begin of its round.
fn after(log: &LossLog, entry: usize, round: SimTime) -> (usize, SimTime) {
    if entry + 1 < log.losses.len() {
        (entry + 1, round)
    } else {
        (0, round + log.span)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::settings::MassLoss;

    #[test]
    fn a_log_repeats_after_its_span() {
        let loss = |at, share| MassLoss {
            at: SimDuration::from_secs(at),
            share,
        };
        let log = LossLog {
            losses: Arc::from([loss(10, 1.0), loss(30, 0.25)]),
            span: SimDuration::from_secs(100),
        };
        let process = NodeLoss::Replay(log);
        let mut losses = Losses::new(&process, Streams::new(1, 0), "test").unwrap();
        let mut times = Vec::new();
        let mut taken = [0, 0];
        for round in 0..2_000 {
            times.push(losses.next_of_log().0 / 1_000_000);
            let gone = losses.take_of_log(10);
            taken[round % 2] += gone.iter().filter(|gone| **gone).count();
        }
        assert_eq!(times[..4], [10, 30, 110, 130]);
        assert_eq!(taken[0], 10_000);
        // A quarter of 10,000, with a standard deviation of 43.
        assert!(taken[1].abs_diff(2_500) < 180, "{}", taken[1]);
    }

    #[test]
    fn lives_are_exponential() {
        let process = NodeLoss::Rate(0.5);
        let mut losses = Losses::new(&process, Streams::new(1, 0), "test").unwrap();
        let lives = 100_000;
        let from = SimTime(7);
        let sum: f64 = (0..lives)
            .map(|_| losses.end_of_life(from).since(from).as_secs_f64())
            .sum();
        // A mean of 2 h with a standard error of 2 h / 316.
        let mean_h = sum / 3600.0 / f64::from(lives);
        assert!((mean_h - 2.0).abs() < 0.026, "{mean_h}");
        assert!(Losses::new(&NodeLoss::Rate(0.0), Streams::new(1, 0), "test").is_none());
    }
}
