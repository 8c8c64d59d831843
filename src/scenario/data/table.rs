//! Opens the CSV files that a scenario names; what is in them is [`crate::csv_table`]'s.

use std::io::ErrorKind;
use std::path::Path;

pub(super) use crate::csv_table::{BadRows, Column, Decimal, Row, Table};
use crate::error::{Place, Problem};
use crate::inputs::{Entry, Inputs};

/// The table in a file.
pub(super) fn open(inputs: &dyn Inputs, path: &Path) -> Result<Table, Box<Problem>> {
    let refuse = |message: String, help: &str| {
        Box::new(Problem {
            place: Place::File(path.to_owned()),
            key: None,
            message,
            help: Some(help.to_owned()),
        })
    };
    if inputs.entry(path) == Some(Entry::Folder) {
        return Err(refuse(
            "this is a folder".to_owned(),
            "name a CSV file in it",
        ));
    }
    let bytes = inputs.read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => refuse(
            "there is no such file".to_owned(),
            "check the path, and that the data file came with the scenario",
        ),
        _ => refuse(
            format!("it cannot be read: {error}"),
            "check the file and its permissions",
        ),
    })?;
    Table::new(path, bytes)
}

/// What was found, or nothing and its problem among the others.
pub(super) fn keep<T>(found: Result<T, Box<Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    found.map_err(|problem| problems.push(*problem)).ok()
}

/// The problem of a table without rows.
pub(super) fn no_rows(table: &Table) -> Problem {
    let help = "at least one row must follow the header".to_owned();
    table.problem("there is a header but no row".to_owned(), Some(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Disk;

    #[test]
    fn what_is_no_file_is_refused() {
        let said = |path: &Path| match open(&Disk, path) {
            Ok(_) => String::new(),
            Err(problem) => problem.to_string(),
        };
        let missing = said(Path::new("no/such/trace.csv"));
        assert!(
            missing.starts_with("no/such/trace.csv: there is no such file ("),
            "{missing}"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = said(folder.path());
        assert!(folder.contains("this is a folder"), "{folder}");
    }
}
