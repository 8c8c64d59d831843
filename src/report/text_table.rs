//! Tables of means with half-widths as text: a row per variant and target, in the first layout that fits the terminal.

use super::growth::MARK;
use super::numbers::{Shown, TimeUnit};
use super::plain_table::{PlainColumn, plain_table};
use super::row::Row;
use super::statistic::Statistic;
use crate::stats::Estimate;

/// How a figure is printed.
#[derive(Clone, Copy)]
pub(super) enum Scale {
    Plain,
    Percent,
    Time,
}

/// A column of a table.
#[derive(Clone, Copy)]
pub(super) struct Shows {
    /// Its words stand below each other.
    pub(super) header: &'static str,
    pub(super) statistic: Statistic,
    scale: Scale,
    /// When it is left out.
    unless: Unless,
}

/// When a column is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unless {
    Never,
    /// Where no row has the figure.
    Known,
    /// Where it is 0 in every row.
    Any,
}

pub(super) const fn shows(header: &'static str, statistic: Statistic, scale: Scale) -> Shows {
    Shows {
        header,
        statistic,
        scale,
        unless: Unless::Never,
    }
}

impl Shows {
    /// Left out where it is 0 in every row.
    pub(super) const fn where_any(self) -> Self {
        Self {
            unless: Unless::Any,
            ..self
        }
    }

    /// Left out where no row has it.
    pub(super) const fn where_known(self) -> Self {
        Self {
            unless: Unless::Known,
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

/// The table in the first layout that fits, else in the last. Times are in `unit`. All layouts have the same columns in the
/// same order.
pub(super) fn table(rows: &[Row<'_>], layouts: &[Layout], width: usize, unit: TimeUnit) -> String {
    let columns = layouts.first().map_or(&[][..], |first| first.blocks);
    let columns = columns.concat().concat();
    let statistics: Vec<Statistic> = columns.iter().map(|column| column.statistic).collect();
    let means: Vec<_> = rows.iter().map(|row| row.figures(&statistics)).collect();
    let of_column = |at: usize| -> Vec<Option<Estimate>> {
        let of_rows = means.iter().map(|row| row[at].map(|(mean, _)| mean));
        of_rows.collect()
    };
    let mut text = String::new();
    for layout in layouts {
        let columns = columns.iter().enumerate();
        let mut columns = columns.map(|(at, column)| (column, of_column(at)));
        let blocks = layout.blocks.iter();
        let blocks = blocks.map(|groups| {
            let count = groups.iter().map(|group| group.len()).sum();
            let columns = columns.by_ref().take(count);
            block(rows, columns, layout.between, unit)
        });
        text = blocks.collect::<Vec<String>>().join("\n");
        if text.lines().all(|line| line.chars().count() <= width) {
            break;
        }
    }
    text
}

/// One table of some columns.
fn block<'a>(
    rows: &[Row<'_>],
    columns: impl Iterator<Item = (&'a Shows, Vec<Option<Estimate>>)>,
    between: &str,
    unit: TimeUnit,
) -> String {
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
    let figures =
        columns.filter_map(|(column, means)| figure(rows, (column, means), between, unit));
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

/// A header, with the code of the currency in the place of `USD`.
fn in_currency(rows: &[Row<'_>], header: &str) -> String {
    let currency = rows.first().map(Row::currency).unwrap_or_default();
    header.replace("USD", currency.code())
}

/// Header and cells of a column of figures; `None` where it is left out.
fn figure(
    rows: &[Row<'_>],
    (column, estimates): (&Shows, Vec<Option<Estimate>>),
    between: &str,
    times: TimeUnit,
) -> Option<Vec<String>> {
    let mut means = estimates.iter().flatten().map(|estimate| estimate.mean);
    let is_told = match column.unless {
        Unless::Never => true,
        Unless::Known => means.next().is_some(),
        Unless::Any => means.any(|mean| mean != 0.0),
    };
    if !is_told {
        return None;
    }
    let unit = match column.scale {
        Scale::Plain => "",
        Scale::Percent => "%",
        Scale::Time => times.name,
    };
    let print = |estimate: Estimate| match column.scale {
        Scale::Plain => Shown::of(estimate),
        Scale::Percent => Shown::percent(estimate),
        Scale::Time => Shown::of(times.from_seconds(estimate)),
    };
    let header = format!("{} {unit}", in_currency(rows, column.header))
        .trim_end()
        .replace(' ', "\n");
    let is_time = matches!(column.scale, Scale::Time);
    let cells = rows.iter().zip(estimates).map(|(row, estimate)| {
        let Some(estimate) = estimate else {
            let grows = is_time && row.growing.any();
            return if grows { MARK } else { "" }.to_owned();
        };
        let shown = print(estimate);
        match shown.half_width {
            Some(width) => format!("{}{}{width}", shown.mean, between),
            None => shown.mean,
        }
    });
    Some(std::iter::once(header).chain(cells).collect())
}
