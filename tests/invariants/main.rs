//! What holds in every world: random scenarios with random distributions, checked from their records alone.
//!
//! A case that fails says its number; `Case::new` with that number and size makes the same world again.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

mod accounts;
mod bound;
mod draws;
mod elasticity;
mod event_queue;
mod levels;
mod metamorphic;
#[path = "../support/periods.rs"]
mod periods;
mod records;
mod statistics;
mod stop;
#[path = "../support/mod.rs"]
mod support;
mod worlds;

use autoscale_simulator::engine::streams::Stream;
use support::{Size, below, pick};
use worlds::Case;

fn check(case: &Case) {
    records::check(case);
    draws::check(case);
    levels::check(case);
    accounts::check(case);
    statistics::check(case);
    bound::check(case);
    elasticity::check(case);
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
fn slow_invariants_hold_in_small_random_worlds() {
    for number in 0..3_000 {
        check(&Case::new(number, small));
    }
}

#[test]
fn charge_periods_hold_what_later_warmups_leave_out() {
    for number in 0..300 {
        let case = Case::new(number, small);
        periods::check(&case.settings, case.streams, &case.name);
    }
}

#[test]
fn invariants_hold_in_large_random_worlds() {
    for number in 0..120 {
        check(&Case::new(number, large));
    }
}
