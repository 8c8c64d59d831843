//! The flags of `simulate optimize`.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgMatches, Args};

use crate::cli::common_args::CommonArgs;
use crate::cli::flag_values::seed;
use crate::cli::study_args::split;
use crate::scenario::Options;

/// What `simulate optimize` is told.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Clone, Debug, Args)]
pub struct OptimizeArgs {
    /// Scenario file (TOML) with a search, and a goal if there is one
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Folder for the results [default: output/NAME-search of the scenario]
    #[arg(short, long, value_name = "DIR", env = "SIMULATE_OUTPUT")]
    pub output: Option<PathBuf>,

    /// Set a key of the scenario, such as cluster.gpu.max_nodes=8; one that is searched is then not (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "KEY=VALUE", env = "SIMULATE_SET")]
    pub set: Vec<String>,

    /// Limit that the best point must keep, such as "wait_p95 <= 10m", in the place of the scenario's (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "LIMIT", env = "SIMULATE_GOAL")]
    pub goal: Vec<String>,

    /// Search the points of this variant only (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "NAME", env = "SIMULATE_VARIANT")]
    pub variant: Vec<String>,

    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "N", env = "SIMULATE_SEED", value_parser = seed)]
    pub seed: Option<u64>,

    /// What it may take of the machine, and what it says
    #[command(flatten)]
    pub common: CommonArgs,

    /// Check the scenario, print how many points and replications there are at most, then stop
    #[arg(long)]
    pub dry_run: bool,

    /// Refused with a reason: how long a search takes depends on what it finds
    #[arg(long, hide = true)]
    pub estimate: bool,

    /// Continue an interrupted search: replications that its output folder holds are not simulated again
    #[arg(long)]
    pub resume: bool,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,
}

impl OptimizeArgs {
    /// What the scenario is told.
    pub(super) fn options(&self) -> Options {
        Options {
            set: self.set.clone(),
            goals: self.goal.clone(),
            variants: self.variant.clone(),
            seed: self.seed,
            search: true,
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
