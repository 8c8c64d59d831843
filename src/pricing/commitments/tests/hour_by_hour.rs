//! Coverage against a second computation, hour by hour from the leases, and what holds of any case.

use super::*;

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
