//! Hand-worked examples for quotas that targets share.

use super::cluster_tests::{cluster, gang, run, scenario, spans};
use super::*;

/// A run that goes to a target.
fn to(target: usize, mut run: Run) -> Run {
    run.targets = vec![target];
    run
}

/// Clusters of one vCPU per node that share a quota.
fn shared(limit: u64, clusters: &[Cluster], runs: &[Run]) -> Input {
    let target = |cluster: &Cluster| Target {
        kind: Kind::Cluster(cluster.clone()),
        billing_granularity: 1,
        ..Target::default()
    };
    Input {
        targets: clusters.iter().map(target).collect(),
        quotas: vec![Quota {
            limit,
            members: (0..clusters.len()).collect(),
        }],
        ..scenario(cluster(1, 0, 0, 0), runs)
    }
}

/// The same cluster with a minimum of nodes.
fn with_minimum(min_nodes: u64, cluster: Cluster) -> Cluster {
    Cluster {
        min_nodes,
        ..cluster
    }
}

/// (`billed_from`, released) of a target's leases.
fn leases_of(target: usize, out: &Output) -> Vec<(u64, u64)> {
    let of_target = |lease: &&LeaseOut| lease.target == target;
    let times = |lease: &LeaseOut| (lease.billed_from, lease.released);
    out.leases.iter().filter(of_target).map(times).collect()
}

/// Time in the queue for want of quota of every run.
fn for_quota(out: &Output) -> Vec<u64> {
    out.runs.iter().map(|run| run.queue.quota).collect()
}

/// Time in the queue by cause.
fn causes(provisioning: u64, quota: u64, capacity: u64) -> QueueTime {
    QueueTime {
        provisioning,
        quota,
        capacity,
    }
}

#[test]
fn a_quota_of_five_holds_two_nodes_of_two() {
    let runs = [run(0, 10), run(0, 10), run(0, 10)];
    let mut input = shared(5, &[cluster(4, 0, 5, 0)], &runs);
    input.targets[0].vcpus = 2;
    let out = simulate(&input);
    // Q1: three nodes are wanted at 0, floor(5 / 2) = 2 are requested, ready at 5. At 15 the third
    // run takes node 0; node 1 is surplus then and goes.
    assert_eq!(spans(&out), [(5, 15), (5, 15), (15, 25)]);
    assert_eq!(leases_of(0, &out), [(0, 25), (0, 15)]);
    // Q7: at 0 the head is the first run, its node prepares: provisioning for all three until 5.
    // Then the third is the head, 1 > 0 idle and provisioning, desired 3 > 2: quota until 15.
    assert_eq!(out.runs[0].queue, causes(5, 0, 0));
    assert_eq!(out.runs[2].queue, causes(5, 10, 0));
}

#[test]
fn leaving_nodes_hold_quota() {
    let slow = Cluster {
        leaving: 7,
        ..cluster(1, 0, 5, 3)
    };
    let runs = [to(0, run(0, 10)), to(1, run(2, 10))];
    let out = simulate(&shared(1, &[slow.clone(), slow], &runs));
    // Q1: the first has its node 0..18 (ready 5, run 5..15, idle 15..18), which is gone at 25. Only
    // then can the second request one: ready 30, run 30..40, released 43.
    assert_eq!(spans(&out), [(5, 15), (30, 40)]);
    assert_eq!(leases_of(0, &out), [(0, 18)]);
    assert_eq!(leases_of(1, &out), [(25, 43)]);
    assert_eq!(out.runs[1].queue, causes(5, 23, 0));
    // Leaving does not extend the end.
    assert_eq!((out.targets[0].end, out.targets[1].end), (18, 43));
}

#[test]
fn a_stopped_instance_holds_its_vcpus() {
    // Quota 3, of which the instance, never on, holds 2. The cluster has one node at a time.
    let runs = [run(0, 10), run(0, 10), gang(0, 5, 2)];
    let mut input = shared(3, &[cluster(4, 0, 0, 0)], &runs);
    input.targets.push(Target {
        kind: Kind::Instance(Instance {
            schedule: Some(Schedule {
                initially_on: false,
                changes: Vec::new(),
                on_stop_cancel: false,
            }),
            ..Instance::default()
        }),
        vcpus: 2,
        ..Target::default()
    });
    input.quotas[0].members = vec![0, 1];
    let out = simulate(&input);
    let ends: Vec<_> = out.runs[..2].iter().map(|run| run.ended).collect();
    assert_eq!(ends, [Some(10), Some(20)]);
    assert_eq!(leases_of(0, &out), [(0, 20)]);
    assert_eq!(for_quota(&out), [0, 10, 0]);
    // Q4: floor((3 - 2) / 1) = 1 < 2.
    assert_eq!(out.runs[2].status, Status::Failed);
    assert_eq!((out.runs[2].queued, out.runs[2].ended), (None, Some(0)));
}

#[test]
fn two_quotas_bind_at_once() {
    // A has 4 vCPUs a node, B 2, C 1, D 1. The family {A, B} has 8, the region {A, B, C} has 9, D
    // has no quota.
    let settings = cluster(4, 0, 0, 0);
    let mut runs = vec![to(0, run(0, 100))];
    runs.extend([1, 1, 1].map(|at| to(1, run(at, 10))));
    runs.extend([2, 2, 2].map(|at| to(2, run(at, 20))));
    runs.extend([2, 2, 2].map(|at| to(3, run(at, 20))));
    let clusters = [&settings; 4].map(Clone::clone);
    let mut input = shared(9, &clusters, &runs);
    input.targets[0].vcpus = 4;
    input.targets[1].vcpus = 2;
    input.quotas[0].members = vec![0, 1, 2];
    input.quotas.push(Quota {
        limit: 8,
        members: vec![0, 1],
    });
    let out = simulate(&input);
    let spans = spans(&out);
    assert_eq!(spans[0], (0, 100));
    // At 1 the family has 8 - 4 = 4, the region 9 - 4 = 5: two nodes of B. Its third run takes one
    // of them at 11.
    assert_eq!(spans[1..4], [(1, 11), (1, 11), (11, 21)]);
    // At 2 the region has 9 - 4 - 4 = 1: one node of C. At 11 B gives a node up, its 2 go to C.
    assert_eq!(spans[4..7], [(2, 22), (11, 31), (11, 31)]);
    // D has what it wants.
    assert_eq!(spans[7..], [(2, 22), (2, 22), (2, 22)]);
    assert_eq!(for_quota(&out), [0, 0, 0, 10, 0, 9, 9, 0, 0, 0]);
}

#[test]
fn free_quota_goes_to_the_oldest_head() {
    // The third cluster, last in order, holds the only vCPU until 10 and gives it up in its own
    // pass, after those of the others: Q2, they get it at that instant all the same. B's head is
    // older than A's.
    let clusters = [&cluster(1, 0, 0, 0); 3].map(Clone::clone);
    let runs = [to(2, run(0, 10)), to(0, run(5, 10)), to(1, run(3, 10))];
    let out = simulate(&shared(1, &clusters, &runs));
    assert_eq!(spans(&out), [(0, 10), (20, 30), (10, 20)]);
    assert_eq!(for_quota(&out), [0, 15, 7]);
    // Of equal age: in scenario order.
    let runs = [to(2, run(0, 10)), to(1, run(5, 10)), to(0, run(5, 10))];
    let out = simulate(&shared(1, &clusters, &runs));
    assert_eq!(spans(&out), [(0, 10), (20, 30), (10, 20)]);
    // The age is that of the head: A's run of 3 stands behind its urgent one of 6, and so B's of 5
    // is first. At 20 A's is first again; A has one node for both, from 20 to 40.
    let urgent = Run {
        priority: 1,
        ..run(6, 10)
    };
    let runs = [
        to(2, run(0, 10)),
        to(0, run(3, 10)),
        to(0, urgent),
        to(1, run(5, 10)),
    ];
    let out = simulate(&shared(1, &clusters, &runs));
    assert_eq!(spans(&out), [(0, 10), (30, 40), (20, 30), (10, 20)]);
}

#[test]
fn a_target_without_a_queue_gets_quota_last() {
    // M's minimum node is lost at 10, and B's run of 5 gets the vCPU, although M comes first in the
    // scenario. When B gives it up at 15, M has it.
    let minimum = Cluster {
        lives: vec![10],
        ..with_minimum(1, cluster(1, 0, 0, 1000))
    };
    let mut input = shared(1, &[minimum, cluster(1, 0, 0, 0)], &[to(1, run(5, 5))]);
    input.horizon = 20;
    let out = simulate(&input);
    assert_eq!(spans(&out), [(10, 15)]);
    assert_eq!(leases_of(0, &out), [(0, 10), (15, 20)]);
    assert_eq!(leases_of(1, &out), [(10, 15)]);
}

#[test]
fn two_clusters_hold_what_the_gang_of_the_other_needs() {
    // Quota 4. Each cluster ends two 1-node runs and then queues a 3-node run.
    let settings = cluster(4, 0, 10, 60);
    let mut runs = [0, 0, 1, 1].map(|at| to(at, run(0, 20))).to_vec();
    runs.push(to(0, gang(50, 30, 3)));
    runs.push(to(1, gang(55, 30, 3)));
    let out = simulate(&shared(4, &[settings.clone(), settings], &runs));
    // Two nodes each, ready at 10, idle from 30, past their timeout at 90. A's head of 50 lacks 1
    // node, B's of 55 lacks 1. At 90 A is the older: B's node 1 goes (idle as long as node 0, but
    // the higher id), A requests its third node, ready at 100: A's gang 100..130.
    // B now lacks 2. A's nodes idle from 130, without demand, go at 190: B requests two, ready at
    // 200: B's gang 200..230; its nodes go at 290.
    let gangs = [(100, 130), (200, 230)];
    assert_eq!(spans(&out)[4..], gangs);
    assert_eq!(leases_of(0, &out), [(0, 190), (0, 190), (90, 190)]);
    assert_eq!(
        leases_of(1, &out),
        [(0, 290), (0, 90), (190, 290), (190, 290)]
    );
    // A: quota 50..90, provisioning 90..100. B: quota 55..190, provisioning 190..200.
    assert_eq!(out.runs[4].queue, causes(10, 40, 0));
    assert_eq!(out.runs[5].queue, causes(10, 135, 0));
}

#[test]
fn what_leaves_counts_as_on_its_way() {
    // The same with `leaving` = 7: at 90 A's need of 1 fits into the node that leaves, so B keeps
    // the other. A requests at 97: gang 107..137, nodes idle until 197, gone at 204: B 214..244.
    let settings = Cluster {
        leaving: 7,
        ..cluster(4, 0, 10, 60)
    };
    let mut runs = [0, 0, 1, 1].map(|at| to(at, run(0, 20))).to_vec();
    runs.push(to(0, gang(50, 30, 3)));
    runs.push(to(1, gang(55, 30, 3)));
    let out = simulate(&shared(4, &[settings.clone(), settings], &runs));
    assert_eq!(spans(&out)[4..], [(107, 137), (214, 244)]);
    assert_eq!(leases_of(0, &out), [(0, 197), (0, 197), (97, 197)]);
    assert_eq!(
        leases_of(1, &out),
        [(0, 304), (0, 90), (204, 304), (204, 304)]
    );
    assert_eq!(out.runs[4].queue, causes(10, 47, 0));
    assert_eq!(out.runs[5].queue, causes(10, 149, 0));
}

#[test]
fn the_youngest_gives_way_first() {
    // Five clusters, quota 4, timeout 80. All but X hold one minimum node, idle from 0: D and E
    // have no head, B's is of 60, C's of 70; X's is of 50 and needs 1 to 4 nodes.
    let minimum = with_minimum(1, cluster(4, 0, 0, 80));
    let mut clusters = vec![cluster(4, 0, 0, 80)];
    clusters.extend([&minimum; 4].map(Clone::clone));
    let with_need = |nodes| {
        let runs = [
            to(0, gang(50, 10, nodes)),
            to(1, gang(60, 10, 2)),
            to(2, gang(70, 10, 2)),
        ];
        let out = simulate(&shared(4, &clusters, &runs));
        assert_eq!(spans(&out)[0], (80, 90));
        // Whether the first nodes of B, C, D, E go at 80.
        let goes = [1, 2, 3, 4].map(|target| leases_of(target, &out)[0].1 == 80);
        (goes, spans(&out)[1..].to_vec())
    };
    // The node of E, the later one without a head, goes for X, D's then for B, which runs at once.
    // C lacks one until X and B, without demand from 90 on, give theirs up at 170.
    let runs = vec![(80, 90), (170, 180)];
    assert_eq!(with_need(1), ([false, false, true, true], runs));
    // E and D go for X, C's node then for B. C lacks two, and has X's at 170.
    let runs = vec![(80, 90), (170, 180)];
    assert_eq!(with_need(2), ([false, true, true, true], runs));
    // E, D and C go for X; for B nobody younger has a node left. At 170 B has one of X's three, C
    // the other two.
    let runs = vec![(170, 180), (170, 180)];
    assert_eq!(with_need(3), ([false, true, true, true], runs));
    // All four go for X. At 170 its four nodes serve both.
    let runs = vec![(170, 180), (170, 180)];
    assert_eq!(with_need(4), ([true, true, true, true], runs));
}

#[test]
fn the_minimum_does_not_protect() {
    // D and E hold one minimum node each, quota 2, timeout 80. X needs one node from 50 on: at 80
    // E's goes (of two without a head the later), D's stays. X's node goes at 90 + 80 = 170; E's
    // own end was 80.
    let minimum = with_minimum(1, cluster(4, 0, 0, 80));
    let clusters = [cluster(4, 0, 0, 80), minimum.clone(), minimum];
    let out = simulate(&shared(2, &clusters, &[to(0, run(50, 10))]));
    assert_eq!(spans(&out), [(80, 90)]);
    assert_eq!(leases_of(0, &out), [(80, 170)]);
    assert_eq!(leases_of(1, &out), [(0, 51)]);
    assert_eq!(leases_of(2, &out), [(0, 80)]);
    // With a later horizon E has its minimum again when X gives its vCPU up.
    let mut input = shared(2, &clusters, &[to(0, run(50, 10))]);
    input.horizon = 200;
    let out = simulate(&input);
    assert_eq!(leases_of(2, &out), [(0, 80), (170, 200)]);
}

#[test]
fn a_head_that_waits_for_its_own_nodes_takes_none() {
    // A may have 3 nodes, D has three minimum nodes, idle from 0, timeout 20. A's first run has two
    // nodes until 100; its gang of three lacks min(3, 3 - 2) = 1 node for want of quota. A quota of
    // 6 has that one free: D gives none.
    let clusters = [cluster(3, 0, 0, 0), with_minimum(3, cluster(3, 0, 0, 20))];
    let goes = |limit, runs: &[Run]| {
        let out = simulate(&shared(limit, &clusters, runs));
        let at_20 = |lease: &&LeaseOut| lease.target == 1 && lease.released == 20;
        let count = out.leases.iter().filter(at_20).count();
        (spans(&out)[1], count)
    };
    let held = to(0, gang(0, 100, 2));
    let runs = [held.clone(), to(0, gang(10, 5, 3)), to(1, run(30, 1))];
    assert_eq!(goes(6, &runs), ((100, 105), 0));
    // With a quota of 5 one of D's goes at 20, not three.
    assert_eq!(goes(5, &runs), ((100, 105), 1));
    // With the third node occupied too, the gang waits for `max_nodes` alone: none.
    let all = to(0, gang(0, 100, 3));
    let runs = [all, to(0, gang(10, 5, 3)), to(1, run(30, 1))];
    assert_eq!(goes(6, &runs), ((100, 105), 0));
}

#[test]
fn the_longest_idle_gives_way_first() {
    // D's run has node 0 until 30; nodes 1 and 2 are idle from 0. X needs one node from 50 on: at
    // 80 node 2 goes, idle as long as node 1, but the higher id. For a second node: node 1.
    let clusters = [cluster(4, 0, 0, 80), with_minimum(3, cluster(3, 0, 0, 80))];
    // A third one, node 0, is past its timeout at 30 + 80 = 110 only, and X waits for it with two.
    // X's nodes go 80 after its end, and D has its minimum again.
    let with_need = |nodes| {
        let runs = [to(1, run(0, 30)), to(0, gang(50, 10, nodes))];
        let mut input = shared(3, &clusters, &runs);
        input.horizon = 300;
        let out = simulate(&input);
        (spans(&out)[1], leases_of(1, &out))
    };
    let (span, leases) = with_need(1);
    assert_eq!(span, (80, 90));
    assert_eq!(leases, [(0, 300), (0, 300), (0, 80), (170, 300)]);
    let (span, leases) = with_need(2);
    assert_eq!(span, (80, 90));
    assert_eq!(leases[..3], [(0, 300), (0, 80), (0, 80)]);
    assert_eq!(leases[3..], [(170, 300), (170, 300)]);
    let (span, leases) = with_need(3);
    assert_eq!(span, (110, 120));
    assert_eq!(leases[..3], [(0, 110), (0, 80), (0, 80)]);
    assert_eq!(leases[3..], [(200, 300), (200, 300), (200, 300)]);
}

#[test]
fn no_older_head_gives_way() {
    // Quota 4, timeout 0. A's gang of three gets two nodes at 10 and the third at 100; B's gang of
    // two, of the same instant but later in the scenario, has one at 10 and lacks one.
    let slow = Cluster {
        boots: vec![(0, 10), (0, 10), (0, 100)],
        ..cluster(3, 0, 10, 0)
    };
    let runs = [to(0, gang(0, 20, 3)), to(1, gang(0, 20, 2))];
    let out = simulate(&shared(4, &[slow, cluster(2, 0, 10, 0)], &runs));
    // A's head is not starved, three nodes are there or on their way; yet its two idle nodes, past
    // their timeout at 10, stay. A runs 100..120 on the nodes it has, gives them up, and B's second
    // node, requested at 120, comes at 130.
    assert_eq!(spans(&out), [(100, 120), (130, 150)]);
    assert_eq!(leases_of(0, &out), [(0, 120), (0, 120), (0, 120)]);
    assert_eq!(leases_of(1, &out), [(0, 150), (120, 150)]);
    assert_eq!(out.targets[0].spin_ups, 3);
}

#[test]
fn what_is_released_for_a_head_is_set_aside() {
    // X has 4 vCPUs a node, D four minimum nodes of 1, the quota is 4. D's nodes are idle from 10,
    // 20, 30 (after runs) and 0 on, timeout 50, boot 5. X's run is of 40.
    let runs = [
        to(1, run(0, 10)),
        to(1, run(0, 20)),
        to(1, run(0, 30)),
        to(0, run(40, 10)),
    ];
    let clusters = [cluster(1, 0, 0, 0), with_minimum(4, cluster(4, 0, 5, 50))];
    let mut input = shared(4, &clusters, &runs);
    input.targets[0].vcpus = 4;
    input.horizon = 100;
    let out = simulate(&input);
    // They go at 60, 70, 80 and 50. If D, which lacks its minimum, could have the first three back,
    // there would never be four at once. So X has its node at 80, until 90, and D its minimum then,
    // ready at 95.
    assert_eq!(spans(&out)[3], (80, 90));
    assert_eq!(leases_of(0, &out), [(80, 90)]);
    let gone = [(0, 60), (0, 70), (0, 80), (0, 50)];
    let again = [(90, 100); 4];
    assert_eq!(leases_of(1, &out), [gone, again].concat());
    assert_eq!(out.runs[3].queue, causes(0, 40, 0));
}

#[test]
fn younger_targets_have_what_is_not_set_aside() {
    // X has 4 vCPUs a node, D two minimum nodes of 1, idle from 0, timeout 50; B's two nodes of 1
    // are busy 10..70 and 30..200. The quota is 5. X's run of 20 lacks 4; from 30 on 1 is free.
    let runs = [to(2, run(10, 60)), to(0, run(20, 10)), to(2, run(30, 170))];
    let clusters = [
        cluster(1, 0, 0, 0),
        with_minimum(2, cluster(2, 0, 0, 50)),
        cluster(4, 0, 0, 0),
    ];
    let mut input = shared(5, &clusters, &runs);
    input.targets[0].vcpus = 4;
    input.horizon = 300;
    let out = simulate(&input);
    // At 50 both nodes of D go: 3 are free, 2 of them set aside, and D takes one back, idle 50..100.
    // At 70 B gives one up: again 3 free, 2 set aside, D takes one back, 70..120. At 100 D's first
    // goes: 3 free, all set aside. At 120 the second goes: 4 free, and X has its node until 130.
    assert_eq!(spans(&out), [(10, 70), (120, 130), (30, 200)]);
    assert_eq!(for_quota(&out), [0, 100, 0]);
    let leases = [
        (0, 50),
        (0, 50),
        (50, 100),
        (70, 120),
        (130, 300),
        (130, 300),
    ];
    assert_eq!(leases_of(1, &out), leases);
}

#[test]
fn a_run_larger_than_its_quotas_fails() {
    // 2 vCPUs a node. Quotas of 7 and of 9, the first with an instance of 2: floor((7 - 2) / 2) = 2
    // and floor(9 / 2) = 4, so at most 2 of `max_nodes` = 8.
    let runs = [gang(0, 10, 3), gang(0, 10, 2)];
    let mut input = shared(7, &[cluster(8, 0, 0, 0)], &runs);
    input.targets[0].vcpus = 2;
    input.targets.push(Target {
        kind: Kind::Instance(Instance::default()),
        vcpus: 2,
        ..Target::default()
    });
    input.quotas[0].members = vec![0, 1];
    input.quotas.push(Quota {
        limit: 9,
        members: vec![0],
    });
    let status = |input: &Input| simulate(input).runs.iter().map(|r| r.status).collect();
    let statuses: Vec<Status> = status(&input);
    assert_eq!(statuses, [Status::Failed, Status::Completed]);
    // One vCPU more, and three nodes fit.
    input.quotas[0].limit = 8;
    let statuses: Vec<Status> = status(&input);
    assert_eq!(statuses, [Status::Completed, Status::Completed]);
}

#[test]
fn a_quota_that_the_minimum_fills_is_enough() {
    // Q5: 1 for the instance, 2 for the minimum; the gang of two runs on it.
    let minimum = with_minimum(2, cluster(4, 0, 0, 0));
    let mut input = shared(3, &[minimum], &[gang(5, 10, 2), run(6, 10)]);
    input.targets.push(Target {
        kind: Kind::Instance(Instance::default()),
        ..Target::default()
    });
    input.quotas[0].members = vec![0, 1];
    let out = simulate(&input);
    assert_eq!(spans(&out), [(5, 15), (15, 25)]);
    assert_eq!(out.targets[0].spin_ups, 0);
}

#[test]
#[should_panic(expected = "the quota has no room for the minimum")]
fn a_quota_below_the_minimum_is_refused() {
    let minimum = with_minimum(2, cluster(4, 0, 0, 0));
    simulate(&shared(3, &[minimum.clone(), minimum], &[run(0, 1)]));
}

#[test]
#[should_panic(expected = "the quota has no room for a node of target 0")]
fn a_quota_below_one_node_is_refused() {
    let mut input = shared(3, &[cluster(4, 0, 0, 0)], &[run(0, 1)]);
    input.targets[0].vcpus = 4;
    simulate(&input);
}

#[test]
fn a_canceled_request_frees_its_quota() {
    // Quota 2. Two runs of A: node 0 comes at once, node 1 has an allocation of 20. Node 0 serves
    // both, 0..5 and 5..10, so node 1 is canceled at 5; B's run of 1 waits for its vCPU.
    let mut canceling = Cluster {
        surplus_provisioning: SurplusProvisioning::Cancel,
        leaving: 6,
        boots: vec![(0, 0), (20, 10)],
        ..cluster(2, 0, 0, 0)
    };
    let runs = [to(0, run(0, 5)), to(0, run(0, 5)), to(1, run(1, 3))];
    let with = |canceling: &Cluster| {
        let clusters = [canceling.clone(), cluster(1, 0, 0, 0)];
        simulate(&shared(2, &clusters, &runs))
    };
    // Q6: in its allocation: free at once.
    let out = with(&canceling);
    assert_eq!(spans(&out), [(0, 5), (5, 10), (5, 8)]);
    assert_eq!(leases_of(0, &out), [(0, 10)]);
    // In its boot, billed 3..5: it leaves until 11.
    canceling.boots[1] = (3, 20);
    let out = with(&canceling);
    assert_eq!(spans(&out), [(0, 5), (5, 10), (11, 14)]);
    assert_eq!(leases_of(0, &out), [(0, 10), (3, 5)]);
    assert_eq!(out.runs[2].queue, causes(0, 10, 0));
}

#[test]
fn queue_time_is_put_down_to_its_cause() {
    // Quota 2; B holds one vCPU until 30. A: boot 10, at most two nodes, three runs at 0.
    let runs = [
        to(0, run(0, 30)),
        to(1, run(0, 100)),
        to(1, run(0, 100)),
        to(1, run(0, 5)),
    ];
    // B is first in the scenario, so that it has its vCPU at 0.
    let clusters = [cluster(1, 0, 0, 0), cluster(2, 0, 10, 0)];
    let out = simulate(&shared(2, &clusters, &runs));
    assert_eq!(spans(&out), [(0, 30), (10, 110), (40, 140), (110, 115)]);
    // 0..10: the first run's node prepares. 10..30: the second is the head, desired 2 > 1. 30..40:
    // its node prepares.
    assert_eq!(out.runs[1].queue, causes(10, 0, 0));
    assert_eq!(out.runs[2].queue, causes(20, 20, 0));
    // The third the same, and 40..110 as the head: desired = min(2 + 1, 2) = 2 nodes are there.
    assert_eq!(out.runs[3].queue, causes(20, 20, 70));
}

#[test]
fn queue_time_at_an_instance() {
    // Off until 20, boot 5, one slot: 20 off, 5 boot, and the second waits 10 for the slot.
    let office = Instance {
        boot: 5,
        schedule: Some(Schedule {
            initially_on: false,
            changes: vec![(20, true)],
            on_stop_cancel: false,
        }),
        ..Instance::default()
    };
    let mut input = scenario(cluster(1, 0, 0, 0), &[run(0, 10), run(0, 10)]);
    input.targets[0].kind = Kind::Instance(office.clone());
    let out = simulate(&input);
    assert_eq!(spans(&out), [(25, 35), (35, 45)]);
    assert_eq!(out.runs[0].queue, causes(5, 0, 20));
    assert_eq!(out.runs[1].queue, causes(5, 0, 30));
    // Never on: the run waits until the target's end, here the horizon.
    let never = Instance {
        schedule: Some(Schedule {
            initially_on: false,
            changes: Vec::new(),
            on_stop_cancel: false,
        }),
        ..office
    };
    input.targets[0].kind = Kind::Instance(never);
    input.horizon = 7;
    assert_eq!(simulate(&input).runs[0].queue, causes(0, 0, 7));
}
