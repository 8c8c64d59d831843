//! What every service has: how many requests a replica takes, how long one may wait, how long it may take.

use super::parts::or_never;
use crate::distribution::Distribution;
use crate::scenario::reader::{Cursor, Read};
use crate::scenario::values::{Complaint, count, duration};
use crate::serving::settings::{Machines, ServiceController, ServiceSettings};
use crate::units::{SimDuration, TICKS_PER_SECOND};

/// Requests on a replica at once at most.
const MAX_CONCURRENCY: u32 = 10_000;
/// Replicas of a service at most.
pub(super) const MAX_REPLICAS: u32 = 100_000;

/// A number of milliseconds.
pub(super) const fn millis(millis: u64) -> SimDuration {
    SimDuration(millis * TICKS_PER_SECOND / 1000)
}

/// What holds unless the scenario says otherwise.
#[derive(Clone, Copy)]
pub(super) struct Defaults {
    /// Longest wait for a place; `None`: without limit.
    pub(super) queue_timeout: Option<SimDuration>,
    /// Longest time on a replica.
    pub(super) timeout: Option<SimDuration>,
    pub(super) router_overhead: SimDuration,
}

impl Defaults {
    /// A web server without a queue's or a call's limit.
    pub(super) const UNLIMITED: Self = Self {
        queue_timeout: None,
        timeout: None,
        router_overhead: SimDuration::ZERO,
    };
}

/// Admission as read.
pub(super) struct Admission {
    pub(super) concurrency: u32,
    queue_timeout: Option<SimDuration>,
    queue_limit: Option<u32>,
    pub(super) timeout: Option<SimDuration>,
    router_overhead: SimDuration,
}

/// Reads the keys.
pub(super) fn admission(table: &Cursor<'_>, defaults: Defaults) -> Read<Admission> {
    let concurrency = table.read_or("concurrency", 1, count(1, MAX_CONCURRENCY));
    let queue_timeout = table.read_or("queue_timeout", defaults.queue_timeout, or_never);
    let queue_limit = table.read("queue_limit", count(0, u32::MAX));
    let timeout = table.read_or("timeout", defaults.timeout, |value| {
        let found = or_never(value)?;
        if found.is_some_and(SimDuration::is_zero) {
            let complaint = Complaint::new("found 0s");
            return Err(complaint.help("write a duration above 0s, or `\"never\"`"));
        }
        Ok(found)
    });
    let overhead = table.read_or("router_overhead", defaults.router_overhead, duration);
    Ok(Admission {
        concurrency: concurrency?,
        queue_timeout: queue_timeout?,
        queue_limit: queue_limit?,
        timeout: timeout?,
        router_overhead: overhead?,
    })
}

impl Admission {
    /// A service with these rules, whose replicas are there at once.
    pub(super) fn service(
        &self,
        name: &str,
        controller: ServiceController,
        machines: Machines,
    ) -> ServiceSettings {
        ServiceSettings {
            name: name.to_owned(),
            controller,
            concurrency: self.concurrency,
            start: Distribution::constant(SimDuration::ZERO),
            queue_timeout: self.queue_timeout,
            queue_limit: self.queue_limit,
            timeout: self.timeout,
            router_overhead: self.router_overhead,
            slo: None,
            machines,
            machine_vcpus: 0,
            keep_usage: false,
        }
    }
}
