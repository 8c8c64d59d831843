//! When things happen in a variant: start, zone, horizon, warm-up and end, as given or as its traces say.

use std::sync::Arc;

use jiff::civil::DateTime;

use super::arrivals::{Draft, friendly};
use super::covered;
use crate::calendar::{Calendar, WeekClock, time_zone};
use crate::model::settings::{End, WorldSettings};
use crate::scenario::data::trace::RawRow;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::tree::Table;
use crate::scenario::document::usual::{Written, assumed};
use crate::scenario::document::values::{
    choice, date, date_time, duration, one_or_more, positive_duration, text,
};
use crate::scenario::variants::usage::{is_enabled, tables};
use crate::units::SimTime;
use crate::workload::{Pattern, WorkloadSettings};

/// What arrives: a workload of runs or of requests.
#[derive(Clone, Copy)]
pub(in crate::scenario) struct Arriving<'a> {
    /// `workload` or `requests`.
    pub(in crate::scenario) section: &'static str,
    pub(in crate::scenario) name: &'a str,
    pub(in crate::scenario) draft: &'a Read<Draft<'a>>,
}

/// The keys that say when things happen.
pub(in crate::scenario) struct Clock {
    pub(in crate::scenario) zone: String,
    pub(in crate::scenario) start: Option<DateTime>,
    horizon: Option<SimTime>,
    pub(in crate::scenario) warmup: SimTime,
    pub(in crate::scenario) end: End,
}

/// Reads the keys.
pub(in crate::scenario) fn clock(cursor: &Cursor<'_>) -> Read<Clock> {
    let zone = cursor.usual("time_zone", assumed("UTC", ""), |value| {
        let name = text(value)?;
        match time_zone(&name) {
            Ok(_) => Ok(name),
            Err(sentence) => Err(Complaint::sentence(&sentence)),
        }
    });
    let start = cursor.read("start", date_time);
    let horizon = cursor.read("horizon", positive_duration);
    let warmup = cursor.usual("warmup", assumed("0s", ""), duration);
    let end = cursor.usual(
        "end",
        assumed("drain", ""),
        choice(&[("drain", End::Drain), ("cut", End::Cut)]),
    );
    Ok(Clock {
        zone: zone?,
        start: start?,
        horizon: horizon?.map(|length| SimTime(length.0)),
        warmup: SimTime(warmup?.0),
        end: end?,
    })
}

/// What `t = 0` is: as given, else the first date-time of the first trace that has any, else the default.
pub(in crate::scenario) fn calendar(
    cursor: &Cursor<'_>,
    clock: &Clock,
    works: &[Arriving<'_>],
) -> Read<Calendar> {
    let first_stamp = first_stamp(works);
    let default = DateTime::constant(2024, 1, 1, 0, 0, 0, 0);
    let (usual, known) = match first_stamp {
        Some(_) => ("the first stamp of the trace", ""),
        None => ("2024-01-01T00:00", "a Monday"),
    };
    let usual = Written::Words(usual);
    cursor.acts("start", assumed(usual, known));
    let stated = clock.start.or(first_stamp);
    let start = stated.unwrap_or(default);
    let holidays = cursor.read_or("holidays", Vec::new(), one_or_more(date));
    let calendar = Calendar::new(start, &clock.zone)
        .map_err(|sentence| cursor.refuse("start", Complaint::sentence(&sentence)));
    let calendar = match stated {
        Some(_) => calendar?,
        None => calendar?.assumed(),
    };
    Ok(calendar.with_holidays(&holidays?))
}

/// The clock by whose hours of the week runs are counted: where the week makes a difference to when they are submitted, or a log
/// says when they were, by the date.
pub(in crate::scenario) fn week(
    settings: &WorldSettings,
    calendar: &Calendar,
    clock: &Clock,
    works: &[Arriving<'_>],
) -> Option<Arc<WeekClock>> {
    let is_dated = clock.start.is_some() || first_stamp(works).is_some();
    let measured = settings.horizon.since(settings.warmup);
    let differs = |work: &WorkloadSettings| match work.arrivals.pattern(measured) {
        Pattern::Weekly => true,
        Pattern::Once => is_dated && work.arrivals.trace().is_some(),
        Pattern::Steady => false,
    };
    let mut own = settings.workloads.iter().filter(|work| !work.background);
    own.any(differs)
        .then(|| Arc::new(calendar.week_clock(settings.horizon)))
}

/// The first date-time of the first trace that has any.
fn first_stamp(works: &[Arriving<'_>]) -> Option<DateTime> {
    works
        .iter()
        .find_map(|work| work.draft.as_ref().ok()?.trace()?.start)
}

/// Whether a trace that could not be read comes before the first with a date-time: it may say what `t = 0` is.
pub(in crate::scenario) fn hides_start(works: &[Arriving<'_>]) -> bool {
    for work in works {
        match work.draft {
            Ok(draft) if !draft.is_trace() => {}
            Ok(draft) => match draft.trace() {
                Some(trace) if trace.start.is_none() => {}
                trace => return trace.is_none(),
            },
            Err(_) => return true,
        }
    }
    false
}

/// Refuses a variant without workloads, and one whose workloads are all switched off.
fn somebody_comes(cursor: &Cursor<'_>, table: &Table) -> Read<()> {
    let sections = ["workload", "requests"];
    let written = sections.map(|section| tables(table, section));
    if written.iter().any(|all| all.iter().any(is_enabled)) {
        return Ok(());
    }
    let first = sections
        .iter()
        .zip(written)
        .find(|(_, all)| !all.is_empty());
    let Some((section, _)) = first else {
        return Err(cursor.missing(
            "workload",
            "say who submits runs, in a `[workload.NAME]` table, or requests, in a `[requests.NAME]` table",
        ));
    };
    let complaint = Complaint::new("all workloads are switched off")
        .help("have at least one that is not `enabled = false`");
    Err(cursor.refuse(section, complaint))
}

/// The horizon, and a note where it is not given: then, where all arrivals are traces, the end of what they cover.
pub(in crate::scenario) fn horizon(
    cursor: &Cursor<'_>,
    clock: &Clock,
    (works, calendar): (&[Arriving<'_>], Option<&Calendar>),
    table: &Table,
) -> Read<(SimTime, Option<String>)> {
    somebody_comes(cursor, table)?;
    let (horizon, note) = if let Some(horizon) = clock.horizon {
        (horizon, None)
    } else {
        let traces = traces(cursor, works)?;
        let calendar = calendar.ok_or(Reported)?;
        let covered = covered::by(&traces, calendar);
        let after = Written::Words("the end of the local day of the last row, or of its week");
        cursor.acts("horizon", assumed(after, ""));
        (covered.end(), Some(covered.note(calendar)))
    };
    if clock.warmup >= horizon {
        let complaint = Complaint::new(format!(
            "the warm-up of {} is not below the horizon of {}",
            friendly(clock.warmup),
            friendly(horizon)
        ))
        .help("statistics are over runs submitted in [warmup, horizon)");
        return Err(cursor.refuse_pair("warmup", "horizon", complaint));
    }
    Ok((horizon, note))
}

/// The rows of all arrivals, where all are traces.
fn traces<'a>(cursor: &Cursor<'_>, works: &'a [Arriving<'_>]) -> Read<Vec<&'a [RawRow]>> {
    let is_generated =
        |work: &&Arriving<'_>| work.draft.as_ref().is_ok_and(|draft| !draft.is_trace());
    if let Some(work) = works.iter().find(is_generated) {
        let help = format!(
            "the arrivals of `{}.{}` go on until it: write for example `horizon = \"7d\"`",
            work.section, work.name
        );
        return Err(cursor.missing("horizon", &help));
    }
    let rows = |work: &'a Arriving<'_>| {
        let draft = work.draft.as_ref().map_err(|reported| *reported)?;
        Ok(&*draft.trace().ok_or(Reported)?.rows)
    };
    works.iter().map(rows).collect()
}
