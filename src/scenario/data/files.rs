//! The data files a scenario names, each read once per load however many variants use it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::loss_log::read_loss_log;
use super::numbers::read_column;
use super::readings::{Reading, of_column};
use super::table::{self, Decimal, Table};
use super::trace::{TraceFile, TraceMapping};
use super::traces::read_trace;
use crate::catalog::{Catalog, Cloud, Mode, OwnFile};
use crate::error::{Place, Problem};
use crate::inputs::{Entry, Inputs};
use crate::model::settings::LossLog;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::opening::nearest_file;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::values::text;

/// What a trace is read with; equal keys are equal traces.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::scenario) struct TraceKey {
    pub(in crate::scenario) path: PathBuf,
    pub(in crate::scenario) mapping: TraceMapping,
    pub(in crate::scenario) zone: String,
    /// The environments that rows may name, where that is known.
    pub(in crate::scenario) declared: Option<Vec<String>>,
}

/// Path, column of values, column of weights, what stands before decimals.
type ColumnKey = (PathBuf, String, Option<String>, Option<Decimal>);

/// A cloud, and paths of a custom catalog and a custom price book with what each does to the built-in one.
type CatalogKey = (Cloud, Option<(PathBuf, Mode)>, Option<(PathBuf, Mode)>);

/// Values with their weights.
pub(super) type Column = (Vec<f64>, Vec<f64>);

/// What was read by key, each once.
type Known<K, T> = RefCell<Vec<(K, Read<Rc<T>>)>>;

/// The files read so far.
pub(in crate::scenario) struct Files<'a> {
    inputs: &'a dyn Inputs,
    folder: PathBuf,
    traces: Known<TraceKey, TraceFile>,
    columns: Known<ColumnKey, Column>,
    loss_logs: Known<PathBuf, LossLog>,
    catalogs: Known<CatalogKey, Catalog>,
    read: RefCell<BTreeSet<PathBuf>>,
    readings: RefCell<Vec<Reading>>,
}

impl<'a> Files<'a> {
    /// For the data files beside a scenario file.
    pub(in crate::scenario) fn beside(scenario: &Path, inputs: &'a dyn Inputs) -> Self {
        Self {
            inputs,
            folder: scenario.parent().unwrap_or(Path::new("")).to_owned(),
            traces: Known::default(),
            columns: Known::default(),
            loss_logs: Known::default(),
            catalogs: Known::default(),
            read: RefCell::default(),
            readings: RefCell::default(),
        }
    }

    /// The paths of the files read.
    pub(in crate::scenario) fn into_paths(self) -> Vec<PathBuf> {
        self.read.into_inner().into_iter().collect()
    }

    /// What was read from other files than traces, which depend on their variant.
    pub(in crate::scenario) fn readings(&self) -> Vec<Reading> {
        self.readings.borrow().clone()
    }

    /// The path under the key `file`, of a file that is there.
    pub(in crate::scenario) fn path(&self, cursor: &Cursor<'_>) -> Read<PathBuf> {
        let name = cursor.require("file", "write the path of a CSV file", text)?;
        self.existing(cursor, "file", &name)
    }

    /// The path of a file that is there, which a key names.
    fn existing(&self, cursor: &Cursor<'_>, key: &str, name: &str) -> Read<PathBuf> {
        let path = self.folder.join(name);
        let found = match self.inputs.entry(&path) {
            Some(Entry::File) => return Ok(path),
            Some(Entry::Folder) => format!("`{}` is a folder", path.display()),
            Some(Entry::Other) | None => format!("there is no file `{}`", path.display()),
        };
        let hint = match self.nearest(&path) {
            Some(near) => format!("did you mean `{}`?", near.display()),
            None => "write the path of a CSV file;".to_owned(),
        };
        let complaint = Complaint::new(found).help(format!(
            "{hint} paths are relative to the folder of the scenario file"
        ));
        Err(cursor.refuse(key, complaint))
    }

    /// The CSV file (or other file of that ending) beside a path that is none, or beside the scenario, whose name is nearest, as a scenario writes it.
    fn nearest(&self, path: &Path) -> Option<PathBuf> {
        let parent = path.parent().unwrap_or(Path::new(""));
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or("csv");
        let near = nearest_file(self.inputs, path, (&[parent, &self.folder], ending))?;
        let relative = near.strip_prefix(&self.folder).map(Path::to_owned);
        Some(relative.unwrap_or(near))
    }

    /// The rows of a trace.
    pub(in crate::scenario) fn trace(
        &self,
        cursor: &Cursor<'_>,
        key: TraceKey,
    ) -> Read<Rc<TraceFile>> {
        once(&self.traces, key, |key| {
            self.note(&key.path);
            let declared = key.declared.as_deref();
            let table = self.table(cursor, &key.path)?;
            let table = table.with_decimal(key.mapping.decimal);
            let read = read_trace(&table, &key.mapping, &key.zone, declared);
            settle(cursor, read).map(Rc::new)
        })
    }

    /// The values and weights of a column.
    pub(in crate::scenario) fn column(
        &self,
        cursor: &Cursor<'_>,
        key: ColumnKey,
    ) -> Read<Rc<Column>> {
        once(&self.columns, key, |key| {
            self.note(&key.0);
            let table = self.table(cursor, &key.0)?.with_decimal(key.3);
            let read = read_column(&table, &key.1, key.2.as_deref());
            let column = settle(cursor, read)?;
            let reading = of_column(&key.0, &key.1, &column.0);
            self.readings.borrow_mut().push(reading);
            Ok(Rc::new(column))
        })
    }

    /// The preemptions in the log under the key `file`.
    pub(in crate::scenario) fn loss_log(&self, cursor: &Cursor<'_>) -> Read<Rc<LossLog>> {
        let path = self.path(cursor)?;
        once(&self.loss_logs, path, |path| {
            self.note(path);
            let (log, reading) = settle(cursor, read_loss_log(path, &self.bytes(cursor, path)?))?;
            self.readings.borrow_mut().push(reading);
            Ok(Rc::new(log))
        })
    }

    /// The built-in catalog with own files on top or instead: of sizes under the key `catalog`, of prices under
    /// `price_book`. `None` where there is neither.
    pub(in crate::scenario) fn catalog(
        &self,
        cursor: &Cursor<'_>,
        cloud: Cloud,
        modes: (Mode, Mode),
    ) -> Read<Option<Rc<Catalog>>> {
        let own = |key: &str, mode: Mode| {
            let name = cursor.read(key, text)?;
            let path = name.map(|name| self.existing(cursor, key, &name));
            Ok(path.transpose()?.map(|path| (path, mode)))
        };
        let (sizes, prices) = (own("catalog", modes.0), own("price_book", modes.1));
        let key: CatalogKey = (cloud, sizes?, prices?);
        if key == (cloud, None, None) {
            return Ok(None);
        }
        let catalog = once(&self.catalogs, key, |key| {
            let sizes = self.own_file(cursor, key.1.as_ref());
            let prices = self.own_file(cursor, key.2.as_ref());
            let (sizes, prices) = (sizes?, prices?);
            let made = Catalog::with_files(cloud, sizes.as_ref(), prices.as_ref());
            settle(cursor, made).map(Rc::new)
        });
        catalog.map(Some)
    }

    fn own_file(
        &self,
        cursor: &Cursor<'_>,
        file: Option<&(PathBuf, Mode)>,
    ) -> Read<Option<OwnFile>> {
        let Some((path, mode)) = file else {
            return Ok(None);
        };
        self.note(path);
        Ok(Some(OwnFile {
            path: path.clone(),
            bytes: self.bytes(cursor, path)?,
            mode: *mode,
        }))
    }

    /// The table in a file; refused if there is none.
    fn table(&self, cursor: &Cursor<'_>, path: &Path) -> Read<Table> {
        let table = table::open(self.inputs, path);
        table.map_err(|problem| cursor.sink().push(*problem))
    }

    /// The bytes of a file; refused if it cannot be read.
    fn bytes(&self, cursor: &Cursor<'_>, path: &Path) -> Read<Vec<u8>> {
        self.inputs.read(path).map_err(|error| {
            cursor.sink().push(Problem {
                place: Place::File(path.to_owned()),
                key: None,
                message: format!("it cannot be read: {error}"),
                help: Some("check the file and its permissions".to_owned()),
            })
        })
    }

    fn note(&self, path: &Path) {
        self.read.borrow_mut().insert(path.to_owned());
    }
}

/// What is known for a key, or is now read.
fn once<K: PartialEq, T>(
    known: &Known<K, T>,
    key: K,
    read: impl FnOnce(&K) -> Read<Rc<T>>,
) -> Read<Rc<T>> {
    if let Some((_, found)) = known.borrow().iter().find(|(other, _)| *other == key) {
        return found.clone();
    }
    let found = read(&key);
    known.borrow_mut().push((key, found.clone()));
    found
}

fn settle<T>(cursor: &Cursor<'_>, result: Result<T, Vec<Problem>>) -> Read<T> {
    result.map_err(|problems| {
        for problem in problems {
            cursor.sink().push(problem);
        }
        Reported
    })
}
