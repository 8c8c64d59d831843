//! An instance for each request that finds none, as Azure Functions (and AWS Lambda) scale: docs/targets.md 6.4.
//!
//! Facts. For HTTP triggers at most one new instance a second is started, for others one each 30 s; on the Consumption plan up
//! to 200 instances and none when idle, on the Premium plan at least one is kept warm and up to 100 (20 in 2019) run (Azure
//! docs, "Azure Functions scale and hosting", "Azure Functions Premium plan"). An instance that was idle for a while is taken
//! away, and requests go to the instance that was in use last (measured for AWS Lambda, 10 min: Mahmoudi and Khazaei, "Performance
//! Modeling of Serverless Computing Platforms", IEEE Transactions on Cloud Computing, 2020).
//!
//! Assumed. The idle time of Azure Functions; a request is bound to the instance that is started for it.

use super::{Decision, Needs, Scaler, View};
use crate::units::{SimDuration, SimTime};

/// A replica for each request that finds none: docs/targets.md 6.4.
#[derive(Clone, Debug, PartialEq)]
pub struct PerRequest {
    /// Least time between two starts; zero for none.
    pub new_instance_interval: SimDuration,
    /// Idle time after which a replica is removed, as long as more than the minimum remain.
    pub idle_expiry: SimDuration,
    /// None is started before this.
    next_start: SimTime,
    due: SimTime,
}

impl PerRequest {
    /// The policy before its first request.
    pub fn new(new_instance_interval: SimDuration, idle_expiry: SimDuration) -> Self {
        Self {
            new_instance_interval,
            idle_expiry,
            next_start: SimTime::ZERO,
            due: SimTime::NEVER,
        }
    }
}

impl Scaler for PerRequest {
    fn name(&self) -> String {
        "one for each request that finds none".to_owned()
    }

    fn due(&self) -> SimTime {
        self.due
    }

    fn needs(&self) -> Needs {
        Needs {
            requests: true,
            idle_expiry: Some(self.idle_expiry),
            ..Needs::default()
        }
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        let room = view.max_nodes.saturating_sub(view.size());
        let (wanted, interval) = (view.pending.min(room), self.new_instance_interval);
        let count = if view.now < self.next_start {
            0
        } else if interval.is_zero() {
            wanted
        } else {
            wanted.min(1)
        };
        if count > 0 {
            self.next_start = view.now + interval;
        }
        self.due = if count < wanted {
            self.next_start
        } else {
            SimTime::NEVER
        };
        Decision::add(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: SimDuration = SimDuration::from_secs(1);

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    fn scaler(new_instance_interval: SimDuration) -> PerRequest {
        PerRequest::new(new_instance_interval, SimDuration::from_secs(600))
    }

    /// Asks the policy, with 3 replicas at most; returns how many it adds, and when to ask it again.
    fn ask(
        scaler: &mut PerRequest,
        now: SimTime,
        pending: u32,
        occupied: u32,
    ) -> (Decision, SimTime) {
        let view = View {
            now,
            pending,
            occupied,
            max_nodes: 3,
            ..View::default()
        };
        (scaler.ask(view), scaler.due())
    }

    #[test]
    fn one_a_second_up_to_the_most() {
        let scaler = &mut scaler(SECOND);
        let (keep, add) = (Decision::Keep, Decision::Add(1));
        assert_eq!(ask(scaler, at(5), 1, 0), (add, SimTime::NEVER));
        assert_eq!(ask(scaler, at(5), 2, 1), (keep, at(6)));
        assert_eq!(ask(scaler, at(6), 2, 1), (add, at(7)));
        assert_eq!(
            ask(scaler, at(7), 2, 2),
            (add, SimTime::NEVER),
            "the third is the last"
        );
        assert_eq!(ask(scaler, at(8), 2, 3), (keep, SimTime::NEVER));
        assert_eq!(ask(scaler, at(9), 0, 2), (keep, SimTime::NEVER));
    }

    #[test]
    fn without_an_interval_as_many_as_there_are_requests() {
        let scaler = &mut scaler(SimDuration::ZERO);
        assert_eq!(ask(scaler, at(5), 1, 0), (Decision::Add(1), SimTime::NEVER));
        assert_eq!(ask(scaler, at(5), 7, 1), (Decision::Add(2), SimTime::NEVER));
    }
}
