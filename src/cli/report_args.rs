//! The flags of `simulate report`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::flag_values::threads;
use super::memory;

const EXAMPLES: &str = "\
Examples:
  simulate report output/burst
  simulate report output/burst --output elsewhere";

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

    /// Threads [default: one for each processor]; what is written does not depend on it
    #[arg(short, long, value_name = "N", env = "SIMULATE_THREADS", value_parser = threads)]
    pub threads: Option<usize>,

    /// Most memory to take, such as 4GB [default: three quarters of what is free; on Linux only]
    #[arg(long, value_name = "SIZE", env = "SIMULATE_MEMORY", value_parser = memory::parse)]
    pub memory: Option<u64>,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,

    /// No notes; warnings and errors stay
    #[arg(short, long, env = "SIMULATE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
}
