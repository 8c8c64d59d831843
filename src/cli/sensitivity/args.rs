//! The flags of `simulate sensitivity`.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgMatches, Args};

use crate::cli::common_args::CommonArgs;
use crate::cli::flag_values::{combinations, replications, seed, trajectories};
use crate::cli::study_args::split;
use crate::scenario::Options;

/// What `simulate sensitivity` is told.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Args)]
pub struct SensitivityArgs {
    /// Scenario file (TOML) that says what is uncertain
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Folder for the results [default: output/NAME-sensitivity of the scenario]
    #[arg(short, long, value_name = "DIR", env = "SIMULATE_OUTPUT")]
    pub output: Option<PathBuf>,

    /// Set a key of the scenario, such as cluster.gpu.max_nodes=8; an uncertain one is then certain (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "KEY=VALUE", env = "SIMULATE_SET")]
    pub set: Vec<String>,

    /// Limit that a variant must keep, such as "wait_p95 <= 10m", in the place of the scenario's (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "LIMIT", env = "SIMULATE_GOAL")]
    pub goal: Vec<String>,

    /// Choose among these variants only (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "NAME", env = "SIMULATE_VARIANT")]
    pub variant: Vec<String>,

    /// Replications of each variant at each point, instead of the scenario's
    #[arg(short, long, alias = "reps", value_name = "N", env = "SIMULATE_REPLICATIONS", value_parser = replications)]
    pub replications: Option<u32>,

    /// Combinations of all inputs
    #[arg(long, value_name = "N", default_value = "100", value_parser = combinations)]
    pub samples: u32,

    /// Trajectories of Morris, each of one point more than there are inputs
    #[arg(long, value_name = "N", default_value = "10", value_parser = trajectories)]
    pub trajectories: u32,

    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "N", env = "SIMULATE_SEED", value_parser = seed)]
    pub seed: Option<u64>,

    /// What it may take of the machine, and what it says
    #[command(flatten)]
    pub common: CommonArgs,

    /// Check the scenario, print the inputs and how many points there are, then stop
    #[arg(long)]
    pub dry_run: bool,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,
}

impl SensitivityArgs {
    /// What the scenario is told.
    pub(super) fn options(&self) -> Options {
        Options {
            set: self.set.clone(),
            goals: self.goal.clone(),
            variants: self.variant.clone(),
            seed: self.seed,
            replications: self.replications,
            uncertain: true,
            ..Options::default()
        }
    }

    /// Takes apart what variables hold: several values with `;` between them.
    pub(in crate::cli) fn split_variables(&mut self, matches: &ArgMatches) {
        let lists = [
            ("set", &mut self.set),
            ("goal", &mut self.goal),
            ("variant", &mut self.variant),
        ];
        split(matches, lists);
    }
}
