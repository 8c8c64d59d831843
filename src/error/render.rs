//! Problems as a terminal shows them: each with its line of the file and a caret, and one line that sums up.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{DataLine, Place, Problem, SourceFile, shown, told};
use crate::printable;

/// Problems shown in full: more are one mistake made many times, or the wrong file.
const MOST: usize = 25;

/// Problems in the style of the Rust compiler, in the order given, ending with how many there are and where.
pub fn render(problems: &[Problem], color: bool) -> String {
    render_ending(problems, color, "nothing was simulated")
}

/// The same, ending with what did not happen.
pub fn render_ending(problems: &[Problem], color: bool, nothing: &str) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = String::new();
    for problem in problems.iter().take(MOST) {
        text.push_str(&renderer.render(&[group(problem)]));
        text.push_str("\n\n");
    }
    let _ = write!(text, "{}: {nothing}", summary(problems));
    text
}

fn group(problem: &Problem) -> Group<'_> {
    let mut group = Group::with_title(Level::ERROR.primary_title(problem.title()));
    match &problem.place {
        Place::Span(file, span) => group = group.element(excerpt(file, span)),
        Place::Row(row) if row.excerpt.is_some() => group = group.element(data_line(row)),
        place => group = group.element(Level::NOTE.with_name("at").message(place.to_string())),
    }
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(told(help))),
        None => group,
    }
}

/// The line of a data file with carets under what is to blame, and the name of its column.
fn data_line<'a>(row: &DataLine) -> Snippet<'a, Annotation<'a>> {
    let (line, span) = row.excerpt.as_ref().expect("only lines with an excerpt");
    let (text, marks) = marked(line, span.start, span.end);
    let mark = AnnotationKind::Primary.span(marks);
    let mark = match &row.column {
        Some(column) => mark.label(format!("column `{}`", told(column))),
        None => mark,
    };
    Snippet::source(text)
        .line_start(usize::try_from(row.line).unwrap_or(usize::MAX))
        .path(shown(&row.path))
        .annotation(mark)
}

/// The line on which a span begins, with carets under what of the span is on it: carets under many lines help nobody.
fn excerpt<'a>(file: &SourceFile, span: &Range<usize>) -> Snippet<'a, Annotation<'a>> {
    let text = file.text.as_str();
    let (number, from) = file.line_at(span.start.min(text.len()));
    let line = text.get(from..).unwrap_or_default();
    let line = line.lines().next().unwrap_or_default();
    let (text, marks) = marked(
        line,
        span.start.saturating_sub(from),
        span.end.saturating_sub(from),
    );
    Snippet::source(text)
        .line_start(number)
        .path(shown(&file.path))
        .annotation(AnnotationKind::Primary.span(marks))
}

/// A line to show, and the bytes of it that are those from `start` to `end`. Each hidden character has a sign in its
/// place, so that columns stay as they are.
fn marked(line: &str, start: usize, end: usize) -> (String, Range<usize>) {
    let start = floor_boundary(line, start);
    let end = floor_boundary(line, end).max(start);
    let before = printable::tabbed_line(&line[..start]);
    let marked = printable::tabbed_line(&line[start..end]);
    let after = printable::tabbed_line(&line[end..]);
    let marks = before.len()..before.len() + marked.len();
    (format!("{before}{marked}{after}"), marks)
}

/// The last boundary between characters that is not after `byte`.
fn floor_boundary(text: &str, byte: usize) -> usize {
    let at_most = byte.min(text.len());
    let mut boundaries = (0..=at_most).rev();
    boundaries
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

fn summary(problems: &[Problem]) -> String {
    let count = match problems.len() {
        1 => "1 problem".to_owned(),
        count @ ..=MOST => format!("{count} problems"),
        count => format!("the first {MOST} of {count} problems"),
    };
    let mut places: Vec<String> = Vec::new();
    for problem in problems {
        let place = match &problem.place {
            Place::Span(file, _) => shown(&file.path),
            Place::Row(row) => shown(&row.path),
            Place::File(path) => shown(path),
            Place::Flag(_) => "the flags".to_owned(),
            Place::Tried(_) => "the values that are tried".to_owned(),
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    match places.split_last() {
        None => count,
        Some((only, [])) => format!("{count} in {only}"),
        Some((last, others)) => {
            let others = others.join(", ");
            format!("{count} in {others} and {last}")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;
    use crate::error::SourceFile;

    #[test]
    fn of_very_many_problems_the_first_are_shown() {
        let problem = |line| Problem {
            place: Place::Row(Box::new(DataLine {
                path: PathBuf::from("x.csv"),
                line,
                column: None,
                excerpt: None,
            })),
            key: None,
            message: "bad".to_owned(),
            help: None,
        };
        let problems: Vec<Problem> = (1..=300).map(problem).collect();
        let text = render(&problems, false);
        assert_eq!(text.matches("error: bad").count(), 25);
        let last = "the first 25 of 300 problems in x.csv: nothing was simulated";
        assert_eq!(text.lines().last(), Some(last));
    }

    #[test]
    fn a_line_of_a_data_file_is_shown_like_one_of_the_scenario() {
        let problem = Problem {
            place: Place::Row(Box::new(DataLine {
                path: PathBuf::from("jobs.csv"),
                line: 456,
                column: Some("duration".to_owned()),
                excerpt: Some(("2024-03-01 08:00,3h,1".to_owned(), 17..19)),
            })),
            key: None,
            message: "`3h` is not a number".to_owned(),
            help: None,
        };
        let text = render(&[problem], false);
        let expected = "\
error: `3h` is not a number
   --> jobs.csv:456:18
    |
456 | 2024-03-01 08:00,3h,1
    |                  ^^ column `duration`

1 problem in jobs.csv: nothing was simulated";
        assert_eq!(text, expected, "\n{text}");
    }

    #[test]
    fn a_problem_shows_its_line_and_the_last_line_sums_up() {
        let file = Arc::new(SourceFile::new(
            PathBuf::from("scenarios/x.toml"),
            "seed = 1\nwarmup = 5\n".to_owned(),
        ));
        let problems = [
            Problem {
                place: Place::Span(file, 18..19),
                key: Some("warmup".to_owned()),
                message: "found the number 5".to_owned(),
                help: Some("a duration needs its unit".to_owned()),
            },
            Problem {
                place: Place::Flag("--set seed=x".to_owned()),
                key: Some("seed".to_owned()),
                message: "found the text `x`".to_owned(),
                help: None,
            },
        ];
        let text = render(&problems, false);
        let expected = "\
error: `warmup`: found the number 5
 --> scenarios/x.toml:2:10
  |
2 | warmup = 5
  |          ^
  |
  = help: a duration needs its unit

error: `seed`: found the text `x`
 |
 = at: --set seed=x

2 problems in scenarios/x.toml and the flags: nothing was simulated";
        assert_eq!(text, expected, "\n{text}");
    }
}
