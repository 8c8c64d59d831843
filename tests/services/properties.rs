//! What holds for every service: requests end in one way, limits hold, time and use add up, a seed says it all.

use autoscale_simulator::autoscale::ReplicaPolicy;
use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::model::settings::End;
use autoscale_simulator::results::{TargetResult, Timeline, Window};
use autoscale_simulator::serving::settings::Machines;
use autoscale_simulator::units::SimTime;
use autoscale_simulator::workload::Arrivals;

use super::{Case, of};
use crate::support::pick;
use crate::support::services::{ServiceSort, service_world};

const CASES: u64 = 1_500;

/// A random service of any kind with its requests.
fn case(seed: u64) -> Case {
    let stream = &mut Streams::new(seed, 0).open(Purpose("case"), "services");
    let sort = pick(stream, &ServiceSort::ALL);
    let mut settings = service_world(stream, sort);
    settings.services[0].keep_usage = true;
    Case {
        service: settings.services.remove(0),
        requests: settings.requests,
        window: Window {
            warmup: settings.warmup,
            horizon: settings.horizon,
        },
        cut: settings.end == End::Cut,
    }
}

fn every_case(check: impl Fn(&Case, &TargetResult, &Timeline, u64)) {
    for seed in 0..CASES {
        let case = case(seed);
        let (result, timeline) = case.run(seed);
        check(&case, &result, &timeline, seed);
    }
}

/// Requests of the traces that count.
fn measured(case: &Case) -> u64 {
    let mut count = 0;
    for requests in &case.requests {
        let Arrivals::Trace(trace) = &requests.arrivals else {
            unreachable!("all requests here are traces")
        };
        let counts = |at: SimTime| at >= case.window.warmup && at < case.window.horizon;
        count += trace.rows().iter().filter(|row| counts(row.at)).count() as u64;
    }
    count
}

#[test]
fn requests_end_in_one_way() {
    every_case(|case, result, _, seed| {
        let requests = &of(result).requests;
        assert_eq!(requests.arrived, measured(case), "{seed}");
        let ended = requests.served + requests.rejected + requests.timed_out;
        assert_eq!(requests.arrived, ended + requests.unfinished, "{seed}");
        assert!(case.cut || requests.unfinished == 0, "{seed}");
        assert!(requests.within_slo <= requests.served, "{seed}");
        assert!(case.service.slo.is_some() || requests.within_slo == requests.served);
        assert_eq!(
            requests.latency_at_most.last().copied(),
            Some(requests.served),
            "{seed}"
        );
    });
}

/// Of services whose requests are never bound to a replica of their own.
#[test]
fn nobody_who_is_served_waited_longer_than_allowed() {
    every_case(|case, result, _, seed| {
        let (service, requests) = (&case.service, &of(result).requests);
        if matches!(
            service.controller.policy,
            Some(ReplicaPolicy::PerRequest(_))
        ) {
            return;
        }
        assert_eq!(requests.cold, 0, "{seed}");
        let (Some(wait), Some(time)) = (service.queue_timeout, service.timeout) else {
            return;
        };
        if let Some(quantiles) = requests.latency_quantiles {
            let most = wait + time + service.router_overhead;
            assert!(quantiles.max <= most, "{seed}: {quantiles:?} {most:?}");
        }
    });
}

#[test]
fn replicas_stay_between_their_limits() {
    every_case(|case, result, timeline, seed| {
        let controller = &case.service.controller;
        let (fewest, most) = (controller.min_replicas, controller.max_replicas);
        let mut existing_at_once: f64 = 0.0;
        for point in &timeline.points {
            let levels = point.levels;
            // Those that wait for a node are wanted, and count against the limits, but do not exist.
            let existing = levels.provisioning + levels.idle + levels.occupied;
            let kept = existing + levels.queued_nodes;
            assert!(kept >= f64::from(fewest), "{seed}: {point:?}");
            assert!(kept <= f64::from(most), "{seed}: {point:?}");
            existing_at_once = existing_at_once.max(existing + levels.leaving);
        }
        assert!(
            f64::from(of(result).peak_replicas) <= existing_at_once,
            "{seed}"
        );
    });
}

#[test]
fn machine_time_and_use_add_up() {
    every_case(|case, result, timeline, seed| {
        let statistics = of(result);
        let (warmup, horizon) = (case.window.warmup, case.window.horizon);
        // Each machine from its begin to its end, clipped and split, is what the categories add up to.
        let mut sums = [0, 0];
        for usage in &result.usage {
            assert!(usage.from <= usage.to && usage.to <= result.end, "{seed}");
            for (sum, (from, to)) in sums.iter_mut().zip([
                (usage.from.max(warmup), usage.to.min(horizon)),
                (usage.from.max(horizon), usage.to),
            ]) {
                *sum += u128::from(to.0.saturating_sub(from.0));
            }
        }
        let leased = [result.within.leased().0, result.drain.leased().0];
        assert_eq!(leased, sums, "{seed}");
        if matches!(case.service.machines, Machines::EachReplica) {
            let replicas = [
                statistics.within.replica_time.0,
                statistics.drain.replica_time.0,
            ];
            assert_eq!(leased, replicas, "{seed}");
        }
        let places = statistics.within.replica_time.0 * u128::from(case.service.concurrency);
        assert!(statistics.within.execution_time.0 <= places, "{seed}");
        // Without a warm-up and a cut, every request that was on a replica is an execution.
        let ended = statistics.requests.served + statistics.requests.timed_out;
        let executions = statistics.within.executions + statistics.drain.executions;
        if warmup == SimTime::ZERO {
            assert_eq!(executions, ended, "{seed}");
        }
        // The levels of the timeline, over all time, are the time of replicas on nodes that exist and of those that wait.
        let places = |of: fn(f64, f64, f64, f64) -> f64| -> f64 {
            let points = timeline.points.iter();
            let levels = points.map(|point| {
                let levels = point.levels;
                let sum = of(
                    levels.provisioning,
                    levels.idle,
                    levels.occupied,
                    levels.leaving,
                );
                sum * point.span.as_secs_f64()
            });
            levels.sum()
        };
        let has_nodes = matches!(case.service.machines, Machines::Nodes(_));
        if warmup == SimTime::ZERO && !has_nodes && timeline.averaged_over.is_none() {
            let whole =
                (statistics.within.replica_time + statistics.drain.replica_time).0 as f64 / 1e6;
            let drawn = places(|provisioning, idle, occupied, leaving| {
                provisioning + idle + occupied + leaving
            });
            assert!(
                (drawn - whole).abs() < 1e-6 * whole.max(1.0),
                "{seed}: {drawn} {whole}"
            );
        }
    });
}

#[test]
fn a_seed_says_it_all() {
    for seed in (0..CASES).step_by(5) {
        let case = case(seed);
        assert_eq!(case.run(seed), case.run(seed), "{seed}");
    }
}

/// The random cases are of all kinds, and things happen in them.
#[test]
fn the_cases_are_worth_checking() {
    let mut seen = [0_u64; 8];
    for seed in 0..CASES {
        let case = case(seed);
        let (result, _) = case.run(seed);
        let (statistics, requests) = (of(&result), &of(&result).requests);
        let scales_nodes =
            matches!(&case.service.machines, Machines::Nodes(_)) && result.spin_ups > 0;
        let events = [
            requests.served > 0,
            requests.rejected > 0,
            requests.timed_out > 0,
            requests.unfinished > 0,
            requests.cold > 0,
            statistics.starts > 3,
            scales_nodes,
            result.end > case.window.horizon,
        ];
        for (count, happened) in seen.iter_mut().zip(events) {
            *count += u64::from(happened);
        }
    }
    assert!(seen.iter().all(|count| *count > CASES / 50), "{seen:?}");
}
