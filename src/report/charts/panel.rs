//! One panel of the charts of nodes: areas of nodes by state, and of the queue below, on axes that all panels share.

use super::axis::Linear;
use super::columns::Column;
use super::font;
use super::frame::{self, LABEL, MARGIN};
use super::levels::{LevelLimit, NodesPanel, STATES};
use super::nodes_words::counted;
use super::palette::{
    AXIS, Color, GRID, IDLE, INK, LEAVING, LIMITS, MUTED, PEAK_DAY, PROVISIONING, QUEUE, SHADE,
    STRONG_GRID, SYSTEM, Stroke, WORK,
};
use super::peak::Part;
use super::rise::Rise;
use super::scene::{Anchor, Area, Mark, Point, Scene, Text, WIDTH};
use super::timeaxis::TimeTick;
use crate::study_results::Counts;

/// Between nodes and queue: room for the title of the queue.
const GAP: f64 = 21.0;
/// Colors of the states of nodes, from the bottom.
pub(super) const STATE_COLORS: [Color; STATES] = [SYSTEM, WORK, IDLE, PROVISIONING, LEAVING];
/// Lines at the ends of the warm-up and of the measured time.
pub(super) const MARKS: Stroke = Stroke {
    color: MUTED,
    width: 1.5,
    dash: &[2.0, 2.0],
};
/// A limit is drawn where it is at most this many times the highest level: others would flatten the panels.
pub(super) const NEAR: f64 = 3.0;

/// What a panel shows.
pub(super) struct Shown {
    pub(super) columns: Vec<Column>,
    /// The hours of the day of the peak, in a week of means.
    pub(super) day: Vec<Column>,
}

/// What all panels have in common.
pub(super) struct Frame {
    /// One of what is counted, where panels say nothing else.
    pub(super) thing: &'static str,
    /// One of what waits.
    pub(super) who: &'static str,
    /// What legends call the states, from the bottom.
    pub(super) states: [&'static str; STATES],
    /// What they call what waits.
    pub(super) queue: &'static str,
    pub(super) x: Linear,
    pub(super) ticks: Vec<TimeTick>,
    /// The axis of nodes, or of each unit that quotas count.
    pub(super) nodes: Vec<(Option<Counts>, Rise)>,
    pub(super) waiting: Rise,
    pub(super) nodes_height: f64,
    pub(super) queue_height: f64,
    pub(super) marked: Option<Part>,
    /// Instants that are marked.
    pub(super) marks: Vec<f64>,
}

impl Frame {
    /// One of what a panel counts.
    fn thing(&self, panel: &NodesPanel) -> &'static str {
        panel.thing(self.thing)
    }

    /// The axis of what a panel counts.
    fn nodes(&self, panel: &NodesPanel) -> &Rise {
        let of_unit = self
            .nodes
            .iter()
            .find(|(counts, _)| *counts == panel.counts);
        &of_unit.expect("each unit has an axis").1
    }
}

/// The limit of a panel, where it is on the axis.
pub(super) fn limit_on(panel: &NodesPanel, frame: &Frame) -> Option<f64> {
    panel
        .most()
        .filter(|most| *most <= frame.nodes(panel).top())
}

/// The name of a panel, whether it is of the baseline, and its limit.
fn heading(scene: &mut Scene, panel: &NodesPanel, is_baseline: bool, frame: &Frame, top: f64) {
    const LONGEST_REASON: f64 = 240.0;
    let (left, right) = frame.x.places;
    let most = panel.limit.as_ref().map(|LevelLimit { most, by, .. }| {
        let by = font::shorten(by, LABEL, false, LONGEST_REASON);
        match most.map(|most| counted(most, frame.thing(panel))) {
            Some(most) if by.is_empty() => format!("at most {most}"),
            Some(most) => format!("at most {most} ({by})"),
            None => format!("limited by {by}"),
        }
    });
    let baseline = is_baseline.then(|| "baseline".to_owned());
    let said: Vec<String> = baseline.into_iter().chain(most).collect();
    let said = said.join(" · ");
    let room = right - left - 8.0 - font::width(&said, LABEL, false);
    let name = font::shorten(&panel.heading(), 12.5, true, room);
    let title = Text::new(&name, (left, top + 8.0), 12.5).bold_if(true);
    let after = left + title.width() + 8.0;
    scene.text(title);
    if !said.is_empty() {
        scene.text(Text::new(&said, (after, top + 8.5), LABEL).colored(MUTED));
    }
}

/// Draws one panel from `top`; returns where the next one starts.
pub(super) fn draw(
    scene: &mut Scene,
    panel: &NodesPanel,
    is_baseline: bool,
    Shown { columns, day }: &Shown,
    frame: &Frame,
    top: f64,
) -> f64 {
    let (left, right) = frame.x.places;
    let first = scene.marks.len();
    heading(scene, panel, is_baseline, frame, top);
    let nodes = Area::new(left, top + 21.0, right, top + 21.0 + frame.nodes_height);
    let queue = Area::new(
        left,
        nodes.bottom + GAP,
        right,
        nodes.bottom + GAP + frame.queue_height,
    );
    let end = frame.x.place(panel.end_s.min(frame.x.values.1));
    let of_nodes = scene.marks.len();
    axes(scene, nodes, frame, frame.nodes(panel));
    let things = format!("{}s", frame.thing(panel));
    frame::upward_title(scene, &things, (MARGIN, nodes.middle().1));
    let up = |level: f64| frame.nodes(panel).place(level, (nodes.bottom, nodes.top));
    // The highest first, so that each state covers what is below the ones above it.
    for (state, color) in STATE_COLORS.into_iter().enumerate().rev() {
        let tops = columns
            .iter()
            .map(|column| (column.left, up(column.tops[state])));
        let from = scene.marks.len();
        area(scene, tops, end, nodes.bottom, color);
        scene.series(from, frame.states[state]);
    }
    highest(scene, columns, end, |[most, _]| up(most));
    let day_end = frame.marked.map_or(end, |day| frame.x.place(day.to));
    let all = |column: &Column| up(column.tops[STATES - 1]);
    steps(scene, day, day_end, PEAK_DAY, all);
    if let Some(most) = limit_on(panel, frame) {
        scene.line(&[(left, up(most)), (right, up(most))], LIMITS);
    }
    scene.group(of_nodes, read_up(nodes, frame.nodes(panel)), String::new());
    let scale = if frame.waiting.is_log {
        ", log scale"
    } else {
        ""
    };
    let words = format!("queue length ({}s{scale})", frame.who);
    let at = (left, nodes.bottom + GAP / 2.0 + 1.0);
    scene.text(Text::new(&words, at, LABEL - 1.0).colored(MUTED));
    let of_queue = scene.marks.len();
    axes(scene, queue, frame, &frame.waiting);
    let up = |level: f64| frame.waiting.place(level, (queue.bottom, queue.top));
    let waiting = columns
        .iter()
        .map(|column| (column.left, up(column.waiting)));
    let from = scene.marks.len();
    area(scene, waiting, end, queue.bottom, QUEUE);
    scene.series(from, frame.queue);
    highest(scene, columns, end, |[_, longest]| up(longest));
    steps(scene, day, day_end, PEAK_DAY, |column| up(column.waiting));
    scene.group(of_queue, read_up(queue, &frame.waiting), String::new());
    for area in [nodes, queue] {
        scene.line(
            &[(area.left, area.bottom), (area.right, area.bottom)],
            Stroke::solid(AXIS, 1.0),
        );
        for &mark in &frame.marks {
            let x = frame.x.place(mark);
            scene.line(&[(x, area.top), (x, area.bottom)], MARKS);
        }
    }
    scene.of_variants(first, &[&panel.name], String::new());
    queue.bottom + 18.0
}

/// How a page finds the levels at a place of a plot.
fn read_up(plot: Area, rise: &Rise) -> [(&'static str, String); 2] {
    let scale = if rise.is_log { "log" } else { "even" };
    [
        ("data-plot", plot.attribute()),
        ("data-levels", format!("{scale} {}", rise.top())),
    ]
}

/// The line of the highest levels above means, where columns have them.
fn highest(scene: &mut Scene, columns: &[Column], end: f64, up: impl Fn([f64; 2]) -> f64) {
    if columns.iter().all(|column| column.highest.is_some()) {
        let stroke = Stroke::solid(INK, 1.0);
        let level = |column: &Column| up(column.highest.unwrap_or_default());
        steps(scene, columns, end, stroke, level);
    }
}

/// A line over columns.
fn steps(
    scene: &mut Scene,
    columns: &[Column],
    end: f64,
    stroke: Stroke,
    height: impl Fn(&Column) -> f64,
) {
    let ends = columns.iter().skip(1).map(|column| column.left);
    let mut path: Vec<Point> = Vec::new();
    for (column, until) in columns.iter().zip(ends.chain([end])) {
        let y = height(column);
        path.extend([(column.left, y), (until, y)]);
    }
    if !path.is_empty() {
        scene.line(&path, stroke);
    }
}

/// A filled outline over columns with their tops; flat stretches at zero draw nothing.
fn area(
    scene: &mut Scene,
    levels: impl Iterator<Item = (f64, f64)>,
    end: f64,
    base: f64,
    fill: Color,
) {
    let mut points: Vec<Point> = Vec::new();
    for (left, place) in levels {
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

/// Grid and tick labels of one panel.
fn axes(scene: &mut Scene, plot: Area, frame: &Frame, rise: &Rise) {
    if let Some(part) = frame.marked {
        let (left, right) = (frame.x.place(part.from), frame.x.place(part.to));
        // A part that is too short to be seen is made just wide enough.
        let wider = ((3.0 - (right - left)) / 2.0).max(0.0);
        let area = Area::new(left - wider, plot.top, right + wider, plot.bottom);
        scene.rect(area, SHADE);
    }
    for tick in &frame.ticks {
        let x = frame.x.place(tick.at);
        let color = if tick.is_midnight { STRONG_GRID } else { GRID };
        scene.line(
            &[(x, plot.top), (x, plot.bottom)],
            Stroke::solid(color, 1.0),
        );
    }
    let mut free_above = f64::INFINITY;
    for (value, label) in rise.ticks() {
        let at = rise.place(value, (plot.bottom, plot.top));
        scene.line(
            &[(plot.left, at), (plot.right, at)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&label, (plot.left - 7.0, at), LABEL);
        if label.bounds().bottom <= free_above {
            free_above = label.bounds().top + 2.0;
            scene.text(label.anchored(Anchor::End).colored(MUTED));
        }
    }
}

/// Labels and title of the axis of time, below the last panel.
pub(super) fn time_labels(scene: &mut Scene, frame: &Frame, y: f64, title: &str) {
    let first = scene.marks.len();
    for tick in &frame.ticks {
        let x = frame.x.place(tick.at);
        let label = Text::new(&tick.label, (x, y + 7.0), LABEL).anchored(Anchor::Middle);
        let bounds = label.bounds();
        if bounds.left >= 4.0 && bounds.right <= WIDTH - 4.0 {
            scene.text(label.colored(INK));
        }
    }
    scene.group(first, [("data-ticks", String::new())], String::new());
    let middle = f64::midpoint(frame.x.places.0, frame.x.places.1);
    frame::across_title(scene, title, (middle, y + 26.0));
}
