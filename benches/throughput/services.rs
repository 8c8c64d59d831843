//! W5: requests to a service under the utilization controller of AKS, 10 replicas at most, load 0.7.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use autoscale_simulator::autoscale::{ReplicaPolicy, Utilization, UtilizationSettings};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::results::{ServiceStatistics, Window};
use autoscale_simulator::serving::settings::{
    Machines, RequestSettings, ServiceController, ServiceSettings,
};
use autoscale_simulator::serving::{Services, simulate};
use autoscale_simulator::spans::Cuts;
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::Arrivals;
use autoscale_simulator::workload::poisson::Poisson;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::draws::exponential;
use super::{ROUNDS, median};

/// Requests a second: 70 % of what ten replicas of 0.1 s can do.
const RATE: f64 = 70.0;

fn service(min_replicas: u32) -> ServiceSettings {
    let policy = Utilization::new(UtilizationSettings {
        target: 0.7,
        refresh: SimDuration::from_secs(1),
        counts_waiting: false,
        window: SimDuration::ZERO,
        scale_down_after: SimDuration::from_secs(60),
    });
    let policy = ReplicaPolicy::Utilization(policy);
    ServiceSettings {
        name: "service".to_owned(),
        controller: ServiceController::scaled([min_replicas, 10], policy),
        concurrency: 1,
        start: Distribution::constant(SimDuration::from_secs(5)),
        queue_timeout: Some(SimDuration(500_000)),
        queue_limit: None,
        timeout: Some(SimDuration::from_secs(60)),
        router_overhead: SimDuration(3_000),
        slo: None,
        machines: Machines::None,
        machine_vcpus: 0,
        keep_usage: false,
        execution_billing: None,
    }
}

fn run(service: &ServiceSettings, requests: u32) -> ServiceStatistics {
    let mean = SimDuration::from_secs_rounded(0.1);
    let workload = RequestSettings {
        name: "requests".to_owned(),
        service: 0,
        arrivals: Arrivals::Poisson(Poisson::new(RATE)),
        service_time: Distribution::exponential(mean).expect("the mean is above 0"),
        cold_service_time: None,
    };
    let horizon = SimDuration::from_secs_rounded(f64::from(requests) / RATE);
    let services = Services {
        services: std::slice::from_ref(service),
        requests: std::slice::from_ref(&workload),
        streams: Streams::new(1, 0),
        cuts: &Cuts {
            window: Window {
                warmup: SimTime::ZERO,
                horizon: SimTime::ZERO + horizon,
            },
            periods: None,
        },
        cut: false,
        keep_timeline: false,
    };
    let done = simulate(services, 0, &|| true).expect("nobody interrupts");
    *done.0.service.expect("it is a service")
}

/// The same as a loop that does nothing else, on `replicas` that are always there: a request that finds none free waits for half
/// a second at most. The mean wait in seconds.
fn lean(requests: u32, replicas: usize, rate: f64, seed: u64) -> f64 {
    const PATIENCE: u64 = 500_000;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut free: BinaryHeap<Reverse<u64>> = (0..replicas).map(|_| Reverse(0)).collect();
    let (mut now, mut waits, mut served) = (0, 0, 0_u32);
    for _ in 0..requests {
        now += exponential(&mut random, 1.0 / rate);
        let service = exponential(&mut random, 0.1);
        let mut first = free.peek_mut().expect("there are replicas");
        let start = first.0.max(now);
        if start - now > PATIENCE {
            continue;
        }
        waits += start - now;
        served += 1;
        *first = Reverse(start + service);
    }
    waits as f64 / 1e6 / f64::from(served)
}

/// Prints the speed of each form of W5.
pub(crate) fn measure(requests: u32) {
    for min_replicas in [10, 1] {
        let service = service(min_replicas);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let (mut answer, mut plain) = (ServiceStatistics::default(), 0.0);
        for _ in 0..ROUNDS {
            let start = Instant::now();
            answer = std::hint::black_box(run(&service, requests));
            ours.push(start.elapsed().as_secs_f64());
            let start = Instant::now();
            plain = std::hint::black_box(lean(requests, 10, RATE, 1));
            theirs.push(start.elapsed().as_secs_f64());
        }
        let ratios = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs);
        let ratio = median(ratios.collect());
        let (ours, theirs) = (median(ours), median(theirs));
        let requests = f64::from(requests);
        println!(
            "W5, from {min_replicas:2} of 10 {:6.2} M requests/s  {:5.0} ns each   lean {:6.2} M requests/s   ratio {ratio:.2}",
            requests / ours / 1e6,
            ours / requests * 1e9,
            requests / theirs / 1e6,
        );
        let served = answer.requests.served as f64;
        println!(
            "{:16} wait {:.5} s, rejected {:.5}, starts {}; lean, ten at all times: wait {:.5} s",
            "",
            answer.requests.wait_sum as f64 / 1e6 / served,
            answer.requests.rejected as f64 / answer.requests.arrived as f64,
            answer.starts,
            plain
        );
    }
}
