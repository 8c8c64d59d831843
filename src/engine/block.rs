//! Timers side by side, which stand in the event queue as one item: the earliest of them.

use super::LATEST;
use crate::units::SimTime;

/// Timers that stand in the queue as one item.
pub(super) const BLOCK: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 6;
pub(super) const BLOCK_TIMERS: u32 = 1 << PLACE_BITS;

/// When a timer is due, and below that its place in its block: the least of such words is the earliest timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u64);

impl Key {
    /// Of a timer that is parked, whatever its place.
    pub(super) const PARKED: Self = Self(u64::MAX);
    /// Later than anything that is simulated; what is set to later times comes at this one.
    const LATEST: u64 = (u64::MAX >> PLACE_BITS) - 1;

    #[inline(always)]
    pub(super) fn new(place: usize, at: SimTime) -> Self {
        let at = if at.0 <= Self::LATEST {
            at.0
        } else if at == SimTime::NEVER {
            return Self::PARKED;
        } else {
            Self::LATEST
        };
        Self(at << PLACE_BITS | place as u64)
    }

    /// Of a timer that is parked, a time later than those of all others.
    #[inline(always)]
    pub(super) fn at(self) -> SimTime {
        SimTime(self.0 >> PLACE_BITS)
    }

    /// Place in the block.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the rest fits into its bits"
    )]
    #[inline(always)]
    pub(super) fn place(self) -> u32 {
        (self.0 % u64::from(BLOCK_TIMERS)) as u32
    }

    /// Priority in the queue, which gives the largest first.
    #[inline(always)]
    pub(super) fn priority(self) -> u64 {
        !self.0
    }
}

const _: () = assert!(LATEST.0 < Key::LATEST);

/// Timers of a block that have an earliest of their own, and groups of these that have one, so that few are looked at when one
/// changes.
const GROUP: usize = 4;
const GROUPS: usize = BLOCK / GROUP;
const QUARTER: usize = GROUP * GROUP;
const _: () = assert!(BLOCK == QUARTER * GROUP);

#[inline(always)]
fn earliest(keys: [Key; GROUP]) -> Key {
    let [a, b, c, d] = keys;
    a.min(b).min(c.min(d))
}

/// Timers side by side, and the earliest of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    keys: [Key; BLOCK],
    /// The earliest of each group.
    least: [Key; GROUPS],
    /// The earliest of each four groups.
    quarters: [Key; GROUP],
    pub(super) first: Key,
}

impl Block {
    /// All parked.
    pub(super) const PARKED: Self = Self {
        keys: [Key::PARKED; BLOCK],
        least: [Key::PARKED; GROUPS],
        quarters: [Key::PARKED; GROUP],
        first: Key::PARKED,
    };

    /// Sets one of them, and finds the earliest again.
    #[inline(always)]
    pub(super) fn set(&mut self, place: usize, key: Key) {
        let before = std::mem::replace(&mut self.keys[place], key);
        let least = &mut self.least[place / GROUP];
        if key <= *least {
            *least = key;
        } else if before == *least {
            self.find_least(place);
        } else {
            return;
        }
        let quarter = &mut self.quarters[place / QUARTER];
        if key <= *quarter {
            *quarter = key;
        } else if before == *quarter {
            self.find_quarter(place);
        } else {
            return;
        }
        if key <= self.first {
            self.first = key;
        } else if before == self.first {
            self.find_first();
        }
    }

    /// Parks one of them.
    #[inline(always)]
    pub(super) fn park(&mut self, place: usize) {
        self.keys[place] = Key::PARKED;
        self.find_least(place);
        self.find_quarter(place);
        self.find_first();
    }

    /// Finds the earliest of the group of a place again.
    #[inline(always)]
    fn find_least(&mut self, place: usize) {
        let (groups, _) = self.keys.as_chunks::<GROUP>();
        let group = place / GROUP;
        self.least[group] = earliest(groups[group]);
    }

    /// Finds the earliest of the four groups around a place again.
    #[inline(always)]
    fn find_quarter(&mut self, place: usize) {
        let (quarters, _) = self.least.as_chunks::<GROUP>();
        let quarter = place / QUARTER;
        self.quarters[quarter] = earliest(quarters[quarter]);
    }

    #[inline(always)]
    fn find_first(&mut self) {
        self.first = earliest(self.quarters);
    }
}
