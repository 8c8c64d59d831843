//! The node-time of one target by category, clipped to the warm-up and split at the horizon. Exact integers, no money.
//!
//! A target's own end is known only afterwards: time past the horizon stays provisional until something that extends the
//! target's end happens, and what is provisional at the end is dropped.

use crate::results::{NodeTimes, Window};
use crate::units::{NodeTime, SimDuration, SimTime};

/// What node-time is spent on; the last four stand beside the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    Boot,
    Startup,
    Run,
    Lost,
    Finalize,
    GangWait,
    IdleMinimum,
    IdleTail,
    Standing,
    Background,
    Rounding,
    LoadBalancers,
    LoadBalancersAtZero,
    Lease,
}

/// Categories whose sum is the leases' time.
const PARTS: usize = Category::Rounding as usize;
const CATEGORIES: usize = Category::Lease as usize + 1;

type Accounts = [u128; CATEGORIES];

/// Levels that hold between two instants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) gang_wait: u32,
    pub(super) idle_minimum: u32,
    pub(super) idle_tail: u32,
    /// Nodes that are preparing, idle or occupied (of an instance: 1 while it is on).
    pub(super) allocated: u32,
}

/// How many load balancers a target has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Balancing {
    /// One for so many allocated nodes or part of them.
    PerNodes(u32),
    /// Always one.
    Always,
    /// The target has none.
    None,
}

impl Balancing {
    fn load_balancers(self, allocated: u32) -> Option<u32> {
        match self {
            Self::PerNodes(nodes) => Some(allocated.div_ceil(nodes)),
            Self::Always => Some(1),
            Self::None => None,
        }
    }
}

/// The accounts of one target.
#[derive(Debug)]
pub(super) struct Ledger {
    window: Window,
    balancing: Balancing,
    /// Up to here, idle time is accounted for.
    idle_since: SimTime,
    /// Up to here, load balancers are accounted for.
    allocated_since: SimTime,
    held: Held,
    within: Accounts,
    drain: Accounts,
    provisional: Accounts,
    end: SimTime,
    peak: u32,
    spin_ups: SpinUps,
}

/// Nodes requested (of an instance: starts) in `[warmup, the target's end)`.
#[derive(Debug, Default)]
struct SpinUps {
    counted: u64,
    /// Those from the horizon on, which count once something later extends the end.
    provisional: u64,
    /// When the last of these were, and how many of them were then.
    last: (SimTime, u64),
}

impl Ledger {
    pub(super) fn new(window: Window, balancing: Balancing) -> Self {
        Self {
            window,
            balancing,
            idle_since: SimTime::ZERO,
            allocated_since: SimTime::ZERO,
            held: Held::default(),
            within: [0; CATEGORIES],
            drain: [0; CATEGORIES],
            provisional: [0; CATEGORIES],
            end: window.horizon,
            peak: 0,
            spin_ups: SpinUps::default(),
        }
    }

    /// Counts nodes that are requested at `now`.
    #[inline]
    pub(super) fn count_spin_ups(&mut self, now: SimTime, nodes: u32) {
        let (nodes, counts) = (u64::from(nodes), &mut self.spin_ups);
        if now >= self.window.horizon {
            let same = if counts.last.0 == now {
                counts.last.1
            } else {
                0
            };
            counts.last = (now, same + nodes);
            counts.provisional += nodes;
        } else if now >= self.window.warmup {
            counts.counted += nodes;
        }
    }

    /// Nodes requested in `[warmup, end)`, as known so far.
    pub(super) fn spin_ups(&self) -> u64 {
        self.spin_ups.counted
    }

    /// Adds `[from, to)` on so many nodes to a category.
    #[inline]
    pub(super) fn add(&mut self, category: Category, from: SimTime, to: SimTime, nodes: u32) {
        if from >= self.window.warmup && to <= self.window.horizon {
            self.within[category as usize] += product(from, to, nodes);
        } else {
            self.add_clipped(category, from, to, nodes);
        }
    }

    #[cold]
    fn add_clipped(&mut self, category: Category, from: SimTime, to: SimTime, nodes: u32) {
        let Window { warmup, horizon } = self.window;
        let from = from.max(warmup);
        self.within[category as usize] += product(from, to.min(horizon), nodes);
        self.provisional[category as usize] += product(from.max(horizon), to, nodes);
    }

    /// Adds what is billed beyond a lease; it belongs to the lease's end and counts whole.
    pub(super) fn add_rounding(&mut self, released: SimTime, extra: SimDuration, slots: u32) {
        let amount = u128::from(extra.0) * u128::from(slots);
        if released > self.window.horizon {
            self.provisional[Category::Rounding as usize] += amount;
        } else if released >= self.window.warmup {
            self.within[Category::Rounding as usize] += amount;
        }
    }

    /// What holds from `now` on; what held until now is accounted for where it differs.
    #[inline]
    pub(super) fn hold(&mut self, now: SimTime, held: Held) {
        if held.allocated != self.held.allocated {
            self.account_allocated(now);
        }
        if held != self.held {
            self.account_idle(now);
            self.held = held;
        }
    }

    /// Accounts for what was idle since the last change.
    #[inline(always)]
    fn account_idle(&mut self, now: SimTime) {
        let (from, held) = (self.idle_since, self.held);
        self.idle_since = now;
        let parts = [
            (Category::IdleTail, held.idle_tail),
            (Category::IdleMinimum, held.idle_minimum),
            (Category::GangWait, held.gang_wait),
        ];
        if from >= self.window.warmup && now <= self.window.horizon {
            for (category, nodes) in parts {
                self.within[category as usize] += product(from, now, nodes);
            }
        } else {
            for (category, nodes) in parts {
                self.add_clipped(category, from, now, nodes);
            }
        }
    }

    /// Accounts for what was allocated since that last changed.
    fn account_allocated(&mut self, now: SimTime) {
        let (from, allocated) = (self.allocated_since, self.held.allocated);
        self.allocated_since = now;
        if now == from {
            return;
        }
        if now > self.window.warmup {
            self.peak = self.peak.max(allocated);
        }
        match self.balancing.load_balancers(allocated) {
            None => {}
            Some(0) => self.add(Category::LoadBalancersAtZero, from, now, 1),
            Some(balancers) => self.add(Category::LoadBalancers, from, now, balancers),
        }
    }

    /// Something happened at `now` that extends the target's end: all time up to now counts.
    #[inline]
    pub(super) fn extend(&mut self, now: SimTime) {
        if now > self.window.horizon {
            self.account_idle(now);
            self.account_allocated(now);
            self.end = now;
            self.commit();
            self.spin_ups.extend(now);
        }
    }

    fn commit(&mut self) {
        for (sum, part) in self.drain.iter_mut().zip(&mut self.provisional) {
            *sum += std::mem::take(part);
        }
    }

    /// The target's own end, as known so far.
    pub(super) fn end(&self) -> SimTime {
        self.end
    }

    /// Drops what is provisional and accounts for what is held up to the end; leases still open are then closed there.
    pub(super) fn close(&mut self) {
        self.provisional = [0; CATEGORIES];
        if self.idle_since < self.end {
            self.account_idle(self.end);
        }
        if self.allocated_since < self.end {
            self.account_allocated(self.end);
        }
    }

    /// The sums within the horizon and after it, and the peak. The parts must add up to the leases.
    pub(super) fn finish(mut self) -> (NodeTimes, NodeTimes, u32) {
        self.commit();
        for accounts in [&self.within, &self.drain] {
            let parts: u128 = accounts[..PARTS].iter().sum();
            assert_eq!(
                parts,
                accounts[Category::Lease as usize],
                "node-time by category adds up to the leases"
            );
        }
        (node_times(&self.within), node_times(&self.drain), self.peak)
    }
}

impl SpinUps {
    /// What was before `now`, the new end, counts.
    fn extend(&mut self, now: SimTime) {
        let (at, nodes) = self.last;
        let left = if at == now { nodes } else { 0 };
        self.counted += self.provisional - left;
        self.provisional = left;
    }
}

#[inline]
fn product(from: SimTime, to: SimTime, nodes: u32) -> u128 {
    u128::from(to.since(from).0) * u128::from(nodes)
}

fn node_times(accounts: &Accounts) -> NodeTimes {
    let of = |category: Category| NodeTime(accounts[category as usize]);
    NodeTimes {
        boot: of(Category::Boot),
        startup: of(Category::Startup),
        run: of(Category::Run),
        lost: of(Category::Lost),
        finalize: of(Category::Finalize),
        gang_wait: of(Category::GangWait),
        idle_minimum: of(Category::IdleMinimum),
        idle_tail: of(Category::IdleTail),
        standing: of(Category::Standing),
        background: of(Category::Background),
        rounding: of(Category::Rounding),
        load_balancers: of(Category::LoadBalancers),
        load_balancers_at_zero: of(Category::LoadBalancersAtZero),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window {
        warmup: SimTime(10),
        horizon: SimTime(20),
    };

    fn lease(ledger: &mut Ledger, category: Category, from: u64, to: u64) {
        ledger.add(category, SimTime(from), SimTime(to), 2);
        ledger.add(Category::Lease, SimTime(from), SimTime(to), 2);
    }

    #[test]
    fn time_is_clipped_at_the_warmup_and_split_at_the_horizon() {
        let mut ledger = Ledger::new(WINDOW, Balancing::Always);
        lease(&mut ledger, Category::Run, 5, 25);
        ledger.extend(SimTime(25));
        let (within, drain, _) = ledger.finish();
        // [10, 20) and [20, 25) on two nodes.
        assert_eq!((within.run, drain.run), (NodeTime(20), NodeTime(10)));
    }

    #[test]
    fn time_after_the_last_extension_does_not_count() {
        let mut ledger = Ledger::new(WINDOW, Balancing::Always);
        let idle = Held {
            idle_tail: 1,
            ..Held::default()
        };
        ledger.hold(SimTime(0), idle);
        ledger.extend(SimTime(22));
        ledger.hold(SimTime(40), Held::default());
        ledger.close();
        ledger.add(Category::Lease, SimTime(0), SimTime(22), 1);
        let (within, drain, _) = ledger.finish();
        assert_eq!(
            (within.idle_tail, drain.idle_tail),
            (NodeTime(10), NodeTime(2))
        );
    }

    #[test]
    fn requests_count_until_just_before_the_end() {
        let mut ledger = Ledger::new(WINDOW, Balancing::None);
        for (at, nodes) in [
            (9, 1),
            (10, 2),
            (19, 4),
            (20, 8),
            (25, 16),
            (25, 32),
            (30, 64),
        ] {
            ledger.count_spin_ups(SimTime(at), nodes);
        }
        assert_eq!(ledger.spin_ups(), 2 + 4, "the end is the horizon");
        ledger.extend(SimTime(30));
        assert_eq!(ledger.spin_ups(), 2 + 4 + 8 + 16 + 32);
        ledger.count_spin_ups(SimTime(40), 128);
        ledger.extend(SimTime(41));
        assert_eq!(ledger.spin_ups(), 2 + 4 + 8 + 16 + 32 + 64 + 128);
    }

    #[test]
    fn rounding_belongs_to_the_end_of_the_lease() {
        for (released, within, drain) in [(9, 0, 0), (10, 7, 0), (20, 7, 0), (21, 0, 7)] {
            let mut ledger = Ledger::new(WINDOW, Balancing::Always);
            ledger.add_rounding(SimTime(released), SimDuration(7), 1);
            let sums = ledger.finish();
            assert_eq!(
                (sums.0.rounding, sums.1.rounding),
                (NodeTime(within), NodeTime(drain))
            );
        }
    }
}
