//! Replications that are simulated without a warm-up: what they leave of waits is taken as they end, and no record stays.

use std::sync::{Arc, Mutex, PoisonError};

use crate::cli::counted::Counted;
use crate::report::warm_up::{Gathered, targets, waits};
use crate::scenario::Scenario;
use crate::study::{Place, Watcher};
use crate::study_results::{Replication, StudyResults};

/// Takes the waits of each replication.
pub(super) struct Measuring {
    progress: Arc<Counted>,
    /// Of each variant, how many targets take runs.
    targets: Vec<usize>,
    /// Of each variant, which workloads are its own.
    own: Vec<Vec<bool>>,
    gathered: Mutex<Gathered>,
}

impl Measuring {
    pub(super) fn new(scenario: &Scenario, study: &StudyResults, progress: Arc<Counted>) -> Self {
        let own = scenario.variants.iter().map(|variant| {
            let workloads = variant.settings.workloads.iter();
            workloads.map(|work| !work.background).collect()
        });
        let targets: Vec<usize> = study.variants.iter().map(targets).collect();
        Self {
            progress,
            own: own.collect(),
            gathered: Mutex::new(Gathered::new(targets.iter().copied())),
            targets,
        }
    }

    /// What was taken of all.
    pub(super) fn into_gathered(self) -> Gathered {
        let gathered = self.gathered.into_inner();
        gathered.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher for Measuring {
    fn left(&self, place: Place, replication: &Replication) {
        let (own, targets) = (&self.own[place.variant], self.targets[place.variant]);
        let waits = waits(&replication.result.runs, own, targets);
        let gathered = self.gathered.lock();
        let mut gathered = gathered.unwrap_or_else(PoisonError::into_inner);
        gathered.take(place.variant, &waits);
    }

    fn keeps_records(&self) -> bool {
        true
    }

    fn replication_done(&self) {
        self.progress.replication_done();
    }

    fn go_on(&self) -> bool {
        self.progress.go_on()
    }

    fn stopped(&self, variant: &str, live: u64) {
        self.progress.stopped(variant, live);
    }
}
