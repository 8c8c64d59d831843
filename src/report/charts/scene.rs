//! A chart before it is drawn: marks at places, in units of 1/800 of the chart's width. Figures fill scenes and tests
//! read them; only `draw` knows pixels.

use super::font;
use super::palette::{Color, INK, Stroke, Symbol};
use crate::printable::is_hidden;

/// Width of every chart in its own units; also what a height is measured in.
pub(super) const WIDTH: f64 = 800.0;

/// Right, then down.
pub(super) type Point = (f64, f64);

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }

    pub(super) fn around(center: Point, reach: f64) -> Self {
        let (x, y) = center;
        Self::new(x - reach, y - reach, x + reach, y + reach)
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    #[cfg(test)]
    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Wider and higher by `by` on every side.
    pub(super) fn grown(&self, by: f64) -> Self {
        Self::new(
            self.left - by,
            self.top - by,
            self.right + by,
            self.bottom + by,
        )
    }

    /// Its sides as an attribute: left, top, right, bottom.
    pub(super) fn attribute(&self) -> String {
        let Self {
            left,
            top,
            right,
            bottom,
        } = self;
        format!("{left:.2} {top:.2} {right:.2} {bottom:.2}")
    }

    pub(super) fn middle(&self) -> Point {
        (
            f64::midpoint(self.left, self.right),
            f64::midpoint(self.top, self.bottom),
        )
    }

    pub(super) fn contains(&self, inner: &Self) -> bool {
        inner.left >= self.left
            && inner.right <= self.right
            && inner.top >= self.top
            && inner.bottom <= self.bottom
    }

    /// The area that both cover.
    pub(super) fn shared(&self, other: &Self) -> f64 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        across.max(0.0) * down.max(0.0)
    }
}

/// Which part of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text; its place is halfway up its capitals.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) at: Point,
    pub(super) words: String,
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) color: Color,
    pub(super) anchor: Anchor,
    /// Read from bottom to top, for titles of vertical axes.
    pub(super) upwards: bool,
}

impl Text {
    /// Regular text in the main color, starting at `at`. Characters that cannot be seen, or that no XML document may hold,
    /// become blanks.
    pub(super) fn new(text: &str, at: Point, size: f64) -> Self {
        let words = text
            .chars()
            .map(|c| if is_hidden(c) { ' ' } else { c })
            .collect();
        let (bold, upwards) = (false, false);
        Self {
            at,
            words,
            size,
            bold,
            color: INK,
            anchor: Anchor::Start,
            upwards,
        }
    }

    pub(super) fn anchored(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub(super) fn colored(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    pub(super) fn bold_if(mut self, bold: bool) -> Self {
        self.bold = bold;
        self
    }

    pub(super) fn upwards(mut self) -> Self {
        self.upwards = true;
        self
    }

    pub(super) fn width(&self) -> f64 {
        font::width(&self.words, self.size, self.bold)
    }

    /// What the text covers, from the top of its accents to the bottom of its descenders.
    pub(super) fn bounds(&self) -> Area {
        let width = self.width();
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        let (x, y) = self.at;
        let half = self.size * 0.6;
        if self.upwards {
            Area::new(x - half, y + before - width, x + half, y + before)
        } else {
            Area::new(x - before, y - half, x - before + width, y + half)
        }
    }
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Rect {
        area: Area,
        fill: Color,
    },
    Line {
        points: Vec<Point>,
        stroke: Stroke,
    },
    /// Columns from `base` up to levels: each point starts a column, the last ends the one before it.
    Columns {
        points: Vec<Point>,
        base: f64,
        fill: Color,
    },
    Symbol {
        at: Point,
        shape: Symbol,
        reach: f64,
        color: Color,
        hollow: bool,
    },
    Text(Text),
}

/// Marks that belong together: a page finds them by their attributes, and a viewer shows the tip beside the pointer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// Position of the first mark.
    pub(super) from: usize,
    /// Position after the last one.
    pub(super) to: usize,
    /// What it is, as attributes of its SVG element.
    pub(super) attributes: Vec<(&'static str, String)>,
    /// What it shows, in words; may be empty.
    pub(super) tip: String,
}

/// A chart as marks, first drawn first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scene {
    /// File name without its ending.
    pub(super) name: &'static str,
    pub(super) title: String,
    /// What the chart shows, for those who cannot see it.
    pub(super) description: String,
    pub(super) height: f64,
    pub(super) marks: Vec<Mark>,
    /// Groups within others come before them.
    pub(super) groups: Vec<Group>,
}

impl Scene {
    pub(super) fn new(name: &'static str, title: &str, height: f64) -> Self {
        let (title, description) = (title.to_owned(), String::new());
        Self {
            name,
            title,
            description,
            height,
            marks: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Makes a group of the marks from a position on.
    pub(super) fn group(
        &mut self,
        from: usize,
        attributes: impl IntoIterator<Item = (&'static str, String)>,
        tip: String,
    ) {
        let to = self.marks.len();
        if from < to {
            self.groups.push(Group {
                from,
                to,
                attributes: attributes.into_iter().collect(),
                tip,
            });
        }
    }

    /// Makes a group of the marks from a position on, which show some variants.
    pub(super) fn of_variants(&mut self, from: usize, variants: &[&str], tip: String) {
        let names = serde_json::json!(variants).to_string();
        self.group(from, [("data-variants", names)], tip);
    }

    /// Makes a group of the marks from a position on, which show a series of levels.
    pub(super) fn series(&mut self, from: usize, name: &str) {
        self.group(from, [("data-series", name.to_owned())], String::new());
    }

    pub(super) fn rect(&mut self, area: Area, fill: Color) {
        self.marks.push(Mark::Rect { area, fill });
    }

    pub(super) fn line(&mut self, points: &[Point], stroke: Stroke) {
        self.marks.push(Mark::Line {
            points: points.to_vec(),
            stroke,
        });
    }

    /// `reach` is from the middle to the edge; a hollow symbol shows the paper inside.
    pub(super) fn symbol(
        &mut self,
        at: Point,
        shape: Symbol,
        reach: f64,
        color: Color,
        hollow: bool,
    ) {
        self.marks.push(Mark::Symbol {
            at,
            shape,
            reach,
            color,
            hollow,
        });
    }

    pub(super) fn text(&mut self, text: Text) {
        self.marks.push(Mark::Text(text));
    }

    /// Every text, in the order of drawing.
    #[cfg(test)]
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(text),
            _ => None,
        })
    }
}
