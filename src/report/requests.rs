//! The figures of services: requests, latencies, replicas, and what a thousand requests cost.

use super::figures::{Figure, count, decimal, mean_s, ratio, seconds, usd};
use super::observation::Observation;
use crate::results::{ServiceStatistics, TargetResult, WaitQuantiles};
use crate::units::NodeTime;

/// The requests of one service, or of several together.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'a> {
    /// Of one service all there is; of several none of what cannot be put together.
    only: Option<&'a ServiceStatistics>,
    arrived: u64,
    served: u64,
    rejected: u64,
    timed_out: u64,
    unfinished: u64,
    cold: u64,
    within_slo: u64,
    latency_sum: u128,
    replica_time: NodeTime,
    busy_time: NodeTime,
    node_time: NodeTime,
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
            within_slo: sum(|it| it.requests.within_slo),
            latency_sum: services.iter().map(|it| it.requests.latency_sum).sum(),
            replica_time: time(|it| it.within.replica_time),
            busy_time: time(|it| it.within.execution_time),
            node_time: time(|it| it.node_time),
        })
    }

    /// A count as a share of the requests that arrived.
    fn share(&self, count: u64) -> Option<f64> {
        (self.arrived > 0).then(|| count as f64 / self.arrived as f64)
    }

    fn quantiles(&self) -> Option<WaitQuantiles> {
        self.only?.requests.latency_quantiles
    }
}

/// Over the length of [warm-up, horizon).
fn mean_over_time(of: &Observation<'_>, time: NodeTime) -> Option<f64> {
    let length = of.window.length();
    (!length.is_zero()).then(|| time.0 as f64 / length.0 as f64)
}

/// Requests that arrived.
pub(super) fn arrived(of: &Observation<'_>) -> Option<f64> {
    Some(of.requests?.arrived as f64)
}

/// Requests served.
pub(super) fn served(of: &Observation<'_>) -> Option<f64> {
    Some(of.requests?.served as f64)
}

/// Share of 503.
pub(super) fn rejected_share(of: &Observation<'_>) -> Option<f64> {
    let requests = of.requests?;
    requests.share(requests.rejected)
}

/// Share ended by the time-out.
pub(super) fn timed_out_share(of: &Observation<'_>) -> Option<f64> {
    let requests = of.requests?;
    requests.share(requests.timed_out)
}

/// Share not ended when the simulation was.
pub(super) fn unfinished_share(of: &Observation<'_>) -> Option<f64> {
    let requests = of.requests?;
    requests.share(requests.unfinished)
}

/// Share of cold starts.
pub(super) fn cold_share(of: &Observation<'_>) -> Option<f64> {
    let requests = of.requests?;
    requests.share(requests.cold)
}

/// Share served within the SLO.
pub(super) fn slo_share(of: &Observation<'_>) -> Option<f64> {
    let requests = of.requests?;
    requests.share(requests.within_slo)
}

/// Share served, but later than the SLO.
pub(super) fn late_share(of: &Observation<'_>) -> Option<f64> {
    let requests = of.requests?;
    requests.share(requests.served.saturating_sub(requests.within_slo))
}

/// Median latency in seconds.
pub(super) fn latency_p50(of: &Observation<'_>) -> Option<f64> {
    Some(of.latencies()?.quantiles()?.p50.as_secs_f64())
}

/// 95th percentile of the latency in seconds.
pub(super) fn latency_p95(of: &Observation<'_>) -> Option<f64> {
    Some(of.latencies()?.quantiles()?.p95.as_secs_f64())
}

/// 99th percentile of the latency in seconds.
pub(super) fn latency_p99(of: &Observation<'_>) -> Option<f64> {
    Some(of.latencies()?.quantiles()?.p99.as_secs_f64())
}

/// Mean number of replicas.
pub(super) fn replicas_mean(of: &Observation<'_>) -> Option<f64> {
    mean_over_time(of, of.requests?.replica_time)
}

/// Dollars for a thousand requests: served by services, or scored by batch inference.
pub(super) fn cost_per_thousand(of: &Observation<'_>) -> Option<f64> {
    let served = of.requests.map_or(0, |requests| requests.served) + of.items_done;
    let cost = of.service_cost + of.items_cost;
    (served > 0).then(|| cost.dollars() * 1000.0 / served as f64)
}

/// Dollars that services cost.
pub(super) fn cost(of: &Observation<'_>) -> Option<f64> {
    of.requests.map(|_| of.service_cost.dollars())
}

/// Every figure of services, in the order of the columns.
pub(super) const FIGURES: [Figure; 22] = [
    count(
        "requests_arrived",
        "requests that arrived at the service in [warm-up, horizon): the sum of the next four",
        arrived,
    ),
    count("requests_served", "of these: served", served),
    count(
        "requests_rejected",
        "of these: rejected (503), since they waited too long or too many waited",
        |of| Some(of.requests?.rejected as f64),
    ),
    count(
        "requests_timed_out",
        "of these: ended by `timeout` while they were served",
        |of| Some(of.requests?.timed_out as f64),
    ),
    count(
        "requests_unfinished",
        "of these: not ended when the simulation was",
        |of| Some(of.requests?.unfinished as f64),
    ),
    ratio(
        "rejected_share",
        "rejected (503) over arrived requests",
        rejected_share,
    ),
    ratio(
        "cold_share",
        "requests bound to a replica that was started for them, over arrived ones",
        cold_share,
    ),
    ratio(
        "slo_share",
        "requests served within `slo` over arrived ones; of a service without one, the share that was served",
        slo_share,
    ),
    seconds(
        "latency_mean_s",
        "mean latency of served requests: from arrival to answer, wait, cold start and router overhead included",
        |of| {
            let requests = of.latencies()?;
            mean_s(requests.latency_sum, requests.served)
        },
    ),
    seconds(
        "latency_p50_s",
        "median latency; this and the next three are empty for several services together",
        latency_p50,
    ),
    seconds(
        "latency_p95_s",
        "95th percentile of the latency",
        latency_p95,
    ),
    seconds(
        "latency_p99_s",
        "99th percentile of the latency",
        latency_p99,
    ),
    seconds("latency_max_s", "longest latency", |of| {
        Some(of.latencies()?.quantiles()?.max.as_secs_f64())
    }),
    decimal(
        "throughput_per_s",
        "1/s",
        "served requests over the length of [warm-up, horizon)",
        |of| {
            let seconds = of.window.length().as_secs_f64();
            let served = of.requests?.served as f64;
            (seconds > 0.0).then(|| served / seconds)
        },
    ),
    decimal(
        "replicas_mean",
        "",
        "mean number of replicas (starting, ready or draining) over [warm-up, horizon)",
        replicas_mean,
    ),
    count(
        "replicas_peak",
        "most replicas at any time of [warm-up, horizon); empty for several services together",
        |of| Some(f64::from(of.requests?.only?.peak_replicas)),
    ),
    count(
        "replica_starts",
        "replicas started in [warm-up, horizon); empty for several services together",
        |of| Some(of.requests?.only?.starts as f64),
    ),
    decimal(
        "requests_in_service_mean",
        "",
        "mean number of requests that replicas work on, over [warm-up, horizon)",
        |of| mean_over_time(of, of.requests?.busy_time),
    ),
    decimal(
        "serving_nodes_mean",
        "",
        "mean number of the nodes that replicas stand on; empty where they stand on none",
        |of| {
            let nodes = of.requests?.node_time;
            mean_over_time(of, nodes).filter(|_| nodes.0 > 0)
        },
    ),
    count(
        "quota_vcpus",
        "vCPUs of quota that the most instances of a managed online endpoint need, with a fifth more for upgrades; not billed",
        |of| Some(of.requests?.only?.upgrade_vcpus? as f64),
    ),
    usd(
        "cost_of_services_usd",
        "part of the cost that services took",
        cost,
    ),
    usd(
        "cost_per_1000_requests_usd",
        "the same for 1,000 requests: served, or scored by batch inference, whose cluster then counts whole",
        cost_per_thousand,
    ),
];
