//! `summary.json`: the answer, every figure of `summary.csv` with its unit, and the warnings, for programs.

mod answer;

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::answer::Answer;
use super::figure::Figure;
use super::figures::FIGURES;
use super::main_table::{Mean, mean};
use super::row::{Row, rows};
use super::sentences::sentences;
use super::table::ColumnDoc;
use super::warnings::warnings;
use super::{ReportFile, StudyResults, VariantResults, Written};
use crate::currency::Currency;
use answer::{Choice, Threshold};

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "summary.json",
    meaning: "One JSON document of a study: its answer, the figures of `summary.csv`, comparisons and warnings. `version` grows \
        where a reader of an earlier version would misread it; new keys may come without that. A list is marked by `[]`. Every \
        estimate is an object with `mean` and `ci95`, the half-width of its 95 % confidence interval (`null` without one).",
    written: Written::Always,
    columns,
    write,
};

/// Grows where a reader of an earlier version would misread a document.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    /// What this is a document of.
    summary: &'static str,
    version: u32,
    scenario: &'a str,
    seed: u64,
    currency: &'a str,
    baseline: Option<&'a str>,
    answer: Said<'a>,
    expectations: Vec<Threshold<'a>>,
    comparisons: Vec<String>,
    warnings: Vec<String>,
    figures: Vec<Head<'a>>,
    variants: Variants<'a>,
}

#[derive(Serialize)]
struct Said<'a> {
    sentences: Vec<String>,
    #[serde(flatten)]
    choice: Choice<'a>,
}

#[derive(Serialize)]
struct Head<'a> {
    name: String,
    unit: &'a str,
    meaning: &'a str,
}

/// The variants, of which one at a time is looked at: they may be very many.
struct Variants<'a>(&'a StudyResults);

impl Serialize for Variants<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.variants.iter().map(Variant::of))
    }
}

#[derive(Serialize)]
struct Variant<'a> {
    name: &'a str,
    replications: usize,
    rows: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    target: &'a str,
    product: &'a str,
    queue_grows: bool,
    figures: Means,
}

/// By name; those that the row has.
struct Means(Vec<(String, Mean)>);

impl Serialize for Means {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, mean)| (name, mean)))
    }
}

impl<'a> Variant<'a> {
    fn of(variant: &'a VariantResults) -> Self {
        let rows = rows(variant);
        Self {
            name: &variant.name,
            replications: variant.replications.len(),
            rows: rows.iter().map(line).collect(),
        }
    }
}

fn line<'a>(row: &Row<'a>) -> Line<'a> {
    let statistics: Vec<_> = FIGURES.iter().map(|figure| figure.statistic).collect();
    let means = FIGURES.iter().zip(row.figures(&statistics));
    let means = means.filter_map(|(figure, estimate)| {
        let name = row.currency().column(figure.name).into_owned();
        Some((name, mean(estimate?)))
    });
    Line {
        target: row.target,
        product: row.product,
        queue_grows: row.growing.any(),
        figures: Means(means.collect()),
    }
}

fn head<'a>(figure: &'a Figure, currency: &'a Currency) -> Head<'a> {
    Head {
        name: currency.column(figure.name).into_owned(),
        unit: match figure.unit {
            "USD" => currency.code(),
            other => other,
        },
        meaning: figure.meaning,
    }
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let (currency, answer) = (study.currency(), Answer::of(study));
    let document = Document {
        summary: "simulate",
        version: VERSION,
        scenario: &study.scenario,
        seed: study.seed,
        currency: currency.code(),
        baseline: study.baseline().map(|baseline| baseline.name.as_str()),
        answer: Said {
            sentences: answer.sentences(),
            choice: Choice::of(study, &answer.choice),
        },
        expectations: (answer.expected.iter())
            .map(|expected| Threshold::of(expected, &currency))
            .collect(),
        comparisons: sentences(study),
        warnings: warnings(study),
        figures: (FIGURES.iter().map(|figure| head(figure, &currency))).collect(),
        variants: Variants(study),
    };
    // A line without indents: those of thousands of variants would take as much room as their figures.
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

/// The keys, for the data dictionary.
fn columns() -> Vec<ColumnDoc> {
    let key = |(name, unit, meaning): &(&str, &'static str, &str)| ColumnDoc {
        name: (*name).to_owned(),
        unit,
        meaning: (*meaning).to_owned(),
    };
    KEYS.iter().chain(answer::KEYS).map(key).collect()
}

/// Keys with units and meanings.
const KEYS: &[(&str, &str, &str)] = &[
    ("summary", "", "`simulate`"),
    ("version", "", "version of this format: 1"),
    ("scenario", "", "name of the scenario"),
    ("seed", "", "seed of all random numbers"),
    ("currency", "", "code of the currency of all money"),
    (
        "baseline",
        "",
        "name of the variant that others are compared with, or `null`",
    ),
    (
        "comparisons[]",
        "",
        "a sentence for each variant but the baseline, as on the terminal",
    ),
    ("warnings[]", "", "the warnings, as on the terminal"),
    (
        "figures[]",
        "",
        "`name`, `unit` and `meaning` of each figure, as in `summary.csv`",
    ),
    ("variants[].name", "", "name of the variant"),
    ("variants[].replications", "", "number of replications"),
    (
        "variants[].rows[].target",
        "",
        "name of the target, or `(all)`: the rows are those of `summary.csv`",
    ),
    (
        "variants[].rows[].product",
        "",
        "what the target is, in words; empty for `(all)`",
    ),
    (
        "variants[].rows[].queue_grows",
        "",
        "whether the queue grows until the horizon, so that waits and latencies have no mean",
    ),
    (
        "variants[].rows[].figures",
        "unit of the figure",
        "by name of the figure its estimate; a figure that the row does not have is not there",
    ),
];
