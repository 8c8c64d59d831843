//! The runs of logs that say whose they are, by what they say: counts and sums for each label while runs end, and the exact
//! waits. Runs of other workloads are not looked at.

use std::sync::Arc;

use super::attempt::FirstStart;
use super::run::Run;
use crate::results::{GroupStatistics, RunStatus};
use crate::units::{NodeTime, SimDuration, SimTime};
use crate::workload::WorkloadSettings;
use crate::workload::labels::{LABELS, Labels, shared};

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
        (first, on_nodes): (Option<FirstStart>, SimDuration),
        (status, now): (RunStatus, SimTime),
    ) {
        let label = run.submission.label;
        let tally = &mut self.tallies[label as usize - 1];
        tally.submitted += 1;
        if status == RunStatus::Completed {
            tally.completed += 1;
            tally.turnaround_sum += u128::from(now.since(run.submission.at).0);
        }
        tally.node_time += NodeTime(u128::from(on_nodes.0) * u128::from(run.submission.nodes));
        if let Some(first) = first {
            let wait = first.started.since(run.submission.at);
            tally.started += 1;
            tally.wait_sum += u128::from(wait.0);
            self.waits.push((label, wait));
        }
    }

    /// All of them, then those of each text of each column.
    fn finish(&self, into: &mut Vec<GroupStatistics>) {
        split(&[self], 1, |_, _| Some(0), into);
        for column in 0..LABELS.len() {
            let texts = self.labels.texts(column).len();
            let place = |own: &Self, number| own.labels.place(number, column);
            split(&[self], texts, place, into);
        }
    }
}

/// Those of each of some groups, of some workloads together: `group` tells which one the label of a number is in.
fn split(
    workloads: &[&Labeled],
    groups: usize,
    group: impl Fn(&Labeled, u32) -> Option<usize>,
    into: &mut Vec<GroupStatistics>,
) {
    let mut all = vec![GroupStatistics::default(); groups];
    let mut waits: Vec<(usize, SimDuration)> = Vec::new();
    for own in workloads {
        let groups = (1..).zip(&own.tallies);
        let groups: Vec<Option<usize>> = groups.map(|(number, _)| group(own, number)).collect();
        for (group, tally) in groups.iter().zip(&own.tallies) {
            if let Some(group) = group {
                all[*group].add(tally);
            }
        }
        let own_waits = own.waits.iter();
        waits.extend(
            own_waits.filter_map(|(number, wait)| Some((groups[*number as usize - 1]?, *wait))),
        );
    }
    waits.sort_unstable();
    let mut left = &waits[..];
    for tally in &mut all {
        tally.set_waits(|position| left[position].1);
        let count = usize::try_from(tally.started).expect("the waits are in memory");
        left = &left[count..];
    }
    into.extend(all);
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

    /// Counts a run that ends, where it has a label and is measured, with its first start and how long it had its nodes in all.
    #[cold]
    #[inline(never)]
    pub(super) fn count(
        &mut self,
        run: &Run,
        past: (Option<FirstStart>, SimDuration),
        end: (RunStatus, SimTime),
    ) {
        if let Some(labeled) = &mut self.of[run.workload as usize]
            && run.submission.label > 0
            && run.submission.at >= self.warmup
        {
            labeled.count(run, past, end);
        }
    }

    /// Of each workload all runs, then those of each text of each column; then, of each text that several workloads have,
    /// those of all of them.
    pub(super) fn finish(self) -> Vec<GroupStatistics> {
        let mut groups = Vec::new();
        let all: Vec<&Labeled> = self.of.iter().flatten().collect();
        for labeled in &all {
            labeled.finish(&mut groups);
        }
        let labels: Vec<&Labels> = all.iter().map(|own| &*own.labels).collect();
        for (column, texts) in shared(&labels).iter().enumerate() {
            let place = |own: &Labeled, number| {
                let text = own.labels.text(number, column);
                texts.binary_search(&text).ok()
            };
            if !texts.is_empty() {
                split(&all, texts.len(), place, &mut groups);
            }
        }
        groups
    }
}
