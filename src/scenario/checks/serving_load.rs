//! Offered load of services: the places that requests keep busy in the mean, against those there can be. Pure arithmetic.

use super::peaks::combinations;
use super::told::Said;
use crate::autoscale::{Metric, ReplicaPolicy};
use crate::calendar::WeeklySchedule;
use crate::digits::compared;
use crate::model::settings::WorldSettings;
use crate::serving::settings::{Machines, RequestSettings, ServiceSettings};
use crate::units::SimDuration;

/// What requests ask of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceLoad {
    /// The service's name.
    pub service: String,
    /// Mean number of requests that would be on replicas at once, in `[0, horizon)`, without cold starts.
    pub demand: f64,
    /// The same while the peak windows of bursts are open; `None` without bursts.
    pub peak_demand: Option<f64>,
    /// Part of the mean that goes on wherever the horizon is: that of batches and logs does not.
    pub endless: f64,
    /// Requests that its replicas take at once, at most.
    pub capacity: f64,
    /// Requests per second.
    pub per_s: f64,
}

impl ServiceLoad {
    /// Whether requests go on coming faster than they can be served.
    pub fn is_saturated(&self) -> bool {
        self.endless > 0.0 && self.endless >= self.capacity
    }
}

/// The offered load of every service.
pub(in crate::scenario) fn offered(settings: &WorldSettings) -> Vec<ServiceLoad> {
    let services = settings.services.iter().enumerate();
    services
        .map(|(position, service)| of_service(settings, position, service))
        .collect()
}

fn of_service(settings: &WorldSettings, position: usize, service: &ServiceSettings) -> ServiceLoad {
    let mut load = ServiceLoad {
        service: service.name.clone(),
        demand: 0.0,
        peak_demand: peak(settings, position, service),
        endless: 0.0,
        capacity: f64::from(most_replicas(service)) * f64::from(service.concurrency),
        per_s: 0.0,
    };
    // What users who wait bring is what ends: they offer no load of their own.
    let offering = coming_to(settings, position).filter(|of| !of.arrivals.wait_for_ends());
    for requests in offering {
        let per_s = requests.arrivals.per_s(settings.horizon);
        let demand = per_s * seconds_each(requests, service);
        load.per_s += per_s;
        load.demand += demand;
        if requests.arrivals.go_on() {
            load.endless += demand;
        }
    }
    load
}

fn coming_to(settings: &WorldSettings, service: usize) -> impl Iterator<Item = &RequestSettings> {
    let all = settings.requests.iter();
    all.filter(move |requests| requests.service == service)
}

/// Mean time of a request on its replica, up to the time-out.
pub(super) fn seconds_each(requests: &RequestSettings, service: &ServiceSettings) -> f64 {
    let each = match requests.arrivals.trace() {
        Some(trace) => {
            let all = trace.rows().iter().map(|row| row.duration.as_secs_f64());
            all.sum::<f64>() / trace.rows().len().max(1) as f64
        }
        None => requests.service_time.mean_secs(),
    };
    match service.timeout {
        Some(timeout) => each.min(timeout.as_secs_f64()),
        None => each,
    }
}

/// The demand at the worst moment of the peaks of its bursts; `None` without bursts.
fn peak(settings: &WorldSettings, position: usize, service: &ServiceSettings) -> Option<f64> {
    let coming: Vec<&RequestSettings> = coming_to(settings, position).collect();
    let windows = coming
        .iter()
        .filter_map(|requests| Some(requests.arrivals.peaks()?.windows));
    let windows: Vec<&WeeklySchedule> = windows.collect();
    let moments = combinations(&windows, settings.horizon).into_iter();
    let in_peak = moments.filter(|open| open.contains(&true));
    let demand = |open: Vec<bool>| {
        let mut open = open.into_iter();
        let at_once = coming.iter().map(|requests| {
            let arrivals = &requests.arrivals;
            let per_s = match arrivals.peaks() {
                Some(peaks) if open.next() == Some(true) => peaks.peak_per_s,
                Some(peaks) => peaks.quiet_per_s,
                None if arrivals.go_on() => arrivals.per_s(settings.horizon),
                None => 0.0,
            };
            per_s * seconds_each(requests, service)
        });
        at_once.sum::<f64>()
    };
    in_peak.map(demand).reduce(f64::max)
}

/// Replicas that a service can have at most, by its controller and its nodes.
pub(super) fn most_replicas(service: &ServiceSettings) -> u32 {
    let wanted = service.controller.most_replicas();
    wanted.min(replicas_on_nodes(service).unwrap_or(u32::MAX))
}

/// Replicas that its nodes hold at most; `None` where it has none.
pub(super) fn replicas_on_nodes(service: &ServiceSettings) -> Option<u32> {
    let Machines::Nodes(nodes) = &service.machines else {
        return None;
    };
    Some(nodes.most_replicas())
}

/// Services that cannot keep up with what goes on coming.
fn saturated(settings: &WorldSettings, loads: &[ServiceLoad]) -> Vec<Said> {
    let services = settings.services.iter().zip(loads);
    let saturated = services.filter(|(_, load)| load.is_saturated());
    let say = |(service, load): (&ServiceSettings, &ServiceLoad)| {
        let is_bounded = service.queue_timeout.is_some() || service.queue_limit.is_some();
        let then = if is_bounded {
            "the rest is rejected (503)"
        } else {
            "requests wait longer and longer, and their latencies depend on the horizon"
        };
        let [offered, most] = compared(load.endless, load.capacity);
        let text =
            format!("offered {offered} requests at once and can serve at most {most}: {then}");
        Said::of(&load.service, text)
    };
    saturated.map(say).collect()
}

/// Services that cannot keep up, or whose nodes are too few for their replicas.
pub(in crate::scenario) fn warnings(settings: &WorldSettings, loads: &[ServiceLoad]) -> Vec<Said> {
    let mut warnings = saturated(settings, loads);
    for (position, service) in settings.services.iter().enumerate() {
        warnings.extend(never_quick_enough(settings, (position, service)));
    }
    for (service, load) in settings.services.iter().zip(loads) {
        let name = &load.service;
        let most = service.controller.max_replicas;
        if let Some(room) = replicas_on_nodes(service)
            && room < most
        {
            let text = format!(
                "`{name}`: its nodes hold {room} replicas at most, so that `max_replicas` = {most} is not reached"
            );
            warnings.push(Said::from(text));
        }
    }
    warnings
}

/// From this share of requests on that take longer than the objective by themselves it is told: objectives of a percentile
/// are of the 90th or a higher one.
const TOLD_LONGER: f64 = 0.1;

/// Objectives that the time of requests on their replica alone exceeds, however many replicas there are.
fn never_quick_enough(
    settings: &WorldSettings,
    (position, service): (usize, &ServiceSettings),
) -> Vec<Said> {
    let Some(slo) = service.slo.map(SimDuration::as_secs_f64) else {
        return Vec::new();
    };
    let overhead = service.router_overhead.as_secs_f64();
    let say = |requests: &RequestSettings| {
        let least = overhead + least_s(requests);
        let longer = share_longer(requests, slo - overhead);
        let (of, name) = (&service.name, &requests.name);
        let text = if least > slo {
            format!(
                "`{of}`: no number of replicas meets its `slo` of {}: each request of `{name}` takes at least {} without any wait",
                latency(slo),
                latency(least)
            )
        } else if longer >= TOLD_LONGER {
            format!(
                "`{of}`: {:.0} % of the requests of `{name}` take longer than its `slo` of {} without any wait: more replicas do \
                 not shorten that",
                100.0 * longer,
                latency(slo)
            )
        } else {
            return None;
        };
        Some(Said::from(text))
    };
    coming_to(settings, position).filter_map(say).collect()
}

/// Rules that add instances above a latency that the time of a request alone exceeds.
pub(in crate::scenario) fn rule_notes(settings: &WorldSettings) -> Vec<Said> {
    let services = settings.services.iter().enumerate();
    let say = |(position, service): (usize, &ServiceSettings)| {
        let limit = latency_that_scales_out(service)?;
        let mean = mean_latency(settings, (position, service))?;
        let (least, most) = (service.controller.min_replicas, most_replicas(service));
        (limit < mean && least < most).then(|| {
            Said::from(format!(
                "`{}`: a rule adds instances above a latency of {}, and a request takes {} on average without any wait: there will \
                 be {most} instances, whatever the load; set `above` higher than that",
                service.name,
                latency(limit),
                latency(mean)
            ))
        })
    };
    let of_profiles = settings.services.iter().filter_map(stays_after_profile);
    services.filter_map(say).chain(of_profiles).collect()
}

/// A profile whose instances stay when its windows end, since no rule takes any away.
fn stays_after_profile(service: &ServiceSettings) -> Option<Said> {
    let Some(ReplicaPolicy::Rules(rules)) = &service.controller.policy else {
        return None;
    };
    let instances = rules.profile.as_ref()?.instances;
    let least = service.controller.min_replicas;
    let stays = instances.min(service.controller.max_replicas);
    let takes_away = rules.rules.iter().any(|rule| rule.change < 0);
    (stays > least && !takes_away).then(|| {
        Said::from(format!(
            "`{}`: no rule takes instances away, so the {stays} of `schedule_profile` stay when a window ends, and do not go back to \
             `min_instances` = {least}: add a rule with a negative `change`",
            service.name
        ))
    })
}

/// Mean time of all requests of a service without any wait, in seconds; `None` where no rate is known.
fn mean_latency(
    settings: &WorldSettings,
    (position, service): (usize, &ServiceSettings),
) -> Option<f64> {
    let overhead = service.router_overhead.as_secs_f64();
    let (mut sum, mut all) = (0.0, 0.0);
    for requests in coming_to(settings, position) {
        // Users who wait have no rate of their own: each group counts as any other.
        let rate = if requests.arrivals.wait_for_ends() {
            1.0
        } else {
            requests.arrivals.per_s(settings.horizon)
        };
        sum += rate * (overhead + seconds_each(requests, service));
        all += rate;
    }
    (all > 0.0).then_some(sum / all)
}

/// The shortest time of a request on its replica.
fn least_s(requests: &RequestSettings) -> f64 {
    let rows = requests
        .arrivals
        .trace()
        .map(crate::workload::trace::Trace::rows);
    let of_rows = rows.and_then(|rows| rows.iter().map(|row| row.duration).min());
    let least = of_rows.unwrap_or_else(|| requests.service_time.least());
    least.as_secs_f64()
}

/// The share of requests that take longer than this many seconds on their replica.
fn share_longer(requests: &RequestSettings, seconds: f64) -> f64 {
    let Some(trace) = requests.arrivals.trace() else {
        return requests.service_time.exceeds(seconds);
    };
    let rows = trace.rows();
    let longer = rows
        .iter()
        .filter(|row| row.duration.as_secs_f64() > seconds);
    longer.count() as f64 / rows.len().max(1) as f64
}

/// The lowest latency above which a rule adds instances, in seconds.
fn latency_that_scales_out(service: &ServiceSettings) -> Option<f64> {
    let Some(ReplicaPolicy::Rules(rules)) = &service.controller.policy else {
        return None;
    };
    let of_latency = rules
        .rules
        .iter()
        .filter(|rule| rule.metric == Metric::Latency && rule.is_out() && rule.is_above);
    let limits = of_latency.map(|rule| {
        let (of, base) = rule.threshold.parts();
        of as f64 / base as f64
    });
    limits.reduce(f64::min)
}

/// A latency as people write it.
fn latency(seconds: f64) -> String {
    SimDuration::from_secs_rounded(seconds).to_friendly()
}

/// Services that are offered too much in the peaks.
pub(in crate::scenario) fn peak_notes(loads: &[ServiceLoad]) -> Vec<Said> {
    let peaks = loads.iter().filter_map(|load| {
        let peak = load.peak_demand?;
        (peak > load.capacity && !load.is_saturated()).then(|| {
            let [offered, most] = compared(peak, load.capacity);
            let text = format!(
                "offered {offered} requests at once in the peak windows and can serve at most {most}"
            );
            Said::of(&load.service, text)
        })
    });
    peaks.collect()
}
