//! The folder of results: files are written in a folder of their own beside their places, and put in place when all are
//! complete, so that neither a full disk nor an interruption harms earlier results. In the folder of results no link is
//! followed, and nothing is replaced or removed but plain files under names that this program writes.

mod entries;
mod placing;
mod replaced;
mod rows;
mod staging;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) use self::entries::{BRIEF, PAGE};
use self::entries::{Entry, result_names};
pub(super) use self::entries::{MANIFEST, checksum};
use self::rows::NoResume;
pub(super) use self::rows::{Rows, Share};
pub(super) use self::staging::interrupted;
use self::staging::{Staging, UNFINISHED, left_behind};
use super::guard::{Fill, Guard};
use super::manifest::{read_earlier, with_files};
use crate::error::{Error, Place, Problem};
use crate::printable;
use crate::report::charts::Chart;
use crate::report::{ReportFile, workbook};
use crate::stored::{self, Fault, FileSum, Inputs};
use crate::study_results::StudyResults;

const OTHER_FOLDER: &str = "choose another folder with `--output DIR`";

/// A folder that may be written, with a place for unfinished files in it.
pub(super) struct ResultFolder {
    path: PathBuf,
    staging: Staging,
    /// The rows of its study, where one is simulated.
    rows: Option<Arc<Rows>>,
    /// Folders made for it, innermost first: taken away again if nothing comes of it.
    made: Vec<PathBuf>,
    state: State,
}

/// What is put into a folder.
pub(super) struct Output {
    pub(super) study: Arc<StudyResults>,
    pub(super) files: Vec<&'static ReportFile>,
    pub(super) charts: Arc<Vec<Chart>>,
    /// Writes the stored results.
    pub(super) results: Fill,
    /// Writes the page that tells the results.
    pub(super) page: Fill,
    /// The workbook, where one is wanted.
    pub(super) workbook: Option<Vec<u8>>,
    /// Writes the summary for a pull request, where there is one.
    pub(super) brief: Option<Fill>,
    /// What stands before the list of files in the manifest.
    pub(super) manifest: String,
    /// Files that are written at one time.
    pub(super) at_once: usize,
}

/// What would be left if the process ended now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing new.
    Unfinished,
    /// New results that are complete, but not all in their places.
    Complete,
    /// New results.
    Done,
}

impl ResultFolder {
    /// Makes sure that results can be written: refused if the folder holds something else, unless `force`. Complete
    /// results of a process that was killed are put in place.
    pub(super) fn open(path: PathBuf, scenario: &str, force: bool) -> Result<Self, Error> {
        if let Some(problem) = refusal(&path, scenario, force) {
            return Err(Error::Refused(vec![problem]));
        }
        refuse_obstacles(&path)?;
        let made: Vec<PathBuf> = path
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(PathBuf::from)
            .collect();
        let staging = Staging::open(&path).map_err(|source| {
            remove_empty(&made);
            cannot_write(&path, source)
        })?;
        let mut folder = Self {
            path,
            staging,
            rows: None,
            made,
            state: State::Unfinished,
        };
        if placing::is_whole(&folder.path, &folder.staging) {
            folder.state = State::Complete;
            folder.put_in_place()?;
            folder.state = State::Unfinished;
        }
        let cleared = folder.staging.clear();
        cleared.map_err(|source| cannot_write(&folder.path, source))?;
        Ok(folder)
    }

    /// Begins to keep what the replications of a study or a search leave, or goes on where an interrupted one stopped. Refused
    /// where that had other inputs. Results of a study that are complete are gone on from too, where they have the same inputs.
    pub(super) fn keep_rows(
        &mut self,
        inputs: &Inputs,
        study: &StudyResults,
        resume: bool,
    ) -> Result<Arc<Rows>, Error> {
        let path = self.staging.rows();
        let complete = self.path.join(stored::NAME);
        let is_interrupted = Entry::is_file(&path);
        let is_complete = inputs.search.is_none() && Entry::is_file(&complete);
        if resume && !is_interrupted && is_complete {
            let copied = fs::copy(&complete, &path);
            copied.map_err(|source| cannot_write(&self.path, source))?;
        }
        let resumed = (resume && Entry::is_file(&path)).then(|| Rows::resume(&path, inputs, study));
        let rows = match resumed {
            Some(Ok(rows)) => rows,
            Some(Err(NoResume::Others(others))) if is_interrupted => {
                return Err(other_inputs(&self.path, inputs, &others));
            }
            Some(Err(NoResume::Unreadable(fault @ (Fault::Version(_) | Fault::Rows(_)))))
                if is_interrupted =>
            {
                let message = format!(
                    "the interrupted {} in this folder cannot be continued: {fault}",
                    inputs.kind()
                );
                return Err(not_resumed(&self.path, message));
            }
            Some(Err(NoResume::Unreadable(Fault::Io(source)))) => {
                return Err(cannot_write(&self.path, source));
            }
            // It ended before anything was done.
            Some(Err(NoResume::Others(_) | NoResume::Unreadable(_))) | None => {
                let rows = Rows::create(&path, inputs, study);
                rows.map_err(|source| cannot_write(&self.path, source))?
            }
        };
        let rows = Arc::new(rows);
        self.rows = Some(Arc::clone(&rows));
        Ok(rows)
    }

    /// Writes every file, then puts all in place; a sentence that says where.
    pub(super) fn write(mut self, output: Output, guard: &Guard) -> Result<String, Error> {
        let Output {
            study,
            files,
            charts,
            results,
            page,
            workbook: sheets,
            brief,
            manifest,
            at_once,
        } = output;
        let mut parts: Vec<(&str, Fill)> = vec![(stored::NAME, results)];
        for file in files {
            let study = Arc::clone(&study);
            parts.push((file.name, Box::new(move |out| (file.write)(&study, out))));
        }
        parts.push((PAGE, page));
        parts.extend(brief.map(|brief| (BRIEF, brief)));
        let mut sums = self.write_each(parts, at_once, guard)?;
        self.write_charts(&charts, &mut sums)?;
        if let Some(bytes) = sheets {
            sums.push(self.write_file(workbook::NAME, |out| out.write_all(&bytes))?);
        }
        guard.outcome()?;
        self.put(&sums, &manifest)
    }

    /// Writes files, some at one time.
    fn write_each(
        &self,
        parts: Vec<(&str, Fill)>,
        at_once: usize,
        guard: &Guard,
    ) -> Result<Vec<FileSum>, Error> {
        let cannot = |name: &str, why| cannot_write_file(&self.path.join(name), why);
        let (names, fills): (Vec<&str>, Vec<Fill>) = parts.into_iter().unzip();
        let begun = names.iter().map(|name| {
            let begun = self.staging.begin(name);
            begun.map_err(|why| cannot(name, why))
        });
        let mut outs = begun.collect::<Result<Vec<_>, Error>>()?;
        let written = guard.write(fills, at_once, &mut outs);
        guard.outcome()?;
        written.map_err(|(position, why)| cannot(names[position], why))?;
        let ended = outs.into_iter().zip(&names).map(|(out, name)| {
            let ended = out.end();
            ended.map_err(|why| cannot(name, why))
        });
        ended.collect()
    }

    /// Writes tables, charts and their manifest, then puts all in place; a sentence that says where.
    pub(super) fn write_few(
        mut self,
        tables: &[(&str, impl AsRef<[u8]>)],
        charts: &[Chart],
        manifest: &str,
    ) -> Result<String, Error> {
        let mut sums = Vec::new();
        for (name, table) in tables {
            sums.push(self.write_file(name, |out| out.write_all(table.as_ref()))?);
        }
        self.write_charts(charts, &mut sums)?;
        self.put(&sums, manifest)
    }

    /// Writes charts; the checksums of their files.
    fn write_charts(&self, charts: &[Chart], sums: &mut Vec<FileSum>) -> Result<(), Error> {
        for chart in charts {
            sums.push(self.write_file(&format!("{}.svg", chart.name), |out| {
                out.write_all(chart.svg.as_bytes())
            })?);
            sums.push(self.write_file(&format!("{}.png", chart.name), |out| {
                out.write_all(&chart.png)
            })?);
        }
        Ok(())
    }

    /// Puts the files that were written in place; a sentence that says where.
    fn put(&mut self, sums: &[FileSum], manifest: &str) -> Result<String, Error> {
        let count = sums.len() + 1;
        let changed = self.finish(&with_files(manifest, sums))?;
        let shown = |path: &Path| printable::line(&path.display().to_string()).into_owned();
        let written = format!("{count} files in {}", shown(&self.path));
        let stays = changed.iter().map(|name| {
            let place = shown(&self.path.join(name));
            format!("`{place}` is of earlier results, but has changed since: it stays")
        });
        let lines: Vec<String> = std::iter::once(written).chain(stays).collect();
        Ok(lines.join("\n"))
    }

    /// Puts the files that were written in place; the names of files of earlier results that stay.
    fn finish(&mut self, manifest: &str) -> Result<Vec<String>, Error> {
        refuse_obstacles(&self.path)?;
        let committed = self.staging.commit(manifest);
        committed.map_err(|source| cannot_write_file(&self.path.join(MANIFEST), source))?;
        self.state = State::Complete;
        let changed = self.put_in_place()?;
        self.state = State::Done;
        Ok(changed)
    }

    fn write_file(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<FileSum, Error> {
        let written = self.staging.write(name, fill);
        written.map_err(|source| cannot_write_file(&self.path.join(name), source))
    }

    /// Puts complete files in place, if there are some.
    fn put_in_place(&self) -> Result<Vec<String>, Error> {
        let placed = placing::put_in_place(&self.path, &self.staging);
        let plan = placed.map_err(|(name, source)| Error::Io {
            action: format!("cannot replace `{}`", self.path.join(name).display()),
            source,
            help: format!(
                "new results are complete in `{}`, and the next `simulate` into this folder puts them in place; \
                 until then a folder without `{MANIFEST}` holds a part of them",
                self.path.join(UNFINISHED).display()
            ),
        })?;
        Ok(plan.changed)
    }
}

/// Leaves no unfinished file behind, and no empty folder that was made for nothing.
impl Drop for ResultFolder {
    fn drop(&mut self) {
        if let Some(rows) = &self.rows {
            rows.close();
            if self.state == State::Done || rows.count() == 0 {
                let _ = fs::remove_file(rows.path());
            }
        }
        if self.state != State::Complete {
            self.staging.remove();
        }
        if self.state == State::Unfinished {
            remove_empty(&self.made);
        }
    }
}

/// Removes those of some folders that are empty, as far as that is possible.
fn remove_empty(folders: &[PathBuf]) {
    for folder in folders {
        let _ = fs::remove_dir(folder);
    }
}

fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::Io {
        action: format!("cannot write to the folder `{}`", path.display()),
        source,
        help: OTHER_FOLDER.to_owned(),
    }
}

fn cannot_write_file(path: &Path, source: io::Error) -> Error {
    Error::Io {
        action: format!("cannot write `{}`", path.display()),
        source,
        help: format!("earlier results are as they were; free some space, or {OTHER_FOLDER}"),
    }
}

/// Refuses a folder in which something other than a file has the name of a file of results.
fn refuse_obstacles(path: &Path) -> Result<(), Error> {
    for name in result_names() {
        let place = path.join(&name);
        match Entry::at(&place) {
            Ok(Entry::Absent | Entry::File) | Err(_) => {}
            Ok(other) => {
                return Err(Error::Io {
                    action: format!("cannot replace `{}`", place.display()),
                    source: io::Error::other(format!("it is {}", other.words())),
                    help: format!("move it away, or {OTHER_FOLDER}"),
                });
            }
        }
    }
    Ok(())
}

/// Refuses to go on with what has other inputs.
fn other_inputs(path: &Path, own: &Inputs, others: &Inputs) -> Error {
    let (kind, differences) = (others.kind(), own.differences(others).join("; "));
    let message = format!("the interrupted {kind} in this folder has other inputs ({differences})");
    not_resumed(path, message)
}

/// Why an interrupted study cannot be continued.
fn not_resumed(path: &Path, message: String) -> Error {
    let help = format!("simulate again without `--resume`, which discards it, or {OTHER_FOLDER}");
    Error::refused(Place::File(path.to_owned()), message, help)
}

/// Why results of a scenario may not be written to a folder: what else it holds, unless `force`.
pub(super) fn refusal(path: &Path, scenario: &str, force: bool) -> Option<Problem> {
    let is_file = !path.is_dir() && path.exists();
    if force && !is_file {
        return None;
    }
    let earlier = read_earlier(&path.join(MANIFEST)).or_else(|| left_behind(path));
    let message = match earlier {
        _ if is_file => "this is a file, not a folder".to_owned(),
        Some(earlier) if earlier.scenario == scenario => return None,
        Some(earlier) => format!(
            "the folder holds results of another scenario, `{}`",
            earlier.scenario
        ),
        None => {
            let mut entries = fs::read_dir(path).ok()?.flatten();
            entries.find(|entry| entry.file_name() != UNFINISHED)?;
            "the folder holds something other than results of a scenario".to_owned()
        }
    };
    let help = if is_file {
        OTHER_FOLDER.to_owned()
    } else {
        format!("{OTHER_FOLDER}, or write into this one with `--force`")
    };
    Some(Problem {
        place: Place::File(path.to_owned()),
        key: None,
        message,
        help: Some(help),
    })
}
