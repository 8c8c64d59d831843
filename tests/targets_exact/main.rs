//! Attached targets and services against a second implementation: every answer of a controller,
//! every run's times, every lease, every account, every count of requests to the microsecond.

#![cfg(test)]

mod controllers;
mod inference;
#[path = "../support/periods.rs"]
mod periods;
mod pools;
#[path = "../reference_targets/mod.rs"]
mod reference_targets;
mod services;
#[path = "../support/mod.rs"]
mod support;
mod units;
