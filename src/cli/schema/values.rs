//! Single values of a scenario as JSON Schemas.

use std::ops::Bound;

use serde_json::{Value as Json, json};

use crate::scenario::keys::Value;

/// A length of time: `90s`, `1h30m`, `2 weeks`, `PT1H`.
const DURATION: &str = r"^\s*\+?(P[0-9.,A-Za-z]+|[0-9]+:[0-9]+(:[0-9.]+)?|([0-9]+([.,][0-9]+)?\s*[A-Za-zµ]+\s*,?\s*)+([0-9]+:[0-9]+(:[0-9.]+)?)?)\s*$";
/// Events per time: `40/h`.
const RATE: &str = r"^\s*[0-9.eE+-]+\s*/\s*(s|sec|second|m|min|minute|h|hour|d|day|w|week)\s*$";
/// A window of the week: `mon-fri 09:00-10:30`.
const WINDOW: &str =
    r"^\s*[A-Za-z]+([-,][A-Za-z]+)*(\s+[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2})?\s*$";
/// A date.
const DATE: &str = "^\\d{4}-\\d{2}-\\d{2}$";
/// A date, with a time of day or without one.
const DATE_TIME: &str =
    r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?\s*$";

/// The definitions that values refer to.
pub(super) fn definitions() -> [(&'static str, Json); 5] {
    [
        (
            "duration",
            text(
                "A duration with its unit, such as \"90s\", \"20m\" or \"1h30m\"",
                DURATION,
            ),
        ),
        ("rate", text("A rate with its unit, such as \"40/h\"", RATE)),
        (
            "window",
            text("A weekly window, such as \"mon-fri 09:00-10:30\"", WINDOW),
        ),
        (
            "date_time",
            text(
                "A local date and time, such as 2024-03-04T08:00:00",
                DATE_TIME,
            ),
        ),
        ("date", text("A local date, such as 2026-12-25", DATE)),
    ]
}

fn text(description: &str, pattern: &str) -> Json {
    json!({ "type": "string", "description": description, "pattern": pattern })
}

pub(super) fn reference(definition: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{definition}") })
}

/// The schema of a value.
pub(super) fn schema(value: Value) -> Json {
    match value {
        Value::Text | Value::Path | Value::Column | Value::Charge => json!({ "type": "string" }),
        Value::Words(words) => json!({ "enum": words }),
        Value::Boolean => json!({ "type": "boolean" }),
        Value::Whole(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Value::Number(from, to) => number(from, to),
        Value::Duration { zero, never } => {
            let zero = zero.then(|| json!({ "const": 0 }));
            let never = never.then(|| json!({ "const": "never" }));
            let sorts = [reference("duration")].into_iter().chain(zero).chain(never);
            any_of(sorts.collect())
        }
        Value::DateTime => reference("date_time"),
        Value::Date => reference("date"),
        Value::Rate => reference("rate"),
        Value::Week => reference("window"),
        Value::List(item) => list(*item),
        Value::OneOrMore(item) => any_of(vec![schema(*item), list(*item)]),
        Value::Either(sorts) => any_of(sorts.iter().copied().map(schema).collect()),
    }
}

fn list(item: Value) -> Json {
    json!({ "type": "array", "items": schema(item) })
}

/// One of several schemas; of one alone that one.
fn any_of(mut sorts: Vec<Json>) -> Json {
    match sorts.len() {
        1 => sorts.remove(0),
        _ => json!({ "anyOf": sorts }),
    }
}

fn number(from: Bound<f64>, to: Bound<f64>) -> Json {
    let mut schema = json!({ "type": "number" });
    let ends = [
        (from, "minimum", "exclusiveMinimum"),
        (to, "maximum", "exclusiveMaximum"),
    ];
    for (end, included, excluded) in ends {
        match end {
            Bound::Included(end) => schema[included] = json!(end),
            Bound::Excluded(end) => schema[excluded] = json!(end),
            Bound::Unbounded => {}
        }
    }
    schema
}
