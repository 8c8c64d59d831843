//! Pools of nodes with controllers of their own, and background workloads: by hand, to the microsecond, and properties over
//! random worlds. Rules: docs/targets.md sections 2 to 4.

#![cfg(test)]
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

#[path = "../support/mod.rs"]
mod support;

mod made;
mod power;
