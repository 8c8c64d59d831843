//! How the best changes with each key: for each of its values the best point, whatever the values of the other keys.

use super::found::Found;
use crate::report::answer::{Verdict, closest};
use crate::search::Coordinate;

/// A value of a key and the best point that has it.
pub(super) struct Level<'p> {
    pub(super) value: &'p str,
    /// Position of the point.
    pub(super) point: usize,
    /// Whether it meets the goal, by intervals of 95 %.
    pub(super) verdict: Verdict,
}

/// A key with its values.
pub(super) struct Profile<'p> {
    pub(super) label: &'p str,
    pub(super) levels: Vec<Level<'p>>,
}

/// The profile of each key that has several values, given the coordinates of all points.
pub(super) fn profiles<'p>(found: &Found<'_>, points: &'p [Vec<Coordinate>]) -> Vec<Profile<'p>> {
    let keys = keys(points).into_iter();
    let profiles = keys.map(|(key, label)| Profile {
        label,
        levels: levels(found, points, key),
    });
    profiles
        .filter(|profile| profile.levels.len() > 1)
        .collect()
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

fn levels<'p>(found: &Found<'_>, points: &'p [Vec<Coordinate>], key: &str) -> Vec<Level<'p>> {
    let mut levels: Vec<(&str, Vec<usize>)> = Vec::new();
    for (point, coordinates) in points.iter().enumerate() {
        let Some(at) = coordinates.iter().find(|at| at.key == key) else {
            continue;
        };
        match levels.iter_mut().find(|(value, _)| *value == at.value) {
            None => levels.push((&at.value, vec![point])),
            Some((_, points)) => points.push(point),
        }
    }
    let level = |(value, points): (&'p str, Vec<usize>)| {
        let point = best(found, &points);
        let verdict = found.meets(point);
        Level {
            value,
            point,
            verdict,
        }
    };
    levels.into_iter().map(level).collect()
}

/// The point that the search names, where it is among these. Else the best of those that meet the goal; where none does, the closest
/// of those that may, or of all.
fn best(found: &Found<'_>, points: &[usize]) -> usize {
    let named = found.end.position();
    if points.contains(&named) {
        return named;
    }
    let value = |point: usize| found.values[point].map_or(f64::INFINITY, |value| value.mean);
    let with = |wanted: fn(Verdict) -> bool| -> Vec<usize> {
        let verdict = |point: &usize| found.meets(*point);
        let with = points.iter().filter(|point| wanted(verdict(point)));
        with.copied().collect()
    };
    let meeting = with(|verdict| verdict == Verdict::Meets).into_iter();
    let best = meeting.min_by(|one, other| value(*one).total_cmp(&value(*other)));
    let undecided = with(|verdict| matches!(verdict, Verdict::Undecided { .. }));
    best.or_else(|| closest(&found.standings, &undecided, value))
        .or_else(|| closest(&found.standings, points, value))
        .unwrap_or(named)
}
