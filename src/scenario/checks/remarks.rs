//! What the user should know of a variant before trusting its results: loads, traces, targets that cannot keep up.

use jiff::civil::DateTime;

use super::offered::OfferedLoad;
use super::serving_load::seconds_each;
use super::told::Said;
use crate::digits::{about, compared, short};
use crate::model::settings::{TargetKind, TargetSettings, WorldSettings};
use crate::scenario::data::trace::TraceFile;
use crate::scenario::document::near::list;
use crate::scenario::document::sink::Read;
use crate::scenario::targets::Target;
use crate::scenario::work::clock::Arriving;
use crate::serving::settings::RequestSettings;
use crate::units::{SimDuration, SimTime};
use crate::workload::closed::Closed;
use crate::workload::{Arrivals, WorkloadSettings};

/// Expected runs and requests of one replication above which a warning says so.
const MANY_RUNS: f64 = 1e9;

/// What traces leave out or mix up.
pub(in crate::scenario) fn of_traces(works: &[Arriving<'_>], horizon: SimTime) -> Vec<String> {
    let mut warnings = left_out(works, horizon);
    warnings.extend(apart(works));
    warnings
}

/// What is offered too much.
pub(in crate::scenario) fn of_loads(settings: &WorldSettings, loads: &[OfferedLoad]) -> Vec<Said> {
    let mut warnings = saturation(loads);
    warnings.extend(cut_fan_outs(settings));
    let more = quota_saturation(settings, loads).into_iter();
    warnings.extend(more.chain(many_runs(settings)).map(Said::from));
    warnings
}

/// Parents whose runs take longer than what is left until the horizon: the runs that would come after it never do.
fn cut_fan_outs(settings: &WorldSettings) -> Vec<Said> {
    let horizon = settings.horizon;
    let say = |work: &WorkloadSettings| {
        let fan_out = work.arrivals.fan_out()?;
        let times = fan_out.parents().times();
        // Parents that come at random may come at the start, at the earliest.
        let last = match times.iter().rev().find(|at| **at < horizon) {
            Some(last) => *last,
            None if times.is_empty() => SimTime::ZERO,
            None => return None,
        };
        let (children, at_once) = fan_out.children();
        // Those that come last have to be submitted, and not to end.
        let rounds = f64::from(children) / f64::from(at_once) - 1.0;
        let taken = SimDuration::from_secs_rounded((rounds * work.duration.mean_secs()).round());
        (taken > horizon.since(last)).then(|| {
            Said::from(format!(
                "workload `{}`: the {children} runs of a parent, {at_once} at once, come over about {}, and the horizon is {} after the \
                 {} parent: runs that would come at or after it are never submitted; make `horizon` longer",
                work.name,
                taken.to_friendly(),
                horizon.since(last).to_friendly(),
                if times.is_empty() { "earliest" } else { "last" }
            ))
        })
    };
    settings.workloads.iter().filter_map(say).collect()
}

fn left_out(works: &[Arriving<'_>], horizon: SimTime) -> Vec<String> {
    let mut warnings = Vec::new();
    for work in works {
        let Some(trace) = work.draft.as_ref().ok().and_then(|draft| draft.trace()) else {
            continue;
        };
        let (section, name) = (work.section, work.name);
        if trace.skipped > 0 {
            warnings.push(format!(
                "{section} `{name}`: {} bad rows of its trace were skipped",
                trace.skipped
            ));
        }
        warnings.extend(misread_stamps(trace).map(|said| format!("{section} `{name}`: {said}")));
        let late = trace.rows.len() - trace.rows.partition_point(|row| row.at < horizon);
        if late > 0 {
            warnings.push(format!(
                "{section} `{name}`: {late} of {} rows of its trace come at or after the horizon and are left out",
                trace.rows.len()
            ));
        }
    }
    warnings
}

/// Time from `t = 0` to the first row of a trace from which on it is told: such a long pause is hardly meant.
const LONG_BEFORE: SimDuration = SimDuration::from_secs(366 * 86_400);

/// What the stamps of a trace may mean instead.
fn misread_stamps(trace: &TraceFile) -> Option<String> {
    if trace.may_be_excel {
        return Some(
            "its stamps are read as seconds: if they are whole days of a spreadsheet, write `stamps = \"excel\"`"
                .to_owned(),
        );
    }
    if trace.may_be_dates {
        return Some(
            "its stamps are read as seconds: if they are dates, write them as `2024-06-10 00:00:00`"
                .to_owned(),
        );
    }
    let first = trace.rows.first()?.at.since(SimTime::ZERO);
    let micros = trace.origin.saturating_add_unsigned(first.0);
    if let Some(rather) = trace.kind.rather(micros) {
        return Some(format!(
            "its stamps are read as {}, as `stamps` says, but by their size they are {}",
            trace.kind.name(),
            rather.name()
        ));
    }
    (first > LONG_BEFORE).then(|| {
        format!(
            "its first row comes {} after the start, and that time is simulated too: write `origin = \"first\"` to begin with it",
            first.to_friendly()
        )
    })
}

/// Traces that begin at different times but are all moved to `t = 0`.
fn apart(works: &[Arriving<'_>]) -> Option<String> {
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

/// Targets that cannot keep up with what goes on coming.
fn saturation(loads: &[OfferedLoad]) -> Vec<Said> {
    let saturated = loads.iter().filter(|load| load.is_saturated());
    let say = |load: &OfferedLoad| {
        let gangs = if load.capacity < load.room {
            format!(
                " of its {} nodes, since its runs need several at the same time",
                load.room
            )
        } else {
            String::new()
        };
        let [offered, most] = compared(load.endless, load.capacity);
        let text = format!(
            "offered {offered} node-seconds per second and can do at most {most}{gangs}: \
             the queue grows without bound, and its mean wait would depend on the horizon"
        );
        Said::of(&load.target, text)
    };
    saturated.map(say).collect()
}

/// Targets that are offered too much for a while.
pub(in crate::scenario) fn load_notes(loads: &[OfferedLoad]) -> Vec<Said> {
    let peaks = loads.iter().filter_map(|load| {
        let peak = load.peak_demand?;
        (peak > load.peak_capacity && !load.is_saturated()).then(|| {
            let [offered, most] = compared(peak, load.peak_capacity);
            let text = format!(
                "offered {offered} node-seconds per second in the peak windows and can do at most {most} then: \
                 a queue builds up in them"
            );
            Said::of(&load.target, text)
        })
    });
    let late = loads.iter().filter(|load| load.ends_late()).map(|load| {
        let text = format!(
            "offered {} times what it can do until the horizon, by work that then ends: what was submitted by then is done after \
             the horizon if the simulation drains",
            short(load.demand / load.capacity)
        );
        Said::of(&load.target, text)
    });
    peaks.chain(late).collect()
}

/// Logs whose copies come several at the same instants, or on days on which the log has less: they have too few days.
pub(in crate::scenario) fn copies(settings: &WorldSettings) -> Vec<Said> {
    let workloads = settings.workloads.iter();
    let workloads = workloads.map(|work| ("workload", &work.name, &work.arrivals));
    let requests = settings.requests.iter();
    let all = workloads.chain(requests.map(|work| ("requests", &work.name, &work.arrivals)));
    let mut said = Vec::new();
    for (section, name, arrivals) in all {
        let Some(trace) = arrivals.trace() else {
            continue;
        };
        if trace.copies_coincide(settings.horizon) {
            said.push(Said::from(format!(
                "{section} `{name}`: its log has too few days for the copies that `load_factor` makes, so some submit \
                 at the same instants as its rows"
            )));
        }
        if let Some((days, quiet)) = trace.quiet_days(settings.horizon) {
            let have = if quiet == 1 { "has" } else { "have" };
            said.push(Said::from(format!(
                "{section} `{name}`: {quiet} of the {days} days of its log {have} less than half of the mean number of rows, and \
                 `load_factor` copies busy days onto them: only a log of more than a week is copied onto the same days of the week"
            )));
        }
    }
    said
}

/// Mean time of a request to its end: on a replica, or up to where it may be rejected if that is sooner.
fn shortest_s(requests: &RequestSettings, settings: &WorldSettings) -> f64 {
    let service = &settings.services[requests.service];
    let users = requests.arrivals.closed().map_or(0, Closed::users);
    let served = seconds_each(requests, service) + service.router_overhead.as_secs_f64();
    match service.queue_timeout {
        _ if service.queue_limit.is_some_and(|limit| limit < users) => 0.0,
        Some(timeout) => served.min(timeout.as_secs_f64()),
        None => served,
    }
}

fn many_runs(settings: &WorldSettings) -> Option<String> {
    let horizon = settings.horizon;
    let expected = |arrivals: &Arrivals, each_s: f64| {
        let per_s = arrivals.closed().map_or_else(
            || arrivals.per_s(horizon),
            |closed| f64::from(closed.users()) / (closed.think_s() + each_s),
        );
        per_s * horizon.as_secs_f64()
    };
    let workloads = settings.workloads.iter();
    let workloads = workloads.map(|it| expected(&it.arrivals, it.duration.mean_secs()));
    let requests = settings.requests.iter();
    let requests = requests.map(|it| expected(&it.arrivals, shortest_s(it, settings)));
    let (runs, requests) = (workloads.sum::<f64>(), requests.sum::<f64>());
    let things = match (runs > 0.0, requests > 0.0) {
        (_, false) => "runs",
        (false, true) => "requests",
        (true, true) => "runs and requests",
    };
    let all = runs + requests;
    (all > MANY_RUNS).then(|| {
        format!(
            "a replication has about {} {things}, which takes long: check rates and horizon",
            about(all)
        )
    })
}

/// Targets together that a quota leaves too little.
fn quota_saturation(settings: &WorldSettings, loads: &[OfferedLoad]) -> Vec<String> {
    let mut warnings = Vec::new();
    for quota in &settings.quotas {
        let (mut held, mut demand, mut several) = (0, 0.0, 0);
        for member in &quota.members {
            let (target, load) = (&settings.targets[*member], &loads[*member]);
            match target.kind {
                TargetKind::Instance(_) => held += quota.taken_by(target),
                TargetKind::Cluster(_) => {
                    demand += load.endless * quota.taken_by(target) as f64;
                    several += 1;
                }
            }
        }
        let one = quota.unit.parts() as f64;
        let (demand, room) = (demand / one, quota.limit.saturating_sub(held) as f64 / one);
        let known = quota
            .members
            .iter()
            .any(|member| loads[*member].is_saturated());
        if several > 1 && demand > 0.0 && demand >= room && !known {
            let [offered, room] = compared(demand, room);
            warnings.push(format!(
                "the clusters of quota `{}` are offered work for {offered} {}, and it leaves them {room}: \
                 their queues grow without bound, and their mean waits would depend on the horizon",
                quota.name,
                quota.unit.name()
            ));
        }
    }
    warnings
}

/// Clusters whose boot is the program's assumption, all in one note.
pub(super) fn assumed_boot(targets: &[Read<Target<'_>>], used: &[bool]) -> Option<String> {
    let used = targets.iter().zip(used).filter(|(_, used)| **used);
    let clusters = used
        .filter_map(|(target, _)| target.as_ref().ok())
        .filter(|target| target.kind.section == "cluster" && !target.table.has("boot"));
    let names: Vec<&str> = clusters
        .map(|target| target.settings.name.as_str())
        .collect();
    if names.is_empty() {
        return None;
    }
    let (have, clusters) = if names.len() == 1 {
        ("has", "the cluster")
    } else {
        ("have", "each cluster")
    };
    Some(format!(
        "{} {have} no `boot`: a node of {clusters} boots for 4.5 min (median; 95th percentile 11 min), an assumption; \
         set `boot` to what you measured, or to `\"0s\"`",
        list_few(&names)
    ))
}

/// Up to four names, or three of more and how many others there are.
fn list_few(names: &[&str]) -> String {
    let shown = list(&names[..names.len().min(3)]);
    match names.len() {
        0..=3 => shown,
        4 => list(names),
        more => format!("{shown} and {} others", more - 3),
    }
}

/// An instance that nothing starts again.
pub(super) fn never_served(target: &TargetSettings) -> Option<Said> {
    let TargetKind::Instance(instance) = &target.kind else {
        return None;
    };
    let idle = instance.idle_shutdown?;
    let starts = instance.start_on_submission || instance.schedule.is_some();
    (!starts).then(|| {
        let text = format!(
            "`{}` stops after its first {} without work, and nothing starts it again: it has no `schedule`, and \
             `start_on_submission` is false, so runs that come later are never served",
            target.name,
            idle.to_friendly()
        );
        Said::from(text)
    })
}

/// Low-priority nodes that are never lost.
pub(super) fn never_evicted(target: &Target<'_>) -> Option<Said> {
    if target.table.has("eviction") {
        return None;
    }
    if let TargetKind::Cluster(pool) = &target.settings.kind
        && pool.low_priority_nodes > 0
    {
        let text = format!(
            "`{}` has low-priority nodes, but without `eviction` they are never lost: results are better than the service's",
            target.settings.name
        );
        return Some(Said::from(text));
    }
    target.bought.tier.may_be_evicted().then(|| {
        let text = format!(
            "{}, but without `eviction` its nodes are never lost: results are better than the service's",
            target.bought.tier.name()
        );
        Said::of(&target.settings.name, text)
    })
}
