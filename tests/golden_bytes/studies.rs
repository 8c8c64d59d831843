//! Scenarios, simulated, and all CSV files that they leave.

use std::fs;
use std::path::{Path, PathBuf};

use autoscale_simulator::calendar::UtcPeriod;
use autoscale_simulator::error::{Error, render};
use autoscale_simulator::report::{FILES, FOCUS, StudyResults};
use autoscale_simulator::scenario::{Options, Scenario, load};
use autoscale_simulator::study::{Keep, Threads, Unwatched};

use crate::pack::Files;
use crate::worlds;

const REPLICATIONS: u32 = 2;

/// The name under which the text of a random world is kept beside its results.
pub(crate) const TEXT: &str = "scenario.toml";

/// Every scenario in `scenarios` and `scenarios/targets`: its results, with the cost export by day.
pub(crate) fn shipped(threads: &Threads) -> Files {
    let paths = paths();
    let scenarios = threads.map(&paths, |path| loaded(path));
    results(threads, &scenarios, UtcPeriod::Day)
}

fn paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut paths = Vec::new();
    for folder in [folder.join("targets"), folder] {
        let entries = fs::read_dir(folder).expect("a folder of scenarios");
        paths.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    paths
}

/// Random worlds of these numbers: their texts, and their results, with the cost export by month of every second one.
pub(crate) fn random(threads: &Threads, numbers: &[u64]) -> Files {
    let worlds = threads.map(numbers, |number| {
        let world = worlds::make(*number);
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in &world.files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let path = folder.path().join(TEXT);
        fs::write(&path, &world.text).expect("a file");
        (format!("{}/{TEXT}", world.name), loaded(&path))
    });
    let texts = worlds
        .iter()
        .map(|(path, scenario)| (path.clone(), scenario.text.clone().into_bytes()));
    let mut files: Files = texts.collect();
    let mut by_period = [Vec::new(), Vec::new()];
    for (number, (_, scenario)) in numbers.iter().zip(worlds) {
        by_period[usize::from(number % 2 == 1)].push(scenario);
    }
    for (scenarios, period) in by_period
        .into_iter()
        .zip([UtcPeriod::Day, UtcPeriod::Month])
    {
        files.extend(results(threads, &scenarios, period));
    }
    files
}

fn loaded(path: &Path) -> Scenario {
    let options = Options {
        replications: Some(REPLICATIONS),
        ..Options::default()
    };
    match load(path, &options) {
        Ok(scenario) => scenario,
        Err(Error::Refused(problems)) => panic!(
            "{}\n{}",
            render(&problems, false),
            fs::read_to_string(path).unwrap_or_default()
        ),
        Err(error) => panic!("{error}"),
    }
}

fn results(threads: &Threads, scenarios: &[Scenario], period: UtcPeriod) -> Files {
    let keep = Keep {
        records: true,
        timelines: true,
        periods: Some(period),
    };
    let studies = threads
        .run(scenarios, keep, &Unwatched)
        .expect("every study ends");
    let written = threads.map(&studies, written);
    let named = scenarios.iter().zip(written).flat_map(|(scenario, files)| {
        files
            .into_iter()
            .map(|(name, bytes)| (format!("{}/{name}", scenario.name), bytes))
    });
    named.collect()
}

fn written(study: &StudyResults) -> Vec<(&'static str, Vec<u8>)> {
    let all = FILES.iter().chain([FOCUS]);
    let written = all.filter(|file| file.is_written(study, true));
    written.map(|file| (file.name, file.bytes(study))).collect()
}
