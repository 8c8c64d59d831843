//! The cluster autoscaler of Kubernetes, under pools that train and under replicas that serve: docs/targets.md 4.5.
//!
//! Facts (Azure Kubernetes Service documentation, articles/aks/cluster-autoscaler.md, and the frequently asked questions of
//! the Kubernetes cluster autoscaler): it scans every 10 s; it adds nodes for pods that find none; a node that is unneeded
//! for 10 min goes, if 10 min have passed since the last scale-up; at most 10 empty nodes go at once.
//! "Concepts - Scale applications in AKS" (concepts-scale.md): a new node takes typically 2 to 5 min.
//!
//! Assumed: only empty nodes go (runs and replicas are not moved, so the threshold of 50 % utilization does not matter), a
//! scan takes no time, and asking for nodes never fails.

use super::Decision;
use crate::units::{SimDuration, SimTime};

/// The cluster autoscaler of Kubernetes: docs/targets.md 4.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KubernetesSettings {
    /// An idle node goes after so long.
    pub unneeded_after: SimDuration,
    /// No node goes for so long after nodes were asked for.
    pub delay_after_add: SimDuration,
    /// Empty nodes that go at once, at most.
    pub max_empty_bulk_delete: u32,
}

/// What the autoscaler sees at a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KubernetesView<'a> {
    /// The time of the scan.
    pub now: SimTime,
    /// Nodes that what waits would fill.
    pub pending: u32,
    /// Since when each idle node is idle, the longest idle first.
    pub idle_since: &'a [SimTime],
    /// Nodes asked for that are not ready.
    pub provisioning: u32,
    /// All nodes: occupied, idle and provisioning.
    pub size: u32,
    /// Fewest nodes allowed.
    pub min_nodes: u32,
    /// Most nodes allowed.
    pub max_nodes: u32,
    /// When nodes were last asked for.
    pub last_added: Option<SimTime>,
}

/// What a scan decides; nodes that go are the longest idle ones.
pub fn decide(settings: &KubernetesSettings, view: KubernetesView) -> Decision {
    let idle = u32::try_from(view.idle_since.len()).unwrap_or(u32::MAX);
    let coming = idle.saturating_add(view.provisioning);
    if view.pending > coming {
        let room = view.max_nodes.saturating_sub(view.size);
        return Decision::add((view.pending - coming).min(room));
    }
    let passed = |since: SimTime, length| view.now.since(since) >= length;
    if view
        .last_added
        .is_some_and(|added| !passed(added, settings.delay_after_add))
    {
        return Decision::Keep;
    }
    let unneeded = view
        .idle_since
        .partition_point(|since| passed(*since, settings.unneeded_after));
    let unneeded = u32::try_from(unneeded).unwrap_or(u32::MAX);
    let spare = idle.saturating_sub(view.pending);
    let above_min = view.size.saturating_sub(view.min_nodes);
    let most = settings.max_empty_bulk_delete;
    Decision::remove(unneeded.min(spare).min(above_min).min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: KubernetesSettings = KubernetesSettings {
        unneeded_after: SimDuration::from_secs(600),
        delay_after_add: SimDuration::from_secs(600),
        max_empty_bulk_delete: 10,
    };

    fn at(secs: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(secs)
    }

    fn view(secs: u64, idle_since: &[SimTime]) -> KubernetesView<'_> {
        KubernetesView {
            now: at(secs),
            pending: 0,
            idle_since,
            provisioning: 0,
            size: 20,
            min_nodes: 1,
            max_nodes: 25,
            last_added: None,
        }
    }

    #[test]
    fn what_waits_beyond_idle_and_coming_nodes_is_asked_for_up_to_the_maximum() {
        let idle = [at(0)];
        let waiting = |pending, provisioning| KubernetesView {
            pending,
            provisioning,
            ..view(5, &idle)
        };
        // One idle, two coming: the fourth node that is pending is the first to be asked for.
        assert_eq!(decide(&SETTINGS, waiting(3, 2)), Decision::Keep);
        assert_eq!(decide(&SETTINGS, waiting(4, 2)), Decision::Add(1));
        // 20 of 25 exist.
        assert_eq!(decide(&SETTINGS, waiting(30, 2)), Decision::Add(5));
    }

    #[test]
    fn idle_nodes_go_after_their_time_and_after_the_delay() {
        let idle = [at(0), at(10), at(11)];
        assert_eq!(decide(&SETTINGS, view(599, &idle)), Decision::Keep);
        assert_eq!(decide(&SETTINGS, view(600, &idle)), Decision::Remove(1));
        assert_eq!(decide(&SETTINGS, view(610, &idle)), Decision::Remove(2));
        let added = |secs, now| KubernetesView {
            last_added: Some(at(secs)),
            ..view(now, &idle)
        };
        assert_eq!(decide(&SETTINGS, added(100, 699)), Decision::Keep);
        assert_eq!(decide(&SETTINGS, added(100, 700)), Decision::Remove(3));
    }

    #[test]
    fn no_more_go_than_the_bulk_the_minimum_and_the_waiting_allow() {
        let idle = [at(0); 15];
        let now = 1_000;
        assert_eq!(decide(&SETTINGS, view(now, &idle)), Decision::Remove(10));
        let near_minimum = KubernetesView {
            size: 15,
            min_nodes: 12,
            ..view(now, &idle)
        };
        assert_eq!(decide(&SETTINGS, near_minimum), Decision::Remove(3));
        // A gang of 14 waits for one more node that is coming: 14 of 15 idle nodes stay.
        let gang = KubernetesView {
            pending: 14,
            ..view(now, &idle)
        };
        assert_eq!(decide(&SETTINGS, gang), Decision::Remove(1));
    }
}
