//! Scenarios as commands are given them: of a folder of results, which file to name instead.

use std::path::Path;

use super::folder::MANIFEST;
use super::manifest::read_earlier;
use crate::error::{Error, Place};
use crate::scenario::{self, Options, Scenario};

/// Loads a scenario. A folder of results is refused with the scenario that they were made from.
pub(super) fn load(path: &Path, options: &Options) -> Result<Scenario, Error> {
    let results = path.is_dir().then(|| read_earlier(&path.join(MANIFEST)));
    let Some(results) = results.flatten() else {
        return scenario::load(path, options);
    };
    let file = results.scenario_file;
    let file = file.map_or_else(String::new, |file| format!(": `{file}`"));
    Err(Error::refused(
        Place::File(path.to_owned()),
        "this is a folder of results, and a scenario is a file",
        format!("name the scenario that they were made from{file}"),
    ))
}
