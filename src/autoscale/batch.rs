//! Formulas of Azure Batch pools: docs/targets.md 4.4.
//!
//! Facts (Azure documentation, articles/batch/batch-automatic-scaling.md): a formula is evaluated every 15 min (5 min to
//! 168 h); the service takes samples of its metrics every 30 s, which a formula can see about a minute later; the sample
//! formula takes the mean of pending tasks over 180 s if at least 70 % of its samples are there, else one node, and at most
//! a fixed number; another one puts dedicated nodes in the place of preempted low-priority ones.
//!
//! Assumed: a node takes one task, so that tasks are nodes; samples are taken at multiples of 30 s of simulated time; where
//! a pool has both tiers, low-priority nodes come first.

use std::collections::VecDeque;

use super::{Decision, Scaler, Tasks, View};
use crate::units::{SimDuration, SimTime};

/// Time between two samples.
pub const SAMPLE_INTERVAL: SimDuration = SimDuration::from_secs(30);
/// Evaluations that are looked at one by one, at most.
const MOST_PHASES: u64 = 30_000;
/// Share of the samples of a window, in percent, below which they are too few.
const ENOUGH_PERCENT: u64 = 70;

/// A formula of Azure Batch: docs/targets.md 4.4.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchFormula {
    /// Which one.
    pub policy: BatchPolicy,
    /// How far back samples count.
    pub sample_window: SimDuration,
    /// How old a sample must be to be seen.
    pub sample_delay: SimDuration,
}

/// The named formulas of Azure Batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchPolicy {
    /// The mean of pending tasks.
    PendingTasks {
        /// Nodes where samples are too few.
        start_nodes: u32,
    },
    /// The same, with dedicated nodes in the place of lost low-priority ones.
    ReplacePreempted {
        /// Nodes where samples are too few.
        start_nodes: u32,
    },
    /// Always so many.
    Fixed {
        /// Nodes.
        nodes: u32,
    },
}

impl BatchFormula {
    /// Whether lost low-priority nodes are sought again between evaluations.
    fn seeks_lost_nodes(&self) -> bool {
        !matches!(self.policy, BatchPolicy::ReplacePreempted { .. })
    }
}

/// Samples of pending tasks: of those that are queued and those that run.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Samples {
    /// When the next one is due.
    next: SimTime,
    list: VecDeque<(SimTime, u32)>,
}

impl Samples {
    /// None so far; the first is due at the first multiple of 30 s from `from` on.
    fn new(from: SimTime) -> Self {
        Self {
            next: first_from(from),
            list: VecDeque::new(),
        }
    }

    /// Takes all samples that are due: earlier ones find `before`, one that is due right now finds `tasks`. Samples older
    /// than the window are dropped.
    fn take(&mut self, now: SimTime, before: u32, tasks: u32, window: SimDuration) {
        let oldest = SimTime(now.0.saturating_sub(window.0));
        while self.list.front().is_some_and(|(at, _)| *at < oldest) {
            self.list.pop_front();
        }
        if self.next < oldest {
            self.next = first_from(oldest);
        }
        while self.next <= now {
            let found = if self.next < now { before } else { tasks };
            self.list.push_back((self.next, found));
            self.next = self.next + SAMPLE_INTERVAL;
        }
    }

    /// The mean, rounded up, of the samples that the formula sees at `now`; `None` if they are too few.
    fn mean(&self, formula: &BatchFormula, now: SimTime) -> Option<u32> {
        let BatchFormula {
            sample_window: window,
            sample_delay: delay,
            ..
        } = formula;
        let seen = |at: SimTime| at + *delay <= now && at + *window >= now;
        let seen = self.list.iter().filter(|(at, _)| seen(*at));
        let (count, sum) = seen.fold((0, 0), |(count, sum), (_, tasks)| {
            (count + 1, sum + u64::from(*tasks))
        });
        if count == 0 || !are_enough(count, *window) {
            return None;
        }
        Some(u32::try_from(sum.div_ceil(count)).expect("a mean is no more than the largest"))
    }
}

/// Evaluations after which those of this interval stand to the samples as before, and those that samples stay in the window.
fn look_back(formula: &BatchFormula, interval: SimDuration) -> u64 {
    phases(interval) + formula.sample_window.0.div_ceil(interval.0)
}

/// How many evaluations of this interval stand differently to the samples.
fn phases(interval: SimDuration) -> u64 {
    let (mut large, mut small) = (SAMPLE_INTERVAL.0, interval.0);
    while small > 0 {
        (large, small) = (small, large % small);
    }
    SAMPLE_INTERVAL.0 / large
}

/// Of how many evaluations in a row, once the first samples can be seen, the formula sees enough samples: so many of so many.
/// At most 30,000 are looked at.
pub fn evaluations_with_enough(formula: &BatchFormula, interval: SimDuration) -> (u64, u64) {
    let BatchFormula {
        sample_window: window,
        sample_delay: delay,
        ..
    } = formula;
    let sample = SAMPLE_INTERVAL.0;
    let all = phases(interval);
    let sees_enough = |position: &u64| {
        // Whole intervals are added so that nothing lies before 0.
        let at = (position * interval.0) % sample + window.0.next_multiple_of(sample) + sample;
        let (from, to) = (at - window.0, at.saturating_sub(delay.0));
        let seen = (to / sample + 1).saturating_sub(from.div_ceil(sample));
        seen > 0 && are_enough(seen, *window)
    };
    let looked_at = all.min(MOST_PHASES);
    let enough = (0..looked_at).filter(sees_enough).count() as u64;
    (enough, looked_at)
}

/// The first multiple of the interval at or after `from`.
fn first_from(from: SimTime) -> SimTime {
    SimTime(from.0.next_multiple_of(SAMPLE_INTERVAL.0))
}

/// Whether so many samples are enough of a window.
fn are_enough(count: u64, window: SimDuration) -> bool {
    count * SAMPLE_INTERVAL.0 * 100 >= window.0 * ENOUGH_PERCENT
}

/// Nodes of each tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tiers {
    /// Dedicated.
    pub dedicated: u32,
    /// Low-priority.
    pub low: u32,
}

/// A formula with its samples and what it last asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The formula.
    pub formula: BatchFormula,
    samples: Samples,
    /// The low-priority nodes that the last evaluation asked for.
    last_low: u32,
}

impl Batch {
    /// One without samples.
    pub fn new(formula: BatchFormula) -> Self {
        Self {
            formula,
            samples: Samples::new(SimTime::ZERO),
            last_low: 0,
        }
    }

    /// How many nodes of each tier the formula asks for.
    fn tiers(&self, view: View<'_>) -> Tiers {
        let mean = || self.samples.mean(&self.formula, view.now);
        let (nodes, replaces) = match self.formula.policy {
            BatchPolicy::Fixed { nodes } => (nodes, false),
            BatchPolicy::PendingTasks { start_nodes } => (mean().unwrap_or(start_nodes), false),
            BatchPolicy::ReplacePreempted { start_nodes } => (mean().unwrap_or(start_nodes), true),
        };
        let nodes = nodes.clamp(view.min_nodes, view.max_nodes);
        let mut low = nodes.min(view.low_most);
        if replaces {
            low -= low.min(self.last_low.saturating_sub(view.low_size));
        }
        Tiers {
            dedicated: nodes - low,
            low,
        }
    }
}

impl Scaler for Batch {
    fn name(&self) -> String {
        "a formula".to_owned()
    }

    fn begin(&mut self, now: SimTime) {
        self.samples = Samples::new(now);
    }

    fn watch(&mut self, now: SimTime, before: Tasks, tasks: Tasks) {
        let [before, tasks] = [before, tasks].map(Tasks::all);
        let window = self.formula.sample_window;
        self.samples.take(now, before, tasks, window);
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        if view.operating {
            return Decision::Keep;
        }
        let tiers = self.tiers(view);
        self.last_low = tiers.low;
        Decision::Tiers(tiers)
    }

    fn sought_again(&self, low_size: u32) -> u32 {
        if self.formula.seeks_lost_nodes() {
            self.last_low.saturating_sub(low_size)
        } else {
            0
        }
    }

    fn look_back(&self, interval: SimDuration) -> u64 {
        look_back(&self.formula, interval)
    }

    fn most_nodes(&self, min_nodes: u32, max_nodes: u32) -> u32 {
        most_nodes(&self.formula, min_nodes, max_nodes)
    }
}

/// The most nodes that the formula ever asks for: a run that needs more would wait for ever.
fn most_nodes(formula: &BatchFormula, min_nodes: u32, max_nodes: u32) -> u32 {
    let BatchFormula {
        sample_window: window,
        sample_delay: delay,
        ..
    } = formula;
    let most = match formula.policy {
        BatchPolicy::Fixed { nodes } => nodes,
        BatchPolicy::PendingTasks { start_nodes }
        | BatchPolicy::ReplacePreempted { start_nodes } => {
            let span = window.0.checked_sub(delay.0);
            let seen = span.map_or(0, |span| span / SAMPLE_INTERVAL.0 + 1);
            if seen > 0 && are_enough(seen, *window) {
                max_nodes
            } else {
                start_nodes
            }
        }
    };
    most.clamp(min_nodes, max_nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(secs)
    }

    fn formula(policy: BatchPolicy) -> BatchFormula {
        BatchFormula {
            policy,
            sample_window: SimDuration::from_secs(180),
            sample_delay: SimDuration::from_secs(60),
        }
    }

    const PENDING: BatchPolicy = BatchPolicy::PendingTasks { start_nodes: 1 };

    fn view(secs: u64) -> View<'static> {
        View {
            now: at(secs),
            max_nodes: 25,
            ..View::default()
        }
    }

    /// What a formula asks for that has these samples.
    fn tiers(formula: &BatchFormula, samples: Samples, last_low: u32, view: View<'_>) -> Tiers {
        let batch = Batch {
            samples,
            last_low,
            ..Batch::new(formula.clone())
        };
        batch.tiers(view)
    }

    /// Nothing until 95 s, then 7 tasks, and 13 from 200 s on.
    fn samples(until: u64) -> Samples {
        let mut samples = Samples::new(at(0));
        let window = SimDuration::from_secs(180);
        for (secs, before, tasks) in [(0, 0, 0), (95, 0, 7), (200, 7, 13)] {
            if secs < until {
                samples.take(at(secs), before, tasks, window);
            }
        }
        let now = if until > 200 { 13 } else { 7 };
        samples.take(at(until), now, now, window);
        samples
    }

    #[test]
    fn the_mean_counts_from_seventy_percent_of_the_samples_on() {
        let decide = |secs| tiers(&formula(PENDING), samples(secs), 0, view(secs)).dedicated;
        // At 149 s the samples of 0, 30 and 60 s can be seen: half of six.
        assert_eq!(decide(149), 1);
        // At 180 s those of 0 to 120 s: five of six; 0, 0, 0, 0, 7: the mean 1.4 is rounded up.
        assert_eq!(decide(180), 2);
        // At 300 s those of 120 to 240 s: 7, 7, 7, 13, 13, the mean 9.4.
        assert_eq!(decide(300), 10);
        // At 310 s those of 150 to 240 s: four of six.
        assert_eq!(decide(310), 1);
    }

    #[test]
    fn a_sample_finds_what_was_before_an_instant_between_two_and_what_is_at_its_own() {
        let mut samples = Samples::new(at(10));
        let window = SimDuration::from_secs(180);
        samples.take(at(60), 1, 2, window);
        samples.take(at(60), 8, 9, window);
        samples.take(at(91), 3, 4, window);
        assert_eq!(samples.list, [(at(30), 1), (at(60), 2), (at(90), 3)]);
        // After a long time only the window's are made up for.
        samples.take(at(9_000), 5, 6, window);
        assert_eq!(samples.list.len(), 7);
        assert_eq!(samples.list[0], (at(8_820), 5));
        assert_eq!(samples.list[6], (at(9_000), 6));
    }

    #[test]
    fn low_priority_nodes_come_first() {
        let fixed = formula(BatchPolicy::Fixed { nodes: 10 });
        let with_low = View {
            low_most: 6,
            ..view(0)
        };
        let expected = Tiers {
            dedicated: 4,
            low: 6,
        };
        assert_eq!(tiers(&fixed, samples(0), 0, with_low), expected);
        let small = View {
            max_nodes: 5,
            ..with_low
        };
        let expected = Tiers {
            dedicated: 0,
            low: 5,
        };
        assert_eq!(tiers(&fixed, samples(0), 0, small), expected);
    }

    #[test]
    fn lost_low_priority_nodes_are_replaced_by_dedicated_ones() {
        let replace = formula(BatchPolicy::ReplacePreempted { start_nodes: 8 });
        let lost = View {
            low_most: 6,
            low_size: 4,
            ..view(0)
        };
        let expected = Tiers {
            dedicated: 4,
            low: 4,
        };
        assert_eq!(tiers(&replace, samples(0), 6, lost), expected);
        // More were lost than are asked for now.
        let fewer = View {
            low_size: 0,
            max_nodes: 3,
            ..lost
        };
        let expected = Tiers {
            dedicated: 3,
            low: 0,
        };
        assert_eq!(tiers(&replace, samples(0), 6, fewer), expected);
    }

    #[test]
    fn no_formula_asks_for_more_than_it_can_see() {
        let fixed = formula(BatchPolicy::Fixed { nodes: 10 });
        assert_eq!(most_nodes(&fixed, 0, 25), 10);
        assert_eq!(most_nodes(&formula(PENDING), 0, 25), 25);
        // Samples of 120 s of 180 s at most four, which is less than 70 % of six.
        let late = BatchFormula {
            sample_delay: SimDuration::from_secs(90),
            ..formula(PENDING)
        };
        assert_eq!(most_nodes(&late, 3, 25), 3);
    }
}
