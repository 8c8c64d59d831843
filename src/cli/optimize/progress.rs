//! What is shown while a search goes on: the replications of the round, and a line for each round where stderr is no terminal.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::guard::Stop;
use crate::cli::screen::{Screen, Way};
use crate::digits::grouped;
use crate::report::search::Round;
use crate::study::Watcher;

const TEMPLATE: &str = "{wide_bar} {msg}, {pos}/{len} replications, {eta} left";
const FRAMES_A_SECOND: u8 = 10;

/// Counts replications; knows whether the user interrupted.
pub(super) struct Progress {
    bar: ProgressBar,
    shown: Way,
    stop: Arc<Stop>,
}

impl Progress {
    pub(super) fn new(stop: Arc<Stop>, shown: Way) -> Self {
        let target = if shown == Way::Bar {
            ProgressDrawTarget::stderr_with_hz(FRAMES_A_SECOND)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        bar.set_style(ProgressStyle::with_template(TEMPLATE).expect("the template is valid"));
        Self { bar, shown, stop }
    }

    /// Tells that round `number` begins, and how many replications it adds.
    pub(super) fn round(&self, number: usize, round: &Round, more: u64) {
        let points = grouped(round.points.len() as f64, 0);
        let points = if round.points.len() == 1 {
            "1 point".to_owned()
        } else {
            format!("{points} points")
        };
        self.bar.reset();
        self.bar.set_length(more);
        self.bar.set_message(format!("round {number}: {points}"));
        if self.shown == Way::Lines {
            Screen::progress(&format!(
                "round {number}: {points}, to {} replications of each",
                round.count
            ));
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watcher for Progress {
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
