//! What all charts share around their data: title, subtitle, legend, axis titles, and the chart of nothing.

use super::font;
use super::palette::{Color, MUTED, Stroke};
use super::scene::{Anchor, Area, Point, Scene, Text, WIDTH};

/// Distance from the edge of the picture.
pub(super) const MARGIN: f64 = 20.0;
/// Font size of labels on axes and beside data.
pub(super) const LABEL: f64 = 11.5;
/// Font size of the subtitle, legends and axis titles.
pub(super) const SMALL: f64 = 11.5;
const TITLE: f64 = 17.0;
const LINE: f64 = 16.0;

/// Writes title and subtitle; returns where the next thing may start.
pub(super) fn heading(scene: &mut Scene, subtitle: &str) -> f64 {
    let title = scene.title.clone();
    let room = WIDTH - 2.0 * MARGIN;
    let title = if font::width(&title, TITLE, true) > room {
        font::shorten(&title, TITLE, true, room)
    } else {
        title
    };
    scene.text(Text::new(&title, (MARGIN, 27.0), TITLE).bold_if(true));
    notes(scene, subtitle, 49.0)
}

/// Writes muted lines, wrapped to the width; returns where the next thing may start.
pub(super) fn notes(scene: &mut Scene, text: &str, mut y: f64) -> f64 {
    for line in wrapped(text, SMALL, WIDTH - 2.0 * MARGIN) {
        scene.text(Text::new(&line, (MARGIN, y), SMALL).colored(MUTED));
        y += LINE;
    }
    y
}

/// The lines of a text, broken between words; a word that is too long is shortened.
fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = font::shorten(word, size, false, room);
        match lines.last_mut() {
            Some(line) if font::width(&format!("{line} {word}"), size, false) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// What a legend shows before a name.
#[derive(Clone, Copy)]
pub(super) enum Sample {
    /// A box of a color.
    Fill(Color),
    /// A piece of a line, as it is drawn.
    Line(Stroke),
}

/// Lays out samples with names in rows from `y`; returns where the next thing may start.
pub(super) fn legend(scene: &mut Scene, entries: &[(&str, Sample)], left: f64, y: f64) -> f64 {
    const BOX: f64 = 11.0;
    const LENGTH: f64 = 24.0;
    let (mut x, mut y) = (left, y);
    for (name, sample) in entries {
        let before = match sample {
            Sample::Fill(_) => BOX,
            Sample::Line(_) => LENGTH,
        };
        let width = before + 5.0 + font::width(name, SMALL, false);
        if x > left && x + width > WIDTH - MARGIN {
            (x, y) = (left, y + 18.0);
        }
        match *sample {
            Sample::Fill(color) => {
                scene.rect(Area::new(x, y - BOX / 2.0, x + BOX, y + BOX / 2.0), color);
            }
            Sample::Line(stroke) => scene.line(&[(x, y), (x + LENGTH, y)], stroke),
        }
        scene.text(Text::new(name, (x + before + 5.0, y), SMALL));
        x += width + 16.0;
    }
    y + 18.0
}

/// Writes a horizontal axis' title under its middle.
pub(super) fn across_title(scene: &mut Scene, title: &str, at: Point) {
    scene.text(
        Text::new(title, at, SMALL)
            .anchored(Anchor::Middle)
            .colored(MUTED),
    );
}

/// Writes a vertical axis' title beside its middle.
pub(super) fn upward_title(scene: &mut Scene, title: &str, at: Point) {
    scene.text(
        Text::new(title, at, SMALL)
            .anchored(Anchor::Middle)
            .colored(MUTED)
            .upwards(),
    );
}

/// `1 variant`, `5 variants`.
pub(super) fn counted(count: usize, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

/// Every value that is a number, or else zero: a broken figure must not break the chart.
pub(super) fn sound(value: f64) -> f64 {
    if value.is_finite() {
        value.max(0.0)
    } else {
        0.0
    }
}

/// A half-width worth drawing.
pub(super) fn sound_half(half: Option<f64>) -> Option<f64> {
    half.filter(|half| half.is_finite() && *half >= 0.0)
}

/// Positions to show where only `most` of `count` fit: the baseline and an even spread over `order`, in that order.
pub(super) fn spread(order: &[usize], most: usize, baseline: Option<usize>) -> Vec<usize> {
    if order.len() <= most {
        return order.to_vec();
    }
    let others: Vec<usize> = order
        .iter()
        .copied()
        .filter(|&i| Some(i) != baseline)
        .collect();
    let free = most - usize::from(others.len() < order.len());
    let last = free.saturating_sub(1).max(1);
    let picked: Vec<usize> = (0..free)
        .map(|step| others[step * (others.len() - 1) / last])
        .collect();
    order
        .iter()
        .copied()
        .filter(|i| Some(*i) == baseline || picked.contains(i))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_fit() {
        let lines = wrapped("burst · mean of 30 replications · 24 h", 11.0, 120.0);
        assert!(lines.len() > 1);
        assert!(
            lines
                .iter()
                .all(|line| font::width(line, 11.0, false) <= 120.0)
        );
    }

    #[test]
    fn a_spread_keeps_the_baseline_and_both_extremes() {
        let order: Vec<usize> = (0..40).rev().collect();
        let shown = spread(&order, 8, Some(17));
        assert_eq!(shown.len(), 8);
        assert!(shown.contains(&17) && shown.contains(&0) && shown.contains(&39));
        assert!(shown.is_sorted_by(|a, b| a > b));
        assert_eq!(spread(&[2, 0, 1], 8, None), [2, 0, 1]);
        assert_eq!(spread(&order, 8, Some(99)).len(), 8);
    }
}
