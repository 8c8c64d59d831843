//! What comes, and when: workloads of runs and of requests, their arrivals, and the clock.

pub(super) mod arrivals;
pub(super) mod asks;
pub(super) mod batch_inference;
pub(super) mod clock;
mod covered;
pub(super) mod needs;
pub(super) mod requests;
pub(super) mod speeds;
pub(super) mod tokens;
pub(super) mod workloads;
