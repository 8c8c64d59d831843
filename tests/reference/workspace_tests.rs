//! Hand-worked examples for the life of a run, images, the warm-up and the end of the simulation.

use super::*;

/// A cluster target with provisioning `boot` and idle timeout `idle`, one tick of granularity.
fn target(max_nodes: u64, boot: u64, idle: u64) -> Target {
    Target {
        kind: Kind::Cluster(Cluster {
            max_nodes,
            boot,
            idle_before_scale_down: idle,
            ..Cluster::default()
        }),
        billing_granularity: 1,
        ..Target::default()
    }
}

/// A one-node run at a position.
fn run(position: usize, submit: u64, duration: u64) -> Run {
    Run {
        position,
        submit,
        duration,
        ..Run::default()
    }
}

/// A scenario with the horizon one tick after the last submission.
fn scenario(targets: Vec<Target>, runs: Vec<Run>) -> Input {
    Input {
        targets,
        horizon: runs.iter().map(|r| r.submit).max().unwrap() + 1,
        runs,
        ..Input::default()
    }
}

/// queued, assigned, started, ended.
fn stamps(run: &RunOut) -> [Option<u64>; 4] {
    [run.queued, run.assigned, run.started, run.ended]
}

#[test]
fn image_build_pull_setup_and_finalize() {
    let with = |run| Run {
        environment: Some(0),
        setup: 3,
        finalize: 4,
        ..run
    };
    let runs = vec![
        with(run(0, 0, 50)),
        with(run(1, 10, 50)),
        with(run(2, 30, 50)),
    ];
    let mut input = scenario(vec![target(1, 5, 1)], runs);
    input.environments = vec![Environment {
        image_build: 20,
        image_pull: 7,
    }];
    let out = simulate(&input);
    // The build runs 0..20; both early runs join at 20, a node is requested then and is ready at
    // 25. First: 25, pull 7, setup 3: Running from 35, Finalizing from 85, end 89.
    assert_eq!(
        stamps(&out.runs[0]),
        [Some(20), Some(25), Some(35), Some(89)]
    );
    // Second: no pull. 89 + 3 = 92, + 50 = 142, + 4 = 146.
    assert_eq!(
        stamps(&out.runs[1]),
        [Some(20), Some(89), Some(92), Some(146)]
    );
    // Third: no build either; 146 + 3 = 149, 199, 203.
    assert_eq!(
        stamps(&out.runs[2]),
        [Some(30), Some(146), Some(149), Some(203)]
    );
    let t = &out.targets[0];
    // NodeSetup 10 + 3 + 3, run 150, finalize 12, tail 1.
    assert_eq!(
        (t.total().boot, t.total().node_setup, t.total().run),
        (5, 16, 150)
    );
    assert_eq!(
        (t.total().finalize, t.total().idle_before_scale_down, t.end),
        (12, 1, 204)
    );
}

#[test]
fn a_build_is_shared_by_the_targets_and_comes_before_submissions() {
    let with = |target, position, submit| Run {
        targets: vec![target],
        environment: Some(0),
        ..run(position, submit, 10)
    };
    let runs = vec![with(0, 0, 5), with(1, 1, 8), with(1, 2, 25)];
    let mut input = scenario(vec![target(1, 0, 0), target(1, 0, 0)], runs);
    input.environments = vec![Environment {
        image_build: 20,
        image_pull: 0,
    }];
    let out = simulate(&input);
    // Ready at 25: the second run joins at 25 before the third, which is submitted at 25 and need
    // not wait.
    assert_eq!(
        stamps(&out.runs[0]),
        [Some(25), Some(25), Some(25), Some(35)]
    );
    assert_eq!(
        stamps(&out.runs[1]),
        [Some(25), Some(25), Some(25), Some(35)]
    );
    assert_eq!(
        stamps(&out.runs[2]),
        [Some(25), Some(35), Some(35), Some(45)]
    );
}

#[test]
fn a_gang_pulls_in_parallel_where_needed() {
    let with = |position, submit, nodes| Run {
        nodes,
        environment: Some(0),
        ..run(position, submit, 10)
    };
    let mut input = scenario(
        vec![target(2, 0, 1000)],
        vec![with(0, 0, 1), with(1, 100, 2), with(2, 200, 2)],
    );
    input.environments = vec![Environment {
        image_build: 0,
        image_pull: 7,
    }];
    let out = simulate(&input);
    // Node 0 pulls at 0; node 1 at 100 (node 0 waits with it, occupied); at 200 nobody pulls.
    let started: Vec<_> = out.runs.iter().map(|r| r.started.unwrap()).collect();
    assert_eq!(started, [7, 107, 200]);
    // NodeSetup time: 7 + 2 x 7.
    assert_eq!(out.targets[0].total().node_setup, 21);
}

#[test]
fn a_run_too_large_fails_and_builds_nothing() {
    let with = |position, submit, nodes| Run {
        nodes,
        environment: Some(0),
        ..run(position, submit, 10)
    };
    let mut input = scenario(vec![target(2, 0, 0)], vec![with(0, 0, 3), with(1, 4, 2)]);
    input.environments = vec![Environment {
        image_build: 20,
        image_pull: 0,
    }];
    let out = simulate(&input);
    assert_eq!(out.runs[0].status, Status::Failed);
    assert_eq!(stamps(&out.runs[0]), [None, None, None, Some(0)]);
    // The build begins with the second run: 4 + 20 = 24.
    assert_eq!(out.runs[1].queued, Some(24));
}

#[test]
fn maximum_duration() {
    let limited = |position, duration, max_duration| Run {
        max_duration,
        setup: 2,
        finalize: 3,
        ..run(position, 0, duration)
    };
    let mut one = target(1, 0, 0);
    one.max_run_duration = Some(20);
    let runs = vec![
        limited(0, 20, None),
        limited(1, 21, None),
        limited(2, 30, Some(30)),
        limited(3, 30, Some(0)),
    ];
    let out = simulate(&scenario(vec![one], runs));
    let ends: Vec<_> = out
        .runs
        .iter()
        .map(|r| (r.status, r.ended.unwrap()))
        .collect();
    assert_eq!(
        ends,
        [
            // 0 + 2 + 20 + 3: equal to the target's limit completes.
            (Status::Completed, 25),
            // 25 + 2 + 20, no Finalizing.
            (Status::Canceled, 47),
            // Its own limit of 30 counts: 47 + 2 + 30 + 3.
            (Status::Completed, 82),
            // 82 + 2 + 0.
            (Status::Canceled, 84),
        ]
    );
    assert_eq!(out.targets[0].total().finalize, 6);
}

#[test]
fn the_warmup_clips_node_time() {
    let mut input = scenario(
        vec![target(4, 10, 20)],
        vec![run(0, 0, 100), run(1, 50, 10)],
    );
    // Node 0: boot 0..10, run 10..110, idle ..130. Node 1: boot 50..60, run 60..70, idle ..90.
    let out = simulate(&input);
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().boot,
            t.total().run,
            t.total().idle_before_scale_down
        ),
        (20, 110, 40)
    );
    assert_eq!((t.end, t.peak_nodes), (130, 2));
    // From 65 on: run 45 + 5, idle 20 + 20.
    input.warmup = 65;
    let t = simulate(&input).targets.remove(0);
    assert_eq!(
        (
            t.total().boot,
            t.total().run,
            t.total().idle_before_scale_down
        ),
        (0, 50, 40)
    );
    assert_eq!(t.peak_nodes, 2);
    // From 90 on the second node is gone; records are not clipped.
    input.warmup = 90;
    let clipped = simulate(&input);
    assert_eq!(clipped.targets[0].peak_nodes, 1);
    assert_eq!(
        (
            clipped.targets[0].total().run,
            clipped.targets[0].total().idle_before_scale_down
        ),
        (20, 20)
    );
    assert_eq!(clipped.leases, out.leases);
    assert_eq!(clipped.runs, out.runs);
}

#[test]
fn the_cut() {
    let mut input = scenario(
        vec![target(2, 10, 1000)],
        vec![
            run(0, 0, 90),
            Run {
                setup: 60,
                ..run(1, 0, 50)
            },
            run(2, 20, 5),
            run(3, 100, 5),
        ],
    );
    input.cut = true;
    input.horizon = 100;
    let out = simulate(&input);
    // The first would end at 10 + 90 = 100, exactly at the horizon: Unfinished. The second is
    // Running from 70.
    assert_eq!(out.runs[0].status, Status::Unfinished);
    assert_eq!(stamps(&out.runs[0]), [Some(0), Some(10), Some(10), None]);
    assert_eq!(stamps(&out.runs[1]), [Some(0), Some(10), Some(70), None]);
    // The third waits, the fourth does not arrive.
    assert_eq!(stamps(&out.runs[2]), [Some(20), None, None, None]);
    assert_eq!(stamps(&out.runs[3]), [None; 4]);
    // Leases 0..100 twice: boot 20, node setup 60, run 90 + 30.
    let t = &out.targets[0];
    assert_eq!((t.end, t.total().boot, t.total().node_setup), (100, 20, 60));
    assert_eq!((t.total().run, t.total().idle_before_scale_down), (120, 0));
    assert_eq!(out.leases[1].released, 100);
    // At 70 the second would just begin.
    input.horizon = 70;
    assert_eq!(simulate(&input).runs[1].started, None);
    input.horizon = 71;
    assert_eq!(simulate(&input).runs[1].started, Some(70));
}

#[test]
fn the_cut_leaves_no_lease_in_allocation() {
    let mut input = scenario(vec![target(1, 10, 0)], vec![run(0, 0, 90)]);
    if let Kind::Cluster(c) = &mut input.targets[0].kind {
        c.allocation = 30;
    }
    input.cut = true;
    input.horizon = 30;
    let out = simulate(&input);
    assert!(out.leases.is_empty());
    assert_eq!(out.targets[0].total().boot, 0);
    // It counts in `allocated` and as requested.
    assert_eq!((out.targets[0].peak_nodes, out.targets[0].spin_ups), (1, 1));
    input.horizon = 31;
    let out = simulate(&input);
    assert_eq!(
        (out.leases[0].billed_from, out.leases[0].released),
        (30, 31)
    );
    assert_eq!(out.targets[0].total().boot, 1);
}

#[test]
fn each_target_has_its_own_end() {
    let fixed = Target {
        kind: Kind::Cluster(Cluster {
            min_nodes: 1,
            max_nodes: 1,
            ..Cluster::default()
        }),
        billing_granularity: 1,
        ..Target::default()
    };
    let runs = vec![
        run(0, 0, 500),
        Run {
            targets: vec![1],
            ..run(1, 0, 5)
        },
    ];
    let mut input = scenario(vec![target(1, 0, 20), fixed], runs);
    input.horizon = 50;
    let out = simulate(&input);
    // The first ends with its node, 500 + 20; the fixed one at the horizon.
    assert_eq!((out.targets[0].end, out.targets[1].end), (520, 50));
    assert_eq!(
        (
            out.targets[1].total().run,
            out.targets[1].total().idle_min_nodes
        ),
        (5, 45)
    );
    assert_eq!(out.leases[1].released, 50);
    // Past the horizon a fixed cluster ends with its last run.
    input.runs[1].duration = 60;
    let out = simulate(&input);
    assert_eq!((out.targets[1].end, out.targets[1].total().run), (60, 60));
    assert_eq!(out.targets[1].total().idle_min_nodes, 0);
}

/// Ten thousand runs of a small generator: everything ends, and the parts add up to the leases.
#[test]
fn a_large_trace_adds_up() {
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let large = 10_000;
    let count: u64 = if cfg!(debug_assertions) { 1000 } else { large };
    let mut runs = Vec::new();
    for position in 0..count {
        runs.push(Run {
            nodes: 1 + draw(8) / 3,
            priority: i64::try_from(draw(3)).unwrap(),
            environment: (draw(2) == 0).then_some(usize::try_from(draw(2)).unwrap()),
            setup: draw(3),
            finalize: draw(3),
            ..run(
                usize::try_from(position).unwrap(),
                draw(count * 10),
                draw(600),
            )
        });
    }
    let mut input = scenario(vec![target(50, 37, 60)], runs);
    input.environments = vec![
        Environment {
            image_build: 100,
            image_pull: 9,
        },
        Environment {
            image_build: 70,
            image_pull: 3,
        },
    ];
    let out = simulate(&input);
    assert!(out.runs.iter().all(|r| r.status == Status::Completed));
    let leased: u64 = out.leases.iter().map(|l| l.released - l.billed_from).sum();
    let parts = |t: Times| t.boot + t.of_runs() + t.idle();
    let by_lease = out.leases.iter().map(|lease| parts(lease.times));
    assert_eq!(by_lease.sum::<u64>(), leased);
    let total = out.targets[0].total();
    assert_eq!(parts(total), leased);
    let work: u64 = input.runs.iter().map(|r| r.duration * r.nodes).sum();
    assert_eq!(total.run, work);
}
