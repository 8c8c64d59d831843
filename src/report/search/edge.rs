//! Whether the best point lies at an end of the values that were searched: then better ones may lie beyond.

use super::found::Found;
use super::profile::{Level, Profile};
use crate::report::answer::{Verdict, listed};
use crate::units::SimDuration;

/// Values from which on a key has a middle.
const FEWEST: usize = 3;

/// The keys whose best value is the smallest or the largest one, as a sentence; `None` where there is none. Ends beyond which nothing
/// lies are left out, and so are keys whose next value is as good.
pub(super) fn sentence(found: &Found<'_>, profiles: &[Profile<'_>], best: usize) -> Option<String> {
    let ends = profiles.iter().filter_map(|profile| {
        let (value, which) = end(found, profile, best)?;
        Some(format!("`{}` ({value}, the {which})", profile.labels[0]))
    });
    let ends: Vec<String> = ends.collect();
    let (is, values) = match ends.len() {
        0 => return None,
        1 => ("is", "value"),
        _ => ("are", "values"),
    };
    Some(format!(
        "The best {values} of {} {is} at the end of what was searched: a point beyond may be better.",
        listed(&ends)
    ))
}

/// The best value of a key, and which end of its values that is.
fn end<'p>(
    found: &Found<'_>,
    profile: &Profile<'p>,
    best: usize,
) -> Option<(&'p str, &'static str)> {
    let numbers = profile.levels.iter().map(|level| number(level.value));
    let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
    let is_best = |at: &usize| profile.levels[*at].best.point == best;
    let place = order.iter().position(is_best)?;
    let (next, which) = match place {
        _ if order.len() < FEWEST => return None,
        0 => (order[1], "smallest"),
        last if last + 1 == order.len() => (order[last - 1], "largest"),
        _ => return None,
    };
    let level = &profile.levels[order[place]];
    let is_last = which == "smallest" && is_least(level.value);
    (!is_last && is_worse(found, &profile.levels[next], best)).then_some((level.value, which))
}

/// Whether nothing lies below a value: a time of 0, or a number of 0 or 1.
fn is_least(value: &str) -> bool {
    match value.parse::<f64>() {
        Ok(count) => count <= 1.0,
        Err(_) => number(value).is_none_or(|seconds| seconds <= 0.0),
    }
}

/// Whether the best of another value is worse than the best of all by more than what does not matter.
fn is_worse(found: &Found<'_>, level: &Level<'_>, best: usize) -> bool {
    let (value, other) = (found.comparable(best), &level.best);
    let more = found.comparable(other.point) - value;
    other.verdict != Verdict::Meets || more > found.indifference * value.abs()
}

/// A number, or the seconds of a length of time.
fn number(value: &str) -> Option<f64> {
    let seconds = || Some(SimDuration::parse(value).ok()?.as_secs_f64());
    value.parse().ok().or_else(seconds)
}
