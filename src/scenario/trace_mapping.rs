//! Reads which columns a trace has, of runs or of requests.

use jiff::tz::TimeZone;

use super::cells;
use super::data::{Length, OnBadRow, Origin, TraceMapping};
use super::reader::{Cursor, Read};
use super::tree::Value;
use super::usual::assumed;
use super::values::{Complaint, choice, count, number, text};
use crate::units::SimDuration;

const COLUMN: &str = "write the name of a column";

/// The columns of a trace of runs.
pub(super) fn mapping(table: &Cursor<'_>) -> Read<TraceMapping> {
    let submitted = table.require("submitted", COLUMN, text);
    let duration = table.require("duration", COLUMN, text);
    let (nodes, gpus) = (table.read("nodes", text), table.read("gpus", text));
    let gpus_per_node = table.read("gpus_per_node", count(1, 1024));
    let (priority, environment) = (
        table.read("priority", text),
        table.read("environment", text),
    );
    let origin = table.usual("origin", assumed("first", ""), origin);
    let on_bad_row = on_bad_row(table);
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
        duration: Length::Column(duration?),
        nodes,
        gpus,
        gpus_per_node,
        priority: priority?,
        environment: environment?,
        origin: origin?,
        on_bad_row: on_bad_row?,
    })
}

/// The columns of a trace of requests: how long each takes, or its tokens.
pub(super) fn request_mapping(
    table: &Cursor<'_>,
    token_times: Read<Option<(SimDuration, SimDuration)>>,
) -> Read<TraceMapping> {
    let submitted = table.require("submitted", COLUMN, text);
    let duration = table.read("duration", text);
    let context = table.read("context_tokens", text);
    let generated = table.read("generated_tokens", text);
    let origin = table.usual("origin", assumed("first", ""), origin);
    let on_bad_row = on_bad_row(table);
    let (duration, context, generated) = (duration?, context?, generated?);
    let length = match (duration, context, generated, token_times?) {
        (Some(duration), None, None, None) => Length::Column(duration),
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
        duration: length,
        nodes: None,
        gpus: None,
        gpus_per_node: None,
        priority: None,
        environment: None,
        origin: origin?,
        on_bad_row: on_bad_row?,
    })
}

fn on_bad_row(table: &Cursor<'_>) -> Read<OnBadRow> {
    let words = [("refuse", OnBadRow::Refuse), ("skip", OnBadRow::Skip)];
    table.read_or("on_bad_row", OnBadRow::Refuse, choice(&words))
}

fn origin(value: &Value) -> Result<Origin, Complaint> {
    const HELP: &str = "write `\"first\"`, a number of seconds, or a date-time";
    let stamp = |text: String| match cells::date_time(&text, &TimeZone::UTC) {
        Ok(_) => Ok(Origin::DateTime(text)),
        Err(sentence) => Err(Complaint::new(sentence).help(HELP)),
    };
    match value {
        Value::Text(text) if text == "first" => Ok(Origin::First),
        Value::Text(text) => stamp(text.trim().to_owned()),
        Value::DateTime(datetime) => stamp(datetime.to_string()),
        other => number(other)
            .map(Origin::Number)
            .map_err(|complaint| complaint.help(HELP)),
    }
}
