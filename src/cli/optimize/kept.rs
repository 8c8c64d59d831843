//! Keeps the replications of a search on the disk as they come, so that one that is interrupted can go on. A search is the same
//! whenever its replications are the same: one that is resumed starts from its first round, and reads the replications that are kept
//! instead of simulating them.

use std::ffi::OsString;
use std::sync::Arc;

use crate::cli::folder::Rows;
use crate::cli::screen::Screen;
use crate::cli::shell::quoted;
use crate::cli::stages::Stages;
use crate::study::{Place, Watcher};
use crate::study_results::Replication;

/// The flag that goes on.
const RESUME: &str = "--resume";

/// Watches a search, and keeps what its replications leave.
pub(super) struct Kept {
    pub(super) stages: Arc<Stages>,
    pub(super) rows: Arc<Rows>,
}

impl Watcher for Kept {
    fn known(&self, place: Place) -> Option<Replication> {
        self.rows.known(place.variant, place.replication)
    }

    fn left(&self, place: Place, replication: &Replication) {
        let Place {
            variant,
            replication: number,
            ..
        } = place;
        self.rows.append(variant, number, replication);
    }

    fn replication_done(&self) {
        self.stages.replication_done();
    }

    fn go_on(&self) -> bool {
        self.stages.go_on() && !self.rows.has_failed()
    }

    fn stopped(&self, variant: &str, live: u64) {
        self.stages.stopped(variant, live);
    }
}

/// Says how much is known of a search that goes on.
pub(super) fn tell_known(rows: &Rows, screen: &Screen) {
    screen.note(&match rows.count() {
        0 => "note: there is nothing to resume: the search starts from the beginning".to_owned(),
        1 => "note: 1 replication is done already".to_owned(),
        known => format!("note: {known} replications are done already"),
    });
}

/// Says how much is kept of a search that is not finished, and how to go on. Nothing is added to it any more.
pub(super) fn tell_kept(rows: &Rows, screen: &Screen, arguments: &[OsString]) {
    rows.close();
    let kept = match rows.count() {
        0 => return,
        _ if !rows.are_kept() => return,
        1 => "1 replication is kept".to_owned(),
        many => format!("{many} replications are kept"),
    };
    screen.note(&format!("note: {kept}; this command goes on from there:"));
    screen.command(&format!("  {}", resuming(arguments)));
}

/// The same command, which goes on.
fn resuming(arguments: &[OsString]) -> String {
    let words = arguments.iter().skip(1).map(|word| word.to_string_lossy());
    let mut words: Vec<String> = words
        .filter(|word| word != RESUME)
        .map(|word| quoted(&word).into_owned())
        .collect();
    // After `--` there are no flags.
    let files = words.iter().position(|word| word == "--");
    words.insert(files.unwrap_or(words.len()), RESUME.to_owned());
    format!("simulate {}", words.join(" "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_that_goes_on_is_the_same_with_the_flag() {
        let resuming = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(Into::into).collect();
            super::resuming(&words)
        };
        assert_eq!(
            resuming(&[
                "/bin/simulate",
                "optimize",
                "a b.toml",
                "--goal",
                "cost <= 9"
            ]),
            "simulate optimize 'a b.toml' --goal 'cost <= 9' --resume"
        );
        assert_eq!(
            resuming(&["simulate", "optimize", "--resume", "-q", "--", "-.toml"]),
            "simulate optimize -q --resume -- -.toml"
        );
    }
}
