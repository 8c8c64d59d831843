//! Hand-worked examples for the loss of nodes.

use std::slice::from_ref;

use super::cluster_tests::{cluster, gang, leases, run, scenario, spans};
use super::*;

/// A life without end.
const LONG: u64 = u64::MAX;

/// The cluster with the lives of its nodes.
fn with_lives(lives: &[u64], cluster: Cluster) -> Cluster {
    Cluster {
        lives: lives.to_vec(),
        ..cluster
    }
}

/// The scenario up to a later horizon.
fn until(horizon: u64, cluster: Cluster, runs: &[Run]) -> Input {
    Input {
        horizon,
        ..scenario(cluster, runs)
    }
}

/// The run begins again after a loss.
fn requeue(run: Run) -> Run {
    Run {
        on_loss: OnLoss::Requeue,
        ..run
    }
}

/// The run has checkpoints.
fn resume(interval: u64, cost: u64, run: Run) -> Run {
    Run {
        on_loss: OnLoss::Resume { interval, cost },
        ..run
    }
}

/// By lease: whether the loss of its node ended it.
fn by_loss(out: &Output) -> Vec<bool> {
    out.leases.iter().map(|lease| lease.ended_by_loss).collect()
}

#[test]
fn lives_go_to_nodes_as_they_become_ready() {
    // Node 0 is there at 0, node 2 is ready at 10, node 1 at 20: their lives are 50, 200 and 5. So
    // they are lost at 50, 210 and 25; the gang, Running from 20, fails at 25.
    let settings = Cluster {
        min_nodes: 1,
        boots: vec![(0, 20), (0, 10)],
        ..with_lives(&[50, 200, 5], cluster(3, 0, 0, 1000))
    };
    let out = simulate(&until(300, settings, &[gang(0, 100, 3)]));
    let failed = &out.runs[0];
    assert_eq!((failed.status, failed.ended), (Status::Failed, Some(25)));
    assert_eq!((failed.losses, failed.lost), (1, 5));
    // Nodes 0 and 2 are lost idle. Node 3 replaces the minimum at 210 at once, and lives for ever.
    assert_eq!(
        leases(&out),
        [(0, 0, 50), (1, 0, 25), (2, 0, 210), (3, 210, 300)]
    );
    assert_eq!(by_loss(&out), [true, true, true, false]);
    assert_eq!(out.targets[0].nodes_evicted, 3);
}

#[test]
fn lives_of_one_instant_go_by_id() {
    // Three nodes are ready at 10, with lives 7, 8, 9 by id.
    let settings = with_lives(&[7, 8, 9], cluster(3, 0, 10, 0));
    let runs = [run(0, 5), requeue(gang(0, 100, 2))];
    let out = simulate(&until(18, settings, &runs));
    // The first run has node 0 until 15, when it is released and so not lost at 17. The gang has 1
    // and 2 and loses node 1 at 10 + 8 = 18. Node 2 is lost idle at 10 + 9 = 19. The gang waits for
    // nodes 3 and 4, ready at 28 and 29.
    assert_eq!(leases(&out)[..3], [(0, 0, 15), (1, 0, 18), (2, 0, 19)]);
    assert_eq!(by_loss(&out), [false, true, true, false, false]);
    assert_eq!(spans(&out), [(10, 15), (10, 129)]);
    assert_eq!(out.runs[1].nodes_held, [3, 4]);
}

#[test]
fn a_loss_at_the_tick_of_the_end_does_no_harm() {
    // The run ends at 10 (rank 0), its node is lost at 10 (rank 3), a run is submitted at 10 (rank
    // 4): it needs a new node, ready at 13.
    let settings = Cluster {
        boots: vec![(0, 0)],
        ..with_lives(&[10], cluster(1, 0, 3, 100))
    };
    let out = simulate(&scenario(settings, &[run(0, 10), run(10, 5)]));
    assert_eq!(out.runs[0].status, Status::Completed);
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (0, 0));
    assert_eq!(spans(&out), [(0, 10), (13, 18)]);
    assert_eq!(leases(&out), [(0, 0, 10), (1, 10, 118)]);
    // One tick later it fails, with 10 ticks lost.
    let settings = with_lives(&[10], cluster(1, 0, 0, 100));
    let out = simulate(&scenario(settings, &[run(0, 11)]));
    assert_eq!(out.runs[0].status, Status::Failed);
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (1, 10));
}

#[test]
fn a_node_of_no_life_is_lost_as_it_becomes_ready() {
    // Ready (rank 2) and lost (rank 3) at 10, before it can be taken; the next comes at 20.
    let settings = with_lives(&[0], cluster(1, 0, 10, 0));
    let out = simulate(&scenario(settings, &[run(0, 5)]));
    assert_eq!(spans(&out), [(20, 25)]);
    assert_eq!(leases(&out), [(0, 0, 10), (1, 10, 25)]);
    assert_eq!(by_loss(&out), [true, false]);
    assert_eq!(
        (out.targets[0].total().boot, out.targets[0].nodes_evicted),
        (20, 1)
    );
}

#[test]
fn survivors_of_a_gang_go_idle() {
    // Three nodes, node 1 is lost at 10. It is gone at once, without `leaving`: the cluster has
    // room for node 3, ready at 15. Nodes 0 and 2 wait for it, 2 x 5.
    let settings = Cluster {
        boots: vec![(0, 0), (0, 0), (0, 0)],
        leaving: 100,
        ..with_lives(&[LONG, 10], cluster(3, 0, 5, 0))
    };
    let out = simulate(&scenario(settings, &[requeue(gang(0, 30, 3))]));
    let record = &out.runs[0];
    assert_eq!((record.assigned, record.ended), (Some(0), Some(45)));
    assert_eq!(record.nodes_held, [0, 2, 3]);
    assert_eq!((record.losses, record.lost), (1, 10));
    assert_eq!(
        leases(&out),
        [(0, 0, 45), (1, 0, 10), (2, 0, 45), (3, 10, 45)]
    );
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().boot,
            t.total().idle_gang_assembly,
            t.total().idle_before_scale_down
        ),
        (5, 10, 0)
    );
    // 3 x 10 lost, of which [0, 1) before the horizon; 3 x 30 of run.
    assert_eq!(
        (t.total().run, t.within[0].lost, t.drain[0].lost),
        (90, 3, 27)
    );
    let lost: Vec<_> = out.leases.iter().map(|lease| lease.times.lost).collect();
    assert_eq!(lost, [10, 10, 10, 0]);
}

#[test]
fn two_nodes_of_a_gang_lost_at_one_tick() {
    // The loss of node 0 ends the attempt; node 1 is then an idle node that is lost. One loss of
    // the run, two of the cluster. New nodes 15..45.
    let settings = Cluster {
        boots: vec![(0, 0), (0, 0)],
        ..with_lives(&[10, 10], cluster(2, 0, 5, 0))
    };
    let out = simulate(&scenario(settings, &[requeue(gang(0, 30, 2))]));
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (1, 10));
    assert_eq!(out.runs[0].ended, Some(45));
    assert_eq!(
        leases(&out),
        [(0, 0, 10), (1, 0, 10), (2, 10, 45), (3, 10, 45)]
    );
    assert_eq!(out.targets[0].nodes_evicted, 2);
    assert_eq!(
        (
            out.targets[0].total().idle_gang_assembly,
            out.targets[0].total().run
        ),
        (0, 60)
    );
}

#[test]
fn fail_ends_the_run_and_asks_for_no_node() {
    let settings = with_lives(&[10], cluster(2, 0, 0, 50));
    let out = simulate(&scenario(settings, &[gang(0, 30, 2)]));
    // Node 1 goes idle at 10 and is released at 60: the end.
    assert_eq!(out.runs[0].status, Status::Failed);
    assert_eq!(spans(&out), [(0, 10)]);
    assert_eq!(out.runs[0].started, Some(0));
    assert_eq!(leases(&out), [(0, 0, 10), (1, 0, 60)]);
    let t = &out.targets[0];
    assert_eq!(
        (t.total().run, t.within[0].lost, t.drain[0].lost),
        (0, 2, 18)
    );
    assert_eq!(
        (t.total().idle_before_scale_down, t.spin_ups, t.end),
        (50, 2, 60)
    );
}

#[test]
fn a_requeued_run_keeps_its_place() {
    // The first run loses its node at 10. The urgent one goes before it, the later one of its own
    // priority after it, although that has waited since 1.
    let urgent = Run {
        priority: 1,
        ..run(2, 5)
    };
    let runs = [requeue(run(0, 30)), run(1, 5), urgent];
    let settings = with_lives(&[10], cluster(1, 0, 0, 0));
    let out = simulate(&scenario(settings, &runs));
    assert_eq!(spans(&out), [(0, 45), (45, 50), (10, 15)]);
    // It waits again 10..15, but after its first Running: no queue time.
    assert_eq!(out.runs[0].queue, QueueTime::default());
    assert_eq!(
        (out.runs[0].queued, out.runs[0].started),
        (Some(0), Some(0))
    );
    assert_eq!(out.runs[1].queue.capacity, 44);
}

#[test]
fn a_survivor_serves_at_the_tick_of_the_loss() {
    // A gang on nodes 0 and 1 loses node 0 at 10 and fails; the run that waits takes node 1 at 10.
    let settings = with_lives(&[10], cluster(2, 0, 0, 0));
    let out = simulate(&scenario(settings, &[gang(0, 30, 2), run(1, 5)]));
    assert_eq!(spans(&out), [(0, 10), (10, 15)]);
    assert_eq!(out.runs[1].nodes_held, [1]);
}

/// An environment with a pull of 7 and no build.
fn pulled_in_seven() -> Vec<Environment> {
    vec![Environment {
        image_build: 0,
        image_pull: 7,
    }]
}

#[test]
fn the_next_attempt_pulls_sets_up_and_restarts() {
    let staged = Run {
        environment: Some(0),
        setup: 3,
        restart: 4,
        ..requeue(run(0, 50))
    };
    let settings = Cluster {
        boots: vec![(0, 0)],
        ..with_lives(&[30], cluster(1, 0, 5, 0))
    };
    let mut input = scenario(settings, from_ref(&staged));
    input.environments = pulled_in_seven();
    let out = simulate(&input);
    // Pull 7 and setup 3: Running from 10, lost at 30: 20. Node 1 is there at 35: pull 7, setup 3,
    // restart 4: Running 49..99.
    let record = &out.runs[0];
    assert_eq!((record.assigned, record.started), (Some(0), Some(10)));
    assert_eq!((record.ended, record.lost), (Some(99), 20));
    // Only the time before the first Running is its node setup; of the nodes it is 10 + 14.
    let total = out.targets[0].total();
    assert_eq!(
        (record.node_setup, total.node_setup, total.restarts),
        (10, 10, 14)
    );

    // A second node that has pulled the image, for another run until 15, takes the run over at 30
    // without a pull: 30 + 3 + 4 = 37, ends at 87.
    let other = Run {
        environment: Some(0),
        ..run(0, 8)
    };
    let settings = Cluster {
        min_nodes: 2,
        ..with_lives(&[30], cluster(2, 0, 5, 0))
    };
    let mut input = scenario(settings, &[staged, other]);
    input.environments = pulled_in_seven();
    let out = simulate(&input);
    assert_eq!(spans(&out), [(0, 87), (0, 15)]);
    assert_eq!(out.runs[0].nodes_held, [1]);
}

#[test]
fn a_loss_during_setup() {
    // Setup 20; the node is lost at 5, before Running. The next is there at 15: setup 20 and
    // restart 4, Running 39..49.
    let staged = Run {
        setup: 20,
        restart: 4,
        ..requeue(run(0, 10))
    };
    let with_life = |life| {
        let settings = Cluster {
            boots: vec![(0, 0)],
            ..with_lives(&[life], cluster(1, 0, 10, 0))
        };
        simulate(&scenario(settings, from_ref(&staged)))
    };
    let out = with_life(5);
    let record = &out.runs[0];
    // P8: the record has the attempt that reached Running.
    assert_eq!((record.assigned, record.started), (Some(15), Some(39)));
    assert_eq!((record.losses, record.lost), (1, 0));
    // Wait 39 = node setup 5 + 24, queue 10 (5..15, the node prepares).
    assert_eq!((record.node_setup, record.queue.provisioning), (29, 10));
    let total = out.targets[0].total();
    assert_eq!((total.node_setup, total.restarts), (5, 24));
    // Lost at the tick at which Running begins: it has not reached it. 30 + 24 = 54.
    let out = with_life(20);
    let record = &out.runs[0];
    assert_eq!((record.assigned, record.started), (Some(30), Some(54)));
    assert_eq!((record.node_setup, record.lost), (44, 0));
    // One tick later it has: that tick is lost.
    let out = with_life(21);
    let record = &out.runs[0];
    assert_eq!((record.assigned, record.started), (Some(0), Some(20)));
    assert_eq!((record.node_setup, record.lost), (20, 1));
    assert_eq!(record.ended, Some(31 + 24 + 10));
}

#[test]
fn a_run_that_fails_in_setup_never_ran() {
    let staged = Run {
        setup: 20,
        ..run(0, 10)
    };
    let settings = with_lives(&[5], cluster(1, 0, 10, 0));
    let out = simulate(&scenario(settings, &[staged]));
    let record = &out.runs[0];
    assert_eq!((record.status, record.started), (Status::Failed, None));
    assert_eq!((record.assigned, record.ended), (Some(10), Some(15)));
    // It was assigned for 5 and queued for 10.
    assert_eq!((record.node_setup, record.queue.provisioning), (5, 10));
}

#[test]
fn checkpoints_take_their_cost() {
    // One after each 10 ticks of work, cost 2, none at the end of the work: 0, 1 and 2 of them.
    let ends = [(10, 10), (20, 22), (25, 29), (0, 0)];
    for (work, end) in ends {
        let out = simulate(&scenario(
            cluster(1, 0, 0, 0),
            &[resume(10, 2, run(0, work))],
        ));
        assert_eq!(spans(&out), [(0, end)]);
        let total = out.targets[0].total();
        assert_eq!((total.run, total.checkpoints), (work, end - work));
    }
    // The limit of 20 ends the work of 25 there: one checkpoint before, 20 + 2.
    let limited = Run {
        max_duration: Some(20),
        ..resume(10, 2, run(0, 25))
    };
    let out = simulate(&scenario(cluster(1, 0, 0, 0), &[limited]));
    assert_eq!(spans(&out), [(0, 22)]);
    assert_eq!(out.runs[0].status, Status::Canceled);
}

#[test]
fn what_a_loss_costs_with_checkpoints() {
    // Work 25, interval 10, cost 2, Finalizing 5, restart 3: work 0..10, checkpoint 10..12, work
    // 12..22, checkpoint 22..24, work 24..29, Finalizing 29..34.
    let checkpointed = Run {
        finalize: 5,
        restart: 3,
        ..resume(10, 2, run(0, 25))
    };
    // (loss, lost; of the lost node's lease Running without checkpoints, checkpoints and Finalizing; end of the run)
    let cases = [
        // In work before any checkpoint: all 25 again, 4 + 3 + 29 + 5.
        (4, 4, 0, 0, 0, 41),
        // In the first checkpoint: the 10 before it are lost, its begun tick is a checkpoint. 11 + 3 + 29 +
        // 5.
        (11, 10, 0, 1, 0, 48),
        // As it ends: it holds 10; 15 are left, with one checkpoint 17. 12 + 3 + 17 + 5.
        (12, 0, 10, 2, 0, 37),
        // 15 - 12 = 3 are lost. 15 + 3 + 17 + 5.
        (15, 3, 10, 2, 0, 40),
        // In the second checkpoint: 12..22 are lost. 23 + 3 + 17 + 5.
        (23, 10, 10, 3, 0, 48),
        // After it: 20 are held, 5 are left. 26 - 24 = 2 are lost. 26 + 3 + 5 + 5.
        (26, 2, 20, 4, 0, 39),
        // As Finalizing begins, and in it: 24..29 are lost, as there is no checkpoint at the end.
        (29, 5, 20, 4, 0, 42),
        (31, 5, 20, 4, 2, 44),
        // At the end: nothing.
        (34, 0, 25, 4, 5, 34),
    ];
    for (loss, lost, run, checkpoints, finalize, end) in cases {
        let settings = with_lives(&[loss], cluster(1, 0, 0, 0));
        let out = simulate(&scenario(settings, from_ref(&checkpointed)));
        let record = &out.runs[0];
        let lease = &out.leases[0];
        assert_eq!(record.status, Status::Completed);
        assert_eq!((record.lost, record.ended), (lost, Some(end)), "at {loss}");
        assert_eq!(
            (lease.times.run, lease.times.checkpoints, lease.times.lost),
            (run, checkpoints, lost),
            "at {loss}"
        );
        assert_eq!(lease.times.finalize, finalize, "at {loss}");
        assert_eq!(lease.released, loss);
        assert_eq!(record.losses, u64::from(loss < 34));
    }
}

#[test]
fn progress_adds_up_over_losses() {
    // Work 35, interval 10, no cost: a checkpoint at 10, 20, 30 of each attempt. Lives 15, 5, 20:
    // at 15 10 are held, 5 lost; 15..20 5 lost; 20..40: of the 25 left 20 are done, and the
    // checkpoint at 40 has just ended: 30 held, none lost. The last 5 until 45.
    let settings = with_lives(&[15, 5, 20], cluster(1, 0, 0, 0));
    let out = simulate(&scenario(settings, &[resume(10, 0, run(0, 35))]));
    assert_eq!(spans(&out), [(0, 45)]);
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (3, 10));
    let parts: Vec<_> = out
        .leases
        .iter()
        .map(|l| (l.times.run, l.times.lost))
        .collect();
    assert_eq!(parts, [(10, 5), (0, 5), (20, 0), (5, 0)]);
}

#[test]
fn finalizing_does_not_save_the_work() {
    // Running 0..10, Finalizing 10..15, lost at 12: all 10 again, and Finalizing.
    let long = Run {
        finalize: 5,
        ..requeue(run(0, 10))
    };
    let out = simulate(&scenario(
        with_lives(&[12], cluster(1, 0, 0, 0)),
        from_ref(&long),
    ));
    assert_eq!(spans(&out), [(0, 27)]);
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (1, 10));
    let lost = &out.leases[0];
    assert_eq!(
        (lost.times.run, lost.times.lost, lost.times.finalize),
        (0, 10, 2)
    );
    // `fail`: Failed at 12.
    let failing = Run {
        on_loss: OnLoss::Fail,
        ..long
    };
    let out = simulate(&scenario(
        with_lives(&[12], cluster(1, 0, 0, 0)),
        &[failing],
    ));
    assert_eq!(out.runs[0].status, Status::Failed);
    assert_eq!((spans(&out), out.runs[0].lost), (vec![(0, 12)], 10));
}

#[test]
fn the_maximum_duration_is_per_attempt() {
    // Work 50 and limit 30: without a loss it is Canceled at 30, with checkpoints (10, cost 2) at
    // 30 + 2 x 2.
    let limited = |run| Run {
        max_duration: Some(30),
        ..run
    };
    let with_life = |life, run| {
        let settings = with_lives(&[life], cluster(1, 0, 0, 0));
        let out = simulate(&scenario(settings, &[limited(run)]));
        (out.runs[0].status, out.runs[0].ended.unwrap())
    };
    let checkpointed = resume(10, 2, run(0, 50));
    assert_eq!(
        with_life(LONG, checkpointed.clone()),
        (Status::Canceled, 34)
    );
    // Lost at 25, two checkpoints hold 20: the 30 that are left are not more than the limit. 25 +
    // 30 + 2 x 2.
    assert_eq!(with_life(25, checkpointed.clone()), (Status::Completed, 59));
    // Lost at 20, one holds 10: 40 are too many again. 20 + 30 + 2 x 2.
    assert_eq!(with_life(20, checkpointed), (Status::Canceled, 54));
    // From the start: 25 + 30.
    assert_eq!(with_life(25, requeue(run(0, 50))), (Status::Canceled, 55));
    // A loss at the very tick of the limit comes too late.
    assert_eq!(with_life(30, requeue(run(0, 50))), (Status::Canceled, 30));
}

#[test]
fn losses_end_with_the_last_run() {
    // Two minimum nodes, horizon 50. The run is on node 0, 40..140. Node 1 is lost at 100, while
    // the run is there, and replaced; node 0, due at 300, and node 2, due at 100 + 60, are not lost
    // any more: the end is 140.
    let settings = Cluster {
        min_nodes: 2,
        ..with_lives(&[300, 100, 60], cluster(2, 0, 0, 0))
    };
    let out = simulate(&until(50, settings.clone(), &[run(40, 100)]));
    assert_eq!(leases(&out), [(0, 0, 140), (1, 0, 100), (2, 100, 140)]);
    assert_eq!((out.targets[0].end, out.targets[0].nodes_evicted), (140, 1));
    // The run ends at 60: from then on none is lost.
    let out = simulate(&until(50, settings.clone(), &[run(40, 20)]));
    assert_eq!(leases(&out), [(0, 0, 60), (1, 0, 60)]);
    // Before the horizon losses do not ask for runs; from the horizon on they do.
    let out = simulate(&until(101, settings.clone(), &[run(40, 20)]));
    assert_eq!(leases(&out), [(0, 0, 101), (1, 0, 100), (2, 100, 101)]);
    let out = simulate(&until(100, settings, &[run(40, 20)]));
    assert_eq!(leases(&out), [(0, 0, 100), (1, 0, 100)]);
    assert_eq!(by_loss(&out), [false, false]);
}

#[test]
fn a_run_in_image_build_keeps_losses_going() {
    // Horizon 50; the run of 40 waits for its image until 240 and can go to the first cluster only
    // (the second is too small for it), so only the first one's minimum node is lost at 100.
    let minimum = Cluster {
        min_nodes: 1,
        ..with_lives(&[100], cluster(2, 0, 0, 0))
    };
    let waiting = Run {
        environment: Some(0),
        targets: vec![1, 0],
        ..gang(40, 10, 2)
    };
    let mut input = until(50, minimum.clone(), &[waiting]);
    input.targets.push(Target {
        kind: Kind::Cluster(Cluster {
            max_nodes: 1,
            ..minimum
        }),
        ..Target::default()
    });
    input.environments = vec![Environment {
        image_build: 200,
        image_pull: 0,
    }];
    let out = simulate(&input);
    assert_eq!(spans(&out), [(240, 250)]);
    let lost: Vec<_> = out
        .targets
        .iter()
        .map(|target| target.nodes_evicted)
        .collect();
    assert_eq!(lost, [1, 0]);
    let ends: Vec<_> = out.targets.iter().map(|target| target.end).collect();
    assert_eq!(ends, [250, 50]);
}

#[test]
fn the_last_run_and_all_nodes_of_a_tick() {
    // After the horizon a mass loss takes all three nodes of a gang at once: with the first the
    // last run fails; the others of that tick are lost with it.
    let settings = Cluster {
        mass_losses: vec![MassLoss { at: 20, share: 1.0 }],
        mass_draws: vec![0.0; 3],
        ..cluster(3, 0, 0, 50)
    };
    let out = simulate(&scenario(settings, &[gang(0, 30, 3)]));
    assert_eq!(spans(&out), [(0, 20)]);
    assert_eq!(leases(&out), [(0, 0, 20), (1, 0, 20), (2, 0, 20)]);
    assert_eq!((out.targets[0].end, out.targets[0].nodes_evicted), (20, 3));
}

#[test]
fn lost_work_is_clipped_like_run() {
    // A gang of two, Running from 0, lost at 20, then 20..50. Horizon 10, warm-up 5.
    let settings = with_lives(&[20], cluster(2, 0, 0, 0));
    let mut input = until(10, settings, &[requeue(gang(0, 30, 2))]);
    input.warmup = 5;
    let out = simulate(&input);
    let t = &out.targets[0];
    // 2 x 5 in [5, 10), 2 x 10 in [10, 20); 2 x 30 of run.
    assert_eq!(
        (t.within[0].lost, t.drain[0].lost, t.total().run),
        (10, 20, 60)
    );
    // Leases are not clipped, and the run's own figure is not times nodes.
    let lost: Vec<_> = out.leases.iter().map(|lease| lease.times.lost).collect();
    assert_eq!((lost, out.runs[0].lost), (vec![20, 20, 0], 20));
}

#[test]
fn a_mass_loss_draws_for_each_ready_node() {
    // Four minimum nodes, a gang on nodes 0, 1, 2 from 0. At 10 the share is 0.5 and the draws, by
    // id, are 0.4, 0.5, 0.6, 0.1: nodes 0 and 3 are lost.
    // Nodes 4 and 5 come at 15. At 12 there are two ready nodes: two draws, 0.9. At 15 there are
    // four, as nodes become ready before: 0.9 for 1 and 2, 0.1 and 0.9 for 4 and 5.
    let loss = |at| MassLoss { at, share: 0.5 };
    let settings = Cluster {
        min_nodes: 4,
        mass_losses: vec![loss(10), loss(12), loss(15)],
        mass_draws: vec![0.4, 0.5, 0.6, 0.1, 0.9, 0.9, 0.9, 0.9, 0.1, 0.9],
        ..cluster(4, 0, 5, 0)
    };
    let out = simulate(&until(30, settings, &[requeue(gang(0, 20, 3))]));
    // Node 4 is lost as it becomes ready, node 6 replaces it at 20. At 15 the gang takes node 5,
    // idle since 15, and 1 and 2, idle since 10: 15..35.
    assert_eq!(spans(&out), [(0, 35)]);
    assert_eq!(out.runs[0].nodes_held, [1, 2, 5]);
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (1, 10));
    assert_eq!(
        leases(&out),
        [
            (0, 0, 10),
            (1, 0, 35),
            (2, 0, 35),
            (3, 0, 10),
            (4, 10, 15),
            (5, 10, 35),
            (6, 15, 35)
        ]
    );
    assert_eq!(out.targets[0].nodes_evicted, 3);
}

#[test]
fn a_life_that_ends_in_a_mass_loss_ends_once() {
    // Node 0 is due at 10, when a mass loss takes it (0.1) and spares node 1 (0.9): one loss. The
    // draws go to both nodes.
    let settings = Cluster {
        min_nodes: 2,
        mass_losses: vec![MassLoss { at: 10, share: 0.5 }],
        mass_draws: vec![0.1, 0.9],
        ..with_lives(&[10], cluster(2, 0, 0, 0))
    };
    let out = simulate(&until(20, settings.clone(), &[run(0, 5)]));
    assert_eq!(leases(&out), [(0, 0, 10), (1, 0, 20), (2, 10, 20)]);
    // Due by its life alone, it takes its draw (0.9) all the same; node 1 takes the second.
    let swapped = Cluster {
        mass_draws: vec![0.9, 0.1],
        ..settings
    };
    let out = simulate(&until(20, swapped, &[run(0, 5)]));
    assert_eq!(
        leases(&out),
        [(0, 0, 10), (1, 0, 10), (2, 10, 20), (3, 10, 20)]
    );
}

#[test]
fn a_cut_leaves_a_run_that_waits_again() {
    // Setup 20, lost at 20, the tick at which Running would begin; the next node would come at 50.
    // The horizon is 45.
    let staged = Run {
        setup: 20,
        ..requeue(run(0, 10))
    };
    let settings = Cluster {
        boots: vec![(0, 0), (0, 30)],
        ..with_lives(&[20], cluster(1, 0, 0, 0))
    };
    let mut input = until(45, settings, &[staged]);
    input.cut = true;
    let out = simulate(&input);
    let record = &out.runs[0];
    assert_eq!((record.status, record.started), (Status::Unfinished, None));
    assert_eq!((record.assigned, record.losses), (Some(0), 1));
    assert_eq!((record.node_setup, record.queue.provisioning), (20, 25));
}
