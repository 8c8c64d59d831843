//! How the best changes with each key: for each of its values the best point, whatever the values of the other keys.

use super::found::Found;
use crate::report::answer::Verdict;
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
    let mut levels: Vec<Level<'p>> = Vec::new();
    for (point, coordinates) in points.iter().enumerate() {
        let Some(at) = coordinates.iter().find(|at| at.key == key) else {
            continue;
        };
        let verdict = found.standings[point].verdict();
        match levels.iter_mut().find(|level| level.value == at.value) {
            None => levels.push(Level {
                value: &at.value,
                point,
                verdict,
            }),
            Some(level) if rank(found, point) < rank(found, level.point) => {
                level.point = point;
                level.verdict = verdict;
            }
            Some(_) => {}
        }
    }
    levels
}

/// The smaller, the better: those that meet the goal first, then by what is to be small.
fn rank(found: &Found<'_>, point: usize) -> (u8, f64) {
    let by_verdict = match found.standings[point].verdict() {
        Verdict::Meets => 0,
        Verdict::Undecided { .. } => 1,
        Verdict::NoValue | Verdict::Fails => 2,
    };
    let value = found.values[point];
    (by_verdict, value.map_or(f64::INFINITY, |value| value.mean))
}
