//! The flags of `simulate submit`.

use clap::{ArgGroup, Args};

use crate::cli::flag_values::{shards, threads};
use crate::cli::memory;
use crate::cli::shards::WholeArgs;

const EXAMPLES: &str = "\
Examples:
  simulate submit plan.json --slurm
  simulate submit plan.json --slurm --shard-cpus 4 -- --partition=short --time=00:30:00
  simulate submit plan.json --slurm --write-only
  simulate submit plan.json --kubernetes --image registry.example.com/simulate:1 --claim study > job.yaml";

const AFTER: &str = "\
With --slurm, it submits the shards that are missing as an array of jobs, waits for it, submits again what is missing then, and merges.
Interrupted, it leaves the jobs; the same command goes on. With --kubernetes, it prints the manifest of an Indexed Job, and what to do with it.
Exit code 4 where shards are missing after the last try: it names each with its command and its log, and writes no results.";

/// Have the shards of a plan simulated by Slurm and merge them, or print a job for Kubernetes.
#[derive(Clone, Debug, Args)]
#[command(before_help = EXAMPLES, after_help = AFTER)]
#[command(group(ArgGroup::new("engine").required(true).args(["slurm", "kubernetes"])))]
pub struct SubmitArgs {
    /// What is submitted, and where its results go
    #[command(flatten)]
    pub whole: WholeArgs,

    /// Submit to Slurm, wait and merge
    #[arg(long)]
    pub slurm: bool,

    /// Print a manifest for Kubernetes
    #[arg(long, requires_all = ["image", "claim"])]
    pub kubernetes: bool,

    /// Processors and threads of each shard
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    pub shard_cpus: usize,

    /// Memory of each shard, such as 2GB [default: the engine's]
    #[arg(long, value_name = "SIZE", value_parser = memory::parse)]
    pub shard_memory: Option<u64>,

    /// Shards at the same time at most [default: as many as the engine has room for]
    #[arg(long, value_name = "N", value_parser = shards)]
    pub at_once: Option<usize>,

    /// Times that a shard is tried
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub tries: u32,

    /// Write the script for Slurm and print the command that submits it, then stop
    #[arg(long, conflicts_with = "kubernetes")]
    pub write_only: bool,

    /// Image with `simulate`, for Kubernetes
    #[arg(long, value_name = "IMAGE", conflicts_with = "slurm")]
    pub image: Option<String>,

    /// Persistent volume claim with the folder of the study, for Kubernetes
    #[arg(long, value_name = "NAME", conflicts_with = "slurm")]
    pub claim: Option<String>,

    /// Options for sbatch, after --
    #[arg(last = true, value_name = "OPTION", conflicts_with = "kubernetes")]
    pub options: Vec<String>,
}

impl SubmitArgs {
    /// Memory of each shard, in MiB.
    pub(super) fn shard_mebibytes(&self) -> Option<u64> {
        self.shard_memory.map(|bytes| bytes.div_ceil(1 << 20))
    }
}
