//! A verb that was mistyped, or that does not come first, is read as the name of a file: it is answered as what it was.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;

use super::Args;
use crate::error::{Place, Problem};
use crate::nearest::nearest;

/// The problem with the first of the files that is none, but is the name of a verb or nearly so.
pub(super) fn mistyped(files: &[PathBuf]) -> Option<Problem> {
    files.iter().find_map(|file| {
        let name = bare_word(file)?;
        let verb = nearest_verb(name)?;
        Some(if verb == name {
            out_of_place(name)
        } else {
            unknown(name, &verb)
        })
    })
}

/// The problem with a first argument that is nearly a verb, where its flags are of no other.
pub(super) fn mistyped_first(argument: &OsString) -> Option<Problem> {
    let name = bare_word(Path::new(argument))?;
    let verb = nearest_verb(name).filter(|verb| verb != name)?;
    Some(unknown(name, &verb))
}

fn unknown(name: &str, verb: &str) -> Problem {
    problem(
        name,
        format!("there is neither a verb nor a file `{name}`"),
        format!("did you mean `{verb}`? `simulate {verb} --help` says what it does"),
    )
}

fn out_of_place(name: &str) -> Problem {
    problem(
        name,
        format!("the verb `{name}` does not come first"),
        format!("a verb stands alone with its own flags: `simulate {name} --help` lists them"),
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

/// A path that could be meant as a verb: without folders and endings, and nothing is there.
fn bare_word(file: &Path) -> Option<&str> {
    let name = file.to_str()?;
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    (plain && !name.starts_with('-') && !file.exists()).then_some(name)
}
