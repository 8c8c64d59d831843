//! What a pool has at an instant, for its ledgers and its timeline; its leases, and how its accounts are closed.

use super::power::Power;
use super::{DEDICATED, Pool};
use crate::category::Category;
use crate::engine::EventQueue;
use crate::model::attempt::Lost;
use crate::model::ledger::Held;
use crate::model::node::NodeState;
use crate::model::recorder::Recorder;
use crate::model::run::{Run, RunId};
use crate::model::shared::{Ending, Shared, charge, charge_interrupted};
use crate::model::wait_clock::Cause;
use crate::results::{Levels, RunStatus, TargetResult, TierTimes};
use crate::units::{SimDuration, SimTime};

impl Pool {
    /// After the decisions of an instant: accounts, and what the queue waits for.
    pub(super) fn close_pass<R: Recorder>(&mut self, now: SimTime, shared: &mut Shared<R>) {
        let held = self.held();
        for (tier, held) in self.tiers.iter_mut().zip(held) {
            tier.ledger.hold(now, held);
        }
        self.clock.turn(now, self.cause());
        if std::mem::take(&mut self.extends) {
            for tier in &mut self.tiers {
                tier.ledger.extend(now);
            }
        }
        if R::DETAILED {
            shared
                .recorder
                .levels(self.target as usize, now, self.levels());
        }
    }

    /// How the idle time of each tier splits from now on: what the blocked head has and then what `min_nodes` keeps are
    /// dedicated nodes first. The peak is that of both tiers.
    fn held(&self) -> [Held; 2] {
        let idle: u32 = self.tiers.iter().map(|tier| tier.idle).sum();
        let occupied: u32 = self.tiers.iter().map(|tier| tier.occupied).sum();
        let mut idle_gang_assembly = self.queue.head().map_or(0, |head| head.nodes.min(idle));
        let kept = self.min_nodes.saturating_sub(occupied + idle_gang_assembly);
        let mut idle_min_nodes = kept.min(idle - idle_gang_assembly);
        let mut held = self.tiers.each_ref().map(|tier| {
            let of_gang = idle_gang_assembly.min(tier.idle);
            let of_minimum = idle_min_nodes.min(tier.idle - of_gang);
            idle_gang_assembly -= of_gang;
            idle_min_nodes -= of_minimum;
            Held {
                idle_gang_assembly: of_gang,
                idle_min_nodes: of_minimum,
                idle_rest: tier.idle - of_gang - of_minimum,
                allocated: 0,
            }
        });
        held[DEDICATED].allocated = self.size();
        held
    }

    /// What the queue waits for from now on.
    fn cause(&self) -> Cause {
        let coming: u32 = self
            .tiers
            .iter()
            .map(|tier| tier.idle + tier.provisioning)
            .sum();
        match self.queue.head() {
            Some(_) if self.power == Power::Starting => Cause::Provisioning,
            Some(head) if head.nodes <= coming => Cause::Provisioning,
            _ => Cause::Capacity,
        }
    }

    fn levels(&self) -> Levels<u32> {
        let [dedicated, low] = &self.tiers;
        Levels {
            provisioning: dedicated.provisioning + low.provisioning,
            idle: dedicated.idle + low.idle,
            occupied: dedicated.occupied + low.occupied,
            leaving: self.marked,
            system: if self.power == Power::Off {
                0
            } else {
                self.system_nodes
            },
            queued_runs: self.queue.runs(),
            queued_nodes: u32::try_from(self.queue.nodes()).unwrap_or(u32::MAX),
        }
    }

    /// Puts the time of an attempt on the books of the tiers of its nodes; of a background run all of it as such.
    pub(super) fn charge_run(
        &mut self,
        (run, is_background): (&Run, bool),
        places: &[u32],
        now: SimTime,
        lost: Option<Lost>,
    ) {
        for (position, tier) in self.tiers.iter_mut().enumerate() {
            let tags = &self.tags;
            let of_tier = |place: &&u32| tags[**place as usize].tier == position;
            let nodes = places.iter().filter(of_tier).count();
            let nodes = u32::try_from(nodes).expect("nodes are counted by a u32");
            if nodes == 0 {
                continue;
            }
            let ledger = &mut tier.ledger;
            if is_background {
                ledger.add(Category::Background, run.assigned, now, nodes);
            } else if let Some(lost) = lost {
                charge_interrupted(run, (now, lost), nodes, ledger);
            } else {
                charge(run, now, nodes, ledger);
            }
        }
    }

    /// A node that has no run is gone at once, with its lease if that has begun.
    pub(super) fn withdraw<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let node = &self.nodes[place];
        if node.state != NodeState::Preparing || now > node.billed_from {
            self.end_lease((place, false), now, shared);
        }
        self.free(place, queue);
        self.withdrawn += 1;
        self.extends = true;
    }

    /// The place of a node that is gone is free.
    pub(super) fn free(&mut self, place: u32, queue: &mut EventQueue) {
        let node = &self.nodes[place];
        queue.park(node.timer);
        if let Some(life) = node.life {
            queue.park(life);
        }
        self.nodes.free(place);
    }

    /// Closes a lease at `now`, with its boot as far as it came, by a loss or otherwise.
    pub(super) fn end_lease<R: Recorder>(
        &mut self,
        (place, by_loss): (u32, bool),
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        let (node, tag) = (&self.nodes[place], self.tags[place as usize]);
        let from = node.billed_from;
        let lease = now.since(from);
        let billed = self.billing.billed(lease);
        let ledger = &mut self.tiers[tag.tier].ledger;
        if tag.system_nodes {
            ledger.add(Category::SystemNodes, from, now, 1);
        } else {
            ledger.add(Category::Boot, from, node.ready.min(now), 1);
        }
        ledger.add_lease(from, now, 1);
        ledger.add_rounding(now, SimDuration(billed.0 - lease.0), 1);
        if R::DETAILED {
            shared
                .recorder
                .lease(node.lease_record(self.target, now, billed, by_loss));
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
        for tier in &mut self.tiers {
            tier.ledger.close();
        }
        let end = self.tiers[DEDICATED].ledger.end();
        for place in self.nodes.leased(end) {
            self.end_lease((place, false), end, shared);
        }
        let spin_ups = self.tiers[DEDICATED].ledger.spin_ups();
        let has_tiers = self.low_priority_nodes > 0;
        let [dedicated, low] = self.tiers.map(|tier| tier.ledger.finish());
        let mut periods = dedicated.periods;
        for (period, low) in periods.iter_mut().zip(&low.periods) {
            period.low_priority = low.times;
        }
        let (mini_batches_failed, items_done) = self.collector.pieces();
        TargetResult {
            runs: self.collector.finish(),
            within: dedicated.within,
            drain: dedicated.drain,
            hours: dedicated.hours,
            periods,
            end,
            peak_nodes: dedicated.peak,
            spin_ups,
            standstill: self.progress.given_up(),
            slots: 1,
            nodes_evicted: self.nodes_evicted,
            low_priority: has_tiers.then(|| {
                Box::new(TierTimes {
                    within: low.within,
                    drain: low.drain,
                })
            }),
            mini_batches_failed,
            items_done,
            ..TargetResult::default()
        }
    }
}
