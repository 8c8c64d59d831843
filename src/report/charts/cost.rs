//! What each variant costs, by category: one bar for each variant, with the total and its interval at the end.

use super::axis::{Linear, Ticks, grouped, money_decimals};
use super::frame::{self, LABEL, MARGIN};
use super::palette::{
    AXIS, BLUE, GREEN, GREY, GRID, INK, MUTED, NIGHT, ORANGE, PALE_SKY, PAPER, PURPLE, SKY,
    VERMILION, WINE, YELLOW,
};
use super::scene::{Anchor, Area, Color, Scene, Stroke, Text, WIDTH};
use super::{Chart, Study, font};

/// What money is spent on, in the order in which bars stack it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostCategory {
    /// Running.
    Run,
    /// Running whose work a lost node took with it.
    LostWork,
    /// Image pull and setup.
    Startup,
    /// Finalizing.
    Finalize,
    /// Nodes that boot.
    Boot,
    /// Nodes that wait for the rest of a gang.
    GangWait,
    /// Idle nodes kept by a minimum.
    IdleMinimum,
    /// Idle nodes before their release.
    IdleTail,
    /// Billed beyond use by granularity and minimum.
    Rounding,
    /// Commitments that covered nothing.
    UnusedCommitment,
    /// Charges by the day and the like.
    FixedCharges,
}

impl CostCategory {
    /// All categories, in the order of bars.
    pub const ALL: [Self; 11] = [
        Self::Run,
        Self::LostWork,
        Self::Startup,
        Self::Finalize,
        Self::Boot,
        Self::GangWait,
        Self::IdleMinimum,
        Self::IdleTail,
        Self::Rounding,
        Self::UnusedCommitment,
        Self::FixedCharges,
    ];

    /// What legends call it.
    pub fn label(self) -> &'static str {
        self.look().0
    }

    fn look(self) -> (&'static str, Color) {
        match self {
            Self::Run => ("run", BLUE),
            Self::LostWork => ("lost work", NIGHT),
            Self::Startup => ("startup", SKY),
            Self::Finalize => ("finalize", PALE_SKY),
            Self::Boot => ("boot", GREEN),
            Self::GangWait => ("gang wait", PURPLE),
            Self::IdleMinimum => ("idle minimum", VERMILION),
            Self::IdleTail => ("idle tail", ORANGE),
            Self::Rounding => ("rounding", YELLOW),
            Self::UnusedCommitment => ("unused commitment", WINE),
            Self::FixedCharges => ("fixed charges", GREY),
        }
    }
}

/// One variant's cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostBar {
    /// The variant's name.
    pub name: String,
    /// Mean cost in USD by category, in the order of [`CostCategory::ALL`].
    pub usd: [f64; 11],
    /// Half the width of the 95 % interval of the total in USD, where there are several replications.
    pub half_width_usd: Option<f64>,
}

/// What the cost chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostInput {
    /// Where the figures come from.
    pub study: Study,
    /// One bar for each variant, in the order of the scenario.
    pub bars: Vec<CostBar>,
    /// Position of the baseline in `bars`.
    pub baseline: Option<usize>,
}

const NAME: &str = "cost";
const TITLE: &str = "Cost by category";
/// More bars than this are not read one by one.
const MOST: usize = 40;

/// A bar as it is drawn.
struct Row {
    name: String,
    is_baseline: bool,
    parts: [f64; 11],
    total: f64,
    half: Option<f64>,
    /// The total in words.
    label: String,
}

/// Where the bars are.
struct Layout {
    plot: Area,
    row: f64,
    x: Linear,
    ticks: Ticks,
}

/// Draws the cost of each variant.
pub fn draw(input: &CostInput) -> Chart {
    Chart::of(&scene(input))
}

pub(super) fn scene(input: &CostInput) -> Scene {
    if input.bars.is_empty() {
        let subtitle = input.study.subtitle("", &[]);
        return frame::nothing(NAME, TITLE, &subtitle, "there are no variants");
    }
    let (rows, remark) = rows(input);
    let mut scene = Scene::new(NAME, TITLE, 0.0);
    let averaging = input.study.averaging();
    let has_intervals = rows.iter().any(|row| row.half.is_some());
    let interval = if has_intervals {
        "±: 95 % interval of the total"
    } else {
        ""
    };
    let baseline = if rows.iter().any(|row| row.is_baseline) && rows.len() > 1 {
        "baseline in bold"
    } else {
        ""
    };
    let y = frame::heading(
        &mut scene,
        &input
            .study
            .subtitle(&averaging, &[interval, baseline, &remark]),
    );
    // What is too thin to be seen anywhere needs no name.
    let longest = rows.iter().map(|row| row.total).fold(0.0, f64::max);
    let is_seen = |part: f64| part > longest * 0.0005;
    let present: Vec<(&str, Color)> = CostCategory::ALL
        .into_iter()
        .zip(0..)
        .filter(|&(_, index): &(_, usize)| rows.iter().any(|row| is_seen(row.parts[index])))
        .map(|(category, _)| category.look())
        .collect();
    let top = frame::legend(&mut scene, &present, MARGIN, y + 5.0) + 6.0;
    let layout = layout(&rows, top);
    axes(&mut scene, &layout);
    for (index, row) in (0_u32..).zip(&rows) {
        bar(
            &mut scene,
            &layout,
            row,
            layout.plot.top + layout.row * (f64::from(index) + 0.5),
        );
    }
    scene.height = layout.plot.bottom + 50.0;
    scene.description = describe(&rows, input.bars.len());
    scene
}

/// The bars to show, and a remark where these are not all.
fn rows(input: &CostInput) -> (Vec<Row>, String) {
    let parts = |bar: &CostBar| bar.usd.map(frame::sound);
    let total = |bar: &CostBar| parts(bar).iter().sum::<f64>();
    let count = input.bars.len();
    let largest = input.bars.iter().map(total).fold(0.0, f64::max);
    let decimals = money_decimals(largest);
    let mut order: Vec<usize> = (0..count).collect();
    let mut remark = String::new();
    if count > MOST {
        order.sort_by(|&a, &b| total(&input.bars[a]).total_cmp(&total(&input.bars[b])));
        order = frame::spread(&order, MOST, input.baseline);
        remark = format!("{MOST} of {count} variants, evenly from the cheapest to the dearest");
        if input.baseline.is_some_and(|baseline| baseline < count) {
            remark += ", with the baseline";
        }
    }
    let rows = order.into_iter().map(|index| {
        let bar = &input.bars[index];
        let (total, half) = (total(bar), frame::sound_half(bar.half_width_usd));
        let label = amount(total, half, decimals);
        let is_baseline = input.baseline == Some(index);
        Row {
            name: bar.name.clone(),
            is_baseline,
            parts: parts(bar),
            total,
            half,
            label,
        }
    });
    (rows.collect(), remark)
}

/// A total and its half-width, which is 0 only if it is printed as 0: a small one gets more decimals, down to cents.
fn amount(total: f64, half: Option<f64>, decimals: usize) -> String {
    let Some(half) = half else {
        return grouped(total, decimals);
    };
    if half <= 0.0 {
        return format!("{} ± 0", grouped(total, decimals));
    }
    let is_seen = |decimals: usize| half * 10_f64.powf(decimals as f64) >= 0.5;
    let most = decimals.max(2);
    match (decimals..=most).find(|&decimals| is_seen(decimals)) {
        Some(decimals) => format!("{} ± {}", grouped(total, decimals), grouped(half, decimals)),
        None => format!(
            "{} ± <{}",
            grouped(total, decimals),
            grouped(0.1_f64.powf(most as f64), most)
        ),
    }
}

fn layout(rows: &[Row], top: f64) -> Layout {
    let widest = rows
        .iter()
        .map(|row| font::width(&font::shorten(&row.name, LABEL, true, 290.0), LABEL, true))
        .fold(30.0, f64::max);
    let labels = rows
        .iter()
        .map(|row| font::width(&row.label, LABEL, false))
        .fold(0.0, f64::max);
    let row = match rows.len() {
        0..=6 => 34.0,
        7..=15 => 26.0,
        _ => 19.0,
    };
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let left = MARGIN + widest + 10.0;
    let plot = Area::new(left, top, WIDTH - MARGIN, top + row * f64::from(count));
    // The label of the longest bar ends at the edge: the axis is as long as that leaves room for.
    let end = |row: &Row| row.total + row.half.unwrap_or(0.0);
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

fn axes(scene: &mut Scene, layout: &Layout) {
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
    frame::across_title(scene, "cost (USD)", middle);
}

fn bar(scene: &mut Scene, layout: &Layout, row: &Row, y: f64) {
    let plot = layout.plot;
    let name = font::shorten(&row.name, LABEL, true, plot.left - MARGIN - 9.0);
    let name = Text::new(&name, (plot.left - 8.0, y), LABEL).bold_if(row.is_baseline);
    scene.text(name.anchored(Anchor::End));
    let half_height = (layout.row * 0.34).min(11.0);
    let mut sum = 0.0;
    for (category, part) in CostCategory::ALL.into_iter().zip(row.parts) {
        let (from, to) = (layout.x.place(sum), layout.x.place(sum + part));
        sum += part;
        scene.rect(
            Area::new(from, y - half_height, to, y + half_height),
            category.look().1,
        );
        // A hair of paper keeps neighbours apart without colour; slivers need all their width.
        if to - from > 3.0 && sum < row.total {
            scene.rect(
                Area::new(to - 0.5, y - half_height, to, y + half_height),
                PAPER,
            );
        }
    }
    let mut end = layout.x.place(row.total);
    if let Some(half) = row.half.filter(|half| *half > 0.0) {
        let low = layout.x.place((row.total - half).max(0.0));
        let high = layout.x.place(row.total + half);
        let stroke = Stroke::solid(INK, 1.0);
        let cap = (half_height * 0.45).round();
        scene.line(&[(low, y), (high, y)], stroke);
        scene.line(&[(low, y - cap), (low, y + cap)], stroke);
        scene.line(&[(high, y - cap), (high, y + cap)], stroke);
        end = high;
    }
    let label = Text::new(&row.label, (end + 7.0, y), LABEL).bold_if(false);
    // Grid lines end where a label begins.
    let under = label.bounds();
    scene.rect(
        Area::new(under.left - 2.0, y - 7.0, under.right + 2.0, y + 7.0),
        PAPER,
    );
    scene.text(label);
}

fn describe(rows: &[Row], count: usize) -> String {
    let what = format!("Bars of mean cost in US dollars, split by category, for {count} variants.");
    let named = rows
        .iter()
        .take(12)
        .map(|row| format!("{}: {} USD.", row.name, row.label));
    let rest = (rows.len() > 12).then(|| "The others are in the summary file.".to_owned());
    std::iter::once(what)
        .chain(named)
        .chain(rest)
        .collect::<Vec<String>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_no_half_width_is_printed_as_zero() {
        for (half, decimals, text) in [
            (Some(11.4), 0, "2,084 ± 11"),
            (Some(0.6), 0, "2,084 ± 1"),
            (Some(0.4), 0, "2,083.7 ± 0.4"),
            (Some(0.02), 0, "2,083.71 ± 0.02"),
            (Some(0.002), 0, "2,084 ± <0.01"),
            (Some(0.002), 4, "2,083.7100 ± 0.0020"),
            (Some(0.0), 0, "2,084 ± 0"),
            (None, 2, "2,083.71"),
        ] {
            assert_eq!(amount(2083.71, half, decimals), text);
        }
    }
}
