//! The requests of the services among some targets, summed.

use crate::results::{ServiceStatistics, TargetResult, WaitQuantiles};
use crate::units::NodeTime;

/// The requests of one service, or of several together.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'a> {
    /// Of one service all there is; of several none of what cannot be put together.
    pub(super) only: Option<&'a ServiceStatistics>,
    pub(super) arrived: u64,
    pub(super) served: u64,
    pub(super) rejected: u64,
    pub(super) timed_out: u64,
    pub(super) unfinished: u64,
    pub(super) cold: u64,
    /// Of the services with an SLO: requests served within it, and all that arrived; `None` where none has one.
    pub(super) within_slo: Option<[u64; 2]>,
    /// Served later than the SLO.
    pub(super) late: u64,
    pub(super) latency_sum: u128,
    pub(super) replica_time: NodeTime,
    pub(super) busy_time: NodeTime,
    pub(super) node_time: NodeTime,
}

impl<'a> Requests<'a> {
    /// Of the services among some targets; `None` where there is none.
    pub fn of(targets: &'a [TargetResult]) -> Option<Self> {
        let services = targets
            .iter()
            .filter_map(|target| target.service.as_deref());
        let services: Vec<&ServiceStatistics> = services.collect();
        let first = *services.first()?;
        let sum = |of: fn(&ServiceStatistics) -> u64| services.iter().map(|it| of(it)).sum();
        let time = |of: fn(&ServiceStatistics) -> NodeTime| services.iter().map(|it| of(it)).sum();
        Some(Self {
            only: (services.len() == 1).then_some(first),
            arrived: sum(|it| it.requests.arrived),
            served: sum(|it| it.requests.served),
            rejected: sum(|it| it.requests.rejected),
            timed_out: sum(|it| it.requests.timed_out),
            unfinished: sum(|it| it.requests.unfinished),
            cold: sum(|it| it.requests.cold),
            within_slo: within_slo(&services),
            late: sum(|it| it.requests.served.saturating_sub(it.requests.within_slo)),
            latency_sum: services.iter().map(|it| it.requests.latency_sum).sum(),
            replica_time: time(|it| it.within.replica_time),
            busy_time: time(|it| it.within.execution_time),
            node_time: time(|it| it.node_time),
        })
    }

    /// A count over the requests that arrived.
    pub(super) fn share(&self, count: u64) -> [f64; 2] {
        [count as f64, self.arrived as f64]
    }

    pub(super) fn quantiles(&self) -> Option<WaitQuantiles> {
        self.only?.requests.latency_quantiles
    }
}

/// Requests within the SLO, and all, of the services that have one.
fn within_slo(services: &[&ServiceStatistics]) -> Option<[u64; 2]> {
    let mut with = services.iter().filter(|it| it.requests.has_slo).peekable();
    with.peek()?;
    Some(with.fold([0, 0], |[within, arrived], it| {
        [
            within + it.requests.within_slo,
            arrived + it.requests.arrived,
        ]
    }))
}
