//! Reads workloads of requests, and brings them and their services together.

use super::arrivals::{Draft, TraceCache, Within, scaled};
use super::asks::{Asks, asks_of_requests};
use super::tokens::Tokens;
use super::workloads::Surroundings;
use crate::distribution::Distribution;
use crate::scenario::data::context::Context;
use crate::scenario::data::distributions::distribution;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sections::section;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::{Entry, Table};
use crate::scenario::document::usual::{Usual, Written, assumed};
use crate::scenario::document::values::{boolean, positive_duration, text};
use crate::scenario::keys::REQUESTS;
use crate::serving::settings::RequestSettings;
use crate::units::SimDuration;

/// A workload of requests while it is read.
pub(in crate::scenario) struct RequestWork<'a> {
    pub(in crate::scenario) name: String,
    pub(in crate::scenario) table: Cursor<'a>,
    pub(in crate::scenario) draft: Read<Draft<'a>>,
    /// Its time by token, if it has any.
    tokens: Read<Option<Tokens>>,
    /// What it asks of the kind of its service.
    pub(in crate::scenario) asks: Read<Asks>,
}

/// A workload of requests with what it says of its service.
pub(in crate::scenario) struct Requests {
    pub(in crate::scenario) settings: RequestSettings,
    pub(in crate::scenario) slo: Option<SimDuration>,
}

/// Opens the workloads of requests and reads their arrivals as far as the file says them.
pub(in crate::scenario) fn open<'a>(
    context: &Context<'a>,
    root: &'a Table,
    zone: &str,
) -> Vec<RequestWork<'a>> {
    let open = |(entry, path): (&'a Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, REQUESTS).ok()?;
        table
            .read_or("enabled", true, boolean)
            .is_ok_and(|enabled| enabled)
            .then_some(())?;
        let tokens = Tokens::read(context, &table);
        let times = match &tokens {
            Ok(tokens) => Ok(tokens.as_ref().map(Tokens::times)),
            Err(reported) => Err(*reported),
        };
        let draft = Draft::of_requests(context, &table, zone, times);
        Some(RequestWork {
            name: entry.key.to_string(),
            asks: asks_of_requests(&table),
            table,
            draft,
            tokens,
        })
    };
    let tables = section(context.sink, root, "requests").into_iter();
    tables.filter_map(open).collect()
}

/// Reads the rest; the service is a position in the list of known ones.
pub(in crate::scenario) fn finish(
    context: &Context<'_>,
    work: &RequestWork<'_>,
    around: &Surroundings<'_>,
    rows: &mut TraceCache,
) -> Read<Requests> {
    let table = &work.table;
    let help = "name the service that the requests go to";
    let service = table.require("target", help, text);
    let service = service.and_then(|name| around.known.service(table, "target", &name));
    let arrivals = match &work.draft {
        Ok(draft) => draft.finish(&mut Within {
            calendar: around.calendar,
            horizon: around.horizon,
            environments: &[],
            rows,
        }),
        Err(reported) => Err(*reported),
    };
    let arrivals = scaled(table, arrivals, context.load);
    let is_trace = work.draft.as_ref().ok().map(Draft::is_trace);
    let time = service_time(context, work, is_trace);
    let is_function = |service: &usize| around.known.services[*service].section == "functions";
    if service.as_ref().is_ok_and(is_function) {
        let same = Written::Words("as others");
        table.acts(
            "cold_service_time",
            assumed(same, "a cold start is slow only until it is ready"),
        );
    }
    table.acts("slo", Usual::none(""));
    let cold = distribution(table, "cold_service_time", context.files);
    let slo = table.read("slo", positive_duration);
    Ok(Requests {
        settings: RequestSettings {
            name: work.name.clone(),
            service: service?,
            arrivals: arrivals?,
            service_time: time?,
            cold_service_time: cold?,
        },
        slo: slo?,
    })
}

/// How long a request takes: as given, by its tokens, or as the trace says.
fn service_time(
    context: &Context<'_>,
    work: &RequestWork<'_>,
    is_trace: Option<bool>,
) -> Read<Distribution> {
    let table = &work.table;
    let given = distribution(table, "service_time", context.files)?;
    let tokens = work.tokens.as_ref().map_err(|reported| *reported)?;
    match (given, tokens, is_trace) {
        (Some(_), _, Some(true)) => {
            let complaint = Complaint::new("a trace brings the time of each request")
                .help("leave this key out; `arrivals.trace` names the columns");
            Err(table.refuse("service_time", complaint))
        }
        (Some(_), Some(_), _) => {
            let complaint = Complaint::new("`tokens` says already how long a request takes")
                .help("keep one of them");
            Err(table.refuse_pair("service_time", "tokens", complaint))
        }
        (Some(given), None, _) => Ok(given),
        (None, Some(tokens), Some(false)) => tokens.service_time(table),
        (None, None, Some(false)) => {
            let help = "write how long a request takes on its replica, such as `\"80ms\"`, or its `tokens`";
            Err(table.missing("service_time", help))
        }
        (None, tokens, _) => {
            if let Some(tokens) = tokens.as_ref().filter(|_| is_trace == Some(true)) {
                tokens.are_times_only(table)?;
            }
            Ok(Distribution::constant(SimDuration::ZERO))
        }
    }
}
