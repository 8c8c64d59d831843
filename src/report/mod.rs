//! What a study is turned into: CSV files, the terminal's text, warnings, the points of distributions.
//!
//! Everything here is a function from [`StudyResults`] to text or bytes; files, clocks and threads are not touched.
//! A kind of file is a module beside this one and a line in [`FILES`].

pub mod cdf;
pub mod charts;
pub mod comparison;
pub mod comparison_csv;
pub mod figures;
pub mod leases_csv;
pub mod numbers;
pub mod observation;
pub mod replications_csv;
pub mod runs_csv;
pub mod sentences;
pub mod summary_csv;
pub mod table;
pub mod terminal;
pub mod timeline_csv;
pub mod warnings;

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::pricing::TargetPrices;
use crate::results::{ReplicationResult, Window};
use table::ColumnDoc;

/// Everything that reports are made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyResults {
    /// Name of the scenario.
    pub scenario: String,
    /// Its seed.
    pub seed: u64,
    /// Position of the variant that the others are compared with.
    pub baseline: usize,
    /// The alternatives, in the scenario's order.
    pub variants: Vec<VariantResults>,
}

/// One variant: names, prices and what its replications left behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VariantResults {
    /// Its name.
    pub name: String,
    /// What its statistics cover.
    pub window: Window,
    /// Whether everything stopped at the horizon (`end = "cut"`).
    pub cut: bool,
    /// Names of the simulated targets, in the order of the results.
    pub targets: Vec<String>,
    /// Their prices, in the same order.
    pub prices: Vec<TargetPrices>,
    /// Names of the workloads, in the order in which runs refer to them.
    pub workloads: Vec<String>,
    /// Results by replication, from replication 0 on.
    pub replications: Vec<ReplicationResult>,
}

/// A file that a study leaves behind.
pub struct ReportFile {
    /// Its name.
    pub name: &'static str,
    /// What one row of it is.
    pub meaning: &'static str,
    /// Whether it is written only where run records were asked for.
    pub needs_records: bool,
    /// Its columns, for the data dictionary.
    pub columns: fn() -> Vec<ColumnDoc>,
    /// Writes it whole.
    pub write: fn(&StudyResults, &mut dyn Write) -> io::Result<()>,
}

/// The files, in the order in which the data dictionary lists them.
pub const FILES: &[ReportFile] = &[
    summary_csv::FILE,
    comparison_csv::FILE,
    replications_csv::FILE,
    timeline_csv::FILE,
    runs_csv::FILE,
    leases_csv::FILE,
];

impl StudyResults {
    /// The variant that the others are compared with.
    pub fn baseline(&self) -> Option<&VariantResults> {
        self.variants.get(self.baseline)
    }

    /// The variants but the baseline.
    pub fn others(&self) -> impl Iterator<Item = &VariantResults> {
        let all = self.variants.iter().enumerate();
        all.filter(|(position, _)| *position != self.baseline)
            .map(|(_, variant)| variant)
    }
}

impl ReportFile {
    /// Its bytes; for files that may be large, prefer [`Self::write`] to a file.
    pub fn bytes(&self, study: &StudyResults) -> Vec<u8> {
        let mut bytes = Vec::new();
        (self.write)(study, &mut bytes).expect("memory takes every byte");
        bytes
    }

    /// Its part of the data dictionary, as Markdown.
    pub fn dictionary(&self) -> String {
        let mut text = format!("## `{}`\n\n{}\n\n", self.name, self.meaning);
        text.push_str("| Column | Unit | Meaning |\n|---|---|---|\n");
        for ColumnDoc {
            name,
            unit,
            meaning,
        } in (self.columns)()
        {
            writeln!(text, "| `{name}` | {unit} | {meaning} |").expect("memory takes every byte");
        }
        text
    }
}
