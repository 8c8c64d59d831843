use proptest::prelude::*;

use super::*;
use crate::results::TierTimes;
use crate::units::{SimTime, TICKS_PER_SECOND};

fn seconds(count: u64) -> NodeTime {
    NodeTime(u128::from(count * TICKS_PER_SECOND))
}

fn hours(count: u64) -> SimTime {
    SimTime(count * TICKS_PER_HOUR)
}

fn window() -> Window {
    Window {
        warmup: SimTime::ZERO,
        horizon: hours(24),
    }
}

fn prices(per_hour: f64) -> TargetPrices {
    TargetPrices {
        per_hour: UsdPerHour::from_dollars(per_hour).unwrap(),
        ..TargetPrices::default()
    }
}

fn dollars(amount: Usd, expected: f64) {
    assert!(
        (amount.dollars() - expected).abs() < 1e-12,
        "{amount:?} is not {expected} USD"
    );
}

#[test]
fn idle_tails_of_a_burst_of_twenty_nodes() {
    // 20 nodes at 3.06 USD/h: tails of 120 s cost 20 x 120/3600 x 3.06 = 2.04, of 1800 s 30.60.
    for (tail, expected) in [(120, 2.04), (1800, 30.60)] {
        let result = TargetResult {
            within: NodeTimes {
                run: seconds(20 * 3600),
                idle_before_scale_down: seconds(20 * tail),
                ..NodeTimes::default()
            },
            end: hours(24),
            slots: 1,
            ..TargetResult::default()
        };
        let cost = prices(3.06).cost(&result, window());
        dollars(cost.within.idle_before_scale_down, expected);
        dollars(cost.within.run, 61.20);
        dollars(cost.whole().total(), 61.20 + expected);
        assert_eq!(cost.drain, CostLines::default());
    }
}

#[test]
fn slots_share_the_price_and_lose_nothing() {
    // One hour of an instance at 1 USD/h with three slots, one busy for 1 us less than a third of the slot-time.
    let third = u128::from(TICKS_PER_HOUR);
    let times = NodeTimes {
        run: NodeTime(third - 1),
        idle_before_scale_down: NodeTime(2 * third + 1),
        ..NodeTimes::default()
    };
    let lines = CostLines::of_usage(&lines::metered(&times, UsdPerHour(1_000_000), 3, &[]));
    assert_eq!(
        lines.total(),
        NodeTime(u128::from(TICKS_PER_HOUR)) * UsdPerHour(1_000_000)
    );
    assert_eq!(lines.run.0, (3_600_000_000 - 1) * 1_000_000 / 3);
    dollars(lines.total(), 1.0);
}

#[test]
fn fixed_charges_run_by_the_clock_and_split_at_the_horizon() {
    // 24 h, of which 12 h are measured, and 6 h of drain: a disk at 5 USD a day costs 2.50 and 1.25, an IP at 3.65 USD a
    // month 0.005 an hour, so 0.06 and 0.03; load balancers at 0.025 an hour ran 30 and 2 hours, and 4 more at zero.
    let prices = TargetPrices {
        disk: Some(charge(5_000_000, 24)),
        public_ip: Some(charge(3_650_000, 730)),
        load_balancer: Some(charge(25_000, 1)),
        load_balancer_at_zero: true,
        ..TargetPrices::default()
    };
    let result = TargetResult {
        within: NodeTimes {
            load_balancers: seconds(30 * 3600),
            ..NodeTimes::default()
        },
        drain: NodeTimes {
            load_balancers: seconds(2 * 3600),
            load_balancers_at_zero: seconds(4 * 3600),
            ..NodeTimes::default()
        },
        end: hours(30),
        slots: 1,
        ..TargetResult::default()
    };
    let window = Window {
        warmup: hours(12),
        horizon: hours(24),
    };
    let cost = prices.cost(&result, window);
    dollars(cost.within.disk, 2.50);
    dollars(cost.drain.disk, 1.25);
    dollars(cost.within.public_ip, 0.06);
    dollars(cost.drain.public_ip, 0.03);
    dollars(cost.within.load_balancer, 0.75);
    dollars(cost.drain.load_balancer, 0.15);
    dollars(cost.whole().fixed(), 4.74);
    assert_eq!(cost.whole().fixed(), cost.whole().total());

    let without = TargetPrices {
        load_balancer_at_zero: false,
        ..prices
    };
    dollars(without.cost(&result, window).drain.load_balancer, 0.05);
}

#[test]
fn a_month_is_extrapolated_from_what_was_measured() {
    // 3 USD over 12 h are 0.25 an hour, 182.50 in 730 hours.
    let window = Window {
        warmup: hours(12),
        horizon: hours(24),
    };
    let cost = seconds(3600) * UsdPerHour(3_000_000);
    assert!((per_month(cost, window) - 182.5).abs() < 1e-9);
}

#[test]
fn a_lease_costs_its_billed_time() {
    let lease = LeaseRecord {
        target: 0,
        node: 0,
        requested: SimTime::ZERO,
        billed_from: SimTime(1),
        released: SimTime(59_000_001),
        billed: SimDuration::from_secs(60),
        boot: NodeTime(0),
        node_setup: NodeTime(0),
        run: NodeTime(59_000_000),
        lost: NodeTime(0),
        finalize: NodeTime(0),
        idle: NodeTime(0),
        ended_by_loss: false,
    };
    dollars(prices(3.0).lease_cost(&lease), 0.05);
}

fn charge(micro_usd: u64, hours: u64) -> FixedCharge {
    FixedCharge { micro_usd, hours }
}

fn any_times(slots: u32) -> impl Strategy<Value = NodeTimes> {
    // The whole of an instance's slot-time is a multiple of its slots: the idle time is what is missing.
    (prop::array::uniform12(0_u64..1 << 50), 0_u64..1 << 40).prop_map(move |(parts, rounding)| {
        let slots = u128::from(slots);
        let parts = parts.map(|part| NodeTime(u128::from(part)));
        let busy: NodeTime = parts.into_iter().sum();
        let [
            run,
            checkpoints,
            lost,
            node_setup,
            restarts,
            finalize,
            boot,
            idle_gang_assembly,
            idle_min_nodes,
            idle_unused_capacity,
            system_nodes,
            background,
        ] = parts;
        NodeTimes {
            run,
            checkpoints,
            lost,
            node_setup,
            restarts,
            finalize,
            boot,
            idle_gang_assembly,
            idle_min_nodes,
            idle_before_scale_down: NodeTime(slots - busy.0 % slots),
            idle_unused_capacity,
            system_nodes,
            background,
            rounding: NodeTime(u128::from(rounding) * slots),
            load_balancers: idle_min_nodes,
            load_balancers_at_zero: boot,
        }
    })
}

proptest! {
    #[test]
    fn lines_add_up_to_the_price_of_the_whole(
        (slots, within, drain) in (1_u32..9).prop_flat_map(|slots| (Just(slots), any_times(slots), any_times(slots))),
        (price, fee, low) in (0_u64..200_000_000, 0_u64..9_000_000, 0_u64..50_000_000),
        tier in any_times(1),
        (disk, hours) in (0_u64..1_000_000_000, prop::sample::select(vec![1_u64, 24, 730])),
        (warmup, length, after) in (0_u64..1 << 45, 1_u64..1 << 45, 0_u64..1 << 45),
    ) {
        let prices = TargetPrices {
            per_hour: UsdPerHour(price),
            disk: Some(charge(disk, hours)),
            public_ip: None,
            load_balancer: Some(charge(disk, hours)),
            load_balancer_at_zero: true,
            low_priority_per_hour: UsdPerHour(low),
            service_fee: UsdPerHour(fee),
            unmanaged: true,
            ..TargetPrices::default()
        };
        let window = Window { warmup: SimTime(warmup), horizon: SimTime(warmup + length) };
        let result = TargetResult {
            within,
            drain,
            end: SimTime(warmup + length + after),
            slots,
            low_priority: Some(Box::new(TierTimes { within: tier, drain: NodeTimes::default() })),
            ..TargetResult::default()
        };
        let cost = prices.cost(&result, window);
        let billed = within.billed() + drain.billed();
        prop_assert_eq!(billed.0 % u128::from(slots), 0);
        let machines = NodeTime(billed.0 / u128::from(slots));
        let nodes = machines * UsdPerHour(price) + tier.billed() * UsdPerHour(low);
        // Each part of a machine's time is rounded down for the fee.
        let fees = ((machines + tier.billed()) * UsdPerHour(fee)).0;
        let service = cost.whole().service;
        prop_assert!((0..=i128::from(fee)).contains(&(fees - service.0)));
        let nodes = nodes + service;
        let balanced = within.load_balancers + within.load_balancers_at_zero
            + drain.load_balancers + drain.load_balancers_at_zero;
        let fixed = charge(disk, hours).over(NodeTime(u128::from(length + after)))
            + charge(disk, hours).over(balanced);
        prop_assert_eq!(cost.whole().fixed(), fixed);
        prop_assert_eq!(cost.whole().total(), nodes + fixed);
        prop_assert_eq!(cost.within.total() + cost.drain.total(), nodes + fixed);
        let lines = [
            (within.run, tier.run, cost.within.run),
            (within.idle_before_scale_down, tier.idle_before_scale_down, cost.within.idle_before_scale_down),
        ];
        for (time, of_tier, line) in lines {
            let exact = (time * UsdPerHour(price)).0;
            let own = line.0 - (of_tier * UsdPerHour(low)).0;
            prop_assert!((own * i128::from(slots) - exact).abs() < i128::from(slots));
        }
        let outside = cost.outside_workspace.expect("it is unmanaged");
        prop_assert!(outside >= fixed && outside <= cost.whole().total());
        prop_assert!(cost.whole().lines().iter().all(|line| *line >= Usd::ZERO));
    }
}
