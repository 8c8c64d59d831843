//! Runs that start before a head that does not fit, by the cluster's discipline. Rules: docs/semantics.md section 3.2.1.

use super::Cluster;
use crate::discipline::{Backfill, Coming, Order, Room, Waiting};
use crate::engine::EventQueue;
use crate::model::fleet::NodeState;
use crate::model::plan::LEAST;
use crate::model::recorder::Recorder;
use crate::model::run::RunId;
use crate::model::run_queue::Queued;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Whether its queue orders runs by more than their entry.
    #[inline(always)]
    pub(in crate::model) fn ranks(&self) -> bool {
        self.discipline.order != Order::Entry
    }

    /// What its queue orders a run by beside its entry.
    pub(in crate::model) fn rank<R: Recorder>(&self, id: RunId, shared: &Shared<R>) -> u64 {
        match self.discipline.order {
            Order::Entry => 0,
            Order::Shortest => shared.estimate(id, self.max_run_duration).0,
        }
    }

    /// Whether it plans with nodes to come.
    #[inline(always)]
    pub(in crate::model) fn plans(&self) -> bool {
        self.discipline.backfill != Backfill::None
    }

    /// For how many more nodes there is quota.
    pub(in crate::model) fn note_quota(&mut self, nodes: u64) {
        self.within_quota = u32::try_from(nodes).unwrap_or(u32::MAX);
    }

    /// Starts runs that may pass the head, which does not fit.
    #[cold]
    #[inline(never)]
    pub(super) fn backfill<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Some(head) = self.queue.head().filter(|_| self.fleet.idle.len() > 0) else {
            return;
        };
        let limit = self.max_run_duration;
        let mut rest: Vec<Queued> = self.queue.rest().collect();
        queue.work.count(rest.len());
        if self.discipline.shortest_passes_first {
            rest.sort_by_cached_key(|queued| shared.estimate(queued.run, limit));
        }
        let waiting = |queued: &Queued| Waiting {
            nodes: queued.nodes,
            planned: shared.planned(queued.run, limit),
        };
        let waiting: Vec<Waiting> = [head].iter().chain(&rest).map(waiting).collect();
        let room = self.room_to_come(now, shared, queue);
        let starts = self
            .discipline
            .backfill
            .starts(&room, &waiting, &mut queue.work);
        for position in starts {
            if !queue.work.step() {
                return;
            }
            let queued = rest[position - 1];
            let priority = shared.runs[queued.run].submission.priority;
            self.queue.take(queued, priority);
            self.start(now, queued, shared, queue);
        }
    }

    /// Idle nodes, and when others are planned to be: those with a run after it, those that are provisioning, and those that
    /// it may still ask for.
    fn room_to_come<R: Recorder>(
        &self,
        now: SimTime,
        shared: &Shared<R>,
        queue: &mut EventQueue,
    ) -> Room {
        let soon = now + LEAST;
        let mut coming: Vec<Coming> = Vec::new();
        for node in self.fleet.nodes.all() {
            queue.work.count(1);
            coming.push(match (node.state, node.slot.run) {
                (NodeState::Preparing, _) => Coming {
                    at: (node.lease.requested + self.mean_provisioning).max(soon),
                    nodes: 1,
                },
                (NodeState::Occupied, Some(id)) => {
                    let run = &shared.runs[id];
                    let ends = run.assigned + shared.planned(id, self.max_run_duration);
                    Coming {
                        at: if ends > now { ends } else { soon },
                        nodes: run.submission.nodes,
                    }
                }
                _ => continue,
            });
        }
        let more = self.max_nodes.saturating_sub(self.fleet.size());
        coming.push(Coming {
            at: now + self.mean_provisioning,
            nodes: more.min(self.within_quota),
        });
        coming.sort_by_key(|coming| coming.at);
        Room {
            now,
            free: self.fleet.idle.len(),
            coming,
        }
    }
}
