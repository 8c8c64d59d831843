//! Coverage of cases worked by hand.

use super::*;

#[test]
fn a_reservation_covers_as_many_machines_as_it_has() {
    // Two reserved at 0.60 against 1.00 USD/h, measured over [1 h, 4 h), target's end at 5 h. Machines: [0, 3 h) and
    // [2 h, 5 h) and [2 h, 3 h): in [1, 2) one is covered, in [2, 3) two of three, in [3, 5) one.
    let window = Window {
        warmup: at(3600),
        horizon: at(4 * 3600),
    };
    let leases = [(0, 3 * 3600), (2 * 3600, 5 * 3600), (2 * 3600, 3 * 3600)];
    let targets = [target(&leases, 1, 5 * 3600, window)];
    let prices = [own(1_000_000)];
    let commitments = [reservation(2, 600_000, &[(0, 0)])];
    let coverage = Coverage::of(&commitments, &prices, &targets, window);
    let [within] = &coverage.within[..] else {
        panic!("one commitment")
    };
    assert!((within.time().as_hours() - 4.0).abs() < 1e-12);
    assert!((within.eligible.as_hours() - 5.0).abs() < 1e-12);
    dollars(within.paid, 3.60);
    dollars(within.used(&commitments[0]), 2.40);
    dollars(within.unused(&commitments[0]), 1.20);
    dollars(within.without(&commitments[0], &prices), 4.00);
    let whole = within.joined(&coverage.drain[0]);
    dollars(whole.paid, 4.80);
    dollars(whole.used(&commitments[0]), 3.00);

    let committed = (&commitments[..], Some(&coverage));
    let (costs, unused) = costs(&targets, &prices, committed, window);
    // 4 h at 0.60 and 1 h at 1.00 within, 1 h at 0.60 after. Running is 1 h of the second machine and 20 min of the third,
    // all in the hour in which two of three are covered.
    dollars(costs[0].within.total(), 3.40);
    dollars(costs[0].within.run, (0.60 * 2.0 + 1.00) / 3.0 * 4.0 / 3.0);
    dollars(costs[0].drain.total(), 0.60);
    dollars(unused.within.total(), 1.20);
    dollars(unused.drain.unused_commitment, 0.60);
}

/// What a target at 1 USD/h costs under a commitment that costs nothing, so that only what is not covered is paid.
fn uncovered(leases: &[(u64, u64)], commitment: &Commitment, own_price: u64) -> Usd {
    let last = leases.iter().map(|(_, to)| *to).max().unwrap();
    let end = last.next_multiple_of(3_600);
    let window = Window {
        warmup: at(0),
        horizon: at(end),
    };
    let targets = [target(leases, 1, end, window)];
    let prices = [own(own_price)];
    let commitments = [commitment.clone()];
    let coverage = Coverage::of(&commitments, &prices, &targets, window);
    let committed = (&commitments[..], Some(&coverage));
    costs(&targets, &prices, committed, window).0[0]
        .whole()
        .total()
}

#[test]
fn machines_at_the_same_time_share_the_hour_of_a_reservation() {
    let one = reservation(1, 0, &[(0, 0)]);
    // Four machines for a quarter of an hour: one machine-hour.
    let four = [(0, 900); 4];
    dollars(uncovered(&four, &one, 1_000_000), 0.0);
    // The vendor's example: two machines, 0-45 and 0-30 min; two whole hours each; half an hour and an hour. Of 1.25, 2, 2
    // and 1.5 machine-hours one each is covered.
    let a = [(0, 2_700), (3_600, 10_800), (10_800, 12_600)];
    let b = [(0, 1_800), (3_600, 10_800), (10_800, 14_400)];
    dollars(uncovered(&[a, b].concat(), &one, 1_000_000), 2.75);
    // What an hour leaves is lost: it covers nothing of the next.
    dollars(
        uncovered(
            &[(3_000, 3_600), (3_600, 7_200), (3_600, 5_400)],
            &one,
            1_000_000,
        ),
        0.5,
    );
}

#[test]
fn machines_at_the_same_time_share_the_hour_of_a_plan() {
    // 1 USD/h at half of 2 USD/h: two half hours at once are what it buys.
    let window = Window {
        warmup: at(0),
        horizon: at(3_600),
    };
    let targets = [target(&[(0, 1_800); 2], 1, 3_600, window)];
    let prices = [own(2_000_000)];
    let commitments = [plan(1_000_000, &[(0, 1_000_000)])];
    let coverage = Coverage::of(&commitments, &prices, &targets, window);
    let committed = (&commitments[..], Some(&coverage));
    let (costs, unused) = costs(&targets, &prices, committed, window);
    dollars(costs[0].whole().total(), 1.00);
    dollars(unused.whole().total(), 0.0);
}

#[test]
fn an_hour_that_is_cut_counts_pro_rata_but_the_horizon_cuts_none() {
    // t = 0 is 20 min into an hour of the clock: hours end at 40, 100, 160 min. Measured from 10 min on; the horizon is at
    // 70 min, the end at 120 min. Hours: 30 min, 60 min around the horizon, 20 min. One reserved machine at 1 USD/h.
    let minute = |minutes: u64| minutes * 60;
    let window = Window {
        warmup: at(minute(10)),
        horizon: at(minute(70)),
    };
    // First hour: 20 min of two machines, of which 30 min are covered. Second: 15 min before the horizon and 75 min after
    // it, of which an hour is covered: 10 and 50 min. Third: 20 min of one, all covered.
    let leases = [
        (5, 30),
        (10, 30),
        (60, 70),
        (65, 70),
        (70, 120),
        (70, 100),
        (70, 85),
    ]
    .map(|(from, to)| (minute(from), minute(to)));
    let targets = [target_at(minute(20), &leases, (1, minute(120)), window)];
    let prices = [own(2_000_000)];
    let commitments = [reservation(1, 1_000_000, &[(0, 0)])];
    let coverage = Coverage::of(&commitments, &prices, &targets, window);
    let minutes = |time: NodeTime| time.as_hours() * 60.0;
    let (within, drain) = (&coverage.within[0], &coverage.drain[0]);
    assert!((minutes(within.time()) - 40.0).abs() < 1e-6);
    assert!((minutes(drain.time()) - 70.0).abs() < 1e-6);
    assert!((minutes(within.eligible) - 55.0).abs() < 1e-6);
    // Paid for 110 min; all of it is used, and paid where it was.
    dollars(within.paid + drain.paid, 110.0 / 60.0);
    dollars(within.unused(&commitments[0]), 0.0);
    dollars(drain.unused(&commitments[0]), 0.0);
}

#[test]
fn categories_follow_the_hour() {
    // One machine reserved at 0.60: boot 1 h and a run of 9 h on the first day, all covered; on the second four machines
    // boot for an hour and run for one, of which one is covered: boot 0.60 + 0.60 + 3.00, run 5.40 + 0.60 + 3.00.
    let hour = |hours: u64| at(hours * 3_600);
    let window = Window {
        warmup: at(0),
        horizon: hour(48),
    };
    let mut hours = HourlyTimes::new(HourGrid {
        window,
        ..HourGrid::default()
    });
    for (part, from, to, machines) in [
        (BOOT, 0, 1, 1),
        (RUN, 1, 10, 1),
        (BOOT, 24, 25, 4),
        (RUN, 25, 26, 4),
    ] {
        hours.add(part, hour(from), hour(to), machines);
    }
    let machine_hours = |hours: u64| NodeTime(u128::from(hours * 3_600 * TICKS_PER_SECOND));
    let targets = [TargetResult {
        within: NodeTimes {
            boot: machine_hours(5),
            run: machine_hours(13),
            ..NodeTimes::default()
        },
        end: hour(48),
        slots: 1,
        hours: Some(Box::new(hours)),
        ..TargetResult::default()
    }];
    let prices = [own(1_000_000)];
    let commitments = [reservation(1, 600_000, &[(0, 0)])];
    let coverage = Coverage::of(&commitments, &prices, &targets, window);
    let committed = (&commitments[..], Some(&coverage));
    let (costs, _) = costs(&targets, &prices, committed, window);
    dollars(costs[0].within.run, 9.00);
    dollars(costs[0].within.boot, 4.20);
}

#[test]
fn hours_that_are_alike_are_filled_as_one() {
    // A machine for 10^9 hours beside a reserved one: as quick as one hour, and exact.
    let long = 3_600 * 1_000_000_000;
    let window = Window {
        warmup: at(0),
        horizon: at(long),
    };
    let targets = [target(&[(0, long), (0, long)], 1, long, window)];
    let commitments = [reservation(1, 500_000, &[(0, 0)])];
    let coverage = Coverage::of(&commitments, &[own(1_000_000)], &targets, window);
    dollars(coverage.within[0].paid, 0.5e9);
    assert_eq!(coverage.within[0].time(), NodeTime(u128::from(at(long).0)));
}

#[test]
fn an_instance_with_slots_is_one_machine() {
    let window = Window {
        warmup: at(0),
        horizon: at(7200),
    };
    let targets = [target(&[(0, 7200)], 4, 7200, window)];
    let prices = [own(900_000)];
    let commitments = [reservation(1, 500_000, &[(0, 0)])];
    let coverage = Coverage::of(&commitments, &prices, &targets, window);
    let committed = (&commitments[..], Some(&coverage));
    let (costs, unused) = costs(&targets, &prices, committed, window);
    dollars(costs[0].whole().total(), 1.00);
    assert_eq!(unused.whole().total(), Usd::ZERO);
}

#[test]
fn a_plan_covers_what_its_dollars_buy_after_the_reservations() {
    // Two machines of target 0 and one of target 1 for an hour. The reservation, later in the scenario, takes one of target
    // 0; the plan of 1.00 USD/h is shared by the other and target 1's, both at 0.80: five eighths of each.
    let window = Window {
        warmup: at(0),
        horizon: at(3600),
    };
    let targets = [
        target(&[(0, 3600), (0, 3600)], 1, 3600, window),
        target(&[(0, 3600)], 1, 3600, window),
    ];
    let prices = [own(1_000_000), own(1_200_000)];
    let commitments = [
        plan(1_000_000, &[(0, 800_000), (1, 800_000)]),
        reservation(1, 700_000, &[(0, 0)]),
    ];
    let coverage = Coverage::of(&commitments, &prices, &targets, window);
    let hours = |position: usize| -> Vec<f64> {
        let covered = coverage.within[position].covered.iter();
        covered.map(|time| time.as_hours()).collect()
    };
    assert_eq!(hours(0), [0.625, 0.625]);
    assert_eq!(hours(1), [1.0]);
    let committed = (&commitments[..], Some(&coverage));
    let (costs, unused) = costs(&targets, &prices, committed, window);
    dollars(costs[0].whole().total(), 0.70 + 0.50 + 0.375);
    dollars(costs[1].whole().total(), 0.50 + 0.375 * 1.20);
    dollars(unused.whole().total(), 0.0);
}

#[test]
fn low_priority_and_spot_machines_are_not_covered() {
    let window = Window {
        warmup: at(0),
        horizon: at(3600),
    };
    let targets = [target(&[(0, 3600)], 1, 3600, window)];
    for (meter, tier, covered) in [
        (Meter::PayAsYouGo, Tier::Dedicated, true),
        (Meter::Given, Tier::Dedicated, true),
        (Meter::Given, Tier::LowPriority, false),
        (Meter::LowPriority, Tier::LowPriority, false),
        (Meter::Spot, Tier::Spot, false),
        (Meter::Spot, Tier::Dedicated, false),
    ] {
        let prices = [TargetPrices {
            meter,
            tier,
            ..own(1_000_000)
        }];
        let commitments = [reservation(1, 500_000, &[(0, 0)])];
        let coverage = Coverage::of(&commitments, &prices, &targets, window);
        let hours = if covered { 1.0 } else { 0.0 };
        let time = coverage.within[0].time().as_hours();
        assert!((time - hours).abs() < 1e-12, "{meter:?}");
        dollars(coverage.within[0].paid, 0.50);
    }
}

#[test]
fn nothing_to_cover_is_all_unused() {
    let window = Window {
        warmup: at(0),
        horizon: at(3600),
    };
    let commitments = [reservation(3, 500_000, &[]), plan(2_000_000, &[])];
    let coverage = Coverage::of(&commitments, &[], &[], window);
    let committed = (&commitments[..], Some(&coverage));
    let (_, unused) = costs(&[], &[], committed, window);
    dollars(unused.within.unused_commitment, 3.50);
    dollars(unused.drain.total(), 0.0);
}
