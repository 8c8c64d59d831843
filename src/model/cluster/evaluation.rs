//! How a cluster does what its policy asks for: more nodes, fewer idle ones, nodes taken from runs.
//! Rules: docs/targets.md 3.4 to 3.6 and 3.8.

use std::cmp::Reverse;

use super::policy::Policy;
use super::{Cluster, Supply};
use crate::autoscale::batch::Tiers;
use crate::autoscale::{Decision, Tasks, View};
use crate::engine::EventQueue;
use crate::model::fleet::{Counts, Power, Use};
use crate::model::recorder::Recorder;
use crate::model::settings::Deallocation;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Starts if it is off and waited for; dispatches, and then does what an evaluation or a loss asks for; stops if nothing
    /// uses it.
    #[inline(never)]
    pub(super) fn decide_by_policy<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Some(mut policy) = self.policy.take() else {
            return;
        };
        match policy.switch.power {
            Power::Off if !self.queue.is_empty() => {
                let on = now + policy.creation.draw();
                self.begin_start(&mut policy, (now, on), shared, queue);
                self.fleet.ledger.count_spin_ups(now, self.min_nodes);
            }
            Power::Off | Power::Starting => {}
            Power::On if self.progress.given_up().is_some() => {}
            Power::On => {
                if let Some(last) = policy.paused.take() {
                    policy.go_on(now, last, queue);
                    self.turn_capacity(now, queue);
                }
                policy.watch(now, self.tasks());
                self.dispatch(now, shared, queue);
                if std::mem::take(&mut policy.evaluates) {
                    let before = self.fleet.released;
                    self.evaluate(&mut policy, now, shared, queue);
                    let went = self.fleet.released - before;
                    self.judge(&mut policy, (now, went), shared, queue);
                } else if policy.lost_nodes {
                    self.seek_lost_nodes(&mut policy, now, shared, queue);
                }
                policy.lost_nodes = false;
                self.watch_use(&mut policy, now, shared, queue);
            }
        }
        policy.tasks = self.tasks();
        self.policy = Some(policy);
    }

    fn tasks(&self) -> Tasks {
        Tasks {
            running: self.fleet.occupied,
            waiting: u32::try_from(self.queue.nodes()).unwrap_or(u32::MAX),
        }
    }

    /// The policy sees the cluster, and what it answers is done.
    fn evaluate<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        policy.withheld = Counts::default();
        let fleet = &self.fleet;
        queue.work.count(fleet.idle.len() as usize);
        let view = View {
            operating: now < policy.operating_until,
            low_size: fleet.low_size(),
            low_most: fleet.low_most(),
            idle_since: &|| fleet.idle.since(),
            ..self.seen(now)
        };
        match policy.rule.scaler_mut().ask(view) {
            Decision::Keep => {}
            Decision::Add(count) => {
                let counts = self.fleet.more(count);
                self.ask_for(policy, (now, counts), shared, queue);
            }
            Decision::Remove(count) => {
                self.fleet.release_idle(count, None, now, (shared, queue));
                policy.begin_operation(now);
            }
            Decision::Tiers(tiers) => self.resize(policy, tiers, now, (shared, queue)),
        }
    }

    /// Nodes of one tier that take runs and are not marked.
    fn tier_size(&self, used: Use) -> u32 {
        let low = self.fleet.low_size();
        if used == Use::LowPriorityRuns {
            low
        } else {
            self.fleet.size() - low
        }
    }

    /// Brings each tier to its number of nodes: first fewer in either, then more.
    fn resize<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        aims: Tiers,
        now: SimTime,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) {
        let aims = [
            (Use::Runs, aims.dedicated),
            (Use::LowPriorityRuns, aims.low),
        ];
        let mut acted = false;
        for (used, aim) in aims {
            let surplus = self.tier_size(used).saturating_sub(aim);
            if surplus > 0 {
                let fleet = &mut self.fleet;
                let left = fleet.release_idle(surplus, Some(used), now, (shared, queue));
                let taken = (left, policy.deallocation);
                let left = self.take_from_runs(taken, used, now, (shared, queue));
                acted |= left < surplus;
            }
        }
        let mut room = self.max_nodes.saturating_sub(self.fleet.size());
        let [dedicated, low] = aims.map(|(used, aim)| {
            let more = aim.saturating_sub(self.tier_size(used)).min(room);
            room -= more;
            more
        });
        let more = Counts { dedicated, low };
        if more != Counts::default() {
            self.ask_for(policy, (now, more), shared, queue);
        } else if acted {
            policy.begin_operation(now);
        }
        if acted {
            // Of a run that was put back, nodes of the other tier may have gone idle.
            self.fleet.idle.settle();
            self.dispatch(now, shared, queue);
        }
    }

    /// Low-priority nodes were lost: they are asked for again, as far as the last evaluation wanted them.
    fn seek_lost_nodes<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if now < policy.operating_until || self.is_over(now, shared) {
            return;
        }
        // Dedicated nodes that quotas withhold stay asked for.
        let dedicated = policy.withheld.dedicated;
        let room = self.max_nodes.saturating_sub(self.fleet.size() + dedicated);
        let lacking = policy.rule.scaler().sought_again(self.fleet.low_size());
        let low = lacking.min(room);
        if low > 0 {
            let counts = Counts { dedicated, low };
            self.ask_for(policy, (now, counts), shared, queue);
        }
    }

    /// Asks for nodes of each tier at once, or for quota for them.
    fn ask_for<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        (now, counts): (SimTime, Counts),
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.supply == Supply::GivenOut {
            policy.withheld = counts;
        } else {
            let over = policy.begin_operation(now);
            self.fleet.request((now, over), counts, shared, queue);
        }
    }

    /// Takes nodes of a tier from runs, the run that was assigned last first, while a run has no more of them than are left
    /// to go; how many are left then.
    fn take_from_runs<R: Recorder>(
        &mut self,
        (mut count, deallocation): (u32, Deallocation),
        used: Use,
        now: SimTime,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> u32 {
        if count == 0 || deallocation == Deallocation::IdleOnly {
            return count;
        }
        for lead in self.latest_runs(shared, queue) {
            if !queue.work.step() {
                break;
            }
            let mut places = self.fleet.nodes.of_run(lead);
            places.retain(|place| {
                let node = &self.fleet.nodes[*place];
                node.used == used && !node.is_marked
            });
            let held = u32::try_from(places.len()).expect("nodes are counted by a u32");
            if held > count {
                break;
            }
            if held == 0 {
                continue;
            }
            count -= held;
            for place in places {
                self.fleet.mark(place);
            }
            if deallocation != Deallocation::TaskCompletion {
                self.deallocate((lead, deallocation), now, shared, queue);
            }
        }
        count
    }

    /// The first nodes of runs, that of the run that was assigned last first.
    fn latest_runs<R: Recorder>(&self, shared: &Shared<R>, queue: &mut EventQueue) -> Vec<u32> {
        let nodes = &self.fleet.nodes;
        let mut leads = nodes.leads();
        queue.work.count(leads.len());
        leads.sort_by_cached_key(|lead| {
            let run = nodes[*lead].slot.run.expect("a first node has a run");
            let ids = nodes
                .of_run(*lead)
                .into_iter()
                .map(|place| nodes[place].lease.id);
            Reverse((shared.runs[run].assigned, ids.max(), *lead))
        });
        leads
    }
}
