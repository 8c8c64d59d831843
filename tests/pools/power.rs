//! Pools that are on at all times and pools that stop themselves.

use autoscale_simulator::results::RunStatus::Completed;

use crate::support::pool::Pool;

use crate::made::{
    KUBERNETES, SPARK, at, constant, node_secs, pool, run, secs, target, workload, world,
};

/// Creation takes 100 s, and it stops 50 s after its last run.
fn stopping() -> Pool {
    Pool {
        min_nodes: 2,
        system_nodes: 1,
        creation: constant(100),
        stop_after_idle: Some(secs(50)),
        ..pool(SPARK, 30)
    }
}

#[test]
fn a_pool_on_from_the_start_has_its_minimum_idle_and_scales_at_its_own_times() {
    // Two runs at 5 s, one idle node. Scans at 0, 10, ...: at 10 s one node is lacking; allocation to 20 s, boot to 40 s.
    let runs = workload("runs", &[(5, 1, 1000), (5, 1, 60)]);
    let came = run(&world(
        target(pool(KUBERNETES, 10).kind()),
        vec![runs],
        2000,
    ));
    assert_eq!(
        came.runs(),
        [
            (Some(5.0), Some(1005.0), Completed),
            (Some(40.0), Some(100.0), Completed)
        ]
    );
    // Idle since 100 s: 10 min have passed at 700 s.
    assert_eq!(came.leases(), [(0, 0.0, 2000.0), (1, 20.0, 700.0)]);
    let times = came.target.within;
    assert_eq!(times.run, node_secs(1060));
    assert_eq!(times.boot, node_secs(20));
    // Node 0 is idle for 5 s and for the last 995 s, kept by the minimum.
    assert_eq!(times.idle_min_nodes, node_secs(1000));
    assert_eq!(times.idle_before_scale_down, node_secs(600));
    assert_eq!((came.target.spin_ups, came.target.peak_nodes), (1, 2));
    assert_eq!(
        (times.load_balancers, times.load_balancers_at_zero),
        Default::default()
    );
    assert!(came.target.low_priority.is_none());
}

#[test]
fn a_pool_that_stops_itself_starts_for_a_run_and_stops_when_unused() {
    // Off until 7 s; on at 107 s; the run ends at 207 s and it stops at 257 s. The same again from 300 s on.
    let runs = workload("runs", &[(7, 1, 100), (300, 2, 10)]);
    let came = run(&world(target(stopping().kind()), vec![runs], 1000));
    assert_eq!(
        came.runs(),
        [
            (Some(107.0), Some(207.0), Completed),
            (Some(400.0), Some(410.0), Completed)
        ]
    );
    let first = [(0, 7.0, 257.0), (1, 7.0, 257.0), (2, 7.0, 257.0)];
    let second = [(3, 300.0, 460.0), (4, 300.0, 460.0), (5, 300.0, 460.0)];
    assert_eq!(came.leases(), [first, second].concat());
    let times = came.target.within;
    assert_eq!(times.system_nodes, node_secs(250 + 160));
    assert_eq!(times.boot, node_secs(2 * (100 + 100)));
    assert_eq!(times.run, node_secs(100 + 20));
    // Beside the run one node is kept by the minimum for 100 s; then both for 50 s; then both again.
    assert_eq!(times.idle_min_nodes, node_secs(100 + 2 * 50 + 2 * 50));
    assert_eq!((came.target.spin_ups, came.target.peak_nodes), (4, 2));
    // Time that passed while it started is provisioning.
    let queue = came.target.runs.queue_provisioning_sum;
    assert_eq!(queue, 2 * 100_000_000);
}

#[test]
fn a_submission_at_the_tick_of_the_stop_saves_the_pool() {
    let runs = workload("runs", &[(0, 1, 100), (250, 1, 10)]);
    let came = run(&world(target(stopping().kind()), vec![runs], 1000));
    // The first run ends at 200 s; the stop would be at 250 s.
    assert_eq!(came.runs()[1], (Some(250.0), Some(260.0), Completed));
    assert_eq!(came.leases().len(), 3);
    assert_eq!(came.leases()[0], (0, 0.0, 310.0));
}

#[test]
fn with_no_time_to_wait_it_stops_with_its_last_run() {
    let settings = Pool {
        stop_after_idle: Some(secs(0)),
        ..stopping()
    };
    // The second run is submitted when the first ends, at 200 s: it saves the pool; the third comes one second late.
    let runs = workload("runs", &[(0, 1, 100), (200, 1, 10), (211, 1, 0)]);
    let came = run(&world(target(settings.kind()), vec![runs], 1000));
    assert_eq!(came.runs()[1], (Some(200.0), Some(210.0), Completed));
    assert_eq!(came.runs()[2], (Some(311.0), Some(311.0), Completed));
    assert_eq!(came.leases()[2], (2, 0.0, 210.0));
    assert_eq!(came.leases()[5], (5, 211.0, 311.0));
}

#[test]
fn nothing_happens_to_a_pool_after_its_end() {
    // The run ends after the horizon, at 300 s, which is the pool's end: the stop at 350 s is not waited for.
    let runs = workload("runs", &[(0, 1, 200)]);
    let came = run(&world(target(stopping().kind()), vec![runs], 150));
    assert_eq!(came.target.end, at(300));
    assert_eq!(came.leases()[2], (2, 0.0, 300.0));
    assert_eq!(came.target.within.system_nodes, node_secs(150));
    assert_eq!(came.target.drain.system_nodes, node_secs(150));
}
