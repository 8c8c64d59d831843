//! Reads which columns a trace has, of runs or of requests.

use jiff::tz::TimeZone;

use super::cells;
use super::stamp_kind::{StampKind, Unit};
use super::table::Decimal;
use super::trace::{Length, OnBadRow, Origin, TraceMapping};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::{Written, assumed};
use crate::scenario::document::values::{choice, count, number, text};
use crate::units::SimDuration;
use crate::workload::labels::LABELS;

const COLUMN: &str = "write the name of a column";

/// What a number of a column counts.
const UNITS: [(&str, Unit); 5] = [
    ("ms", Unit::Milliseconds),
    ("s", Unit::Seconds),
    ("min", Unit::Minutes),
    ("h", Unit::Hours),
    ("d", Unit::Days),
];

/// What stamps that are numbers are.
const STAMPS: [(&str, StampKind); 9] = [
    ("ms", StampKind::Since(Unit::Milliseconds)),
    ("s", StampKind::Since(Unit::Seconds)),
    ("min", StampKind::Since(Unit::Minutes)),
    ("h", StampKind::Since(Unit::Hours)),
    ("epoch_s", StampKind::Epoch(Unit::Seconds)),
    ("epoch_ms", StampKind::Epoch(Unit::Milliseconds)),
    ("epoch_us", StampKind::Epoch(Unit::Microseconds)),
    ("epoch_ns", StampKind::Epoch(Unit::Nanoseconds)),
    ("excel", StampKind::Excel),
];

/// How a unit is written in a scenario.
pub(in crate::scenario) fn word(unit: Unit) -> &'static str {
    let found = UNITS.iter().find(|(_, known)| *known == unit);
    found.map_or("s", |(word, _)| word)
}

/// The unit of a column of durations.
pub(super) fn unit(table: &Cursor<'_>) -> Read<Unit> {
    table.usual("unit", assumed("s", ""), choice(&UNITS))
}

/// What stands before decimals, where the scenario says it.
pub(in crate::scenario) fn decimal(table: &Cursor<'_>) -> Read<Option<Decimal>> {
    table.read(
        "decimal",
        choice(&[(".", Decimal::Point), (",", Decimal::Comma)]),
    )
}

fn stamps(table: &Cursor<'_>) -> Read<Option<StampKind>> {
    table.acts("stamps", assumed(Written::Words("by their size"), ""));
    table.read("stamps", choice(&STAMPS))
}

/// The columns of a trace of runs.
pub(in crate::scenario) fn mapping(table: &Cursor<'_>) -> Read<TraceMapping> {
    let submitted = table.require("submitted", COLUMN, text);
    let duration = table.require("duration", COLUMN, text);
    let (stamps, unit) = (stamps(table), unit(table));
    let (nodes, gpus) = (table.read("nodes", text), table.read("gpus", text));
    let gpus_per_node = table.read("gpus_per_node", count(1, 1024));
    let (priority, environment) = (
        table.read("priority", text),
        table.read("environment", text),
    );
    let estimate = table.read("estimate", text);
    let [user, group, class] = LABELS.map(|key| table.read(key, text));
    let origin = table.usual("origin", assumed("first", ""), origin);
    let (decimal, on_bad_row) = (decimal(table), on_bad_row(table));
    let (nodes, gpus, gpus_per_node) = (nodes?, gpus?, gpus_per_node?);
    let contradiction = match (&nodes, &gpus, gpus_per_node) {
        (Some(_), Some(_), _) => Some(("gpus", "`nodes` gives the size of a run already")),
        (_, None, Some(_)) => Some((
            "gpus_per_node",
            "there is no column of `gpus` to turn into nodes",
        )),
        (_, Some(_), None) => Some(("gpus", "`gpus_per_node` is missing beside it")),
        _ => None,
    };
    if let Some((key, message)) = contradiction {
        let help = "map `nodes`, or `gpus` with `gpus_per_node` (1 where a node is one GPU)";
        return Err(table.refuse(key, Complaint::new(message).help(help)));
    }
    Ok(TraceMapping {
        submitted: submitted?,
        stamps: stamps?,
        duration: Length::Column(duration?, unit?),
        is_unit_given: table.has("unit"),
        nodes,
        gpus,
        gpus_per_node,
        priority: priority?,
        estimate: estimate?.zip(unit.ok()),
        environment: environment?,
        labels: [user?, group?, class?],
        origin: origin?,
        decimal: decimal?,
        on_bad_row: on_bad_row?,
    })
}

/// The columns of a trace of requests: how long each takes, or its tokens.
pub(in crate::scenario) fn request_mapping(
    table: &Cursor<'_>,
    token_times: Read<Option<(SimDuration, SimDuration)>>,
) -> Read<TraceMapping> {
    let submitted = table.require("submitted", COLUMN, text);
    let duration = table.read("duration", text);
    let stamps = stamps(table);
    let unit = if table.has("duration") || table.has("unit") {
        unit(table)
    } else {
        Ok(Unit::default())
    };
    let context = table.read("context_tokens", text);
    let generated = table.read("generated_tokens", text);
    let origin = table.usual("origin", assumed("first", ""), origin);
    let (decimal, on_bad_row) = (decimal(table), on_bad_row(table));
    let (duration, context, generated, unit) = (duration?, context?, generated?, unit?);
    if duration.is_none() && table.has("unit") {
        let complaint = Complaint::new("there is no column of `duration` that it belongs to")
            .help("leave this key out: tokens have no unit");
        return Err(table.refuse("unit", complaint));
    }
    let length = match (duration, context, generated, token_times?) {
        (Some(duration), None, None, None) => Length::Column(duration, unit),
        (None, Some(context), Some(generated), Some((per_context, per_generated))) => {
            Length::Tokens {
                context,
                generated,
                per_context,
                per_generated,
            }
        }
        (Some(_), None, None, Some(_)) => {
            let complaint = Complaint::new("the trace brings the time of each request already")
                .help("map `context_tokens` and `generated_tokens`, or leave `tokens` out");
            return Err(table.refuse("duration", complaint));
        }
        (Some(_), ..) => {
            let complaint = Complaint::new("the trace brings tokens as well")
                .help("map `duration`, or both `context_tokens` and `generated_tokens`");
            return Err(table.refuse("duration", complaint));
        }
        (None, Some(_), Some(_), None) => {
            let complaint = Complaint::new("nothing says how long a token takes").help(
                "write `tokens = { time_per_context_token = \"0.2ms\", time_per_generated_token = \"30ms\" }` beside `arrivals`",
            );
            return Err(table.refuse("context_tokens", complaint));
        }
        (None, Some(_), None, _) => return Err(table.missing("generated_tokens", COLUMN)),
        (None, None, Some(_), _) => return Err(table.missing("context_tokens", COLUMN)),
        (None, None, None, _) => {
            let help = "name the column of seconds, or the columns `context_tokens` and `generated_tokens`";
            return Err(table.missing("duration", help));
        }
    };
    Ok(TraceMapping {
        submitted: submitted?,
        stamps: stamps?,
        is_unit_given: table.has("unit"),
        duration: length,
        nodes: None,
        gpus: None,
        gpus_per_node: None,
        priority: None,
        estimate: None,
        environment: None,
        labels: Default::default(),
        origin: origin?,
        decimal: decimal?,
        on_bad_row: on_bad_row?,
    })
}

fn on_bad_row(table: &Cursor<'_>) -> Read<OnBadRow> {
    let words = [("refuse", OnBadRow::Refuse), ("skip", OnBadRow::Skip)];
    table.read_or("on_bad_row", OnBadRow::Refuse, choice(&words))
}

fn origin(value: &Value) -> Result<Origin, Complaint> {
    const HELP: &str = "write `\"first\"`, a number as the stamps are, or a date-time";
    let stamp = |text: String| match cells::date_time(&text, &TimeZone::UTC) {
        Ok(_) => Ok(Origin::DateTime(text)),
        Err(sentence) => Err(Complaint::new(sentence).help(HELP)),
    };
    match value {
        Value::Text(text) if text == "first" => Ok(Origin::First),
        Value::Text(text) => match cells::quantity(text.trim()) {
            Ok(number) => Ok(Origin::Number(number)),
            Err(_) => stamp(text.trim().to_owned()),
        },
        Value::DateTime(datetime) => stamp(datetime.to_string()),
        other => number(other)
            .map(Origin::Number)
            .map_err(|complaint| complaint.help(HELP)),
    }
}
