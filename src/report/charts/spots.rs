//! The points of cost against wait: which are dominated and which are Pareto-optimal.

use super::frame;
use super::scene::Point;
use super::tradeoff_input::{TradeoffInput, TradeoffPoint};

/// A point that can be drawn.
pub(super) struct Spot<'a> {
    pub(super) point: &'a TradeoffPoint,
    pub(super) cost: f64,
    pub(super) cost_half: f64,
    pub(super) wait: f64,
    pub(super) wait_half: f64,
    pub(super) is_baseline: bool,
    /// Whether none dominates it.
    pub(super) is_optimal: bool,
    /// Whether no Pareto-optimal mean is better than its own, which is one: the steps lead through it.
    pub(super) is_best: bool,
    pub(super) at: Point,
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
                is_optimal: !point.is_dominated,
                is_best: false,
                at: (0.0, 0.0),
            })
        })
        .collect();
    for index in 0..spots.len() {
        spots[index].is_best = is_best(&spots[index], &spots);
    }
    spots
}

/// Whether a spot is Pareto-optimal and has a mean that no other such mean beats.
fn is_best(spot: &Spot<'_>, spots: &[Spot<'_>]) -> bool {
    let beats = |o: &Spot<'_>| {
        o.cost <= spot.cost && o.wait <= spot.wait && (o.cost < spot.cost || o.wait < spot.wait)
    };
    let mut optimal = spots.iter().filter(|other| other.is_optimal);
    spot.is_optimal && !optimal.any(beats)
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

    #[test]
    fn steps_lead_through_the_best_means_that_none_dominates() {
        // The second is worse in both means, but not clearly; the last has the shortest wait, but is clearly dominated.
        let points = [
            (100.0, 60.0, false),
            (110.0, 70.0, false),
            (150.0, 20.0, false),
            (160.0, 19.0, true),
        ];
        let points = points.map(|(cost, wait, is_dominated)| TradeoffPoint {
            cost,
            wait_p95_s: Some(wait),
            is_dominated,
            ..TradeoffPoint::default()
        });
        let input = TradeoffInput {
            points: points.to_vec(),
            ..TradeoffInput::default()
        };
        let spots = spots(&input);
        let of: Vec<[bool; 2]> = spots
            .iter()
            .map(|spot| [spot.is_best, spot.is_optimal])
            .collect();
        assert_eq!(of, [[true; 2], [false, true], [true; 2], [false; 2]]);
    }
}
