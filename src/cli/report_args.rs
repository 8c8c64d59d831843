//! The flags of `simulate report`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::common_args::CommonArgs;
use super::flag_values::FurtherReport;
use super::table_args::TableArgs;

const EXAMPLES: &str = "\
Examples:
  simulate report output/burst
  simulate report output/burst --output output/again
  simulate report output/burst --sort wait_p95 --format md";

const AFTER: &str = "\
It reads results.jsonl.gz and manifest.json of the folder; docs/results-format.md explains the first.";

/// Write the tables and charts of stored results again, without simulating.
#[derive(Clone, Debug, Args)]
#[command(before_help = EXAMPLES, after_help = AFTER)]
pub struct ReportArgs {
    /// Folder of results
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,

    /// Folder for the tables and charts, with a copy of the results [default: the folder of the results]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// How the main table is shown
    #[command(flatten)]
    pub table: TableArgs,

    /// Also write one workbook for spreadsheets with the answer, the summary, the comparison and the bill (results.xlsx)
    #[arg(long, env = "SIMULATE_XLSX", value_parser = FalseyValueParser::new())]
    pub xlsx: bool,

    /// Also write a summary for a pull request
    #[arg(long, value_name = "FORMAT")]
    pub report: Option<FurtherReport>,

    /// What it may take of the machine, and what it says
    #[command(flatten)]
    pub common: CommonArgs,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,
}
