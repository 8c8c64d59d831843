//! Attached targets and services against a second implementation: every run's times, every lease,
//! every account, every count of requests to the microsecond.

#![cfg(test)]

mod reference_targets;
