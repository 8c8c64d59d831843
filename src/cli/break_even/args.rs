//! The flags of `simulate break-even`.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgMatches, Args};

use crate::cli::common_args::CommonArgs;
use crate::cli::flag_values::{percentage, replications, seed};
use crate::cli::study_args::split;
use crate::scenario::Options;

/// What `simulate break-even` is told.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Args)]
pub struct BreakEvenArgs {
    /// Scenario file (TOML)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Folder for the results [default: output/NAME-break-even of the scenario]
    #[arg(short, long, value_name = "DIR", env = "SIMULATE_OUTPUT")]
    pub output: Option<PathBuf>,

    /// The two variants to compare [default: always-on instances with clusters, and commitments with none]
    #[arg(long, num_args = 2, value_names = ["VARIANT", "VARIANT"])]
    pub between: Vec<String>,

    /// What is varied: load, or a key with a time or a number, such as cluster.gpu.idle_before_scale_down; of instance.box.schedule the hours a day, from the time of 'instance.box.schedule=mon-fri 08:00'
    #[arg(long, value_name = "WHAT", default_value = "load")]
    pub over: String,

    /// Where the range begins [default: of the load 1/20, of hours a day 1h]
    #[arg(long, value_name = "VALUE")]
    pub from: Option<String>,

    /// Where the range ends [default: of the load 20, of hours a day 24h]
    #[arg(long, value_name = "VALUE")]
    pub to: Option<String>,

    /// Half-width that is wanted of the break-even's 95 % interval, as a share of it
    #[arg(long, value_name = "PERCENT", default_value = "1%", value_parser = percentage)]
    pub precision: f64,

    /// Replications of each place at most
    #[arg(short, long, value_name = "N", default_value_t = 400, value_parser = replications)]
    pub replications: u32,

    /// Set a key of the scenario, such as cluster.gpu.max_nodes=8 (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "KEY=VALUE", env = "SIMULATE_SET")]
    pub set: Vec<String>,

    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "N", env = "SIMULATE_SEED", value_parser = seed)]
    pub seed: Option<u64>,

    /// What it may take of the machine, and what it says
    #[command(flatten)]
    pub common: CommonArgs,

    /// Check the scenario, print what would be simulated, then stop
    #[arg(long)]
    pub dry_run: bool,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,
}

impl BreakEvenArgs {
    /// What the scenario is told.
    pub(super) fn options(&self) -> Options {
        Options {
            set: self.set.clone(),
            variants: self.between.clone(),
            named_by: Some("--between"),
            seed: self.seed,
            ..Options::default()
        }
    }

    /// Takes apart what variables hold: several values with `;` between them.
    pub(in crate::cli) fn split_variables(&mut self, matches: &ArgMatches) {
        split(matches, [("set", &mut self.set)]);
    }
}
