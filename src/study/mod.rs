//! All replications of all variants of some scenarios, in parallel; results in the scenarios' order whatever the threads.
//!
//! It reads no clock and writes nothing: progress and interruption are the caller's. Only `threads` names rayon; without the
//! feature of that name, `one_thread` stands in its place, and everything is done on the calling thread.

mod limits;
mod periods;
mod recurrence;
#[cfg(feature = "threads")]
mod threads;
#[cfg(not(feature = "threads"))]
#[path = "one_thread.rs"]
mod threads;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

pub use threads::{Threads, WHY_NO_MORE};

use crate::calendar::UtcPeriod;
use crate::engine::Halt;
use crate::engine::streams::Streams;
use crate::error::Error;
use crate::model::settings::{End, TargetKind, TargetSettings, WorldSettings};
use crate::model::{Detailed, Outcome, Silent, simulate};
use crate::pricing::Coverage;
use crate::results::{Packed, ReplicationResult, TargetResult, Timeline, Window};
use crate::scenario::{Scenario, Variant};
use crate::serving::{self, Services};
use crate::study_results::{BilledPeriod, Coming, StudyResults, TargetSort, VariantResults};
use crate::units::SimTime;
use crate::workload::Arrivals;

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

/// Told of what goes on, from any thread.
pub trait Watcher: Sync {
    /// One replication is done.
    fn replication_done(&self);

    /// Whether to go on; asked some tens of times a second by each thread.
    fn go_on(&self) -> bool;

    /// A replication of this variant ends since it was told to, with so many runs (or requests) there.
    fn stopped(&self, variant: &str, live: u64) {
        let _ = (variant, live);
    }
}

/// Watches nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watcher for Unwatched {
    fn replication_done(&self) {}

    fn go_on(&self) -> bool {
        true
    }
}

/// One replication of one variant of one scenario.
#[derive(Clone, Copy)]
struct Work<'a> {
    scenario: &'a Scenario,
    variant: &'a Variant,
    replication: u32,
}

impl Work<'_> {
    /// Where it stands, for messages.
    fn name(&self) -> String {
        let (scenario, variant) = (&self.scenario.name, &self.variant.name);
        format!(
            "scenario `{scenario}`, variant `{variant}`, replication {}",
            self.replication
        )
    }
}

/// Number of replications that [`run`] will do.
pub fn replications(scenarios: &[Scenario]) -> u64 {
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
        let mut results = self.install(|| simulate_all(scenarios, keep, watcher))?;
        Ok(scenarios
            .iter()
            .map(|scenario| gather(scenario, &mut results))
            .collect())
    }
}

/// Simulates every replication; the results in order. Of several that have no end, the first by their order is told.
fn simulate_all(
    scenarios: &[Scenario],
    keep: Keep,
    watcher: &dyn Watcher,
) -> Result<impl Iterator<Item = Replication>, Error> {
    let stopped = AtomicBool::new(false);
    let endless: Mutex<Option<(usize, Error)>> = Mutex::new(None);
    let is_behind = |position: usize| {
        let endless = endless.lock().unwrap_or_else(PoisonError::into_inner);
        endless.as_ref().is_some_and(|(first, _)| *first < position)
    };
    let total = usize::try_from(replications(scenarios)).unwrap_or(usize::MAX);
    // Each has its place from the start: what is collected piece by piece is held twice in the end.
    let results: Vec<Option<Replication>> = threads::each(total, |position| {
        if stopped.load(Ordering::Relaxed) || is_behind(position) {
            return None;
        }
        let work = work_at(scenarios, position)?;
        match replicate(work, keep, watcher) {
            Ok(replication) => Some(replication),
            Err(Halt::Stopped { live }) => {
                watcher.stopped(&work.variant.name, live);
                stopped.store(true, Ordering::Relaxed);
                None
            }
            Err(Halt::Endless { message, help }) => {
                if !is_behind(position) {
                    let message = format!("{}: {message}", work.name());
                    let error = Error::Endless { message, help };
                    *endless.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some((position, error));
                }
                None
            }
        }
    });
    let endless = endless.into_inner().unwrap_or_else(PoisonError::into_inner);
    match endless {
        _ if stopped.into_inner() => Err(Error::Interrupted),
        Some((_, error)) => Err(error),
        None => Ok(results.into_iter().flatten()),
    }
}

/// The replication of this position among all.
fn work_at(scenarios: &[Scenario], mut position: usize) -> Option<Work<'_>> {
    for scenario in scenarios {
        let replications = scenario.replications as usize;
        let all = replications * scenario.variants.len();
        if position < all {
            return Some(Work {
                scenario,
                variant: &scenario.variants[position / replications],
                replication: u32::try_from(position % replications).ok()?,
            });
        }
        position -= all;
    }
    None
}

/// What one replication left.
struct Replication {
    result: Packed,
    /// What commitments covered of it, where there are any.
    coverage: Option<Box<Coverage>>,
    /// What it is billed for by charge period, where asked for.
    periods: Vec<BilledPeriod>,
}

fn replicate(work: Work<'_>, keep: Keep, watcher: &dyn Watcher) -> Result<Replication, Halt> {
    let kept;
    let settings = match keep.periods.filter(|_| work.replication == 0) {
        Some(period) => {
            kept = periods::kept(work.variant, period);
            &kept
        }
        None => &work.variant.settings,
    };
    let streams = Streams::new(work.scenario.seed, u64::from(work.replication));
    let go_on = || watcher.go_on();
    let keeps_timelines = keep.timelines && work.replication == 0;
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
    let coverage = coverage(work.variant, &result);
    for target in &mut result.targets {
        // The hours that coverage was told from are many, and let go.
        target.hours = None;
    }
    watcher.replication_done();
    Ok(Replication {
        result: result.into(),
        coverage: coverage.map(Box::new),
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

/// The names of the targets, then of the services.
fn names(settings: &WorldSettings) -> Vec<String> {
    let targets = settings.targets.iter().map(|target| &target.name);
    let services = settings.services.iter().map(|service| &service.name);
    targets.chain(services).cloned().collect()
}

/// What comes to each target, then to each service; runs of others are in no statistics. A service that rejects what waits
/// too long has no queue that grows.
fn coming(variant: &Variant) -> Vec<Coming> {
    let settings = &variant.settings;
    let of = |arrivals: Vec<&Arrivals>, too_much: bool| {
        let any = |is: fn(&Arrivals) -> bool| arrivals.iter().any(|arrivals| is(arrivals));
        match (any(Arrivals::go_on), any(Arrivals::wait_for_ends)) {
            (true, _) if too_much => Coming::TooMuch,
            (true, _) => Coming::GoesOn,
            (false, true) => Coming::WaitsForEnds,
            (false, false) => Coming::Ends,
        }
    };
    let targets = variant.loads.iter().enumerate().map(|(target, load)| {
        let workloads = settings.workloads.iter();
        let own = workloads.filter(|own| !own.background && own.targets.contains(&target));
        of(own.map(|own| &own.arrivals).collect(), load.is_saturated())
    });
    let services = settings.services.iter().zip(&variant.service_loads);
    let services = services.enumerate().map(|(position, (service, load))| {
        let requests = settings.requests.iter();
        let own = requests.filter(|own| own.service == position);
        let arrivals = own.map(|own| &own.arrivals).collect();
        let waits = service.queue_timeout.is_none() && service.queue_limit.is_none();
        of(arrivals, waits && load.is_saturated())
    });
    targets.chain(services).collect()
}

/// For each cluster the others whose nodes count against a quota of its nodes.
fn rivals(settings: &WorldSettings) -> Vec<Vec<usize>> {
    let is_cluster =
        |target: usize| matches!(settings.targets[target].kind, TargetKind::Cluster(_));
    let shares = |one: usize, other: usize| {
        let mut quotas = settings.quotas.iter().map(|quota| &quota.members);
        one != other
            && is_cluster(other)
            && quotas.any(|members| members.contains(&one) && members.contains(&other))
    };
    let all = 0..settings.targets.len();
    let of = |one| all.clone().filter(|other| shares(one, *other)).collect();
    all.clone().map(of).collect()
}

fn sort_of(target: &TargetSettings) -> TargetSort {
    match &target.kind {
        TargetKind::Cluster(cluster) if cluster.one_run => TargetSort::OneRun {
            max_units: cluster.max_nodes,
        },
        TargetKind::Cluster(cluster) if !cluster.follows_queue_alone() => TargetSort::Pool,
        TargetKind::Cluster(cluster) => TargetSort::Cluster {
            min_nodes: cluster.min_nodes,
            max_nodes: cluster.max_nodes,
        },
        TargetKind::Instance(instance)
            if instance.schedule.is_none() && instance.idle_shutdown.is_none() =>
        {
            TargetSort::AlwaysOn
        }
        TargetKind::Instance(_) => TargetSort::Switched,
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
    result
        .runs
        .sort_by_key(|run| (run.submitted, run.workload, run.position));
    result.leases = recorder.leases;
    result
        .leases
        .sort_by_key(|lease| (lease.target, lease.node));
    result
}

fn gather(scenario: &Scenario, results: &mut impl Iterator<Item = Replication>) -> StudyResults {
    let variants = scenario.variants.iter().map(|variant| {
        let settings = &variant.settings;
        let mut replications = Vec::with_capacity(scenario.replications as usize);
        let (mut coverage, mut periods) = (Vec::new(), Vec::new());
        for done in results.take(scenario.replications as usize) {
            replications.push(done.result);
            coverage.extend(done.coverage.map(|coverage| *coverage));
            periods.extend(done.periods);
        }
        VariantResults {
            name: variant.name.clone(),
            currency: scenario.currency,
            provider: variant.cloud.provider(),
            window: window(variant),
            cut: settings.end == End::Cut,
            targets: names(settings),
            prices: variant.prices.clone(),
            commitments: variant.commitments.clone(),
            coverage,
            periods,
            products: variant.products.clone(),
            kinds: settings
                .targets
                .iter()
                .map(sort_of)
                .chain(settings.services.iter().map(|_| TargetSort::Service))
                .collect(),
            coming: coming(variant),
            rivals: rivals(settings),
            limits: limits::limits(settings),
            into_hour: variant.calendar.into_utc_hour(),
            start: variant.calendar.stamp_at_zero(),
            workloads: settings
                .workloads
                .iter()
                .map(|workload| workload.name.clone())
                .collect(),
            labels: (settings.workloads.iter())
                .map(|workload| workload.arrivals.labels().cloned())
                .collect(),
            recurrence: recurrence::recurrence(settings),
            replications,
        }
    });
    StudyResults {
        scenario: scenario.name.clone(),
        seed: scenario.seed,
        baseline: scenario.baseline,
        variants: variants.collect(),
    }
}
