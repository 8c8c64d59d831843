//! What keeps stored results from being read.

use std::fmt;
use std::io;

/// What keeps stored results from being read.
#[derive(Debug)]
pub enum Fault {
    /// This is something else.
    Foreign,
    /// They are of another version of the format.
    Version(u32),
    /// They end, or are damaged, at this byte.
    Torn(u64),
    /// Replications are missing, double or of no variant.
    Rows(String),
    /// The system cannot read them.
    Io(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => write!(out, "this is not a file of results"),
            Self::Version(version) => write!(
                out,
                "it has version {version} of the format, and this program reads version {}",
                super::VERSION
            ),
            Self::Torn(at) => write!(out, "it is damaged, or ends too early, after byte {at}"),
            Self::Rows(what) => write!(out, "{what}"),
            Self::Io(error) => write!(out, "{error}"),
        }
    }
}

impl std::error::Error for Fault {}
