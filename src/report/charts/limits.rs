//! Limits as lines across a plot of cost against time, each with its name beside it.

use super::frame::LABEL;
use super::palette::{LIMIT, LIMITS, PAPER};
use super::scene::{Anchor, Area, Point, Scene, Text};
use super::tradeoff_input::Line;

/// A limit further from the costs than by this factor would leave them no room.
const FAR: f64 = 3.0;

/// Limits and where they are on an axis.
pub(super) type Places<'a> = Vec<(f64, &'a Line)>;

/// What was drawn.
pub(super) struct Drawn {
    /// The lines.
    pub(super) lines: Vec<[Point; 2]>,
    /// What their names cover.
    pub(super) names: Vec<Area>,
}

/// The limits on costs that are near enough to some costs to be shown with them, and a remark on the others.
pub(super) fn near<'a>(limits: &'a [Line], costs: &[f64]) -> (Vec<&'a Line>, String) {
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let most = costs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let is_near = |line: &&Line| line.at <= most * FAR && line.at >= least / FAR;
    let (near, far): (Vec<&Line>, Vec<&Line>) = limits.iter().partition(is_near);
    let far = far.iter().map(|line| format!("{} is far off", line.name));
    (near, far.collect::<Vec<String>>().join(" · "))
}

/// Draws limits on the horizontal axis and on the vertical one at their places. Names keep clear of some areas where they can.
pub(super) fn draw(
    scene: &mut Scene,
    (plot, clear): (Area, &[Area]),
    [across, up]: [Places<'_>; 2],
) -> Drawn {
    let Area {
        left,
        top,
        right,
        bottom,
    } = plot;
    let mut drawn = Drawn {
        lines: Vec::new(),
        names: Vec::new(),
    };
    let across = across.into_iter().map(|(x, line)| {
        let sides = [(x + 6.0, Anchor::Start), (x - 6.0, Anchor::End)];
        let heights = [top + 9.0, bottom - 10.0];
        let places = heights.map(|y| sides.map(|(x, anchor)| ((x, y), anchor)));
        ([(x, top), (x, bottom)], places.concat(), line)
    });
    let up = up.into_iter().map(|(y, line)| {
        let ends = [(right - 4.0, Anchor::End), (left + 6.0, Anchor::Start)];
        let heights = [y - 9.0, y + 9.0];
        let places = ends.map(|(x, anchor)| heights.map(|y| ((x, y), anchor)));
        ([(left, y), (right, y)], places.concat(), line)
    });
    for (ends, places, line) in across.chain(up) {
        scene.line(&ends, LIMITS);
        drawn.lines.push(ends);
        let texts = places.into_iter().map(|(at, anchor)| {
            let text = Text::new(&line.name, at, LABEL);
            text.anchored(anchor).colored(LIMIT)
        });
        let inside: Vec<Text> = texts.filter(|text| plot.contains(&text.bounds())).collect();
        let covered = |text: &Text| -> (f64, f64) {
            let bounds = text.bounds();
            let shared = |areas: &[Area]| areas.iter().map(|area| bounds.shared(area)).sum();
            (shared(&drawn.names), shared(clear))
        };
        let best = inside.into_iter().min_by(|one, other| {
            let (one, other) = (covered(one), covered(other));
            one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
        if let Some(text) = best {
            // No line of the grid strikes it out.
            scene.rect(text.bounds(), PAPER);
            drawn.names.push(text.bounds());
            scene.text(text);
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: f64) -> Line {
        let name = format!("goal: cost <= {at}");
        Line { at, name }
    }

    #[test]
    fn a_limit_far_from_all_costs_is_told_and_not_drawn() {
        let limits = [line(250.0), line(301.0), line(34.0), line(32.0)];
        let (near, far) = near(&limits, &[100.0, 100.0]);
        assert_eq!(near, [&limits[0], &limits[2]]);
        assert_eq!(
            far,
            "goal: cost <= 301 is far off · goal: cost <= 32 is far off"
        );
    }

    #[test]
    fn names_are_inside_and_keep_clear() {
        let mut scene = Scene::new("test", "", 300.0);
        let plot = Area::new(100.0, 50.0, 700.0, 250.0);
        // A point where the name would stand first, and a line at the right edge and at the top.
        let clear = [Area::around((680.0, 141.0), 6.0)];
        let [cost, wait, top] = [line(1.0), line(2.0), line(3.0)];
        let drawn = draw(
            &mut scene,
            (plot, &clear),
            [vec![(698.0, &cost)], vec![(150.0, &wait), (52.0, &top)]],
        );
        assert_eq!(drawn.lines.len(), 3);
        for (index, name) in drawn.names.iter().enumerate() {
            assert!(plot.contains(name), "{name:?}");
            assert!(name.shared(&clear[0]) < 1e-9, "{name:?}");
            for other in &drawn.names[..index] {
                assert!(name.shared(other) < 1e-9, "{name:?} and {other:?}");
            }
        }
        assert_eq!(scene.texts().count(), 3);
    }
}
