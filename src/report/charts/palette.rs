//! Colors, dashes and symbols of charts. A color has one meaning in all charts: what nodes do and what it costs, what runs
//! wait for, what became of requests, or which variant it is.

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Color(pub(super) u8, pub(super) u8, pub(super) u8);

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) color: Color,
    pub(super) width: f64,
    /// Drawn and left out, in turn; empty is solid.
    pub(super) dash: &'static [f64],
}

impl Stroke {
    pub(super) fn solid(color: Color, width: f64) -> Self {
        Self {
            color,
            width,
            dash: &[],
        }
    }
}

/// The shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Circle,
    Square,
    Triangle,
    Diamond,
}

pub(super) const PAPER: Color = Color(0xFF, 0xFF, 0xFF);
pub(super) const INK: Color = Color(0x1F, 0x24, 0x2B);
pub(super) const MUTED: Color = Color(0x55, 0x5D, 0x68);
pub(super) const AXIS: Color = Color(0x8A, 0x91, 0x9B);
/// Behind a part that stands out.
pub(super) const SHADE: Color = Color(0xFB, 0xEF, 0xC4);
pub(super) const GRID: Color = Color(0xE2, 0xE5, 0xE9);
/// Lines of the grid that count more, such as midnights.
pub(super) const STRONG_GRID: Color = Color(0xC9, 0xCE, 0xD4);
/// The day of the peak among the others.
const PEAK: Color = Color(0x6E, 0x12, 0x8C);
/// Its line.
pub(super) const PEAK_DAY: Stroke = Stroke {
    color: PEAK,
    width: 2.0,
    dash: &[],
};
/// Limits: a maximum of nodes, a quota, an SLO.
pub(super) const LIMIT: Color = Color(0xA8, 0x00, 0x2A);

/// The line of a limit.
pub(super) const LIMITS: Stroke = Stroke {
    color: LIMIT,
    width: 1.5,
    dash: &[6.0, 3.0],
};

/// The point that a search recommends, and those that are tied with it.
pub(super) const CHOSEN: Color = Color(0x1A, 0x7F, 0x37);

/// An input at a lower value, and at a higher one.
pub(super) const LOWER: Color = Color(0x6F, 0xA8, 0xC4);
pub(super) const HIGHER: Color = Color(0xC1, 0x60, 0x2A);

/// Work that is done: running, busy nodes, requests served as wanted.
pub(super) const WORK: Color = Color(0x00, 0x72, 0xB2);
/// Nodes on their way: their time, their cost, and waits for them.
pub(super) const PROVISIONING: Color = Color(0x00, 0x9E, 0x73);
/// Image pull and setup on a node: their cost, and waits for them.
pub(super) const NODE_SETUP: Color = Color(0x56, 0xB4, 0xE9);
/// Idle nodes, and their cost where no more is known of why.
pub(super) const IDLE: Color = Color(0xE6, 0x9F, 0x00);
/// Nodes that never take runs, and their cost.
pub(super) const SYSTEM: Color = Color(0x6B, 0x43, 0x1A);
/// Nodes that leave.
pub(super) const LEAVING: Color = Color(0xB9, 0xC0, 0xC9);
/// Runs or requests in a queue.
pub(super) const QUEUE: Color = Color(0xCC, 0x79, 0xA7);

/// Costs that no chart but that of costs has.
pub(super) const CHECKPOINTS: Color = Color(0x4F, 0x8A, 0x8B);
pub(super) const LOST_WORK: Color = Color(0x14, 0x2B, 0x4D);
pub(super) const RESTARTS: Color = Color(0x2C, 0x4A, 0x9A);
pub(super) const FINALIZING: Color = Color(0xB5, 0xDF, 0xF6);
pub(super) const GANG_ASSEMBLY: Color = Color(0x8E, 0x8B, 0x2A);
pub(super) const UNUSED_CAPACITY: Color = Color(0xFA, 0xD7, 0xA0);
pub(super) const KEPT_IDLE: Color = Color(0xD5, 0x5E, 0x00);
pub(super) const BACKGROUND: Color = Color(0xA9, 0xDF, 0xBF);
pub(super) const ROUNDING: Color = Color(0xF0, 0xE4, 0x42);
pub(super) const SERVICE_FEES: Color = Color(0x5B, 0x4B, 0xB7);
pub(super) const UNUSED_COMMITMENT: Color = Color(0x7A, 0x1F, 0x3D);
pub(super) const FIXED_CHARGES: Color = Color(0xA3, 0x9A, 0x8C);

/// Causes of waits that are no node's time.
pub(super) const IMAGE_BUILD: Color = Color(0x2F, 0x5D, 0x62);
pub(super) const QUOTA: Color = Color(0xC5, 0x1B, 0x7D);
pub(super) const CAPACITY: Color = Color(0xF4, 0xA5, 0x82);

/// What became of requests that were not served as wanted.
pub(super) const LATE: Color = Color(0xF2, 0xC1, 0x4E);
pub(super) const TIMED_OUT: Color = Color(0x9B, 0x72, 0xAA);
pub(super) const REJECTED: Color = Color(0xB2, 0x3A, 0x2E);
pub(super) const NOT_ENDED: Color = Color(0xDD, 0xD6, 0xCC);

/// How a variant looks in every chart: each differs from the others in dash and symbol together as well as in color.
pub(super) struct VariantLook {
    pub(super) color: Color,
    /// Drawn and left out, in turn; empty is solid.
    pub(super) dash: &'static [f64],
    pub(super) symbol: Symbol,
}

const fn look(color: Color, dash: &'static [f64], symbol: Symbol) -> VariantLook {
    VariantLook {
        color,
        dash,
        symbol,
    }
}

const LONG: &[f64] = &[9.0, 3.0];
const SHORT: &[f64] = &[4.0, 3.0];
const MIXED: &[f64] = &[10.0, 3.0, 2.0, 3.0];

/// As many variants as one chart shows by color; the baseline has the first.
pub(super) const VARIANTS: [VariantLook; 12] = [
    look(INK, &[], Symbol::Circle),
    look(Color(0x3B, 0x6F, 0xD6), LONG, Symbol::Square),
    look(Color(0xD1, 0x3B, 0x3B), SHORT, Symbol::Triangle),
    look(Color(0x2E, 0x86, 0x3C), MIXED, Symbol::Diamond),
    look(Color(0x9A, 0x3F, 0xC0), LONG, Symbol::Circle),
    look(Color(0xB0, 0x7A, 0x10), SHORT, Symbol::Square),
    look(Color(0x1A, 0x9C, 0xB8), MIXED, Symbol::Triangle),
    look(Color(0x7A, 0x80, 0x88), &[], Symbol::Diamond),
    look(Color(0x8A, 0x2B, 0x55), SHORT, Symbol::Circle),
    look(Color(0x4A, 0x3F, 0x9E), MIXED, Symbol::Square),
    look(Color(0x7B, 0x50, 0x2A), LONG, Symbol::Triangle),
    look(Color(0xE0, 0x6C, 0xA0), &[], Symbol::Square),
];

/// Every color that is drawn; the paper first.
pub(super) fn all() -> impl Iterator<Item = Color> {
    const OTHERS: [Color; 38] = [
        PAPER,
        INK,
        MUTED,
        AXIS,
        SHADE,
        GRID,
        STRONG_GRID,
        LIMIT,
        PEAK,
        WORK,
        PROVISIONING,
        NODE_SETUP,
        IDLE,
        SYSTEM,
        LEAVING,
        QUEUE,
        CHECKPOINTS,
        LOST_WORK,
        RESTARTS,
        FINALIZING,
        GANG_ASSEMBLY,
        UNUSED_CAPACITY,
        KEPT_IDLE,
        BACKGROUND,
        ROUNDING,
        SERVICE_FEES,
        UNUSED_COMMITMENT,
        FIXED_CHARGES,
        IMAGE_BUILD,
        QUOTA,
        CAPACITY,
        LATE,
        TIMED_OUT,
        REJECTED,
        NOT_ENDED,
        CHOSEN,
        LOWER,
        HIGHER,
    ];
    let variants = VARIANTS.iter().skip(1).map(|look| look.color);
    OTHERS.into_iter().chain(variants)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_meanings_share_a_color() {
        let colors: Vec<Color> = all().collect();
        assert!(colors.len() < 64, "{}", colors.len());
        for (index, a) in colors.iter().enumerate() {
            for b in &colors[index + 1..] {
                let far =
                    [(a.0, b.0), (a.1, b.1), (a.2, b.2)].map(|(a, b)| u32::from(a.abs_diff(b)));
                assert!(far.iter().sum::<u32>() >= 24, "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn variants_are_told_apart_without_color() {
        for (index, a) in VARIANTS.iter().enumerate() {
            for b in &VARIANTS[index + 1..] {
                assert!(a.dash != b.dash || a.symbol != b.symbol);
            }
        }
    }
}
