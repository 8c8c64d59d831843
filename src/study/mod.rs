//! All replications of all variants of some scenarios, in parallel; results in the scenarios' order whatever the threads.
//!
//! It reads no clock and writes nothing: progress and interruption are the caller's. Only `threads` names rayon; without the
//! feature of that name, `one_thread` stands in its place, and everything is done on the calling thread.

mod described;
mod exact;
mod growing;
mod in_order;
mod limits;
mod one;
mod periods;
mod recurrence;
#[cfg(feature = "threads")]
mod threads;
#[cfg(not(feature = "threads"))]
#[path = "one_thread.rs"]
mod threads;
mod watcher;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

pub use described::described;
pub use growing::Growing;
pub use one::one;
pub use threads::{Threads, WHY_NO_MORE};
pub use watcher::{Unwatched, Watcher};

use crate::calendar::UtcPeriod;
use crate::engine::Halt;
use crate::engine::streams::Streams;
use crate::error::Error;
use crate::model::settings::{End, WorldSettings};
use crate::model::{Detailed, Outcome, Silent, simulate};
use crate::pricing::Coverage;
use crate::results::{LeaseRecord, Packed, ReplicationResult, TargetResult, Timeline, Window};
use crate::scenario::{Scenario, Variant};
use crate::serving::{self, Services};
use crate::study_results::{BilledPeriod, Replication, StudyResults, VariantResults};
use crate::units::SimTime;

/// What to keep beyond the statistics, and how to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Every run and every lease of every replication.
    pub records: bool,
    /// Levels over time of each variant's first replication.
    pub timelines: bool,
    /// What each variant's first replication is billed for by charge periods of this length.
    pub periods: Option<UtcPeriod>,
}

/// A replication, by positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Of its scenario.
    pub scenario: usize,
    /// Of its variant.
    pub variant: usize,
    /// Its number.
    pub replication: u32,
}

/// Rows of levels over time that a study keeps at most, of all its targets and services together.
const MOST_LEVELS: u64 = 250_000;

/// Rows of levels over time that a study keeps of each target and service at most.
pub fn most_levels(scenario: &Scenario) -> u64 {
    let settings = scenario.variants.iter().map(|variant| &variant.settings);
    let counts = settings.map(|settings| settings.targets.len() + settings.services.len());
    let count: usize = counts.sum();
    (MOST_LEVELS / (count as u64).max(1)).max(1)
}

/// Most variants of a study that keeps the hours of the week: they take about 1 kB of each replication and target.
const MOST_WITH_WEEKS: usize = 30;

/// Whether a study keeps the hours of the week; the points of a search are many.
fn keeps_weeks(scenario: &Scenario) -> bool {
    scenario.search.is_none() && scenario.variants.len() <= MOST_WITH_WEEKS
}

/// One replication of one variant of one scenario.
#[derive(Clone, Copy)]
struct Work<'a> {
    scenario: &'a Scenario,
    variant: &'a Variant,
    place: Place,
    most_levels: u64,
}

impl Work<'_> {
    /// Where it stands, for messages.
    fn name(&self) -> String {
        let (scenario, variant) = (&self.scenario.name, &self.variant.name);
        format!(
            "scenario `{scenario}`, variant `{variant}`, replication {}",
            self.place.replication
        )
    }
}

/// Number of replications that [`run`] will do.
fn replications(scenarios: &[Scenario]) -> u64 {
    let of =
        |scenario: &Scenario| u64::from(scenario.replications) * scenario.variants.len() as u64;
    scenarios.iter().map(of).sum()
}

/// Runs everything on `threads` threads of its own (`None`: one for each processor), as [`Threads::run`] does.
pub fn run(
    scenarios: &[Scenario],
    keep: Keep,
    threads: Option<usize>,
    watcher: &dyn Watcher,
) -> Result<Vec<StudyResults>, Error> {
    Threads::start(threads)?.run(scenarios, keep, watcher)
}

impl Threads {
    /// Runs everything on these threads. The error is [`Error::Interrupted`] if the watcher said stop.
    pub fn run(
        &self,
        scenarios: &[Scenario],
        keep: Keep,
        watcher: &dyn Watcher,
    ) -> Result<Vec<StudyResults>, Error> {
        let results = self.simulate_all(scenarios, (keep, watcher), Done::new)?;
        let mut results = results.into_iter().flatten();
        Ok(scenarios
            .iter()
            .map(|scenario| gather(scenario, &mut results))
            .collect())
    }

    /// Runs the replications of a scenario that the watcher wants, which hears what they left. Errors are those of
    /// [`Self::run`].
    pub fn run_part(
        &self,
        scenario: &Scenario,
        keep: Keep,
        watcher: &dyn Watcher,
    ) -> Result<(), Error> {
        self.simulate_all(std::slice::from_ref(scenario), (keep, watcher), |_| ())?;
        Ok(())
    }

    /// Simulates every replication of some scenarios.
    fn simulate_all<T: Send>(
        &self,
        scenarios: &[Scenario],
        how: (Keep, &dyn Watcher),
        take: impl Fn(Replication) -> T + Send + Sync,
    ) -> Result<Vec<Option<T>>, Error> {
        let most_levels: Vec<u64> = scenarios.iter().map(most_levels).collect();
        let total = usize::try_from(replications(scenarios)).unwrap_or(usize::MAX);
        let work = |position| work_at(scenarios, &most_levels, position);
        self.install(|| simulate_each((total, work), how, take))
    }
}

/// Simulates the replications at all positions; what was taken of each that the watcher wants, in order. Of several that
/// have no end, the first by their order is told.
fn simulate_each<'a, T: Send>(
    (total, work_at): (usize, impl Fn(usize) -> Option<Work<'a>> + Send + Sync),
    (keep, watcher): (Keep, &dyn Watcher),
    take: impl Fn(Replication) -> T + Send + Sync,
) -> Result<Vec<Option<T>>, Error> {
    let stopped = AtomicBool::new(false);
    let endless: Mutex<Option<(usize, Error)>> = Mutex::new(None);
    let is_behind = |position: usize| {
        let endless = endless.lock().unwrap_or_else(PoisonError::into_inner);
        endless.as_ref().is_some_and(|(first, _)| *first < position)
    };
    // Each has its place from the start: what is collected piece by piece is held twice in the end.
    let results: Vec<Option<T>> = threads::each(total, |position| {
        if stopped.load(Ordering::Relaxed) || is_behind(position) {
            return None;
        }
        let work = work_at(position)?;
        if !watcher.wants(work.place) {
            return None;
        }
        match done(work, keep, watcher) {
            Ok(done) => Some(take(done)),
            Err(Halt::Stopped { live }) => {
                watcher.stopped(&work.variant.name, live);
                stopped.store(true, Ordering::Relaxed);
                None
            }
            Err(Halt::Endless { message, help }) => {
                let mut endless = endless.lock().unwrap_or_else(PoisonError::into_inner);
                if endless.as_ref().is_none_or(|(first, _)| position < *first) {
                    let message = format!("{}: {message}", work.name());
                    *endless = Some((position, Error::Endless { message, help }));
                }
                None
            }
        }
    });
    let endless = endless.into_inner().unwrap_or_else(PoisonError::into_inner);
    match endless {
        _ if stopped.into_inner() => Err(Error::Interrupted),
        Some((_, error)) => Err(error),
        None => Ok(results),
    }
}

/// The replication of this position among all.
fn work_at<'a>(
    scenarios: &'a [Scenario],
    most_levels: &[u64],
    mut position: usize,
) -> Option<Work<'a>> {
    for (number, scenario) in scenarios.iter().enumerate() {
        let replications = scenario.replications as usize;
        let all = replications * scenario.variants.len();
        if position < all {
            let variant = position / replications;
            return Some(Work {
                scenario,
                variant: &scenario.variants[variant],
                place: Place {
                    scenario: number,
                    variant,
                    replication: u32::try_from(position % replications).ok()?,
                },
                most_levels: most_levels[number],
            });
        }
        position -= all;
    }
    None
}

/// A [`Replication`] in little room.
struct Done {
    result: Packed,
    coverage: Option<Box<Coverage>>,
    periods: Vec<BilledPeriod>,
}

impl Done {
    fn new(replication: Replication) -> Self {
        Self {
            result: replication.result.into(),
            coverage: replication.coverage.map(Box::new),
            periods: replication.periods,
        }
    }

    fn add_to(self, variant: &mut VariantResults) {
        variant.add(self.result, self.coverage.map(|it| *it), self.periods);
    }
}

/// Does a replication, unless it was done before.
fn done(work: Work<'_>, keep: Keep, watcher: &dyn Watcher) -> Result<Replication, Halt> {
    let mut replication = if let Some(known) = watcher.known(work.place) {
        known
    } else {
        let replication = replicate(work, keep, watcher)?;
        watcher.left(work.place, &replication);
        replication
    };
    if watcher.keeps_records() {
        replication.result.drop_records();
    }
    watcher.replication_done();
    Ok(replication)
}

fn replicate(work: Work<'_>, keep: Keep, watcher: &dyn Watcher) -> Result<Replication, Halt> {
    let number = work.place.replication;
    let kept;
    let settings = match keep.periods.filter(|_| number == 0) {
        Some(period) => {
            kept = periods::kept(work.variant, period);
            &kept
        }
        None => &work.variant.settings,
    };
    let streams = Streams::new(work.scenario.seed, u64::from(number));
    let go_on = || watcher.go_on();
    let keeps_timelines = keep.timelines && number == 0;
    let timelines = if keeps_timelines {
        settings.targets.len()
    } else {
        0
    };
    let mut result = if keep.records || timelines > 0 {
        with_details(simulate(
            settings,
            streams,
            Detailed::new(keep.records, timelines),
            &go_on,
        )?)
    } else {
        simulate(settings, streams, Silent, &go_on)?.result
    };
    for (service, timeline) in served(settings, streams, keeps_timelines, &go_on)? {
        result.targets.push(service);
        result.timelines.extend(timeline);
    }
    let periods = match &settings.charge_periods {
        Some(of) => periods::billed(work.variant, of, &mut result.targets),
        None => Vec::new(),
    };
    for timeline in &mut result.timelines {
        *timeline = timeline.in_rows(work.most_levels);
    }
    let coverage = coverage(work.variant, &result);
    for target in &mut result.targets {
        // The hours that coverage was told from are many, and let go; those of weeks add up over many variants.
        target.hours = None;
        target.week = target.week.take().filter(|_| keeps_weeks(work.scenario));
    }
    Ok(Replication {
        result,
        coverage,
        periods,
    })
}

/// The services, each simulated by itself, with their levels over time where asked for.
fn served(
    settings: &WorldSettings,
    streams: Streams,
    keep_timeline: bool,
    go_on: &dyn Fn() -> bool,
) -> Result<Vec<(TargetResult, Option<Timeline>)>, Halt> {
    let services = Services {
        services: &settings.services,
        requests: &settings.requests,
        streams,
        cuts: &settings.cuts(),
        cut: settings.end == End::Cut,
        keep_timeline,
    };
    let all = 0..settings.services.len();
    all.map(|position| serving::simulate(services, position, go_on))
        .collect()
}

fn coverage(variant: &Variant, result: &ReplicationResult) -> Option<Coverage> {
    let Variant {
        commitments,
        prices,
        ..
    } = variant;
    (!commitments.is_empty())
        .then(|| Coverage::of(commitments, prices, &result.targets, window(variant)))
}

fn window(variant: &Variant) -> Window {
    Window {
        warmup: variant.settings.warmup,
        horizon: variant.settings.horizon,
    }
}

/// The result with what was recorded, runs in order of submission and leases by target and node.
fn with_details(outcome: Outcome<Detailed>) -> ReplicationResult {
    let Outcome {
        mut result,
        recorder,
        ..
    } = outcome;
    let ends: Vec<SimTime> = result.targets.iter().map(|target| target.end).collect();
    result.timelines = recorder.timelines(&ends);
    result.runs = recorder.runs;
    in_order::sort(
        &mut result.runs,
        |run| (run.workload, run.position),
        |run| (run.submitted, run.workload, run.position),
    );
    result.leases = recorder.leases;
    let place = |lease: &LeaseRecord| (lease.target, lease.node);
    in_order::sort(&mut result.leases, place, place);
    result
}

/// A study with its replications, which come in the scenario's order.
fn gather(scenario: &Scenario, results: &mut impl Iterator<Item = Done>) -> StudyResults {
    let mut study = described(scenario);
    for variant in &mut study.variants {
        variant
            .replications
            .reserve_exact(scenario.replications as usize);
        for done in results.take(scenario.replications as usize) {
            done.add_to(variant);
        }
    }
    study
}
