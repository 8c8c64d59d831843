//! Puts complete files in place of earlier results. Each step is a single rename or removal, and what has been done shows
//! in the folder itself: a later process goes on where a killed one stopped. The earlier manifest goes first, then all
//! earlier files, before the first new one comes; the new manifest comes last. So old and new files never stand side by
//! side, and a folder without a manifest is not finished.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::entries::{Entry, MANIFEST, checksum, is_result};
use super::staging::{Staging, sync_folder};
use crate::cli::manifest::{Earlier, read_earlier};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The manifest of earlier results goes to the unfinished files.
    Retire,
    /// A file of earlier results is removed.
    Remove(String),
    /// A complete file comes to its place.
    Place(String),
}

impl Step {
    /// The file that it is about.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Retire => MANIFEST,
            Self::Remove(name) | Self::Place(name) => name,
        }
    }

    /// Takes the step.
    pub(super) fn take(&self, results: &Path, staging: &Staging) -> io::Result<()> {
        match self {
            Self::Retire => fs::rename(results.join(MANIFEST), staging.earlier()),
            Self::Remove(name) => fs::remove_file(results.join(name)),
            Self::Place(name) => fs::rename(staging.file(name), results.join(name)),
        }
    }
}

/// What is to be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// Files of earlier results that were not made again, and have changed since: they stay.
    pub(super) changed: Vec<String>,
}

/// What is left to be done to put the complete files in place; nothing where there are none.
pub(super) fn plan(results: &Path, staging: &Staging) -> Plan {
    let Some(complete) = staging.complete() else {
        return Plan::default();
    };
    let mut plan = Plan::default();
    let retired = Entry::is_file(&staging.earlier());
    if Entry::is_file(&results.join(MANIFEST)) {
        plan.steps.push(if retired {
            Step::Remove(MANIFEST.to_owned())
        } else {
            Step::Retire
        });
    }
    let earlier = if retired {
        read_earlier(&staging.earlier())
    } else {
        read_earlier(&results.join(MANIFEST))
    };
    let new: BTreeSet<&str> = names(&complete).collect();
    let waiting: Vec<&str> = new
        .iter()
        .copied()
        .filter(|name| Entry::is_file(&staging.file(name)))
        .collect();
    for name in &waiting {
        remove(results, name, &mut plan);
    }
    for file in earlier.iter().flat_map(|earlier| &earlier.files) {
        if !is_listed(&file.name) || new.contains(&*file.name) {
            continue;
        }
        match checksum(&results.join(&file.name)) {
            Some(sum) if sum == file.sha256 => remove(results, &file.name, &mut plan),
            Some(_) => plan.changed.push(file.name.clone()),
            None => {}
        }
    }
    let placed = waiting.iter().copied().chain([MANIFEST]);
    plan.steps
        .extend(placed.map(|name| Step::Place(name.to_owned())));
    plan
}

/// Whether every file that the complete ones are said to be is there, in its place or not yet, as it was written.
pub(super) fn is_whole(results: &Path, staging: &Staging) -> bool {
    let Some(complete) = staging.complete() else {
        return false;
    };
    let mut files = complete.files.iter();
    files.all(|file| {
        let waiting = staging.file(&file.name);
        let place = if Entry::is_file(&waiting) {
            waiting
        } else {
            results.join(&file.name)
        };
        is_listed(&file.name) && checksum(&place).as_ref() == Some(&file.sha256)
    })
}

/// Takes all steps. The error comes with the file that is in the way.
pub(super) fn put_in_place(results: &Path, staging: &Staging) -> Result<Plan, (String, io::Error)> {
    let plan = plan(results, staging);
    for step in &plan.steps {
        let taken = step.take(results, staging);
        taken.map_err(|error| (step.name().to_owned(), error))?;
    }
    sync_folder(results);
    Ok(plan)
}

fn remove(results: &Path, name: &str, plan: &mut Plan) {
    if Entry::is_file(&results.join(name)) {
        plan.steps.push(Step::Remove(name.to_owned()));
    }
}

/// The files that a manifest lists, as far as this program writes such.
fn names(manifest: &Earlier) -> impl Iterator<Item = &str> {
    let names = manifest.files.iter().map(|file| file.name.as_str());
    names.filter(|name| is_listed(name))
}

/// Whether a name may stand in the list of a manifest, which does not list itself.
fn is_listed(name: &str) -> bool {
    name != MANIFEST && is_result(name)
}
