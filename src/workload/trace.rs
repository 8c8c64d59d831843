//! Traces: the rows of a log replayed as they stand. Reading files is `scenario`'s.

use std::sync::Arc;

use super::copies::{self, Copies};
use super::kind::{Kind, Past, Pattern};
use super::labels::Labels;
use super::repeated::Factor;
pub use super::row::TraceRow;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Rows in order of submission (rows of one instant in the order of the file).
#[derive(Clone, Debug)]
pub struct Trace {
    /// Shared, since every replication replays the same.
    rows: Arc<[TraceRow]>,
    /// Whose the rows are, where the log says so.
    labels: Option<Arc<Labels>>,
    /// The position of the row that came last, from 1.
    came: usize,
    /// How often each row comes, where that is not once.
    factor: Option<Factor>,
    /// The copies of the rows that come then, from the first arrival on.
    copies: Option<Box<Copies>>,
}

impl Trace {
    /// These rows, which are in order of submission.
    pub fn new(rows: Arc<[TraceRow]>) -> Self {
        Self {
            rows,
            labels: None,
            came: 0,
            factor: None,
            copies: None,
        }
    }

    /// The same with what the log says of whose the rows are.
    #[must_use]
    pub fn with_labels(self, labels: Option<Arc<Labels>>) -> Self {
        Self { labels, ..self }
    }

    /// Whose the rows are, where the log says so.
    pub fn labels(&self) -> Option<&Arc<Labels>> {
        self.labels.as_ref()
    }

    /// All rows.
    pub fn rows(&self) -> &[TraceRow] {
        &self.rows
    }

    /// Mean number of submissions of each row.
    pub fn factor(&self) -> f64 {
        self.factor.map_or(1.0, Factor::mean)
    }

    /// The row that came last, with the number of its label.
    #[inline(always)]
    pub(super) fn last(&self) -> Option<(TraceRow, u32)> {
        let place = self.came.wrapping_sub(1);
        let mut row = self.rows.get(place).copied()?;
        if let Some(copies) = &self.copies {
            row.at = copies.last();
        }
        let label = self.labels.as_ref().map(|labels| labels.of_row(place));
        Some((row, label.unwrap_or(0)))
    }

    /// The number of its copies, the last of them perhaps drawn.
    fn count(&self) -> u64 {
        self.factor.map_or(1, |factor| {
            u64::from(factor.whole()) + u64::from(factor.is_random())
        })
    }

    /// Whether some of its copies come at the very times of others, as those of a log of one day do.
    pub fn copies_coincide(&self, horizon: SimTime) -> bool {
        self.count() > copies::different(&self.rows, horizon)
    }

    /// Where copies come on other days of the week: how many days the log has, and how many of them are quiet. `None` where no
    /// day is.
    pub fn quiet_days(&self, horizon: SimTime) -> Option<(usize, usize)> {
        let quiet = || copies::quiet_days(&self.rows, horizon);
        (self.count() > 1).then(quiet).flatten()
    }

    /// The next row of any of the copies.
    #[cold]
    #[inline(never)]
    fn next_of_copies(
        &mut self,
        factor: Factor,
        horizon: SimTime,
        (stream, work): (&mut Stream, &mut Work<'_>),
    ) -> SimTime {
        let begun = || Box::new(Copies::new(factor, &self.rows, horizon));
        let copies = self.copies.get_or_insert_with(begun);
        let Some(place) = copies.next(&self.rows, stream, work) else {
            return SimTime::NEVER;
        };
        self.came = place + 1;
        copies.last()
    }
}

impl Kind for Trace {
    #[inline(always)]
    fn next(&mut self, past: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        if let Some(factor) = self.factor {
            return self.next_of_copies(factor, past.horizon, (stream, work));
        }
        let row = self.rows.get(self.came);
        self.came += 1;
        row.map_or(SimTime::NEVER, |row| row.at)
    }

    fn scale(&mut self, factor: f64) {
        self.factor.get_or_insert_default().scale(factor);
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        let before = self.rows.partition_point(|row| row.at < horizon);
        before as f64 * self.factor() / horizon.as_secs_f64()
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Once
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn is_random(&self) -> bool {
        self.factor.is_some_and(Factor::is_random)
    }
}
