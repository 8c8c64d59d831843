//! What services leave behind: requests, latencies, replicas, and what is billed by use.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::{WaitQuantiles, steps};
use crate::stats::Trend;
use crate::units::{NodeTime, SimDuration};

/// What a service did in one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceStatistics {
    /// Its measured requests.
    pub requests: RequestStatistics,
    /// Use in `[warmup, min(end, horizon))`.
    pub within: ServiceUse,
    /// Use after the horizon, while requests drained.
    pub drain: ServiceUse,
    /// Time integral of the nodes that exist over `[warmup, horizon)`; 0 where replicas have no nodes.
    pub node_time: NodeTime,
    /// The most replicas that existed for any time in `[warmup, horizon)`.
    pub peak_replicas: u32,
    /// Replicas started in `[warmup, horizon)`.
    pub starts: u64,
    /// vCPUs of quota that its most machines need together with what the service reserves for upgrades; of managed online
    /// endpoints only.
    pub upgrade_vcpus: Option<u64>,
}

/// What services bill by use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceUse {
    /// Replicas that exist, over time.
    pub replica_time: NodeTime,
    /// Service time of requests, without cold starts; what was cut off by a time-out counts as far as it came.
    pub execution_time: NodeTime,
    /// Requests that ended on a replica in this part.
    pub executions: u64,
    /// Billed of these beyond their service time, by the granularity and the minimum of an execution.
    pub execution_rounding: NodeTime,
}

/// How many requests of `[warmup, horizon)` ended how, and how long they took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestStatistics {
    /// Requests that arrived.
    pub arrived: u64,
    /// Of these: served.
    pub served: u64,
    /// Rejected (503): waited too long, or too many waited.
    pub rejected: u64,
    /// Ended by the time-out while they were served.
    pub timed_out: u64,
    /// Not ended when the simulation was.
    pub unfinished: u64,
    /// Bound to a replica that was started for them.
    pub cold: u64,
    /// Whether the service has an SLO.
    pub has_slo: bool,
    /// Served within the SLO; of services without one, `served`.
    pub within_slo: u64,
    /// Sum of latencies (arrival to answer, router overhead included) of served requests, in microseconds.
    pub latency_sum: u128,
    /// Part of it spent waiting for a place, cold starts included.
    pub wait_sum: u128,
    /// Quantiles of the latency; `None` where nothing was served.
    pub latency_quantiles: Option<WaitQuantiles>,
    /// Requests whose latency was at most [`latency_grid`]'s entry of the same position, up to the first that has all.
    #[serde(with = "steps::packed")]
    pub latency_at_most: Vec<u64>,
    /// Trend of the number of requests that wait for a place, over `[0, horizon)` whatever the warm-up; without those that
    /// are rejected. `None` where the horizon is too short to tell.
    pub backlog: Option<Trend>,
}

/// The latencies at which distributions are kept: eight steps to each doubling from 2^7 us (0.13 ms) to 2^35 us (9.5 h).
pub fn latency_grid() -> impl Iterator<Item = SimDuration> {
    (0..=8 * 28_u32).map(|step| {
        let exponent = 7.0 + f64::from(step) / 8.0;
        SimDuration::from_secs_rounded(exponent.exp2() / 1e6)
    })
}

impl AddAssign for ServiceUse {
    fn add_assign(&mut self, other: Self) {
        self.replica_time += other.replica_time;
        self.execution_time += other.execution_time;
        self.executions += other.executions;
        self.execution_rounding += other.execution_rounding;
    }
}
