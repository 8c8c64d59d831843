//! Traces: the rows of a log replayed as they stand. Reading files is `scenario`'s.

use std::sync::Arc;

use super::kind::{Kind, Past, Pattern};
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Rows in order of submission (rows of one instant in the order of the file).
#[derive(Clone, Debug)]
pub struct Trace {
    /// Shared, since every replication replays the same.
    rows: Arc<[TraceRow]>,
    /// Rows that came.
    came: usize,
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
    /// What is told beforehand of its running time, where a column was mapped and the cell is not empty.
    pub estimate: Option<SimDuration>,
    /// Environment by position, where a column was mapped and the cell is not empty.
    pub environment: Option<u32>,
}

impl Trace {
    /// These rows, which are in order of submission.
    pub fn new(rows: Arc<[TraceRow]>) -> Self {
        Self { rows, came: 0 }
    }

    /// All rows.
    pub fn rows(&self) -> &[TraceRow] {
        &self.rows
    }

    /// The row that came last.
    #[inline(always)]
    pub(super) fn last(&self) -> Option<TraceRow> {
        self.rows.get(self.came.wrapping_sub(1)).copied()
    }
}

impl Kind for Trace {
    #[inline(always)]
    fn next(&mut self, _: Past, _: &mut Stream, _: &mut Work<'_>) -> SimTime {
        let row = self.rows.get(self.came);
        self.came += 1;
        row.map_or(SimTime::NEVER, |row| row.at)
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        let before = self.rows.partition_point(|row| row.at < horizon);
        before as f64 / horizon.as_secs_f64()
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Once
    }

    fn goes_on(&self) -> bool {
        false
    }
}
