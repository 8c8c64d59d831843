//! Services: how the reference has them, and random ones.

use autoscale_simulator::autoscale::{Metric, ReplicaPolicy, Rule, Rules};
use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::model::settings::{End, WorldSettings};
use autoscale_simulator::results::{NodeTimes, ServiceUse, TargetResult};
use autoscale_simulator::serving::settings::{Machines, RequestSettings, ServiceController};
use autoscale_simulator::serving::{Services, simulate};
use autoscale_simulator::units::SimDuration;
use autoscale_simulator::workload::Arrivals;

use crate::compare::{compare, not_endless, ticks};
use crate::convert::{changes, draws};
use crate::periods;
use crate::reference::{service, serving};
use crate::support::services::{CLIENT, ServiceSort, closed_world, rows, service_world};

/// Draws of each kind that a service may use.
const DRAWS: usize = 10_000;

fn to_rules(rules: &Rules, [min, max]: [u64; 2], until: u64) -> serving::Controller {
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
        let (changes, initially) = changes(&profile.windows, until);
        serving::Profile {
            changes,
            initially,
            instances: profile.instances.into(),
        }
    });
    serving::Controller::Rules {
        min,
        max,
        interval: rules.evaluation_interval.0,
        rules: rules.rules.iter().map(rule).collect(),
        profile,
    }
}

fn to_controller(controller: &ServiceController, until: u64) -> serving::Controller {
    let [min, max] = [controller.min_replicas, controller.max_replicas].map(u64::from);
    match &controller.policy {
        None => serving::Controller::Fixed(max),
        Some(ReplicaPolicy::Utilization(policy)) => serving::Controller::Utilization {
            // In thousandths, as there are a thousand ticks in a millisecond.
            target: SimDuration::from_secs_rounded(policy.settings.target / 1_000.0).0,
            min,
            max,
            refresh: policy.settings.refresh.0,
            counts_waiting: policy.settings.counts_waiting,
            window: policy.settings.window.0,
            down_after: policy.settings.scale_down_after.0,
        },
        Some(ReplicaPolicy::PerRequest(policy)) => serving::Controller::PerRequest {
            max,
            always_ready: min,
            interval: policy.new_instance_interval.0,
            expiry: policy.idle_expiry.0,
        },
        Some(ReplicaPolicy::Rules(policy)) => to_rules(policy, [min, max], until),
    }
}

fn to_machines(machines: &Machines, streams: Streams, owner: &str) -> serving::Machines {
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
                boots: draws(&given.boot, streams, ("node boot", owner), DRAWS),
                unneeded_after: given.rules.unneeded_after.0,
                delay_after_add: given.rules.delay_after_add.0,
                bulk: given.rules.max_empty_bulk_delete.into(),
            }),
        }),
    }
}

/// The services of a world with their requests.
pub(crate) fn to_reference(settings: &WorldSettings, streams: Streams) -> Vec<serving::Input> {
    let one = |position| to_service(settings, streams, position);
    (0..settings.services.len()).map(one).collect()
}

fn to_service(settings: &WorldSettings, streams: Streams, position: usize) -> serving::Input {
    let given = &settings.services[position];
    let (mut requests, mut users, mut clients) = (Vec::new(), Vec::new(), Vec::new());
    let own = |of: &&RequestSettings| of.service == position;
    for (workload, of) in settings.requests.iter().filter(own).enumerate() {
        let cold = of.cold_service_time.as_ref();
        let cold = cold.map(|time| time.as_constant().unwrap().0);
        let services = draws(&of.service_time, streams, ("service time", &of.name), DRAWS);
        if let Some(closed) = of.arrivals.closed() {
            let purpose = ("request arrivals", of.name.as_str());
            users.push(serving::Users {
                workload,
                count: closed.users().try_into().unwrap(),
                thinks: draws(closed.think(), streams, purpose, DRAWS),
                services,
                cold_service: cold,
            });
            continue;
        }
        if let Arrivals::FanOut(_) = of.arrivals {
            clients.push(serving::Client {
                workload,
                at: CLIENT.at,
                children: CLIENT.children.try_into().unwrap(),
                at_once: CLIENT.at_once.try_into().unwrap(),
                services,
                cold_service: cold,
            });
            continue;
        }
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
        starts: draws(&given.start, streams, ("replica start", &given.name), DRAWS),
        queue_timeout: given.queue_timeout.map(|most| most.0),
        queue_limit: given.queue_limit.map(u64::from),
        timeout: given.timeout.map(|most| most.0),
        router_overhead: given.router_overhead.0,
        slo: given.slo.map(|slo| slo.0),
        machines: to_machines(&given.machines, streams, &given.name),
        execution_billing: given
            .execution_billing
            .map(|billing| (billing.granularity.0, billing.minimum.0)),
        requests,
        users,
        clients,
        horizon: settings.horizon.0,
        warmup: settings.warmup.0,
        cut: settings.end == End::Cut,
    }
}

fn to_part(of: &ServiceUse, times: &NodeTimes) -> serving::Part {
    serving::Part {
        replica_time: ticks(of.replica_time),
        execution_time: ticks(of.execution_time),
        executions: of.executions,
        execution_rounding: ticks(of.execution_rounding),
        boot: ticks(times.boot),
        run: ticks(times.run),
        idle: ticks(times.idle_unused_capacity),
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

/// Compares the services of a world.
pub(crate) fn assert_same(
    settings: &WorldSettings,
    streams: Streams,
    theirs: &[serving::Output],
    case: &str,
) {
    for (position, theirs) in theirs.iter().enumerate() {
        let services = Services {
            services: &settings.services,
            requests: &settings.requests,
            streams,
            cuts: &settings.cuts(),
            cut: settings.end == End::Cut,
            keep_timeline: false,
        };
        let (result, _) = simulate(services, position, &not_endless())
            .unwrap_or_else(|halt| panic!("{case}: the simulation does not end: {halt}"));
        let service = &settings.services[position];
        assert_eq!(&to_output(&result), theirs, "{case}: {service:#?}");
    }
}

fn compare_many(cases: u64, name: &str, sort: ServiceSort) {
    let mut requests = 0;
    for case in 0..cases {
        let streams = Streams::new(2_027, case);
        let mut stream = streams.open(Purpose("case"), name);
        let settings = service_world(&mut stream, sort);
        let (_, out) = compare(&settings, streams, &format!("{name}, case {case}")).unwrap();
        requests += out.services[0].arrived;
    }
    assert!(requests > 0);
}

/// What must hold of any service, asked of the reference.
#[test]
fn services_of_the_reference_conserve() {
    for case in 0..150 {
        for sort in ServiceSort::ALL {
            let streams = Streams::new(1, case);
            let settings = service_world(&mut streams.open(Purpose("case"), "slow"), sort);
            let input = to_service(&settings, streams, 0);
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
        for sort in ServiceSort::ALL {
            let streams = Streams::new(3, case);
            let settings = service_world(&mut streams.open(Purpose("case"), "periods"), sort);
            periods::check(&settings, streams, &format!("{sort:?}, case {case}"));
        }
    }
}

/// Closed users and clients beside requests that come by themselves, at services of every kind.
#[test]
fn services_of_closed_users_agree() {
    let (mut rejected, mut timed_out, mut cold, mut clients) = (0, 0, 0, 0);
    for case in 0..300 {
        for sort in ServiceSort::ALL {
            let streams = Streams::new(2_028, case);
            let mut stream = streams.open(Purpose("case"), "closed");
            let settings = closed_world(&mut stream, sort);
            let name = format!("closed, {sort:?}, case {case}");
            let (_, out) = compare(&settings, streams, &name).unwrap();
            rejected += out.services[0].rejected;
            timed_out += out.services[0].timed_out;
            cold += out.services[0].cold;
            clients += to_service(&settings, streams, 0).clients.len();
        }
    }
    assert!(rejected > 1_000 && timed_out > 1_000 && cold > 1_000 && clients > 500);
}

#[test]
fn fixed_services_agree() {
    compare_many(1_000, "fixed", ServiceSort::Fixed);
}

#[test]
fn services_by_utilization_agree() {
    compare_many(1_200, "utilization", ServiceSort::Utilization);
    compare_many(1_500, "nodes", ServiceSort::OnNodes);
}

#[test]
fn services_by_request_agree() {
    compare_many(2_000, "per request", ServiceSort::PerRequest);
}

#[test]
fn services_by_rules_agree() {
    compare_many(1_500, "rules", ServiceSort::Rules);
}
