//! Words that are read as names of files but were meant as subcommands: mistyped, not in the first place, or of which there
//! is none.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;

use super::Args;
use crate::error::{Place, Problem};
use crate::nearest::nearest;

/// The problem with the first of the files that is none, but is the name of a subcommand or nearly so. Else with a word
/// before a file that is there, as in `simulate run burst.toml`.
pub(super) fn mistyped(files: &[PathBuf]) -> Option<Problem> {
    let verb = files.iter().find_map(|file| {
        let name = bare_word(file)?;
        let verb = nearest_verb(name)?;
        Some(if verb == name {
            out_of_place(name)
        } else {
            unknown(name, &verb)
        })
    });
    verb.or_else(|| {
        let (first, rest) = files.split_first()?;
        let name = bare_word(first)?;
        let file = rest.iter().find(|file| file.is_file())?;
        Some(superfluous(name, file))
    })
}

/// The problem with a first argument that is nearly a subcommand, where its flags are of no other.
pub(super) fn mistyped_first(argument: &OsString) -> Option<Problem> {
    let name = bare_word(Path::new(argument))?;
    let verb = nearest_verb(name).filter(|verb| verb != name)?;
    Some(unknown(name, &verb))
}

fn unknown(name: &str, verb: &str) -> Problem {
    problem(
        name,
        format!("there is neither a subcommand nor a file `{name}`"),
        format!("did you mean `{verb}`? `simulate {verb} --help` says what it does"),
    )
}

fn out_of_place(name: &str) -> Problem {
    problem(
        name,
        format!("the subcommand `{name}` does not come first"),
        format!(
            "a subcommand stands alone with its own flags: `simulate {name} --help` lists them"
        ),
    )
}

fn superfluous(name: &str, file: &Path) -> Problem {
    problem(
        name,
        format!("`{name}` is neither a subcommand nor a file"),
        format!(
            "scenarios are simulated without a subcommand: `simulate {}`",
            file.display()
        ),
    )
}

fn problem(name: &str, message: String, help: String) -> Problem {
    Problem {
        place: Place::Flag(name.to_owned()),
        key: None,
        message,
        help: Some(help),
    }
}

fn nearest_verb(name: &str) -> Option<String> {
    let command = Args::command();
    let verbs: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    let near = nearest(name, verbs, 1);
    near.first().map(|verb| (*verb).to_owned())
}

/// A path that could be meant as a subcommand: without folders and endings, and nothing is there.
fn bare_word(file: &Path) -> Option<&str> {
    let name = file.to_str()?;
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    (plain && !name.starts_with('-') && !file.exists()).then_some(name)
}
