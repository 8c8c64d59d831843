//! Hand-worked pools. Times are seconds unless said.

use super::controllers::{Controller, Formula, Policy};
use super::*;

fn run(position: usize, submit: u64, duration: u64, nodes: u64) -> Run {
    Run {
        position,
        submit: submit * SECOND,
        nodes,
        duration: duration * SECOND,
        on_loss: OnLoss::Requeue,
        ..Run::default()
    }
}

/// A world of one pool.
fn pool(controller: Controller, runs: Vec<Run>) -> Input {
    let pool = Pool {
        min_nodes: 0,
        max_nodes: 10,
        system_nodes: 0,
        creations: vec![0],
        stop_after_idle: None,
        evaluation_interval: 10 * SECOND,
        controller,
        allocations: vec![0],
        boots: vec![0],
        failures: None,
        discipline: Discipline::default(),
        mean_provisioning: 0,
        operations: None,
        deallocation: Deallocation::IdleOnly,
        low_priority_nodes: 0,
        lives: Vec::new(),
    };
    Input {
        targets: vec![Target {
            kind: Kind::Pool(pool),
            billing_granularity: 1,
            ..Target::default()
        }],
        horizon: 1 + runs.iter().map(|run| run.submit).max().unwrap(),
        runs,
        ..Input::default()
    }
}

/// The settings of its pool.
fn of(input: &mut Input) -> &mut Pool {
    match &mut input.targets[0].kind {
        Kind::Pool(pool) => pool,
        _ => unreachable!("the only target is a pool"),
    }
}

fn spans(out: &Output) -> Vec<(u64, u64)> {
    let span = |run: &RunOut| {
        let assigned = run.assigned.unwrap();
        (assigned / SECOND, run.ended.unwrap() / SECOND)
    };
    out.runs.iter().map(span).collect()
}

/// When the leases of nodes begin and end, by id.
fn leases(out: &Output) -> Vec<(u64, u64)> {
    let span = |lease: &LeaseOut| (lease.billed_from / SECOND, lease.released / SECOND);
    out.leases.iter().map(span).collect()
}

const KUBERNETES: Controller = Controller::Kubernetes {
    unneeded_after: 30 * SECOND,
    delay_after_add: 60 * SECOND,
    bulk: 10,
};

fn fixed(nodes: u64) -> Controller {
    Controller::Batch(Formula {
        policy: Policy::Fixed(nodes),
        window: 180 * SECOND,
        delay: 60 * SECOND,
    })
}

#[test]
fn kubernetes_scans_ask_and_release() {
    let mut input = pool(KUBERNETES, vec![run(0, 3, 20, 1), run(1, 95, 10, 1)]);
    of(&mut input).allocations = vec![2 * SECOND];
    of(&mut input).boots = vec![5 * SECOND];
    let out = simulate(&input);
    // Asked for at 10, billed from 12, ready at 17, run 17..37; the scan at 70 is the first that is
    // 60 s after 10 and finds it idle for 33 s. The second run: 100, 102, 107..117; then no run is
    // left and the pool ends at 117.
    assert_eq!(spans(&out), [(17, 37), (107, 117)]);
    assert_eq!(leases(&out), [(12, 70), (102, 117)]);
    assert_eq!(out.targets[0].end, 117 * SECOND);
    assert_eq!(out.targets[0].spin_ups, 2);
    let times = out.leases[0].times;
    assert_eq!(
        (times.boot, times.run, times.idle()),
        (5 * SECOND, 20 * SECOND, 33 * SECOND)
    );
}

#[test]
fn a_pool_that_stops_starts_with_a_run() {
    let mut input = pool(KUBERNETES, vec![run(0, 5, 20, 1), run(1, 200, 10, 1)]);
    of(&mut input).min_nodes = 2;
    of(&mut input).system_nodes = 3;
    of(&mut input).creations = vec![30 * SECOND, 40 * SECOND];
    of(&mut input).stop_after_idle = Some(50 * SECOND);
    let out = simulate(&input);
    // Begins at 5, on at 35, run 35..55, stops at 105. Begins at 200, on at 240, run 240..250, where
    // no run is left and the pool ends. Nodes 0 to 2 and 5 to 7 are system nodes.
    assert_eq!(spans(&out), [(35, 55), (240, 250)]);
    assert_eq!(leases(&out), [[(5, 105); 5], [(200, 250); 5]].concat());
    let idle: Vec<u64> = out.leases.iter().map(|lease| lease.times.idle()).collect();
    let [system, first] = [100, 100 - 30 - 20].map(|seconds| seconds * SECOND);
    assert_eq!(idle[..5], [system, system, system, first, 70 * SECOND]);
    let t = &out.targets[0];
    assert_eq!((t.end, t.spin_ups), (250 * SECOND, 4));
    assert_eq!(t.total().system_nodes, 3 * (100 + 50) * SECOND);
    assert_eq!(out.leases[3].times.boot, 30 * SECOND);
}

#[test]
fn a_submission_at_the_tick_of_the_stop_saves_the_pool() {
    let mut input = pool(KUBERNETES, vec![run(0, 0, 20, 1), run(1, 70, 10, 1)]);
    of(&mut input).min_nodes = 1;
    of(&mut input).stop_after_idle = Some(50 * SECOND);
    // On at 0, run 0..20, would stop at 70.
    let out = simulate(&input);
    assert_eq!(spans(&out), [(0, 20), (70, 80)]);
    assert_eq!(leases(&out)[0].0, 0);
}

#[test]
fn operations_bring_all_nodes_together_and_block() {
    let spark = Controller::Spark {
        up_after: 10 * SECOND,
        down_after: 20 * SECOND,
    };
    let mut input = pool(
        spark,
        vec![
            run(0, 0, 50, 1),
            run(1, 0, 30, 1),
            run(2, 0, 30, 1),
            run(3, 25, 10, 1),
        ],
    );
    of(&mut input).min_nodes = 1;
    of(&mut input).operations = Some(vec![40 * SECOND]);
    let out = simulate(&input);
    // At 0 two pend, at 10 for 10 s: two nodes, there at 50; the answer for run 3 is ignored until
    // then. At 50 run 0 has ended too: three nodes for runs 1, 2, 3.
    assert_eq!(spans(&out), [(0, 50), (50, 80), (50, 80), (50, 60)]);
    assert_eq!(leases(&out), [(0, 80), (10, 80), (10, 80)]);
    // Run 3 took node 2. Free from 60 on, and 20 s at 80, when no run is left.
    assert_eq!(out.targets[0].peak_nodes, 3);
}

#[test]
fn batch_follows_what_it_saw() {
    let mut input = pool(
        Controller::Batch(Formula {
            policy: Policy::Pending(1),
            window: 180 * SECOND,
            delay: 60 * SECOND,
        }),
        vec![run(0, 0, 100, 1), run(1, 0, 100, 1), run(2, 0, 100, 2)],
    );
    of(&mut input).max_nodes = 4;
    of(&mut input).evaluation_interval = 990 * SECOND;
    // At 0 samples are too few: one node, at once: run 0 0..100, run 1 100..200; at 990 the mean
    // of 2 pending tasks of run 2: two nodes.
    let out = simulate(&input);
    assert_eq!(spans(&out), [(0, 100), (100, 200), (990, 1090)]);
}

#[test]
fn a_fixed_target_keeps_its_number() {
    let runs = vec![run(0, 0, 20, 1), run(1, 1, 200, 1), run(2, 2, 200, 1)];
    let out = simulate(&pool(fixed(1), runs));
    assert_eq!(spans(&out), [(0, 20), (20, 220), (220, 420)]);
    assert_eq!(leases(&out), [(0, 420)]);
}

/// A formula that sees one task at 60 s where two run.
fn shrunk(deallocation: Deallocation) -> Output {
    // Start nodes 2. Run 0 (0..300) is alone at the sample of 30 s; run 1 comes at 40 s. At 60 s the
    // sample of 30 s (delay 30, window 30) says 1: one node goes, and idle ones there are none.
    let runs = vec![run(0, 0, 300, 1), run(1, 40, 50, 1), run(2, 41, 50, 1)];
    let mut input = pool(
        Controller::Batch(Formula {
            policy: Policy::Pending(2),
            window: 30 * SECOND,
            delay: 30 * SECOND,
        }),
        runs,
    );
    of(&mut input).evaluation_interval = 60 * SECOND;
    of(&mut input).deallocation = deallocation;
    simulate(&input)
}

#[test]
fn only_idle_nodes_go() {
    // Target 1 at 60 s, but both are occupied. At 120 s the sample of 90 s sees runs 0 and 2.
    let out = shrunk(Deallocation::IdleOnly);
    assert_eq!(spans(&out), [(0, 300), (40, 90), (90, 140)]);
    // Run 2 ends at 140; at 180 the sample of 150 says 1: node 1 goes.
    assert_eq!(leases(&out), [(0, 300), (0, 180)]);
}

#[test]
fn requeued_runs_begin_anew() {
    // At 60 s run 1 (assigned last) gives its node up, having worked 20 s; at 120 s the sample of
    // 90 s sees 3 tasks: two nodes more, for runs 1 and 2 anew.
    let out = shrunk(Deallocation::Requeue);
    assert_eq!(spans(&out)[1..], [(40, 170), (120, 170)]);
    assert_eq!(out.runs[1].losses, 0);
    assert_eq!(
        (out.runs[1].lost, out.runs[1].deallocated),
        (0, 20 * SECOND)
    );
    assert_eq!(out.leases[1].times.lost, 20 * SECOND);
    assert_eq!(leases(&out)[1], (0, 60));
}

#[test]
fn terminated_runs_fail() {
    let out = shrunk(Deallocation::Terminate);
    assert_eq!(out.runs[1].status, Status::Failed);
    assert_eq!(out.runs[1].ended, Some(60 * SECOND));
    assert_eq!(spans(&out)[2], (120, 170));
}

#[test]
fn marked_nodes_go_when_their_run_ends() {
    // Node 1 is marked at 60 s and goes at 90 s with run 1; run 2 waits for the node of 120 s.
    let out = shrunk(Deallocation::TaskCompletion);
    assert_eq!(spans(&out)[1..], [(40, 90), (120, 170)]);
    assert_eq!(leases(&out)[..2], [(0, 300), (0, 90)]);
}

#[test]
fn lost_low_priority_nodes_are_sought_at_once() {
    let mut input = pool(fixed(2), vec![run(0, 0, 100, 1)]);
    of(&mut input).low_priority_nodes = 1;
    of(&mut input).evaluation_interval = 900 * SECOND;
    of(&mut input).lives = vec![30 * SECOND, 1_000 * SECOND];
    of(&mut input).boots = vec![5 * SECOND];
    let out = simulate(&input);
    // Dedicated node 0 and low-priority node 1 are ready at 5. Both idle since 5: the run takes node
    // 0; node 1 is lost at 35 and node 2 is asked for at once, ready at 40.
    assert_eq!(spans(&out), [(5, 105)]);
    assert_eq!(leases(&out), [(0, 105), (0, 35), (35, 105)]);
    let low: Vec<bool> = out.leases.iter().map(|lease| lease.low).collect();
    assert_eq!(low, [false, true, true]);
    assert_eq!(out.targets[0].nodes_evicted, 1);
    // With two low-priority nodes the run is on the first and loses 30 s; the second is idle and takes
    // it at once.
    of(&mut input).low_priority_nodes = 2;
    let out = simulate(&input);
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (1, 30 * SECOND));
    // It reached Running in its first attempt.
    assert_eq!(spans(&out), [(5, 135)]);
    assert_eq!(leases(&out), [(0, 35), (0, 135), (35, 135)]);
}

#[test]
fn background_runs_occupy_and_are_apart() {
    let mut input = pool(fixed(1), vec![run(0, 0, 100, 1), run(1, 0, 10, 1)]);
    input.runs[0].background = true;
    let out = simulate(&input);
    assert_eq!(spans(&out), [(0, 100), (100, 110)]);
    let times = out.leases[0].times;
    assert_eq!(times.run, 110 * SECOND);
    // Up to the horizon at one tick, and after it.
    assert_eq!(
        (
            out.targets[0].within[0].background,
            out.targets[0].within[0].run
        ),
        (1, 0)
    );
    let drain = out.targets[0].drain[0];
    let after = (drain.background, drain.run);
    assert_eq!(after, (100 * SECOND - 1, 10 * SECOND));
}
