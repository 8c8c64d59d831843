//! Services: cases worked out by hand, and what holds for every random service whatever it is made of.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

mod by_hand;
mod ends;
mod properties;
#[path = "../support/mod.rs"]
mod support;

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::Halt;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::results::{ServiceStatistics, TargetResult, Timeline, Window};
use autoscale_simulator::serving::settings::{
    Machines, RequestSettings, ServiceController, ServiceSettings,
};
use autoscale_simulator::serving::{Services, simulate};
use autoscale_simulator::spans::Cuts;
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::Arrivals;
use autoscale_simulator::workload::trace::{Trace, TraceRow};

/// So many milliseconds.
fn ms(count: u64) -> SimDuration {
    SimDuration(count * 1_000)
}

/// So many milliseconds after the start.
fn at(count: u64) -> SimTime {
    SimTime::ZERO + ms(count)
}

fn constant(millis: u64) -> Distribution {
    Distribution::constant(ms(millis))
}

/// A service without limits or overhead, replicas of one request each that start in 2 s, and no machines.
fn service(controller: ServiceController) -> ServiceSettings {
    ServiceSettings {
        name: "service".to_owned(),
        controller,
        concurrency: 1,
        start: constant(2_000),
        queue_timeout: None,
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

/// Requests that arrive and take so many milliseconds.
fn trace(rows: &[(u64, u64)]) -> RequestSettings {
    let row = |(arrival, duration): &(u64, u64)| TraceRow {
        estimate: None,
        at: at(*arrival),
        duration: ms(*duration),
        nodes: None,
        priority: None,
        environment: None,
    };
    RequestSettings {
        name: "requests".to_owned(),
        service: 0,
        arrivals: Arrivals::Trace(Trace::new(rows.iter().map(row).collect())),
        service_time: constant(0),
        cold_service_time: None,
    }
}

/// A service, its requests and how it is simulated.
struct Case {
    service: ServiceSettings,
    requests: Vec<RequestSettings>,
    window: Window,
    cut: bool,
}

impl Case {
    /// Simulated to the end, over all requests that arrive before the horizon, in milliseconds.
    fn new(service: ServiceSettings, rows: &[(u64, u64)], horizon: u64) -> Self {
        Self {
            service,
            requests: vec![trace(rows)],
            window: Window {
                warmup: SimTime::ZERO,
                horizon: at(horizon),
            },
            cut: false,
        }
    }

    fn run(&self, seed: u64) -> (TargetResult, Timeline) {
        let (result, timeline) = self.outcome(seed).unwrap();
        (result, timeline.unwrap())
    }

    /// The same, or why it has no end.
    fn outcome(&self, seed: u64) -> Result<(TargetResult, Option<Timeline>), Halt> {
        let services = Services {
            services: std::slice::from_ref(&self.service),
            requests: &self.requests,
            streams: Streams::new(seed, 0),
            cuts: &Cuts {
                window: self.window,
                periods: None,
            },
            cut: self.cut,
            keep_timeline: true,
        };
        simulate(services, 0, &|| true)
    }
}

fn of(result: &TargetResult) -> &ServiceStatistics {
    result.service.as_deref().unwrap()
}
