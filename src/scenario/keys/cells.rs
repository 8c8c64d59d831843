//! What is declared of a key, in words: the cells of the documentation.

use std::ops::Bound;

use super::declaration::{Key, Shape, Value};

impl Key {
    /// What it counts, or what sort of value it has.
    pub fn unit(&self) -> String {
        if !self.stated_unit().is_empty() {
            return self.stated_unit().to_owned();
        }
        match self.shape {
            Shape::Value(value) => value.sort(),
            Shape::Named(_) | Shape::Tables(_) => "tables".to_owned(),
            Shape::Texts => "table: name to text".to_owned(),
            Shape::Table(_) | Shape::Free => "table".to_owned(),
            Shape::Kind(Some(Value::Duration { .. }), _) => "distribution".to_owned(),
            Shape::Kind(..) => "kind".to_owned(),
        }
    }

    /// What holds where it is not given.
    pub fn default_in_words(&self) -> String {
        let (value, words) = self.default.parts();
        let value = match value {
            "" => String::new(),
            value => format!("`{}`", self.written(value)),
        };
        let assumed = if self.default.is_assumed {
            " (*assumed*)"
        } else {
            ""
        };
        format!("{value}{words}{assumed}")
    }

    /// The default as TOML, where it is always the same value.
    pub fn default_value(&self) -> Option<String> {
        let (value, words) = self.default.parts();
        (words.is_empty() && !value.is_empty()).then(|| self.written(value))
    }

    /// What is allowed.
    pub fn allowed(&self) -> String {
        let of_shape = match self.shape {
            Shape::Value(value) => value.allowed(),
            Shape::Named(_) => Some(format!("`[{}.NAME]`", self.name)),
            Shape::Kind(plain, _) => plain.and_then(Value::allowed),
            Shape::Table(_) | Shape::Tables(_) | Shape::Texts | Shape::Free => None,
        };
        let needs = self.needs.iter().map(|key| format!("needs `{key}`"));
        let beside = self
            .not_beside
            .iter()
            .map(|key| format!("not beside `{key}`"));
        let stated = Some(self.stated_allowed().to_owned()).filter(|stated| !stated.is_empty());
        let parts: Vec<String> = of_shape
            .into_iter()
            .chain(stated)
            .chain(needs)
            .chain(beside)
            .collect();
        if parts.is_empty() {
            return "any".to_owned();
        }
        parts.join("; ")
    }

    /// A line or more that has the key.
    pub fn example(&self) -> String {
        let example = self.stated_example();
        match self.shape {
            Shape::Free if example.starts_with('[') => example.to_owned(),
            _ if self.is_line(example) => example.to_owned(),
            Shape::Named(_) => format!("[{}.{example}]", self.name),
            _ => format!("{} = {}", self.name, self.written(example)),
        }
    }

    /// Whether an example is a line of its own, not a value.
    fn is_line(&self, example: &str) -> bool {
        let rest = example.strip_prefix(self.name);
        rest.is_some_and(|rest| rest.starts_with(['.', ' ']))
    }

    /// A value as TOML: in quotes if it is a text.
    fn written(&self, value: &str) -> String {
        let is_text = match self.shape {
            Shape::Value(sort) | Shape::Kind(Some(sort), _) => sort.is_text(),
            _ => false,
        };
        if is_text && !value.starts_with(['{', '[', '"']) {
            format!("\"{value}\"")
        } else {
            value.to_owned()
        }
    }
}

impl Value {
    fn is_text(self) -> bool {
        match self {
            Self::Boolean
            | Self::Whole(..)
            | Self::Number(..)
            | Self::DateTime
            | Self::List(_)
            | Self::Either(_) => false,
            Self::Text
            | Self::Words(_)
            | Self::Duration { .. }
            | Self::Date
            | Self::Rate
            | Self::Charge
            | Self::Week
            | Self::Path
            | Self::Column => true,
            Self::OneOrMore(item) => item.is_text(),
        }
    }

    /// What sort of value it is.
    fn sort(self) -> String {
        let sort = match self {
            Self::Text | Self::Words(_) => "text",
            Self::Boolean => "boolean",
            Self::Whole(..) | Self::Number(..) => "number",
            Self::Duration { .. } => "duration",
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Rate => "rate",
            Self::Charge => "USD per time",
            Self::Week => "weekly window",
            Self::Path => "path",
            Self::Column => "column",
            Self::List(item) => return format!("{}s", item.sort()),
            Self::OneOrMore(Self::Week) => "weekly windows",
            Self::OneOrMore(item) => return format!("{}, or several", item.sort()),
            Self::Either(sorts) => {
                let sorts: Vec<String> = sorts.iter().map(|sort| sort.sort()).collect();
                return sorts.join(" or ");
            }
        };
        sort.to_owned()
    }

    /// What follows from the sort.
    fn allowed(self) -> Option<String> {
        match self {
            Self::Boolean => Some("`true`, `false`".to_owned()),
            Self::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
                Some(words.join(", "))
            }
            Self::Whole(from @ 0.., to) if to >= i64::from(u32::MAX) => {
                Some(format!("{from} or more"))
            }
            Self::Whole(from, to) => Some(format!("{from} to {to}")),
            Self::Number(from, to) => Some(range(from, to)),
            Self::Duration { zero, never } => {
                let least = if zero { "0 or more" } else { "above 0" };
                let never = if never { ", or `\"never\"`" } else { "" };
                Some(format!("{least}{never}"))
            }
            Self::Path => Some("relative to the folder of the scenario".to_owned()),
            Self::Column => Some("a column of the file".to_owned()),
            Self::OneOrMore(Self::Week) => Some("at least one window".to_owned()),
            Self::List(item) => item.allowed().map(|allowed| format!("{allowed} each")),
            Self::OneOrMore(item) => item.allowed(),
            Self::Text
            | Self::DateTime
            | Self::Date
            | Self::Rate
            | Self::Charge
            | Self::Week
            | Self::Either(_) => None,
        }
    }
}

/// A range of numbers in words.
fn range(from: Bound<f64>, to: Bound<f64>) -> String {
    let from = match from {
        Bound::Included(from) => Some((from, "")),
        Bound::Excluded(from) => Some((from, "above ")),
        Bound::Unbounded => None,
    };
    match (from, to) {
        (None, _) => "any number".to_owned(),
        (Some((from, "")), Bound::Unbounded) => format!("{from} or more"),
        (Some((from, above)), Bound::Unbounded) => format!("{above}{from}"),
        (Some((from, "")), Bound::Included(to)) => format!("{from} to {to}"),
        (Some((from, "")), Bound::Excluded(to)) => format!("{from} to below {to}"),
        (Some((from, above)), Bound::Included(to)) => format!("{above}{from}, at most {to}"),
        (Some((from, above)), Bound::Excluded(to)) => format!("{above}{from}, below {to}"),
    }
}
