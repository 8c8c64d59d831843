//! Progress in lines, one for each tenth of the replications, for where no bar can be drawn.

use std::sync::Mutex;
use std::time::Duration;

/// Studies up to this long go by without a line.
const QUIET: Duration = Duration::from_secs(5);

/// Counts replications and says when a tenth of them is done.
pub(super) struct Tenths {
    all: u64,
    /// Replications that are done, and tenths that were told or went by.
    counted: Mutex<(u64, u64)>,
}

impl Tenths {
    /// A counter for a study with this number of replications.
    pub(super) fn of(all: u64) -> Self {
        Self {
            all,
            counted: Mutex::new((0, 0)),
        }
    }

    /// Counts a finished replication, `elapsed` after the start. Returns the line to print where it completes a tenth.
    pub(super) fn one_more(&self, elapsed: Duration) -> Option<String> {
        let mut counted = self.counted.lock().expect("no one fails while counting");
        let (done, told) = &mut *counted;
        *done += 1;
        let tenth = *done * 10 / self.all.max(1);
        if tenth == *told || tenth >= 10 {
            return None;
        }
        *told = tenth;
        let left = elapsed.as_secs_f64() * (self.all - *done) as f64 / *done as f64;
        (elapsed >= QUIET).then(|| {
            format!(
                "{tenth}0 % of {} replications done, about {left:.0} s left",
                self.all
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenth_is_told_once_and_the_last_not_at_all() {
        let tenths = Tenths::of(200);
        let lines = (0..200).filter_map(|done| tenths.one_more(Duration::from_secs(10 + done)));
        let lines: Vec<String> = lines.collect();
        assert_eq!(lines.len(), 9, "{lines:?}");
        // 20 of 200 took 29 s: 180 more take 261 s.
        assert_eq!(lines[0], "10 % of 200 replications done, about 261 s left");
        assert!(lines[8].starts_with("90 % of 200 "), "{lines:?}");
    }

    #[test]
    fn short_studies_and_their_first_tenths_go_by_without_a_word() {
        let tenths = Tenths::of(3);
        assert_eq!(tenths.one_more(Duration::from_millis(4_900)), None);
        let line = tenths.one_more(Duration::from_secs(5));
        let told = "60 % of 3 replications done, about 2 s left";
        assert_eq!(line.as_deref(), Some(told));
        assert_eq!(tenths.one_more(Duration::from_secs(8)), None);
    }
}
