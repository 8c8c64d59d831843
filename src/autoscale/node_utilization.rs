//! Nodes by utilization: as many as keep a share of themselves busy. Rules: docs/semantics.md section 3.12.
//!
//! It is the rule of the router of AKS web services (see `utilization`), for nodes with runs in the place of replicas with
//! requests.

use super::utilization::{Load, RecentNeeds, needed};
use super::{Decision, Scaler, Tasks, View};
use crate::units::{SimDuration, SimTime};

/// Nodes by utilization, with what it has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeUtilization {
    /// Share of the nodes that is to be busy: above 0, at most 1; counted to nine decimals.
    pub target: f64,
    /// Whether nodes that queued runs ask for count as busy.
    pub counts_waiting: bool,
    /// Load is the mean since the last evaluation; otherwise it is as it is at the evaluation.
    pub averages: bool,
    /// The largest need of this time counts before nodes are released.
    pub scale_down_after: SimDuration,
    needs: RecentNeeds,
    /// Load that was summed up to a time, and since when.
    sum: u64,
    until: SimTime,
    from: SimTime,
}

impl NodeUtilization {
    /// The policy before its first evaluation; it uses the load at each evaluation.
    pub fn new(target: f64, scale_down_after: SimDuration) -> Self {
        Self {
            target,
            counts_waiting: true,
            averages: false,
            scale_down_after,
            needs: RecentNeeds::default(),
            sum: 0,
            until: SimTime::ZERO,
            from: SimTime::ZERO,
        }
    }

    fn load(&self, tasks: Tasks) -> u64 {
        let waiting = if self.counts_waiting {
            tasks.waiting
        } else {
            0
        };
        u64::from(tasks.running) + u64::from(waiting)
    }
}

impl Scaler for NodeUtilization {
    fn name(&self) -> &'static str {
        "utilization"
    }

    fn begin(&mut self, now: SimTime) {
        (self.until, self.from) = (now, now);
    }

    fn watch(&mut self, now: SimTime, before: Tasks, _tasks: Tasks) {
        let passed = now.since(self.until).0;
        let time = self.load(before).saturating_mul(passed);
        (self.sum, self.until) = (self.sum.saturating_add(time), now);
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        let over = view.now.since(self.from);
        let load = if self.averages && !over.is_zero() {
            Load {
                place_time: self.sum,
                over: over.0,
            }
        } else {
            let (running, waiting) = (view.occupied, view.pending);
            Load {
                place_time: self.load(Tasks { running, waiting }),
                over: 1,
            }
        };
        (self.sum, self.from) = (0, view.now);
        let need = needed(load, self.target, 1);
        let need = need.clamp(view.min_nodes, view.max_nodes);
        let wanted = self.needs.largest(view.now, need, self.scale_down_after);
        if wanted > view.size() {
            view.add(wanted - view.size())
        } else {
            view.remove(view.size() - wanted)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(secs)
    }

    fn view(secs: u64, [occupied, idle, pending]: [u32; 3]) -> View<'static> {
        View {
            now: at(secs),
            occupied,
            idle,
            pending,
            max_nodes: 20,
            ..View::default()
        }
    }

    #[test]
    fn nodes_keep_the_load_at_the_target_and_go_after_their_time() {
        let mut scaler = NodeUtilization::new(0.7, SimDuration::from_secs(120));
        // 7 busy at 0.7 are 10 nodes, without rounding up.
        assert_eq!(scaler.ask(view(0, [4, 0, 3])), Decision::Add(6));
        assert_eq!(scaler.ask(view(60, [7, 3, 0])), Decision::Keep);
        // The need of 10 at 60 s counts until 180 s; then that of 0.
        assert_eq!(scaler.ask(view(120, [0, 10, 0])), Decision::Keep);
        assert_eq!(scaler.ask(view(180, [0, 10, 0])), Decision::Remove(10));
        // Only idle nodes go, and no more are asked for than allowed.
        assert_eq!(scaler.ask(view(900, [9, 0, 50])), Decision::Add(11));
    }

    #[test]
    fn the_mean_since_the_last_evaluation_counts() {
        let mut scaler = NodeUtilization {
            averages: true,
            ..NodeUtilization::new(0.5, SimDuration::ZERO)
        };
        scaler.begin(at(0));
        let running = |running| Tasks {
            running,
            waiting: 0,
        };
        scaler.watch(at(30), running(0), running(4));
        scaler.watch(at(60), running(4), running(4));
        // 4 nodes for half of the time: 2, which are 4 nodes at a half.
        assert_eq!(scaler.ask(view(60, [4, 0, 0])), Decision::Keep);
        scaler.watch(at(120), running(4), running(4));
        assert_eq!(scaler.ask(view(120, [4, 0, 0])), Decision::Add(4));
    }
}
