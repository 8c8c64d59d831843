//! Hand-worked examples for idle nodes: which one is taken, what its time counts as, how leases are
//! rounded.

use super::cluster_tests::{cluster, gang, leases, run, scenario, spans};
use super::*;

#[test]
fn the_idle_kinds_at_one_instant() {
    // min 3, max 6. At 0 a run takes one node until 50: two idle. At 10 a gang of five comes:
    // desired 6, three nodes more, two of them at 20, one at 40.
    let settings = Cluster {
        min_nodes: 3,
        boots: vec![(0, 10), (0, 10), (0, 30)],
        ..cluster(6, 0, 0, 5)
    };
    let out = simulate(&scenario(settings, &[run(0, 50), gang(10, 10, 5)]));
    assert_eq!(spans(&out), [(0, 50), (40, 50)]);
    let t = &out.targets[0];
    // 0..10: occupied 1, idle 2, minimum 3 - 1 = 2: 20. 10..20: idle 2, gang 2: 20. 20..40: idle 4,
    // gang 4: 80. 50..55: idle 6, minimum 3, tail 3: 15 and 15. Then down to 3 and the end, 55.
    assert_eq!(t.end, 55);
    assert_eq!(
        (
            t.total().idle_gang_assembly,
            t.total().idle_min_nodes,
            t.total().idle_before_scale_down
        ),
        (100, 35, 15)
    );
    assert_eq!((t.total().boot, t.total().run), (50, 100));
    // The parts add up to the leases: 3 x 55 + 3 x 45 = 300 = 50 + 100 + 100 + 35 + 15.
    let leased: u64 = out.leases.iter().map(|l| l.released - l.billed_from).sum();
    assert_eq!(leased, 300);
}

#[test]
fn idle_gang_assembly_is_at_most_what_the_head_needs() {
    // A head of three nodes with two idle: min(2, 3) = 2 wait; with min 4 and 1 occupied the rest
    // of the minimum is max(0, 4 - 1 - 2) = 1, but no node is left for it.
    let settings = Cluster {
        min_nodes: 4,
        ..cluster(4, 0, 0, 5)
    };
    let runs = [gang(0, 20, 2), gang(5, 10, 3)];
    let out = simulate(&scenario(settings, &runs));
    assert_eq!(spans(&out), [(0, 20), (20, 30)]);
    let t = &out.targets[0];
    // 0..5: two idle, minimum 4 - 2 = 2: 10. 5..20: two wait: 30. 20..30: one idle, minimum 4 - 3 =
    // 1: 10.
    assert_eq!(
        (
            t.end,
            t.total().idle_gang_assembly,
            t.total().idle_min_nodes
        ),
        (30, 30, 20)
    );
    assert_eq!(t.total().idle_before_scale_down, 0);
}

#[test]
fn idle_node_choice() {
    // Three nodes: at 0 a gang of two (nodes 0, 1) until 10 and a run (node 2) until 20. At 30 one
    // node is needed.
    let runs = [gang(0, 10, 2), run(0, 20), run(30, 5)];
    let mut settings = cluster(3, 0, 0, 25);
    let out = simulate(&scenario(settings.clone(), &runs));
    // Most recently idle: node 2. Nodes 1 and 0 go at 35, node 2 at 60.
    assert_eq!(out.runs[2].nodes_held, [2]);
    assert_eq!(leases(&out), [(0, 0, 35), (1, 0, 35), (2, 0, 60)]);
    // Least recently idle: nodes 0 and 1 since 10, the lowest id: node 0. Node 1 goes at 35, 2 at
    // 45, 0 at 60.
    settings.idle_node_choice = IdleNodeChoice::LeastRecentlyIdle;
    let out = simulate(&scenario(settings, &runs));
    assert_eq!(out.runs[2].nodes_held, [0]);
    assert_eq!(leases(&out), [(0, 0, 60), (1, 0, 35), (2, 0, 45)]);
}

#[test]
fn the_lowest_id_first_also_under_most_recently_idle() {
    let settings = Cluster {
        min_nodes: 3,
        ..cluster(3, 0, 0, 25)
    };
    let out = simulate(&scenario(settings, &[run(4, 5), gang(5, 5, 2)]));
    assert_eq!(out.runs[0].nodes_held, [0]);
    assert_eq!(out.runs[1].nodes_held, [1, 2]);
}

#[test]
fn minimum_nodes_stay() {
    let settings = Cluster {
        min_nodes: 2,
        ..cluster(4, 0, 10, 5)
    };
    let out = simulate(&scenario(settings, &[gang(100, 50, 3)]));
    // Node 2 is requested at 100 and comes at 110; the gang runs 110..160. At 165 one of three idle
    // nodes goes: all idle since 160, the highest id first. End = 165; the others are closed there.
    assert_eq!(spans(&out), [(110, 160)]);
    assert_eq!(leases(&out), [(0, 0, 165), (1, 0, 165), (2, 100, 165)]);
    let t = &out.targets[0];
    assert_eq!((t.end, t.spin_ups, t.peak_nodes), (165, 1, 3));
    // 0..100: two minimum nodes. 100..110: both wait for the gang. 160..165: two minimum, one tail.
    assert_eq!(
        (
            t.total().idle_gang_assembly,
            t.total().idle_min_nodes,
            t.total().idle_before_scale_down
        ),
        (20, 210, 5)
    );
}

#[test]
fn rounding_goes_to_leases_that_end_after_the_warmup() {
    let mut input = scenario(cluster(4, 0, 10, 5), &[run(0, 32), run(100, 7)]);
    input.targets[0].billing_granularity = 10;
    input.targets[0].billing_minimum = 45;
    // Leases: 0..47 -> 50, 3 over; 100..122: 22 -> 30 -> 45, 23 over.
    let out = simulate(&input);
    assert_eq!(leases(&out), [(0, 0, 47), (1, 100, 122)]);
    assert_eq!(out.targets[0].rounding[0], 26);
    input.warmup = 47;
    assert_eq!(simulate(&input).targets[0].rounding[0], 26);
    input.warmup = 48;
    assert_eq!(simulate(&input).targets[0].rounding[0], 23);
}
