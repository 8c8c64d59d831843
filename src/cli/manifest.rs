//! `manifest.json`: how the results were made. The only file with times of day, so all others compare byte for byte.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::defaults::{Acting, acting};
use super::flag_values::ChargePeriod;
use super::shell::quoted;
use crate::catalog::Catalog;
use crate::printable;
use crate::report::page::{About, DefaultValue, Price};
use crate::scenario::{Reading, Scenario};
use crate::stored::{FileSum, Inputs};
use crate::study::Threads;

/// Version of this file's own layout.
const SCHEMA_VERSION: u32 = 3;

/// What changes no result.
const RESUME: &str = "--resume";

/// Bytes of an earlier manifest at most: it holds the scenario's text, and that is limited.
const LARGEST: u64 = 1 << 28;

/// What the results were made of and with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Manifest {
    schema_version: u32,
    tool: String,
    tool_version: String,
    scenario: String,
    /// What the scenario says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    scenario_file: String,
    scenario_sha256: String,
    /// The scenario file as it was read.
    scenario_text: String,
    data_files: Vec<FileSum>,
    /// What was read from the data files.
    what_was_read: Vec<Reading>,
    arguments: Vec<String>,
    overrides: Vec<String>,
    /// The limits of `--goal`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    goals: Vec<String>,
    /// The variants that were asked for, unless all were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chosen_variants: Vec<String>,
    variants: Vec<String>,
    baseline: String,
    seed: u64,
    replications: u32,
    currency: String,
    /// Units of it for one US dollar, where the scenario says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange_rate: Option<f64>,
    /// What may mislead in the scenario or its logs, as on standard error.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// What was assumed or is worth knowing, as on standard error.
    notes: Vec<String>,
    /// Every price that some variant pays, with who states it.
    prices: Vec<Price>,
    /// Every default that decides a figure, with what it rests on.
    defaults: Vec<Acting>,
    threads: usize,
    started_at: String,
    /// Time the replications took, in seconds.
    wall_time_s: f64,
    /// The result files with their checksums.
    files: Vec<FileSum>,
}

/// What is read of a manifest for the page.
#[derive(Deserialize)]
struct Told {
    tool_version: String,
    description: Option<String>,
    scenario_file: String,
    scenario_text: String,
    data_files: Vec<FileSum>,
    overrides: Vec<String>,
    #[serde(default)]
    goals: Vec<String>,
    #[serde(default)]
    chosen_variants: Vec<String>,
    seed: u64,
    replications: u32,
    #[serde(default)]
    warnings: Vec<String>,
    notes: Vec<String>,
    prices: Vec<Price>,
    defaults: Vec<DefaultValue>,
}

/// What is read of the manifest of earlier results.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Earlier {
    tool: String,
    pub(super) scenario: String,
    /// The path that was given.
    pub(super) scenario_file: Option<String>,
    /// Of each variant.
    pub(super) replications: Option<u32>,
    pub(super) files: Vec<FileSum>,
}

/// A checksum in hexadecimal digits.
pub(super) fn digits(sum: Sha256) -> String {
    let sum = sum.finalize();
    let mut digits = String::with_capacity(2 * sum.len());
    for byte in sum {
        write!(digits, "{byte:02x}").expect("a string takes every byte");
    }
    digits
}

/// An override without the blanks that mean nothing.
fn plain(set: &str) -> String {
    match set.split_once('=') {
        Some((key, value)) => format!("{}={}", key.trim(), value.trim()),
        None => set.to_owned(),
    }
}

/// What the results of a scenario are made of.
pub(super) fn inputs(scenario: &Scenario, runs: bool, focus: Option<ChargePeriod>) -> Inputs {
    let data_file = |path: &PathBuf| FileSum {
        name: path.display().to_string(),
        sha256: digits(Sha256::new_with_prefix(
            std::fs::read(path).unwrap_or_default(),
        )),
    };
    let variants = scenario.variants.iter();
    let clouds = variants.clone().map(|variant| variant.cloud);
    let dated = clouds.filter_map(|cloud| {
        let date = Catalog::of(cloud).date()?;
        Some((cloud.name().to_owned(), date.to_string()))
    });
    let most = scenario.precision.as_ref().map(|precision| precision.most);
    Inputs {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario_text: scenario.text.clone(),
        data_files: scenario.data_files.iter().map(data_file).collect(),
        overrides: scenario.asked.set.iter().map(|set| plain(set)).collect(),
        variants: variants.map(|variant| variant.name.clone()).collect(),
        seed: scenario.seed,
        replications: most.unwrap_or(scenario.replications),
        most_replications: most,
        price_books: dated.collect(),
        runs,
        focus: focus.map(|period| period.name().to_owned()),
        search: None,
    }
}

/// The prices of all variants, each once.
fn prices(scenario: &Scenario) -> Vec<Price> {
    let mut prices: Vec<Price> = Vec::new();
    for source in scenario.variants.iter().flat_map(|v| &v.sources) {
        let stated = source.source.as_deref();
        let paid = Price {
            of: source.of.clone(),
            what: source.what.clone(),
            price: source.price.clone(),
            source: stated.unwrap_or("as written in the scenario").to_owned(),
        };
        if !prices.contains(&paid) {
            prices.push(paid);
        }
    }
    prices
}

impl Manifest {
    pub(super) fn new(
        (scenario, inputs): (&Scenario, &Inputs),
        (threads, arguments): (&Threads, &[OsString]),
        (started, wall_time): (Timestamp, Duration),
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: env!("CARGO_PKG_NAME").to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            description: scenario.description.clone(),
            scenario_file: scenario.path.display().to_string(),
            scenario_sha256: digits(Sha256::new_with_prefix(&scenario.text)),
            scenario_text: scenario.text.clone(),
            data_files: inputs.data_files.clone(),
            what_was_read: scenario.readings.clone(),
            arguments: arguments
                .iter()
                .skip(1)
                .map(|argument| argument.to_string_lossy().into_owned())
                .filter(|argument| argument != RESUME)
                .collect(),
            overrides: scenario.asked.set.clone(),
            goals: scenario.asked.goals.clone(),
            chosen_variants: scenario.asked.variants.clone(),
            variants: scenario
                .variants
                .iter()
                .map(|variant| variant.name.clone())
                .collect(),
            baseline: scenario.variants[scenario.baseline].name.clone(),
            seed: scenario.seed,
            replications: inputs.replications,
            currency: scenario.currency.code().to_owned(),
            exchange_rate: (!scenario.currency.is_dollar()).then(|| scenario.currency.per_dollar()),
            warnings: scenario.warnings.clone(),
            notes: scenario.notes.clone(),
            prices: prices(scenario),
            defaults: acting(scenario),
            threads: threads.count(),
            started_at: started.to_string(),
            wall_time_s: wall_time.as_secs_f64(),
            files: Vec::new(),
        }
    }

    /// What stands before the list of files.
    pub(super) fn before_files(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("plain values always serialize");
        let text = printable::json(&json);
        let before = before_files(&text).expect("files come last");
        before.to_owned()
    }
}

/// The text of a manifest before its list of files, which comes last; no text in it breaks a line. `None` where the text is
/// not as this program writes it.
pub(super) fn before_files(manifest: &str) -> Option<&str> {
    let (before, _) = manifest.split_once("\n  \"files\": ")?;
    Some(before)
}

/// The text of a manifest, given what stands before its list of files.
pub(super) fn with_files(before: &str, files: &[FileSum]) -> String {
    let files = serde_json::to_string_pretty(files).expect("plain values always serialize");
    let indented = files.replace('\n', "\n  ");
    let json = format!("{before}\n  \"files\": {indented}\n}}\n");
    printable::json(&json)
}

/// What is known of earlier results in a folder, if it holds any that this program wrote. A link is not followed, and what
/// is no plain file is not read.
pub(super) fn read_earlier(path: &Path) -> Option<Earlier> {
    let metadata = std::fs::symlink_metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return None;
    }
    let earlier: Earlier = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    (earlier.tool == env!("CARGO_PKG_NAME")).then_some(earlier)
}

/// What a page tells of the study beside its results, from what stands before the list of files. An error where that is not
/// as this program writes it.
pub(super) fn about(before: &str) -> serde_json::Result<About> {
    let told: Told = serde_json::from_str(&with_files(before, &[]))?;
    let mut command = vec![
        "simulate".to_owned(),
        quoted(&told.scenario_file).into_owned(),
    ];
    for set in &told.overrides {
        command.push(format!("--set {}", quoted(&plain(set))));
    }
    let goals = told.goals.iter();
    command.extend(goals.map(|goal| format!("--goal {}", quoted(goal))));
    let chosen = told.chosen_variants.iter();
    command.extend(chosen.map(|name| format!("--variant {}", quoted(name))));
    command.push(format!("--replications {}", told.replications));
    command.push(format!("--seed {}", told.seed));
    Ok(About {
        version: told.tool_version,
        description: told.description.unwrap_or_default(),
        command: printable::line(&command.join(" ")).into_owned(),
        file: told.scenario_file,
        text: told.scenario_text,
        seed: told.seed,
        set: told.overrides.iter().map(|set| plain(set)).collect(),
        warnings: told.warnings,
        notes: told.notes,
        prices: told.prices,
        defaults: told.defaults,
        data_files: told
            .data_files
            .into_iter()
            .map(|file| [file.name, file.sha256])
            .collect(),
    })
}

/// The time of day.
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
