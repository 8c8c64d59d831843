//! Runs of others on attached targets, machines that are stopped but not given back, and runs made of pieces.

use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::model::settings::{ClusterSettings, InstanceSettings, OnStop, TargetKind};
use autoscale_simulator::results::RunStatus::Completed;
use autoscale_simulator::workload::{BatchInference, WorkloadSettings};

use crate::support::pool::Pool;

use crate::made::{
    Came, KUBERNETES, constant, node_secs, pool, run, secs, target, workload, world,
};

fn instance() -> InstanceSettings {
    InstanceSettings {
        slots: 2,
        boot: constant(60),
        schedule: None,
        on_stop: OnStop::Drain,
        idle_shutdown: None,
        start_on_submission: false,
        allocated_while_stopped: false,
    }
}

/// One run of 100 s and, before it, one of others with setup and Finalizing; `kind` has room for one.
fn behind_others(kind: TargetKind) -> Came {
    let others = WorkloadSettings {
        background: true,
        setup: constant(10),
        finalize: constant(5),
        ..workload("others", &[(0, 1, 50)])
    };
    let own = workload("own", &[(20, 1, 100)]);
    run(&world(target(kind), vec![others, own], 1000))
}

#[test]
fn runs_of_others_on_an_account_of_units_are_theirs() {
    let account = ClusterSettings {
        one_run: true,
        ..ClusterSettings::new(0, 1)
    };
    let came = behind_others(TargetKind::Cluster(account));
    let runs = &came.target.runs;
    assert_eq!((runs.submitted, runs.wait_sum), (1, 45_000_000));
    let times = came.target.within;
    assert_eq!(times.background, node_secs(65));
    assert_eq!((times.run, times.idle()), (node_secs(100), node_secs(0)));
}

#[test]
fn runs_of_others_take_nodes_but_are_in_no_statistics() {
    let small = Pool {
        max_nodes: 1,
        ..pool(KUBERNETES, 10)
    };
    let single = InstanceSettings {
        slots: 1,
        ..instance()
    };
    for kind in [small.kind(), TargetKind::Instance(single)] {
        let came = behind_others(kind);
        // The own run waits from 20 to 65 s.
        assert_eq!(
            came.runs(),
            [
                (Some(0.0), Some(65.0), Completed),
                (Some(65.0), Some(165.0), Completed)
            ]
        );
        let runs = &came.target.runs;
        assert_eq!((runs.submitted, runs.completed), (1, 1));
        assert_eq!(runs.wait_sum, 45_000_000);
        let times = came.target.within;
        assert_eq!(times.background, node_secs(65));
        assert_eq!(
            (times.node_setup, times.finalize),
            (node_secs(0), node_secs(0))
        );
        assert_eq!(times.run, node_secs(100));
        assert_eq!(times.idle(), node_secs(1000 - 165));
    }
}

#[test]
fn a_machine_shut_down_from_inside_is_one_lease() {
    let windows = ["daily 00:10-00:20".to_owned()];
    let schedule = WeeklySchedule::parse(&Calendar::default(), &windows).unwrap();
    let stopped = InstanceSettings {
        schedule: Some(schedule),
        allocated_while_stopped: true,
        ..instance()
    };
    // Stopped until 600 s, it boots until 660 s, runs until 760 s and is stopped again from 1200 s on.
    let runs = workload("runs", &[(0, 1, 100)]);
    let came = run(&world(
        target(TargetKind::Instance(stopped)),
        vec![runs],
        2000,
    ));
    assert_eq!(came.runs(), [(Some(660.0), Some(760.0), Completed)]);
    assert_eq!(came.leases(), [(0, 0.0, 2000.0)]);
    let times = came.target.within;
    // Slot-time on two slots.
    assert_eq!(times.boot, node_secs(2 * 60));
    assert_eq!(times.run, node_secs(100));
    assert_eq!(times.idle_unused_capacity, node_secs(2 * 2000 - 120 - 100));
    assert_eq!((came.target.spin_ups, came.target.peak_nodes), (1, 1));
    assert_eq!(came.leases[0].boot, node_secs(120));
}

#[test]
fn a_run_of_batch_inference_takes_the_time_of_its_pieces() {
    let scoring = |name: &str, seconds| WorkloadSettings {
        batch_inference: Some(BatchInference {
            mini_batches: 10,
            items_per_mini_batch: 100,
            processes_per_node: 2,
            mini_batch_time: constant(seconds),
            invocation_timeout: secs(60),
            failure_probability: 0.0,
            tries: 3,
        }),
        ..workload(name, &[(0, 1, 7)])
    };
    // Five rounds of 20 s; and five rounds of three tries that are cut off at 60 s: no piece succeeds.
    for (seconds, ended, failed) in [(20, 100.0, 0), (61, 900.0, 10)] {
        let settings = world(
            target(pool(KUBERNETES, 10).kind()),
            vec![scoring("scoring", seconds)],
            1000,
        );
        let came = run(&settings);
        assert_eq!(came.runs(), [(Some(0.0), Some(ended), Completed)]);
        assert_eq!(came.target.mini_batches_failed, failed);
        assert_eq!((came.target.runs.hit, came.runs[0].losses), (0, 0));
    }
}
