//! Which of several targets a run goes to. Rules: docs/semantics.md section 2.

use super::World;
use super::recorder::Recorder;
use super::run::RunId;
use crate::engine::EventQueue;
use crate::units::SimTime;

impl<R: Recorder> World<R> {
    /// Takes the next run of a workload in that has several targets.
    #[cold]
    #[inline(never)]
    pub(super) fn submit_routed(
        &mut self,
        now: SimTime,
        (workload, id): (usize, RunId),
        queue: &mut EventQueue,
    ) {
        if !self.announce(workload, id) {
            self.refuse(now, id);
        } else if !self.waits_for_image(now, id, queue) {
            self.enqueue(now, id);
        }
    }

    /// Tells the targets that a run of several may go to; whether there is any.
    fn announce(&mut self, workload: usize, id: RunId) -> bool {
        let nodes = self.shared.runs[id].submission.nodes;
        let mut any = false;
        for &target in &self.submitters[workload].targets {
            let target = &mut self.targets[target as usize];
            if nodes <= target.most_nodes() {
                target.expect();
                any = true;
            }
        }
        any
    }

    /// Sends a run of several targets to the first of them that has room for it, else to the last that can ever take it.
    #[inline(never)]
    pub(super) fn route(&mut self, id: RunId) {
        let run = &mut self.shared.runs[id];
        let nodes = run.submission.nodes;
        let submitter = &self.submitters[run.workload as usize];
        if submitter.targets.len() == 1 {
            return;
        }
        if !self.quotas.is_empty() {
            self.quotas.catch_up(&self.all_touched, &self.targets);
        }
        let able = |target: &&u32| nodes <= self.targets[**target as usize].most_nodes();
        let able: Vec<u32> = submitter.targets.iter().filter(able).copied().collect();
        let has_room = |target: &&u32| {
            let position = **target as usize;
            let quota = self.quotas.free_nodes(position);
            self.targets[position].has_room(nodes, quota)
        };
        let chosen = able.iter().find(has_room).or(able.last()).copied();
        let chosen = chosen.expect("a run that no target can take was refused");
        for &other in able.iter().filter(|target| **target != chosen) {
            self.targets[other as usize].forgo();
        }
        run.target = chosen;
        run.submission.duration = submitter.duration_on(chosen, run.submission.duration);
        let terms = &self.shared.terms[run.workload as usize];
        let limit = terms.limit(self.limits[chosen as usize]);
        run.plan(run.submission.duration, limit, terms.on_loss);
    }
}
