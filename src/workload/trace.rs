//! Traces: the rows of a log replayed as they stand. Reading files is `scenario`'s.

use std::sync::Arc;

use super::ArrivalClock;
use crate::units::{SimDuration, SimTime};

/// Rows in order of submission (rows of one instant in the order of the file).
#[derive(Clone, Debug)]
pub struct Trace {
    /// The rows; shared, since every replication replays the same.
    pub rows: Arc<[TraceRow]>,
}

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
    /// Environment by position, where a column was mapped and the cell is not empty.
    pub environment: Option<u32>,
}

impl Trace {
    /// The next row, by the number of rows before.
    pub fn next(&self, clock: &ArrivalClock) -> Option<&TraceRow> {
        self.rows.get(usize::try_from(clock.count).ok()?)
    }
}
