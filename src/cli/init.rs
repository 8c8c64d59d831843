//! `simulate init`: writes a scenario to start from, one of those that the project ships, with the data files that it reads.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::screen::Screen;
use super::shell::quoted_path;
use crate::error::{Error, Place};
use crate::nearest::nearest;

const EXAMPLES: &str = "\
Examples:
  simulate init
  simulate init --list
  simulate init team.toml --from burst";

/// Write a scenario file to start from; nothing that is there is replaced.
#[derive(Clone, Debug, Args)]
#[command(before_help = EXAMPLES)]
pub struct InitArgs {
    /// File to write
    #[arg(value_name = "FILE", default_value = "scenario.toml")]
    pub file: PathBuf,

    /// Pattern to start from
    #[arg(long, value_name = "PATTERN", default_value = "quickstart")]
    pub from: String,

    /// List the patterns with the question that each answers, then stop
    #[arg(long)]
    pub list: bool,
}

/// A scenario to start from.
struct Pattern {
    name: &'static str,
    text: &'static str,
    /// Files that it reads, and their licenses.
    beside: &'static [(&'static str, &'static str)],
}

/// A pattern of the shipped scenario with this name.
macro_rules! pattern {
    ($name:literal $(, $beside:literal)*) => {
        Pattern {
            name: $name,
            text: include_str!(concat!("../../scenarios/", $name, ".toml")),
            beside: &[$(($beside, include_str!(concat!("../../scenarios/", $beside)))),*],
        }
    };
}

const PATTERNS: [Pattern; 12] = [
    pattern!("quickstart"),
    pattern!("burst"),
    pattern!("how-sure"),
    pattern!("idle-timeout"),
    pattern!("instance-or-cluster"),
    pattern!("low-priority", "p3-trace.csv", "p3-trace.LICENSE.md"),
    pattern!("philly-week", "philly-week.csv", "philly-week.LICENSE.md"),
    pattern!("quota"),
    pattern!("reserve-or-not"),
    pattern!("warm-nodes"),
    pattern!("where-to-serve"),
    pattern!("where-to-train"),
];

impl Pattern {
    /// The question that its first line asks.
    fn question(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches(['#', ' '])
    }
}

/// Does what the arguments say.
pub(super) fn run(args: &InitArgs) -> Result<(), Error> {
    if args.list {
        let width = PATTERNS.iter().map(|of| of.name.len()).max().unwrap_or(0);
        let lines = PATTERNS
            .iter()
            .map(|of| format!("{:width$}  {}\n", of.name, of.question()));
        return Screen::print(&lines.collect::<String>());
    }
    let pattern = chosen(&args.from)?;
    let folder = args.file.parent().unwrap_or(Path::new(""));
    let beside = pattern.beside.iter();
    let beside = beside.map(|(name, text)| (folder.join(name), *text));
    let text = named(pattern, &args.file);
    let files: Vec<_> = std::iter::once((args.file.clone(), text.as_str()))
        .chain(beside)
        .collect();
    // All are looked at before the first is written.
    if let Some((taken, _)) = files
        .iter()
        .find(|(path, _)| path.symlink_metadata().is_ok())
    {
        return Err(there_already(taken));
    }
    for (path, text) in &files {
        write(path, text)?;
        Screen::print(&format!("{}\n", path.display()))?;
    }
    let name = quoted_path(&args.file);
    Screen::new(false).note(&format!(
        "`simulate {name}` simulates it; `simulate {name} --dry-run` says what would run; `simulate schema KEY` explains a key"
    ));
    Ok(())
}

/// The text of a pattern under the name of its file: results of two scenarios go to two folders.
fn named(pattern: &Pattern, file: &Path) -> String {
    let own = format!("name = \"{}\"", pattern.name);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    // What TOML would have to escape is not put into a file.
    if stem.contains(['"', '\\']) || stem.contains(char::is_control) {
        return pattern.text.to_owned();
    }
    pattern
        .text
        .replacen(&own, &format!("name = \"{stem}\""), 1)
}

fn chosen(name: &str) -> Result<&'static Pattern, Error> {
    let pattern = PATTERNS.iter().find(|of| of.name == name);
    pattern.ok_or_else(|| {
        let near = nearest(name, PATTERNS.iter().map(|of| of.name), 1);
        let meant = near.first().map(|near| format!("did you mean `{near}`? "));
        let help = format!(
            "{}`simulate init --list` lists the patterns",
            meant.unwrap_or_default()
        );
        let place = Place::Flag(format!("--from {name}"));
        Error::refused(place, format!("there is no pattern `{name}`"), help)
    })
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let created = OpenOptions::new().write(true).create_new(true).open(path);
    let written = created.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => there_already(path),
        ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(path).display();
            Error::Io {
                action: format!("cannot write `{}`", path.display()),
                source,
                help: format!(
                    "there is no folder `{folder}`: make it first, such as with `mkdir {folder}`"
                ),
            }
        }
        _ => Error::Io {
            action: format!("cannot write `{}`", path.display()),
            source,
            help: "choose another place: `simulate init FOLDER/FILE`".to_owned(),
        },
    })
}

fn there_already(path: &Path) -> Error {
    let help = "it is not replaced: choose another name or folder, `simulate init FOLDER/FILE`";
    Error::refused(
        Place::File(path.to_owned()),
        "there is something under this name already",
        help,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::PATTERNS;

    #[test]
    fn each_shipped_scenario_is_a_pattern_that_asks_a_question() {
        let shipped = fs::read_dir("scenarios").expect("the repository has scenarios");
        let names = shipped.filter_map(|entry| {
            let name = entry.expect("readable").file_name();
            Some(name.to_str()?.strip_suffix(".toml")?.to_owned())
        });
        let patterns = PATTERNS.iter().map(|of| of.name.to_owned());
        assert_eq!(patterns.collect::<BTreeSet<_>>(), names.collect());
        for pattern in &PATTERNS {
            let name = format!("\nname = \"{}\"\n", pattern.name);
            assert!(pattern.text.contains(&name), "{}", pattern.name);
            assert!(pattern.question().ends_with('?'), "{}", pattern.name);
        }
    }
}
