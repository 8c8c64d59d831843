//! Labels beside points: each is put where it covers nothing, near its point or at the end of a short line to it,
//! or left out where there is no such place.

use super::scene::{Area, Point};

/// A label wanted beside a point.
pub(super) struct Wanted {
    pub(super) at: Point,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Where a label went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) area: Area,
    /// Whether the label is far enough from its point to need a line to it.
    pub(super) is_apart: bool,
}

/// Directions tried first, by where readers expect a label: right, left, above, below, then between.
const DIRECTIONS: [Point; 12] = [
    (1.0, 0.0),
    (1.0, -0.7),
    (1.0, 0.7),
    (-1.0, 0.0),
    (-1.0, -0.7),
    (-1.0, 0.7),
    (0.0, -1.0),
    (0.0, 1.0),
    (0.5, -1.0),
    (-0.5, -1.0),
    (0.5, 1.0),
    (-0.5, 1.0),
];
/// Distances between point and label.
const DISTANCES: [f64; 9] = [8.0, 15.0, 24.0, 36.0, 52.0, 72.0, 96.0, 124.0, 156.0];

/// Places labels in order; earlier ones have the choice. Labels cover neither `symbols` nor `bars`, and lines to labels
/// no `symbols`; nothing is placed outside `bounds`.
pub(super) fn place(
    wanted: &[Wanted],
    symbols: &[Area],
    bars: &[Area],
    bounds: Area,
) -> Vec<Option<Placed>> {
    // Among many points even a near label needs a line to tell which is its own.
    let is_crowded = wanted.len() > 12;
    let mut taken: Vec<Area> = symbols.to_vec();
    let mut placed = Vec::with_capacity(wanted.len());
    let is_free = |area: &Area, taken: &[Area]| taken.iter().all(|other| area.shared(other) <= 0.0);
    for label in wanted {
        let free = candidates(label, is_crowded).find(|candidate| {
            bounds.contains(&candidate.area)
                && is_free(&candidate.area, &taken)
                && is_free(&candidate.area, bars)
                && (!candidate.is_apart
                    || leader(label.at, candidate.area).all(|step| passes(&step, label.at, &taken)))
        });
        if let Some(found) = free {
            taken.push(with_room(found.area));
            if found.is_apart {
                taken.extend(leader(label.at, found.area));
            }
        }
        placed.push(free);
    }
    placed
}

/// Whether a piece of a line from a point covers nothing but the symbols at the point itself, however large they are.
fn passes(step: &Area, from: Point, taken: &[Area]) -> bool {
    let from = Area::around(from, 0.0);
    let mut taken = taken.iter();
    taken.all(|other| other.contains(&from) || other.shared(step) <= 0.0)
}

/// A label with room on both sides, so that it and the next one are not read as one.
fn with_room(area: Area) -> Area {
    const ROOM: f64 = 8.0;
    Area::new(area.left - ROOM, area.top, area.right + ROOM, area.bottom)
}

/// The line from a point to its label: where it meets the label.
pub(super) fn leader_end(at: Point, area: Area) -> Point {
    (
        at.0.clamp(area.left, area.right),
        at.1.clamp(area.top, area.bottom),
    )
}

/// Small areas along the line to a label, from outside the point's own symbol.
fn leader(at: Point, area: Area) -> impl Iterator<Item = Area> {
    let end = leader_end(at, area);
    let length = (end.0 - at.0).hypot(end.1 - at.1).max(1.0);
    (0..=12).map(move |step| {
        let share = (9.0 + (length - 10.0) * f64::from(step) / 12.0) / length;
        let middle = (at.0 + (end.0 - at.0) * share, at.1 + (end.1 - at.1) * share);
        Area::around(middle, 0.8)
    })
}

fn candidates(label: &Wanted, is_crowded: bool) -> impl Iterator<Item = Placed> + '_ {
    DISTANCES.iter().flat_map(move |&distance| {
        DIRECTIONS.iter().map(move |&(right, down)| {
            let (x, y) = label.at;
            let middle = (
                x + right * distance + right.clamp(-1.0, 1.0) * label.width / 2.0,
                y + down * distance + down.clamp(-1.0, 1.0) * label.height / 2.0,
            );
            let area = Area::new(
                middle.0 - label.width / 2.0,
                middle.1 - label.height / 2.0,
                middle.0 + label.width / 2.0,
                middle.1 + label.height / 2.0,
            );
            Placed {
                area,
                is_apart: distance > if is_crowded { 10.0 } else { 15.0 },
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDS: Area = Area {
        left: 0.0,
        top: 0.0,
        right: 700.0,
        bottom: 400.0,
    };

    #[test]
    fn a_lone_point_has_its_label_to_the_right() {
        let label = Wanted {
            at: (100.0, 100.0),
            width: 50.0,
            height: 12.0,
        };
        let placed = place(&[label], &[], &[], BOUNDS)[0].expect("there is room");
        assert!((placed.area.left - 108.0).abs() < 1e-9 && !placed.is_apart);
    }

    #[test]
    fn at_the_right_edge_it_goes_to_the_left() {
        let label = Wanted {
            at: (690.0, 100.0),
            width: 50.0,
            height: 12.0,
        };
        let placed = place(&[label], &[], &[], BOUNDS)[0].expect("there is room");
        assert!(placed.area.right <= 690.0);
    }

    #[test]
    fn a_label_without_room_is_left_out() {
        let label = Wanted {
            at: (100.0, 100.0),
            width: 50.0,
            height: 12.0,
        };
        assert_eq!(place(&[label], &[BOUNDS], &[], BOUNDS), [None]);
    }

    #[test]
    fn a_large_symbol_has_a_label_at_the_end_of_a_line() {
        let at = (100.0, 100.0);
        let label = Wanted {
            at,
            width: 14.0,
            height: 12.0,
        };
        // A bar on each side leaves no room near the symbol, which is larger than the distance at which lines begin.
        let bars = [
            Area::new(50.0, 74.0, 150.0, 97.0),
            Area::new(50.0, 103.0, 150.0, 126.0),
        ];
        let placed = place(&[label], &[Area::around(at, 11.0)], &bars, BOUNDS)[0];
        assert!(placed.expect("there is room").is_apart);
    }

    proptest! {
        #[test]
        fn labels_never_overlap(points in prop::collection::vec((0.0..700.0_f64, 0.0..400.0_f64), 1..60)) {
            let wanted: Vec<Wanted> =
                points.iter().map(|&at| Wanted { at, width: 70.0, height: 13.0 }).collect();
            let obstacles: Vec<Area> = points.iter().map(|&at| Area::around(at, 4.0)).collect();
            let placed: Vec<Area> =
                place(&wanted, &obstacles, &[], BOUNDS).into_iter().flatten().map(|p| p.area).collect();
            for (index, area) in placed.iter().enumerate() {
                prop_assert!(BOUNDS.contains(area));
                prop_assert!(obstacles.iter().all(|o| o.shared(area) <= 0.0));
                prop_assert!(placed[index + 1..].iter().all(|o| o.shared(area) <= 0.0));
            }
        }
    }
}
