//! Reads distributions of lengths of time: a duration alone, or one of the kinds of [`DISTRIBUTIONS`].

use super::files::Files;
use super::trace_mapping::{decimal, unit};
use crate::distribution::Distribution;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::{Cursor, one_kind};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::{Node, Value};
use crate::scenario::document::usual::Usual;
use crate::scenario::document::values::{array, duration, number, positive_number, text};
use crate::scenario::keys::{DISTRIBUTIONS, Kind};
use crate::units::SimDuration;

/// Reads the distribution under a key; `None` where there is none.
pub(in crate::scenario) fn distribution(
    cursor: &Cursor<'_>,
    key: &str,
    files: &Files<'_>,
) -> Read<Option<Distribution>> {
    let Some(node) = cursor.node(key) else {
        return Ok(None);
    };
    if !matches!(node.value, Value::Table(_)) {
        return Ok(cursor.read(key, duration)?.map(Distribution::constant));
    }
    let path = cursor.path_of(key);
    let (kind, node, path) = one_kind(cursor.sink(), node, &path, DISTRIBUTIONS)?;
    of_kind(cursor, kind, node, path, files).map(Some)
}

/// Reads the distribution under a key that has a default.
pub(in crate::scenario) fn distribution_or(
    cursor: &Cursor<'_>,
    key: &str,
    usual: Usual,
    files: &Files<'_>,
) -> Read<Distribution> {
    if let Some(found) = distribution(cursor, key, files)? {
        return Ok(found);
    }
    cursor.acts(key, usual);
    Ok(usual.distribution())
}

fn of_kind(
    outer: &Cursor<'_>,
    kind: &Kind,
    node: &Node,
    path: String,
    files: &Files<'_>,
) -> Read<Distribution> {
    let sink = outer.sink();
    if kind.name == "constant" {
        let constant = duration(&node.value);
        return constant
            .map(Distribution::constant)
            .map_err(|complaint| sink.report(&node.origin, &path, complaint));
    }
    let table = Cursor::open(sink, node, path, kind.keys)?;
    let time = |key: &str| table.require(key, "write a duration such as `\"5m\"`", duration);
    let shape = || table.require("shape", "write a number above 0", positive_number);
    let made = match kind.name {
        "uniform" => both(time("min"), time("max")).map(|(a, b)| Distribution::uniform(a, b)),
        "exponential" => time("mean").map(Distribution::exponential),
        "log_normal" => log_normal(&table),
        "weibull" => both(shape(), time("scale")).map(|(a, b)| Distribution::weibull(a, b)),
        "gamma" => both(shape(), time("scale")).map(|(a, b)| Distribution::gamma(a, b)),
        "pareto" => both(time("scale"), shape()).map(|(a, b)| Distribution::pareto(a, b)),
        "triangular" => both(both(time("min"), time("mode")), time("max"))
            .map(|((min, mode), max)| Distribution::triangular(min, mode, max)),
        "empirical" => empirical(&table, files),
        other => unreachable!("`{other}` is in the list of kinds"),
    }?;
    made.map_err(|sentence| table.refuse_whole(Complaint::sentence(&sentence)))
}

/// Both values, once both were read (and their problems reported).
fn both<A, B>(first: Read<A>, second: Read<B>) -> Read<(A, B)> {
    Ok((first?, second?))
}

fn log_normal(table: &Cursor<'_>) -> Read<Result<Distribution, String>> {
    const HELP: &str = "a log-normal has `median` and `p95`, or `mean` and `cv`";
    let (median, p95) = (table.read("median", duration), table.read("p95", duration));
    let (mean, cv) = (
        table.read("mean", duration),
        table.read("cv", positive_number),
    );
    match (median?, p95?, mean?, cv?) {
        (Some(median), Some(p95), None, None) => {
            Ok(Distribution::log_normal_median_p95(median, p95))
        }
        (None, None, Some(mean), Some(cv)) => Ok(Distribution::log_normal_mean_cv(mean, cv)),
        (Some(_), None, None, None) => Err(table.missing("p95", HELP)),
        (None, _, None, None) => Err(table.missing("median", HELP)),
        (None, None, Some(_), None) => Err(table.missing("cv", HELP)),
        (None, None, None, Some(_)) => Err(table.missing("mean", HELP)),
        _ => Err(table.refuse_whole(Complaint::new("the two ways are mixed").help(HELP))),
    }
}

fn empirical(table: &Cursor<'_>, files: &Files<'_>) -> Read<Result<Distribution, String>> {
    if table.has("file") || table.has("column") {
        return from_column(table, files);
    }
    if let Some(key) = ["unit", "decimal"].into_iter().find(|key| table.has(key)) {
        let help = match key {
            "unit" => "leave it out: each of the `values` has its own unit",
            _ => "leave it out: it is about numbers in a `file`",
        };
        let complaint = Complaint::new("there is no column that it belongs to").help(help);
        return Err(table.refuse(key, complaint));
    }
    let values = table.require(
        "values",
        "write durations such as `[\"1m\", \"5m\"]`, or a `file` and its `column`",
        array(duration),
    );
    let weights = table.read("weights", array(number));
    let values = values?;
    let weights = weights?.unwrap_or_else(|| vec![1.0; values.len()]);
    Ok(Distribution::empirical(values, weights))
}

fn from_column(table: &Cursor<'_>, files: &Files<'_>) -> Read<Result<Distribution, String>> {
    if table.has("values") {
        let complaint = Complaint::new("`values` and `file` are both given").help("keep one");
        return Err(table.refuse("values", complaint));
    }
    let path = files.path(table);
    let column = table.require("column", "write the name of the column of seconds", text);
    let weights = table.read("weights", text);
    let (decimal, unit) = (decimal(table), unit(table));
    let key = (path?, column?, weights?, decimal?);
    let unit = unit?;
    let column = files.column(table, key)?;
    if let Some(value) = column
        .0
        .iter()
        .find(|value| !(value.is_finite() && **value >= 0.0))
    {
        let complaint = Complaint::new(format!("the column holds {value}"))
            .help("values are numbers at or above 0");
        return Err(table.refuse("column", complaint));
    }
    let seconds = column.0.iter().map(|number| unit.seconds(*number));
    let values = seconds.map(SimDuration::from_secs_rounded).collect();
    Ok(Distribution::empirical(values, column.1.clone()))
}
