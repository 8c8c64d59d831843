//! PNG files of few colors: a chart's pixels as places in a palette take a third of the room and less time to pack.

use super::canvas::{Canvas, Colors};

/// Packs a picture as a PNG file of at most 256 colors. The room is for what is made on the way.
pub(super) fn png(canvas: &Canvas, room: &mut Vec<u8>) -> Vec<u8> {
    let colors = put_places(canvas, room);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, canvas.size.0, canvas.size.1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colors.list.concat());
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::FilterType::Up);
    let mut writer = encoder.write_header().expect("a vector takes all");
    writer
        .write_image_data(room)
        .expect("one byte for each pixel of the size in the header");
    writer.finish().expect("a vector takes all");
    file
}

/// Puts each pixel's color as its place in the palette of the file: the colors in which the canvas ends, in the order of its pixels.
fn put_places(canvas: &Canvas, places: &mut Vec<u8>) -> Colors {
    /// Pixels compared at once.
    const RUN: usize = 16;
    let mut colors = Colors::with_room_for(1 << 8);
    let mut known: Vec<Option<u8>> = vec![None; canvas.colors.list.len()];
    let width = canvas.size.0 as usize;
    places.clear();
    places.reserve(width * canvas.size.1 as usize);
    let mut above: &[u16] = &[];
    for line in canvas.lines() {
        let mut runs_above = above.chunks_exact(RUN);
        for run in line.chunks(RUN) {
            // Most of a chart is as the line above.
            if runs_above.next().is_some_and(|above| above == run) {
                let from = places.len() - width;
                places.extend_from_within(from..from + RUN);
                continue;
            }
            places.extend(run.iter().map(|&place| {
                let place = usize::from(place);
                *known[place].get_or_insert_with(|| {
                    let place = colors.place(canvas.colors.list[place]);
                    u8::try_from(place).expect("a palette of 256 colors at most")
                })
            }));
        }
        above = line;
    }
    colors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_colors_than_a_palette_holds_become_their_neighbors() {
        let mut canvas = Canvas::new((32, 32));
        for i in 0..1024_i32 {
            let [low, high] = [i % 256, i / 4].map(|byte| u8::try_from(byte).unwrap());
            let at = (i % 32, i / 32);
            canvas.fill(at, (at.0 + 1, at.1 + 1), [low, high, 7]);
        }
        let file = png(&canvas, &mut Vec::new());
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
        let mut canvas = Canvas::new((2, 2));
        canvas.fill((1, 0), (2, 1), [1, 2, 3]);
        canvas.fill((1, 1), (2, 2), [200, 0, 9]);
        let file = png(&canvas, &mut Vec::new());
        let mut decoder = png::Decoder::new(file.as_slice());
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a header");
        let mut read = vec![0; reader.output_buffer_size()];
        reader.next_frame(&mut read).expect("pixels");
        assert_eq!(read, pixels);
    }
}
