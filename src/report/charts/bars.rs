//! Bars of stacked parts, one for each variant, with the total and its interval at the end: what the charts of cost and of
//! waits by cause have in common.

use super::axis::{Linear, Ticks};
use super::frame::{self, LABEL, MARGIN};
use super::palette::{AXIS, GRID, INK, MUTED, PAPER};
use super::scene::{Anchor, Area, Color, Scene, Stroke, Text, WIDTH};
use super::{Study, font};

/// What kind of bars a chart has.
pub(super) struct Kind {
    /// File name without its ending.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What legends call the parts, and their colours, from the start of a bar.
    pub(super) parts: Vec<(&'static str, Color)>,
    /// Title of the axis, with the unit of its numbers.
    pub(super) axis: String,
    /// What the interval is of.
    pub(super) of: &'static str,
    /// From which end to which bars are picked where there are too many, such as `from the cheapest to the dearest`.
    pub(super) order: &'static str,
    /// What the bars are, for those who cannot see them.
    pub(super) what: String,
    /// What follows the totals there.
    pub(super) unit: String,
}

/// One bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bar {
    pub(super) name: String,
    /// As many as the kind has.
    pub(super) parts: Vec<f64>,
    /// Half the width of the interval of the total.
    pub(super) half: Option<f64>,
    /// The total in words.
    pub(super) label: String,
}

impl Bar {
    pub(super) fn total(&self) -> f64 {
        self.parts.iter().copied().map(frame::sound).sum()
    }

    fn half(&self) -> Option<f64> {
        frame::sound_half(self.half)
    }
}

/// More bars than this are not read one by one.
const MOST: usize = 40;

/// A bar as it is drawn.
struct Row<'a> {
    bar: &'a Bar,
    is_baseline: bool,
}

/// Where the bars are.
struct Layout {
    plot: Area,
    row: f64,
    x: Linear,
    ticks: Ticks,
}

/// A chart of bars.
pub(super) fn scene(kind: &Kind, study: &Study, bars: &[Bar], baseline: Option<usize>) -> Scene {
    if bars.is_empty() {
        let subtitle = study.subtitle("", &[]);
        return frame::nothing(kind.name, kind.title, &subtitle, "there are no variants");
    }
    let (rows, remark) = choose(kind, bars, baseline);
    let mut scene = Scene::new(kind.name, kind.title, 0.0);
    let interval = if rows.iter().any(|row| row.bar.label.contains('±')) {
        format!("±: 95 % interval of the {}", kind.of)
    } else {
        String::new()
    };
    let bold = if rows.iter().any(|row| row.is_baseline) && rows.len() > 1 {
        "baseline in bold"
    } else {
        ""
    };
    let subtitle = study.subtitle(&study.averaging(), &[&interval, bold, &remark]);
    let y = frame::heading(&mut scene, &subtitle);
    // What is too thin to be seen anywhere needs no name.
    let longest = rows.iter().map(|row| row.bar.total()).fold(0.0, f64::max);
    let is_seen = |part: usize| {
        let seen = |row: &Row<'_>| frame::sound(row.bar.parts[part]) > longest * 0.0005;
        rows.iter().any(seen)
    };
    let present: Vec<(&str, Color)> = (0..kind.parts.len())
        .filter(|&part| is_seen(part))
        .map(|part| kind.parts[part])
        .collect();
    let top = frame::legend(&mut scene, &present, MARGIN, y + 5.0) + 6.0;
    let layout = layout(&rows, top);
    axes(&mut scene, &layout, &kind.axis);
    for (index, row) in (0_u32..).zip(&rows) {
        let middle = layout.plot.top + layout.row * (f64::from(index) + 0.5);
        draw(&mut scene, kind, &layout, row, middle);
    }
    scene.height = layout.plot.bottom + 50.0;
    scene.description = describe(kind, &rows, bars.len());
    scene
}

/// The bars to show, and a remark where these are not all.
fn choose<'a>(kind: &Kind, bars: &'a [Bar], baseline: Option<usize>) -> (Vec<Row<'a>>, String) {
    let count = bars.len();
    let mut order: Vec<usize> = (0..count).collect();
    let mut remark = String::new();
    if count > MOST {
        order.sort_by(|&a, &b| bars[a].total().total_cmp(&bars[b].total()));
        order = frame::spread(&order, MOST, baseline);
        remark = format!("{MOST} of {count} variants, evenly {}", kind.order);
        if baseline.is_some_and(|baseline| baseline < count) {
            remark += ", with the baseline";
        }
    }
    let rows = order.into_iter().map(|index| Row {
        bar: &bars[index],
        is_baseline: baseline == Some(index),
    });
    (rows.collect(), remark)
}

fn layout(rows: &[Row<'_>], top: f64) -> Layout {
    let name = |row: &Row<'_>| {
        let name = font::shorten(&row.bar.name, LABEL, true, 290.0);
        font::width(&name, LABEL, true)
    };
    let widest = rows.iter().map(name).fold(30.0, f64::max);
    let label = |row: &Row<'_>| font::width(&row.bar.label, LABEL, false);
    let labels = rows.iter().map(label).fold(0.0, f64::max);
    let row = match rows.len() {
        0..=6 => 34.0,
        7..=15 => 26.0,
        _ => 19.0,
    };
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let left = MARGIN + widest + 10.0;
    let plot = Area::new(left, top, WIDTH - MARGIN, top + row * f64::from(count));
    // The label of the longest bar ends at the edge: the axis is as long as that leaves room for.
    let end = |row: &Row<'_>| row.bar.total() + row.bar.half().unwrap_or(0.0);
    let longest = rows.iter().map(end).fold(0.0, f64::max);
    let longest = if longest > 0.0 { longest } else { 1.0 };
    let bars = (plot.width() - labels - 12.0).max(80.0);
    let x = Linear {
        values: (0.0, longest),
        places: (left, left + bars),
    };
    let mut ticks = Ticks::around(0.0, longest, 5, 0.0);
    ticks
        .values
        .retain(|&value| x.place(value) <= plot.right - 4.0);
    Layout {
        plot,
        row,
        x,
        ticks,
    }
}

fn axes(scene: &mut Scene, layout: &Layout, title: &str) {
    let plot = layout.plot;
    for &value in &layout.ticks.values {
        let x = layout.x.place(value);
        let stroke = Stroke::solid(if value > 0.0 { GRID } else { AXIS }, 1.0);
        scene.line(&[(x, plot.top), (x, plot.bottom + 4.0)], stroke);
        let label = Text::new(&layout.ticks.label(value), (x, plot.bottom + 13.0), LABEL);
        let half = label.width() / 2.0;
        if x + half < WIDTH - 4.0 {
            scene.text(label.anchored(Anchor::Middle).colored(MUTED));
        }
    }
    let middle = (plot.middle().0, plot.bottom + 33.0);
    frame::across_title(scene, title, middle);
}

fn draw(scene: &mut Scene, kind: &Kind, layout: &Layout, row: &Row<'_>, y: f64) {
    let (plot, bar, total) = (layout.plot, row.bar, row.bar.total());
    let name = font::shorten(&bar.name, LABEL, true, plot.left - MARGIN - 9.0);
    let name = Text::new(&name, (plot.left - 8.0, y), LABEL).bold_if(row.is_baseline);
    scene.text(name.anchored(Anchor::End));
    let half_height = (layout.row * 0.34).min(11.0);
    let mut sum = 0.0;
    for ((_, color), part) in kind.parts.iter().zip(&bar.parts) {
        let part = frame::sound(*part);
        let (from, to) = (layout.x.place(sum), layout.x.place(sum + part));
        sum += part;
        scene.rect(
            Area::new(from, y - half_height, to, y + half_height),
            *color,
        );
        // A hair of paper keeps neighbours apart without colour; slivers need all their width.
        if to - from > 3.0 && sum < total {
            scene.rect(
                Area::new(to - 0.5, y - half_height, to, y + half_height),
                PAPER,
            );
        }
    }
    let mut end = layout.x.place(total);
    if let Some(half) = bar.half().filter(|half| *half > 0.0) {
        let low = layout.x.place((total - half).max(0.0));
        let high = layout.x.place(total + half);
        let stroke = Stroke::solid(INK, 1.0);
        let cap = (half_height * 0.45).round();
        scene.line(&[(low, y), (high, y)], stroke);
        scene.line(&[(low, y - cap), (low, y + cap)], stroke);
        scene.line(&[(high, y - cap), (high, y + cap)], stroke);
        end = high;
    }
    let label = Text::new(&bar.label, (end + 7.0, y), LABEL).bold_if(false);
    // Grid lines end where a label begins.
    let under = label.bounds();
    scene.rect(
        Area::new(under.left - 2.0, y - 7.0, under.right + 2.0, y + 7.0),
        PAPER,
    );
    scene.text(label);
}

fn describe(kind: &Kind, rows: &[Row<'_>], count: usize) -> String {
    let what = format!("{} for {count} variants.", kind.what);
    let named = rows
        .iter()
        .take(12)
        .map(|row| format!("{}: {}{}.", row.bar.name, row.bar.label, kind.unit));
    let rest = (rows.len() > 12).then(|| "The others are in the summary file.".to_owned());
    std::iter::once(what)
        .chain(named)
        .chain(rest)
        .collect::<Vec<String>>()
        .join(" ")
}
