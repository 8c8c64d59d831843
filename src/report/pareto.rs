//! Cost against time over variants: which are Pareto-optimal, and where the knee is.

use super::comparison::{Seen, is_better_by, is_clearly_better};
use super::family::Family;
use super::row::Row;
use super::statistic::Statistic;

/// Whether each variant is dominated, given the rows that its cost and its time are of: another is clearly better in cost or time and
/// clearly worse in neither, by the differences within each replication. Pairs with the baseline, where that is among them, are judged
/// as the terminal compares variants.
pub(super) fn dominated(
    rows: &[[&Row<'_>; 2]],
    statistics: [Statistic; 2],
    baseline: Option<usize>,
) -> Vec<bool> {
    let seen: Vec<Seen<'_>> = rows
        .iter()
        .map(|rows| Seen::of(*rows, statistics))
        .collect();
    let signs = baseline.map(|baseline| {
        let of = |which: usize| signs(&seen, baseline, (which, statistics[which]));
        [of(0), of(1)]
    });
    let dominates = |of: usize, than: usize| match &signs {
        _ if of == than => false,
        Some(signs) if baseline == Some(than) => is_better_by([0, 1].map(|which| signs[which][of])),
        Some(signs) if baseline == Some(of) => {
            is_better_by([0, 1].map(|which| signs[which][than].map(|sign| -sign)))
        }
        _ => is_clearly_better(&seen[of], &seen[than], statistics),
    };
    // Who dominates one variant is likely to dominate the next, and is asked first.
    let mut asked: Vec<usize> = (0..rows.len()).collect();
    let is_dominated = |than: usize| {
        let by = asked.iter().position(|of| dominates(*of, than));
        if let Some(by) = by {
            asked[..=by].rotate_right(1);
        }
        by.is_some()
    };
    (0..rows.len()).map(is_dominated).collect()
}

/// The signs of the clear changes of cost (0) or time (1) from the baseline.
fn signs(
    seen: &[Seen<'_>],
    baseline: usize,
    (which, statistic): (usize, Statistic),
) -> Vec<Option<f64>> {
    let is_told_as_ratio = which == 0;
    let family = Family {
        variants: seen.len(),
        baseline,
        is_told_as_ratio,
        change: |to: usize, from: usize| seen[to].change(&seen[from], (which, statistic)),
    };
    let changes = family.against_baseline();
    changes.iter().map(|of| of.sign(is_told_as_ratio)).collect()
}

/// The knee of points of cost and time, of which none is worse than another in both: the one farthest below the chord between the
/// cheapest and the quickest, both axes scaled to 0..1, times in logarithms. `shortest` is the time below which none counts as
/// shorter. `None` where no point lies below the chord.
///
/// The bulge of a front towards its ideal point (Das, On Characterizing the "Knee" of the Pareto Curve, Structural Optimization 18
/// (1999) 107-115); the distance from the chord is that of Satopaa et al., Finding a "Kneedle" in a Haystack, ICDCS Workshops 2011.
pub(super) fn knee(points: &[[f64; 2]], shortest: f64) -> Option<usize> {
    /// A distance that is only rounding.
    const LEAST: f64 = 1e-9;
    let points: Vec<[f64; 2]> = points
        .iter()
        .map(|[cost, time]| [*cost, time.max(shortest).ln()])
        .collect();
    let ends = [0, 1].map(|axis| {
        let values = points.iter().map(|point| point[axis]);
        let least = values.clone().fold(f64::INFINITY, f64::min);
        [least, values.fold(f64::NEG_INFINITY, f64::max)]
    });
    if ends.iter().any(|[least, most]| most <= least) {
        return None;
    }
    let below = |point: &[f64; 2]| {
        let scaled = [0, 1].map(|axis: usize| {
            let [least, most] = ends[axis];
            (point[axis] - least) / (most - least)
        });
        (1.0 - scaled[0] - scaled[1]) / std::f64::consts::SQRT_2
    };
    let distances = points.iter().map(below).enumerate();
    let farthest = distances.max_by(|one, other| one.1.total_cmp(&other.1));
    farthest
        .filter(|(_, distance)| *distance > LEAST)
        .map(|(position, _)| position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_is_where_the_front_bends() {
        // Scaled: (0, 1), (0.1, 0.2), (0.5, 0.1), (1, 0): distances (1 - 0.3) / sqrt 2 and (1 - 0.6) / sqrt 2.
        let time = |share: f64| (share * 1000.0_f64.ln()).exp();
        let front = [
            [100.0, time(1.0)],
            [110.0, time(0.2)],
            [150.0, time(0.1)],
            [200.0, time(0.0)],
        ];
        assert_eq!(knee(&front, 1.0), Some(1));
        // A straight front has none, nor has one that bends outwards.
        let straight = [[0.0, time(1.0)], [1.0, time(0.5)], [2.0, time(0.0)]];
        assert_eq!(knee(&straight, 1.0), None);
        let outwards = [[0.0, time(1.0)], [1.5, time(0.9)], [2.0, time(0.0)]];
        assert_eq!(knee(&outwards, 1.0), None);
        assert_eq!(knee(&front[..1], 1.0), None);
        // Waits of 0 count as the shortest.
        let with_none = [[100.0, 600.0], [110.0, 2.0], [300.0, 0.0]];
        assert_eq!(knee(&with_none, 1.0), Some(1));
    }
}
