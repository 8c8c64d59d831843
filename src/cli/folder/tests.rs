//! Results in place after a process that was ended at every step, and folders that hold what others wrote.

use std::collections::BTreeMap;

use super::entries::checksum;
use super::placing::{Plan, Step, plan};
use super::*;

/// File by name.
type Files = BTreeMap<String, String>;

/// Results of which some have the names of the others', and each has one that the other has not.
fn results(which: &str) -> Files {
    let own = if which == "old" {
        "runs.csv"
    } else {
        "focus.csv"
    };
    ["summary.csv", "cost.svg", "bill.csv", own]
        .map(|name| (name.to_owned(), format!("{which} {name}")))
        .into()
}

fn open(path: &Path) -> ResultFolder {
    ResultFolder::open(path.to_owned(), "a", false).unwrap()
}

/// Writes results up to the manifest; its text.
fn stage(folder: &ResultFolder, files: &Files) -> String {
    let sums: Vec<String> = files
        .iter()
        .map(|(name, text)| {
            let sum = folder.write_file(name, |out| out.write_all(text.as_bytes()));
            serde_json::to_string(&sum.unwrap()).unwrap()
        })
        .collect();
    format!(
        r#"{{"tool": "autoscale-simulator", "scenario": "a", "files": [{}]}}"#,
        sums.join(", ")
    )
}

fn write_all(path: &Path, files: &Files) {
    let mut folder = open(path);
    let manifest = stage(&folder, files);
    folder.finish(&manifest).unwrap();
}

/// Ends what holds a folder as SIGKILL would: nothing is cleaned up, and the lock is free.
fn kill(folder: ResultFolder) {
    folder.staging.release();
    std::mem::forget(folder);
}

/// Files of a folder but the manifest and what is hidden.
fn held(path: &Path) -> Files {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| entry.file_type().unwrap().is_file() && entry.file_name() != MANIFEST)
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), text)
        })
        .collect()
}

/// A folder of old results in which new ones were to be put in place, which ended after so many steps; how many steps
/// there would have been.
fn ended_after(path: &Path, steps: usize) -> usize {
    write_all(path, &results("old"));
    let folder = open(path);
    let manifest = stage(&folder, &results("new"));
    folder.staging.commit(&manifest).unwrap();
    let plan = plan(path, &folder.staging);
    assert_eq!(plan.changed, [""; 0]);
    for step in plan.steps.iter().take(steps) {
        step.take(path, &folder.staging).unwrap();
    }
    kill(folder);
    plan.steps.len()
}

#[test]
fn ended_at_any_step_old_and_new_are_never_side_by_side() {
    let mut steps = 0..;
    loop {
        let taken = steps.next().unwrap();
        let home = tempfile::tempdir().unwrap();
        let path = home.path();
        let all = ended_after(path, taken);
        let (old, new) = (results("old"), results("new"));
        let held_now = held(path);
        let of = |whole: &Files| {
            held_now
                .iter()
                .all(|file| whole.iter().any(|other| other == file))
        };
        assert!(of(&old) || of(&new), "after {taken} steps: {held_now:?}");
        if path.join(MANIFEST).exists() {
            assert!(held_now == old || held_now == new, "after {taken} steps");
        }
        // The next process finds complete results before it has any of its own.
        drop(open(path));
        assert_eq!(held(path), new, "after {taken} steps");
        assert_eq!(Entry::at(&path.join(UNFINISHED)).unwrap(), Entry::Absent);
        let listed = read_earlier(&path.join(MANIFEST)).unwrap();
        for file in &listed.files {
            assert_eq!(checksum(&path.join(&file.name)), Some(file.sha256.clone()));
        }
        if taken == all {
            // Retired, four removed, five placed.
            assert_eq!(all, 10);
            break;
        }
    }
}

#[test]
fn ended_while_another_was_going_on_where_one_had_ended() {
    for first in 0..10 {
        for second in 0..=10 - first {
            let home = tempfile::tempdir().unwrap();
            let path = home.path();
            ended_after(path, first);
            let staging = Staging::open(path).unwrap();
            for step in plan(path, &staging).steps.iter().take(second) {
                step.take(path, &staging).unwrap();
            }
            staging.release();
            drop(staging);
            drop(open(path));
            assert_eq!(
                held(path),
                results("new"),
                "after {first} and {second} steps"
            );
        }
    }
}

#[test]
fn ended_before_all_was_complete_the_old_results_stay() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path();
    write_all(path, &results("old"));
    let folder = open(path);
    stage(&folder, &results("new"));
    fs::write(folder.staging.file("manifest.part"), "{").unwrap();
    kill(folder);
    drop(open(path));
    assert_eq!(held(path), results("old"));
    assert!(!path.join(UNFINISHED).exists());
}

#[test]
fn complete_results_that_were_damaged_are_discarded() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path();
    ended_after(path, 0);
    fs::write(path.join(UNFINISHED).join("summary.csv"), "half").unwrap();
    drop(open(path));
    assert_eq!(held(path), results("old"));
}

#[test]
fn results_of_another_scenario_that_wait_for_their_place_are_refused() {
    let home = tempfile::tempdir().unwrap();
    ended_after(home.path(), 4);
    let problem = refusal(home.path(), "b", false).unwrap();
    assert!(problem.message.contains("results of another scenario, `a`"));
    assert!(refusal(home.path(), "a", false).is_none());
}

#[test]
fn of_earlier_results_only_what_this_program_wrote_is_removed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path();
    fs::create_dir(path.join("out")).unwrap();
    let out = path.join("out");
    let mut old = results("old");
    old.insert("leases.csv".to_owned(), "old leases".to_owned());
    write_all(&out, &old);
    for name in ["other", "out/notes.txt", "out/data"] {
        fs::write(path.join(name), "mine").unwrap();
    }
    // Somebody edits a result, and the list, which names files of all kinds.
    fs::write(out.join("leases.csv"), "mine").unwrap();
    let sum = checksum(&path.join("other")).unwrap();
    let absolute = path.join("other").display().to_string();
    let mut json = fs::read_to_string(out.join(MANIFEST)).unwrap();
    for name in [
        "../other",
        &absolute,
        "notes.txt",
        "data",
        ".",
        "..",
        "",
        ".unfinished/lock",
        MANIFEST,
    ] {
        let list = format!(r#""files": [{{"name": "{name}", "sha256": "{sum}"}}, "#);
        json = json.replacen(r#""files": ["#, &list, 1);
    }
    fs::write(out.join(MANIFEST), json).unwrap();
    assert_eq!(read_earlier(&out.join(MANIFEST)).unwrap().files.len(), 14);
    let mut folder = open(&out);
    let manifest = stage(&folder, &results("new"));
    let changed = folder.finish(&manifest).unwrap();
    drop(folder);
    assert_eq!(changed, ["leases.csv"]);
    assert_eq!(fs::read_to_string(path.join("other")).unwrap(), "mine");
    let mut expected = results("new");
    for name in ["notes.txt", "data", "leases.csv"] {
        expected.insert(name.to_owned(), "mine".to_owned());
    }
    assert_eq!(held(&out), expected);
}

#[test]
fn nothing_is_planned_where_nothing_is_complete() {
    let home = tempfile::tempdir().unwrap();
    write_all(home.path(), &results("old"));
    let folder = open(home.path());
    assert_eq!(plan(home.path(), &folder.staging), Plan::default());
    let manifest = stage(&folder, &Files::new());
    folder.staging.commit(&manifest).unwrap();
    let steps = plan(home.path(), &folder.staging).steps;
    assert_eq!(steps.first(), Some(&Step::Retire));
    assert_eq!(steps.last(), Some(&Step::Place(MANIFEST.to_owned())));
}
