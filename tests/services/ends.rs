//! Workloads that hear of the ends of their requests, followed on paper: closed users and fan-outs.

use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::serving::settings::{RequestSettings, ServiceController, ServiceSettings};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::Arrivals;
use autoscale_simulator::workload::batch::Batch;
use autoscale_simulator::workload::closed::Closed;
use autoscale_simulator::workload::fan_out::FanOut;

use super::{Case, at, constant, ms, of, service};
use crate::support::services::{ServiceSort, closed_world};

/// A service that adds 3 ms to each answer, and requests of `service_ms` milliseconds.
fn case(arrivals: Arrivals, service_ms: u64, replicas: u32, horizon: u64) -> Case {
    let settings = ServiceSettings {
        router_overhead: ms(3),
        ..service(ServiceController::fixed(replicas))
    };
    Case {
        requests: vec![RequestSettings {
            arrivals,
            service_time: constant(service_ms),
            ..super::trace(&[])
        }],
        ..Case::new(settings, &[], horizon)
    }
}

/// Users who think for this number of milliseconds.
fn users(count: u32, think: u64) -> Arrivals {
    Arrivals::Closed(Closed::new(count, constant(think)))
}

/// Parents that come at these milliseconds.
fn fan_out(parents: &[u64], children: u32, at_once: u32) -> Arrivals {
    let parents = Batch::new(1, parents.iter().map(|time| at(*time)).collect());
    Arrivals::FanOut(FanOut::new(Arrivals::Batch(parents), children, at_once))
}

/// Requests arrive at these milliseconds and at no other time: as many come at or after each as are counted from there.
fn came_at(case: &mut Case, times: &[u64]) {
    let mut from = |time: SimTime| {
        case.window.warmup = time;
        of(&case.run(1).0).requests.arrived
    };
    for (place, time) in times.iter().enumerate() {
        let (before, later) = (times[..place].iter(), times[place..].iter());
        let again = before.filter(|other| *other == time).count();
        let now = later.filter(|other| *other == time).count();
        let (from_it, after_it) = (times.len() - place + again, times.len() - place - now);
        assert_eq!(from(at(*time)), from_it as u64, "from {time} ms");
        assert_eq!(
            from(at(*time) + SimDuration(1)),
            after_it as u64,
            "after {time} ms"
        );
    }
    case.window.warmup = SimTime::ZERO;
}

/// Two users and one replica, 1 s of thinking, 400 ms of service. The second waits at 1 s for 400 ms. At 2,803 and 4,206 ms one
/// comes as the other's request ends. The first would come again at 5,209 ms, and the horizon is 4.6 s.
#[test]
fn users_wait_for_their_answers_and_think() {
    let mut case = case(users(2, 1_000), 400, 1, 4_600);
    came_at(&mut case, &[1_000, 1_000, 2_403, 2_803, 3_806, 4_206]);
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    assert_eq!((requests.served, requests.rejected), (6, 0));
    assert_eq!(requests.wait_sum, 400_000);
    assert_eq!(requests.latency_sum, 400_000 + 6 * 403_000);
    assert_eq!(result.end, at(4_606));
    assert_eq!(of(&result).drain.execution_time.0, 6_000);
}

/// Nobody waits: the second is rejected at 1 s, hears of it at once (without the 3 ms of an answer) and comes at 2 s.
#[test]
fn a_rejected_user_thinks_again() {
    let mut case = case(users(2, 1_000), 400, 1, 5_000);
    case.service.queue_timeout = Some(SimDuration::ZERO);
    came_at(
        &mut case,
        &[1_000, 1_000, 2_000, 2_403, 3_403, 3_806, 4_806],
    );
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    assert_eq!((requests.served, requests.rejected), (6, 1));
    assert_eq!(requests.latency_sum, 6 * 403_000);
    assert_eq!(result.end, at(5_206));
    // A queue that takes none does the same.
    case.service.queue_timeout = None;
    case.service.queue_limit = Some(0);
    came_at(
        &mut case,
        &[1_000, 1_000, 2_000, 2_403, 3_403, 3_806, 4_806],
    );
}

/// At most 100 ms in the queue: the second goes at 1.1 s and comes at 2.1 s; the first waits from 2,403 ms to 2.5 s.
#[test]
fn a_user_who_waited_too_long_thinks_again() {
    let mut case = case(users(2, 1_000), 400, 1, 4_500);
    case.service.queue_timeout = Some(ms(100));
    came_at(&mut case, &[1_000, 1_000, 2_100, 2_403, 3_503, 3_903]);
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    assert_eq!((requests.served, requests.rejected), (5, 1));
    assert_eq!(requests.wait_sum, 97_000);
}

/// At most 300 ms on the replica: the answer is that it timed out.
#[test]
fn a_user_whose_request_times_out_thinks_again() {
    let mut case = case(users(1, 1_000), 400, 1, 4_500);
    case.service.timeout = Some(ms(300));
    came_at(&mut case, &[1_000, 2_303, 3_606]);
    assert_eq!(of(&case.run(1).0).requests.timed_out, 3);
}

/// Who does not think comes a microsecond after the answer; requests without length end at the instant at which they come.
#[test]
fn a_user_without_think_time_comes_a_microsecond_later() {
    let mut case = case(users(1, 0), 0, 1, 30);
    case.service.router_overhead = SimDuration::ZERO;
    // At 1, 2, ... 29,999 us.
    assert_eq!(of(&case.run(1).0).requests.served, 29_999);
    case.service.router_overhead = ms(3);
    // At 1 + k x 3,001 us.
    assert_eq!(of(&case.run(1).0).requests.served, 10);
}

/// A replica of its own for each: 1 s to start, then the request. The user hears of both.
#[test]
fn a_user_waits_for_a_cold_start() {
    let mut case = case(users(1, 1_000), 400, 1, 6_000);
    case.service.controller = super::by_hand::for_each_request([0, 1], 0, 1_001);
    case.service.start = constant(1_000);
    case.requests[0].cold_service_time = Some(constant(700));
    // Cold from 1 s to 2.7 s; the replica goes at 3,701 ms, and the next request comes at 3,703 ms.
    came_at(&mut case, &[1_000, 3_703]);
    assert_eq!(of(&case.run(1).0).requests.cold, 2);
    case.service.controller = ServiceController::fixed(1);
    came_at(&mut case, &[1_000, 2_403, 3_806, 5_209]);
}

/// A stream that nobody hears of goes on beside one of users.
#[test]
fn others_do_not_disturb_users() {
    let mut case = case(users(1, 1_000), 400, 2, 3_000);
    case.requests
        .push(super::trace(&[(0, 700), (1_100, 900), (2_990, 1)]));
    came_at(&mut case, &[0, 1_000, 1_100, 2_403, 2_990]);
}

/// Two parents at 0 and 1,001 ms with five requests each, two at once, 1 s on a replica. The answers of the first two are
/// back at 1,003 ms, after the second parent came.
#[test]
fn requests_of_a_parent_come_as_those_before_them_end() {
    let mut case = case(fan_out(&[0, 1_001], 5, 2), 1_000, 10, 3_500);
    came_at(
        &mut case,
        &[0, 0, 1_001, 1_001, 1_003, 1_003, 2_004, 2_004, 2_006, 3_007],
    );
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    assert_eq!((requests.served, requests.wait_sum), (10, 0));
    assert_eq!(result.end, at(4_007));
    // None comes at or after the horizon.
    case.window.horizon = at(2_006);
    came_at(&mut case, &[0, 0, 1_001, 1_001, 1_003, 1_003, 2_004, 2_004]);
}

/// One replica, nobody waits: all of a parent's requests but the first are rejected at once, one after the other.
#[test]
fn a_rejected_request_makes_room_for_the_next_of_its_parent() {
    let mut case = case(fan_out(&[0], 5, 2), 1_000, 1, 3_500);
    case.service.queue_timeout = Some(SimDuration::ZERO);
    came_at(&mut case, &[0; 5]);
    let (result, _) = case.run(1);
    let requests = &of(&result).requests;
    assert_eq!((requests.served, requests.rejected), (1, 4));
}

/// Random services of every kind and what comes to them until the horizon.
fn every_case(check: impl Fn(Case, u64)) {
    for seed in 0..100 {
        for sort in ServiceSort::ALL {
            let stream = &mut Streams::new(seed, 0).open(Purpose("case"), "ends");
            let mut settings = closed_world(stream, sort);
            let mut case = Case::new(settings.services.remove(0), &[], 0);
            case.requests = settings.requests;
            case.window.horizon = settings.horizon;
            check(case, seed);
        }
    }
}

/// All requests of all parents come if there is time, whatever becomes of those before them, and never more at once than may.
#[test]
fn every_request_of_a_parent_comes() {
    every_case(|mut case, seed| {
        let own = RequestSettings {
            arrivals: fan_out(&[0, 10_000, 10_000], 30, 3),
            ..case.requests.swap_remove(0)
        };
        case.requests = vec![own];
        case.window.horizon = at(4_000_000);
        let (result, timeline) = case.run(seed);
        let requests = &of(&result).requests;
        assert_eq!((requests.arrived, requests.unfinished), (90, 0), "{seed}");
        for point in &timeline.points {
            assert!(point.levels.queued_runs <= 9.0, "{seed}: {point:?}");
        }
    });
}

/// No more requests wait than there are users.
#[test]
fn no_more_wait_than_there_are_users() {
    every_case(|mut case, seed| {
        case.requests.retain(|of| of.arrivals.closed().is_some());
        let users = case.requests.iter();
        let users = users.map(|of| of.arrivals.closed().unwrap().users());
        let users = f64::from(users.sum::<u32>());
        let (result, timeline) = case.run(seed);
        let requests = &of(&result).requests;
        let ended = requests.served + requests.rejected + requests.timed_out;
        assert_eq!(requests.arrived, ended, "{seed}");
        for point in &timeline.points {
            assert!(point.levels.queued_runs <= users, "{seed}: {point:?}");
        }
    });
}
