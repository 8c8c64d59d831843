//! What goes wrong outside: full disks, folders that cannot be written, interruptions, closed pipes. One clear error,
//! earlier results to the byte as they were, nothing left behind.
#![cfg(unix)]

use std::fs;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use crate::desk::{Bytes, Desk, FILES, Outcome, signal, skip};

/// The small scenario's results in `out`, as they were before something goes wrong.
fn with_results() -> (Desk, Bytes) {
    let desk = Desk::new();
    desk.simulate("small.toml --output out").succeeds();
    let before = desk.bytes("out");
    (desk, before)
}

#[test]
fn a_folder_below_a_file_cannot_be_made() {
    let desk = Desk::new();
    desk.simulate("small.toml --output made/../small.toml/below")
        .fails(
            1,
            &[
                "cannot write to the folder",
                "= help: choose another folder with `--output DIR`",
            ],
        );
    desk.simulate("small.toml --output small.toml/below").fails(
        1,
        &["error: cannot write to the folder `small.toml/below`: Not a directory"],
    );
    assert_eq!(desk.names(""), ["scenarios", "small.toml"]);
}

#[test]
fn a_folder_on_a_read_only_disk() {
    let (desk, before) = with_results();
    let script = "mount --bind out out 2>&- && mount -o remount,ro,bind out 2>&- || exit 99; \
                  \"$SIMULATE\" small.toml --seed 2 --output out";
    let Some(outcome) = apart(&desk, script) else {
        return skip("a read-only folder: mounts of one's own are not allowed here");
    };
    outcome.fails(
        1,
        &[
            "cannot write to the folder `out`: Read-only",
            "`--output DIR`",
        ],
    );
    assert!(before == desk.bytes("out"));
}

/// A script with mounts of its own; `None` where they are not allowed.
fn apart(desk: &Desk, script: &str) -> Option<Outcome> {
    let mut unshare = desk.command("unshare");
    let output = unshare
        .args(["--mount", "bash", "-c", script])
        .output()
        .ok()?;
    let outcome = Outcome::from(output);
    let refused = outcome.code == Some(99) || outcome.stderr.contains("unshare failed");
    (!refused).then_some(outcome)
}

#[test]
fn a_limit_on_the_size_of_files() {
    let (desk, before) = with_results();
    let limited = |folder: &str| {
        let script = format!(
            "trap '' XFSZ; ulimit -f 8; exec \"$SIMULATE\" small.toml --seed 2 --output {folder}"
        );
        desk.bash(&script)
    };
    let Some(outcome) = limited("out") else {
        return skip("a limit on the size of files: there is no bash");
    };
    outcome.fails(
        1,
        &[
            "error: cannot write `out/",
            "File too large",
            "earlier results are as they were",
            "`--output DIR`",
        ],
    );
    assert!(before == desk.files("out"));
    desk.keeps_rows_alone("out");
    limited("new/folder")
        .expect("bash")
        .fails(1, &["cannot write `new/folder/"]);
    desk.has_rows_alone("new/folder");
}

#[test]
fn a_full_disk() {
    let (desk, before) = with_results();
    // Room for the results and a half, in pages.
    let pages: usize = before.values().map(|bytes| bytes.len() / 4096 + 1).sum();
    let size = pages * 4 * 3 / 2;
    let script = format!(
        "mkdir full && mount -t tmpfs -o size={size}k none full 2>&- || exit 99; cp -r out full/ || exit 98; \
         \"$SIMULATE\" small.toml --seed 2 --output full/out; code=$?; cp -r full/out left; exit $code"
    );
    let Some(outcome) = apart(&desk, &script) else {
        return skip("a full disk: mounts of one's own are not allowed here");
    };
    outcome.fails(
        1,
        &[
            "error: cannot write `full/out/",
            "No space left on device",
            "free some space",
        ],
    );
    assert!(before == desk.files("left"));
    desk.keeps_rows_alone("left");
}

#[test]
fn a_folder_in_the_place_of_a_file() {
    let (desk, _) = with_results();
    fs::remove_file(desk.path("out/wait.svg")).expect("removed");
    fs::create_dir(desk.path("out/wait.svg")).expect("a folder");
    let summary = fs::read(desk.path("out/summary.csv")).expect("a file");
    desk.simulate("small.toml --seed 2 --output out").fails(
        1,
        &[
            "cannot replace `out/wait.svg`: it is a folder",
            "move it away",
        ],
    );
    assert_eq!(
        fs::read(desk.path("out/summary.csv")).expect("a file"),
        summary
    );
    assert_eq!(desk.names("out"), FILES);
}

/// A run that would take very long, once it has begun to work in `out`.
fn long_run(desk: &Desk) -> Child {
    let mut child = desk
        .prepare("small.toml --replications 1000000 --seed 2 --output out")
        .spawn()
        .expect("the binary");
    let lock = desk.path("out/.unfinished/lock");
    let mut waits = 0..3000;
    while !lock.exists() && waits.next().is_some() {
        sleep(Duration::from_millis(10));
    }
    if !lock.exists() {
        child.kill().expect("its end");
        child.wait().expect("its end");
    }
    assert!(lock.exists(), "it never began");
    child
}

#[test]
fn an_interruption_leaves_earlier_results_as_they_were() {
    for by in ["-INT", "-TERM"] {
        let (desk, before) = with_results();
        let child = long_run(&desk);
        signal(&child, by);
        let outcome = Outcome::from(child.wait_with_output().expect("its end"));
        outcome.fails(
            130,
            &["error: interrupted: earlier results are as they were"],
        );
        assert!(before == desk.files("out"), "{by}");
        desk.keeps_rows_alone("out");
    }
}

#[test]
fn an_interrupted_first_run_leaves_what_was_simulated_alone() {
    let desk = Desk::new();
    let child = long_run(&desk);
    signal(&child, "-INT");
    let outcome = Outcome::from(child.wait_with_output().expect("its end"));
    assert_eq!(outcome.code, Some(130));
    desk.has_rows_alone("out");
}

#[test]
fn a_killed_run_is_not_in_the_way_of_the_next() {
    let desk = Desk::new();
    let child = long_run(&desk);
    signal(&child, "-KILL");
    let outcome = Outcome::from(child.wait_with_output().expect("its end"));
    assert_eq!(outcome.code, None);
    desk.write("out/.unfinished/summary.csv", "half a li");
    desk.simulate("small.toml --output out").succeeds();
    assert_eq!(desk.names("out"), FILES);
}

#[test]
fn two_at_once_do_not_mix_their_results() {
    let (desk, before) = with_results();
    let child = long_run(&desk);
    desk.simulate("small.toml --output out").fails(
        1,
        &["cannot write to the folder `out`: another `simulate` is writing to it"],
    );
    signal(&child, "-INT");
    child.wait_with_output().expect("its end");
    assert!(before == desk.files("out"));
    desk.keeps_rows_alone("out");
}

/// The exit code, and what went to stderr, where nobody reads stdout.
fn unread(desk: &Desk, arguments: &str) -> Outcome {
    let mut child = desk.prepare(arguments).spawn().expect("the binary");
    drop(child.stdout.take());
    Outcome::from(child.wait_with_output().expect("its end"))
}

#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::new();
    for arguments in [
        "--help",
        "--version",
        "small.toml --dry-run",
        "small.toml --quiet",
    ] {
        let outcome = unread(&desk, arguments).succeeds();
        assert_eq!(outcome.stderr, "", "{arguments}");
    }
    assert_eq!(desk.names("output/small"), FILES);
    for arguments in ["--help", "small.toml"] {
        let script = format!("\"$SIMULATE\" {arguments} | head -1; exit ${{PIPESTATUS[0]}}");
        let Some(outcome) = desk.bash(&script) else {
            return skip("`| head -1`: there is no bash");
        };
        assert_eq!(outcome.succeeds().stdout.lines().count(), 1);
    }
}

#[test]
fn a_table_that_cannot_be_printed_is_an_error() {
    let desk = Desk::new();
    if !std::path::Path::new("/dev/full").exists() {
        return skip("a full standard output: there is no /dev/full");
    }
    let Some(outcome) = desk.bash("exec \"$SIMULATE\" small.toml --quiet > /dev/full") else {
        return skip("a full standard output: there is no bash");
    };
    outcome.fails(1, &["cannot write to standard output: No space left"]);
    assert_eq!(desk.names("output/small"), FILES);
}
