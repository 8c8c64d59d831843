//! Levels over time: those that the recorder was told against those that follow from the records of runs and leases.

use std::collections::BTreeMap;
use std::ops::Bound;

use autoscale_simulator::model::settings::{End, SurplusProvisioning};
use autoscale_simulator::results::{Levels, Timeline};
use autoscale_simulator::units::SimTime;

use crate::records::ready;
use crate::worlds::{Case, Life};

pub(crate) fn check(case: &Case) {
    for target in 0..case.settings.targets.len() {
        states_add_up_at_every_instant(case, target);
        nodes_are_within_their_limits(case, target);
        nodes_are_those_of_the_leases(case, target);
        little_holds_exactly(case, target);
        timeline_has_the_integral_of_the_levels(case, target);
        if case.cluster(target).is_some() {
            decisions_leave_nothing_undone(case, target);
            a_drained_cluster_is_at_rest(case, target);
        }
    }
}

/// Runs of one target by state at an instant, in numbers that must never be negative.
#[derive(Clone, Copy, Debug, Default)]
struct States {
    submitted: i64,
    provisioning: i64,
    queued: i64,
    queued_nodes: i64,
    starting: i64,
    running: i64,
    finalizing: i64,
    on_nodes: i64,
    ended: i64,
}

type Field = fn(&mut States) -> &mut i64;

/// When runs enter and leave the states, as changes by instant.
#[derive(Default)]
struct Changes(BTreeMap<SimTime, Vec<(Field, i64)>>);

impl Changes {
    fn at(&mut self, at: SimTime, field: Field, by: i64) {
        self.0.entry(at).or_default().push((field, by));
    }

    /// From `from` until `to`, or for ever.
    fn during(&mut self, from: Option<SimTime>, to: Option<SimTime>, field: Field, by: i64) {
        if let Some(from) = from {
            self.at(from, field, by);
            if let Some(to) = to {
                self.at(to, field, -by);
            }
        }
    }

    fn add(&mut self, run: &Life, end: SimTime) {
        let (record, nodes) = (&run.record, i64::from(run.record.nodes));
        let ended = record.ended;
        let stopped = run.stopped(end).filter(|at| ended.is_some() || *at < end);
        self.at(record.submitted, |states| &mut states.submitted, 1);
        let prepared = record.queued.or(ended);
        self.during(
            Some(record.submitted),
            prepared,
            |states| &mut states.provisioning,
            1,
        );
        let left = record.assigned.or(ended);
        self.during(record.queued, left, |states| &mut states.queued, 1);
        self.during(
            record.queued,
            left,
            |states| &mut states.queued_nodes,
            nodes,
        );
        self.during(record.assigned, ended, |states| &mut states.on_nodes, nodes);
        let started = record.started.or(ended);
        self.during(record.assigned, started, |states| &mut states.starting, 1);
        self.during(record.started, stopped, |states| &mut states.running, 1);
        if record.started.is_some() {
            self.during(stopped, ended, |states| &mut states.finalizing, 1);
        }
        if let Some(ended) = ended {
            self.at(ended, |states| &mut states.ended, 1);
        }
    }
}

/// Submitted = provisioning + queued + starting + running + finalizing + ended, and the recorder says the same.
fn states_add_up_at_every_instant(case: &Case, target: usize) {
    let mut changes = Changes::default();
    for run in case.runs_of(target) {
        changes.add(run, case.horizon());
    }
    let told: BTreeMap<SimTime, Levels<u32>> = case.levels[target].iter().copied().collect();
    for at in told.keys() {
        changes.0.entry(*at).or_default();
    }
    let mut states = States::default();
    for (at, changes) in changes.0 {
        for (field, by) in changes {
            *field(&mut states) += by;
        }
        let name = format!("{}: target {target} at {at}: {states:?}", case.name);
        let live = [
            states.provisioning,
            states.queued,
            states.starting,
            states.running,
            states.finalizing,
        ];
        assert!(live.iter().all(|runs| *runs >= 0), "{name}");
        let sum = live.iter().sum::<i64>() + states.ended;
        assert_eq!(states.submitted, sum, "{name}");
        let levels = told.range(..=at).next_back();
        let levels = levels.map_or_else(Levels::default, |(_, levels)| *levels);
        let of_recorder = [levels.queued_runs, levels.queued_nodes, levels.occupied];
        assert_eq!(
            [states.queued, states.queued_nodes, states.on_nodes],
            of_recorder.map(i64::from),
            "{name}"
        );
    }
    let unfinished = states.submitted - states.ended;
    let none = case
        .runs_of(target)
        .filter(|run| run.record.ended.is_none());
    assert_eq!(
        unfinished,
        i64::try_from(none.count()).unwrap(),
        "{}",
        case.name
    );
}

fn allocated(levels: &Levels<u32>) -> u32 {
    levels.provisioning + levels.idle + levels.occupied
}

/// At all instants min <= allocated <= max; of an instance all its slots or none, and occupied ones only when it is on.
fn nodes_are_within_their_limits(case: &Case, target: usize) {
    assert_eq!(
        case.levels[target].first().map(|(at, _)| *at),
        Some(SimTime::ZERO),
        "{}: levels are known from the start",
        case.name
    );
    for (at, levels) in &case.levels[target] {
        let name = format!("{}: target {target} at {at}: {levels:?}", case.name);
        let allocated = allocated(levels);
        if let Some(cluster) = case.cluster(target) {
            assert!(allocated >= cluster.min_nodes, "{name}");
            assert!(allocated <= cluster.max_nodes, "{name}");
        }
        if let Some(instance) = case.instance(target) {
            assert!(allocated == 0 || allocated == instance.slots, "{name}");
            assert!(
                levels.provisioning == 0 || levels.provisioning == instance.slots,
                "{name}"
            );
            assert_eq!(levels.leaving, 0, "{name}");
        }
    }
}

/// After a decision nothing more can start, all that demand asks for is requested, and surplus is on its way out.
fn decisions_leave_nothing_undone(case: &Case, target: usize) {
    let cluster = case.cluster(target).expect("asked of clusters only");
    let heads = heads(case, target);
    for (at, levels) in &case.levels[target] {
        let name = format!("{}: target {target} at {at}: {levels:?}", case.name);
        if let Some(head) = head_at(&heads, *at) {
            assert!(levels.queued_runs > 0, "{name}");
            assert!(
                head.record.nodes > levels.idle,
                "{head:?} could start: {name}"
            );
        } else {
            assert_eq!(levels.queued_runs, 0, "{name}");
        }
        let demand = levels.occupied.saturating_add(levels.queued_nodes);
        let desired = demand.clamp(cluster.min_nodes, cluster.max_nodes);
        assert!(allocated(levels) >= desired, "{name}");
        let surplus = allocated(levels) > desired;
        if cluster.surplus_provisioning == SurplusProvisioning::Cancel {
            assert!(!surplus || levels.provisioning == 0, "{name}");
        }
        let at_once = cluster.idle_before_scale_down.is_zero();
        assert!(!(at_once && surplus && levels.idle > 0), "{name}");
    }
}

/// Nothing is left but the minimum.
fn a_drained_cluster_is_at_rest(case: &Case, target: usize) {
    let cluster = case.cluster(target).expect("asked of clusters only");
    let (_, last) = case.levels[target]
        .last()
        .expect("levels are known from the start");
    if case.settings.end == End::Drain {
        let at_rest = Levels {
            idle: cluster.min_nodes,
            ..Levels::default()
        };
        assert_eq!(*last, at_rest, "{}: target {target}", case.name);
    }
}

/// The run at the head of a target's queue from each instant at which it may change on.
pub(crate) fn heads(case: &Case, target: usize) -> BTreeMap<SimTime, Option<&Life>> {
    let mut changes: BTreeMap<SimTime, Vec<(&Life, bool)>> = BTreeMap::new();
    for run in case.runs_of(target) {
        if let Some(queued) = run.record.queued
            && run.record.assigned != Some(queued)
        {
            changes.entry(queued).or_default().push((run, true));
            if let Some(assigned) = run.record.assigned {
                changes.entry(assigned).or_default().push((run, false));
            }
        }
    }
    let mut queue = BTreeMap::new();
    let mut heads = BTreeMap::new();
    for (at, changes) in changes {
        for (run, joins) in changes {
            if joins {
                queue.insert(run.place(), run);
            } else {
                queue.remove(&run.place());
            }
        }
        heads.insert(at, queue.first_key_value().map(|(_, run)| *run));
    }
    heads
}

pub(crate) fn head_at<'a>(
    heads: &BTreeMap<SimTime, Option<&'a Life>>,
    at: SimTime,
) -> Option<&'a Life> {
    heads.range(..=at).next_back().and_then(|(_, head)| *head)
}

/// Ready nodes are the leases that are ready and open; leaving ones those released not longer ago than a constant time.
fn nodes_are_those_of_the_leases(case: &Case, target: usize) {
    let slots = case.instance(target).map_or(1, |instance| instance.slots);
    let leaving = case
        .cluster(target)
        .and_then(|cluster| cluster.leaving.as_constant());
    let mut changes: BTreeMap<SimTime, [i64; 3]> = BTreeMap::new();
    let mut change = |at: SimTime, place: usize, by: i64| {
        changes.entry(at).or_default()[place] += by * i64::from(slots);
    };
    for lease in case.leases_of(target) {
        let ready = ready(lease, slots);
        for (place, from, to) in [(0, lease.requested, ready), (1, ready, lease.released)] {
            change(from, place, 1);
            change(to, place, -1);
        }
        if let Some(leaving) = leaving {
            change(lease.released, 2, 1);
            change(lease.released + leaving, 2, -1);
        }
    }
    let mut leased = [0; 3];
    let mut last = SimTime::ZERO;
    for (at, levels) in &case.levels[target] {
        if *at >= case.end(target) {
            // Leases that were still open were closed there.
            break;
        }
        for (_, change) in changes.range((Bound::Excluded(last), Bound::Included(*at))) {
            leased = [0, 1, 2].map(|place| leased[place] + change[place]);
        }
        if *at == SimTime::ZERO {
            leased = changes.get(at).copied().unwrap_or_default();
        }
        last = *at;
        let name = format!("{}: target {target} at {at}: {levels:?}", case.name);
        assert_eq!(
            i64::from(levels.idle + levels.occupied),
            leased[1],
            "{name}"
        );
        // A node that was canceled before its boot has no lease, nor one that the end found there.
        assert!(i64::from(levels.provisioning) >= leased[0], "{name}");
        if leaving.is_some() {
            assert_eq!(i64::from(levels.leaving), leased[2], "{name}");
        }
    }
}

/// The levels of a target until `end`, with the time each held.
pub(crate) fn held(
    case: &Case,
    target: usize,
    end: SimTime,
) -> impl Iterator<Item = (SimTime, SimTime, Levels<u32>)> {
    let levels = &case.levels[target];
    let ends = levels.iter().skip(1).map(|(at, _)| *at).chain([end]);
    levels
        .iter()
        .zip(ends)
        .map(move |((from, levels), to)| (*from, to.min(end), *levels))
        .filter(|(from, to, _)| from < to)
}

/// The time runs spent in the queue is the queue's length over time, to the microsecond.
fn little_holds_exactly(case: &Case, target: usize) {
    let last = case.levels[target]
        .last()
        .map_or(SimTime::ZERO, |(at, _)| *at);
    let end = match case.settings.end {
        End::Cut => case.horizon(),
        End::Drain => last.max(case.end(target)),
    };
    let length = held(case, target, end)
        .map(|(from, to, levels)| u128::from(to.since(from).0) * u128::from(levels.queued_runs));
    let waits = case.runs_of(target).filter_map(|run| {
        let queued = run.record.queued?;
        let left = run.record.assigned.unwrap_or(end);
        Some(u128::from(left.since(queued).0))
    });
    assert_eq!(length.sum::<u128>(), waits.sum::<u128>(), "{}", case.name);
}

fn timeline_has_the_integral_of_the_levels(case: &Case, target: usize) {
    let timeline: &Timeline = &case.timelines[target];
    let mut from = SimTime::ZERO;
    for point in &timeline.points {
        assert_eq!(point.from, from, "{}: spans follow each other", case.name);
        assert!(!point.span.is_zero(), "{}: {point:?}", case.name);
        from = point.from + point.span;
    }
    assert!(
        from >= case.end(target),
        "{}: it reaches the end",
        case.name
    );
    let mut exact = Levels::<f64>::default();
    for (from, to, levels) in held(case, target, from) {
        exact.add(levels, to.since(from).as_secs_f64());
    }
    let mut kept = Levels::<f64>::default();
    for point in &timeline.points {
        kept.add(point.levels, point.span.as_secs_f64());
    }
    for (exact, kept) in values(exact).into_iter().zip(values(kept)) {
        assert!(
            (exact - kept).abs() <= 1e-9 * exact.max(1.0),
            "{}: target {target}: {kept} instead of {exact}",
            case.name
        );
    }
}

fn values(levels: Levels<f64>) -> [f64; 7] {
    let Levels {
        provisioning,
        idle,
        occupied,
        leaving,
        system,
        queued_runs,
        queued_nodes,
    } = levels;
    [
        provisioning,
        idle,
        occupied,
        leaving,
        system,
        queued_runs,
        queued_nodes,
    ]
}
