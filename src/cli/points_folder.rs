//! Where a command that simulates many points of one scenario puts its tables.

use std::path::{Path, PathBuf};

use super::folder::{self, PAGE, ResultFolder};
use super::manifest::{Manifest, about};
use super::screen::Screen;
use super::shell::quoted;
use crate::error::Error;
use crate::printable;
use crate::report::charts::Chart;
use crate::report::page::About;
use crate::scenario::Scenario;

/// What is printed and written of many points.
pub(super) struct Told {
    /// The results on the terminal.
    pub(super) text: String,
    /// Tables with the names of their files.
    pub(super) tables: Vec<(&'static str, Vec<u8>)>,
    pub(super) charts: Vec<Chart>,
    /// The page.
    pub(super) page: String,
}

/// Writes all files and prints the results.
pub(super) fn put(told: Told, folder: ResultFolder, manifest: &Manifest) -> Result<(), Error> {
    let mut files = told.tables;
    files.push((PAGE, told.page.into_bytes()));
    let written = folder.write_few(&files, &told.charts, &manifest.before_files())?;
    Screen::print(&format!("{}\n{written}\n", told.text))
}

/// What a page tells of how the results were made, with the command that makes them again.
pub(super) fn told_of(manifest: &Manifest, command: &str) -> About {
    let told = about(&manifest.before_files()).expect("it is as this program writes it");
    About {
        command: printable::line(command).into_owned(),
        ..told
    }
}

/// `simulate VERB FILE` with the overrides, these flags and the seed.
pub(super) fn command(verb: &str, scenario: &Scenario, flags: &[(&str, String)]) -> String {
    let path = scenario.path.display().to_string();
    let mut words = vec![format!("simulate {verb} {}", quoted(&path))];
    let sets = scenario.asked.set.iter().map(|set| ("--set", set.clone()));
    let goals = scenario.asked.goals.iter();
    let goals = goals.map(|goal| ("--goal", goal.clone()));
    let seed = ("--seed", scenario.seed.to_string());
    let all = sets.chain(goals).chain(flags.iter().cloned()).chain([seed]);
    words.extend(all.map(|(flag, value)| format!("{flag} {}", quoted(&value))));
    words.join(" ")
}

/// `--variant` with each variant that was asked for.
pub(super) fn chosen(scenario: &Scenario) -> Vec<(&'static str, String)> {
    let names = scenario.asked.variants.iter();
    names.map(|name| ("--variant", name.clone())).collect()
}

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
