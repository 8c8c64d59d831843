//! A row of a log.

use crate::units::{SimDuration, SimTime};

/// One run of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceRow {
    /// When it was submitted.
    pub at: SimTime,
    /// Its running time.
    pub duration: SimDuration,
    /// Nodes, where a column was mapped.
    pub nodes: Option<u32>,
    /// Priority, where a column was mapped.
    pub priority: Option<i64>,
    /// What is told beforehand of its running time, where a column was mapped and the cell is not empty.
    pub estimate: Option<SimDuration>,
    /// Environment by position, where a column was mapped and the cell is not empty.
    pub environment: Option<u32>,
}
