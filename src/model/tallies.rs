//! What is counted of runs by whose they are, beside the statistics of their targets. Most worlds count nothing here.

use super::attempt::{FirstStart, Past};
use super::by_workload::ByWorkload;
use super::labeled::AllLabeled;
use super::run::Run;
use super::settings::WorldSettings;
use crate::results::{ReplicationResult, RunStatus};
use crate::units::{SimDuration, SimTime};

/// Runs by what their logs say of them, and by workload.
#[derive(Debug)]
pub(super) struct Tallies {
    labeled: AllLabeled,
    by_workload: ByWorkload,
    /// Whether nothing is counted.
    is_empty: bool,
}

impl Tallies {
    pub(super) fn new(settings: &WorldSettings) -> Self {
        let labeled = AllLabeled::new(&settings.workloads, settings.warmup);
        let by_workload = ByWorkload::new(&settings.workloads, settings.cuts().window);
        Self {
            is_empty: labeled.is_empty() && by_workload.is_empty(),
            labeled,
            by_workload,
        }
    }

    /// Whether nothing is counted.
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Counts a run that leaves its nodes at its end; `past` is what it remembers of attempts before this one.
    #[cold]
    #[inline(never)]
    pub(super) fn count_on_nodes(
        &mut self,
        run: &Run,
        past: &Past,
        first: Option<FirstStart>,
        (status, now): (RunStatus, SimTime),
    ) {
        let on_nodes = past.on_nodes + now.since(run.assigned);
        self.by_workload.count_attempt(run, now);
        self.count(run, (first, on_nodes), (status, now));
    }

    /// Counts a run that ends without a node.
    #[cold]
    #[inline(never)]
    pub(super) fn count_off_nodes(&mut self, run: &Run, past: &Past, end: (RunStatus, SimTime)) {
        self.count(run, (past.first, past.on_nodes), end);
    }

    fn count(
        &mut self,
        run: &Run,
        (first, on_nodes): (Option<FirstStart>, SimDuration),
        (status, now): (RunStatus, SimTime),
    ) {
        if !self.labeled.is_empty() {
            (self.labeled).count(run, (first, on_nodes), (status, now));
        }
        self.by_workload.count(run, first, now, status);
    }

    /// Counts an attempt that ends early.
    pub(super) fn count_interrupted(&mut self, run: &Run, now: SimTime) {
        self.by_workload.count_attempt(run, now);
    }

    /// Puts them into the results.
    pub(super) fn finish(self, into: &mut ReplicationResult) {
        into.groups = self.labeled.finish();
        into.workloads = self.by_workload.finish();
    }
}
