//! Arrival kinds against what is known of them exactly.

use std::f64::consts::TAU;

use autoscale_simulator::calendar::{Calendar, RecurringTimes, TimesOfWeek, WeeklySchedule};
use autoscale_simulator::engine::Work;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::WorldSettings;
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::units::{SimDuration, SimTime, TICKS_PER_HOUR};
use autoscale_simulator::workload::batch::Batch;
use autoscale_simulator::workload::bursts::Bursts;
use autoscale_simulator::workload::closed::Closed;
use autoscale_simulator::workload::fan_out::FanOut;
use autoscale_simulator::workload::mmpp::{Mmpp, State};
use autoscale_simulator::workload::poisson::Poisson;
use autoscale_simulator::workload::profile::Profile;
use autoscale_simulator::workload::recurring::Recurring;
use autoscale_simulator::workload::sinusoid::Sinusoid;
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, NodeCount, WorkloadSource};

use super::measure::{
    Claims, SERVICE_S, System, constant, exponential, fixed, mean_wait_s, replicate, services,
};

const HOUR_S: f64 = 3600.0;
/// Periods of a sinusoid in a replication.
const PERIODS: f64 = 3_000.0;

fn world(name: &str, nodes: u32, arrivals: Arrivals, horizon: f64) -> WorldSettings {
    let mut world = System::new(fixed(nodes), 1.0).world(name, horizon);
    world.workloads[0].arrivals = arrivals;
    world
}

/// MMPP/M/k: rates, leave rates, servers, mean wait, widest half-interval; solved as a Markov chain, all in mean service
/// times.
#[test]
fn slow_fixed_clusters_wait_as_under_markov_modulated_arrivals() {
    let cases = [
        ((1.0, 6.0), (0.02, 0.06), 4, 8.242_387, 0.05, 400_000.0),
        ((2.0, 14.0), (0.05, 0.05), 10, 15.201_399, 0.05, 200_000.0),
    ];
    let mut claims = Claims::default();
    for ((low, high), (leave_low, leave_high), nodes, wait, widest, horizon) in cases {
        let state = |rate: f64, leave: f64| State {
            per_s: rate / SERVICE_S,
            mean_stay: services(1.0 / leave),
        };
        let states = vec![state(low, leave_low), state(high, leave_high)];
        let name = format!("mmpp {low} and {high}, {nodes} nodes");
        let world = world(&name, nodes, Arrivals::Mmpp(Mmpp::new(states)), horizon);
        let waits = replicate(&world, 40);
        let waits: Vec<f64> = waits
            .iter()
            .map(|target| mean_wait_s(target) / SERVICE_S)
            .collect();
        claims.judge_mean(&name, wait, &waits, widest);
    }
    claims.settle();
}

/// Closed users (the machine-repairman model): users, think time, servers, throughput and response, all in mean service
/// times.
#[test]
fn slow_closed_users_have_the_throughput_and_response_of_the_machine_repairman() {
    let cases = [
        (20, 4.0, 4, 0.119_279_59 * 30.0, 47.673_27 / 30.0),
        (50, 4.0, 10, 0.155_350_73 * 60.0, 81.852_37 / 60.0),
    ];
    let mut claims = Claims::default();
    for (users, think, nodes, throughput, response) in cases {
        let name = format!("{users} users, {nodes} nodes");
        let closed = Closed::new(users, exponential(think));
        let world = world(&name, nodes, Arrivals::Closed(closed), 30_000.0);
        let window = world.horizon.since(world.warmup).as_secs_f64() / SERVICE_S;
        let targets = replicate(&world, 30);
        let rates: Vec<f64> = targets
            .iter()
            .map(|target| target.runs.submitted as f64 / window)
            .collect();
        claims.judge_mean(&format!("{name}, throughput"), throughput, &rates, 0.01);
        let responses: Vec<f64> = targets
            .iter()
            .map(|target| {
                let sum = target.runs.turnaround_sum as f64 / 1e6;
                sum / target.runs.completed as f64 / SERVICE_S
            })
            .collect();
        claims.judge_mean(&format!("{name}, response"), response, &responses, 0.01);
    }
    claims.settle();
}

/// Nobody waits: the mean number of runs swings with the rate, less and later the longer they take.
#[test]
fn slow_runs_on_unlimited_nodes_swing_with_a_sinusoid_of_arrivals() {
    let cases = [
        (1.0, 10.0, 7.739_178, 0.978_050),
        (4.0, 40.0, 22.099_876, 3.088_047),
    ];
    let period_s = 24.0 * HOUR_S;
    let mut claims = Claims::default();
    for (service_h, mean, swing, lag_h) in cases {
        let name = format!("sinusoid, {service_h} h");
        let sinusoid = Sinusoid::new(
            10.0 / HOUR_S,
            8.0 / HOUR_S,
            SimDuration::from_secs_rounded(period_s),
        );
        let mut world = world(&name, 1, Arrivals::Sinusoid(sinusoid), 1.0);
        world.workloads[0].duration = exponential(service_h * HOUR_S / SERVICE_S);
        world.horizon = SimTime::ZERO + SimDuration::from_secs_rounded(PERIODS * period_s);
        let (mut means, mut swings, mut lags) = (Vec::new(), Vec::new(), Vec::new());
        for replication in 0..30 {
            let [whole, sine, cosine] = swing_of(&world, replication, period_s);
            means.push(whole);
            swings.push(sine.hypot(cosine));
            lags.push((-cosine).atan2(sine) / TAU * 24.0);
        }
        claims.judge_mean(&format!("{name}, mean"), mean, &means, 0.01);
        claims.judge_mean(&format!("{name}, swing"), swing, &swings, 0.01);
        claims.judge_mean(&format!("{name}, lag"), lag_h, &lags, 0.02);
    }
    claims.settle();
}

/// Mean number of runs in the system from the second period on, and what of it swings with the sine and with the cosine.
fn swing_of(world: &WorldSettings, replication: u64, period_s: f64) -> [f64; 3] {
    let streams = Streams::new(2024, replication);
    let mut source = WorkloadSource::new(&world.workloads[0], &[], world.horizon, streams);
    let mut work = Work::unwatched();
    let (begin, end) = (period_s, world.horizon.as_secs_f64());
    let omega = TAU / period_s;
    let mut sums = [0.0; 3];
    while let Some(run) = source.submission(&mut work) {
        let from = run.at.as_secs_f64().max(begin);
        let to = (run.at + run.duration).as_secs_f64().min(end);
        if to > from {
            sums[0] += to - from;
            sums[1] += ((omega * from).cos() - (omega * to).cos()) / omega;
            sums[2] += ((omega * to).sin() - (omega * from).sin()) / omega;
        }
    }
    let length = end - begin;
    [
        sums[0] / length,
        2.0 * sums[1] / length,
        2.0 * sums[2] / length,
    ]
}

/// A profile brings on average its numbers, each in its hours of the week.
#[test]
fn a_profile_brings_its_numbers_in_its_hours() {
    const WEEKS: u64 = 2_000;
    let per_hour: Vec<f64> = (0..168).map(|hour| f64::from(hour % 5) * 0.5).collect();
    let profile = Profile::new(&Calendar::default(), per_hour.clone());
    let arrivals = Arrivals::Profile(profile);
    let mut world = world("profile", 1, arrivals, 1.0);
    world.horizon = SimTime::ZERO + SimDuration::from_secs(WEEKS * 168 * 3600);
    assert!(
        (world.workloads[0].arrivals.per_s(world.horizon) * HOUR_S - 166.0 / 168.0).abs() < 0.02
    );
    let mut source =
        WorkloadSource::new(&world.workloads[0], &[], world.horizon, Streams::new(5, 0));
    let mut counts = vec![0_u64; 168];
    let mut work = Work::unwatched();
    while let Some(run) = source.submission(&mut work) {
        let hour = run.at.0 / TICKS_PER_HOUR % 168;
        counts[usize::try_from(hour).unwrap()] += 1;
    }
    for (hour, (count, mean)) in counts.iter().zip(&per_hour).enumerate() {
        let expected = mean * WEEKS as f64;
        // Four and a half standard deviations: one test in a thousand of 168 would fail by chance.
        let off = (*count as f64 - expected).abs();
        assert!(
            off <= 4.5 * expected.sqrt(),
            "hour {hour}: {count} for {expected}"
        );
    }
}

/// When runs of a workload start, in seconds, in order of submission; each takes ten seconds.
fn starts(nodes: u32, arrivals: Arrivals) -> Vec<u64> {
    let mut world = world("hand", nodes, arrivals, 1_000.0);
    world.workloads[0].duration = constant(10.0 / SERVICE_S);
    world.workloads[0].nodes = NodeCount::Constant(1);
    let recorder = Detailed::new(true, 0);
    let outcome = simulate(&world, Streams::new(1, 0), recorder, &|| true).expect("it ends");
    let mut runs = outcome.recorder.runs;
    runs.sort_by_key(|run| run.position);
    let start = |at: Option<SimTime>| at.expect("it started").0 / 1_000_000;
    runs.iter().map(|run| start(run.started)).collect()
}

/// Two parents at 0 and 15 s with five children each, two at once.
#[test]
fn children_come_as_those_before_them_end() {
    let parents = || {
        let times = [0, 15].map(|at| SimTime(at * 1_000_000));
        Arrivals::Batch(Batch::new(1, times.to_vec()))
    };
    let fan_out = || Arrivals::FanOut(FanOut::new(parents(), 5, 2));
    // Nobody waits: 0 0 | 10 10 | 20 of the first, 15 15 | 25 25 | 35 of the second.
    assert_eq!(
        starts(10, fan_out()),
        [0, 0, 10, 10, 15, 15, 20, 25, 25, 35]
    );
    // One node: the second parent's first two queue at 15 s, behind the child that came at 10 s.
    assert_eq!(
        starts(1, fan_out()),
        [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    );
    // As many at once as there are: a batch.
    let all = Arrivals::FanOut(FanOut::new(parents(), 3, 9));
    assert_eq!(starts(10, all), [0, 0, 0, 15, 15, 15]);
}

/// A user who thinks for 5 s submits at 5 s, at 20 s, and so on; two on one node take turns.
#[test]
fn users_wait_for_their_run_and_think() {
    let users = |count| Arrivals::Closed(Closed::new(count, constant(5.0 / SERVICE_S)));
    assert_eq!(starts(1, users(1))[..4], [5, 20, 35, 50]);
    // The second waits from 5 to 15 s, and from then on there is always one who waits.
    assert_eq!(starts(1, users(2))[..5], [5, 15, 25, 35, 45]);
    assert_eq!(starts(2, users(2))[..4], [5, 5, 20, 20]);
}

/// Runs at times of the week, two each.
#[test]
fn recurring_runs_come_at_their_times() {
    let times = TimesOfWeek::parse(&["mon 00:01".to_owned(), "mon 02:00".to_owned()]).unwrap();
    let times = RecurringTimes::new(&Calendar::default(), times);
    let recurring = Arrivals::Recurring(Recurring::new(2, (times, 2)));
    // The horizon is 1,000 mean service times of ten minutes: just within the first week.
    assert_eq!(starts(5, recurring), [60, 60, 7_200, 7_200]);
}

/// Arrivals of the kinds that have a number of their own, over a week.
fn kinds() -> Vec<(&'static str, Arrivals)> {
    let per_s = 3.0 / SERVICE_S;
    let calendar = Calendar::default();
    let state = |per_s: f64| State {
        per_s,
        mean_stay: services(2.0),
    };
    let hours = |list: &[u64]| -> Vec<SimTime> {
        list.iter()
            .map(|hour| SimTime(hour * TICKS_PER_HOUR))
            .collect()
    };
    let rows = (0..1_000).map(|row| TraceRow {
        at: SimTime(row * 600_000_000),
        duration: services(1.0),
        nodes: None,
        priority: None,
        estimate: None,
        environment: None,
    });
    let times = TimesOfWeek::parse(&["mon-fri 08:00".to_owned()]).expect("times of the week");
    let times = RecurringTimes::new(&calendar, times);
    let swing = SimDuration::from_secs(7_200);
    let windows = WeeklySchedule::parse(&calendar, &["mon-fri 08:00-12:00".to_owned()])
        .expect("windows of the week");
    let batch = || Arrivals::Batch(Batch::new(300, hours(&[1, 9, 30])));
    vec![
        ("poisson", Arrivals::Poisson(Poisson::new(per_s))),
        (
            "bursts",
            Arrivals::Bursts(Bursts::new(per_s, 4.0 * per_s, windows)),
        ),
        (
            "profile",
            Arrivals::Profile(Profile::new(&calendar, (0..24).map(f64::from).collect())),
        ),
        (
            "sinusoid",
            Arrivals::Sinusoid(Sinusoid::new(per_s, 0.7 * per_s, swing)),
        ),
        (
            "mmpp",
            Arrivals::Mmpp(Mmpp::new(vec![state(per_s), state(2.0 * per_s)])),
        ),
        ("batch", batch()),
        (
            "recurring",
            Arrivals::Recurring(Recurring::new(200, (times, 5))),
        ),
        ("fan-out", Arrivals::FanOut(FanOut::new(batch(), 3, 3))),
        ("trace", Arrivals::Trace(Trace::new(rows.collect()))),
    ]
}

/// Counts of arrivals in the mean, times a factor: rates are multiplied, and lists repeated in part.
#[test]
fn a_load_factor_multiplies_the_number_of_arrivals() {
    const FACTOR: f64 = 1.3;
    let mut claims = Claims::default();
    for (name, mut arrivals) in kinds() {
        let name = format!("{FACTOR} times {name}");
        let horizon = SimTime(168 * TICKS_PER_HOUR);
        let expected = arrivals.per_s(horizon) * horizon.as_secs_f64() * FACTOR;
        arrivals.scale(FACTOR);
        let told = arrivals.per_s(horizon) * horizon.as_secs_f64();
        assert!((told / expected - 1.0).abs() < 1e-9, "{name}: {told}");
        assert!(arrivals.are_random(), "{name}");
        let world = world(&name, 1, arrivals, 1.0);
        let count = |replication| {
            let streams = Streams::new(2024, replication);
            let mut source = WorkloadSource::new(&world.workloads[0], &[], horizon, streams);
            let mut work = Work::unwatched();
            std::iter::from_fn(|| source.submission(&mut work)).count() as f64
        };
        let counts: Vec<f64> = (0..400).map(count).collect();
        claims.judge_mean(&name, expected, &counts, 0.02);
    }
    claims.settle();
}
