//! CSV tables as data: a [`Column`] says its name, unit and meaning and how its cells are written, so header, cells
//! and data dictionary agree. Numbers are written by hand: runs and leases may have millions of rows.

use std::io::{self, Write};

use crate::currency::Currency;
use crate::printable;
use crate::text_buffer::TextBuffer;
use crate::units::{NodeTime, SimTime, TICKS_PER_SECOND, Usd};

/// One column of a table whose rows are `R`.
pub struct Column<R> {
    /// Header, ending in the unit.
    pub name: &'static str,
    /// Unit, empty where there is none.
    pub unit: &'static str,
    /// What a cell says.
    pub meaning: &'static str,
    /// Writes a row's cell; one left empty is a missing value.
    pub cell: fn(&R, &mut Cell),
}

/// What the data dictionary says of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDoc {
    /// Header, ending in the unit.
    pub name: String,
    /// Unit, empty where there is none.
    pub unit: &'static str,
    /// What a cell says.
    pub meaning: String,
}

impl<R> Column<R> {
    /// A column.
    pub const fn new(
        name: &'static str,
        unit: &'static str,
        meaning: &'static str,
        cell: fn(&R, &mut Cell),
    ) -> Self {
        Self {
            name,
            unit,
            meaning,
            cell,
        }
    }

    /// Its entry in the data dictionary.
    pub fn doc(&self) -> ColumnDoc {
        ColumnDoc {
            name: self.name.to_owned(),
            unit: self.unit,
            meaning: self.meaning.to_owned(),
        }
    }
}

/// Writes header and rows.
pub fn write_rows<R>(
    columns: &[Column<R>],
    rows: impl IntoIterator<Item = R>,
    currency: Currency,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = TableWriter::new(currency, out);
    table.header(columns.iter().map(|column| column.name))?;
    for row in rows {
        table.row(columns, |column, cell| (column.cell)(&row, cell))?;
    }
    table.finish()
}

/// What stands in a cell of a table whose columns are not known ahead.
pub enum Content<'a> {
    /// A text.
    Text(&'a str),
    /// A count.
    Count(usize),
    /// A number; `None` where there is none.
    Number(Option<f64>),
}

impl Content<'_> {
    /// Writes it.
    pub fn put(&self, cell: &mut Cell) {
        match self {
            Self::Text(text) => cell.text(text),
            Self::Count(count) => cell.integer(*count as u64),
            Self::Number(Some(number)) => cell.decimal(*number),
            Self::Number(None) => {}
        }
    }
}

/// Bytes of rows that are written in one go.
const BLOCK: usize = 1 << 16;
/// Bytes of the longest time, or more.
const TIME: usize = 24;
/// Bytes of a text that can be copied with whatever is behind it.
const SHORT: usize = 32;

/// Writes rows of cells as CSV with LF (RFC 4180); text is quoted where it has to be, and numbers never have to. Money is in the
/// table's currency, in names of columns as in cells.
pub struct TableWriter<'a> {
    out: &'a mut dyn Write,
    cell: Cell,
}

impl<'a> TableWriter<'a> {
    /// An empty table, with money in this currency.
    pub fn new(currency: Currency, out: &'a mut dyn Write) -> Self {
        let cell = Cell::new(currency);
        Self { out, cell }
    }

    /// Adds the names of columns.
    pub fn header(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> io::Result<()> {
        self.row(names, |name, cell| {
            let name = cell.currency.column(name.as_ref()).into_owned();
            cell.text(&name);
        })
    }

    /// Adds a row with a cell for each of `columns`.
    pub fn row<C>(
        &mut self,
        columns: impl IntoIterator<Item = C>,
        mut fill: impl FnMut(C, &mut Cell),
    ) -> io::Result<()> {
        let cell = &mut self.cell;
        for column in columns {
            fill(column, cell);
            cell.end();
        }
        // The last comma stands where the row ends.
        cell.bytes.replace_last(b'\n');
        if cell.start >= BLOCK {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        self.out.write_all(self.cell.bytes.as_bytes())?;
        self.cell.bytes.truncate(0);
        self.cell.start = 0;
        Ok(())
    }

    /// Writes what is buffered.
    pub fn finish(mut self) -> io::Result<()> {
        self.write()?;
        self.out.flush()
    }
}

/// The text of one cell, empty at first, behind the rows that were not written yet.
pub struct Cell {
    bytes: TextBuffer,
    /// Where the cell begins.
    start: usize,
    /// The last time that was written, with its text: one row after the other has a time in several cells.
    time: (u64, [u8; TIME], usize),
    /// Whether it holds text, which may have to be quoted.
    is_text: bool,
    /// What money is written in.
    currency: Currency,
}

impl Cell {
    fn new(currency: Currency) -> Self {
        Self {
            bytes: TextBuffer::default(),
            start: 0,
            time: (0, *b"0.000000................", 8),
            is_text: false,
            currency,
        }
    }

    /// Ends the cell; the next one begins.
    #[inline]
    fn end(&mut self) {
        if self.is_text {
            self.quote();
            self.is_text = false;
        }
        self.bytes.byte(b',');
        self.start = self.bytes.len();
    }

    /// Quotes the cell where it holds what has a meaning in CSV.
    fn quote(&mut self) {
        let text = &self.bytes.as_bytes()[self.start..];
        if !text.iter().any(|byte| b",\"\r\n".contains(byte)) {
            return;
        }
        let text = text.to_vec();
        self.bytes.truncate(self.start);
        self.bytes.byte(b'"');
        for byte in text {
            if byte == b'"' {
                self.bytes.byte(b'"');
            }
            self.bytes.byte(byte);
        }
        self.bytes.byte(b'"');
    }

    /// Appends text, whose hidden characters are replaced by signs. A cell that a spreadsheet would take for a formula
    /// begins with an apostrophe, which marks it as text.
    pub fn text(&mut self, text: &str) {
        self.is_text = true;
        if self.bytes.len() == self.start && printable::is_formula(text) {
            self.bytes.byte(b'\'');
        }
        self.bytes.bytes(printable::line(text).as_bytes());
    }

    /// Fills an empty cell with a text that was made ready.
    #[inline]
    pub fn ready(&mut self, text: &Ready) {
        if text.text.len() <= SHORT {
            self.bytes.piece(&text.start, text.text.len());
        } else {
            self.bytes.bytes(&text.text);
        }
    }

    /// Appends a word of this program, which needs no quotes.
    #[inline]
    pub fn word(&mut self, word: &'static str) {
        self.bytes.bytes(word.as_bytes());
    }

    /// Appends a whole number.
    #[inline]
    pub fn integer(&mut self, number: impl Into<u64>) {
        self.bytes.integer(number.into());
    }

    /// Appends whole numbers with a space between two.
    #[inline]
    pub fn integers(&mut self, numbers: &[u64]) {
        for (position, number) in numbers.iter().enumerate() {
            if position > 0 {
                self.bytes.byte(b' ');
            }
            self.bytes.integer(*number);
        }
    }

    /// Appends a number with six decimals.
    pub fn decimal(&mut self, number: f64) {
        self.rounded(number, 6);
    }

    /// Appends a number with this many decimals, six at most: those that are known of it.
    pub fn rounded(&mut self, number: f64, decimals: usize) {
        let start = self.bytes.len();
        write!(self.bytes, "{number:.decimals$}").expect("writing to memory");
        let text = &self.bytes.as_bytes()[start..];
        if text.starts_with(b"-") && text.iter().all(|byte| b"-0.".contains(byte)) {
            self.bytes.remove(start);
        }
    }

    /// Appends the half-width of an interval with as many decimals as its mean; where those are not all, rounded up.
    pub fn rounded_up(&mut self, half_width: f64, decimals: usize) {
        if decimals >= 6 {
            return self.decimal(half_width);
        }
        let scale = 10_f64.powf(decimals as f64);
        self.rounded((half_width * scale).ceil() / scale, decimals);
    }

    /// Appends a number with at most six decimals, without zeros at its end.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is a small count"
    )]
    pub fn level(&mut self, number: f64) {
        // Most levels are counts, which have no decimals to be found and dropped again.
        if number.fract() == 0.0 && (0.0..1e9).contains(&number) {
            self.integer(number as u64);
            return;
        }
        self.decimal(number);
        let text = self.bytes.as_bytes();
        let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
        let point = usize::from(text[..text.len() - zeros].ends_with(b"."));
        let length = text.len() - zeros - point;
        self.bytes.truncate(length);
    }

    /// Appends an amount of money with six decimals.
    pub fn usd(&mut self, amount: Usd) {
        self.money(self.currency.exact(amount).micros_rounded());
    }

    /// Appends micro-dollars as an amount with six decimals.
    pub fn micro_usd(&mut self, micros: i128) {
        self.money(self.currency.micros(micros));
    }

    /// Appends millionths of the currency with six decimals.
    pub fn money(&mut self, micros: i128) {
        if micros < 0 {
            self.bytes.byte(b'-');
        }
        self.micros(micros.unsigned_abs());
    }

    /// Appends seconds with six decimals; nothing of a time that is not known.
    #[inline]
    pub fn time(&mut self, time: impl Into<Option<SimTime>>) {
        let Some(SimTime(time)) = time.into() else {
            return;
        };
        if time == 0 {
            self.bytes.piece(b"0.000000", 8);
            return;
        }
        if time != self.time.0 {
            let start = self.bytes.len();
            self.bytes.millionths(time);
            let length = self.bytes.len() - start;
            self.time = (time, self.bytes.piece_at(start), length);
            return;
        }
        self.bytes.piece(&self.time.1, self.time.2);
    }

    /// Appends seconds with six decimals.
    pub fn seconds(&mut self, time: NodeTime) {
        self.micros(time.0);
    }

    /// Appends `parts / per_unit` with so many decimals, rounded to the nearest.
    pub fn quotient(&mut self, parts: u128, per_unit: u128, decimals: usize) {
        let one = 10_u128.pow(u32::try_from(decimals).expect("a few decimals"));
        let per_unit = per_unit.max(1);
        let rest = (parts % per_unit * one * 2 + per_unit) / (2 * per_unit);
        let whole = parts / per_unit + rest / one;
        write!(self.bytes, "{whole}.{:0decimals$}", rest % one).expect("writing to memory");
    }

    /// Appends millionths as a number with six decimals.
    fn micros(&mut self, micros: u128) {
        if let Ok(micros) = u64::try_from(micros) {
            self.bytes.millionths(micros);
        } else {
            let second = u128::from(TICKS_PER_SECOND);
            let (whole, rest) = (micros / second, micros % second);
            write!(self.bytes, "{whole}").expect("writing to memory");
            let rest = u64::try_from(rest).expect("below a million");
            self.bytes.six_decimals(rest);
        }
    }
}

/// A text as it stands in a cell, for a table that has it in many rows.
pub struct Ready {
    text: Vec<u8>,
    /// Its begin, with anything behind it.
    start: [u8; SHORT],
}

impl Ready {
    /// Makes a text ready.
    pub fn new(text: &str) -> Self {
        let mut cell = Cell::new(Currency::default());
        cell.text(text);
        cell.quote();
        Self {
            start: cell.bytes.piece_at(0),
            text: cell.bytes.as_bytes().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests;
