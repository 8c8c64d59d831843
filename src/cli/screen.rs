//! What a person sees: results on stdout, talk on stderr; color where it is wanted. A closed pipe is not an error. All text
//! passes [`printable`] before colors are added: nothing that a file or a flag says is obeyed by the terminal.

use std::io::{ErrorKind, IsTerminal as _, Write};
use std::sync::Arc;

use super::folder::Rows;
use super::readings::blocks;
use crate::error::{Error, render_ending};
use crate::printable;
use crate::report::wrapping::wrapped;
use crate::scenario::Scenario;

/// Width where nothing limits it.
const DEFAULT_WIDTH: usize = 80;

/// Rows of levels over time that a target has where there are few.
const USUAL_LEVELS: u64 = 1024;

/// The word in red.
const ERROR: &str = "\x1b[31merror\x1b[0m";

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Not at all.
    Silent,
    /// As a bar that moves.
    Bar,
    /// In a line for each tenth, since stderr is a file or a pipe.
    Lines,
}

/// Stdout and stderr.
pub(super) struct Screen {
    quiet: bool,
}

impl Screen {
    pub(super) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Results, to stdout.
    pub(super) fn print(text: &str) -> Result<(), Error> {
        let mut out = anstream::stdout().lock();
        let text = printable::lines(text);
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // Whoever closed the pipe does not want the rest.
            Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(Error::Io {
                action: "cannot write to standard output".to_owned(),
                source,
                help: "free some space, or send it somewhere else".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Lists and sentences, to stdout, where wrapped with a hanging indent.
    pub(super) fn print_wrapped(text: &str) -> Result<(), Error> {
        Self::print(&wrapped(text, Self::width()))
    }

    /// Lists and sentences, to stdout, each in one line where programs read them; where there is a limit of columns, wrapped.
    pub(super) fn print_fitted(text: &str) -> Result<(), Error> {
        match Self::limit() {
            Some(width) => Self::print(&wrapped(text, width)),
            None => Self::print(text),
        }
    }

    /// Talk, to stderr; `text` is harmless already.
    fn say(text: &str) {
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{text}");
    }

    /// Sentences, to stderr: wrapped on a terminal, each in one line where programs read them.
    fn say_wrapped(text: &str) {
        let width = Self::width_of_stderr();
        Self::say(&width.map_or_else(|| text.to_owned(), |width| wrapped(text, width)));
    }

    /// Something nice to know; silent under `--quiet`.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            Self::say_wrapped(&printable::lines(text));
        }
    }

    /// Some such things, or none.
    pub(super) fn notes(&self, notes: impl IntoIterator<Item = String>) {
        for note in notes {
            self.note(&note);
        }
    }

    /// A command that may be useful, in one line so that it can be copied; silent under `--quiet`.
    pub(super) fn command(&self, line: &str) {
        if !self.quiet {
            Self::say(&printable::line(line));
        }
    }

    /// What the scenario's author should know before the results.
    pub(super) fn remarks(&self, scenario: &Scenario) {
        let name = scenario.path.display().to_string();
        let name = printable::line(&name);
        Self::warnings_of(&scenario.warnings, &format!("{name}: "));
        for note in &scenario.notes {
            self.note(&format!("note: {name}: {}", printable::line(note)));
        }
        for block in blocks(scenario) {
            self.note(&format!("note: {name}: {block}"));
        }
    }

    /// How much is known of studies that go on.
    pub(super) fn resumed(&self, studies: &[Arc<Rows>]) {
        let (known, all) = counts(studies);
        self.note(&if known == 0 {
            "note: there is nothing to resume: all replications are simulated".to_owned()
        } else {
            format!("note: {known} of {all} replications are done already")
        });
    }

    /// How much is kept of studies that are not finished. Nothing is added to them any more.
    pub(super) fn kept(&self, studies: &[Arc<Rows>]) {
        for rows in studies {
            rows.close();
        }
        let (kept, all) = counts(studies);
        if kept > 0 {
            self.note(&format!(
                "note: {kept} of {all} replications are kept: the same command with `--resume` goes on from there"
            ));
        }
    }

    /// That levels over time are coarse where very many targets and variants share their rows.
    pub(super) fn levels(&self, scenario: &Scenario, most: u64) {
        if most < USUAL_LEVELS {
            let name = scenario.path.display();
            self.note(&format!(
                "note: {name}: levels over time are means in at most {most} rows a target, since there are so many targets and variants"
            ));
        }
    }

    /// Sentences that question the results.
    pub(super) fn warnings(warnings: &[String]) {
        Self::warnings_of(warnings, "");
    }

    fn warnings_of(warnings: &[String], prefix: &str) {
        for warning in warnings {
            let warning = printable::line(warning);
            Self::say_wrapped(&format!("\x1b[33mwarning\x1b[0m: {prefix}{warning}"));
        }
    }

    /// What ended the command; of what was refused, the last line says that `nothing` came of it.
    pub(super) fn error(error: &Error, nothing: &str) {
        match error {
            // anstream drops the colors where they are not wanted.
            Error::Refused(problems) => {
                let text = render_ending(problems, true, nothing);
                Self::say(&Self::sentences_wrapped(text.trim_end()));
            }
            Error::Io {
                action,
                source,
                help,
            } => Self::say_error(&format!("{action}: {source}"), help),
            Error::Endless { message, help } => Self::say_error(message, help),
            Error::Incomplete {
                message,
                missing,
                help,
            } => {
                Self::say(&format!("{ERROR}: {message}"));
                for line in missing {
                    Self::say(&format!("  {}", printable::line(line)));
                }
                Self::say(&format!("  = help: {help}"));
            }
            Error::Interrupted => Self::say(&format!("{ERROR}: {error}")),
        }
    }

    /// Problems with their sentences wrapped on a terminal; lines of files, which have a bar beside them, stay as they are.
    fn sentences_wrapped(text: &str) -> String {
        let Some(width) = Self::width_of_stderr() else {
            return text.to_owned();
        };
        let lines = text.split('\n').map(|line| {
            if line.contains('|') {
                line.to_owned()
            } else {
                wrapped(line, width)
            }
        });
        lines.collect::<Vec<String>>().join("\n")
    }

    /// What was wrong with the flags, in the words of their parser, which repeat what was typed.
    pub(super) fn flags(error: &clap::Error) {
        let text = error.render().to_string();
        let text = printable::lines(text.trim_end());
        match text.strip_prefix("error") {
            Some(rest) => Self::say(&format!("{ERROR}{rest}")),
            None => Self::say(&text),
        }
    }

    /// An error with what to do about it.
    fn say_error(what: &str, help: &str) {
        let (what, help) = (printable::line(what), printable::line(help));
        Self::say(&format!("{ERROR}: {what}\n  = help: {help}"));
    }

    /// How progress is shown.
    pub(super) fn progress_way(&self) -> Way {
        match (self.quiet, std::io::stderr().is_terminal()) {
            (true, _) => Way::Silent,
            (false, true) => Way::Bar,
            (false, false) => Way::Lines,
        }
    }

    /// A line of progress.
    pub(super) fn progress(line: &str) {
        Self::say(line);
    }

    /// Columns for tables that have the same figures at any width.
    pub(super) fn width() -> usize {
        Self::limit().unwrap_or(DEFAULT_WIDTH)
    }

    /// Columns that there are: those of `COLUMNS`, else of the terminal that stdout is. A pipe or a file takes any number.
    pub(super) fn limit() -> Option<usize> {
        Self::stated().or_else(|| {
            let is_terminal = std::io::stdout().is_terminal();
            let size = is_terminal.then(terminal_size::terminal_size).flatten();
            size.map(|(width, _)| usize::from(width.0))
        })
    }

    /// Columns of the terminal that stderr is; `None` where it is none.
    fn width_of_stderr() -> Option<usize> {
        let err = std::io::stderr();
        let size = terminal_size::terminal_size_of(&err).filter(|_| err.is_terminal());
        let width = size.map(|(width, _)| usize::from(width.0));
        width.map(|width| Self::stated().unwrap_or(width))
    }

    /// Columns that `COLUMNS` states.
    fn stated() -> Option<usize> {
        let stated = std::env::var("COLUMNS").ok();
        let stated = stated.and_then(|text| text.trim().parse().ok());
        stated.filter(|columns| *columns > 0)
    }
}

/// How many replications of studies are there, and how many there will be.
fn counts(studies: &[Arc<Rows>]) -> (usize, usize) {
    let there = studies.iter().map(|rows| rows.count()).sum();
    (there, studies.iter().map(|rows| rows.all()).sum())
}
