//! The cluster autoscaler of Kubernetes, under pools that train and under replicas that serve: docs/targets.md 4.5.
//!
//! Facts (Azure Kubernetes Service documentation, articles/aks/cluster-autoscaler.md, and the frequently asked questions of
//! the Kubernetes cluster autoscaler): it scans every 10 s; it adds nodes for pods that find none; a node that is unneeded
//! for 10 min goes, if 10 min have passed since the last scale-up; at most 10 empty nodes go at once.
//! "Concepts - Scale applications in AKS" (concepts-scale.md): a new node takes typically 2 to 5 min.
//!
//! Assumed: only empty nodes go (runs and replicas are not moved, so the threshold of 50 % utilization does not matter), a
//! scan takes no time, and asking for nodes never fails.

use super::{Decision, Scaler, View};
use crate::units::{SimDuration, SimTime};

/// The cluster autoscaler of Kubernetes: docs/targets.md 4.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KubernetesSettings {
    /// An idle node is released after this long.
    pub unneeded_after: SimDuration,
    /// No node is released for this long after nodes were asked for.
    pub delay_after_add: SimDuration,
    /// Empty nodes that are released at one scan, at most.
    pub max_empty_bulk_delete: u32,
}

/// The autoscaler, with when it last asked for nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Kubernetes {
    /// Its times.
    pub settings: KubernetesSettings,
    last_added: Option<SimTime>,
}

impl Kubernetes {
    /// The autoscaler before its first request for nodes.
    pub const fn new(settings: KubernetesSettings) -> Self {
        Self {
            settings,
            last_added: None,
        }
    }

    /// Nodes that it lets go, the longest idle ones.
    fn unneeded(&self, view: View<'_>) -> u32 {
        let passed = |since: SimTime, length| view.now.since(since) >= length;
        let delay = self.settings.delay_after_add;
        if self.last_added.is_some_and(|added| !passed(added, delay)) {
            return 0;
        }
        let since = (view.idle_since)();
        let unneeded = since.partition_point(|since| passed(*since, self.settings.unneeded_after));
        let unneeded = u32::try_from(unneeded).unwrap_or(u32::MAX);
        let spare = view.idle.saturating_sub(view.pending);
        unneeded.min(spare).min(self.settings.max_empty_bulk_delete)
    }
}

impl Scaler for Kubernetes {
    fn name(&self) -> String {
        "the cluster autoscaler".to_owned()
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        if view.operating {
            return Decision::Keep;
        }
        if !view.lacks_nodes() {
            return view.remove(self.unneeded(view));
        }
        let decision = view.add(view.pending - (view.idle + view.provisioning));
        if matches!(decision, Decision::Add(_)) {
            self.last_added = Some(view.now);
        }
        decision
    }
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

    /// What a scan decides that sees these idle nodes, of 20.
    fn scan(scaler: &mut Kubernetes, idle_since: &[SimTime], view: View<'_>) -> Decision {
        let idle = u32::try_from(idle_since.len()).unwrap();
        scaler.ask(View {
            idle,
            occupied: 20 - idle - view.provisioning,
            idle_since: &|| idle_since.to_vec(),
            ..view
        })
    }

    fn view(secs: u64) -> View<'static> {
        View {
            now: at(secs),
            min_nodes: 1,
            max_nodes: 25,
            ..View::default()
        }
    }

    #[test]
    fn what_waits_beyond_idle_and_coming_nodes_is_asked_for_up_to_the_maximum() {
        let idle = [at(0)];
        let waiting = |pending, provisioning| {
            let view = View {
                provisioning,
                pending,
                ..view(5)
            };
            scan(&mut Kubernetes::new(SETTINGS), &idle, view)
        };
        // One idle, two coming: the fourth node that is pending is the first to be asked for.
        assert_eq!(waiting(3, 2), Decision::Keep);
        assert_eq!(waiting(4, 2), Decision::Add(1));
        // 20 of 25 exist.
        assert_eq!(waiting(30, 2), Decision::Add(5));
    }

    #[test]
    fn idle_nodes_go_after_their_time_and_after_the_delay() {
        let idle = [at(0), at(10), at(11)];
        let mut scaler = Kubernetes::new(SETTINGS);
        assert_eq!(scan(&mut scaler, &idle, view(599)), Decision::Keep);
        assert_eq!(scan(&mut scaler, &idle, view(600)), Decision::Remove(1));
        assert_eq!(scan(&mut scaler, &idle, view(610)), Decision::Remove(2));
        let mut scaler = Kubernetes::new(SETTINGS);
        let asks = View {
            pending: 5,
            ..view(100)
        };
        assert_eq!(scan(&mut scaler, &idle, asks), Decision::Add(2));
        assert_eq!(scan(&mut scaler, &idle, view(699)), Decision::Keep);
        assert_eq!(scan(&mut scaler, &idle, view(700)), Decision::Remove(3));
    }

    #[test]
    fn no_more_go_than_the_bulk_the_minimum_and_the_waiting_allow() {
        let idle = [at(0); 15];
        let mut scaler = Kubernetes::new(SETTINGS);
        let now = 1_000;
        assert_eq!(scan(&mut scaler, &idle, view(now)), Decision::Remove(10));
        let near_minimum = View {
            min_nodes: 17,
            ..view(now)
        };
        assert_eq!(scan(&mut scaler, &idle, near_minimum), Decision::Remove(3));
        // A gang of 14 waits for one more node that is coming: 14 of 15 idle nodes stay.
        let gang = View {
            pending: 14,
            ..view(now)
        };
        assert_eq!(scan(&mut scaler, &idle, gang), Decision::Remove(1));
    }
}
