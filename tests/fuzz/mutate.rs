//! Changes to a text, from a stray byte to a line of another file.

use autoscale_simulator::engine::streams::Stream;
use rand::RngExt as _;

use crate::corpus::{Corpus, pick};

/// Numbers at the edges of what fits.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "3",
    "0.5",
    "0.1",
    "100",
    "255",
    "65536",
    "1000000",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "1e9",
    "1e-9",
    "1e308",
    "1e-308",
    "nan",
    "inf",
    "-inf",
    "1_000",
    "0x7f",
    "1,5",
    "999999999999",
    "0.999999999",
];

/// Texts that are something elsewhere, or harm.
const TEXTS: &[&str] = &[
    "0s",
    "1us",
    "1ms",
    "90s",
    "1h30m",
    "100000d",
    "7000000d",
    "106751991d",
    "99999999999h",
    "-5m",
    "1.800s",
    "1w",
    "1/s",
    "1000000/s",
    "0/h",
    "1e-300/h",
    "1e300/h",
    "-1/h",
    "nan/h",
    "daily 00:00-24:00",
    "mon-fri 09:00-17:00",
    "mon 24:00-00:00",
    "sun-mon 23:59-00:01",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "UTC+1",
    "2024-03-31T02:30",
    "9999-12-31T23:59:59",
    "0001-01-01T00:00",
    "1711328400",
    "1711328400000",
    "45376.5",
    "\u{1b}]0;x\u{7}",
    "\u{1b}[2J",
    "\u{9b}2J",
    "\u{202e}txt",
    "=1+1",
    "+1",
    "@x",
    "\t=1",
    "\u{feff}",
    "\0",
    "\r\n",
    "\"",
    "\"\"\"",
    "'",
    "'''",
    "\\",
    "\\u0000",
    "\\uD800",
    "#",
    ",",
    ";",
    "\t",
    "=",
    ".",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "é",
    "世界",
    "\u{e0041}",
    "a.b.c",
    "../x",
    "/dev/zero",
    "fail",
    "resume",
    "drain",
    "cut",
    "spot",
    "list",
    "0 USD/h",
    "1e300 USD/month",
];

/// Changes a text in one to four places.
pub(crate) fn mutate(bytes: &mut Vec<u8>, corpus: &Corpus, stream: &mut Stream) {
    let mut times = 1;
    while times < 4 && stream.random_range(0..3) == 0 {
        times += 1;
    }
    for _ in 0..times {
        change(bytes, corpus, stream);
    }
}

fn change(bytes: &mut Vec<u8>, corpus: &Corpus, stream: &mut Stream) {
    match stream.random_range(0..20) {
        0 => flip(bytes, stream),
        1 => {
            let (from, to) = range(bytes, stream);
            bytes.drain(from..to);
        }
        2 => {
            let (from, to) = range(bytes, stream);
            let copy = bytes[from..to].to_vec();
            insert(bytes, &copy, stream);
        }
        3 => insert(bytes, pick(TEXTS, stream).as_bytes(), stream),
        4 => bytes.truncate(stream.random_range(0..=bytes.len())),
        5 => lines(bytes, stream),
        6 | 7 => {
            let other = corpus.scenario(stream);
            let line = pick(
                &other.split(|byte| *byte == b'\n').collect::<Vec<_>>(),
                stream,
            )
            .to_vec();
            add_line(bytes, &line, stream);
        }
        8..=12 => replace(bytes, is_number, pick(NUMBERS, stream).as_bytes(), stream),
        13..=15 => replace(bytes, is_word, corpus.word(stream).as_bytes(), stream),
        16 => replace(bytes, is_word, pick(TEXTS, stream).as_bytes(), stream),
        _ => replace(bytes, is_quoted, pick(TEXTS, stream).as_bytes(), stream),
    }
}

fn flip(bytes: &mut [u8], stream: &mut Stream) {
    if !bytes.is_empty() {
        let at = stream.random_range(0..bytes.len());
        bytes[at] ^= 1 << stream.random_range(0..8);
    }
}

/// A short piece.
fn range(bytes: &[u8], stream: &mut Stream) -> (usize, usize) {
    let from = stream.random_range(0..=bytes.len());
    let to = (from + stream.random_range(0..40)).min(bytes.len());
    (from, to)
}

fn insert(bytes: &mut Vec<u8>, what: &[u8], stream: &mut Stream) {
    let at = stream.random_range(0..=bytes.len());
    bytes.splice(at..at, what.iter().copied());
}

/// Swaps two lines, or takes one twice, or leaves one out.
fn lines(bytes: &mut Vec<u8>, stream: &mut Stream) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let (one, other) = (
        stream.random_range(0..lines.len()),
        stream.random_range(0..lines.len()),
    );
    match stream.random_range(0..3) {
        0 => lines.swap(one, other),
        1 => lines.insert(other, lines[one].clone()),
        _ => drop(lines.remove(one)),
    }
    *bytes = lines.join(&b'\n');
}

fn add_line(bytes: &mut Vec<u8>, line: &[u8], stream: &mut Stream) {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let mut starts: Vec<usize> = ends.map(|(at, _)| at + 1).collect();
    starts.push(0);
    let at = *pick(&starts, stream);
    bytes.splice(at..at, line.iter().copied().chain([b'\n']));
}

fn is_number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_quoted(byte: u8) -> bool {
    !matches!(byte, b'"' | b'\n')
}

/// Puts a text in the place of a run of bytes.
fn replace(bytes: &mut Vec<u8>, is_part: fn(u8) -> bool, by: &[u8], stream: &mut Stream) {
    let begins = |at: usize| is_part(bytes[at]) && (at == 0 || !is_part(bytes[at - 1]));
    let starts: Vec<usize> = (0..bytes.len()).filter(|at| begins(*at)).collect();
    if starts.is_empty() {
        return;
    }
    let from = *pick(&starts, stream);
    let length = bytes[from..]
        .iter()
        .take_while(|byte| is_part(**byte))
        .count();
    bytes.splice(from..from + length, by.iter().copied());
}
