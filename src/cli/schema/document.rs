//! The JSON Schema of scenario files, draft 2020-12, from the declarations of their keys.
//!
//! It refuses only what the program refuses too. A variant may complete a table of the base and a flag any table, so that
//! named tables require nothing and conditions between tables stay with the program.

use serde_json::{Map, Value as Json, json};

use super::plain;
use super::values::{definitions, reference, schema as of_value};
use crate::scenario::keys::{DISTRIBUTIONS, FILE_ONLY, Key, Kind, SEARCH, Shape, TOP, Value};

/// What names of tables are.
const NAME: &str = r"^[\p{Alphabetic}\p{N}]([\p{Alphabetic}\p{N}._-]{0,62}[\p{Alphabetic}\p{N}])?$";
/// A name within a dotted key.
const PART: &str = r#"("[^"]+"|'[^']+'|[^.]+)"#;

/// The schema as text.
pub(super) fn schema() -> String {
    let mut root = table(TOP);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Scenario of the autoscaling simulator");
    root["$defs"] = Json::Object(all_definitions());
    let needs = TOP.iter().filter(|key| FILE_ONLY.contains(&key.name));
    let needs = needs.filter(|key| !key.needs.is_empty());
    root["dependentRequired"] = needs.map(|key| (key.name, json!(key.needs))).collect();
    let text = serde_json::to_string_pretty(&root).expect("a schema is plain values");
    text + "\n"
}

fn all_definitions() -> Map<String, Json> {
    let mut all = Map::new();
    for (name, definition) in definitions() {
        all.insert(name.to_owned(), definition);
    }
    for key in TOP {
        if let Shape::Named(keys) = key.shape {
            all.insert(key.name.to_owned(), table(keys));
        }
    }
    let constant = Value::Duration {
        zero: true,
        never: false,
    };
    all.insert(
        "distribution".to_owned(),
        one_of(Some(constant), DISTRIBUTIONS),
    );
    let world: Vec<Key> = TOP
        .iter()
        .filter(|key| !FILE_ONLY.contains(&key.name))
        .copied()
        .collect();
    all.insert("variant".to_owned(), table(&world));
    all.insert("swept".to_owned(), listed("swept", 1));
    all.insert("varied".to_owned(), listed("varied", 2));
    all.insert("searched".to_owned(), searched());
    all
}

/// A table of these keys and no others.
fn table(keys: &[Key]) -> Json {
    let properties: Map<String, Json> = keys
        .iter()
        .map(|key| (key.name.to_owned(), property(key)))
        .collect();
    let mut table =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let mut pairs = Vec::new();
    for key in keys {
        for other in key.not_beside {
            if keys.iter().any(|known| known.name == *other) {
                pairs.push(json!({ "not": { "required": [key.name, other] } }));
            }
        }
    }
    if !pairs.is_empty() {
        table["allOf"] = json!(pairs);
    }
    table
}

/// A key with its documentation.
fn property(key: &Key) -> Json {
    // Older validators pass over what stands beside a reference.
    let shape = of_shape(key);
    let mut property = if shape.get("$ref").is_some() {
        json!({ "allOf": [shape] })
    } else {
        shape
    };
    property["description"] = json!(description(key));
    if let Some(default) = key
        .default_value()
        .and_then(|value| toml_value(&format!("x = {value}"), "x"))
    {
        property["default"] = default;
    }
    if let Some(example) = toml_value(&key.example(), key.name) {
        property["examples"] = json!([example]);
    }
    property
}

/// What the documentation says, in sentences.
fn description(key: &Key) -> String {
    let condition = match key.used_if {
        "" => String::new(),
        condition => format!(" Used only if {condition}."),
    };
    let default = key.default_in_words().replace("(*assumed*)", "(assumed)");
    format!(
        "{}.{condition} Unit: {}. Default: {}. Allowed: {}.",
        plain(key.meaning),
        key.unit(),
        plain(&default),
        plain(&key.allowed())
    )
}

/// A value of a line of TOML.
fn toml_value(line: &str, key: &str) -> Option<Json> {
    let table: toml::Table = toml::from_str(line).ok()?;
    table.get(key).map(json)
}

/// A value as editors show it to validators: dates are texts.
fn json(value: &toml::Value) -> Json {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(switch) => json!(switch),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), json(value)))
            .collect(),
    }
}

fn of_shape(key: &Key) -> Json {
    match key.shape {
        Shape::Value(value) => of_value(value),
        Shape::Named(_) if TOP.iter().any(|top| top.name == key.name) => {
            named(&reference(key.name))
        }
        Shape::Named(keys) => named(&table(keys)),
        Shape::Table(keys) => table(keys),
        Shape::Tables(keys) => json!({ "type": "array", "items": table(keys) }),
        Shape::Kind(Some(Value::Duration { .. }), _) => reference("distribution"),
        Shape::Kind(plain, kinds) => one_of(plain, kinds),
        Shape::Texts => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Shape::Free => match key.name {
            "variant" => named(&reference("variant")),
            "sweep" => grid("swept"),
            "uncertain" => grid("varied"),
            "search" => search(),
            _ => json!({ "type": "object", "additionalProperties": { "type": "number" } }),
        },
    }
}

/// Tables keyed by name.
fn named(table: &Json) -> Json {
    json!({ "type": "object", "propertyNames": { "pattern": NAME }, "additionalProperties": table })
}

/// Exactly one kind, or a plain value.
fn one_of(plain: Option<Value>, kinds: &[Kind]) -> Json {
    let plain = plain.map(of_value);
    let kinds = kinds.iter().map(|kind| {
        json!({
            "type": "object",
            "title": kind.name,
            "description": format!("{}.", kind.meaning),
            "properties": { kind.name: of_kind(kind) },
            "required": [kind.name],
            "additionalProperties": false,
        })
    });
    json!({ "oneOf": plain.into_iter().chain(kinds).collect::<Vec<_>>() })
}

fn of_kind(kind: &Kind) -> Json {
    if let Some(value) = kind.value {
        return of_value(value);
    }
    let mut schema = table(kind.keys);
    // A variant changes single keys of a trace, and only of a trace.
    if kind.name != "trace" {
        let required = kind.keys.iter().filter(|key| key.is_required());
        schema["required"] = required.map(|key| key.name).collect();
    }
    schema
}

/// The search: a grid, and how it ends.
fn search() -> Json {
    let mut search = grid("searched");
    for key in SEARCH {
        search["properties"][key.name] = property(key);
    }
    search
}

/// A grid: dotted keys, in quotes or as tables, with values of this definition.
fn grid(values: &str) -> Json {
    let mut quoted = Map::new();
    let mut sections = Map::new();
    for key in TOP.iter().filter(|key| !FILE_ONLY.contains(&key.name)) {
        if let Shape::Named(keys) = key.shape {
            let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
            let pattern = format!(r"^{}\.{PART}\.({})(\..+)?$", key.name, names.join("|"));
            quoted.insert(pattern, reference(values));
        }
        sections.insert(key.name.to_owned(), reference(values));
    }
    json!({
        "type": "object",
        "properties": sections,
        "patternProperties": quoted,
        "additionalProperties": false,
    })
}

/// A list of at least `least` values of a key, or tables that lead to such lists. `name` is that of the definition.
fn listed(name: &str, least: usize) -> Json {
    json!({
        "anyOf": [
            { "type": "array", "minItems": least },
            { "type": "object", "additionalProperties": reference(name) },
        ]
    })
}

/// Values of a searched key, a range of them, or tables that lead to them.
fn searched() -> Json {
    let part = json!({ "type": ["number", "string"] });
    json!({
        "anyOf": [
            { "type": "array", "minItems": 1 },
            {
                "type": "object",
                "properties": { "from": part, "to": part, "step": part },
                "required": ["from", "to", "step"],
                "additionalProperties": false,
            },
            { "type": "object", "additionalProperties": reference("searched") },
        ]
    })
}
