//! What an instance has at an instant, for its ledger and its timeline; its leases, and how its accounts are closed.

use super::{ClosedLease, Instance, Power};
use crate::model::ledger::{Category, Held};
use crate::model::node::Lease;
use crate::model::recorder::Recorder;
use crate::model::run::RunId;
use crate::model::shared::{Ending, Shared, end_run};
use crate::model::wait_clock::Cause;
use crate::results::{Levels, RunStatus, TargetResult, Usage};
use crate::units::{SimDuration, SimTime};

impl Instance {
    /// Closed leases count, since something happened after them that extends the target's end.
    pub(super) fn commit_leases<R: Recorder>(&mut self, shared: &mut Shared<R>) {
        for closed in std::mem::take(&mut self.provisional) {
            self.record_lease(closed, shared);
        }
    }

    /// Puts a closed lease on the books; its boot, as far as it came, takes every slot's time.
    pub(super) fn record_lease<R: Recorder>(
        &mut self,
        ([from, ready, to], times): ClosedLease,
        shared: &mut Shared<R>,
    ) {
        let (slots, length, ready) = (self.slot_count(), to.since(from), ready.min(to));
        let billed = self.billing.billed(length);
        self.ledger.add(Category::Boot, from, ready, slots);
        self.ledger.add(Category::Lease, from, to, slots);
        self.ledger
            .add_rounding(to, SimDuration(billed.0 - length.0), slots);
        if R::DETAILED {
            let lease = Lease {
                requested: from,
                billed_from: from,
                ready,
                released: to,
                billed,
                ended_by_loss: false,
            };
            shared
                .recorder
                .lease(times.record(self.target, self.leases, lease, slots));
        }
        if let Some(usage) = &mut self.usage {
            usage.push(Usage { from, to });
        }
        self.leases += 1;
    }

    /// What the queue waits for from now on.
    pub(super) fn cause(&self) -> Cause {
        if self.power == Power::Booting && !self.queue.is_empty() {
            Cause::Provisioning
        } else {
            Cause::Capacity
        }
    }

    pub(super) fn held(&self) -> Held {
        let on = self.power == Power::On;
        Held {
            idle_tail: if on {
                self.slot_count() - self.occupied
            } else {
                0
            },
            allocated: u32::from(self.power != Power::Stopped),
            ..Held::default()
        }
    }

    pub(super) fn levels(&self) -> Levels<u32> {
        let slots = self.slot_count();
        Levels {
            preparing: if self.power == Power::Booting {
                slots
            } else {
                0
            },
            idle: if self.power == Power::On {
                slots - self.occupied
            } else {
                0
            },
            occupied: self.occupied,
            leaving: 0,
            queued_runs: self.queue.runs(),
            queued_nodes: self.queue.runs(),
        }
    }

    /// Accounts for a run still in its slot when everything stops at `now`, and ends it.
    pub(in crate::model) fn cut_run<R: Recorder>(
        &mut self,
        id: RunId,
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        self.lease_times
            .add_run(&shared.runs[id], now, SimDuration::ZERO);
        let ending = Ending {
            run: id,
            status: RunStatus::Unfinished,
            now,
        };
        end_run(
            ending,
            Vec::new(),
            shared,
            (&mut self.ledger, &mut self.collector),
        );
    }

    /// Closes the accounts at the target's own end, where an open lease is closed.
    pub(in crate::model) fn finish<R: Recorder>(mut self, shared: &mut Shared<R>) -> TargetResult {
        self.ledger.close();
        let end = self.ledger.end();
        if self.power != Power::Stopped {
            self.provisional
                .push(([self.lease_from, self.ready, end], self.lease_times));
        }
        for ([from, ready, to], times) in std::mem::take(&mut self.provisional) {
            if from < end {
                self.record_lease(([from, ready, to.min(end)], times), shared);
            }
        }
        let pieces_failed = self.collector.pieces_failed();
        let (runs, slots) = (self.collector.finish(), self.slot_count());
        let (within, drain, peak_nodes) = self.ledger.finish();
        TargetResult {
            runs,
            within,
            drain,
            end,
            peak_nodes,
            spin_ups: self.starts,
            slots,
            nodes_lost: 0,
            usage: self.usage.unwrap_or_default(),
            pieces_failed,
            ..TargetResult::default()
        }
    }
}
