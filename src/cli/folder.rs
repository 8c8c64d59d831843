//! The folder of results: files are written under temporary names in a folder of their own beside their places and renamed
//! when all are complete, so that neither a full disk nor an interruption harms earlier results.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::guard::Guard;
use super::manifest::{FileSum, Manifest, read_earlier};
use crate::error::{Error, Place, Problem};
use crate::report::ReportFile;
use crate::report::charts::Chart;
use crate::study_results::StudyResults;

const MANIFEST: &str = "manifest.json";
/// The folder of unfinished files, which a process that was killed may leave behind.
const UNFINISHED: &str = ".unfinished";
/// A file in it that the process at work holds locked.
const LOCK: &str = "lock";
const OTHER_FOLDER: &str = "choose another folder with `--output DIR`";

/// A folder that may be written, with a place for unfinished files in it.
pub(super) struct ResultFolder {
    path: PathBuf,
    unfinished: PathBuf,
    /// Held as long as this process writes here.
    _lock: File,
    /// Folders made for it, innermost first: taken away again if nothing comes of it.
    made: Vec<PathBuf>,
    earlier: Vec<String>,
    done: bool,
}

impl ResultFolder {
    /// Makes sure that results can be written: refused if the folder holds something else, unless `force`.
    pub(super) fn open(path: PathBuf, scenario: &str, force: bool) -> Result<Self, Error> {
        if let Some(problem) = refusal(&path, scenario, force) {
            return Err(Error::Refused(vec![problem]));
        }
        let made: Vec<PathBuf> = path
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(PathBuf::from)
            .collect();
        let unfinished = path.join(UNFINISHED);
        let lock = hold(&unfinished).map_err(|source| {
            remove_empty(&made);
            Error::Io {
                action: format!("cannot write to the folder `{}`", path.display()),
                source,
                help: OTHER_FOLDER.to_owned(),
            }
        })?;
        let earlier = read_earlier(&path.join(MANIFEST));
        let earlier = earlier.map_or_else(Vec::new, |earlier| {
            earlier.files.into_iter().map(|file| file.name).collect()
        });
        Ok(Self {
            unfinished,
            _lock: lock,
            made,
            earlier,
            done: false,
            path,
        })
    }

    /// Writes every file, then puts all in place; a sentence that says where.
    pub(super) fn write(
        mut self,
        study: &Arc<StudyResults>,
        files: &[&'static ReportFile],
        charts: &[Chart],
        manifest: Manifest,
        guard: &Guard,
    ) -> Result<String, Error> {
        let mut sums = Vec::new();
        for &file in files {
            let written = self.write_file(file.name, |out| {
                let study = Arc::clone(study);
                guard.write(move |out| (file.write)(&study, out), out)
            });
            guard.outcome()?;
            sums.push(written?);
        }
        for chart in charts {
            sums.push(self.write_file(&format!("{}.svg", chart.name), |out| {
                out.write_all(chart.svg.as_bytes())
            })?);
            sums.push(self.write_file(&format!("{}.png", chart.name), |out| {
                out.write_all(&chart.png)
            })?);
        }
        let mut names: Vec<String> = sums.iter().map(|sum| sum.name.clone()).collect();
        let json = manifest.into_json(sums);
        self.write_file(MANIFEST, |out| out.write_all(json.as_bytes()))?;
        guard.outcome()?;
        names.push(MANIFEST.to_owned());
        self.put_in_place(&names)?;
        self.done = true;
        Ok(format!("{} files in {}", names.len(), self.path.display()))
    }

    fn write_file(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<FileSum, Error> {
        let path = self.unfinished.join(name);
        let write = || -> io::Result<FileSum> {
            let mut out = BufWriter::new(Summing::new(File::create(&path)?));
            fill(&mut out)?;
            let summing = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            summing.file.sync_all()?;
            Ok(FileSum::new(name.to_owned(), summing.sum))
        };
        write().map_err(|source| Error::Io {
            action: format!("cannot write `{}`", self.path.join(name).display()),
            source,
            help: format!("earlier results are as they were; free some space, or {OTHER_FOLDER}"),
        })
    }

    /// Renames the finished files and removes those of earlier results that were not made again; the manifest comes last.
    fn put_in_place(&self, names: &[String]) -> Result<(), Error> {
        let failed = |name: &String, source: io::Error| Error::Io {
            action: format!("cannot replace `{}`", self.path.join(name).display()),
            source,
            help: format!("move it away, or {OTHER_FOLDER}"),
        };
        if let Some(name) = names.iter().find(|name| self.path.join(name).is_dir()) {
            return Err(failed(name, io::ErrorKind::IsADirectory.into()));
        }
        for name in names {
            fs::rename(self.unfinished.join(name), self.path.join(name))
                .map_err(|source| failed(name, source))?;
        }
        for name in self
            .earlier
            .iter()
            .filter(|name| !names.contains(name) && is_plain(name))
        {
            // A file that is gone already is as good as removed.
            let _ = fs::remove_file(self.path.join(name));
        }
        Ok(())
    }
}

/// A file whose checksum is taken on the way.
struct Summing {
    file: File,
    sum: Sha256,
}

impl Summing {
    fn new(file: File) -> Self {
        Self {
            file,
            sum: Sha256::new(),
        }
    }
}

impl Write for Summing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Leaves no unfinished file behind, and no empty folder that was made for nothing.
impl Drop for ResultFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.unfinished);
        if !self.done {
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

/// Makes the folder of unfinished files, takes its lock, and clears away what a killed process left there.
fn hold(unfinished: &Path) -> io::Result<File> {
    fs::create_dir_all(unfinished)?;
    let path = unfinished.join(LOCK);
    let lock = File::create(&path)?;
    // Where there are no locks, two processes at once are the user's to avoid.
    if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) || !path.exists() {
        return Err(io::Error::other("another `simulate` is writing to it"));
    }
    for entry in fs::read_dir(unfinished)? {
        let entry = entry?;
        if entry.file_name() != LOCK {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(lock)
}

/// Whether a name from an earlier manifest is that of a file in the folder itself.
fn is_plain(name: &str) -> bool {
    Path::new(name)
        .file_name()
        .is_some_and(|plain| plain == name)
}

/// Why results of a scenario may not be written to a folder: what else it holds, unless `force`.
pub(super) fn refusal(path: &Path, scenario: &str, force: bool) -> Option<Problem> {
    let is_file = !path.is_dir() && path.exists();
    if force && !is_file {
        return None;
    }
    let message = match read_earlier(&path.join(MANIFEST)) {
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
