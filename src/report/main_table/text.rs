//! A table as text: a line for each variant in as many columns as fit, means and half-widths below each other.

use super::columns::{Column, Scale, Unless};
use super::rows::Shown;
use crate::report::StudyResults;
use crate::report::growth::MARK;
use crate::report::numbers::{Shown as Number, TimeUnit, decimals_of_column};
use crate::report::plain_table::{PlainColumn, plain_table};
use crate::report::row::Row;
use crate::report::terminal_units::{unit_of_latencies, unit_of_waits};
use crate::report::wrapping::{columns as width_of, name_lines};
use crate::stats::Estimate;

/// Blanks between columns.
const GAP: usize = 2;
/// Fifths of a line that names may take, and columns that they may at least and at most.
const NAMES: (usize, usize, usize) = (2, 10, 40);
/// Stands for a figure that a line does not have.
const NONE: &str = "–";
/// Follows an amount of a variant whose queue grows.
const UNDONE: &str = " †";

/// The lines of a table with their names.
pub(in crate::report) struct Lines<'a> {
    rows: Vec<Row<'a>>,
    names: Vec<String>,
    /// What the names are.
    heading: String,
    units: (TimeUnit, TimeUnit),
}

impl<'a> Lines<'a> {
    /// Those of the variants that are shown; the baseline is marked where it is not alone.
    pub(in crate::report) fn of(shown: &Shown<'a>, study: &StudyResults) -> Self {
        let baseline = study.baseline().filter(|_| study.variants.len() > 1);
        let baseline = baseline.map(|of| of.name.as_str());
        let (mut rows, mut names) = (Vec::new(), Vec::new());
        for (of_variant, short) in shown.told_rows().zip(&shown.names) {
            for (position, row) in of_variant.into_iter().enumerate() {
                names.push(match position {
                    0 if Some(row.variant) == baseline => format!("{short} *"),
                    0 => short.clone(),
                    _ => format!("  {}", row.target),
                });
                rows.push(row);
            }
        }
        Self {
            rows,
            names,
            heading: shown.heading.clone(),
            units: (unit_of_waits(study), unit_of_latencies(study)),
        }
    }

    /// The figures of the lines, of one column after the other.
    pub(in crate::report) fn figures(&self, columns: &[Column]) -> Vec<Vec<Option<Estimate>>> {
        let statistics: Vec<_> = columns.iter().map(|of| of.figure.statistic).collect();
        let of_rows = self.rows.iter().map(|row| row.figures(&statistics));
        let of_rows: Vec<_> = of_rows.collect();
        let of_column = |at: usize| {
            let cells = of_rows.iter().map(|row| row[at].map(|(mean, _)| mean));
            cells.collect()
        };
        (0..columns.len()).map(of_column).collect()
    }

    /// Whether a column has something to say.
    pub(in crate::report) fn tells(&self, column: &Column, cells: &[Option<Estimate>]) -> bool {
        let mut means = cells.iter().flatten().map(|estimate| estimate.mean);
        match column.unless {
            Unless::Never => true,
            Unless::Known => means.next().is_some() || self.has_marks(column),
            Unless::Any => means.any(|mean| mean != 0.0),
            Unless::Whole => means.any(|mean| mean < 1.0),
            Unless::Differs(other) => {
                let others = self.rows.iter().map(|row| row.figure(other));
                let mut pairs = cells.iter().zip(others);
                pairs.any(|(one, other)| one.map(|of| of.mean) != other.map(|of| of.mean))
            }
        }
    }

    /// Whether a column of times has no mean since a queue grows.
    fn has_marks(&self, column: &Column) -> bool {
        self.rows.iter().any(|row| is_marked(row, column))
    }

    /// What the mark of amounts means; `None` where no amount has it.
    pub(super) fn undone(&self, columns: &[Column]) -> Option<String> {
        let has_money = columns.iter().any(|column| {
            self.rows.iter().any(|row| is_undone(row, column))
                && self.tells(column, &self.figures(std::slice::from_ref(column))[0])
        });
        has_money.then(|| {
            format!(
                "{} more work comes than is done, so this is not the price of all that work.",
                UNDONE.trim()
            )
        })
    }

    /// The unit below a heading, and the text of each cell as mean and half-width.
    fn printed(
        &self,
        column: &Column,
        cells: &[Option<Estimate>],
    ) -> (String, Vec<(String, String)>) {
        let times = || {
            let means = cells.iter().flatten().map(|estimate| estimate.mean);
            TimeUnit::suiting_all(means)
        };
        let currency = self.rows.first().map(Row::currency).unwrap_or_default();
        let (unit, time) = match column.scale {
            Scale::Plain => (String::new(), None),
            Scale::Money(per) => (format!("{}{per}", currency.code()), None),
            Scale::Percent => ("%".to_owned(), None),
            Scale::Unit(unit) => (unit.to_owned(), None),
            Scale::Wait => (self.units.0.name.to_owned(), Some(self.units.0)),
            Scale::Latency => (self.units.1.name.to_owned(), Some(self.units.1)),
            Scale::Time => (times().name.to_owned(), Some(times())),
        };
        let decimals = decimals_of_column(cells.iter().flatten().copied());
        let text = |(row, cell): (&Row<'_>, &Option<Estimate>)| {
            let Some(estimate) = *cell else {
                let mark = if is_marked(row, column) { MARK } else { NONE };
                return (mark.to_owned(), String::new());
            };
            let number = match (column.scale, time) {
                (Scale::Percent, _) => Number::percent(estimate),
                (Scale::Money(_), _) => Number::in_column(estimate, decimals),
                (_, Some(unit)) => Number::of(unit.from_seconds(estimate)),
                _ => Number::of(estimate),
            };
            let width = number.half_width;
            let mut width = width.map_or_else(String::new, |width| format!(" ± {width}"));
            if is_undone(row, column) {
                width.push_str(UNDONE);
            }
            (number.mean, width)
        };
        (unit, self.rows.iter().zip(cells).map(text).collect())
    }

    /// The text of all cells, a line after the other with the headings first, of the columns that have something to say.
    pub(super) fn cells(&self, columns: &[Column]) -> Vec<Vec<String>> {
        let heads = std::iter::once(self.heading.clone()).chain(self.names.iter().cloned());
        let mut lines: Vec<Vec<String>> = heads.map(|name| vec![name]).collect();
        for (column, cells) in columns.iter().zip(self.figures(columns)) {
            if !self.tells(column, &cells) {
                continue;
            }
            let (unit, cells) = self.printed(column, &cells);
            let heading = column.heading.replace('\n', " ");
            lines[0].push(format!("{heading} {unit}"));
            for (line, (mean, half_width)) in lines.iter_mut().skip(1).zip(cells) {
                line.push(mean + &half_width);
            }
        }
        lines
    }

    /// Heading and cells of a column, all cells equally wide.
    fn aligned(&self, column: &Column, cells: &[Option<Estimate>]) -> Printed {
        let (unit, cells) = self.printed(column, cells);
        Printed::aligned(&format!("{}\n{unit}", column.heading), &cells)
    }
}

/// Whether a time has no mean since a queue grows.
fn is_marked(row: &Row<'_>, column: &Column) -> bool {
    let is_time = match column.scale {
        Scale::Wait => row.takes_runs(),
        Scale::Latency => row.serves(),
        _ => false,
    };
    is_time && row.growing.any()
}

/// Whether an amount is paid for a part of the work alone, since a queue grows.
fn is_undone(row: &Row<'_>, column: &Column) -> bool {
    matches!(column.scale, Scale::Money(_)) && row.growing.any()
}

/// A column as text.
#[derive(Clone)]
pub(in crate::report) struct Printed {
    width: usize,
    cells: Vec<String>,
}

impl Printed {
    /// A column of figures: its heading, and means with half-widths, equally wide.
    pub(in crate::report) fn aligned(heading: &str, cells: &[(String, String)]) -> Self {
        let widest = |of: fn(&(String, String)) -> &String| {
            let widths = cells.iter().map(|cell| width_of(of(cell)));
            widths.max().unwrap_or(0)
        };
        let (left, right) = (widest(|cell| &cell.0), widest(|cell| &cell.1));
        let heading = heading.trim_end().to_owned();
        let of_heading = heading.lines().map(width_of).max().unwrap_or(0);
        let cells = cells.iter().map(|(mean, half_width)| {
            let before = left - width_of(mean);
            let after = right - width_of(half_width);
            format!(
                "{}{mean}{half_width}{}",
                " ".repeat(before),
                " ".repeat(after)
            )
        });
        Self {
            width: of_heading.max(left + right),
            cells: std::iter::once(heading).chain(cells).collect(),
        }
    }

    /// The column of names below their heading, of a table that is so wide.
    fn names<'n>(all: impl Iterator<Item = &'n String>, width: usize) -> Self {
        let (fifths, least, most) = NAMES;
        let most = (width * fifths / 5).clamp(least, most);
        let cells: Vec<String> = all.map(|name| name_lines(name, most).join("\n")).collect();
        let lines = cells.iter().flat_map(|cell| cell.lines());
        Self {
            width: lines.map(width_of).max().unwrap_or(0),
            cells,
        }
    }
}

/// A table of columns with their ranks, within `width` columns: those of the highest ranks are left out where they do not fit.
/// The first name is the heading.
pub(in crate::report) fn fitted_columns(
    names: &[String],
    columns: &[(u8, Printed)],
    width: usize,
) -> String {
    let names = Printed::names(names.iter(), width);
    drawn(&names, best(columns, names.width, width))
}

/// The table within `width` columns. Usual columns are left out where they do not fit, those of the highest rank first; those
/// that were asked for go to another table below.
pub(in crate::report) fn fitted(
    lines: &Lines<'_>,
    columns: &[Column],
    width: usize,
    usual: bool,
) -> String {
    let names = std::iter::once(&lines.heading).chain(&lines.names);
    let names = Printed::names(names, width);
    let figures = lines.figures(columns);
    let told = columns.iter().zip(&figures);
    let told = told.filter(|(column, cells)| lines.tells(column, cells));
    let printed: Vec<(u8, Printed)> = told
        .map(|(column, cells)| (column.rank, lines.aligned(column, cells)))
        .collect();
    let blocks = if usual {
        vec![best(&printed, names.width, width)]
    } else {
        in_blocks(printed.into_iter().map(|(_, of)| of), names.width, width)
    };
    let texts = blocks.into_iter().map(|block| drawn(&names, block));
    texts.collect::<Vec<String>>().join("\n")
}

/// Of the columns those of the lowest ranks that fit, at least one.
fn best(printed: &[(u8, Printed)], names: usize, width: usize) -> Vec<Printed> {
    let mut by_rank: Vec<usize> = (0..printed.len()).collect();
    by_rank.sort_by_key(|at| printed[*at].0);
    let (mut chosen, mut taken) = (Vec::new(), names);
    for at in by_rank {
        let wider = taken + GAP + printed[at].1.width;
        if wider <= width || chosen.is_empty() {
            chosen.push(at);
            taken = wider;
        }
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|at| printed[at].1.clone()).collect()
}

/// All columns, in as many tables as it takes.
fn in_blocks(
    printed: impl Iterator<Item = Printed>,
    names: usize,
    width: usize,
) -> Vec<Vec<Printed>> {
    let (mut blocks, mut taken) = (vec![Vec::new()], names);
    for column in printed {
        let block = blocks.last_mut().expect("there is always one");
        if !block.is_empty() && taken + GAP + column.width > width {
            taken = names + GAP + column.width;
            blocks.push(vec![column]);
        } else {
            taken += GAP + column.width;
            block.push(column);
        }
    }
    blocks
}

/// Names and columns as text.
fn drawn(names: &Printed, columns: Vec<Printed>) -> String {
    let names = PlainColumn {
        cells: names.cells.clone(),
        right: false,
    };
    let columns = columns.into_iter().map(|column| PlainColumn {
        cells: column.cells,
        right: true,
    });
    let all: Vec<PlainColumn> = std::iter::once(names).chain(columns).collect();
    plain_table(&all)
}
