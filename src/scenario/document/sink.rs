//! Collects every problem of a scenario, and the defaults that act.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::complaint::Complaint;
use super::tree::{Origin, Source};
use super::usual::ActingDefault;
use crate::error::{Place, Problem, SourceFile};

/// Number of problems from which on no nearest name is looked for, since no screen shows that many.
const FLOOD: usize = 1000;

/// A problem was reported; there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Reported;

/// A value that was read, or the word that its problem is reported.
pub(in crate::scenario) type Read<T> = Result<T, Reported>;

/// Collects problems, each once.
pub(in crate::scenario) struct Sink {
    file: Arc<SourceFile>,
    /// Lines that TOML itself refused: what stands there says nothing more, and what is missing may stand there.
    broken_lines: BTreeSet<u64>,
    /// Keys that unknown ones are probably meant to be: that these are missing says nothing more.
    pub(super) meant: RefCell<BTreeSet<String>>,
    problems: RefCell<Vec<Problem>>,
    seen: RefCell<BTreeSet<(usize, String, String)>>,
    /// Defaults that act, in the order of reading.
    defaults: RefCell<Vec<ActingDefault>>,
    /// Notes, in the order of reading.
    notes: RefCell<Vec<String>>,
}

impl Sink {
    /// Starts with the problems of the syntax.
    pub(in crate::scenario) fn new(file: Arc<SourceFile>, syntax: Vec<Problem>) -> Self {
        let lines = syntax.iter().filter_map(|problem| problem.place.line());
        Self {
            broken_lines: lines.collect(),
            file,
            meant: RefCell::default(),
            problems: RefCell::new(syntax),
            seen: RefCell::default(),
            defaults: RefCell::default(),
            notes: RefCell::default(),
        }
    }

    /// Forgets defaults and notes, which are those of another variant.
    pub(in crate::scenario) fn forget(&self) {
        self.defaults.take();
        self.notes.take();
    }

    /// The defaults that were found to act since this was last asked.
    pub(in crate::scenario) fn take_defaults(&self) -> Vec<ActingDefault> {
        self.defaults.take()
    }

    /// Notes a default that acts.
    pub(in crate::scenario) fn acts(&self, default: ActingDefault) {
        self.defaults.borrow_mut().push(default);
    }

    /// What was noted since this was last asked.
    pub(in crate::scenario) fn take_notes(&self) -> Vec<String> {
        self.notes.take()
    }

    /// Notes what the user should know of how something was read, once.
    pub(super) fn note(&self, note: String) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// All problems, in the order of the file; others after them.
    pub(in crate::scenario) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| match &problem.place {
            Place::Span(_, span) => (0, span.start),
            // The rows of a file, then what is said of the file, such as how many more rows are bad.
            Place::File(_) | Place::Row(_) => (1, 0),
            Place::Flag(_) | Place::Tried(_) => (2, 0),
        });
        problems
    }

    /// Whether there is no problem so far.
    pub(in crate::scenario) fn is_empty(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// Whether there are too many problems to look for nearest names.
    pub(in crate::scenario) fn is_flooded(&self) -> bool {
        self.problems.borrow().len() >= FLOOD
    }

    /// Whether a table of the top level may be written, but where it could not be read.
    pub(in crate::scenario) fn may_hide(&self, section: &str) -> bool {
        !self.broken_lines.is_empty() || self.meant.borrow().contains(section)
    }

    /// The scenario file.
    pub(in crate::scenario) fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Adds a problem that is already in its form.
    pub(in crate::scenario) fn push(&self, problem: Problem) -> Reported {
        let (start, place) = match &problem.place {
            Place::Span(_, span) => (span.start, String::new()),
            place => (0, place.to_string()),
        };
        let key = problem.key.clone().unwrap_or_default();
        // What is wrong with a key of a grid whatever its value is said at the first.
        let is_of_grid = ["sweep.", "search."].iter().any(|it| key.starts_with(it));
        let start = if is_of_grid { 0 } else { start };
        let message = format!("{place}{}", problem.message);
        if self.seen.borrow_mut().insert((start, key, message)) {
            self.problems.borrow_mut().push(problem);
        }
        Reported
    }

    /// Reports a complaint about what stands at `origin` under the dotted key `path`.
    pub(in crate::scenario) fn report(
        &self,
        origin: &Origin,
        path: &str,
        complaint: Complaint,
    ) -> Reported {
        let place = match &origin.source {
            Source::File(span) => Place::Span(Arc::clone(&self.file), span.clone()),
            Source::Flag(flag) => Place::Flag(flag.to_string()),
        };
        if !self.broken_lines.is_empty() {
            let line = place.line().unwrap_or(0);
            if complaint.missing || self.broken_lines.contains(&line) {
                return Reported;
            }
        }
        if complaint.missing && self.meant.borrow().contains(path) {
            return Reported;
        }
        let key = match &origin.scope {
            Some(scope) if !path.starts_with(&**scope) => format!("{scope}.{path}"),
            _ => path.to_owned(),
        };
        self.push(Problem {
            place,
            key: (!key.is_empty()).then_some(key),
            message: complaint.message,
            help: complaint.help,
        })
    }
}
