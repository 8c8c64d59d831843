//! The one embedded font: its faces are read once, and every width in a layout is measured with it.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, GlyphId, OutlinedGlyph, PxScale, ScaleFont, point};

static REGULAR_FILE: &[u8] = include_bytes!("fonts/DejaVuSans.ttf");
static BOLD_FILE: &[u8] = include_bytes!("fonts/DejaVuSans-Bold.ttf");

/// What SVG files ask for: the embedded font, then fonts that are as wide or narrower.
pub(super) const FAMILIES: &str = "DejaVu Sans, Verdana, Arial, sans-serif";

/// One weight of the font.
pub(super) struct Face {
    font: FontRef<'static>,
    /// Pixels of `PxScale` to one pixel of font size.
    scale: f32,
}

/// The regular or the bold face.
pub(super) fn face(bold: bool) -> &'static Face {
    static FACES: OnceLock<[Face; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [Face::read(REGULAR_FILE), Face::read(BOLD_FILE)]);
    &faces[usize::from(bold)]
}

impl Face {
    fn read(file: &'static [u8]) -> Self {
        let font = FontRef::try_from_slice(file).expect("the embedded font is well formed");
        let units = font
            .units_per_em()
            .expect("the embedded font states its units");
        let scale = font.height_unscaled() / units;
        Self { font, scale }
    }

    /// Calls `each` with every glyph of `text` and its distance from the start; returns the width of the text.
    /// A character the font lacks takes a whole em, as wide scripts do, so that layouts leave room for it.
    fn walk(&self, text: &str, size: f32, mut each: impl FnMut(GlyphId, f32)) -> f32 {
        let scaled = self.font.as_scaled(PxScale::from(size * self.scale));
        let mut x = 0.0;
        let mut previous = None;
        for character in text.chars() {
            let glyph = scaled.glyph_id(character);
            if let Some(previous) = previous {
                x += scaled.kern(previous, glyph);
            }
            each(glyph, x);
            x += if glyph.0 == 0 {
                size
            } else {
                scaled.h_advance(glyph)
            };
            previous = Some(glyph);
        }
        x
    }

    /// The outlines of `text` in pixels, starting at `(0, baseline)`; blanks have none.
    pub(super) fn outlines(&self, text: &str, size: f32, baseline: f32) -> Vec<OutlinedGlyph> {
        let scale = PxScale::from(size * self.scale);
        let mut outlines = Vec::with_capacity(text.len());
        self.walk(text, size, |glyph, x| {
            let glyph = glyph.with_scale_and_position(scale, point(x, baseline));
            outlines.extend(self.font.outline_glyph(glyph));
        });
        outlines
    }
}

/// How wide `text` is at a font size.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    // Measured at one size and scaled: widths are then proportional, whatever the size.
    f64::from(face(bold).walk(text, 100.0, |_, _| ())) * size / 100.0
}

/// `text`, or its start and end around an ellipsis where it is wider than `room` or longer than 40 characters.
pub(super) fn shorten(text: &str, size: f64, bold: bool, room: f64) -> String {
    const LONGEST: usize = 40;
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= LONGEST && width(text, size, bold) <= room {
        return text.to_owned();
    }
    for kept in (1..characters.len().min(LONGEST)).rev() {
        // The end of a generated name tells more than its middle.
        let tail = kept * 2 / 5;
        let head: String = characters[..kept - tail].iter().collect();
        let end: String = characters[characters.len() - tail..].iter().collect();
        let short = format!("{}…{}", head.trim_end(), end.trim_start());
        if width(&short, size, bold) <= room {
            return short;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_fits_is_kept_whole() {
        assert_eq!(
            shorten("one-warm-node", 11.0, false, 200.0),
            "one-warm-node"
        );
    }

    #[test]
    fn a_long_name_keeps_its_start_and_its_end() {
        let name = "idle_before_scale_down=120s,min_nodes=1,max_nodes=16";
        let short = shorten(name, 11.0, false, 150.0);
        assert!(
            short.starts_with("idle_") && short.ends_with("=16"),
            "{short}"
        );
        assert!(width(&short, 11.0, false) <= 150.0);
        assert!(shorten(name, 11.0, false, 9999.0).chars().count() <= 40);
    }

    #[test]
    fn scripts_the_font_lacks_still_take_room() {
        assert!(width("대기", 10.0, false) >= 19.9);
        assert_eq!(shorten("", 10.0, false, 5.0), "");
        assert_eq!(shorten("漢字漢字", 10.0, false, 1.0), "…");
    }

    #[test]
    fn bold_is_wider_and_widths_are_proportional() {
        assert!(width("cost", 10.0, true) > width("cost", 10.0, false));
        let ratio = width("cost", 30.0, false) / width("cost", 10.0, false);
        assert!((ratio - 3.0).abs() < 1e-9);
    }
}
