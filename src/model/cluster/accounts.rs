//! What a cluster has at an instant, for its policy, its ledger and its timeline, and how its accounts are closed.

use super::{Cluster, Supply};
use crate::autoscale::ClusterView;
use crate::model::ledger::Held;
use crate::model::recorder::Recorder;
use crate::model::run::RunId;
use crate::model::shared::{Ending, Shared};
use crate::model::wait_clock::Cause;
use crate::results::{Levels, RunStatus, TargetResult};
use crate::units::SimTime;

impl Cluster {
    #[inline(always)]
    pub(super) fn view(&self) -> ClusterView {
        ClusterView {
            occupied: self.occupied,
            queued_nodes: self.queue.nodes(),
            min_nodes: self.min_nodes,
            max_nodes: self.max_nodes,
        }
    }

    #[inline(always)]
    pub(super) fn allocated(&self) -> u32 {
        self.provisioning + self.idle.len() + self.occupied
    }

    /// How idle time splits from now on: what the blocked head has, what `min_nodes` keeps, the rest.
    #[inline(always)]
    pub(super) fn held(&self) -> Held {
        let (idle, allocated) = (self.idle.len(), self.allocated());
        let (mut idle_gang_assembly, mut idle_min_nodes) = (0, 0);
        if idle > 0 {
            idle_gang_assembly = self.queue.head().map_or(0, |head| head.nodes.min(idle));
            let kept = self
                .min_nodes
                .saturating_sub(self.occupied + idle_gang_assembly);
            idle_min_nodes = kept.min(idle - idle_gang_assembly);
        }
        Held {
            idle_gang_assembly,
            idle_min_nodes,
            idle_rest: idle - idle_gang_assembly - idle_min_nodes,
            allocated,
        }
    }

    /// What the queue waits for from now on.
    #[inline(always)]
    pub(super) fn cause(&self) -> Cause {
        match self.queue.head() {
            Some(head) if head.nodes <= self.idle.len() + self.provisioning => Cause::Provisioning,
            Some(_) if self.supply == Supply::GivenOut && self.wanted() > 0 => Cause::Quota,
            _ => Cause::Capacity,
        }
    }

    pub(super) fn levels(&self) -> Levels<u32> {
        Levels {
            provisioning: self.provisioning,
            idle: self.idle.len(),
            occupied: self.occupied,
            leaving: self.leaving_nodes,
            system: 0,
            queued_runs: self.queue.runs(),
            queued_nodes: u32::try_from(self.queue.nodes()).unwrap_or(u32::MAX),
        }
    }

    /// Accounts for a run still on its nodes when everything stops at `now`, and ends it.
    pub(in crate::model) fn cut_run<R: Recorder>(
        &mut self,
        run: RunId,
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        let lead = shared.runs[run].lead;
        let status = RunStatus::Unfinished;
        self.end_run(Ending { run, status, now }, lead, shared);
    }

    /// Closes the accounts at the target's own end, where leases still open are closed.
    pub(in crate::model) fn finish<R: Recorder>(mut self, shared: &mut Shared<R>) -> TargetResult {
        self.ledger.close();
        let end = self.ledger.end();
        for place in self.nodes.leased(end) {
            self.end_lease((place, false), end, shared);
        }
        let (mini_batches_failed, items_done) = self.collector.pieces();
        let runs = self.collector.finish();
        let spin_ups = self.ledger.spin_ups();
        let books = self.ledger.finish();
        TargetResult {
            runs,
            within: books.within,
            drain: books.drain,
            hours: books.hours,
            periods: books.periods,
            end,
            peak_nodes: books.peak,
            spin_ups,
            slots: 1,
            nodes_evicted: self.nodes_evicted,
            mini_batches_failed,
            items_done,
            ..TargetResult::default()
        }
    }
}
