//! The discrete-event engine: integer time, an instant drained in a stated order and then decided. It knows no domain noun.
//!
//! A [`Model`] owns the meaning of events; the [`EventQueue`] knows when the next ones are due; [`advance`] is the whole loop.

mod block;
mod queue;
mod sources;
pub mod streams;
mod work;

pub use queue::{Event, EventQueue, Timer};
pub use work::{Halt, Work};

use crate::units::{SimDuration, SimTime};

/// Nothing is simulated from here on: 9,000 years of 365 days. What still has to happen then is the model's to judge. Times that lie before it can be added to any length that a
/// scenario may have without overflow, and so can what is made of them.
pub const LATEST: SimTime = SimTime(SimDuration::from_secs(9_000 * 365 * 86_400).0);

/// What is simulated.
pub trait Model {
    /// Where an event stands among those of one instant: rank, owner, id. Asked only when an instant has more than one.
    fn order(&self, event: Event) -> (u8, u32, u64);

    /// Changes the state by one event. It may set timers; one that fired is parked until it is set again.
    fn apply(&mut self, now: SimTime, event: Event, queue: &mut EventQueue);

    /// Decides once the instant is drained; events it makes at `now` are drained and decided in turn.
    fn decide(&mut self, now: SimTime, queue: &mut EventQueue);
}

/// Runs the model before `until` and [`LATEST`], as long as it `goes_on`; the error says why it could not.
pub fn advance<M: Model>(
    model: &mut M,
    queue: &mut EventQueue,
    until: SimTime,
    goes_on: impl Fn(&M) -> bool,
) -> Result<(), Halt> {
    let until = until.min(LATEST);
    while goes_on(model) && queue.work.step() {
        let timer_at = queue.first_timer_at();
        let source_at = queue.first_source_at();
        let now = timer_at.min(source_at);
        if now >= until {
            break;
        }
        let (event, is_alone) = if source_at < timer_at {
            (Event::Source(queue.first_source()), true)
        } else {
            let timer = queue.take_first_timer();
            let next = queue.first_timer_at().min(source_at);
            (Event::Timer(timer), next > now)
        };
        if is_alone {
            model.apply(now, event, queue);
            if queue.first_source_at() == now && !drain_sources(model, now, queue) {
                break;
            }
        } else if !drain_crowd(model, now, event, queue) {
            break;
        }
        model.decide(now, queue);
    }
    queue.work.outcome()
}

/// Ends work that goes on for longer than is simulated; `remedy` is what may shorten it.
pub fn give_up_at_latest(work: &mut Work<'_>, remedy: &str) {
    work.give_up(
        "what is to be done takes more than 9,000 years of simulated time",
        format!("{remedy}, or {CUT}"),
    );
}

/// The remedy of work that is too much.
pub const LESS_WORK: &str = "make it shorter or the targets larger";

/// What always helps against a drain that has no end.
pub const CUT: &str = "stop at the horizon with `end = \"cut\"`";

/// Applies the further events of sources at an instant that has no others; whether to go on.
#[cold]
#[inline(never)]
fn drain_sources<M: Model>(model: &mut M, now: SimTime, queue: &mut EventQueue) -> bool {
    while queue.first_source_at() == now {
        if !queue.work.step() {
            return false;
        }
        apply_rare(model, now, Event::Source(queue.first_source()), queue);
    }
    true
}

/// Applies the events of an instant that has several, of which the first was taken, in the model's order; whether to go on.
#[cold]
#[inline(never)]
fn drain_crowd<M: Model>(
    model: &mut M,
    now: SimTime,
    first: Event,
    queue: &mut EventQueue,
) -> bool {
    let mut events = vec![first];
    queue.take_all(now, &mut events);
    queue.work.count(events.len());
    events.sort_by_cached_key(|&event| model.order(event));
    for event in events {
        match event {
            Event::Timer(_) => {
                if !queue.work.step() {
                    return false;
                }
                apply_rare(model, now, event, queue);
            }
            Event::Source(source) => {
                while queue.source_at(source) == now {
                    if !queue.work.step() {
                        return false;
                    }
                    apply_rare(model, now, event, queue);
                }
            }
        }
    }
    // What the events of this instant brought at once.
    queue.first_source_at() != now || drain_sources(model, now, queue)
}

/// The same as [`Model::apply`], out of line: the loop has the one copy that is worth its room.
#[inline(never)]
fn apply_rare<M: Model>(model: &mut M, now: SimTime, event: Event, queue: &mut EventQueue) {
    model.apply(now, event, queue);
}
