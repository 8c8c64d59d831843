//! The points of cost against wait: which are dominated and which are Pareto-optimal.

use super::frame;
use super::scene::Point;
use super::tradeoff::{TradeoffInput, TradeoffPoint};

/// A point that can be drawn.
pub(super) struct Spot<'a> {
    pub(super) point: &'a TradeoffPoint,
    pub(super) cost: f64,
    pub(super) cost_half: f64,
    pub(super) wait: f64,
    pub(super) wait_half: f64,
    pub(super) is_baseline: bool,
    /// Whether none is better by more than the intervals.
    pub(super) is_optimal: bool,
    /// Whether no mean is better in both: the steps lead through it.
    pub(super) is_best: bool,
    pub(super) at: Point,
}

impl Spot<'_> {
    /// Whether it is better than another in both by more than the intervals, or in one where the other is the same.
    fn dominates(&self, other: &Self) -> bool {
        let cheaper = self.cost + self.cost_half < other.cost - other.cost_half;
        let quicker = self.wait + self.wait_half < other.wait - other.wait_half;
        let same_cost = self.cost.total_cmp(&other.cost).is_eq();
        let same_wait = self.wait.total_cmp(&other.wait).is_eq();
        cheaper && (quicker || same_wait) || quicker && same_cost
    }
}

/// The points that can be drawn.
pub(super) fn spots(input: &TradeoffInput) -> Vec<Spot<'_>> {
    let points = input.points.iter().enumerate();
    let mut spots: Vec<Spot<'_>> = points
        .filter_map(|(index, point)| {
            let wait = point.wait_p95_s.filter(|wait| wait.is_finite())?.max(0.0);
            point.cost.is_finite().then_some(Spot {
                point,
                cost: point.cost,
                cost_half: frame::sound_half(point.cost_half_width).unwrap_or(0.0),
                wait,
                wait_half: frame::sound_half(point.wait_p95_half_width_s).unwrap_or(0.0),
                is_baseline: input.baseline == Some(index),
                is_optimal: false,
                is_best: false,
                at: (0.0, 0.0),
            })
        })
        .collect();
    for index in 0..spots.len() {
        let is_beaten = spots.iter().any(|other| other.dominates(&spots[index]));
        let is_best = is_best(&spots[index], &spots);
        (spots[index].is_optimal, spots[index].is_best) = (!is_beaten, is_best);
    }
    spots
}

/// Whether no mean is better than that of a spot in both.
fn is_best(spot: &Spot<'_>, spots: &[Spot<'_>]) -> bool {
    let beats = |o: &Spot<'_>| {
        o.cost <= spot.cost && o.wait <= spot.wait && (o.cost < spot.cost || o.wait < spot.wait)
    };
    !spots.iter().any(beats)
}

/// Steps through the best means, from the cheapest to the quickest.
pub(super) fn steps(spots: &[Spot<'_>]) -> Vec<Point> {
    let best = spots.iter().filter(|spot| spot.is_best);
    let mut best: Vec<Point> = best.map(|spot| spot.at).collect();
    best.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut path: Vec<Point> = Vec::new();
    for at in best {
        if let Some(&(_, y)) = path.last() {
            path.push((at.0, y));
        }
        path.push(at);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn optimal(points: &[(f64, f64)], half: Option<f64>) -> Vec<bool> {
        let points = points.iter().map(|&(cost, wait)| TradeoffPoint {
            cost,
            cost_half_width: half,
            wait_p95_s: Some(wait),
            wait_p95_half_width_s: half,
            ..TradeoffPoint::default()
        });
        let input = TradeoffInput {
            points: points.collect(),
            ..TradeoffInput::default()
        };
        spots(&input).iter().map(|spot| spot.is_optimal).collect()
    }

    #[test]
    fn a_variant_is_dominated_only_beyond_the_intervals() {
        // The second is worse by 10 in both, the third by 3.
        let points = [(100.0, 60.0), (110.0, 70.0), (103.0, 63.0)];
        assert_eq!(optimal(&points, Some(2.0)), [true, false, true]);
        assert_eq!(optimal(&points, None), [true, false, false]);
        assert_eq!(optimal(&points, Some(20.0)), [true, true, true]);
    }

    #[test]
    fn of_equal_waits_the_dearer_is_dominated() {
        let points = [(100.0, 60.0), (150.0, 60.0), (101.0, 60.0)];
        assert_eq!(optimal(&points, Some(2.0)), [true, false, true]);
    }
}
