//! What the runs of a target need of any policy: the time on nodes that no order, no number of nodes and no delay can save.
//! Meaning: docs/deciding.md, "How good could it be".

use super::attempt::Terms;
use super::run::Run;
use super::settings::LeaseBilling;
use crate::results::{Least, Window};
use crate::units::{NodeTime, SimDuration, SimTime};

/// The needs of the runs that ended by themselves: completed, or canceled at their maximum duration.
#[derive(Debug)]
pub(super) struct Need {
    warmup: SimTime,
    /// Maximum duration of runs that have none of their own.
    max_run_duration: Option<SimDuration>,
    /// Time on nodes from the warm-up on.
    work: u128,
    /// The most nodes of a run, and the longest time of such a run on them.
    largest: (u32, SimDuration),
    /// The first submission.
    first: SimTime,
}

/// How a target is billed, as far as it adds to what runs need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Billed {
    pub(super) billing: LeaseBilling,
    /// Least time that a node boots; 0 where that is not billed.
    pub(super) boot: SimDuration,
    /// Parts of a machine's time.
    pub(super) slots: u32,
}

impl Need {
    pub(super) fn new(window: Window, max_run_duration: Option<SimDuration>) -> Self {
        Self {
            warmup: window.warmup,
            max_run_duration,
            work: 0,
            largest: (0, SimDuration::ZERO),
            first: SimTime::NEVER,
        }
    }

    /// Counts a run that ended by itself at `now`, given the terms by workload.
    #[inline]
    pub(super) fn count(&mut self, run: &Run, now: SimTime, terms: &[Terms]) {
        let submission = &run.submission;
        let on_nodes = if run.has_past() {
            self.without_losses(run, &terms[run.workload as usize])
        } else {
            // The image may be there already.
            let pull = run.node_setup.0 - submission.setup.0;
            SimDuration(now.since(run.assigned).0 - pull)
        };
        // At most what lies between submission and warm-up can be done before the warm-up.
        let mut measured = on_nodes.0;
        if submission.at < self.warmup {
            measured = measured.saturating_sub(self.warmup.since(submission.at).0);
        }
        self.work += u128::from(measured) * u128::from(submission.nodes);
        let (most, longest) = self.largest;
        if submission.nodes > most || (submission.nodes == most && on_nodes > longest) {
            self.largest = (submission.nodes, on_nodes);
        }
        if submission.at < self.first {
            self.first = submission.at;
        }
    }

    /// Time on nodes that a run would have taken without losses, up to its limit: an attempt after one may have less to do.
    #[cold]
    fn without_losses(&self, run: &Run, terms: &Terms) -> SimDuration {
        let submission = &run.submission;
        let limit = terms.limit(self.max_run_duration);
        let running = terms.on_loss.span(submission.duration.min(limit));
        let finalize = if submission.duration <= limit {
            submission.finalize
        } else {
            SimDuration::ZERO
        };
        submission.setup + running + finalize
    }

    /// What is billed at least. Boots, granularity and minimum count without a warm-up only: with one, nodes may have come
    /// before it.
    ///
    /// A run needs its nodes at one time. So there are as many leases as the largest run has nodes, each at least as long as
    /// that run. Before the first run on such a node lies its boot or, of a node that is ready from the start, all time
    /// before the first submission.
    pub(super) fn least(&self, billed: Billed) -> Least {
        if self.warmup > SimTime::ZERO {
            let work = NodeTime(self.work);
            return Least {
                leased: work,
                billed: work,
                balanced: NodeTime::default(),
            };
        }
        let (nodes, on_nodes) = self.largest;
        let lead = billed.boot.min(self.first.since(SimTime::ZERO));
        let machines = u128::from(nodes) * u128::from(billed.slots);
        let leased = self.work + machines * u128::from(lead.0);
        let whole = billed.billing.billed(on_nodes + lead);
        Least {
            leased: NodeTime(leased),
            billed: NodeTime(leased.max(machines * u128::from(whole.0))),
            balanced: NodeTime::default(),
        }
    }
}
