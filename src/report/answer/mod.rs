//! The answer: which variant to take, as a value of its parts and as sentences.
//!
//! With a goal it is the variant that meets it and has the least of what is to be small; without one, the Pareto-optimal variants
//! and the knee; where all serve alike, the cheapest (`docs/deciding.md`).

mod alone;
mod cheapest;
mod chosen;
mod closest;
mod expected;
mod front;
mod judged;
mod missed;
mod overload;
mod parts;
mod take;
mod text;

pub(in crate::report) use chosen::time;
pub(in crate::report) use closest::closest;
pub(in crate::report) use judged::{Risks, needed, statistic};
pub(in crate::report) use text::{Teller, a_month, listed};

pub use cheapest::Cheapest;
pub use chosen::{Chosen, Next, Outcome};
pub use expected::Expected;
pub use front::Front;
pub use judged::{Judged, Standing, Verdict};

use super::StudyResults;
use super::wrapping::{paragraph, wrapped};
use crate::goal::Goal;

/// What a study says about the choice between its variants.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<'a> {
    study: &'a StudyResults,
    /// What to take.
    pub choice: Choice<'a>,
    /// Whether each threshold is kept.
    pub expected: Vec<Expected<'a>>,
}

/// What to take.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice<'a> {
    /// One variant and no goal: there is nothing to say.
    Nothing,
    /// By a goal.
    Goal {
        /// The goal.
        goal: &'a Goal,
        /// Each variant, in the order of the scenario.
        standings: Vec<Standing<'a>>,
        /// Which of them to take.
        outcome: Outcome,
    },
    /// Without a goal: cost against time.
    Front(Front<'a>),
}

/// Thresholds of a study that are crossed.
pub fn crossed(study: &StudyResults) -> usize {
    let expected = expected::expected(study);
    expected.iter().filter(|expected| !expected.is_kept).count()
}

impl<'a> Answer<'a> {
    /// The answer of a study.
    pub fn of(study: &'a StudyResults) -> Self {
        let choice = match &study.goal {
            Some(goal) => {
                let standings = judged::standings(&study.variants, goal);
                let outcome = chosen::outcome(study, goal, &standings);
                Choice::Goal {
                    goal,
                    standings,
                    outcome,
                }
            }
            None => front::front(study).map_or(Choice::Nothing, Choice::Front),
        };
        Self {
            study,
            choice,
            expected: expected::expected(study),
        }
    }

    /// The position of the variant to take, where a goal chooses one, or cost alone does.
    pub fn taken(&self) -> Option<usize> {
        match &self.choice {
            Choice::Goal {
                outcome: Outcome::Chosen(chosen),
                ..
            } => Some(chosen.position),
            Choice::Front(front) => front.cheapest.as_ref().map(|of| of.position),
            _ => None,
        }
    }

    /// Whether there is a goal that no variant meets for sure.
    pub fn misses_goal(&self) -> bool {
        match &self.choice {
            Choice::Goal { outcome, .. } => !matches!(outcome, Outcome::Chosen(_)),
            _ => false,
        }
    }

    /// The answer in one to three sentences; none where there is nothing to choose.
    pub fn sentences(&self) -> Vec<String> {
        text::sentences(self.study, &self.choice)
    }

    /// A line for each threshold, with a tick or a cross.
    pub fn expectations(&self) -> Vec<String> {
        let lines = self.expected.iter();
        lines.map(|of| text::expectation(self.study, of)).collect()
    }

    /// Sentences and lines for a terminal of so many columns; nothing where there are none.
    pub fn text(&self, width: usize) -> String {
        let sentences = self.sentences().join(" ");
        let mut text = String::new();
        if !sentences.is_empty() {
            text = paragraph(&sentences, width);
            text.push('\n');
        }
        for line in self.expectations() {
            text.push_str(&wrapped(&line, width));
            text.push('\n');
        }
        text
    }
}
