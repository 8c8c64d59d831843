//! The figures of services: requests, latencies, replicas, and what a thousand requests cost.

use super::figure::{Figure, count, decimal, per_thing, seconds, share, usd, usd_per};
use super::observation::Observation;
use super::statistic::Statistic;
use crate::units::NodeTime;

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
pub(super) const REJECTED_SHARE: Statistic = Statistic::Ratio(|of| {
    let requests = of.requests?;
    Some(requests.share(requests.rejected))
});

/// Share ended by the time-out.
pub(super) const TIMED_OUT_SHARE: Statistic = Statistic::Ratio(|of| {
    let requests = of.requests?;
    Some(requests.share(requests.timed_out))
});

/// Share not ended when the simulation was.
pub(super) const UNFINISHED_SHARE: Statistic = Statistic::Ratio(|of| {
    let requests = of.requests?;
    Some(requests.share(requests.unfinished))
});

/// Share of cold starts.
pub(super) const COLD_SHARE: Statistic = Statistic::Ratio(|of| {
    let requests = of.requests?;
    Some(requests.share(requests.cold))
});

/// Share served within the SLO, of the services that have one.
pub(super) const SLO_SHARE: Statistic = Statistic::Ratio(|of| {
    let [within, arrived] = of.requests?.within_slo?;
    Some([within as f64, arrived as f64])
});

/// Share served within the SLO; of services without one all that is served.
pub(super) const IN_TIME_SHARE: Statistic = Statistic::Ratio(|of| {
    let requests = of.requests?;
    Some(requests.share(requests.served.saturating_sub(requests.late)))
});

/// Share served, but later than the SLO.
pub(super) const LATE_SHARE: Statistic = Statistic::Ratio(|of| {
    let requests = of.requests?;
    Some(requests.share(requests.late))
});

/// Median latency in seconds.
pub(super) const LATENCY_P50: Statistic = Statistic::Latency(|latencies| latencies.p50);

/// 95th percentile of the latency in seconds.
pub(super) const LATENCY_P95: Statistic = Statistic::Latency(|latencies| latencies.p95);

/// 99th percentile of the latency in seconds.
pub(super) const LATENCY_P99: Statistic = Statistic::Latency(|latencies| latencies.p99);

/// Mean number of replicas.
pub(super) fn replicas_mean(of: &Observation<'_>) -> Option<f64> {
    mean_over_time(of, of.requests?.replica_time)
}

/// Cost of a thousand requests served by services, or for a thousand items scored by batch inference. There is none
/// of both together: an item is no request.
pub(super) const COST_PER_THOUSAND: Statistic = Statistic::Ratio(|of| {
    let (cost, count) = match (of.requests, of.scores_items) {
        (Some(requests), false) => (of.service_cost, requests.served),
        (None, true) => (of.items_cost, of.items_done),
        (Some(_), true) | (None, false) => return None,
    };
    Some([of.money(cost) * 1000.0, count as f64])
});

/// What services cost.
pub(super) fn cost(of: &Observation<'_>) -> Option<f64> {
    of.requests.map(|_| of.money(of.service_cost))
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
    share(
        "rejected_share",
        "rejected (503) over arrived requests",
        REJECTED_SHARE,
    ),
    share(
        "cold_start_share",
        "requests bound to a replica that was started for them, over arrived ones",
        COLD_SHARE,
    ),
    share(
        "within_slo_share",
        "requests served within `slo` over arrived ones, of the services that have one; empty where none has",
        SLO_SHARE,
    ),
    seconds(
        "latency_mean_s",
        "mean latency of served requests: from arrival to answer, wait, cold start and router overhead included",
        Statistic::Ratio(|of| {
            let requests = of.latencies()?;
            Some(per_thing(requests.latency_sum, requests.served))
        }),
    ),
    seconds(
        "latency_p50_s",
        "median latency; this and the next three are empty for several services together",
        LATENCY_P50,
    ),
    seconds(
        "latency_p95_s",
        "95th percentile of the latency",
        LATENCY_P95,
    ),
    seconds(
        "latency_p99_s",
        "99th percentile of the latency",
        LATENCY_P99,
    ),
    seconds(
        "latency_max_s",
        "longest latency",
        Statistic::Mean(|of| Some(of.latencies()?.quantiles()?.max.as_secs_f64())),
    ),
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
        "cost_serving_usd",
        "part of the cost that services took",
        cost,
    ),
    usd_per(
        "cost_per_1000_requests_usd",
        "the same over thousands of served requests; of batch inference the cost of its targets, each whole, over thousands of scored \
         items; empty of both together",
        COST_PER_THOUSAND,
    ),
];
