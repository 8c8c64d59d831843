//! Nodes by state over time, with the queue below, in one replication: a pair of panels for each variant, all on the
//! same axes.

use super::axis::{Linear, Ticks};
use super::columns::{self, Column};
use super::frame::{self, LABEL, MARGIN};
use super::palette::{AXIS, BLUE, GRID, INK, MUTED, ORANGE, PALE_GREY, PURPLE, SKY};
use super::scene::{Anchor, Area, Color, Mark, Point, Scene, Stroke, Text, WIDTH};
use super::timeaxis::{self, TimeTick};
use super::{Chart, Study, font};

/// Levels from one instant on, until the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levels {
    /// Seconds since the start.
    pub at_s: f64,
    /// Nodes with a run.
    pub occupied: f64,
    /// Nodes ready and without a run.
    pub idle: f64,
    /// Nodes requested and not yet usable.
    pub preparing: f64,
    /// Nodes being released.
    pub leaving: f64,
    /// Runs in the queue.
    pub waiting: f64,
}

/// One variant's panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodesPanel {
    /// The variant's name, with the target's where there are several.
    pub name: String,
    /// Levels at each change, in order of time.
    pub levels: Vec<Levels>,
    /// Seconds since the start at which the last levels end.
    pub end_s: f64,
}

/// What the chart of nodes shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodesInput {
    /// Where the figures come from.
    pub study: Study,
    /// Which replication is shown, counted from 0 as in the files.
    pub replication: u32,
    /// The local date-time of the start, such as `2017-11-20T00:00:00`; without it the axis counts hours and days.
    pub start: Option<String>,
    /// One panel for each variant, in the order of the scenario.
    pub panels: Vec<NodesPanel>,
    /// Position of the baseline in `panels`.
    pub baseline: Option<usize>,
}

const NAME: &str = "nodes";
const TITLE: &str = "Nodes by state, and the queue";
/// More panels than this are too low to read.
const MOST: usize = 6;
/// Between nodes and queue: room for the half labels at both edges.
const GAP: f64 = 16.0;
const STATES: [(&str, Color); 4] = [
    ("occupied", BLUE),
    ("idle", ORANGE),
    ("preparing", SKY),
    ("leaving", PALE_GREY),
];
const QUEUE: (&str, Color) = ("runs waiting", PURPLE);

/// What all panels have in common.
struct Frame {
    x: Linear,
    ticks: Vec<TimeTick>,
    nodes: Ticks,
    waiting: Ticks,
    nodes_height: f64,
    queue_height: f64,
}

/// Draws nodes and queue over time.
pub fn draw(input: &NodesInput) -> Chart {
    Chart::of(&scene(input))
}

pub(super) fn scene(input: &NodesInput) -> Scene {
    let sound = |panel: &NodesPanel| {
        panel.end_s.is_finite() && panel.end_s > 0.0 && !panel.levels.is_empty()
    };
    let full: Vec<usize> = (0..input.panels.len())
        .filter(|&i| sound(&input.panels[i]))
        .collect();
    if full.is_empty() {
        let subtitle = input.study.subtitle("", &[]);
        return frame::nothing(NAME, TITLE, &subtitle, "no levels over time were kept");
    }
    let shown = frame::spread(&full, MOST, input.baseline);
    let mut scene = Scene::new(NAME, TITLE, 0.0);
    let which = format!(
        "replication {}, one of {}",
        input.replication,
        input.study.replications.max(1)
    );
    let axes = if shown.len() > 1 {
        "all panels on the same axes"
    } else {
        ""
    };
    let remark = if shown.len() < full.len() {
        format!("{} of {} variants", shown.len(), full.len())
    } else {
        String::new()
    };
    let subtitle = input.study.subtitle(&which, &[axes, &remark]);
    let y = frame::heading(&mut scene, &subtitle);
    let mut entries = STATES.to_vec();
    entries.push(QUEUE);
    let mut top = frame::legend(&mut scene, &entries, MARGIN, y + 5.0) + 2.0;
    let panels: Vec<&NodesPanel> = shown.iter().map(|&index| &input.panels[index]).collect();
    let (frame, columns) = frame_of(input, &panels);
    for (position, (panel, columns)) in panels.iter().zip(&columns).enumerate() {
        let is_baseline = input.baseline == Some(shown[position]) && panels.len() > 1;
        top = draw_panel(&mut scene, panel, is_baseline, columns, &frame, top);
    }
    time_labels(&mut scene, &frame, top - 7.0, input.start.is_some());
    scene.height = top + 34.0;
    scene.description = describe(&panels);
    scene
}

fn frame_of(input: &NodesInput, panels: &[&NodesPanel]) -> (Frame, Vec<Vec<Column>>) {
    let end = panels.iter().map(|panel| panel.end_s).fold(0.0, f64::max);
    let highest = |of: fn(&Levels) -> f64| {
        let levels = panels.iter().flat_map(|panel| &panel.levels);
        levels.map(of).map(frame::sound).fold(0.0, f64::max)
    };
    let nodes_high = highest(|l| columns::tops(l)[3]);
    let waiting_high = highest(|l| l.waiting);
    let (nodes_height, queue_height) = match panels.len() {
        1 => (220.0, 100.0),
        2 => (140.0, 62.0),
        3 => (100.0, 48.0),
        _ => (78.0, 38.0),
    };
    let wanted = |height: f64| {
        if height > 120.0 {
            5
        } else if height > 60.0 {
            3
        } else {
            2
        }
    };
    let nodes = Ticks::around(0.0, nodes_high.max(1.0), wanted(nodes_height), 1.0);
    let waiting = Ticks::around(0.0, waiting_high.max(1.0), wanted(queue_height), 1.0);
    let labels = nodes.values.iter().map(|&v| nodes.label(v));
    let labels = labels.chain(waiting.values.iter().map(|&v| waiting.label(v)));
    let widest = labels
        .map(|label| font::width(&label, LABEL, false))
        .fold(0.0, f64::max);
    let places = (MARGIN + 24.0 + widest, WIDTH - MARGIN - 14.0);
    let x = Linear {
        values: (0.0, end),
        places,
    };
    let start = input.start.as_deref().and_then(timeaxis::parse_start);
    let ticks = timeaxis::ticks(end, start, places.1 - places.0, LABEL);
    let columns = panels.iter().map(|panel| columns::of(panel, x)).collect();
    (
        Frame {
            x,
            ticks,
            nodes,
            waiting,
            nodes_height,
            queue_height,
        },
        columns,
    )
}

/// Draws one panel from `top`; returns where the next one starts.
fn draw_panel(
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
    let y = axes(scene, nodes, frame, &frame.nodes, "nodes");
    // The highest first, so that each state covers what is below the ones above it.
    for (state, (_, color)) in STATES.into_iter().enumerate().rev() {
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
        QUEUE.1,
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

fn time_labels(scene: &mut Scene, frame: &Frame, y: f64, has_start: bool) {
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

fn describe(panels: &[&NodesPanel]) -> String {
    let what = "Areas of nodes by state over time, and of runs waiting below.".to_owned();
    let sentences = panels.iter().map(|panel| {
        let most = |of: fn(&Levels) -> f64| panel.levels.iter().map(of).fold(0.0, f64::max);
        let (nodes, waiting) = (most(|l| columns::tops(l)[3]), most(|l| l.waiting));
        format!(
            "{}: at most {nodes:.0} nodes and {waiting:.0} runs waiting.",
            panel.name
        )
    });
    std::iter::once(what)
        .chain(sentences)
        .collect::<Vec<String>>()
        .join(" ")
}
