//! The engine against the reference on random worlds: every run's times, every lease, every account, every answer of a
//! controller, every count of requests, to the microsecond.

#![cfg(test)]

mod by_workload;
mod clusters;
mod compare;
mod controllers;
mod convert;
mod inference;
#[path = "../support/periods.rs"]
mod periods;
mod pools;
mod properties;
#[path = "../reference/mod.rs"]
mod reference;
mod scaling;
mod services;
#[path = "../support/mod.rs"]
mod support;
mod together;
