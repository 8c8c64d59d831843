//! An instance for each request that finds none, as Azure Functions (and AWS Lambda) scale: docs/targets.md 6.4.
//!
//! Facts. For HTTP triggers at most one new instance a second is started, for others one each 30 s; on the Consumption plan up
//! to 200 instances and none when idle, on the Premium plan at least one is kept warm and up to 100 (20 in 2019) run (Azure
//! docs, "Azure Functions scale and hosting", "Azure Functions Premium plan"). An instance that was idle for a while is taken
//! away, and requests go to the instance that was in use last (measured for AWS Lambda, 10 min: Mahmoudi and Khazaei, "Performance
//! Modeling of Serverless Computing Platforms", IEEE Transactions on Cloud Computing, 2020).
//!
//! Assumed. The idle time of Azure Functions; a request is bound to the instance that is started for it.

use crate::units::{SimDuration, SimTime};

/// A replica for each request that finds none: docs/targets.md 6.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerRequest {
    /// Replicas at most, at least 1.
    pub max_instances: u32,
    /// Replicas kept, ready from t = 0 on.
    pub always_ready: u32,
    /// Least time between two starts; zero for none.
    pub new_instance_interval: SimDuration,
    /// A replica that was idle so long goes.
    pub idle_expiry: SimDuration,
}

/// When an instance may be started for a request that found none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayStart {
    /// At once.
    Now,
    /// Not before this.
    At(SimTime),
    /// Not while there are so many.
    Never,
}

impl PerRequest {
    /// Whether one may be started, with so many there and the last started then.
    pub fn may_start(&self, now: SimTime, instances: u32, last_start: Option<SimTime>) -> MayStart {
        if instances >= self.max_instances {
            return MayStart::Never;
        }
        match last_start.map(|last| last + self.new_instance_interval) {
            Some(next) if next > now => MayStart::At(next),
            _ => MayStart::Now,
        }
    }

    /// When one that is idle since then goes, with so many there; `None` if it stays.
    pub fn expires(&self, instances: u32, idle_since: SimTime) -> Option<SimTime> {
        (instances > self.always_ready).then(|| idle_since + self.idle_expiry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: SimDuration = SimDuration::from_secs(1);
    const SETTINGS: PerRequest = PerRequest {
        max_instances: 3,
        always_ready: 1,
        new_instance_interval: SECOND,
        idle_expiry: SimDuration::from_secs(600),
    };

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    #[test]
    fn one_a_second_up_to_the_most() {
        assert_eq!(SETTINGS.may_start(at(5), 0, None), MayStart::Now);
        assert_eq!(
            SETTINGS.may_start(at(5), 1, Some(at(5))),
            MayStart::At(at(6))
        );
        assert_eq!(SETTINGS.may_start(at(6), 1, Some(at(5))), MayStart::Now);
        assert_eq!(SETTINGS.may_start(at(6), 3, Some(at(5))), MayStart::Never);
    }

    #[test]
    fn without_an_interval_as_many_as_there_are_requests() {
        let settings = PerRequest {
            new_instance_interval: SimDuration::ZERO,
            ..SETTINGS
        };
        assert_eq!(settings.may_start(at(5), 2, Some(at(5))), MayStart::Now);
    }

    #[test]
    fn the_last_ones_stay() {
        assert_eq!(SETTINGS.expires(2, at(10)), Some(at(610)));
        assert_eq!(SETTINGS.expires(1, at(10)), None);
    }
}
