//! Fills the clock hours one by one: what each commitment has for an hour covers the machine-time of that hour.
//!
//! An hour that the warm-up or the end cuts has as much of the hourly quantity as is left of it. The horizon cuts no
//! hour: what is covered of the hour around it falls before and after it as the usage does.

use std::collections::BTreeSet;

use super::super::shares::{share, steps};
use super::{Commitment, CommitmentKind, CommitmentUse};
use crate::category::PARTS;
use crate::pricing::TargetPrices;
use crate::results::{HourGrid, HourReader, PartTimes, TargetResult, Window};
use crate::units::{NodeTime, SimDuration, SimTime, Usd};

/// What happened in some span of time.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// By commitment.
    pub(super) uses: Vec<CommitmentUse>,
    /// Slot-time by target and category, of those that may be covered.
    pub(super) used: Vec<[NodeTime; PARTS]>,
}

/// The hours of all covered targets and what commitments have for them.
pub(super) struct Filling<'a> {
    commitments: &'a [Commitment],
    /// Their positions in the order in which they cover: reservations, then savings plans.
    order: Vec<usize>,
    /// Until when each is paid.
    paid_until: Vec<SimTime>,
    /// Whose usage may be covered.
    covered: Vec<bool>,
    targets: &'a [TargetResult],
    grid: HourGrid,
}

/// One hour, or each of several that are alike.
struct Hour {
    /// Of the part that is measured: begin, horizon if it falls inside, end.
    bounds: [SimTime; 3],
    /// So many hours are like this one.
    count: u128,
    /// Slot-time by target that no commitment has covered so far, before and after the horizon.
    left: Vec<[PartTimes; 2]>,
    /// The spans to which the parts before and after the horizon belong.
    spans: [usize; 2],
}

impl<'a> Filling<'a> {
    pub(super) fn new(
        commitments: &'a [Commitment],
        prices: &[TargetPrices],
        targets: &'a [TargetResult],
        window: Window,
    ) -> Self {
        let mut covered = vec![false; targets.len()];
        let targets_of = |commitment: &'a Commitment| {
            let covers = commitment.covers.iter();
            covers.map(|covered| covered.target)
        };
        for target in commitments.iter().flat_map(targets_of) {
            covered[target] = prices[target].may_be_covered();
        }
        let paid_until = commitments.iter().map(|commitment| {
            let ends = targets_of(commitment).map(|target| targets[target].end);
            ends.max().unwrap_or(window.horizon).max(window.horizon)
        });
        let is_plan = |position: &usize| {
            matches!(
                commitments[*position].kind,
                CommitmentKind::SavingsPlan { .. }
            )
        };
        let mut order: Vec<usize> = (0..commitments.len()).collect();
        order.sort_by_key(is_plan);
        let hours = targets.iter().zip(&covered);
        let mut hours = hours.filter_map(|(target, covered)| {
            let hours = target.hours.as_ref().filter(|_| *covered);
            hours.map(|hours| hours.grid())
        });
        // Where there is no usage, it is all one where hours begin.
        let grid = hours.next().unwrap_or(HourGrid {
            window,
            ..HourGrid::default()
        });
        assert!(
            grid.window == window && hours.all(|other| other == grid),
            "all targets keep the same hours"
        );
        Self {
            order,
            paid_until: paid_until.collect(),
            covered,
            commitments,
            targets,
            grid,
        }
    }

    /// What happened before and after the horizon.
    pub(super) fn split_at_horizon(&self) -> [Span; 2] {
        let mut spans = [self.empty(), self.empty()];
        let ends = self.targets.iter().map(|target| target.end);
        let last = ends.chain(self.paid_until.iter().copied()).max();
        let Window { warmup, horizon } = self.grid.window;
        let end = last.unwrap_or(horizon).max(horizon);
        self.fill(&[warmup, end], &mut spans, |_| [0, 1]);
        spans
    }

    /// What happened between each two neighboring instants, which ascend; all but the first and the last are begins of
    /// hours.
    pub(super) fn between(&self, cuts: &[SimTime]) -> Vec<Span> {
        let mut spans = vec![self.empty(); cuts.len().saturating_sub(1)];
        self.fill(cuts, &mut spans, |from| {
            let span = cuts.partition_point(|cut| *cut <= from) - 1;
            [span, span]
        });
        spans
    }

    /// Fills the hours between the first and the last cut; `spans_of` tells the spans of the parts of an hour that begins
    /// there.
    fn fill(&self, cuts: &[SimTime], spans: &mut [Span], spans_of: impl Fn(SimTime) -> [usize; 2]) {
        let (Some(&begin), Some(&end)) = (cuts.first(), cuts.last()) else {
            return;
        };
        if begin >= end {
            return;
        }
        let mut readers: Vec<Option<HourReader<'_>>> = (self.targets.iter().zip(&self.covered))
            .map(|(target, covered)| {
                let hours = target.hours.as_ref().filter(|_| *covered);
                hours.map(|hours| hours.reader())
            })
            .collect();
        let mut next = self.grid.hour(begin);
        let mut fill = |hour: u64, count: u64, readers: &mut [Option<HourReader<'_>>]| {
            let [from, to] = self.grid.bounds(hour);
            let (from, to) = (from.max(begin), to.min(end));
            let horizon = self.grid.window.horizon.clamp(from, to);
            let of = |reader: &mut Option<HourReader<'_>>| {
                let reader = reader.as_mut();
                reader.map_or([[0; PARTS]; 2], |reader| reader.hour(hour))
            };
            let hour = Hour {
                bounds: [from, horizon, to],
                count: u128::from(count),
                left: readers.iter_mut().map(of).collect(),
                spans: spans_of(from),
            };
            self.fill_hour(hour, spans);
        };
        for hour in self.remarkable(cuts) {
            if hour > next {
                fill(next, hour - next, &mut readers);
            }
            fill(hour, 1, &mut readers);
            next = hour.saturating_add(1);
        }
    }

    /// The hours, ascending, between which all hours are alike: those in which usage changes, and those around a cut, the
    /// horizon and the end of a payment.
    fn remarkable(&self, cuts: &[SimTime]) -> BTreeSet<u64> {
        let hour = |at: SimTime| self.grid.hour(at);
        let (first, last) = (cuts[0], SimTime(cuts[cuts.len() - 1].0 - 1));
        let instants = cuts.iter().chain(&self.paid_until);
        let instants = instants.chain([&self.grid.window.horizon, &last]);
        let around = instants.map(|at| hour(*at));
        let hours = self.targets.iter().zip(&self.covered);
        let hours =
            hours.filter_map(|(target, covered)| target.hours.as_ref().filter(|_| *covered));
        let all = around.chain(hours.flat_map(|hours| hours.changes()));
        all.filter(|at| (hour(first)..=hour(last)).contains(at))
            .collect()
    }

    /// A span in which nothing was used.
    fn empty(&self) -> Span {
        let uses = self.commitments.iter().map(|commitment| CommitmentUse {
            paid: Usd::ZERO,
            eligible: NodeTime::default(),
            covered: vec![NodeTime::default(); commitment.covers.len()],
            parts: vec![[NodeTime::default(); PARTS]; commitment.covers.len()],
        });
        Span {
            uses: uses.collect(),
            used: vec![[NodeTime::default(); PARTS]; self.targets.len()],
        }
    }

    fn slots(&self, target: usize) -> u128 {
        u128::from(self.targets[target].slots.max(1))
    }

    fn fill_hour(&self, mut hour: Hour, spans: &mut [Span]) {
        for (target, left) in hour.left.iter().enumerate() {
            for (times, span) in left.iter().zip(hour.spans) {
                add(&mut spans[span].used[target], times, hour.count);
            }
        }
        for (commitment, position) in self.commitments.iter().zip(0..) {
            for covered in &commitment.covers {
                let slots = self.slots(covered.target);
                for (times, span) in hour.left[covered.target].iter().zip(hour.spans) {
                    let time = sum(times) / slots * hour.count;
                    spans[span].uses[position].eligible += NodeTime(time);
                }
            }
        }
        for &position in &self.order {
            self.apply(position, &mut hour, spans);
        }
    }

    /// Covers what a commitment can of an hour. Each target's usage is covered to the same share, and so is each category
    /// of it: what is covered is shared by on-demand value.
    fn apply(&self, position: usize, hour: &mut Hour, spans: &mut [Span]) {
        let commitment = &self.commitments[position];
        let until = self.paid_until[position];
        let [from, horizon, to] = hour.bounds.map(|at| at.min(until));
        let room = commitment.room(to.since(from));
        let machine_time = |hour: &Hour, target: usize| {
            let slots = self.slots(target);
            hour.left[target].map(|times| sum(&times) / slots)
        };
        let wanted = commitment.covers.iter().map(|place| {
            let [before, after] = machine_time(hour, place.target);
            (before + after) * commitment.takes(place)
        });
        let wanted: u128 = wanted.sum();
        let (mut upto, mut taken) = (0, 0);
        let mut used = [Usd::ZERO; 2];
        for (number, place) in commitment.covers.iter().enumerate() {
            let [before, after] = machine_time(hour, place.target);
            let (all, each) = (before + after, commitment.takes(place));
            upto += all * each;
            let covered = if wanted <= room {
                all
            } else {
                let spent = share(room, upto, wanted).unsigned_abs();
                spent
                    .saturating_sub(taken)
                    .checked_div(each)
                    .map_or(all, |most| most.min(all))
            };
            taken += covered * each;
            let first = share(covered, before, all).unsigned_abs();
            for (part, covered) in [first, covered - first].into_iter().enumerate() {
                let slots = self.slots(place.target);
                let times = take(&mut hour.left[place.target][part], covered * slots);
                let sums = &mut spans[hour.spans[part]].uses[position];
                sums.covered[number] += NodeTime(covered * hour.count);
                add(&mut sums.parts[number], &times, hour.count);
                used[part] += NodeTime(covered * hour.count) * commitment.rate(number);
            }
        }
        let count = i128::try_from(hour.count).expect("hours are fewer than 2^64");
        let paid = Usd(commitment.price(to.since(from)).0 * count);
        let unused = paid - used[0] - used[1];
        let of_time = |part: SimDuration| {
            let whole = u128::from(to.since(from).0);
            Usd(share(unused.0.unsigned_abs(), u128::from(part.0), whole))
        };
        let before = of_time(horizon.since(from));
        for (part, unused) in [before, unused - before].into_iter().enumerate() {
            spans[hour.spans[part]].uses[position].paid += used[part] + unused;
        }
    }
}

impl Commitment {
    /// What it has for some time: machine-time of a reservation, dollars (in units of [`Usd`]) of a savings plan.
    fn room(&self, time: SimDuration) -> u128 {
        let each = match self.kind {
            CommitmentKind::Reservation { machines, .. } => u128::from(machines),
            CommitmentKind::SavingsPlan { per_hour } => u128::from(per_hour.0),
        };
        each * u128::from(time.0)
    }

    /// How much of that a tick of a target's machine takes.
    fn takes(&self, place: &super::Covered) -> u128 {
        match self.kind {
            CommitmentKind::Reservation { .. } => 1,
            CommitmentKind::SavingsPlan { .. } => u128::from(place.per_hour.0),
        }
    }
}

fn sum(times: &PartTimes) -> u128 {
    times.iter().map(|time| u128::from(*time)).sum()
}

fn add(sums: &mut [NodeTime; PARTS], times: &PartTimes, count: u128) {
    for (sum, time) in sums.iter_mut().zip(times) {
        sum.0 += u128::from(*time) * count;
    }
}

/// Takes so much slot-time out of some, from each category by its share; what was taken of each.
fn take(left: &mut PartTimes, covered: u128) -> PartTimes {
    let whole = sum(left);
    let parts = left.map(|time| NodeTime(u128::from(time)));
    let taken = steps(parts, |upto| share(covered, upto.0, whole));
    let taken = taken.map(|time| u64::try_from(time).expect("a part is no more than its whole"));
    for (left, taken) in left.iter_mut().zip(taken) {
        *left -= taken;
    }
    taken
}
