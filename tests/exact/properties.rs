//! What must hold in every world, asked of the reference over many random ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::model::settings::{NodeLoss, TargetKind};

use crate::convert::to_reference;
use crate::reference::{
    Input, Kind, LeaseOut, MassLoss, OnLoss, Output, Quota, Run, RunOut, Status, Target, simulate,
};
use crate::support::features::add_features;
use crate::support::{Size, below, pick};

/// Worlds of each property.
const WORLDS: u64 = 600;

/// Later than all ends.
const NEVER: u64 = 1 << 50;

/// The world of a seed. If it is not cut, all its runs end.
fn random_world(seed: u64) -> Input {
    let streams = Streams::new(2_030, seed);
    let mut stream = streams.open(Purpose("case"), "properties");
    let stream = &mut stream;
    let size = Size {
        runs: 1 + below(stream, 25),
        gap_s: pick(stream, &[2, 10, 40]),
        max_nodes: 6,
        duration_s: pick(stream, &[40, 150, 300]),
    };
    let mut settings = crate::support::random_world(stream, size);
    add_features(stream, size, &mut settings);
    for target in &mut settings.targets {
        match &mut target.kind {
            // Many are lost, and some twice.
            TargetKind::Cluster(cluster) if !matches!(cluster.loss, NodeLoss::Replay(_)) => {
                let mean_life_s = (size.duration_s + 100) * pick(stream, &[2, 4]);
                cluster.loss = NodeLoss::Rate(3600.0 / mean_life_s as f64);
            }
            // All runs come to their end.
            TargetKind::Instance(instance) => instance.start_on_submission = true,
            TargetKind::Cluster(_) => {}
        }
    }
    to_reference(&settings, streams)
}

/// All worlds with their output, simulated once for all tests.
fn worlds() -> impl Iterator<Item = (u64, &'static Input, &'static Output)> {
    static ALL: LazyLock<Vec<(Input, Output)>> = LazyLock::new(|| {
        let world = |seed| {
            let input = random_world(seed);
            let out = simulate(&input);
            (input, out)
        };
        (0..WORLDS).map(world).collect()
    });
    (0..)
        .zip(&*ALL)
        .map(|(seed, (input, out))| (seed, input, out))
}

/// The runs that are submitted, with their records.
fn submitted<'a>(input: &'a Input, out: &'a Output) -> impl Iterator<Item = (&'a Run, &'a RunOut)> {
    let all = input.runs.iter().zip(&out.runs);
    all.filter(|(run, _)| run.submit < input.horizon)
}

/// All of a run's queue time before its first Running.
fn queue_time(record: &RunOut) -> u64 {
    record.queue.provisioning + record.queue.quota + record.queue.capacity
}

/// The slots of a target.
fn slots(target: &Target) -> u64 {
    match &target.kind {
        Kind::Instance(instance) => instance.slots,
        _ => 1,
    }
}

/// That so many hundredths of all worlds have what a property is about.
fn assert_share(found: u64, hundredths: u64) {
    assert!(
        found * 100 >= WORLDS * hundredths,
        "only {found} of {WORLDS} worlds"
    );
}

#[test]
fn the_worlds_have_what_they_are_for() {
    let (mut lost, mut twice, mut overflowed, mut failed) = (0, 0, 0, 0);
    let (mut canceled, mut for_quota, mut checkpointed) = (0, 0, 0);
    for (_, input, out) in worlds() {
        let any = |of: &dyn Fn(&Run, &RunOut) -> bool| {
            u64::from(submitted(input, out).any(|(run, record)| of(run, record)))
        };
        lost += any(&|_, record| record.lost > 0);
        twice += any(&|_, record| record.losses > 1);
        overflowed += any(&|run, record| record.target != run.targets[0]);
        failed += any(&|_, record| record.status == Status::Failed);
        canceled += any(&|_, record| record.status == Status::Canceled);
        for_quota += any(&|_, record| record.queue.quota > 0);
        let resumes = |run: &Run| matches!(run.on_loss, OnLoss::Resume { .. });
        checkpointed += any(&|run, record| {
            let first = record.started.unwrap_or(0);
            let again = record.ended.unwrap_or(0).saturating_sub(first);
            resumes(run) && record.losses > 0 && record.lost < again && run.duration > 20_000_000
        });
    }
    assert_share(lost, 30);
    assert_share(twice, 15);
    assert_share(overflowed, 15);
    assert_share(failed, 30);
    assert_share(canceled, 15);
    assert_share(for_quota, 25);
    assert_share(checkpointed, 15);
}

#[test]
fn everything_drains_and_no_run_gets_lost() {
    for (seed, input, out) in worlds() {
        assert_eq!(out.runs.len(), input.runs.len());
        for (run, record) in submitted(input, out) {
            assert_eq!(
                record.ended.is_none(),
                record.status == Status::Unfinished,
                "world {seed}: {run:?}\n{record:?}"
            );
            assert!(
                input.cut || record.ended.is_some(),
                "world {seed}: {run:?}\n{record:?}"
            );
            let stamps = [Some(run.submit), record.queued, record.assigned];
            let stamps = [&stamps[..], &[record.started, record.ended]].concat();
            let known: Vec<u64> = stamps.into_iter().flatten().collect();
            assert!(known.is_sorted(), "world {seed}: {record:?}");
            assert!(run.targets.contains(&record.target));
            let by_loss = record.status == Status::Failed && record.queued.is_some();
            if run.on_loss == OnLoss::Fail {
                assert_eq!(record.losses, u64::from(by_loss), "world {seed}");
            } else {
                assert!(!by_loss, "world {seed}: {record:?}");
            }
        }
        // Runs that are not submitted leave no trace.
        for (run, record) in input.runs.iter().zip(&out.runs) {
            if run.submit >= input.horizon {
                assert_eq!(record.status, Status::Unfinished);
                assert_eq!((record.queued, record.ended), (None, None));
            }
        }
    }
}

/// The vCPUs that leases of a quota's members and its instances hold, after each change.
fn held_over_time(input: &Input, out: &Output, quota: &Quota) -> Vec<u64> {
    let mut fixed = 0;
    let mut changes: BTreeMap<u64, i64> = BTreeMap::new();
    for &member in &quota.members {
        let target = &input.targets[member];
        let vcpus = i64::try_from(target.vcpus).unwrap();
        let Kind::Cluster(cluster) = &target.kind else {
            fixed += vcpus;
            continue;
        };
        for lease in out.leases.iter().filter(|lease| lease.target == member) {
            let leaving = if lease.ended_by_loss {
                0
            } else {
                cluster.leaving
            };
            // A lease that is closed at the target's end may stand for a node that stays; here it
            // is taken as gone then.
            let at_end = lease.released == out.targets[member].end;
            let gone = lease.released + if at_end { 0 } else { leaving };
            *changes.entry(lease.requested).or_default() += vcpus;
            *changes.entry(gone).or_default() -= vcpus;
        }
    }
    let mut held = fixed;
    let add = |change: i64| {
        held += change;
        u64::try_from(held).unwrap()
    };
    changes.into_values().map(add).collect()
}

#[test]
fn quota_is_never_exceeded() {
    let mut full = 0;
    for (seed, input, out) in worlds() {
        for quota in &input.quotas {
            let held = held_over_time(input, out, quota);
            let most = held.into_iter().max().unwrap_or(0);
            assert!(most <= quota.limit, "world {seed}: {most}, {quota:?}");
            full += u64::from(most == quota.limit);
        }
        for (run, record) in submitted(input, out) {
            let shared = |quota: &Quota| quota.members.contains(&record.target);
            if !input.quotas.iter().any(shared) {
                assert_eq!(record.queue.quota, 0, "world {seed}: {run:?}");
            }
        }
    }
    assert_share(full, 50);
}

#[test]
fn no_node_has_two_runs() {
    for (seed, input, out) in worlds() {
        let mut spans: BTreeMap<(usize, u64), Vec<(u64, u64)>> = BTreeMap::new();
        for (_, record) in submitted(input, out) {
            let cluster = matches!(input.targets[record.target].kind, Kind::Cluster(_));
            // With a loss the record does not say when the last attempt began.
            if let (Some(assigned), 0, true) = (record.assigned, record.losses, cluster) {
                let ended = record.ended.unwrap_or(input.horizon);
                for &node in &record.nodes_held {
                    let spans = spans.entry((record.target, node)).or_default();
                    spans.push((assigned, ended));
                }
            }
        }
        for (node, mut spans) in spans {
            spans.sort_unstable();
            for pair in spans.windows(2) {
                assert!(pair[0].1 <= pair[1].0, "world {seed}: {node:?}, {pair:?}");
            }
        }
    }
}

#[test]
fn work_is_done_once_and_lost_work_is_work_done_again() {
    let mut lost_worlds = 0;
    for seed in 0..WORLDS {
        // Checkpoints take no time, nothing is canceled or cut: Running that is not lost is work.
        let mut input = random_world(seed);
        input.cut = false;
        for target in &mut input.targets {
            target.max_run_duration = None;
            if let Kind::Instance(instance) = &mut target.kind
                && let Some(schedule) = &mut instance.schedule
            {
                schedule.on_stop_cancel = false;
            }
        }
        for run in &mut input.runs {
            run.max_duration = None;
            if let OnLoss::Resume { cost, .. } = &mut run.on_loss {
                *cost = 0;
            }
        }
        let out = simulate(&input);
        let (mut work, mut lost) = (0, 0);
        for (run, record) in submitted(&input, &out) {
            lost += record.lost * run.nodes;
            if record.status == Status::Completed {
                work += run.duration * run.nodes;
            }
        }
        let sum = |of: fn(&LeaseOut) -> u64| out.leases.iter().map(of).sum::<u64>();
        assert_eq!(sum(|lease| lease.times.run), work, "world {seed}");
        assert_eq!(sum(|lease| lease.times.lost), lost, "world {seed}");
        lost_worlds += u64::from(lost > 0);
    }
    assert_share(lost_worlds, 30);
}

#[test]
fn a_run_without_losses_takes_its_time() {
    for (seed, input, out) in worlds() {
        for (run, record) in submitted(input, out) {
            if record.status != Status::Completed || record.losses > 0 {
                continue;
            }
            let checkpoints = match run.on_loss {
                OnLoss::Resume { interval, cost } if run.duration > 0 => {
                    (run.duration.div_ceil(interval) - 1) * cost
                }
                _ => 0,
            };
            let took = record.ended.unwrap() - record.started.unwrap();
            let expected = run.duration + checkpoints + run.finalize;
            assert_eq!(took, expected, "world {seed}: {run:?}");
            assert_eq!(record.lost, 0);
        }
    }
}

#[test]
fn categories_add_up_to_the_leases() {
    for (seed, input, out) in worlds() {
        for lease in &out.leases {
            let times = lease.times;
            let parts = times.boot + times.of_runs() + times.idle();
            let whole = lease.released - lease.billed_from;
            let whole = whole * slots(&input.targets[lease.target]);
            assert_eq!(parts, whole, "world {seed}: {lease:?}");
        }
        for (at, t) in out.targets.iter().enumerate() {
            let mut clipped = 0;
            let mut by_loss = 0;
            let mut lost = 0;
            for lease in out.leases.iter().filter(|lease| lease.target == at) {
                let to = lease.released.min(t.end);
                let from = lease.billed_from.max(input.warmup);
                clipped += to.saturating_sub(from) * slots(&input.targets[at]);
                let counts = lease.released >= input.warmup;
                by_loss += u64::from(lease.ended_by_loss && counts);
                lost += lease.times.lost;
            }
            let total = t.total();
            let parts = total.boot + total.of_runs() + total.idle();
            assert_eq!(parts, clipped, "world {seed}: {t:?}");
            assert_eq!(t.nodes_evicted, by_loss, "world {seed}");
            if input.warmup == 0 {
                assert_eq!(total.lost, lost, "world {seed}");
            }
            if input.cut {
                assert_eq!(t.drain[0].lost, 0, "world {seed}");
            }
        }
    }
}

#[test]
fn causes_add_up_to_the_queue_time() {
    for (seed, input, out) in worlds() {
        for (run, record) in submitted(input, out) {
            let Some(queued) = record.queued else {
                assert_eq!((queue_time(record), record.node_setup), (0, 0));
                continue;
            };
            let over = record.started.or(record.ended);
            let until = over.unwrap_or(input.horizon);
            assert_eq!(
                queue_time(record) + record.node_setup,
                until - queued,
                "world {seed}: {run:?}\n{record:?}"
            );
        }
    }
}

#[test]
fn losses_and_their_figures_agree() {
    for (seed, input, out) in worlds() {
        let lost = out.leases.iter().filter(|lease| lease.ended_by_loss);
        let nodes = lost.count() as u64;
        let runs: u64 = out.runs.iter().map(|record| record.losses).sum();
        // A loss of a run is the loss of at least one node.
        assert!(runs <= nodes, "world {seed}");
        for (run, record) in submitted(input, out) {
            if record.losses == 0 {
                assert_eq!(record.lost, 0, "world {seed}: {run:?}");
            }
        }
    }
}

/// Compares each world with the same one after a change that must not matter.
fn assert_no_matter(change: impl Fn(&mut Input)) {
    for (seed, input, out) in worlds() {
        let mut input = input.clone();
        change(&mut input);
        assert_eq!(&simulate(&input), out, "world {seed}");
    }
}

#[test]
fn a_quota_with_room_for_all_is_none() {
    assert_no_matter(|input| {
        let members: Vec<usize> = (0..input.targets.len()).collect();
        input.quotas.push(Quota {
            limit: NEVER,
            members,
        });
    });
    // Also where it is the only one.
    for seed in 0..WORLDS {
        let mut input = random_world(seed);
        input.quotas.clear();
        let without = simulate(&input);
        input.quotas.push(Quota {
            limit: NEVER,
            members: (0..input.targets.len()).collect(),
        });
        assert_eq!(simulate(&input), without, "world {seed}");
    }
}

#[test]
fn a_target_named_twice_is_named_once() {
    assert_no_matter(|input| {
        for run in &mut input.runs {
            let again = run.targets.clone();
            run.targets.extend(again);
        }
    });
}

#[test]
fn an_interval_as_long_as_the_work_is_no_checkpoint() {
    for seed in 0..WORLDS {
        let with = |on_loss| {
            let mut input = random_world(seed);
            for run in &mut input.runs {
                run.on_loss = on_loss;
            }
            simulate(&input)
        };
        let resume = OnLoss::Resume {
            interval: NEVER,
            cost: 7,
        };
        assert_eq!(with(resume), with(OnLoss::Requeue), "world {seed}");
    }
}

#[test]
fn a_share_of_none_is_no_mass_loss() {
    for seed in 0..WORLDS {
        let with = |share: Option<f64>| {
            let mut input = random_world(seed);
            for target in &mut input.targets {
                if let Kind::Cluster(cluster) = &mut target.kind {
                    match share {
                        Some(share) => cluster.mass_losses.iter_mut().for_each(|m| m.share = share),
                        None => cluster.mass_losses.clear(),
                    }
                }
            }
            simulate(&input)
        };
        assert_eq!(with(Some(0.0)), with(None), "world {seed}");
    }
}

#[test]
fn losses_beyond_all_ends_do_not_matter() {
    assert_no_matter(|input| {
        for target in &mut input.targets {
            if let Kind::Cluster(cluster) = &mut target.kind {
                let far = MassLoss {
                    at: NEVER,
                    share: 1.0,
                };
                cluster.mass_losses.push(far);
            }
        }
    });
}
