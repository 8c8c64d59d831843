//! The runs of a pool: how they take nodes, end, lose nodes or have them taken away. Rules: docs/targets.md 3.2, 3.6, 3.8
//! and docs/semantics.md section 5.

use super::{Pool, Tag};
use crate::engine::EventQueue;
use crate::model::node::NodeState;
use crate::model::recorder::Recorder;
use crate::model::run::{Run, RunId};
use crate::model::run_queue::Queued;
use crate::model::settings::Deallocation;
use crate::model::shared::{Ending, Interruption, Shared, close_run, count_end, go_on, interrupt};
use crate::results::RunStatus;
use crate::units::{SimDuration, SimTime};
use crate::workload::OnLoss;

impl Pool {
    /// Starts runs strictly in the queue's order: a head that does not fit blocks those behind it.
    pub(super) fn dispatch<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        while let Some(head) = self.queue.head() {
            if head.nodes > self.tiers[0].idle + self.tiers[1].idle || !queue.work.step() {
                return;
            }
            self.queue.pop(&mut queue.work);
            self.start(now, head, shared, queue);
        }
    }

    fn start<R: Recorder>(
        &mut self,
        now: SimTime,
        head: Queued,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let run = &mut shared.runs[head.run];
        let environment = run.submission.environment;
        let lead = self.idle.take();
        let mut pulls = self.occupy(lead, environment);
        for _ in 1..head.nodes {
            let other = self.idle.take();
            pulls |= self.occupy(other, environment);
            self.nodes[other].lead = lead;
            self.nodes[lead].others.push(other);
        }
        run.assign(now, (lead, pulls), self.clock.read(now));
        let mut ends = run.ends();
        if run.has_past {
            ends = shared.add_restart(head.run);
        }
        let node = &mut self.nodes[lead];
        node.lead = lead;
        node.run = Some(head.run);
        queue.set(node.timer, ends);
    }

    /// Takes an idle node; whether it has to pull the image.
    fn occupy(&mut self, place: u32, environment: Option<u32>) -> bool {
        let tier = &mut self.tiers[self.tags[place as usize].tier];
        tier.idle -= 1;
        tier.occupied += 1;
        let node = &mut self.nodes[place];
        node.state = NodeState::Occupied;
        environment.is_some_and(|image| node.images.pull(image))
    }

    /// The nodes of the run whose first node this is.
    pub(super) fn places_of(&self, lead: u32) -> Vec<u32> {
        let others = self.nodes[lead].others.iter().copied();
        [lead].into_iter().chain(others).collect()
    }

    /// The run on this (first) node ends; its nodes go idle, marked ones go.
    pub(super) fn finish_run<R: Recorder>(
        &mut self,
        now: SimTime,
        lead: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let run = self.nodes[lead].run;
        let run = run.expect("an occupied node with a timer has a run");
        let status = if shared.runs[run].exceeds_limit {
            RunStatus::Canceled
        } else {
            RunStatus::Completed
        };
        self.end_run(Ending { run, status, now }, lead, shared);
        let (_, places) = self.detach(lead, queue);
        self.live -= 1;
        self.progress.make();
        self.extends = true;
        for place in places {
            self.leave_run(place, now, shared, queue);
        }
    }

    /// Closes the accounts of a run that leaves its nodes, of which `lead` is the first.
    pub(super) fn end_run<R: Recorder>(
        &mut self,
        ending: Ending,
        lead: u32,
        shared: &mut Shared<R>,
    ) {
        let run = shared.runs[ending.run];
        let places = self.places_of(lead);
        let is_background = shared.is_background(ending.run);
        self.charge_run((&run, is_background), &places, ending.now, None);
        let held = self.note_times::<R>((&run, ending.now), &places, SimDuration::ZERO);
        let collector = (!is_background).then_some(&mut self.collector);
        let first = count_end(&run, ending, (&shared.runs, collector));
        close_run(ending, first, held, shared);
    }

    /// Where leases are recorded, notes what an attempt took of each of its nodes; the ids of these.
    fn note_times<R: Recorder>(
        &mut self,
        (run, now): (&Run, SimTime),
        places: &[u32],
        lost: SimDuration,
    ) -> Vec<u64> {
        if !R::DETAILED {
            return Vec::new();
        }
        let note = |place: &u32| {
            let node = &mut self.nodes[*place];
            node.times.add_run(run, now, lost);
            node.id
        };
        places.iter().map(note).collect()
    }

    /// Parts a run from its nodes, which are neither occupied nor idle then.
    fn detach(&mut self, lead: u32, queue: &mut EventQueue) -> (RunId, Vec<u32>) {
        let places = self.places_of(lead);
        let node = &mut self.nodes[lead];
        node.others.clear();
        queue.park(node.timer);
        let run = node.run.take();
        for place in &places {
            let Tag { tier, marked, .. } = self.tags[*place as usize];
            if marked {
                self.marked -= 1;
            } else {
                self.tiers[tier].occupied -= 1;
            }
        }
        (run.expect("the first node of a run has the run"), places)
    }

    /// A node is parted from its run: it goes idle, or away if it is marked.
    fn leave_run<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.tags[place as usize].marked {
            self.withdraw(place, now, shared, queue);
        } else {
            self.become_idle(place, now);
        }
    }

    /// The nodes of a run that are marked are taken from it; it fails or queues again.
    pub(super) fn deallocate<R: Recorder>(
        &mut self,
        lead: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let run = self.nodes[lead].run;
        let run = run.expect("nodes are taken from runs");
        let own = shared.terms[shared.runs[run].workload as usize].on_loss;
        let on_loss = match (self.deallocation, own) {
            (Deallocation::Terminate, _) => OnLoss::Fail,
            (_, OnLoss::Fail) => OnLoss::Requeue,
            (_, own) => own,
        };
        for place in self.interrupt((lead, now), (on_loss, false), shared, queue) {
            self.leave_run(place, now, shared, queue);
        }
    }

    /// The attempt on these nodes ends early, by a loss or otherwise; the run fails or queues again. The nodes it had.
    fn interrupt<R: Recorder>(
        &mut self,
        (lead, now): (u32, SimTime),
        (on_loss, by_loss): (OnLoss, bool),
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> Vec<u32> {
        let (id, places) = self.detach(lead, queue);
        let run = shared.runs[id];
        let is_background = shared.is_background(id);
        let held = if R::DETAILED {
            places.iter().map(|place| self.nodes[*place].id).collect()
        } else {
            Vec::new()
        };
        let interruption = Interruption {
            run: id,
            now,
            on_loss,
            by_loss,
            held,
        };
        let (lost, saved) = interrupt(interruption, shared);
        if !lost.saved.is_zero() || on_loss == OnLoss::Fail {
            self.progress.make();
        }
        self.charge_run((&run, is_background), &places, now, Some(lost));
        self.note_times::<R>((&run, now), &places, lost.work());
        self.extends = true;
        let rule = (on_loss, self.max_run_duration);
        let own = (&mut self.queue, &self.clock, &mut self.collector);
        if !go_on((id, now, saved), rule, shared, own) {
            self.live -= 1;
        }
        places
    }

    /// A ready node is gone at once; the run on it ends its attempt.
    pub(super) fn lose<R: Recorder>(
        &mut self,
        now: SimTime,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.is_over(now, shared) {
            return;
        }
        match self.nodes[place].state {
            NodeState::Idle => {
                queue.work.count(self.idle.len());
                self.idle.remove(place);
                self.tiers[self.tags[place as usize].tier].idle -= 1;
            }
            NodeState::Occupied => {
                let lead = self.nodes[place].lead;
                let run = self.nodes[lead].run;
                let run = run.expect("the first node of a run has the run");
                let on_loss = shared.terms[shared.runs[run].workload as usize].on_loss;
                for other in self.interrupt((lead, now), (on_loss, true), shared, queue) {
                    if other != place {
                        self.leave_run(other, now, shared, queue);
                    }
                }
            }
            // It was let go at this very tick.
            NodeState::Preparing | NodeState::Leaving | NodeState::Gone => return,
        }
        self.end_lease((place, true), now, shared);
        self.free(place, queue);
        if now >= shared.window.warmup {
            self.nodes_evicted += 1;
        }
        self.lost_nodes = true;
        self.extends = true;
    }
}
