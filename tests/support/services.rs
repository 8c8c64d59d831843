//! Random services and requests. Times are mostly multiples of 50 ms, so that many events share an instant.

use std::sync::Arc;

use autoscale_simulator::autoscale::{
    KubernetesSettings, Metric, PerRequest, Profile, Ratio, ReplicaPolicy, Rule, Rules,
    Utilization, UtilizationSettings,
};
use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::model::settings::{End, WorldSettings};
use autoscale_simulator::serving::settings::{
    ExecutionBilling, Machines, NodeAutoscaler, RequestSettings, ServiceController,
    ServiceSettings, ServingNodes,
};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::Arrivals;
use autoscale_simulator::workload::batch::Batch;
use autoscale_simulator::workload::closed::Closed;
use autoscale_simulator::workload::fan_out::FanOut;
use autoscale_simulator::workload::trace::{Trace, TraceRow};

use super::{below, constant, narrow, pick, set_window};

/// The grid of times: 50 ms.
const STEP: u64 = 50_000;
/// Steps in a second.
const PER_SECOND: u64 = 20;

/// One of some numbers of steps.
fn steps(stream: &mut Stream, choices: &[u64]) -> SimDuration {
    SimDuration(STEP * pick(stream, choices))
}

/// One of some numbers of seconds.
fn seconds(stream: &mut Stream, choices: &[u64]) -> SimDuration {
    SimDuration(STEP * PER_SECOND * pick(stream, choices))
}

/// Mostly a constant number of steps, now and then uniform from 0 to twice that.
fn some_time(stream: &mut Stream, choices: &[u64]) -> Distribution {
    let time = steps(stream, choices);
    if below(stream, 4) == 0 {
        Distribution::uniform(SimDuration::ZERO, SimDuration(2 * time.0)).unwrap()
    } else {
        Distribution::constant(time)
    }
}

/// The kinds of service that worlds are made of.
#[derive(Clone, Copy, Debug)]
pub enum ServiceSort {
    Fixed,
    Utilization,
    OnNodes,
    PerRequest,
    Rules,
}

impl ServiceSort {
    pub const ALL: [Self; 5] = [
        Self::Fixed,
        Self::Utilization,
        Self::OnNodes,
        Self::PerRequest,
        Self::Rules,
    ];
}

fn random_utilization(stream: &mut Stream) -> ServiceController {
    let min = 1 + below(stream, 3);
    let target = pick(stream, &[0.7, 0.7, 0.5, 1.0, 0.3]);
    let limits = [min, min + below(stream, 10)].map(narrow);
    let policy = Utilization::new(UtilizationSettings {
        target,
        refresh: steps(stream, &[10, 20, 20, 100]),
        counts_waiting: below(stream, 2) == 0,
        window: steps(stream, &[0, 0, 0, 50, 200]),
        scale_down_after: seconds(stream, &[0, 2, 10, 60]),
    });
    ServiceController::scaled(limits, ReplicaPolicy::Utilization(policy))
}

fn random_rule(stream: &mut Stream, is_out: bool) -> Rule {
    let metric = pick(
        stream,
        &[
            Metric::Cpu,
            Metric::Cpu,
            Metric::Latency,
            Metric::RequestsPerInstance,
        ],
    );
    // In sixtieths, so that many windows end at a threshold exactly.
    let thresholds: &[u128] = match (metric, is_out) {
        (Metric::Cpu, true) => &[30, 42, 54],
        (Metric::Cpu, false) => &[12, 18, 27],
        (Metric::Latency, true) => &[60, 120],
        (Metric::Latency, false) => &[30, 60],
        (Metric::RequestsPerInstance, true) => &[18, 30, 60, 120],
        (Metric::RequestsPerInstance, false) => &[6, 12, 24],
    };
    let step = pick(stream, &[1, 1, 2, 3]);
    Rule {
        metric,
        window: seconds(stream, &[5, 20, 60]),
        is_above: is_out,
        threshold: Ratio::new(pick(stream, thresholds), 60),
        change: if is_out { step } else { -step },
        cooldown: seconds(stream, &[0, 10, 60]),
    }
}

fn random_rules(stream: &mut Stream) -> ServiceController {
    let min = 1 + below(stream, 2);
    let mut rules = Vec::new();
    for _ in 0..=below(stream, 2) {
        rules.push(random_rule(stream, true));
    }
    for _ in 0..below(stream, 3) {
        rules.push(random_rule(stream, false));
    }
    let calendar = Calendar::new(jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0), "UTC").unwrap();
    let windows = pick(stream, &["daily 00:01-00:03", "daily 00:00-00:02"]);
    let max = min + below(stream, 8);
    let profile = (below(stream, 4) == 0).then(|| Profile {
        windows: WeeklySchedule::parse(&calendar, &[windows.to_owned()]).unwrap(),
        instances: narrow(min + below(stream, max - min + 1)),
    });
    let policy = Rules::new(seconds(stream, &[5, 10, 60]), rules, profile);
    ServiceController::scaled([min, max].map(narrow), ReplicaPolicy::Rules(policy))
}

fn random_nodes(stream: &mut Stream, smallest: u64) -> ServingNodes {
    let fit = 1 + below(stream, 4);
    let front_ends = below(stream, 3);
    let beside = below(stream, fit + 1);
    let least = smallest.div_ceil(fit);
    let min_nodes = front_ends + least + below(stream, 2);
    let scales = below(stream, 4) > 0;
    let max_nodes = if scales {
        min_nodes + 1 + below(stream, 4)
    } else {
        min_nodes
    };
    ServingNodes {
        replicas_per_node: narrow(fit),
        replicas_beside_front_end: narrow(beside),
        front_ends: narrow(front_ends),
        min_nodes: narrow(min_nodes),
        max_nodes: narrow(max_nodes),
        autoscaler: scales.then(|| NodeAutoscaler {
            scan: seconds(stream, &[2, 5, 10]),
            boot: some_time(stream, &[0, 100, 400]),
            rules: KubernetesSettings {
                unneeded_after: seconds(stream, &[0, 10, 30]),
                delay_after_add: seconds(stream, &[0, 10, 60]),
                max_empty_bulk_delete: narrow(pick(stream, &[1, 10])),
            },
        }),
    }
}

fn random_service(stream: &mut Stream, sort: ServiceSort) -> ServiceSettings {
    let mut machines = Machines::None;
    let controller = match sort {
        ServiceSort::Fixed => {
            let replicas = 1 + below(stream, 4);
            if below(stream, 2) == 0 {
                machines = Machines::Always(narrow(1 + below(stream, 2)));
            }
            ServiceController::fixed(narrow(replicas))
        }
        ServiceSort::Utilization => random_utilization(stream),
        ServiceSort::OnNodes => {
            let controller = random_utilization(stream);
            machines = Machines::Nodes(random_nodes(stream, controller.min_replicas.into()));
            controller
        }
        ServiceSort::PerRequest => {
            if below(stream, 2) == 0 {
                machines = Machines::EachReplica;
            }
            let max = pick(stream, &[1, 2, 5, 200]);
            let min = pick(stream, &[0, 0, 1, 2]).min(max);
            let interval = steps(stream, &[0, 10, 20, 20]);
            let policy = PerRequest::new(interval, steps(stream, &[0, 20, 100, 400]));
            ServiceController::scaled([min, max].map(narrow), ReplicaPolicy::PerRequest(policy))
        }
        ServiceSort::Rules => {
            machines = Machines::EachReplica;
            random_rules(stream)
        }
    };
    let some = |stream: &mut Stream, odds| below(stream, odds) == 0;
    ServiceSettings {
        name: "service".to_owned(),
        controller,
        concurrency: narrow(pick(stream, &[1, 1, 1, 2, 4])),
        start: some_time(stream, &[0, 10, 40, 200]),
        queue_timeout: (!some(stream, 4)).then(|| steps(stream, &[0, 10, 10, 40, 200])),
        queue_limit: some(stream, 3).then(|| narrow(pick(stream, &[0, 1, 3]))),
        timeout: some(stream, 3).then(|| steps(stream, &[5, 20, 60])),
        router_overhead: steps(stream, &[0, 0, 1]),
        slo: some(stream, 2).then(|| steps(stream, &[5, 20, 40])),
        machines,
        machine_vcpus: 4,
        keep_usage: some(stream, 2),
        execution_billing: some(stream, 3).then(|| ExecutionBilling {
            granularity: SimDuration(pick(stream, &[1, 7_000, STEP])),
            minimum: SimDuration(pick(stream, &[0, 100_000, 20 * STEP])),
        }),
    }
}

fn random_requests(stream: &mut Stream, position: usize) -> RequestSettings {
    let gap = pick(stream, &[1, 3, 8, 20]);
    let long = pick(stream, &[3, 10, 30, 60]);
    // Now and then the first request is there from the start.
    let mut at = below(stream, 200) * u64::from(below(stream, 4) > 0);
    let mut list = Vec::new();
    for _ in 0..=pick(stream, &[10, 60, 120]) {
        match below(stream, 40) {
            0 => at += below(stream, 40 * gap),
            1..20 => at += below(stream, 2 * gap + 1),
            _ => {}
        }
        let stray = if below(stream, 12) == 0 {
            below(stream, STEP)
        } else {
            0
        };
        list.push(TraceRow {
            estimate: None,
            at: SimTime(at * STEP + stray),
            duration: SimDuration(STEP * below(stream, 2 * long + 1)),
            nodes: None,
            priority: None,
            environment: None,
        });
    }
    list.sort_by_key(|row| row.at);
    RequestSettings {
        name: format!("requests-{position}"),
        service: 0,
        arrivals: Arrivals::Trace(Trace::new(Arc::from(list))),
        service_time: constant(0),
        cold_service_time: (below(stream, 3) == 0)
            .then(|| Distribution::constant(steps(stream, &[1, 20, 100]))),
    }
}

/// The rows of a trace of requests.
pub fn rows(requests: &RequestSettings) -> &[TraceRow] {
    let Arrivals::Trace(trace) = &requests.arrivals else {
        unreachable!("all requests here are traces")
    };
    trace.rows()
}

/// Adds a service of some kind with its requests; gives its last arrival.
pub fn add_service(stream: &mut Stream, sort: ServiceSort, settings: &mut WorldSettings) -> u64 {
    let mut service = random_service(stream, sort);
    let own = settings.services.len();
    service.name = format!("service-{own}");
    let mut last = 0;
    for _ in 0..=below(stream, 2) {
        let mut requests = random_requests(stream, settings.requests.len());
        requests.service = own;
        last = rows(&requests)
            .iter()
            .map(|row| row.at.0)
            .max()
            .unwrap()
            .max(last);
        settings.requests.push(requests);
    }
    settings.services.push(service);
    last
}

/// A world of one service.
pub fn service_world(stream: &mut Stream, sort: ServiceSort) -> WorldSettings {
    let mut settings = WorldSettings {
        horizon: SimTime::ZERO,
        warmup: SimTime::ZERO,
        end: pick(stream, &[End::Drain, End::Drain, End::Drain, End::Cut]),
        charge_periods: None,
        week: None,
        environments: Vec::new(),
        targets: Vec::new(),
        workloads: Vec::new(),
        quotas: Vec::new(),
        services: Vec::new(),
        requests: Vec::new(),
    };
    let last = add_service(stream, sort, &mut settings);
    set_window(stream, &mut settings, last, 40);
    settings
}

/// The one parent of each fan-out: when it comes, how many requests it sends, and how many at once.
pub struct Client {
    pub at: u64,
    pub children: u32,
    pub at_once: u32,
}

pub const CLIENT: Client = Client {
    at: 40 * STEP,
    children: 60,
    at_once: 3,
};

/// A world of one service to which one to three workloads of closed users or clients come as well, or they alone.
pub fn closed_world(stream: &mut Stream, sort: ServiceSort) -> WorldSettings {
    let mut settings = service_world(stream, sort);
    if below(stream, 2) == 0 {
        settings.requests.clear();
    }
    let policy = settings.services[0].controller.policy.as_ref();
    let expiry = policy.and_then(|policy| policy.scaler().needs().idle_expiry);
    let expires_at_once = expiry.is_some_and(SimDuration::is_zero);
    for workload in 0..=below(stream, 3) {
        let users = narrow(pick(stream, &[1, 2, 3, 8]));
        let think = some_time(stream, &[10, 20, 40, 100]);
        // Where replicas expire at once, it is open whether one that was just left takes what its end brings at that instant.
        let arrivals = if below(stream, 4) == 0 && !expires_at_once {
            let parents = Arrivals::Batch(Batch::new(1, vec![SimTime(CLIENT.at)]));
            Arrivals::FanOut(FanOut::new(parents, CLIENT.children, CLIENT.at_once))
        } else {
            Arrivals::Closed(Closed::new(users, think))
        };
        let place = below(stream, 1 + settings.requests.len() as u64);
        let requests = RequestSettings {
            name: format!("users-{workload}"),
            service: 0,
            arrivals,
            service_time: some_time(stream, &[0, 3, 10, 60]),
            cold_service_time: (below(stream, 3) == 0)
                .then(|| Distribution::constant(steps(stream, &[1, 20, 100]))),
        };
        settings
            .requests
            .insert(usize::try_from(place).unwrap(), requests);
    }
    settings
}
