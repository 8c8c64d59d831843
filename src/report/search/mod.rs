//! A search for the best of many variants: rounds of replications, after each of which those that are clearly not the best drop out
//! (`docs/deciding.md`).
//!
//! Points have the same random numbers, so that differences are paired. A point drops out where its mean is surely on the bad side
//! of a limit, or where another that surely meets the goal is clearly better: subset selection as the screening
//! of Nelson, Swann, Goldsman and Song (Simple procedures for selecting the best simulated system when the number of alternatives is
//! large, Operations Research 49, 2001, 950-963), with the variances of the paired differences. It ends when no point that is left
//! can be better than the best by more than the indifference zone. Which points a round extends changes nothing of the guarantee,
//! only how soon it ends (`order`).
//!
//! The risks of all tests that can spoil the choice add up to 5 % at most (Bonferroni), which asks for no equal variances and no
//! independence between points. Let the best be the best of the points that meet the goal. The choice is spoiled only where
//! - a point that misses the goal is said to meet it: each such point misses some limit, so this is one test for each point and look;
//! - the best is said to miss a limit: one test for each limit and look, however many points there are, since a point that
//!   is not the best may go for any reason;
//! - a bound of a difference between the best and another point is wrong, on the side on which the best loses by it: one test for
//!   each other point and look. The same bound tells that the best is worse than a rival, and that it is hardly better than the chosen.

mod csv;
mod edge;
mod found;
mod levels;
mod order;
mod page;
mod picture;
mod profile;
mod text;

pub use csv::{COLUMNS, NAME, write};
pub use found::{End, Found};
pub use page::page;
pub use picture::{CHART, OF_KEYS, charts};
pub use text::text;

use super::answer::{Risks, Standing, Verdict};
use super::growth::Growing;
use super::objective::{Objective, Seen};
use super::{StudyResults, VariantResults};
use crate::goal::Goal;
use crate::search::Search;
use crate::stats::{CONFIDENCE, sequential};
use order::Prospect;

/// What is told of a point that drops out since its queue grows.
const GROWS: &str = "queue grows";

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
    /// Its queue grows, and the goal has no limit that would say so: what it costs is not that of all the work.
    Grows,
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

/// What a point that is open shows.
#[derive(Clone, Debug)]
struct Shown {
    seen: Seen,
    /// Whether it meets the goal.
    prospect: Prospect,
}

impl Shown {
    fn meets(&self) -> bool {
        self.prospect == Prospect::Meets
    }
}

/// The course of a search.
#[derive(Clone, Debug)]
pub struct Course {
    search: Search,
    goal: Goal,
    /// The risk of each verdict on a limit.
    of_limits: Risks,
    /// The risk of a bound of a difference.
    of_differences: f64,
    fates: Vec<Fate>,
    /// Replications of each point.
    counts: Vec<u32>,
    /// What each point showed when it was last extended; `None` of those that dropped out.
    shown: Vec<Option<Shown>>,
    /// Positions of the points that others were compared with in the last round.
    rivals: Vec<usize>,
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
        let others = points.saturating_sub(1);
        // One half of the risk is for differences, a quarter for each verdict on limits.
        let risk = 1.0 - CONFIDENCE;
        let each = |risk: f64, tests: usize| risk / tests.max(1) as f64;
        Self {
            of_limits: Risks {
                meets: each(risk / 4.0, points * looks),
                fails: each(risk / 4.0, goal.limits.len() * looks),
            },
            of_differences: each(risk / 2.0, others * looks),
            search,
            goal,
            fates: vec![Fate::Open; points],
            counts: vec![0; points],
            shown: vec![None; points],
            rivals: Vec::new(),
            rounds: Vec::new(),
            meeting: Vec::new(),
            is_decided: points == 0,
            gap: None,
        }
    }

    /// The next round; `None` where the best is found, or no replications are left.
    pub fn next_round(&self) -> Option<Round> {
        if self.is_decided {
            return None;
        }
        let mut points = self.open();
        points.retain(|point| self.counts[*point] < self.search.most);
        let fewest = self.fewest(&points)?;
        if fewest == 0 {
            let count = self.search.first;
            return Some(Round { points, count });
        }
        let mut extended = order::leaders(&points, &self.shown, &self.counts);
        if extended.is_empty() {
            extended = points;
        }
        let fewest = self.fewest(&extended)?;
        extended.retain(|point| self.counts[*point] == fewest);
        Some(Round {
            points: extended,
            count: sequential::after_next_round(fewest, self.search.most),
        })
    }

    /// The fewest replications of some points.
    fn fewest(&self, points: &[usize]) -> Option<u32> {
        points.iter().map(|point| self.counts[*point]).min()
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
        let mut is_new = vec![false; self.fates.len()];
        for point in &round.points {
            is_new[*point] = true;
            self.counts[*point] = round.count;
        }
        self.rounds.push(round);
        let objective = Objective::of(study, &self.goal);
        for point in self.open().into_iter().filter(|point| is_new[*point]) {
            match self.judge(&study.variants[point], objective) {
                Ok(shown) => self.shown[point] = Some(shown),
                Err(why) => self.drop_out(point, why),
            }
        }
        self.screen(&is_new);
        self.decide();
    }

    fn drop_out(&mut self, point: usize, why: Why) {
        let round = self.rounds.len();
        self.fates[point] = Fate::Out { round, why };
        self.shown[point] = None;
    }

    /// What a point shows; else why it drops out.
    fn judge(&self, variant: &VariantResults, objective: Objective) -> Result<Shown, Why> {
        // Without limits, what counts is that it keeps up with its work.
        if self.goal.limits.is_empty() && Growing::of_all(variant).any() {
            return Err(Why::Grows);
        }
        let standing = Standing::at(variant, &self.goal.limits, self.of_limits);
        for judged in &standing.judged {
            match judged.verdict {
                Verdict::Fails => return Err(Why::Fails(judged.limit.written())),
                Verdict::NoValue => return Err(Why::NoValue(judged.limit.figure.words())),
                Verdict::Meets | Verdict::Undecided { .. } => {}
            }
        }
        let seen = objective.see(variant);
        Ok(Shown {
            seen: seen.ok_or(Why::NoValue(self.goal.minimize.words()))?,
            prospect: Prospect::of(&standing),
        })
    }

    /// Drops points than which another is clearly better that surely meets the goal, given which points the round extended. Pairs
    /// of which neither is new were compared before.
    fn screen(&mut self, is_new: &[bool]) {
        let mut rivals: Vec<(usize, f64)> = self.of_meeting().collect();
        rivals.sort_by(|one, other| one.1.total_cmp(&other.1));
        rivals.truncate(RIVALS);
        let rivals: Vec<usize> = rivals.into_iter().map(|(rival, _)| rival).collect();
        let is_known = |rival: usize| !is_new[rival] && self.rivals.contains(&rival);
        let known: Vec<bool> = rivals.iter().map(|rival| is_known(*rival)).collect();
        let worse = self.shown.iter().enumerate().filter_map(|(point, own)| {
            let own = own.as_ref()?;
            let mut new = rivals.iter().zip(&known);
            let better = new.find(|(rival, is_known)| {
                **rival != point
                    && (is_new[point] || !**is_known)
                    && self.is_clearly_better(**rival, own)
            });
            better.map(|(rival, _)| (point, *rival))
        });
        for (point, rival) in worse.collect::<Vec<(usize, usize)>>() {
            self.drop_out(point, Why::Worse(rival));
        }
        self.rivals = rivals;
    }

    fn is_clearly_better(&self, rival: usize, own: &Shown) -> bool {
        let difference = self.shown[rival].as_ref();
        let difference = difference.and_then(|it| own.seen.less_at(&it.seen, self.of_differences));
        difference.is_some_and(|it| it.lower() > 0.0)
    }

    /// The points that surely meet the goal, each with what is to be small.
    fn of_meeting(&self) -> impl Iterator<Item = (usize, f64)> {
        let all = self.shown.iter().enumerate();
        all.filter_map(|(point, shown)| {
            let shown = shown.as_ref().filter(|shown| shown.meets())?;
            Some((point, shown.seen.mean()))
        })
    }

    /// Whether the best is good enough.
    fn decide(&mut self) {
        self.meeting = self.of_meeting().map(|(point, _)| point).collect();
        let best = self.of_meeting();
        let best = best.min_by(|one, other| one.1.total_cmp(&other.1));
        let best = best.and_then(|(point, _)| Some((point, &self.shown[point].as_ref()?.seen)));
        let Some((best, of_best)) = best else {
            self.gap = None;
            self.is_decided = self.open().is_empty();
            return;
        };
        let all = self.shown.iter().enumerate();
        let others = all.filter(|(point, _)| *point != best);
        let gaps = others.filter_map(|(_, other)| {
            let difference = of_best.less_at(&other.as_ref()?.seen, self.of_differences);
            Some(difference.map_or(f64::INFINITY, |it| it.upper()))
        });
        let gap = gaps.fold(0.0, f64::max);
        self.is_decided = gap <= self.search.indifference * of_best.mean().abs();
        self.gap = Some(gap);
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
