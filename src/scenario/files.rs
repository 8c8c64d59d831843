//! The data files a scenario names, each read once per load however many variants use it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::data::{TraceFile, TraceMapping, read_column, read_trace};
use super::opening::nearest_file;
use super::reader::{Cursor, Read, Reported};
use super::values::{Complaint, text};
use crate::error::Problem;

/// What a trace is read with; equal keys are equal traces.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TraceKey {
    pub(super) path: PathBuf,
    pub(super) mapping: TraceMapping,
    pub(super) zone: String,
    /// The environments that rows may name, where that is known.
    pub(super) declared: Option<Vec<String>>,
}

/// Path, column of values, column of weights.
type ColumnKey = (PathBuf, String, Option<String>);

/// Values with their weights.
pub(super) type Column = (Vec<f64>, Vec<f64>);

/// The files read so far.
#[derive(Default)]
pub(super) struct Files {
    folder: PathBuf,
    traces: RefCell<Vec<(TraceKey, Read<Rc<TraceFile>>)>>,
    columns: RefCell<Vec<(ColumnKey, Read<Rc<Column>>)>>,
    read: RefCell<BTreeSet<PathBuf>>,
}

impl Files {
    /// For the data files beside a scenario file.
    pub(super) fn beside(scenario: &Path) -> Self {
        Self {
            folder: scenario.parent().unwrap_or(Path::new("")).to_owned(),
            ..Self::default()
        }
    }

    /// The paths of the files read.
    pub(super) fn into_paths(self) -> Vec<PathBuf> {
        self.read.into_inner().into_iter().collect()
    }

    /// The path under the key `file`, of a file that is there.
    pub(super) fn path(&self, cursor: &Cursor<'_>) -> Read<PathBuf> {
        let name = cursor.require("file", "write the path of a CSV file", text)?;
        let path = self.folder.join(&name);
        if path.is_file() {
            return Ok(path);
        }
        let found = if path.is_dir() {
            format!("`{}` is a folder", path.display())
        } else {
            format!("there is no file `{}`", path.display())
        };
        let hint = match self.nearest(&path) {
            Some(near) => format!("did you mean `{}`?", near.display()),
            None => "write the path of a CSV file;".to_owned(),
        };
        let complaint = Complaint::new(found).help(format!(
            "{hint} paths are relative to the folder of the scenario file"
        ));
        Err(cursor.refuse("file", complaint))
    }

    /// The CSV file beside a path that is none, or beside the scenario, whose name is nearest, as a scenario writes it.
    fn nearest(&self, path: &Path) -> Option<PathBuf> {
        let parent = path.parent().unwrap_or(Path::new(""));
        let near = nearest_file(path, &[parent, &self.folder], "csv")?;
        let relative = near.strip_prefix(&self.folder).map(Path::to_owned);
        Some(relative.unwrap_or(near))
    }

    /// The rows of a trace.
    pub(super) fn trace(&self, cursor: &Cursor<'_>, key: TraceKey) -> Read<Rc<TraceFile>> {
        if let Some((_, known)) = self.traces.borrow().iter().find(|(known, _)| *known == key) {
            return known.clone();
        }
        self.read.borrow_mut().insert(key.path.clone());
        let result = read_trace(&key.path, &key.mapping, &key.zone, key.declared.as_deref());
        let result = settle(cursor, result);
        self.traces.borrow_mut().push((key, result.clone()));
        result
    }

    /// The values and weights of a column.
    pub(super) fn column(&self, cursor: &Cursor<'_>, key: ColumnKey) -> Read<Rc<Column>> {
        if let Some((_, known)) = self
            .columns
            .borrow()
            .iter()
            .find(|(known, _)| *known == key)
        {
            return known.clone();
        }
        self.read.borrow_mut().insert(key.0.clone());
        let result = read_column(&key.0, &key.1, key.2.as_deref());
        let result = settle(cursor, result);
        self.columns.borrow_mut().push((key, result.clone()));
        result
    }
}

fn settle<T>(cursor: &Cursor<'_>, result: Result<T, Vec<Problem>>) -> Read<Rc<T>> {
    result.map(Rc::new).map_err(|problems| {
        for problem in problems {
            cursor.sink().push(problem);
        }
        Reported
    })
}
