//! Small services whose every event can be followed on paper.

use autoscale_simulator::autoscale::{
    KubernetesSettings, Metric, PerRequest, Profile, Ratio, ReplicaPolicy, Rule, Rules,
    Utilization, UtilizationSettings,
};
use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::results::Usage;
use autoscale_simulator::serving::settings::{
    Machines, NodeAutoscaler, ServiceController, ServiceSettings, ServingNodes,
};
use autoscale_simulator::units::SimDuration;
use jiff::civil::date;

use super::{Case, at, constant, ms, of, service};

const UTILIZATION: UtilizationSettings = UtilizationSettings {
    target: 0.7,
    refresh: SimDuration::from_secs(1),
    counts_waiting: false,
    window: SimDuration::ZERO,
    scale_down_after: SimDuration::from_secs(3),
};

fn by_utilization(max_replicas: u32, settings: UtilizationSettings) -> ServiceController {
    let policy = ReplicaPolicy::Utilization(Utilization::new(settings));
    ServiceController::scaled([1, max_replicas], policy)
}

/// A replica for each request: at most one in each interval, gone after so long.
pub(crate) fn for_each_request(limits: [u32; 2], interval: u64, expiry: u64) -> ServiceController {
    let policy = PerRequest::new(ms(interval), ms(expiry));
    ServiceController::scaled(limits, ReplicaPolicy::PerRequest(policy))
}

/// Rules that are evaluated every so many seconds.
fn by_rules(
    limits: [u32; 2],
    seconds: u64,
    rules: Vec<Rule>,
    profile: Option<Profile>,
) -> ServiceController {
    let policy = Rules::new(SimDuration::from_secs(seconds), rules, profile);
    ServiceController::scaled(limits, ReplicaPolicy::Rules(policy))
}

/// One replica: three requests of 1 s at 0, 100 and 200 ms; the wait is limited to 900 ms, or to what frees at that tick.
#[test]
fn a_place_that_frees_at_the_limit_is_still_taken() {
    let mut settings = service(ServiceController::fixed(1));
    settings.queue_timeout = Some(ms(900));
    settings.router_overhead = ms(3);
    settings.slo = Some(ms(1_003));
    let case = Case::new(settings, &[(0, 1_000), (100, 1_000), (200, 1_000)], 10_000);
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    // The second waits 900 ms exactly; the third goes at 1.1 s.
    assert_eq!((requests.served, requests.rejected), (2, 1));
    assert_eq!(requests.wait_sum, 900_000);
    assert_eq!(requests.latency_sum, 1_003_000 + 1_903_000);
    assert_eq!(requests.within_slo, 1);
    assert_eq!(of(&result).within.execution_time.0, 2_000_000);
    assert_eq!(of(&result).within.replica_time.0, 10_000_000);
    assert_eq!(result.end, at(10_000));
}

/// The queue takes one; the time-out is 500 ms, and who takes exactly that is served.
#[test]
fn limits_of_the_queue_and_of_the_time_on_a_replica() {
    let mut settings = service(ServiceController::fixed(1));
    settings.queue_limit = Some(1);
    settings.timeout = Some(ms(500));
    let case = Case::new(settings, &[(0, 800), (10, 500), (20, 100)], 400);
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    assert_eq!(
        (requests.timed_out, requests.served, requests.rejected),
        (1, 1, 1)
    );
    // 0 to 500 ms and 500 to 1,000 ms: 400 ms before the horizon, 600 after, where both end.
    assert_eq!(of(&result).within.execution_time.0, 400_000);
    assert_eq!(of(&result).drain.execution_time.0, 600_000);
    assert_eq!(
        (of(&result).within.executions, of(&result).drain.executions),
        (0, 2)
    );
    assert_eq!(result.end, at(1_000));
    assert_eq!(of(&result).drain.replica_time.0, 600_000);
}

#[test]
fn a_cut_leaves_requests_unfinished() {
    let mut case = Case::new(
        service(ServiceController::fixed(1)),
        &[(0, 300), (10, 300), (20, 300)],
        400,
    );
    case.cut = true;
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    assert_eq!((requests.served, requests.unfinished), (1, 2));
    assert_eq!(of(&result).within.executions, 1);
    assert_eq!(of(&result).within.execution_time.0, 400_000);
    assert_eq!(result.end, at(400));
    assert_eq!(of(&result).drain.execution_time.0, 0);
}

/// One to ten replicas under a target of 0.7, each a machine: requests of 10 s at 0, 0.5 and 2.5 s.
#[test]
fn replicas_follow_utilization() {
    let mut settings = service(by_utilization(10, UTILIZATION));
    settings.queue_timeout = Some(ms(500));
    settings.machines = Machines::EachReplica;
    settings.keep_usage = true;
    let rows = [(0, 10_000), (500, 10_000), (2_500, 10_000)];
    let (result, timeline) = Case::new(settings, &rows, 20_000).run(1);
    let requests = &of(&result).requests;
    // At 0 s one is busy: ceil(1 / 0.7) = 2, and the second replica is ready at 2 s. The request of 0.5 s goes at 1 s. That
    // of 2.5 s is on the second replica: at 3 s two are busy, ceil(2 / 0.7) = 3, ready at 5 s.
    assert_eq!((requests.served, requests.rejected), (2, 1));
    // From 10 s one is busy: need 2, and the last evaluation that needed 3 was at 9 s: it counts until before 12 s. From 12.5 s
    // none is: need 1; the last that needed 2 was at 12 s, so one more goes at 15 s.
    let usage = [(0, 15_000), (0, 20_000), (3_000, 12_000)];
    let mut kept: Vec<(u64, u64)> = result
        .usage
        .iter()
        .map(|Usage { from, to }| (from.0 / 1_000, to.0 / 1_000))
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, usage);
    assert_eq!(result.within.boot.0, 4_000_000);
    assert_eq!(result.within.run.0, 20_000_000);
    assert_eq!(result.within.leased().0, 44_000_000);
    assert_eq!((result.peak_nodes, result.spin_ups), (3, 2));
    let provisioning = timeline
        .points
        .iter()
        .map(|point| point.levels.provisioning * point.span.as_secs_f64());
    assert!((provisioning.sum::<f64>() - 4.0).abs() < 1e-9);
}

/// A replica for each request, at most one start a second; the head of the queue gets the next.
#[test]
fn requests_start_replicas() {
    let mut settings = service(for_each_request([0, 3], 1_000, 5_000));
    settings.machines = Machines::EachReplica;
    settings.keep_usage = true;
    let mut case = Case::new(
        settings,
        &[(0, 100), (100, 100), (200, 100), (9_000, 100)],
        30_000,
    );
    case.requests[0].cold_service_time = Some(constant(700));
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    // The first starts at once, is ready at 2 s and busy to 2.7 s; the second starts at 1 s for the request of 0.1 s and
    // is ready at 3 s; the third at 2 s for that of 0.2 s, ready at 4 s. At 9 s the third is idle since 4.7 s, until 9.7 s: warm.
    assert_eq!((requests.served, requests.cold), (4, 3));
    assert_eq!(requests.wait_sum, 2_000_000 + 2_900_000 + 3_800_000);
    assert_eq!(
        requests.latency_sum,
        requests.wait_sum + 3 * 700_000 + 100_000
    );
    let usage: Vec<(u64, u64)> = result
        .usage
        .iter()
        .map(|Usage { from, to }| (from.0 / 1_000, to.0 / 1_000))
        .collect();
    // The first is idle from 2.7 s, the second from 3.7 s, the third from 9.1 s.
    assert_eq!(usage, [(0, 7_700), (1_000, 8_700), (2_000, 14_100)]);
}

/// Rules every minute: +2 above 70 % over a minute, -1 below 30 %, cooldown of 2 min.
#[test]
fn rules_change_the_number_of_instances() {
    let out = Rule {
        metric: Metric::Cpu,
        window: SimDuration::from_secs(60),
        is_above: true,
        threshold: Ratio::new(7, 10),
        change: 2,
        cooldown: SimDuration::from_secs(120),
    };
    let scale_in = Rule {
        is_above: false,
        threshold: Ratio::new(3, 10),
        change: -1,
        ..out
    };
    let settings = service(by_rules([1, 5], 60, vec![out, scale_in], None));
    // Busy from 10 to 130 s: 50 of 60 s in the first minute, 83 %. At 60 s two more are asked for, ready at 62 s. In the second
    // minute 60 of 1 x 60 + 2 x 58 s of ready instances: 34 %. In the third 10 of 180: 5.6 %, and at 180 s, 2 min after the
    // change, one goes (5.6 % x 3 / 2 is far from 70 %); at 300 s the next.
    let case = Case::new(settings, &[(10_000, 120_000)], 600_000);
    let (result, _) = case.run(1);
    let replica_seconds = 600 + (180 - 60) + (300 - 60);
    assert_eq!(
        of(&result).within.replica_time.0,
        replica_seconds * 1_000_000
    );
    assert_eq!((of(&result).starts, of(&result).peak_replicas), (2, 3));
}

/// An endpoint under rules that are evaluated every so many seconds, of at most 3 instances that start at once.
fn under_rules(rules: Vec<Rule>, min_instances: u32, seconds: u64) -> ServiceSettings {
    let mut settings = service(by_rules([min_instances, 3], seconds, rules, None));
    settings.start = constant(0);
    settings
}

fn arrivals_rule(is_above: bool, threshold: Ratio, window: u64) -> Rule {
    Rule {
        metric: Metric::RequestsPerInstance,
        window: SimDuration::from_secs(window),
        is_above,
        threshold,
        change: if is_above { 1 } else { -1 },
        cooldown: SimDuration::ZERO,
    }
}

/// Six requests on three instances in 10 s are 0.2/s each: on two they would be 0.3/s, which is not above `0.3/s`, so one goes.
/// In floating point 0.2 x 3 / 2 is above 0.3.
#[test]
fn a_rule_compares_exactly() {
    let rules = vec![
        arrivals_rule(true, Ratio::decimal(0.3), 10),
        arrivals_rule(false, Ratio::decimal(0.25), 10),
    ];
    let mut settings = under_rules(rules, 1, 10);
    if let Some(ReplicaPolicy::Rules(rules)) = &mut settings.controller.policy {
        // Three from the start, by a profile that ends at 10 s.
        let calendar = Calendar::new(date(2024, 1, 1).at(23, 59, 50, 0), "UTC").unwrap();
        let windows = WeeklySchedule::parse(&calendar, &["mon".to_owned()]).unwrap();
        rules.profile = Some(Profile {
            windows,
            instances: 3,
        });
    }
    let rows = [1_000, 2_000, 3_000, 4_000, 5_000, 6_000].map(|arrival| (arrival, 100));
    let (result, _) = Case::new(settings, &rows, 30_000).run(1);
    // Two from 10 s on; one from 20 s on, as nothing came in (10 s, 20 s].
    let replica_seconds = 3 * 10 + 2 * 10 + 10;
    assert_eq!(
        of(&result).within.replica_time.0,
        replica_seconds * 1_000_000
    );
}

/// Above 0.5/s over (0, 2 s]: one request is not, two are. The request of 0 s is not in that window, that of 2 s is.
#[test]
fn what_happens_when_a_window_begins_is_not_in_it() {
    let settings = || under_rules(vec![arrivals_rule(true, Ratio::decimal(0.5), 2)], 1, 2);
    let started = |rows: &[(u64, u64)]| {
        let (result, _) = Case::new(settings(), rows, 3_000).run(1);
        of(&result).starts
    };
    assert_eq!(started(&[(0, 100), (1_000, 100)]), 0);
    assert_eq!(started(&[(1, 100), (1_000, 100)]), 1);
    assert_eq!(started(&[(1_000, 100), (2_000, 100)]), 1);
}

/// Latency below 1 s over (1 s, 2 s]: the request that comes at 1 s and takes no time is served at 1 s, after all else of
/// that instant, and is not in it.
#[test]
fn what_happens_last_when_a_window_begins_is_not_in_it_either() {
    let rule = Rule {
        metric: Metric::Latency,
        window: SimDuration::from_secs(1),
        is_above: false,
        threshold: Ratio::new(1, 1),
        change: -1,
        cooldown: SimDuration::ZERO,
    };
    let out = arrivals_rule(true, Ratio::decimal(0.5), 1);
    // At 1 s: one request in (0, 1]: out, to two instances. At 2 s nothing was served in (1, 2]: no latency, two stay.
    let rows = [(500, 2_000), (1_000, 0)];
    let settings = under_rules(vec![out, rule], 1, 1);
    let (result, _) = Case::new(settings, &rows, 3_000).run(1);
    assert_eq!(of(&result).starts, 1);
    assert_eq!(of(&result).within.replica_time.0, (1 + 2 * 2) * 1_000_000);
}

/// Two instances at any hour, four from 00:01 to 00:03: starts at the begin of the window, gone at its end.
#[test]
fn a_profile_sets_the_number_while_its_window_is_open() {
    let calendar = Calendar::new(date(2024, 1, 1).at(0, 0, 0, 0), "UTC").unwrap();
    let windows = WeeklySchedule::parse(&calendar, &["daily 00:01-00:03".to_owned()]);
    let profile = Profile {
        windows: windows.unwrap(),
        instances: 4,
    };
    let settings = service(by_rules([2, 3], 60, Vec::new(), Some(profile)));
    let (result, _) = Case::new(settings, &[(0, 100)], 600_000).run(1);
    // Two for 600 s, one more from 60 s on, another from 60 to 180 s: three are within the bounds.
    let replica_seconds = 2 * 600 + 540 + 120;
    assert_eq!(
        of(&result).within.replica_time.0,
        replica_seconds * 1_000_000
    );
    assert_eq!((of(&result).starts, of(&result).peak_replicas), (2, 4));
}

/// The load of three evaluations' time, and requests that wait counted in: one replica, requests of 4 s at 0 and 1 s.
#[test]
fn load_is_averaged_over_the_window() {
    let aim = UtilizationSettings {
        target: 1.0,
        counts_waiting: true,
        window: ms(3_000),
        scale_down_after: SimDuration::ZERO,
        ..UTILIZATION
    };
    let settings = service(by_utilization(10, aim));
    // At 0 s 1 is as it is; over [0, 1 s] it is 1, over [0, 2 s] (1 + 2) / 2: a second replica from 2 s on, ready at 4 s, just as
    // the first is done, which takes the second request until 8 s. Over (1, 4 s] it is 2; over (2, 5 s] 5 / 3, over (3, 6 s]
    // 4 / 3, over (4, 7 s] 1: one goes at 7 s.
    let (result, _) = Case::new(settings, &[(0, 4_000), (1_000, 4_000)], 20_000).run(1);
    assert_eq!(of(&result).requests.wait_sum, 3_000_000);
    assert_eq!(of(&result).starts, 1);
    assert_eq!(of(&result).within.replica_time.0, 20_000_000 + 5_000_000);
}

/// Two replicas fit a node, one beside a front end; the autoscaler adds a node and takes it away.
#[test]
fn replicas_stand_on_nodes() {
    let rules = KubernetesSettings {
        unneeded_after: SimDuration::from_secs(20),
        delay_after_add: SimDuration::from_secs(20),
        max_empty_bulk_delete: 10,
    };
    let mut settings = service(by_utilization(10, UTILIZATION));
    settings.machines = Machines::Nodes(ServingNodes {
        replicas_per_node: 2,
        replicas_beside_front_end: 1,
        front_ends: 1,
        min_nodes: 1,
        max_nodes: 3,
        autoscaler: Some(NodeAutoscaler {
            scan: ms(10_000),
            boot: constant(15_000),
            rules,
        }),
    });
    settings.keep_usage = true;
    // At 1 s one is busy: two replicas are wanted, and the second has no node. The scan of 10 s asks for one, ready at 25 s; the
    // replica is ready at 27 s. The request ends at 31 s; the second replica goes at 33 s (need 2 was last at 30 s). The node
    // is idle from 33 s, for 20 s at the scan of 60 s.
    let (result, _) = Case::new(settings, &[(1_000, 30_000)], 100_000).run(1);
    assert_eq!(of(&result).starts, 1);
    assert_eq!(of(&result).within.replica_time.0, 100_000_000 + 8_000_000);
    let usage: Vec<(u64, u64)> = result
        .usage
        .iter()
        .map(|Usage { from, to }| (from.0 / 1_000, to.0 / 1_000))
        .collect();
    assert_eq!(usage, [(0, 100_000), (10_000, 60_000)]);
    assert_eq!(of(&result).node_time.0, 150_000_000);
    assert_eq!(result.within.boot.0, 15_000_000);
    // 30 s of one of two places.
    assert_eq!(result.within.run.0, 15_000_000);
    assert_eq!(result.within.leased().0, 150_000_000);
    assert_eq!((result.peak_nodes, result.spin_ups), (2, 1));
}

/// Two places on each of two replicas: the newest free place is taken first, and idle replicas go before busy ones.
#[test]
fn places_are_taken_where_one_got_free_last() {
    let mut settings = service(for_each_request([2, 2], 0, 1_000));
    settings.concurrency = 2;
    // At 0 both are free since 0: the first two requests go to the lower id, the third to the other.
    let (_, timeline) = Case::new(settings, &[(0, 500), (10, 500), (20, 500)], 2_000).run(1);
    let occupied: Vec<f64> = timeline
        .points
        .iter()
        .map(|point| point.levels.occupied)
        .collect();
    // One from 0, two from 20 ms, one from 510 ms, none from 520 ms.
    assert_eq!(occupied, [1.0, 2.0, 1.0, 0.0]);
}

/// Requests of a thousand days: a replica serves 3,285 of them in 9,000 years, and 4,000 come.
#[test]
fn requests_that_take_more_than_ten_thousand_years_end_at_the_horizon() {
    const DAY: u64 = 86_400_000;
    let rows: Vec<(u64, u64)> = (0..4_000).map(|at| (at, 1_000 * DAY)).collect();
    for controller in [
        ServiceController::fixed(1),
        by_utilization(1, UTILIZATION),
        for_each_request([1, 1], 0, 60_000),
        by_rules([1, 1], 60, Vec::new(), None),
    ] {
        let mut case = Case::new(service(controller.clone()), &rows, 10_000);
        let told = case.outcome(1).unwrap_err().to_string();
        assert!(
            told.contains("more than 9,000 years"),
            "{controller:?}: {told}"
        );
        // With limits it is soon done, and so it is with a cut.
        case.service.timeout = Some(ms(1));
        case.run(1);
        case.service.timeout = None;
        case.service.queue_timeout = Some(ms(1));
        case.service.queue_limit = Some(1);
        case.cut = true;
        case.run(1);
    }
}
