//! A CSV file with a header, as bytes in memory: columns by name and rows with their line. What the cells mean, and where
//! the bytes come from, is the readers' business.

use std::path::{Path, PathBuf};

use csv::ByteRecord;

use crate::error::{Place, Problem};
use crate::nearest::nearest;

/// Bad rows that are shown one by one.
const SHOWN_BAD_ROWS: usize = 20;

/// Longest cell that is read, in bytes.
const LONGEST_CELL: usize = 300;

/// A file with its header read.
pub struct Table {
    path: PathBuf,
    bytes: Vec<u8>,
    header: Vec<String>,
}

/// A column that the scenario names: its position and name.
pub struct Column {
    index: usize,
    name: String,
}

/// One row.
pub struct Row<'a> {
    table: &'a Table,
    cells: &'a ByteRecord,
    /// Line on which it starts, from 1.
    pub line: u64,
}

impl Table {
    /// The table in the bytes of a file of that path; refused if there is no header.
    pub fn new(path: &Path, bytes: Vec<u8>) -> Result<Self, Box<Problem>> {
        let header = read_header(&bytes).map_err(|message| {
            Box::new(Problem {
                place: Place::File(path.to_owned()),
                key: None,
                message,
                help: Some(
                    "the first line of a CSV file in UTF-8 must name its columns".to_owned(),
                ),
            })
        })?;
        Ok(Self {
            path: path.to_owned(),
            bytes,
            header,
        })
    }

    /// The names of the columns, in their order.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The column of that name; the problem lists the columns there are.
    pub fn column(&self, name: &str) -> Result<Column, Box<Problem>> {
        let mut found = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, column)| *column == name.trim());
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Ok(Column {
                index,
                name: name.trim().to_owned(),
            }),
            (Some(_), Some(_)) => Err(Box::new(
                self.problem(format!("the header names column `{name}` twice"), None),
            )),
            (None, _) => {
                let help = self.columns_help(name);
                Err(Box::new(self.problem(
                    format!("there is no column `{name}`"),
                    Some(help),
                )))
            }
        }
    }

    fn columns_help(&self, wanted: &str) -> String {
        if let [only] = &self.header[..]
            && only.contains([';', '\t'])
        {
            return "the columns must be separated by commas".to_owned();
        }
        let columns: Vec<String> = self
            .header
            .iter()
            .take(30)
            .map(|name| format!("`{name}`"))
            .collect();
        let near = nearest(wanted, self.header.iter().map(String::as_str), 1);
        let hint = near
            .first()
            .map_or_else(String::new, |name| format!("did you mean `{name}`? "));
        format!("{hint}the columns are {}", columns.join(", "))
    }

    /// A problem of the whole file.
    pub fn problem(&self, message: String, help: Option<String>) -> Problem {
        Problem {
            place: Place::File(self.path.clone()),
            key: None,
            message,
            help,
        }
    }

    /// A problem of one row.
    pub fn row_problem(&self, line: u64, column: Option<&Column>, message: String) -> Problem {
        let column = column.map(|column| column.name.clone());
        Problem {
            place: Place::Row(self.path.clone(), line, column),
            key: None,
            message,
            help: None,
        }
    }

    /// Hands every row that is not blank to `take`; a row with too many or too few fields as a problem.
    /// The error is a quote that is never closed, which would hide all rows after it.
    pub fn each_row(
        &self,
        mut take: impl FnMut(Result<Row, Box<Problem>>),
    ) -> Result<(), Box<Problem>> {
        let mut reader = reader(&self.bytes);
        let mut cells = ByteRecord::new();
        let mut lines = Lines {
            bytes: &self.bytes,
            at: 0,
            line: 1,
        };
        let mut is_header = true;
        while let Ok(true) = reader.read_byte_record(&mut cells) {
            let line = lines.of_record(&cells);
            if is_torn(&self.bytes, &reader, &cells) {
                let message = "a quote that opens in this row is never closed".to_owned();
                return Err(Box::new(self.row_problem(line, None, message)));
            }
            if std::mem::take(&mut is_header) || is_blank(&cells) {
                continue;
            }
            take(if cells.len() == self.header.len() {
                Ok(Row {
                    table: self,
                    cells: &cells,
                    line,
                })
            } else {
                Err(Box::new(self.wrong_length(line, cells.len())))
            });
        }
        Ok(())
    }

    fn wrong_length(&self, line: u64, fields: usize) -> Problem {
        let noun = if fields == 1 { "field" } else { "fields" };
        let header = self.header.len();
        let message = format!("the row has {fields} {noun}, but the header has {header}");
        self.row_problem(line, None, message)
    }
}

impl Row<'_> {
    /// A problem of one cell.
    pub fn problem(&self, column: &Column, message: String) -> Problem {
        self.table.row_problem(self.line, Some(column), message)
    }

    /// The text of a cell without blanks around it, read by `parse`.
    pub fn read<T>(
        &self,
        column: &Column,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Box<Problem>> {
        let bytes = self
            .cells
            .get(column.index)
            .unwrap_or_default()
            .trim_ascii();
        cell_text(bytes)
            .and_then(|text| parse(text.trim()))
            .map_err(|message| Box::new(self.problem(column, message)))
    }
}

/// A cell as text, where it is short enough to be repeated in a message.
fn cell_text(bytes: &[u8]) -> Result<&str, String> {
    if bytes.len() > LONGEST_CELL {
        let start = String::from_utf8_lossy(&bytes[..40]).into_owned();
        return Err(format!(
            "`{start}` and so on is longer than {LONGEST_CELL} bytes"
        ));
    }
    std::str::from_utf8(bytes)
        .map_err(|_| format!("`{}` is not UTF-8 text", String::from_utf8_lossy(bytes)))
}

fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes)
}

/// The trimmed names of the columns.
fn read_header(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut header = ByteRecord::new();
    let mut reader = reader(bytes);
    if !matches!(reader.read_byte_record(&mut header), Ok(true)) || is_blank(&header) {
        return Err("the file is empty".to_owned());
    }
    if is_torn(bytes, &reader, &header) {
        return Err("a quote that opens in the header is never closed".to_owned());
    }
    header
        .iter()
        .map(|name| std::str::from_utf8(name).map(|name| name.trim().to_owned()))
        .collect::<Result<_, _>>()
        .map_err(|_| "the header is not UTF-8 text".to_owned())
}

/// Whether the record just read is one whose quote stays open to the end of the file.
fn is_torn(bytes: &[u8], reader: &csv::Reader<&[u8]>, cells: &ByteRecord) -> bool {
    let (from, to) = (
        cells.position().map_or(0, byte_of),
        byte_of(reader.position()),
    );
    to >= bytes.len()
        && cells
            .iter()
            .any(|cell| cell.contains(&b'\n') || cell.contains(&b'\r'))
        && bytes[from.min(to)..]
            .iter()
            .fold(false, |odd, byte| odd ^ (*byte == b'"'))
}

fn byte_of(position: &csv::Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

/// Whether a line holds nothing but blanks.
fn is_blank(cells: &ByteRecord) -> bool {
    cells.len() <= 1 && cells.iter().all(|cell| cell.trim_ascii().is_empty())
}

/// Counts lines along with the reader, whose own count is behind after blank lines and `\r\n`.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record starts; its position may be that of line ends before it. Records come in order.
    fn of_record(&mut self, cells: &ByteRecord) -> u64 {
        let from = cells.position().map_or(0, byte_of);
        while let Some(byte) = self.bytes.get(self.at) {
            let ends_line = matches!(byte, b'\n' | b'\r');
            if self.at >= from && !ends_line {
                break;
            }
            let first_of_two = *byte == b'\r' && self.bytes.get(self.at + 1) == Some(&b'\n');
            self.line += u64::from(ends_line && !first_of_two);
            self.at += 1;
        }
        self.line
    }
}

/// Rows that cannot be used: how many, and the first of them.
#[derive(Default)]
pub struct BadRows {
    /// How many.
    pub count: u64,
    /// What is wrong with the first of them.
    pub shown: Vec<Problem>,
}

impl BadRows {
    /// Adds a bad row.
    pub fn add(&mut self, problem: Problem) {
        self.count += 1;
        if self.shown.len() < SHOWN_BAD_ROWS {
            self.shown.push(problem);
        }
    }

    /// Adds the bad rows that another pass over the file found.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.shown.extend(other.shown);
        self.shown
            .sort_by_key(|problem| problem.place.line_column());
        self.shown.truncate(SHOWN_BAD_ROWS);
    }

    /// The problems to show; what is not shown is counted in a last one, which also carries the help.
    pub fn refuse(mut self, table: &Table, help: Option<&str>) -> Vec<Problem> {
        let more = self.count - self.shown.len() as u64;
        let help = help.map(str::to_owned);
        if more > 0 {
            let rows = if more == 1 { "row is" } else { "rows are" };
            self.shown
                .push(table.problem(format!("{more} more {rows} bad"), help));
        } else if let (Some(last), Some(help)) = (self.shown.last_mut(), help) {
            last.help = Some(match last.help.take() {
                Some(own) => format!("{own}; {help}"),
                None => help,
            });
        }
        self.shown
    }
}
