//! What holds in every world: random scenarios with random distributions, checked from their records alone.
//!
//! A case that fails says its number; `Case::new` with that number and size makes the same world again.

#![cfg(test)]

mod accounts;
mod draws;
mod event_queue;
mod levels;
mod metamorphic;
mod records;
mod statistics;
#[path = "../support/mod.rs"]
mod support;
mod worlds;

use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::results::RunStatus;
use support::{Size, below, pick};
use worlds::Case;

fn check(case: &Case) {
    records::check(case);
    draws::check(case);
    levels::check(case);
    accounts::check(case);
    statistics::check(case);
}

fn small(stream: &mut Stream) -> Size {
    Size {
        runs: 1 + below(stream, 40),
        gap_s: pick(stream, &[1, 10, 60, 600]),
        max_nodes: 8,
        duration_s: pick(stream, &[5, 60, 600]),
    }
}

fn large(stream: &mut Stream) -> Size {
    Size {
        runs: 700,
        gap_s: pick(stream, &[1, 10, 60]),
        max_nodes: pick(stream, &[3, 12, 120]),
        duration_s: pick(stream, &[5, 60, 300]),
    }
}

#[test]
fn invariants_hold_in_small_random_worlds() {
    for number in 0..3_000 {
        check(&Case::new(number, small));
    }
}

#[test]
fn invariants_hold_in_large_random_worlds() {
    for number in 0..120 {
        check(&Case::new(number, large));
    }
}

/// Runs that no start can serve any more are left unfinished; those of the measured time are still paid and counted.
#[test]
fn a_drain_ends_where_no_boot_fits_into_the_schedule() {
    for boot_s in [599, 600, 900] {
        let case = Case::short_windows(boot_s);
        check(&case);
        let statuses = case.runs.iter().map(|run| run.record.status);
        let expected = if boot_s < 600 {
            RunStatus::Completed
        } else {
            RunStatus::Unfinished
        };
        assert!(statuses.eq([expected; 3]), "{:?}", case.runs);
        assert!(
            case.leases.len() > 3,
            "every start of the horizon is billed"
        );
    }
}
