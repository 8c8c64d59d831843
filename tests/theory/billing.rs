//! What rounding up and a minimum add to leases of exponential length, whose mean is known exactly.
//!
//! Rounded up to a unit u: `u / (1 - exp(-u / m))`, since the number of begun units is geometric. At least c:
//! `c + m exp(-c / m)`, the mean of the longer of c and the lease.

use autoscale_simulator::model::settings::{LeaseBilling, SurplusProvisioning};
use autoscale_simulator::pricing::{TargetPrices, costs};
use autoscale_simulator::results::{TargetResult, Window};
use autoscale_simulator::stats::ratio_of_means;
use autoscale_simulator::units::{SimDuration, SimTime, UsdPerHour};

use crate::measure::{
    Claims, SERVICE_S, System, as_stated, cluster, constant, exponential, replicate,
};

/// Mean lease, unit and minimum in seconds, and the mean billed time as stated.
const CASES: [(u64, u64, u64, &str); 5] = [
    (600, 60, 0, "630.4999"),
    (90, 60, 0, "123.3089"),
    (600, 3600, 0, "3608.9457"),
    (600, 0, 60, "602.9025"),
    (90, 0, 60, "106.2075"),
];

fn billing(unit: u64, minimum: u64) -> LeaseBilling {
    LeaseBilling {
        granularity: SimDuration::from_secs(unit),
        minimum: SimDuration::from_secs(minimum),
        ..LeaseBilling::default()
    }
}

/// The closed form.
fn theory(mean: f64, unit: f64, minimum: f64) -> f64 {
    if unit > 0.0 {
        unit / (1.0 - (-unit / mean).exp())
    } else {
        minimum + mean * (-minimum / mean).exp()
    }
}

/// The mean of what the rule bills, over lengths in steps of a hundredth of a second up to forty means.
fn mean_billed_s(billing: LeaseBilling, mean: f64) -> f64 {
    const STEP_S: f64 = 0.01;
    let longer_than = |steps: f64| (-steps * STEP_S / mean).exp();
    let mut sum = 0.0;
    let mut step = 0.0;
    while step * STEP_S < 40.0 * mean {
        let lease = SimDuration::from_secs_rounded((step + 0.5) * STEP_S);
        let share = longer_than(step) - longer_than(step + 1.0);
        sum += share * billing.billed(lease).as_secs_f64();
        step += 1.0;
    }
    sum
}

#[test]
fn leases_are_billed_as_the_closed_forms_say() {
    for (mean, unit, minimum, stated) in CASES {
        let name = format!("mean {mean} s, unit {unit} s, minimum {minimum} s");
        let [mean, unit_s, minimum_s] = [mean, unit, minimum].map(|seconds| seconds as f64);
        as_stated(&name, theory(mean, unit_s, minimum_s), stated);
        as_stated(&name, mean_billed_s(billing(unit, minimum), mean), stated);
    }
}

/// A node for each run, gone with it: leases are as long as runs.
#[test]
fn simulated_leases_are_billed_as_the_closed_forms_say() {
    let mut claims = Claims::default();
    for (mean, unit, minimum, _) in CASES {
        let name = format!("billed, mean {mean} s, unit {unit} s, minimum {minimum} s");
        let [mean, unit_s, minimum_s] = [mean, unit, minimum].map(|seconds| seconds as f64);
        let keep = SurplusProvisioning::default();
        let kind = cluster((0, 1_000), constant(0.0), constant(0.0), keep);
        let system = System {
            service: exponential(mean / SERVICE_S),
            ..System::new(kind, 5.0)
        };
        let mut world = system.world(&name, 20_000.0);
        world.warmup = SimTime::ZERO;
        world.targets[0].billing = billing(unit, minimum);
        let targets = replicate(&world, 40);
        let seconds = |target: &TargetResult| {
            let billed = target.within.billed() + target.drain.billed();
            billed.0 as f64 / 1e6
        };
        let billed: Vec<f64> = targets.iter().map(seconds).collect();
        let leases = targets.iter().map(|target| target.spin_ups as f64);
        let leases: Vec<f64> = leases.collect();
        let estimate = ratio_of_means(&billed, &leases, 0.999).expect("there are leases");
        claims.judge(&name, theory(mean, unit_s, minimum_s), estimate, 0.005);
    }
    claims.settle();
}

/// Runs that never wait cost a compound Poisson sum: 4 an hour for 26 days, each exponential with a mean of 30 min, at
/// 3.06 USD per hour. Its mean is the number of runs times the mean cost of one; its variance, times the mean square.
#[test]
fn without_a_queue_cost_is_a_compound_poisson_sum() {
    const PER_HOUR: f64 = 4.0;
    const MEAN_S: f64 = 1800.0;
    const PRICE: UsdPerHour = UsdPerHour(3_060_000);
    const DAYS: f64 = 26.0;
    let runs = PER_HOUR * 24.0 * DAYS;
    let of_one = MEAN_S / 3600.0 * 3.06;
    let (mean, variance) = (runs * of_one, runs * 2.0 * of_one * of_one);
    as_stated("mean cost", mean, "3819");
    as_stated("its standard deviation", variance.sqrt(), "108.1");
    let keep = SurplusProvisioning::default();
    let system = System {
        service: exponential(MEAN_S / SERVICE_S),
        ..System::new(
            cluster((0, 10_000), constant(0.0), constant(0.0), keep),
            PER_HOUR * SERVICE_S / 3600.0,
        )
    };
    let mut world = system.world("compound Poisson", runs);
    world.warmup = SimTime::ZERO;
    let window = Window {
        warmup: world.warmup,
        horizon: world.horizon,
    };
    let prices = [TargetPrices {
        per_hour: PRICE,
        ..TargetPrices::default()
    }];
    let targets = replicate(&world, 2_000);
    let cost = |target: &TargetResult| {
        let (costs, _) = costs(std::slice::from_ref(target), &prices, (&[], None), window);
        costs[0].whole().total().dollars()
    };
    let costs: Vec<f64> = targets.iter().map(cost).collect();
    let squares: Vec<f64> = costs.iter().map(|cost| (cost - mean).powi(2)).collect();
    let mut claims = Claims::default();
    claims.judge_mean("compound Poisson, mean cost", mean, &costs, 0.003);
    claims.judge_mean("compound Poisson, variance", variance, &squares, 0.12);
    claims.settle();
}
