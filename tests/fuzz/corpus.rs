//! What is mutated: the shipped scenarios, the examples of the pages, and the files beside this one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use autoscale_simulator::engine::streams::Stream;
use rand::RngExt as _;

/// A name and the bytes of a file.
type File = (String, Vec<u8>);

/// The scenario that reads each of the data files of the corpus.
const READER: &str = "training.toml";

pub(crate) struct Corpus {
    scenarios: Vec<File>,
    tables: Vec<File>,
    settings: Vec<String>,
    /// Words of all scenarios, each once.
    words: Vec<String>,
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of that ending in a folder, in alphabetical order.
fn files(folder: &Path, ending: &str) -> Vec<File> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let bytes = fs::read(&path).expect("a file");
        (name.expect("a name in UTF-8").to_owned(), bytes)
    };
    paths.into_iter().map(read).collect()
}

/// The scenarios in the pages.
fn examples() -> Vec<File> {
    let page = include_str!("../../docs/scenario-format.md");
    let blocks = page.split("```toml\n").skip(1);
    let texts = blocks.filter_map(|block| block.split("```").next());
    let named = texts.enumerate().map(|(position, text)| {
        let name = format!("example {position}");
        (name, text.as_bytes().to_vec())
    });
    named.collect()
}

impl Corpus {
    pub(crate) fn read() -> Self {
        let own = repository().join("tests/fuzz/corpus");
        let shipped = repository().join("scenarios");
        let mut scenarios = files(&own, "toml");
        scenarios.extend(files(&shipped, "toml"));
        scenarios.extend(files(&shipped.join("targets"), "toml"));
        scenarios.extend(examples());
        let tables = files(&own, "csv").into_iter().chain(files(&shipped, "csv"));
        let settings = fs::read_to_string(own.join("settings.txt")).expect("the settings");
        let mut words = BTreeSet::new();
        for (_, bytes) in &scenarios {
            let text = String::from_utf8_lossy(bytes);
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '/');
            let found = text.split(|c| !is_part(c)).filter(|word| !word.is_empty());
            words.extend(found.map(str::to_owned));
        }
        Self {
            tables: tables.collect(),
            settings: settings.lines().map(str::to_owned).collect(),
            words: words.into_iter().collect(),
            scenarios,
        }
    }

    pub(crate) fn scenarios(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let all = self.scenarios.iter();
        all.map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    pub(crate) fn scenario(&self, stream: &mut Stream) -> &[u8] {
        &pick(&self.scenarios, stream).1
    }

    /// The scenario that reads each of the tables of the corpus.
    pub(crate) fn reader_of_tables(&self) -> &[u8] {
        let found = self.scenarios.iter().find(|(name, _)| name == READER);
        &found.expect("it is in the corpus").1
    }

    /// One of the tables that it reads, with its name.
    pub(crate) fn table(&self, stream: &mut Stream) -> (&str, &[u8]) {
        let text = String::from_utf8_lossy(self.reader_of_tables());
        let read: Vec<&File> = self
            .tables
            .iter()
            .filter(|(name, _)| text.contains(&format!("\"{name}\"")))
            .collect();
        let (name, bytes) = pick(&read, stream);
        (name, bytes)
    }

    pub(crate) fn setting(&self, stream: &mut Stream) -> &str {
        pick(&self.settings, stream).as_str()
    }

    pub(crate) fn word(&self, stream: &mut Stream) -> &str {
        pick(&self.words, stream).as_str()
    }

    /// Puts every table into a folder.
    pub(crate) fn restore_all(&self, folder: &Path) {
        for (name, bytes) in &self.tables {
            fs::write(folder.join(name), bytes).expect("a file");
        }
    }

    /// Puts one table into a folder as it was.
    pub(crate) fn restore(&self, name: &str, folder: &Path) {
        let found = self.tables.iter().find(|(known, _)| known == name);
        fs::write(folder.join(name), &found.expect("a table").1).expect("a file");
    }
}

/// One of them.
pub(crate) fn pick<'a, T>(all: &'a [T], stream: &mut Stream) -> &'a T {
    &all[stream.random_range(0..all.len())]
}
