//! `manifest.json`: how the results were made. The only file with times of day, so all others compare byte for byte.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::defaults::{Acting, acting};
use crate::printable;
use crate::scenario::{Reading, Scenario};
use crate::study::Threads;

/// Version of this file's own layout.
const SCHEMA_VERSION: u32 = 2;

/// Bytes of an earlier manifest at most: it holds the scenario's text, and that is limited.
const LARGEST: u64 = 1 << 28;

/// What the results were made of and with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Manifest {
    schema_version: u32,
    tool: String,
    tool_version: String,
    scenario: String,
    scenario_file: String,
    scenario_sha256: String,
    /// The scenario file as it was read.
    scenario_text: String,
    data_files: Vec<FileSum>,
    /// What was read from the data files.
    what_was_read: Vec<Reading>,
    arguments: Vec<String>,
    overrides: Vec<String>,
    variants: Vec<String>,
    baseline: String,
    seed: u64,
    replications: u32,
    currency: String,
    /// Units of it for one US dollar, where the scenario says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange_rate: Option<f64>,
    /// What was assumed or is worth knowing, as on standard error.
    notes: Vec<String>,
    /// Every price that some variant pays, with who states it.
    prices: Vec<Paid>,
    /// Every default that decides a figure, with what it rests on.
    defaults: Vec<Acting>,
    threads: usize,
    started_at: String,
    /// Time the replications took, in seconds.
    wall_time_s: f64,
    /// The result files with their checksums.
    files: Vec<FileSum>,
}

/// A price that a target or a commitment pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Paid {
    of: String,
    what: String,
    price: String,
    /// Who states it, and as of when.
    source: String,
}

/// A file and its checksum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileSum {
    pub(super) name: String,
    sha256: String,
}

/// What is read of the manifest of earlier results.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Earlier {
    tool: String,
    pub(super) scenario: String,
    pub(super) files: Vec<FileSum>,
}

impl FileSum {
    pub(super) fn new(name: String, sum: Sha256) -> Self {
        let sum = sum.finalize();
        let mut sha256 = String::with_capacity(2 * sum.len());
        for byte in sum {
            write!(sha256, "{byte:02x}").expect("a string takes every byte");
        }
        Self { name, sha256 }
    }

    /// Whether this is the checksum.
    pub(super) fn is(&self, sum: &Sha256) -> bool {
        self.sha256 == Self::new(String::new(), sum.clone()).sha256
    }
}

/// The prices of all variants, each once.
fn prices(scenario: &Scenario) -> Vec<Paid> {
    let mut prices: Vec<Paid> = Vec::new();
    for source in scenario.variants.iter().flat_map(|v| &v.sources) {
        let stated = source.source.as_deref();
        let paid = Paid {
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
        scenario: &Scenario,
        threads: &Threads,
        arguments: &[OsString],
        started: Timestamp,
        wall_time: Duration,
    ) -> Self {
        let data_file = |path: &std::path::PathBuf| {
            let bytes = std::fs::read(path).unwrap_or_default();
            FileSum::new(path.display().to_string(), Sha256::new_with_prefix(bytes))
        };
        let scenario_sum = FileSum::new(String::new(), Sha256::new_with_prefix(&scenario.text));
        Self {
            schema_version: SCHEMA_VERSION,
            tool: env!("CARGO_PKG_NAME").to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            scenario_file: scenario.path.display().to_string(),
            scenario_sha256: scenario_sum.sha256,
            scenario_text: scenario.text.clone(),
            data_files: scenario.data_files.iter().map(data_file).collect(),
            what_was_read: scenario.readings.clone(),
            arguments: arguments
                .iter()
                .skip(1)
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect(),
            overrides: scenario.overrides.clone(),
            variants: scenario
                .variants
                .iter()
                .map(|variant| variant.name.clone())
                .collect(),
            baseline: scenario.variants[scenario.baseline].name.clone(),
            seed: scenario.seed,
            replications: scenario.replications,
            currency: scenario.currency.code().to_owned(),
            exchange_rate: (!scenario.currency.is_dollar()).then(|| scenario.currency.per_dollar()),
            notes: scenario.notes.clone(),
            prices: prices(scenario),
            defaults: acting(scenario),
            threads: threads.count(),
            started_at: started.to_string(),
            wall_time_s: wall_time.as_secs_f64(),
            files: Vec::new(),
        }
    }

    /// The text of the file, with the result files it lists.
    pub(super) fn into_json(mut self, files: Vec<FileSum>) -> String {
        self.files = files;
        let json = serde_json::to_string_pretty(&self).expect("plain values always serialize");
        printable::json(&(json + "\n"))
    }
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

/// The time of day.
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
