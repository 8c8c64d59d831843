//! The flags of `simulate plan`, `simulate shard` and `simulate merge`.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::cli::common_args::CommonArgs;
use crate::cli::flag_values::shards;
use crate::cli::shell::quoted_path;
use crate::cli::study_args::StudyArgs;

const PLAN_EXAMPLES: &str = "\
Examples:
  simulate plan scenarios/burst.toml -o plan.json --shards 8
  simulate plan scenarios/burst.toml -o plan.json --shards 100 --replications 1000 --focus";

const PLAN_AFTER: &str = "\
Shards are independent and take about the same time: simulate each with `simulate shard`, in any order, on any machine that has
the scenario, its data files and the folder of parts. Then `simulate merge` writes what `simulate FILE` would have written, to the same bytes.
`simulate submit` has Slurm do all of it, or prints a job for Kubernetes. docs/scale-out.md also has GNU parallel and Ray.";

const SHARD_EXAMPLES: &str = "\
Examples:
  simulate shard plan.json --index 3
  SIMULATE_SHARD=3 simulate shard plan.json";

const SHARD_AFTER: &str = "\
Without --index, the number is that in SIMULATE_SHARD, SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX; two that differ are an error.
A shard that is done is not simulated again. One that was killed leaves no part: run it again.";

const MERGE_EXAMPLES: &str = "\
Examples:
  simulate merge plan.json
  simulate merge plan.json --output results";

const MERGE_AFTER: &str = "\
Exit code 4 where shards are missing or their parts are damaged: it names each with its command, and writes nothing.";

/// Divide a study into shards, which are simulated one by one on any machines.
#[derive(Clone, Debug, Args)]
#[command(before_help = PLAN_EXAMPLES, after_help = PLAN_AFTER)]
pub struct PlanArgs {
    /// Scenario file (TOML)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// File for the plan
    #[arg(short, long, value_name = "PLAN")]
    pub output: PathBuf,

    /// Shards, at most one for each replication of each variant
    #[arg(long, value_name = "N", value_parser = shards)]
    pub shards: usize,

    /// What is simulated of the file
    #[command(flatten)]
    pub study: StudyArgs,

    /// No notes; warnings and errors stay
    #[arg(short, long, env = "SIMULATE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
}

/// Simulate one shard of a plan.
#[derive(Clone, Debug, Args)]
#[command(before_help = SHARD_EXAMPLES, after_help = SHARD_AFTER)]
pub struct ShardArgs {
    /// Plan
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,

    /// Number of the shard, from 0 [default: from a variable, see below]
    #[arg(long, value_name = "I")]
    pub index: Option<usize>,

    /// Folder of the parts [default: for plan.json, the folder plan.parts beside it]
    #[arg(long, value_name = "DIR")]
    pub parts: Option<PathBuf>,

    /// What it may take of the machine, and what it says
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Write the study of the shards of a plan, once all of them are done.
#[derive(Clone, Debug, Args)]
#[command(before_help = MERGE_EXAMPLES, after_help = MERGE_AFTER)]
pub struct MergeArgs {
    /// What is put together
    #[command(flatten)]
    pub whole: WholeArgs,
}

/// The plan, and where its parts and results are.
#[derive(Clone, Debug, Args)]
pub struct WholeArgs {
    /// Plan
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,

    /// Folder of the parts [default: for plan.json, the folder plan.parts beside it]
    #[arg(long, value_name = "DIR")]
    pub parts: Option<PathBuf>,

    /// Folder for the results [default: output/NAME of the scenario]
    #[arg(short, long, value_name = "DIR", env = "SIMULATE_OUTPUT")]
    pub output: Option<PathBuf>,

    /// What it may take of the machine, and what it says
    #[command(flatten)]
    pub common: CommonArgs,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,
}

impl WholeArgs {
    /// Folder of the parts.
    pub(super) fn parts(&self) -> PathBuf {
        parts(&self.plan, self.parts.as_ref())
    }

    /// Plan and folder of the parts, as on a command line.
    pub(super) fn named(&self) -> String {
        let mut named = quoted_path(&self.plan);
        if let Some(parts) = &self.parts {
            named = format!("{named} --parts {}", quoted_path(parts));
        }
        named
    }
}

/// Where the parts of a plan are, unless said otherwise.
pub(super) fn parts(plan: &Path, stated: Option<&PathBuf>) -> PathBuf {
    stated.map_or_else(|| plan.with_extension("parts"), PathBuf::from)
}
