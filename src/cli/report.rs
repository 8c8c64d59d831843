//! `simulate report`: tables, charts and text of results that are stored, without simulating.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::folder::{BRIEF, MANIFEST, ResultFolder, checksum, interrupted};
use super::guard::{Fill, Guard};
use super::manifest::{before_files, read_earlier};
use super::outcome::Outcome;
use super::rendered::{Rendered, Wanted};
use super::report_args::ReportArgs;
use super::screen::Screen;
use super::{INTERRUPTED, started};
use crate::error::{Error, Place};
use crate::report::{SUMMARY, break_even, search, sensitivity, warm_up, workbook};
use crate::stored::{self, FileSum, Inputs, Kind};
use crate::study_results::StudyResults;

/// Does what the arguments say.
pub(super) fn run(args: &ReportArgs) -> Result<Outcome, Error> {
    let screen = Screen::new(args.common.quiet);
    if args.table.helps()? {
        return Ok(Outcome::Done);
    }
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let threads = Arc::new(started(args.common.threads, &screen)?);
    guard.share(threads.use_caller());
    let (before, (inputs, study)) = stored_study(&args.folder, &guard)?;
    let place = args.folder.join(stored::NAME);
    let output = args.output.as_ref().unwrap_or(&args.folder);
    let folder = ResultFolder::open(output.clone(), &study.scenario, args.force)?;
    // What is there is made again, also where nobody asks for it.
    let earlier = read_earlier(&output.join(MANIFEST));
    let has = |name: &str| {
        let mut files = earlier.iter().flat_map(|earlier| &earlier.files);
        files.any(|file| file.name == name)
    };
    let wanted = Wanted {
        view: args.table.view(),
        xlsx: args.xlsx || has(workbook::NAME),
        brief: args.report.is_some() || has(BRIEF),
    };
    let rendered = Rendered::new(
        (Arc::new(study), wanted),
        (&inputs, before),
        &threads,
        &guard,
    )?;
    let results: Fill = Box::new(move |out| io::copy(&mut File::open(place)?, out).map(|_| ()));
    rendered.put(folder, results, "", (&guard, &screen))
}

/// What stands before the list of files in the manifest of a folder of results, with its study.
pub(super) fn stored_study(
    folder: &Path,
    guard: &Guard,
) -> Result<(String, (Inputs, StudyResults)), Error> {
    let (place, reading) = (folder.to_owned(), folder.join(stored::NAME));
    let before = guard.run(move || manifest(&place))??;
    Ok((before, guard.run(move || read(&reading))??))
}

/// Why a folder with the tables of another command has nothing to report, where it is one.
fn of_another(folder: &Path, files: &[FileSum]) -> Option<Error> {
    let has = |wanted: &str| files.iter().any(|file| file.name == wanted);
    if has(search::NAME) {
        return Some(of_search(folder));
    }
    let [tornado, ..] = sensitivity::NAMES;
    let all = [
        (break_even::NAME, "break-even"),
        (tornado, "sensitivity"),
        (warm_up::NAME, "warm-up"),
    ];
    let (made, by) = all
        .into_iter()
        .find(|(name, _)| has(name) && !has(SUMMARY.name))?;
    Some(refused(
        folder,
        format!(
            "it has the tables of `simulate {by}` (`{made}`), which keeps no results of a study"
        ),
        "read these tables, or simulate the scenario with `simulate FILE` and name the folder of that",
    ))
}

/// Why the folder of a search has nothing to report.
fn of_search(folder: &Path) -> Error {
    refused(
        folder,
        format!(
            "it has the points of `simulate optimize` (`{}`), which keeps no results of theirs",
            search::NAME
        ),
        "simulate the best point by the command that `simulate optimize` printed last, and name the folder of that",
    )
}

/// What stands before the list of files in the manifest of a folder, which lists the stored results as they are.
fn manifest(folder: &Path) -> Result<String, Error> {
    let path = folder.join(MANIFEST);
    let Some(earlier) = read_earlier(&path) else {
        return Err(no_results(folder));
    };
    let mut files = earlier.files.iter();
    let stored = files.find(|file| file.name == stored::NAME);
    let Some(stored) = stored else {
        if let Some(other) = of_another(folder, &earlier.files) {
            return Err(other);
        }
        return Err(refused(
            folder,
            format!(
                "its results were made by a version of `simulate` that left no `{}`",
                stored::NAME
            ),
            "simulate the scenario again",
        ));
    };
    match checksum(&folder.join(stored::NAME)) {
        None => Err(refused(
            folder,
            format!("there is no `{}` in it", stored::NAME),
            "simulate the scenario again",
        )),
        Some(sum) if sum == stored.sha256 => {
            let text = std::fs::read_to_string(&path).map_err(cannot_read(&path))?;
            let before = before_files(&text).map(str::to_owned);
            before.ok_or_else(|| {
                let message = format!("its `{MANIFEST}` is not as `simulate` wrote it");
                refused(
                    folder,
                    message,
                    "restore it, or simulate the scenario again",
                )
            })
        }
        Some(_) => {
            // What is torn is told as such.
            read(&folder.join(stored::NAME))?;
            Err(refused(
                folder,
                format!("its `{}` is not the one of its `{MANIFEST}`", stored::NAME),
                "the files are of different studies: take them from one, or simulate the scenario again",
            ))
        }
    }
}

/// Why there are no results in a folder.
fn no_results(folder: &Path) -> Error {
    const WRITE: &str = "write the folder of a study, such as `output/burst`";
    let (message, help) = if !folder.exists() {
        ("there is no such folder", WRITE)
    } else if !folder.is_dir() {
        ("this is a file, not a folder of results", WRITE)
    } else {
        match interrupted(folder) {
            Some(Kind::Study) => (
                "the study in it is not finished",
                "`simulate FILE --resume` goes on with it",
            ),
            Some(Kind::Search) => (
                "the search in it is not finished",
                "`simulate optimize FILE --resume` goes on with it",
            ),
            None => ("there are no results of `simulate` in it", WRITE),
        }
    };
    refused(folder, message, help)
}

/// The study in a file.
fn read(path: &Path) -> Result<(Inputs, StudyResults), Error> {
    let file = File::open(path).map_err(cannot_read(path))?;
    let help = "simulate the scenario again, or read it with the version that wrote it";
    stored::study(file).map_err(|fault| refused(path, fault.to_string(), help))
}

pub(super) fn cannot_read(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let action = format!("cannot read `{}`", path.display());
    |source| Error::Io {
        action,
        source,
        help: "check the file and its permissions".to_owned(),
    }
}

fn refused(path: &Path, message: impl Into<String>, help: &str) -> Error {
    Error::refused(Place::File(path.to_owned()), message, help)
}
