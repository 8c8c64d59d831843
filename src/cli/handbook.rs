//! `simulate completions` and `simulate man`: what shells and `man` read of the command line.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::screen::Screen;
use crate::error::{Error, Place};
use crate::nearest::nearest;

/// Name of the command.
const NAME: &str = "simulate";

const OF_SHELLS: &str = "\
Examples:
  simulate completions bash > ~/.local/share/bash-completion/completions/simulate
  simulate completions zsh > ~/.zfunc/_simulate
  simulate completions fish > ~/.config/fish/completions/simulate.fish
  simulate completions powershell >> $PROFILE";

const OF_PAGES: &str = "\
Examples:
  simulate man | man -l -
  simulate man report > simulate-report.1";

/// Print the file with which a shell completes flags and subcommands.
#[derive(Clone, Debug, Args)]
#[command(before_help = OF_SHELLS)]
pub struct CompletionsArgs {
    /// Shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Print the manual page of the command or of a subcommand.
#[derive(Clone, Debug, Args)]
#[command(before_help = OF_PAGES)]
pub struct ManArgs {
    /// Subcommand; without one, the command itself
    #[arg(value_name = "SUBCOMMAND")]
    pub verb: Option<String>,
}

/// Prints completions.
pub(super) fn completions(args: &CompletionsArgs) -> Result<(), Error> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::Args::command(), NAME, &mut text);
    Screen::print(&String::from_utf8_lossy(&text))
}

/// Prints a manual page.
pub(super) fn man(args: &ManArgs) -> Result<(), Error> {
    let mut command = super::Args::command();
    command.build();
    let chosen = match &args.verb {
        None => command,
        Some(verb) => {
            let found = command.find_subcommand(verb).cloned();
            found.ok_or_else(|| unknown(verb, &command))?
        }
    };
    let mut text = Vec::new();
    let written = Man::new(chosen).render(&mut text);
    written.map_err(|source| Error::Io {
        action: "cannot make the manual page".to_owned(),
        source,
        help: "`simulate --help` says the same".to_owned(),
    })?;
    Screen::print(&titled(&String::from_utf8_lossy(&text)))
}

/// A page with its title line in full: without quotes around the date, which there is none of, the version would be taken for it.
fn titled(page: &str) -> String {
    let lines = page.lines().map(|line| match line.strip_prefix(".TH ") {
        Some(title) => {
            let name = title.split(' ').next().unwrap_or(NAME);
            let version = env!("CARGO_PKG_VERSION");
            format!(".TH {name} 1 \"\" \"{NAME} {version}\" \"User Commands\"\n")
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

fn unknown(verb: &str, command: &clap::Command) -> Error {
    let verbs: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    let near = nearest(verb, verbs.iter().copied(), 1);
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the subcommands are {}", verbs.join(", ")),
    };
    let place = Place::Flag(format!("man {verb}"));
    Error::refused(place, format!("there is no subcommand `{verb}`"), help)
}
