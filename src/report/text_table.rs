//! Tables of means with half-widths as text: a row per variant and target, in the first layout that fits the terminal.

use super::figures::Value;
use super::growth::MARK;
use super::numbers::{Shown, TimeUnit};
use super::observation::Row;
use super::plain_table::{PlainColumn, plain_table};
use crate::stats::Estimate;

/// How a figure is printed.
#[derive(Clone, Copy)]
pub(super) enum Scale {
    Plain,
    Percent,
    Time,
    /// A quantile of times, known to about three digits: see [`Shown::of_quantile`].
    Quantile,
}

/// A column of a table.
#[derive(Clone, Copy)]
pub(super) struct Shows {
    /// Its words stand below each other.
    pub(super) header: &'static str,
    pub(super) value: Value,
    scale: Scale,
    /// Whether it is left out where it is 0 in every row.
    optional: bool,
}

pub(super) const fn shows(header: &'static str, value: Value, scale: Scale) -> Shows {
    Shows {
        header,
        value,
        scale,
        optional: false,
    }
}

impl Shows {
    /// Left out where it is 0 in every row.
    pub(super) const fn where_any(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }
}

/// How a table is laid out.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    /// What stands between a mean and its half-width.
    pub(super) between: &'static str,
    /// The tables, one below the other, each with the columns of these groups.
    pub(super) blocks: &'static [&'static [&'static [Shows]]],
}

/// Half-widths beside their means.
pub(super) const BESIDE: &str = " ± ";
/// Half-widths below their means.
pub(super) const BELOW: &str = "\n± ";

/// The table in the first layout that fits, else in the last. Times are in `unit`.
pub(super) fn table(rows: &[Row<'_>], layouts: &[Layout], width: usize, unit: TimeUnit) -> String {
    let mut text = String::new();
    for layout in layouts {
        let blocks = layout.blocks.iter();
        let blocks = blocks.map(|groups| block(rows, &groups.concat(), layout.between, unit));
        text = blocks.collect::<Vec<String>>().join("\n");
        if text.lines().all(|line| line.chars().count() <= width) {
            break;
        }
    }
    text
}

/// One table of some columns.
fn block(rows: &[Row<'_>], columns: &[Shows], between: &str, unit: TimeUnit) -> String {
    let labels = if between.contains('\n') {
        vec![label(rows, "variant\n  target", |row| {
            format!("{}\n  {}", row.variant, row.target)
        })]
    } else {
        vec![
            label(rows, "variant", |row| row.variant.to_owned()),
            label(rows, "target", |row| row.target.to_owned()),
        ]
    };
    let left = labels.len();
    let figures = columns
        .iter()
        .filter_map(|column| figure(rows, column, between, unit));
    let cells = labels.into_iter().chain(figures).enumerate();
    let columns = cells.map(|(position, cells)| PlainColumn {
        cells,
        right: position >= left,
    });
    plain_table(&columns.collect::<Vec<_>>())
}

/// Header and cells of a column of names.
fn label(rows: &[Row<'_>], header: &str, name: impl Fn(&Row<'_>) -> String) -> Vec<String> {
    let names = rows.iter().map(name);
    std::iter::once(header.to_owned()).chain(names).collect()
}

/// Header and cells of a column of figures; `None` where it is left out.
fn figure(rows: &[Row<'_>], column: &Shows, between: &str, times: TimeUnit) -> Option<Vec<String>> {
    let estimates: Vec<Option<Estimate>> =
        rows.iter().map(|row| row.estimate(column.value)).collect();
    let mut means = estimates.iter().flatten().map(|estimate| estimate.mean);
    if column.optional && means.all(|mean| mean == 0.0) {
        return None;
    }
    let (unit, factor) = match column.scale {
        Scale::Plain => ("", 1.0),
        Scale::Percent => ("%", 100.0),
        Scale::Time | Scale::Quantile => (times.name, 1.0 / times.seconds),
    };
    let print = match column.scale {
        Scale::Quantile => Shown::of_quantile,
        _ => Shown::of,
    };
    let header = format!("{} {unit}", column.header)
        .trim_end()
        .replace(' ', "\n");
    let is_time = matches!(column.scale, Scale::Time | Scale::Quantile);
    let cells = rows.iter().zip(estimates).map(|(row, estimate)| {
        let Some(estimate) = estimate else {
            let grows = is_time && row.growing.any();
            return if grows { MARK } else { "" }.to_owned();
        };
        let shown = print(estimate.scaled(factor));
        match shown.half_width {
            Some(width) => format!("{}{}{width}", shown.mean, between),
            None => shown.mean,
        }
    });
    Some(std::iter::once(header).chain(cells).collect())
}
