//! How nodes are lost, as the scenario says it: at a rate, or as a log tells. Rules: docs/semantics.md section 5.

use std::sync::Arc;

use crate::calendar::HourlyRates;
use crate::units::SimDuration;

/// How ready nodes are lost (evicted, preempted).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum NodeLoss {
    /// Never.
    #[default]
    Never,
    /// At an age that is exponential, by this many losses per node-hour of ready time.
    Rate(f64),
    /// The same with a rate for each local hour of the day.
    ByHour(Box<HourlyRates>),
    /// As in a log of another pool of nodes, whose times repeat after its span.
    Replay(LossLog),
}

/// What a log of preemptions says, from its first line on.
#[derive(Clone, Debug, PartialEq)]
pub struct LossLog {
    /// The losses in order of time, none of them after the span.
    pub losses: Arc<[MassLoss]>,
    /// Time from the log's first line to its last, after which it is repeated; above zero.
    pub span: SimDuration,
}

impl LossLog {
    /// The mean share of nodes in a loss.
    pub fn mean_share(&self) -> f64 {
        let shares: f64 = self.losses.iter().map(|loss| loss.share).sum();
        shares / self.losses.len().max(1) as f64
    }

    /// Expected losses of one node over this length of time, as the exponent of its probability to survive. The time begins
    /// right after the loss of the log that leaves the fewest. A loss of all nodes counts as a hundred.
    pub fn least_losses(&self, length: SimDuration) -> f64 {
        let sums = self.sums();
        let after = |loss: &MassLoss| self.between(&sums, loss.at.0 + 1, loss.at.0 + length.0);
        let all = self.losses.iter().map(after);
        all.fold(f64::INFINITY, f64::min)
    }

    /// The same after a loss that left none of the nodes of a run. New ones are ready `after` each loss. Those that are ready
    /// at the next loss are lost immediately.
    pub fn least_losses_again(&self, length: SimDuration, new_after: SimDuration) -> f64 {
        let sums = self.sums();
        let of_new = self.losses.iter().map(|loss| {
            let new = loss.at.0 + new_after.0;
            self.between(&sums, new.max(loss.at.0 + 1), new + length.0)
        });
        let left = self.losses.iter().filter(|loss| loss.share < 1.0);
        let of_left = left.map(|loss| self.between(&sums, loss.at.0 + 1, loss.at.0 + length.0));
        of_new.chain(of_left).fold(f64::INFINITY, f64::min)
    }

    /// The exponents of the log's losses, added up: the sum before each of them, and that of all.
    fn sums(&self) -> Vec<f64> {
        const ALL: f64 = 100.0;
        let exponents = self
            .losses
            .iter()
            .map(|loss| (-(-loss.share).ln_1p()).min(ALL));
        let mut sums = vec![0.0];
        for exponent in exponents {
            sums.push(sums[sums.len() - 1] + exponent);
        }
        sums
    }

    /// The exponents of the losses at these ticks of the repeated log and before `to`, added up.
    fn between(&self, sums: &[f64], from: u64, to: u64) -> f64 {
        let before = |tick: u64| {
            // A loss may fall on the end of a round.
            let round = tick.saturating_sub(1) / self.span.0;
            let rest = tick - round * self.span.0;
            let within = self.losses.partition_point(|loss| loss.at.0 < rest);
            round as f64 * sums[self.losses.len()] + sums[within]
        };
        (before(to) - before(from)).max(0.0)
    }

    /// Losses to be expected of one node in an hour.
    pub fn per_hour(&self) -> f64 {
        let shares: f64 = self.losses.iter().map(|loss| loss.share).sum();
        shares / self.span.as_secs_f64() * 3600.0
    }
}

/// Nodes lost at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MassLoss {
    /// Since the log's begin.
    pub at: SimDuration,
    /// Share of the ready nodes, above 0 and at most 1: the probability with which each is lost.
    pub share: f64,
}
