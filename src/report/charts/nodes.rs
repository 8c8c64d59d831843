//! Nodes by state over time, with the queue below, in one replication: a pair of panels for each variant, all on the
//! same axes. Where the whole time is too long to be read, a second chart shows what happens around the peak.

use super::axis::{Linear, Ticks, duration};
use super::columns::{self, Column};
use super::frame::{self, LABEL, MARGIN};
use super::palette::SHADE;
use super::panel::{self, Frame, QUEUE, STATES};
use super::peak::{self, Part};
use super::scene::{Color, Scene, WIDTH};
use super::timeaxis::{self, LocalClock};
use super::work::{NodesWords, Work};
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

/// One panel: a target of a variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodesPanel {
    /// The variant's name, with the target's where there are several.
    pub name: String,
    /// Position of its variant in the scenario.
    pub variant: usize,
    /// Levels at each change, in order of time.
    pub levels: Vec<Levels>,
    /// Seconds since the start at which the last levels end.
    pub end_s: f64,
    /// Seconds over which levels are means, where changes were too many to keep each.
    pub averaged_s: Option<f64>,
}

impl NodesPanel {
    /// The same panel before it has levels.
    pub(super) fn clone_without_levels(&self) -> Self {
        Self {
            name: self.name.clone(),
            levels: Vec::new(),
            ..*self
        }
    }
}

/// What the chart of nodes shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodesInput {
    /// Whether levels are of nodes and runs, or of replicas and requests.
    pub of: Work,
    /// Where the figures come from.
    pub study: Study,
    /// Which replication is shown, counted from 0 as in the files.
    pub replication: u32,
    /// The local date-time of the start, such as `2017-11-20T00:00:00[Asia/Tokyo]`; without it the axis counts hours
    /// and days.
    pub start: Option<String>,
    /// Seconds since the start at which the warm-up ends.
    pub warmup_s: f64,
    /// A panel for each target of each variant, in the order of the scenario.
    pub panels: Vec<NodesPanel>,
    /// Position of the baseline in the scenario.
    pub baseline: Option<usize>,
}

/// About the width of a panel, beside its labels.
const PLOT_WIDTH: f64 = 710.0;
/// More panels than this are too low to read.
const MOST: usize = 6;
/// So many panels are shown, lower, where these are all; also the targets of one variant.
const ALL: usize = 12;
/// The time that is shown.
struct Time {
    span: (f64, f64),
    /// The part that another chart shows.
    marked: Option<Part>,
    clock: Option<LocalClock>,
}

/// Draws nodes and queue over the whole time.
pub fn draw(input: &NodesInput) -> Chart {
    Chart::of(&scene(input))
}

/// Draws nodes and queue around the peak, where the whole time is too long to be read.
pub fn draw_peak(input: &NodesInput) -> Option<Chart> {
    peak_scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &NodesInput) -> Scene {
    let words = input.of.nodes_words();
    let mut scene = Scene::new(words.name, words.title, 0.0);
    let (panels, remark) = choose(input);
    if panels.is_empty() {
        let subtitle = input.study.subtitle("", &[]);
        return frame::nothing(
            words.name,
            words.title,
            &subtitle,
            "no levels over time were kept",
        );
    }
    let clock = input.start.as_deref().and_then(LocalClock::starting);
    let end = panels.iter().map(|panel| panel.end_s).fold(0.0, f64::max);
    let time = Time {
        span: (0.0, end),
        marked: peak::around_peak(input, clock.as_ref()),
        clock,
    };
    let means = match time.marked {
        Some(_) => {
            let span = columns::WIDTH * end / PLOT_WIDTH;
            let unit = if span < 120.0 { 1.0 } else { 60.0 };
            format!("means over {}", duration((span / unit).round() * unit))
        }
        None => String::new(),
    };
    let remarks = [input.study.span.as_str(), &means, &remark];
    let subtitle = subtitle(input, &remarks, panels.len());
    fill(&mut scene, input, &panels, &time, &subtitle);
    scene
}

pub(super) fn peak_scene(input: &NodesInput) -> Option<Scene> {
    let clock = input.start.as_deref().and_then(LocalClock::starting);
    let part = peak::around_peak(input, clock.as_ref())?;
    let (panels, remark) = choose(input);
    let parts: Vec<NodesPanel> = panels.into_iter().map(|panel| part.of(panel)).collect();
    let panels: Vec<&NodesPanel> = parts.iter().collect();
    let words = input.of.nodes_words();
    let [of_baseline, of_only] = words.peak_titles;
    let title = match input.baseline {
        Some(_) if has_several(&panels) => of_baseline,
        _ => of_only,
    };
    let mut scene = Scene::new(words.peak_name, title, 0.0);
    let from = timeaxis::moment(whole(part.from), clock.as_ref());
    let when = format!("{} from {from}", part.length);
    let averaged = panels.iter().filter_map(|panel| panel.averaged_s);
    let means = match averaged.fold(0.0, f64::max) {
        widest if widest > 0.0 => format!("some levels are means over {}", duration(widest)),
        _ => String::new(),
    };
    let subtitle = subtitle(input, &[&when, &means, &remark], panels.len());
    let time = Time {
        span: (part.from, part.to),
        marked: None,
        clock,
    };
    fill(&mut scene, input, &panels, &time, &subtitle);
    Some(scene)
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "times are well below 2^53 seconds"
)]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

/// Panels with levels, as many as are high enough to read: all targets of some variants. And a remark on the others.
fn choose(input: &NodesInput) -> (Vec<&NodesPanel>, String) {
    let sound = |panel: &&NodesPanel| {
        panel.end_s.is_finite() && panel.end_s > 0.0 && !panel.levels.is_empty()
    };
    let full: Vec<&NodesPanel> = input.panels.iter().filter(sound).collect();
    let mut variants: Vec<usize> = full.iter().map(|panel| panel.variant).collect();
    variants.dedup();
    let panels_of = |variant: &usize| full.iter().filter(|it| it.variant == *variant).count();
    let most = variants.iter().map(panels_of).max().unwrap_or(1);
    let fitting = if full.len() <= ALL {
        variants.len()
    } else {
        MOST / most.max(1)
    };
    let shown = frame::spread(&variants, fitting.max(1), input.baseline);
    let mut panels = full.clone();
    panels.retain(|panel| shown.contains(&panel.variant));
    panels.truncate(ALL);
    let remark = if shown.len() < variants.len() {
        format!("{} of {} variants", shown.len(), variants.len())
    } else if panels.len() < full.len() {
        format!("{} of {} targets", panels.len(), full.len())
    } else {
        String::new()
    };
    (panels, remark)
}

/// Whether panels are of more than one variant.
fn has_several(panels: &[&NodesPanel]) -> bool {
    panels
        .windows(2)
        .any(|pair| pair[0].variant != pair[1].variant)
}

fn subtitle(input: &NodesInput, words: &[&str], panels: usize) -> String {
    let which = format!(
        "replication {}, one of {}",
        input.replication,
        input.study.replications.max(1)
    );
    let study = Study {
        span: String::new(),
        ..input.study.clone()
    };
    let mut words = words.to_vec();
    if panels > 1 {
        words.push("all panels on the same axes");
    }
    study.subtitle(&which, &words)
}

/// Heading, legend, panels, the axis of time below them all.
fn fill(
    scene: &mut Scene,
    input: &NodesInput,
    panels: &[&NodesPanel],
    time: &Time,
    subtitle: &str,
) {
    let (of, baseline, words) = (input.of, input.baseline, input.of.nodes_words());
    let y = frame::heading(scene, subtitle);
    let (frame, columns) = frame_of(of, time, panels);
    // A state in which no node ever is needs no name.
    let is_seen = |state: usize| columns.iter().flatten().any(|column| column.is_seen(state));
    let mut entries: Vec<(&str, Color)> = (0..STATES.len())
        .filter(|&state| is_seen(state))
        .map(|state| (words.states[state], STATES[state]))
        .collect();
    entries.push((words.queue, QUEUE));
    let marked = time
        .marked
        .map(|part| format!("{} of {}", part.length, words.peak_name));
    entries.extend(marked.as_deref().map(|words| (words, SHADE)));
    let mut top = frame::legend(scene, &entries, MARGIN, y + 5.0) + 2.0;
    for (one, columns) in panels.iter().zip(&columns) {
        let is_baseline = baseline == Some(one.variant) && has_several(panels);
        top = panel::draw(scene, one, is_baseline, columns, &frame, top);
    }
    panel::time_labels(scene, &frame, top - 7.0, time.clock.is_some());
    scene.height = top + 34.0;
    scene.description = describe(panels, &words);
}

fn frame_of(of: Work, time: &Time, panels: &[&NodesPanel]) -> (Frame, Vec<Vec<Column>>) {
    let (nodes_height, queue_height) = match panels.len() {
        1 => (220.0, 100.0),
        2 => (140.0, 62.0),
        3 => (100.0, 48.0),
        4..=MOST => (78.0, 38.0),
        _ => (54.0, 26.0),
    };
    let wanted = |height: f64| match height {
        120.0.. => 5,
        90.0.. => 4,
        45.0.. => 3,
        _ => 2,
    };
    let ticks =
        |highest: f64, height: f64| Ticks::around(0.0, highest.max(1.0), wanted(height), 1.0);
    // Labels leave room for the highest levels there are, although columns show means of them.
    let highest = |of: fn(&Levels) -> f64| {
        let levels = panels.iter().flat_map(|panel| &panel.levels);
        levels.map(of).map(frame::sound).fold(0.0, f64::max)
    };
    let waiting = ticks(highest(|level| level.waiting), queue_height);
    let nodes = ticks(highest(|level| columns::tops(level)[3]), nodes_height);
    let labels =
        [&nodes, &waiting].map(|ticks| font::width(&ticks.label(ticks.range().1), LABEL, false));
    let places = (
        MARGIN + 24.0 + labels[0].max(labels[1]),
        WIDTH - MARGIN - 14.0,
    );
    let x = Linear {
        values: time.span,
        places,
    };
    let columns: Vec<Vec<Column>> = panels.iter().map(|panel| columns::of(panel, x)).collect();
    let tops = columns.iter().flatten().map(|column| column.tops[3]);
    let nodes = ticks(tops.fold(0.0, f64::max), nodes_height);
    let frame = Frame {
        things: of.nodes_words().things,
        x,
        ticks: timeaxis::ticks(time.span, time.clock.as_ref(), places.1 - places.0, LABEL),
        nodes,
        waiting,
        nodes_height,
        queue_height,
        marked: time.marked,
    };
    (frame, columns)
}

fn describe(panels: &[&NodesPanel], words: &NodesWords) -> String {
    let NodesWords { things, who, .. } = words;
    let what = format!("Areas of {things} by state over time, and of {who} waiting below.");
    let sentences = panels.iter().map(|panel| {
        let most = |of: fn(&Levels) -> f64| panel.levels.iter().map(of).fold(0.0, f64::max);
        let (nodes, waiting) = (most(|l| columns::tops(l)[3]), most(|l| l.waiting));
        format!(
            "{}: at most {nodes:.0} {things} and {waiting:.0} {who} waiting.",
            panel.name
        )
    });
    std::iter::once(what)
        .chain(sentences)
        .collect::<Vec<String>>()
        .join(" ")
}
