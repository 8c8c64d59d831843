//! PNG files of few colors: a chart's pixels as places in a palette take a third of the room and less time to pack.

use std::collections::BTreeMap;

use super::palette;
use super::palette::Color;

type Rgb = [u8; 3];

/// At most 256 colors; later ones become the nearest of those there are.
struct Palette {
    colors: Vec<Rgb>,
    places: BTreeMap<Rgb, u8>,
    /// Colors met lately, by a few of their bits: edges have the same few again and again.
    recent: [(Rgb, Option<u8>); 1024],
}

impl Default for Palette {
    fn default() -> Self {
        Self {
            colors: Vec::new(),
            places: BTreeMap::new(),
            recent: [(Rgb::default(), None); 1024],
        }
    }
}

impl Palette {
    fn place(&mut self, color: Rgb) -> u8 {
        let [red, green, blue] = color.map(usize::from);
        let slot = (red * 7 + green * 31 + blue * 101) % 1024;
        if let (known, Some(place)) = self.recent[slot]
            && known == color
        {
            return place;
        }
        let place = self.find(color);
        self.recent[slot] = (color, Some(place));
        place
    }

    fn find(&mut self, color: Rgb) -> u8 {
        if let Some(&place) = self.places.get(&color) {
            return place;
        }
        let place = u8::try_from(self.colors.len()).unwrap_or_else(|_| self.nearest(color));
        if self.colors.len() <= usize::from(place) {
            self.colors.push(color);
        }
        self.places.insert(color, place);
        place
    }

    fn nearest(&self, color: Rgb) -> u8 {
        let distance = |other: &Rgb| -> u32 {
            color
                .iter()
                .zip(other)
                .map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2))
                .sum()
        };
        let places = (0..=u8::MAX).zip(&self.colors);
        places
            .min_by_key(|(_, other)| distance(other))
            .map_or(0, |(place, _)| place)
    }
}

/// Packs RGB pixels of the given width and height as a PNG file.
pub(super) fn png(pixels: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let mut colors = Palette::default();
    // The paper comes first: blanks are then zeros, which pack best. Edges never crowd out a color of its own.
    for Color(red, green, blue) in palette::all() {
        colors.place([red, green, blue]);
    }
    let places = places(pixels, width as usize, &mut colors);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colors.colors.concat());
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::FilterType::Up);
    let mut writer = encoder.write_header().expect("a vector takes all");
    writer
        .write_image_data(&places)
        .expect("one byte for each pixel of the size in the header");
    writer.finish().expect("a vector takes all");
    file
}

/// Each pixel's color as its place in the palette.
fn places(pixels: &[u8], width: usize, colors: &mut Palette) -> Vec<u8> {
    /// Pixels compared at once.
    const RUN: usize = 16;
    let mut places = vec![0; pixels.len() / 3];
    let mut last = (Rgb::default(), colors.place(Rgb::default()));
    let mut above: &[u8] = &[];
    for (line, start) in pixels.chunks_exact(3 * width).zip((0..).step_by(width)) {
        let mut runs_above = above.as_chunks::<{ 3 * RUN }>().0.iter();
        for (run, first) in line.chunks(3 * RUN).zip((start..).step_by(RUN)) {
            // Most of a chart is as the line above.
            if runs_above.next().is_some_and(|above| above == run) {
                places.copy_within(first - width..first - width + RUN, first);
                continue;
            }
            for (place, &color) in places[first..].iter_mut().zip(run.as_chunks::<3>().0) {
                if color != last.0 {
                    last = (color, colors.place(color));
                }
                *place = last.1;
            }
        }
        above = line;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_colors_than_a_palette_holds_become_their_neighbors() {
        let pixels: Vec<u8> = (0..1024_u32)
            .flat_map(|i| {
                [
                    u8::try_from(i % 256).unwrap(),
                    u8::try_from(i / 4).unwrap(),
                    7,
                ]
            })
            .collect();
        let file = png(&pixels, (32, 32));
        let reader = png::Decoder::new(file.as_slice())
            .read_info()
            .expect("a header");
        assert_eq!(
            reader.info().palette.as_ref().map(|colors| colors.len()),
            Some(768)
        );
    }

    #[test]
    fn pixels_survive() {
        let pixels = [255, 255, 255, 1, 2, 3, 255, 255, 255, 200, 0, 9];
        let file = png(&pixels, (2, 2));
        let mut decoder = png::Decoder::new(file.as_slice());
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a header");
        let mut read = vec![0; reader.output_buffer_size()];
        reader.next_frame(&mut read).expect("pixels");
        assert_eq!(read, pixels);
    }
}
