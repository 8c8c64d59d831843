//! What can go wrong, for users: [`Problem`]s of a scenario or its files, collected, and [`Error`]s that end a command.

mod clip;
mod render;

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

pub use self::clip::clipped;
pub use self::render::{render, render_ending};

/// A text file that problems point into.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As the user named it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
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
    /// Line and column, from 1, where known.
    pub fn line_column(&self) -> Option<(u64, u64)> {
        match self {
            Self::Span(file, span) => {
                let before = file.text.get(..span.start).unwrap_or(&file.text);
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                let line = before.matches('\n').count() + 1;
                let column = before[line_start..].chars().count() + 1;
                Some((line as u64, column as u64))
            }
            Self::Row(row) => Some((row.line, 1)),
            Self::File(_) | Self::Flag(_) => None,
        }
    }
}

/// `path:line:column`, as editors and terminals link it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(file, _) => {
                let (line, column) = self.line_column().unwrap_or((1, 1));
                write!(f, "{}:{line}:{column}", file.path.display())
            }
            Self::Row(row) => {
                write!(f, "{}:{}", row.path.display(), row.line)?;
                match &row.column {
                    Some(column) => write!(f, ", column `{}`", clipped(column)),
                    None => Ok(()),
                }
            }
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Flag(flag) => write!(f, "{}", clipped(flag)),
        }
    }
}

/// One line: place, key, message, help.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if let Some(key) = &self.key {
            write!(f, "`{}`: ", clipped(key))?;
        }
        write!(f, "{}", clipped(&self.message))?;
        if let Some(help) = &self.help {
            write!(f, " ({})", clipped(help))?;
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
    /// The user interrupted: exit code 130.
    #[error("interrupted: unfinished results are discarded, earlier ones are as they were")]
    Interrupted,
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
