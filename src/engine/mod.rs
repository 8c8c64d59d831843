//! The discrete-event engine: integer time, an instant drained in a stated order and then decided. It knows no domain noun.
//!
//! A [`Model`] owns the meaning of events; the [`EventQueue`] knows when the next ones are due; [`advance`] is the whole loop.

mod queue;
pub mod streams;

pub use queue::{Event, EventQueue, Timer};

use crate::units::SimTime;

/// What is simulated.
pub trait Model {
    /// Where an event stands among those of one instant: rank, owner, id. Asked only when an instant has more than one.
    fn order(&self, event: Event) -> (u8, u32, u64);

    /// Changes the state by one event. It may set timers; a timer that fired and is not set again is parked.
    fn apply(&mut self, now: SimTime, event: Event, queue: &mut EventQueue);

    /// Decides once the instant is drained; events it makes at `now` are drained and decided in turn.
    fn decide(&mut self, now: SimTime, queue: &mut EventQueue);
}

/// Runs the model over at most `instants` instants before `until`; `true` if there is more to do.
pub fn advance<M: Model>(
    model: &mut M,
    queue: &mut EventQueue,
    until: SimTime,
    instants: u64,
) -> bool {
    for _ in 0..instants {
        let (timer, timer_at) = queue.first_timer();
        let source_at = queue.first_source_at();
        let now = timer_at.min(source_at);
        if now >= until {
            return false;
        }
        let is_source = source_at < timer_at;
        if is_source || (timer_at < source_at && queue.is_alone(timer_at)) {
            let event = if is_source {
                Event::Source(queue.first_source())
            } else {
                queue.fire(timer);
                Event::Timer(timer)
            };
            model.apply(now, event, queue);
            if queue.first_source_at() == now {
                drain_sources(model, now, queue);
            }
        } else {
            drain_crowd(model, now, queue);
        }
        model.decide(now, queue);
        queue.settle();
    }
    true
}

/// Applies the further events of sources at an instant that has no others.
#[cold]
#[inline(never)]
fn drain_sources<M: Model>(model: &mut M, now: SimTime, queue: &mut EventQueue) {
    while queue.first_source_at() == now {
        apply_rare(model, now, Event::Source(queue.first_source()), queue);
    }
}

/// Applies the events of an instant that has several, or seems to, in the model's order.
#[cold]
#[inline(never)]
fn drain_crowd<M: Model>(model: &mut M, now: SimTime, queue: &mut EventQueue) {
    let mut events = queue.take_all(now);
    if events.len() > 1 {
        events.sort_by_cached_key(|&event| model.order(event));
    }
    for event in events {
        match event {
            Event::Timer(_) => apply_rare(model, now, event, queue),
            Event::Source(source) => {
                while queue.source_at(source) == now {
                    apply_rare(model, now, event, queue);
                }
            }
        }
    }
}

/// The same as [`Model::apply`], out of line: the loop has the one copy that is worth its room.
#[inline(never)]
fn apply_rare<M: Model>(model: &mut M, now: SimTime, event: Event, queue: &mut EventQueue) {
    model.apply(now, event, queue);
}
