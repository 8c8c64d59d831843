//! The folder of results: files are written under temporary names in a folder of their own beside their places and renamed
//! when all are complete, so that neither a full disk nor an interruption harms earlier results.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};

use super::manifest::{Earlier, FileSum, Manifest, read_earlier};
use crate::error::{Error, Place, Problem};
use crate::report::FILES;
use crate::report::charts::Chart;
use crate::study_results::StudyResults;

const MANIFEST: &str = "manifest.json";

/// A folder that may be written, with a place for unfinished files in it.
pub(super) struct ResultFolder {
    path: PathBuf,
    unfinished: PathBuf,
    /// Folders made for it, innermost first: taken away again if nothing comes of it.
    made: Vec<PathBuf>,
    earlier: Vec<String>,
    done: bool,
}

impl ResultFolder {
    /// Makes sure that results can be written: refused if the folder holds something else, unless `force`.
    pub(super) fn open(path: PathBuf, scenario: &str, force: bool) -> Result<Self, Error> {
        let earlier = read_earlier(&path.join(MANIFEST));
        if !force && let Some(problem) = foreign(&path, scenario, earlier.as_ref()) {
            return Err(Error::Refused(vec![problem]));
        }
        let made: Vec<PathBuf> = path
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(PathBuf::from)
            .collect();
        let unfinished = path.join(format!(".unfinished-{}", std::process::id()));
        let earlier = earlier.map_or_else(Vec::new, |earlier| {
            earlier.files.into_iter().map(|file| file.name).collect()
        });
        let folder = Self {
            unfinished,
            made,
            earlier,
            done: false,
            path,
        };
        fs::create_dir_all(&folder.unfinished).map_err(|source| Error::Io {
            action: format!(
                "cannot write to the folder `{}`: choose another with `--output DIR`",
                folder.path.display()
            ),
            source,
        })?;
        Ok(folder)
    }

    /// Writes every file, then puts all in place; a sentence that says where.
    pub(super) fn write(
        mut self,
        study: &StudyResults,
        records: bool,
        charts: &[Chart],
        manifest: Manifest,
        stop: &AtomicBool,
    ) -> Result<String, Error> {
        let mut sums = Vec::new();
        for file in FILES.iter().filter(|file| records || !file.needs_records) {
            sums.push(self.write_file(file.name, |out| (file.write)(study, out))?);
            if stop.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
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
            action: format!(
                "cannot write `{}`: earlier results are as they were; free some space or choose another folder with `--output DIR`",
                self.path.join(name).display()
            ),
            source,
        })
    }

    /// Renames the finished files and removes those of earlier results that were not made again; the manifest comes last.
    fn put_in_place(&self, names: &[String]) -> Result<(), Error> {
        for name in names {
            let place = self.path.join(name);
            fs::rename(self.unfinished.join(name), &place).map_err(|source| Error::Io {
                action: format!("cannot replace `{}`", place.display()),
                source,
            })?;
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
            for folder in &self.made {
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

/// Whether a name from an earlier manifest is that of a file in the folder itself.
fn is_plain(name: &str) -> bool {
    Path::new(name)
        .file_name()
        .is_some_and(|plain| plain == name)
}

/// What else the folder holds than earlier results of this scenario.
fn foreign(path: &Path, scenario: &str, earlier: Option<&Earlier>) -> Option<Problem> {
    let message = match earlier {
        Some(earlier) if earlier.scenario == scenario => return None,
        Some(earlier) => format!(
            "the folder holds results of another scenario, `{}`",
            earlier.scenario
        ),
        None if !path.is_dir() && path.exists() => "this is a file, not a folder".to_owned(),
        None => {
            let entry = fs::read_dir(path).ok()?.next();
            entry.is_some().then_some(())?;
            "the folder holds something other than results of a scenario".to_owned()
        }
    };
    Some(Problem {
        place: Place::File(path.to_owned()),
        key: None,
        message,
        help: Some(
            "choose another folder with `--output DIR`, or write into this one with `--force`"
                .to_owned(),
        ),
    })
}
