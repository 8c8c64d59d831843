//! Keys of the top level that belong to the file.

use std::path::Path;

use crate::error::{Error, Place};
use crate::precision::Precision;
use crate::printable::{is_formula, is_hidden};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Sink};
use crate::scenario::document::tree::Node;
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::{count, integer, text};

use super::precision::precision;

/// Replications at most.
pub const MAX_REPLICATIONS: u32 = 1_000_000;

/// Keys of the top level that belong to the file.
pub(in crate::scenario) struct Header {
    pub(in crate::scenario) name: String,
    pub(in crate::scenario) description: Option<String>,
    pub(in crate::scenario) seed: u64,
    pub(in crate::scenario) replications: u32,
    pub(in crate::scenario) precision: Option<Precision>,
    pub(in crate::scenario) baseline: Option<String>,
}

/// Keys that the variants of a study share.
const OF_STUDY: [&str; 5] = ["seed", "replications", "precision", "currency", "baseline"];

/// Refuses values of a variant for keys of the whole study.
pub(in crate::scenario) fn refuse_of_study(values: &[(&str, &str)]) -> Result<(), Error> {
    let of_study = values.iter().find(|(key, _)| OF_STUDY.contains(key));
    of_study.map_or(Ok(()), |(key, value)| {
        let message = format!("`{key}` is of the whole study: no variant has its own");
        let help = "a variant takes keys of its targets and its work";
        Err(Error::refused(
            Place::Flag(format!("{key}={value}")),
            message,
            help,
        ))
    })
}

/// Reads them.
pub(in crate::scenario) fn header(sink: &Sink, root: &Node) -> Read<Header> {
    let cursor = Cursor::root(sink, root);
    let name = cursor.read("name", text);
    let description = cursor.read("description", text);
    let seed = cursor.read_or("seed", 1, integer(0..=i64::MAX));
    let replications = cursor.usual("replications", assumed(30, ""), count(1, MAX_REPLICATIONS));
    let baseline = cursor.read("baseline", text);
    let name = match name? {
        Some(name) => name,
        None => file_stem(&sink.file().path),
    };
    if !is_folder_name(&name) {
        let complaint = Complaint::new(format!("`{name}` cannot name a folder")).help(
            "results go to a folder of this name: write a `name` of at most 100 characters without control characters and without any of \
             `/ \\ : * ? \" < > |`, which begins with none of `.`, `=`, `+`, `-` and `@` and does not end with `.`",
        );
        return Err(cursor.refuse("name", complaint));
    }
    let replications = replications?;
    Ok(Header {
        name,
        description: description?,
        seed: seed?.unsigned_abs(),
        replications,
        precision: precision(sink, root, (replications, MAX_REPLICATIONS))?,
        baseline: baseline?,
    })
}

fn file_stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or(path.as_os_str());
    stem.to_string_lossy().into_owned()
}

fn is_folder_name(name: &str) -> bool {
    let strange = |c: char| is_hidden(c) || "/\\:*?\"<>|".contains(c);
    let length = name.chars().count();
    (1..=100).contains(&length)
        && !name.contains(strange)
        && name.trim() == name
        && !name.starts_with('.')
        && !is_formula(name)
        && !name.ends_with('.')
}
