//! The event queue: a keyed table of timers over the `priority-queue` crate, and event sources beside it.
//!
//! A timer is one thing that can have at most one pending event; it is set in place and parked at [`SimTime::NEVER`]
//! while it has none, so nothing is ever pushed or popped on the way. The queue holds blocks of timers, each at the time
//! of its earliest: few items, and most timers are set without a word to the queue. Ties are found by a small table that
//! counts the pending timers by a hash of their time, and are then put in order by the model.

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

/// Smallest number of counters that find ties; always at least [`COUNTERS_PER_TIMER`] a timer.
const MIN_COUNTERS: usize = 1 << 12;
/// With this many counters per timer, about one time in 16 seems crowded although it is not.
const COUNTERS_PER_TIMER: usize = 16;
/// A counter that has come this far stays there: its times count as crowded from then on.
const FULL: u8 = u8::MAX;

/// Pending events: timers in a priority queue, and a few sources (each with its next time) beside it; and the work that is
/// counted on the way.
pub struct EventQueue<'a> {
    /// The work of the simulation.
    pub work: Work<'a>,
    /// Positions of blocks. The queue gives the largest priority first: the complement of the time.
    queue: PriorityQueue<u32, u64, FxBuildHasher>,
    blocks: Vec<Block>,
    /// The block with the earliest timer of all, that timer, and its time.
    first_block: u32,
    first: Timer,
    first_at: SimTime,
    timers: usize,
    pending_by_hash: Vec<u8>,
    hash_shift: u32,
    fired: Option<Timer>,
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
            first: Timer(0),
            first_at: SimTime::NEVER,
            timers: 0,
            pending_by_hash: vec![0; MIN_COUNTERS],
            hash_shift: u64::BITS - MIN_COUNTERS.ilog2(),
            fired: None,
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
        if self.timers * COUNTERS_PER_TIMER > self.pending_by_hash.len() {
            self.grow_counters();
        }
        timer
    }

    /// Sets the timer to fire at `at`, whatever it was set to before.
    #[inline(always)]
    pub fn set(&mut self, timer: Timer, at: SimTime) {
        self.operations += 1;
        if self.fired == Some(timer) {
            self.fired = None;
        }
        let (position, place) = (timer.0 / BLOCK_TIMERS, timer.index() % BLOCK);
        let block = &mut self.blocks[position as usize];
        let key = Key::new(place, at);
        let first_before = block.first;
        let before = block.set(place, key);
        let first = block.first;
        if first != first_before {
            self.move_block(position, first);
        }
        if before != Key::PARKED {
            self.uncount(before);
        }
        if key != Key::PARKED {
            let counter = self.counter(key.at());
            let pending = &mut self.pending_by_hash[counter];
            *pending = pending.saturating_add(1);
        }
    }

    #[inline(always)]
    fn uncount(&mut self, key: Key) {
        let counter = self.counter(key.at());
        let pending = &mut self.pending_by_hash[counter];
        *pending -= u8::from(*pending != FULL);
    }

    /// Puts a block where its earliest timer belongs; the first block of all is not looked up, and can only move down.
    #[inline(never)]
    fn move_block(&mut self, block: u32, first: Key) {
        if self.blocks.len() == 1 {
            // It is the first, whatever its time.
            self.see_first(block, first);
            return;
        }
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
        self.first_block = block;
        self.first = Timer(block * BLOCK_TIMERS + first.place());
        self.first_at = first.at();
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
        self.first_timer().1.min(self.first_source_at()) < SimTime::NEVER
    }

    #[inline]
    pub(super) fn first_timer(&self) -> (Timer, SimTime) {
        (self.first, self.first_at)
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

    /// Whether one timer at most is pending at `at`; may say no where it is so, never yes where it is not.
    #[inline]
    pub(super) fn is_alone(&self, at: SimTime) -> bool {
        self.pending_by_hash[self.counter(at)] == 1
    }

    /// Notes that the timer's event is being applied; [`Self::settle`] parks it unless it is set again.
    #[inline]
    pub(super) fn fire(&mut self, timer: Timer) {
        self.fired = Some(timer);
    }

    #[inline(always)]
    pub(super) fn settle(&mut self) {
        if let Some(timer) = self.fired.take() {
            self.operations += 1;
            let position = timer.0 / BLOCK_TIMERS;
            let block = &mut self.blocks[position as usize];
            let fired = block.park(timer.index() % BLOCK);
            // It was the earliest of all, but the model may have set another to this very instant.
            let first = block.first;
            self.move_block(position, first);
            self.uncount(fired);
        }
    }

    /// Everything due at `now`: timers, which are parked, and sources.
    pub(super) fn take_all(&mut self, now: SimTime) -> Vec<Event> {
        let due = self.sources.due(now).into_iter();
        let mut events: Vec<Event> = due.map(Event::Source).collect();
        loop {
            let (timer, at) = self.first_timer();
            if at != now {
                return events;
            }
            self.park(timer);
            events.push(Event::Timer(timer));
        }
    }

    /// Multiplicative (Fibonacci) hashing: the high bits of time times 2^64 over the golden ratio.
    #[inline(always)]
    fn counter(&self, at: SimTime) -> usize {
        usize::try_from(at.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.hash_shift)
            .expect("a table index")
    }

    #[cold]
    fn grow_counters(&mut self) {
        let size = (self.timers * COUNTERS_PER_TIMER * 2).next_power_of_two();
        self.hash_shift = u64::BITS - size.ilog2();
        self.pending_by_hash.clear();
        self.pending_by_hash.resize(size, 0);
        let pending: Vec<Key> = self.blocks.iter().flat_map(Block::pending).collect();
        for key in pending {
            let counter = self.counter(key.at());
            let pending = &mut self.pending_by_hash[counter];
            *pending = pending.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_come_in_order_of_time_and_park() {
        let mut queue = EventQueue::default();
        let (a, b) = (queue.add_timer(), queue.add_timer());
        assert_eq!(queue.first_timer().1, SimTime::NEVER);
        queue.set(a, SimTime(20));
        queue.set(b, SimTime(10));
        assert_eq!(queue.first_timer(), (b, SimTime(10)));
        queue.set(b, SimTime(30));
        assert_eq!(queue.first_timer(), (a, SimTime(20)));
        queue.park(a);
        assert_eq!(queue.first_timer(), (b, SimTime(30)));
    }

    #[test]
    fn a_fired_timer_is_parked_unless_set_again() {
        let mut queue = EventQueue::default();
        let timer = queue.add_timer();
        queue.set(timer, SimTime(5));
        queue.fire(timer);
        queue.set(timer, SimTime(5));
        queue.settle();
        assert_eq!(
            queue.first_timer(),
            (timer, SimTime(5)),
            "set again for the same instant"
        );
        queue.fire(timer);
        queue.settle();
        assert_eq!(queue.first_timer().1, SimTime::NEVER);
    }

    #[test]
    fn a_fired_timer_is_parked_though_another_is_set_to_its_instant() {
        let mut queue = EventQueue::default();
        let timers: Vec<Timer> = (0..40).map(|_| queue.add_timer()).collect();
        for other in [0, 1, 39] {
            queue.set(timers[2], SimTime(5));
            queue.fire(timers[2]);
            queue.set(timers[other], SimTime(5));
            queue.settle();
            assert_eq!(queue.first_timer(), (timers[other], SimTime(5)));
            queue.park(timers[other]);
            assert!(!queue.has_more());
        }
        assert!(queue.pending_by_hash.iter().all(|count| *count == 0));
    }

    #[test]
    fn ties_are_never_missed_and_all_taken() {
        let mut queue = EventQueue::default();
        let timers: Vec<Timer> = (0..500).map(|_| queue.add_timer()).collect();
        for (position, &timer) in timers.iter().enumerate() {
            queue.set(timer, SimTime(1_000_000 * (position as u64 / 2)));
        }
        for pair in 0..250 {
            let at = SimTime(1_000_000 * pair);
            assert!(!queue.is_alone(at));
            assert_eq!(queue.take_all(at).len(), 2);
        }
        assert_eq!(queue.first_timer().1, SimTime::NEVER);
        assert!(queue.pending_by_hash.iter().all(|count| *count == 0));
    }

    #[test]
    fn a_full_counter_keeps_its_times_crowded() {
        let mut queue = EventQueue::default();
        let at = SimTime(5);
        let timers: Vec<Timer> = (0..300).map(|_| queue.add_timer()).collect();
        for &timer in &timers {
            queue.set(timer, at);
        }
        assert_eq!(queue.take_all(at).len(), 300);
        queue.set(timers[0], at);
        assert!(!queue.is_alone(at), "it may say no where it is so");
        assert_eq!(queue.take_all(at), [Event::Timer(timers[0])]);
        let elsewhere = SimTime(6);
        queue.set(timers[1], elsewhere);
        assert!(queue.is_alone(elsewhere));
    }
}
