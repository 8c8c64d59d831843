//! Nodes by state over time, with the queue below, in one replication: a pair of panels for each target of each variant,
//! all on the same axes. Weeks are one week of hourly means; where the time is too long to be read change by change, a
//! second chart shows what happens around the peak.

use super::axis::Linear;
use super::columns;
use super::frame::{self, LABEL, MARGIN, Sample};
use super::levels::STATES;
pub use super::levels::{LevelLimit, Levels, NodesPanel, Sharing, together};
use super::nodes_input::NodesInput;
pub use super::nodes_words::counted;
use super::nodes_words::{
    by_column, day_of_peak, describe, has_several, highest_of_weeks, resolution, subtitle, title,
};
use super::palette::{INK, LIMITS, PEAK_DAY, QUEUE, SHADE, Stroke};
use super::panel::{self, Frame, MARKS, STATE_COLORS, Shown};
use super::peak::{self, Part};
use super::profile::{self, WEEK};
use super::rise::Rise;
use super::scene::{Scene, WIDTH};
use super::timeaxis::{self, LocalClock};
pub use super::work::Counted;
use super::work::NodesWords;
use super::{Chart, font};
use crate::study_results::Counts;

/// About the width of a panel, beside its labels.
const PLOT_WIDTH: f64 = 710.0;
/// Seconds from 1970 to its first Monday.
const FIRST_MONDAY: i64 = 4 * 86_400;
/// More panels than this are lower.
const HIGH: usize = 6;
/// More panels than this are too low to read.
const MOST: usize = 12;

/// The time that is shown.
enum View {
    /// From one instant to another, and the part that another chart shows.
    Stretch((f64, f64), Option<Part>),
    /// The hours of the week, over this measured time, and the day of the peak.
    Week((f64, f64), Option<Part>),
}

/// What is shown of the time, and by which clock.
struct Time {
    view: View,
    clock: Option<LocalClock>,
    /// Instants that are marked: the ends of the warm-up and of the measured time.
    marks: Vec<f64>,
}

/// Draws nodes and queue over the whole time; `None` where no levels were kept.
pub fn draw(input: &NodesInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

/// Draws nodes and queue around the peak, where the whole time is too long to be read.
pub fn draw_peak(input: &NodesInput) -> Option<Chart> {
    peak_scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &NodesInput) -> Option<Scene> {
    let input = input.at_one_resolution();
    let words = input.of.words();
    let (panels, remark) = choose(&input);
    let mut scene = Scene::new(words.name, title(&words, &panels, input.is_long()), 0.0);
    if panels.iter().all(NodesPanel::is_empty) {
        return None;
    }
    let clock = input.clock();
    let resolution = resolution(&input.panels);
    let peak = peak::around_peak(&input, clock.as_ref());
    let (from, to) = (input.warmup_s, input.horizon_s);
    let (time, how) = if input.is_long() {
        let days = (to - from) / 86_400.0;
        let how = format!("means by hour of the week over {days:.0} days after the warm-up");
        let (view, marks) = (View::Week((from, to), peak), Vec::new());
        (Time { view, clock, marks }, how)
    } else {
        let end = panels.iter().map(|panel| panel.end_s).fold(0.0, f64::max);
        let span = columns::WIDTH * end / PLOT_WIDTH;
        let how = peak.map_or_else(String::new, |_| by_column(span, &panels, &words));
        let marked = peak.filter(|_| input.of != Counted::Quotas);
        let (view, marks) = (View::Stretch((0.0, end), marked), vec![from, to]);
        (Time { view, clock, marks }, how)
    };
    let subtitle = subtitle(&input, &[&how, &resolution, &remark], &panels);
    fill(&mut scene, &input, &panels, &time, &subtitle);
    Some(scene)
}

pub(super) fn peak_scene(input: &NodesInput) -> Option<Scene> {
    let input = input.at_one_resolution();
    let clock = input.clock();
    let part = peak::around_peak(&input, clock.as_ref())?;
    let (panels, remark) = choose(&input);
    if panels.iter().all(NodesPanel::is_empty) {
        return None;
    }
    let panels: Vec<NodesPanel> = panels.iter().map(|panel| part.of(panel)).collect();
    let words = input.of.words();
    let [of_baseline, of_only] = words.peak_titles;
    let title = match input.baseline {
        Some(_) if has_several(&panels) => of_baseline,
        _ => of_only,
    };
    let mut scene = Scene::new(words.peak_name, title, 0.0);
    let from = timeaxis::moment(whole(part.from), clock.as_ref());
    let when = format!("{} from {from}", part.length);
    let resolution = resolution(&input.panels);
    let subtitle = subtitle(&input, &[&when, &resolution, &remark], &panels);
    let time = Time {
        view: View::Stretch((part.from, part.to), None),
        clock,
        marks: vec![input.warmup_s, input.horizon_s],
    };
    fill(&mut scene, &input, &panels, &time, &subtitle);
    Some(scene)
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "times are well below 2^53 seconds"
)]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

/// The panels, few enough to be read: the targets of a variant together where they are too many, and of too many variants
/// the baseline and an even choice. And a remark on what that leaves out.
fn choose(input: &NodesInput) -> (Vec<NodesPanel>, String) {
    let mut panels: Vec<NodesPanel> = input.panels.clone();
    panels.retain(NodesPanel::is_sound);
    if panels.len() > MOST && input.of != Counted::Quotas {
        let of_variants = panels.chunk_by(|a, b| a.variant == b.variant);
        let sums = of_variants.map(|targets| match targets {
            [only] => only.clone(),
            several => together(&several.iter().collect::<Vec<_>>()),
        });
        panels = sums.collect();
    }
    let counts: Vec<(usize, usize)> = panels
        .chunk_by(|a, b| a.variant == b.variant)
        .map(|panels| (panels[0].variant, panels.len()))
        .collect();
    let shown = shown(&counts, input.of, input.baseline);
    panels.retain(|panel| shown.contains(&panel.variant));
    let all = counts.len().max(input.variants);
    let remark = if shown.len() < all {
        format!("{} of {all} variants", shown.len())
    } else {
        String::new()
    };
    (panels, remark)
}

/// The variants that are shown, given those that have panels, each with how many.
pub fn shown(counts: &[(usize, usize)], of: Counted, baseline: Option<usize>) -> Vec<usize> {
    let variants: Vec<usize> = counts.iter().map(|(variant, _)| *variant).collect();
    let panels: usize = counts.iter().map(|(_, panels)| panels).sum();
    // Targets are put together where they are too many.
    let of_each = match of {
        Counted::Quotas => panels.div_ceil(variants.len().max(1)),
        Counted::Nodes | Counted::Replicas => 1,
    };
    if panels <= MOST {
        return variants;
    }
    frame::spread(&variants, (MOST / of_each).max(1), baseline)
}

/// Heading, legend, panels, the axis of time below them all.
fn fill(scene: &mut Scene, input: &NodesInput, panels: &[NodesPanel], time: &Time, subtitle: &str) {
    let (baseline, words) = (input.baseline, input.of.words());
    let y = frame::heading(scene, subtitle);
    let (frame, shown) = frame_of(&words, time, panels);
    let marked = match time.view {
        View::Stretch(_, marked) => marked,
        View::Week(..) => None,
    };
    let marked = marked.map(|part| format!("{} of {}", part.length, words.peak_name));
    let day = match time.view {
        View::Week(_, day) => day.map(|day| {
            let date = timeaxis::day(whole(day.from), time.clock.as_ref());
            day_of_peak(&date, input, panels)
        }),
        View::Stretch(..) => None,
    };
    let mut entries = states_seen(&words, &shown);
    entries.push((words.queue, Sample::Fill(QUEUE)));
    if panels
        .iter()
        .any(|panel| panel::limit_on(panel, &frame).is_some())
    {
        entries.push((words.most, Sample::Line(LIMITS)));
    }
    let highest = highest_of_weeks(panels);
    if matches!(time.view, View::Week(..)) {
        let line = Stroke::solid(INK, 1.0);
        entries.push((&highest, Sample::Line(line)));
    }
    entries.extend(day.as_deref().map(|day| (day, Sample::Line(PEAK_DAY))));
    entries.extend(marked.as_deref().map(|words| (words, Sample::Fill(SHADE))));
    if !frame.marks.is_empty() {
        entries.push(("end of warm-up, horizon", Sample::Line(MARKS)));
    }
    let mut top = frame::legend(scene, &entries, MARGIN, y + 5.0) + 2.0;
    let first = scene.marks.len();
    for (one, shown) in panels.iter().zip(&shown) {
        let is_baseline = baseline == Some(one.variant) && has_several(panels);
        top = panel::draw(scene, one, is_baseline, shown, &frame, top);
    }
    scene.group(first, read_time(time, &frame), String::new());
    let clock = time.clock.as_ref().map(LocalClock::title);
    let title = match (&time.view, clock) {
        (View::Week(..), clock) => {
            format!(
                "hour of the week, {}",
                clock.unwrap_or_else(|| "from the start".to_owned())
            )
        }
        (View::Stretch(..), Some(clock)) => clock,
        (View::Stretch(..), None) => "time since the start".to_owned(),
    };
    panel::time_labels(scene, &frame, top - 7.0, &title);
    scene.height = top + 34.0;
    scene.description = describe(panels, &words);
}

/// How a page finds the time at a place of a panel: the seconds at its sides, and what the clock reads, in seconds since 1970, from
/// some of them on.
fn read_time(time: &Time, frame: &Frame) -> [(&'static str, String); 3] {
    let (from, to) = frame.x.values;
    let (form, readings) = match (&time.view, &time.clock) {
        (View::Week(..), _) => ("week", vec![(0, FIRST_MONDAY)]),
        (View::Stretch(..), Some(clock)) if clock.has_dates() => {
            let ticks = frame.ticks.iter().map(|tick| whole(tick.at));
            let seconds = std::iter::once(whole(from)).chain(ticks);
            let readings = seconds.filter_map(|at| Some((at, clock.reading(at)?)));
            ("clock", readings.collect())
        }
        (View::Stretch(..), _) => ("start", vec![(0, 0)]),
    };
    let readings = readings
        .iter()
        .map(|(at, reading)| format!("{at} {reading}"));
    let readings: Vec<String> = readings.collect();
    [
        ("data-time", format!("{from} {to}")),
        ("data-form", form.to_owned()),
        ("data-clock", readings.join(" ")),
    ]
}

/// The states that are drawn somewhere: one in which no node ever is needs no name.
fn states_seen(words: &NodesWords, shown: &[Shown]) -> Vec<(&'static str, Sample)> {
    let is_seen = |state: &usize| {
        let mut columns = shown.iter().flat_map(|shown| &shown.columns);
        columns.any(|column| column.is_seen(*state))
    };
    (0..STATES)
        .filter(is_seen)
        .map(|state| (words.states[state], Sample::Fill(STATE_COLORS[state])))
        .collect()
}

fn frame_of(words: &NodesWords, time: &Time, panels: &[NodesPanel]) -> (Frame, Vec<Shown>) {
    let (nodes_height, queue_height) = match panels.len() {
        1 => (220.0, 100.0),
        2 => (140.0, 62.0),
        3 => (100.0, 48.0),
        4..=HIGH => (78.0, 38.0),
        _ => (56.0, 28.0),
    };
    let wanted = |height: f64| match height {
        120.0.. => 5,
        90.0.. => 4,
        45.0.. => 3,
        _ => 2,
    };
    let queues = panels
        .iter()
        .map(|panel| highest(panel, |level| level.waiting));
    let waiting = Rise::of(&queues.collect::<Vec<f64>>(), wanted(queue_height));
    let nodes = axes_of_units(panels, wanted(nodes_height));
    let axes = nodes.iter().map(|(_, rise)| rise).chain([&waiting]);
    let labels = axes.flat_map(Rise::ticks);
    let widths = labels.map(|(_, label)| font::width(&label, LABEL, false));
    let places = (
        MARGIN + 24.0 + widths.fold(0.0, f64::max),
        WIDTH - MARGIN - 14.0,
    );
    let clock = time.clock.as_ref();
    let (values, ticks, marked) = match time.view {
        View::Stretch(span, marked) => {
            let ticks = timeaxis::ticks(span, clock, places.1 - places.0, LABEL);
            (span, ticks, marked)
        }
        View::Week(_, day) => {
            let marked = day.map(|day| profile::place_of_day(day, clock));
            ((0.0, WEEK), timeaxis::ticks_of_week(), marked)
        }
    };
    let x = Linear { values, places };
    let shown = |panel: &NodesPanel| match time.view {
        View::Stretch(..) => Shown {
            columns: columns::of(panel, x),
            day: Vec::new(),
        },
        View::Week(measured, day) => Shown {
            columns: profile::of(panel, clock, measured, x),
            day: day.map_or_else(Vec::new, |day| profile::of_day(panel, clock, day, x)),
        },
    };
    let is_inside = |at: &&f64| **at > values.0 && **at < values.1;
    let frame = Frame {
        thing: words.thing,
        who: words.who,
        states: words.states,
        queue: words.queue,
        x,
        ticks,
        nodes,
        waiting,
        nodes_height,
        queue_height,
        marked,
        marks: time.marks.iter().filter(is_inside).copied().collect(),
    };
    (frame, panels.iter().map(shown).collect())
}

fn highest(panel: &NodesPanel, of: fn(&Levels) -> f64) -> f64 {
    let levels = panel.levels.iter().map(of).map(frame::sound);
    levels.fold(0.0, f64::max)
}

/// The axis of each unit that panels count. It has room for the highest levels, although columns may show means of them.
fn axes_of_units(panels: &[NodesPanel], wanted: u8) -> Vec<(Option<Counts>, Rise)> {
    let axis_of = |counts: Option<Counts>| {
        let panels = || panels.iter().filter(|panel| panel.counts == counts);
        let peaks = panels().map(|panel| highest(panel, Levels::total));
        let peak = peaks.fold(0.0, f64::max);
        let limits = panels().filter_map(NodesPanel::most);
        let limits = limits.filter(|limit| *limit <= peak * panel::NEAR);
        Rise::even(limits.fold(peak, f64::max), wanted)
    };
    let mut axes: Vec<(Option<Counts>, Rise)> = Vec::new();
    for panel in panels {
        if axes.iter().all(|(counts, _)| *counts != panel.counts) {
            axes.push((panel.counts, axis_of(panel.counts)));
        }
    }
    axes
}
