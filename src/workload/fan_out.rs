//! Fan-out: parents arrive, and each brings a number of runs, of which a limited number is in the system at one time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::kind::{Ended, Kind, OfKind, Past, Pattern};
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Runs of parents, such as the trials of hyper-parameter sweeps.
#[derive(Clone, Debug)]
pub struct FanOut<P> {
    parents: Box<P>,
    children: u32,
    at_once: u32,
    /// When the next parent comes; `None` before it is asked for.
    next_parent: Option<SimTime>,
    /// Parents that came.
    came: u64,
    /// Runs that are to come: when, and of which parent.
    due: BinaryHeap<Reverse<(SimTime, u64)>>,
    /// Of parents: runs not yet brought.
    left: BTreeMap<u64, u32>,
    /// Parents of the runs that have not ended, by position.
    of: BTreeMap<u64, u64>,
    /// Parents of which not all children have ended.
    open: BTreeMap<u64, Open>,
    /// Runs that were drawn.
    drawn: u64,
}

/// A parent of which not all children have ended.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// When it came.
    at: SimTime,
    /// Children that have not ended, those that are to come included.
    children: u32,
}

impl<P> FanOut<P> {
    /// Parents that come by `parents`. Each has `children` runs, of which at most `at_once` are submitted and not ended; both
    /// are at least 1.
    pub fn new(parents: P, children: u32, at_once: u32) -> Self {
        Self {
            parents: Box::new(parents),
            children,
            at_once: at_once.min(children),
            next_parent: None,
            came: 0,
            due: BinaryHeap::new(),
            left: BTreeMap::new(),
            of: BTreeMap::new(),
            open: BTreeMap::new(),
            drawn: 0,
        }
    }

    /// Who brings the runs.
    pub fn parents(&self) -> &P {
        &self.parents
    }

    /// Runs of a parent, and how many of them there are at one time at most.
    pub fn children(&self) -> (u32, u32) {
        (self.children, self.at_once)
    }

    /// When each parent came of which not all children have ended.
    pub fn open_parents(&self) -> impl Iterator<Item = SimTime> {
        self.open.values().map(|parent| parent.at)
    }

    /// The next parent comes with its first children.
    fn bring(&mut self, at: SimTime, work: &mut Work<'_>) {
        let parent = self.came;
        self.came += 1;
        let children = self.children;
        self.open.insert(parent, Open { at, children });
        for _ in 0..self.at_once {
            if !work.step() {
                return;
            }
            self.due.push(Reverse((at, parent)));
        }
        if self.children > self.at_once {
            self.left.insert(parent, self.children - self.at_once);
        }
    }
}

/// The next parent after one.
fn next_parent(
    parents: &mut impl OfKind,
    last: SimTime,
    past: Past,
    stream: &mut Stream,
    work: &mut Work<'_>,
) -> SimTime {
    let past = Past { last, ..past };
    parents.kind_mut().next(past, stream, work)
}

impl<P: OfKind> Kind for FanOut<P> {
    fn next(&mut self, past: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        let mut coming = match self.next_parent {
            Some(at) => at,
            None => next_parent(&mut *self.parents, SimTime::ZERO, past, stream, work),
        };
        while coming < past.horizon
            && self.due.peek().is_none_or(|Reverse((at, _))| coming <= *at)
            && work.step()
        {
            self.bring(coming, work);
            coming = next_parent(&mut *self.parents, coming, past, stream, work);
        }
        self.next_parent = Some(coming);
        let Some(Reverse((at, parent))) = self.due.pop() else {
            return SimTime::NEVER;
        };
        self.of.insert(self.drawn, parent);
        self.drawn += 1;
        at
    }

    fn listens(&self) -> bool {
        true
    }

    fn last_child(&mut self, ended: Ended) -> Option<SimTime> {
        let parent = self.of.get(&ended.position)?;
        let open = self.open.get_mut(parent)?;
        open.children -= 1;
        if open.children > 0 {
            return None;
        }
        self.open.remove(parent).map(|parent| parent.at)
    }

    /// The place of a child that ends is the next one's of the same parent.
    fn hear(&mut self, ended: Ended, pending: SimTime, _: &mut Stream) -> SimTime {
        let Some(parent) = self.of.remove(&ended.position) else {
            return pending;
        };
        let Some(left) = self.left.get_mut(&parent) else {
            return pending;
        };
        *left -= 1;
        if *left == 0 {
            self.left.remove(&parent);
        }
        if pending == SimTime::NEVER {
            self.of.insert(self.drawn, parent);
            self.drawn += 1;
        } else if ended.at > pending {
            self.due.push(Reverse((ended.at, parent)));
            return pending;
        } else {
            // The run that was drawn becomes this child, and the child that it was comes later.
            let drawn = self.of.insert(self.drawn - 1, parent);
            let drawn = drawn.expect("the run that is to come has a parent");
            self.due.push(Reverse((pending, drawn)));
        }
        ended.at
    }

    fn scale(&mut self, factor: f64) {
        self.parents.kind_mut().scale(factor);
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        self.parents.kind().per_s(horizon) * f64::from(self.children)
    }

    fn pattern(&self, measured: SimDuration) -> Pattern {
        self.parents.kind().pattern(measured)
    }

    fn goes_on(&self) -> bool {
        self.parents.kind().goes_on()
    }

    fn is_random(&self) -> bool {
        self.parents.kind().is_random()
    }
}
