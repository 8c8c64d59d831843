//! What an arrival kind is: the trait, and what it is told and says.

use crate::calendar::WeeklySchedule;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// What every stream of arrivals has, whatever its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past {
    /// The last arrival; the start before the first.
    pub last: SimTime,
    /// No arrival counts at or after this.
    pub horizon: SimTime,
}

/// The end of a run (or request) that a stream brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When whoever waits for it knows that it ended, in whatever way: now, or a while later.
    pub at: SimTime,
    /// Its position among the arrivals of the stream, from 0.
    pub position: u64,
}

/// Whether arrivals come again as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Any time is like any other.
    Steady,
    /// Hours and days differ; a week is like another.
    Weekly,
    /// They happen once.
    Once,
}

/// Rates that differ inside and outside weekly windows, in arrivals per second.
#[derive(Clone, Copy, Debug)]
pub struct Peaks<'a> {
    /// The windows.
    pub windows: &'a WeeklySchedule,
    /// Inside the windows.
    pub peak_per_s: f64,
    /// Outside the windows.
    pub quiet_per_s: f64,
}

/// What a kind of arrivals says of itself.
pub(super) trait Kind {
    /// The next arrival after the last; [`SimTime::NEVER`] where none comes before the horizon.
    fn next(&mut self, past: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime;

    /// Has `factor` times as many arrivals, more than 0: rates are multiplied; where arrivals are listed, the whole part of the
    /// factor is repeated and the rest drawn arrival by arrival.
    fn scale(&mut self, factor: f64);

    /// Mean arrivals per second until the horizon.
    fn per_s(&self, horizon: SimTime) -> f64;

    /// Whether its arrivals come again, in a measured time of this length.
    fn pattern(&self, measured: SimDuration) -> Pattern;

    /// Whether they go on until the horizon, wherever it is set.
    fn goes_on(&self) -> bool;

    /// Whether times are drawn.
    fn is_random(&self) -> bool {
        false
    }

    /// Rates that differ in weekly windows.
    fn peaks(&self) -> Option<Peaks<'_>> {
        None
    }

    /// Whether no run comes before another has ended, so that no queue can grow without end.
    fn waits_for_ends(&self) -> bool {
        false
    }

    /// Whether it wants to be told of ends.
    fn listens(&self) -> bool {
        false
    }

    /// A child of a parent has ended, whenever that is; asked before [`Self::hear`]. When its parent came, if all others of it
    /// have ended.
    fn last_child(&mut self, ended: Ended) -> Option<SimTime> {
        let _ = ended;
        None
    }

    /// One of its runs has ended before the horizon, while the arrival that was drawn last is still to come at `pending`
    /// ([`SimTime::NEVER`]: there is none). When the next arrival comes now: not before `ended.at`.
    fn hear(&mut self, ended: Ended, pending: SimTime, stream: &mut Stream) -> SimTime {
        let _ = (ended, stream);
        pending
    }
}

/// Arrivals of some kind, of which those of another kind may be made.
pub(super) trait OfKind {
    /// What they say of themselves.
    fn kind(&self) -> &dyn Kind;

    /// The same, to be asked for the next.
    fn kind_mut(&mut self) -> &mut dyn Kind;
}
