//! The line of a row as a message shows it, with the part that a column takes.

use std::ops::Range;

use super::{Column, Table};

/// Bytes of a line that are shown at most.
const LONGEST_EXCERPT: usize = 2000;

impl Table {
    /// What a cell of the row that starts at that byte holds, as far as it can be shown.
    pub fn cell(&self, from: usize, column: &Column) -> String {
        let excerpt = self.excerpt(from, Some(column.index));
        let cell = excerpt.map(|(text, span)| text[span].to_owned());
        cell.unwrap_or_default()
    }

    /// The first line of the row that starts at that byte, and the bytes of it that a column takes, or all; `None` where
    /// the column stands on another line or too far to the right.
    pub(super) fn excerpt(
        &self,
        from: usize,
        column: Option<usize>,
    ) -> Option<(String, Range<usize>)> {
        let rest = self.bytes.get(from..)?;
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let line = &rest[..end.unwrap_or(rest.len())];
        let span = match column {
            Some(column) => raw_cell(line, self.separator, column)?,
            None => 0..line.len(),
        };
        let shown = line.len().min(LONGEST_EXCERPT);
        if column.is_some() && span.end > shown {
            return None;
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let end = span.end.min(shown);
        let (before, marked) = (text(&line[..span.start]), text(&line[span.start..end]));
        let after = text(&line[end..shown]);
        let span = before.len()..before.len() + marked.len();
        Some((format!("{before}{marked}{after}"), span))
    }
}

/// The bytes of a line that a field takes, without blanks and quotes around it; its end if it has fewer fields.
fn raw_cell(line: &[u8], separator: u8, index: usize) -> Option<Range<usize>> {
    let (mut field, mut start, mut is_quoted) = (0, 0, false);
    let mut end = None;
    for (at, byte) in line.iter().enumerate() {
        match *byte {
            b'"' => is_quoted = !is_quoted,
            between if between == separator && !is_quoted => {
                if field == index {
                    end = Some(at);
                    break;
                }
                (field, start) = (field + 1, at + 1);
            }
            _ => {}
        }
    }
    let end = end.unwrap_or(line.len());
    if field < index && is_quoted {
        return None;
    }
    if field < index {
        return Some(line.len()..line.len());
    }
    let is_around = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'"';
    let inner = line[start..end].iter();
    let from = start + inner.clone().take_while(|byte| is_around(byte)).count();
    let to = end - inner.rev().take_while(|byte| is_around(byte)).count();
    Some(if from < to { from..to } else { start..end })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_cell_is_found_in_its_line_as_it_is_written() {
        for (line, index, cell) in [
            ("a,b,c", 0, "a"),
            ("a, b ,c", 1, "b"),
            ("a,\"b,b\",c", 1, "b,b"),
            ("a,\"b,b\",c", 2, "c"),
            ("a,,c", 1, ""),
            ("a,b", 5, ""),
            ("", 0, ""),
        ] {
            let span = raw_cell(line.as_bytes(), b',', index).expect(line);
            assert_eq!(&line[span], cell, "{line} {index}");
        }
        // The field stands on the next line.
        assert_eq!(raw_cell(b"a,\"b", b',', 2), None);
    }

    #[test]
    fn what_stands_too_far_to_the_right_is_not_shown() {
        let text = format!("a,b\n{},y\nx,é\n", "x".repeat(3000));
        let table = Table::new(Path::new("t.csv"), text.into_bytes()).expect("a table");
        let (first, second) = (4, 4 + 3000 + 3);
        assert_eq!(table.excerpt(first, Some(1)), None);
        let (line, span) = table.excerpt(first, None).expect("its beginning");
        assert_eq!((line.len(), span), (2000, 0..2000));
        let (line, _) = table.excerpt(second, Some(1)).expect("a short line");
        assert!(line.starts_with("x,"), "{line}");
    }
}
