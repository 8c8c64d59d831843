//! The event queue: a keyed table of timers over the `priority-queue` crate, and event sources beside it.
//!
//! A timer is one thing that can have at most one pending event; it is set in place and parked at [`SimTime::NEVER`]
//! while it has none, so nothing is ever pushed or popped on the way. The queue holds blocks of timers, each at the time
//! of its earliest: few items, and most timers are set without a word to the queue. A timer is parked before its event is
//! applied, so that the next one tells whether the instant has another; these are put in order by the model.

use priority_queue::PriorityQueue;
use rustc_hash::FxBuildHasher;

use super::Work;
use super::block::{BLOCK, BLOCK_TIMERS, Block, Key};
use super::sources::Sources;
use crate::units::SimTime;

/// A slot of the timer table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer(u32);

impl Timer {
    /// Position in the table, in order of creation: an index for the owner's own tables.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A timer's time has come; its owner's state says what that means.
    Timer(Timer),
    /// The next event of a source, by the source's position.
    Source(usize),
}

/// Pending events: timers in a priority queue, and a few sources (each with its next time) beside it; and the work that is
/// counted on the way.
pub struct EventQueue<'a> {
    /// The work of the simulation.
    pub work: Work<'a>,
    /// Positions of blocks. The queue gives the largest priority first: the complement of the time.
    queue: PriorityQueue<u32, u64, FxBuildHasher>,
    blocks: Vec<Block>,
    /// The block with the earliest timer of all, and that timer.
    first_block: u32,
    first: Key,
    timers: usize,
    sources: Sources,
    operations: u64,
}

impl Default for EventQueue<'static> {
    fn default() -> Self {
        Self::new(Work::unwatched())
    }
}

impl<'a> EventQueue<'a> {
    /// No timers, no sources.
    pub fn new(work: Work<'a>) -> Self {
        Self {
            work,
            queue: PriorityQueue::with_hasher(FxBuildHasher),
            blocks: Vec::new(),
            first_block: 0,
            first: Key::PARKED,
            timers: 0,
            sources: Sources::new(),
            operations: 0,
        }
    }

    /// A new timer, parked.
    pub fn add_timer(&mut self) -> Timer {
        let timer = Timer(u32::try_from(self.timers).expect("fewer than 2^32 timers"));
        if self.timers.is_multiple_of(BLOCK) {
            let block = u32::try_from(self.blocks.len()).expect("fewer than there are timers");
            self.queue.push(block, Key::PARKED.priority());
            self.blocks.push(Block::PARKED);
            // The priority of a block that is alone is not kept.
            let alone = self.blocks[0].first.priority();
            self.queue.change_priority(&0, alone);
        }
        self.timers += 1;
        timer
    }

    /// Sets the timer to fire at `at`, whatever it was set to before.
    #[inline(always)]
    pub fn set(&mut self, timer: Timer, at: SimTime) {
        self.operations += 1;
        let (position, place) = (timer.0 / BLOCK_TIMERS, timer.index() % BLOCK);
        let block = &mut self.blocks[position as usize];
        let first_before = block.first;
        block.set(place, Key::new(place, at));
        let first = block.first;
        if first != first_before {
            self.move_block(position, first);
        }
    }

    /// Puts a block where its earliest timer belongs.
    #[inline(always)]
    fn move_block(&mut self, block: u32, first: Key) {
        if self.blocks.len() == 1 {
            // It is the first, whatever its time.
            self.see_first(block, first);
        } else {
            self.move_block_of_several(block, first);
        }
    }

    /// The same where there are others; the first block of all is not looked up, and can only move down.
    #[inline(never)]
    fn move_block_of_several(&mut self, block: u32, first: Key) {
        if self.first_block == block {
            self.queue.pop_if(|_, present| {
                *present = first.priority();
                false
            });
        } else {
            self.queue.change_priority(&block, first.priority());
        }
        let (&position, _) = self.queue.peek().expect("there is a block");
        self.see_first(position, self.blocks[position as usize].first);
    }

    /// Notes the earliest timer of all, which is of this block.
    #[inline(always)]
    fn see_first(&mut self, block: u32, first: Key) {
        (self.first_block, self.first) = (block, first);
    }

    /// Takes the timer out of what is pending.
    #[inline(always)]
    pub fn park(&mut self, timer: Timer) {
        self.set(timer, SimTime::NEVER);
    }

    /// A new source whose first event is at `at`; its position.
    pub fn add_source(&mut self, at: SimTime) -> usize {
        self.sources.add(at)
    }

    /// Sets the source's next event; [`SimTime::NEVER`] if it has none left.
    #[inline(always)]
    pub fn set_source(&mut self, source: usize, at: SimTime) {
        self.sources.set(source, at);
    }

    /// Number of times a timer was set or parked: what the queue costs, for benchmarks.
    pub fn operations(&self) -> u64 {
        self.operations
    }

    /// Whether anything is still to happen.
    pub fn has_more(&self) -> bool {
        self.first != Key::PARKED || self.first_source_at() < SimTime::NEVER
    }

    /// When the earliest timer is due; while all are parked, later than any that is simulated.
    #[inline(always)]
    pub(super) fn first_timer_at(&self) -> SimTime {
        self.first.at()
    }

    /// Parks the earliest timer, whose event is to be applied.
    #[inline(always)]
    pub(super) fn take_first_timer(&mut self) -> Timer {
        self.operations += 1;
        let (place, position) = (self.first.place(), self.first_block);
        let block = &mut self.blocks[position as usize];
        block.park(place as usize);
        let first = block.first;
        self.move_block(position, first);
        Timer(position * BLOCK_TIMERS + place)
    }

    #[inline]
    pub(super) fn first_source(&self) -> usize {
        self.sources.first()
    }

    #[inline]
    pub(super) fn first_source_at(&self) -> SimTime {
        self.sources.first_at()
    }

    pub(super) fn source_at(&self, source: usize) -> SimTime {
        self.sources.at(source)
    }

    /// Adds everything due at `now`: timers, which are parked, and sources.
    pub(super) fn take_all(&mut self, now: SimTime, events: &mut Vec<Event>) {
        events.extend(self.sources.due(now).into_iter().map(Event::Source));
        while self.first_timer_at() == now {
            events.push(Event::Timer(self.take_first_timer()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::LATEST;

    #[test]
    fn timers_come_in_order_of_time_and_park() {
        let mut queue = EventQueue::default();
        let (a, b) = (queue.add_timer(), queue.add_timer());
        assert!(!queue.has_more() && queue.first_timer_at() > LATEST);
        queue.set(a, SimTime(20));
        queue.set(b, SimTime(10));
        assert_eq!(queue.first_timer_at(), SimTime(10));
        queue.set(b, SimTime(30));
        assert_eq!(queue.take_first_timer(), a);
        assert_eq!(queue.take_first_timer(), b);
        assert!(!queue.has_more());
    }

    #[test]
    fn a_timer_that_was_taken_is_parked_unless_set_again() {
        let mut queue = EventQueue::default();
        let timers: Vec<Timer> = (0..200).map(|_| queue.add_timer()).collect();
        for other in [0, 2, 1, 39, 199] {
            queue.set(timers[2], SimTime(5));
            assert_eq!(queue.take_first_timer(), timers[2]);
            queue.set(timers[other], SimTime(5));
            assert_eq!(queue.first_timer_at(), SimTime(5));
            assert_eq!(queue.take_first_timer(), timers[other]);
            assert!(!queue.has_more());
        }
    }

    #[test]
    fn all_that_are_due_are_taken() {
        let mut queue = EventQueue::default();
        let timers: Vec<Timer> = (0..500).map(|_| queue.add_timer()).collect();
        for (position, &timer) in timers.iter().enumerate() {
            queue.set(timer, SimTime(1_000_000 * (position as u64 / 2)));
        }
        for pair in 0..250 {
            let mut events = Vec::new();
            queue.take_all(SimTime(1_000_000 * pair), &mut events);
            assert_eq!(events.len(), 2);
        }
        assert!(!queue.has_more());
    }
}
