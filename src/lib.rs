//! map, rewritten below
pub mod autoscale;
pub mod calendar;
pub mod distribution;
pub mod engine;
pub mod error;
pub mod model;
pub mod nearest;
pub mod pricing;
pub mod report;
pub mod results;
pub mod scenario;
pub mod stats;
pub mod units;
pub mod workload;
