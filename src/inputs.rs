//! Where input files come from: the disk, or memory. The only module below the command line that opens a file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Anything else that can be opened, such as a pipe.
    Other,
}

/// Files that can be read by their paths.
pub trait Inputs {
    /// What is at a path; `None` where nothing is.
    fn entry(&self, path: &Path) -> Option<Entry>;

    /// All bytes at a path.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// All bytes at a path; `None` where there are more than `most`.
    fn read_at_most(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        let bytes = self.read(path)?;
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }

    /// The names in a folder, in any order; none where it cannot be read. An empty path is the current folder.
    fn names(&self, folder: &Path) -> Vec<OsString>;
}

/// The files of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Inputs for Disk {
    fn entry(&self, path: &Path) -> Option<Entry> {
        let metadata = fs::metadata(path).ok()?;
        Some(match (metadata.is_file(), metadata.is_dir()) {
            (true, _) => Entry::File,
            (_, true) => Entry::Folder,
            _ => Entry::Other,
        })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    /// Reads no more than it has to: a device never ends.
    fn read_at_most(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let file = File::open(path)?;
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }

    fn names(&self, folder: &Path) -> Vec<OsString> {
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let entries = fs::read_dir(here).into_iter().flatten();
        entries
            .filter_map(|entry| Some(entry.ok()?.file_name()))
            .collect()
    }
}

/// Files in memory, by name. A folder is there where a name begins with it; `.` and `..` mean what they mean on a disk.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl<P: AsRef<Path>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let files = files.into_iter();
        Self {
            files: files
                .map(|(path, bytes)| (plain(path.as_ref()), bytes.into()))
                .collect(),
        }
    }
}

impl Inputs for Memory {
    fn entry(&self, path: &Path) -> Option<Entry> {
        let path = plain(path);
        if self.files.contains_key(&path) {
            return Some(Entry::File);
        }
        let mut names = self.files.keys();
        names
            .any(|name| name.starts_with(&path))
            .then_some(Entry::Folder)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = self.files.get(&plain(path));
        bytes
            .cloned()
            .ok_or_else(|| io::Error::from(ErrorKind::NotFound))
    }

    fn names(&self, folder: &Path) -> Vec<OsString> {
        let folder = plain(folder);
        let below = self
            .files
            .keys()
            .filter_map(|name| name.strip_prefix(&folder).ok());
        let mut names: Vec<OsString> = below
            .filter_map(|name| Some(name.components().next()?.as_os_str().to_owned()))
            .collect();
        names.dedup();
        names
    }
}

/// A path without `.` and `..`, as far as those follow a folder.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            _ => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 3] = ["b/c.csv", "b/c/d.csv", "a.toml"];

    /// What is at a path, its bytes, and the names in it.
    type Seen = (Option<Entry>, Option<Vec<u8>>, Vec<OsString>);

    /// What is seen at some paths below a folder.
    fn seen(inputs: &dyn Inputs, root: &Path) -> Vec<Seen> {
        let paths = [
            "",
            "a.toml",
            "b",
            "b/c",
            "b/./c.csv",
            "b/../a.toml",
            "b/c/../../b/c/d.csv",
            "x",
            "b/x",
            "a",
        ];
        let of = |path: &str| {
            let path = root.join(path);
            let mut names = inputs.names(&path);
            names.sort_unstable();
            (inputs.entry(&path), inputs.read(&path).ok(), names)
        };
        paths.map(of).to_vec()
    }

    #[test]
    fn memory_answers_as_a_disk_does() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in FILES {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, name).expect("a file");
        }
        let memory: Memory = FILES.map(|name| (name, name)).into_iter().collect();
        let of_memory = seen(&memory, Path::new(""));
        assert_eq!(of_memory, seen(&Disk, folder.path()));
        assert_eq!(of_memory[0].2, ["a.toml", "b"]);
        assert_eq!(of_memory[6].1.as_deref(), Some(b"b/c/d.csv".as_slice()));
    }

    #[test]
    fn more_than_wanted_is_not_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x");
        fs::write(&path, "four").expect("a file");
        let memory: Memory = [(&path, "four")].into_iter().collect();
        for inputs in [&Disk as &dyn Inputs, &memory] {
            let read = |most| inputs.read_at_most(&path, most).expect("it is there");
            assert_eq!(read(4).as_deref(), Some(b"four".as_slice()));
            assert_eq!(read(3), None);
            assert!(inputs.read_at_most(Path::new("no/such"), 4).is_err());
        }
    }
}
