//! Runs and leases: times in order, one run a node, only within leases, in the order of the queue.

use std::collections::{BTreeMap, BTreeSet};

use autoscale_simulator::model::settings::{End, OnStop};
use autoscale_simulator::results::{LeaseRecord, RunStatus};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};

use crate::worlds::{Case, Life, refused};

pub(crate) fn check(case: &Case) {
    for run in &case.runs {
        let name = format!("{}: {run:?}", case.name);
        times_are_in_order(run, &name);
        the_end_fits_the_status(case, run, &name);
        node_setup_is_pull_and_setup(run, &name);
    }
    for target in 0..case.settings.targets.len() {
        runs_start_in_the_order_of_the_queue(case, target);
        leases_are_sound(case, target);
        if case.cluster(target).is_some() {
            each_node_serves_one_run_within_its_lease(case, target);
            images_are_pulled_once_a_node(case, target);
        } else {
            an_instance_serves_while_it_is_on(case, target);
        }
    }
}

fn times_are_in_order(run: &Life, name: &str) {
    let record = &run.record;
    let times = [record.queued, record.assigned, record.started];
    let mut last = Some(record.submitted);
    for time in times {
        assert!(
            time.is_none() || last.is_some(),
            "nothing is skipped: {name}"
        );
        assert!(time.is_none() || time >= last, "times ascend: {name}");
        last = time;
    }
    let latest = times.into_iter().flatten().max();
    let latest = latest.unwrap_or(record.submitted);
    assert!(record.ended.is_none_or(|ended| ended >= latest), "{name}");
    let unprepared = run.submission.environment.is_none() && record.queued.is_some();
    assert!(
        !unprepared || record.queued == Some(record.submitted),
        "without an image there is nothing to prepare: {name}"
    );
}

fn the_end_fits_the_status(case: &Case, run: &Life, name: &str) {
    let (record, submission) = (&run.record, &run.submission);
    assert!(record.submitted < case.horizon(), "{name}");
    let target = record.target as usize;
    let most = case.cluster(target).map_or(1, |cluster| cluster.max_nodes);
    assert_eq!(refused(run), record.nodes > most, "{name}");
    let over = submission.duration > run.limit;
    match record.status {
        RunStatus::Completed => {
            let started = record.started.expect(name);
            let ended = started + submission.duration + submission.finalize;
            assert_eq!(record.ended, Some(ended), "{name}");
            assert!(!over, "{name}");
        }
        RunStatus::Failed => {
            assert_eq!(record.queued, None, "{name}");
            assert_eq!(record.ended, Some(record.submitted), "{name}");
        }
        RunStatus::Canceled => {
            let ended = record.ended.expect(name);
            let at_limit = over && record.started.map(|at| at + run.limit) == record.ended;
            let by_schedule = case.instance(target).is_some_and(|instance| {
                let schedule = instance.schedule.as_ref();
                instance.on_stop == OnStop::Cancel
                    && schedule.is_some_and(|schedule| !schedule.is_open(ended))
            });
            assert!(at_limit || by_schedule, "{name}");
        }
        RunStatus::Unfinished => {
            assert_eq!(record.ended, None, "{name}");
            assert!(case.may_leave(run), "{name}");
        }
    }
}

fn node_setup_is_pull_and_setup(run: &Life, name: &str) {
    if let (Some(assigned), Some(started)) = (run.record.assigned, run.record.started) {
        let node_setup = started.since(assigned);
        let setup = run.submission.setup;
        let with_pull = setup + run.submission.image_pull;
        assert!(node_setup == setup || node_setup == with_pull, "{name}");
    }
}

/// Strictly: no run is assigned while one before it in the queue is not.
fn runs_start_in_the_order_of_the_queue(case: &Case, target: usize) {
    let assigned = |run: &Life| run.record.assigned.unwrap_or(SimTime::NEVER);
    let mut queued: Vec<&Life> = case
        .runs_of(target)
        .filter(|run| run.record.queued.is_some())
        .collect();
    queued.sort_by_cached_key(|run| run.place());
    for pair in queued.windows(2) {
        let same = pair[0].submission.priority == pair[1].submission.priority;
        assert!(
            !same || assigned(pair[0]) <= assigned(pair[1]),
            "{}: overtaken: {pair:?}",
            case.name
        );
    }
    // Backwards: the instants at which runs of lower priority were assigned.
    let mut lower = BTreeSet::new();
    for band in queued
        .chunk_by(|a, b| a.submission.priority == b.submission.priority)
        .rev()
    {
        for run in band {
            let queued = run.record.queued.expect("filtered above");
            let waiting = queued..assigned(run).max(queued);
            let overtaken = lower.range(waiting).next();
            assert_eq!(overtaken, None, "{}: overtaken: {run:?}", case.name);
        }
        lower.extend(band.iter().filter_map(|run| run.record.assigned));
    }
}

fn leases_are_sound(case: &Case, target: usize) {
    let settings = &case.settings.targets[target];
    let slots = u128::from(case.instance(target).map_or(1, |instance| instance.slots));
    let mut last: Option<&LeaseRecord> = None;
    for lease in case.leases_of(target) {
        let name = format!("{}: {lease:?}", case.name);
        assert!(lease.requested <= lease.billed_from, "{name}");
        assert!(lease.billed_from <= lease.released, "{name}");
        assert!(lease.released <= case.end(target), "{name}");
        let length = lease.released.since(lease.billed_from);
        assert_eq!(lease.billed, settings.billing.billed(length), "{name}");
        assert!(
            lease.billed >= length.max(settings.billing.minimum),
            "{name}"
        );
        let parts = lease.boot + lease.node_setup + lease.run + lease.finalize + lease.idle;
        assert_eq!(parts.0, u128::from(length.0) * slots, "{name}");
        if let Some(last) = last {
            assert!(last.node < lease.node, "an id is used once: {name}");
            assert!(last.requested <= lease.requested, "ids ascend: {name}");
            if case.instance(target).is_some() {
                assert!(last.released <= lease.billed_from, "{name}");
            }
        }
        last = Some(lease);
    }
}

/// End of boot, or of the lease if that came first.
pub(crate) fn ready(lease: &LeaseRecord, slots: u32) -> SimTime {
    let boot = lease.boot.0 / u128::from(slots);
    lease.billed_from + SimDuration(u64::try_from(boot).expect("a lease fits in 64 bits"))
}

/// What runs took of a lease, for one node or slot each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Taken {
    node_setup: NodeTime,
    run: NodeTime,
    finalize: NodeTime,
}

impl Taken {
    fn add(&mut self, run: &Life, horizon: SimTime) {
        let left = run.left(horizon);
        let assigned = run.record.assigned.expect("a run on a node was assigned");
        let started = run.record.started.unwrap_or(left);
        let stopped = run.stopped(horizon).unwrap_or(left);
        let time = |from: SimTime, to: SimTime| NodeTime(u128::from(to.since(from).0));
        self.node_setup += time(assigned, started);
        self.run += time(started, stopped);
        self.finalize += time(stopped, left);
    }

    fn of(lease: &LeaseRecord) -> Self {
        Self {
            node_setup: lease.node_setup,
            run: lease.run,
            finalize: lease.finalize,
        }
    }
}

fn each_node_serves_one_run_within_its_lease(case: &Case, target: usize) {
    let horizon = case.horizon();
    let mut served: BTreeMap<u64, Vec<&Life>> = BTreeMap::new();
    for run in case.runs_of(target) {
        let held = &run.record.nodes_held;
        let expected = run.record.assigned.map_or(0, |_| run.record.nodes as usize);
        assert_eq!(held.len(), expected, "{}: {run:?}", case.name);
        assert!(held.is_sorted_by(|a, b| a < b), "{}: {run:?}", case.name);
        for node in held {
            served.entry(*node).or_default().push(run);
        }
    }
    let leases: BTreeMap<u64, &LeaseRecord> = case
        .leases_of(target)
        .map(|lease| (lease.node, lease))
        .collect();
    for (node, runs) in &mut served {
        runs.sort_by_key(|run| (run.record.assigned, run.left(horizon)));
        for pair in runs.windows(2) {
            assert!(
                Some(pair[0].left(horizon)) <= pair[1].record.assigned,
                "{}: node {node} serves two runs: {pair:?}",
                case.name
            );
        }
        let lease = leases.get(node).copied();
        let lease =
            lease.unwrap_or_else(|| panic!("{}: {runs:?} on a node without a lease", case.name));
        let (first, last) = (runs[0], runs[runs.len() - 1]);
        assert!(
            first.record.assigned >= Some(ready(lease, 1)),
            "{}: {first:?} before the end of the boot of {lease:?}",
            case.name
        );
        assert!(
            last.left(horizon) <= lease.released,
            "{}: {last:?} beyond {lease:?}",
            case.name
        );
    }
    let none = Vec::new();
    for lease in leases.values() {
        let mut taken = Taken::default();
        for run in served.get(&lease.node).unwrap_or(&none) {
            taken.add(run, horizon);
        }
        assert_eq!(Taken::of(lease), taken, "{}: {lease:?}", case.name);
        idle_limit_is_respected(case, lease, served.get(&lease.node).unwrap_or(&none));
    }
}

/// A node that was ready is not released before its constant idle limit.
fn idle_limit_is_respected(case: &Case, lease: &LeaseRecord, runs: &[&Life]) {
    let target = lease.target as usize;
    let settings = case.cluster(target).expect("asked of clusters only");
    let Some(limit) = settings.idle_before_scale_down.as_constant() else {
        return;
    };
    let ready = ready(lease, 1);
    let last = runs.iter().map(|run| run.left(case.horizon())).max();
    let idle_from = last.unwrap_or(ready);
    let canceled = last.is_none() && ready >= lease.released;
    let closed = lease.released == case.end(target);
    assert!(
        canceled || closed || lease.released >= idle_from + limit,
        "{}: released too early: {lease:?}",
        case.name
    );
}

fn images_are_pulled_once_a_node(case: &Case, target: usize) {
    let mut runs: Vec<&Life> = case
        .runs_of(target)
        .filter(|run| run.record.assigned.is_some() && run.submission.environment.is_some())
        .collect();
    runs.sort_by_cached_key(|run| (run.record.assigned, run.left(case.horizon()), run.place()));
    let mut pulled = BTreeSet::new();
    for run in runs {
        let image = run.submission.environment;
        let mut missing = false;
        for node in &run.record.nodes_held {
            missing |= pulled.insert((*node, image));
        }
        let Some(started) = run.record.started else {
            continue;
        };
        let node_setup = started.since(run.record.assigned.expect("filtered above"));
        let pull = if missing {
            run.submission.image_pull
        } else {
            SimDuration::ZERO
        };
        assert_eq!(
            node_setup,
            pull + run.submission.setup,
            "{}: {run:?}",
            case.name
        );
    }
}

fn an_instance_serves_while_it_is_on(case: &Case, target: usize) {
    let instance = case.instance(target).expect("asked of instances only");
    let horizon = case.horizon();
    let leases: Vec<&LeaseRecord> = case.leases_of(target).collect();
    let mut taken = vec![Taken::default(); leases.len()];
    for run in case.runs_of(target) {
        assert!(run.record.nodes_held.is_empty(), "{}: {run:?}", case.name);
        let Some(assigned) = run.record.assigned else {
            continue;
        };
        let left = run.left(horizon);
        let place = leases
            .iter()
            .position(|lease| ready(lease, instance.slots) <= assigned && left <= lease.released);
        let Some(place) = place else {
            assert_eq!(left, assigned, "{}: not on for {run:?}", case.name);
            continue;
        };
        if left > assigned {
            taken[place].add(run, horizon);
        }
        if let Some(schedule) = &instance.schedule {
            assert!(
                schedule.is_open(assigned),
                "{}: assigned after a stop tick: {run:?}",
                case.name
            );
        }
    }
    for (lease, taken) in leases.iter().zip(taken) {
        assert_eq!(Taken::of(lease), taken, "{}: {lease:?}", case.name);
    }
    let cut = case.settings.end == End::Cut;
    let never_stops = instance.schedule.is_none() && instance.idle_shutdown.is_none();
    if never_stops {
        let whole: Vec<_> = leases
            .iter()
            .map(|lease| (lease.billed_from, lease.released))
            .collect();
        assert_eq!(whole, [(SimTime::ZERO, case.end(target))], "{}", case.name);
        let all_end = case.runs_of(target).all(|run| run.record.ended.is_some());
        assert!(cut || all_end, "{}: it is always on", case.name);
    }
}
