//! Coverage against hand-worked cases and a second computation, second by second and machine by machine.

use proptest::prelude::*;

use super::*;
use crate::pricing::{Meter, SplitCost, costs};
use crate::results::{NodeTimes, Usage};
use crate::units::TICKS_PER_SECOND;

const SECOND: u128 = TICKS_PER_SECOND as u128;

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

/// A target with leases at these seconds, half of the time Running and the rest idle, clipped to what is measured.
fn target(leases: &[(u64, u64)], slots: u32, end: u64, window: Window) -> TargetResult {
    let split = |from: SimTime, to: SimTime| {
        let parts = leases.iter().map(|(start, stop)| {
            let length = at(*stop).min(to).since(at(*start).max(from));
            u128::from(length.0) * u128::from(slots)
        });
        let whole: u128 = parts.sum();
        NodeTimes {
            run: NodeTime(whole / 3),
            idle_tail: NodeTime(whole - whole / 3),
            ..NodeTimes::default()
        }
    };
    TargetResult {
        within: split(window.warmup, window.horizon),
        drain: split(window.horizon, at(end)),
        end: at(end),
        slots,
        usage: leases
            .iter()
            .map(|(from, to)| Usage {
                from: at(*from),
                to: at(*to),
            })
            .collect(),
        ..TargetResult::default()
    }
}

fn commitment(kind: CommitmentKind, covers: &[(usize, u64)]) -> Commitment {
    let covered = |(target, micro_usd): &(usize, u64)| Covered {
        target: *target,
        per_hour: UsdPerHour(*micro_usd),
    };
    Commitment {
        name: "commitment".to_owned(),
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
    // 4 h at 0.60 and 1 h at 1.00 within, 1 h at 0.60 after; a third of it Running.
    dollars(costs[0].within.total(), 3.40);
    dollars(costs[0].within.run, 3.40 / 3.0);
    dollars(costs[0].drain.total(), 0.60);
    dollars(unused.within.total(), 1.20);
    dollars(unused.drain.unused_commitment, 0.60);
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
    // 0; the plan of 1.00 USD/h the other at 0.80, and a quarter of target 1's at 0.80: 0.20 of 0.80.
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
    assert_eq!(hours(0), [1.0, 0.25]);
    assert_eq!(hours(1), [1.0]);
    let committed = (&commitments[..], Some(&coverage));
    let (costs, unused) = costs(&targets, &prices, committed, window);
    dollars(costs[0].whole().total(), 0.80 + 0.70);
    dollars(costs[1].whole().total(), 0.20 + 0.75 * 1.20);
    dollars(unused.whole().total(), 0.0);
}

#[test]
fn low_priority_and_spot_machines_are_not_covered() {
    let window = Window {
        warmup: at(0),
        horizon: at(3600),
    };
    let targets = [target(&[(0, 3600)], 1, 3600, window)];
    for (meter, low_priority, covered) in [
        (Meter::PayAsYouGo, false, true),
        (Meter::Given, false, true),
        (Meter::Given, true, false),
        (Meter::LowPriority, true, false),
        (Meter::Spot, true, false),
        (Meter::Spot, false, false),
    ] {
        let prices = [TargetPrices {
            meter,
            low_priority,
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

/// A case of the property: prices, targets and commitments in whole seconds.
#[derive(Clone, Debug)]
struct Case {
    window: Window,
    leases: Vec<Vec<(u64, u64)>>,
    slots: Vec<u32>,
    rounding: u64,
    prices: Vec<TargetPrices>,
    commitments: Vec<Commitment>,
}

impl Case {
    fn targets(&self) -> Vec<TargetResult> {
        let targets = self.leases.iter().zip(&self.slots);
        let targets = targets.map(|(leases, slots)| {
            let last = leases.iter().map(|(_, to)| *to).max().unwrap_or(0);
            let end = last.max(self.window.horizon.0 / TICKS_PER_SECOND);
            let mut result = target(leases, *slots, end, self.window);
            let rounding = u128::from(self.rounding) * u128::from(*slots);
            result.within.rounding = NodeTime(rounding);
            result
        });
        targets.collect()
    }

    /// Machine-ticks that each commitment covers of each target before and after the horizon, by looking at every
    /// machine in every second.
    fn second_by_second(&self) -> Vec<[Vec<u128>; 2]> {
        let targets = self.leases.len();
        let mut sums = vec![[vec![0; targets], vec![0; targets]]; self.commitments.len()];
        let is_reservation =
            |kind: CommitmentKind| matches!(kind, CommitmentKind::Reservation { .. });
        let last = self.leases.iter().flatten().map(|(_, to)| *to).max();
        for second in self.window.warmup.0 / TICKS_PER_SECOND..last.unwrap_or(0) {
            let part = usize::from(at(second) >= self.window.horizon);
            let mut machines: Vec<(usize, u128)> = Vec::new();
            for (target, leases) in self.leases.iter().enumerate() {
                let on = leases
                    .iter()
                    .filter(|(from, to)| (*from..*to).contains(&second));
                machines.extend(on.map(|_| (target, SECOND)));
            }
            for wanted in [true, false] {
                for (commitment, sum) in self.commitments.iter().zip(&mut sums) {
                    if is_reservation(commitment.kind) != wanted {
                        continue;
                    }
                    let mut budget = match commitment.kind {
                        CommitmentKind::Reservation { machines, .. } => {
                            u128::from(machines) * SECOND
                        }
                        CommitmentKind::SavingsPlan { per_hour } => u128::from(per_hour.0) * SECOND,
                    };
                    for place in &commitment.covers {
                        if self.prices[place.target].low_priority {
                            continue;
                        }
                        let price = if wanted {
                            1
                        } else {
                            u128::from(place.per_hour.0)
                        };
                        for (target, left) in &mut machines {
                            if *target == place.target {
                                let taken = (*left).min(budget / price);
                                *left -= taken;
                                budget -= taken * price;
                                sum[part][place.target] += taken;
                            }
                        }
                    }
                }
            }
        }
        sums
    }
}

/// Prices of plans: all divide the ticks of a second, so that what a second's dollars buy is whole ticks.
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
    let lease = (0_u64..40, 0_u64..30).prop_map(|(from, length)| (from, from + length));
    let target = (
        prop::collection::vec(lease, 0..7),
        1_u32..5,
        0_u64..20,
        prop::bool::weighted(0.2),
    );
    let targets = prop::collection::vec(target, 1..4);
    (targets, 0_u64..20, 1_u64..40, 0_u64..5_000_000).prop_flat_map(
        |(targets, warmup, length, rounding)| {
            let commitments = prop::collection::vec(any_commitment(targets.len()), 0..4);
            commitments.prop_map(move |commitments| Case {
                window: Window {
                    warmup: at(warmup),
                    horizon: at(warmup + length),
                },
                leases: targets.iter().map(|target| target.0.clone()).collect(),
                slots: targets.iter().map(|target| target.1).collect(),
                rounding,
                prices: targets
                    .iter()
                    .map(|target| TargetPrices {
                        low_priority: target.3,
                        ..own(target.2)
                    })
                    .collect(),
                commitments,
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn coverage_is_that_of_a_look_at_every_machine_in_every_second(case in any_case()) {
        let targets = case.targets();
        let coverage = Coverage::of(&case.commitments, &case.prices, &targets, case.window);
        let plans = case.commitments.iter().filter(|commitment| {
            matches!(commitment.kind, CommitmentKind::SavingsPlan { .. })
        });
        // Only what a plan leaves to the next need not be whole ticks of a second's dollars.
        let allowed = if plans.count() > 1 { 2 * 80 } else { 0 };
        for (position, exact) in case.second_by_second().iter().enumerate() {
            let commitment = &case.commitments[position];
            for (uses, exact) in [&coverage.within, &coverage.drain].into_iter().zip(exact) {
                for (place, ours) in commitment.covers.iter().zip(&uses[position].covered) {
                    let difference = ours.0.abs_diff(exact[place.target]);
                    prop_assert!(difference <= allowed, "{position}: {ours:?} is not {exact:?}");
                }
            }
        }
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
