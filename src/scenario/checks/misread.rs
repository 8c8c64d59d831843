//! Remarks on times that may mean something else than they say: dates that contradict each other, clock changes between.

use jiff::civil::DateTime;

use crate::calendar::Calendar;
use crate::digits::grouped;
use crate::scenario::data::stamp_kind::Unit;
use crate::scenario::data::trace::{RawRow, TraceFile};
use crate::scenario::data::trace_mapping;
use crate::scenario::work::clock::Arriving;
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR};

const WEEK_HOURS: i64 = 7 * 24;

/// Rows of a log at least whose durations are judged.
const ROWS_TO_JUDGE: usize = 10;
/// A log with half of its runs shorter than this, or half of its requests longer than that, may have another unit.
const SHORT_RUN: SimDuration = SimDuration::from_secs(10);
const LONG_REQUEST: SimDuration = SimDuration::from_secs(60);
/// A log that takes this time is no batch, whose runs may all come at once and take long.
const LONG_LOG: SimDuration = SimDuration::from_secs(86_400);

/// Warnings about durations of logs without a `unit` whose column is named after another one, or that are too short or too long to
/// be seconds.
pub(in crate::scenario) fn durations(works: &[Arriving<'_>]) -> Vec<String> {
    let mut said = Vec::new();
    for work in works {
        let trace = work.draft.as_ref().ok().and_then(|draft| draft.trace());
        let Some(trace) = trace.filter(|it| it.assumed_unit.is_some()) else {
            continue;
        };
        let (Some(first), Some(last)) = (trace.rows.first(), trace.rows.last()) else {
            continue;
        };
        let named = trace.duration_column.as_deref();
        if let Some((column, unit)) = named.and_then(|name| Some((name, Unit::in_name(name)?)))
            && trace.assumed_unit != Some(unit)
        {
            said.push(format!(
                "{} `{}`: the durations of its log are read as seconds, and their column is called `{column}`: if they count {}, write \
                 `unit = \"{}\"` beside `duration`, else `unit = \"s\"`",
                work.section,
                work.name,
                unit.name(),
                trace_mapping::word(unit)
            ));
            continue;
        }
        if trace.rows.len() < ROWS_TO_JUDGE {
            continue;
        }
        let mut all: Vec<SimDuration> = trace.rows.iter().map(|row| row.duration).collect();
        let middle = all.len() / 2;
        let median = *all.select_nth_unstable(middle).1;
        let span = last.at.since(first.at);
        let are_runs = work.section == "workload";
        let (what, other) = if are_runs && !median.is_zero() && median < SHORT_RUN {
            ("at most", "min")
        } else if !are_runs && median > LONG_REQUEST || span >= LONG_LOG && median > span {
            ("at least", "ms")
        } else {
            continue;
        };
        said.push(format!(
            "{} `{}`: the durations of its log are read as seconds, and half of them are {what} {}: if they count something else, write \
             `unit = \"{other}\"` or another unit beside `duration`, else `unit = \"s\"`",
            work.section,
            work.name,
            median.to_friendly()
        ));
    }
    said
}

/// Warnings about a run of a log that has more than half of the node-time of all its runs before the horizon: a slip of a pen in one
/// row decides what the study costs.
pub(in crate::scenario) fn outliers(works: &[Arriving<'_>], horizon: SimTime) -> Vec<String> {
    let of_runs = works.iter().filter(|work| work.section == "workload");
    let say = |work: &Arriving<'_>| {
        let trace = work.draft.as_ref().ok()?.trace()?;
        let used = &trace.rows[..trace.rows.partition_point(|row| row.at < horizon)];
        let nodes = |row: &RawRow| row.nodes.unwrap_or(1);
        let time = |row: &RawRow| u128::from(row.duration.0) * u128::from(nodes(row));
        let all: u128 = used.iter().map(time).sum();
        let most = used.iter().max_by_key(|row| time(row))?;
        if used.len() < ROWS_TO_JUDGE || 2 * time(most) <= all {
            return None;
        }
        let percent = (100.0 * time(most) as f64 / all as f64).floor();
        let whose = user(trace, most).map_or_else(String::new, |name| format!(", user `{name}`"));
        Some(format!(
            "workload `{}`: one run of its log has {percent} % of the node-time of all {} runs: {} on {}, {} line {}{whose}. It decides \
             costs and the end of the work: check that row, or leave it out",
            work.name,
            grouped(used.len() as f64, 0),
            most.duration.to_friendly(),
            match nodes(most) {
                1 => "1 node".to_owned(),
                more => format!("{more} nodes"),
            },
            trace.path.file_name().unwrap_or_default().display(),
            most.line
        ))
    };
    of_runs.filter_map(say).collect()
}

/// Whose a run is, where the log says so.
fn user<'a>(trace: &'a TraceFile, row: &RawRow) -> Option<&'a str> {
    let place = usize::try_from(row.label[0]).ok()?.checked_sub(1)?;
    trace.texts[0].get(place).map(String::as_str)
}

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
