//! Scenarios that name what they buy: sizes, regions, tiers, quotas, commitments; how they load, and what is refused.

mod commitments;
mod frameworks;
mod loads;
mod losses;
mod prices;
mod quotas;
mod refusals;
mod retired;
mod speeds;
mod studied;
mod units;

use std::fmt::Write as _;
use std::path::Path;

use autoscale_simulator::error::{Error, Place, Problem, render};
use autoscale_simulator::model::settings::{ClusterSettings, TargetKind};
use autoscale_simulator::scenario::{Options, Scenario, Variant, load};

/// A good scenario, of which tests replace lines.
const BASE: &str = r#"horizon = "7d"
region = "eastus"
[cluster.gpu]
vm_size = "Standard_NC6s_v3"
approved = true
[workload.w]
target = "gpu"
arrivals.poisson = { rate = "2/h" }
duration = "20m"
"#;

/// The base with other lines (from 1).
fn with(lines: &[(usize, &str)]) -> String {
    let mut all: Vec<&str> = BASE.lines().collect();
    for (number, line) in lines {
        all[number - 1] = line;
    }
    all.join("\n") + "\n"
}

/// The base with more at its end.
fn and(more: &str) -> String {
    format!("{BASE}{more}")
}

/// When the scenarios of the tests buy unless they say it: the base's size was sold then, and billed by the second.
const IN_2021: &str = "start=2021-03-01T00:00:00";

/// Loads a scenario beside data files of these names and texts; one without a `start` is of 2021.
fn try_load(text: &str, files: &[(&str, &str)], set: &[&str]) -> Result<Scenario, Vec<Problem>> {
    let says_when = text.lines().any(|line| line.starts_with("start = "));
    let when: &[&str] = if says_when { &[] } else { &[IN_2021] };
    as_written(text, files, &[when, set].concat())
}

/// Loads a scenario beside data files, with these flags and no others.
fn as_written(text: &str, files: &[(&str, &str)], set: &[&str]) -> Result<Scenario, Vec<Problem>> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a data file");
    }
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).expect("a file");
    let options = Options {
        set: set.iter().map(|text| (*text).to_owned()).collect(),
        ..Options::default()
    };
    load(&path, &options).map_err(problems_of)
}

fn problems_of(error: Error) -> Vec<Problem> {
    match error {
        Error::Refused(problems) => problems,
        other => panic!("{other}"),
    }
}

fn loaded_with(text: &str, files: &[(&str, &str)], set: &[&str]) -> Scenario {
    try_load(text, files, set)
        .unwrap_or_else(|problems| panic!("{}\n{text}", render(&problems, false)))
}

fn loaded(text: &str) -> Scenario {
    loaded_with(text, &[], &[])
}

/// The only variant.
fn only(text: &str) -> Variant {
    let mut scenario = loaded(text);
    assert_eq!(scenario.variants.len(), 1);
    scenario.variants.remove(0)
}

/// The settings of a cluster, by its position.
fn cluster(variant: &Variant, position: usize) -> &ClusterSettings {
    match &variant.settings.targets[position].kind {
        TargetKind::Cluster(cluster) => cluster,
        TargetKind::Instance(_) => panic!("it is a cluster"),
    }
}

/// The problems as `line:column key: message (help)`.
fn problems(text: &str, files: &[(&str, &str)], set: &[&str]) -> Vec<String> {
    let problems = try_load(text, files, set).err().unwrap_or_default();
    problems.iter().map(said).collect()
}

fn said(problem: &Problem) -> String {
    let mut text = match (problem.place.line_column(), &problem.place) {
        (_, Place::Flag(flag)) => flag.clone(),
        (_, Place::Row(row)) => {
            let name = row.path.file_name().expect("a name").to_string_lossy();
            let column = row.column.as_deref().unwrap_or_default();
            format!("{name}:{} {column}", row.line)
        }
        (Some((line, column)), _) => format!("{line}:{column}"),
        (None, place) => place.to_string(),
    };
    if let Some(key) = &problem.key {
        write!(text, " {key}").expect("texts take all");
    }
    let help = problem.help.as_deref().unwrap_or_default();
    format!("{text}: {} ({help})", problem.message)
}

/// Requires one problem at a place that says so.
fn refused(text: &str, files: &[(&str, &str)], place: &str, phrase: &str) {
    if let Err(message) = is_refused(text, files, place, phrase) {
        panic!("{message}");
    }
}

/// Whether there is one problem, at a place that says so; the error says what there is instead.
fn is_refused(text: &str, files: &[(&str, &str)], place: &str, phrase: &str) -> Result<(), String> {
    let found = problems(text, files, &[]);
    let [problem] = &found[..] else {
        return Err(format!("{} problems: {found:#?}\n{text}", found.len()));
    };
    if problem.starts_with(&format!("{place}:")) && problem.contains(phrase) {
        return Ok(());
    }
    Err(format!("{problem}\nis not `{place}: {phrase}`\n{text}"))
}

/// A public trace of that name, where a folder beside the repository has it in its `data/traces`.
#[expect(clippy::print_stderr, reason = "what is skipped should be seen")]
fn public_trace(name: &str) -> Option<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = std::fs::read_dir(beside).expect("the folder of the repository");
    let mut paths = folders.filter_map(|entry| {
        let path = entry.ok()?.path().join("data/traces").join(name);
        path.is_file().then_some(path)
    });
    let Some(path) = paths.next() else {
        eprintln!("skipped: no folder beside the repository has data/traces/{name}");
        return None;
    };
    Some(std::fs::read_to_string(path).expect("a trace is text"))
}
