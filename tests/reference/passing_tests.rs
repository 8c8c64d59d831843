//! Hand-worked examples for order and passing. Times are in seconds.

use super::cluster_tests::{cluster, scenario};
use super::*;

/// Submission, Running time, nodes, estimate.
type Case = (u64, u64, u64, u64);

const fn passing(backfill: Backfill) -> Discipline {
    Discipline {
        shortest: false,
        backfill,
        shortest_passes_first: false,
    }
}

const FIFO: Discipline = passing(Backfill::None);
const FIRST_FIT: Discipline = passing(Backfill::FirstFit);
const EASY: Discipline = passing(Backfill::Easy);
const CONSERVATIVE: Discipline = passing(Backfill::Conservative);

fn runs(cases: &[Case]) -> Vec<Run> {
    let run = |&(submit, duration, nodes, estimate): &Case| Run {
        submit: submit * SECOND,
        duration: duration * SECOND,
        nodes,
        estimate: Estimate::Value(estimate * SECOND),
        ..Run::default()
    };
    cases.iter().map(run).collect()
}

/// When the runs start, in seconds.
fn starts_of(settings: Cluster, runs: &[Run]) -> Vec<u64> {
    let out = simulate(&scenario(settings, runs));
    let start = |run: &RunOut| run.assigned.unwrap() / SECOND;
    out.runs.iter().map(start).collect()
}

/// The same on nodes that are always there.
fn starts(nodes: u64, discipline: Discipline, cases: &[Case]) -> Vec<u64> {
    let settings = Cluster {
        min_nodes: nodes,
        discipline,
        ..cluster(nodes, 0, 0, 0)
    };
    starts_of(settings, &runs(cases))
}

/// Starts without passing, with `easy` and with `conservative`.
fn assert_starts(nodes: u64, cases: &[Case], expected: [&[u64]; 3]) {
    for (discipline, expected) in [FIFO, EASY, CONSERVATIVE].into_iter().zip(expected) {
        let starts = starts(nodes, discipline, cases);
        assert_eq!(starts, expected, "{discipline:?}");
    }
}

#[test]
fn a_node_is_free_before_the_submission_of_its_tick() {
    let same: &[u64] = &[0, 10, 15];
    assert_starts(
        4,
        &[(0, 10, 4, 10), (10, 5, 4, 5), (10, 5, 1, 5)],
        [same, same, same],
    );
}

#[test]
fn up_to_the_shadow_and_not_past_it() {
    let passed: &[u64] = &[0, 10, 2, 15];
    assert_starts(
        4,
        &[(0, 10, 3, 10), (1, 5, 4, 5), (2, 8, 1, 8), (2, 9, 1, 9)],
        [&[0, 10, 15, 15], passed, passed],
    );
}

#[test]
fn extra_nodes_go_to_whoever_comes_first() {
    let passed: &[u64] = &[0, 10, 2, 15];
    assert_starts(
        4,
        &[(0, 10, 3, 10), (1, 5, 3, 5), (2, 50, 1, 50), (2, 50, 1, 50)],
        [&[0, 10, 10, 15], passed, passed],
    );
}

#[test]
fn all_that_end_at_the_shadow_count() {
    let passed: &[u64] = &[0, 0, 10, 2];
    assert_starts(
        4,
        &[(0, 10, 2, 10), (0, 10, 1, 10), (1, 5, 3, 5), (2, 99, 1, 99)],
        [&[0, 0, 10, 10], passed, passed],
    );
}

#[test]
fn after_an_early_end_the_head_waits_for_the_run_that_passed() {
    let passed: &[u64] = &[0, 10, 2];
    assert_starts(
        4,
        &[(0, 4, 3, 20), (1, 5, 4, 5), (2, 8, 1, 8)],
        [&[0, 4, 9], passed, passed],
    );
}

#[test]
fn an_overrun_ends_in_a_second_by_plan() {
    let passed: &[u64] = &[0, 10, 2, 15, 4];
    assert_starts(
        4,
        &[
            (0, 10, 3, 3),
            (1, 5, 4, 5),
            (2, 1, 1, 1),
            (4, 2, 1, 2),
            (4, 1, 1, 1),
        ],
        [&[0, 10, 15, 15, 15], passed, passed],
    );
}

#[test]
fn all_three_differ() {
    assert_starts(
        4,
        &[
            (5, 4, 1, 9),
            (3, 3, 2, 3),
            (4, 9, 3, 9),
            (5, 2, 2, 2),
            (8, 7, 1, 7),
            (7, 1, 2, 1),
        ],
        [
            &[6, 3, 6, 15, 16, 15],
            &[5, 3, 6, 15, 9, 16],
            &[5, 3, 6, 15, 16, 15],
        ],
    );
}

#[test]
fn one_pass_an_instant() {
    let same: &[u64] = &[8, 1, 12];
    assert_starts(
        2,
        &[(6, 4, 2, 4), (1, 7, 1, 7), (8, 1, 1, 1)],
        [same, same, same],
    );
}

#[test]
fn overruns_let_easy_pass_the_third() {
    let kept: &[u64] = &[7, 0, 22, 13, 2];
    assert_starts(
        4,
        &[
            (1, 6, 3, 3),
            (0, 2, 3, 2),
            (4, 8, 1, 13),
            (1, 9, 4, 9),
            (0, 5, 3, 2),
        ],
        [kept, &[7, 0, 4, 13, 2], kept],
    );
}

#[test]
fn first_fit_lets_a_gang_starve() {
    // One node is always busy until 40, as its runs overlap; the gang needs both.
    let cases = [(0, 10, 1, 10), (1, 5, 2, 5), (5, 20, 1, 20), (6, 30, 1, 30)];
    assert_eq!(starts(2, FIRST_FIT, &cases), [0, 40, 5, 10]);
    assert_eq!(starts(2, EASY, &cases), [0, 10, 15, 15]);
}

#[test]
fn the_shortest_goes_first_within_its_priority() {
    let mut runs = runs(&[(0, 10, 1, 10), (1, 5, 1, 5), (2, 3, 1, 3), (3, 9, 1, 9)]);
    runs[3].priority = 1;
    let settings = Cluster {
        min_nodes: 1,
        discipline: Discipline {
            shortest: true,
            ..FIFO
        },
        ..cluster(1, 0, 0, 0)
    };
    // 10 the one of priority 1, 19 the one of 3 s, 22 the one of 5 s.
    assert_eq!(starts_of(settings, &runs), [0, 22, 19, 10]);
}

#[test]
fn the_shortest_passes_first() {
    // At 3 one node is idle, until the shadow at 10: either the run of 6 s passes or that of 5 s.
    let cases = [(0, 10, 3, 10), (1, 5, 4, 5), (2, 1, 1, 1), (3, 6, 1, 6)];
    let cases = [&cases[..], &[(3, 5, 1, 5)]].concat();
    assert_eq!(starts(4, EASY, &cases), [0, 10, 2, 3, 15]);
    let shortest = Discipline {
        shortest_passes_first: true,
        ..EASY
    };
    assert_eq!(starts(4, shortest, &cases), [0, 10, 2, 15, 3]);
}

#[test]
fn nodes_that_can_be_requested_make_the_shadow() {
    // One node of four is there; the gang of 3 at 1 could have its nodes at 1 + 30. What takes up to
    // 30 s passes it, and of what takes longer only what needs no more than the one node left over.
    let settings = Cluster {
        min_nodes: 1,
        discipline: EASY,
        ..cluster(3, 10 * SECOND, 20 * SECOND, 0)
    };
    let all = runs(&[(1, 5, 3, 5), (1, 31, 1, 31), (1, 30, 1, 30)]);
    let starts = starts_of(settings, &all);
    assert_eq!(starts[2], 1);
    // The nodes come at 31, with that of the run of 30 s.
    assert_eq!(&starts[..2], [31, 36]);
}
