//! Bars of stacked parts, one for each variant, the cheapest first, with the total and its interval at the end: what the
//! charts of cost, of waits by cause and of outcomes have in common.

use super::axis::{Linear, Ticks};
use super::frame::{self, LABEL, MARGIN, Sample};
use super::palette::{AXIS, Color, GRID, INK, MUTED, PAPER, Stroke};
use super::scene::{Anchor, Area, Scene, Text, WIDTH};
use super::{Study, font};
use crate::report::numbers::Shown;
use crate::stats::Estimate;

/// What kind of bars a chart has.
pub(super) struct Kind {
    /// File name without its ending.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What legends call the parts, and their colors, from the start of a bar.
    pub(super) parts: Vec<(&'static str, Color)>,
    /// Title of the axis, with the unit of its numbers.
    pub(super) axis: String,
    /// What the interval is of.
    pub(super) of: &'static str,
    /// What the bars are, for those who cannot see them.
    pub(super) what: &'static str,
    /// What follows the totals there.
    pub(super) unit: String,
    /// What follows the amount of a part.
    pub(super) unit_of_parts: String,
    /// What is worth saying of the unit; may be empty.
    pub(super) remark: &'static str,
}

/// One bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bar {
    pub(super) name: String,
    /// What the variant costs: the cheapest comes first.
    pub(super) cost: f64,
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

    /// Where its interval ends.
    fn end(&self) -> f64 {
        self.total() + self.half().unwrap_or(0.0)
    }
}

/// More bars than this are not read one by one.
const MOST: usize = 40;
/// A bar this many times as long as the next would flatten the others.
const FLATTENING: f64 = 5.0;

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
    /// Bars longer than this are broken there.
    broken_at: Option<f64>,
}

/// A chart of bars; `None` where all of them are nothing.
pub(super) fn scene(
    kind: &Kind,
    study: &Study,
    bars: &[Bar],
    baseline: Option<usize>,
) -> Option<Scene> {
    if !bars.iter().any(|bar| bar.total() > 0.0) {
        return None;
    }
    let (rows, remark) = choose(bars, baseline);
    let mut scene = Scene::new(kind.name, kind.title, 0.0);
    let has_any = |what: bool, words: &str| {
        if what {
            words.to_owned()
        } else {
            String::new()
        }
    };
    let interval = has_any(
        rows.iter().any(|row| row.bar.label.contains('±')),
        &format!("±: 95 % interval of the {}", kind.of),
    );
    let order = has_any(rows.len() > 1, "cheapest variant first");
    let bold = has_any(
        rows.iter().any(|row| row.is_baseline) && rows.len() > 1,
        "baseline in bold",
    );
    let broken_at = broken_at(&rows);
    let broken = has_any(
        broken_at.is_some(),
        "broken bars are longer than drawn, with their parts in proportion",
    );
    let remarks = [&interval, kind.remark, &order, &bold, &remark, &broken];
    let subtitle = study.subtitle(&study.averaging(), &remarks);
    let y = frame::heading(&mut scene, &subtitle);
    // What is too thin to be seen anywhere needs no name.
    let longest = rows.iter().map(|row| row.bar.total()).fold(0.0, f64::max);
    let longest = broken_at.unwrap_or(longest);
    let is_seen = |part: usize| {
        let seen = |row: &Row<'_>| frame::sound(row.bar.parts[part]) > longest * 0.0005;
        rows.iter().any(seen)
    };
    let present: Vec<(&str, Sample)> = (0..kind.parts.len())
        .filter(|&part| is_seen(part))
        .map(|part| (kind.parts[part].0, Sample::Fill(kind.parts[part].1)))
        .collect();
    let top = frame::legend(&mut scene, &present, MARGIN, y + 5.0) + 6.0;
    let layout = layout(&rows, top, broken_at);
    axes(&mut scene, &layout, &kind.axis);
    for (index, row) in (0_u32..).zip(&rows) {
        let middle = layout.plot.top + layout.row * (f64::from(index) + 0.5);
        let from = scene.marks.len();
        draw(&mut scene, kind, &layout, row, middle);
        scene.of_variants(from, &[&row.bar.name], String::new());
    }
    scene.height = layout.plot.bottom + 50.0;
    scene.description = describe(kind, &rows, bars.len());
    Some(scene)
}

/// The bars to show, the cheapest variant first, and a remark where these are not all.
fn choose(bars: &[Bar], baseline: Option<usize>) -> (Vec<Row<'_>>, String) {
    let count = bars.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| bars[a].cost.total_cmp(&bars[b].cost));
    let mut remark = String::new();
    if count > MOST {
        order = frame::spread(&order, MOST, baseline);
        remark = format!("{MOST} of {count} variants, evenly from the cheapest to the dearest");
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

/// Where bars are broken that would flatten two or more others.
fn broken_at(rows: &[Row<'_>]) -> Option<f64> {
    let mut ends: Vec<f64> = rows.iter().map(|row| row.bar.end()).collect();
    ends.sort_by(|a, b| b.total_cmp(a));
    let most = (ends.len() / 2).min(ends.len().saturating_sub(2));
    let is_gap = |&long: &usize| ends[long] > 0.0 && ends[long - 1] > FLATTENING * ends[long];
    let long = (1..=most).rev().find(is_gap)?;
    Some(ends[long] * 1.25)
}

fn layout(rows: &[Row<'_>], top: f64, broken_at: Option<f64>) -> Layout {
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
    let longest = rows.iter().map(|row| row.bar.end()).fold(0.0, f64::max);
    let longest = broken_at.unwrap_or(longest);
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
        broken_at,
    }
}

fn axes(scene: &mut Scene, layout: &Layout, title: &str) {
    let plot = layout.plot;
    let mut free_from = f64::NEG_INFINITY;
    for &value in &layout.ticks.values {
        let x = layout.x.place(value);
        let stroke = Stroke::solid(if value > 0.0 { GRID } else { AXIS }, 1.0);
        scene.line(&[(x, plot.top), (x, plot.bottom + 4.0)], stroke);
        let label = Text::new(&layout.ticks.label(value), (x, plot.bottom + 13.0), LABEL);
        let label = label.anchored(Anchor::Middle).colored(MUTED);
        let bounds = label.bounds();
        if bounds.left > free_from && bounds.right < WIDTH - 4.0 {
            free_from = bounds.right + 6.0;
            scene.text(label);
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
    let cut = layout.broken_at.filter(|cut| bar.end() > *cut);
    let shrink = cut.map_or(1.0, |cut| cut / total);
    let mut sum = 0.0;
    for ((legend, color), part) in kind.parts.iter().zip(&bar.parts) {
        let first = scene.marks.len();
        let value = frame::sound(*part);
        let part = value * shrink;
        let (from, to) = (layout.x.place(sum), layout.x.place(sum + part));
        sum += part;
        scene.rect(
            Area::new(from, y - half_height, to, y + half_height),
            *color,
        );
        // A hair of paper keeps neighbors apart without color; slivers need all their width.
        if to - from > 3.0 && sum < total * shrink {
            scene.rect(
                Area::new(to - 0.5, y - half_height, to, y + half_height),
                PAPER,
            );
        }
        let tip = format!(
            "{}: {legend} {}{}",
            bar.name,
            Shown::of(Estimate::alone(value)).mean,
            kind.unit_of_parts
        );
        scene.group(first, [("data-part", (*legend).to_owned())], tip);
    }
    let mut end = layout.x.place(total * shrink);
    if cut.is_some() {
        for shift in [26.0, 20.0] {
            let gap = [
                (end - shift - 3.0, y + half_height + 1.0),
                (end - shift + 3.0, y - half_height - 1.0),
            ];
            scene.line(&gap, Stroke::solid(PAPER, 2.5));
        }
    } else if let Some(half) = bar.half().filter(|half| *half > 0.0) {
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
    let what = format!("{} for {}.", kind.what, frame::counted(count, "variant"));
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
