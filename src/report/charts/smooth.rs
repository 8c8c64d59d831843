//! A plotters backend for bitmaps with smooth edges: its slanted lines, polygons and circles are drawn by coverage,
//! everything upright exactly to the pixel, and text glyph by glyph from the embedded font.

use std::convert::Infallible;

use ab_glyph_rasterizer::{Point as Corner, Rasterizer, point};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};

use super::canvas::Canvas;

/// Pixels of the area that is covered at once when a long curve is drawn: small pieces of a slanted curve leave little of it empty.
const PIECE: i64 = 16_000;

/// Draws on a canvas.
pub(super) struct SmoothBitmap<'a> {
    canvas: &'a mut Canvas,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> SmoothBitmap<'a> {
    pub(super) fn new(canvas: &'a mut Canvas) -> Self {
        Self { canvas }
    }

    /// Fills the union of outlines that all turn the same way.
    fn cover(&mut self, outlines: &[Vec<Corner>], color: BackendColor) {
        let corners = || outlines.iter().flatten();
        let left = corners().map(|c| c.x).fold(f32::INFINITY, f32::min).floor();
        let top = corners().map(|c| c.y).fold(f32::INFINITY, f32::min).floor();
        let right = corners()
            .map(|c| c.x)
            .fold(f32::NEG_INFINITY, f32::max)
            .ceil();
        let bottom = corners()
            .map(|c| c.y)
            .fold(f32::NEG_INFINITY, f32::max)
            .ceil();
        if !(right > left && bottom > top) {
            return;
        }
        let (width, height) = (whole(right - left) + 2, whole(bottom - top) + 2);
        let size = |length: i32| usize::try_from(length).unwrap_or(0);
        let mut raster = Rasterizer::new(size(width), size(height));
        let local = |c: Corner| point(c.x - left, c.y - top);
        for outline in outlines {
            for (index, &from) in outline.iter().enumerate() {
                let to = outline[(index + 1) % outline.len()];
                raster.draw_line(local(from), local(to));
            }
        }
        let (red, green, blue) = color.rgb;
        raster.for_each_pixel_2d(|x, y, share| {
            if let Some(share) = step(share) {
                let at = (whole(left) + x.cast_signed(), whole(top) + y.cast_signed());
                let share = color.alpha * share;
                self.canvas.cover(at, [red, green, blue], share);
            }
        });
    }

    /// A solid upright stretch of a line, `reach` pixels longer at both ends.
    fn upright<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        reach: i32,
        style: &S,
    ) -> Drawn {
        let width = style.stroke_width().cast_signed().max(1);
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        let before = width / 2;
        let (corner, opposite) = if from.0 == to.0 {
            let x = left - before;
            ((x, top - reach), (x + width, bottom + reach))
        } else {
            let y = top - before;
            ((left - reach, y), (right + reach, y + width))
        };
        self.draw_rect(corner, opposite, style, true)
    }
}

/// How much of a pixel is covered, in twelfths: edges look as smooth, and the file needs few colors.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is from 0 to 12"
)]
pub(super) fn step(share: f32) -> Option<f64> {
    // Rounded as `round` does it, which takes a call for each pixel on machines that lack an instruction for it.
    let step = (f64::from(share.min(1.0) * 12.0) + 0.5) as u8;
    (step > 0).then(|| f64::from(step) / 12.0)
}

/// The nearest whole pixel.
#[allow(
    clippy::cast_possible_truncation,
    reason = "charts are a few thousand pixels wide and high"
)]
fn whole(value: f32) -> i32 {
    value.round() as i32
}

#[allow(
    clippy::cast_precision_loss,
    reason = "charts are a few thousand pixels wide and high"
)]
fn corner(at: BackendCoord) -> Corner {
    point(at.0 as f32, at.1 as f32)
}

/// Pixels of the upright rectangle around points.
fn area(points: &[BackendCoord]) -> i64 {
    let reach = |of: fn(&BackendCoord) -> i32| {
        let (least, most) = (points.iter().map(of).min(), points.iter().map(of).max());
        i64::from(most.unwrap_or(0)) - i64::from(least.unwrap_or(0)) + 4
    };
    reach(|at| at.0) * reach(|at| at.1)
}

/// A polygon around a disc, turning as the stretches of lines do.
fn disc(center: Corner, radius: f32, corners: u8) -> Vec<Corner> {
    let turn = std::f32::consts::TAU / f32::from(corners);
    let angles = (0..corners).map(|index| -turn * (f32::from(index) + 0.5));
    angles
        .map(|a| point(center.x + radius * a.cos(), center.y + radius * a.sin()))
        .collect()
}

/// The four corners of a line of some width.
fn stretch(from: Corner, to: Corner, width: f32) -> Option<Vec<Corner>> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
    (length > 0.0).then(|| {
        let at = |c: Corner, side: f32| point(c.x + side * nx, c.y + side * ny);
        vec![at(from, 1.0), at(to, 1.0), at(to, -1.0), at(from, -1.0)]
    })
}

impl DrawingBackend for SmoothBitmap<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.canvas.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        let (red, green, blue) = color.rgb;
        self.canvas.cover(point, [red, green, blue], color.alpha);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        // Filled up to the last row and column and without them: neighbors share an edge without overlap.
        let (red, green, blue) = style.color().rgb;
        self.canvas
            .fill(upper_left, bottom_right, [red, green, blue]);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<BackendCoord> = path.into_iter().collect();
        let inner_joints = points.len().saturating_sub(2);
        if points
            .windows(2)
            .all(|pair| pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1)
        {
            let reach = if inner_joints > 0 {
                style.stroke_width().cast_signed() / 2
            } else {
                0
            };
            return points
                .windows(2)
                .try_for_each(|pair| self.upright(pair[0], pair[1], reach, style));
        }
        #[allow(clippy::cast_precision_loss, reason = "lines are a few pixels wide")]
        let width = style.stroke_width() as f32;
        let mut outlines = Vec::new();
        let mut piece = 0..0;
        for (at, pair) in points.windows(2).enumerate() {
            if area(&points[piece.start..at + 2]) > PIECE || piece.len() > 32 {
                self.cover(&outlines, style.color());
                outlines.clear();
                piece.start = at;
            }
            piece.end = at + 1;
            let (from, to) = (corner(pair[0]), corner(pair[1]));
            outlines.extend(stretch(from, to, width));
            outlines.push(disc(to, width / 2.0, 8));
        }
        self.cover(&outlines, style.color());
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        #[allow(clippy::cast_precision_loss, reason = "circles are a few pixels wide")]
        let radius = radius as f32;
        self.cover(&[disc(corner(center), radius, 40)], style.color());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let outline = path.into_iter().map(corner).collect();
        self.cover(&[outline], style.color());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A steep curve of many short pieces: its upright rectangle is a hundred times as large as what is covered at once.
    #[test]
    fn a_long_curve_is_covered_piece_by_piece_without_gaps() {
        let points: Vec<BackendCoord> = (0..=100)
            .map(|at| (at * 10, 1000 - at * 10 - at % 2))
            .collect();
        assert!(area(&points) > 50 * PIECE);
        assert_eq!(area(&points[..2]), 14 * 15);
        let mut canvas = Canvas::new((1010, 1010));
        let style = plotters::style::ShapeStyle::from(&plotters::style::BLACK).stroke_width(4);
        let drawn = SmoothBitmap::new(&mut canvas).draw_path(points, &style);
        assert!(drawn.is_ok());
        let black = canvas.colors.place([0, 0, 0]);
        let lines: Vec<&[u16]> = canvas.lines().collect();
        // Its middle is black in every line that it passes.
        assert!(lines[2..998].iter().all(|line| line.contains(&black)));
    }
}
