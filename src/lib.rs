//! map, rewritten below
pub mod calendar;
pub mod distribution;
pub mod error;
pub mod model;
pub mod pricing;
pub mod report;
pub mod results;
pub mod units;
pub mod workload;
