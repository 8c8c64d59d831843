//! How the best point of a search changes with each key: a small plot for each key, all on one axis of the figure that is to be small.

use super::costscale::CostScale;
use super::frame::{self, LABEL, MARGIN};
use super::palette::{AXIS, GRID, INK, MUTED, Stroke};
use super::roles::{self, Entry};
use super::scene::{Anchor, Area, Point, Scene, Text, WIDTH};
use super::tradeoff_input::Role;
use super::waitscale::WaitScale;
use super::{Chart, Study, font};

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyMark {
    /// Its values.
    pub point: String,
    /// Its figure; of times in seconds.
    pub mean: f64,
    /// Half the width of its 95 % interval.
    pub half_width: Option<f64>,
    /// What the point is: the named one, one that meets the goal ([`Role::Worse`]), one that may or may not, or one that misses it.
    pub role: Role,
}

/// A value of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyLevel {
    /// The value.
    pub value: String,
    /// The best point with it.
    pub best: KeyMark,
    /// One with it that would be better, but is not known to meet the goal.
    pub perhaps: Option<KeyMark>,
}

impl KeyLevel {
    /// Its points that have a figure.
    fn marks(&self) -> impl Iterator<Item = &KeyMark> {
        let all = self.perhaps.iter().chain([&self.best]);
        all.filter(|mark| mark.mean.is_finite())
    }
}

/// A key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyPanel {
    /// Its short name.
    pub key: String,
    /// Its values.
    pub levels: Vec<KeyLevel>,
}

/// What the chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeysInput {
    /// Where the figures come from.
    pub study: Study,
    /// What was averaged.
    pub basis: String,
    /// The figure, with its unit unless it is a time.
    pub figure: String,
    /// Whether it is a time.
    pub is_time: bool,
    /// What points do that are a choice: `meets the goal`.
    pub kept: &'static str,
    /// The keys that have several values.
    pub panels: Vec<KeyPanel>,
}

/// Plots at most, and in a row.
const MOST: usize = 8;
const ACROSS: usize = 2;
const PLOT_HEIGHT: f64 = 130.0;
/// What a row has above its plots and below them.
const ABOVE: f64 = 26.0;
const BELOW: f64 = 34.0;
/// Room for the labels of the axis.
const LABELS: f64 = 64.0;
const BETWEEN: f64 = 26.0;

/// From a point that may be the best with a value to one that surely meets the goal.
const BETWEEN_BOTH: Stroke = Stroke {
    color: MUTED,
    width: 1.0,
    dash: &[3.0, 3.0],
};

enum Scale {
    Amount(CostScale),
    Time(WaitScale),
}

impl Scale {
    fn of(input: &KeysInput, marks: &[&KeyMark], places: (f64, f64)) -> Self {
        let values = marks.iter().map(|mark| (mark.mean, half(mark)));
        let values: Vec<(f64, f64)> = values.collect();
        if !input.is_time {
            return Self::Amount(CostScale::of(&values, places));
        }
        let high = values.iter().map(|(mean, half)| mean + half);
        Self::Time(WaitScale::linear(high.fold(0.0, f64::max) * 1.04, places))
    }

    fn place(&self, value: f64) -> f64 {
        match self {
            Self::Amount(scale) => scale.place(value),
            Self::Time(scale) => scale.place(value),
        }
    }

    fn ticks(&self) -> Vec<(f64, String)> {
        match self {
            Self::Amount(scale) => scale.ticks(),
            Self::Time(scale) => {
                let ticks = scale.ticks().into_iter();
                ticks.map(|tick| (tick.place, tick.label)).collect()
            }
        }
    }

    fn remark(&self) -> &'static str {
        match self {
            Self::Amount(scale) => scale.remark(),
            Self::Time(_) => "",
        }
    }
}

/// Draws it; `None` where no key has two values with a figure.
pub fn draw(name: &'static str, input: &KeysInput) -> Option<Chart> {
    scene(name, input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(name: &'static str, input: &KeysInput) -> Option<Scene> {
    let is_shown = |panel: &&KeyPanel| known(panel).count() > 1;
    let panels: Vec<&KeyPanel> = input.panels.iter().filter(is_shown).collect();
    let more = panels.len().saturating_sub(MOST);
    let panels = &panels[..panels.len().min(MOST)];
    if panels.is_empty() {
        return None;
    }
    let levels = || panels.iter().flat_map(|panel| &panel.levels);
    let marks: Vec<&KeyMark> = levels().flat_map(KeyLevel::marks).collect();
    let mut scene = Scene::new(name, "The best point for each value of each key", 0.0);
    let remark = Scale::of(input, &marks, (1.0, 0.0)).remark();
    let figure = format!("{}{remark}, whatever the other keys", input.figure);
    let more = match more {
        0 => String::new(),
        more => format!("{more} more keys in the tables"),
    };
    let between = if levels().any(|level| level.marks().count() > 1) {
        "dashed: the best with that value is one of both, or between them"
    } else {
        ""
    };
    let bars = "bars: 95 % intervals of the means";
    let remarks = [figure.as_str(), bars, between, &more];
    let y = frame::heading(&mut scene, &input.study.subtitle(&input.basis, &remarks));
    let mut top = key(&mut scene, &marks, (input.kept, y + 5.0));
    let across = if panels.len() == 1 { 1 } else { ACROSS };
    let gaps = BETWEEN * (across - 1) as f64;
    let width = (WIDTH - 2.0 * MARGIN - LABELS - gaps) / across as f64;
    for row in panels.chunks(across) {
        let places = (top + ABOVE + PLOT_HEIGHT, top + ABOVE + 4.0);
        let scale = Scale::of(input, &marks, places);
        let mut left = MARGIN + LABELS;
        for (column, panel) in row.iter().enumerate() {
            let plot = Area::new(left, top + ABOVE, left + width, places.0);
            outline(&mut scene, plot, (&scale, column == 0));
            let title = font::shorten(&panel.key, LABEL, true, width);
            let at = (plot.left, plot.top - 11.0);
            scene.text(Text::new(&title, at, LABEL).bold_if(true));
            draw_levels(&mut scene, plot, &scale, panel);
            left += width + BETWEEN;
        }
        top = places.0 + BELOW;
    }
    scene.height = top;
    scene.description = describe(input, panels);
    Some(scene)
}

/// The levels that can be drawn.
fn known(panel: &KeyPanel) -> impl Iterator<Item = &KeyLevel> {
    let levels = panel.levels.iter();
    levels.filter(|level| level.best.mean.is_finite())
}

fn half(mark: &KeyMark) -> f64 {
    frame::sound_half(mark.half_width).unwrap_or(0.0)
}

/// Whether points with a role are no choice, and hollow.
fn is_hollow(role: Role) -> bool {
    matches!(role, Role::Misses | Role::Grows)
}

/// What the symbols mean, of those that occur.
fn key(scene: &mut Scene, marks: &[&KeyMark], (kept, y): (&str, f64)) -> f64 {
    let all = [
        (Role::Best, "the best point"),
        (Role::Closest, "the closest point"),
        (Role::Worse, kept),
        (Role::Undecided, "not known to meet the goal"),
        (Role::Misses, "misses the goal"),
        (Role::Grows, "its queue grows"),
    ];
    let occurs = |role: Role| marks.iter().any(|mark| mark.role == role);
    let entries = all.into_iter().filter(|(role, _)| occurs(*role));
    let entries = entries.filter_map(|(role, meaning)| {
        let (symbol, reach, color) = roles::of_role(role)?;
        Some(Entry {
            symbol,
            reach,
            color,
            hollow: is_hollow(role),
            meaning,
        })
    });
    roles::entries(scene, &entries.collect::<Vec<_>>(), y)
}

fn outline(scene: &mut Scene, plot: Area, (scale, has_labels): (&Scale, bool)) {
    let mut free_above = f64::INFINITY;
    for (place, label) in scale.ticks() {
        let line = [(plot.left, place), (plot.right, place)];
        scene.line(&line, Stroke::solid(GRID, 1.0));
        let label = Text::new(&label, (plot.left - 8.0, place), LABEL);
        let label = label.anchored(Anchor::End).colored(MUTED);
        let bounds = label.bounds();
        if has_labels && bounds.bottom < free_above {
            free_above = bounds.top;
            scene.text(label);
        }
    }
    let base = [(plot.left, plot.bottom), (plot.right, plot.bottom)];
    scene.line(&base, Stroke::solid(AXIS, 1.0));
}

fn draw_levels(scene: &mut Scene, plot: Area, scale: &Scale, panel: &KeyPanel) {
    let step = plot.width() / panel.levels.len() as f64;
    let places = panel.levels.iter().enumerate();
    let places = places.map(|(index, level)| (plot.left + step * (index as f64 + 0.5), level));
    let places: Vec<(f64, &KeyLevel)> = places.collect();
    let known = places.iter();
    let known = known.filter(|(_, level)| level.best.mean.is_finite());
    let line: Vec<Point> = known
        .clone()
        .map(|(x, level)| (*x, scale.place(level.best.mean)))
        .collect();
    scene.line(&line, Stroke::solid(AXIS, 1.5));
    for (x, level) in &places {
        let ends: Vec<Point> = level
            .marks()
            .map(|mark| (*x, scale.place(mark.mean)))
            .collect();
        if ends.len() > 1 {
            scene.line(&ends, BETWEEN_BOTH);
        }
        for mark in level.marks() {
            draw_mark(scene, (*x, scale), mark, &panel.key);
        }
    }
    let mut free_from = f64::NEG_INFINITY;
    let values: Vec<&str> = panel.levels.iter().map(|level| &*level.value).collect();
    let labels = labels_within(&values, step.max(60.0) - 6.0);
    for ((x, _), value) in places.iter().zip(&labels) {
        let label = Text::new(value, (*x, plot.bottom + 13.0), LABEL);
        let label = label.anchored(Anchor::Middle);
        let bounds = label.bounds();
        if bounds.left > free_from && bounds.right < WIDTH - 4.0 {
            free_from = bounds.right + 4.0;
            scene.text(label);
        }
    }
}

/// A point with its interval.
fn draw_mark(scene: &mut Scene, (x, scale): (f64, &Scale), mark: &KeyMark, key: &str) {
    let from = scene.marks.len();
    let [low, y, high] = [-1.0, 0.0, 1.0].map(|sign| scale.place(mark.mean + sign * half(mark)));
    if (low - high).abs() > 1.0 {
        scene.line(&[(x, low), (x, high)], Stroke::solid(INK, 1.0));
        for end in [low, high] {
            let cap = [(x - 3.0, end), (x + 3.0, end)];
            scene.line(&cap, Stroke::solid(INK, 1.0));
        }
    }
    if let Some((symbol, reach, color)) = roles::of_role(mark.role) {
        let reach = reach.min(6.5);
        scene.symbol((x, y), symbol, reach, color, is_hollow(mark.role));
    }
    scene.group(from, [], format!("{key} = {}", mark.point));
}

/// Values short enough for some room. Where two would look the same, all lose the words that they begin with in common.
fn labels_within(values: &[&str], room: f64) -> Vec<String> {
    let short = |values: &[&str]| -> Vec<String> {
        let all = values.iter();
        all.map(|value| font::shorten(value, LABEL, false, room))
            .collect()
    };
    let labels = short(values);
    let looks_the_same = |at: usize| labels[..at].contains(&labels[at]);
    if !(1..labels.len()).any(looks_the_same) {
        return labels;
    }
    let start = common_words(values);
    let ends = values.iter().map(|value| format!("…{}", &value[start..]));
    let ends: Vec<String> = ends.collect();
    short(&ends.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Length of the words, each with the separator after it, with which all values begin.
fn common_words(values: &[&str]) -> usize {
    let [first, others @ ..] = values else {
        return 0;
    };
    let is_common = |start: &str| others.iter().all(|value| value.starts_with(start));
    let separators = first.char_indices().filter(|(_, c)| "_-/ ".contains(*c));
    let ends = separators.map(|(at, _)| at + 1);
    ends.take_while(|end| is_common(&first[..*end]))
        .last()
        .unwrap_or(0)
}

fn describe(input: &KeysInput, panels: &[&KeyPanel]) -> String {
    let what = format!("The best {} for each value of each key.", input.figure);
    let keys = panels.iter().map(|panel| {
        let levels = panel.levels.iter().map(|level| {
            let perhaps = level.perhaps.iter().chain([&level.best]);
            let told: Vec<String> = perhaps.map(told).collect();
            format!("{}: {}", level.value, told.join(" or "))
        });
        format!("{}: {}.", panel.key, levels.collect::<Vec<_>>().join("; "))
    });
    let sentences = std::iter::once(what).chain(keys);
    sentences.collect::<Vec<String>>().join(" ")
}

/// The figure of a point and what the point is.
fn told(mark: &KeyMark) -> String {
    let role = match mark.role {
        Role::Best => " (best)",
        Role::Closest => " (closest)",
        Role::Misses => " (misses the goal)",
        Role::Grows => " (its queue grows)",
        Role::Undecided => " (not known to meet the goal)",
        _ => "",
    };
    if mark.mean.is_finite() {
        format!("{}{role}", crate::digits::short(mark.mean))
    } else {
        format!("none{role}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_would_look_the_same_lose_their_common_start() {
        let sizes = ["Standard_NC6s_v3", "Standard_NC16s_v3", "Standard_NC24s_v3"];
        let room = font::width("Standard_NC2", LABEL, false);
        assert_eq!(labels_within(&sizes, 1000.0), sizes);
        assert_eq!(common_words(&sizes), "Standard_".len());
        assert_eq!(common_words(&["8", "16"]), 0);
        let labels = labels_within(
            &[
                "Standard_NC16as_T4_v3",
                "Standard_NC16ds_T4_v3",
                "Standard_NC8",
            ],
            room,
        );
        assert_eq!(labels.len(), 3);
        assert!(labels[0] != labels[1], "{labels:?}");
        assert!(
            labels.iter().all(|label| label.starts_with('…')),
            "{labels:?}"
        );
    }
}
