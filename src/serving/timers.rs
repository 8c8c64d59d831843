//! Whose event a timer is: one timer for each request on a replica, each start and each clock, used again when free.

use crate::engine::{EventQueue, Timer};
use crate::units::SimTime;

/// What a timer's event means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A request on this replica ends.
    Request(u32),
    /// This replica is ready.
    Start(u32),
    /// The node of this id is ready.
    Boot(u32),
    /// A clock strikes.
    Clock(Clock),
}

/// What happens by the clock; in the order in which it does within an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The past is noted for the window of this position.
    Sample(u32),
    /// The policy of replicas is asked.
    Evaluate,
    /// The autoscaler of nodes is asked.
    Scan,
    /// The request that waited longest may have to go.
    QueueTimeout,
    /// The replica that is idle longest may have to go.
    Expiry,
}

/// All timers of a service.
#[derive(Debug, Default)]
pub(super) struct Timers {
    owners: Vec<Owner>,
    free: Vec<Timer>,
}

impl Timers {
    /// A timer for this owner, not set.
    #[inline(always)]
    pub(super) fn take(&mut self, owner: Owner, queue: &mut EventQueue) -> Timer {
        match self.free.pop() {
            Some(timer) => {
                self.owners[timer.index()] = owner;
                timer
            }
            None => self.add(owner, queue),
        }
    }

    #[cold]
    fn add(&mut self, owner: Owner, queue: &mut EventQueue) -> Timer {
        let timer = queue.add_timer();
        self.owners.push(owner);
        timer
    }

    /// The timer's event is over, or it was parked.
    #[inline(always)]
    pub(super) fn give_back(&mut self, timer: Timer) {
        self.free.push(timer);
    }

    #[inline(always)]
    pub(super) fn owner(&self, timer: Timer) -> Owner {
        self.owners[timer.index()]
    }
}

/// A clock that is set only when it is not, and strikes no later than it has to: so it costs nothing on the way.
#[derive(Debug)]
pub(super) struct Alarm {
    timer: Timer,
    is_set: bool,
}

impl Alarm {
    pub(super) fn new(clock: Clock, timers: &mut Timers, queue: &mut EventQueue) -> Self {
        Self {
            timer: timers.take(Owner::Clock(clock), queue),
            is_set: false,
        }
    }

    /// Sees that it strikes at `at` or before.
    #[inline(always)]
    pub(super) fn see_to(&mut self, at: SimTime, queue: &mut EventQueue) {
        if !self.is_set {
            self.is_set = true;
            queue.set(self.timer, at);
        }
    }

    /// It struck.
    pub(super) fn struck(&mut self) {
        self.is_set = false;
    }
}
