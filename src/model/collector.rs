//! The measured runs of one target: counts, exact sums, and one live histogram of waits. No averages over replications.

use std::sync::Arc;

use super::attempt::{FirstStart, Past};
use super::need::Need;
use super::run::Run;
use crate::backlog::Backlog;
use crate::calendar::WeekClock;
use crate::quantiles::{Histogram, quantiles};
use crate::results::{RunStatistics, RunStatus, WeekStatistics, Window, up_to_all, wait_grid};
use crate::units::{SimDuration, SimTime};

/// Collects the runs submitted in `[warmup, horizon)`.
#[derive(Debug)]
pub(super) struct Collector {
    warmup: SimTime,
    /// Of all runs, those before the warm-up too.
    backlog: Backlog,
    /// Waits above zero; at the end all.
    waits: Histogram,
    /// Runs that did not wait at all: often most of them, and not worth the histogram's arithmetic.
    at_once: u64,
    /// The shortest wait above zero, and the longest.
    shortest: SimDuration,
    longest: SimDuration,
    /// The first submission, and the last end.
    first_submitted: SimTime,
    last_ended: SimTime,
    sums: RunStatistics,
    mini_batches_failed: u64,
    items_done: u64,
    /// Runs by the hour of the week, with the clock that tells it.
    week: Option<(Arc<WeekClock>, Box<WeekStatistics>)>,
    /// What all runs that ended by themselves need, those before the warm-up too.
    pub(super) need: Need,
}

impl Collector {
    /// Of a target, or of several together.
    pub(super) fn new(window: Window) -> Self {
        Self {
            warmup: window.warmup,
            backlog: Backlog::new(window.horizon),
            waits: Histogram::default(),
            at_once: 0,
            shortest: SimDuration(u64::MAX),
            longest: SimDuration::ZERO,
            first_submitted: SimTime::NEVER,
            last_ended: SimTime::ZERO,
            sums: RunStatistics::default(),
            mini_batches_failed: 0,
            items_done: 0,
            week: None,
            need: Need::new(window, None),
        }
    }

    /// Of a target with this maximum duration of runs that have none of their own.
    pub(super) fn limited(self, window: Window, max_run_duration: Option<SimDuration>) -> Self {
        let need = Need::new(window, max_run_duration);
        Self { need, ..self }
    }

    /// Counts runs by the hour of the week, if there is a clock for it.
    pub(super) fn by_week(self, clock: Option<&Arc<WeekClock>>) -> Self {
        let week = clock.map(|clock| (Arc::clone(clock), Box::default()));
        Self { week, ..self }
    }

    /// Counts a run at its end: at `ended` by `status`, or when the simulation was over; with when it first reached Running.
    #[inline(always)]
    pub(super) fn count(
        &mut self,
        run: &Run,
        first: Option<FirstStart>,
        ended: SimTime,
        status: RunStatus,
    ) {
        let submitted = run.submission.at;
        let gave_up = (status != RunStatus::Unfinished).then_some(ended);
        let left = first.as_ref().map(|first| first.started).or(gave_up);
        self.backlog.count(submitted, left);
        if submitted < self.warmup {
            return;
        }
        self.sums.submitted += 1;
        if submitted < self.first_submitted {
            self.first_submitted = submitted;
        }
        if let Some(ended) = gave_up {
            debug_assert!(ended >= self.last_ended, "runs are counted as they end");
            self.last_ended = ended;
        }
        match status {
            RunStatus::Completed => {
                self.sums.completed += 1;
                self.sums.turnaround_sum += u128::from(ended.since(submitted).0);
            }
            RunStatus::Failed => self.sums.failed += 1,
            RunStatus::Canceled => self.sums.canceled += 1,
            RunStatus::Unfinished => self.sums.unfinished += 1,
        }
        if let Some((clock, week)) = &mut self.week {
            let wait = first.as_ref().map(|first| first.started.since(submitted));
            week.count(clock.hour(submitted), wait);
        }
        if let Some(first) = first {
            self.count_wait(run, first);
        }
    }

    /// Counts what is remembered of a run at its end, beside [`Self::count`].
    pub(super) fn count_past(&mut self, run: &Run, past: &Past, status: RunStatus) {
        if run.submission.at < self.warmup {
            return;
        }
        if past.losses > 0 {
            self.sums.hit += 1;
            self.sums.losses += u64::from(past.losses);
        }
        match status {
            RunStatus::Failed if past.terminated => self.sums.terminated += 1,
            RunStatus::Failed if past.attempts > 0 => self.sums.failed_by_interruption += 1,
            RunStatus::Completed => {
                self.mini_batches_failed += u64::from(past.pieces.mini_batches_failed);
                self.items_done += past.pieces.items_done;
            }
            RunStatus::Failed | RunStatus::Canceled | RunStatus::Unfinished => {}
        }
    }

    /// Pieces of batch inference that never succeeded, and items of the others, of completed runs.
    pub(super) fn pieces(&self) -> (u64, u64) {
        (self.mini_batches_failed, self.items_done)
    }

    #[inline(always)]
    fn count_wait(&mut self, run: &Run, first: FirstStart) {
        let submitted = run.submission.at;
        let wait = first.started.since(submitted);
        self.sums.started += 1;
        if wait.is_zero() {
            self.at_once += 1;
            return;
        }
        self.sums.wait_sum += u128::from(wait.0);
        if run.queued > submitted {
            self.sums.prepare_sum += u128::from(run.queued.since(submitted).0);
        }
        self.sums.node_setup_sum += u128::from(first.node_setup.0);
        self.sums.queue_provisioning_sum += u128::from(first.blocked[0]);
        self.sums.queue_quota_sum += u128::from(first.blocked[1]);
        self.shortest = self.shortest.min(wait);
        self.longest = self.longest.max(wait);
        self.waits.record(wait.0);
    }

    /// Runs by the hour of the week, where they were counted.
    pub(super) fn take_week(&mut self) -> Option<Box<WeekStatistics>> {
        self.week.take().map(|(_, week)| week)
    }

    /// Takes another target's runs in.
    pub(super) fn merge(&mut self, other: &Self) {
        let (sums, more) = (&mut self.sums, &other.sums);
        sums.submitted += more.submitted;
        sums.completed += more.completed;
        sums.failed += more.failed;
        sums.canceled += more.canceled;
        sums.unfinished += more.unfinished;
        sums.started += more.started;
        sums.wait_sum += more.wait_sum;
        sums.prepare_sum += more.prepare_sum;
        sums.node_setup_sum += more.node_setup_sum;
        sums.queue_provisioning_sum += more.queue_provisioning_sum;
        sums.queue_quota_sum += more.queue_quota_sum;
        sums.failed_by_interruption += more.failed_by_interruption;
        sums.terminated += more.terminated;
        sums.hit += more.hit;
        sums.losses += more.losses;
        sums.turnaround_sum += more.turnaround_sum;
        self.backlog.merge(&other.backlog);
        self.at_once += other.at_once;
        self.shortest = self.shortest.min(other.shortest);
        self.longest = self.longest.max(other.longest);
        self.first_submitted = self.first_submitted.min(other.first_submitted);
        self.last_ended = self.last_ended.max(other.last_ended);
        self.waits.add(&other.waits);
    }

    /// The sums, with quantiles and the distribution read from the histogram.
    pub(super) fn finish(&mut self) -> RunStatistics {
        let at_once = u32::try_from(std::mem::take(&mut self.at_once));
        self.waits.record_many(0, at_once.unwrap_or(u32::MAX));
        let mut sums = self.sums.clone();
        debug_assert_eq!(
            sums.submitted,
            sums.completed + sums.failed + sums.canceled + sums.unfinished
        );
        sums.first_submitted = (sums.submitted > 0).then_some(self.first_submitted);
        sums.last_ended = (sums.submitted > sums.unfinished).then_some(self.last_ended);
        sums.queue_sum = sums.wait_sum - sums.prepare_sum - sums.node_setup_sum;
        sums.wait_quantiles = quantiles(&self.waits, self.shortest, self.longest);
        sums.wait_at_most = self.distribution().into();
        sums.backlog = self.backlog.trend();
        sums
    }

    fn distribution(&self) -> Vec<u64> {
        let edges = wait_grid().map(|edge| edge.0);
        up_to_all(self.waits.at_most(edges), self.waits.len())
    }
}
