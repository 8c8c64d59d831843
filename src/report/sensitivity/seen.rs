//! What is seen at one point: the figures of each variant, and which is the best.

use crate::goal::{Figure, Goal};
use crate::report::answer::{Standing, Verdict, statistic, time};
use crate::report::growth::Growing;
use crate::report::objective::Objective;
use crate::report::row::Row;
use crate::report::statistic::Statistic;
use crate::report::{StudyResults, VariantResults};
use crate::stats::{CONFIDENCE, Estimate};

/// Figures that are told at most: what is to be small, and a time.
pub(super) const MOST_FIGURES: usize = 2;

/// The figures that are told of all points.
#[derive(Clone, Copy)]
pub(super) struct Figures {
    /// What is to be small.
    objective: Objective,
    /// It, and the time that the answer tells, unless that is the same.
    told: [Option<Figure>; MOST_FIGURES],
}

impl std::fmt::Debug for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.told.fmt(f)
    }
}

impl Figures {
    /// By a goal and the results as stated.
    pub(super) fn of(study: &StudyResults, goal: &Goal) -> Self {
        let takes_runs = study.variants.iter().any(|it| Row::of_all(it).takes_runs());
        let time = time(goal, takes_runs);
        Self {
            objective: Objective::of(study, goal),
            told: [
                Some(goal.minimize),
                Some(time).filter(|time| *time != goal.minimize),
            ],
        }
    }

    /// They, with their positions.
    pub(super) fn told(self) -> impl Iterator<Item = (usize, Figure)> {
        let all = self.told.into_iter().enumerate();
        all.filter_map(|(position, figure)| Some((position, figure?)))
    }

    /// Whether the first is the cost of a month.
    pub(super) fn is_per_month(self) -> bool {
        self.objective.is_per_month
    }

    /// How the figure at a position is computed.
    pub(super) fn statistic(self, position: usize) -> Option<Statistic> {
        let figure = self.told[position]?;
        Some(if position == 0 {
            self.objective.statistic
        } else {
            statistic(figure)
        })
    }
}

/// A variant at one point.
#[derive(Clone, Debug)]
pub(super) struct Showing {
    /// The figures that are told.
    pub(super) figures: [Option<Estimate>; MOST_FIGURES],
    /// Whether it meets the goal.
    pub(super) verdict: Verdict,
}

impl Showing {
    fn of(variant: &VariantResults, goal: &Goal, figures: Figures) -> Self {
        let row = Row::of_all(variant);
        // Without limits, what counts is that it keeps up with its work.
        let verdict = if goal.limits.is_empty() && Growing::of_all(variant).any() {
            Verdict::Fails
        } else {
            Standing::of(variant, &goal.limits).verdict()
        };
        Self {
            figures: [0, 1].map(|position| row.figure(figures.statistic(position)?)),
            verdict,
        }
    }

    /// What is to be small, where that counts.
    pub(super) fn value(&self) -> Option<f64> {
        self.figures[0].map(|value| value.mean)
    }
}

/// What is seen at one point.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Each variant, in the order of the scenario.
    pub(super) variants: Vec<Showing>,
    /// Position of the variant that surely meets the goal and has the least of what is to be small.
    pub(super) best: Option<usize>,
    /// Positions of others that surely meet the goal and do not clearly have more.
    pub(super) tied: Vec<usize>,
}

impl Seen {
    pub(super) fn of(study: &StudyResults, goal: &Goal, figures: Figures) -> Self {
        let all = study.variants.iter();
        let variants: Vec<Showing> = all.map(|it| Showing::of(it, goal, figures)).collect();
        let meeting = variants.iter().enumerate();
        let meeting = meeting.filter(|(_, it)| it.verdict == Verdict::Meets);
        let meeting = meeting.filter_map(|(position, it)| Some((position, it.value()?)));
        let meeting: Vec<(usize, f64)> = meeting.collect();
        let best = meeting
            .iter()
            .min_by(|one, other| one.1.total_cmp(&other.1));
        let best = best.map(|(position, _)| *position);
        let see = |position: usize| figures.objective.see(&study.variants[position]);
        let of_best = best.and_then(see);
        let is_tied = |position: usize| {
            let more = see(position).zip(of_best.as_ref());
            let more = more.and_then(|(own, best)| own.less(best, CONFIDENCE));
            more.is_some_and(|more| more.lower() <= 0.0)
        };
        let others = meeting.iter().map(|(position, _)| *position);
        let others = others.filter(|position| Some(*position) != best);
        Self {
            tied: others.filter(|position| is_tied(*position)).collect(),
            variants,
            best,
        }
    }
}
