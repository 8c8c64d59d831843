//! What controllers ask of a pool, and how it does it: operations, tiers, nodes taken from runs.

use autoscale_simulator::autoscale::batch::BatchPolicy;
use autoscale_simulator::autoscale::databricks::Standard;
use autoscale_simulator::model::settings::{Deallocation, ScalingPolicy};
use autoscale_simulator::results::RunStatus::{Completed, Failed};
use autoscale_simulator::units::SimTime;

use crate::support::pool::Pool;

use crate::made::{
    Came, SPARK, batch, constant, kept, node_secs, pool, run, secs, target, workload, world,
};

#[test]
fn a_scaling_operation_takes_one_draw_and_answers_are_ignored_meanwhile() {
    let settings = Pool {
        scaling_operation: Some(constant(120)),
        ..pool(SPARK, 30)
    };
    // Above from the evaluation at 30 s on: asked for at 90 s, ready at 210 s. The count begins anew at 120 s and is full at
    // 180 s, but the operation is under way. Below from 330 s on: it goes at 450 s.
    let runs = workload("runs", &[(5, 1, 1000), (5, 1, 100)]);
    let came = run(&world(target(settings.kind()), vec![runs], 2000));
    assert_eq!(came.runs()[1], (Some(210.0), Some(310.0), Completed));
    assert_eq!(came.leases(), [(0, 0.0, 2000.0), (1, 90.0, 450.0)]);
    assert_eq!(came.target.within.boot, node_secs(120));
    assert_eq!(came.target.spin_ups, 1);
}

#[test]
fn databricks_standard_grows_and_shrinks_by_doubling() {
    let controller = ScalingPolicy::DatabricksStandard(Standard::new(secs(600)));
    let settings = Pool {
        max_nodes: 20,
        ..pool(controller, 10)
    };
    // 8 nodes at 10 s, 11 (of 16) at 20 s; the gang has its 12 when the latter are ready at 50 s, and ends at 150 s.
    let runs = workload("runs", &[(5, 12, 100)]);
    let came = run(&world(target(settings.kind()), vec![runs], 1000));
    assert_eq!(came.runs(), [(Some(50.0), Some(150.0), Completed)]);
    assert_eq!(came.target.spin_ups, 19);
    // Unused from the evaluation at 150 s on: 1, 2, 4, 8 nodes and the 4 above the minimum from 750 s on.
    let mut ends: Vec<f64> = came.leases().iter().map(|lease| lease.2).collect();
    ends.sort_by(f64::total_cmp);
    let at = |seconds, count| vec![f64::from(seconds); count];
    let expected = [at(750, 1), at(760, 2), at(770, 4), at(780, 8), at(790, 4)].concat();
    assert_eq!(ends, [expected, at(1000, 1)].concat());
    // The longest idle went first; among those that went idle at 150 s the lowest id.
    assert_eq!(came.leases()[0], (0, 0.0, 750.0));
}

/// A pool of Batch that begins with three nodes and sees nothing of three runs that came 50 s before its second evaluation.
fn shrinking(deallocation: Deallocation) -> Came {
    let settings = Pool {
        deallocation,
        ..pool(batch(BatchPolicy::PendingTasks { start_nodes: 3 }), 300)
    };
    let runs = workload("runs", &[(250, 1, 1000), (250, 1, 1000), (250, 1, 1000)]);
    run(&world(target(settings.kind()), vec![runs], 2000))
}

#[test]
fn occupied_nodes_stay_where_only_idle_ones_may_go() {
    let came = shrinking(Deallocation::IdleOnly);
    assert_eq!(came.runs(), [(Some(250.0), Some(1250.0), Completed); 3]);
    // At 1500 s all samples are 0: all but one go.
    assert_eq!(
        came.leases(),
        [(0, 0.0, 1500.0), (1, 10.0, 1500.0), (2, 10.0, 2000.0)]
    );
}

#[test]
fn runs_whose_nodes_are_taken_queue_again_without_a_loss() {
    // Runs 0 and 1 have nodes 1 and 2, run 2 has node 0: assigned at one instant, the highest ids go first. Samples of 420 to
    // 540 s find 3 tasks: two nodes are asked for at 600 s and are ready at 630 s.
    let came = shrinking(Deallocation::Requeue);
    assert_eq!(
        came.runs(),
        [
            (Some(250.0), Some(1630.0), Completed),
            (Some(250.0), Some(1630.0), Completed),
            (Some(250.0), Some(1250.0), Completed)
        ]
    );
    // At 1500 s there are two tasks, at 1800 s the samples are 2, 0, 0, 0, 0: their mean is rounded up to one.
    assert_eq!(
        came.leases(),
        [
            (0, 0.0, 1500.0),
            (1, 10.0, 300.0),
            (2, 10.0, 300.0),
            (3, 610.0, 1800.0),
            (4, 610.0, 2000.0)
        ]
    );
    assert_eq!(came.target.within.lost, node_secs(100));
    assert_eq!(came.target.within.run, node_secs(3000));
    let hit = &came.runs[0];
    assert_eq!((hit.losses, hit.lost), (0, secs(0)));
    assert_eq!((hit.deallocations, hit.deallocated), (1, secs(50)));
    let runs = &came.target.runs;
    assert_eq!((runs.losses, runs.hit, runs.terminated), (0, 0, 0));
    assert_eq!((came.target.nodes_evicted, came.target.spin_ups), (0, 4));
}

#[test]
fn runs_whose_nodes_are_taken_fail_under_terminate() {
    let came = shrinking(Deallocation::Terminate);
    assert_eq!(
        came.runs(),
        [
            (Some(250.0), Some(300.0), Failed),
            (Some(250.0), Some(300.0), Failed),
            (Some(250.0), Some(1250.0), Completed)
        ]
    );
    assert_eq!(
        came.leases(),
        [(0, 0.0, 2000.0), (1, 10.0, 300.0), (2, 10.0, 300.0)]
    );
    let runs = &came.target.runs;
    assert_eq!(
        (runs.failed, runs.terminated, runs.failed_by_interruption),
        (2, 2, 0)
    );
    assert_eq!(came.target.within.lost, node_secs(100));
}

#[test]
fn marked_nodes_go_when_their_runs_end() {
    let came = shrinking(Deallocation::TaskCompletion);
    assert_eq!(came.runs(), [(Some(250.0), Some(1250.0), Completed); 3]);
    assert_eq!(
        came.leases(),
        [(0, 0.0, 2000.0), (1, 10.0, 1250.0), (2, 10.0, 1250.0)]
    );
    let marked: Vec<(f64, f64)> = came
        .timeline
        .points
        .iter()
        .filter(|point| point.levels.leaving > 0.0)
        .map(|point| (point.from.as_secs_f64(), point.levels.leaving))
        .collect();
    assert_eq!(marked, [(300.0, 2.0)]);
}

#[test]
fn a_run_with_more_nodes_than_are_to_go_ends_the_taking() {
    let settings = Pool {
        min_nodes: 2,
        deallocation: Deallocation::Requeue,
        ..pool(batch(BatchPolicy::PendingTasks { start_nodes: 4 }), 300)
    };
    // Two nodes are to go at 300 s; the gang holds nodes 2, 3 and 0, and comes first by its highest id.
    let runs = workload("runs", &[(250, 3, 1000), (250, 1, 1000)]);
    let came = run(&world(target(settings.kind()), vec![runs], 2000));
    assert_eq!(came.runs(), [(Some(250.0), Some(1250.0), Completed); 2]);
    assert_eq!(came.runs[0].nodes_held, [0, 2, 3]);
    assert_eq!(came.leases()[..2], [(0, 0.0, 1500.0), (1, 0.0, 1500.0)]);
}

#[test]
fn the_books_of_the_tiers_are_apart() {
    let settings = Pool {
        min_nodes: 2,
        low_priority_nodes: 3,
        ..pool(batch(BatchPolicy::Fixed { nodes: 5 }), 300)
    };
    // Nodes 0 and 1 are low-priority ones; at 0 s two dedicated nodes (2, 3) and one more (4) are asked for. The run of
    // 100 s on three nodes from 100 s on takes those that are idle since 30 s: both dedicated ones and node 4.
    let runs = workload("runs", &[(100, 3, 100)]);
    let came = run(&world(target(settings.kind()), vec![runs], 1000));
    assert_eq!(came.runs[0].nodes_held, [2, 3, 4]);
    let (dedicated, low) = (
        came.target.within,
        came.target.low_priority.as_ref().unwrap().within,
    );
    assert_eq!((dedicated.boot, low.boot), (node_secs(40), node_secs(20)));
    assert_eq!((dedicated.run, low.run), (node_secs(200), node_secs(100)));
    // The minimum of 2 is kept by idle dedicated nodes if there are any, and by the run while it lasts.
    let minimum = (dedicated.idle_min_nodes, low.idle_min_nodes);
    assert_eq!(minimum, (node_secs(2 * 870), node_secs(2 * 30)));
    let tail = (dedicated.idle_before_scale_down, low.idle_before_scale_down);
    assert_eq!(tail, (node_secs(0), node_secs(2 * 970 + 870)));
    assert_eq!((came.target.peak_nodes, came.target.spin_ups), (5, 3));
    // Commitments can cover dedicated nodes only.
    assert_eq!(
        kept(&came.target),
        dedicated.parts().iter().map(|time| time.0).sum()
    );
}

#[test]
fn a_run_that_needs_more_than_the_formula_ever_asks_for_is_refused() {
    let settings = pool(batch(BatchPolicy::Fixed { nodes: 3 }), 300);
    let runs = workload("runs", &[(5, 3, 10), (5, 4, 10)]);
    let came = run(&world(target(settings.kind()), vec![runs], 100));
    assert_eq!(came.runs()[1], (None, Some(5.0), Failed));
    assert_eq!(came.runs()[0].2, Completed);
}

/// Three low-priority nodes that are lost once an hour each, for ten hours.
fn losing(policy: BatchPolicy) -> Came {
    let settings = Pool {
        min_nodes: 3,
        low_priority_nodes: 3,
        low_priority_losses_per_hour: 1.0,
        allocation: constant(0),
        ..pool(batch(policy), 900)
    };
    let kind = settings.kind();
    run(&world(
        target(kind),
        vec![workload("none", &[(0, 1, 0)])],
        36_000,
    ))
}

#[test]
fn lost_low_priority_nodes_are_sought_again_at_once() {
    let came = losing(BatchPolicy::Fixed { nodes: 3 });
    let lost: Vec<_> = came
        .leases
        .iter()
        .filter(|lease| lease.ended_by_loss)
        .collect();
    // 30 are to be expected, with a standard deviation of 5.5.
    assert!(lost.len().abs_diff(30) < 25, "{}", lost.len());
    assert_eq!(came.target.nodes_evicted, lost.len() as u64);
    for lease in lost {
        let again = came
            .leases
            .iter()
            .filter(|other| other.requested == lease.released);
        assert_eq!(again.count(), 1);
    }
    // None is dedicated.
    assert_eq!(kept(&came.target), 0);
}

#[test]
fn lost_low_priority_nodes_are_replaced_by_dedicated_ones_at_the_next_evaluation() {
    let came = losing(BatchPolicy::ReplacePreempted { start_nodes: 3 });
    let lost = came.leases.iter().filter(|lease| lease.ended_by_loss);
    let first = lost.map(|lease| lease.released).min().unwrap();
    let next = first.0.next_multiple_of(900_000_000);
    let in_between = came
        .leases
        .iter()
        .filter(|lease| lease.requested > SimTime::ZERO && lease.requested.0 < next);
    assert_eq!(in_between.count(), 0);
    let replaced = came
        .leases
        .iter()
        .filter(|lease| lease.ended_by_loss && lease.released.0 < next);
    // One evaluation later low-priority nodes take their place again.
    let dedicated = came
        .leases
        .iter()
        .filter(|lease| (lease.requested.0, lease.released.0) == (next, next + 900_000_000));
    assert_eq!(dedicated.clone().count(), replaced.count());
    assert!(dedicated.clone().all(|lease| !lease.ended_by_loss));
    let time = dedicated.map(|lease| u128::from(lease.released.since(lease.billed_from).0));
    assert!(kept(&came.target) >= time.sum());
}
