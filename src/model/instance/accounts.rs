//! What an instance has at an instant, for its ledger and its timeline; its leases, and how its accounts are closed.

use super::{ClosedLease, Instance, Power};
use crate::category::Category;
use crate::model::fleet::Lease;
use crate::model::ledger::Held;
use crate::model::recorder::Recorder;
use crate::model::run::RunId;
use crate::model::shared::{Ending, Shared, close_run, count_end, end_run};
use crate::model::wait_clock::Cause;
use crate::results::{Levels, RunStatus, Standstill, TargetResult, WaitsFor};
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
        let ready = ready.min(to);
        self.ledger
            .add(Category::Boot, from, ready, self.slot_count());
        self.record_rest(([from, ready, to], times), shared);
    }

    /// Puts a closed lease on the books on which its boot is already.
    fn record_rest<R: Recorder>(
        &mut self,
        ([from, ready, to], times): ClosedLease,
        shared: &mut Shared<R>,
    ) {
        let (slots, length) = (self.slot_count(), to.since(from));
        let billed = self.billing.billed(length);
        self.ledger.add_lease(from, to, slots);
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
        self.leases += 1;
    }

    /// Puts the one lease of a machine that is kept on the books, with all its boots.
    fn record_whole_lease<R: Recorder>(
        &mut self,
        boots: Vec<(SimTime, SimTime)>,
        end: SimTime,
        shared: &mut Shared<R>,
    ) {
        let mut booting = SimDuration::ZERO;
        for (from, to) in boots {
            let (from, to) = (from.min(end), to.min(end));
            self.ledger.add(Category::Boot, from, to, self.slot_count());
            booting = booting + to.since(from);
        }
        // Its record is as if all boots had come first.
        let ready = SimTime::ZERO + booting;
        self.record_rest(([SimTime::ZERO, ready, end], self.lease_times), shared);
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
        let is_idle = match self.power {
            Power::On => true,
            Power::Stopped => self.kept.is_some(),
            Power::Booting => false,
        };
        Held {
            idle_rest: if is_idle {
                self.slot_count() - self.occupied
            } else {
                0
            },
            allocated: u32::from(self.power != Power::Stopped || self.kept.is_some()),
            ..Held::default()
        }
    }

    pub(super) fn levels(&self) -> Levels<u32> {
        let slots = self.slot_count();
        Levels {
            provisioning: if self.power == Power::Booting {
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
            system: 0,
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
        let ending = Ending {
            run: id,
            status: RunStatus::Unfinished,
            now,
        };
        self.end_run(ending, shared);
    }

    /// Closes the accounts of a run that leaves its slot; all the time of a background run is booked as such.
    pub(super) fn end_run<R: Recorder>(&mut self, ending: Ending, shared: &mut Shared<R>) {
        let run = &shared.runs[ending.run];
        self.lease_times.add_run(run, ending.now, SimDuration::ZERO);
        if shared.is_background(ending.run) {
            let (from, to) = (run.assigned, ending.now);
            self.ledger.add(Category::Background, from, to, 1);
            let first = count_end(run, ending, (&shared.runs, None));
            close_run(ending, first, Vec::new(), shared);
        } else {
            let books = (&mut self.ledger, &mut self.collector);
            end_run(ending, Vec::new(), shared, books);
        }
    }

    /// Closes the accounts at the target's own end, where an open lease is closed.
    pub(in crate::model) fn finish<R: Recorder>(mut self, shared: &mut Shared<R>) -> TargetResult {
        self.ledger.close();
        let end = self.ledger.end();
        if let Some(boots) = self.kept.take() {
            self.record_whole_lease(boots, end, shared);
        } else if self.power != Power::Stopped {
            self.provisional
                .push(([self.lease_from, self.ready, end], self.lease_times));
        }
        for ([from, ready, to], times) in std::mem::take(&mut self.provisional) {
            if from < end {
                self.record_lease(([from, ready, to.min(end)], times), shared);
            }
        }
        let (mini_batches_failed, items_done) = self.collector.pieces();
        let (runs, slots) = (self.collector.finish(), self.slot_count());
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
            standstill: self.progress.given_up(),
            slots,
            nodes_evicted: 0,
            mini_batches_failed,
            items_done,
            ..TargetResult::default()
        }
    }
}
