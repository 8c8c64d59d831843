//! What an instance has at an instant, for its ledger and its timeline; its leases, and how its accounts are closed.

use super::{Instance, MACHINE};
use crate::category::Category;
use crate::model::fleet::{NodeState, Power};
use crate::model::ledger::Held;
use crate::model::recorder::Recorder;
use crate::model::shared::{Ending, Shared, end_run};
use crate::model::wait_clock::Cause;
use crate::results::{Levels, Standstill, TargetResult, WaitsFor};
use crate::units::{SimDuration, SimTime};

impl Instance {
    /// At a stop: from the horizon on what was on came to nothing if runs wait.
    pub(super) fn judge<R: Recorder>(&mut self, now: SimTime, shared: &Shared<R>) {
        let Some(head) = self.queue.head().filter(|_| now >= shared.window.horizon) else {
            return;
        };
        let runs = self.queue.runs();
        self.progress.fail(|tries| Standstill {
            at: now,
            waits_for: WaitsFor::Machine,
            runs,
            head_nodes: head.nodes,
            nodes: 0,
            tries,
        });
    }

    /// What the queue waits for from now on.
    pub(super) fn cause(&self) -> Cause {
        if self.switch.power == Power::Starting && !self.queue.is_empty() {
            Cause::Provisioning
        } else {
            Cause::Capacity
        }
    }

    pub(super) fn held(&self) -> Held {
        let state = self.fleet.nodes[MACHINE].state;
        let is_ready = matches!(state, NodeState::Idle | NodeState::Occupied);
        Held {
            idle_rest: if is_ready { self.fleet.free_slots() } else { 0 },
            allocated: u32::from(state != NodeState::Gone),
            ..Held::default()
        }
    }

    pub(super) fn levels(&self) -> Levels<u32> {
        let [mut provisioning, mut idle] = [0; 2];
        match self.switch.power {
            Power::Off => {}
            Power::Starting => provisioning = self.slot_count(),
            Power::On => idle = self.fleet.free_slots(),
        }
        Levels {
            provisioning,
            idle,
            occupied: self.fleet.occupied,
            queued_runs: self.queue.runs(),
            queued_nodes: self.queue.runs(),
            ..Levels::default()
        }
    }

    /// Closes the accounts of a run that leaves its slot. It holds no node of its own.
    pub(in crate::model) fn end_run<R: Recorder>(
        &mut self,
        ending: Ending,
        shared: &mut Shared<R>,
    ) {
        let run = &shared.runs[ending.run];
        let fleet = &mut self.fleet;
        fleet.note_times::<R>((run, ending.now), SimDuration::ZERO);
        if shared.is_background(ending.run) {
            fleet.end_run_apart(ending, None, shared, &mut self.collector);
        } else {
            let books = (&mut fleet.ledger, &mut self.collector);
            end_run(ending, None, shared, books);
        }
    }

    /// Puts the one lease of a machine that is kept on the books, with all its boots.
    fn book_whole_lease<R: Recorder>(
        &mut self,
        boots: Vec<(SimTime, SimTime)>,
        end: SimTime,
        shared: &mut Shared<R>,
    ) {
        let slots = self.slot_count();
        let fleet = &mut self.fleet;
        let mut booting = SimDuration::ZERO;
        for (from, to) in boots {
            let (from, to) = (from.min(end), to.min(end));
            fleet.ledger.add(Category::Boot, from, to, slots);
            booting = booting + to.since(from);
        }
        let mut lease = fleet.nodes[MACHINE].lease;
        // Its record is as if all boots had come first.
        lease.ready = SimTime::ZERO + booting;
        fleet.book_rest((MACHINE, lease), (end, false), shared);
        fleet.nodes[MACHINE].state = NodeState::Gone;
    }

    /// Closes the accounts at the target's own end, where an open lease is closed.
    pub(in crate::model) fn finish<R: Recorder>(mut self, shared: &mut Shared<R>) -> TargetResult {
        let end = self.fleet.close();
        if let Some(boots) = self.kept.take() {
            self.book_whole_lease(boots, end, shared);
        }
        let (mini_batches_failed, items_done) = self.collector.pieces();
        let billed = self.fleet.billed(SimDuration::ZERO);
        let least = self.collector.need.least(billed);
        TargetResult {
            least: Some(self.fleet.balance(least)),
            week: self.collector.take_week(),
            runs: self.collector.finish(),
            standstill: self.progress.given_up(),
            mini_batches_failed,
            items_done,
            ..self.fleet.finish(end, shared)
        }
    }
}
