//! TOML's own syntax: the text as a tree, and its errors as problems, the first of each line.

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, Error};

use super::tree::{Node, Origin, Source, Value, from_document};
use crate::error::{Place, Problem, SourceFile};

/// The tree of a file, as far as it can be read, and what is wrong with its syntax.
pub(in crate::scenario) fn parse(file: &Arc<SourceFile>) -> (Node, Vec<Problem>) {
    let (document, errors) = DeTable::parse_recoverable(&file.text);
    let mut problems: Vec<Problem> = Vec::new();
    let mut errors: Vec<&Error> = errors.iter().collect();
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    for error in errors {
        let problem = problem(file, error);
        let last = problems.last().and_then(|last| last.place.line());
        if last != problem.place.line() {
            problems.push(problem);
        }
    }
    let root = Node {
        origin: Origin {
            source: Source::File(0..0),
            scope: None,
        },
        value: Value::Table(from_document(document.get_ref())),
    };
    (root, problems)
}

fn problem(file: &Arc<SourceFile>, error: &Error) -> Problem {
    let (message, expected) = match error.message().split_once(", expected ") {
        Some((message, expected)) => (message, Some(expected)),
        None => (error.message(), None),
    };
    let span = error.span().unwrap_or(0..0);
    let help = match message {
        "duplicate key" => Some("a key or table stands once: keep one of them".to_owned()),
        "string values must be quoted" => {
            Some("write texts in quotes, such as `\"20m\"`".to_owned())
        }
        _ => expected
            .filter(|expected| *expected != "nothing")
            .map(|expected| format!("expected {expected}")),
    };
    let help = decimal_comma(&file.text, span.start).or(help);
    Problem {
        key: duplicate_key(&file.text, message, &span),
        place: Place::Span(Arc::clone(file), span),
        message: format!("this is not TOML: {message}"),
        help,
    }
}

/// What to write instead of `3,06`, which is on the line of an error.
fn decimal_comma(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?;
    let value = line.split_once('=')?.1.split('#').next()?.trim();
    let (whole, decimals) = value.split_once(',')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(decimals)).then(|| {
        format!(
            "write a decimal number with a point: `{whole}.{decimals}`; nothing separates thousands"
        )
    })
}

fn duplicate_key(text: &str, message: &str, span: &Range<usize>) -> Option<String> {
    (message == "duplicate key")
        .then(|| text.get(span.clone()).map(str::to_owned))
        .flatten()
}
