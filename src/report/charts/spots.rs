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
    /// Whether none dominates it.
    pub(super) is_optimal: bool,
    /// Whether no mean is better in both: the steps lead through it.
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

    #[test]
    fn steps_lead_through_the_best_means_alone() {
        let points = [(100.0, 60.0), (110.0, 70.0), (150.0, 20.0)];
        let points = points.map(|(cost, wait)| TradeoffPoint {
            cost,
            wait_p95_s: Some(wait),
            is_dominated: cost > 105.0 && wait > 60.0,
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
        assert_eq!(of, [[true; 2], [false; 2], [true; 2]]);
    }
}
