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
mod tests {
    use super::*;

    fn cell(fill: impl FnOnce(&mut Cell)) -> String {
        in_currency(Currency::default(), fill)
    }

    fn in_currency(currency: Currency, fill: impl FnOnce(&mut Cell)) -> String {
        let mut cell = Cell::new(currency);
        fill(&mut cell);
        String::from_utf8(cell.bytes.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn numbers_are_written_as_documented() {
        assert_eq!(cell(|c| c.integer(0_u32)), "0");
        assert_eq!(cell(|c| c.integer(u64::MAX)), u64::MAX.to_string());
        assert_eq!(cell(|c| c.decimal(-1e-9)), "0.000000");
        assert_eq!(cell(|c| c.decimal(-12.5)), "-12.500000");
        assert_eq!(cell(|c| c.rounded(120.058_6, 2)), "120.06");
        assert_eq!(cell(|c| c.rounded(-0.04, 1)), "0.0");
        assert_eq!(cell(|c| c.rounded_up(0.031, 2)), "0.04");
        assert_eq!(cell(|c| c.rounded_up(0.031, 6)), "0.031000");
        assert_eq!(cell(|c| c.level(3.0)), "3");
        assert_eq!(cell(|c| c.level(0.0)), "0");
        assert_eq!(cell(|c| c.level(100.25)), "100.25");
        assert_eq!(cell(|c| c.time(SimTime(90_000_001))), "90.000001");
        assert_eq!(cell(|c| c.time(None)), "");
        assert_eq!(
            cell(|c| c.seconds(NodeTime(1 << 100))),
            "1267650600228229401496703.205376"
        );
        let hour = Usd(i128::from(TICKS_PER_SECOND) * 3600);
        assert_eq!(cell(|c| c.usd(Usd(hour.0 * 1_230_000))), "1.230000");
        assert_eq!(cell(|c| c.usd(Usd(hour.0 / 2 - 1))), "0.000000");
        assert_eq!(cell(|c| c.usd(Usd(-hour.0 / 2))), "-0.000001");
        assert_eq!(cell(|c| c.quotient(1, 3, 9)), "0.333333333");
        assert_eq!(
            cell(|c| c.quotient(19_999_999_999, 10_000_000_000, 9)),
            "2.000000000"
        );
        assert_eq!(
            cell(|c| c.quotient(1 << 100, 1 << 99, 12)),
            "2.000000000000"
        );
    }

    #[test]
    fn times_are_written_alike_whatever_was_written_before() {
        let mut random = 1_u64;
        let mut before = 0;
        for bits in (0..64).cycle().take(10_000) {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(97);
            let time = random >> bits;
            for other in [time, before, 0, u64::MAX] {
                let several = cell(|c| {
                    c.time(SimTime(other));
                    c.word(" ");
                    c.time(SimTime(time));
                    c.word(" ");
                    c.time(SimTime(time));
                });
                let seconds = |time: u64| {
                    let whole = time / TICKS_PER_SECOND;
                    format!("{whole}.{:06}", time % TICKS_PER_SECOND)
                };
                let (other, time) = (seconds(other), seconds(time));
                assert_eq!(several, format!("{other} {time} {time}"));
            }
            before = time;
        }
    }

    #[test]
    fn texts_that_were_made_ready_are_those_of_cells() {
        let lengths = [31, 32, 33].map(|length| "x".repeat(length));
        let long = "a, \"b\" ".repeat(9);
        let all = [
            "",
            "gpu",
            "=1",
            "a,b",
            "\t\"",
            &long,
            &lengths[0],
            &lengths[1],
            &lengths[2],
        ];
        for text in all {
            let columns = [
                Column::new("name", "", "", |row: &&str, cell: &mut Cell| cell.text(row)),
                Column::new("ready", "", "", |row: &&str, cell: &mut Cell| {
                    cell.ready(&Ready::new(row));
                }),
                Column::new("end", "", "", |_, cell| cell.integers(&[7, 0, 12])),
            ];
            let mut out = Vec::new();
            write_rows(&columns, [text], Currency::default(), &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            let row = out.strip_prefix("name,ready,end\n").unwrap();
            let cells = row.strip_suffix(",7 0 12\n").unwrap();
            let (name, ready) = cells.split_at(cells.len() / 2);
            assert_eq!(format!("{name},"), format!("{},", &ready[1..]), "{text}");
        }
    }

    #[test]
    fn no_text_is_a_formula_or_hides_anything() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1"] {
            assert_eq!(cell(|c| c.text(text)), format!("'{text}"));
        }
        assert_eq!(cell(|c| c.text("\t=1")), "'\u{2409}=1");
        assert_eq!(
            cell(|c| c.text("a\r\n\x1b[2J")),
            "a\u{240d}\u{240a}\u{241b}[2J"
        );
        let joined = cell(|c| {
            c.text("a");
            c.text("-b");
        });
        assert_eq!(joined, "a-b");
        assert_eq!(cell(|c| c.decimal(-1.5)), "-1.500000");
    }

    #[test]
    fn money_is_in_the_currency_of_the_table() {
        let euro = Currency::new("EUR", 0.92).unwrap();
        let dollars = Usd(Usd::ONE.0 * 10);
        assert_eq!(in_currency(euro, |c| c.usd(dollars)), "9.200000");
        assert_eq!(in_currency(euro, |c| c.micro_usd(3_060_000)), "2.815200");
        assert_eq!(in_currency(euro, |c| c.money(3_060_000)), "3.060000");
        let columns = [Column::new("cost_usd", "USD", "", |row: &Usd, cell| {
            cell.usd(*row);
        })];
        let mut out = Vec::new();
        write_rows(&columns, [dollars], euro, &mut out).unwrap();
        assert_eq!(out, b"cost_eur\n9.200000\n");
    }

    #[test]
    fn text_is_quoted_where_it_has_to_be() {
        let columns = [
            Column::new("name", "", "", |row: &(&str, u32), cell: &mut Cell| {
                cell.text(row.0);
            }),
            Column::new("count", "", "", |row, cell| cell.integer(row.1)),
        ];
        let mut out = Vec::new();
        write_rows(
            &columns,
            [("a, \"b\"", 1), ("c", 20)],
            Currency::default(),
            &mut out,
        )
        .unwrap();
        assert_eq!(out, b"name,count\n\"a, \"\"b\"\"\",1\nc,20\n");
    }
}
