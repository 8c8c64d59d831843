//! The runs of a cluster: how they end, lose nodes or have them taken away. Rules: docs/semantics.md section 5,
//! docs/targets.md 3.2, 3.6 and 3.8.

use super::{Cluster, Supply};
use crate::engine::EventQueue;
use crate::model::recorder::Recorder;
use crate::model::settings::Deallocation;
use crate::model::shared::{Ending, Interruption, Shared, end_run, go_on, interrupt};
use crate::units::{SimDuration, SimTime};
use crate::workload::OnLoss;

impl Cluster {
    /// The run on this (first) node ends; its nodes go idle, marked ones go.
    #[inline(always)]
    pub(super) fn finish_run<R: Recorder>(
        &mut self,
        now: SimTime,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let id = self.fleet.nodes[place].slot.run.take();
        let id = id.expect("an occupied node with a timer has a run");
        let run = &shared.runs[id];
        let nodes = run.submission.nodes;
        let ending = Ending {
            run: id,
            status: run.own_end(),
            now,
        };
        self.live -= 1;
        self.fleet.extended_at = now;
        if !self.is_plain {
            self.finish_apart((ending, nodes), place, shared, queue);
            return;
        }
        self.end_run(ending, shared);
        self.fleet.occupied -= nodes;
        self.fleet.join_idle(place, now);
        if nodes > 1 {
            let others = std::mem::take(&mut self.fleet.nodes[place].slot.others);
            for other in others {
                self.fleet.join_idle(other, now);
            }
        }
    }

    /// The same where there is more to do than that nodes go idle.
    #[cold]
    #[inline(never)]
    fn finish_apart<R: Recorder>(
        &mut self,
        (ending, nodes): (Ending, u32),
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let now = ending.now;
        self.end_run(ending, shared);
        self.fleet.vacate(place, nodes);
        self.progress.make();
        if self.supply == Supply::OneRun {
            self.give_back(now, place, shared, queue);
            return;
        }
        let others = std::mem::take(&mut self.fleet.nodes[place].slot.others);
        for place in [place].into_iter().chain(others) {
            self.leave_run(place, now, shared, queue);
        }
    }

    /// A node has no run any more: it becomes idle, or is released if it is marked.
    fn leave_run<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.fleet.nodes[place].is_marked {
            self.fleet.let_go(place, now, shared, queue);
        } else {
            self.fleet.become_idle(place, now);
        }
    }

    /// Closes the accounts of a run that leaves its nodes.
    #[inline(always)]
    pub(in crate::model) fn end_run<R: Recorder>(
        &mut self,
        ending: Ending,
        shared: &mut Shared<R>,
    ) {
        let (run, fleet) = (&shared.runs[ending.run], &mut self.fleet);
        let held = fleet.note_times::<R>((run, ending.now), SimDuration::ZERO);
        if self.is_plain {
            let books = (&mut fleet.ledger, &mut self.collector);
            end_run(ending, held, shared, books);
        } else {
            fleet.end_run_apart(ending, held, shared, &mut self.collector);
        }
    }

    /// The nodes of a run that are marked are taken from it; it fails or queues again.
    pub(super) fn deallocate<R: Recorder>(
        &mut self,
        (lead, deallocation): (u32, Deallocation),
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let on_loss = match (deallocation, self.on_loss(lead, shared)) {
            (Deallocation::Terminate, _) => OnLoss::Fail,
            (_, OnLoss::Fail) => OnLoss::Requeue,
            (_, own) => own,
        };
        for place in self.interrupt((lead, now), (on_loss, false), shared, queue) {
            self.leave_run(place, now, shared, queue);
        }
    }

    /// What becomes of the run on this first node where it loses a node.
    fn on_loss<R: Recorder>(&self, lead: u32, shared: &Shared<R>) -> OnLoss {
        let run = self.fleet.nodes[lead].slot.run;
        let run = run.expect("the first node of a run has the run");
        shared.terms[shared.runs[run].workload as usize].on_loss
    }

    /// The attempt on these nodes ends early, by a loss or otherwise; the run fails or queues again. The nodes it had, which
    /// are neither occupied nor idle then.
    fn interrupt<R: Recorder>(
        &mut self,
        (lead, now): (u32, SimTime),
        (on_loss, by_loss): (OnLoss, bool),
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> Vec<u32> {
        let places = self.fleet.nodes.of_run(lead);
        let id = self.fleet.nodes[lead].slot.run.take();
        let id = id.expect("the first node of a run has the run");
        queue.park(self.fleet.nodes[lead].slot.timer);
        let run = shared.runs[id];
        let is_background = shared.is_background(id);
        let interruption = Interruption {
            run: id,
            now,
            on_loss,
            by_loss,
            held: if R::DETAILED {
                let id = |place: &u32| self.fleet.nodes[*place].lease.id;
                places.iter().map(id).collect()
            } else {
                Vec::new()
            },
        };
        let (lost, saved) = interrupt(interruption, shared);
        if !lost.saved.is_zero() || on_loss == OnLoss::Fail {
            self.progress.make();
        }
        let charged = (&run, &*shared.terms, is_background);
        self.fleet.charge_run(charged, now, Some(lost));
        self.fleet.note_times::<R>((&run, now), lost.work());
        self.fleet.vacate(lead, run.submission.nodes);
        self.fleet.nodes[lead].slot.others.clear();
        self.fleet.extended_at = now;
        let rule = (on_loss, self.max_run_duration);
        let own = (&mut self.queue, &self.clock, &mut self.collector);
        if !go_on((id, now, saved), rule, shared, own) {
            self.live -= 1;
        }
        let drains = now >= shared.window.horizon && by_loss;
        if let Some(losses) = self.fleet.losses.as_mut().filter(|_| drains) {
            let left = (self.live, self.fleet.occupied > 0);
            losses.judge(left, !lost.saved.is_zero(), &mut queue.work);
        }
        places
    }

    /// The attempt of which a node is lost ends; its other nodes go idle, marked ones go.
    pub(super) fn interrupt_by_loss<R: Recorder>(
        &mut self,
        now: SimTime,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let lead = self.fleet.nodes[place].slot.lead;
        let on_loss = self.on_loss(lead, shared);
        for other in self.interrupt((lead, now), (on_loss, true), shared, queue) {
            if other != place || !self.fleet.nodes[place].is_marked {
                self.leave_run(other, now, shared, queue);
            }
        }
    }
}
