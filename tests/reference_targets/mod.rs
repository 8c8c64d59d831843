//! A slow, simple second implementation of attached targets and of services, written from
//! `docs/targets.md` and `docs/semantics.md`, not from the engine.
//!
//! It is a test oracle: the fast engine and this one must agree to the tick. It walks from instant
//! to instant, where the next instant is found by looking at everything that can happen. Controllers
//! keep no counters: they look back over the whole history of what they saw. Where the pages leave
//! something open, a comment that begins with `Reading:` says what was chosen.
//!
//! All times are ticks of one microsecond. Draws are inputs: lists of which the k-th use takes the
//! k-th entry, and the last entry is taken again and again where a list has run out.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary includes this module as its own and need not use all of it"
)]

pub mod batch;
#[cfg(test)]
mod batch_tests;
pub mod controllers;
#[cfg(test)]
mod controllers_tests;
pub mod job;
pub mod pool;
#[cfg(test)]
mod pool_tests;
pub mod service;
#[cfg(test)]
mod service_tests;
pub mod serving;
pub mod units;

/// One second in ticks.
pub const SECOND: u64 = 1_000_000;

/// The k-th draw (from 0) of a list.
pub fn draw(list: &[u64], k: usize) -> u64 {
    list[k.min(list.len() - 1)]
}
