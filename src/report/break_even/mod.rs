//! Where two variants cost the same, and where a commitment pays: which pairs are asked about, what was simulated of them at which
//! places, and what that comes to as a table, sentences and a chart (`docs/deciding.md`).
//!
//! A place is a load, as a factor of the scenario's, or a value of a key. [`crate::stats::crossing`] finds the roots; the command
//! simulates the places that it asks for.

mod csv;
mod drawing;
mod figures;
mod over;
mod page;
mod pairs;
mod rows;
mod text;

pub use csv::{NAME, dictionary, write};
pub use drawing::{CHART, draw};
pub use figures::differences;
pub use over::{Over, Unit};
pub use page::page;
pub use pairs::{Other, Pair, chosen, of_commitment, usual};
pub use text::text;

use super::StudyResults;
use crate::stats::Estimate;
use crate::stats::crossing::Root;

/// A place at which both sides of a pair were simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The place.
    pub place: f64,
    /// Positions in the study of both sides there; of a commitment twice the same.
    pub sides: [usize; 2],
}

/// A place at which both sides cost the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// Where it is.
    pub root: Root,
    /// Both sides there.
    pub look: Look,
    /// Whether the first side costs less below it, and the second above.
    pub rises: bool,
}

/// Why a scan went no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The queue of this side grows until the horizon.
    Grows(usize),
    /// A side does not end.
    Endless,
}

/// What was found of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The pair.
    pub pair: Pair,
    /// The places of the scan, rising, with what was simulated there.
    pub scan: Vec<Look>,
    /// Why it ends before the range does, if it does.
    pub stop: Option<Stop>,
    /// Where both cost the same.
    pub crossings: Vec<Crossing>,
    /// Where they do, but a queue grows: no break-evens, as one side does not do its work.
    pub undone: Vec<Crossing>,
}

/// What was found of all pairs.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// All that was simulated: first the variants of the scenario, without replications, then those of the places.
    pub study: &'a StudyResults,
    /// What a place is.
    pub over: &'a Over,
    /// The pairs.
    pub answers: Vec<Answer>,
    /// Pairs that were left out, since there are many.
    pub left_out: usize,
}

impl Found<'_> {
    /// The names of both sides of a pair.
    fn names(&self, pair: Pair) -> [&str; 2] {
        pair.names(self.study)
    }
}

impl Answer {
    /// Forgets the places where both cost the same, if no clear difference was seen anywhere and none of them is known as well as
    /// wanted: chance alone made the signs.
    pub fn settle(&mut self, study: &StudyResults) {
        let mut all = self.crossings.iter().chain(&self.undone);
        if all.all(|crossing| !crossing.root.is_precise) && self.cheaper(study).is_none() {
            self.crossings.clear();
            self.undone.clear();
        }
    }

    /// Which side costs less wherever it was simulated, if no place is known at which both cost the same; `None` where no
    /// clear difference was seen.
    fn cheaper(&self, study: &StudyResults) -> Option<usize> {
        let mut differences = self.differences(study).into_iter();
        let seen = differences.find(|difference| difference.covers(0.0) != Some(true))?;
        (seen.mean != 0.0).then(|| usize::from(seen.mean > 0.0))
    }

    /// Whether both cost the same in each replication, wherever they were simulated.
    fn is_same(&self, study: &StudyResults) -> bool {
        let mut differences = self.differences(study).into_iter();
        differences.all(|it| it.mean == 0.0 && it.half_width.unwrap_or(0.0) == 0.0)
    }

    /// What the first side costs more at each place. Places where a queue grows do not count if there are others.
    fn differences(&self, study: &StudyResults) -> Vec<Estimate> {
        let steady = |look: &&Look| figures::who_grows(study, **look).is_none();
        let any_steady = self.scan.iter().any(|look| steady(&look));
        let looks = self.scan.iter().filter(|look| !any_steady || steady(look));
        let differences = looks.filter_map(|look| figures::difference(study, self.pair, *look));
        differences.collect()
    }
}
