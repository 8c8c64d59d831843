//! The replicas of a service and which of them takes the next request: the one that got a free place last.

use super::levels::{Gauge, Level};
use super::requests::Request;
use crate::engine::Timer;
use crate::spans::Cuts;
use crate::units::SimTime;

/// No replica.
const NONE: u32 = u32::MAX;

/// Where a replica is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Wanted, but there is no node for it.
    Pending,
    /// On its way.
    Starting,
    /// Takes requests.
    Ready,
    /// Takes no more requests, and goes with its last one.
    Draining,
    /// Gone; its slot is used again.
    Gone,
}

/// One replica.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replica {
    /// In order of creation.
    pub(super) id: u64,
    pub(super) state: State,
    /// Requests on it.
    pub(super) busy: u32,
    /// When it last got a free place.
    pub(super) free_since: SimTime,
    /// Neighbours among the replicas with a free place, by when they got it.
    newer: u32,
    older: u32,
    /// When its start began.
    pub(super) from: SimTime,
    /// Its node.
    pub(super) node: u32,
    /// Fires when it is ready.
    pub(super) timer: Option<Timer>,
    /// The request that it was started for, until it is ready.
    pub(super) bound: Option<Request>,
}

/// All replicas, and how many there are in which state.
#[derive(Debug)]
pub(super) struct Replicas {
    slots: Vec<Replica>,
    vacant: Vec<u32>,
    concurrency: u32,
    next_id: u64,
    newest: u32,
    oldest: u32,
    /// The last that was put behind others of its instant.
    last_behind: u32,
    /// Starting, ready and draining ones.
    pub(super) existing: Level,
    pub(super) starting: Level,
    pub(super) ready: Gauge,
    pub(super) pending: u32,
    /// Ready ones with a request.
    pub(super) occupied: u32,
    /// Places taken, of ready and draining ones.
    pub(super) busy: Gauge,
    /// The part of them on draining ones.
    pub(super) draining: Gauge,
}

impl Replicas {
    pub(super) fn new(concurrency: u32, cuts: &Cuts) -> Self {
        Self {
            slots: Vec::new(),
            vacant: Vec::new(),
            concurrency,
            next_id: 0,
            newest: NONE,
            oldest: NONE,
            last_behind: NONE,
            existing: Level::new(cuts),
            starting: Level::new(cuts),
            ready: Gauge::default(),
            pending: 0,
            occupied: 0,
            busy: Gauge::default(),
            draining: Gauge::default(),
        }
    }

    /// Wanted and not told to go: pending, starting or ready.
    pub(super) fn kept(&self) -> u32 {
        self.pending + self.starting.count + self.ready.count
    }

    /// Told to go, but not gone.
    pub(super) fn leaving(&self) -> u32 {
        self.existing.count - self.starting.count - self.ready.count
    }

    #[inline(always)]
    pub(super) fn get(&self, slot: u32) -> &Replica {
        &self.slots[slot as usize]
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self, slot: u32) -> &mut Replica {
        &mut self.slots[slot as usize]
    }

    /// Replicas that there are or were at one time.
    pub(super) fn slot_count(&self) -> usize {
        self.slots.len()
    }

    /// Replicas that are not gone, with their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Replica)> {
        (0..)
            .zip(&self.slots)
            .filter(|(_, replica)| replica.state != State::Gone)
    }

    /// A new replica, pending; its slot.
    pub(super) fn create(&mut self, now: SimTime) -> u32 {
        let replica = Replica {
            id: self.next_id,
            state: State::Pending,
            busy: 0,
            free_since: now,
            newer: NONE,
            older: NONE,
            from: now,
            node: NONE,
            timer: None,
            bound: None,
        };
        self.next_id += 1;
        self.pending += 1;
        if let Some(slot) = self.vacant.pop() {
            self.slots[slot as usize] = replica;
            return slot;
        }
        self.slots.push(replica);
        u32::try_from(self.slots.len() - 1).expect("fewer than 2^32 replicas")
    }

    /// A pending replica begins to start.
    pub(super) fn start(&mut self, now: SimTime, slot: u32) {
        self.pending -= 1;
        self.existing.up(now);
        self.starting.up(now);
        let replica = self.get_mut(slot);
        replica.state = State::Starting;
        replica.from = now;
    }

    /// A starting replica is ready. It is not free yet: [`Self::set_free`].
    pub(super) fn make_ready(&mut self, now: SimTime, slot: u32) {
        self.starting.down(now);
        self.ready.up(now);
        self.get_mut(slot).state = State::Ready;
    }

    /// A ready replica is told to go.
    pub(super) fn drain(&mut self, now: SimTime, slot: u32) {
        let busy = self.get(slot).busy;
        if busy < self.concurrency {
            self.unlink(slot);
        }
        self.ready.down(now);
        self.occupied -= u32::from(busy > 0);
        for _ in 0..busy {
            self.draining.up(now);
        }
        self.get_mut(slot).state = State::Draining;
    }

    /// A replica without requests is gone.
    pub(super) fn remove(&mut self, now: SimTime, slot: u32) {
        match self.get(slot).state {
            State::Pending => self.pending -= 1,
            State::Starting => {
                self.starting.down(now);
                self.existing.down(now);
            }
            State::Draining => self.existing.down(now),
            State::Ready | State::Gone => unreachable!("ready ones drain first"),
        }
        self.get_mut(slot).state = State::Gone;
        self.vacant.push(slot);
    }

    /// The replica that takes the next request.
    #[inline(always)]
    pub(super) fn newest_free(&self) -> Option<u32> {
        (self.newest != NONE).then_some(self.newest)
    }

    /// The idle replicas, the one that is idle longest first.
    pub(super) fn idle(&self) -> impl Iterator<Item = u32> {
        let next = |slot: &u32| Some(self.get(*slot).newer).filter(|newer| *newer != NONE);
        std::iter::successors(Some(self.oldest).filter(|slot| *slot != NONE), next)
            .filter(|slot| self.get(*slot).busy == 0)
    }

    /// A request takes a free place.
    #[inline(always)]
    pub(super) fn occupy(&mut self, now: SimTime, slot: u32) {
        self.busy.up(now);
        let replica = &mut self.slots[slot as usize];
        self.occupied += u32::from(replica.busy == 0);
        replica.busy += 1;
        if replica.busy == self.concurrency {
            self.unlink(slot);
        }
    }

    /// A request leaves a ready replica: `true` if it is idle now.
    #[inline(always)]
    pub(super) fn release(&mut self, now: SimTime, slot: u32) -> bool {
        self.busy.down(now);
        let concurrency = self.concurrency;
        let replica = &mut self.slots[slot as usize];
        let was_full = replica.busy == concurrency;
        replica.busy -= 1;
        let is_idle = replica.busy == 0;
        self.occupied -= u32::from(is_idle);
        if !was_full {
            self.unlink(slot);
        }
        self.link(now, slot);
        is_idle
    }

    /// A request leaves a draining replica: `true` if it was the last.
    pub(super) fn release_draining(&mut self, now: SimTime, slot: u32) -> bool {
        self.busy.down(now);
        self.draining.down(now);
        let replica = self.get_mut(slot);
        replica.busy -= 1;
        replica.busy == 0
    }

    /// A replica that just became ready is there for requests.
    pub(super) fn set_free(&mut self, now: SimTime, slot: u32) {
        self.link(now, slot);
    }

    /// Makes it the newest of those with a free place; of one instant the lowest id is the newest.
    #[inline(always)]
    fn link(&mut self, now: SimTime, slot: u32) {
        let id = self.get(slot).id;
        let (mut newer, mut older) = (NONE, self.newest);
        if self.stays_newer(older, now, id) {
            (newer, older) = self.behind_others(now, slot);
        }
        let replica = &mut self.slots[slot as usize];
        replica.free_since = now;
        (replica.newer, replica.older) = (newer, older);
        self.join(newer, slot);
        self.join(slot, older);
    }

    /// Whether a replica with a free place got it at `now` and stays newer than the one of this id.
    #[inline(always)]
    fn stays_newer(&self, other: u32, now: SimTime, id: u64) -> bool {
        other != NONE && self.get(other).free_since == now && self.get(other).id < id
    }

    /// The neighbors of one that others of its instant stay newer than. These mostly come in the order of their ids: the
    /// search begins at the last that came, so that all of an instant take no more steps than they are.
    #[cold]
    #[inline(never)]
    fn behind_others(&mut self, now: SimTime, slot: u32) -> (u32, u32) {
        let id = self.get(slot).id;
        let mut newer = self.newest;
        let last = self.last_behind;
        if last != slot && self.stays_newer(last, now, id) && self.has_free_place(last) {
            newer = last;
        }
        let mut older = self.get(newer).older;
        while self.stays_newer(older, now, id) {
            (newer, older) = (older, self.get(older).older);
        }
        self.last_behind = slot;
        (newer, older)
    }

    /// Whether it is ready and could take a request more.
    fn has_free_place(&self, slot: u32) -> bool {
        let replica = self.get(slot);
        replica.state == State::Ready && replica.busy < self.concurrency
    }

    #[inline(always)]
    fn unlink(&mut self, slot: u32) {
        let Replica { newer, older, .. } = *self.get(slot);
        self.join(newer, older);
    }

    /// Makes two neighbors, or one the end of the list.
    #[inline(always)]
    fn join(&mut self, newer: u32, older: u32) {
        match newer {
            NONE => self.newest = older,
            slot => self.slots[slot as usize].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            slot => self.slots[slot as usize].newer = newer,
        }
    }
}
