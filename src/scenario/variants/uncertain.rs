//! The table `uncertain`: keys of which a low and a high value are known, or a few values.

use std::sync::Arc;

use super::planned::{Planned, has_table};
use super::shares::{amount, share, whole};
use super::sweep::{Axis, Grid, axes_of, labels, short};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Sink;
use crate::scenario::document::tree::{Node, Table, Value, dotted, inline};
use crate::scenario::keys::{self, Shape, shape_at};
use crate::uncertain::Uncertain;
use crate::units::SimDuration;

/// The table.
pub(super) const GRID: Grid = Grid {
    table: "uncertain",
    verb: "vary",
    past: "varied",
};

/// Steps between two whole numbers at most: more are as good as none.
const MOST_STEPS: i64 = 1_000_000;

/// What an uncertain key may be.
enum Between {
    /// Any number, with what is written after it.
    Numbers(f64, f64, Option<String>),
    /// Any whole number.
    Whole(i64, i64),
    /// Any length of time, in seconds.
    Times(f64, f64),
    /// One of the values.
    Listed,
}

/// An uncertain key with its values.
pub(super) struct Range {
    axis: Axis,
    between: Between,
}

/// The size of a value, in a unit that only values of the same sort share.
#[derive(PartialEq)]
enum Sort {
    Number,
    Time,
    Unit(String),
}

/// The keys of the table with their values.
pub(super) fn axes(sink: &Sink, document: &Table, variants: &[Planned]) -> Vec<Axis> {
    let Some(entry) = document.get(GRID.table) else {
        return Vec::new();
    };
    match Cursor::open_free(sink, &entry.node, GRID.table.to_owned()) {
        Ok(cursor) => axes_of(sink, (GRID, entry), cursor.entries(), variants),
        Err(_) => Vec::new(),
    }
}

/// The range of each key; those that are none are refused. Variants that state different values of a key decide it: of such a
/// key only shares are uncertain.
pub(super) fn ranges(sink: &Sink, axes: Vec<Axis>, variants: &[Planned]) -> Vec<Range> {
    let mut ranges = Vec::new();
    for axis in axes {
        let path = dotted(&axis.path);
        let shares = axis.values.iter().all(|node| share(&node.value).is_some());
        if !shares && is_decided(&axis, variants) {
            let complaint = Complaint::new("variants state different values of this key: it is decided, and not uncertain")
                .help("write shares of what each variant states, such as `[\"80%\", \"120%\"]`, or leave the key out");
            sink.report(&axis.origin, &path, complaint);
            continue;
        }
        match between(&axis) {
            Ok(between) => ranges.push(Range { axis, between }),
            Err((position, complaint)) => {
                sink.report(&axis.values[position].origin, &path, complaint);
            }
        }
    }
    ranges
}

/// Whether variants that have the table of a key state different values of it.
fn is_decided(axis: &Axis, variants: &[Planned]) -> bool {
    let path: Vec<&str> = axis.path.iter().map(String::as_str).collect();
    let roots = variants
        .iter()
        .filter_map(|variant| variant.root.as_table());
    let roots = roots.filter(|root| has_table(root, &axis.path));
    let mut stated = roots.map(|root| root.at(&path).map(|entry| inline(&entry.node.value)));
    let first = stated.next();
    stated.any(|other| first.as_ref() != Some(&other))
}

/// What lies between the values; a complaint about the value at a position.
fn between(axis: &Axis) -> Result<Between, (usize, Complaint)> {
    const HELP: &str = "write a low and a high value, such as `[2, 4]` or `[\"70%\", \"150%\"]`, or three or more values";
    let values = &axis.values;
    if values.len() < 2 {
        return Err((
            0,
            Complaint::new("one value leaves nothing open").help(HELP),
        ));
    }
    for (position, pair) in values.windows(2).enumerate() {
        let [one, next] = [&pair[0].value, &pair[1].value];
        let rises = match (size(one), size(next)) {
            (Some((one, sort)), Some((next, other))) if sort == other => one < next,
            _ => inline(one) != inline(next),
        };
        if !rises {
            let [one, next] = [one, next].map(short);
            let complaint = Complaint::new(format!("`{next}` is not above `{one}`"));
            return Err((
                position + 1,
                complaint.help("write the values from low to high"),
            ));
        }
    }
    let [low, high] = &values[..] else {
        return Ok(Between::Listed);
    };
    let takes_fractions = matches!(
        shape_at(&axis.path),
        Some(Shape::Value(keys::Value::Number(..)))
    );
    Ok(match (&low.value, &high.value) {
        (Value::Integer(low), Value::Integer(high))
            if !takes_fractions && high.saturating_sub(*low) <= MOST_STEPS =>
        {
            Between::Whole(*low, *high)
        }
        (low, high) => match (size(low), size(high)) {
            (Some((low, sort)), Some((high, other))) if sort == other => match sort {
                Sort::Number => Between::Numbers(low, high, None),
                Sort::Unit(unit) => Between::Numbers(low, high, Some(unit)),
                Sort::Time => Between::Times(low, high),
            },
            _ => Between::Listed,
        },
    })
}

/// The size of a value; `None` of one that has none.
fn size(value: &Value) -> Option<(f64, Sort)> {
    match value {
        Value::Integer(integer) => Some((*integer as f64, Sort::Number)),
        Value::Float(float) => Some((*float, Sort::Number)),
        Value::Text(text) => match SimDuration::parse(text) {
            Ok(length) => Some((length.as_secs_f64(), Sort::Time)),
            Err(_) => amount(text).map(|(number, unit)| (number, Sort::Unit(unit.to_owned()))),
        },
        Value::Boolean(_) | Value::DateTime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

impl Range {
    /// The key.
    pub(super) fn path(&self) -> &[String] {
        &self.axis.path
    }

    /// The value at a place from 0 to 1. At the places of written values it is what is written.
    pub(super) fn at(&self, place: f64) -> Arc<Node> {
        let values = &self.axis.values;
        let last = values.len() - 1;
        let position = usize::try_from(whole(place * last as f64)).unwrap_or(0);
        let nearest = &values[position.min(last)];
        let is_written = (place * last as f64).fract() == 0.0;
        let on_the_way = |low: f64, high: f64| low * (1.0 - place) + high * place;
        let value = match &self.between {
            _ if is_written => return Arc::clone(nearest),
            Between::Listed => return Arc::clone(nearest),
            Between::Whole(low, high) => {
                Value::Integer(whole(on_the_way(*low as f64, *high as f64)))
            }
            Between::Numbers(low, high, None) => Value::Float(on_the_way(*low, *high)),
            Between::Numbers(low, high, Some(unit)) => {
                Value::Text(format!("{}{unit}", on_the_way(*low, *high)))
            }
            Between::Times(low, high) => {
                let length = SimDuration::from_secs_rounded(on_the_way(*low, *high));
                Value::Text(length.to_friendly())
            }
        };
        let origin = nearest.origin.clone();
        Arc::new(Node { origin, value })
    }
}

/// What others are told of the ranges.
pub(super) fn told(ranges: &[Range]) -> Vec<Uncertain> {
    let axes = ranges.iter().map(|range| &range.axis);
    let labels = labels(&axes.collect::<Vec<_>>());
    let ranges = ranges.iter().zip(labels);
    let told = ranges.map(|(range, label)| {
        let values = &range.axis.values;
        let steps = match range.between {
            Between::Whole(low, high) => Some(high - low),
            Between::Listed => i64::try_from(values.len() - 1).ok(),
            Between::Numbers(..) | Between::Times(..) => None,
        };
        Uncertain {
            key: dotted(&range.axis.path),
            label,
            values: values.iter().map(|node| short(&node.value)).collect(),
            steps: steps.and_then(|steps| u32::try_from(steps).ok()),
        }
    });
    told.collect()
}
