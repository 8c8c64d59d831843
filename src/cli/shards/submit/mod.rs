//! `simulate submit`: an engine that people have simulates the shards of a plan.

mod args;
mod kubernetes;
mod queue;
mod script;
mod slurm;

use std::ffi::OsString;
use std::path::Path;

pub use args::SubmitArgs;

use super::merge::Whole;
use crate::cli::folder;
use crate::cli::outcome::Outcome;
use crate::error::{Error, Place};

/// Does what the arguments say; the command line begins with the program as it was called.
pub(in crate::cli) fn submit(
    args: &SubmitArgs,
    command_line: &[OsString],
) -> Result<Outcome, Error> {
    let whole = Whole::open(&args.whole)?;
    // Not after hours of simulation.
    let refusal = folder::refusal(&whole.output(), &whole.scenario.name, args.whole.force);
    if let Some(problem) = refusal {
        return Err(Error::Refused(vec![problem]));
    }
    if args.kubernetes {
        kubernetes::print(args, &whole)?;
        Ok(Outcome::Done)
    } else {
        slurm::run(args, whole, command_line.first())
    }
}

/// A path as text that scripts and manifests can hold.
fn text(path: &Path) -> Result<&str, Error> {
    let text = path
        .to_str()
        .filter(|text| !text.contains(char::is_control));
    text.ok_or_else(|| {
        Error::refused(
            Place::File(path.to_owned()),
            "its path is not UTF-8, or has control characters",
            "rename it",
        )
    })
}
