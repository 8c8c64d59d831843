//! What stands under a name in a folder, never following links, and which names are those of results.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::cli::manifest::digits;
use crate::report::pictures::PICTURES;
use crate::report::{FILES, FOCUS, SUMMARY, break_even, search, sensitivity, warm_up, workbook};
use crate::stored;

/// How the results were made; the last file that is put in place, and the first that is taken away.
pub(in crate::cli) const MANIFEST: &str = "manifest.json";

/// The page that tells the results.
pub(in crate::cli) const PAGE: &str = "report.html";

/// The summary for a pull request.
pub(in crate::cli) const BRIEF: &str = "report.md";

/// Bytes that are hashed in one go.
const BLOCK: usize = 1 << 16;

/// What stands under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nothing.
    Absent,
    /// A file, which may have other names too.
    File,
    /// A folder.
    Folder,
    /// A link, to whatever.
    Link,
    /// A pipe, a socket or a device.
    Special,
}

impl Entry {
    /// What stands at a path; a link is a link.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let kind = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Absent),
            Err(error) => return Err(error),
        };
        Ok(if kind.is_symlink() {
            Self::Link
        } else if kind.is_dir() {
            Self::Folder
        } else if kind.is_file() {
            Self::File
        } else {
            Self::Special
        })
    }

    /// Whether a plain file stands there; nothing else is read, replaced or deleted.
    pub(super) fn is_file(path: &Path) -> bool {
        matches!(Self::at(path), Ok(Self::File))
    }

    /// In words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Absent => "nothing",
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Link => "a link",
            Self::Special => "a pipe, socket or device",
        }
    }
}

/// Every name that a file of results can have.
pub(super) fn result_names() -> impl Iterator<Item = String> {
    let tables = FILES.iter().chain([SUMMARY, FOCUS]);
    let tables = tables.map(|file| file.name.to_owned());
    let charts = PICTURES.iter().map(|picture| picture.name);
    let charts = charts.chain([
        break_even::CHART,
        sensitivity::CHART,
        search::CHART,
        search::OF_KEYS,
        warm_up::CHART,
    ]);
    let charts = charts.flat_map(|name| [format!("{name}.svg"), format!("{name}.png")]);
    let others = [
        stored::NAME,
        PAGE,
        BRIEF,
        workbook::NAME,
        search::NAME,
        break_even::NAME,
        warm_up::NAME,
        MANIFEST,
    ];
    let others = others.into_iter().chain(sensitivity::NAMES);
    let others = others.map(str::to_owned);
    tables.chain(charts).chain(others)
}

/// Whether this program writes results under a name.
pub(super) fn is_result(name: &str) -> bool {
    result_names().any(|known| known == name)
}

/// The checksum of a plain file; `None` where there is none, or where it cannot be read.
pub(in crate::cli) fn checksum(path: &Path) -> Option<String> {
    if !Entry::is_file(path) {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut sum = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block).ok()? {
            0 => return Some(digits(sum)),
            length => sum.update(&block[..length]),
        }
    }
}
