//! Pools of nodes with controllers of their own, and background workloads: by hand, to the microsecond, and properties over
//! random worlds. Rules: docs/targets.md sections 2 to 4.

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod elastic;
mod endless;
mod ends;
mod made;
mod other_users;
mod power;
mod random;
mod scaling;
mod standstill;
