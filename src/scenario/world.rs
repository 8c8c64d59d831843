//! Reads one variant: a whole tree into checked settings, prices and offered loads. Files, flags and the list of
//! variants are elsewhere.

use jiff::civil::DateTime;

use super::arrivals::{TraceCache, friendly};
use super::keys::{TOP, names};
use super::load::{Means, OfferedLoad, offered};
use super::reader::{Cursor, Read, Reported};
use super::targets::{Context, Target, environments, section, targets};
use super::tree::{Node, Table};
use super::values::{Complaint, choice, date_time, duration, positive_duration, text};
use super::workloads::{Known, Surroundings, Work, check_sizes, finish, open};
use crate::calendar::{Calendar, time_zone};
use crate::model::settings::{End, WorldSettings};
use crate::pricing::TargetPrices;
use crate::units::SimTime;

/// Expected runs of one replication above which a warning says so.
const MANY_RUNS: f64 = 1e9;

/// One variant, checked.
pub(super) struct World {
    pub(super) settings: WorldSettings,
    pub(super) prices: Vec<TargetPrices>,
    pub(super) loads: Vec<OfferedLoad>,
    pub(super) calendar: Calendar,
    pub(super) warnings: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// Work shared between variants.
#[derive(Default)]
pub(super) struct Shared {
    rows: TraceCache,
    means: Means,
}

/// The keys that say when things happen.
struct Clock {
    zone: String,
    start: Option<DateTime>,
    horizon: Option<SimTime>,
    warmup: SimTime,
    end: End,
}

/// Reads a variant.
pub(super) fn read(context: &Context<'_>, root: &Node, shared: &mut Shared) -> Read<World> {
    let cursor = Cursor::root(context.sink, root, &names(TOP));
    let table = root.as_table().expect("the top level is a table");
    let clock = clock(&cursor);
    let zone = clock.as_ref().map_or("UTC", |clock| &clock.zone);
    let known = known(context, table);
    let works = open(context, table, zone, &known);
    let calendar = clock
        .as_ref()
        .map_err(|reported| *reported)
        .and_then(|clock| calendar(&cursor, clock, &works));
    let environments = environments(context, table);
    let targets = targets(context, table, calendar.as_ref().ok());
    let horizon = clock
        .as_ref()
        .map_err(|reported| *reported)
        .and_then(|clock| horizon(&cursor, clock, &works, table));
    let start_is_known = clock
        .as_ref()
        .is_ok_and(|clock| clock.start.is_some() || !hides_start(&works));
    let mut workloads = Vec::new();
    for work in &works {
        let around = Surroundings {
            known: &known,
            calendar: calendar.as_ref().ok().filter(|_| start_is_known),
            horizon: horizon.unwrap_or(SimTime::NEVER),
        };
        workloads.push(finish(context, work, &around, &mut shared.rows));
    }
    let mut warnings = Vec::new();
    for (work, workload) in works.iter().zip(&workloads) {
        // Targets are named in the order of their declaration, as they are read.
        if let Ok(workload) = workload
            && let Ok(target) = &targets[workload.targets[0]]
            && let Ok(warning) = check_sizes(work, workload, target)
        {
            warnings.extend(warning);
        }
    }
    let workloads: Vec<_> = workloads.into_iter().collect::<Read<_>>()?;
    let targets: Vec<_> = targets.into_iter().collect::<Read<_>>()?;
    let (clock, horizon) = (clock?, horizon?);
    warnings.extend(trace_warnings(&works, horizon));
    warnings.extend(apart(&works));
    let mut settings = WorldSettings {
        horizon,
        warmup: clock.warmup,
        end: clock.end,
        environments: environments?,
        targets: Vec::new(),
        workloads,
        quotas: Vec::new(),
    };
    let prices = keep_used(&mut settings, targets);
    if !context.sink.is_empty() {
        return Err(Reported);
    }
    let loads = offered(&settings, &mut shared.means);
    warnings.extend(loads.iter().filter_map(saturation));
    warnings.extend(many_runs(&settings));
    Ok(World {
        notes: loads.iter().filter_map(peak_note).collect(),
        settings,
        prices,
        loads,
        calendar: calendar?,
        warnings,
    })
}

fn clock(cursor: &Cursor<'_>) -> Read<Clock> {
    let zone = cursor.read_or("time_zone", "UTC".to_owned(), |value| {
        let name = text(value)?;
        match time_zone(&name) {
            Ok(_) => Ok(name),
            Err(sentence) => Err(Complaint::sentence(&sentence)),
        }
    });
    let start = cursor.read("start", date_time);
    let horizon = cursor.read("horizon", positive_duration);
    let warmup = cursor.read("warmup", duration);
    let end = cursor.read_or(
        "end",
        End::default(),
        choice(&[("drain", End::Drain), ("cut", End::Cut)]),
    );
    Ok(Clock {
        zone: zone?,
        start: start?,
        horizon: horizon?.map(|length| SimTime(length.0)),
        warmup: SimTime(warmup?.unwrap_or_default().0),
        end: end?,
    })
}

/// What `t = 0` is: as given, else the first date-time of the first trace that has any, else the default.
fn calendar(cursor: &Cursor<'_>, clock: &Clock, works: &[Work<'_>]) -> Read<Calendar> {
    let first_stamp = works
        .iter()
        .find_map(|work| work.draft.as_ref().ok()?.trace()?.start);
    let default = DateTime::constant(2024, 1, 1, 0, 0, 0, 0);
    let start = clock.start.or(first_stamp).unwrap_or(default);
    Calendar::new(start, &clock.zone)
        .map_err(|sentence| cursor.refuse("start", Complaint::sentence(&sentence)))
}

/// Whether a trace that could not be read comes before the first with a date-time: it may say what `t = 0` is.
fn hides_start(works: &[Work<'_>]) -> bool {
    for work in works {
        match &work.draft {
            Ok(draft) if !draft.is_trace() => {}
            Ok(draft) => match draft.trace() {
                Some(trace) if trace.start.is_none() => {}
                trace => return trace.is_none(),
            },
            Err(_) => return true,
        }
    }
    false
}

/// The horizon: as given, else one tick after the last submission where all arrivals are traces.
fn horizon(cursor: &Cursor<'_>, clock: &Clock, works: &[Work<'_>], table: &Table) -> Read<SimTime> {
    if table.table("workload").is_none_or(|t| t.entries.is_empty()) {
        return Err(cursor.missing(
            "workload",
            "say who submits runs, in a `[workload.NAME]` table",
        ));
    }
    let horizon = match clock.horizon {
        Some(horizon) => Ok(horizon),
        None => after_traces(cursor, works),
    }?;
    if clock.warmup >= horizon {
        let complaint = Complaint::new(format!(
            "the warm-up of {} is not below the horizon of {}",
            friendly(clock.warmup),
            friendly(horizon)
        ))
        .help("statistics are over runs submitted in [warmup, horizon)");
        return Err(cursor.refuse_pair("warmup", "horizon", complaint));
    }
    Ok(horizon)
}

/// One tick after the last submission, where all arrivals are traces.
fn after_traces(cursor: &Cursor<'_>, works: &[Work<'_>]) -> Read<SimTime> {
    let is_generated = |work: &&Work<'_>| work.draft.as_ref().is_ok_and(|draft| !draft.is_trace());
    if let Some(work) = works.iter().find(is_generated) {
        let help = format!(
            "the arrivals of `workload.{}` go on until it: write for example `horizon = \"7d\"`",
            work.name
        );
        return Err(cursor.missing("horizon", &help));
    }
    let mut last = SimTime::ZERO;
    for work in works {
        let draft = work.draft.as_ref().map_err(|reported| *reported)?;
        let trace = draft.trace().ok_or(Reported)?;
        last = last.max(trace.rows.last().map_or(SimTime::ZERO, |row| row.at));
    }
    Ok(SimTime(last.0 + 1))
}

/// The names workloads may refer to, also of tables that have problems of their own.
fn known<'a>(context: &Context<'a>, table: &'a Table) -> Known<'a> {
    let mut targets = section(context, table, "cluster");
    targets.extend(section(context, table, "instance"));
    targets.sort_by_key(|(entry, _)| entry.origin.declaration_order());
    let environments = section(context, table, "environment");
    let readable = table
        .get("environment")
        .is_none_or(|entry| entry.node.as_table().is_some());
    Known {
        environments_are_all: readable && !context.sink.may_hide("environment"),
        targets: targets.iter().map(|(entry, _)| &*entry.key).collect(),
        environments: environments.iter().map(|(entry, _)| &*entry.key).collect(),
    }
}

/// Keeps the targets that are simulated, renumbers the workloads' targets, and gives the prices beside them.
fn keep_used(settings: &mut WorldSettings, targets: Vec<Target>) -> Vec<TargetPrices> {
    let mut prices = Vec::new();
    let mut positions = Vec::new();
    for (position, target) in targets.into_iter().enumerate() {
        let submits = settings
            .workloads
            .iter()
            .any(|workload| workload.targets.contains(&position));
        positions.push(settings.targets.len());
        if submits || target.always_bill {
            settings.targets.push(target.settings);
            prices.push(target.prices);
        }
    }
    for workload in &mut settings.workloads {
        for target in &mut workload.targets {
            *target = positions[*target];
        }
    }
    prices
}

fn trace_warnings(works: &[Work<'_>], horizon: SimTime) -> Vec<String> {
    let mut warnings = Vec::new();
    for work in works {
        let Some(trace) = work.draft.as_ref().ok().and_then(|draft| draft.trace()) else {
            continue;
        };
        let name = &work.name;
        if trace.skipped > 0 {
            warnings.push(format!(
                "workload `{name}`: {} bad rows of its trace were skipped",
                trace.skipped
            ));
        }
        let late = trace.rows.len() - trace.rows.partition_point(|row| row.at < horizon);
        if late > 0 {
            warnings.push(format!(
                "workload `{name}`: {late} of {} rows of its trace come at or after the horizon and are left out",
                trace.rows.len()
            ));
        }
    }
    warnings
}

/// Traces that begin at different times but are all moved to `t = 0`.
fn apart(works: &[Work<'_>]) -> Option<String> {
    let starts: Vec<DateTime> = works
        .iter()
        .filter_map(|work| work.draft.as_ref().ok()?.trace()?.start)
        .collect();
    let first = starts.first()?;
    starts.iter().any(|start| start != first).then(|| {
        "the traces have different origins, and each is `t = 0`: give all of them the same `origin` to keep their distance"
            .to_owned()
    })
}

fn saturation(load: &OfferedLoad) -> Option<String> {
    load.is_saturated().then(|| {
        format!(
            "`{}` is offered {:.4} node-seconds per second and can do at most {:.4}: \
             the queue grows without bound, and its mean wait would depend on the horizon",
            load.target, load.demand, load.capacity
        )
    })
}

fn peak_note(load: &OfferedLoad) -> Option<String> {
    let peak = load.peak_demand.filter(|peak| *peak > load.capacity)?;
    Some(format!(
        "`{}` is offered {peak:.4} node-seconds per second in the peak windows and can do at most {:.4}: \
         a queue builds up in them",
        load.target, load.capacity
    ))
}

fn many_runs(settings: &WorldSettings) -> Option<String> {
    use crate::workload::Arrivals;
    let seconds = settings.horizon.as_secs_f64();
    let expected = |arrivals: &Arrivals| match arrivals {
        Arrivals::Poisson(poisson) => poisson.rate_per_s() * seconds,
        Arrivals::Deterministic(each) => seconds / each.interval.as_secs_f64(),
        Arrivals::Bursts(bursts) => bursts.peak_per_s * seconds,
        Arrivals::Batch(batch) => f64::from(batch.runs) * batch.times.len() as f64,
        Arrivals::Trace(trace) => trace.rows.len() as f64,
    };
    let runs: f64 = settings
        .workloads
        .iter()
        .map(|workload| expected(&workload.arrivals))
        .sum();
    (runs > MANY_RUNS).then(|| {
        format!("a replication has about {runs:.0} runs, which takes long: check rates and horizon")
    })
}
