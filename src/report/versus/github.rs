//! A comparison as annotations of a workflow of GitHub Actions: an error for each limit that is exceeded, a notice for each
//! other limit and for each variant.
//!
//! Format: "Workflow commands for GitHub Actions", docs.github.com; `%`, carriage return and newline are escaped in the text,
//! and `:` and `,` in a property as well.

use std::fmt::Write as _;

use super::{Judged, Pair, Versus};

/// The lines.
pub(super) fn text(versus: &Versus<'_>, judged: &[Judged<'_>]) -> String {
    let mut text = String::new();
    for judged in judged {
        let kind = if judged.is_exceeded {
            "error"
        } else {
            "notice"
        };
        annotate(&mut text, kind, &judged.variant, &judged.sentence());
    }
    for pair in &versus.pairs {
        annotate(&mut text, "notice", &pair.name(), &of_pair(pair));
    }
    annotate(&mut text, "notice", "inputs", &versus.notes().join(" "));
    text
}

fn of_pair(pair: &Pair<'_>) -> String {
    if pair.is_same() {
        return "no difference in any figure".to_owned();
    }
    let currency = &pair.after.currency;
    let lines = pair.lines.iter().map(|line| line.sentence(currency));
    let lines: Vec<String> = lines.chain(pair.cautions()).collect();
    lines.join("\n")
}

fn annotate(text: &mut String, kind: &str, title: &str, message: &str) {
    let message = escaped(message);
    let title = escaped(title).replace(':', "%3A").replace(',', "%2C");
    writeln!(text, "::{kind} title=simulate compare {title}::{message}")
        .expect("memory takes every byte");
}

fn escaped(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::annotate;

    #[test]
    fn what_would_end_an_annotation_is_escaped() {
        let mut text = String::new();
        annotate(&mut text, "error", "a: b, c", "5 %\nand: more, of it");
        assert_eq!(
            text,
            "::error title=simulate compare a%3A b%2C c::5 %25%0Aand: more, of it\n"
        );
    }
}
