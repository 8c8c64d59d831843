//! Shares of what is stated: `150%` as the value of a key is one and a half times what the variant says there.

use std::sync::Arc;

use super::flag_value::parsed;
use crate::digits::short;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::tree::{Entry, Node, Origin, Table, Value, dotted, inline};
use crate::scenario::keys::{self, Shape, default_at, shape_at};
use crate::units::SimDuration;

/// What to do where no share can be taken.
const HELP: &str = "write the value itself, such as `\"6m\"` or `3.06`";

/// The share that a value is, as a factor.
pub(super) fn share(value: &Value) -> Option<f64> {
    match value {
        Value::Text(text) => match amount(text)? {
            (percent, "%") if percent >= 0.0 => Some(percent / 100.0),
            _ => None,
        },
        _ => None,
    }
}

/// The warning about a share of the load below 100 %: `30%` may be meant as 30 % more.
pub(super) fn less_load(path: &[String], node: &Node) -> Option<String> {
    let share = share(&node.value).filter(|share| *share < 1.0)?;
    let key = path.last().filter(|key| *key == "load_factor")?;
    let written = inline(&node.value).replace('"', "");
    let percent = share * 100.0;
    Some(format!(
        "`{}`: {written} is read as {} times the load that is stated: for {} % more write `{}%`, or the factor itself as a number: \
         `{key} = {}`",
        dotted(path),
        short(share),
        short(percent),
        short(100.0 + percent),
        short(1.0 + share)
    ))
}

/// A number and what is written after it, which has no digits.
pub(super) fn amount(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = text.split_at(end);
    let is_unit = !unit.chars().any(|c| c.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_unit)?;
    Some((number, unit))
}

/// What a value is in a variant: where it is a share, that of what is stated at its path, or of the default.
pub(super) fn resolved(
    variant: &Table,
    path: &[String],
    node: &Arc<Node>,
) -> Result<Arc<Node>, Complaint> {
    let Some(share) = share(&node.value) else {
        return Ok(Arc::clone(node));
    };
    let written = inline(&node.value).replace('"', "");
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let default = || usual(path, &node.origin);
    let stated = variant.at(&keys).map(|entry| Arc::clone(&entry.node));
    let stated = stated.or_else(default).ok_or_else(|| {
        Complaint::new(format!(
            "there is nothing stated of which to take {written}"
        ))
        .help(format!("state the value in the scenario, or {HELP}"))
    })?;
    let value = times(&stated.value, share, path).ok_or_else(|| {
        let stated = inline(&stated.value);
        Complaint::new(format!("{written} of `{stated}` cannot be taken")).help(format!(
            "shares are of numbers, rates, charges and durations: {HELP}"
        ))
    })?;
    Ok(Arc::new(Node {
        origin: node.origin.clone(),
        value,
    }))
}

/// What a variant says, in which shares are those of what the base states there; a text that is no share of anything stays, to be
/// refused or taken as what it is.
pub(super) fn of_base(base: &Table, overlay: &Table) -> Table {
    under(base, overlay, &mut Vec::new())
}

fn under(base: &Table, overlay: &Table, path: &mut Vec<String>) -> Table {
    let entries = overlay.entries.iter().map(|entry| {
        path.push(entry.key.to_string());
        let node = match &entry.node.value {
            Value::Table(table) => Arc::new(Node {
                origin: entry.node.origin.clone(),
                value: Value::Table(under(base, table, path)),
            }),
            _ => resolved(base, path, &entry.node).unwrap_or_else(|_| Arc::clone(&entry.node)),
        };
        path.pop();
        Entry {
            node,
            ..entry.clone()
        }
    });
    Table {
        entries: entries.collect(),
    }
}

/// The warnings of [`less_load`] about a table.
pub(super) fn less_loads(table: &Table, path: &mut Vec<String>, warnings: &mut Vec<String>) {
    for entry in &table.entries {
        path.push(entry.key.to_string());
        match &entry.node.value {
            Value::Table(table) => less_loads(table, path, warnings),
            _ => warnings.extend(less_load(path, &entry.node)),
        }
        path.pop();
    }
}

/// The default of a key that is a plain value.
fn usual(path: &[String], origin: &Origin) -> Option<Arc<Node>> {
    parsed(default_at(path)?, origin).ok().map(Arc::new)
}

/// A value times a factor; `None` of one that has no size.
fn times(value: &Value, factor: f64, path: &[String]) -> Option<Value> {
    let shape = shape_at(path);
    match value {
        Value::Integer(integer) => {
            let product = *integer as f64 * factor;
            Some(match shape {
                Some(Shape::Value(keys::Value::Whole(..))) => Value::Integer(whole(product)),
                _ => Value::Float(product),
            })
        }
        Value::Float(float) => Some(Value::Float(float * factor)),
        Value::Text(text) => text_times(text, factor).map(Value::Text),
        Value::Table(table) => match shape {
            Some(Shape::Kind(Some(keys::Value::Duration { .. }), _)) => {
                lengths_times(table, factor).map(Value::Table)
            }
            _ => None,
        },
        Value::Boolean(_) | Value::DateTime(_) | Value::Array(_) => None,
    }
}

/// The nearest whole number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and such counts are refused"
)]
pub(super) fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// A duration, a rate or a charge times a factor.
fn text_times(text: &str, factor: f64) -> Option<String> {
    if let Ok(length) = SimDuration::parse(text) {
        let seconds = length.as_secs_f64() * factor;
        return Some(SimDuration::from_secs_rounded(seconds).to_friendly());
    }
    let (number, unit) = amount(text)?;
    Some(format!("{}{unit}", number * factor))
}

/// A random length times a factor: all lengths in it are, while shapes and weights stay. `None` of lengths in a file.
fn lengths_times(kinds: &Table, factor: f64) -> Option<Table> {
    let of = |node: &Node| -> Option<Value> {
        match &node.value {
            Value::Text(text) => text_times(text, factor).map(Value::Text),
            Value::Array(items) => {
                let items = items.iter().map(|item| match &item.value {
                    Value::Text(text) => Some(Arc::new(Node {
                        origin: item.origin.clone(),
                        value: Value::Text(text_times(text, factor)?),
                    })),
                    _ => Some(Arc::clone(item)),
                });
                Some(Value::Array(items.collect::<Option<_>>()?))
            }
            Value::Table(table) if table.get("file").is_none() => {
                lengths_times(table, factor).map(Value::Table)
            }
            Value::Table(_) => None,
            other => Some(other.clone()),
        }
    };
    let entries = kinds.entries.iter().map(|entry| {
        Some(Entry {
            node: Arc::new(Node {
                origin: entry.node.origin.clone(),
                value: of(&entry.node)?,
            }),
            ..entry.clone()
        })
    });
    Some(Table {
        entries: entries.collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin::flag("--set")
    }

    /// What a share makes of a value under a key of a variant.
    fn of(path: &str, stated: Option<&str>, percent: &str) -> Result<String, String> {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        let mut variant = Table::default();
        if let Some(stated) = stated {
            let node = Arc::new(parsed(stated, &origin()).unwrap());
            variant.set(&path, &node, &|_| false);
        }
        let node = Arc::new(parsed(percent, &origin()).unwrap());
        let made = resolved(&variant, &path, &node);
        made.map(|made| inline(&made.value))
            .map_err(|it| it.message)
    }

    #[test]
    fn a_share_is_of_what_is_stated_or_of_the_default() {
        for (path, stated, percent, made) in [
            ("cluster.gpu.price_per_hour", "2", "150%", "3.0"),
            ("cluster.gpu.price_per_hour", "0.5", "50%", "0.25"),
            ("cluster.gpu.max_nodes", "5", "150%", "8"),
            ("cluster.gpu.boot", "4m", "150%", "\"6m\""),
            ("cluster.gpu.boot", "90s", "50%", "\"45s\""),
            (
                "cluster.gpu.fixed_charges.disk",
                "20 USD/month",
                "75%",
                "\"15 USD/month\"",
            ),
            ("workload.a.arrivals.poisson.rate", "4/h", "75%", "\"3/h\""),
            (
                "cluster.gpu.boot",
                "{ log_normal = { median = \"4m\", p95 = \"10m\" } }",
                "50%",
                "{ log_normal = { median = \"2m\", p95 = \"5m\" } }",
            ),
            (
                "cluster.gpu.boot",
                "{ weibull = { shape = 2, scale = \"4m\" } }",
                "50%",
                "{ weibull = { shape = 2, scale = \"2m\" } }",
            ),
            (
                "cluster.gpu.boot",
                "{ empirical = { values = [\"1m\", \"2m\"], weights = [3, 1] } }",
                "200%",
                "{ empirical = { values = [\"2m\", \"4m\"], weights = [3, 1] } }",
            ),
            ("cluster.gpu.boot", "4m", "6m", "\"6m\""),
        ] {
            assert_eq!(
                of(path, Some(stated), percent).as_deref(),
                Ok(made),
                "{stated}"
            );
        }
        assert_eq!(
            of("workload.a.load_factor", None, "70%").as_deref(),
            Ok("0.7")
        );
        let less = |path: &str, percent: &str| {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            less_load(&path, &parsed(percent, &origin()).unwrap())
        };
        let said = less("workload.a.load_factor", "30%").unwrap();
        for part in ["30% is read as 0.3 times", "`130%`", "`load_factor = 1.3`"] {
            assert!(said.contains(part), "{said}");
        }
        assert_eq!(less("workload.a.load_factor", "130%"), None);
        assert_eq!(less("workload.a.load_factor", "0.3"), None);
        assert_eq!(less("cluster.gpu.boot", "30%"), None);
        // The default is a median of 4.5 min and a 95th percentile of 11 min (docs/defaults.md).
        let boot = "{ log_normal = { median = \"9m\", p95 = \"22m\" } }";
        assert_eq!(of("cluster.gpu.boot", None, "200%").as_deref(), Ok(boot));
    }

    #[test]
    fn shares_of_a_variant_are_of_what_the_base_states() {
        let table = |text: &str| match parsed(text, &origin()).unwrap().value {
            Value::Table(table) => table,
            _ => panic!("a table"),
        };
        let base = table(
            "{ cluster = { gpu = { max_nodes = 5, boot = \"4m\" } }, workload = { a = { duration = { exponential = { mean = \"1h\" } } } } }",
        );
        let overlay = table(
            "{ cluster = { gpu = { max_nodes = \"200%\", vm_size = \"50%\", boot = \"6m\" } }, workload = { a = { duration = \"150%\", load_factor = \"130%\" } } }",
        );
        let made = inline(&Value::Table(of_base(&base, &overlay)));
        let expected = table(
            "{ cluster = { gpu = { max_nodes = 10, vm_size = \"50%\", boot = \"6m\" } }, workload = { a = { duration = { exponential = { mean = \"1h30m\" } }, load_factor = 1.3 } } }",
        );
        assert_eq!(made, inline(&Value::Table(expected)));
    }

    #[test]
    fn what_has_no_size_has_no_share() {
        for (path, stated, said) in [
            (
                "cluster.gpu.price_per_hour",
                None,
                "there is nothing stated",
            ),
            (
                "cluster.gpu.vm_size",
                Some("Standard_D3_v2"),
                "cannot be taken",
            ),
            (
                "cluster.gpu.boot",
                Some("{ empirical = { file = \"a.csv\", column = \"b\" } }"),
                "cannot be taken",
            ),
            (
                "workload.a.arrivals",
                Some("{ poisson = { rate = \"4/h\" } }"),
                "cannot be taken",
            ),
        ] {
            let refused = of(path, stated, "70%").unwrap_err();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
