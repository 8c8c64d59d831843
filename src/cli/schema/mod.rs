//! `simulate schema`: the JSON Schema of scenario files, or what a key means.

mod document;
mod explain;
mod values;

use clap::Args;

use super::screen::Screen;
use crate::error::{Error, Place};

const EXAMPLES: &str = "\
Examples:
  simulate schema > scenario.schema.json
  simulate schema idle_before_scale_down
  simulate schema cluster.boot";

/// Print the JSON Schema of scenario files, or explain a key.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Args)]
#[command(before_help = EXAMPLES)]
pub struct SchemaArgs {
    /// Key to explain, such as cluster.max_nodes or max_nodes; without one, the schema is printed
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
}

/// Does what the arguments say.
pub(super) fn run(args: &SchemaArgs) -> Result<(), Error> {
    let Some(key) = &args.key else {
        return Screen::print(&document::schema());
    };
    match explain::explain(key) {
        Ok(text) => Screen::print_fitted(&text),
        Err(help) => Err(Error::refused(
            Place::Flag(format!("schema {key}")),
            format!("there is no key `{key}`"),
            help,
        )),
    }
}

/// Words of the documentation without the marks of its links.
fn plain(words: &str) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, (label, after))) = next_link(rest) {
        text.push_str(before);
        text.push_str(label);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What stands before the first link, its label, and what stands after it.
fn next_link(text: &str) -> Option<(&str, (&str, &str))> {
    let (head, tail) = text.split_once("](")?;
    let (before, label) = head.rsplit_once('[')?;
    let (_, after) = tail.split_once(')')?;
    Some((before, (label, after)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn links_leave_their_labels() {
        let text = "one of the [kinds](#arrivals); of traces see [below](#a-b), `[1]`";
        assert_eq!(
            super::plain(text),
            "one of the kinds; of traces see below, `[1]`"
        );
    }
}
