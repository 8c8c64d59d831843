//! The two autoscalers of Azure Databricks: docs/targets.md 4.2 and 4.3.
//!
//! Facts (Azure Databricks documentation, "Cluster autoscaling"). Optimized (premium): from the minimum to the maximum in two
//! steps; down when the cluster was under-used for 40 s (job clusters) or 150 s (all-purpose ones). Standard: starts by
//! adding 8 nodes, then grows exponentially; down only when completely idle for 10 min, by one node and then
//! exponentially.
//!
//! Assumed: evaluations every 10 s; the first step of the optimized one ends in the middle between minimum and maximum;
//! under-used means idle nodes and nothing waiting, and all idle nodes then go, where the service goes by percentages;
//! "exponentially" means twice as many at each evaluation.

use super::{Decision, Lasting, Scaler, View};
use crate::units::SimDuration;

/// Nodes in the first step up of the standard autoscaler.
const FIRST_STEP: u32 = 8;

/// The optimized autoscaler: up in two steps, down by under-use.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimized {
    /// Idle nodes are released when some were idle and nothing waited for this long.
    pub down_after: SimDuration,
    under_used: Lasting,
}

impl Optimized {
    /// The policy before its first evaluation.
    pub fn new(down_after: SimDuration) -> Self {
        Self {
            down_after,
            under_used: Lasting::default(),
        }
    }
}

impl Scaler for Optimized {
    fn name(&self) -> String {
        "optimized autoscaling".to_owned()
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        let under_used = view.idle > 0 && view.pending == 0;
        let shrinks = self.under_used.see(under_used, view.now, self.down_after);
        let decision = if view.operating {
            Decision::Keep
        } else if view.lacks_nodes() {
            let half = view.min_nodes + (view.max_nodes - view.min_nodes).div_ceil(2);
            let aim = if view.size() < half {
                half
            } else {
                view.max_nodes
            };
            let need = view.occupied.saturating_add(view.pending);
            view.add(need.min(aim).saturating_sub(view.size()))
        } else if shrinks {
            view.remove(view.idle)
        } else {
            Decision::Keep
        };
        if decision != Decision::Keep {
            self.under_used = Lasting::default();
        }
        decision
    }
}

/// The standard autoscaler: 8 nodes, then twice as many; down one, then twice as many.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    /// Nodes are released when nothing ran or waited for this long.
    pub down_after: SimDuration,
    unused: Lasting,
    /// Evaluations in a row that asked for nodes.
    asked: u32,
    /// Evaluations in a row at which nodes were to go.
    let_go: u32,
}

impl Standard {
    /// The policy before its first evaluation.
    pub fn new(down_after: SimDuration) -> Self {
        Self {
            down_after,
            unused: Lasting::default(),
            asked: 0,
            let_go: 0,
        }
    }
}

impl Scaler for Standard {
    fn name(&self) -> String {
        "standard autoscaling".to_owned()
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        let unused = view.occupied == 0 && view.pending == 0;
        let shrinks = self.unused.see(unused, view.now, self.down_after) && !view.operating;
        let grows = view.lacks_nodes() && !view.operating;
        let decision = if grows {
            view.add(doubled(FIRST_STEP, self.asked))
        } else if shrinks {
            view.remove(doubled(1, self.let_go))
        } else {
            Decision::Keep
        };
        self.asked = if grows { self.asked + 1 } else { 0 };
        self.let_go = if shrinks { self.let_go + 1 } else { 0 };
        decision
    }
}

/// A step after so many doublings.
fn doubled(step: u32, times: u32) -> u32 {
    step.saturating_mul(2_u32.saturating_pow(times))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;
    use Decision::{Add, Keep, Remove};

    const TEN_SECONDS: SimDuration = SimDuration::from_secs(10);

    fn view(evaluation: u64, [occupied, idle, provisioning, pending]: [u32; 4]) -> View<'static> {
        View {
            now: SimTime::ZERO + TEN_SECONDS * evaluation,
            occupied,
            idle,
            provisioning,
            pending,
            min_nodes: 2,
            max_nodes: 41,
            ..View::default()
        }
    }

    fn optimized(states: &[[u32; 4]]) -> Vec<Decision> {
        let mut scaler = Optimized::new(SimDuration::from_secs(40));
        let views = (0..).zip(states);
        let decide = |(evaluation, levels): (u64, &[u32; 4])| scaler.ask(view(evaluation, *levels));
        views.map(decide).collect()
    }

    #[test]
    fn the_optimized_one_goes_up_in_two_steps() {
        // Between 2 and 41 the middle, rounded up, is 22: from 2 to 22, then to 41.
        let steps = [[2, 0, 0, 100], [2, 0, 20, 100], [22, 0, 0, 80]];
        assert_eq!(optimized(&steps), [Add(20), Add(19), Add(19)]);
        // No more than what is needed: 2 occupied and 7 waiting.
        assert_eq!(optimized(&[[2, 0, 0, 7], [2, 0, 7, 7]]), [Add(7), Keep]);
    }

    #[test]
    fn the_optimized_one_lets_all_idle_nodes_go_after_forty_seconds() {
        let idle = [[1, 4, 0, 0]; 6];
        // The count begins anew at the sixth evaluation.
        assert_eq!(optimized(&idle), [Keep, Keep, Keep, Keep, Remove(3), Keep]);
        let mut broken = idle;
        broken[3] = [1, 4, 0, 4];
        assert_eq!(optimized(&broken), [Keep; 6]);
    }

    fn standard(first: u64, states: &[[u32; 4]], scaler: &mut Standard) -> Vec<Decision> {
        let views = (first..).zip(states);
        let decide = |(evaluation, levels): (u64, &[u32; 4])| scaler.ask(view(evaluation, *levels));
        views.map(decide).collect()
    }

    #[test]
    fn the_standard_one_asks_for_8_then_16_and_begins_anew() {
        let mut state = Standard::new(SimDuration::from_secs(600));
        let states = [
            [2, 0, 0, 90],
            [2, 0, 8, 90],
            [2, 0, 24, 20],
            [2, 24, 0, 25],
            [2, 24, 0, 25],
        ];
        // 8, 16; enough are coming; 8 again; 16 of which 41 - 26 = 15 have room.
        let decisions = standard(0, &states, &mut state);
        assert_eq!(decisions, [Add(8), Add(16), Keep, Add(8), Add(15)]);
    }

    #[test]
    fn the_standard_one_lets_1_2_4_nodes_go_after_ten_minutes() {
        let mut state = Standard::new(SimDuration::from_secs(600));
        assert_eq!(standard(0, &[[0, 12, 0, 0]; 60], &mut state), [Keep; 60]);
        let shrinking = [[0, 12, 0, 0], [0, 11, 0, 0], [0, 9, 0, 0], [0, 5, 0, 0]];
        // 8 would leave fewer than the minimum of 2.
        let decisions = standard(60, &shrinking, &mut state);
        assert_eq!(decisions, [Remove(1), Remove(2), Remove(4), Remove(3)]);
        let decisions = standard(64, &[[1, 1, 0, 0], [0, 12, 0, 0]], &mut state);
        assert_eq!(decisions, [Keep, Keep]);
    }
}
