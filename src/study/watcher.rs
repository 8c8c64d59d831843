//! Who is told how far a study has come, and asked whether to go on.

use super::Place;
use crate::study_results::Replication;

/// Told of what goes on, from any thread.
pub trait Watcher: Sync {
    /// Whether a replication is to be done at all: [`super::Threads::run_part`] leaves out the others.
    fn wants(&self, place: Place) -> bool {
        let _ = place;
        true
    }

    /// What a replication left that was simulated before: it is not simulated again.
    fn known(&self, place: Place) -> Option<Replication> {
        let _ = place;
        None
    }

    /// A replication was simulated and left this.
    fn left(&self, place: Place, replication: &Replication) {
        let _ = (place, replication);
    }

    /// Whether [`Self::left`] keeps what it is told of, so that runs and leases need not stay with the results.
    fn keeps_records(&self) -> bool {
        false
    }

    /// One replication is done.
    fn replication_done(&self);

    /// Whether to go on; asked some tens of times a second by each thread.
    fn go_on(&self) -> bool;

    /// A replication of this variant ends since it was told to, with so many runs (or requests) there.
    fn stopped(&self, variant: &str, live: u64) {
        let _ = (variant, live);
    }
}

/// Watches nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watcher for Unwatched {
    fn replication_done(&self) {}

    fn go_on(&self) -> bool {
        true
    }
}
