//! Hand-worked examples for clusters. Times are small numbers of ticks; granularity is one tick
//! unless said.

use super::*;

/// A cluster of `max_nodes` that provisions in `allocation` + `boot` and releases after `idle`.
pub(super) fn cluster(max_nodes: u64, allocation: u64, boot: u64, idle: u64) -> Cluster {
    Cluster {
        max_nodes,
        allocation,
        boot,
        idle_before_scale_down: idle,
        ..Cluster::default()
    }
}

/// A one-node run.
pub(super) fn run(submit: u64, duration: u64) -> Run {
    Run {
        submit,
        duration,
        ..Run::default()
    }
}

/// A run of several nodes.
pub(super) fn gang(submit: u64, duration: u64, nodes: u64) -> Run {
    Run {
        nodes,
        ..run(submit, duration)
    }
}

/// A scenario of one cluster with the horizon one tick after the last submission; positions follow
/// the list.
pub(super) fn scenario(cluster: Cluster, runs: &[Run]) -> Input {
    let mut runs = runs.to_vec();
    for (position, run) in runs.iter_mut().enumerate() {
        run.position = position;
    }
    Input {
        targets: vec![Target {
            kind: Kind::Cluster(cluster),
            billing_granularity: 1,
            ..Target::default()
        }],
        horizon: runs.iter().map(|r| r.submit).max().unwrap() + 1,
        runs,
        ..Input::default()
    }
}

/// (assigned, ended) of every run.
pub(super) fn spans(out: &Output) -> Vec<(u64, u64)> {
    let span = |r: &RunOut| (r.assigned.unwrap(), r.ended.unwrap());
    out.runs.iter().map(span).collect()
}

/// (node, `billed_from`, released) of every lease.
pub(super) fn leases(out: &Output) -> Vec<(u64, u64, u64)> {
    let lease = |l: &LeaseOut| (l.node, l.billed_from, l.released);
    out.leases.iter().map(lease).collect()
}

#[test]
fn life_of_one_run() {
    let out = simulate(&scenario(cluster(4, 10, 20, 5), &[run(0, 100)]));
    // Requested at 0, billed from 10, ready at 30, run 30..130, idle until 135.
    let record = RunOut {
        status: Status::Completed,
        target: 0,
        queued: Some(0),
        assigned: Some(30),
        started: Some(30),
        ended: Some(130),
        nodes_held: vec![0],
        losses: 0,
        lost: 0,
        deallocations: 0,
        deallocated: 0,
        terminated: false,
        node_setup: 0,
        // Queued 0..30 while its node prepares.
        queue: QueueTime {
            provisioning: 30,
            ..QueueTime::default()
        },
    };
    assert_eq!(out.runs, [record]);
    let lease = LeaseOut {
        target: 0,
        node: 0,
        requested: 0,
        billed_from: 10,
        released: 135,
        ended_by_loss: false,
        low: false,
        times: Times {
            boot: 20,
            run: 100,
            idle_before_scale_down: 5,
            ..Times::default()
        },
    };
    assert_eq!(out.leases, [lease]);
    let (within, drain) = (Times::default(), out.leases[0].times);
    let totals = TargetOut {
        end: 135,
        within: [within; 2],
        drain: [drain, Times::default()],
        rounding: [0; 2],
        spin_ups: 1,
        nodes_evicted: 0,
        peak_nodes: 1,
    };
    assert_eq!(out.targets, [totals]);
}

#[test]
fn a_run_at_the_idle_timeout_saves_the_node() {
    // The first run ends at 100, so the timeout falls on 150.
    let out = simulate(&scenario(
        cluster(4, 0, 0, 50),
        &[run(0, 100), run(150, 10)],
    ));
    assert_eq!(spans(&out), [(0, 100), (150, 160)]);
    assert_eq!(leases(&out), [(0, 0, 210)]);
    // One tick later it is gone: a new node is needed.
    let out = simulate(&scenario(cluster(4, 0, 7, 50), &[run(0, 93), run(151, 10)]));
    // 0 + 7 = 7, + 93 = 100, released at 150; 151 + 7 = 158, + 10 = 168, + 50 = 218.
    assert_eq!(spans(&out), [(7, 100), (158, 168)]);
    assert_eq!(leases(&out), [(0, 0, 150), (1, 151, 218)]);
}

#[test]
fn a_node_freed_at_t_serves_a_run_submitted_at_t() {
    let out = simulate(&scenario(cluster(4, 0, 9, 0), &[run(0, 91), run(100, 10)]));
    // Ready at 9, free at 100 = 9 + 91, taken at 100, released at 110: one node, although it is
    // released when surplus.
    assert_eq!(spans(&out), [(9, 100), (100, 110)]);
    assert_eq!(leases(&out), [(0, 0, 110)]);
    assert_eq!(out.targets[0].spin_ups, 1);
}

#[test]
fn two_gangs_that_fit_one_at_a_time() {
    let runs = [gang(0, 50, 3), gang(0, 50, 3)];
    let out = simulate(&scenario(cluster(4, 0, 10, 100), &runs));
    // desired = min(3 + 3, 4) = 4. The first takes three, 10..60; the second waits with one idle
    // node, then takes the three just freed (most recently idle), 60..110. Node 3 idles from 10 on.
    assert_eq!(spans(&out), [(10, 60), (60, 110)]);
    assert_eq!(out.runs[1].nodes_held, [0, 1, 2]);
    // At 60 desired falls to 3; node 3 is released at its timeout 10 + 100 = 110, the others at
    // 210.
    assert_eq!(
        leases(&out),
        [(0, 0, 210), (1, 0, 210), (2, 0, 210), (3, 0, 110)]
    );
    let t = &out.targets[0];
    // Node 3 waits for the second gang 10..60: 50. Then it idles 60..110 and the others 110..210:
    // 50 + 300.
    assert_eq!(
        (t.total().boot, t.total().run, t.total().idle_gang_assembly),
        (40, 300, 50)
    );
    assert_eq!(
        (t.total().idle_min_nodes, t.total().idle_before_scale_down),
        (0, 350)
    );
}

#[test]
fn head_of_line_blocking() {
    // Two nodes. A holds one until 100; B needs two and blocks C, which would fit on the other.
    let runs = [run(0, 100), gang(1, 10, 2), run(2, 10)];
    let out = simulate(&scenario(cluster(2, 0, 0, 0), &runs));
    assert_eq!(spans(&out), [(0, 100), (100, 110), (110, 120)]);
    // Node 1 is requested at 1 and waits for B until 100; at 110 C takes node 0, node 1 is
    // released.
    assert_eq!(leases(&out), [(0, 0, 120), (1, 1, 110)]);
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().run,
            t.total().idle_gang_assembly,
            t.total().idle_before_scale_down
        ),
        (130, 99, 0)
    );
}

#[test]
fn priority_within_an_instant() {
    // Submitted at one instant: the larger priority first, then workload order, then position.
    let with = |workload, priority| Run {
        workload,
        priority,
        ..run(5, 10)
    };
    let runs = [with(1, 0), with(0, 0), with(1, 3), with(0, 0)];
    let out = simulate(&scenario(cluster(1, 0, 0, 0), &runs));
    // Order: third (priority 3), second and fourth (workload 0), first.
    assert_eq!(spans(&out), [(35, 45), (15, 25), (5, 15), (25, 35)]);
}

#[test]
fn priority_overtakes_the_queue() {
    let urgent = Run {
        priority: 1,
        ..run(20, 10)
    };
    let out = simulate(&scenario(
        cluster(1, 0, 0, 0),
        &[run(0, 30), run(10, 10), urgent],
    ));
    assert_eq!(spans(&out), [(0, 30), (40, 50), (30, 40)]);
}

#[test]
fn no_idle_time_releases_at_once() {
    let out = simulate(&scenario(cluster(4, 5, 5, 0), &[run(0, 10), run(21, 10)]));
    assert_eq!(spans(&out), [(10, 20), (31, 41)]);
    assert_eq!(leases(&out), [(0, 5, 20), (1, 26, 41)]);
    assert_eq!(out.targets[0].total().idle_before_scale_down, 0);
}

#[test]
fn a_run_of_no_length() {
    let out = simulate(&scenario(cluster(4, 0, 0, 0), &[run(7, 0)]));
    assert_eq!(spans(&out), [(7, 7)]);
    assert_eq!(out.runs[0].started, Some(7));
    // The node comes and goes inside one instant: a lease of no length, and no peak.
    assert_eq!(leases(&out), [(0, 7, 7)]);
    let t = &out.targets[0];
    assert_eq!((t.end, t.spin_ups, t.peak_nodes), (8, 1, 0));
}

#[test]
fn runs_of_no_length_decide_in_rounds() {
    // One minimum node, three runs. First round at 5: one run takes the node, desired = 1 + 2 = 3,
    // so two nodes are requested. Node 0 serves all three at 5. In the last round it is idle,
    // allocated = 1 + 2 provisioning > 1, and so it goes at 5, although the others are not ready:
    // `allocated` counts them.
    let out = simulate(&scenario(
        Cluster {
            min_nodes: 1,
            ..cluster(4, 10, 10, 0)
        },
        &[run(5, 0), run(5, 0), run(5, 0)],
    ));
    assert_eq!(spans(&out), [(5, 5), (5, 5), (5, 5)]);
    // Nodes 1 and 2 are billed from 15 and ready at 25, where the highest id goes. That is the end;
    // node 1 is closed.
    assert_eq!(leases(&out), [(0, 0, 5), (1, 15, 25), (2, 15, 25)]);
    let t = &out.targets[0];
    assert_eq!(
        (t.end, t.total().boot, t.total().idle_min_nodes),
        (25, 20, 5)
    );
    // Three nodes are in `allocated` only inside the instant 5, two from 5 to 25.
    assert_eq!((t.total().idle_before_scale_down, t.peak_nodes), (0, 2));
}

#[test]
fn a_leaving_node_does_not_serve() {
    let slow = Cluster {
        leaving: 1000,
        ..cluster(1, 0, 10, 20)
    };
    let out = simulate(&scenario(slow, &[run(0, 10), run(45, 10)]));
    // Node 0: ready at 10, free at 20, leaving 40..1040. It counts in no limit: node 1 is requested
    // at 45.
    assert_eq!(spans(&out), [(10, 20), (55, 65)]);
    assert_eq!(leases(&out), [(0, 0, 40), (1, 45, 85)]);
    // Leaving does not extend the end.
    assert_eq!(out.targets[0].end, 85);
}

#[test]
fn held_past_its_timeout_by_demand() {
    // Two nodes; one is held until 200 by A. B ends at 10. C at 15 needs both and holds node 1 idle
    // past its timeout at 40, until its own start at 200.
    let runs = [run(0, 200), run(0, 10), gang(15, 10, 2)];
    let out = simulate(&scenario(cluster(2, 0, 0, 30), &runs));
    assert_eq!(spans(&out), [(0, 200), (0, 10), (200, 210)]);
    assert_eq!(leases(&out), [(0, 0, 240), (1, 0, 240)]);
    // Node 1: tail 10..15, gang wait 15..200, then 2 x 30 of tail.
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().idle_gang_assembly,
            t.total().idle_before_scale_down
        ),
        (185, 65)
    );
}

#[test]
fn released_as_soon_as_surplus() {
    // X holds nodes 0 and 1 until 100, Y node 2 until 10. The gang of two at 20 wants four nodes in
    // all and requests node 3, which boots very slowly; so node 2 is wanted past its timeout at 40.
    let settings = Cluster {
        boots: vec![(0, 0), (0, 0), (0, 0), (0, 1000)],
        ..cluster(4, 0, 0, 30)
    };
    let runs = [gang(0, 100, 2), run(0, 10), gang(20, 50, 2)];
    let out = simulate(&scenario(settings, &runs));
    // At 100 the gang takes nodes 0 and 1, the most recently idle; desired = 2 < 4, node 2 goes at
    // that tick. Nodes 0 and 1 go at 150 + 30; node 3 is ready at 1020, goes at 1050 and is the
    // target's end.
    assert_eq!(spans(&out), [(0, 100), (0, 10), (100, 150)]);
    assert_eq!(
        leases(&out),
        [(0, 0, 180), (1, 0, 180), (2, 0, 100), (3, 20, 1050)]
    );
    let t = &out.targets[0];
    // Node 2: tail 10..20, gang wait 20..100. Tails: 10 + 2 x 30 + 30.
    assert_eq!(
        (t.end, t.total().boot, t.total().idle_gang_assembly),
        (1050, 1000, 80)
    );
    assert_eq!(
        (t.total().run, t.total().idle_before_scale_down),
        (310, 100)
    );
}

#[test]
fn an_urgent_run_borrows_a_waiting_node() {
    // The gang waits for node 0; the urgent run at 20 becomes the head and takes the idle node 1:
    // 20..90.
    let urgent = Run {
        priority: 1,
        ..run(20, 70)
    };
    let runs = [run(0, 50), run(0, 10), gang(15, 10, 2), urgent];
    let out = simulate(&scenario(cluster(2, 0, 0, 30), &runs));
    // At 50 node 0 goes idle and waits for the gang, past its timeout at 80; at 90 both are idle,
    // the gang runs 90..100, and both are released at 130.
    assert_eq!(spans(&out), [(0, 50), (0, 10), (90, 100), (20, 90)]);
    assert_eq!(leases(&out), [(0, 0, 130), (1, 0, 130)]);
    let t = &out.targets[0];
    // Node 1: tail 10..15, gang wait 15..20. Node 0: gang wait 50..90. Then 2 x 30 of tail.
    assert_eq!(
        (
            t.total().idle_gang_assembly,
            t.total().idle_before_scale_down
        ),
        (45, 65)
    );
}

#[test]
fn expired_nodes_wait_for_the_queue() {
    // A holds node 0 until 50 and B (three nodes) waits from 1, when nodes 1 and 2 are requested
    // and come at once. They expire at 1 + 20 = 21, but are wanted. At 30 C overtakes B and takes
    // node 1 (the lowest id of those idle since 1), 30..35. At 50 B runs on all three. Nothing was
    // released on the way.
    let urgent = Run {
        priority: 1,
        ..run(30, 5)
    };
    let runs = [run(0, 50), gang(1, 10, 3), urgent, run(40, 100)];
    let out = simulate(&scenario(cluster(3, 0, 0, 20), &runs));
    assert_eq!(spans(&out), [(0, 50), (50, 60), (30, 35), (60, 160)]);
    assert_eq!(out.runs[2].nodes_held, [1]);
    // D takes node 0 at 60; nodes 1 and 2 idle from 60 and go at 80; node 0 at 180.
    assert_eq!(out.runs[3].nodes_held, [0]);
    assert_eq!(leases(&out), [(0, 0, 180), (1, 1, 80), (2, 1, 80)]);
}

#[test]
fn nodes_that_prepare_for_nothing() {
    // Node 0 boots in 10, node 1 in 100 (both for runs at 0). Node 0 serves both: 10..20, 20..30.
    // Node 1 comes at 100, unwanted; node 0 expired at 30 + 40 = 70 and went when allocated 2 >
    // desired 0.
    let slow = Cluster {
        boots: vec![(0, 10), (20, 80)],
        ..cluster(4, 0, 0, 40)
    };
    let out = simulate(&scenario(slow.clone(), &[run(0, 10), run(0, 10)]));
    assert_eq!(spans(&out), [(10, 20), (20, 30)]);
    assert_eq!(leases(&out), [(0, 0, 70), (1, 20, 140)]);
    assert_eq!(out.targets[0].total().boot, 10 + 80);

    // Cancel: at 20 desired = 1 (run 1 on node 0), node 1 is at the end of its allocation: no
    // lease.
    let mut canceling = Cluster {
        surplus_provisioning: SurplusProvisioning::Cancel,
        ..slow
    };
    let out = simulate(&scenario(canceling.clone(), &[run(0, 10), run(0, 10)]));
    assert_eq!(leases(&out), [(0, 0, 70)]);
    assert_eq!(out.targets[0].spin_ups, 2);
    assert_eq!(
        (out.targets[0].total().boot, out.targets[0].peak_nodes),
        (10, 2)
    );

    // One tick less of allocation: a lease of one tick, 19..20.
    canceling.boots[1] = (19, 81);
    let out = simulate(&scenario(canceling, &[run(0, 10), run(0, 10)]));
    assert_eq!(leases(&out), [(0, 0, 70), (1, 19, 20)]);
    assert_eq!(out.leases[1].times.boot, 1);
    assert_eq!(out.targets[0].total().boot, 11);
}

#[test]
fn the_newest_request_is_canceled_first() {
    // Four nodes for four runs; node 0 comes at 10 and serves the first run until 15, then the
    // second. At 15: occupied 1, queue 2, desired 3: node 3 (the newest) is canceled although node
    // 1 has the longest way to go.
    let settings = Cluster {
        boots: vec![(0, 10), (0, 1000), (0, 30), (0, 20)],
        surplus_provisioning: SurplusProvisioning::Cancel,
        ..cluster(4, 0, 0, 0)
    };
    let runs = [run(0, 5), run(0, 5), run(0, 5), run(0, 5)];
    let out = simulate(&scenario(settings, &runs));
    // 15: node 3; 20: desired 2, node 2; 25: desired 1, node 1; 30: node 0 is idle and surplus.
    assert_eq!(spans(&out), [(10, 15), (15, 20), (20, 25), (25, 30)]);
    assert_eq!(
        leases(&out),
        [(0, 0, 30), (1, 0, 25), (2, 0, 20), (3, 0, 15)]
    );
    assert_eq!(out.targets[0].total().boot, 10 + 25 + 20 + 15);
}

#[test]
fn draws_of_provisioning_go_to_requested_nodes_only() {
    // One minimum node takes no draw; node 1 takes (1, 2), node 2 (3, 4), node 3 the constants (5,
    // 6).
    let settings = Cluster {
        min_nodes: 1,
        boots: vec![(1, 2), (3, 4)],
        ..cluster(4, 5, 6, 100)
    };
    let out = simulate(&scenario(settings, &[gang(10, 10, 4)]));
    assert_eq!(out.runs[0].started, Some(10 + 11));
    let boots: Vec<_> = out
        .leases
        .iter()
        .map(|l| (l.billed_from, l.times.boot))
        .collect();
    assert_eq!(boots, [(0, 0), (11, 2), (13, 4), (15, 6)]);
    // They wait for each other: 11 from the minimum node, 21 - 13, 21 - 17.
    assert_eq!(out.targets[0].total().idle_gang_assembly, 11 + 8 + 4);
}
