//! What the answer of a study rests on: how it moves where inputs of which only ranges are known are elsewhere in them
//! (`docs/deciding.md`).
//!
//! Each input alone at its low and its high end (a tornado), elementary effects over trajectories of Morris, and the best
//! variant at each point of a Latin hypercube, with the regret of the others. All points share their random numbers.

mod choices;
mod csv;
mod effects;
mod page;
mod picture;
mod seen;
mod sentences;
mod text;
mod told;
mod tornado;

pub use csv::{NAMES, tables};
pub use page::page;
pub use picture::{CHART, chart};
pub use text::text;
pub use told::counted;

use super::StudyResults;
use super::answer::{Answer, Choice, Outcome};
use crate::goal::Goal;
use crate::stats::screening::{self, Trajectory};
use crate::uncertain::Uncertain;
use choices::Row;
use effects::Effect;
use seen::{Figures, Seen};
use tornado::Bar;

/// How many points there are of each sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Trajectories of Morris.
    pub trajectories: u32,
    /// Combinations of all inputs.
    pub samples: u32,
}

/// The points at which a scenario is simulated. A point has a place from 0 to 1 for each input; `None` is as stated.
#[derive(Clone, Debug)]
pub struct Design {
    uncertain: Vec<Uncertain>,
    /// Each input at each of its values, with all others as stated.
    alone: Vec<(usize, f64)>,
    trajectories: Vec<Trajectory>,
    samples: Vec<Vec<f64>>,
}

impl Design {
    /// The points for some inputs; a seed always gives the same.
    pub fn new(uncertain: Vec<Uncertain>, counts: Counts, seed: u64) -> Self {
        let all = uncertain.iter().enumerate();
        let alone = all.flat_map(|(key, of)| of.places().into_iter().map(move |at| (key, at)));
        let mut trajectories = screening::trajectories(counts.trajectories, uncertain.len(), seed);
        for point in trajectories.iter_mut().flat_map(|walk| &mut walk.points) {
            for (place, of) in point.iter_mut().zip(&uncertain) {
                *place = of.nearest(*place);
            }
        }
        let mut samples = screening::latin_hypercube(counts.samples, uncertain.len(), seed);
        for point in &mut samples {
            for (place, of) in point.iter_mut().zip(&uncertain) {
                *place = of.drawn(*place);
            }
        }
        Self {
            alone: alone.collect(),
            trajectories,
            samples,
            uncertain,
        }
    }

    /// The points that have one input elsewhere, at each of its values.
    pub fn alone(&self) -> Vec<Vec<Option<f64>>> {
        let alone = self.alone.iter().map(|(key, place)| {
            let mut point = vec![None; self.uncertain.len()];
            point[*key] = Some(*place);
            point
        });
        alone.collect()
    }

    /// The points: as stated, each input alone, those of the trajectories, the combinations.
    pub fn points(&self) -> Vec<Vec<Option<f64>>> {
        let stated = vec![None; self.uncertain.len()];
        let walks = self.trajectories.iter().flat_map(|walk| &walk.points);
        let others = walks.chain(&self.samples);
        let others = others.map(|point| point.iter().copied().map(Some).collect());
        let first = std::iter::once(stated);
        first.chain(self.alone()).chain(others).collect()
    }

    /// How many points there are.
    pub fn count(&self) -> usize {
        let walks = self.trajectories.len() * (self.uncertain.len() + 1);
        1 + self.alone.len() + walks + self.samples.len()
    }

    /// The inputs.
    pub fn uncertain(&self) -> &[Uncertain] {
        &self.uncertain
    }
}

/// What was seen at points, which come in the order of [`Design::points`].
#[derive(Debug)]
pub struct Gathered {
    design: Design,
    goal: Goal,
    figures: Option<Figures>,
    /// The results as stated and with each input alone.
    kept: Vec<StudyResults>,
    seen: Vec<Seen>,
}

impl Gathered {
    /// Nothing yet.
    pub fn new(design: Design, goal: Goal) -> Self {
        Self {
            design,
            goal,
            figures: None,
            kept: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Adds the results at the next point.
    pub fn take(&mut self, study: StudyResults) {
        let goal = &self.goal;
        let figures = *self
            .figures
            .get_or_insert_with(|| Figures::of(&study, goal));
        self.seen.push(Seen::of(&study, goal, figures));
        if self.kept.len() <= self.design.alone.len() {
            self.kept.push(study);
        }
    }
}

/// What an answer rests on.
#[derive(Debug)]
pub struct Sensitivity<'a> {
    design: &'a Design,
    goal: &'a Goal,
    figures: Figures,
    /// The results as stated.
    study: &'a StudyResults,
    /// What is seen as stated.
    stated: &'a Seen,
    /// Position of the variant that is recommended as stated.
    recommended: usize,
    /// A bar for each input, the one that moves what is to be small most first.
    bars: Vec<Bar>,
    /// The effects of each input on each variant.
    effects: Vec<Effect>,
    /// Each variant over the combinations.
    choices: Vec<Row>,
    /// Combinations in which no variant surely meets the goal.
    without: usize,
}

impl<'a> Sensitivity<'a> {
    /// What was gathered at all points; `None` of none.
    pub fn of(gathered: &'a Gathered) -> Option<Self> {
        let Gathered {
            design,
            goal,
            figures,
            kept,
            seen,
        } = gathered;
        let figures = (*figures)?;
        let (study, stated) = (kept.first()?, seen.first()?);
        let recommended = stated.best.unwrap_or_else(|| closest(study));
        let (alone, others) = seen.split_at(1 + design.alone.len());
        let (walked, sampled) = others.split_at(others.len() - design.samples.len());
        let of_bars = (&kept[..], alone);
        Some(Self {
            bars: tornado::bars(design, of_bars, (figures, recommended)),
            effects: effects::effects(design, walked),
            choices: choices::rows(sampled),
            without: sampled.iter().filter(|seen| seen.best.is_none()).count(),
            design,
            goal,
            figures,
            study,
            stated,
            recommended,
        })
    }
}

/// The variant that comes closest to the goal, where none surely meets it.
fn closest(study: &StudyResults) -> usize {
    match Answer::of(study).choice {
        Choice::Goal { outcome, .. } => match outcome {
            Outcome::Chosen(chosen) => chosen.position,
            Outcome::Undecided(position) | Outcome::Missed(position) => position,
        },
        Choice::Nothing | Choice::Front(_) => study.baseline,
    }
}
