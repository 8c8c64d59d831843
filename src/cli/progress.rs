//! The progress bar, or lines in its place, and what tells the replications to stop.

use std::sync::Arc;
use std::time::Duration;
#[expect(
    clippy::disallowed_types,
    reason = "the command's wall time, for the manifest only"
)]
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::folder::Rows;
use super::guard::Stop;
use super::screen::{Screen, Way};
use super::tenths::Tenths;
use crate::study::{Place, Watcher};
use crate::study_results::Replication;

const TEMPLATE: &str = "{wide_bar} {pos}/{len} replications, {eta} left";
const FRAMES_A_SECOND: u8 = 10;

/// Counts replications and keeps what they leave; knows whether the user interrupted.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Where lines are wanted.
    tenths: Option<Tenths>,
    stop: Arc<Stop>,
    /// Of each scenario.
    rows: Vec<Arc<Rows>>,
    #[expect(
        clippy::disallowed_types,
        reason = "the command's wall time, for the manifest only"
    )]
    started: Instant,
}

impl Progress {
    pub(super) fn new(rows: Vec<Arc<Rows>>, stop: Arc<Stop>, shown: Way) -> Self {
        let replications = rows.iter().map(|rows| rows.all() as u64).sum();
        let target = if shown == Way::Bar {
            ProgressDrawTarget::stderr_with_hz(FRAMES_A_SECOND)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(replications), target);
        bar.set_style(ProgressStyle::with_template(TEMPLATE).expect("the template is valid"));
        #[expect(
            clippy::disallowed_types,
            reason = "the command's wall time, for the manifest only"
        )]
        let started = Instant::now();
        Self {
            bar,
            tenths: (shown == Way::Lines).then(|| Tenths::of(replications)),
            stop,
            rows,
            started,
        }
    }

    /// Sets the number of replications of each variant, when a study needs more than were planned.
    pub(super) fn want(&self, scenario: usize, replications: u32) {
        self.rows[scenario].want(replications);
        let all = self.rows.iter().map(|rows| rows.all() as u64).sum();
        self.bar.set_length(all);
    }

    /// Takes the bar away; the time since it was made.
    pub(super) fn finish(&self) -> Duration {
        self.bar.finish_and_clear();
        self.started.elapsed()
    }
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
        self.bar.inc(1);
        let elapsed = || self.started.elapsed();
        let line = self.tenths.as_ref().and_then(|of| of.one_more(elapsed()));
        if let Some(line) = line {
            Screen::progress(&line);
        }
    }

    fn go_on(&self) -> bool {
        self.stop.goes_on() && !self.rows.iter().any(|rows| rows.has_failed())
    }

    fn stopped(&self, variant: &str, live: u64) {
        self.stop.note(variant, live);
    }
}
