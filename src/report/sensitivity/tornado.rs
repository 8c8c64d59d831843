//! Each input alone at its values, with all others as stated.

use super::Design;
use super::seen::{Figures, MOST_FIGURES, Seen};
use crate::report::StudyResults;
use crate::report::answer::Verdict;
use crate::report::comparison::change_between;
use crate::report::row::Row;
use crate::stats::Estimate;

/// An input at one of its values.
#[derive(Clone, Debug)]
pub(super) struct End {
    /// The value as written.
    pub(super) written: String,
    /// Its place.
    pub(super) place: f64,
    /// Figures of the recommended variant.
    pub(super) figures: [Option<Estimate>; MOST_FIGURES],
    /// How they change from what they are as stated, by pairs of replications.
    pub(super) changes: [Option<Estimate>; MOST_FIGURES],
    /// Position of the best variant.
    pub(super) best: Option<usize>,
    /// What becomes of the choice as stated.
    pub(super) choice: Choice,
}

/// What becomes of the choice as stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// It is the best one, or not clearly worse; or there is none in both.
    Stays,
    /// Whether it still meets the goal is undecided there, so that the best of those that surely meet it says little.
    Unsure,
    /// The variant at this position is the best.
    Other(usize),
    /// No variant surely meets the goal any more.
    Nobody,
}

impl Choice {
    /// Whether it is surely another, or none.
    pub(super) fn changes(self) -> bool {
        matches!(self, Self::Other(_) | Self::Nobody)
    }

    fn of(stated: &Seen, there: &Seen) -> Self {
        let is_unsure = |before: usize| {
            let verdict = there.variants[before].verdict;
            matches!(verdict, Verdict::Undecided { .. })
        };
        match (stated.best, there.best) {
            (Some(before), _) if is_unsure(before) => Self::Unsure,
            (Some(before), Some(best)) if before != best && !there.tied.contains(&before) => {
                Self::Other(best)
            }
            (None, Some(best)) => Self::Other(best),
            (Some(_), None) => Self::Nobody,
            (Some(_), Some(_)) | (None, None) => Self::Stays,
        }
    }
}

/// An input at all of its values.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    /// Position of the input.
    pub(super) input: usize,
    /// Its values, in their order.
    pub(super) ends: Vec<End>,
}

impl Bar {
    /// From the smallest to the largest value of a figure, that as stated included.
    pub(super) fn swing(&self, figure: usize) -> Option<f64> {
        let changes = self.ends.iter().filter_map(|end| end.changes[figure]);
        let changes: Vec<f64> = changes.map(|change| change.mean).collect();
        let (least, most) = (
            changes.iter().copied().fold(0.0, f64::min),
            changes.iter().copied().fold(0.0, f64::max),
        );
        (!changes.is_empty()).then_some(most - least)
    }
}

/// The bars, the longest of the first figure first, then of the second.
pub(super) fn bars(
    design: &Design,
    (kept, seen): (&[StudyResults], &[Seen]),
    (figures, recommended): (Figures, usize),
) -> Vec<Bar> {
    let row = |study: usize| Row::of_all(&kept[study].variants[recommended]);
    let stated = row(0);
    let end = |point: usize, place: f64, written: &str| {
        let own = row(point);
        let change = |figure: usize| {
            let statistic = figures.statistic(figure)?;
            change_between(&own, &stated, statistic).difference
        };
        End {
            written: written.to_owned(),
            place,
            figures: seen[point].variants[recommended].figures,
            changes: [0, 1].map(change),
            best: seen[point].best,
            choice: Choice::of(&seen[0], &seen[point]),
        }
    };
    let mut bars: Vec<Bar> = Vec::new();
    for (position, (input, place)) in design.alone.iter().enumerate() {
        if bars.last().is_none_or(|bar| bar.input != *input) {
            bars.push(Bar {
                input: *input,
                ends: Vec::new(),
            });
        }
        if let Some(bar) = bars.last_mut() {
            let written = &design.uncertain[*input].values[bar.ends.len()];
            bar.ends.push(end(1 + position, *place, written));
        }
    }
    let swing = |bar: &Bar, figure: usize| bar.swing(figure).unwrap_or(0.0);
    bars.sort_by(|one, other| {
        let by = |figure: usize| swing(other, figure).total_cmp(&swing(one, figure));
        by(0).then(by(1))
    });
    bars
}
