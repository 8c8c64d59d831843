//! Where a command that simulates many points of one scenario puts its tables.

use std::path::{Path, PathBuf};

use super::folder;
use super::screen::Screen;
use crate::error::Error;

/// The folder of `--output`, or else the one in `output` with the name of the scenario and this ending.
pub(super) fn folder_of(output: Option<&PathBuf>, scenario: &str, ending: &str) -> PathBuf {
    output.cloned().unwrap_or_else(|| {
        let name = format!("{scenario}-{ending}");
        PathBuf::from("output").join(name)
    })
}

/// Prints what would be done, and warns where the folder would be refused.
pub(super) fn dry_run(
    described: &str,
    (folder, scenario): (&Path, &str),
    force: bool,
) -> Result<(), Error> {
    Screen::print_wrapped(described)?;
    let refusal = folder::refusal(folder, scenario, force);
    Screen::warnings(&Vec::from_iter(refusal.map(|problem| problem.to_string())));
    Ok(())
}
