//! Scenes drawn by plotters: marks become its elements, once on its SVG backend and once on a smooth bitmap.
//! Text is an element of our own, because plotters' text asks the machine for fonts or places glyphs on whole pixels.

use std::cell::RefCell;
use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle};
use plotters::prelude::{DrawingArea, IntoDrawingArea, RGBColor};
use plotters::style::{Color as _, ShapeStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily,
    FontStyle, FontTransform,
};

use super::canvas::Canvas;
use super::palette::{Color, Stroke, Symbol};
use super::scene::{Anchor, Mark, Point, Scene, Text, WIDTH};
use super::smooth::{SmoothBitmap, step};
use super::{font, indexed, palette};

/// How one output differs from the other.
#[derive(Clone, Copy)]
pub(super) struct Output {
    /// Pixels to a unit: plotters' SVG has whole coordinates only, so it gets fine ones and is shown smaller.
    scale: f64,
    /// What plotters' SVG backend divides font sizes by.
    font_factor: f64,
    /// Whether columns are drawn one by one, which is exact and fast in pixels, or as one outline.
    columns_apart: bool,
}

pub(super) const SVG: Output = Output {
    scale: 3.0,
    font_factor: 1.24,
    columns_apart: false,
};
const PNG: Output = Output {
    scale: 2.0,
    font_factor: 1.0,
    columns_apart: true,
};

/// The nearest whole pixel.
#[allow(
    clippy::cast_possible_truncation,
    reason = "charts are a few thousand pixels wide and high"
)]
fn whole(value: f64) -> i32 {
    value.round() as i32
}

impl Output {
    fn at(self, point: Point) -> BackendCoord {
        (whole(point.0 * self.scale), whole(point.1 * self.scale))
    }

    pub(super) fn size(self, scene: &Scene) -> (u32, u32) {
        let (width, height) = self.at((WIDTH, scene.height));
        (width.cast_unsigned(), height.cast_unsigned())
    }

    fn length(self, length: f64) -> u32 {
        whole(length * self.scale).max(1).cast_unsigned()
    }
}

thread_local! {
    /// The room of a picture, for one after the other: its pixels, and their places in the palette.
    static ROOM: RefCell<(Vec<u16>, Vec<u8>)> = RefCell::default();
}

/// The scene as a PNG file.
pub(super) fn png(scene: &Scene) -> Vec<u8> {
    ROOM.with_borrow_mut(|(pixels, places)| {
        let mut canvas = Canvas::in_room(PNG.size(scene), std::mem::take(pixels));
        {
            let root = SmoothBitmap::new(&mut canvas).into_drawing_area();
            paint(&scene.marks, &root, PNG).expect("drawing into memory cannot fail");
        }
        let file = indexed::png(&canvas, places);
        *pixels = canvas.into_room();
        file
    })
}

pub(super) type Area<DB> = DrawingArea<DB, Shift>;
pub(super) type Painted<DB> =
    Result<(), plotters::drawing::DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

pub(super) fn paint<DB: DrawingBackend>(
    marks: &[Mark],
    root: &Area<DB>,
    output: Output,
) -> Painted<DB> {
    for mark in marks {
        match mark {
            Mark::Rect { area, fill } => {
                let corners = [
                    output.at((area.left, area.top)),
                    output.at((area.right, area.bottom)),
                ];
                root.draw(&Rectangle::new(corners, filled(*fill)))?;
            }
            Mark::Line { points, stroke } => line(points, *stroke, root, output)?,
            Mark::Columns { points, base, fill } => columns(points, *base, *fill, root, output)?,
            Mark::Symbol {
                at,
                shape,
                reach,
                color,
                hollow,
            } => {
                symbol(*at, *shape, *reach, *color, root, output)?;
                if *hollow {
                    symbol(*at, *shape, reach * 0.55, palette::PAPER, root, output)?;
                }
            }
            Mark::Text(text) => root.draw(&Label::new(text, output))?,
        }
    }
    root.present()
}

pub(super) fn rgb(color: Color) -> RGBColor {
    RGBColor(color.0, color.1, color.2)
}

fn filled(color: Color) -> ShapeStyle {
    rgb(color).filled()
}

fn line<DB: DrawingBackend>(
    points: &[Point],
    stroke: Stroke,
    root: &Area<DB>,
    output: Output,
) -> Painted<DB> {
    let style = rgb(stroke.color).stroke_width(output.length(stroke.width));
    if stroke.dash.is_empty() {
        let path: Vec<BackendCoord> = points.iter().map(|&at| output.at(at)).collect();
        return root.draw(&PathElement::new(path, style));
    }
    for piece in dashes(points, stroke.dash) {
        let path: Vec<BackendCoord> = piece.into_iter().map(|at| output.at(at)).collect();
        root.draw(&PathElement::new(path, style))?;
    }
    Ok(())
}

/// The drawn pieces of a dashed line.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut position, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let share = done / length;
            let at = (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            );
            if position % 2 == 0 {
                piece.push(at);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![at];
            }
            position += 1;
            left = pattern[position % pattern.len()];
        }
        left -= length - done;
        if position % 2 == 0 {
            piece.push(to);
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

fn columns<DB: DrawingBackend>(
    points: &[Point],
    base: f64,
    fill: Color,
    root: &Area<DB>,
    output: Output,
) -> Painted<DB> {
    let pairs = points.windows(2);
    if output.columns_apart {
        for pair in pairs {
            let corners = [output.at(pair[0]), output.at((pair[1].0, base))];
            root.draw(&Rectangle::new(corners, filled(fill)))?;
        }
        return Ok(());
    }
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Ok(());
    };
    let mut outline = vec![output.at((first.0, base))];
    for pair in pairs {
        outline.push(output.at(pair[0]));
        outline.push(output.at((pair[1].0, pair[0].1)));
    }
    outline.push(output.at((last.0, base)));
    outline.dedup();
    root.draw(&Polygon::new(outline, filled(fill)))
}

fn symbol<DB: DrawingBackend>(
    at: Point,
    shape: Symbol,
    reach: f64,
    color: Color,
    root: &Area<DB>,
    output: Output,
) -> Painted<DB> {
    let corners: &[Point] = match shape {
        Symbol::Circle => {
            let radius = whole(reach * output.scale);
            return root.draw(&Circle::new(output.at(at), radius, filled(color)));
        }
        Symbol::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Symbol::Triangle => &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
        Symbol::Diamond => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
    };
    let outline: Vec<BackendCoord> = corners
        .iter()
        .map(|c| output.at((at.0 + c.0 * reach, at.1 + c.1 * reach)))
        .collect();
    root.draw(&Polygon::new(outline, filled(color)))
}

/// A text as an element of plotters and as the style of itself.
struct Label<'a> {
    text: &'a Text,
    output: Output,
    at: BackendCoord,
}

impl<'a> Label<'a> {
    fn new(text: &'a Text, output: Output) -> Self {
        // Plotters centers on half the height of an x; texts are placed by half the height of their capitals.
        let lower = text.size * 0.09;
        let (x, y) = text.at;
        let at = if text.upwards {
            (x + lower, y)
        } else {
            (x, y + lower)
        };
        Self {
            text,
            output,
            at: output.at(at),
        }
    }

    /// Font size in pixels.
    #[allow(clippy::cast_possible_truncation, reason = "font sizes are below 100")]
    fn pixels(&self) -> f32 {
        (self.text.size * self.output.scale) as f32
    }
}

impl<'b> PointCollection<'b, BackendCoord> for &'b Label<'_> {
    type Point = &'b BackendCoord;
    type IntoIter = std::iter::Once<&'b BackendCoord>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Label<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        points
            .next()
            .map_or(Ok(()), |at| backend.draw_text(&self.text.words, self, at))
    }
}

impl BackendTextStyle for Label<'_> {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        let Color(red, green, blue) = self.text.color;
        BackendColor {
            alpha: 1.0,
            rgb: (red, green, blue),
        }
    }

    fn size(&self) -> f64 {
        self.text.size * self.output.scale * self.output.font_factor
    }

    fn transform(&self) -> FontTransform {
        if self.text.upwards {
            FontTransform::Rotate270
        } else {
            FontTransform::None
        }
    }

    fn style(&self) -> FontStyle {
        if self.text.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        }
    }

    fn anchor(&self) -> Pos {
        let across = match self.text.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        Pos::new(across, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(font::FAMILIES)
    }

    fn layout_box(&self, _: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        let width = whole(self.text.width() * self.output.scale);
        Ok(((0, 0), (width, whole(f64::from(self.pixels())))))
    }

    fn draw<E, D: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        (left, top): BackendCoord,
        mut draw: D,
    ) -> Result<Result<(), E>, Infallible> {
        let size = self.pixels();
        // Half the box, then half the height of an x: where an SVG viewer puts the baseline.
        let baseline = (size.round() / 2.0).floor() + (size * 0.2735).round();
        let mut drawn = Ok(());
        for glyph in font::face(self.text.bold).outlines(text, size, baseline) {
            let corner = glyph.px_bounds().min;
            let (x, y) = (
                whole(f64::from(corner.x)) + left,
                whole(f64::from(corner.y)) + top,
            );
            glyph.draw(|across, down, share| {
                let share = step(share).filter(|_| drawn.is_ok());
                if let Some(alpha) = share {
                    let color = BackendColor {
                        alpha,
                        ..self.color()
                    };
                    drawn = draw(x + across.cast_signed(), y + down.cast_signed(), color);
                }
            });
        }
        Ok(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_keep_their_lengths_around_corners() {
        let pieces = dashes(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], &[8.0, 4.0]);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0], [(0.0, 0.0), (8.0, 0.0)]);
        assert_eq!(pieces[1], [(10.0, 2.0), (10.0, 10.0)]);
        assert!(dashes(&[], &[8.0, 4.0]).is_empty());
    }

    #[test]
    fn a_dash_bends_with_the_line() {
        let pieces = dashes(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], &[8.0, 4.0]);
        assert_eq!(pieces, [vec![(0.0, 0.0), (5.0, 0.0), (5.0, 3.0)]]);
    }
}
