//! The places that were simulated: each variant at each place once, with more replications as they are asked for.

use super::varied::Varied;
use crate::cli::stages::Stages;
use crate::error::Error;
use crate::report::StudyResults;
use crate::report::break_even::{Answer, Crossing, Look, Pair, Stop, differences};
use crate::report::row::Row;
use crate::scenario::{Scenario, Template};
use crate::stats::crossing::{Bracket, Observed, Wanted, brackets, root};
use crate::stats::mean;
use crate::study::{Growing, Keep, Threads, Watcher};

/// All that was simulated.
pub(super) struct Points<'a> {
    varied: &'a Varied,
    template: &'a Template<'a>,
    growing: Growing,
    /// Which variant of the scenario was simulated where, and its position in the study.
    known: Vec<(usize, f64, usize)>,
    threads: &'a Threads,
    stages: &'a Stages,
}

/// A pair whose difference in cost is looked at.
struct Differing<'p, 'a> {
    points: &'p mut Points<'a>,
    pair: Pair,
}

impl Observed for Differing<'_, '_> {
    type Error = Error;

    fn nearest(&self, place: f64) -> f64 {
        self.points.varied.nearest(place)
    }

    fn values(&mut self, place: f64, count: u32) -> Result<Vec<f64>, Error> {
        let look = self.points.look(self.pair, place, count)?;
        Ok(self.points.differences(self.pair, look, count))
    }
}

impl<'a> Points<'a> {
    pub(super) fn new(
        scenario: Scenario,
        (varied, template): (&'a Varied, &'a Template<'a>),
        (threads, stages): (&'a Threads, &'a Stages),
    ) -> Self {
        Self {
            varied,
            template,
            growing: Growing::new(scenario),
            known: Vec::new(),
            threads,
            stages,
        }
    }

    pub(super) fn into_results(self) -> StudyResults {
        self.growing.into_results()
    }

    /// Finds the places at which a pair costs the same.
    pub(super) fn answer(&mut self, pair: Pair, wanted: Wanted) -> Result<Answer, Error> {
        let (scan, stop) = self.scan(pair, wanted.first)?;
        let means = scan.iter().map(|look| {
            let differences = self.differences(pair, *look, wanted.first);
            (look.place, mean(&differences).unwrap_or(0.0))
        });
        let means: Vec<(f64, f64)> = means.collect();
        let (mut crossings, mut undone) = (Vec::new(), Vec::new());
        for Bracket { ends, rises } in brackets(&means) {
            let mut differing = Differing { points: self, pair };
            if let Some(root) = root(&mut differing, ends, wanted)? {
                let place = self.varied.nearest(root.place.mean);
                let look = self.look(pair, place, root.count)?;
                let crossing = Crossing { root, look, rises };
                // One that does not do its work has no break-even.
                if look.sides.iter().any(|at| self.grows(*at)) {
                    undone.push(crossing);
                } else {
                    crossings.push(crossing);
                }
            }
        }
        let mut answer = Answer {
            pair,
            scan,
            stop,
            crossings,
            undone,
        };
        answer.settle(self.growing.results());
        Ok(answer)
    }

    /// Looks at the places of the scan, of a load as far as both sides can do it.
    fn scan(&mut self, pair: Pair, count: u32) -> Result<(Vec<Look>, Option<Stop>), Error> {
        let mut scan = Vec::new();
        for place in self.varied.places() {
            let look = match self.look(pair, place, count) {
                // A load that does not end is too much, as is every one above it.
                Err(Error::Endless { .. }) if self.varied.is_load() && !scan.is_empty() => {
                    return Ok((scan, Some(Stop::Endless)));
                }
                other => other?,
            };
            scan.push(look);
            let grows = (0..2).find(|side| self.grows(look.sides[*side]));
            if let Some(side) = grows.filter(|_| self.varied.is_load()) {
                return Ok((scan, Some(Stop::Grows(side))));
            }
        }
        Ok((scan, None))
    }

    fn grows(&self, position: usize) -> bool {
        let row = Row::of_all(&self.growing.results().variants[position]);
        row.growing.runs || row.growing.requests
    }

    fn differences(&self, pair: Pair, look: Look, count: u32) -> Vec<f64> {
        let variants = &self.growing.results().variants;
        differences(pair, look.sides.map(|at| &variants[at]), count)
    }

    /// Both variants of a pair at a place, with at least `count` replications.
    fn look(&mut self, pair: Pair, place: f64, count: u32) -> Result<Look, Error> {
        let variants = pair.variants();
        let sides = [
            self.position(variants[0], place)?,
            self.position(variants[1], place)?,
        ];
        let results = &self.growing.results().variants;
        let missing =
            sides.map(|at| u64::from(count).saturating_sub(results[at].replications.len() as u64));
        let distinct = if sides[0] == sides[1] { 1 } else { 2 };
        let more = missing[..distinct].iter().sum();
        if more > 0 {
            let place = self.varied.over.end(place);
            let stage = format!("{place}, {count} replications");
            self.stages.show(&stage, more);
            let how = (Keep::default(), self.stages as &dyn Watcher);
            self.growing
                .extend_to(&sides[..distinct], count, self.threads, how)?;
        }
        Ok(Look { place, sides })
    }

    /// The position in the study of a variant at a place, which is added where it is new.
    fn position(&mut self, variant: usize, place: f64) -> Result<usize, Error> {
        let known = self.known.iter();
        let found = known
            .rev()
            .find(|known| (known.0, known.1) == (variant, place));
        if let Some(found) = found {
            return Ok(found.2);
        }
        let mut scenario = self.varied.scenario(self.template, place)?;
        let position = self.growing.add(scenario.variants.swap_remove(variant));
        self.known.push((variant, place, position));
        Ok(position)
    }
}
