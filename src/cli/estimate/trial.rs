//! A trial: some replications of a study, simulated on its threads, with the time and the room that each takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::order::Order;
use crate::cli::clock::Clock;
use crate::cli::guard::Stop;
use crate::error::Error;
use crate::pricing::Coverage;
use crate::results::Packed;
use crate::scenario::Scenario;
use crate::stored::Packer;
use crate::study::{self, Keep, Place, Threads, Watcher};
use crate::study_results::{BilledPeriod, Replication};

/// When a trial ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Seconds after which no further replication begins.
    pub(super) begins_for: f64,
    /// Seconds after which the replications that still run are cut.
    pub(super) goes_on_for: f64,
    /// Replications at most.
    pub(super) replications: usize,
}

/// A few seconds, and no more replications than take little memory.
pub(super) const LIMITS: Limits = Limits {
    begins_for: 2.0,
    goes_on_for: 10.0,
    replications: 1_000_000,
};

/// Replications of which the results are kept, the first ones.
const KEPT: usize = 4_096;
/// Bytes of rows that are kept where they have runs and leases.
const ROWS: usize = 1 << 23;

/// What came of a trial.
#[derive(Debug, Default)]
pub(super) struct Trial {
    pub(super) measured: Vec<Measured>,
    /// Replications that were cut, each with the seconds it had taken.
    pub(super) cut: Vec<(Place, f64)>,
    pub(super) kept: Vec<Kept>,
    /// Wall time of all of it, in seconds.
    pub(super) wall_s: f64,
    kept_bytes: usize,
}

/// What a replication took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    pub(super) place: Place,
    /// Wall time on its thread, with that of its row.
    pub(super) seconds: f64,
    /// Bytes of its row.
    pub(super) row: usize,
    /// Bytes of memory that its result takes.
    pub(super) room: usize,
}

/// What a replication left.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) place: Place,
    pub(super) result: Packed,
    /// The same without levels over time.
    pub(super) bare: Packed,
    pub(super) coverage: Option<Coverage>,
    pub(super) periods: Vec<BilledPeriod>,
    /// Its row, where it has runs and leases.
    pub(super) row: Option<Arc<[u8]>>,
}

/// Simulates replications all over the study, until a limit is reached. Errors are those of a study: of several, the one
/// whose replication began first, on however many threads.
pub(super) fn run(
    scenarios: &[Scenario],
    (keep, limits): (Keep, Limits),
    threads: &Threads,
    stop: &Arc<Stop>,
) -> Result<Trial, Error> {
    let watcher = Deadline {
        began: Clock::start(),
        goes_on_for: limits.goes_on_for,
        stop: Arc::clone(stop),
    };
    let most_levels: Vec<u64> = scenarios.iter().map(study::most_levels).collect();
    let order = Order::new(scenarios).take(limits.replications);
    let order = Mutex::new(order.enumerate());
    let trial = Mutex::new(Trial::default());
    let failure = Mutex::new(Failure::default());
    let next = || {
        let in_time = watcher.began.seconds() < limits.begins_for && stop.goes_on();
        let begins = in_time && hold(&failure).first.is_none();
        begins.then(|| hold(&order).next()).flatten()
    };
    let worker = |_: &usize| {
        let mut packer = Packer::default();
        while let Some((at, place)) = next() {
            let began = Clock::start();
            let scenario = &scenarios[place.scenario];
            let of_study = (keep, most_levels[place.scenario]);
            match study::one(scenario, place, of_study, &watcher) {
                Ok(left) => {
                    let row = packer.row((place.variant, place.replication), &left, keep.records);
                    let seconds = began.seconds();
                    hold(&trial).add((place, seconds), left, row);
                }
                Err(Error::Interrupted) if stop.goes_on() => {
                    hold(&trial).cut.push((place, began.seconds()));
                }
                Err(error) => hold(&failure).note(at, error),
            }
        }
    };
    let workers: Vec<usize> = (0..threads.count()).collect();
    threads.map(&workers, worker);
    failure
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .outcome()?;
    let mut trial = trial.into_inner().unwrap_or_else(PoisonError::into_inner);
    trial.wall_s = watcher.began.seconds();
    Ok(trial)
}

fn hold<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The error of the replication that began first, with its place in the order of the trial. Those before it have all
/// begun, and those after it need not.
#[derive(Debug, Default)]
struct Failure {
    first: Option<(usize, Error)>,
}

impl Failure {
    fn note(&mut self, at: usize, error: Error) {
        if self.first.as_ref().is_none_or(|(first, _)| at < *first) {
            self.first = Some((at, error));
        }
    }

    fn outcome(self) -> Result<(), Error> {
        self.first.map_or(Ok(()), |(_, error)| Err(error))
    }
}

impl Trial {
    /// Bytes of memory that it takes.
    pub(super) fn room(&self) -> usize {
        let kept = self
            .kept
            .iter()
            .map(|one| one.result.room() + one.bare.room());
        self.measured.len() * size_of::<Measured>() + kept.sum::<usize>() + self.kept_bytes
    }

    fn add(&mut self, (place, seconds): (Place, f64), left: Replication, row: &[u8]) {
        let Replication {
            mut result,
            coverage,
            periods,
        } = left;
        let has_records = !result.runs.is_empty() || !result.leases.is_empty();
        result.drop_records();
        let mut bare = result.clone();
        bare.timelines = Vec::new();
        let result = Packed::from(result);
        self.measured.push(Measured {
            place,
            seconds,
            row: row.len(),
            room: result.room(),
        });
        // At least one is kept, however large.
        if self.kept.len() < KEPT && (self.kept_bytes < ROWS || self.kept.is_empty()) {
            self.kept_bytes += if has_records { row.len() } else { 0 };
            self.kept.push(Kept {
                place,
                result,
                bare: bare.into(),
                coverage,
                periods,
                row: has_records.then(|| row.into()),
            });
        }
    }
}

/// Ends replications that take too long for a trial.
struct Deadline {
    began: Clock,
    goes_on_for: f64,
    stop: Arc<Stop>,
}

impl Watcher for Deadline {
    fn replication_done(&self) {}

    fn go_on(&self) -> bool {
        self.stop.goes_on() && self.began.seconds() < self.goes_on_for
    }

    fn stopped(&self, variant: &str, live: u64) {
        // One that took too long is no place where memory went.
        if !self.stop.goes_on() {
            self.stop.note(variant, live);
        }
    }
}
