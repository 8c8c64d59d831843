//! The flags of every subcommand that simulates or draws.

use clap::Args;
use clap::builder::FalseyValueParser;

use super::flag_values::threads;
use super::memory;

/// What a command may take of the machine, and what it says.
#[derive(Clone, Debug, Args)]
pub struct CommonArgs {
    /// Threads [default: one for each processor]; results do not depend on it
    #[arg(short, long, value_name = "N", env = "SIMULATE_THREADS", value_parser = threads)]
    pub threads: Option<usize>,

    /// Most memory to take, such as 4GB [default: three quarters of what is free; on Linux only]
    #[arg(long, value_name = "SIZE", env = "SIMULATE_MEMORY", value_parser = memory::parse)]
    pub memory: Option<u64>,

    /// No progress bar and no notes; warnings and errors stay
    #[arg(short, long, env = "SIMULATE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
}
