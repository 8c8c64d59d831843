//! The node-time of one target by category, cut at the warm-up, at the horizon and where charge periods begin. Exact
//! integers, no money.
//!
//! A target's own end is known only afterwards: time past the horizon stays provisional until something that extends the
//! target's end happens, and what is provisional at the end is dropped.

mod hours;
mod running;
mod spin_ups;

use std::cmp::Ordering;

use crate::category::{Category, PARTS, USAGE};
use crate::results::{HourlyTimes, NodeTimes, PeriodUse, Window};
use crate::spans::{Cuts, Spans};
use crate::units::{NodeTime, SimDuration, SimTime};
use hours::{Hours, What};
use spin_ups::SpinUps;

/// Accounts: the fields of [`NodeTimes`], and the leases.
const LEASES: usize = NodeTimes::FIELDS;
const ACCOUNTS: usize = LEASES + 1;
const ROUNDING: usize = Category::Rounding as usize;
/// Time with load balancers, and time with none.
const LOAD_BALANCERS: usize = USAGE;
const LOAD_BALANCERS_AT_ZERO: usize = USAGE + 1;
const _: () = assert!(LOAD_BALANCERS_AT_ZERO + 1 == LEASES);

type Accounts = [u128; ACCOUNTS];

/// Levels that hold between two instants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    /// Idle otherwise. What changes most stands first, since two are compared in this order.
    pub(super) idle_rest: u32,
    pub(super) idle_min_nodes: u32,
    /// Nodes that are provisioning, idle or occupied (of an instance: 1 while it is on).
    pub(super) allocated: u32,
    pub(super) idle_gang_assembly: u32,
}

/// How many load balancers a target has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Balancing {
    /// One for each group of this many allocated nodes, rounded up.
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
    /// What the rest of idle time is.
    idle_rest: Category,
    /// Up to here, idle time is accounted for.
    idle_since: SimTime,
    /// Up to here, load balancers are accounted for.
    allocated_since: SimTime,
    held: Held,
    /// What counts.
    spans: Spans<Accounts>,
    /// What is after the horizon and may yet count, by the position of its span.
    provisional: Vec<(usize, Accounts)>,
    /// Rounding of leases that end at the very horizon: it counts as before it, and in the charge period around it.
    rounding_at_horizon: u128,
    keeps_periods: bool,
    hours: Option<Box<Hours>>,
    end: SimTime,
    peak: u32,
    /// That from the horizon on, which counts once something later extends the end.
    provisional_peak: u32,
    spin_ups: SpinUps,
}

/// What the accounts add up to.
#[derive(Debug)]
pub(super) struct Closed {
    pub(super) within: NodeTimes,
    pub(super) drain: NodeTimes,
    pub(super) peak: u32,
    pub(super) hours: Option<Box<HourlyTimes>>,
    /// The same by charge period, where asked for.
    pub(super) periods: Vec<PeriodUse>,
}

impl Ledger {
    pub(super) fn new(cuts: &Cuts, balancing: Balancing) -> Self {
        Self {
            window: cuts.window,
            balancing,
            idle_rest: Category::IdleBeforeScaleDown,
            idle_since: SimTime::ZERO,
            allocated_since: SimTime::ZERO,
            held: Held::default(),
            spans: Spans::new(cuts.clone()),
            provisional: Vec::new(),
            rounding_at_horizon: 0,
            keeps_periods: cuts.periods.is_some(),
            hours: None,
            end: cuts.window.horizon,
            peak: 0,
            provisional_peak: 0,
            spin_ups: SpinUps::default(),
        }
    }

    /// Of an instance, which is there in any case.
    pub(super) fn of_instance(mut self) -> Self {
        self.idle_rest = Category::IdleUnusedCapacity;
        self
    }

    /// Keeps time by hours of the clock as well, if it is told how far into one `t = 0` is.
    pub(super) fn keeping_hours(mut self, into_hour: Option<SimDuration>) -> Self {
        if let Some(into_hour) = into_hour {
            self.hours = Some(Box::new(Hours::new(into_hour, self.window)));
            self.spans.without_present();
        }
        self
    }

    /// Counts nodes that are requested at `now`.
    #[inline]
    pub(super) fn count_spin_ups(&mut self, now: SimTime, nodes: u32) {
        self.spin_ups.count(now, nodes, self.window);
    }

    /// Nodes requested in `[warmup, end)`, as known so far.
    pub(super) fn spin_ups(&self) -> u64 {
        self.spin_ups.counted()
    }

    /// Load-balancer time of any policy whose nodes are leased for this long.
    pub(super) fn least_balanced(&self, leased: NodeTime) -> NodeTime {
        NodeTime(match self.balancing {
            Balancing::PerNodes(nodes) => leased.0 / u128::from(nodes),
            Balancing::Always => u128::from(self.window.length().0),
            Balancing::None => 0,
        })
    }

    /// Adds the time `[from, to)` on a number of nodes to a category.
    #[inline]
    pub(super) fn add(&mut self, category: Category, from: SimTime, to: SimTime, nodes: u32) {
        self.add_to(category as usize, from, to, nodes);
    }

    /// Adds a lease of `[from, to)` on a number of nodes. The categories of its time are added separately, when they are known.
    #[inline]
    pub(super) fn add_lease(&mut self, from: SimTime, to: SimTime, nodes: u32) {
        self.add_to(LEASES, from, to, nodes);
    }

    #[inline(always)]
    fn add_to(&mut self, account: usize, from: SimTime, to: SimTime, nodes: u32) {
        if let Some(accounts) = self.spans.present(from, to) {
            accounts[account] += product(from, to, nodes);
        } else {
            self.add_clipped(account, from, to, nodes);
        }
    }

    #[cold]
    fn add_clipped(&mut self, account: usize, from: SimTime, to: SimTime, nodes: u32) {
        self.each_span([from, to], |accounts, [from, to]| {
            accounts[account] += product(from, to, nodes);
        });
        if let Some(hours) = self.hours.as_mut().filter(|_| account < PARTS) {
            hours.add(What::Part(account), [from, to], nodes, self.window);
        }
    }

    /// Changes the accounts of each span that a time is in, with its part in that span; past the horizon provisional ones.
    fn each_span(
        &mut self,
        [from, to]: [SimTime; 2],
        mut change: impl FnMut(&mut Accounts, [SimTime; 2]),
    ) {
        let horizon = self.window.horizon;
        let provisional = &mut self.provisional;
        self.spans.each(from, to, |position, accounts, part| {
            if part[0] < horizon {
                change(accounts, part);
            } else {
                change(of_span(provisional, position), part);
            }
        });
    }

    /// Adds what is billed beyond a lease; it belongs to the lease's end and counts whole.
    pub(super) fn add_rounding(&mut self, released: SimTime, extra: SimDuration, slots: u32) {
        if extra.is_zero() {
            return;
        }
        let amount = u128::from(extra.0) * u128::from(slots);
        let horizon = self.window.horizon;
        let Some((position, accounts)) = self.spans.at(released) else {
            return;
        };
        match released.cmp(&horizon) {
            Ordering::Less => accounts[ROUNDING] += amount,
            Ordering::Equal => self.rounding_at_horizon += amount,
            Ordering::Greater => of_span(&mut self.provisional, position)[ROUNDING] += amount,
        }
    }

    /// What holds from `now` on; what held until now is accounted for where it differs.
    #[inline(always)]
    pub(super) fn hold(&mut self, now: SimTime, held: Held) {
        if held != self.held {
            self.change(now, held);
        }
    }

    #[inline(always)]
    fn change(&mut self, now: SimTime, held: Held) {
        if held.allocated != self.held.allocated {
            self.account_allocated(now);
        }
        self.account_idle(now);
        self.held = held;
    }

    /// Accounts for what was idle since the last change.
    #[inline(always)]
    fn account_idle(&mut self, now: SimTime) {
        let (from, held) = (self.idle_since, self.held);
        self.idle_since = now;
        let parts = [
            (self.idle_rest, held.idle_rest),
            (Category::IdleMinNodes, held.idle_min_nodes),
            (Category::IdleGangAssembly, held.idle_gang_assembly),
        ];
        if let Some(accounts) = self.spans.present(from, now) {
            let span = now.0 - from.0;
            for (category, nodes) in parts {
                if nodes > 0 {
                    accounts[category as usize] += u128::from(span) * u128::from(nodes);
                }
            }
        } else {
            for (category, nodes) in parts {
                self.add_clipped(category as usize, from, now, nodes);
            }
        }
    }

    /// Accounts for what was allocated since that last changed.
    #[inline(never)]
    fn account_allocated(&mut self, now: SimTime) {
        let (from, allocated) = (self.allocated_since, self.held.allocated);
        self.allocated_since = now;
        if now == from {
            return;
        }
        if now > self.window.warmup {
            let peak = if from < self.window.horizon {
                &mut self.peak
            } else {
                &mut self.provisional_peak
            };
            *peak = allocated.max(*peak);
        }
        match self.balancing.load_balancers(allocated) {
            None => {}
            Some(0) => self.add_to(LOAD_BALANCERS_AT_ZERO, from, now, 1),
            Some(balancers) => self.add_to(LOAD_BALANCERS, from, now, balancers),
        }
    }

    /// Whether what happens at `now` may extend the target's end.
    #[inline(always)]
    pub(super) fn is_past_horizon(&self, now: SimTime) -> bool {
        now > self.window.horizon
    }

    /// Something happened at `now`, past the horizon, that extends the target's end: all time up to now counts.
    pub(super) fn extend(&mut self, now: SimTime) {
        self.account_idle(now);
        self.account_allocated(now);
        self.end = now;
        self.commit();
        self.spin_ups.extend(now);
    }

    fn commit(&mut self) {
        self.peak = self.peak.max(self.provisional_peak);
        for (position, parts) in self.provisional.drain(..) {
            add(self.spans.value(position), &parts);
        }
        if let Some(hours) = &mut self.hours {
            hours.commit();
        }
    }

    /// The target's own end, as known so far.
    pub(super) fn end(&self) -> SimTime {
        self.end
    }

    /// Drops what is provisional and accounts for what is held up to the end; leases still open are then closed there.
    pub(super) fn close(&mut self) {
        self.provisional.clear();
        self.provisional_peak = 0;
        if let Some(hours) = &mut self.hours {
            hours.drop_provisional();
        }
        if self.idle_since < self.end {
            self.account_idle(self.end);
        }
        if self.allocated_since < self.end {
            self.account_allocated(self.end);
        }
    }

    /// The sums within the horizon and after it, the peak, and the hours. The parts must add up to the leases.
    pub(super) fn finish(mut self) -> Closed {
        self.commit();
        let horizon = self.window.horizon;
        let mut spans = self.spans.finish(self.end);
        let [mut within, mut drain] = [[0; ACCOUNTS]; 2];
        for span in &spans {
            let parts: u128 = span.value[..PARTS].iter().sum();
            assert_eq!(
                parts, span.value[LEASES],
                "node-time by category adds up to the leases"
            );
            let sums = if span.from < horizon {
                &mut within
            } else {
                &mut drain
            };
            add(sums, &span.value);
        }
        within[ROUNDING] += self.rounding_at_horizon;
        if let Some(around) = spans.iter_mut().rfind(|span| span.from <= horizon) {
            around.value[ROUNDING] += self.rounding_at_horizon;
        }
        let uses = spans.iter().filter(|_| self.keeps_periods).map(|span| {
            let held = PeriodUse {
                from: span.from,
                times: node_times(&span.value),
                ..PeriodUse::default()
            };
            (held, span.is_period)
        });
        let periods = PeriodUse::joined(uses);
        Closed {
            within: node_times(&within),
            drain: node_times(&drain),
            peak: self.peak,
            hours: self.hours.map(|hours| Box::new(hours.finish())),
            periods,
        }
    }
}

fn add(sums: &mut Accounts, parts: &Accounts) {
    for (sum, part) in sums.iter_mut().zip(parts) {
        *sum += part;
    }
}

/// The accounts of a span among those that have any.
fn of_span(all: &mut Vec<(usize, Accounts)>, position: usize) -> &mut Accounts {
    let place = all.iter().rposition(|(other, _)| *other == position);
    let place = place.unwrap_or_else(|| {
        all.push((position, [0; ACCOUNTS]));
        all.len() - 1
    });
    &mut all[place].1
}

#[inline]
fn product(from: SimTime, to: SimTime, nodes: u32) -> u128 {
    u128::from(to.since(from).0) * u128::from(nodes)
}

fn node_times(accounts: &Accounts) -> NodeTimes {
    NodeTimes::of_fields(std::array::from_fn(|field| NodeTime(accounts[field])))
}

#[cfg(test)]
mod tests;
