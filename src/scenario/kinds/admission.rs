//! What every service has: how many requests a replica takes, how long one may wait, how long it may take.

use super::parts::or_never;
use crate::distribution::Distribution;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Usual, assumed};
use crate::scenario::document::values::{count, duration};
use crate::serving::settings::{Machines, ServiceController, ServiceSettings};
use crate::units::SimDuration;

/// Requests on a replica at once at most.
const MAX_CONCURRENCY: u32 = 10_000;
/// Replicas of a service at most.
pub(super) const MAX_REPLICAS: u32 = 100_000;

/// What holds unless the scenario says otherwise.
#[derive(Clone, Copy)]
pub(super) struct Defaults {
    pub(super) concurrency: Usual,
    /// Longest wait for a place.
    pub(super) queue_timeout: Usual,
    /// Longest time on a replica.
    pub(super) timeout: Usual,
    pub(super) router_overhead: Usual,
}

impl Defaults {
    /// A web server for one request at a time, without a queue's or a call's limit.
    pub(super) fn unlimited() -> Self {
        Self {
            concurrency: assumed(1, ""),
            queue_timeout: assumed("never", ""),
            timeout: assumed("never", ""),
            router_overhead: assumed("0s", ""),
        }
    }
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
    let concurrency = table.usual(
        "concurrency",
        defaults.concurrency,
        count(1, MAX_CONCURRENCY),
    );
    let queue_timeout = table.usual("queue_timeout", defaults.queue_timeout, or_never);
    let queue_limit = table.read("queue_limit", count(0, u32::MAX));
    table.acts("queue_limit", Usual::none(""));
    let timeout = table.usual("timeout", defaults.timeout, |value| {
        let found = or_never(value)?;
        if found.is_some_and(SimDuration::is_zero) {
            let complaint = Complaint::new("found 0s");
            return Err(complaint.help("write a duration above 0s, or `\"never\"`"));
        }
        Ok(found)
    });
    let overhead = table.usual("router_overhead", defaults.router_overhead, duration);
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
            execution_billing: None,
        }
    }
}
