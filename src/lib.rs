//! map, rewritten below
pub mod calendar;
pub mod distribution;
pub mod model;
pub mod pricing;
pub mod units;
pub mod workload;
