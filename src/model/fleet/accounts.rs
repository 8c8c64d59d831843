//! What a fleet has at an instant, for its ledgers and its timeline, and how its accounts are closed.

use super::{Fleet, Use};
use crate::category::Category;
use crate::model::attempt::{Lost, Terms};
use crate::model::charging::{charge, charge_interrupted};
use crate::model::collector::Collector;
use crate::model::ledger::Held;
use crate::model::need::Billed;
use crate::model::recorder::Recorder;
use crate::model::run::Run;
use crate::model::shared::{Ending, Shared, close_run, count_end};
use crate::results::{Least, Levels, TargetResult, TierTimes};
use crate::units::{SimDuration, SimTime};

impl Fleet {
    /// Puts what idle nodes are there for on the books from now on: a blocked head that asks for `head` nodes, `min_nodes`,
    /// the rest.
    #[inline(always)]
    pub(in crate::model) fn close_instant(&mut self, now: SimTime, head: u32, min_nodes: u32) {
        let idle = self.held(head, min_nodes);
        if self.low.is_some() {
            self.hold_by_tier(now, idle);
        } else {
            self.ledger.hold(now, idle);
        }
        self.extend(now);
    }

    /// Moves the owner's end to `now` if something in this instant does.
    #[inline(always)]
    pub(in crate::model) fn extend(&mut self, now: SimTime) {
        if self.ledger.is_past_horizon(now) && self.extended_at == now {
            self.extend_past_horizon(now);
        }
    }

    #[cold]
    #[inline(never)]
    fn extend_past_horizon(&mut self, now: SimTime) {
        self.extended_at = SimTime::NEVER;
        self.ledger.extend(now);
        if let Some(low) = &mut self.low {
            low.ledger.extend(now);
        }
    }

    #[inline(always)]
    fn held(&self, head: u32, min_nodes: u32) -> Held {
        let (idle, allocated) = (self.idle.len(), self.size());
        let (mut idle_gang_assembly, mut idle_min_nodes) = (0, 0);
        if idle > 0 {
            idle_gang_assembly = head.min(idle);
            let kept = min_nodes.saturating_sub(self.occupied + idle_gang_assembly);
            idle_min_nodes = kept.min(idle - idle_gang_assembly);
        }
        Held {
            idle_gang_assembly,
            idle_min_nodes,
            idle_rest: idle - idle_gang_assembly - idle_min_nodes,
            allocated,
        }
    }

    /// The same by tier: what the head has and then what `min_nodes` keeps are dedicated nodes first. The peak is that of
    /// both tiers.
    #[cold]
    fn hold_by_tier(&mut self, now: SimTime, both: Held) {
        let Some(low) = &mut self.low else {
            return;
        };
        let dedicated = self.idle.len() - low.idle;
        let of_gang = both.idle_gang_assembly.min(dedicated);
        let of_minimum = both.idle_min_nodes.min(dedicated - of_gang);
        self.ledger.hold(
            now,
            Held {
                idle_gang_assembly: of_gang,
                idle_min_nodes: of_minimum,
                idle_rest: dedicated - of_gang - of_minimum,
                allocated: both.allocated,
            },
        );
        let of_gang = (both.idle_gang_assembly - of_gang).min(low.idle);
        let of_minimum = (both.idle_min_nodes - of_minimum).min(low.idle - of_gang);
        low.ledger.hold(
            now,
            Held {
                idle_gang_assembly: of_gang,
                idle_min_nodes: of_minimum,
                idle_rest: low.idle - of_gang - of_minimum,
                allocated: 0,
            },
        );
    }

    /// Its nodes by what they do; the queue is its owner's.
    pub(in crate::model) fn levels(&self) -> Levels<u32> {
        Levels {
            provisioning: self.provisioning,
            idle: self.idle.len(),
            occupied: self.occupied,
            leaving: self.leaving_nodes + self.marked,
            ..Levels::default()
        }
    }

    /// Closes the accounts of a run that leaves its nodes, which may be of two tiers, and which may be a background one. `held`
    /// are the ids of the nodes.
    #[cold]
    pub(in crate::model) fn end_run_apart<R: Recorder>(
        &mut self,
        ending: Ending,
        held: Option<Vec<u64>>,
        shared: &mut Shared<R>,
        collector: &mut Collector,
    ) {
        let run = &shared.runs[ending.run];
        let is_background = shared.is_background(ending.run);
        self.charge_run((run, &shared.terms, is_background), ending.now, None);
        let collector = (!is_background).then_some(collector);
        count_end(run, ending, (shared, collector));
        close_run(ending, held, shared);
    }

    /// Puts the time of an attempt on the books, of the tiers of its nodes where there are two; of a background run all of it
    /// as such. `lost` is what an attempt lost that was interrupted.
    pub(in crate::model) fn charge_run(
        &mut self,
        (run, terms, is_background): (&Run, &[Terms], bool),
        now: SimTime,
        lost: Option<Lost>,
    ) {
        let mut of_low = 0;
        if self.low.is_some() {
            let places = self.nodes.of_run(run.lead);
            let is_low = |place: &&u32| self.nodes[**place].used == Use::LowPriorityRuns;
            let count = places.iter().filter(is_low).count();
            of_low = u32::try_from(count).expect("nodes are counted by a u32");
        }
        let low = self.low.as_deref_mut().map(|low| (&mut low.ledger, of_low));
        let dedicated = (&mut self.ledger, run.submission.nodes - of_low);
        for (ledger, nodes) in [dedicated].into_iter().chain(low) {
            if nodes == 0 {
                continue;
            }
            if is_background {
                ledger.add(Category::Background, run.assigned, now, nodes);
            } else if let Some(lost) = lost {
                charge_interrupted((run, terms), (now, lost), nodes, ledger);
            } else {
                charge((run, terms), now, nodes, ledger);
            }
        }
    }

    /// Where leases are recorded, notes what an attempt took of each of its nodes; the ids of these.
    #[inline(always)]
    pub(in crate::model) fn note_times<R: Recorder>(
        &mut self,
        (run, now): (&Run, SimTime),
        lost: SimDuration,
    ) -> Option<Vec<u64>> {
        if !R::DETAILED {
            return None;
        }
        let others = std::mem::take(&mut self.nodes[run.lead].slot.others);
        let note = |place: u32| {
            let lease = &mut self.nodes[place].lease;
            lease.add_run(run, now, lost);
            lease.id
        };
        let held = std::iter::once(run.lead).chain(others.iter().copied());
        let held = held.map(note).collect();
        self.nodes[run.lead].slot.others = others;
        Some(held)
    }

    /// How it is billed; `boot` is the shortest boot of a node.
    pub(in crate::model) fn billed(&self, boot: SimDuration) -> Billed {
        Billed {
            billing: self.billing,
            boot,
            slots: self.slots,
        }
    }

    /// What is billed at least, with the load balancers that this takes.
    pub(in crate::model) fn balance(&self, least: Least) -> Least {
        Least {
            balanced: self.ledger.least_balanced(least.leased),
            ..least
        }
    }

    /// Closes the ledgers at the owner's end, which is told.
    pub(in crate::model) fn close(&mut self) -> SimTime {
        self.ledger.close();
        if let Some(low) = &mut self.low {
            low.ledger.close();
        }
        self.ledger.end()
    }

    /// Closes the accounts, which end at `end` and are closed, where leases still open are closed; the owner adds its runs.
    pub(in crate::model) fn finish<R: Recorder>(
        mut self,
        end: SimTime,
        shared: &mut Shared<R>,
    ) -> TargetResult {
        self.commit_leases(end, shared);
        for place in self.nodes.leased(end) {
            self.end_lease((place, false), end, shared);
        }
        let spin_ups = self.ledger.spin_ups();
        let books = self.ledger.finish();
        let low = self.low.map(|low| low.ledger.finish());
        let mut periods = books.periods;
        for (period, low) in periods
            .iter_mut()
            .zip(low.iter().flat_map(|low| &low.periods))
        {
            period.low_priority = low.times;
        }
        TargetResult {
            within: books.within,
            drain: books.drain,
            hours: books.hours,
            periods,
            end,
            peak_nodes: books.peak,
            spin_ups,
            slots: self.slots,
            nodes_evicted: self.nodes_evicted,
            low_priority: low.map(|low| {
                Box::new(TierTimes {
                    within: low.within,
                    drain: low.drain,
                })
            }),
            ..TargetResult::default()
        }
    }
}
