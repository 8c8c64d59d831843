//! The folder `.unfinished`, in which files are written before they are put in place. It holds a manifest only when all
//! files are complete: until then they are discarded, from then on they are put in place, by a later process if need be.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::entries::{Entry, MANIFEST, is_result};
use crate::cli::manifest::{Earlier, digits, read_earlier};
use crate::stored::{FileSum, Kind, Reader};

/// Its name, which a process that was killed may leave behind.
pub(super) const UNFINISHED: &str = ".unfinished";
/// A file in it that the process at work holds locked.
const LOCK: &str = "lock";
/// The manifest while it is written.
const PART: &str = "manifest.part";
/// The rows of a study or a search that goes on, or was interrupted: only its end, or a new one, takes them away.
const ROWS: &str = "rows.part";
/// The manifest of the results that are being replaced.
const EARLIER: &str = "earlier.json";

/// The folder of unfinished files, held by this process.
pub(super) struct Staging {
    path: PathBuf,
    /// Held as long as this process writes here.
    lock: File,
}

impl Staging {
    /// Makes the folder in a folder of results and takes its lock. The error names what this program did not write.
    pub(super) fn open(results: &Path) -> io::Result<Self> {
        fs::create_dir_all(results)?;
        let path = results.join(UNFINISHED);
        match Entry::at(&path)? {
            Entry::Absent => make_folder(&path)?,
            Entry::Folder => {}
            other => return Err(strange(UNFINISHED, other)),
        }
        let was_locked = Entry::at(&path.join(LOCK))? != Entry::Absent;
        let lock = hold(&path.join(LOCK))?;
        let staging = Self { path, lock };
        if let Err(strange) = staging.refuse_strangers() {
            // Nothing of this program stays in a folder of others.
            if !was_locked {
                let _ = fs::remove_file(staging.file(LOCK));
            }
            return Err(strange);
        }
        Ok(staging)
    }

    /// Where a file is written.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The list of the files that are complete; `None` while they are not.
    pub(super) fn complete(&self) -> Option<Earlier> {
        read_earlier(&self.file(MANIFEST))
    }

    /// Where the manifest of the results that are being replaced is kept.
    pub(super) fn earlier(&self) -> PathBuf {
        self.file(EARLIER)
    }

    /// Begins a file that must not be there yet.
    pub(super) fn begin(&self, name: &str) -> io::Result<Unfinished> {
        Ok(Unfinished {
            name: name.to_owned(),
            out: BufWriter::new(Summing {
                file: File::create_new(self.file(name))?,
                sum: Sha256::new(),
            }),
        })
    }

    /// Writes a file that must not be there yet, down to the disk.
    pub(super) fn write(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<FileSum> {
        let mut unfinished = self.begin(name)?;
        fill(&mut unfinished)?;
        unfinished.end()
    }

    /// Says that all files are complete.
    pub(super) fn commit(&self, manifest: &str) -> io::Result<()> {
        self.write(PART, |out| out.write_all(manifest.as_bytes()))?;
        fs::rename(self.file(PART), self.file(MANIFEST))?;
        sync_folder(&self.path);
        Ok(())
    }

    /// Where the rows are.
    pub(super) fn rows(&self) -> PathBuf {
        self.file(ROWS)
    }

    /// Removes what this program wrote here, but for the lock and the rows.
    pub(super) fn clear(&self) -> io::Result<()> {
        for name in entries(&self.path)? {
            if is_own(&name) && name != LOCK && name != ROWS {
                fs::remove_file(self.file(&name))?;
            }
        }
        Ok(())
    }

    /// Removes the folder, unless there are rows in it or somebody put something into it.
    pub(super) fn remove(&self) {
        if self.clear().is_ok() {
            let _ = fs::remove_file(self.file(LOCK));
            let _ = fs::remove_dir(&self.path);
            let _ = self.lock.unlock();
        }
    }

    /// Refuses a folder that holds what this program did not write.
    fn refuse_strangers(&self) -> io::Result<()> {
        for name in entries(&self.path)? {
            let entry = Entry::at(&self.file(&name))?;
            if !is_own(&name) || !matches!(entry, Entry::File | Entry::Absent) {
                return Err(strange(&format!("{UNFINISHED}/{name}"), entry));
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn release(&self) {
        self.lock.unlock().expect("it was held");
    }
}

/// The list of complete files that a killed process left in a folder of results; `None` where there is none.
pub(super) fn left_behind(results: &Path) -> Option<Earlier> {
    let path = results.join(UNFINISHED);
    let is_folder = matches!(Entry::at(&path), Ok(Entry::Folder));
    is_folder
        .then(|| read_earlier(&path.join(MANIFEST)))
        .flatten()
}

/// What left rows in a folder of results and is not finished, where there is something: a study or a search.
pub(in crate::cli) fn interrupted(results: &Path) -> Option<Kind> {
    let path = results.join(UNFINISHED).join(ROWS);
    let rows = Entry::is_file(&path).then(|| File::open(&path).map(BufReader::new));
    let reader = rows?.ok().and_then(|rows| Reader::open(rows).ok());
    Some(reader.map_or(Kind::Study, |reader| reader.inputs.kind()))
}

/// Writes what a folder lists down to the disk, where the system can.
pub(super) fn sync_folder(path: &Path) {
    let _ = File::open(path).and_then(|folder| folder.sync_all());
}

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        // Another process was quicker, and holds the lock.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Opens the file of the lock, which is never written to, and takes the lock.
fn hold(path: &Path) -> io::Result<File> {
    let busy = || io::Error::other("another `simulate` is writing to it");
    let lock = match Entry::at(path)? {
        Entry::Absent => File::create_new(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => busy(),
            _ => error,
        })?,
        Entry::File if fs::symlink_metadata(path)?.len() > 0 => {
            return Err(io::Error::other(format!(
                "`{UNFINISHED}/{LOCK}` in it holds a text that this program did not write: move it away"
            )));
        }
        Entry::File => OpenOptions::new().write(true).open(path)?,
        other => return Err(strange(&format!("{UNFINISHED}/{LOCK}"), other)),
    };
    // Where there are no locks, two processes in one folder are the user's to avoid.
    if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) || !Entry::is_file(path) {
        return Err(busy());
    }
    Ok(lock)
}

fn strange(name: &str, entry: Entry) -> io::Error {
    let words = entry.words();
    io::Error::other(format!(
        "`{name}` in it is {words} that this program did not write: move it away"
    ))
}

/// The names in a folder; one that is no text is no name of this program's.
fn entries(path: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(path)?.map(|entry| {
        let name = entry?.file_name();
        Ok(name.to_string_lossy().into_owned())
    });
    names.collect()
}

/// Whether this program writes files under a name here.
fn is_own(name: &str) -> bool {
    matches!(name, LOCK | PART | EARLIER | ROWS) || is_result(name)
}

/// A file that is being written.
pub(super) struct Unfinished {
    name: String,
    out: BufWriter<Summing>,
}

impl Unfinished {
    /// All was written: it goes down to the disk.
    pub(super) fn end(self) -> io::Result<FileSum> {
        let summing = self.out.into_inner();
        let summing = summing.map_err(io::IntoInnerError::into_error)?;
        summing.file.sync_all()?;
        Ok(FileSum {
            name: self.name,
            sha256: digits(summing.sum),
        })
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file whose checksum is taken on the way.
struct Summing {
    file: File,
    sum: Sha256,
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
