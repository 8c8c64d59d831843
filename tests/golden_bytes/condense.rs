//! What is kept of long tables: their first rows, and of each further block of rows the first one and a checksum of the
//! others. No changed byte goes unseen, and a result that differs differs in a kept row sooner or later.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::pack::Files;

/// Files that are long: the others are kept whole.
const LONG: &[&str] = &[
    "runs.csv",
    "leases.csv",
    "timeline.csv",
    "timeline-fine.csv",
    "focus.csv",
];
/// First lines that are kept.
const FIRST: usize = 25;
/// Lines of a block.
const BLOCK: usize = 64;
/// Begins a line that stands for others; no row of a table of this program begins so.
pub(crate) const MARK: char = '#';

/// What is kept of files.
pub(crate) fn condensed(files: &Files) -> Files {
    let kept = files.iter().map(|(path, bytes)| {
        let is_long = LONG.iter().any(|name| path.ends_with(&format!("/{name}")));
        let kept = if is_long {
            condense(bytes)
        } else {
            bytes.clone()
        };
        (path.clone(), kept)
    });
    kept.collect()
}

/// The kept lines; each that stands for others has their number and the checksum.
fn condense(bytes: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let Some((first, others)) = lines.split_at_checked(FIRST) else {
        return bytes.to_vec();
    };
    let mut kept = first.concat();
    for block in others.chunks(BLOCK) {
        let (first, others) = block.split_at(1);
        kept.extend_from_slice(&first.concat());
        let sum = sum(&others.concat(), 4);
        kept.extend_from_slice(format!("{MARK}{} {sum}\n", others.len()).as_bytes());
    }
    let whole = sum(bytes, 32);
    kept.extend_from_slice(format!("{MARK}0 {whole}\n").as_bytes());
    kept
}

/// So many bytes of the checksum, in hexadecimal digits.
fn sum(bytes: &[u8], length: usize) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes).iter().take(length) {
        write!(text, "{byte:02x}").expect("a text");
    }
    text
}

/// The lines that a kept line stands for, if it is such a one.
pub(crate) fn stands_for(line: &str) -> Option<u64> {
    let (count, _) = line.strip_prefix(MARK)?.split_once(' ')?;
    count.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tables_are_kept_whole_and_long_ones_in_a_part() {
        let table = |rows: usize| -> Vec<u8> {
            let rows = (0..rows).map(|row| format!("row {row},{}\n", row * row));
            rows.collect::<Vec<String>>().concat().into_bytes()
        };
        assert_eq!(condense(&table(20)), table(20));
        let long = String::from_utf8(condense(&table(100))).unwrap();
        let lines: Vec<&str> = long.lines().collect();
        assert_eq!(lines[24], "row 24,576");
        assert_eq!(lines[25], "row 25,625");
        assert_eq!(stands_for(lines[26]), Some(63));
        assert_eq!(lines[27], "row 89,7921");
        assert_eq!(stands_for(lines[28]), Some(10));
        assert_eq!(stands_for(lines[29]), Some(0));
        assert_eq!(lines.len(), 30);
        assert_eq!(stands_for(lines[0]), None);
    }
}
