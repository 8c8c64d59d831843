//! map, rewritten below
pub mod calendar;
pub mod distribution;
pub mod error;
pub mod model;
pub mod nearest;
pub mod pricing;
pub mod results;
pub mod scenario;
pub mod units;
pub mod workload;
