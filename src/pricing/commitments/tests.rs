//! Coverage against hand-worked cases and a second computation, hour by hour from the leases.

use proptest::prelude::*;

use super::*;
use crate::category::Category;
use crate::pricing::{Meter, SplitCost, Tier, costs};
use crate::results::{HourGrid, HourlyTimes, NodeTimes};
use crate::units::{SimDuration, TICKS_PER_SECOND};

fn at(second: u64) -> SimTime {
    SimTime(second * TICKS_PER_SECOND)
}

fn dollars(amount: Usd, expected: f64) {
    assert!(
        (amount.dollars() - expected).abs() < 1e-12,
        "{amount:?} is not {expected} USD"
    );
}

fn own(micro_usd: u64) -> TargetPrices {
    TargetPrices {
        per_hour: UsdPerHour(micro_usd),
        ..TargetPrices::default()
    }
}

/// Positions of categories.
const RUN: usize = Category::Run as usize;
const BOOT: usize = 4;
const IDLE_TAIL: usize = Category::IdleBeforeScaleDown as usize;

/// A target with leases at these seconds, each a third of its time Running and then idle, where `t = 0` is so many seconds
/// into an hour of the clock.
fn target_at(
    into_hour: u64,
    leases: &[(u64, u64)],
    (slots, end): (u32, u64),
    window: Window,
) -> TargetResult {
    let into_hour = SimDuration::from_secs(into_hour);
    let mut hours = HourlyTimes::new(HourGrid { into_hour, window });
    let mut times = [NodeTimes::default(); 2];
    for (from, to) in leases {
        let middle = from + (to - from) / 3;
        for (part, from, to) in [(RUN, *from, middle), (IDLE_TAIL, middle, *to)] {
            hours.add(part, at(from), at(to), slots);
            let clipped = |first: SimTime, last: SimTime| {
                let length = at(to).min(last).since(at(from).max(first));
                NodeTime(u128::from(length.0) * u128::from(slots))
            };
            let split = [
                clipped(window.warmup, window.horizon),
                clipped(window.horizon, at(end)),
            ];
            for (times, time) in times.iter_mut().zip(split) {
                if part == RUN {
                    times.run += time;
                } else {
                    times.idle_before_scale_down += time;
                }
            }
        }
    }
    TargetResult {
        within: times[0],
        drain: times[1],
        end: at(end),
        slots,
        hours: Some(Box::new(hours)),
        ..TargetResult::default()
    }
}

/// The same from a full hour on.
fn target(leases: &[(u64, u64)], slots: u32, end: u64, window: Window) -> TargetResult {
    target_at(0, leases, (slots, end), window)
}

fn commitment(kind: CommitmentKind, covers: &[(usize, u64)]) -> Commitment {
    let covered = |(target, micro_usd): &(usize, u64)| Covered {
        target: *target,
        per_hour: UsdPerHour(*micro_usd),
    };
    Commitment {
        name: "commitment".to_owned(),
        term: Term::default(),
        kind,
        covers: covers.iter().map(covered).collect(),
        source: None,
    }
}

fn reservation(machines: u32, micro_usd: u64, covers: &[(usize, u64)]) -> Commitment {
    let per_hour = UsdPerHour(micro_usd);
    commitment(CommitmentKind::Reservation { machines, per_hour }, covers)
}

fn plan(micro_usd: u64, covers: &[(usize, u64)]) -> Commitment {
    let per_hour = UsdPerHour(micro_usd);
    commitment(CommitmentKind::SavingsPlan { per_hour }, covers)
}

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

/// A case of the property: prices, targets and commitments; times in minutes.
#[derive(Clone, Debug)]
struct Case {
    /// How far into an hour of the clock it begins.
    into_hour: u64,
    window: Window,
    leases: Vec<Vec<(u64, u64)>>,
    slots: Vec<u32>,
    rounding: u64,
    prices: Vec<TargetPrices>,
    commitments: Vec<Commitment>,
}

/// Machine-minutes of one lease in one hour, before or after the horizon, Running or idle.
struct Piece {
    target: usize,
    after: usize,
    part: usize,
    /// What no commitment has covered so far.
    left: f64,
}

fn minute(minute: u64) -> u64 {
    minute * 60
}

impl Case {
    fn end(&self, target: usize) -> u64 {
        let last = self.leases[target].iter().map(|(_, to)| *to).max();
        last.unwrap_or(0)
            .max(self.window.horizon.0 / TICKS_PER_SECOND / 60)
    }

    fn targets(&self) -> Vec<TargetResult> {
        let targets = self.leases.iter().zip(&self.slots).enumerate();
        let targets = targets.map(|(target, (leases, slots))| {
            let leases = leases.iter().map(|(from, to)| (minute(*from), minute(*to)));
            let leases: Vec<(u64, u64)> = leases.collect();
            let of = (*slots, minute(self.end(target)));
            let mut result = target_at(minute(self.into_hour), &leases, of, self.window);
            let rounding = u128::from(self.rounding) * u128::from(*slots);
            result.within.rounding = NodeTime(rounding);
            result
        });
        targets.collect()
    }

    /// The seconds of an hour, by target, part and category, looked at one by one.
    fn pieces(&self, hour: u64) -> Vec<Piece> {
        let second = |at: SimTime| at.0 / TICKS_PER_SECOND;
        let (warmup, horizon) = (second(self.window.warmup), second(self.window.horizon));
        let mut pieces = Vec::new();
        for (target, leases) in self.leases.iter().enumerate() {
            if self.prices[target].tier == Tier::LowPriority {
                continue;
            }
            for (from, to) in leases {
                let (from, to) = (minute(*from), minute(*to));
                let middle = from + (to - from) / 3;
                for (part, from, to) in [(RUN, from, middle), (IDLE_TAIL, middle, to)] {
                    for (after, first, last) in [(0, warmup, horizon), (1, horizon, u64::MAX)] {
                        let begin = (hour * 3_600).saturating_sub(minute(self.into_hour));
                        let end = (hour + 1) * 3_600 - minute(self.into_hour);
                        let from = from.max(first).max(begin);
                        let left = to.min(last).min(end).saturating_sub(from) as f64;
                        pieces.push(Piece {
                            target,
                            after,
                            part,
                            left,
                        });
                    }
                }
            }
        }
        pieces
    }

    /// Machine-seconds that each commitment covers of each target by category, before and after the horizon, hour by hour
    /// and piece by piece.
    fn hour_by_hour(&self) -> Vec<Vec<[[f64; 2]; 2]>> {
        let nothing = vec![[[0.0; 2]; 2]; self.leases.len()];
        let mut sums = vec![nothing; self.commitments.len()];
        let is_reservation =
            |commitment: &Commitment| matches!(commitment.kind, CommitmentKind::Reservation { .. });
        for hour in 0..30 {
            let mut pieces = self.pieces(hour);
            for wanted in [true, false] {
                for (commitment, sums) in self.commitments.iter().zip(&mut sums) {
                    if is_reservation(commitment) != wanted {
                        continue;
                    }
                    let each = |piece: &Piece| {
                        let mut covers = commitment.covers.iter();
                        let place = covers.find(|place| place.target == piece.target)?;
                        Some(if wanted { 1.0 } else { place.per_hour.0 as f64 })
                    };
                    let value = |piece: &Piece| each(piece).map_or(0.0, |each| each * piece.left);
                    let whole: f64 = pieces.iter().map(value).sum();
                    let share = (self.room(commitment, hour) / whole).min(1.0);
                    for piece in &mut pieces {
                        if each(piece).is_some() && whole > 0.0 {
                            let part = usize::from(piece.part != RUN);
                            sums[piece.target][piece.after][part] += piece.left * share;
                            piece.left *= 1.0 - share;
                        }
                    }
                }
            }
        }
        sums
    }

    /// What a commitment has for an hour: machine-seconds, or dollars of a second's price.
    fn room(&self, commitment: &Commitment, hour: u64) -> f64 {
        let begin = (hour * 60).saturating_sub(self.into_hour);
        let end = (hour + 1) * 60 - self.into_hour;
        let covers = commitment.covers.iter();
        let paid_until = covers.map(|place| self.end(place.target)).max();
        let minutes = |at: SimTime| at.0 / TICKS_PER_SECOND / 60;
        let paid_until = paid_until.unwrap_or(0).max(minutes(self.window.horizon));
        let from = begin.max(minutes(self.window.warmup));
        let seconds = minute(end.min(paid_until).saturating_sub(from)) as f64;
        match commitment.kind {
            CommitmentKind::Reservation { machines, .. } => f64::from(machines) * seconds,
            CommitmentKind::SavingsPlan { per_hour } => per_hour.0 as f64 * seconds,
        }
    }
}

/// Prices of plans.
const PLAN_PRICES: [u64; 6] = [1, 2, 4, 5, 8, 10];

fn any_commitment(targets: usize) -> impl Strategy<Value = Commitment> {
    let kind = prop_oneof![
        (0_u32..4, 0_u64..10).prop_map(|(machines, price)| CommitmentKind::Reservation {
            machines,
            per_hour: UsdPerHour(price),
        }),
        (0_u64..30).prop_map(|price| CommitmentKind::SavingsPlan {
            per_hour: UsdPerHour(price),
        }),
    ];
    let price = prop::sample::select(PLAN_PRICES.to_vec());
    let covers = prop::collection::vec((any::<bool>(), price), targets);
    (kind, covers).prop_map(|(kind, covers)| {
        let covers = covers.iter().enumerate();
        let covers = covers.filter(|(_, (covered, _))| *covered);
        let covers: Vec<(usize, u64)> = covers
            .map(|(target, (_, price))| (target, *price))
            .collect();
        commitment(kind, &covers)
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    let lease = (0_u64..400, 0_u64..300).prop_map(|(from, length)| (from, from + length));
    let target = (
        prop::collection::vec(lease, 0..7),
        1_u32..5,
        0_u64..20,
        prop::bool::weighted(0.2),
    );
    let targets = prop::collection::vec(target, 1..4);
    let window = (0_u64..60, 0_u64..200, 1_u64..400);
    (targets, window, 0_u64..5_000_000).prop_flat_map(
        |(targets, (into_hour, warmup, length), rounding)| {
            let commitments = prop::collection::vec(any_commitment(targets.len()), 0..4);
            commitments.prop_map(move |commitments| Case {
                into_hour,
                window: Window {
                    warmup: at(minute(warmup)),
                    horizon: at(minute(warmup + length)),
                },
                leases: targets.iter().map(|target| target.0.clone()).collect(),
                slots: targets.iter().map(|target| target.1).collect(),
                rounding,
                prices: targets
                    .iter()
                    .map(|target| TargetPrices {
                        tier: if target.3 {
                            Tier::LowPriority
                        } else {
                            Tier::Dedicated
                        },
                        ..own(target.2)
                    })
                    .collect(),
                commitments,
            })
        },
    )
}

/// Slot-seconds of a category that a commitment covered of a target.
fn parts_in_seconds(
    parts: &[[NodeTime; PARTS]],
    commitment: &Commitment,
    target: usize,
    part: usize,
) -> f64 {
    let places = commitment.covers.iter().zip(parts);
    let of_target = places.filter(|(place, _)| place.target == target);
    let sum: u128 = of_target.map(|(_, parts)| parts[part].0).sum();
    sum as f64 / TICKS_PER_SECOND as f64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn coverage_is_that_of_a_look_at_every_machine_in_every_hour(case in any_case()) {
        let targets = case.targets();
        let coverage = Coverage::of(&case.commitments, &case.prices, &targets, case.window);
        for (position, exact) in case.hour_by_hour().iter().enumerate() {
            let commitment = &case.commitments[position];
            for (after, uses) in [&coverage.within, &coverage.drain].into_iter().enumerate() {
                let parts = &uses[position].parts;
                for (place, ours) in commitment.covers.iter().zip(parts) {
                    let slots = f64::from(case.slots[place.target]);
                    for (ours, exact) in [RUN, IDLE_TAIL].into_iter().zip(exact[place.target][after]) {
                        let ours = parts_in_seconds(parts, commitment, place.target, ours) / slots;
                        // Each hour and each of up to four commitments rounds to a microsecond.
                        prop_assert!((ours - exact).abs() < 1e-3, "{position}: {ours} is not {exact}");
                    }
                    let others = (0..PARTS).filter(|part| ![RUN, IDLE_TAIL].contains(part));
                    prop_assert!(others.into_iter().all(|part| ours[part].0 == 0));
                }
            }
        }
    }

    #[test]
    fn spans_add_up_to_the_whole(case in any_case(), cut in 0_u64..12) {
        // Cut at an hour of the clock, as days of UTC are.
        let targets = case.targets();
        let coverage = Coverage::of(&case.commitments, &case.prices, &targets, case.window);
        let ends = (0..targets.len()).map(|target| at(minute(case.end(target))));
        let end = ends.max().unwrap().max(case.window.horizon);
        let cut = at((cut * 3_600).saturating_sub(minute(case.into_hour)));
        let cuts = [case.window.warmup, cut.clamp(case.window.warmup, end), end];
        let spans = Coverage::between(&case.commitments, &case.prices, &targets, case.window, &cuts);
        let joined = |one: &[CommitmentUse], two: &[CommitmentUse]| -> Vec<CommitmentUse> {
            one.iter().zip(two).map(|(one, two)| one.joined(two)).collect()
        };
        prop_assert_eq!(joined(&spans[0], &spans[1]), joined(&coverage.within, &coverage.drain));
    }

    #[test]
    fn categories_and_commitments_add_up_to_the_total(case in any_case()) {
        let targets = case.targets();
        let coverage = Coverage::of(&case.commitments, &case.prices, &targets, case.window);
        let committed = (&case.commitments[..], Some(&coverage));
        let (costs, unused) = costs(&targets, &case.prices, committed, case.window);
        // From the other side: what is paid for commitments, and all machine-time that none covers at its own price.
        let mut expected = Usd::ZERO;
        for (part, uses) in [&coverage.within, &coverage.drain].into_iter().enumerate() {
            let mut rest: Vec<u128> = Vec::new();
            for result in &targets {
                let times = [&result.within, &result.drain][part];
                prop_assert_eq!(times.billed().0 % u128::from(result.slots), 0);
                rest.push(times.billed().0 / u128::from(result.slots));
            }
            for (commitment, used) in case.commitments.iter().zip(uses) {
                expected += used.paid;
                prop_assert!(used.unused(commitment) >= Usd::ZERO);
                for (place, covered) in commitment.covers.iter().zip(&used.covered) {
                    rest[place.target] -= covered.0;
                }
            }
            for (rest, prices) in rest.iter().zip(&case.prices) {
                expected += NodeTime(*rest) * prices.per_hour;
            }
        }
        let all: SplitCost = costs.iter().copied().chain([unused]).sum();
        prop_assert_eq!(all.within.total() + all.drain.total(), expected);
        prop_assert_eq!(all.whole().lines().into_iter().sum::<Usd>(), expected);
        for line in costs.iter().flat_map(|cost| [cost.within, cost.drain]).flat_map(|cost| cost.lines()) {
            prop_assert!(line >= Usd::ZERO);
        }
        for (cost, prices) in costs.iter().zip(&case.prices) {
            let rounding = NodeTime(u128::from(case.rounding)) * prices.per_hour;
            prop_assert_eq!(cost.within.rounding, rounding);
        }
    }

    #[test]
    fn commitments_that_cover_nothing_change_no_line(case in any_case()) {
        let targets = case.targets();
        let none: Vec<Commitment> = case.commitments.iter().map(|commitment| Commitment {
            covers: Vec::new(),
            ..commitment.clone()
        }).collect();
        let coverage = Coverage::of(&none, &case.prices, &targets, case.window);
        let (with, _) = costs(&targets, &case.prices, (&none, Some(&coverage)), case.window);
        let (without, _) = costs(&targets, &case.prices, (&[], None), case.window);
        prop_assert_eq!(with, without);
    }

    #[test]
    fn at_its_own_price_a_covered_machine_costs_what_it_costs(case in any_case()) {
        // A reservation of more than enough machines at the target's own price.
        let targets = &case.targets()[..1];
        let prices = &case.prices[..1];
        let same = [reservation(100, prices[0].per_hour.0, &[(0, 0)])];
        let coverage = Coverage::of(&same, prices, targets, case.window);
        let (with, _) = costs(targets, prices, (&same, Some(&coverage)), case.window);
        let (without, _) = costs(targets, prices, (&[], None), case.window);
        prop_assert_eq!(with, without);
    }
}
