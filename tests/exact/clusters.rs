//! Random worlds of clusters and instances.

use std::collections::BTreeMap;

use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::WorldSettings;
use autoscale_simulator::study::Threads;

use crate::compare::compare;
use crate::reference;
use crate::support::disciplines::add_disciplines;
use crate::support::features::add_features;
use crate::support::{Size, below, pick, random_world};

/// Compares random worlds with quotas, losses and routes.
fn compare_many_with_features(cases: u64, size: impl Fn(&mut Stream) -> Size) {
    for case in 0..cases {
        let streams = Streams::new(2_025, case);
        let mut stream = streams.open(Purpose("case"), "features");
        let size = size(&mut stream);
        let mut settings = random_world(&mut stream, size);
        add_features(&mut stream, size, &mut settings);
        let case = format!("case {case} of {} runs with features", size.runs);
        compare(&settings, streams, &case).expect("it ends");
    }
}

#[test]
fn small_worlds_with_quotas_losses_and_routes_agree_to_the_microsecond() {
    compare_many_with_features(1_500, |stream| Size {
        runs: 1 + below(stream, 40),
        gap_s: pick(stream, &[1, 10, 60]),
        max_nodes: 8,
        duration_s: pick(stream, &[60, 600]),
    });
}

/// A world of up to twelve targets, each pair of them with workloads of their own.
fn crowded_world(stream: &mut Stream, size: Size) -> WorldSettings {
    let mut world = random_world(stream, size);
    for _ in 0..=below(stream, 5) {
        let more = random_world(stream, size);
        let (targets, workloads) = (world.targets.len(), world.workloads.len());
        for (position, mut target) in (targets..).zip(more.targets) {
            target.name = format!("target-{position}");
            world.targets.push(target);
        }
        for (position, mut workload) in (workloads..).zip(more.workloads) {
            workload.name = format!("workload-{position}");
            for target in &mut workload.targets {
                *target += targets;
            }
            world.workloads.push(workload);
        }
        world.horizon = world.horizon.max(more.horizon);
    }
    world
}

#[test]
fn many_targets_under_quotas_agree_to_the_microsecond() {
    let mut for_quota = 0;
    let worlds = 200;
    for case in 0..worlds {
        let streams = Streams::new(2_030, case);
        let mut stream = streams.open(Purpose("case"), "crowded");
        let size = Size {
            runs: 1 + below(&mut stream, 12),
            gap_s: pick(&mut stream, &[1, 10, 60, 300]),
            max_nodes: 6,
            duration_s: pick(&mut stream, &[60, 600]),
        };
        let mut settings = crowded_world(&mut stream, size);
        add_features(&mut stream, size, &mut settings);
        if below(&mut stream, 3) == 0 {
            add_disciplines(&mut stream, size, &mut settings);
        }
        let case = format!("crowded, case {case}");
        let (_, out) = compare(&settings, streams, &case).expect("it ends");
        let waited = |run: &&reference::RunOut| run.queue.quota > 0;
        for_quota += out.runs.iter().filter(waited).count() as u64;
    }
    assert!(for_quota > worlds, "{for_quota} runs waited for quota");
}

#[test]
fn small_worlds_with_speeds_agree_to_the_microsecond() {
    for case in 0..500 {
        let streams = Streams::new(2_026, case);
        let mut stream = streams.open(Purpose("case"), "speeds");
        let size = Size {
            runs: 1 + below(&mut stream, 40),
            gap_s: pick(&mut stream, &[1, 10, 60]),
            max_nodes: 8,
            duration_s: pick(&mut stream, &[60, 600]),
        };
        let mut settings = random_world(&mut stream, size);
        add_features(&mut stream, size, &mut settings);
        for workload in &mut settings.workloads {
            let one = |_: &usize| pick(&mut stream, &[0.8, 1.0, 1.3, 2.2, 7.0]);
            workload.speeds = workload.targets.iter().map(one).collect();
        }
        let case = format!("case {case} with speeds");
        compare(&settings, streams, &case).expect("it ends");
    }
}

/// Whether a run of the target got its nodes before one of its priority that was in the queue before it.
fn has_passing(target: usize, input: &reference::Input, output: &reference::Output) -> bool {
    let runs = || {
        let all = input.runs.iter().zip(&output.runs);
        all.filter(|(_, out)| out.target == target && out.losses == 0)
    };
    runs().any(|(later, passes)| {
        let (Some(joined), Some(assigned)) = (passes.queued, passes.assigned) else {
            return false;
        };
        runs().any(|(earlier, passed)| {
            earlier.priority == later.priority
                && passed.queued.is_some_and(|queued| queued < joined)
                && passed.assigned.is_none_or(|own| own > assigned)
        })
    })
}

#[test]
fn slow_small_worlds_with_disciplines_agree_to_the_microsecond() {
    let mut with_passing: BTreeMap<reference::Discipline, u32> = BTreeMap::new();
    for case in 0..2_000 {
        let streams = Streams::new(2_027, case);
        let mut stream = streams.open(Purpose("case"), "disciplines");
        let size = Size {
            runs: 5 + below(&mut stream, 36),
            gap_s: pick(&mut stream, &[1, 10, 30]),
            max_nodes: 8,
            duration_s: pick(&mut stream, &[20, 60, 600]),
        };
        let mut settings = random_world(&mut stream, size);
        if below(&mut stream, 3) > 0 {
            add_features(&mut stream, size, &mut settings);
        }
        add_disciplines(&mut stream, size, &mut settings);
        let case = format!("case {case} with disciplines");
        let (input, output) = compare(&settings, streams, &case).expect("it ends");
        for (position, target) in input.targets.iter().enumerate() {
            if let reference::Kind::Cluster(cluster) = &target.kind {
                let worlds = with_passing.entry(cluster.discipline).or_default();
                *worlds += u32::from(has_passing(position, &input, &output));
            }
        }
    }
    assert_none_is_hollow(&with_passing);
}

/// Each discipline must have let runs pass in many worlds, but strict order in none.
fn assert_none_is_hollow(with_passing: &BTreeMap<reference::Discipline, u32>) {
    use reference::Backfill::{Conservative, Easy, FirstFit, None};
    let flags = [(false, false), (false, true), (true, false), (true, true)];
    for (shortest, shortest_passes_first) in flags {
        for backfill in [None, FirstFit, Easy, Conservative] {
            let discipline = reference::Discipline {
                shortest,
                backfill,
                shortest_passes_first,
            };
            let worlds = with_passing[&discipline];
            if backfill == None && !shortest {
                assert_eq!(worlds, 0, "{discipline:?}");
            } else {
                assert!(worlds >= 10, "{worlds} worlds of {discipline:?}");
            }
        }
    }
}

#[test]
fn slow_larger_worlds_with_quotas_losses_and_routes_agree_to_the_microsecond() {
    compare_many_with_features(40, |stream| Size {
        runs: 500,
        gap_s: pick(stream, &[10, 60]),
        max_nodes: pick(stream, &[3, 12]),
        duration_s: pick(stream, &[60, 300]),
    });
}

/// Compares random worlds of one size, each from its own seed.
fn compare_many(cases: u64, size: impl Fn(&mut Stream) -> Size + Sync) {
    let compare_one = |case: &u64| {
        let case = *case;
        let streams = Streams::new(2_024, case);
        let mut stream = streams.open(Purpose("case"), "exact");
        let size = size(&mut stream);
        let settings = random_world(&mut stream, size);
        let case = format!("case {case} of {} runs", size.runs);
        let (input, _) = compare(&settings, streams, &case).expect("it ends");
        let happened = |run: &&reference::Run| run.submit < input.horizon;
        input.runs.iter().filter(happened).count()
    };
    let threads = Threads::start(None).expect("threads");
    let cases: Vec<u64> = (0..cases).collect();
    let runs = threads.map(&cases, compare_one);
    assert!(runs.iter().sum::<usize>() > 0);
}

#[test]
fn small_random_worlds_agree_to_the_microsecond() {
    compare_many(1_500, |stream| Size {
        runs: 1 + below(stream, 40),
        gap_s: pick(stream, &[1, 10, 60, 600]),
        max_nodes: 8,
        duration_s: pick(stream, &[5, 60, 600]),
    });
}

#[test]
fn slow_middling_random_worlds_agree_to_the_microsecond() {
    compare_many(60, |stream| Size {
        runs: 500,
        gap_s: pick(stream, &[1, 10, 60]),
        max_nodes: pick(stream, &[3, 12, 120]),
        duration_s: pick(stream, &[5, 60, 300]),
    });
}

#[test]
fn slow_traces_of_ten_thousand_runs_agree_to_the_microsecond() {
    compare_many(6, |stream| Size {
        runs: 10_000,
        gap_s: pick(stream, &[10, 30]),
        max_nodes: 40,
        duration_s: pick(stream, &[60, 200]),
    });
}
