//! Work that is counted, so that whoever waits for a simulation can stop it whatever it is busy with.

use super::{CUT, LESS_WORK};

/// Units of work from one look at whether to go on to the next: some tens of milliseconds.
const UNITS_A_LOOK: i64 = 1 << 16;

/// Steps that a drain may take in any case.
const STEPS_OF_DRAIN: u64 = 30_000_000;
/// Steps that a drain may take for each step before it.
const DRAIN_TO_REST: u64 = 10;
/// Items that are looked through in one go and count as a step of a drain.
const ITEMS_A_STEP: u64 = 100;

/// Why a simulation ended before it was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// Whoever waits for it said stop.
    #[error("stopped before it was done")]
    Stopped {
        /// What was there then and had not ended, such as requests.
        live: u64,
    },
    /// It has no end, or none that can be counted.
    #[error("{message} ({help})")]
    Endless {
        /// What is in the way: lower case, no full stop.
        message: String,
        /// What to do about it.
        help: String,
    },
}

impl Halt {
    /// The same, with so much there that had not ended.
    #[must_use]
    pub fn with(self, live: u64) -> Self {
        match self {
            Self::Stopped { .. } => Self::Stopped { live },
            endless @ Self::Endless { .. } => endless,
        }
    }
}

/// The work of one simulation. Every loop whose length the user chooses counts its steps here, each of a microsecond at
/// most, and ends when it is told to; what it leaves then is looked at by nobody.
pub struct Work<'a> {
    go_on: &'a dyn Fn() -> bool,
    /// Units until the next look.
    left: i64,
    /// Looks so far, each of which stands for as many units as lie between two.
    looks: u64,
    /// Units that were counted in one go.
    items: u64,
    /// Steps at most.
    most_steps: u64,
    halt: Option<Halt>,
}

impl Work<'static> {
    /// Work that nobody watches.
    pub fn unwatched() -> Self {
        Self::new(&|| true)
    }
}

impl<'a> Work<'a> {
    /// Work that ends when `go_on` says no. It is asked at the first unit, and then some tens of times a second.
    pub fn new(go_on: &'a dyn Fn() -> bool) -> Self {
        Self {
            go_on,
            left: 0,
            looks: 0,
            items: 0,
            most_steps: u64::MAX,
            halt: None,
        }
    }

    /// The drain begins. From here on the number of steps is limited, and the work gives up beyond it.
    pub fn begin_drain(&mut self) {
        let before = self.steps();
        self.most_steps = before + STEPS_OF_DRAIN.max(before * DRAIN_TO_REST);
    }

    /// Steps so far, as of the last look.
    fn steps(&self) -> u64 {
        let units = self.looks * UNITS_A_LOOK.unsigned_abs();
        units.saturating_sub(self.items) + self.items / ITEMS_A_STEP
    }

    /// Counts one unit; whether to go on.
    #[inline(always)]
    #[must_use]
    pub fn step(&mut self) -> bool {
        self.left -= 1;
        self.left >= 0 || self.look()
    }

    /// Counts what is done in one go, such as the items of a list that is searched.
    #[inline]
    pub fn count(&mut self, units: usize) {
        let units = i64::try_from(units).unwrap_or(i64::MAX);
        let units = units.min(self.left);
        self.left -= units;
        self.items += units.unsigned_abs();
    }

    #[cold]
    #[inline(never)]
    fn look(&mut self) -> bool {
        if self.halt.is_none() && !(self.go_on)() {
            self.halt = Some(Halt::Stopped { live: 0 });
        }
        self.looks += 1;
        if self.steps() > self.most_steps {
            self.give_up(
                "what is left at the horizon takes more than 30,000,000 steps of the simulation, and more than ten times \
                 as many as all before it",
                format!("{LESS_WORK}, make the intervals at which targets are evaluated longer, or {CUT}"),
            );
        }
        let goes_on = self.halt.is_none();
        self.left = if goes_on { UNITS_A_LOOK } else { 0 };
        goes_on
    }

    /// Ends the work, since it has no end of its own. The first reason stays.
    #[cold]
    pub fn give_up(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.left = 0;
        self.halt.get_or_insert_with(|| Halt::Endless {
            message: message.into(),
            help: help.into(),
        });
    }

    /// Whether it was told to end.
    pub fn is_halted(&self) -> bool {
        self.halt.is_some()
    }

    /// The reason for which it was told to end, if it was.
    pub fn outcome(&self) -> Result<(), Halt> {
        self.halt.clone().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn it_is_asked_at_the_first_unit_and_then_now_and_then() {
        let looks = Cell::new(0);
        let go_on = || {
            looks.set(looks.get() + 1);
            true
        };
        let mut work = Work::new(&go_on);
        assert_eq!(looks.get(), 0);
        for _ in 0..3 * UNITS_A_LOOK {
            assert!(work.step());
        }
        assert_eq!(looks.get(), 3);
        // What is done in one go counts as well.
        work.count(usize::MAX);
        assert!(work.step());
        assert_eq!(looks.get(), 4);
        assert_eq!(work.outcome(), Ok(()));
    }

    #[test]
    fn it_ends_and_stays_ended() {
        let goes = Cell::new(true);
        let go_on = || goes.get();
        let mut work = Work::new(&go_on);
        assert!(work.step());
        goes.set(false);
        work.count(1 << 16);
        assert!(!work.step());
        goes.set(true);
        assert!(!work.step());
        assert!(work.is_halted());
        assert_eq!(work.outcome(), Err(Halt::Stopped { live: 0 }));
        work.give_up("later", "it does not matter");
        let first = Err(Halt::Stopped { live: 0 });
        assert_eq!(work.outcome(), first, "the first reason stays");
    }

    /// Steps after which a drain gives up, given the steps `before` it and the `items` that each step looks through.
    fn steps_of_drain(before: u64, items: usize) -> u64 {
        let mut work = Work::unwatched();
        for _ in 0..before {
            assert!(work.step());
        }
        work.begin_drain();
        let mut steps = 0;
        while work.step() {
            steps += 1;
            work.count(items);
        }
        let told = work.outcome().expect_err("it has no end").to_string();
        assert!(told.starts_with("what is left at the horizon"), "{told}");
        steps
    }

    #[test]
    fn a_drain_has_its_steps_or_ten_times_those_before_it() {
        let a_look = UNITS_A_LOOK.unsigned_abs();
        let is_about = |steps: u64, expected: u64| steps.abs_diff(expected) <= 11 * a_look;
        assert!(is_about(steps_of_drain(0, 0), STEPS_OF_DRAIN));
        assert!(is_about(steps_of_drain(a_look, 0), STEPS_OF_DRAIN));
        let before = 2 * STEPS_OF_DRAIN / DRAIN_TO_REST;
        assert!(is_about(steps_of_drain(before, 0), 2 * STEPS_OF_DRAIN));
        // A thousand items are ten steps more.
        assert!(is_about(steps_of_drain(0, 1_000), STEPS_OF_DRAIN / 11));
    }

    #[test]
    fn a_reason_to_give_up_ends_it_at_once() {
        let mut work = Work::unwatched();
        assert!(work.step());
        work.give_up("it never ends", "make it shorter");
        assert!(!work.step());
        let told = work.outcome().expect_err("it ended").to_string();
        assert_eq!(told, "it never ends (make it shorter)");
    }
}
