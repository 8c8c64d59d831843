//! Reading the columns of the catalog's files: which there may be, and what a cell holds.

use std::path::PathBuf;

use crate::csv_table::{BadRows, Column, Row, Table};
use crate::error::Problem;
use crate::nearest::nearest;
use crate::units::UsdPerHour;

use super::{Mode, OwnFile};

/// The columns of a kind of file: all that there may be, those that must be there first.
pub(super) struct Layout {
    /// Columns that must be there.
    pub(super) required: &'static [&'static str],
    /// Columns that may be there.
    pub(super) optional: &'static [&'static str],
}

/// Columns that mean nothing which are told one by one: each with the header's line.
const TOLD_COLUMNS: usize = 30;

impl Layout {
    /// All columns that there may be.
    fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// A file of known layout.
pub(super) struct Fields {
    pub(super) table: Table,
    columns: Vec<(&'static str, Column)>,
}

impl Fields {
    /// Opens a file; refused if a column is missing, stands twice or is not known.
    pub(super) fn open(file: &OwnFile, layout: &Layout) -> Result<Self, Vec<Problem>> {
        let table = Table::new(&file.path, file.bytes.clone()).map_err(|problem| vec![*problem])?;
        let mut problems = Vec::new();
        let mut columns = Vec::new();
        for name in layout.required {
            match table.column(name) {
                Ok(column) => columns.push((*name, column)),
                Err(problem) => problems.push(*problem),
            }
        }
        for name in layout.optional {
            if table.header().iter().any(|column| column == name) {
                match table.column(name) {
                    Ok(column) => columns.push((*name, column)),
                    Err(problem) => problems.push(*problem),
                }
            }
        }
        // Of a file that is no CSV with a header, one problem is enough.
        if let Some(problem) = table.misread().filter(|_| !problems.is_empty()) {
            return Err(vec![problem]);
        }
        let is_known = |name: &&String| layout.columns().any(|known| known == **name);
        let unknown: Vec<&String> = table
            .header()
            .iter()
            .filter(|name| !is_known(name))
            .collect();
        let told = unknown.iter().take(TOLD_COLUMNS);
        problems.extend(told.map(|name| unknown_column(&table, layout, name)));
        if unknown.len() > TOLD_COLUMNS {
            let more = unknown.len() - TOLD_COLUMNS;
            problems.push(table.problem(format!("{more} more columns mean nothing here"), None));
        }
        if problems.is_empty() {
            Ok(Self { table, columns })
        } else {
            Err(problems)
        }
    }

    /// The column of that name, if the file has it.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        let mut columns = self.columns.iter();
        columns
            .find(|(known, _)| *known == name)
            .map(|(_, column)| column)
    }

    /// A cell read by `parse`; nothing if it is empty or the file has no such column.
    pub(super) fn get<T>(
        &self,
        row: &Row<'_>,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Box<Problem>> {
        let Some(column) = self.column(name) else {
            return Ok(None);
        };
        row.read(column, |text| match text {
            "" => Ok(None),
            _ => parse(text).map(Some),
        })
    }

    /// A cell that must not be empty.
    pub(super) fn require<T>(
        &self,
        row: &Row<'_>,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Box<Problem>> {
        match self.get(row, name, parse)? {
            Some(value) => Ok(value),
            None if self.column(name).is_none() => {
                let message =
                    format!("this row needs a column `{name}`, which the file does not have");
                self.refuse(row, name, message)
            }
            None => self.refuse(row, name, "it is empty"),
        }
    }

    /// The text of a cell; empty if the file has no such column.
    pub(super) fn text(&self, row: &Row<'_>, name: &str) -> Result<String, Box<Problem>> {
        let text = self.get(row, name, |text| Ok(text.to_owned()))?;
        Ok(text.unwrap_or_default())
    }

    /// Refuses a cell.
    pub(super) fn refuse<T>(
        &self,
        row: &Row<'_>,
        name: &str,
        message: impl Into<String>,
    ) -> Result<T, Box<Problem>> {
        let column = self.column(name);
        let at = (row.line, row.from);
        Err(Box::new(self.table.row_problem(at, column, message.into())))
    }

    /// Reads every row; all problems of the file are collected.
    pub(super) fn each_row(
        &self,
        mut read: impl FnMut(&Row<'_>) -> Result<(), Box<Problem>>,
    ) -> Result<(), Vec<Problem>> {
        let mut bad = BadRows::default();
        let whole = self.table.each_row(|row| {
            if let Err(problem) = row.and_then(|row| read(&row)) {
                bad.add(*problem);
            }
        });
        match whole {
            Ok(_) if bad.count == 0 => Ok(()),
            Ok(rows) => Err(bad.refuse(&self.table, rows, None)),
            Err(torn) => {
                let mut problems = bad.refuse(&self.table, u64::MAX, None);
                problems.push(*torn);
                Err(problems)
            }
        }
    }
}

/// The rows of a table that travels inside the program, in its order. Panics if the file is wrong, which a test excludes.
pub(super) fn embedded<T>(
    name: &str,
    bytes: &[u8],
    layout: &Layout,
    read: impl Fn(&Fields, &Row<'_>) -> Result<T, Box<Problem>>,
) -> Vec<T> {
    let file = OwnFile {
        path: PathBuf::from(name),
        bytes: bytes.to_vec(),
        mode: Mode::Replace,
    };
    let rows = Fields::open(&file, layout).and_then(|fields| {
        let mut all = Vec::new();
        fields.each_row(|row| {
            all.push(read(&fields, row)?);
            Ok(())
        })?;
        Ok(all)
    });
    rows.expect("the embedded files are held to be right by a test")
}

fn unknown_column(table: &Table, layout: &Layout, name: &str) -> Problem {
    let near = nearest(name, layout.columns(), 1);
    let hint = near
        .first()
        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let columns: Vec<String> = layout
        .columns()
        .map(|column| format!("`{column}`"))
        .collect();
    let message = format!("column `{name}` means nothing here");
    let help = format!("{hint}there may be {}", columns.join(", "));
    table.header_problem(name, message, help)
}

/// `true` or `false`.
pub(super) fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("`{text}` is neither `true` nor `false`")),
    }
}

/// A whole number from 0.
pub(super) fn whole(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a whole number"))
}

/// A number above 0.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err(format!("`{text}` is not a number above 0")),
    }
}

/// A price in dollars.
pub(super) fn price(text: &str) -> Result<UsdPerHour, String> {
    let dollars = text.parse::<f64>().ok();
    let price = dollars.and_then(UsdPerHour::from_dollars);
    // What is less than a millionth of a dollar is not free.
    let price = price.filter(|price| price.0 > 0 || dollars == Some(0.0));
    price.ok_or_else(|| {
        format!("`{text}` is not a price: write dollars as a decimal number, such as `3.06`")
    })
}

#[cfg(test)]
mod tests {
    use super::super::{read_prices::PRICE_COLUMNS, read_sizes::SIZE_COLUMNS};

    #[test]
    fn every_column_of_own_files_is_documented_and_no_other() {
        let page = include_str!("../../docs/catalog.md");
        for (heading, layout) in [
            ("## Custom price book", PRICE_COLUMNS),
            ("## Custom VM sizes", SIZE_COLUMNS),
        ] {
            let (_, section) = page.split_once(heading).unwrap();
            let section = section.split("\n## ").next().unwrap();
            let rows = section.lines().filter(|line| line.starts_with("| `"));
            let names = rows.flat_map(|row| {
                let first = row.split(" | ").next().unwrap();
                first.split('`').skip(1).step_by(2)
            });
            let mut documented: Vec<&str> = names.collect();
            let mut columns = [layout.required, layout.optional].concat();
            documented.sort_unstable();
            columns.sort_unstable();
            assert_eq!(documented, columns, "{heading}");
        }
    }
}
