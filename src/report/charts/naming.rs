//! Names for the points of a chart: beside them where all of them have room, otherwise numbers beside the points and a
//! list of names below the chart.

use super::font;
use super::frame::{self, LABEL, MARGIN};
use super::labels::{self, Placed, Wanted};
use super::palette::{AXIS, PAPER, Stroke};
use super::scene::{Anchor, Area, Point, Scene, Text};

/// Points at one place, under the name of one of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub(super) at: Point,
    pub(super) name: String,
    /// The names of others at the same place.
    pub(super) others: Vec<String>,
    pub(super) is_bold: bool,
}

impl Named {
    /// All its names.
    fn all(&self) -> Vec<&str> {
        let others = self.others.iter().map(String::as_str);
        std::iter::once(self.name.as_str()).chain(others).collect()
    }
}

/// What names keep clear of.
pub(super) struct Room {
    pub(super) symbols: Vec<Area>,
    pub(super) bars: Vec<Area>,
    /// Names of points stay inside.
    pub(super) plot: Area,
    /// Where a list may start.
    pub(super) below: f64,
}

/// As many names as a list can have.
const MOST: usize = 40;
/// Height of a name, and of a number, which has no descenders: it fits between bars that are close.
const HEIGHT: f64 = LABEL * 1.25;
const HEIGHT_OF_DIGITS: f64 = LABEL * 0.9;
/// Distance between the lines of a list.
const LINE: f64 = 17.0;

/// Names all points, the first of them first; returns how far down the chart now reaches.
pub(super) fn draw(scene: &mut Scene, named: &[Named], room: &Room) -> f64 {
    let texts: Vec<Text> = named
        .iter()
        .map(|point| text_of(point, point.at, 230.0))
        .collect();
    let placed = place(&texts, room, HEIGHT);
    if placed.iter().all(Option::is_some) {
        write(scene, named, texts, &placed);
        return room.below;
    }
    numbered(scene, named, room)
}

fn numbered(scene: &mut Scene, named: &[Named], room: &Room) -> f64 {
    let shown = &named[..named.len().min(MOST)];
    let mut order: Vec<usize> = (0..shown.len()).collect();
    let by_place = |a: &usize, b: &usize| {
        let (a, b) = (shown[*a].at, shown[*b].at);
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    order.sort_by(by_place);
    let mut numbers = vec![0; shown.len()];
    for (number, &index) in order.iter().enumerate() {
        numbers[index] = number + 1;
    }
    let texts = shown.iter().zip(&numbers);
    let texts: Vec<Text> = texts
        .map(|(point, number)| {
            Text::new(&number.to_string(), point.at, LABEL).bold_if(point.is_bold)
        })
        .collect();
    let placed = place(&texts, room, HEIGHT_OF_DIGITS);
    write(scene, shown, texts, &placed);
    let rows = shown.len().div_ceil(2);
    let (mut y, mut bottom) = (room.below + 4.0, room.below);
    for (position, &index) in order.iter().enumerate() {
        if position == rows {
            y = room.below + 4.0;
        }
        let left = if position < rows {
            MARGIN
        } else {
            MARGIN + 386.0
        };
        let first = scene.marks.len();
        let number = Text::new(&(position + 1).to_string(), (left + 18.0, y), LABEL);
        scene.text(number.anchored(Anchor::End).bold_if(shown[index].is_bold));
        scene.text(text_of(&shown[index], (left + 26.0, y), 340.0));
        scene.of_variants(first, &shown[index].all(), String::new());
        y += LINE;
        bottom = y.max(bottom);
    }
    let without_number = placed.iter().filter(|placed| placed.is_none()).count();
    let remark = match (named.len() - shown.len(), without_number) {
        (0, 0) => return bottom,
        (0, 1) => "1 number has no room; the list goes from left to right".to_owned(),
        (0, hidden) => format!("{hidden} numbers have no room; the list goes from left to right"),
        (more, _) => format!("{more} more without a number; all variants are in the summary file"),
    };
    frame::notes(scene, &remark, bottom + 2.0)
}

/// The names at a place in at most the given width; where they are too long, the first and how many share its place.
fn text_of(point: &Named, at: Point, width: f64) -> Text {
    let names = std::iter::once(&point.name).chain(&point.others);
    let names = names.map(String::as_str).collect::<Vec<_>>().join(", ");
    if font::width(&names, LABEL, point.is_bold) <= width {
        return Text::new(&names, at, LABEL).bold_if(point.is_bold);
    }
    let others = match point.others.len() {
        0 => String::new(),
        many => format!(" + {many} more here"),
    };
    let width = width - font::width(&others, LABEL, point.is_bold);
    let name = font::shorten(&point.name, LABEL, point.is_bold, width);
    Text::new(&(name + &others), at, LABEL).bold_if(point.is_bold)
}

fn place(texts: &[Text], room: &Room, height: f64) -> Vec<Option<Placed>> {
    let wanted = |text: &Text| Wanted {
        at: text.at,
        width: text.width(),
        height,
    };
    let wanted: Vec<Wanted> = texts.iter().map(wanted).collect();
    labels::place(&wanted, &room.symbols, &room.bars, room.plot)
}

fn write(scene: &mut Scene, named: &[Named], texts: Vec<Text>, placed: &[Option<Placed>]) {
    for ((mut text, placed), named) in texts.into_iter().zip(placed).zip(named) {
        let Some(placed) = placed else { continue };
        let first = scene.marks.len();
        if placed.is_apart {
            let end = labels::leader_end(text.at, placed.area);
            scene.line(&[text.at, end], Stroke::solid(AXIS, 0.5));
        }
        // Grid lines pass behind names, not through them.
        scene.rect(placed.area.grown(-1.0), PAPER);
        text.at = (placed.area.left, placed.area.middle().1);
        scene.text(text);
        scene.of_variants(first, &named.all(), String::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(count: u32) -> (Vec<String>, f64) {
        let named = (0..count).map(|i| Named {
            at: (150.0 + 2.5 * f64::from(i), 200.0),
            name: format!("variant-{i}"),
            others: Vec::new(),
            is_bold: i == 0,
        });
        let named: Vec<Named> = named.collect();
        let symbols = named
            .iter()
            .map(|point| Area::around(point.at, 4.0))
            .collect();
        let plot = Area::new(100.0, 100.0, 700.0, 300.0);
        let room = Room {
            symbols,
            bars: Vec::new(),
            plot,
            below: 350.0,
        };
        let mut scene = Scene::new("test", "Test", 400.0);
        let bottom = draw(&mut scene, &named, &room);
        (
            scene.texts().map(|text| text.words.clone()).collect(),
            bottom,
        )
    }

    #[test]
    fn few_names_stand_beside_their_points() {
        let (texts, bottom) = drawn(3);
        assert_eq!(texts, ["variant-0", "variant-1", "variant-2"]);
        assert!((bottom - 350.0).abs() < 1e-9);
    }

    #[test]
    fn many_names_are_numbered_and_listed() {
        let (texts, bottom) = drawn(60);
        assert!(
            texts.iter().any(|text| text == "variant-39") && texts.iter().any(|text| text == "40")
        );
        assert!(
            texts
                .iter()
                .any(|text| text.starts_with("20 more without a number"))
        );
        assert!(bottom > 350.0 + 20.0 * LINE);
    }

    #[test]
    fn numbers_stand_between_bars_that_are_as_close_as_lines_of_text() {
        // A diagonal of points, each with a bar across the whole plot, 16 apart.
        let named = (0..12).map(|i| Named {
            at: (150.0 + 20.0 * f64::from(i), 120.0 + 16.0 * f64::from(i)),
            name: "a name that is too long to stand beside its point".to_owned(),
            others: Vec::new(),
            is_bold: false,
        });
        let named: Vec<Named> = named.collect();
        let all = named.iter();
        let bars = all.clone().map(|point| {
            let y = point.at.1;
            Area::new(100.0, y - 1.5, 500.0, y + 1.5)
        });
        let room = Room {
            symbols: all.map(|point| Area::around(point.at, 5.0)).collect(),
            bars: bars.collect(),
            plot: Area::new(100.0, 100.0, 500.0, 320.0),
            below: 350.0,
        };
        let mut scene = Scene::new("test", "Test", 400.0);
        draw(&mut scene, &named, &room);
        let texts: Vec<&str> = scene.texts().map(|text| text.words.as_str()).collect();
        // Each number stands beside its point and in the list.
        for number in 1..=12 {
            let number = number.to_string();
            let count = texts.iter().filter(|text| **text == number).count();
            assert_eq!(count, 2, "{number}: {texts:?}");
        }
        assert!(!texts.iter().any(|text| text.contains("no room")));
    }

    #[test]
    fn points_at_one_place_are_all_named_if_there_is_room() {
        let named = |others: &[&str]| Named {
            at: (0.0, 0.0),
            name: "vcpus=68".to_owned(),
            others: others.iter().map(|name| (*name).to_owned()).collect(),
            is_bold: false,
        };
        let words = |others: &[&str]| text_of(&named(others), (0.0, 0.0), 230.0).words;
        assert_eq!(words(&[]), "vcpus=68");
        assert_eq!(words(&["vcpus=72"]), "vcpus=68, vcpus=72");
        assert_eq!(words(&["vcpus=72"; 9]), "vcpus=68 + 9 more here");
    }
}
