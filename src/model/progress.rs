//! Whether a drain still makes progress: tries that come to nothing are counted, and after many in a row it is given up.
//! Rules: docs/semantics.md section 7.

use crate::results::Standstill;

/// Tries in a row that come to nothing, beside what a controller looks back over, before a drain is given up.
const PATIENCE: u64 = 1_000;

/// The tries of one target since it last made progress.
#[derive(Debug)]
pub(super) struct Progress {
    tries: u64,
    patience: u64,
    given_up: Option<Standstill>,
}

impl Progress {
    /// Of a target whose controller looks back over so many tries.
    pub(super) fn new(look_back: u64) -> Self {
        Self {
            tries: 0,
            patience: look_back.saturating_add(PATIENCE),
            given_up: None,
        }
    }

    /// A run ended or joined the queue, or a checkpoint was kept.
    #[inline]
    pub(super) fn make(&mut self) {
        self.tries = 0;
        self.given_up = None;
    }

    /// A try came to nothing; after too many `describe` says what stands still.
    pub(super) fn fail(&mut self, describe: impl FnOnce(u64) -> Standstill) {
        self.tries += 1;
        if self.tries > self.patience {
            self.given_up = Some(describe(self.tries));
        }
    }

    /// Whether it was given up, and how it was then.
    #[inline]
    pub(super) fn given_up(&self) -> Option<Standstill> {
        self.given_up
    }
}
