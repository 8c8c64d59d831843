//! Allocations that fail before they succeed (3.9).

use super::Failures;

impl Failures {
    /// How long a request of `now` pauses before its allocation succeeds; `used` draws were used before.
    pub fn pauses(&self, now: u64, used: &mut usize) -> u64 {
        let (mut waited, mut pause) = (0, self.retry_after);
        while self.fails(now + waited, used) {
            waited += pause.min(self.retry_at_most);
            pause = pause.saturating_mul(self.backoff);
        }
        waited
    }

    /// Whether a try fails. Reading: one in a window takes no draw.
    fn fails(&self, at: u64, used: &mut usize) -> bool {
        let before = self.changes.iter().rev().find(|(change, _)| *change <= at);
        if before.map_or(self.initially_open, |(_, open)| *open) {
            return true;
        }
        *used += 1;
        self.draws[*used - 1] < self.probability
    }
}
