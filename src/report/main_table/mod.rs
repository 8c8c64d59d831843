//! The table that answers: a line for each variant with its figures, sorted, in as many columns as a terminal has room for;
//! or the same as CSV, JSON or Markdown.

mod chosen;
mod columns;
mod csv;
mod json;
mod markdown;
mod rows;
mod text;
mod view;

pub use columns::{Figures, known, shorthand};
pub use rows::Shown;
pub use view::{Format, Order, Sort, Top, View};

pub(super) use columns::{Column, Scale, Unless};
pub(super) use json::{Mean, exact, mean};
pub(super) use markdown::{plain, prose};
pub(super) use text::{Lines, Printed, fitted, fitted_columns};

use super::StudyResults;
use super::wrapping::wrapped;
use chosen::chosen;

/// The table as text for a terminal of `width` columns.
pub(super) fn table(study: &StudyResults, shown: &Shown<'_>, view: &View, width: usize) -> String {
    let columns = chosen(study, view);
    let lines = Lines::of(shown, study);
    let mut text = fitted(&lines, &columns, width, view.columns.is_none());
    if let Some(said) = lines.undone(&columns) {
        text.push_str(&wrapped(&said, width));
        text.push('\n');
    }
    let hidden = shown.hidden();
    if hidden == 0 {
        return text;
    }
    let (are, variants) = if hidden == 1 {
        ("is", "variant")
    } else {
        ("are", "variants")
    };
    format!("{text}{hidden} more {variants} {are} not shown: `--top all` shows all.\n")
}

/// The table in a format for programs, or for a page; `None` of the format for people.
pub(super) fn formatted(study: &StudyResults, view: &View) -> Option<String> {
    let shown = Shown::of(study, view);
    let columns = chosen(study, view);
    match view.format {
        Format::Table => None,
        Format::Csv => Some(csv::text(study, &shown, &columns)),
        Format::Json => Some(json::text(study, &shown, &columns)),
        Format::Md => Some(markdown::text(study, &shown, &columns)),
    }
}
