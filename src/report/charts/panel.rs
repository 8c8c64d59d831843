//! One panel of the charts of nodes: areas of nodes by state, and of the queue below, on axes that all panels share.

use super::axis::{Linear, Ticks};
use super::columns::Column;
use super::font;
use super::frame::{self, LABEL, MARGIN};
use super::nodes::NodesPanel;
use super::palette::{AXIS, BLUE, GRID, INK, MUTED, ORANGE, PALE_GREY, PURPLE, SHADE, SKY};
use super::peak::Part;
use super::scene::{Anchor, Area, Color, Mark, Point, Scene, Stroke, Text, WIDTH};
use super::timeaxis::TimeTick;

/// Between nodes and queue: room for the half labels at both edges.
const GAP: f64 = 16.0;
/// Colours of the states of nodes, from the bottom.
pub(super) const STATES: [Color; 4] = [BLUE, ORANGE, SKY, PALE_GREY];
/// Colour of what waits, below the nodes.
pub(super) const QUEUE: Color = PURPLE;

/// What all panels have in common.
pub(super) struct Frame {
    /// What is counted, in lower case.
    pub(super) things: &'static str,
    pub(super) x: Linear,
    pub(super) ticks: Vec<TimeTick>,
    pub(super) nodes: Ticks,
    pub(super) waiting: Ticks,
    pub(super) nodes_height: f64,
    pub(super) queue_height: f64,
    pub(super) marked: Option<Part>,
}

/// Draws one panel from `top`; returns where the next one starts.
pub(super) fn draw(
    scene: &mut Scene,
    panel: &NodesPanel,
    is_baseline: bool,
    columns: &[Column],
    frame: &Frame,
    top: f64,
) -> f64 {
    let (left, right) = frame.x.places;
    let name = font::shorten(&panel.name, 12.5, true, right - left - 90.0);
    let title = Text::new(&name, (left, top + 8.0), 12.5).bold_if(true);
    let after = left + title.width() + 8.0;
    scene.text(title);
    if is_baseline {
        scene.text(Text::new("baseline", (after, top + 8.5), LABEL).colored(MUTED));
    }
    let nodes = Area::new(left, top + 21.0, right, top + 21.0 + frame.nodes_height);
    let queue = Area::new(
        left,
        nodes.bottom + GAP,
        right,
        nodes.bottom + GAP + frame.queue_height,
    );
    let end = frame.x.place(panel.end_s);
    let y = axes(scene, nodes, frame, &frame.nodes, frame.things);
    // The highest first, so that each state covers what is below the ones above it.
    for (state, color) in STATES.into_iter().enumerate().rev() {
        let tops = columns
            .iter()
            .map(|column| (column.left, column.tops[state]));
        area(scene, tops, end, y, color);
    }
    let y = axes(scene, queue, frame, &frame.waiting, "queue");
    area(
        scene,
        columns.iter().map(|column| (column.left, column.waiting)),
        end,
        y,
        QUEUE,
    );
    for area in [nodes, queue] {
        scene.line(
            &[(area.left, area.bottom), (area.right, area.bottom)],
            Stroke::solid(AXIS, 1.0),
        );
    }
    queue.bottom + 18.0
}

/// A filled outline over columns; flat stretches at zero draw nothing.
fn area(
    scene: &mut Scene,
    levels: impl Iterator<Item = (f64, f64)>,
    end: f64,
    y: Linear,
    fill: Color,
) {
    let base = y.place(0.0);
    let mut points: Vec<Point> = Vec::new();
    for (left, level) in levels {
        let place = y.place(level);
        if points
            .last()
            .is_none_or(|last| (last.1 - place).abs() > 1e-6)
        {
            points.push((left, place));
        }
    }
    points.push((end, base));
    if points.iter().any(|point| point.1 < base) {
        scene.marks.push(Mark::Columns { points, base, fill });
    }
}

/// Grid, tick labels and title of one panel; returns its scale of levels.
fn axes(scene: &mut Scene, plot: Area, frame: &Frame, ticks: &Ticks, title: &str) -> Linear {
    let y = Linear {
        values: ticks.range(),
        places: (plot.bottom, plot.top),
    };
    if let Some(part) = frame.marked {
        let (left, right) = (frame.x.place(part.from), frame.x.place(part.to));
        // A part that is too short to be seen is made just wide enough.
        let wider = ((3.0 - (right - left)) / 2.0).max(0.0);
        let area = Area::new(left - wider, plot.top, right + wider, plot.bottom);
        scene.rect(area, SHADE);
    }
    for tick in &frame.ticks {
        let x = frame.x.place(tick.at);
        let color = if tick.is_midnight { PALE_GREY } else { GRID };
        scene.line(
            &[(x, plot.top), (x, plot.bottom)],
            Stroke::solid(color, 1.0),
        );
    }
    for &value in &ticks.values {
        let at = y.place(value);
        scene.line(
            &[(plot.left, at), (plot.right, at)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&ticks.label(value), (plot.left - 7.0, at), LABEL);
        scene.text(label.anchored(Anchor::End).colored(MUTED));
    }
    frame::upward_title(scene, title, (MARGIN, plot.middle().1));
    y
}

/// Labels and title of the axis of time, below the last panel.
pub(super) fn time_labels(scene: &mut Scene, frame: &Frame, y: f64, has_start: bool) {
    for tick in &frame.ticks {
        let x = frame.x.place(tick.at);
        let label = Text::new(&tick.label, (x, y + 7.0), LABEL).anchored(Anchor::Middle);
        let bounds = label.bounds();
        if bounds.left >= 4.0 && bounds.right <= WIDTH - 4.0 {
            scene.text(label.colored(INK));
        }
    }
    let title = if has_start {
        "local time"
    } else {
        "time since the start"
    };
    let middle = f64::midpoint(frame.x.places.0, frame.x.places.1);
    frame::across_title(scene, title, (middle, y + 26.0));
}
