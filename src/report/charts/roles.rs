//! How the points of cost against wait look: a variant as in every chart, a point of a search by what became of it.

use super::frame::{self, MARGIN};
use super::palette::{AXIS, CHOSEN, Color, INK, MUTED, Symbol, VARIANTS};
use super::scene::{Scene, Text, WIDTH};
use super::spots::Spot;
use super::tradeoff_input::{Role, TradeoffPoint};

/// A symbol of a legend.
pub(super) struct Entry<'a> {
    pub(super) symbol: Symbol,
    pub(super) reach: f64,
    pub(super) color: Color,
    pub(super) hollow: bool,
    pub(super) meaning: &'a str,
}

/// The roles in a search, as legends name them.
const ROLES: [(Role, &str); 7] = [
    (Role::Best, "best"),
    (Role::Closest, "closest to the goal"),
    (Role::Tied, "tied with the best"),
    (Role::Undecided, "not known to meet the goal"),
    (Role::Worse, "clearly worse"),
    (Role::Misses, "misses the goal"),
    (Role::Grows, "its queue grows"),
];

/// Whether a point is the one that a search names.
pub(super) fn is_named(role: Role) -> bool {
    matches!(role, Role::Best | Role::Closest)
}

/// What stands beside a point.
pub(super) fn name(point: &TradeoffPoint) -> String {
    match point.role {
        Role::Best => format!("best: {}", point.name),
        Role::Closest => format!("closest: {}", point.name),
        _ => point.name.clone(),
    }
}

/// Symbol, reach and color of a point, one of `count`.
pub(super) fn look(spot: &Spot<'_>, count: usize) -> (Symbol, f64, Color) {
    of_role(spot.point.role).unwrap_or_else(|| {
        // As its variant in every chart, where these are few enough to be told apart.
        let look = if count <= VARIANTS.len() {
            spot.point.look
        } else {
            0
        };
        let look = &VARIANTS[look % VARIANTS.len()];
        (look.symbol, 4.5, look.color)
    })
}

/// Symbol, reach and color of a point of a search.
pub(super) fn of_role(role: Role) -> Option<(Symbol, f64, Color)> {
    Some(match role {
        Role::Variant => return None,
        Role::Best | Role::Closest => (Symbol::Diamond, 8.0, CHOSEN),
        Role::Tied => (Symbol::Diamond, 5.5, CHOSEN),
        Role::Undecided => (Symbol::Triangle, 5.0, MUTED),
        Role::Worse => (Symbol::Circle, 4.0, AXIS),
        Role::Misses | Role::Grows => (Symbol::Square, 4.0, AXIS),
    })
}

/// What the symbols mean, of those that occur; returns where the next thing may start.
pub(super) fn key(scene: &mut Scene, spots: &[Spot<'_>], y: f64) -> f64 {
    let occurs = |role: Role| spots.iter().any(|spot| spot.point.role == role);
    let roles = ROLES.iter().filter(|(role, _)| occurs(*role));
    let roles = roles.filter_map(|(role, meaning)| {
        let (symbol, reach, color) = of_role(*role)?;
        Some(Entry {
            symbol,
            reach,
            color,
            hollow: false,
            meaning,
        })
    });
    let roles: Vec<Entry<'_>> = roles.collect();
    let y = if roles.is_empty() {
        y
    } else {
        entries(scene, &roles, y)
    };
    let meanings = if spots.iter().any(|spot| !spot.is_optimal) {
        let dominated =
            "dominated: another is clearly better in at least one and clearly worse in none";
        vec![(false, "Pareto-optimal"), (true, dominated)]
    } else {
        let optimal =
            "Pareto-optimal: no other is clearly better in at least one and clearly worse in none";
        vec![(false, optimal)]
    };
    let meanings = meanings.into_iter().map(|(hollow, meaning)| Entry {
        symbol: Symbol::Circle,
        reach: 4.0,
        color: INK,
        hollow,
        meaning,
    });
    entries(scene, &meanings.collect::<Vec<_>>(), y)
}

/// Symbols with their meanings in rows from `y`; returns where the next thing may start.
pub(super) fn entries(scene: &mut Scene, all: &[Entry<'_>], mut y: f64) -> f64 {
    const ROW: f64 = 18.0;
    let start = MARGIN + 5.0;
    let mut x = start;
    for entry in all {
        let width = Text::new(entry.meaning, (0.0, y), frame::SMALL).width();
        if x > start && x + 10.0 + width > WIDTH - MARGIN {
            (x, y) = (start, y + ROW);
        }
        let reach = entry.reach.min(6.0);
        scene.symbol((x, y), entry.symbol, reach, entry.color, entry.hollow);
        scene.text(Text::new(entry.meaning, (x + 10.0, y), frame::SMALL));
        x += width + 30.0;
    }
    y + ROW
}
