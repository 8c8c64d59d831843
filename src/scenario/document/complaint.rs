//! What is wrong with a value, before its place is known.

use crate::catalog::Finding;

/// What is wrong with a value, before its place is known.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Complaint {
    pub(in crate::scenario) message: String,
    pub(in crate::scenario) help: Option<String>,
    /// Whether it is about something that is not there, and may stand on a line that is no TOML.
    pub(in crate::scenario) missing: bool,
    /// Which item of an array it is about.
    pub(in crate::scenario) item: Option<usize>,
}

impl Complaint {
    /// Names what was found.
    pub(in crate::scenario) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            missing: false,
            item: None,
        }
    }

    /// Says what is allowed, or what to do.
    pub(in crate::scenario) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(in crate::scenario) fn missing(mut self) -> Self {
        self.missing = true;
        self
    }

    /// Splits `what is wrong: what to do`.
    pub(in crate::scenario) fn sentence(text: &str) -> Self {
        match text.split_once(": ") {
            Some((message, help)) => Self::new(message).help(help),
            None => Self::new(text),
        }
    }
}

impl From<Finding> for Complaint {
    fn from(finding: Finding) -> Self {
        Self::new(finding.message).help(finding.help)
    }
}
