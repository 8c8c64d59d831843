//! Hand-worked services. Times are ticks, small numbers.

use super::service::simulate;
use super::serving::*;

fn service(controller: Controller, requests: &[(u64, u64)]) -> Input {
    let request = |(position, &(at, service)): (usize, &(u64, u64))| Request {
        workload: 0,
        position,
        at,
        service,
        cold_service: service,
    };
    Input {
        controller,
        concurrency: 1,
        starts: vec![0],
        queue_timeout: None,
        queue_limit: None,
        timeout: None,
        router_overhead: 0,
        slo: None,
        machines: Machines::None,
        execution_billing: None,
        horizon: 1 + requests.iter().map(|request| request.0).max().unwrap(),
        requests: requests.iter().enumerate().map(request).collect(),
        users: Vec::new(),
        clients: Vec::new(),
        warmup: 0,
        cut: false,
    }
}

#[test]
fn a_fixed_service_serves_in_order() {
    let input = service(Controller::Fixed(1), &[(0, 10), (2, 10), (3, 5)]);
    let out = simulate(&input);
    // 0..10, 10..20 (wait 8), 20..25 (wait 17).
    assert_eq!((out.served, out.wait_sum, out.latency_sum), (3, 25, 50));
    assert_eq!((out.end, out.longest, out.peak_replicas), (25, 22, 1));
    // [0, 4) is measured.
    assert_eq!((out.busy_time, out.parts[1].execution_time), (4, 21));
}

#[test]
fn a_wait_ends_at_the_time_out_but_a_place_at_that_tick_serves() {
    let mut input = service(Controller::Fixed(1), &[(0, 10), (5, 1), (6, 1), (9, 9)]);
    input.queue_timeout = Some(5);
    let out = simulate(&input);
    // The second waits until 10 and is served 10..11, the third is served at 11, its last tick; the
    // fourth 12..21.
    assert_eq!((out.served, out.rejected, out.end), (4, 0, 21));
    input.requests[0].service = 11;
    let out = simulate(&input);
    // Now the second is rejected at 10, the third gets its place at 11.
    assert_eq!((out.served, out.rejected), (3, 1));
}

#[test]
fn limits_of_queue_and_time() {
    let mut input = service(Controller::Fixed(1), &[(0, 10), (1, 10), (2, 10)]);
    input.queue_limit = Some(1);
    input.timeout = Some(10);
    let out = simulate(&input);
    // Ten ticks are not too long; the third finds one that waits.
    assert_eq!((out.served, out.rejected, out.timed_out), (2, 1, 0));
    input.timeout = Some(9);
    let out = simulate(&input);
    assert_eq!((out.served, out.rejected, out.timed_out), (0, 1, 2));
    assert_eq!(out.end, 18);
}

fn utilization(target: u64, min: u64, max: u64) -> Controller {
    Controller::Utilization {
        target,
        min,
        max,
        refresh: 10,
        counts_waiting: true,
        window: 0,
        down_after: 30,
    }
}

#[test]
fn utilization_goes_up_at_once_and_down_after_a_while() {
    let mut input = service(
        utilization(700, 1, 10),
        &[(5, 3), (5, 3), (5, 8), (5, 8), (205, 1)],
    );
    input.starts = vec![4];
    let out = simulate(&input);
    // One replica serves 5..8, 8..11; at 10: 1 busy and 2 waiting, 3 / 0.7 -> 5 replicas, there at
    // 14: the third 11..19, the fourth 14..22. At 20: 1 / 0.7 -> 2, but 5 is remembered until 40,
    // when the needs of (10, 40] count: 2. At 50 only those of (20, 50]: 1.
    assert_eq!((out.served, out.starts, out.peak_replicas), (5, 4, 5));
    assert_eq!(out.wait_sum, 3 + 6 + 9);
    // 1 x 10, 5 x 30, 2 x 10, 1 x 156.
    assert_eq!(out.replica_time, 10 + 150 + 20 + 156);
}

#[test]
fn utilization_can_be_averaged() {
    let mut controller = utilization(500, 1, 10);
    if let Controller::Utilization { window, .. } = &mut controller {
        *window = 20;
    }
    let mut input = service(controller, &[(0, 5), (10, 20), (60, 1)]);
    input.concurrency = 2;
    let out = simulate(&input);
    // Load at 10: 5 / 10, need 0.5 / (0.5 x 2) -> 1; at 20: 15 / 20; at 30: 1: never above 1.
    assert_eq!(out.peak_replicas, 1);
}

fn per_request(max: u64, interval: u64, expiry: u64) -> Controller {
    Controller::PerRequest {
        max,
        always_ready: 0,
        interval,
        expiry,
    }
}

#[test]
fn each_request_without_a_place_starts_a_replica() {
    let mut input = service(per_request(2, 0, 20), &[(0, 10), (1, 10), (2, 1), (50, 10)]);
    input.starts = vec![3];
    input.requests[0].cold_service = 12;
    let out = simulate(&input);
    // Cold: 0 -> 3..15, 1 -> 4..14; the third waits for 14..15. Both idle from 14/15 on: the second
    // replica finished the third request at 15, both go at 35. At 50 a new one: 53..63.
    assert_eq!((out.served, out.cold, out.starts), (4, 3, 3));
    assert_eq!(out.latency_sum, 15 + 13 + 13 + 13);
    assert_eq!(out.wait_sum, 3 + 3 + 12 + 3);
    assert_eq!(out.replica_time, 35 + 34 + 1);
}

#[test]
fn one_new_instance_in_each_interval() {
    let mut input = service(per_request(9, 10, 100), &[(0, 50), (1, 50), (2, 50)]);
    input.starts = vec![5];
    let out = simulate(&input);
    // Starts at 0, 10, 20: served 5..55, 15..65, 25..75.
    assert_eq!(out.wait_sum, 5 + 14 + 23);
    assert_eq!(out.cold, 3);
}

#[test]
fn replicas_wait_for_nodes() {
    let mut input = service(utilization(1000, 1, 10), &[(5, 100), (5, 100), (5, 100)]);
    input.machines = Machines::Nodes(Nodes {
        fit: 2,
        fit_beside_front_end: 1,
        front_ends: 1,
        min: 1,
        max: 3,
        autoscaler: Some(Autoscaler {
            scan: 20,
            boots: vec![15],
            unneeded_after: 30,
            delay_after_add: 50,
            bulk: 10,
        }),
    });
    input.horizon = 300;
    let out = simulate(&input);
    // The first is served 5..105 on node 0, which is full. At 10 three are wanted, at 20 two pend:
    // one node, ready at 35, where the others are served 35..135. Needs: 3 until 100, 2 until 130,
    // 1 from 140 on; 3 counts until 120, 2 until 150. At 130 only the first is idle and goes; at 160
    // node 1 gives its newer one, both idle since 135.
    assert_eq!(out.served, 3);
    assert_eq!(out.wait_sum, 30 + 30);
    assert_eq!(out.starts, 2);
    assert_eq!(out.node_time, 300 + (300 - 20));
    assert_eq!(out.replica_time, 130 + (300 - 35) + (160 - 35));
}

fn rule(metric: Metric, above: bool, percent: u128, change: i64) -> Rule {
    Rule {
        metric,
        window: 20,
        above,
        threshold: (percent, 100),
        change,
        cooldown: 20,
    }
}

#[test]
fn rules_go_out_and_in() {
    let rules = vec![
        rule(Metric::Cpu, true, 70, 2),
        rule(Metric::Cpu, false, 30, -1),
    ];
    let controller = Controller::Rules {
        min: 1,
        max: 4,
        interval: 10,
        rules,
        profile: None,
    };
    let mut input = service(controller, &[(0, 35)]);
    input.horizon = 100;
    let out = simulate(&input);
    // At 10 all was busy: 3. Cooldown until 30: the mean over (10, 30] is 1 / 3: neither. At 40:
    // 15 / 60 = 0.25: one fewer, as 0.25 x 3 / 2 = 0.375 is not above 0.7. At 60: 1 left, as 0.
    assert_eq!(out.starts, 2);
    assert_eq!(out.replica_time, 10 + 3 * 30 + 2 * 20 + 40);
}

#[test]
fn no_flapping() {
    let rules = vec![
        rule(Metric::Cpu, true, 50, 1),
        rule(Metric::Cpu, false, 45, -1),
    ];
    let controller = Controller::Rules {
        min: 1,
        max: 2,
        interval: 10,
        rules,
        profile: None,
    };
    let mut input = service(controller, &[(0, 1000)]);
    input.horizon = 100;
    input.cut = true;
    input.machines = Machines::EachReplica;
    // At 10: 1 > 0.5: two. Then 0.5 of 2: not below 0.45. With a threshold of 0.55, one fewer would
    // mean 0.5 x 2 = 1 > 0.5: nothing happens.
    let out = simulate(&input);
    assert_eq!(out.replica_time, 10 + 2 * 90);
    if let Controller::Rules { rules, .. } = &mut input.controller {
        rules[1].threshold = (55, 100);
    }
    let out = simulate(&input);
    assert_eq!(out.replica_time, 10 + 2 * 90);
    assert_eq!((out.parts[0].run, out.parts[0].idle), (100, 90));
    assert_eq!(out.unfinished, 1);
}
