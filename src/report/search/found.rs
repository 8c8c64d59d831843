//! What a search found.

use super::{Course, Fate, Why};
use crate::goal::Goal;
use crate::report::answer::{Standing, Verdict, closest};
use crate::report::objective::Objective;
use crate::report::row::Row;
use crate::report::{StudyResults, VariantResults};
use crate::stats::{CONFIDENCE, Estimate};

/// How a search ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The point at this position is the best of those that surely meet the goal.
    Best(usize),
    /// None surely meets the goal; the position of the undecided one that is closest to it.
    Undecided(usize),
    /// All miss it; the position of the closest.
    Missed(usize),
}

impl End {
    /// The position of the point that is named.
    pub fn position(&self) -> usize {
        match self {
            Self::Best(position) | Self::Undecided(position) | Self::Missed(position) => *position,
        }
    }
}

/// The results of a search, with what it did.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The results of all points, each with its own number of replications.
    pub study: &'a StudyResults,
    /// The goal.
    pub goal: &'a Goal,
    /// What became of each point.
    pub fates: &'a [Fate],
    /// What is to be small, of each point.
    pub values: Vec<Option<Estimate>>,
    /// What each point has more of it than the named one, over the replications that both have. Means of all replications do not tell: a
    /// point that dropped out has the first ones only.
    pub more: Vec<Option<f64>>,
    /// Whether that is the cost of a month.
    pub is_per_month: bool,
    /// Each point against the limits, with intervals of 95 %.
    pub standings: Vec<Standing<'a>>,
    /// How it ended.
    pub end: End,
    /// Positions of the others that have not dropped out and surely meet the goal.
    pub tied: Vec<usize>,
    /// Positions of those of which that is not known.
    pub undecided: Vec<usize>,
    /// How much better than the best another point may be, as a share of the best.
    pub gap: Option<f64>,
    /// Whether that is within the indifference zone.
    pub is_decided: bool,
    /// The difference that does not matter, as a share of what is to be small.
    pub indifference: f64,
    /// Rounds, and replications of a point at most.
    pub rounds: (usize, u32),
    /// Replications of all points together.
    pub replications: usize,
}

impl<'a> Found<'a> {
    /// What a course came to, of which all rounds were simulated.
    pub fn of(course: &'a Course, study: &'a StudyResults) -> Self {
        let goal = &course.goal;
        let objective = Objective::of(study, goal);
        let rows = study.variants.iter().map(Row::of_all);
        let values: Vec<Option<Estimate>> =
            rows.map(|row| row.figure(objective.statistic)).collect();
        let standings = study.variants.iter();
        let standings: Vec<Standing<'_>> = standings
            .map(|variant| Standing::of(variant, &goal.limits))
            .collect();
        let end = end(course, study, (&values, &standings));
        let chosen = end.position();
        let value = values[chosen].map(|value| value.mean.abs());
        let named = objective.see(&study.variants[chosen]);
        let more = study.variants.iter().map(|variant| {
            let more = objective.see(variant)?.less(named.as_ref()?, CONFIDENCE)?;
            Some(more.mean())
        });
        let others = course.open().into_iter().filter(|other| *other != chosen);
        let (tied, undecided) = others.partition(|other| course.meeting.contains(other));
        Self {
            study,
            goal,
            fates: course.fates(),
            tied,
            undecided,
            gap: course
                .gap
                .zip(value)
                .map(|(gap, value)| if gap == 0.0 { 0.0 } else { gap / value }),
            more: more.collect(),
            values,
            is_per_month: objective.is_per_month,
            standings,
            end,
            is_decided: course.is_decided,
            indifference: course.search.indifference,
            rounds: (
                course.rounds().len(),
                course.rounds().iter().map(|it| it.count).max().unwrap_or(0),
            ),
            replications: study.variants.iter().map(|it| it.replications.len()).sum(),
        }
    }

    /// What is to be small, of a point, as far as it can be compared with that of others: that of the named point and what this one has
    /// more. Infinite where it has none.
    pub(super) fn comparable(&self, position: usize) -> f64 {
        let named = self.values[self.end.position()];
        match (named, self.more[position]) {
            (Some(named), Some(more)) => named.mean + more,
            _ => self.values[position].map_or(f64::INFINITY, |value| value.mean),
        }
    }

    /// Whether the goal limits nothing, so that every point counts that keeps up with its work.
    pub(super) fn has_no_limits(&self) -> bool {
        self.goal.limits.is_empty()
    }

    /// What a point does that is a choice, or what several do.
    pub(super) fn kept(&self, is_one: bool) -> &'static str {
        match (self.has_no_limits(), is_one) {
            (true, true) => "keeps up with its work",
            (true, false) => "keep up with their work",
            (false, true) => "meets the goal",
            (false, false) => "meet the goal",
        }
    }

    /// Whether a point meets the goal, as surely as the search asks: of one that is still open and is not known to meet it or to
    /// miss it, the interval of a single study says too much.
    pub fn meets(&self, position: usize) -> Verdict {
        if matches!(
            self.fates[position],
            Fate::Out {
                why: Why::Grows,
                ..
            }
        ) {
            return Verdict::Fails;
        }
        let is_open = matches!(self.end, End::Undecided(closest) if closest == position)
            || self.undecided.contains(&position);
        match self.standings[position].verdict() {
            Verdict::Meets | Verdict::Fails if is_open => Verdict::Undecided { replications: None },
            verdict => verdict,
        }
    }

    /// The verdict on a point, as a word of files.
    pub fn verdict(&self, position: usize) -> &'static str {
        match (&self.fates[position], &self.end) {
            (_, End::Best(best)) if *best == position => "best",
            (Fate::Open, _) if self.tied.contains(&position) => "tied",
            (Fate::Open, _) => "undecided",
            (
                Fate::Out {
                    why: Why::Worse(_), ..
                },
                _,
            ) => "worse",
            (
                Fate::Out {
                    why: Why::Fails(_) | Why::Grows,
                    ..
                },
                _,
            ) => "fails",
            (
                Fate::Out {
                    why: Why::NoValue(_),
                    ..
                },
                _,
            ) => "no_value",
        }
    }
}

/// How a course ended.
fn end(
    course: &Course,
    study: &StudyResults,
    (values, standings): (&[Option<Estimate>], &[Standing<'_>]),
) -> End {
    let mean = |point: &usize| values[*point].map_or(f64::INFINITY, |value| value.mean);
    let meeting = course.meeting.iter().copied();
    if let Some(best) = meeting.min_by(|one, other| mean(one).total_cmp(&mean(other))) {
        return End::Best(best);
    }
    let closest = |points: &[usize]| closest(standings, points, |point| mean(&point));
    if let Some(point) = closest(&course.open()) {
        return End::Undecided(point);
    }
    let all: Vec<usize> = (0..standings.len()).collect();
    if course.goal.limits.is_empty() {
        return End::Missed(least_waiting(study));
    }
    End::Missed(closest(&all).unwrap_or_default())
}

/// The point whose runs wait the least, where every queue grows and no limit tells which is closest: the more work is left undone, the
/// longer they wait.
fn least_waiting(study: &StudyResults) -> usize {
    let wait = |variant: &VariantResults| {
        let sums = Row::of_all(variant).values(|of| {
            let runs = of.runs.as_ref();
            runs.map_or((0.0, 0.0), |runs| {
                (runs.wait_sum as f64, runs.started as f64)
            })
        });
        let (waits, started) = sums
            .iter()
            .fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
        if started > 0.0 {
            waits / started
        } else {
            f64::INFINITY
        }
    };
    let waits = study.variants.iter().map(wait).enumerate();
    let least = waits.min_by(|one, other| one.1.total_cmp(&other.1));
    least.map_or(0, |(point, _)| point)
}
