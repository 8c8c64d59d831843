//! What can go wrong, for users: [`Problem`]s of a scenario or its files, collected, and [`Error`]s that end a command.

mod clip;
mod render;

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::printable;

use self::clip::clipped;
pub use self::render::{render, render_ending};

/// A text file that problems point into.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As the user named it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Where each line but the first begins: files with very many mistakes are asked for very many lines.
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// A file of that path and text.
    pub fn new(path: PathBuf, text: String) -> Self {
        let line_starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        Self {
            path,
            text,
            line_starts,
        }
    }

    /// The line, from 1, of a byte, and the byte at which that line begins.
    fn line_at(&self, byte: usize) -> (usize, usize) {
        let before = self.line_starts.partition_point(|start| *start <= byte);
        let start = before
            .checked_sub(1)
            .map_or(0, |last| self.line_starts[last]);
        (before + 1, start)
    }
}

/// A line of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataLine {
    /// The file, as the user named it.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: u64,
    /// The name of the column that is to blame, if one is.
    pub column: Option<String>,
    /// The text of the line with the bytes of it that are to blame, where they can be shown.
    pub excerpt: Option<(String, Range<usize>)>,
}

/// Where a problem is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A byte range of a scenario file.
    Span(Arc<SourceFile>, Range<usize>),
    /// A line of a data file.
    Row(Box<DataLine>),
    /// A whole file.
    File(PathBuf),
    /// A flag of the command line, as written, such as `--set cluster.gpu.max_nodes=x`.
    Flag(String),
    /// A key with a value that a command tries by itself, such as `cluster.gpu.max_nodes=2.5`.
    Tried(String),
}

/// One mistake: where, which key, what was found, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// The dotted key, such as `cluster.gpu.max_nodes`.
    pub key: Option<String>,
    /// What is wrong, naming what was found: lower case, backticks around names, no full stop.
    pub message: String,
    /// What is allowed, or what to do.
    pub help: Option<String>,
}

impl Place {
    /// The line, from 1, where known.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Span(file, span) => Some(file.line_at(span.start).0 as u64),
            Self::Row(row) => Some(row.line),
            Self::File(_) | Self::Flag(_) | Self::Tried(_) => None,
        }
    }

    /// Line and column, from 1, where known.
    pub fn line_column(&self) -> Option<(u64, u64)> {
        let line = self.line()?;
        let Self::Span(file, span) = self else {
            return Some((line, 1));
        };
        let (_, start) = file.line_at(span.start);
        let before = file.text.get(start..span.start).unwrap_or_default();
        Some((line, before.chars().count() as u64 + 1))
    }
}

impl Error {
    /// One mistake at a place, with what to do about it.
    pub fn refused(place: Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused(vec![Problem {
            place,
            key: None,
            message: message.into(),
            help: Some(help.into()),
        }])
    }
}

/// A text on one line, cut at a sane length, without characters that a terminal would obey.
fn told(text: &str) -> String {
    printable::line(&clipped(text)).into_owned()
}

/// A path on one line, without characters that a terminal would obey.
fn shown(path: &Path) -> String {
    printable::line(&path.display().to_string()).into_owned()
}

/// `path:line:column`, as editors and terminals link it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(file, _) => {
                let (line, column) = self.line_column().unwrap_or((1, 1));
                write!(f, "{}:{line}:{column}", shown(&file.path))
            }
            Self::Row(row) => {
                write!(f, "{}:{}", shown(&row.path), row.line)?;
                match &row.column {
                    Some(column) => write!(f, ", column `{}`", told(column)),
                    None => Ok(()),
                }
            }
            Self::File(path) => write!(f, "{}", shown(path)),
            Self::Flag(flag) => write!(f, "{}", told(flag)),
            Self::Tried(value) => write!(f, "{}, a value that is tried", told(value)),
        }
    }
}

impl Problem {
    /// Key and message; a message that begins with the last part of the key goes on after the whole of it.
    fn title(&self) -> String {
        let message = told(&self.message);
        let Some(key) = &self.key else {
            return message;
        };
        let key = told(key);
        let last = key.rsplit('.').next().unwrap_or_default();
        match message.strip_prefix(&format!("`{last}` ")) {
            Some(rest) => format!("`{key}` {rest}"),
            None => format!("`{key}`: {message}"),
        }
    }
}

/// One line: place, key, message, help.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.title())?;
        if let Some(help) = &self.help {
            write!(f, " ({})", told(help))?;
        }
        Ok(())
    }
}

/// What ends a command without its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The scenario, its data files or the flags were refused: exit code 2.
    #[error("{}", list(.0))]
    Refused(Vec<Problem>),
    /// Something outside failed while reading or writing: exit code 1.
    #[error("{action}: {source} ({help})")]
    Io {
        /// What was being done, naming the file.
        action: String,
        /// The system's word.
        source: std::io::Error,
        /// What to do about it.
        help: String,
    },
    /// A simulation does not come to an end that can be counted, or takes more than there is: exit code 1.
    #[error("{message} ({help})")]
    Endless {
        /// What is in the way, naming where.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// Parts of a whole are missing: exit code 4.
    #[error("{message}\n{}\n({help})", .missing.join("\n"))]
    Incomplete {
        /// How many there are of how many.
        message: String,
        /// For each the command that makes it, and why it is missing.
        missing: Vec<String>,
        /// What to do about it.
        help: String,
    },
    /// The user interrupted: exit code 130.
    #[error("interrupted: earlier results are as they were")]
    Interrupted,
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
