//! Defaults that decide figures. Each is written as a scenario would write it, with what it rests on: a source, or an
//! assumption. Those that act, since their key is not given, are kept for the dry run, the manifest and the documentation.

use std::collections::BTreeMap;
use std::fmt;

use super::tree::Value;
use crate::distribution::Distribution;
use crate::units::SimDuration;

/// What a default rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A source states it.
    Fact,
    /// No source states it.
    Assumption,
}

impl Basis {
    /// In one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Assumption => "assumption",
        }
    }
}

/// A default that acts: a key that a scenario does not give, with the value that holds for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActingDefault {
    /// The dotted key of its table, such as `cluster.gpu`; empty for the top level.
    pub table: String,
    /// The key, dotted where tables lie between: `boot`, `allocation_failure.backoff`.
    pub key: String,
    /// The value as TOML, or in words where the key has no such value: `none`, `always`.
    pub value: String,
    /// Whether a source states it.
    pub basis: Basis,
    /// The source of a fact; of an assumption what is known, if anything.
    pub source: &'static str,
}

impl ActingDefault {
    pub(super) fn new(path: &str, key: &str, usual: Usual) -> Self {
        let (table, inner) = path.split_at(table_end(path));
        let inner = inner.trim_start_matches('.');
        Self {
            table: table.to_owned(),
            key: match inner {
                "" => key.to_owned(),
                inner => format!("{inner}.{key}"),
            },
            value: usual.value.to_string(),
            basis: usual.basis,
            source: usual.source,
        }
    }

    /// The whole dotted key, as `--set` takes it.
    #[must_use]
    pub fn path(&self) -> String {
        match self.table.as_str() {
            "" => self.key.clone(),
            table => format!("{table}.{}", self.key),
        }
    }

    /// The name of the target, service, workload or environment; empty for the top level.
    #[must_use]
    pub fn name(&self) -> &str {
        let (_, name) = self.table.split_once('.').unwrap_or_default();
        name.trim_matches('"')
    }
}

/// Where the part `section.name` of a dotted key ends; names with dots stand in quotes.
fn table_end(path: &str) -> usize {
    let Some(dot) = path.find('.') else {
        return path.len();
    };
    let name = &path[dot + 1..];
    let length = match name.strip_prefix('"') {
        Some(quoted) => quoted.find('"').map(|end| end + 2),
        None => name.find('.'),
    };
    length.map_or(path.len(), |length| dot + 1 + length)
}

/// A default that acts, and in which variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultOf {
    /// The default.
    pub default: ActingDefault,
    /// Positions of the variants in which it acts.
    pub variants: Vec<usize>,
}

/// The defaults of a scenario, each once, in the order in which they were found.
pub(in crate::scenario) struct Defaults {
    list: Vec<DefaultOf>,
    /// Positions in the list, by whole key and value.
    known: BTreeMap<(String, String), usize>,
}

impl Defaults {
    /// Starts with those of the file, which act in all of so many variants.
    pub(in crate::scenario) fn of_file(defaults: &[ActingDefault], variants: usize) -> Self {
        let mut all = Self {
            list: Vec::new(),
            known: BTreeMap::new(),
        };
        for variant in 0..variants {
            all.add(defaults, variant);
        }
        all
    }

    /// Adds those of a variant, given its position.
    pub(in crate::scenario) fn add(&mut self, defaults: &[ActingDefault], variant: usize) {
        for default in defaults {
            let key = (default.path(), default.value.clone());
            let position = *self.known.entry(key).or_insert(self.list.len());
            if position == self.list.len() {
                self.list.push(DefaultOf {
                    default: default.clone(),
                    variants: Vec::new(),
                });
            }
            let variants = &mut self.list[position].variants;
            if variants.last() != Some(&variant) {
                variants.push(variant);
            }
        }
    }

    pub(in crate::scenario) fn into_list(self) -> Vec<DefaultOf> {
        self.list
    }
}

/// A default with what it rests on.
#[derive(Clone, Copy)]
pub(in crate::scenario) struct Usual {
    value: Written,
    basis: Basis,
    source: &'static str,
}

/// A default that a source states.
pub(in crate::scenario) fn fact(value: impl Into<Written>, source: &'static str) -> Usual {
    Usual {
        value: value.into(),
        basis: Basis::Fact,
        source,
    }
}

/// A default that no source states, with what is known; empty where nothing is.
pub(in crate::scenario) fn assumed(value: impl Into<Written>, known: &'static str) -> Usual {
    Usual {
        value: value.into(),
        basis: Basis::Assumption,
        source: known,
    }
}

/// What a default is, as a scenario would write it.
#[derive(Clone, Copy)]
pub(in crate::scenario) enum Written {
    Text(&'static str),
    Integer(u32),
    Number(f64),
    Boolean(bool),
    /// Shortest and longest time.
    Uniform(&'static str, &'static str),
    /// Median and 95th percentile.
    LogNormal(&'static str, &'static str),
    /// No value that could be written, but what holds, in words.
    Words(&'static str),
}

impl From<&'static str> for Written {
    fn from(text: &'static str) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Written {
    fn from(number: u32) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Written {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Written {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl fmt::Display for Written {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(out, "\"{text}\""),
            Self::Integer(number) => write!(out, "{number}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Boolean(boolean) => write!(out, "{boolean}"),
            Self::Uniform(min, max) => {
                write!(
                    out,
                    "{{ uniform = {{ min = \"{min}\", max = \"{max}\" }} }}"
                )
            }
            Self::LogNormal(median, p95) => {
                write!(
                    out,
                    "{{ log_normal = {{ median = \"{median}\", p95 = \"{p95}\" }} }}"
                )
            }
            Self::Words(words) => write!(out, "{words}"),
        }
    }
}

impl Usual {
    /// Nothing, as an assumption.
    pub(in crate::scenario) const fn none(known: &'static str) -> Self {
        Self {
            value: Written::Words("none"),
            basis: Basis::Assumption,
            source: known,
        }
    }

    /// The value, to be read like one of the scenario; of single values only.
    pub(in crate::scenario) fn value(self) -> Value {
        match self.value {
            Written::Text(text) => Value::Text(text.to_owned()),
            Written::Integer(number) => Value::Integer(i64::from(number)),
            Written::Number(number) => Value::Float(number),
            Written::Boolean(boolean) => Value::Boolean(boolean),
            Written::Uniform(..) | Written::LogNormal(..) | Written::Words(_) => {
                unreachable!("a default that is read is a single value")
            }
        }
    }

    /// The value of a key that is a distribution.
    pub(in crate::scenario) fn distribution(self) -> Distribution {
        let made = match self.value {
            Written::Text(text) => Ok(Distribution::constant(time(text))),
            Written::Uniform(min, max) => Distribution::uniform(time(min), time(max)),
            Written::LogNormal(median, p95) => {
                Distribution::log_normal_median_p95(time(median), time(p95))
            }
            _ => unreachable!("the default of a distribution is one"),
        };
        made.expect("a default is allowed")
    }
}

fn time(text: &str) -> SimDuration {
    SimDuration::parse(text).expect("a default is a duration")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_knows_its_table_and_its_key() {
        for (path, key, table, inner, name) in [
            ("", "warmup", "", "warmup", ""),
            ("cluster.gpu", "boot", "cluster.gpu", "boot", "gpu"),
            (
                "cluster.gpu.allocation_failure",
                "backoff",
                "cluster.gpu",
                "allocation_failure.backoff",
                "gpu",
            ),
            (
                "environment.\"torch-1.13\"",
                "image_pull",
                "environment.\"torch-1.13\"",
                "image_pull",
                "torch-1.13",
            ),
            (
                "online_endpoint.\"a.b\".rules.0",
                "window",
                "online_endpoint.\"a.b\"",
                "rules.0.window",
                "a.b",
            ),
        ] {
            let default = ActingDefault::new(path, key, assumed(1_u32, ""));
            assert_eq!(
                (default.table.as_str(), default.key.as_str()),
                (table, inner)
            );
            assert_eq!(default.name(), name);
        }
    }

    #[test]
    fn values_are_written_as_a_scenario_writes_them() {
        for (usual, text) in [
            (fact("120s", ""), "\"120s\""),
            (fact(4_u32, ""), "4"),
            (fact(0.7, ""), "0.7"),
            (fact(true, ""), "true"),
            (
                fact(Written::Uniform("2m", "5m"), ""),
                "{ uniform = { min = \"2m\", max = \"5m\" } }",
            ),
            (fact(Written::Words("none"), ""), "none"),
        ] {
            assert_eq!(usual.value.to_string(), text);
        }
    }
}
