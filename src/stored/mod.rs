//! Results as rows in one file a study (`docs/results-format.md`): lines of JSON, each a gzip member of its own. The first is
//! the header, with all that the results were made of; each other one is a row, what one replication left. Where runs and leases
//! are recorded, a row has two lines more: one with its leases, and one with its runs.
//!
//! Members stand for themselves: they are appended as they come, put in order by copying their bytes, and a torn one is known
//! by its checksum. Everything here is a function of bytes; files are the caller's.

mod fault;
mod inputs;
mod packer;
mod reader;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use fault::Fault;
pub use inputs::{FileSum, Inputs, Kind};
pub use packer::Packer;
pub use reader::{Reader, Span, each_lease, each_run, part, row, study};

use crate::pricing::Coverage;
use crate::results::ReplicationResult;
use crate::results::stored_records::Stored;
use crate::study_results::{BilledPeriod, Replication, StudyResults};

/// Name of the file in a folder of results.
pub const NAME: &str = "results.jsonl.gz";
/// What its header says it is.
const FORMAT: &str = "autoscale-simulator results";
/// Version of the format: other programs can read what has theirs.
const VERSION: u32 = 5;
/// The first line.
#[derive(Deserialize)]
struct Header {
    inputs: Inputs,
    study: StudyResults,
}

/// The first line as it is written.
#[derive(Serialize)]
struct HeaderOf<'a> {
    format: &'a str,
    format_version: u32,
    inputs: &'a Inputs,
    study: &'a StudyResults,
}

/// The first line of a row.
#[derive(Deserialize)]
struct Row {
    variant: usize,
    replication: u32,
    result: ReplicationResult,
    coverage: Option<Coverage>,
    periods: Vec<BilledPeriod>,
}

/// The first line of a row as it is written.
#[derive(Serialize)]
struct RowOf<'a> {
    variant: usize,
    replication: u32,
    result: &'a ReplicationResult,
    coverage: &'a Option<Coverage>,
    periods: &'a [BilledPeriod],
}

impl From<Row> for Replication {
    fn from(row: Row) -> Self {
        Self {
            result: row.result,
            coverage: row.coverage,
            periods: row.periods,
        }
    }
}

/// The last line of a part.
#[derive(Serialize, Deserialize)]
struct End {
    /// How many rows are before it.
    rows_of_part: usize,
}

/// The header, with what is known of a study before it is simulated.
pub fn header(inputs: &Inputs, study: &StudyResults) -> Vec<u8> {
    Packer::default().only_line(&HeaderOf {
        format: FORMAT,
        format_version: VERSION,
        inputs,
        study,
    })
}

impl Packer {
    /// What a replication left of the variant at a position, with its runs and leases if `records`.
    pub fn row(
        &mut self,
        (variant, replication): (usize, u32),
        left: &Replication,
        records: bool,
    ) -> &[u8] {
        self.begin();
        self.line(&RowOf {
            variant,
            replication,
            result: &left.result,
            coverage: &left.coverage,
            periods: &left.periods,
        });
        if records {
            self.records((variant, replication), &left.result.leases);
            self.records((variant, replication), &left.result.runs);
        }
        self.members()
    }

    /// A line with records of a replication.
    fn records<R: Stored>(&mut self, (variant, replication): (usize, u32), records: &[R]) {
        let name = R::NAME;
        let head = format!("{{\"variant\":{variant},\"replication\":{replication},\"{name}\":");
        self.plain_line(|text| {
            text(head.as_bytes());
            R::put(records, text);
            text(b"}");
        });
    }
}

/// The last line of a part: a file with the same header and some of the rows, in any order, which is whole only with it.
pub fn end_of_part(rows: usize) -> Vec<u8> {
    Packer::default().only_line(&End { rows_of_part: rows })
}
