//! Closed: a number of users who each submit a run or send a request, wait for its end, and think before the next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::kind::{Ended, Kind, Past, Pattern};
use crate::distribution::Distribution;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Users who wait for their run or request.
#[derive(Clone, Debug)]
pub struct Closed {
    users: u32,
    think: Distribution,
    /// When the users who think submit; the one whose run or request is drawn is not among them.
    thinking: BinaryHeap<Reverse<SimTime>>,
    has_begun: bool,
}

impl Closed {
    /// So many users, at least 1, who think for this long before each run, the first as well.
    pub fn new(users: u32, think: Distribution) -> Self {
        Self {
            users,
            think,
            thinking: BinaryHeap::new(),
            has_begun: false,
        }
    }

    /// How many users there are.
    pub fn users(&self) -> u32 {
        self.users
    }

    /// How long they think.
    pub fn think(&self) -> &Distribution {
        &self.think
    }

    /// Mean time that a user thinks, in seconds.
    pub fn think_s(&self) -> f64 {
        self.think.mean_secs().max(SimDuration(1).as_secs_f64())
    }

    /// At least a tick, so that a run that ends as it is submitted does not come again at that very instant.
    fn thought(&self, from: SimTime, stream: &mut Stream) -> Reverse<SimTime> {
        Reverse(from + self.think.sample(stream).max(SimDuration(1)))
    }
}

impl Kind for Closed {
    fn next(&mut self, _: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        if !self.has_begun {
            self.has_begun = true;
            for _ in 0..self.users {
                if !work.step() {
                    break;
                }
                let user = self.thought(SimTime::ZERO, stream);
                self.thinking.push(user);
            }
        }
        self.thinking.pop().map_or(SimTime::NEVER, |user| user.0)
    }

    fn listens(&self) -> bool {
        true
    }

    fn hear(&mut self, ended: Ended, pending: SimTime, stream: &mut Stream) -> SimTime {
        let user = self.thought(ended.at, stream);
        if user.0 >= pending {
            self.thinking.push(user);
            return pending;
        }
        if pending != SimTime::NEVER {
            self.thinking.push(Reverse(pending));
        }
        user.0
    }

    /// Who waits for ends has no rate of its own: the scenario says how many users there are.
    fn scale(&mut self, _: f64) {}

    /// That of users who never wait: more they cannot bring.
    fn per_s(&self, _: SimTime) -> f64 {
        f64::from(self.users) / self.think_s()
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Steady
    }

    /// What comes depends on what ends: no target can be offered more than it does.
    fn goes_on(&self) -> bool {
        false
    }

    fn waits_for_ends(&self) -> bool {
        true
    }

    fn is_random(&self) -> bool {
        self.think.as_constant().is_none()
    }
}
