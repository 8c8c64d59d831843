//! What is shown while work goes on of which the next stage follows from the last, as rounds of a search: the replications of the
//! stage, and a line for each where stderr is no terminal.

use std::sync::Arc;

use indicatif::ProgressBar;

use crate::cli::counted::bar;
use crate::cli::guard::Stop;
use crate::cli::screen::{Screen, Way};
use crate::study::Watcher;

const TEMPLATE: &str = "{wide_bar} {msg}, {pos}/{len} replications, {eta} left";

/// Counts replications; knows whether the user interrupted.
pub(super) struct Stages {
    bar: ProgressBar,
    shown: Way,
    stop: Arc<Stop>,
}

impl Stages {
    pub(super) fn new(stop: Arc<Stop>, shown: Way) -> Self {
        Self {
            bar: bar(0, shown, TEMPLATE),
            shown,
            stop,
        }
    }

    /// Shows a stage that begins, and how many replications it adds, where there is a bar.
    pub(super) fn show(&self, stage: &str, more: u64) {
        self.bar.reset();
        self.bar.set_length(more);
        self.bar.set_message(stage.to_owned());
    }

    /// Tells of a stage in a line, where there is no bar.
    pub(super) fn tell(&self, stage: &str) {
        if self.shown == Way::Lines {
            Screen::progress(stage);
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watcher for Stages {
    fn replication_done(&self) {
        self.bar.inc(1);
    }

    fn go_on(&self) -> bool {
        self.stop.goes_on()
    }

    fn stopped(&self, variant: &str, live: u64) {
        self.stop.note(variant, live);
    }
}
