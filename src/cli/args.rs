//! The flags of `simulate`, with their environment variables.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::FalseyValueParser;
use clap::{Parser, ValueEnum};

use crate::scenario::MAX_REPLICATIONS;

const EXAMPLES: &str = "\
Examples:
  simulate scenarios/burst.toml
  simulate scenarios/burst.toml --set cluster.gpu.max_nodes=8 --replications 100
  simulate scenarios/burst.toml --variant always-on --variant scale-to-zero
  simulate scenarios/*.toml --output results
  simulate scenarios/burst.toml --dry-run";

const AFTER: &str = "\
The table goes to stdout, all else to stderr; CSV files, charts and manifest.json go to the output folder.
Exit codes: 0 done, 1 could not finish, 2 file or flags refused, 130 interrupted.
The format of scenario files: docs/scenario-format.md. The columns of the results: docs/outputs.md.";

/// What does it cost, and how long do people wait? Simulates machine-learning runs on autoscaling clusters and always-on
/// instances, and compares the cost and the waiting of the alternatives in a scenario file.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Parser)]
#[command(name = "simulate", version, before_help = EXAMPLES, after_help = AFTER, arg_required_else_help = true)]
pub struct Args {
    /// Scenario files (TOML)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Folder for the results [default: output/NAME of the scenario; with several files DIR/NAME]
    #[arg(short, long, value_name = "DIR", env = "SIMULATE_OUTPUT")]
    pub output: Option<PathBuf>,

    /// Set a key of the scenario, such as cluster.gpu.max_nodes=8 (repeatable)
    #[arg(long, value_name = "KEY=VALUE", env = "SIMULATE_SET", value_delimiter = None)]
    pub set: Vec<String>,

    /// Simulate this variant only (repeatable)
    #[arg(long, value_name = "NAME", env = "SIMULATE_VARIANT")]
    pub variant: Vec<String>,

    /// Replications of each variant, instead of the scenario's
    #[arg(short, long, value_name = "N", env = "SIMULATE_REPLICATIONS", value_parser = replications)]
    pub replications: Option<u32>,

    /// Seed of all randomness, instead of the scenario's
    #[arg(long, value_name = "N", env = "SIMULATE_SEED", value_parser = seed)]
    pub seed: Option<u64>,

    /// Threads [default: one for each processor]; results do not depend on it
    #[arg(short, long, value_name = "N", env = "SIMULATE_THREADS", value_parser = threads)]
    pub threads: Option<usize>,

    /// Also write every run and every lease (runs.csv, leases.csv)
    #[arg(long, env = "SIMULATE_RUNS", value_parser = FalseyValueParser::new())]
    pub runs: bool,

    /// Also write the bill of replication 0 by day or month as a FOCUS 1.2 cost export (focus.csv) [default: day]
    #[arg(long, value_name = "PERIOD", env = "SIMULATE_FOCUS", num_args = 0..=1, require_equals = true, default_missing_value = "day")]
    pub focus: Option<ChargePeriod>,

    /// Check the scenario and print what would run, then stop
    #[arg(long)]
    pub dry_run: bool,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,

    /// No progress bar and no notes; warnings and errors stay
    #[arg(short, long, env = "SIMULATE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
}

/// Charge periods of a cost export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChargePeriod {
    /// Days of UTC
    Day,
    /// Months of UTC
    Month,
}

fn replications(text: &str) -> Result<u32, String> {
    whole(text, 1..=MAX_REPLICATIONS)
}

fn seed(text: &str) -> Result<u64, String> {
    whole(text, 0..=u64::MAX)
}

fn threads(text: &str) -> Result<usize, String> {
    whole(text, 1..=1024)
}

/// A whole number in a range.
fn whole<T: FromStr + PartialOrd + Display>(
    text: &str,
    range: RangeInclusive<T>,
) -> Result<T, String> {
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!(
            "write a whole number from {} to {}",
            range.start(),
            range.end()
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn flags_are_consistent() {
        super::Args::command().debug_assert();
    }

    #[test]
    fn every_flag_and_variable_is_documented() {
        let page = include_str!("../../docs/command-line.md");
        for argument in super::Args::command().get_arguments() {
            if let Some(flag) = argument.get_long() {
                assert!(page.contains(&format!("`--{flag}")), "--{flag}");
            }
            if let Some(variable) = argument.get_env() {
                let variable = variable.to_string_lossy();
                assert!(page.contains(&format!("`{variable}`")), "{variable}");
            }
        }
    }
}
