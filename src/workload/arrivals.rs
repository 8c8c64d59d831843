//! The arrival kinds, and the stream of arrivals of one workload in one replication, of runs and of requests alike.
//!
//! A kind is a file beside this one and a line in [`Arrivals`]. Its value is what the scenario says and, cloned for a
//! replication, the state of the stream: what one kind remembers, no other sees.

use super::batch::Batch;
use super::bursts::Bursts;
use super::closed::Closed;
use super::deterministic::Deterministic;
use super::fan_out::FanOut;
use super::kind::{Ended, Kind, OfKind, Past, Pattern, Peaks};
use super::labels::Labels;
use super::mmpp::Mmpp;
use super::poisson::Poisson;
use super::profile::Profile;
use super::recurring::Recurring;
use super::sinusoid::Sinusoid;
use super::trace::{Trace, TraceRow};
use std::sync::Arc;

use crate::distribution::Ahead;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// The table of arrival kinds: an enum, and what each says of itself.
macro_rules! arrival_kinds {
    ($($(#[$doc:meta])* $name:ident($kind:ty),)*) => {
        /// The arrival kinds. The tag stands apart, where it is read in one step.
        #[derive(Clone, Debug)]
        #[repr(u8)]
        pub enum Arrivals {
            $($(#[$doc])* $name($kind),)*
        }

        impl OfKind for Arrivals {
            fn kind(&self) -> &dyn Kind {
                match self {
                    $(Self::$name(kind) => kind,)*
                }
            }

            fn kind_mut(&mut self) -> &mut dyn Kind {
                match self {
                    $(Self::$name(kind) => kind,)*
                }
            }
        }
    };
}

arrival_kinds! {
    /// Independent arrivals at a constant rate.
    Poisson(Poisson),
    /// One arrival each interval.
    Deterministic(Deterministic),
    /// Independent arrivals at a rate that switches between quiet and peak hours.
    Bursts(Bursts),
    /// Independent arrivals at a rate for each hour of the day or of the week.
    Profile(Profile),
    /// Independent arrivals at a rate that swings round a mean.
    Sinusoid(Sinusoid),
    /// Arrivals at the rate of a state that changes by itself.
    Mmpp(Mmpp),
    /// Many runs at given times.
    Batch(Batch),
    /// Many runs at times of the week.
    Recurring(Recurring),
    /// Users who wait for their run or request before the next.
    Closed(Closed),
    /// Parents that bring a number of runs, a few at once.
    FanOut(FanOut<Self>),
    /// Rows of a log, read before.
    Trace(Trace),
}

impl Arrivals {
    /// Whether they go on until the horizon, wherever it is set; batches and logs end by themselves.
    pub fn go_on(&self) -> bool {
        self.kind().goes_on()
    }

    /// Has `factor` times as many arrivals, more than 0. Those of users who wait for ends stay as they are.
    pub fn scale(&mut self, factor: f64) {
        self.kind_mut().scale(factor);
    }

    /// Mean arrivals per second until the horizon.
    pub fn per_s(&self, horizon: SimTime) -> f64 {
        self.kind().per_s(horizon)
    }

    /// Whether they come again, in a measured time of this length.
    pub fn pattern(&self, measured: SimDuration) -> Pattern {
        self.kind().pattern(measured)
    }

    /// Whether their times are drawn.
    pub fn are_random(&self) -> bool {
        self.kind().is_random()
    }

    /// Whether no run comes before another has ended, so that no queue can grow without end.
    pub fn wait_for_ends(&self) -> bool {
        self.kind().waits_for_ends()
    }

    /// Rates that differ in weekly windows.
    pub fn peaks(&self) -> Option<Peaks<'_>> {
        self.kind().peaks()
    }

    /// Whose the rows of a log are, where it says so.
    pub fn labels(&self) -> Option<&Arc<Labels>> {
        self.trace()?.labels()
    }

    /// The users, where they wait for ends.
    pub fn closed(&self) -> Option<&Closed> {
        match self {
            Self::Closed(closed) => Some(closed),
            _ => None,
        }
    }

    /// The runs of parents, where parents bring them.
    pub fn fan_out(&self) -> Option<&FanOut<Self>> {
        match self {
            Self::FanOut(fan_out) => Some(fan_out),
            _ => None,
        }
    }

    /// When a batch comes, ascending; none of other kinds.
    pub fn times(&self) -> &[SimTime] {
        match self {
            Self::Batch(batch) => batch.times(),
            _ => &[],
        }
    }

    /// The rows, where each arrival says what its run is.
    pub fn trace(&self) -> Option<&Trace> {
        match self {
            Self::Trace(trace) => Some(trace),
            _ => None,
        }
    }
}

/// The arrivals of one workload in one replication, in order of time, all before the horizon.
#[derive(Clone, Debug)]
pub struct ArrivalStream {
    kind: Arrivals,
    past: Past,
    stream: Stream,
    /// Gaps before the next arrivals, of a kind that draws them ahead.
    gaps: Ahead,
    listens: bool,
}

impl ArrivalStream {
    /// The arrivals up to the horizon, drawn from this stream.
    pub fn new(kind: &Arrivals, horizon: SimTime, stream: Stream) -> Self {
        Self {
            listens: kind.kind().listens(),
            kind: kind.clone(),
            past: Past {
                last: SimTime::ZERO,
                horizon,
            },
            stream,
            gaps: Ahead::default(),
        }
    }

    /// When the next arrival comes; `None` if none falls before the horizon.
    #[inline(always)]
    pub fn draw(&mut self, work: &mut Work<'_>) -> Option<SimTime> {
        let at = match &mut self.kind {
            Arrivals::Poisson(kind) => {
                let draw = |gaps: &mut [_]| kind.draw_gaps(&mut self.stream, gaps);
                self.past.last + self.gaps.next(draw)
            }
            Arrivals::Trace(kind) => kind.next(self.past, &mut self.stream, work),
            other => next_of_rare(other, (self.past, &mut self.stream), work),
        };
        self.before_horizon(at)
    }

    /// The row of the last arrival and the number of its label, where it is one of a log.
    #[inline(always)]
    pub fn row(&self) -> Option<(TraceRow, u32)> {
        match &self.kind {
            Arrivals::Trace(trace) => trace.last(),
            _ => None,
        }
    }

    /// Whether it wants to be told of the ends of what it brought.
    pub fn listens(&self) -> bool {
        self.listens
    }

    /// A child of a parent has ended, of which it is told before it hears of the end. When its parent came, if all others of it
    /// have ended.
    #[cold]
    pub fn last_child(&mut self, ended: Ended) -> Option<SimTime> {
        self.kind.kind_mut().last_child(ended)
    }

    /// When each parent came of which not all children have ended.
    pub fn open_parents(&self) -> impl Iterator<Item = SimTime> {
        let fan_out = self.kind.fan_out().into_iter();
        fan_out.flat_map(FanOut::open_parents)
    }

    /// Something that it brought has ended, while the arrival drawn last is still to come (or there is none). When the next
    /// arrival comes now; `None` if none does before the horizon.
    #[cold]
    pub fn hear(&mut self, ended: Ended, pending: Option<SimTime>) -> Option<SimTime> {
        if ended.at >= self.past.horizon {
            return pending;
        }
        let pending = pending.unwrap_or(SimTime::NEVER);
        let next = self.kind.kind_mut().hear(ended, pending, &mut self.stream);
        self.before_horizon(next)
    }

    #[inline(always)]
    fn before_horizon(&mut self, at: SimTime) -> Option<SimTime> {
        if at >= self.past.horizon {
            return None;
        }
        self.past.last = at;
        Some(at)
    }
}

/// The next arrival of a kind off the hottest path, kept out of line so that it stays small.
#[inline(never)]
fn next_of_rare(
    arrivals: &mut Arrivals,
    (past, stream): (Past, &mut Stream),
    work: &mut Work<'_>,
) -> SimTime {
    arrivals.kind_mut().next(past, stream, work)
}
