//! Random services: the engine against the slow implementation.

use std::sync::Arc;

use autoscale_simulator::autoscale::{KubernetesSettings, Ratio};
use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{End, WorldSettings};
use autoscale_simulator::results::{NodeTimes, ServiceUse, TargetResult};
use autoscale_simulator::serving::settings::{
    ExecutionBilling, Machines, Metric, NodeAutoscaler, PerRequest, Profile, RequestSettings, Rule,
    RulesSettings, ServiceController, ServiceSettings, ServingNodes, TargetUtilization,
};
use autoscale_simulator::serving::{Services, simulate};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, Draw};

use crate::periods;
use crate::reference_targets::{service, serving};
use crate::support::{below, constant, pick};

/// The grid of times: 50 ms.
const STEP: u64 = 50_000;
/// Steps in a second.
const PER_SECOND: u64 = 20;

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap()
}

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

/// The draws that a world may use.
fn draws(of: &Distribution, streams: Streams, purpose: &'static str) -> Vec<u64> {
    if let Some(constant) = of.as_constant() {
        return vec![constant.0];
    }
    let mut draw = Draw::new(of, streams, Purpose(purpose), "service");
    (0..10_000).map(|_| draw.draw().0).collect()
}

/// The kinds of service that worlds are made of.
#[derive(Clone, Copy, Debug)]
enum Sort {
    Fixed,
    Utilization,
    OnNodes,
    PerRequest,
    Rules,
}

fn random_utilization(stream: &mut Stream) -> TargetUtilization {
    let min = 1 + below(stream, 3);
    TargetUtilization {
        target: pick(stream, &[0.7, 0.7, 0.5, 1.0, 0.3]),
        min_replicas: narrow(min),
        max_replicas: narrow(min + below(stream, 10)),
        refresh: steps(stream, &[10, 20, 20, 100]),
        counts_waiting: below(stream, 2) == 0,
        window: steps(stream, &[0, 0, 0, 50, 200]),
        scale_down_after: seconds(stream, &[0, 2, 10, 60]),
    }
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

fn random_rules(stream: &mut Stream) -> RulesSettings {
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
    RulesSettings {
        min_instances: narrow(min),
        max_instances: narrow(max),
        evaluation_interval: seconds(stream, &[5, 10, 60]),
        rules,
        profile,
    }
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

fn random_service(stream: &mut Stream, sort: Sort) -> ServiceSettings {
    let mut machines = Machines::None;
    let controller = match sort {
        Sort::Fixed => {
            let replicas = 1 + below(stream, 4);
            if below(stream, 2) == 0 {
                machines = Machines::Always(narrow(1 + below(stream, 2)));
            }
            ServiceController::Fixed(narrow(replicas))
        }
        Sort::Utilization => ServiceController::TargetUtilization(random_utilization(stream)),
        Sort::OnNodes => {
            let settings = random_utilization(stream);
            machines = Machines::Nodes(random_nodes(stream, settings.min_replicas.into()));
            ServiceController::TargetUtilization(settings)
        }
        Sort::PerRequest => {
            if below(stream, 2) == 0 {
                machines = Machines::EachReplica;
            }
            let max = pick(stream, &[1, 2, 5, 200]);
            ServiceController::PerRequest(PerRequest {
                max_instances: narrow(max),
                always_ready: narrow(pick(stream, &[0, 0, 1, 2]).min(max)),
                new_instance_interval: steps(stream, &[0, 10, 20, 20]),
                idle_expiry: steps(stream, &[0, 20, 100, 400]),
            })
        }
        Sort::Rules => {
            machines = Machines::EachReplica;
            ServiceController::Rules(random_rules(stream))
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

fn random_requests(stream: &mut Stream, position: u64) -> RequestSettings {
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

fn rows(requests: &RequestSettings) -> Vec<TraceRow> {
    let Arrivals::Trace(trace) = &requests.arrivals else {
        unreachable!("worlds are made of traces")
    };
    trace.rows().to_vec()
}

fn random_world(stream: &mut Stream, sort: Sort) -> WorldSettings {
    let service = random_service(stream, sort);
    let requests: Vec<RequestSettings> = (0..=below(stream, 2))
        .map(|position| random_requests(stream, position))
        .collect();
    let last = requests.iter().flat_map(rows).map(|row| row.at.0).max();
    let last = last.unwrap();
    let horizon = 1 + pick(stream, &[last, last + 40_000_000, last - last / 4]);
    WorldSettings {
        horizon: SimTime(horizon),
        warmup: SimTime(pick(stream, &[0, 0, horizon / 5])),
        end: pick(stream, &[End::Drain, End::Drain, End::Drain, End::Cut]),
        charge_periods: None,
        environments: Vec::new(),
        targets: Vec::new(),
        workloads: Vec::new(),
        quotas: Vec::new(),
        services: vec![service],
        requests,
    }
}

fn to_rules(rules: &RulesSettings, until: u64) -> serving::Controller {
    let rule = |rule: &Rule| serving::Rule {
        metric: match rule.metric {
            Metric::Cpu => serving::Metric::Cpu,
            Metric::Latency => serving::Metric::Latency,
            Metric::RequestsPerInstance => serving::Metric::Requests,
        },
        window: rule.window.0,
        above: rule.is_above,
        threshold: rule.threshold.parts(),
        change: rule.change.into(),
        cooldown: rule.cooldown.0,
    };
    let profile = rules.profile.as_ref().map(|profile| {
        let mut changes = Vec::new();
        let mut at = SimTime::ZERO;
        while let Some(next) = profile
            .windows
            .next_change(at)
            .filter(|next| next.0 < until)
        {
            changes.push((next.0, profile.windows.is_open(next)));
            at = next;
        }
        serving::Profile {
            changes,
            initially: profile.windows.is_open(SimTime::ZERO),
            instances: profile.instances.into(),
        }
    });
    serving::Controller::Rules {
        min: rules.min_instances.into(),
        max: rules.max_instances.into(),
        interval: rules.evaluation_interval.0,
        rules: rules.rules.iter().map(rule).collect(),
        profile,
    }
}

fn to_controller(controller: &ServiceController, until: u64) -> serving::Controller {
    match controller {
        ServiceController::Fixed(replicas) => serving::Controller::Fixed((*replicas).into()),
        ServiceController::TargetUtilization(settings) => serving::Controller::Utilization {
            // In thousandths, as there are a thousand ticks in a millisecond.
            target: SimDuration::from_secs_rounded(settings.target / 1_000.0).0,
            min: settings.min_replicas.into(),
            max: settings.max_replicas.into(),
            refresh: settings.refresh.0,
            counts_waiting: settings.counts_waiting,
            window: settings.window.0,
            down_after: settings.scale_down_after.0,
        },
        ServiceController::PerRequest(settings) => serving::Controller::PerRequest {
            max: settings.max_instances.into(),
            always_ready: settings.always_ready.into(),
            interval: settings.new_instance_interval.0,
            expiry: settings.idle_expiry.0,
        },
        ServiceController::Rules(rules) => to_rules(rules, until),
    }
}

fn to_machines(machines: &Machines, streams: Streams) -> serving::Machines {
    match machines {
        Machines::None => serving::Machines::None,
        Machines::EachReplica => serving::Machines::EachReplica,
        Machines::Always(machines) => serving::Machines::Always((*machines).into()),
        Machines::Nodes(nodes) => serving::Machines::Nodes(serving::Nodes {
            fit: nodes.replicas_per_node.into(),
            fit_beside_front_end: nodes.replicas_beside_front_end.into(),
            front_ends: nodes.front_ends.into(),
            min: nodes.min_nodes.into(),
            max: nodes.max_nodes.into(),
            autoscaler: nodes.autoscaler.as_ref().map(|given| serving::Autoscaler {
                scan: given.scan.0,
                boots: draws(&given.boot, streams, "node boot"),
                unneeded_after: given.rules.unneeded_after.0,
                delay_after_add: given.rules.delay_after_add.0,
                bulk: given.rules.max_empty_bulk_delete.into(),
            }),
        }),
    }
}

fn to_reference(settings: &WorldSettings, streams: Streams) -> serving::Input {
    let given = &settings.services[0];
    let mut requests = Vec::new();
    for (workload, of) in settings.requests.iter().enumerate() {
        let cold = of.cold_service_time.as_ref();
        let cold = cold.map(|time| time.as_constant().unwrap().0);
        for (position, row) in rows(of).iter().enumerate() {
            requests.push(serving::Request {
                workload,
                position,
                at: row.at.0,
                service: row.duration.0,
                cold_service: cold.unwrap_or(row.duration.0),
            });
        }
    }
    serving::Input {
        controller: to_controller(&given.controller, settings.horizon.0 + 10_000_000_000),
        concurrency: given.concurrency.into(),
        starts: draws(&given.start, streams, "replica start"),
        queue_timeout: given.queue_timeout.map(|most| most.0),
        queue_limit: given.queue_limit.map(u64::from),
        timeout: given.timeout.map(|most| most.0),
        router_overhead: given.router_overhead.0,
        slo: given.slo.map(|slo| slo.0),
        machines: to_machines(&given.machines, streams),
        execution_billing: given
            .execution_billing
            .map(|billing| (billing.granularity.0, billing.minimum.0)),
        requests,
        horizon: settings.horizon.0,
        warmup: settings.warmup.0,
        cut: settings.end == End::Cut,
    }
}

fn ticks(time: NodeTime) -> u64 {
    u64::try_from(time.0).unwrap()
}

fn to_part(of: &ServiceUse, times: &NodeTimes) -> serving::Part {
    serving::Part {
        replica_time: ticks(of.replica_time),
        execution_time: ticks(of.execution_time),
        executions: of.executions,
        execution_rounding: ticks(of.execution_rounding),
        boot: ticks(times.boot),
        run: ticks(times.run),
        idle: ticks(times.idle_before_scale_down),
    }
}

fn to_output(result: &TargetResult) -> serving::Output {
    let statistics = result.service.as_ref().unwrap();
    let requests = &statistics.requests;
    let narrow = |sum: u128| u64::try_from(sum).unwrap();
    serving::Output {
        arrived: requests.arrived,
        served: requests.served,
        rejected: requests.rejected,
        timed_out: requests.timed_out,
        unfinished: requests.unfinished,
        cold: requests.cold,
        within_slo: requests.within_slo,
        latency_sum: narrow(requests.latency_sum),
        wait_sum: narrow(requests.wait_sum),
        longest: requests.latency_quantiles.map_or(0, |of| of.max.0),
        replica_time: ticks(statistics.within.replica_time),
        busy_time: ticks(statistics.within.execution_time),
        node_time: ticks(statistics.node_time),
        peak_replicas: statistics.peak_replicas.into(),
        starts: statistics.starts,
        end: result.end.0,
        parts: [
            to_part(&statistics.within, &result.within),
            to_part(&statistics.drain, &result.drain),
        ],
    }
}

/// Compares one world; gives its requests.
fn compare(settings: &WorldSettings, streams: Streams, case: &str) -> u64 {
    let theirs = service::simulate(&to_reference(settings, streams));
    let looks = std::cell::Cell::new(0);
    let go_on = || {
        looks.set(looks.get() + 1);
        looks.get() < 2_000
    };
    let services = Services {
        services: &settings.services,
        requests: &settings.requests,
        streams,
        cuts: &settings.cuts(),
        cut: settings.end == End::Cut,
        keep_timeline: false,
    };
    let (result, _) = simulate(services, 0, &go_on)
        .unwrap_or_else(|halt| panic!("{case}: the simulation does not end: {halt}"));
    let ours = to_output(&result);
    let lines = |of: &serving::Output| format!("{of:#?}");
    let (left, right) = (lines(&ours), lines(&theirs));
    let differ = left.lines().zip(right.lines()).filter(|(a, b)| a != b);
    let differ: Vec<_> = differ.collect();
    assert!(
        differ.is_empty(),
        "{case}: {differ:#?} in {:#?}",
        settings.services[0]
    );
    theirs.arrived
}

fn compare_many(cases: u64, name: &str, sort: Sort) {
    let mut requests = 0;
    for case in 0..cases {
        let streams = Streams::new(2_027, case);
        let mut stream = streams.open(Purpose("case"), name);
        let settings = random_world(&mut stream, sort);
        requests += compare(&settings, streams, &format!("{name}, case {case}"));
    }
    assert!(requests > 0);
}

/// What must hold of any service, asked of the slow implementation.
#[test]
fn the_slow_services_conserve() {
    for case in 0..150 {
        for sort in [
            Sort::Fixed,
            Sort::Utilization,
            Sort::OnNodes,
            Sort::PerRequest,
            Sort::Rules,
        ] {
            let streams = Streams::new(1, case);
            let settings = random_world(&mut streams.open(Purpose("case"), "slow"), sort);
            let input = to_reference(&settings, streams);
            let out = service::simulate(&input);
            let ended = out.served + out.rejected + out.timed_out;
            assert_eq!(out.arrived, ended + out.unfinished, "{sort:?}, case {case}");
            assert!(input.cut || out.unfinished == 0, "{sort:?}, case {case}");
            assert!(out.within_slo <= out.served && out.wait_sum <= out.latency_sum);
            let [within, _] = out.parts;
            assert_eq!(out.busy_time, within.execution_time);
            assert!(out.busy_time <= out.replica_time * input.concurrency);
        }
    }
}

#[test]
fn charge_periods_of_services_hold_what_later_warmups_leave_out() {
    for case in 0..80 {
        for sort in [
            Sort::Fixed,
            Sort::Utilization,
            Sort::OnNodes,
            Sort::PerRequest,
            Sort::Rules,
        ] {
            let streams = Streams::new(3, case);
            let settings = random_world(&mut streams.open(Purpose("case"), "periods"), sort);
            periods::check(&settings, streams, &format!("{sort:?}, case {case}"));
        }
    }
}

#[test]
fn fixed_services_agree() {
    compare_many(1_000, "fixed", Sort::Fixed);
}

#[test]
fn services_by_utilization_agree() {
    compare_many(1_200, "utilization", Sort::Utilization);
    compare_many(1_500, "nodes", Sort::OnNodes);
}

#[test]
fn services_by_request_agree() {
    compare_many(2_000, "per request", Sort::PerRequest);
}

#[test]
fn services_by_rules_agree() {
    compare_many(1_500, "rules", Sort::Rules);
}
