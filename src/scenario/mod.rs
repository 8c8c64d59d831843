//! Scenario files and the data files beside them.

mod cells;
pub mod data;
mod table;
