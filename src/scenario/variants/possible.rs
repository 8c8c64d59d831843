//! Points of a grid that nothing can be: a smallest number above the largest one, where the grid has both.

use super::planned::Planned;
use super::sweep::Axis;
use crate::scenario::document::tree::dotted;

/// Two keys of one table, by their whole paths.
struct Pair {
    min: String,
    max: String,
    /// As they are told, without their table.
    told: [String; 2],
}

/// The axes that are a smallest and a largest number of the same, such as `min_nodes` and `max_nodes` of a cluster.
fn pairs(axes: &[Axis]) -> Vec<Pair> {
    let pair = |axis: &Axis| {
        let (key, table) = axis.path.split_last()?;
        let of = format!("max_{}", key.strip_prefix("min_")?);
        let path = [table, std::slice::from_ref(&of)].concat();
        let max = axes.iter().find(|other| other.path == path)?;
        Some(Pair {
            min: dotted(&axis.path),
            max: dotted(&max.path),
            told: [key.clone(), of],
        })
    };
    axes.iter().filter_map(pair).collect()
}

/// Whether a point has a smallest number above the largest.
fn is_crossed(point: &Planned, pair: &Pair) -> bool {
    let number = |key: &String| -> Option<u64> {
        let at = point.point.iter().find(|at| at.key == *key)?;
        at.value.parse().ok()
    };
    let both = number(&pair.min).zip(number(&pair.max));
    both.is_some_and(|(min, max)| min > max)
}

/// Leaves out the points whose smallest number is above the largest, with a warning. Where no point would be left, all stay, to be
/// refused.
pub(super) fn keep_possible(axes: &[Axis], points: &mut Vec<Planned>, warnings: &mut Vec<String>) {
    for pair in pairs(axes) {
        let crossed = points.iter().filter(|it| is_crossed(it, &pair)).count();
        let all = points.len();
        if crossed == 0 || crossed == all {
            continue;
        }
        points.retain(|point| !is_crossed(point, &pair));
        let [min, max] = &pair.told;
        warnings.push(format!(
            "{crossed} of {all} points are left out: their `{min}` is above their `{max}`"
        ));
    }
}
