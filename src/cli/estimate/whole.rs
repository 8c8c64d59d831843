//! From a trial to the whole study.

use std::ffi::OsString;
use std::time::Duration;

use super::reports::{self, Reports};
use super::sample::{Size, Stock};
use super::sum::{Sum, sum};
use super::trial::{Measured, Trial};
use crate::cli::clock::Clock;
use crate::cli::manifest::{self, Manifest};
use crate::cli::study_args::StudyArgs;
use crate::scenario::Scenario;
use crate::stored;
use crate::study::{self, Threads};

/// Bytes a second that are written down to the disk.
const DISK: f64 = 200e6;
/// Seconds for each file beside that.
const FILE: f64 = 0.002;
/// Bytes of memory that the rows of a variant take while tables are made.
const VARIANT: f64 = 7_000.0;
/// Bytes of memory that a replication takes in lists, beside its result.
const PLACE: f64 = 88.0;

/// What a study takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    /// Time of threads for all replications.
    pub(super) simulation: Sum,
    /// Seconds for all that is read and made before the first replication, but for the scenario itself.
    pub(super) preparing_s: f64,
    /// What is known where at least one replication ended.
    pub(super) left: Option<Left>,
}

/// What a study leaves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Left {
    /// Bytes of the stored results.
    pub(super) results: f64,
    /// Bytes of CSV files.
    pub(super) tables: f64,
    /// Bytes of the manifest, but for its list of files.
    pub(super) manifest: f64,
    /// Bytes of charts.
    pub(super) charts: f64,
    /// Seconds for reports, with writing all files.
    pub(super) reports_s: f64,
    /// Bytes of memory that its results take.
    pub(super) room: f64,
    /// Bytes of memory that those of the largest small study took; of several scenarios, one after the other.
    pub(super) sample: f64,
}

impl Left {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            results: self.results + other.results,
            tables: self.tables + other.tables,
            manifest: self.manifest + other.manifest,
            charts: self.charts + other.charts,
            reports_s: self.reports_s + other.reports_s,
            room: self.room + other.room,
            sample: self.sample.max(other.sample),
        }
    }

    pub(super) fn bytes(self) -> f64 {
        self.results + self.tables + self.manifest + self.charts
    }
}

/// What the study of a scenario takes.
pub(super) fn whole(
    (position, scenario): (usize, &Scenario),
    trial: &Trial,
    (flags, arguments): (&StudyArgs, &[OsString]),
    threads: &Threads,
) -> Whole {
    let size = Size::of(scenario);
    let began = Clock::start();
    let described = study::described(scenario);
    // The results are described once more for the reports; the rest is done once.
    let describing_s = began.seconds();
    let inputs = manifest::inputs(scenario, flags.runs, flags.focus);
    let header = stored::header(&inputs, &described).len() as f64;
    let preparing_s = began.seconds();
    let own = trial
        .measured
        .iter()
        .filter(|one| one.place.scenario == position);
    let own: Vec<Measured> = own.copied().collect();
    let cut = trial
        .cut
        .iter()
        .filter(|(place, _)| place.scenario == position);
    let cut = cut.map(|(place, seconds)| Measured {
        place: *place,
        seconds: *seconds,
        row: 0,
        room: 0,
    });
    let timed: Vec<Measured> = own.iter().copied().chain(cut).collect();
    let simulation = all(&timed, size, |one| one.seconds).unwrap_or(Sum {
        total: 0.0,
        variance: None,
    });
    let rows = all(&own, size, |one| one.row as f64);
    let room = all(&own, size, |one| one.room as f64);
    let left = rows.zip(room).and_then(|(rows, room)| {
        let count = size.all() as f64;
        let stock = Stock::new(position, trial, &described);
        let row = rows.total / count;
        let Reports {
            tables,
            charts,
            sample: (sampled, sample_room),
        } = reports::measure(&stock, size, (&inputs, row), threads)?;
        let began = Clock::start();
        let never = (manifest::now(), Duration::ZERO);
        let manifest = Manifest::new((scenario, &inputs), (threads, arguments), never);
        let manifest = manifest.before_files().len() as f64;
        let of_manifest = began.seconds();
        let results = header + rows.total;
        let bytes = results + tables.bytes + charts.bytes + manifest;
        let written = bytes / DISK;
        Some(Left {
            results,
            tables: tables.bytes,
            manifest,
            charts: charts.bytes,
            reports_s: tables.seconds
                + charts.seconds
                + of_manifest
                + written
                + 30.0 * FILE
                + describing_s,
            room: room.total + PLACE * count + VARIANT * (size.variants - sampled) as f64,
            sample: sample_room,
        })
    });
    Whole {
        simulation,
        preparing_s,
        left,
    }
}

/// What all replications take together: replication 0 of each variant, which has levels over time, apart from the others.
fn all(own: &[Measured], size: Size, of: fn(&Measured) -> f64) -> Option<Sum> {
    let part = |is_part: fn(&Measured) -> bool, each: usize| {
        let values = own.iter().filter(|one| is_part(one));
        let values = values.map(|one| (one.place.variant, of(one)));
        sum(
            values,
            size.variants,
            u32::try_from(each).unwrap_or(u32::MAX),
        )
    };
    let firsts: fn(&Measured) -> bool = |one| one.place.replication == 0;
    let others: fn(&Measured) -> bool = |one| one.place.replication > 0;
    let first = part(firsts, 1).or_else(|| part(others, 1))?;
    if size.replications == 1 {
        return Some(first);
    }
    let each = size.replications - 1;
    let other = part(others, each).or_else(|| part(firsts, each))?;
    Some(first.plus(other))
}
