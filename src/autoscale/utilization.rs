//! Replicas by utilization, as the router of AKS web services scales them: docs/targets.md 6.2.
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

use crate::units::{SimDuration, SimTime};

/// Replicas by utilization: docs/targets.md 6.2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetUtilization {
    /// Above 0, at most 1; counted to nine decimals.
    pub target: f64,
    /// Fewest replicas, at least 1.
    pub min_replicas: u32,
    /// Replicas at most.
    pub max_replicas: u32,
    /// Time between two evaluations, above zero.
    pub refresh: SimDuration,
    /// Whether waiting requests count as load.
    pub counts_waiting: bool,
    /// Load is averaged over this; zero: as it is.
    pub window: SimDuration,
    /// The largest need of so long counts before replicas go.
    pub scale_down_after: SimDuration,
}

/// Places in use: their time over a stretch, or their number as it is (over 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Place-time.
    pub place_time: u64,
    /// Length of the stretch, above 0.
    pub over: u64,
}

impl TargetUtilization {
    /// Replicas that keep this load at the target, between the limits: `ceil(load / (target x concurrency))`, exactly.
    pub fn need(&self, load: Load, concurrency: u32) -> u32 {
        needed(load, self.target, concurrency).clamp(self.min_replicas, self.max_replicas)
    }
}

/// `ceil(load / (target x concurrency))`, exactly.
pub(super) fn needed(load: Load, target: f64, concurrency: u32) -> u32 {
    const ONE: u128 = 1_000_000_000;
    let target = u128::from(billionths(target));
    let needed = (u128::from(load.place_time) * ONE)
        .div_ceil(target * u128::from(load.over) * u128::from(concurrency));
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
pub struct RecentNeeds {
    /// Needs in order of time, each below the one before: a need that a later one reaches no longer matters.
    falling: VecDeque<(SimTime, u32)>,
}

impl RecentNeeds {
    /// Takes in the need of an evaluation at `now` and gives the largest of those in `(now - memory, now]`.
    pub fn largest(&mut self, now: SimTime, need: u32, memory: SimDuration) -> u32 {
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
    use super::*;

    fn settings() -> TargetUtilization {
        TargetUtilization {
            target: 0.7,
            min_replicas: 1,
            max_replicas: 1000,
            refresh: SimDuration::from_secs(1),
            counts_waiting: false,
            window: SimDuration::ZERO,
            scale_down_after: SimDuration::from_secs(60),
        }
    }

    fn busy(places: u64) -> Load {
        Load {
            place_time: places,
            over: 1,
        }
    }

    #[test]
    fn the_sizing_of_the_documentation_is_met() {
        // 20 requests a second of 10 s are 200 at a time: 200 / 0.7 = 285.7.
        assert_eq!(settings().need(busy(200), 1), 286);
        // The same as place-time over 15 minutes.
        let load = Load {
            place_time: 200 * 900_000_000,
            over: 900_000_000,
        };
        assert_eq!(settings().need(load, 1), 286);
        // Four at a time on a replica: 200 / 2.8 = 71.4.
        assert_eq!(settings().need(busy(200), 4), 72);
    }

    #[test]
    fn whole_numbers_of_replicas_are_not_rounded_up() {
        // 7 k / 0.7 = 10 k; in floating point 21 / 0.7 is above 30.
        for tens in 1..=100_u32 {
            assert_eq!(settings().need(busy(u64::from(7 * tens)), 1), 10 * tens);
        }
        assert_eq!(settings().need(busy(8), 1), 12, "8 / 0.7 = 11.4");
    }

    #[test]
    fn limits_hold() {
        let settings = TargetUtilization {
            min_replicas: 2,
            max_replicas: 10,
            ..settings()
        };
        assert_eq!(settings.need(busy(0), 1), 2);
        assert_eq!(settings.need(busy(1), 1), 2);
        assert_eq!(settings.need(busy(7), 1), 10);
        assert_eq!(settings.need(busy(u64::MAX), 1), 10);
    }

    #[test]
    fn the_largest_need_is_remembered_as_long_as_told() {
        let mut needs = RecentNeeds::default();
        let minute = SimDuration::from_secs(60);
        let at = |seconds: u64| SimTime::ZERO + SimDuration::from_secs(seconds);
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
