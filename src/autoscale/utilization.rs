//! Replicas by utilization, as the router of AKS web services scales them: docs/targets.md 6.2. Managed clusters may follow the
//! same rule, with runs on nodes in the place of requests on replicas: docs/semantics.md 3.12.
//!
//! Facts. Autoscaling is on unless a number of replicas is given; from 1 to 10 replicas, refresh 1 s, target utilization 70 %,
//! one request at a time on a replica (Azure Machine Learning SDK v1, `AksWebservice`). Utilization is busy replicas over
//! replicas in the text of 2020, (busy + queued requests) over replicas in that of 2022; above the target replicas are added
//! within about 1 s, below it they are removed after about 1 min; replicas = ceil(requests per second x seconds a request /
//! target / concurrency), in its example ceil(20 x 10 / 0.7) = 286 (Azure docs, "Deploy a model to Azure Kubernetes
//! Service", "Azure Machine Learning inference router").
//!
//! Assumed. "About 1 min": a replica goes once the largest need of the last 60 s is below what there is.

use std::collections::VecDeque;

use super::{Decision, Needs, Scaler, Tasks, View};
use crate::digits::short;
use crate::units::{SimDuration, SimTime};

/// Replicas by utilization: docs/targets.md 6.2; nodes: docs/semantics.md 3.12.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UtilizationSettings {
    /// Above 0, at most 1; counted to nine decimals.
    pub target: f64,
    /// Time between two evaluations, above zero.
    pub refresh: SimDuration,
    /// Whether waiting requests, or nodes that queued runs ask for, count as load.
    pub counts_waiting: bool,
    /// Load of replicas is averaged over this, that of nodes since the last evaluation; zero: as it is.
    pub window: SimDuration,
    /// Length of the period whose largest need replicas, or nodes, are kept for.
    pub scale_down_after: SimDuration,
}

/// The settings, with what it has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Utilization {
    /// What the scenario says.
    pub settings: UtilizationSettings,
    needs: RecentNeeds,
    due: SimTime,
    /// Load integrated over time since `from`.
    sum: u64,
    /// Up to when `sum` is complete.
    until: SimTime,
    /// Time of the last evaluation.
    from: SimTime,
}

impl Utilization {
    /// The policy before its first evaluation, at `t = 0`.
    pub fn new(settings: UtilizationSettings) -> Self {
        Self {
            settings,
            needs: RecentNeeds::default(),
            due: SimTime::ZERO,
            sum: 0,
            until: SimTime::ZERO,
            from: SimTime::ZERO,
        }
    }

    /// The load: what is busy, and what waits if the settings count it.
    fn counted(&self, busy: u64, waiting: u64) -> u64 {
        busy + if self.settings.counts_waiting {
            waiting
        } else {
            0
        }
    }

    /// Place-time over a stretch of time, or where there is none (or nothing of it yet) places in use now, over 1.
    fn load(&self, view: &View<'_>) -> (u64, u64) {
        let busy = view.replicas.map_or(view.occupied, |of| of.busy);
        let present = (self.counted(busy.into(), view.pending.into()), 1);
        if self.settings.window.is_zero() {
            return present;
        }
        let watched = || (self.sum, view.now.since(self.from).0);
        let past = view.replicas.map_or_else(watched, |of| {
            let past = (of.past)(0);
            (self.counted(past.busy, past.waiting), past.time)
        });
        if past.1 > 0 { past } else { present }
    }
}

impl Scaler for Utilization {
    fn name(&self) -> String {
        let target = short(self.settings.target * 100.0);
        format!("utilization of {target} %")
    }

    fn begin(&mut self, now: SimTime) {
        (self.until, self.from) = (now, now);
    }

    fn due(&self) -> SimTime {
        self.due
    }

    fn needs(&self) -> Needs {
        let window = [self.settings.window, self.settings.refresh];
        let averages = !self.settings.window.is_zero();
        Needs {
            windows: averages.then_some(window).into_iter().collect(),
            ..Needs::default()
        }
    }

    fn watch(&mut self, now: SimTime, before: Tasks, _tasks: Tasks) {
        let load = self.counted(before.running.into(), before.waiting.into());
        let time = load.saturating_mul(now.since(self.until).0);
        (self.sum, self.until) = (self.sum.saturating_add(time), now);
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        let concurrency = view.replicas.map_or(1, |of| of.concurrency);
        let need = needed(self.load(&view), self.settings.target, concurrency);
        let need = need.clamp(view.min_nodes, view.max_nodes);
        let memory = self.settings.scale_down_after;
        let wanted = self.needs.largest(view.now, need, memory);
        self.due = view.now + self.settings.refresh;
        (self.sum, self.from) = (0, view.now);
        if wanted > view.size() {
            view.add(wanted - view.size())
        } else {
            view.remove(view.size() - wanted)
        }
    }
}

/// `ceil(load / (target x concurrency))`, exactly.
fn needed((place_time, over): (u64, u64), target: f64, concurrency: u32) -> u32 {
    const ONE: u128 = 1_000_000_000;
    let target = u128::from(billionths(target));
    let needed = (u128::from(place_time) * ONE)
        .div_ceil(target * u128::from(over) * u128::from(concurrency));
    u32::try_from(needed).unwrap_or(u32::MAX)
}

/// A fraction (0 to 1) in billionths, at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a fraction (0 to 1) times 10^9 is a small positive number"
)]
fn billionths(share: f64) -> u64 {
    ((share * 1e9).round() as u64).max(1)
}

/// The largest need of the last while.
#[derive(Clone, Debug, Default, PartialEq)]
struct RecentNeeds {
    /// Needs in order of time, each below the one before: a need that a later one reaches no longer matters.
    falling: VecDeque<(SimTime, u32)>,
}

impl RecentNeeds {
    /// Takes in the need of an evaluation at `now` and gives the largest of those in `(now - memory, now]`.
    fn largest(&mut self, now: SimTime, need: u32, memory: SimDuration) -> u32 {
        while self.falling.back().is_some_and(|(_, last)| *last <= need) {
            self.falling.pop_back();
        }
        self.falling.push_back((now, need));
        while self.falling.len() > 1 && now.since(self.falling[0].0) >= memory {
            self.falling.pop_front();
        }
        self.falling[0].1
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Replicas, Totals};
    use super::*;

    #[test]
    fn the_sizing_of_the_documentation_is_met() {
        // 20 requests a second of 10 s are 200 at a time: 200 / 0.7 = 285.7.
        assert_eq!(needed((200, 1), 0.7, 1), 286);
        // The same as place-time over 15 minutes.
        assert_eq!(needed((200 * 900_000_000, 900_000_000), 0.7, 1), 286);
        // Four at a time on a replica: 200 / 2.8 = 71.4.
        assert_eq!(needed((200, 1), 0.7, 4), 72);
    }

    #[test]
    fn whole_numbers_of_replicas_are_not_rounded_up() {
        // 7 k / 0.7 = 10 k; in floating point 21 / 0.7 is above 30.
        for tens in 1..=100_u32 {
            assert_eq!(needed((u64::from(7 * tens), 1), 0.7, 1), 10 * tens);
        }
        assert_eq!(needed((8, 1), 0.7, 1), 12, "8 / 0.7 = 11.4");
        assert_eq!(needed((u64::MAX, 1), 0.7, 1), u32::MAX);
    }

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    /// One evaluation per minute; `scale_down_after` is given.
    fn scaler(target: f64, window: SimDuration, kept: u64) -> Utilization {
        Utilization::new(UtilizationSettings {
            target,
            refresh: SimDuration::from_secs(60),
            counts_waiting: true,
            window,
            scale_down_after: SimDuration::from_secs(kept),
        })
    }

    fn view(seconds: u64, [occupied, idle, pending]: [u32; 3]) -> View<'static> {
        View {
            now: at(seconds),
            occupied,
            idle,
            pending,
            max_nodes: 20,
            ..View::default()
        }
    }

    #[test]
    fn nodes_keep_the_load_at_the_target_and_go_after_their_time() {
        let mut scaler = scaler(0.7, SimDuration::ZERO, 120);
        // 7 busy at 0.7 are 10 nodes, without rounding up.
        assert_eq!(scaler.ask(view(0, [4, 0, 3])), Decision::Add(6));
        assert_eq!(scaler.ask(view(60, [7, 3, 0])), Decision::Keep);
        // The need of 10 at 60 s counts until 180 s; then that of 0.
        assert_eq!(scaler.ask(view(120, [0, 10, 0])), Decision::Keep);
        assert_eq!(scaler.ask(view(180, [0, 10, 0])), Decision::Remove(10));
        // No more are asked for than allowed.
        assert_eq!(scaler.ask(view(900, [9, 0, 50])), Decision::Add(11));
    }

    #[test]
    fn busy_replicas_go_and_busy_nodes_do_not() {
        let now = view(60, [10, 2, 0]);
        let replicas = Some(Replicas {
            concurrency: 10,
            busy: 10,
            past: &|_| Totals::default(),
        });
        let ask = |view| scaler(1.0, SimDuration::ZERO, 0).ask(view);
        let limited = |min_nodes, max_nodes, now| View {
            min_nodes,
            max_nodes,
            ..now
        };
        // One replica takes all.
        let on_replicas = View { replicas, ..now };
        assert_eq!(ask(on_replicas), Decision::Remove(11));
        assert_eq!(ask(limited(4, 20, on_replicas)), Decision::Remove(8));
        // Three nodes are allowed, and only two of twelve are idle.
        assert_eq!(ask(limited(0, 3, now)), Decision::Remove(2));
    }

    #[test]
    fn the_mean_since_the_last_evaluation_counts() {
        let mut scaler = scaler(0.5, SimDuration::from_secs(60), 0);
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

    #[test]
    fn the_largest_need_is_remembered_as_long_as_told() {
        let mut needs = RecentNeeds::default();
        let minute = SimDuration::from_secs(60);
        assert_eq!(needs.largest(at(0), 5, minute), 5);
        assert_eq!(needs.largest(at(1), 9, minute), 9);
        assert_eq!(needs.largest(at(2), 4, minute), 9);
        assert_eq!(needs.largest(at(30), 6, minute), 9);
        assert_eq!(needs.largest(at(60), 3, minute), 9, "(0, 60] has second 1");
        assert_eq!(needs.largest(at(61), 3, minute), 6, "(1, 61] has not");
        assert_eq!(needs.largest(at(200), 1, minute), 1);
    }

    #[test]
    fn without_memory_the_last_need_counts() {
        let mut needs = RecentNeeds::default();
        assert_eq!(needs.largest(SimTime(0), 5, SimDuration::ZERO), 5);
        assert_eq!(needs.largest(SimTime(1), 2, SimDuration::ZERO), 2);
    }
}
