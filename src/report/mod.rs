//! What a study is turned into: CSV files, the terminal's text, warnings, the points of distributions.
//!
//! Everything here is a function from [`StudyResults`] to text or bytes; files, clocks and threads are not touched.
//! A kind of file is a module beside this one and a line in [`FILES`].

pub mod answer;
pub mod bill_csv;
pub mod break_even;
pub mod break_even_hint;
pub mod brief;
pub mod cdf;
pub mod change;
pub mod charts;
pub mod commitments;
mod commitments_csv;
pub mod comparison;
pub mod comparison_csv;
mod drained;
mod drawings;
mod exact_queue;
mod family;
mod fan_outs;
mod few_values;
pub mod figure;
pub mod figures;
mod focus;
pub mod focus_csv;
pub mod frame;
pub mod goals_csv;
mod groups;
pub mod groups_csv;
pub mod growth;
mod growth_warnings;
mod hindrances;
mod holm;
mod hours;
pub mod leases_csv;
pub mod life;
mod load;
mod losses;
mod lower_bound;
pub mod main_table;
mod money;
mod month;
pub mod numbers;
mod objective;
pub mod observation;
mod overhead;
pub mod page;
mod pareto;
mod part;
pub mod pictures;
pub mod plain_table;
pub mod precision;
pub mod replications_csv;
pub mod request_sums;
pub mod requests;
pub mod row;
pub mod runs_csv;
pub mod search;
pub mod sensitivity;
pub mod sentences;
mod short_names;
mod single_months;
mod standstill;
pub mod statistic;
pub mod summary_csv;
pub mod summary_json;
pub mod table;
pub mod terminal;
mod terminal_units;
pub mod timeline_csv;
pub mod versus;
mod waits;
pub mod warm_up;
pub mod warnings;
pub mod workbook;
pub mod workloads;
pub mod wrapping;

use std::fmt::Write as _;
use std::io::{self, Write};

pub use crate::study_results::{StudyResults, VariantResults};
use table::ColumnDoc;

/// A file that a study leaves behind.
pub struct ReportFile {
    /// Its name.
    pub name: &'static str,
    /// What one row of it is.
    pub meaning: &'static str,
    /// Where it is written.
    pub written: Written,
    /// Its columns, for the data dictionary.
    pub columns: fn() -> Vec<ColumnDoc>,
    /// Writes it whole.
    pub write: fn(&StudyResults, &mut dyn Write) -> io::Result<()>,
}

/// Where a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Always.
    Always,
    /// Where run records were asked for.
    WithRecords,
    /// Where a log says whose its runs are.
    WithLabels,
    /// Where a variant has several workloads.
    WithWorkloads,
    /// Where runs were counted by the hour of the week.
    WithWeeks,
    /// Where the scenario has a goal or expectations.
    WithGoals,
}

/// The files, in the order in which the data dictionary lists them.
pub const FILES: &[ReportFile] = &[
    summary_csv::FILE,
    comparison_csv::FILE,
    replications_csv::FILE,
    goals_csv::FILE,
    groups_csv::FILE,
    workloads::csv::FILE,
    bill_csv::FILE,
    commitments_csv::FILE,
    timeline_csv::FILE,
    hours::csv::FILE,
    runs_csv::FILE,
    leases_csv::FILE,
    timeline_csv::FINE,
];

/// The summary for programs, written always.
pub const SUMMARY: &ReportFile = &summary_json::FILE;

/// A cost export, written where it is asked for.
pub const FOCUS: &ReportFile = &focus_csv::FILE;

impl ReportFile {
    /// Whether it is written of a study with run records, or without.
    pub fn is_written(&self, study: &StudyResults, with_records: bool) -> bool {
        match self.written {
            Written::Always => true,
            Written::WithRecords => with_records,
            Written::WithLabels => groups_csv::applies(study),
            Written::WithWorkloads => workloads::applies(study),
            Written::WithWeeks => hours::csv::applies(study),
            Written::WithGoals => goals_csv::applies(study),
        }
    }

    /// Its bytes; for files that may be large, prefer [`Self::write`] to a file.
    pub fn bytes(&self, study: &StudyResults) -> Vec<u8> {
        let mut bytes = Vec::new();
        (self.write)(study, &mut bytes).expect("memory takes every byte");
        bytes
    }

    /// Its part of the data dictionary, as Markdown.
    pub fn dictionary(&self) -> String {
        let column = if self.name == SUMMARY.name {
            "Key"
        } else {
            "Column"
        };
        dictionary(self.name, self.meaning, (column, (self.columns)()))
    }
}

/// The part of the data dictionary on a file, as Markdown.
fn dictionary(name: &str, meaning: &str, (column, columns): (&str, Vec<ColumnDoc>)) -> String {
    let mut text =
        format!("## `{name}`\n\n{meaning}\n\n| {column} | Unit | Meaning |\n|---|---|---|\n");
    for ColumnDoc {
        name,
        unit,
        meaning,
    } in columns
    {
        writeln!(text, "| `{name}` | {unit} | {meaning} |").expect("memory takes every byte");
    }
    text
}
