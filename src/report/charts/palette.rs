//! Colours that people with any colour vision can tell apart (Okabe and Ito, with greys), dashes and symbols of curves.

use super::scene::{Color, Symbol};

pub(super) const PAPER: Color = Color(0xFF, 0xFF, 0xFF);
pub(super) const INK: Color = Color(0x1F, 0x24, 0x2B);
pub(super) const MUTED: Color = Color(0x55, 0x5D, 0x68);
pub(super) const AXIS: Color = Color(0x8A, 0x91, 0x9B);
/// Behind a part that stands out.
pub(super) const SHADE: Color = Color(0xFB, 0xEF, 0xC4);
pub(super) const GRID: Color = Color(0xE2, 0xE5, 0xE9);

pub(super) const BLUE: Color = Color(0x00, 0x72, 0xB2);
pub(super) const SKY: Color = Color(0x56, 0xB4, 0xE9);
pub(super) const PALE_SKY: Color = Color(0xB5, 0xDF, 0xF6);
pub(super) const GREEN: Color = Color(0x00, 0x9E, 0x73);
pub(super) const ORANGE: Color = Color(0xE6, 0x9F, 0x00);
pub(super) const VERMILION: Color = Color(0xD5, 0x5E, 0x00);
pub(super) const PURPLE: Color = Color(0xCC, 0x79, 0xA7);
pub(super) const YELLOW: Color = Color(0xF0, 0xE4, 0x42);
pub(super) const GREY: Color = Color(0x8C, 0x93, 0x9C);
/// Much darker than its neighbours in a stack, blue and pale ones.
pub(super) const NIGHT: Color = Color(0x14, 0x2B, 0x4D);
/// The same among yellow and grey.
pub(super) const WINE: Color = Color(0x7A, 0x1F, 0x3D);
/// Darker than orange and yellow beside it.
pub(super) const BROWN: Color = Color(0x6B, 0x43, 0x1A);
/// Paler than all but yellow.
pub(super) const PALE_GREEN: Color = Color(0xA9, 0xDF, 0xBF);
/// Between blue and wine.
pub(super) const VIOLET: Color = Color(0x5B, 0x4B, 0xB7);
pub(super) const PALE_GREY: Color = Color(0xC9, 0xCE, 0xD4);

/// Every colour that is drawn; the paper first.
pub(super) const ALL: [Color; 21] = [
    PAPER, INK, MUTED, AXIS, GRID, BLUE, SKY, PALE_SKY, GREEN, ORANGE, VERMILION, PURPLE, YELLOW,
    GREY, PALE_GREY, SHADE, NIGHT, WINE, BROWN, PALE_GREEN, VIOLET,
];

/// How one of several curves looks: each differs from the others in dash and symbol as well as in colour.
pub(super) struct CurveLook {
    pub(super) color: Color,
    /// Drawn and left out, in turn; empty is solid.
    pub(super) dash: &'static [f64],
    pub(super) symbol: Symbol,
    pub(super) hollow: bool,
}

const fn look(color: Color, dash: &'static [f64], symbol: Symbol, hollow: bool) -> CurveLook {
    CurveLook {
        color,
        dash,
        symbol,
        hollow,
    }
}

/// As many curves as one chart shows.
pub(super) const CURVES: [CurveLook; 12] = [
    look(INK, &[], Symbol::Circle, false),
    look(BLUE, &[9.0, 3.0], Symbol::Square, false),
    look(VERMILION, &[4.0, 3.0], Symbol::Triangle, false),
    look(GREEN, &[12.0, 3.0, 2.0, 3.0], Symbol::Diamond, false),
    look(PURPLE, &[], Symbol::Circle, true),
    look(ORANGE, &[9.0, 3.0], Symbol::Square, true),
    look(SKY, &[4.0, 3.0], Symbol::Triangle, true),
    look(GREY, &[12.0, 3.0, 2.0, 3.0], Symbol::Diamond, true),
    look(WINE, &[2.0, 2.0], Symbol::Square, false),
    look(VIOLET, &[], Symbol::Triangle, false),
    look(BROWN, &[16.0, 4.0], Symbol::Diamond, true),
    look(NIGHT, &[2.0, 4.0], Symbol::Circle, true),
];
