//! Drains that can make no progress: they end, and say who waited for what.

use autoscale_simulator::autoscale::batch::BatchPolicy;
use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::model::settings::{Deallocation, InstanceSettings, OnStop, TargetKind};
use autoscale_simulator::results::RunStatus::{Completed, Unfinished};
use autoscale_simulator::results::{Standstill, WaitsFor};

use crate::support::pool::Pool;

use crate::made::{Came, at, batch, constant, pool, run, target, workload, world};

/// A pool of Batch without start nodes, evaluated each 640 s: samples are enough at every third evaluation, so that nodes that
/// boot in 300 s are there for 340 s.
fn each_640_s(runs: &[(u64, u32, u64)]) -> Came {
    let settings = Pool {
        min_nodes: 0,
        allocation: constant(0),
        boot: constant(300),
        deallocation: Deallocation::Requeue,
        ..pool(batch(BatchPolicy::PendingTasks { start_nodes: 0 }), 640)
    };
    let runs = workload("runs", runs);
    run(&world(target(settings.kind()), vec![runs], 10_000))
}

#[test]
fn runs_whose_nodes_are_always_taken_in_time_are_given_up() {
    let came = each_640_s(&[(10, 1, 341), (20, 2, 341), (30, 1, 300)]);
    // The third run needs 300 s, and has a node of its own.
    let how = came.runs.iter().map(|run| run.status);
    assert!(how.eq([Unfinished, Unfinished, Completed]));
    assert_eq!(came.runs[0].started, Some(at(3 * 640 + 300)));
    let stood = came.target.standstill.unwrap();
    assert_eq!(stood.waits_for, WaitsFor::Nodes);
    assert_eq!((stood.runs, stood.head_nodes, stood.nodes), (2, 1, 0));
    assert_eq!(came.target.runs.unfinished, 2);
    // A thousand evaluations, and one cycle of three with the one evaluation of the window, and one more.
    assert_eq!(stood.tries, 1_000 + 3 + 1 + 1);
}

#[test]
fn runs_that_fit_between_are_waited_for() {
    let came = each_640_s(&[(10, 1, 340), (20, 2, 339), (30, 1, 300)]);
    assert_eq!(came.target.standstill, None);
    assert!(came.runs.iter().all(|run| run.status == Completed));
}

#[test]
fn a_schedule_that_is_shorter_than_the_boot_is_given_up() {
    let calendar = Calendar::default();
    let windows = WeeklySchedule::parse(&calendar, &["daily 08:00-08:05".to_owned()]);
    let instance = |boot| InstanceSettings {
        slots: 1,
        boot: constant(boot),
        schedule: Some(windows.clone().unwrap()),
        on_stop: OnStop::Drain,
        idle_shutdown: None,
        start_on_submission: true,
        allocated_while_stopped: false,
    };
    let came = |boot| {
        let kind = TargetKind::Instance(instance(boot));
        let runs = workload("runs", &[(5, 1, 1_000)]);
        run(&world(target(kind), vec![runs], 3_600))
    };
    let never = came(300);
    let stood = never.target.standstill.unwrap();
    let expected = Standstill {
        at: at(1_000 * 86_400 + 8 * 3_600 + 300),
        waits_for: WaitsFor::Machine,
        runs: 1,
        head_nodes: 1,
        nodes: 0,
        tries: 1_001,
    };
    assert_eq!(stood, expected);
    assert_eq!(never.runs[0].status, Unfinished);
    let late = came(299);
    assert_eq!(
        (late.target.standstill, late.runs[0].status),
        (None, Completed)
    );
}
