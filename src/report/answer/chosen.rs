//! Which variant a goal chooses.

use super::closest::closest;
use super::judged::{Standing, Verdict, statistic};
use crate::goal::{Dimension, Figure, Goal, Scope};
use crate::report::StudyResults;
use crate::report::change::{self, Change};
use crate::report::comparison::{
    change_between, usd_per_turnaround_hour_saved, usd_per_wait_hour_saved,
};
use crate::report::family::Family;
use crate::report::load::Compared;
use crate::report::money;
use crate::report::month::makes_months;
use crate::report::row::Row;
use crate::report::statistic::Statistic;
use crate::stats::Estimate;

/// What becomes of the variants by a goal.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// One of those that meet it.
    Chosen(Box<Chosen>),
    /// None meets it for sure; the position of the undecided one that is closest to it.
    Undecided(usize),
    /// All miss it; the position of the closest.
    Missed(usize),
}

/// The variant to take.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Its position.
    pub position: usize,
    /// What is to be small; of all costs that of a month, where there is one.
    pub value: Option<Estimate>,
    /// Whether that is of a month.
    pub is_per_month: bool,
    /// Whether it is the cost per completed run, since variants are submitted different numbers of runs.
    pub is_per_run: bool,
    /// How it changes from the baseline; `None` where that is the baseline.
    pub against_baseline: Option<Against>,
    /// Positions of those that meet the goal as well and have no clearly different value.
    pub tied: Vec<usize>,
    /// Those of them whose value is the same in each replication.
    pub same: Vec<usize>,
    /// Undecided variants of which the value is not clearly larger.
    pub open: Vec<usize>,
    /// Among those that meet the goal, the cheapest with a clearly shorter time.
    pub next: Option<Next>,
    /// Whether its queue grows, as those of all that meet the goal do.
    pub grows: bool,
    /// Positions of those that meet the goal as well, but whose queue grows: they are not chosen where another keeps up.
    pub growing: Vec<usize>,
}

/// A change of what is to be small, and of the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// Of what is to be small.
    pub value: Change,
    /// Of the time.
    pub time: Change,
    /// Which time.
    pub of: Figure,
}

/// What a shorter time would cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// Position of the variant.
    pub position: usize,
    /// How the time changes from the chosen one.
    pub time: Change,
    /// Which time.
    pub of: Figure,
    /// How what is to be small changes.
    pub value: Change,
    /// Cost per hour of waiting saved, of runs; where the time is a turnaround, per hour of that.
    pub per_hour: Option<Estimate>,
}

/// What becomes of the variants.
pub(super) fn outcome(study: &StudyResults, goal: &Goal, standings: &[Standing<'_>]) -> Outcome {
    let with = |wanted: fn(Verdict) -> bool| {
        let all = standings.iter().enumerate();
        let with = all.filter(move |(_, standing)| wanted(standing.verdict()));
        with.map(|(position, _)| position).collect::<Vec<usize>>()
    };
    let meeting = with(|verdict| verdict == Verdict::Meets);
    let undecided = with(|verdict| matches!(verdict, Verdict::Undecided { .. }));
    let chooser = Chooser::of(study, goal);
    if let Some(chosen) = chooser.chosen(&meeting, &undecided) {
        return Outcome::Chosen(Box::new(chosen));
    }
    let all: Vec<usize> = (0..standings.len()).collect();
    match closest(standings, &undecided, |at| chooser.mean(at)) {
        Some(position) => Outcome::Undecided(position),
        None => {
            Outcome::Missed(closest(standings, &all, |at| chooser.mean(at)).unwrap_or_default())
        }
    }
}

/// The variants of a study, and what is looked at.
struct Chooser<'a> {
    study: &'a StudyResults,
    rows: Vec<Row<'a>>,
    value: Statistic,
    is_per_month: bool,
    is_per_run: bool,
    /// Whether a ratio of two values is told.
    is_money: bool,
    time: Figure,
}

impl<'a> Chooser<'a> {
    fn of(study: &'a StudyResults, goal: &Goal) -> Self {
        let is_cost = matches!(goal.minimize, Figure::Cost | Figure::CostPerMonth);
        let is_per_run = is_cost && Compared::of(study) == Compared::PerRun;
        let is_per_month =
            goal.minimize == Figure::Cost && !is_per_run && study.variants.iter().all(makes_months);
        let value = if is_per_run {
            money::COST_PER_COMPLETED_RUN
        } else if is_per_month {
            Statistic::Mean(money::cost_per_month)
        } else {
            statistic(goal.minimize)
        };
        let rows: Vec<Row<'_>> = study.variants.iter().map(Row::of_all).collect();
        let takes_runs = rows.iter().any(Row::takes_runs);
        Self {
            study,
            value,
            is_per_month,
            is_per_run,
            is_money: goal.minimize.dimension() == Dimension::Money,
            time: time(goal, takes_runs),
            rows,
        }
    }

    /// What is to be small of a variant; infinite where it has no value.
    fn mean(&self, at: usize) -> f64 {
        let value = self.rows[at].figure(self.value);
        value.map_or(f64::INFINITY, |value| value.mean)
    }

    fn chosen(&self, meeting: &[usize], undecided: &[usize]) -> Option<Chosen> {
        let grows = |at: &usize| self.rows[*at].growing.any();
        let (growing, steady): (Vec<usize>, Vec<usize>) = meeting.iter().partition(|at| grows(at));
        let all_grow = steady.is_empty();
        let (meeting, growing) = if all_grow {
            (&growing[..], Vec::new())
        } else {
            (&steady[..], growing)
        };
        let undecided = undecided.iter().filter(|at| all_grow || !grows(at));
        let undecided = &undecided.copied().collect::<Vec<usize>>()[..];
        let values = meeting.iter().map(|at| self.rows[*at].figure(self.value));
        let values = meeting.iter().copied().zip(values);
        let mean = |value: &Option<Estimate>| value.map_or(f64::INFINITY, |value| value.mean);
        let (position, value) =
            values.min_by(|(_, one), (_, other)| mean(one).total_cmp(&mean(other)))?;
        let without = |all: &[usize]| -> Vec<usize> {
            let others = all.iter().filter(|other| **other != position);
            others.copied().collect()
        };
        let others = without(meeting);
        let changes = self.changes(position, &others);
        let is_clear =
            |change: &Change| change.verdict(self.is_money) == Some(change::Verdict::Clear);
        let tied = others.iter().zip(&changes);
        let tied = tied.filter(|(_, change)| !is_clear(change));
        let same = tied
            .clone()
            .filter(|(_, change)| change.verdict(self.is_money) == Some(change::Verdict::Same));
        let open = self.changes(position, undecided);
        let is_dearer =
            |change: &Change| is_clear(change) && change.difference.is_some_and(|of| of.mean > 0.0);
        let open = undecided.iter().zip(open);
        let open = open.filter(|(_, change)| !is_dearer(change));
        Some(Chosen {
            position,
            value,
            is_per_month: self.is_per_month,
            is_per_run: self.is_per_run,
            against_baseline: self.against_baseline(position),
            same: same.map(|(other, _)| *other).collect(),
            tied: tied.map(|(other, _)| *other).collect(),
            open: open.map(|(other, _)| *other).collect(),
            next: self.next(position, &others, &changes),
            grows: all_grow,
            growing,
        })
    }

    /// How others change what is to be small, as several comparisons.
    fn changes(&self, from: usize, others: &[usize]) -> Vec<Change> {
        let family = self.family(self.value, self.is_money);
        family.from(from, others)
    }

    fn family(
        &self,
        statistic: Statistic,
        is_told_as_ratio: bool,
    ) -> Family<impl Fn(usize, usize) -> Change> {
        Family {
            variants: self.rows.len(),
            baseline: self.study.baseline,
            is_told_as_ratio,
            change: move |to: usize, from: usize| {
                change_between(&self.rows[to], &self.rows[from], statistic)
            },
        }
    }

    fn against_baseline(&self, position: usize) -> Option<Against> {
        let is_other = position != self.study.baseline;
        let time = self.family(statistic(self.time), false);
        is_other.then(|| Against {
            value: self.family(self.value, self.is_money).against_baseline()[position],
            time: time.against_baseline()[position],
            of: self.time,
        })
    }

    /// The cheapest with a clearly shorter time.
    fn next(&self, from: usize, others: &[usize], values: &[Change]) -> Option<Next> {
        let family = self.family(statistic(self.time), false);
        let times = family.from(from, others);
        let shorter = |change: &Change| {
            change.verdict(false) == Some(change::Verdict::Clear)
                && change.difference.is_some_and(|of| of.mean < 0.0)
        };
        let more = |change: &Change| change.difference.map_or(f64::INFINITY, |of| of.mean);
        let all = others.iter().zip(values).zip(&times);
        let shorter = all.filter(|(_, time)| shorter(time));
        let ((position, value), time) =
            shorter.min_by(|((_, one), _), ((_, other), _)| more(one).total_cmp(&more(other)))?;
        let per_hour = match self.time {
            // Hours by an amount for other work say nothing.
            _ if self.is_per_run => None,
            Figure::TurnaroundMean => {
                usd_per_turnaround_hour_saved(&self.rows[*position], &self.rows[from])
            }
            _ => usd_per_wait_hour_saved(&self.rows[*position], &self.rows[from]),
        };
        Some(Next {
            position: *position,
            time: *time,
            of: self.time,
            value: *value,
            // Where a percentile is shorter, hours in all may be more: none are saved then.
            per_hour: per_hour.filter(|price| price.mean >= 0.0),
        })
    }
}

/// The time that is told: the first that the goal limits over all targets, else the 95th percentile of waits or latencies.
pub(in crate::report) fn time(goal: &Goal, takes_runs: bool) -> Figure {
    let of_all = goal.limits.iter().filter(|limit| limit.scope == Scope::All);
    let mut figures = of_all.map(|limit| limit.figure);
    let usual = if takes_runs {
        Figure::WaitP95
    } else {
        Figure::LatencyP95
    };
    figures
        .find(|figure| figure.dimension() == Dimension::Time)
        .unwrap_or(usual)
}
