//! A tornado: how a variant's figures move with each input alone, from its lowest to its highest value, the longest bar on top.

use super::axis::{Linear, Ticks};
use super::frame::{self, LABEL, MARGIN, Sample};
use super::palette::{AXIS, Color, GRID, HIGHER, INK, LOWER, MUTED, Stroke};
use super::scene::{Anchor, Area, Scene, Text, WIDTH};
use super::{Chart, Study, font, names};

/// What becomes of the best choice at a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TornadoChoice {
    /// It stays, or is undecided.
    #[default]
    Stays,
    /// Another is the best choice.
    Other,
    /// No variant is a choice any more.
    Nobody,
}

/// An input at one of its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TornadoEnd {
    /// The value as written.
    pub written: String,
    /// Whether it is in the lower half of the range.
    pub is_low: bool,
    /// What becomes of the best choice there.
    pub choice: TornadoChoice,
    /// The figure of each panel there; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// An input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TornadoRow {
    /// Its name.
    pub label: String,
    /// It at its values.
    pub ends: Vec<TornadoEnd>,
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TornadoPanel {
    /// The figure with its unit.
    pub title: String,
    /// What it is with all inputs as stated.
    pub stated: f64,
}

/// What the chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TornadoInput {
    /// Where the figures come from.
    pub study: Study,
    /// The variant whose figures they are.
    pub variant: String,
    /// What is said where no variant is a choice: `no variant surely meets the goal`.
    pub nobody: &'static str,
    /// The figures, one or two.
    pub panels: Vec<TornadoPanel>,
    /// The inputs, the longest bar of the first panel first.
    pub rows: Vec<TornadoRow>,
}

/// The line at the figure as stated.
const STATED: Stroke = Stroke {
    color: INK,
    width: 1.5,
    dash: &[],
};

/// More inputs than this are not read one by one.
const MOST: usize = 25;
/// Height of a row, and half of that of a bar.
const ROW: f64 = 30.0;
const HALF: f64 = 9.0;
/// Room for names of inputs at most, between panels, and for values beside bars.
const NAMES: f64 = 190.0;
const BETWEEN: f64 = 18.0;
const BESIDE: f64 = 58.0;

/// Draws it; `None` without inputs or figures.
pub fn draw(input: &TornadoInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &TornadoInput) -> Option<Scene> {
    if input.rows.is_empty() || input.panels.is_empty() {
        return None;
    }
    let rows = &input.rows[..input.rows.len().min(MOST)];
    let title = format!("What moves {}, one input at a time", input.variant);
    let mut scene = Scene::new(names::TORNADO, &title, 0.0);
    let changes = rows.iter().flat_map(|row| &row.ends);
    let if_any = |choice: TornadoChoice, meaning: String| {
        let occurs = changes.clone().any(|end| end.choice == choice);
        if occurs { meaning } else { String::new() }
    };
    let starred = if_any(
        TornadoChoice::Other,
        format!(
            "{} another choice is best there",
            mark(TornadoChoice::Other)
        ),
    );
    let crossed = if_any(
        TornadoChoice::Nobody,
        format!("{} {} there", mark(TornadoChoice::Nobody), input.nobody),
    );
    let left_out = match input.rows.len() - rows.len() {
        0 => String::new(),
        more => format!("{more} inputs that move less are left out"),
    };
    let remarks = ["values at the ends of bars", &starred, &crossed, &left_out];
    let subtitle = input.study.subtitle(&input.study.averaging(), &remarks);
    let y = frame::heading(&mut scene, &subtitle);
    let legend = [
        ("input at its lower value", Sample::Fill(LOWER)),
        ("input at its higher value", Sample::Fill(HIGHER)),
        ("all inputs as stated", Sample::Line(STATED)),
    ];
    let top = frame::legend(&mut scene, &legend, MARGIN, y + 5.0) + 22.0;
    let widest = rows.iter().map(|row| {
        let label = font::shorten(&row.label, LABEL, false, NAMES);
        font::width(&label, LABEL, false)
    });
    let left = MARGIN + widest.fold(30.0, f64::max) + 10.0;
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let bottom = top + ROW * f64::from(count);
    let panels = u32::try_from(input.panels.len()).unwrap_or(1);
    let width = (WIDTH - MARGIN - left - BETWEEN * f64::from(panels - 1)) / f64::from(panels);
    for (index, row) in (0_u32..).zip(rows) {
        let y = top + ROW * (f64::from(index) + 0.5);
        let label = font::shorten(&row.label, LABEL, false, NAMES);
        scene.text(Text::new(&label, (left - 8.0, y), LABEL).anchored(Anchor::End));
    }
    for (index, (position, panel)) in (0_u32..).zip(input.panels.iter().enumerate()) {
        let from = left + (width + BETWEEN) * f64::from(index);
        let plot = Area::new(from, top, from + width, bottom);
        draw_panel(&mut scene, plot, (position, panel), rows);
    }
    scene.height = bottom + 34.0;
    scene.description = describe(input, rows);
    Some(scene)
}

/// The bars of one figure.
fn draw_panel(
    scene: &mut Scene,
    plot: Area,
    (position, panel): (usize, &TornadoPanel),
    rows: &[TornadoRow],
) {
    let values = rows.iter().flat_map(|row| &row.ends);
    let values = values.filter_map(|end| sound(end, position));
    let all = || values.clone().chain([panel.stated]);
    let low = all().fold(f64::INFINITY, f64::min);
    let high = all().fold(f64::NEG_INFINITY, f64::max);
    let span = (high - low).max(panel.stated.abs() * 0.01).max(1e-9);
    let x = Linear {
        values: (low, low + span),
        places: (plot.left + BESIDE, plot.right - BESIDE),
    };
    let title = font::shorten(&panel.title, LABEL, true, plot.width());
    let title = Text::new(&title, (plot.middle().0, plot.top - 10.0), LABEL);
    scene.text(title.anchored(Anchor::Middle).bold_if(true));
    let mut ticks = Ticks::around(low, low + span, 3, 0.0);
    ticks.values.retain(|value| {
        let place = x.place(*value);
        place >= plot.left && place <= plot.right
    });
    let mut free_from = f64::NEG_INFINITY;
    for value in &ticks.values {
        let at = x.place(*value);
        scene.line(
            &[(at, plot.top), (at, plot.bottom + 4.0)],
            Stroke::solid(GRID, 1.0),
        );
        let label = Text::new(&ticks.label(*value), (at, plot.bottom + 13.0), LABEL);
        let label = label.anchored(Anchor::Middle).colored(MUTED);
        let bounds = label.bounds();
        if bounds.left > free_from && bounds.right < WIDTH - 4.0 {
            free_from = bounds.right + 6.0;
            scene.text(label);
        }
    }
    let stated = x.place(panel.stated);
    for (index, row) in (0_u32..).zip(rows) {
        let y = plot.top + ROW * (f64::from(index) + 0.5);
        draw_row(scene, (x, stated, y), (position, row));
    }
    scene.line(&[(stated, plot.top), (stated, plot.bottom)], STATED);
    let base = [(plot.left, plot.bottom), (plot.right, plot.bottom)];
    scene.line(&base, Stroke::solid(AXIS, 1.0));
}

/// The bars of an input from what is as stated, the longer ones below, with their values beyond the longest of each side.
fn draw_row(
    scene: &mut Scene,
    (x, stated, y): (Linear, f64, f64),
    (position, row): (usize, &TornadoRow),
) {
    let mut ends: Vec<(f64, &TornadoEnd)> = row
        .ends
        .iter()
        .filter_map(|end| Some((x.place(sound(end, position)?), end)))
        .collect();
    ends.sort_by(|(one, _), (other, _)| (other - stated).abs().total_cmp(&(one - stated).abs()));
    for (place, end) in &ends {
        let from = scene.marks.len();
        let area = Area::new(place.min(stated), y - HALF, place.max(stated), y + HALF);
        scene.rect(area, color(end));
        scene.group(from, [], format!("{} = {}", row.label, end.written));
    }
    let moves = ends.iter().any(|(place, _)| (place - stated).abs() >= 0.5);
    if !moves && ends.len() == row.ends.len() {
        let text = Text::new("no change", (stated + 5.0, y), LABEL);
        scene.text(text.colored(MUTED));
        return;
    }
    let side = |is_left: bool| {
        let of = ends
            .iter()
            .filter(move |(place, _)| (*place < stated) == is_left);
        let written: Vec<String> = of.clone().map(|(_, end)| told(end)).collect();
        let farthest = of.map(|(place, _)| *place).next();
        (farthest.unwrap_or(stated), written)
    };
    let (left, written) = side(true);
    if !written.is_empty() {
        let room = left - x.places.0 + BESIDE - 8.0;
        let text = font::shorten(&written.join(", "), LABEL, false, room);
        let text = Text::new(&text, (left - 5.0, y), LABEL);
        scene.text(text.anchored(Anchor::End));
    }
    let (right, mut written) = side(false);
    let missing = row.ends.iter().filter(|end| sound(end, position).is_none());
    written.extend(missing.map(|end| format!("{}: none", told(end))));
    if !written.is_empty() {
        let room = x.places.1 - right + BESIDE - 8.0;
        let text = font::shorten(&written.join(", "), LABEL, false, room);
        scene.text(Text::new(&text, (right + 5.0, y), LABEL));
    }
}

/// The figure of a panel, where it is a number.
fn sound(end: &TornadoEnd, position: usize) -> Option<f64> {
    let value = end.values.get(position).copied().flatten();
    value.filter(|value| value.is_finite())
}

fn color(end: &TornadoEnd) -> Color {
    if end.is_low { LOWER } else { HIGHER }
}

/// A value, with a mark where the choice changes.
fn told(end: &TornadoEnd) -> String {
    format!("{}{}", end.written, mark(end.choice))
}

/// The mark beside a value.
fn mark(choice: TornadoChoice) -> &'static str {
    match choice {
        TornadoChoice::Stays => "",
        TornadoChoice::Other => "*",
        TornadoChoice::Nobody => "†",
    }
}

fn describe(input: &TornadoInput, rows: &[TornadoRow]) -> String {
    let figures: Vec<&str> = input
        .panels
        .iter()
        .map(|panel| panel.title.as_str())
        .collect();
    let inputs = frame::counted(rows.len(), "input");
    let what = format!(
        "Bars of {} of {} for {inputs}, each alone at its values.",
        figures.join(" and "),
        input.variant
    );
    let stated = input.panels.iter();
    let stated = stated.map(|panel| {
        format!(
            "{} as stated: {}.",
            panel.title,
            crate::digits::short(panel.stated)
        )
    });
    let told = rows.iter().map(|row| {
        let ends = row.ends.iter().map(|end| {
            let values = end
                .values
                .iter()
                .map(|value| value.map_or_else(|| "none".to_owned(), crate::digits::short));
            format!(
                "{}: {}",
                told(end),
                values.collect::<Vec<_>>().join(" and ")
            )
        });
        format!("{} at {}.", row.label, ends.collect::<Vec<_>>().join("; "))
    });
    let sentences = std::iter::once(what).chain(stated).chain(told);
    sentences.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(choices: [TornadoChoice; 2]) -> Vec<String> {
        let ends = [("60%", 0), ("150%", 1)].map(|(written, at)| TornadoEnd {
            written: written.to_owned(),
            is_low: at == 0,
            choice: choices[at],
            values: vec![Some([80.0, 130.0][at])],
        });
        let input = TornadoInput {
            variant: "warm".to_owned(),
            nobody: "no variant surely meets the goal",
            panels: vec![TornadoPanel {
                title: "cost (USD)".to_owned(),
                stated: 100.0,
            }],
            rows: vec![TornadoRow {
                label: "boot".to_owned(),
                ends: ends.to_vec(),
            }],
            ..TornadoInput::default()
        };
        let scene = scene(&input).expect("a chart");
        scene.texts().map(|text| text.words.clone()).collect()
    }

    #[test]
    fn a_value_without_a_choice_is_not_marked_as_one_with_another() {
        let said = words([TornadoChoice::Stays, TornadoChoice::Nobody]);
        let all = said.join(" ");
        assert!(said.iter().any(|text| text == "60%"), "{said:?}");
        assert!(said.iter().any(|text| text == "150%†"), "{said:?}");
        assert!(
            all.contains("† no variant surely meets the goal there"),
            "{all}"
        );
        assert!(
            !all.contains('*') && !all.contains("another choice"),
            "{all}"
        );
        let said = words([TornadoChoice::Other, TornadoChoice::Stays]);
        let all = said.join(" ");
        assert!(said.iter().any(|text| text == "60%*"), "{said:?}");
        assert!(all.contains("* another choice is best there"), "{all}");
        assert!(!all.contains('†'), "{all}");
    }
}
