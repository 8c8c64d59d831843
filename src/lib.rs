//! map, rewritten below
pub mod autoscale;
pub mod calendar;
pub mod cli;
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
pub mod study;
pub mod study_results;
pub mod units;
pub mod workload;
