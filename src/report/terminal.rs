//! The text on the terminal: one table with a row per variant and target, and below it what it means.

use super::StudyResults;
use super::break_even_text;
use super::commitments;
use super::figures::{self, Value};
use super::numbers::{Shown, TimeUnit};
use super::observation::{Row, rows};
use super::plain_table::{PlainColumn, plain_table};
use super::sentences::{basis, clock, sentences};
use crate::stats::Estimate;

/// The table and the sentences, for a terminal of `width` columns.
pub fn terminal(study: &StudyResults, width: usize) -> String {
    let mut text = table(study, width);
    for block in [
        comparison(study),
        headed("Commitments:\n", commitments::sentences(study)),
        headed("Break-even:\n", break_even_text::sentences(study)),
        monthly(study),
        drained(study),
    ] {
        if !block.is_empty() {
            text.push('\n');
            text.push_str(&block);
        }
    }
    text.push('\n');
    text.push_str(&basis(study));
    text.push('\n');
    text
}

/// How a figure is printed.
#[derive(Clone, Copy)]
enum Scale {
    Plain,
    Percent,
    Time,
    /// A quantile of times, known to about three digits: see [`Shown::of_quantile`].
    Quantile,
}

/// A column of the table.
#[derive(Clone, Copy)]
struct Shows {
    header: &'static str,
    value: Value,
    scale: Scale,
    /// Whether it is left out where it is 0 in every row.
    optional: bool,
}

const fn shows(header: &'static str, value: Value, scale: Scale) -> Shows {
    Shows {
        header,
        value,
        scale,
        optional: false,
    }
}

/// Runs and money.
const MONEY: &[Shows] = &[
    shows("runs", figures::submitted, Scale::Plain),
    shows("completed", figures::completed, Scale::Plain),
    Shows {
        header: "not started",
        value: figures::not_started,
        scale: Scale::Plain,
        optional: true,
    },
    shows("cost USD", figures::cost, Scale::Plain),
    shows("USD per run", figures::cost_per_run, Scale::Plain),
];

/// Waits, all in one unit.
const WAITS: &[Shows] = &[
    shows("mean wait", figures::wait_mean, Scale::Time),
    shows("p50 wait", figures::wait_p50, Scale::Quantile),
    shows("p95 wait", figures::wait_p95, Scale::Quantile),
    shows("p99 wait", figures::wait_p99, Scale::Quantile),
];

/// What the nodes did.
const NODES: &[Shows] = &[
    shows("utili- sation", figures::utilisation, Scale::Percent),
    shows("idle share", figures::idle_share, Scale::Percent),
    shows("node- hours", figures::billed_hours, Scale::Plain),
    shows("peak nodes", figures::peak_nodes, Scale::Plain),
];

/// How a table is laid out.
#[derive(Clone, Copy)]
struct Layout {
    /// What stands between a mean and its half-width.
    between: &'static str,
    /// The tables, one below the other, each with the columns of these groups.
    blocks: &'static [&'static [&'static [Shows]]],
}

/// From the most to the least wide.
const LAYOUTS: [Layout; 4] = [
    Layout {
        between: " ± ",
        blocks: &[&[MONEY, WAITS, NODES]],
    },
    Layout {
        between: "\n± ",
        blocks: &[&[MONEY, WAITS, NODES]],
    },
    Layout {
        between: "\n± ",
        blocks: &[&[MONEY], &[WAITS, NODES]],
    },
    Layout {
        between: "\n± ",
        blocks: &[&[MONEY], &[WAITS], &[NODES]],
    },
];

/// The table in the first layout that fits, else in the last.
fn table(study: &StudyResults, width: usize) -> String {
    let rows: Vec<Row<'_>> = study.variants.iter().flat_map(rows).collect();
    let mut text = String::new();
    for layout in LAYOUTS {
        text = laid_out(&rows, layout);
        if text.lines().all(|line| line.chars().count() <= width) {
            break;
        }
    }
    text
}

fn laid_out(rows: &[Row<'_>], layout: Layout) -> String {
    let unit = wait_unit(rows);
    let tables: Vec<String> = layout
        .blocks
        .iter()
        .map(|groups| block(rows, &groups.concat(), layout.between, unit))
        .collect();
    tables.join("\n")
}

/// One unit for all waits, so that they compare at a glance: the one that suits their geometric mean.
fn wait_unit(rows: &[Row<'_>]) -> TimeUnit {
    let means = rows
        .iter()
        .flat_map(|row| WAITS.iter().filter_map(|wait| row.estimate(wait.value)));
    let logarithms: Vec<f64> = means
        .filter(|estimate| estimate.mean > 0.0)
        .map(|estimate| estimate.mean.ln())
        .collect();
    if logarithms.is_empty() {
        return TimeUnit::suiting(0.0);
    }
    let typical = logarithms.iter().sum::<f64>() / logarithms.len() as f64;
    TimeUnit::suiting(typical.exp())
}

/// One table of some columns.
fn block(rows: &[Row<'_>], columns: &[Shows], between: &str, waits: TimeUnit) -> String {
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
        .filter_map(|column| figure(rows, column, between, waits));
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
fn figure(rows: &[Row<'_>], column: &Shows, between: &str, waits: TimeUnit) -> Option<Vec<String>> {
    let estimates: Vec<Option<Estimate>> =
        rows.iter().map(|row| row.estimate(column.value)).collect();
    let mut means = estimates.iter().flatten().map(|estimate| estimate.mean);
    if column.optional && means.all(|mean| mean == 0.0) {
        return None;
    }
    let (unit, factor) = match column.scale {
        Scale::Plain => ("", 1.0),
        Scale::Percent => ("%", 100.0),
        Scale::Time | Scale::Quantile => (waits.name, 1.0 / f64::from(waits.seconds)),
    };
    let print = match column.scale {
        Scale::Quantile => Shown::of_quantile,
        _ => Shown::of,
    };
    let header = format!("{} {unit}", column.header)
        .trim_end()
        .replace(' ', "\n");
    let cells = estimates.into_iter().map(|estimate| {
        estimate.map_or_else(String::new, |estimate| {
            let shown = print(estimate.scaled(factor));
            match shown.half_width {
                Some(width) => format!("{}{}{width}", shown.mean, between),
                None => shown.mean,
            }
        })
    });
    Some(std::iter::once(header).chain(cells).collect())
}

/// Lines under a heading; nothing of no lines.
fn headed(heading: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.into_iter().map(|line| format!("  {line}\n"));
    std::iter::once(heading.to_owned()).chain(lines).collect()
}

/// Each variant against the baseline.
fn comparison(study: &StudyResults) -> String {
    let lines = sentences(study).into_iter().map(|line| line + "\n");
    lines.collect()
}

/// Cost per month of each variant.
fn monthly(study: &StudyResults) -> String {
    let same = study
        .variants
        .windows(2)
        .all(|pair| pair[0].window == pair[1].window);
    let lines = amounts(study, figures::cost_per_month, |_| true);
    let Some(baseline) = study.baseline().filter(|_| !lines.is_empty()) else {
        return String::new();
    };
    let from = if same {
        format!(
            "{} after the warm-up",
            baseline.window.length().to_friendly()
        )
    } else {
        let clocks = study
            .variants
            .iter()
            .map(|variant| format!("{}: {}", variant.name, clock(variant)));
        clocks.collect::<Vec<_>>().join("; ")
    };
    format!("Cost per month (730 h a month, extrapolated from {from}):\n{lines}")
}

/// Cost after the horizon of the variants that have some.
fn drained(study: &StudyResults) -> String {
    let lines = amounts(study, figures::cost_drain, |mean| mean > 0.0);
    if lines.is_empty() {
        return String::new();
    }
    format!("Part of the cost above that falls after the horizon, while work drained:\n{lines}")
}

/// A line for each variant with an amount in dollars.
fn amounts(study: &StudyResults, value: Value, shown: impl Fn(f64) -> bool) -> String {
    let names = study
        .variants
        .iter()
        .map(|variant| variant.name.chars().count());
    let width = names.max().unwrap_or(0);
    let lines = study.variants.iter().filter_map(|variant| {
        let amount = Row::of_all(variant).estimate(value)?;
        let text = Shown::of(amount).with_unit("USD");
        shown(amount.mean).then(|| format!("  {:width$}  {text}\n", variant.name))
    });
    lines.collect()
}
