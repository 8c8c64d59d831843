//! The progress bar, or lines in its place, and what tells the replications to stop.

use std::sync::Arc;
use std::time::Duration;

use super::counted::Counted;
use super::folder::Rows;
use super::guard::Stop;
use super::screen::Way;
use crate::study::{Place, Watcher};
use crate::study_results::Replication;

/// Counts replications and keeps what they leave; knows whether the user interrupted.
pub(super) struct Progress {
    counted: Counted,
    /// Of each scenario.
    rows: Vec<Arc<Rows>>,
}

impl Progress {
    pub(super) fn new(rows: Vec<Arc<Rows>>, stop: Arc<Stop>, shown: Way) -> Self {
        Self {
            counted: Counted::new(all(&rows), stop, shown),
            rows,
        }
    }

    /// Sets the number of replications of each variant, when a study needs more than were planned.
    pub(super) fn want(&self, scenario: usize, replications: u32) {
        self.rows[scenario].want(replications);
        self.counted.want(all(&self.rows));
    }

    /// Takes the bar away; the time since it was made.
    pub(super) fn finish(&self) -> Duration {
        self.counted.finish()
    }
}

/// Replications of all scenarios.
fn all(rows: &[Arc<Rows>]) -> u64 {
    rows.iter().map(|rows| rows.all() as u64).sum()
}

impl Watcher for Progress {
    fn wants(&self, place: Place) -> bool {
        self.rows[place.scenario].wants(place.variant, place.replication)
    }

    fn known(&self, place: Place) -> Option<Replication> {
        self.rows[place.scenario].known(place.variant, place.replication)
    }

    fn left(&self, place: Place, replication: &Replication) {
        self.rows[place.scenario].append(place.variant, place.replication, replication);
    }

    fn keeps_records(&self) -> bool {
        true
    }

    fn replication_done(&self) {
        self.counted.replication_done();
    }

    fn go_on(&self) -> bool {
        self.counted.go_on() && !self.rows.iter().any(|rows| rows.has_failed())
    }

    fn stopped(&self, variant: &str, live: u64) {
        self.counted.stopped(variant, live);
    }
}
