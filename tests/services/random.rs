//! Random services and requests, by a seed.

use autoscale_simulator::autoscale::{
    KubernetesSettings, Metric, PerRequest, Ratio, Rule, TargetUtilization,
};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::results::Window;
use autoscale_simulator::serving::settings::{
    Machines, NodeAutoscaler, RulesSettings, ServiceController, ServiceSettings, ServingNodes,
};
use autoscale_simulator::units::SimDuration;
use rand::RngExt;

use super::{Case, at, constant, ms, service, trace};

fn below(stream: &mut Stream, bound: u64) -> u64 {
    stream.random_range(0..bound)
}

fn pick<T: Copy>(stream: &mut Stream, choices: &[T]) -> T {
    choices[stream.random_range(0..choices.len())]
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap()
}

fn maybe<T>(stream: &mut Stream, value: T) -> Option<T> {
    (below(stream, 2) == 0).then_some(value)
}

/// A service of any kind with up to a few hundred requests; times in steps of 100 ms, so that many events share an instant.
pub(crate) fn case(seed: u64) -> Case {
    let stream = &mut Streams::new(seed, 0).open(Purpose("case"), "services");
    let settings = random_service(stream);
    let count = 50 + below(stream, 300);
    let (gap, length) = (pick(stream, &[3, 10, 40]), pick(stream, &[2, 10, 30]));
    let workloads = 1 + below(stream, 2);
    let mut last = 0;
    let mut requests = Vec::new();
    for workload in 0..workloads {
        let mut now = 0;
        let rows: Vec<(u64, u64)> = (0..count)
            .map(|_| {
                now += below(stream, gap) * 100;
                (now, below(stream, length) * 100)
            })
            .collect();
        last = last.max(now);
        let mut settings = trace(&rows);
        settings.name = format!("requests {workload}");
        let cold = below(stream, 30) * 100;
        settings.cold_service_time = maybe(stream, constant(cold));
        requests.push(settings);
    }
    let horizon = pick(stream, &[last + 1, last + 100_000, last - last / 4 + 1]);
    let warmup = pick(stream, &[0, 0, horizon / 5]);
    Case {
        service: settings,
        requests,
        window: Window {
            warmup: at(warmup),
            horizon: at(horizon),
        },
        cut: below(stream, 3) == 0,
    }
}

fn random_service(stream: &mut Stream) -> ServiceSettings {
    let controller = match below(stream, 4) {
        0 => ServiceController::Fixed(small(1 + below(stream, 4))),
        1 => ServiceController::TargetUtilization(random_utilization(stream)),
        2 => ServiceController::PerRequest(PerRequest {
            max_instances: small(1 + below(stream, 8)),
            always_ready: small(below(stream, 2)),
            new_instance_interval: ms(pick(stream, &[0, 500, 1_000])),
            idle_expiry: ms(pick(stream, &[0, 300, 5_000])),
        }),
        _ => ServiceController::Rules(random_rules(stream)),
    };
    let start = pick(stream, &[0, 100, 2_000]);
    let (timeout, limit) = (ms(1 + below(stream, 20) * 100), small(below(stream, 10)));
    let queue_timeout = ms(pick(stream, &[0, 200, 500, 3_000]));
    let machines = match (&controller, below(stream, 3)) {
        (ServiceController::Fixed(_), 0) => Machines::Always(1),
        (ServiceController::PerRequest(_), _) | (_, 0) => Machines::EachReplica,
        (_, 1) => Machines::None,
        _ => Machines::Nodes(random_nodes(stream)),
    };
    ServiceSettings {
        concurrency: pick(stream, &[1, 1, 3]),
        start: if below(stream, 2) == 0 {
            constant(start)
        } else {
            Distribution::uniform(SimDuration::ZERO, ms(start)).unwrap()
        },
        queue_timeout: maybe(stream, queue_timeout),
        queue_limit: maybe(stream, limit),
        timeout: maybe(stream, timeout),
        router_overhead: ms(pick(stream, &[0, 3])),
        slo: maybe(stream, ms(1_000)),
        machines,
        keep_usage: true,
        execution_billing: None,
        ..service(controller)
    }
}

fn random_utilization(stream: &mut Stream) -> TargetUtilization {
    let min_replicas = small(1 + below(stream, 3));
    TargetUtilization {
        target: pick(stream, &[0.3, 0.7, 1.0]),
        min_replicas,
        max_replicas: min_replicas + small(below(stream, 8)),
        refresh: ms(pick(stream, &[1_000, 700])),
        counts_waiting: below(stream, 2) == 0,
        window: ms(pick(stream, &[0, 0, 3_000, 2_500])),
        scale_down_after: ms(pick(stream, &[0, 1_000, 6_000])),
    }
}

fn random_rules(stream: &mut Stream) -> RulesSettings {
    let min_instances = small(1 + below(stream, 2));
    let count = 1 + below(stream, 4);
    let rules: Vec<Rule> = (0..count)
        .map(|_| {
            let is_above = below(stream, 2) == 0;
            let size = i32::try_from(1 + below(stream, 3)).unwrap();
            let metric = pick(
                stream,
                &[Metric::Cpu, Metric::Latency, Metric::RequestsPerInstance],
            );
            Rule {
                metric,
                window: ms(pick(stream, &[2_000, 5_000, 1_300])),
                is_above,
                threshold: Ratio::new(pick(stream, &[2, 5, 15]), 10),
                change: if is_above { size } else { -size },
                cooldown: ms(pick(stream, &[0, 3_000])),
            }
        })
        .collect();
    RulesSettings {
        min_instances,
        max_instances: min_instances + small(below(stream, 5)),
        evaluation_interval: ms(pick(stream, &[1_000, 2_500])),
        rules,
        profile: None,
    }
}

fn random_nodes(stream: &mut Stream) -> ServingNodes {
    let replicas_per_node = small(2 + below(stream, 3));
    let front_ends = small(below(stream, 3));
    let min_nodes = front_ends.max(1);
    let scales = below(stream, 3) > 0;
    let seconds = |seconds| SimDuration::from_secs(seconds);
    ServingNodes {
        replicas_per_node,
        replicas_beside_front_end: replicas_per_node - 1,
        front_ends,
        min_nodes,
        max_nodes: min_nodes + if scales { 3 } else { 0 },
        autoscaler: scales.then(|| NodeAutoscaler {
            scan: seconds(2),
            boot: constant(pick(stream, &[0, 3_000])),
            rules: KubernetesSettings {
                unneeded_after: seconds(5),
                delay_after_add: seconds(5),
                max_empty_bulk_delete: 10,
            },
        }),
    }
}
