//! Properties of random worlds of pools and instances: runs are conserved, pools keep their limits, and every account agrees
//! with the leases and with the levels over time.

use std::collections::BTreeMap;

use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    BatchPolicy, Deallocation, End, PoolController, PoolSettings, TargetKind, WorldSettings,
};
use autoscale_simulator::model::{Detailed, Outcome, simulate};
use autoscale_simulator::results::{NodeTimes, RunStatus, TargetResult};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};
use autoscale_simulator::workload::OnLoss;

use crate::made::{KUBERNETES, batch, constant, secs};
use crate::support::{Size, below, pick, random_world, rows};

const WORLDS: u64 = 1000;

fn random_controller(stream: &mut Stream) -> PoolController {
    let start_nodes = pick(stream, &[1, 2, 5]);
    match below(stream, 7) {
        0 | 1 => PoolController::SparkAutoscale {
            up_after: secs(pick(stream, &[0, 60, 180])),
            down_after: secs(pick(stream, &[0, 120, 600])),
        },
        2 => PoolController::DatabricksOptimized {
            down_after: secs(pick(stream, &[40, 150])),
        },
        3 => PoolController::DatabricksStandard {
            down_after: secs(pick(stream, &[30, 600])),
        },
        4 => KUBERNETES,
        5 => batch(BatchPolicy::ReplacePreempted { start_nodes }),
        _ => batch(pick(
            stream,
            &[
                BatchPolicy::PendingTasks { start_nodes },
                BatchPolicy::Fixed { nodes: 4 },
            ],
        )),
    }
}

fn random_pool(stream: &mut Stream) -> PoolSettings {
    let controller = random_controller(stream);
    let is_batch = matches!(controller, PoolController::BatchFormula(_));
    let max_nodes = 1 + u32::try_from(below(stream, 12)).unwrap();
    let min_nodes = u32::try_from(below(stream, u64::from(max_nodes) + 1)).unwrap();
    let low = is_batch && below(stream, 2) == 0;
    let operates = !is_batch && below(stream, 2) == 0;
    PoolSettings {
        min_nodes: pick(stream, &[0, min_nodes]),
        max_nodes,
        system_nodes: pick(stream, &[0, 1, 2]),
        creation: constant(pick(stream, &[0, 100, 300])),
        stop_after_idle: (!is_batch && below(stream, 2) == 0)
            .then(|| secs(pick(stream, &[0, 1, 60, 900]))),
        // A multiple of 30 s: else a formula may never see enough samples.
        evaluation_interval: secs(if is_batch {
            pick(stream, &[30, 300])
        } else {
            pick(stream, &[10, 30, 60])
        }),
        controller,
        allocation: constant(pick(stream, &[0, 0, 60])),
        boot: constant(pick(stream, &[0, 1, 120])),
        scaling_operation: operates.then(|| constant(pick(stream, &[0, 60, 600]))),
        deallocation: if is_batch {
            pick(
                stream,
                &[
                    Deallocation::IdleOnly,
                    Deallocation::Requeue,
                    Deallocation::Terminate,
                    Deallocation::TaskCompletion,
                ],
            )
        } else {
            Deallocation::IdleOnly
        },
        low_priority_nodes: if low {
            pick(stream, &[1, max_nodes])
        } else {
            0
        },
        low_priority_losses_per_hour: pick(stream, &[0.0, 0.5, 4.0]),
    }
}

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
            other => *other = TargetKind::Pool(random_pool(stream)),
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

fn outcome(settings: &WorldSettings, seed: u64) -> Outcome<Detailed> {
    let recorder = Detailed::new(true, settings.targets.len());
    simulate(settings, Streams::new(seed, 0), recorder, &|| true).unwrap()
}

fn for_each_world(check: impl Fn(&WorldSettings, &Outcome<Detailed>)) {
    for seed in 0..WORLDS {
        let settings = random_pools(seed);
        let outcome = outcome(&settings, seed);
        check(&settings, &outcome);
    }
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
    for seed in 0..WORLDS {
        let settings = random_pools(seed);
        let outcome = outcome(&settings, seed);
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
                matches!(kind, TargetKind::Pool(_)) && run.status == RunStatus::Unfinished
            };
            assert_eq!(outcome.recorder.runs.iter().filter(pools_only).count(), 0);
        }
    }
    // The worlds have what they are to test.
    assert!(
        ended.len() == 4 && ended.values().all(|count| *count > 50),
        "{ended:?}"
    );
    assert!(kinds.iter().all(|count| *count > 20), "{kinds:?}");
}

#[test]
fn a_pool_that_is_on_keeps_its_limits() {
    for_each_world(|settings, outcome| {
        let ends: Vec<SimTime> = outcome.result.targets.iter().map(|of| of.end).collect();
        let timelines = outcome.recorder.timelines(&ends);
        for (target, timeline) in settings.targets.iter().zip(timelines) {
            let TargetKind::Pool(pool) = &target.kind else {
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
    for_each_world(|settings, outcome| {
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
            if !matches!(settings.targets[position].kind, TargetKind::Pool(_)) {
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
            let runs =
                times.node_setup + times.run + times.lost + times.finalize + times.background;
            let close = |of: NodeTime, level: f64| (of.0 as f64 - level).abs() < 0.5;
            assert!(close(runs, occupied), "{runs:?} {occupied}");
            assert!(close(times.idle(), idle), "{:?} {idle}", times.idle());
        }
    });
}

#[test]
fn a_node_has_one_run_at_a_time_within_its_lease() {
    for_each_world(|settings, outcome| {
        let leases: BTreeMap<_, _> = outcome
            .recorder
            .leases
            .iter()
            .map(|lease| ((lease.target, lease.node), lease))
            .collect();
        let mut on_node: BTreeMap<_, Vec<(SimTime, SimTime)>> = BTreeMap::new();
        for run in &outcome.recorder.runs {
            let TargetKind::Pool(pool) = &settings.targets[run.target as usize].kind else {
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
    for seed in 0..WORLDS / 4 {
        let settings = random_pools(seed);
        let streams = Streams::new(seed, 0);
        let silent = simulate(
            &settings,
            streams,
            autoscale_simulator::model::Silent,
            &|| true,
        );
        assert_eq!(
            silent.unwrap().result,
            outcome(&settings, seed).result,
            "world {seed}"
        );
    }
}
