//! A guard for changes of the code that must not change results: every CSV file of every scenario in `scenarios` and of 200
//! random ones, to the byte.
//!
//! Two replications of each scenario are simulated in this process, with records, timelines and the cost export. The
//! bytes are kept in `scenarios.gz` and `worlds.gz`, which `zcat` shows; of long tables a part and checksums
//! (`condense.rs`). Charts, the terminal's text and `manifest.json` are left out: other tests hold them.
//!
//! * After a change of results that is meant, `cargo test --test golden_bytes -- --ignored rewrite` rewrites both. The commit
//!   says why they change.
//! * `GOLDEN_FOLDER=/tmp/before cargo test --test golden_bytes -- --ignored dump` writes all files, whole, into that folder:
//!   `diff -r` compares two states of the code. Without the variable it is a folder in `target/tmp`.
#![expect(
    clippy::format_push_string,
    reason = "the texts of scenarios read better so, and are short"
)]

mod compare;
mod condense;
mod coverage;
mod dice;
mod later;
mod pack;
mod services;
mod studies;
mod targets;
mod workloads;
mod worlds;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use autoscale_simulator::study::Threads;
use compare::differences;
use condense::condensed;
use pack::{Files, kept, pack, place};

/// The numbers of all random worlds.
fn all_worlds() -> Vec<u64> {
    (0..worlds::WORLDS + later::WORLDS).collect()
}

fn require_same(name: &str, old: &Files, new: &Files) {
    if let Some(differences) = differences(old, new) {
        panic!(
            "{name}: {differences}\nif that is meant, see the head of tests/golden_bytes/main.rs"
        );
    }
}

#[test]
fn scenarios_have_the_golden_bytes() {
    let threads = Threads::start(None).unwrap();
    let files = condensed(&studies::shipped(&threads));
    require_same("scenarios", &kept("scenarios"), &files);
}

#[test]
fn random_worlds_have_the_golden_bytes() {
    let threads = Threads::start(None).unwrap();
    let files = condensed(&studies::random(&threads, &all_worlds()));
    require_same("worlds", &kept("worlds"), &files);
}

/// Results depend neither on the number of threads nor on what else is simulated.
#[test]
fn some_worlds_have_the_golden_bytes_on_other_numbers_of_threads() {
    let all = kept("worlds");
    for (threads, step) in [(1, 9), (7, 7)] {
        let numbers: Vec<u64> = all_worlds().into_iter().step_by(step).collect();
        let files = studies::random(&Threads::start(Some(threads)).unwrap(), &numbers);
        let files = condensed(&files);
        let old = all.iter().filter(|(path, _)| files.contains_key(*path));
        let old: Files = old
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect();
        require_same(&format!("{threads} threads"), &old, &files);
    }
}

#[test]
#[ignore = "a command, not a check: it rewrites the golden files in the source tree"]
fn rewrite_golden_files() {
    let threads = Threads::start(None).unwrap();
    let scenarios = condensed(&studies::shipped(&threads));
    fs::write(place("scenarios"), pack(&scenarios)).unwrap();
    let worlds = condensed(&studies::random(&threads, &all_worlds()));
    fs::write(place("worlds"), pack(&worlds)).unwrap();
}

#[test]
#[ignore = "a command, not a check: it writes all files, about 100 MB, to compare two versions"]
fn dump_all_files() {
    let here = || Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden_bytes");
    let folder = env::var_os("GOLDEN_FOLDER").map_or_else(here, PathBuf::from);
    let threads = Threads::start(None).unwrap();
    let mut files = studies::shipped(&threads);
    files.extend(studies::random(&threads, &all_worlds()));
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
