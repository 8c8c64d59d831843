//! A search for the best of many variants: rounds of replications, after each of which those that are clearly not the best drop out
//! (`docs/deciding.md`).
//!
//! Every round gives all points that are left the same replications, so that differences are paired. A point drops out where its interval
//! is on the bad side of a limit, or where another that surely meets the goal is clearly better: subset selection as the screening
//! of Nelson, Swann, Goldsman and Song (Simple procedures for selecting the best simulated system when the number of alternatives is
//! large, Operations Research 49, 2001, 950-963), with the variances of the paired differences. It ends when no point that is left
//! can be better than the best by more than the indifference zone. The risks of all tests of all rounds add up to 5 % at most
//! (Bonferroni), which asks for no equal variances and no independence between points.

mod csv;
mod found;
mod page;
mod picture;
mod profile;
mod text;

pub use csv::{COLUMNS, NAME, write};
pub use found::{End, Found};
pub use page::page;
pub use picture::{CHART, OF_KEYS, charts};
pub use text::text;

use super::answer::{Standing, Verdict};
use super::objective::{Objective, Seen};
use super::{StudyResults, VariantResults};
use crate::goal::Goal;
use crate::search::Search;
use crate::stats::{CONFIDENCE, sequential};

/// Points that each point is compared with at most in a round: those with the best means.
const RIVALS: usize = 20;

/// What became of a point.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// It is not known to be worse than another, nor to miss the goal.
    Open,
    /// It dropped out.
    Out {
        /// After which round, from 1 on.
        round: usize,
        /// Why.
        why: Why,
    },
}

/// Why a point dropped out.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The point at this position, which surely meets the goal, is clearly better.
    Worse(usize),
    /// It surely misses this limit of the goal.
    Fails(String),
    /// It has no value of what is to be small, or of this figure of a limit.
    NoValue(&'static str),
}

/// Replications that points are to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Positions of the points.
    pub points: Vec<usize>,
    /// Replications that each then has.
    pub count: u32,
}

/// The course of a search.
#[derive(Clone, Debug)]
pub struct Course {
    search: Search,
    goal: Goal,
    /// The confidence of an interval that tells of a limit.
    of_limits: f64,
    /// The same of a difference.
    of_differences: f64,
    fates: Vec<Fate>,
    rounds: Vec<Round>,
    /// Positions of the points that are left and surely meet the goal.
    meeting: Vec<usize>,
    /// Whether no further round is needed.
    is_decided: bool,
    /// How much better than the best another point may be, from the last round.
    gap: Option<f64>,
}

impl Course {
    /// A search among this number of points for the best one by a goal.
    pub fn new(search: Search, goal: Goal, points: usize) -> Self {
        let looks = looks(&search);
        let limits = goal.limits.len() * points * looks;
        let differences = points.saturating_sub(1).max(1) * looks;
        // One half of the risk is for limits. An interval has two ends, of which one can be wrong.
        let risk = (1.0 - CONFIDENCE) / 2.0;
        let confidence = |tests: usize| 1.0 - 2.0 * risk / tests.max(1) as f64;
        Self {
            search,
            goal,
            of_limits: confidence(limits),
            of_differences: confidence(differences),
            fates: vec![Fate::Open; points],
            rounds: Vec::new(),
            meeting: Vec::new(),
            is_decided: points == 0,
            gap: None,
        }
    }

    /// The next round; `None` where the best is found, or no replications are left.
    pub fn next_round(&self) -> Option<Round> {
        let count = match self.rounds.last() {
            None => self.search.first,
            Some(last) => sequential::after_next_round(last.count, self.search.most),
        };
        let is_new = self.rounds.last().is_none_or(|last| last.count < count);
        (!self.is_decided && is_new).then(|| Round {
            points: self.open(),
            count,
        })
    }

    /// Positions of the points that have not dropped out.
    pub fn open(&self) -> Vec<usize> {
        let all = self.fates.iter().enumerate();
        let open = all.filter(|(_, fate)| **fate == Fate::Open);
        open.map(|(position, _)| position).collect()
    }

    /// What became of each point.
    pub fn fates(&self) -> &[Fate] {
        &self.fates
    }

    /// The rounds so far.
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// Looks at the results of a round that was simulated.
    pub fn look(&mut self, study: &StudyResults, round: Round) {
        self.rounds.push(round);
        let objective = Objective::of(study, &self.goal);
        let open = self.open();
        let seen: Vec<(usize, Seen, bool)> = open
            .into_iter()
            .filter_map(|point| {
                let variant = &study.variants[point];
                match self.judge(variant, objective) {
                    Ok((seen, meets)) => Some((point, seen, meets)),
                    Err(why) => {
                        self.drop_out(point, why);
                        None
                    }
                }
            })
            .collect();
        self.screen(&seen);
        self.decide(&seen);
    }

    fn drop_out(&mut self, point: usize, why: Why) {
        let round = self.rounds.len();
        self.fates[point] = Fate::Out { round, why };
    }

    /// What a point shows, and whether it surely meets the goal; else why it drops out.
    fn judge(&self, variant: &VariantResults, objective: Objective) -> Result<(Seen, bool), Why> {
        let standing = Standing::at(variant, &self.goal.limits, self.of_limits);
        for judged in &standing.judged {
            match judged.verdict {
                Verdict::Fails => return Err(Why::Fails(judged.limit.written())),
                Verdict::NoValue => return Err(Why::NoValue(judged.limit.figure.words())),
                Verdict::Meets | Verdict::Undecided { .. } => {}
            }
        }
        let seen = objective.see(variant);
        let seen = seen.ok_or(Why::NoValue(self.goal.minimize.words()))?;
        Ok((seen, standing.verdict() == Verdict::Meets))
    }

    /// Drops points than which another is clearly better that surely meets the goal.
    fn screen(&mut self, seen: &[(usize, Seen, bool)]) {
        let mut rivals: Vec<&(usize, Seen, bool)> = seen.iter().filter(|(.., it)| *it).collect();
        rivals.sort_by(|(_, one, _), (_, other, _)| one.mean().total_cmp(&other.mean()));
        rivals.truncate(RIVALS);
        for (point, own, _) in seen {
            let better = rivals.iter().find(|(rival, of_rival, _)| {
                let difference = own.less(of_rival, self.of_differences);
                rival != point && difference.is_some_and(|it| it.lower() > 0.0)
            });
            if let Some((rival, ..)) = better {
                self.drop_out(*point, Why::Worse(*rival));
            }
        }
    }

    /// Whether the best is good enough, given the points that were left before this round's screening.
    fn decide(&mut self, seen: &[(usize, Seen, bool)]) {
        let is_open = |point: usize| self.fates[point] == Fate::Open;
        let left = seen.iter().filter(|(point, ..)| is_open(*point));
        let left: Vec<&(usize, Seen, bool)> = left.collect();
        let meeting = left.iter().filter(|(.., meets)| *meets);
        self.meeting = meeting.clone().map(|(point, ..)| *point).collect();
        let best = meeting.min_by(|(_, one, _), (_, other, _)| one.mean().total_cmp(&other.mean()));
        let Some((best, of_best, _)) = best else {
            self.gap = None;
            self.is_decided = left.is_empty();
            return;
        };
        let others = left.iter().filter(|(point, ..)| point != best);
        let gaps = others.map(|(_, other, _)| {
            let difference = of_best.less(other, self.of_differences);
            difference.map_or(f64::INFINITY, |it| it.upper())
        });
        let gap = gaps.fold(0.0, f64::max);
        self.gap = Some(gap);
        self.is_decided = gap <= self.search.indifference * of_best.mean().abs();
    }
}

/// How often a search looks at most.
fn looks(search: &Search) -> usize {
    let next = |count: &u32| {
        let next = sequential::after_next_round(*count, search.most);
        (next > *count).then_some(next)
    };
    std::iter::successors(Some(search.first), next).count()
}
