//! The main table as JSON (docs/outputs.md documents it).

use std::collections::BTreeMap;

use serde::Serialize;

use super::columns::Column;
use super::rows::Shown;
use crate::report::StudyResults;
use crate::report::numbers::known_decimals;
use crate::stats::Estimate;

/// Grows where a reader of an earlier version would misread a document.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    /// What this is a document of.
    table: &'static str,
    version: u32,
    scenario: &'a str,
    seed: u64,
    /// Code of the currency of all money.
    currency: &'a str,
    /// Name of the variant that others are compared with.
    baseline: Option<&'a str>,
    columns: Vec<Head<'a>>,
    rows: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Head<'a> {
    name: String,
    unit: &'a str,
    meaning: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    variant: &'a str,
    target: &'a str,
    replications: usize,
    queue_grows: bool,
    /// By name of the column; one that the line does not have is `null`.
    figures: BTreeMap<String, Option<Mean>>,
}

/// An estimate.
#[derive(Serialize)]
pub(in crate::report) struct Mean {
    mean: f64,
    /// Half-width of the 95 % confidence interval; `null` where there is no interval.
    ci95: Option<f64>,
}

/// The document, with a newline at the end.
pub(super) fn text(study: &StudyResults, shown: &Shown<'_>, columns: &[Column]) -> String {
    let currency = study.currency();
    let name = |column: &Column| currency.column(column.figure.name).into_owned();
    let heads = columns.iter().map(|column| Head {
        name: name(column),
        unit: match column.figure.unit {
            "USD" => currency.code(),
            other => other,
        },
        meaning: column.figure.meaning,
    });
    let statistics: Vec<_> = columns.iter().map(|of| of.figure.statistic).collect();
    let rows = shown.rows().flatten().map(|row| {
        let figures = row.figures(&statistics).into_iter();
        let means = figures.map(|figure| figure.map(mean));
        Line {
            variant: row.variant,
            target: row.target,
            replications: row.replications(),
            queue_grows: row.growing.any(),
            figures: columns.iter().map(name).zip(means).collect(),
        }
    });
    let document = Document {
        table: "simulate",
        version: VERSION,
        scenario: &study.scenario,
        seed: study.seed,
        currency: currency.code(),
        baseline: study.baseline().map(|baseline| baseline.name.as_str()),
        columns: heads.collect(),
        rows: rows.collect(),
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("names and numbers are JSON") + "\n"
}

/// A mean of which something may be hidden, with the decimals that are known.
pub(in crate::report) fn mean((estimate, hidden): (Estimate, f64)) -> Mean {
    let decimals = i32::try_from(known_decimals(hidden)).expect("a few decimals");
    let parts = 10_f64.powi(decimals);
    Mean {
        mean: (estimate.mean * parts).round() / parts,
        ci95: estimate
            .half_width
            .map(|width| (width * parts).ceil() / parts),
    }
}

/// An estimate with all its digits.
pub(in crate::report) fn exact(estimate: Estimate) -> Mean {
    Mean {
        mean: estimate.mean,
        ci95: estimate.half_width,
    }
}
