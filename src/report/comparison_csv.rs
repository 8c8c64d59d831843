//! `comparison.csv`: each variant against the baseline, with the intervals of paired replications.

use std::io::{self, Write};

use super::change::Change;
use super::comparison::{Comparison, comparisons};
use super::numbers::known_decimals;
use super::summary_csv::half_width_doc;
use super::table::{Cell, ColumnDoc, TableWriter};
use super::{ReportFile, StudyResults, Written};
use crate::stats::Estimate;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "comparison.csv",
    meaning: "One row per variant but the baseline, all its targets together, from pairs of replications that share their random \
        numbers. A difference is variant less baseline, so a negative one is cheaper or faster; a ratio is the variant's mean over the \
        baseline's, empty where that is 0. Intervals: as of means, of the paired differences; for ratios the delta method \
        (Cochran, Sampling Techniques, chapter 6). With one replication there are none. Waits and latencies are empty where the \
        queue of one of the two grows (`queue_grows` in `summary.csv`).",
    written: Written::Always,
    columns,
    write,
};

/// A figure that is compared: its name and unit, as in `summary.csv`; no unit ends the name of a share.
struct Compared {
    name: &'static str,
    /// Its column in `summary.csv`, where the name does not say it.
    summary: Option<&'static str>,
    unit_in_name: &'static str,
    unit: &'static str,
    change: fn(&Comparison<'_>) -> Change,
}

const COMPARED: &[Compared] = &[
    Compared {
        name: "cost",
        summary: Some("cost_workspace_usd"),
        unit_in_name: "usd",
        unit: "USD",
        change: |of| of.cost,
    },
    Compared {
        name: "runs_completed",
        summary: None,
        unit_in_name: "",
        unit: "",
        change: |of| of.completed,
    },
    Compared {
        name: "wait_mean",
        summary: None,
        unit_in_name: "s",
        unit: "s",
        change: |of| of.wait_mean,
    },
    Compared {
        name: "wait_p95",
        summary: None,
        unit_in_name: "s",
        unit: "s",
        change: |of| of.wait_p95,
    },
    Compared {
        name: "turnaround_mean",
        summary: None,
        unit_in_name: "s",
        unit: "s",
        change: |of| of.turnaround,
    },
    Compared {
        name: "latency_p95",
        summary: None,
        unit_in_name: "s",
        unit: "s",
        change: |of| of.latency_p95,
    },
    Compared {
        name: "rejected_share",
        summary: None,
        unit_in_name: "",
        unit: "fraction (0 to 1)",
        change: |of| of.rejected_share,
    },
    Compared {
        name: "within_slo_share",
        summary: None,
        unit_in_name: "",
        unit: "fraction (0 to 1)",
        change: |of| of.within_slo_share,
    },
    Compared {
        name: "cost_per_1000_requests",
        summary: None,
        unit_in_name: "usd",
        unit: "USD",
        change: |of| of.cost_per_1000_requests,
    },
];

/// One estimate, which fills two columns.
struct Pair {
    name: String,
    unit: &'static str,
    meaning: String,
    estimate: Option<Estimate>,
    /// Decimals that are known of it.
    decimals: usize,
}

fn docs(pairs: &[Pair]) -> Vec<ColumnDoc> {
    let texts = [
        ("variant", "name of the variant"),
        ("baseline", "name of the baseline"),
        ("replications", "pairs of replications"),
    ]
    .map(|(name, meaning)| (name.to_owned(), "", meaning.to_owned()));
    let numbers = pairs.iter().flat_map(|pair| {
        let mean = (pair.name.clone(), pair.unit, pair.meaning.clone());
        [mean, half_width_doc(&pair.name, pair.unit)]
    });
    let all = texts.into_iter().chain(numbers);
    all.map(|(name, unit, meaning)| ColumnDoc {
        name,
        unit,
        meaning,
    })
    .collect()
}

/// The estimates of a comparison, or of none for the header's sake.
fn pairs(comparison: Option<&Comparison<'_>>) -> Vec<Pair> {
    let changes = COMPARED.iter().flat_map(|compared| {
        let Compared {
            name,
            summary,
            unit_in_name,
            unit,
            change,
        } = compared;
        let change = comparison.map(change).unwrap_or_default();
        let with_unit = |name: &str| match *unit_in_name {
            "" => name.to_owned(),
            unit => format!("{name}_{unit}"),
        };
        let summary = summary.map_or_else(|| with_unit(name), str::to_owned);
        [
            Pair {
                name: with_unit(&format!("{name}_difference")),
                unit,
                meaning: format!("mean paired difference of `{summary}`, variant less baseline"),
                estimate: change.difference,
                decimals: known_decimals(change.hidden),
            },
            Pair {
                name: format!("{name}_ratio"),
                unit: "",
                meaning: format!("mean `{summary}` of the variant over that of the baseline"),
                estimate: change.ratio,
                decimals: known_decimals(change.hidden_of_ratio),
            },
        ]
    });
    let saved = Pair {
        name: "usd_per_wait_hour_saved".to_owned(),
        unit: "USD/h",
        meaning: "of the cost of runs on the workspace's bill: (cost less the baseline's) / (the baseline's hours waited by all runs less the variant's). The variant costs more: \
            the price of an hour of waiting saved; it costs less: what an hour more of waiting saves. Negative: better in both, or worse \
            in both. Empty where the interval of the hours covers 0"
            .to_owned(),
        estimate: comparison.and_then(|of| of.usd_per_wait_hour_saved),
        decimals: 6,
    };
    changes.chain([saved]).collect()
}

fn columns() -> Vec<ColumnDoc> {
    docs(&pairs(None))
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().into_iter().map(|column| column.name))?;
    for comparison in comparisons(study) {
        write_row(&comparison, &mut table)?;
    }
    table.finish()
}

fn write_row(comparison: &Comparison<'_>, table: &mut TableWriter<'_>) -> io::Result<()> {
    let numbers = pairs(Some(comparison)).into_iter().flat_map(|pair| {
        let mean = pair.estimate.map(|estimate| estimate.mean);
        let half_width = pair.estimate.and_then(|estimate| estimate.half_width);
        [
            Field::Number(mean, pair.decimals),
            Field::HalfWidth(half_width, pair.decimals),
        ]
    });
    let fields = [
        Field::Text(comparison.variant),
        Field::Text(comparison.baseline),
        Field::Count(comparison.replications),
    ];
    table.row(fields.into_iter().chain(numbers), Field::fill)
}

enum Field<'a> {
    Text(&'a str),
    Count(usize),
    Number(Option<f64>, usize),
    HalfWidth(Option<f64>, usize),
}

impl Field<'_> {
    fn fill(self, cell: &mut Cell) {
        match self {
            Self::Text(text) => cell.text(text),
            Self::Count(count) => cell.integer(count as u64),
            Self::Number(Some(number), decimals) => cell.rounded(number, decimals),
            Self::HalfWidth(Some(width), decimals) => cell.rounded_up(width, decimals),
            Self::Number(None, _) | Self::HalfWidth(None, _) => {}
        }
    }
}
