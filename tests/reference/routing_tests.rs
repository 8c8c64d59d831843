//! Hand-worked examples for runs that may go to several targets.

use super::cluster_tests::{cluster, gang, run, scenario, spans};
use super::*;

/// The run may go to these targets.
fn to(targets: &[usize], mut run: Run) -> Run {
    run.targets = targets.to_vec();
    run
}

/// A scenario of several clusters.
fn clusters(clusters: &[Cluster], runs: &[Run]) -> Input {
    let target = |cluster: &Cluster| Target {
        kind: Kind::Cluster(cluster.clone()),
        billing_granularity: 1,
        ..Target::default()
    };
    Input {
        targets: clusters.iter().map(target).collect(),
        ..scenario(cluster(1, 0, 0, 0), runs)
    }
}

/// Where each run went.
fn routes(out: &Output) -> Vec<usize> {
    out.runs.iter().map(|run| run.target).collect()
}

#[test]
fn overflow_and_the_fallback_to_the_last() {
    // A low-priority cluster of two nodes, whose first is lost at 4, before a dedicated one of one
    // node.
    let low_priority = Cluster {
        lives: vec![4],
        ..cluster(2, 0, 0, 0)
    };
    let runs = [0, 0, 0, 0, 3, 10, 12].map(|at| {
        let run = to(&[0, 1], run(at, 10));
        Run {
            on_loss: OnLoss::Requeue,
            ..run
        }
    });
    let out = simulate(&clusters(&[low_priority, cluster(1, 0, 0, 0)], &runs));
    // R1: 0 + 1 and 1 + 1 are at most 2: the first two go to the first, the third to the second,
    // the fourth and the one of 3 find room nowhere and go to the last. At 4 the first run loses
    // its node and (R3) begins again on the same cluster: 4..14. At 10 the second run's node is
    // free: the run of 10 goes there, 10..20. At 12 both clusters are full.
    assert_eq!(routes(&out), [0, 0, 1, 1, 1, 0, 1]);
    let ends: Vec<_> = out.runs.iter().map(|run| run.ended.unwrap()).collect();
    assert_eq!(ends, [14, 10, 10, 20, 30, 20, 40]);
    assert_eq!((out.runs[0].losses, out.runs[0].lost), (1, 4));
    assert_eq!(out.targets[1].nodes_evicted, 0);
}

#[test]
fn room_counts_nodes_in_use_and_asked_for() {
    // Both clusters have 4 nodes. A gang of 3 is on the first; one of 2 does not fit beside it, one
    // of 1 does. At 5 a gang of 4 fits nowhere and goes to the last.
    let list = &[0, 1];
    let runs = [
        to(list, gang(0, 20, 3)),
        to(list, gang(1, 20, 2)),
        to(list, gang(2, 20, 1)),
        to(list, gang(5, 20, 4)),
        to(list, gang(20, 20, 2)),
        to(list, gang(20, 20, 2)),
    ];
    let slow = cluster(4, 0, 0, 0);
    let out = simulate(&clusters(&[slow.clone(), slow], &runs));
    // At 20 the gang of 3 has just ended (rank 0): 1 + 2 <= 4. The next finds 1 + 2 queued + 2 > 4.
    assert_eq!(routes(&out), [0, 1, 0, 1, 0, 1]);
    // The second cluster: 1..21 on two; the gang of 4 waits for all four; the last behind it.
    assert_eq!(
        spans(&out),
        [(0, 20), (1, 21), (2, 22), (21, 41), (20, 40), (41, 61)]
    );
}

#[test]
fn room_is_what_quota_leaves() {
    // The first cluster has 2 vCPUs a node and up to 4 nodes, the third holds 2 of the quota of 5
    // that they share: room for floor(3 / 2) = 1 node.
    let four = cluster(4, 0, 0, 0);
    let list = &[0, 1];
    let runs = [
        to(&[2], gang(0, 30, 2)),
        to(list, run(1, 10)),
        to(list, run(1, 10)),
        to(list, run(5, 20)),
        to(list, run(30, 10)),
        to(list, run(30, 10)),
    ];
    let mut input = clusters(&[four.clone(), four.clone(), four], &runs);
    input.targets[0].vcpus = 2;
    input.quotas = vec![Quota {
        limit: 5,
        members: vec![0, 2],
    }];
    let out = simulate(&input);
    // At 1 the first run queues for that node, and the second is one too many. At 5 one node is in
    // use and 1 vCPU free: room for 1 + floor(1 / 2) = 1 node. At 30 the third cluster gives its
    // two up, but after the submissions: 3 are free, room for one node again.
    assert_eq!(routes(&out), [2, 0, 1, 1, 0, 1]);
    let on_time = [(0, 30), (1, 11), (1, 11), (5, 25), (30, 40), (30, 40)];
    assert_eq!(spans(&out), on_time);
}

#[test]
fn nodes_that_are_there_are_room_within_a_quota() {
    // Quota 2, 2 vCPUs a node. The first run's node is idle 10..60 and nothing is free, yet the run
    // of 20 has room for 1 + 0 nodes; the other of 20 overflows.
    let one = cluster(4, 0, 0, 50);
    let runs = [0, 20, 20].map(|at| to(&[0, 1], run(at, 10)));
    let mut input = clusters(&[one.clone(), one], &runs);
    input.targets[0].vcpus = 2;
    input.quotas = vec![Quota {
        limit: 2,
        members: vec![0],
    }];
    let out = simulate(&input);
    assert_eq!(routes(&out), [0, 0, 1]);
    assert_eq!(spans(&out), [(0, 10), (20, 30), (20, 30)]);
}

#[test]
fn leaving_nodes_take_room_until_they_are_gone() {
    // One vCPU, shared by the first and the third cluster. The third's node ends at 10 and is gone
    // at 15. Runs of 14 and 15: the first overflows, the second (rank 4 after 3) does not. An image
    // that is ready at 15 (rank 1 before 3) still finds no room.
    let list = &[0, 1];
    let leaving = Cluster {
        leaving: 5,
        ..cluster(1, 0, 0, 0)
    };
    let one = cluster(1, 0, 0, 0);
    let waiting = Run {
        environment: Some(0),
        ..to(list, run(5, 1))
    };
    let runs = [
        to(&[2], run(0, 10)),
        to(list, run(14, 1)),
        to(list, run(15, 1)),
        waiting,
    ];
    let mut input = clusters(&[one.clone(), one, leaving], &runs);
    input.quotas = vec![Quota {
        limit: 1,
        members: vec![0, 2],
    }];
    input.environments = vec![Environment {
        image_build: 10,
        image_pull: 0,
    }];
    let out = simulate(&input);
    assert_eq!(routes(&out), [2, 1, 0, 1]);
    assert_eq!(spans(&out), [(0, 10), (14, 15), (15, 16), (15, 16)]);
}

#[test]
fn an_instance_has_room_for_its_slots() {
    // Two slots, off until 50: its room is counted all the same. A gang of two passes it over.
    let instance = Instance {
        slots: 2,
        schedule: Some(Schedule {
            initially_on: false,
            changes: vec![(50, true)],
            on_stop_cancel: false,
        }),
        ..Instance::default()
    };
    let list = &[0, 1];
    let mut runs = [0, 0, 0, 55].map(|at| to(list, run(at, 10))).to_vec();
    runs.push(to(list, gang(0, 10, 2)));
    let mut input = clusters(&[cluster(1, 0, 0, 0), cluster(4, 0, 0, 0)], &runs);
    input.targets[0].kind = Kind::Instance(instance);
    let out = simulate(&input);
    assert_eq!(routes(&out), [0, 0, 1, 1, 1]);
    let starts = [(50, 60), (50, 60), (0, 10), (55, 65), (0, 10)];
    assert_eq!(spans(&out), starts);
}

#[test]
fn a_run_is_routed_when_it_joins_a_queue() {
    // At its submission at 0 the first cluster is full, at 50, when its image is ready, it is not.
    let list = &[0, 1];
    let waiting = Run {
        environment: Some(0),
        ..to(list, run(0, 10))
    };
    let one = cluster(1, 0, 0, 0);
    let runs = [to(list, run(0, 20)), waiting, to(list, run(45, 10))];
    let mut input = clusters(&[one.clone(), one], &runs);
    input.environments = vec![Environment {
        image_build: 50,
        image_pull: 0,
    }];
    let out = simulate(&input);
    // The run of 45 has the first cluster until 55, so the second is right at 50; without it the
    // first.
    assert_eq!(routes(&out), [0, 1, 0]);
    input.runs.pop();
    let out = simulate(&input);
    assert_eq!(routes(&out), [0, 0]);
    assert_eq!(spans(&out), [(0, 20), (50, 60)]);
}

#[test]
fn the_maximum_duration_is_that_of_the_target_it_went_to() {
    let list = &[0, 1];
    let one = cluster(1, 0, 0, 0);
    let runs = [to(list, run(0, 20)), to(list, run(0, 20))];
    let mut input = clusters(&[one.clone(), one], &runs);
    input.targets[1].max_run_duration = Some(5);
    let out = simulate(&input);
    assert_eq!(spans(&out), [(0, 20), (0, 5)]);
    assert_eq!(out.runs[1].status, Status::Canceled);
}

#[test]
fn targets_that_are_too_small_are_passed_over() {
    // R2: 2, 4 and 3 nodes at most.
    let sizes = [2, 4, 3].map(|most| cluster(most, 0, 0, 0));
    let list = &[0, 1, 2, 0];
    let runs = [
        to(list, gang(0, 10, 3)),
        to(list, gang(0, 10, 3)),
        to(list, gang(0, 10, 4)),
        to(list, gang(0, 10, 5)),
        to(list, gang(0, 10, 3)),
    ];
    let out = simulate(&clusters(&sizes, &runs));
    // Three: the second of the list, then the third; four: only the second can ever take it, though
    // it has no room; five: nobody, counted at the first; three again: no room, so the last that
    // can take it, which is not the last of the list.
    assert_eq!(routes(&out), [1, 2, 1, 0, 2]);
    let status: Vec<_> = out.runs.iter().map(|run| run.status).collect();
    assert_eq!(status[3], Status::Failed);
    assert_eq!(out.runs[3].ended, Some(0));
    let assigned: Vec<_> = out.runs.iter().map(|run| run.assigned).collect();
    assert_eq!(assigned, [Some(0), Some(0), Some(10), None, Some(10)]);
}

#[test]
fn quota_makes_a_target_too_small() {
    // The first cluster could have 4 nodes, but 2 vCPUs a node and a quota of 5 make it 2.
    let four = cluster(4, 0, 0, 0);
    let list = &[0, 1];
    let runs = [to(list, gang(0, 10, 3)), to(list, gang(0, 10, 2))];
    let mut input = clusters(&[four.clone(), four], &runs);
    input.targets[0].vcpus = 2;
    input.quotas = vec![Quota {
        limit: 5,
        members: vec![0],
    }];
    assert_eq!(routes(&simulate(&input)), [1, 0]);
}

#[test]
fn a_run_stays_with_its_target_after_a_loss() {
    // Lost at 5; the second cluster is empty, yet the run waits for the first one's next node,
    // ready at 25, and one submitted at 5 overflows.
    let low_priority = Cluster {
        boots: vec![(0, 0)],
        lives: vec![5],
        ..cluster(1, 0, 20, 0)
    };
    let first = Run {
        on_loss: OnLoss::Requeue,
        ..to(&[0, 1], run(0, 10))
    };
    let runs = [first, to(&[0, 1], run(5, 10))];
    let out = simulate(&clusters(&[low_priority, cluster(1, 0, 0, 0)], &runs));
    assert_eq!(routes(&out), [0, 1]);
    assert_eq!(out.runs[0].ended, Some(35));
    assert_eq!(spans(&out)[1], (5, 15));
}
