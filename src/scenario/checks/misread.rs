//! Remarks on times that may mean something else than they say: dates that contradict each other, clock changes between.

use jiff::civil::DateTime;

use crate::calendar::Calendar;
use crate::scenario::work::clock::Arriving;
use crate::units::{SimTime, TICKS_PER_HOUR};

const WEEK_HOURS: i64 = 7 * 24;

/// A `start` that is not that of a trace, whose rows it moves: a warning if weekday or time of day change, else a note.
#[derive(Default)]
pub(in crate::scenario) struct Moved {
    pub(in crate::scenario) warnings: Vec<String>,
    pub(in crate::scenario) notes: Vec<String>,
}

/// What a given `start` does to traces that say on what day they were.
pub(in crate::scenario) fn moved(works: &[Arriving<'_>], start: Option<DateTime>) -> Moved {
    let mut moved = Moved::default();
    let Some(start) = start else {
        return moved;
    };
    for work in works {
        let trace = work.draft.as_ref().ok().and_then(|draft| draft.trace());
        let Some(own) = trace
            .and_then(|trace| trace.start)
            .filter(|own| *own != start)
        else {
            continue;
        };
        let said = format!(
            "{} `{}`: its trace begins on {}, but `start` is {}: its rows are moved there; leave `start` out to keep their \
             dates, or say with `origin` what of the trace is `t = 0`",
            work.section,
            work.name,
            said(own),
            said(start)
        );
        let hours = start.duration_since(own).as_hours();
        let is_whole = start.duration_since(own).as_micros() % i128::from(TICKS_PER_HOUR) == 0;
        if is_whole && hours % WEEK_HOURS == 0 {
            moved.notes.push(said);
        } else {
            moved.warnings.push(said);
        }
    }
    moved
}

fn said(at: DateTime) -> String {
    at.strftime("%a %Y-%m-%d %H:%M:%S").to_string()
}

/// Work at fixed times since the start that a clock change moves to another time of day.
pub(in crate::scenario) fn shifted(
    works: &[Arriving<'_>],
    calendar: &Calendar,
    horizon: SimTime,
) -> Vec<String> {
    let of = |work: &Arriving<'_>| {
        let times = work.draft.as_ref().ok()?.fixed_times(horizon);
        let (at, without, with) = times.into_iter().find_map(|at| {
            let without = calendar.local_at_zero(at)?;
            let with = calendar.local(at);
            (without != with).then_some((at, without, with))
        })?;
        let after = at.since(SimTime::ZERO).to_friendly();
        Some(format!(
            "{} `{}`: what comes {after} after the start comes on {}, not at {}: the clocks have changed, and times since the \
             start are elapsed time",
            work.section,
            work.name,
            said(with),
            without.strftime("%H:%M:%S")
        ))
    };
    works.iter().filter_map(of).collect()
}
