//! How the best changes with each key: for each of its values the best point, whatever the values of the other keys.

use super::found::{End, Found};
use crate::report::answer::{Verdict, closest};
use crate::search::Coordinate;

/// Stands for the value of a key that a point does not read.
const NOT_READ: &str = "-";

/// A point that may be the best with a value of a key.
pub(super) struct Candidate<'p> {
    /// Its position.
    pub(super) point: usize,
    /// Whether it meets the goal, by intervals of 95 %.
    pub(super) verdict: Verdict,
    /// The value of the key, then those of the other keys.
    pub(super) values: Vec<&'p str>,
}

/// A value of a key and what the best point with it may be.
pub(super) struct Level<'p> {
    pub(super) value: &'p str,
    /// The best that surely meets the goal; where none does, the closest.
    pub(super) best: Candidate<'p>,
    /// The best by its mean of those that may meet the goal, where that is better than `best`: the best with this value is one of the
    /// two, or between them.
    pub(super) perhaps: Option<Candidate<'p>>,
}

impl<'p> Level<'p> {
    /// What the best may be, the better one first.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &Candidate<'p>> {
        self.perhaps.iter().chain([&self.best])
    }
}

/// A key with its values.
pub(super) struct Profile<'p> {
    /// Its short name, then those of the other keys.
    pub(super) labels: Vec<&'p str>,
    pub(super) levels: Vec<Level<'p>>,
}

/// The profile of each key that has several values, given the coordinates of all points.
pub(super) fn profiles<'p>(found: &Found<'_>, points: &'p [Vec<Coordinate>]) -> Vec<Profile<'p>> {
    let varied: Vec<(&str, &str)> = keys(points)
        .into_iter()
        .filter(|(key, _)| is_varied(points, key))
        .collect();
    let profile = |of: usize| {
        let mut order = varied.clone();
        let own = order.remove(of);
        order.insert(0, own);
        Profile {
            labels: order.iter().map(|(_, label)| *label).collect(),
            levels: levels(found, points, &order),
        }
    };
    let profiles = (0..varied.len()).map(profile);
    profiles
        .filter(|profile| profile.levels.len() > 1)
        .collect()
}

/// How to read the profiles: what two points with one value mean, and what differences are of where points have different numbers
/// of replications.
pub(super) fn remarks(found: &Found<'_>, profiles: &[Profile<'_>]) -> Vec<&'static str> {
    let levels = || profiles.iter().flat_map(|profile| &profile.levels);
    let has_two = levels().any(|level| level.perhaps.is_some());
    let replications = |of: &Candidate<'_>| found.study.variants[of.point].replications.len();
    let mut counts = levels().flat_map(Level::candidates).map(replications);
    let first = counts.next();
    let differ = counts.any(|count| Some(count) != first) && matches!(found.end, End::Best(_));
    let remarks = [
        (
            has_two,
            "Where a value has two points, the first may meet the goal: the best with this value is one of the two, or between them.",
        ),
        (
            differ,
            "Points that dropped out early have fewer replications: \"against the best\" is the mean difference over those that both points have.",
        ),
    ];
    let told = remarks.into_iter().filter(|(is_told, _)| *is_told);
    told.map(|(_, remark)| remark).collect()
}

/// The dotted keys of all points, in order, each once, with their short names.
pub(super) fn keys(points: &[Vec<Coordinate>]) -> Vec<(&str, &str)> {
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for coordinate in points.iter().flatten() {
        if !keys.iter().any(|(key, _)| *key == coordinate.key) {
            keys.push((&coordinate.key, &coordinate.label));
        }
    }
    keys
}

/// The value that a point gives a key.
fn value_of<'p>(coordinates: &'p [Coordinate], key: &str) -> Option<&'p str> {
    let at = coordinates.iter().find(|at| at.key == key)?;
    Some(&at.value)
}

/// Whether two points differ in a key.
fn is_varied(points: &[Vec<Coordinate>], key: &str) -> bool {
    let mut values = points.iter().map(|point| value_of(point, key));
    let first = values.next();
    values.any(|value| Some(value) != first)
}

/// The levels of the first of some keys.
fn levels<'p>(
    found: &Found<'_>,
    points: &'p [Vec<Coordinate>],
    keys: &[(&str, &str)],
) -> Vec<Level<'p>> {
    let own = keys.first().map_or("", |(key, _)| *key);
    let mut levels: Vec<(&str, Vec<usize>)> = Vec::new();
    for (point, coordinates) in points.iter().enumerate() {
        let Some(value) = value_of(coordinates, own) else {
            continue;
        };
        match levels.iter_mut().find(|(known, _)| *known == value) {
            None => levels.push((value, vec![point])),
            Some((_, points)) => points.push(point),
        }
    }
    let candidate = |point: usize| Candidate {
        point,
        verdict: found.meets(point),
        values: keys
            .iter()
            .map(|(key, _)| value_of(&points[point], key).unwrap_or(NOT_READ))
            .collect(),
    };
    let level = |(value, points): (&'p str, Vec<usize>)| {
        let best = best(found, &points);
        Level {
            value,
            best: candidate(best),
            perhaps: perhaps(found, &points, best).map(candidate),
        }
    };
    levels.into_iter().map(level).collect()
}

/// Those of some points with a verdict.
fn with(found: &Found<'_>, points: &[usize], wanted: fn(Verdict) -> bool) -> Vec<usize> {
    let with = points.iter().filter(|point| wanted(found.meets(**point)));
    with.copied().collect()
}

fn is_undecided(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Undecided { .. })
}

/// The one with the least of what is to be small.
fn least(found: &Found<'_>, points: Vec<usize>) -> Option<usize> {
    let of = |point: &usize| found.comparable(*point);
    let points = points.into_iter();
    points.min_by(|one, other| of(one).total_cmp(&of(other)))
}

/// The point that the search names, where it is among these. Else the best of those that meet the goal; where none does, the closest
/// of those that may, or of all.
fn best(found: &Found<'_>, points: &[usize]) -> usize {
    let named = found.end.position();
    if points.contains(&named) {
        return named;
    }
    let meeting = with(found, points, |verdict| verdict == Verdict::Meets);
    let undecided = with(found, points, is_undecided);
    let value = |point: usize| found.comparable(point);
    least(found, meeting)
        .or_else(|| closest(&found.standings, &undecided, value))
        .or_else(|| closest(&found.standings, points, value))
        .unwrap_or(named)
}

/// Of those that may meet the goal the best by its mean, where that is better than `best`.
fn perhaps(found: &Found<'_>, points: &[usize], best: usize) -> Option<usize> {
    let undecided = least(found, with(found, points, is_undecided))?;
    (found.comparable(undecided) < found.comparable(best)).then_some(undecided)
}
