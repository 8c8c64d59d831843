//! Reads the arrival kinds: first what the file says, then, once start and horizon are known, checked [`Arrivals`].
//!
//! A kind is a file here, and a line in [`KINDS`]; its keys are in [`ARRIVALS`]; how it behaves
//! is a file of the same name in [`crate::workload`].

mod batch;
mod bursts;
mod closed;
mod deterministic;
mod fan_out;
mod mistaken;
mod mmpp;
mod poisson;
mod profile;
mod recurring;
mod sinusoid;
mod trace;

pub(in crate::scenario) use trace::TraceCache;

use crate::calendar::Calendar;
use crate::scenario::data::context::Context;
use crate::scenario::data::trace::TraceFile;
use crate::scenario::data::trace_mapping::{mapping, request_mapping};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::{Cursor, one_kind};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::values::{positive_number, rate};
use crate::scenario::keys::{ARRIVALS, Kind, REQUEST_ARRIVALS};
use crate::units::{SimDuration, SimTime};
use crate::workload::Arrivals;
use mistaken::{refuse_no_keys, refuse_no_kind};
use trace::TraceDraft;

const RATE: &str = "write a rate such as `\"40/h\"`";

/// Arrivals of one kind as the file says them.
trait Drafted {
    /// The arrivals in `[0, horizon)`; refused if there can be none.
    fn finish(&self, table: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals>;

    /// When runs come at fixed times since the start, which are compared with the clock.
    fn fixed_times(&self, horizon: SimTime) -> Vec<SimTime> {
        let _ = horizon;
        Vec::new()
    }

    /// The rows of a log.
    fn trace(&self) -> Option<&TraceFile> {
        None
    }
}

/// What is known once the whole scenario was read.
pub(in crate::scenario) struct Within<'a> {
    /// `None` where it has a problem of its own.
    pub(in crate::scenario) calendar: Option<&'a Calendar>,
    pub(in crate::scenario) horizon: SimTime,
    /// Names of the environments.
    pub(in crate::scenario) environments: &'a [&'a str],
    pub(in crate::scenario) rows: &'a mut TraceCache,
}

type Reads = for<'a> fn(&Context<'a>, &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>>;

/// Who reads a kind. A trace has a reader of its own, which needs to know more.
const KINDS: &[(&str, Reads)] = &[
    ("poisson", poisson::read),
    ("deterministic", deterministic::read),
    ("bursts", bursts::read),
    ("profile", profile::read),
    ("sinusoid", sinusoid::read),
    ("mmpp", mmpp::read),
    ("batch", batch::read),
    ("recurring", recurring::read),
    ("closed", closed::read),
    ("fan_out", fan_out::read),
];

/// Arrivals as the file says them.
pub(in crate::scenario) struct Draft<'a> {
    table: Cursor<'a>,
    is_trace: bool,
    /// Its settings, which may have problems though the kind is known.
    settings: Read<Box<dyn Drafted + 'a>>,
}

impl<'a> Draft<'a> {
    /// Reads the key `arrivals` of a workload.
    pub(in crate::scenario) fn read(
        context: &Context<'a>,
        workload: &Cursor<'a>,
        zone: &str,
        declared: Option<&[&str]>,
    ) -> Read<Self> {
        Self::under((context, workload), "arrivals", ARRIVALS, |table| {
            TraceDraft::read(context, table, (zone, declared), mapping(table))
        })
    }

    /// Reads the key `arrivals` of a workload of requests; a token takes the given times, where there are any.
    pub(in crate::scenario) fn of_requests(
        context: &Context<'a>,
        requests: &Cursor<'a>,
        zone: &str,
        token_times: Read<Option<(SimDuration, SimDuration)>>,
    ) -> Read<Self> {
        Self::under((context, requests), "arrivals", REQUEST_ARRIVALS, |table| {
            let mapping = request_mapping(table, token_times);
            TraceDraft::read(context, table, (zone, None), mapping)
        })
    }

    /// Reads arrivals of one of these kinds under a key.
    fn under(
        (context, outer): (&Context<'a>, &Cursor<'a>),
        key: &str,
        kinds: &'static [Kind],
        trace: impl FnOnce(&Cursor<'a>) -> Read<TraceDraft>,
    ) -> Read<Self> {
        let Some(node) = outer.node(key) else {
            let example = format!("write for example `{key}.poisson = {{ rate = \"12/h\" }}`");
            return Err(outer.missing(key, &example));
        };
        refuse_no_kind(outer, key, node)?;
        let path = outer.path_of(key);
        let (kind, node, path) = one_kind(context.sink, node, &path, kinds)?;
        refuse_no_keys(outer, (key, kind, &path), node)?;
        let table = Cursor::open(context.sink, node, path, kind.keys)?;
        let reader = KINDS.iter().find(|(name, _)| *name == kind.name);
        let settings = match reader {
            Some((_, read)) => read(context, &table),
            None => trace(&table).map(|trace| Box::new(trace) as Box<dyn Drafted + 'a>),
        };
        Ok(Self {
            table,
            is_trace: reader.is_none(),
            settings,
        })
    }

    /// Whether this is a trace, of which the file may be bad.
    pub(in crate::scenario) fn is_trace(&self) -> bool {
        self.is_trace
    }

    /// The rows, if this is a good trace.
    pub(in crate::scenario) fn trace(&self) -> Option<&TraceFile> {
        self.settings.as_ref().ok()?.trace()
    }

    /// Fixed times since the start at which runs come: those of a batch, and those of an interval of whole days.
    pub(in crate::scenario) fn fixed_times(&self, horizon: SimTime) -> Vec<SimTime> {
        let settings = self.settings.as_ref();
        settings.map_or_else(|_| Vec::new(), |settings| settings.fixed_times(horizon))
    }

    /// The arrivals in `[0, horizon)`; refused if there can be none.
    pub(in crate::scenario) fn finish(&self, within: &mut Within<'_>) -> Read<Arrivals> {
        let settings = self.settings.as_ref().map_err(|reported| *reported)?;
        settings.finish(&self.table, within)
    }
}

/// The arrivals of a workload times its `load_factor`, and times a load that is common to all. Users who wait for ends have no
/// rate, and stay as many at any common load.
pub(super) fn scaled(
    workload: &Cursor<'_>,
    arrivals: Read<Arrivals>,
    load: Option<f64>,
) -> Read<Arrivals> {
    let factor = workload.read("load_factor", load_factor)?;
    let mut arrivals = arrivals?;
    if let Some(factor) = factor {
        if arrivals.wait_for_ends() {
            let complaint = Complaint::new(
                "users who wait for the end of what they sent have no rate to multiply",
            )
            .help("leave this key out, and change `arrivals.closed.users`");
            return Err(workload.refuse("load_factor", complaint));
        }
        arrivals.scale(factor);
    }
    if let Some(load) = load.filter(|_| !arrivals.wait_for_ends()) {
        arrivals.scale(load);
    }
    Ok(arrivals)
}

fn load_factor(value: &Value) -> Result<f64, Complaint> {
    const HELP: &str = "write a number above 0 and up to 1000, such as 1.3 for 30 % more";
    match positive_number(value).map_err(|complaint| complaint.help(HELP))? {
        factor if factor <= 1000.0 => Ok(factor),
        factor => Err(Complaint::new(format!("{factor} times the load is too much")).help(HELP)),
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
