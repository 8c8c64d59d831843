//! Markov-modulated Poisson process: arrivals at the rate of a state that changes by itself.

use rand::RngExt as _;
use rand_distr::{Distribution as _, Exp1};

use super::kind::{Kind, Past, Pattern};
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// One state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Mean arrivals per second while it lasts, 0 or more.
    pub per_s: f64,
    /// How long it lasts on average, above 0; exponential.
    pub mean_stay: SimDuration,
}

/// Arrivals at the rate of the state that holds. From each state all others are as likely to follow; at the start each state
/// is as likely as the share of time that it has in the long run.
#[derive(Clone, Debug, PartialEq)]
pub struct Mmpp {
    states: Vec<State>,
    /// The state that holds, and until when; `None` before the first arrival is asked for.
    now: Option<(usize, SimTime)>,
}

impl Mmpp {
    /// These states, two at least, of which one has a rate above 0.
    pub fn new(states: Vec<State>) -> Self {
        Self { states, now: None }
    }

    /// Of all states the long-run share of time is that of their mean stay: each is visited as often as any other.
    fn first(&self, stream: &mut Stream) -> usize {
        let stay = |state: &State| state.mean_stay.as_secs_f64();
        let mut left = stream.random::<f64>() * self.states.iter().map(stay).sum::<f64>();
        let found = self.states.iter().position(|state| {
            left -= stay(state);
            left < 0.0
        });
        found.unwrap_or(self.states.len() - 1)
    }

    fn other(&self, state: usize, stream: &mut Stream) -> usize {
        let others = self.states.len() - 1;
        let drawn = if others == 1 {
            0
        } else {
            stream.random_range(0..others)
        };
        drawn + usize::from(drawn >= state)
    }

    /// How long a state lasts this time.
    fn stay(&self, state: usize, stream: &mut Stream) -> SimDuration {
        let stay: f64 = Exp1.sample(stream);
        SimDuration::from_secs_rounded(stay * self.states[state].mean_stay.as_secs_f64())
    }
}

impl Kind for Mmpp {
    fn next(&mut self, past: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        let (mut state, mut until) = self.now.unwrap_or_else(|| {
            let state = self.first(stream);
            (state, past.last + self.stay(state, stream))
        });
        let mut left: f64 = Exp1.sample(stream);
        let mut at = past.last;
        loop {
            let rate = self.states[state].per_s;
            let expected = rate * until.since(at).as_secs_f64();
            if expected > left {
                self.now = Some((state, until));
                return at + SimDuration::from_secs_rounded(left / rate);
            }
            if until >= past.horizon || !work.step() {
                return SimTime::NEVER;
            }
            left -= expected;
            at = until;
            state = self.other(state, stream);
            until = at + self.stay(state, stream);
        }
    }

    fn scale(&mut self, factor: f64) {
        for state in &mut self.states {
            state.per_s *= factor;
        }
    }

    fn per_s(&self, _: SimTime) -> f64 {
        let stay = |state: &State| state.mean_stay.as_secs_f64();
        let arrivals = |state: &State| state.per_s * stay(state);
        self.states.iter().map(arrivals).sum::<f64>() / self.states.iter().map(stay).sum::<f64>()
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Steady
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn is_random(&self) -> bool {
        true
    }
}
