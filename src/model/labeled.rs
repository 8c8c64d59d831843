//! The runs of logs that say whose they are, by what they say: counts and sums for each label while runs end, and the exact
//! waits. Runs of other workloads are not looked at.

use std::sync::Arc;

use super::attempt::FirstStart;
use super::run::Run;
use crate::results::{GroupStatistics, RunStatus};
use crate::units::{NodeTime, SimDuration, SimTime};
use crate::workload::WorkloadSettings;
use crate::workload::labels::{LABELS, Labels};

/// The labeled runs of one workload.
#[derive(Debug)]
struct Labeled {
    labels: Arc<Labels>,
    /// By number of the label, less 1; without quantiles.
    tallies: Vec<GroupStatistics>,
    /// Waits with the number of the run's label, in order of ends.
    waits: Vec<(u32, SimDuration)>,
}

impl Labeled {
    fn new(labels: &Arc<Labels>) -> Self {
        Self {
            labels: Arc::clone(labels),
            tallies: vec![GroupStatistics::default(); labels.count()],
            waits: Vec::new(),
        }
    }

    fn count(
        &mut self,
        run: &Run,
        status: RunStatus,
        first: Option<FirstStart>,
        on_nodes: SimDuration,
    ) {
        let label = run.submission.label;
        let tally = &mut self.tallies[label as usize - 1];
        tally.submitted += 1;
        tally.completed += u64::from(status == RunStatus::Completed);
        tally.node_time += NodeTime(u128::from(on_nodes.0) * u128::from(run.submission.nodes));
        if let Some(first) = first {
            let wait = first.started.since(run.submission.at);
            tally.started += 1;
            tally.wait_sum += u128::from(wait.0);
            self.waits.push((label, wait));
        }
    }

    /// All of them, then those of each text of each column.
    fn finish(self, into: &mut Vec<GroupStatistics>) {
        let whole = |_: u32| Some(0);
        self.split(1, whole, into);
        for column in 0..LABELS.len() {
            let texts = self.labels.texts(column).len();
            self.split(texts, |number| self.labels.place(number, column), into);
        }
    }

    /// Those of each of some groups, by the number of the label.
    fn split(
        &self,
        groups: usize,
        group: impl Fn(u32) -> Option<usize>,
        into: &mut Vec<GroupStatistics>,
    ) {
        let mut all = vec![GroupStatistics::default(); groups];
        for (number, tally) in (1..).zip(&self.tallies) {
            if let Some(group) = group(number) {
                all[group].add(tally);
            }
        }
        let waits = self.waits.iter();
        let mut waits: Vec<(usize, SimDuration)> = waits
            .filter_map(|(number, wait)| Some((group(*number)?, *wait)))
            .collect();
        waits.sort_unstable();
        let mut from = 0;
        for tally in &mut all {
            let count = usize::try_from(tally.started).expect("the waits are in memory");
            let rank = (count * 95).div_ceil(100);
            tally.wait_p95 = (count > 0).then(|| waits[from + rank - 1].1);
            from += count;
        }
        into.extend(all);
    }
}

/// The labeled runs of all workloads that have some.
#[derive(Debug)]
pub(super) struct AllLabeled {
    warmup: SimTime,
    /// By workload; none of those that are in no statistics.
    of: Vec<Option<Labeled>>,
    /// Whether no workload has any.
    is_empty: bool,
}

impl AllLabeled {
    pub(super) fn new(workloads: &[WorkloadSettings], warmup: SimTime) -> Self {
        let labels = workloads.iter().map(|own| match own.arrivals.labels() {
            Some(labels) if !own.background => Some(Labeled::new(labels)),
            _ => None,
        });
        let of: Vec<Option<Labeled>> = labels.collect();
        Self {
            warmup,
            is_empty: of.iter().all(Option::is_none),
            of,
        }
    }

    /// Whether no run has a label.
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Counts a run that ends, where it has a label and is measured; `on_nodes` is how long it had its nodes in all.
    #[cold]
    #[inline(never)]
    pub(super) fn count(
        &mut self,
        run: &Run,
        status: RunStatus,
        first: Option<FirstStart>,
        on_nodes: SimDuration,
    ) {
        if let Some(labeled) = &mut self.of[run.workload as usize]
            && run.submission.label > 0
            && run.submission.at >= self.warmup
        {
            labeled.count(run, status, first, on_nodes);
        }
    }

    /// Of each workload all runs, then those of each text of each column.
    pub(super) fn finish(self) -> Vec<GroupStatistics> {
        let mut groups = Vec::new();
        for labeled in self.of.into_iter().flatten() {
            labeled.finish(&mut groups);
        }
        groups
    }
}
