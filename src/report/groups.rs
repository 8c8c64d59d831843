//! Which users, groups and classes of logs the results tell of, in the order in which they are stored.

use super::VariantResults;
use crate::study_results::{LABELS, Labels, shared};

/// What all runs of a workload are told by, before those of each user, group and class.
pub(super) const ALL_RUNS: &str = "workload";

/// Some runs of logs, which the results tell of.
pub(super) struct Group<'a> {
    /// Position of their workload; `None` of runs of several workloads together.
    pub(super) workload: Option<usize>,
    /// What they have in common: `user`, `group` or `class`, or [`ALL_RUNS`].
    pub(super) by: &'static str,
    /// What that is called.
    pub(super) name: &'a str,
}

/// Those of a variant, in the order of [`ReplicationResult::groups`](crate::results::ReplicationResult::groups).
pub(super) fn groups(variant: &VariantResults) -> Vec<Group<'_>> {
    let mut all = Vec::new();
    let mut logs: Vec<&Labels> = Vec::new();
    for (workload, labels) in variant.labels.iter().enumerate() {
        let Some(labels) = labels else { continue };
        logs.push(labels);
        let group = |by, name| Group {
            workload: Some(workload),
            by,
            name,
        };
        all.push(group(ALL_RUNS, &variant.workloads[workload]));
        for (column, by) in LABELS.into_iter().enumerate() {
            let texts = labels.texts(column).iter();
            all.extend(texts.map(|text| group(by, text)));
        }
    }
    for (texts, by) in shared(&logs).into_iter().zip(LABELS) {
        let together = texts.into_iter().map(|name| Group {
            workload: None,
            by,
            name,
        });
        all.extend(together);
    }
    all
}

/// The results of a user, a group or a class of all workloads.
pub(super) struct Found {
    /// Their position.
    pub(super) place: usize,
    /// Positions of the workloads.
    pub(super) workloads: Vec<usize>,
}

/// Where the results of a name of a column are; `None` where no log of the variant has it.
pub(super) fn find(variant: &VariantResults, by: &str, name: &str) -> Option<Found> {
    let all = groups(variant).into_iter().enumerate();
    let own = all.filter(|(_, group)| group.by == by && group.name == name);
    let own: Vec<(usize, Group<'_>)> = own.collect();
    // Those of several workloads together come last.
    let (place, _) = own.last()?;
    Some(Found {
        place: *place,
        workloads: own.iter().filter_map(|(_, group)| group.workload).collect(),
    })
}
