//! The rows of `break-even.csv`: what was found of each pair.

use super::figures::{self, Side};
use super::{Answer, Crossing, Found};
use crate::stats::Estimate;

/// What was found of a pair.
#[derive(Clone, Copy)]
pub(super) enum Outcome<'a> {
    /// A place at which both cost the same.
    BreakEven(&'a Crossing),
    /// One at which they do, but a queue grows.
    Undone,
    /// None.
    Nothing,
}

/// What was found of a pair, with the figures of both sides there.
pub(super) struct Row<'a> {
    pub(super) found: &'a Found<'a>,
    pub(super) answer: &'a Answer,
    outcome: Outcome<'a>,
    pub(super) crossing: Option<&'a Crossing>,
    /// What both sides cost there.
    pub(super) costs: [Option<Estimate>; 2],
    pub(super) sides: Option<[Side; 2]>,
}

impl<'a> Row<'a> {
    pub(super) fn of(found: &'a Found<'a>, answer: &'a Answer, outcome: Outcome<'a>) -> Self {
        let study = found.study;
        let crossing = match outcome {
            Outcome::BreakEven(crossing) => Some(crossing),
            Outcome::Undone | Outcome::Nothing => None,
        };
        let look = crossing.map(|crossing| crossing.look);
        Self {
            found,
            answer,
            outcome,
            crossing,
            costs: look.map_or([None; 2], |look| figures::cost(study, answer.pair, look)),
            sides: look.map(|look| look.sides.map(|at| Side::of(&study.variants[at]))),
        }
    }

    pub(super) fn side(&self, side: usize, of: fn(&Side) -> Option<Estimate>) -> Option<Estimate> {
        of(&self.sides.as_ref()?[side])
    }

    /// The side that costs less below and above the crossing; of none, wherever it was simulated.
    pub(super) fn cheaper(&self) -> [&str; 2] {
        let names = self.found.names(self.answer.pair);
        match self.outcome {
            Outcome::BreakEven(crossing) if crossing.rises => names,
            Outcome::BreakEven(_) => [names[1], names[0]],
            Outcome::Undone => [""; 2],
            Outcome::Nothing => match self.answer.cheaper(self.found.study) {
                Some(side) => [names[side]; 2],
                None => [""; 2],
            },
        }
    }

    /// The word for what was found.
    pub(super) fn word(&self) -> &'static str {
        let study = self.found.study;
        match self.outcome {
            Outcome::BreakEven(_) => "break_even",
            Outcome::Undone => "queue_grows",
            Outcome::Nothing if self.answer.cheaper(study).is_some() => "one_is_cheaper",
            Outcome::Nothing if self.answer.is_same(study) => "same_cost",
            Outcome::Nothing => "no_clear_difference",
        }
    }
}
