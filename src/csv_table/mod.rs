//! A CSV file with a header, as bytes in memory: columns by name and rows with their line. What the cells mean, and where
//! the bytes come from, is the readers' business.

mod bad_rows;
mod decimals;
mod excerpt;
mod sniff;

use std::path::{Path, PathBuf};

use csv::ByteRecord;

use crate::error::{DataLine, Place, Problem};
use crate::nearest::nearest;

pub use self::bad_rows::BadRows;
pub use self::decimals::Decimal;

/// Longest cell that is read, in bytes.
const LONGEST_CELL: usize = 300;

/// What an editor may write before the text of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file with its header read.
pub struct Table {
    path: PathBuf,
    bytes: Vec<u8>,
    /// What stands between the columns.
    separator: u8,
    /// What stands before decimals, where that is said.
    decimal: Option<Decimal>,
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
    /// Byte of the file on which it starts.
    pub from: usize,
}

/// The bytes of a text file without its byte-order marks, of which some editors leave several.
pub fn without_marks(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(BYTE_ORDER_MARK) {
        bytes = rest;
    }
    bytes
}

/// The name of the format that bytes clearly have, such as "JSON", where they are neither CSV nor TOML.
pub fn format_name(bytes: &[u8]) -> Option<&'static str> {
    sniff::format(bytes).map(|(name, _)| name)
}

/// The problem of bytes that are clearly of another format than comma-separated text.
pub fn other_format(path: &Path, bytes: &[u8]) -> Option<Problem> {
    let found = sniff::not_csv(bytes)?;
    Some(Problem {
        place: Place::File(path.to_owned()),
        key: None,
        message: found.message,
        help: Some(found.help),
    })
}

impl Table {
    /// The table in the bytes of a file of that path; refused if it is of another format, or has no header.
    pub fn new(path: &Path, bytes: Vec<u8>) -> Result<Self, Box<Problem>> {
        let refuse = |message: String, help: String| {
            Box::new(Problem {
                place: Place::File(path.to_owned()),
                key: None,
                message,
                help: Some(help),
            })
        };
        let marks = bytes.len() - without_marks(&bytes).len();
        let bytes = if marks > 0 {
            bytes[marks..].to_vec()
        } else {
            bytes
        };
        if let Some(problem) = other_format(path, &bytes) {
            return Err(Box::new(problem));
        }
        if bytes.starts_with(b"sep=") {
            let message = "the first line tells spreadsheets the separator and names no columns";
            let help = "delete it: separators are found without it";
            return Err(refuse(message.to_owned(), help.to_owned()));
        }
        let separator = sniff::separator(&bytes);
        let header = read_header(&bytes, separator).map_err(|message| {
            let help = "the first line of a CSV file in UTF-8 must name its columns (spreadsheets save it as `CSV UTF-8`)";
            refuse(message, help.to_owned())
        })?;
        Ok(Self {
            path: path.to_owned(),
            bytes,
            separator,
            decimal: None,
            header,
        })
    }

    /// The same with what a key says of the sign before decimals.
    #[must_use]
    pub fn with_decimal(self, decimal: Option<Decimal>) -> Self {
        Self { decimal, ..self }
    }

    /// The file, as the user named it.
    pub fn path(&self) -> &Path {
        &self.path
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
            (None, _) => Err(Box::new(self.no_column(name))),
        }
    }

    /// What is wrong with the whole file where a column is not there: bars between the columns, or no header.
    pub fn misread(&self) -> Option<Problem> {
        let bars = sniff::bars(&self.header);
        let found = bars.or_else(|| sniff::headerless(&self.header))?;
        Some(self.problem(found.message, Some(found.help)))
    }

    /// What is wrong where a column is not there: the whole file, or its name.
    fn no_column(&self, name: &str) -> Problem {
        if let Some(problem) = self.misread() {
            return problem;
        }
        let help = self.columns_help(name);
        self.problem(format!("there is no column `{name}`"), Some(help))
    }

    fn columns_help(&self, wanted: &str) -> String {
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
        let more = match self.header.len() - columns.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{hint}the columns are {}{more}", columns.join(", "))
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

    /// A problem of the row that starts at that line and byte.
    pub fn row_problem(
        &self,
        (line, from): (u64, usize),
        column: Option<&Column>,
        message: String,
    ) -> Problem {
        Problem {
            place: Place::Row(Box::new(DataLine {
                path: self.path.clone(),
                line,
                column: column.map(|column| column.name.clone()),
                excerpt: self.excerpt(from, column.map(|column| column.index)),
            })),
            key: None,
            message,
            help: None,
        }
    }

    /// The problem of a column of the header.
    pub fn header_problem(&self, name: &str, message: String, help: String) -> Problem {
        let index = self.header.iter().position(|column| column == name);
        let column = index.map(|index| Column {
            index,
            name: name.to_owned(),
        });
        let first = self
            .bytes
            .iter()
            .take_while(|byte| matches!(byte, b'\n' | b'\r'));
        Problem {
            help: Some(help),
            ..self.row_problem((1, first.count()), column.as_ref(), message)
        }
    }

    /// Hands every row that is not blank to `take`; a row with too many or too few fields as a problem.
    /// How many rows there were; the error is a quote that is never closed, which would hide all rows after it.
    pub fn each_row(
        &self,
        mut take: impl FnMut(Result<Row, Box<Problem>>),
    ) -> Result<u64, Box<Problem>> {
        let mut reader = reader(&self.bytes, self.separator);
        let mut cells = ByteRecord::new();
        let mut lines = Lines {
            bytes: &self.bytes,
            at: 0,
            line: 1,
        };
        let (mut is_header, mut rows) = (true, 0);
        while let Ok(true) = reader.read_byte_record(&mut cells) {
            let line = lines.of_record(&cells);
            let from = lines.at;
            if is_torn(&self.bytes, &reader, &cells) {
                let message = "a quote that opens in this row is never closed".to_owned();
                return Err(Box::new(self.row_problem((line, from), None, message)));
            }
            if std::mem::take(&mut is_header) || is_blank(&cells) {
                continue;
            }
            rows += 1;
            take(if cells.len() == self.header.len() {
                Ok(Row {
                    table: self,
                    cells: &cells,
                    line,
                    from,
                })
            } else {
                Err(Box::new(self.wrong_length((line, from), cells.len())))
            });
        }
        Ok(rows)
    }

    fn wrong_length(&self, at: (u64, usize), fields: usize) -> Problem {
        let noun = if fields == 1 { "field" } else { "fields" };
        let header = self.header.len();
        let message = format!("the row has {fields} {noun}, but the header has {header}");
        let help = (fields > header && self.separator == b',').then(|| {
            "a decimal comma or a comma in a text makes one field two: write `3.06`, and texts with commas in quotes"
                .to_owned()
        });
        Problem {
            help,
            ..self.row_problem(at, None, message)
        }
    }
}

impl Row<'_> {
    /// A problem of one cell.
    pub fn problem(&self, column: &Column, message: String) -> Problem {
        let at = (self.line, self.from);
        self.table.row_problem(at, Some(column), message)
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

    /// The number of a cell, with a point before its decimals, read by `parse`.
    pub fn read_number<T>(
        &self,
        column: &Column,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Box<Problem>> {
        let (said, are_between_semicolons) = (self.table.decimal, self.table.separator == b';');
        self.read(column, |text| {
            parse(&decimals::with_point(text, said, are_between_semicolons)?)
        })
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
    std::str::from_utf8(bytes).map_err(|_| {
        let text = String::from_utf8_lossy(bytes);
        format!("`{text}` is not UTF-8 text: save the file as `CSV UTF-8`")
    })
}

fn reader(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes)
}

/// The trimmed names of the columns.
fn read_header(bytes: &[u8], separator: u8) -> Result<Vec<String>, String> {
    let mut header = ByteRecord::new();
    let mut reader = reader(bytes, separator);
    let has_text = matches!(reader.read_byte_record(&mut header), Ok(true));
    if !has_text || is_blank(&header) {
        return Err("the file is empty, or has no names in its first line".to_owned());
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
    cells.iter().all(|cell| cell.trim_ascii().is_empty())
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
