//! The flags of `simulate warm-up`.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgMatches, Args};

use crate::cli::common_args::CommonArgs;
use crate::cli::flag_values::{replications, seed};
use crate::cli::study_args::split;
use crate::scenario::Options;

/// What `simulate warm-up` is told.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Args)]
pub struct WarmUpArgs {
    /// Scenario file (TOML)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Folder for the results [default: output/NAME-warm-up of the scenario]
    #[arg(short, long, value_name = "DIR", env = "SIMULATE_OUTPUT")]
    pub output: Option<PathBuf>,

    /// Set a key of the scenario, such as cluster.gpu.max_nodes=8 (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "KEY=VALUE", env = "SIMULATE_SET")]
    pub set: Vec<String>,

    /// Simulate this variant only (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "NAME", env = "SIMULATE_VARIANT")]
    pub variant: Vec<String>,

    /// Replications of each variant, instead of the scenario's
    #[arg(short, long, alias = "reps", value_name = "N", env = "SIMULATE_REPLICATIONS", value_parser = replications)]
    pub replications: Option<u32>,

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

impl WarmUpArgs {
    /// What the scenario is told.
    pub(super) fn options(&self) -> Options {
        Options {
            set: self.set.clone(),
            variants: self.variant.clone(),
            seed: self.seed,
            replications: self.replications,
            ..Options::default()
        }
    }

    /// Takes apart what variables hold: several values with `;` between them.
    pub(in crate::cli) fn split_variables(&mut self, matches: &ArgMatches) {
        let lists = [("set", &mut self.set), ("variant", &mut self.variant)];
        split(matches, lists);
    }
}
