//! Services against theory: loss systems, queues, the sizing rule of AKS, and serverless platforms as modeled and measured.

use autoscale_simulator::autoscale::{PerRequest, ReplicaPolicy, Utilization, UtilizationSettings};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::results::{ServiceStatistics, Window};
use autoscale_simulator::serving::settings::{
    Machines, RequestSettings, ServiceController, ServiceSettings,
};
use autoscale_simulator::serving::{Services, simulate};
use autoscale_simulator::spans::Cuts;
use autoscale_simulator::stats;
use autoscale_simulator::study::Threads;
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::Arrivals;
use autoscale_simulator::workload::closed::Closed;
use autoscale_simulator::workload::deterministic::Deterministic;
use autoscale_simulator::workload::poisson::Poisson;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::measure::{Claims, as_stated, show};
use crate::models::{engset, erlang_b, m_m_c_wait, machine_repair};

const SEED: u64 = 2024;

fn seconds(count: f64) -> SimDuration {
    SimDuration::from_secs_rounded(count)
}

fn exponential(mean_s: f64) -> Distribution {
    Distribution::exponential(seconds(mean_s)).expect("the mean is above 0")
}

/// A service whose replicas take one request each.
fn service(controller: ServiceController, queue_timeout: Option<SimDuration>) -> ServiceSettings {
    ServiceSettings {
        name: "service".to_owned(),
        controller,
        concurrency: 1,
        start: Distribution::constant(SimDuration::ZERO),
        queue_timeout,
        queue_limit: None,
        timeout: None,
        router_overhead: SimDuration::ZERO,
        slo: None,
        machines: Machines::None,
        machine_vcpus: 0,
        keep_usage: false,
        execution_billing: None,
    }
}

/// Requests of one workload.
struct Requests {
    /// Chooses their random streams.
    name: String,
    arrivals: Arrivals,
    time: Distribution,
    cold: Option<Distribution>,
}

impl Requests {
    fn poisson(name: &str, rate_per_s: f64, mean_s: f64) -> Self {
        Self {
            name: name.to_owned(),
            arrivals: Arrivals::Poisson(Poisson::new(rate_per_s)),
            time: exponential(mean_s),
            cold: None,
        }
    }
}

/// What the service does in each replication, over `[warmup, horizon)` in seconds.
fn replicate(
    service: &ServiceSettings,
    requests: Requests,
    (warmup, horizon): (f64, f64),
    replications: u64,
) -> Vec<ServiceStatistics> {
    let requests = RequestSettings {
        name: requests.name,
        service: 0,
        arrivals: requests.arrivals,
        service_time: requests.time,
        cold_service_time: requests.cold,
    };
    let at = |time: f64| SimTime::ZERO + seconds(time);
    let replications: Vec<u64> = (0..replications).collect();
    Threads::start(None)
        .expect("threads")
        .map(&replications, |replication| {
            let services = Services {
                services: std::slice::from_ref(service),
                requests: std::slice::from_ref(&requests),
                streams: Streams::new(SEED, *replication),
                cuts: &Cuts {
                    window: Window {
                        warmup: at(warmup),
                        horizon: at(horizon),
                    },
                    periods: None,
                },
                cut: false,
                keep_timeline: false,
            };
            let done = simulate(services, 0, &|| true);
            let (result, _) = done.expect("nothing interrupts it");
            *result.service.expect("it is a service")
        })
}

fn values(of: &[ServiceStatistics], value: impl Fn(&ServiceStatistics) -> f64) -> Vec<f64> {
    of.iter().map(value).collect()
}

fn blocked(of: &ServiceStatistics) -> f64 {
    of.requests.rejected as f64 / of.requests.arrived as f64
}

fn cold_start_share(of: &ServiceStatistics) -> f64 {
    of.requests.cold as f64 / of.requests.arrived as f64
}

/// Replicas and requests offered at a time, blocked share as stated, widest half-interval.
const LOSS_SYSTEMS: [(u32, f64, &str, f64); 2] = [
    (10, 8.0, "0.1216610643", 0.01),
    (50, 40.0, "0.0186906711", 0.03),
];

/// M/M/c/c: nobody waits, and what finds no place is rejected (Erlang B).
#[test]
fn slow_services_without_a_queue_block_as_erlang_b() {
    let mut claims = Claims::default();
    for (replicas, offered, stated, widest) in LOSS_SYSTEMS {
        let name = format!("{replicas} replicas, offered {offered}");
        let theory = erlang_b(replicas, offered);
        as_stated(&name, theory, stated);
        let service = service(ServiceController::fixed(replicas), Some(SimDuration::ZERO));
        let requests = Requests::poisson(&name, offered, 1.0);
        let done = replicate(&service, requests, (100.0, 20_000.0), 40);
        claims.judge_mean(&name, theory, &values(&done, blocked), widest);
    }
    claims.settle();
}

/// M/M/c: everybody waits as long as it takes (Erlang C).
#[test]
fn slow_services_with_a_queue_wait_as_erlang_c() {
    let mut claims = Claims::default();
    for (replicas, load, stated, widest) in
        [(4, 2.0, "0.0869565", 0.02), (10, 8.0, "0.204590", 0.025)]
    {
        let name = format!("{replicas} replicas with a queue, load {load}");
        let theory = m_m_c_wait(replicas, load);
        as_stated(&name, theory, stated);
        let service = service(ServiceController::fixed(replicas), None);
        let requests = Requests::poisson(&name, load, 1.0);
        let done = replicate(&service, requests, (1_000.0, 50_000.0), 40);
        let waits = values(&done, |of| {
            assert_eq!(of.requests.served, of.requests.arrived);
            of.requests.wait_sum as f64 / 1e6 / of.requests.served as f64
        });
        claims.judge_mean(&name, theory, &waits, widest);
    }
    claims.settle();
}

/// Requests of users who think for an exponential time before each.
fn closed(name: &str, users: u32, think_s: f64) -> Requests {
    Requests {
        arrivals: Arrivals::Closed(Closed::new(users, exponential(think_s))),
        ..Requests::poisson(name, 1.0, 1.0)
    }
}

/// Users, mean think time, replicas, requests at once on each, and router overhead, in mean service times.
const CLOSED: [(u32, f64, [u32; 2], f64); 5] = [
    (20, 4.0, [2, 2], 0.0),
    (50, 4.0, [10, 1], 0.0),
    (6, 2.0, [1, 3], 0.0),
    // All are always busy: c in each service time.
    (30, 1.0, [1, 4], 0.0),
    (12, 3.0, [2, 1], 0.5),
];

/// Users and servers at a mean think time of 4, and the throughput and response that `arrivals.rs` has for runs.
const REPAIRED: [(u32, u32, [&str; 2]); 2] = [
    (20, 4, ["3.578388", "1.589109"]),
    (50, 10, ["9.321044", "1.364206"]),
];

/// M/M/c//N: users who wait for their answers, however long it takes. The way to the replica and back is thinking to the
/// replicas (a stage where nobody waits, of which only the mean matters) and response to the users.
#[test]
fn slow_closed_users_of_services_do_as_the_machine_repair_model() {
    const SPAN: (f64, f64) = (1_000.0, 30_000.0);
    let mut claims = Claims::default();
    for (users, servers, stated) in REPAIRED {
        let name = format!("{users} users, {servers} servers");
        let (throughput, response) = machine_repair(users, servers, 4.0);
        as_stated(&name, throughput, stated[0]);
        as_stated(&name, response, stated[1]);
    }
    for (users, think, [replicas, concurrency], overhead) in CLOSED {
        let name =
            format!("{users} users who think {think}, {replicas} x {concurrency}, {overhead}");
        let servers = replicas * concurrency;
        let (throughput, response) = machine_repair(users, servers, think + overhead);
        let service = ServiceSettings {
            concurrency,
            router_overhead: seconds(overhead),
            ..service(ServiceController::fixed(replicas), None)
        };
        let done = replicate(&service, closed(&name, users, think), SPAN, 30);
        let rates = values(&done, |of| {
            assert_eq!(of.requests.served, of.requests.arrived);
            of.requests.arrived as f64 / (SPAN.1 - SPAN.0)
        });
        claims.judge_mean(&format!("{name}, throughput"), throughput, &rates, 0.005);
        let responses = values(&done, |of| {
            of.requests.latency_sum as f64 / 1e6 / of.requests.served as f64
        });
        let expected = response + overhead;
        claims.judge_mean(&format!("{name}, response"), expected, &responses, 0.01);
    }
    claims.settle();
}

/// Who is rejected thinks again: Engset's system.
#[test]
fn slow_closed_users_who_never_wait_are_rejected_as_by_engset() {
    let mut claims = Claims::default();
    for (users, think, replicas, widest) in [(10, 2.0, 3, 0.01), (40, 5.0, 8, 0.01)] {
        let name = format!("{users} users who think {think} and never wait, {replicas} replicas");
        let theory = engset(users, replicas, think);
        let service = service(ServiceController::fixed(replicas), Some(SimDuration::ZERO));
        let done = replicate(&service, closed(&name, users, think), (100.0, 20_000.0), 30);
        claims.judge_mean(&name, theory, &values(&done, blocked), widest);
    }
    claims.settle();
}

/// 20 requests a second of 10 s at a target of 0.7: ceil(200 / 0.7) = 286 replicas (the sizing rule of the documentation).
const SIZED: u32 = 286;

fn aks(scale_down_after_s: u64, window_s: u64) -> ServiceSettings {
    let policy = Utilization::new(UtilizationSettings {
        target: 0.7,
        refresh: SimDuration::from_secs(1),
        counts_waiting: false,
        window: SimDuration::from_secs(window_s),
        scale_down_after: SimDuration::from_secs(scale_down_after_s),
    });
    let controller = ServiceController::scaled([1, 1_000], ReplicaPolicy::Utilization(policy));
    ServiceSettings {
        start: Distribution::constant(SimDuration::from_secs(5)),
        ..service(controller, Some(seconds(0.5)))
    }
}

/// Requests at even distances that all take the same: the number settles, and no replica starts or goes any more.
#[test]
fn even_requests_settle_at_the_sizing_of_aks() {
    let requests = Requests {
        name: "even".to_owned(),
        arrivals: Arrivals::Deterministic(Deterministic::new(seconds(0.05), SimTime::ZERO)),
        time: Distribution::constant(seconds(10.0)),
        cold: None,
    };
    let done = replicate(&aks(60, 0), requests, (600.0, 1_200.0), 1);
    let service = &done[0];
    assert_eq!(service.starts, 0);
    assert_eq!(service.peak_replicas, SIZED);
    let ticks = u128::from(SIZED) * u128::from(seconds(600.0).0);
    assert_eq!(service.within.replica_time.0, ticks, "286 at all times");
    assert_eq!(service.requests.served, service.requests.arrived);
    assert_eq!(
        service.within.execution_time.0,
        200 * u128::from(seconds(600.0).0)
    );
}

/// Mean number of replicas of AKS under Poisson arrivals and exponential service.
fn mean_replicas(scale_down_after_s: u64, window_s: u64) -> Vec<f64> {
    // It begins with one replica, and a load that is averaged over 15 min takes more than an hour to get to all.
    const SPAN: (f64, f64) = (6_000.0, 14_000.0);
    let requests = Requests::poisson("sizing", 20.0, 10.0);
    let service = aks(scale_down_after_s, window_s);
    let done = replicate(&service, requests, SPAN, 30);
    let length = (SPAN.1 - SPAN.0) * 1e6;
    values(&done, |of| of.within.replica_time.0 as f64 / length)
}

/// Without a memory, or with a load that is averaged over 15 min, the mean number is the sizing within 1 %.
#[test]
fn slow_random_requests_average_at_the_sizing_of_aks() {
    for (scale_down_after_s, window_s) in [(0, 0), (60, 900)] {
        let means = mean_replicas(scale_down_after_s, window_s);
        let estimate = stats::estimate(&means, 0.999).expect("there are replications");
        show(&format!(
            "memory {scale_down_after_s} s, window {window_s} s: {estimate:?}"
        ));
        let off = (estimate.mean / f64::from(SIZED) - 1.0).abs();
        assert!(off < 0.01, "{estimate:?}");
        assert!(estimate.half_width.expect("of 30") < 0.005 * f64::from(SIZED));
    }
}

/// The mean of the largest of the last 60 needs, `ceil(N / 0.7)`, each second, of N requests in service where all find a place
/// (M/M/infinity, Poisson with mean 200): a loop of its own, without replicas.
fn largest_need_of_a_minute() -> f64 {
    const SECONDS: usize = 200_000;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut uniform = || random.random::<f64>();
    let (mut present, mut now) = (200.0_f64, 0.0);
    let mut needs = Vec::new();
    while needs.len() < SECONDS {
        let rate = 20.0 + present / 10.0;
        now -= (1.0 - uniform()).ln() / rate;
        while now > needs.len() as f64 {
            needs.push((present / 0.7).ceil());
        }
        present += if uniform() < 20.0 / rate { 1.0 } else { -1.0 };
    }
    let minutes = needs.windows(60);
    let count = minutes.len() as f64;
    let largest = minutes.map(|minute| minute.iter().copied().fold(0.0, f64::max));
    largest.sum::<f64>() / count
}

/// With the default memory of 60 s and the load as it is at each second, the largest of 60 noisy needs counts: more replicas
/// stand than the sizing says, by about the mean of that maximum.
#[test]
fn the_memory_of_aks_keeps_more_than_its_sizing() {
    let means = mean_replicas(60, 0);
    let estimate = stats::estimate(&means, 0.999).expect("there are replications");
    let expected = largest_need_of_a_minute();
    show(&format!(
        "memory 60 s: {estimate:?}, from requests alone {expected:.2}"
    ));
    assert!(
        (estimate.mean / expected - 1.0).abs() < 0.01,
        "{estimate:?} {expected}"
    );
}

/// One replica for each request, idle ones kept for 10 min, exponential times.
fn serverless(name: &str, rate: f64, (warm, cold): (f64, f64), requests: f64) -> [Vec<f64>; 2] {
    let policy = PerRequest::new(SimDuration::ZERO, SimDuration::from_secs(600));
    let controller = ServiceController::scaled([0, 1_000], ReplicaPolicy::PerRequest(policy));
    let span = (20_000.0, 20_000.0 + requests / rate);
    let requests = Requests {
        cold: Some(exponential(cold)),
        ..Requests::poisson(name, rate, warm)
    };
    let service = service(controller, Some(SimDuration::ZERO));
    let done = replicate(&service, requests, span, 30);
    let length = (span.1 - span.0) * 1e6;
    [
        values(&done, |of| of.within.replica_time.0 as f64 / length),
        values(&done, cold_start_share),
    ]
}

/// The model of Mahmoudi and Khazaei, "Performance Modeling of Serverless Computing Platforms" (2020): mean instances and share
/// of cold starts at 0.9 requests a second.
#[test]
fn an_instance_for_each_request_does_as_the_serverless_model() {
    let [instances, cold] = serverless("model", 0.9, (1.991, 2.244), 400_000.0);
    let mean = |values: &[f64]| stats::mean(values).expect("there are replications");
    for (what, values) in [("instances", &instances), ("cold", &cold)] {
        show(&format!("{what}: {:?}", stats::estimate(values, 0.999)));
    }
    assert!(
        (mean(&instances) - 7.697).abs() < 0.03,
        "{}",
        mean(&instances)
    );
    assert!((mean(&cold) - 0.001_34).abs() < 0.000_03, "{}", mean(&cold));
}

/// Requests a second, and what was measured on AWS Lambda (same authors): mean instances and share of cold starts.
const LAMBDA: [(f64, f64, f64); 4] = [
    (0.001_863_1, 0.674, 0.343),
    (0.050_12, 2.114, 0.008_54),
    (0.301_791_3, 4.42, 0.002_94),
    (0.902_459_4, 7.87, 0.001_51),
];

#[test]
fn an_instance_for_each_request_does_as_measured_on_aws_lambda() {
    let (mut off_instances, mut off_cold) = (0.0, 0.0);
    for (rate, measured_instances, measured_cold) in LAMBDA {
        let requests = if rate < 0.01 { 20_000.0 } else { 100_000.0 };
        let name = format!("lambda at {rate}");
        let [instances, cold] = serverless(&name, rate, (1.981_34, 2.303_74), requests);
        let off = |values: &[f64], measured: f64| {
            let mean = stats::mean(values).expect("there are replications");
            show(&format!("{name}: {mean:.5}, measured {measured}"));
            (mean / measured - 1.0).abs() / LAMBDA.len() as f64
        };
        off_instances += off(&instances, measured_instances);
        off_cold += off(&cold, measured_cold);
    }
    show(&format!(
        "off by {off_instances:.4} and {off_cold:.4} in the mean"
    ));
    assert!(off_instances <= 0.04, "{off_instances}");
    assert!(off_cold <= 0.14, "{off_cold}");
}
