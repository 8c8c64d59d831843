//! When the events of sources are due: the earliest is found by looking at each where they are few, else by a queue of them.

use std::cmp::Reverse;

use priority_queue::PriorityQueue;
use rustc_hash::FxBuildHasher;

use crate::units::SimTime;

/// Up to this number of sources, a scan of all is cheaper than the priority queue.
const LOOKED_AT: usize = 16;

/// Earlier first, and of those at one time the first by position.
type Key = (Reverse<SimTime>, Reverse<usize>);

/// The next time of each source.
pub(super) struct Sources {
    times: Vec<SimTime>,
    /// Where there are many.
    queue: Option<PriorityQueue<usize, Key, FxBuildHasher>>,
    first: usize,
    first_at: SimTime,
}

fn key(source: usize, at: SimTime) -> Key {
    (Reverse(at), Reverse(source))
}

impl Sources {
    pub(super) fn new() -> Self {
        Self {
            times: Vec::new(),
            queue: None,
            first: 0,
            first_at: SimTime::NEVER,
        }
    }

    /// A new source whose first event is at `at`; its position.
    pub(super) fn add(&mut self, at: SimTime) -> usize {
        let source = self.times.len();
        self.times.push(at);
        if let Some(queue) = &mut self.queue {
            queue.push(source, key(source, at));
        } else if self.times.len() > LOOKED_AT {
            let times = self.times.iter().enumerate();
            let keys = times.map(|(source, &at)| (source, key(source, at)));
            self.queue = Some(keys.collect());
        }
        self.find_first();
        source
    }

    /// Sets the source's next event.
    #[inline(always)]
    pub(super) fn set(&mut self, source: usize, at: SimTime) {
        self.times[source] = at;
        if self.times.len() == 1 {
            self.first_at = at;
        } else {
            self.set_of_several(source, at);
        }
    }

    #[inline(never)]
    fn set_of_several(&mut self, source: usize, at: SimTime) {
        if let Some(queue) = &mut self.queue {
            queue.change_priority(&source, key(source, at));
        }
        self.find_first();
    }

    #[inline]
    fn find_first(&mut self) {
        if let Some(queue) = &self.queue {
            let (source, (Reverse(at), _)) = queue.peek().expect("there are many sources");
            (self.first, self.first_at) = (*source, *at);
            return;
        }
        self.first_at = SimTime::NEVER;
        for (source, &at) in self.times.iter().enumerate() {
            if at < self.first_at {
                (self.first, self.first_at) = (source, at);
            }
        }
    }

    /// The earliest source, the first by position where several are due at the same time.
    #[inline]
    pub(super) fn first(&self) -> usize {
        self.first
    }

    #[inline]
    pub(super) fn first_at(&self) -> SimTime {
        self.first_at
    }

    pub(super) fn at(&self, source: usize) -> SimTime {
        self.times[source]
    }

    /// Positions of the sources that are due at `now`, when none is due before, in order.
    pub(super) fn due(&mut self, now: SimTime) -> Vec<usize> {
        if self.first_at > now {
            return Vec::new();
        }
        let Some(queue) = &mut self.queue else {
            let times = self.times.iter().enumerate();
            let due = times.filter(|(_, at)| **at == now);
            return due.map(|(source, _)| source).collect();
        };
        let mut due = Vec::new();
        while let Some((source, _)) = queue.pop_if(|_, (Reverse(at), _)| *at == now) {
            due.push(source);
        }
        for &source in &due {
            queue.push(source, key(source, now));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_sources_is_the_first_by_position() {
        let mut sources = Sources::new();
        sources.add(SimTime(7));
        sources.add(SimTime(7));
        assert_eq!(sources.first(), 0);
        sources.set(0, SimTime(8));
        assert_eq!((sources.first(), sources.first_at()), (1, SimTime(7)));
    }

    #[test]
    fn many_sources_come_in_the_same_order_as_few() {
        let times = [9, 3, 3, 7, 3, 8, 8, 1].map(SimTime);
        for copies in [1, 40] {
            let mut sources = Sources::new();
            for at in times.iter().cycle().take(times.len() * copies) {
                sources.add(*at);
            }
            assert_eq!(sources.queue.is_some(), copies > 1);
            let mut order = Vec::new();
            while sources.first_at() < SimTime::NEVER {
                let now = sources.first_at();
                let due = sources.due(now);
                assert_eq!(due[0], sources.first());
                for source in due {
                    assert_eq!(sources.at(source), now);
                    order.push((now, source));
                    sources.set(source, SimTime::NEVER);
                }
            }
            let all = times.iter().cycle().take(times.len() * copies);
            let mut expected: Vec<(SimTime, usize)> = all.copied().zip(0..).collect();
            expected.sort_unstable();
            assert_eq!(order, expected);
        }
    }
}
