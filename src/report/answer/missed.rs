//! What is said of a variant that does not meet a goal, or may not, and of a single one.

use super::judged::{Judged, Standing, Verdict};
use super::text::{Teller, deciding, listed, words_of};
use crate::goal::Goal;

impl Teller<'_> {
    /// `its p95 wait is 12 min (± 1), and the limit is 10m`.
    pub(in crate::report) fn missing(&self, judged: &Judged<'_>) -> String {
        let limit = judged.limit.written();
        if judged.grows {
            return format!("its queue grows, so that no value of {limit} exists");
        }
        let words = words_of(judged);
        match judged.value {
            Some(value) => {
                let value = self.shown(judged.limit.figure, value);
                format!("its {words} is {value}, and {limit} binds")
            }
            None => format!("it has no {words}, and so not {limit}"),
        }
    }

    pub(super) fn only(&self, goal: &Goal, standing: &Standing<'_>) -> Vec<String> {
        let (name, limits) = (format!("`{}`", standing.variant), self.limits(goal));
        let values: Vec<String> = standing
            .judged
            .iter()
            .map(|judged| format!("{} {}", words_of(judged), self.value_of(judged)))
            .collect();
        let values = listed(&values);
        let sentence = match standing.verdict() {
            Verdict::Meets => format!("{name} meets the goal ({limits}): {values}."),
            Verdict::Undecided { replications } => format!(
                "Whether {name} meets the goal ({limits}) is undecided: {values}; {}.",
                deciding(replications, standing.replications)
            ),
            Verdict::NoValue | Verdict::Fails => {
                format!("{name} does not meet the goal ({limits}): {values}.")
            }
        };
        let meets = standing.verdict() == Verdict::Meets;
        let alone = meets.then(|| self.not_alone(goal, 0)).flatten();
        [sentence].into_iter().chain(alone).collect()
    }

    pub(super) fn missed(&self, goal: &Goal, standing: &Standing<'_>) -> Vec<String> {
        let (name, limits) = (standing.variant, self.limits(goal));
        let why = standing.binding().map(|judged| self.missing(judged));
        let why = why.unwrap_or_default();
        let mut sentences = vec![
            format!("No variant meets the goal ({limits})."),
            format!("`{name}` comes closest: {why}."),
        ];
        sentences.extend(standing.done.map(|done| {
            // It does not do all of it.
            let percent = (done * 100.0).round().min(99.0);
            format!(
                "All queues grow; by the horizon it does {percent} % of its work, and no other variant clearly more."
            )
        }));
        sentences
    }

    pub(super) fn undecided(&self, goal: &Goal, standing: &Standing<'_>) -> Vec<String> {
        let (name, limits) = (standing.variant, self.limits(goal));
        let why = standing.binding().map(|judged| self.missing(judged));
        let decide = match standing.verdict() {
            Verdict::Undecided { replications } => deciding(replications, standing.replications),
            _ => String::new(),
        };
        let why = why.unwrap_or_default();
        vec![
            format!("No variant surely meets the goal ({limits})."),
            format!("`{name}` comes closest and is undecided: {why}; {decide}."),
        ]
    }
}
