//! Values as flags have them: TOML, or a text without quotes.

use toml::de::DeValue;

use crate::scenario::document::tree::{Node, Origin, Value, build_node};

/// What begins a value that can only be TOML.
const OPENING: [char; 4] = ['{', '[', '"', '\''];

/// The value, or why one that begins like TOML is none.
pub(super) fn parsed(text: &str, origin: &Origin) -> Result<Node, String> {
    let text = text.trim();
    match DeValue::parse(text) {
        Ok(value) if is_whole(value.get_ref()) => Ok(build_node(&value, None).with_origin(origin)),
        Err(error) if text.starts_with(OPENING) => Err(error.message().to_owned()),
        _ => Ok(Node {
            origin: origin.clone(),
            value: Value::Text(text.to_owned()),
        }),
    }
}

/// Whether a number is one: of a value alone the parser takes `1_000s` for a number as well.
fn is_whole(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Integer(integer) => {
            let digits = integer.as_str();
            i64::from_str_radix(digits, integer.radix()).is_ok() || digits.parse::<f64>().is_ok()
        }
        DeValue::Float(float) => float.as_str().parse::<f64>().is_ok(),
        _ => true,
    }
}
