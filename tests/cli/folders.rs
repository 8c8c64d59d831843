//! Folders of results that hold what this program did not write: links, pipes, folders, lists of files by other hands. No
//! link is followed, nothing of others is read, changed or removed, and a refusal names what is in the way.
#![cfg(unix)]
#![expect(
    clippy::disallowed_types,
    reason = "what waits forever, and when a process is killed, goes by the clock"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::desk::{Bytes, Desk, FILES, Outcome, skip};

/// A desk with a folder of somebody's files in `others`.
fn desk_of_others() -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path("others")).expect("a folder");
    for name in ["lock", "summary.csv", "manifest.part", "thesis.tex"] {
        desk.write(&format!("others/{name}"), "precious");
    }
    desk
}

#[track_caller]
fn assert_untouched(desk: &Desk) {
    let names = ["lock", "manifest.part", "summary.csv", "thesis.tex"];
    assert_eq!(desk.names("others"), names);
    for name in names {
        let text = fs::read_to_string(desk.path("others").join(name)).expect("a file");
        assert_eq!(text, "precious", "{name}");
    }
}

fn link(desk: &Desk, to: &str, at: &str) {
    if let Some(folder) = desk.path(at).parent() {
        fs::create_dir_all(folder).expect("a folder");
    }
    symlink(desk.path(to), desk.path(at)).expect("a link");
}

fn pipe(desk: &Desk, at: &str) {
    if let Some(folder) = desk.path(at).parent() {
        fs::create_dir_all(folder).expect("a folder");
    }
    let made = Command::new("mkfifo").arg(desk.path(at)).status();
    assert!(made.expect("mkfifo").success());
}

/// A name in the folder, what makes something else there, and what the message calls it.
type Case<'a> = (&'a str, &'a dyn Fn(&Desk), &'a str);

/// `small.toml` into `out`, where nothing may take long: what waits for a pipe waits forever.
fn small(desk: &Desk, flags: &str) -> Outcome {
    let mut child = desk
        .prepare(&format!("small.toml --output out {flags}"))
        .stdin(Stdio::null())
        .spawn()
        .expect("the binary");
    let start = Instant::now();
    while child.try_wait().expect("its state").is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().expect("its end");
            panic!("it waits for something");
        }
        sleep(Duration::from_millis(10));
    }
    Outcome::from(child.wait_with_output().expect("its end"))
}

#[test]
fn a_link_for_the_unfinished_files_is_not_followed() {
    for flags in ["", "--force"] {
        let desk = desk_of_others();
        link(&desk, "others", "out/.unfinished");
        small(&desk, flags).fails(
            1,
            &[
                "cannot write to the folder `out`: `.unfinished` in it is a link that this program did not write: move it away",
                "choose another folder with `--output DIR`",
            ],
        );
        assert_untouched(&desk);
        assert_eq!(desk.names("out"), [".unfinished"]);
    }
}

#[test]
fn what_stands_among_the_unfinished_files_is_not_touched() {
    let lock = |desk: &Desk| link(desk, "others/lock", "out/.unfinished/lock");
    let table = |desk: &Desk| link(desk, "others/summary.csv", "out/.unfinished/summary.csv");
    let part = |desk: &Desk| {
        link(
            desk,
            "others/manifest.part",
            "out/.unfinished/manifest.part",
        );
    };
    let list = |desk: &Desk| link(desk, "others/thesis.tex", "out/.unfinished/manifest.json");
    let waits = |desk: &Desk| pipe(desk, "out/.unfinished/lock");
    let piped = |desk: &Desk| pipe(desk, "out/.unfinished/manifest.json");
    let folder = |desk: &Desk| {
        fs::create_dir_all(desk.path("out/.unfinished/bill.csv")).expect("a folder");
        desk.write("out/.unfinished/bill.csv/mine", "mine");
    };
    let other = |desk: &Desk| {
        fs::create_dir_all(desk.path("out/.unfinished")).expect("a folder");
        desk.write("out/.unfinished/mine.txt", "mine");
    };
    let cases: [Case<'_>; 8] = [
        ("lock", &lock, "a link"),
        ("summary.csv", &table, "a link"),
        ("manifest.part", &part, "a link"),
        ("manifest.json", &list, "a link"),
        ("lock", &waits, "a pipe, socket or device"),
        ("manifest.json", &piped, "a pipe, socket or device"),
        ("bill.csv", &folder, "a folder"),
        ("mine.txt", &other, "a file"),
    ];
    for (name, make, what) in cases {
        let desk = desk_of_others();
        make(&desk);
        let kind = fs::symlink_metadata(desk.path("out/.unfinished").join(name)).expect("an entry");
        let said = format!(
            "`.unfinished/{name}` in it is {what} that this program did not write: move it away"
        );
        small(&desk, "").fails(1, &[&said]);
        assert_untouched(&desk);
        let after = fs::symlink_metadata(desk.path("out/.unfinished").join(name)).expect(name);
        assert_eq!(kind.file_type(), after.file_type(), "{name}");
        if name == "mine.txt" {
            assert_eq!(
                desk.names("out/.unfinished"),
                ["mine.txt"],
                "no lock is left"
            );
        }
    }
}

#[test]
fn a_file_that_is_the_lock_under_another_name_stays_as_it_is() {
    let desk = desk_of_others();
    fs::create_dir_all(desk.path("out/.unfinished")).expect("a folder");
    fs::hard_link(desk.path("others/lock"), desk.path("out/.unfinished/lock"))
        .expect("a second name");
    let said =
        "`.unfinished/lock` in it holds a text that this program did not write: move it away";
    small(&desk, "").fails(1, &[said]);
    assert_untouched(&desk);
}

#[test]
fn links_pipes_and_folders_in_place_of_results_are_not_replaced() {
    let linked = |desk: &Desk| link(desk, "others/summary.csv", "out/summary.csv");
    let dangling = |desk: &Desk| link(desk, "others/new", "out/wait.svg");
    let listed = |desk: &Desk| link(desk, "others/thesis.tex", "out/manifest.json");
    let piped = |desk: &Desk| pipe(desk, "out/manifest.json");
    let drawn = |desk: &Desk| pipe(desk, "out/nodes.png");
    let folder = |desk: &Desk| fs::create_dir_all(desk.path("out/bill.csv")).expect("a folder");
    let cases: [Case<'_>; 6] = [
        ("summary.csv", &linked, "it is a link"),
        ("wait.svg", &dangling, "it is a link"),
        ("manifest.json", &listed, "it is a link"),
        ("manifest.json", &piped, "it is a pipe, socket or device"),
        ("nodes.png", &drawn, "it is a pipe, socket or device"),
        ("bill.csv", &folder, "it is a folder"),
    ];
    for (name, make, what) in cases {
        let desk = desk_of_others();
        make(&desk);
        let said = format!("cannot replace `out/{name}`: {what}");
        small(&desk, "--force").fails(1, &[&said, "move it away"]);
        assert_untouched(&desk);
        assert_eq!(desk.names("out"), [name]);
    }
}

#[test]
fn results_with_a_second_name_are_replaced_under_theirs_alone() {
    let desk = Desk::new();
    small(&desk, "").succeeds();
    let before = fs::read(desk.path("out/summary.csv")).expect("a file");
    fs::hard_link(desk.path("out/summary.csv"), desk.path("kept.csv")).expect("a second name");
    small(&desk, "--seed 2").succeeds();
    assert_eq!(fs::read(desk.path("kept.csv")).expect("a file"), before);
    assert_ne!(
        fs::read(desk.path("out/summary.csv")).expect("a file"),
        before
    );
}

#[test]
fn a_folder_that_the_user_names_may_be_a_link() {
    let desk = Desk::new();
    fs::create_dir(desk.path("disk")).expect("a folder");
    link(&desk, "disk", "out");
    small(&desk, "").succeeds();
    small(&desk, "--seed 2").succeeds();
    assert_eq!(desk.names("disk"), FILES);
    assert!(desk.path("out").is_symlink());
    // A link to nowhere is neither followed nor removed.
    let desk = Desk::new();
    link(&desk, "nowhere", "out");
    small(&desk, "").fails(1, &["cannot write to the folder `out`"]);
    assert!(desk.path("out").is_symlink() && !desk.path("nowhere").exists());
}

#[test]
fn a_folder_with_files_of_others_is_refused_and_with_force_keeps_them() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("out/runs.csv.d")).expect("a folder");
    for name in ["notes.txt", "runs.csv", "focus.csv", "Summary.csv"] {
        desk.write(&format!("out/{name}"), "mine");
    }
    let before = desk.names("out");
    small(&desk, "").fails(2, &["something other than results of a scenario"]);
    assert_eq!(desk.names("out"), before);
    small(&desk, "--force").succeeds();
    for name in ["notes.txt", "runs.csv", "focus.csv", "Summary.csv"] {
        let text = fs::read_to_string(desk.path("out").join(name)).expect(name);
        assert_eq!(text, "mine", "{name}");
    }
}

#[test]
fn a_list_of_files_by_another_hand_removes_nothing_of_others() {
    let desk = desk_of_others();
    small(&desk, "--runs").succeeds();
    let sum = |path: &Path| {
        let sum = Sha256::digest(fs::read(path).expect("a file"));
        sum.iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    };
    desk.write("out/notes.txt", "precious");
    link(&desk, "others/thesis.tex", "out/linked.csv");
    let thesis = desk.path("others/thesis.tex");
    let mut manifest = desk.manifest("out");
    let files = manifest["files"].as_array_mut().expect("a list");
    for name in [
        "../others/thesis.tex",
        thesis.to_str().expect("a name in UTF-8"),
        "others",
        "notes.txt",
        "linked.csv",
        "..",
        ".unfinished",
        "manifest.json",
    ] {
        files.push(serde_json::json!({"name": name, "sha256": sum(&thesis)}));
    }
    desk.write("out/manifest.json", manifest.to_string());
    let outcome = small(&desk, "").succeeds();
    assert!(!outcome.stderr.contains("it stays"), "{}", outcome.stderr);
    assert_untouched(&desk);
    let mut expected: Vec<&str> = FILES.to_vec();
    expected.extend(["linked.csv", "notes.txt"]);
    expected.sort_unstable();
    assert_eq!(desk.names("out"), expected);
}

#[test]
fn a_manifest_of_another_program_is_no_manifest() {
    let desk = Desk::new();
    fs::create_dir(desk.path("out")).expect("a folder");
    desk.write(
        "out/manifest.json",
        r#"{"tool": "webpack", "scenario": "small", "files": []}"#,
    );
    small(&desk, "").fails(2, &["something other than results of a scenario"]);
}

#[test]
fn a_result_that_was_changed_and_is_not_made_again_stays() {
    let desk = Desk::new();
    small(&desk, "--runs").succeeds();
    desk.write("out/runs.csv", "notes of mine");
    let outcome = small(&desk, "").succeeds();
    let said = "`out/runs.csv` is of earlier results, but has changed since: it stays";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    let mut expected: Vec<&str> = FILES.to_vec();
    expected.push("runs.csv");
    expected.sort_unstable();
    assert_eq!(desk.names("out"), expected);
}

#[derive(Debug, PartialEq, Eq)]
enum Left {
    Old,
    New,
    Between,
}

/// The results in `out`, which are whole.
fn whole_results(desk: &Desk) -> Bytes {
    let mut held = desk.files("out");
    held.remove("manifest.json").expect("a manifest");
    held
}

/// What a folder holds after its process was killed: the results of one seed whole, or files of the new ones alone with the
/// rest of them waiting. Anything else is a mix.
#[track_caller]
fn left(desk: &Desk, old: &Bytes, new: &Bytes) -> Left {
    let mut held = desk.files("out");
    if held.remove("manifest.json").is_some() {
        assert!(held == *old || held == *new, "a mix with a manifest");
        return if held == *old { Left::Old } else { Left::New };
    }
    let of = |all: &Bytes| {
        held.iter()
            .all(|(name, bytes)| all.get(name) == Some(bytes))
    };
    assert!(of(old) || of(new), "a mix: {:?}", desk.names("out"));
    assert!(desk.path("out/.unfinished/manifest.json").exists());
    Left::Between
}

/// Kills a process some time after it began, or, in every other round, after it began to put its files in place; one is let
/// go on to its end.
fn kill_in_time(desk: &Desk, child: &mut Child, round: u32, whole: Duration) {
    let start = Instant::now();
    let manifest = desk.path("out/manifest.json");
    let running = |child: &mut Child| child.try_wait().expect("its state").is_none();
    if round == ROUNDS - 2 {
        while running(child) && start.elapsed() < Duration::from_secs(60) {
            sleep(Duration::from_millis(1));
        }
    } else if round.is_multiple_of(2) {
        sleep(whole * round / ROUNDS);
    } else {
        while manifest.exists() && running(child) {}
        let more = Duration::from_micros(u64::from(round) * 8);
        let placing = Instant::now();
        while placing.elapsed() < more {}
    }
    assert!(start.elapsed() < Duration::from_secs(60), "it never ended");
    child.kill().expect("its end, or that it ended before");
    child.wait().expect("its end");
}

const ROUNDS: u32 = 60;

#[test]
fn slow_killed_at_any_time_a_folder_holds_old_or_new_results() {
    let desk = Desk::new();
    let start = Instant::now();
    let both = [1, 2].map(|seed| {
        desk.simulate(&format!("small.toml --seed {seed} --output of-{seed} -q"))
            .succeeds();
        desk.results(&format!("of-{seed}"))
    });
    let whole = start.elapsed() / 2;
    small(&desk, "--seed 1").succeeds();
    let (mut seen, mut now) = (Vec::new(), 0);
    for round in 0..ROUNDS {
        let next = 1 - now;
        let mut child = desk
            .prepare(&format!("small.toml --seed {} --output out -q", next + 1))
            .spawn()
            .expect("the binary");
        kill_in_time(&desk, &mut child, round, whole);
        let left = left(&desk, &both[now], &both[next]);
        if left == Left::Between && !goes_on(&desk) {
            return skip("going on where a process was killed: there is no bash");
        }
        if left != Left::Old {
            assert!(whole_results(&desk) == both[next], "round {round}");
            now = next;
        }
        seen.push(left);
    }
    assert!(
        seen.contains(&Left::Old) && seen.contains(&Left::New),
        "{seen:?}"
    );
    small(&desk, "--seed 3").succeeds();
    assert_eq!(desk.names("out"), FILES);
}

/// A process that cannot write results of its own finds complete ones of another, and puts them in place all the same.
fn goes_on(desk: &Desk) -> bool {
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$SIMULATE\" small.toml --seed 9 --output out";
    let Some(outcome) = desk.bash(script) else {
        return false;
    };
    outcome.fails(1, &["File too large"]);
    assert!(desk.files("out").keys().eq(FILES));
    desk.keeps_rows_alone("out");
    true
}
