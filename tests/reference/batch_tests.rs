//! Hand-worked runs of batch inference.

use super::batch::{Batch, duration};

/// (duration, failed pieces) of tries with these times, of which some fail.
fn worked(batch: Batch, times: &[u64], fails: &[bool]) -> (u64, u64) {
    let draws: Vec<(u64, bool)> = times.iter().copied().zip(fails.iter().copied()).collect();
    let out = duration(batch, &draws);
    assert_eq!(out.tries, times.len());
    (out.duration, out.failed)
}

const PLAIN: Batch = Batch {
    pieces: 5,
    workers: 2,
    limit: 60,
    tries: 3,
};

#[test]
fn the_next_free_worker_takes_the_next_piece() {
    // Worker 0: 10 (0..10), 10 (10..20), 10 (20..30); worker 1: 25 (0..25), 4 (25..29).
    let times = [10, 25, 10, 10, 4];
    assert_eq!(worked(PLAIN, &times, &[false; 5]), (30, 0));
}

#[test]
fn failed_tries_are_repeated_by_the_same_worker() {
    // Piece 0 on worker 0: 10 fails, 10 succeeds at 20. Piece 1 on worker 1: three times 10, fails.
    // Piece 2 on worker 0 at 20..70, piece 3 on worker 1 at 30..40, piece 4 on worker 1 at 40..50.
    let times = [10, 10, 10, 10, 10, 50, 10, 10];
    let fails = [true, false, true, true, true, false, false, false];
    assert_eq!(worked(PLAIN, &times, &fails), (70, 1));
}

#[test]
fn a_try_ends_at_the_limit() {
    // 61 is cut at 60 and fails; 60 itself succeeds.
    let one = Batch {
        pieces: 1,
        workers: 4,
        ..PLAIN
    };
    assert_eq!(worked(one, &[61, 60], &[false; 2]), (120, 0));
    assert_eq!(worked(one, &[61, 99, 70], &[false; 3]), (180, 1));
}
