//! Reads the arrival kinds: first what the file says, then, once start and horizon are known, checked [`Arrivals`].

use std::rc::Rc;
use std::sync::Arc;

use super::data::{RawRow, TraceFile, TraceMapping};
use super::files::TraceKey;
use super::keys::{ARRIVALS, Kind, REQUEST_ARRIVALS};
use super::reader::{Cursor, Read, list, one_kind};
use super::readings::{Reading, of_trace};
use super::targets::{Context, weekly};
use super::trace_mapping::{mapping, request_mapping};
use super::tree::{Node, Value};
use super::usual::{Written, assumed};
use super::values::{Complaint, count, duration, found, one_or_more, positive_duration, rate};
use crate::calendar::Calendar;
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR};
use crate::workload::Arrivals;
use crate::workload::batch::Batch;
use crate::workload::bursts::Bursts;
use crate::workload::deterministic::Deterministic;
use crate::workload::poisson::Poisson;
use crate::workload::trace::{Trace, TraceRow};

const RATE: &str = "write a rate such as `\"40/h\"`";
const DAY: u64 = 24 * TICKS_PER_HOUR;
/// Times of one workload that are compared with the clock: some years of days.
const MOST_TIMES: u64 = 4_000;
/// Runs of one batch at most: all of them are in the system at once.
const MAX_BATCH: u32 = 10_000_000;

/// Arrivals as the file says them.
pub(super) struct Draft<'a> {
    table: Cursor<'a>,
    is_trace: bool,
    /// Its settings, which may have problems though the kind is known.
    settings: Read<DraftKind>,
}

enum DraftKind {
    Poisson(f64),
    Deterministic(SimDuration, SimDuration),
    Bursts(f64, f64),
    Batch(u32, Vec<SimDuration>),
    Trace(Rc<TraceFile>),
}

/// What to write instead of `arrivals = VALUE`.
fn without_kind(value: &Value) -> String {
    let rate = match value {
        Value::Text(text) if rate(value).is_ok() => text,
        _ => "12/h",
    };
    format!("write a kind and its keys, such as `arrivals.poisson.rate = \"{rate}\"`")
}

/// What to write instead of `arrivals.KIND = VALUE`.
fn without_key(kind: &Kind, value: &Value) -> String {
    let (name, key) = (kind.name, kind.keys[0]);
    let example = match (name, value) {
        ("poisson", Value::Text(text)) if rate(value).is_ok() => format!("\"{text}\""),
        ("poisson", _) => "\"12/h\"".to_owned(),
        ("deterministic", Value::Text(text)) if duration(value).is_ok() => format!("\"{text}\""),
        ("deterministic", _) => "\"10m\"".to_owned(),
        ("batch", Value::Integer(runs)) if *runs > 0 => runs.to_string(),
        ("batch", _) => "50".to_owned(),
        ("trace", Value::Text(file)) => format!("\"{file}\""),
        ("trace", _) => "\"log.csv\"".to_owned(),
        _ => "\"2/h\"".to_owned(),
    };
    let others = match &kind.keys[1..] {
        [] => String::new(),
        others => format!("; its other keys are {}", list(others)),
    };
    format!("write `arrivals.{name}.{key} = {example}`{others}")
}

impl<'a> Draft<'a> {
    /// Reads the key `arrivals` of a workload.
    pub(super) fn read(
        context: &Context<'a>,
        workload: &Cursor<'a>,
        zone: &str,
        declared: Option<&[&str]>,
    ) -> Read<Self> {
        let trace = |table: &Cursor<'a>| mapping(table);
        Self::of_kinds((context, workload, zone), declared, ARRIVALS, trace)
    }

    /// Reads the key `arrivals` of a workload of requests; a token takes the given times, where there are any.
    pub(super) fn of_requests(
        context: &Context<'a>,
        requests: &Cursor<'a>,
        zone: &str,
        token_times: Read<Option<(SimDuration, SimDuration)>>,
    ) -> Read<Self> {
        let trace = |table: &Cursor<'a>| request_mapping(table, token_times);
        Self::of_kinds((context, requests, zone), None, REQUEST_ARRIVALS, trace)
    }

    fn of_kinds(
        (context, workload, zone): (&Context<'a>, &Cursor<'a>, &str),
        declared: Option<&[&str]>,
        kinds: &'static [Kind],
        mapping: impl FnOnce(&Cursor<'a>) -> Read<TraceMapping>,
    ) -> Read<Self> {
        let Some(node) = workload.node("arrivals") else {
            return Err(workload.missing(
                "arrivals",
                "write for example `arrivals.poisson = { rate = \"12/h\" }`",
            ));
        };
        let path = workload.path_of("arrivals");
        let refuse = |node: &Node, path: &str, help: String| {
            let complaint = Complaint::new(format!("found {}", found(&node.value)));
            Err(context
                .sink
                .report(&node.origin, path, complaint.help(help)))
        };
        if node.as_table().is_none() {
            return refuse(node, &path, without_kind(&node.value));
        }
        let (kind, node, path) = one_kind(context.sink, node, &path, kinds)?;
        if node.as_table().is_none() {
            return refuse(node, &path, without_key(kind, &node.value));
        }
        let table = Cursor::open(context.sink, node, path, kind.keys)?;
        let settings = match kind.name {
            "poisson" => positive_rate(&table, "rate").map(DraftKind::Poisson),
            "deterministic" => deterministic(&table),
            "bursts" => bursts(&table),
            "batch" => batch(&table),
            "trace" => {
                let mapping = mapping(&table);
                trace(context, &table, (zone, declared), mapping).map(DraftKind::Trace)
            }
            other => unreachable!("`{other}` is in the list of kinds"),
        };
        Ok(Self {
            table,
            is_trace: kind.name == "trace",
            settings,
        })
    }

    /// Whether this is a trace, of which the file may be bad.
    pub(super) fn is_trace(&self) -> bool {
        self.is_trace
    }

    /// The rows, if this is a good trace.
    pub(super) fn trace(&self) -> Option<&TraceFile> {
        match &self.settings {
            Ok(DraftKind::Trace(trace)) => Some(trace),
            _ => None,
        }
    }

    /// When runs come at fixed times since the start: those of a batch, and one each so many days.
    pub(super) fn fixed_times(&self, horizon: SimTime) -> Vec<SimTime> {
        match &self.settings {
            Ok(DraftKind::Batch(_, at)) => at.iter().map(|at| SimTime(at.0)).collect(),
            Ok(DraftKind::Deterministic(interval, first)) if interval.0 % DAY == 0 => {
                let times = (0..MOST_TIMES)
                    .map(|each| SimTime(first.0) + SimDuration(interval.0.saturating_mul(each)));
                times.take_while(|at| *at < horizon).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The arrivals in `[0, horizon)`; refused if there can be none.
    pub(super) fn finish(
        &self,
        calendar: Option<&Calendar>,
        horizon: SimTime,
        environments: &[&str],
        rows: &mut TraceCache,
    ) -> Read<Arrivals> {
        match self.settings.as_ref().map_err(|reported| *reported)? {
            DraftKind::Poisson(rate_per_s) => Ok(Arrivals::Poisson(Poisson::new(*rate_per_s))),
            DraftKind::Deterministic(interval, first) => {
                self.finish_deterministic(*interval, *first, horizon)
            }
            DraftKind::Bursts(quiet, peak) => {
                self.finish_bursts((*quiet, *peak), calendar, horizon)
            }
            DraftKind::Batch(runs, at) => self.finish_batch(*runs, at, horizon),
            DraftKind::Trace(trace) => rows.rows(&self.table, trace, horizon, environments),
        }
    }

    fn finish_deterministic(
        &self,
        interval: SimDuration,
        first: SimDuration,
        horizon: SimTime,
    ) -> Read<Arrivals> {
        if SimTime(first.0) >= horizon {
            let complaint = Complaint::new(format!(
                "the first run would come at {}, not before the horizon of {}",
                first.to_friendly(),
                friendly(horizon)
            ))
            .help("the first run comes after one `interval`, or at `first`");
            return Err(self.table.refuse_pair("interval", "first", complaint));
        }
        Ok(Arrivals::Deterministic(Deterministic::new(
            interval,
            SimTime(first.0),
        )))
    }

    fn finish_bursts(
        &self,
        (quiet_per_s, peak_per_s): (f64, f64),
        calendar: Option<&Calendar>,
        horizon: SimTime,
    ) -> Read<Arrivals> {
        let windows = weekly(&self.table, "windows", calendar)?;
        if quiet_per_s <= 0.0 && windows.open_time(SimTime::ZERO, horizon).is_zero() {
            let complaint = Complaint::new("no window opens before the horizon").help(
                "with a quiet rate of 0, no run would ever come: change `windows` or `quiet`",
            );
            return Err(self.table.refuse("windows", complaint));
        }
        Ok(Arrivals::Bursts(Bursts::new(
            quiet_per_s,
            peak_per_s,
            windows,
        )))
    }

    fn finish_batch(&self, runs: u32, at: &[SimDuration], horizon: SimTime) -> Read<Arrivals> {
        if let Some(late) = at.iter().find(|at| SimTime(at.0) >= horizon) {
            let complaint = Complaint::new(format!(
                "{} is not before the horizon of {}",
                late.to_friendly(),
                friendly(horizon)
            ))
            .help("runs come in [0, horizon): leave this time out, or move the horizon");
            return Err(self.table.refuse("at", complaint));
        }
        let mut times: Vec<SimTime> = at.iter().map(|at| SimTime(at.0)).collect();
        times.sort_unstable();
        Ok(Arrivals::Batch(Batch::new(runs, times)))
    }
}

/// A point in time as a person would write it.
pub(super) fn friendly(time: SimTime) -> String {
    SimDuration(time.0).to_friendly()
}

fn positive_rate(table: &Cursor<'_>, key: &str) -> Read<f64> {
    let found = table.require(key, RATE, rate)?;
    if found > 0.0 {
        return Ok(found);
    }
    let complaint = Complaint::new("a rate of 0: no run would ever come")
        .help("write a rate above 0, or leave the workload out");
    Err(table.refuse(key, complaint))
}

fn deterministic(table: &Cursor<'_>) -> Read<DraftKind> {
    let help = "write a duration such as `\"10m\"`";
    let interval = table.require("interval", help, positive_duration);
    let first = table.read("first", duration);
    table.acts("first", assumed(Written::Words("one interval"), ""));
    let interval = interval?;
    Ok(DraftKind::Deterministic(
        interval,
        first?.unwrap_or(interval),
    ))
}

fn bursts(table: &Cursor<'_>) -> Read<DraftKind> {
    let quiet = table.require("quiet", RATE, rate);
    let peak = positive_rate(table, "peak");
    // The windows are read once the calendar is known; a bad window is found here all the same.
    let windows = weekly(table, "windows", Some(&Calendar::default()));
    let (quiet, peak) = (quiet?, peak?);
    if peak < quiet {
        let complaint = Complaint::new("the peak rate is below the quiet rate")
            .help("`peak` is the rate inside the windows, `quiet` the rate outside");
        return Err(table.refuse_pair("quiet", "peak", complaint));
    }
    windows.map(|_| DraftKind::Bursts(quiet, peak))
}

fn batch(table: &Cursor<'_>) -> Read<DraftKind> {
    let runs = table.require(
        "runs",
        "write how many runs come at each time",
        count(1, MAX_BATCH),
    );
    let help = "write times since the start, such as `[\"8h\", \"1d9h\"]`";
    let at = table.require("at", help, one_or_more(duration))?;
    if at.is_empty() {
        return Err(table.refuse("at", Complaint::new("there are no times").help(help)));
    }
    Ok(DraftKind::Batch(runs?, at))
}

fn trace(
    context: &Context<'_>,
    table: &Cursor<'_>,
    (zone, declared): (&str, Option<&[&str]>),
    mapping: Read<TraceMapping>,
) -> Read<Rc<TraceFile>> {
    let path = context.files.path(table);
    let (path, mapping) = (path?, mapping?);
    // Without a column of environments, variants that declare others see the same trace.
    let declared = declared.filter(|_| mapping.environment.is_some());
    let key = TraceKey {
        path,
        mapping,
        zone: zone.to_owned(),
        declared: declared.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
    };
    let trace = context.files.trace(table, key)?;
    if trace.rows.is_empty() {
        let complaint = Complaint::new("the trace has no rows")
            .help("it needs at least one row at or after the origin");
        return Err(table.refuse("file", complaint));
    }
    Ok(trace)
}

/// Traces as the model takes them, made once for all variants that see the same.
#[derive(Default)]
pub(super) struct TraceCache {
    known: Vec<Converted>,
}

/// The rows of a file before a horizon, with the environments of a variant.
struct Converted {
    file: Rc<TraceFile>,
    horizon: SimTime,
    environments: Vec<String>,
    rows: Arc<[TraceRow]>,
    reading: Reading,
}

impl TraceCache {
    /// What was read of a trace before a horizon, for a workload of that key.
    pub(super) fn reading(
        &self,
        trace: &TraceFile,
        horizon: SimTime,
        read_for: &str,
    ) -> Option<Rc<Reading>> {
        let is = |known: &&Converted| {
            std::ptr::eq(Rc::as_ptr(&known.file), trace) && known.horizon == horizon
        };
        let known = self.known.iter().find(is)?;
        Some(Rc::new(Reading {
            read_for: read_for.to_owned(),
            ..known.reading.clone()
        }))
    }

    fn rows(
        &mut self,
        table: &Cursor<'_>,
        trace: &Rc<TraceFile>,
        horizon: SimTime,
        environments: &[&str],
    ) -> Read<Arrivals> {
        let known = self.known.iter().find(|known| {
            Rc::ptr_eq(&known.file, trace)
                && known.horizon == horizon
                && known.environments == environments
        });
        if let Some(known) = known {
            return Ok(Arrivals::Trace(Trace::new(Arc::clone(&known.rows))));
        }
        let kept = trace.rows.partition_point(|row| row.at < horizon);
        if kept == 0 {
            let complaint = Complaint::new(format!(
                "no row comes before the horizon of {}",
                friendly(horizon)
            ))
            .help("move the horizon or the `origin`");
            return Err(table.refuse("file", complaint));
        }
        let rows = convert(&trace.rows[..kept], environments);
        self.known.push(Converted {
            file: Rc::clone(trace),
            horizon,
            environments: environments.iter().map(|name| (*name).to_owned()).collect(),
            rows: Arc::clone(&rows),
            reading: of_trace(trace, horizon),
        });
        Ok(Arrivals::Trace(Trace::new(rows)))
    }
}

fn convert(rows: &[RawRow], environments: &[&str]) -> Arc<[TraceRow]> {
    let position = |name: &str| environments.iter().position(|known| *known == name);
    let convert = |row: &RawRow| TraceRow {
        at: row.at,
        duration: row.duration,
        nodes: row.nodes,
        priority: row.priority,
        environment: row
            .environment
            .as_deref()
            .and_then(position)
            .map(|position| u32::try_from(position).expect("a file has few environments")),
    };
    rows.iter().map(convert).collect()
}
