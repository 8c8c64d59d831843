//! A picture in memory. A pixel is the place of its color in a list: charts have few colors, so that pixels are small, and
//! the file's palette is had without looking up the color of every pixel.

use std::collections::BTreeMap;
use std::ops::Range;

use plotters_backend::BackendCoord;

use super::palette;
use super::palette::Color;

/// Red, green and blue.
pub(super) type Rgb = [u8; 3];

/// Colors by place; once there are as many as there may be, others become the nearest of them.
pub(super) struct Colors {
    pub(super) list: Vec<Rgb>,
    places: BTreeMap<Rgb, u16>,
    most: usize,
}

impl Colors {
    /// Those of all charts and black, the paper first, and room for more. So blanks are zeros, which pack best, and edges
    /// never crowd out a color of its own.
    pub(super) fn with_room_for(most: usize) -> Self {
        let mut colors = Self {
            list: Vec::new(),
            places: BTreeMap::new(),
            most,
        };
        for Color(red, green, blue) in palette::all().chain([Color(0, 0, 0)]) {
            colors.place([red, green, blue]);
        }
        colors
    }

    /// The place of a color, which is put at the end if it is new.
    pub(super) fn place(&mut self, color: Rgb) -> u16 {
        if let Some(&place) = self.places.get(&color) {
            return place;
        }
        let place = if self.list.len() < self.most {
            self.list.push(color);
            self.list.len() - 1
        } else {
            self.nearest(color)
        };
        let place = u16::try_from(place).expect("there is room for 65,536 colors at most");
        self.places.insert(color, place);
        place
    }

    fn nearest(&self, color: Rgb) -> usize {
        let distance = |other: &Rgb| -> u32 {
            let pairs = color.iter().zip(other);
            pairs.map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum()
        };
        let places = self.list.iter().enumerate();
        let nearest = places.min_by_key(|(_, other)| distance(other));
        nearest.map_or(0, |(place, _)| place)
    }
}

/// The place of a color, the one that covers it, and how many 256ths.
type Blend = (u16, Rgb, u8);

/// As many blends are kept.
const RECENT: usize = 1024;

/// A picture that is drawn on, at first all paper.
pub(super) struct Canvas {
    pub(super) size: (u32, u32),
    width: usize,
    pixels: Vec<u16>,
    pub(super) colors: Colors,
    /// Blends met lately and what became of them: edges have the same few again and again.
    recent: Vec<(Blend, u16)>,
}

impl Canvas {
    /// A canvas that reuses the memory of an earlier one: to get new pages of memory takes longer than to draw on them.
    pub(super) fn in_room(size: (u32, u32), mut pixels: Vec<u16>) -> Self {
        let width = size.0 as usize;
        pixels.clear();
        pixels.resize(width * size.1 as usize, 0);
        Self {
            size,
            width,
            pixels,
            colors: Colors::with_room_for(1 << 16),
            // Nothing over paper leaves paper.
            recent: vec![(Blend::default(), 0); RECENT],
        }
    }

    #[cfg(test)]
    pub(super) fn new(size: (u32, u32)) -> Self {
        Self::in_room(size, Vec::new())
    }

    /// The room of its pixels, for another one.
    pub(super) fn into_room(self) -> Vec<u16> {
        self.pixels
    }

    /// The pixels of each line, from the top.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u16]> {
        self.pixels.chunks_exact(self.width)
    }

    /// Fills an upright rectangle without its last row and column; what is outside the picture is left out.
    pub(super) fn fill(&mut self, from: BackendCoord, to: BackendCoord, color: Rgb) {
        let place = self.colors.place(color);
        let across = within(from.0, to.0, self.width);
        for row in within(from.1, to.1, self.pixels.len() / self.width) {
            let line = &mut self.pixels[row * self.width..][..self.width];
            line[across.clone()].fill(place);
        }
    }

    /// Covers a share of a pixel; one outside the picture is left out.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share is from 0 to 1, and all of it is as good as 255 of 256 parts"
    )]
    pub(super) fn cover(&mut self, at: BackendCoord, color: Rgb, share: f64) {
        let (Ok(column), Ok(row)) = (usize::try_from(at.0), usize::try_from(at.1)) else {
            return;
        };
        if column >= self.width {
            return;
        }
        let Some(pixel) = self.pixels.get_mut(row * self.width + column) else {
            return;
        };
        let parts = (share * 256.0) as u8;
        let blend = (*pixel, color, parts);
        let recent = &mut self.recent[slot(blend)];
        if recent.0 != blend {
            let under = self.colors.list[usize::from(*pixel)];
            *recent = (blend, self.colors.place(blended(under, color, parts)));
        }
        *pixel = recent.1;
    }
}

/// Where a blend is kept.
fn slot((under, [red, green, blue], parts): Blend) -> usize {
    let color = usize::from(red) * 7 + usize::from(green) * 31 + usize::from(blue) * 101;
    (usize::from(under) * 61 + color + usize::from(parts) * 17) % RECENT
}

/// What of a stretch is inside a picture.
fn within(from: i32, to: i32, length: usize) -> Range<usize> {
    let bound = |at: i32| usize::try_from(at).unwrap_or(0).min(length);
    bound(from.min(to))..bound(from.max(to))
}

/// A color under another that covers so many 256ths of it.
fn blended(under: Rgb, over: Rgb, parts: u8) -> Rgb {
    if parts == u8::MAX {
        return over;
    }
    let part = |difference: u8| (u16::from(difference) * u16::from(parts) / 256) as u8;
    std::array::from_fn(|channel| {
        let (under, over) = (under[channel], over[channel]);
        if over > under {
            under + part(over - under)
        } else {
            under - part(under - over)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgb = [200, 0, 9];

    fn colors(canvas: &Canvas) -> Vec<Rgb> {
        let places = canvas.lines().flatten();
        places
            .map(|&place| canvas.colors.list[usize::from(place)])
            .collect()
    }

    #[test]
    fn a_rectangle_ends_before_its_last_row_and_column_and_at_the_edges() {
        let mut canvas = Canvas::new((3, 2));
        canvas.fill((5, 1), (1, -4), RED);
        let paper = [255; 3];
        assert_eq!(colors(&canvas), [paper, RED, RED, paper, paper, paper]);
    }

    #[test]
    fn a_share_of_a_pixel_takes_that_share_of_the_difference() {
        let mut canvas = Canvas::new((2, 1));
        canvas.cover((0, 0), [0, 255, 128], 0.5);
        canvas.cover((1, 0), RED, 1.0);
        for outside in [(-1, 0), (2, 0), (0, 1), (0, -1)] {
            canvas.cover(outside, RED, 1.0);
        }
        assert_eq!(colors(&canvas), [[128, 255, 192], RED]);
        canvas.cover((1, 0), [0, 100, 9], 0.25);
        assert_eq!(colors(&canvas)[1], [150, 25, 9]);
    }
}
