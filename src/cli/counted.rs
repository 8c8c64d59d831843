//! Replications that are counted while they are simulated: a bar, or a line for each tenth where stderr is no terminal.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::clock::Clock;
use crate::cli::guard::Stop;
use crate::cli::screen::{Screen, Way};
use crate::cli::tenths::Tenths;
use crate::study::Watcher;

const TEMPLATE: &str = "{wide_bar} {pos}/{len} replications, {eta} left";
const FRAMES_A_SECOND: u8 = 10;

/// A bar of `all` replications, which is drawn where one is wanted.
pub(super) fn bar(all: u64, shown: Way, template: &str) -> ProgressBar {
    let target = if shown == Way::Bar {
        ProgressDrawTarget::stderr_with_hz(FRAMES_A_SECOND)
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(all), target);
    bar.set_style(ProgressStyle::with_template(template).expect("the template is valid"));
    bar
}

/// Counts replications; knows whether the user interrupted.
pub(super) struct Counted {
    bar: ProgressBar,
    /// Where lines are wanted.
    tenths: Option<Tenths>,
    clock: Clock,
    stop: Arc<Stop>,
}

impl Counted {
    pub(super) fn new(all: u64, stop: Arc<Stop>, shown: Way) -> Self {
        Self {
            bar: bar(all, shown, TEMPLATE),
            tenths: (shown == Way::Lines).then(|| Tenths::of(all)),
            clock: Clock::start(),
            stop,
        }
    }

    /// Sets the number of all, when more are needed than were planned.
    pub(super) fn want(&self, all: u64) {
        self.bar.set_length(all);
    }

    /// Takes the bar away; the time since it was made.
    pub(super) fn finish(&self) -> Duration {
        self.bar.finish_and_clear();
        Duration::from_secs_f64(self.clock.seconds())
    }
}

impl Watcher for Counted {
    fn replication_done(&self) {
        self.bar.inc(1);
        let elapsed = Duration::from_secs_f64(self.clock.seconds());
        let line = self.tenths.as_ref().and_then(|it| it.one_more(elapsed));
        if let Some(line) = line {
            Screen::progress(&line);
        }
    }

    fn go_on(&self) -> bool {
        self.stop.goes_on()
    }

    fn stopped(&self, variant: &str, live: u64) {
        self.stop.note(variant, live);
    }
}
