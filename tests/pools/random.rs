//! Properties of random worlds of pools and instances: runs are conserved, pools keep their limits, and every account agrees
//! with the leases and with the levels over time.

use std::cell::Cell;
use std::collections::BTreeMap;

use autoscale_simulator::engine::Halt;
use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::model::settings::{Deallocation, End, TargetKind, WorldSettings};
use autoscale_simulator::model::{Detailed, Outcome, Silent, simulate};
use autoscale_simulator::results::{NodeTimes, RunStatus, TargetResult};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};
use autoscale_simulator::workload::OnLoss;

use crate::made::secs;
use crate::support::pool::Pool;
use crate::support::pools::{PoolSort, random_pool};
use crate::support::{Size, below, pick, random_world, rows};

const WORLDS: u64 = 1000;

/// A random world in which clusters are pools and instances are virtual machines, with others on both.
fn random_pools(seed: u64) -> WorldSettings {
    let mut stream = Streams::new(seed, 0).open(Purpose("pools"), "worlds");
    let stream = &mut stream;
    let size = Size {
        runs: 40,
        gap_s: pick(stream, &[5, 60, 600]),
        max_nodes: 12,
        duration_s: pick(stream, &[30, 300, 1500]),
    };
    let mut settings = random_world(stream, size);
    for target in &mut settings.targets {
        target.keep_hours = Some(SimDuration::from_secs(600));
        target.billing.boot = below(stream, 4) > 0;
        match &mut target.kind {
            TargetKind::Instance(instance) => {
                instance.allocated_while_stopped = below(stream, 2) == 0;
            }
            other @ TargetKind::Cluster(_) => {
                // Half are of the one kind that takes nodes from runs.
                let others = pick(stream, &PoolSort::ALL);
                let sort = pick(stream, &[PoolSort::Batch, others]);
                *other = random_pool(stream, sort).kind();
            }
        }
    }
    for workload in &mut settings.workloads {
        workload.background = below(stream, 3) == 0;
        workload.on_loss = pick(
            stream,
            &[
                OnLoss::Fail,
                OnLoss::Requeue,
                OnLoss::Resume {
                    interval: secs(60),
                    cost: secs(5),
                },
            ],
        );
        workload.restart = secs(pick(stream, &[0, 10]));
    }
    settings
}

/// What comes of a world; nothing if it has no end, as where runs give their nodes up again and again.
fn outcome(settings: &WorldSettings, seed: u64) -> Option<Outcome<Detailed>> {
    let recorder = Detailed::new(true, settings.targets.len());
    let looks = Cell::new(0);
    let go_on = || {
        looks.set(looks.get() + 1);
        looks.get() < 100
    };
    let outcome = match simulate(settings, Streams::new(seed, 0), recorder, &go_on) {
        Err(Halt::Stopped { .. }) => return None,
        outcome => outcome.unwrap(),
    };
    let ends = |target: &TargetResult| target.standstill.is_none();
    outcome.result.targets.iter().all(ends).then_some(outcome)
}

fn for_each_world(mut check: impl FnMut(&WorldSettings, &Outcome<Detailed>, u64)) {
    let mut endless = 0;
    for seed in 0..WORLDS {
        let settings = random_pools(seed);
        match outcome(&settings, seed) {
            Some(outcome) => check(&settings, &outcome, seed),
            None => endless += 1,
        }
    }
    assert!(endless < WORLDS / 50, "{endless} worlds do not end");
}

/// Both tiers, within the horizon and after it.
fn all_times(target: &TargetResult) -> NodeTimes {
    let mut times = target.within;
    times += target.drain;
    if let Some(low) = &target.low_priority {
        times += low.within;
        times += low.drain;
    }
    times
}

#[test]
fn every_run_ends_once_and_only_own_runs_are_counted() {
    let (mut ended, mut kinds) = (BTreeMap::new(), [0_u64; 3]);
    for_each_world(|settings, outcome, seed| {
        let mut seen = BTreeMap::new();
        for run in &outcome.recorder.runs {
            *seen.entry((run.workload, run.position)).or_insert(0) += 1;
            *ended.entry(format!("{:?}", run.status)).or_insert(0) += 1;
        }
        let (mut submitted, mut own) = (0, 0);
        for workload in &settings.workloads {
            let horizon = settings.horizon;
            submitted += rows(workload).filter(|row| row.at < horizon).count();
            if !workload.background {
                let measured = settings.warmup..horizon;
                own += rows(workload)
                    .filter(|row| measured.contains(&row.at))
                    .count() as u64;
            }
        }
        assert_eq!(seen.len(), submitted, "world {seed}");
        assert!(seen.values().all(|count| *count == 1), "world {seed}");
        let all = &outcome.result.all_runs;
        assert_eq!(all.submitted, own, "world {seed}");
        let ends = all.completed + all.failed + all.canceled + all.unfinished;
        assert_eq!(ends, own, "world {seed}");
        kinds[0] += own;
        kinds[2] += all.terminated;
        kinds[1] += outcome
            .result
            .targets
            .iter()
            .map(|target| target.nodes_evicted)
            .sum::<u64>();
        if settings.end == End::Drain {
            let pools_only = |run: &&autoscale_simulator::results::RunRecord| {
                let kind = &settings.targets[run.target as usize].kind;
                Pool::of(kind).is_some() && run.status == RunStatus::Unfinished
            };
            assert_eq!(outcome.recorder.runs.iter().filter(pools_only).count(), 0);
        }
    });
    // The worlds have what they are to test.
    assert!(
        ended.len() == 4 && ended.values().all(|count| *count > 50),
        "{ended:?}"
    );
    assert!(kinds.iter().all(|count| *count > 20), "{kinds:?}");
}

#[test]
fn a_pool_that_is_on_keeps_its_limits() {
    for_each_world(|settings, outcome, _| {
        let ends: Vec<SimTime> = outcome.result.targets.iter().map(|of| of.end).collect();
        let timelines = outcome.recorder.timelines(&ends);
        for (target, timeline) in settings.targets.iter().zip(timelines) {
            let Some(pool) = Pool::of(&target.kind) else {
                continue;
            };
            let is_safe = pool.low_priority_nodes == 0 || pool.low_priority_losses_per_hour <= 0.0;
            for point in &timeline.points {
                let levels = point.levels;
                let size = levels.provisioning + levels.idle + levels.occupied;
                assert!(size <= f64::from(pool.max_nodes), "{levels:?}");
                let may_be_off = pool.stop_after_idle.is_some() && size < 0.5;
                if is_safe && !may_be_off {
                    assert!(size >= f64::from(pool.min_nodes), "{levels:?}");
                }
            }
        }
    });
}

#[test]
fn accounts_agree_with_leases_and_levels() {
    for_each_world(|settings, outcome, _| {
        if settings.warmup > SimTime::ZERO {
            return;
        }
        let ends: Vec<SimTime> = outcome.result.targets.iter().map(|of| of.end).collect();
        let timelines = outcome.recorder.timelines(&ends);
        for (position, target) in outcome.result.targets.iter().enumerate() {
            let times = all_times(target);
            let leases = outcome.recorder.leases.iter();
            let leases = leases.filter(|lease| lease.target as usize == position);
            let billed: u128 = leases
                .clone()
                .map(|lease| u128::from(lease.billed.0) * u128::from(target.slots))
                .sum();
            assert_eq!(times.billed(), NodeTime(billed));
            let boot: u128 = leases.clone().map(|lease| lease.boot.0).sum();
            assert_eq!(times.boot, NodeTime(boot));
            let kept: u128 = target.within.leased().0 + target.drain.leased().0;
            assert_eq!(crate::made::kept(target), kept, "the hours hold it all");
            let mut ids: Vec<u64> = leases.clone().map(|lease| lease.node).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), leases.count(), "a node has one lease");
            if Pool::of(&settings.targets[position].kind).is_none() {
                continue;
            }
            // Levels in microseconds: exact, since they are small integers and changes are kept one by one.
            let (mut occupied, mut idle) = (0.0, 0.0);
            assert_eq!(timelines[position].averaged_over, None);
            for point in &timelines[position].points {
                let span = point
                    .span
                    .min(SimDuration(target.end.0.saturating_sub(point.from.0)));
                occupied += (point.levels.occupied + point.levels.leaving) * span.0 as f64;
                idle += point.levels.idle * span.0 as f64;
            }
            let before = times.node_setup + times.restarts;
            let running = times.run + times.checkpoints + times.lost;
            let runs = before + running + times.finalize + times.background;
            let close = |of: NodeTime, level: f64| (of.0 as f64 - level).abs() < 0.5;
            assert!(close(runs, occupied), "{runs:?} {occupied}");
            assert!(close(times.idle(), idle), "{:?} {idle}", times.idle());
        }
    });
}

#[test]
fn a_node_has_one_run_at_a_time_within_its_lease() {
    for_each_world(|settings, outcome, _| {
        let leases: BTreeMap<_, _> = outcome
            .recorder
            .leases
            .iter()
            .map(|lease| ((lease.target, lease.node), lease))
            .collect();
        let mut on_node: BTreeMap<_, Vec<(SimTime, SimTime)>> = BTreeMap::new();
        for run in &outcome.recorder.runs {
            let Some(pool) = Pool::of(&settings.targets[run.target as usize].kind) else {
                continue;
            };
            // The begin of a later attempt is not recorded.
            if run.losses > 0 || pool.deallocation == Deallocation::Requeue {
                continue;
            }
            let ended = run.ended.unwrap_or(settings.horizon);
            for node in &run.nodes_held {
                let assigned = run.assigned.unwrap();
                let spans = on_node.entry((run.target, *node)).or_default();
                spans.push((assigned, ended));
            }
        }
        for (node, mut spans) in on_node {
            spans.sort_unstable();
            assert!(
                spans.windows(2).all(|pair| pair[0].1 <= pair[1].0),
                "{spans:?}"
            );
            let lease = leases[&node];
            assert!(lease.billed_from <= spans[0].0);
            assert!(spans.iter().all(|span| span.1 <= lease.released));
        }
    });
}

#[test]
fn what_is_recorded_changes_nothing() {
    for_each_world(|settings, outcome, seed| {
        let silent = simulate(settings, Streams::new(seed, 0), Silent, &|| true);
        assert_eq!(silent.unwrap().result, outcome.result, "world {seed}");
    });
}
