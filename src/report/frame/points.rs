//! The page of a command that simulates many points of one scenario: its answer, its tables and its charts.

use askama::Template;

use super::{About, Frame, Table, all_marked, marked};
use crate::printable;
use crate::report::charts::Chart;
use crate::report::plain_table::PlainColumn;

/// What such a page tells.
pub(in crate::report) struct Points {
    /// The scenario, and what is told of it.
    pub(in crate::report) title: String,
    /// The latter, beside the title in the title of the window.
    pub(in crate::report) subject: &'static str,
    /// The answer in sentences.
    pub(in crate::report) answer: Vec<String>,
    /// What the figures are of, in parts.
    pub(in crate::report) basis: Vec<String>,
    /// What it took; may be empty.
    pub(in crate::report) effort: String,
    /// Tables with their headings.
    pub(in crate::report) tables: Vec<(String, Vec<PlainColumn>)>,
    /// A row for each point, where that is told.
    pub(in crate::report) table: Table,
    /// The file to read first.
    pub(in crate::report) first_file: &'static str,
}

/// A cell: what it says, and what stands behind that in a lighter color.
struct Cell {
    text: String,
    unit: String,
    right: bool,
}

/// A table with its heading.
struct Part {
    heading: String,
    header: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Template)]
#[template(path = "points.html")]
struct Page<'a> {
    frame: Frame<'a>,
    tables: Vec<Part>,
    table: Table,
}

/// The page with its charts.
pub(in crate::report) fn points_page(of: Points, charts: &[Chart], about: &About) -> String {
    let mut basis = of.basis;
    basis.extend(about.basis());
    let page = Page {
        frame: Frame {
            subject: of.subject,
            answer: all_marked(&of.answer),
            basis: basis.join(" · "),
            effort: marked(&of.effort),
            first_file: of.first_file,
            ..Frame::new(&of.title, charts, about)
        },
        tables: of.tables.into_iter().map(part).collect(),
        table: of.table,
    };
    page.render().expect("a page takes every text")
}

fn part((heading, columns): (String, Vec<PlainColumn>)) -> Part {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let row = |row: usize| columns.iter().map(move |column| cell(column, row));
    Part {
        heading: printable::line(&heading.replace('`', "")).into_owned(),
        header: columns.iter().map(header).collect(),
        rows: (1..rows).map(|line| row(line).collect()).collect(),
    }
}

/// The name of a column, and its unit, which is on its last line.
fn header(column: &PlainColumn) -> Cell {
    let lines = column.cells.first().map_or("", String::as_str).lines();
    let mut lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let unit = if lines.len() > 1 { lines.pop() } else { None };
    Cell {
        text: printable::line(&lines.join(" ")).into_owned(),
        unit: printable::line(unit.unwrap_or_default()).into_owned(),
        right: column.right,
    }
}

/// A cell, of figures with the half-width apart.
fn cell(column: &PlainColumn, row: usize) -> Cell {
    let text = column.cells.get(row).map_or("", String::as_str);
    let (text, half) = match text.split_once(" ± ") {
        Some((mean, half)) if column.right => (mean, format!("± {half}")),
        _ => (text, String::new()),
    };
    // What is set off below a line stays set off.
    let text = match text.strip_prefix("  ") {
        Some(name) => format!("\u{2003}{}", printable::line(name)),
        None => printable::line(text).into_owned(),
    };
    Cell {
        text,
        unit: half,
        right: column.right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_users_are_text_and_never_markup() {
        let column = |cells: [&str; 2], right| PlainColumn {
            cells: cells.map(str::to_owned).to_vec(),
            right,
        };
        let of = Points {
            title: "<b>scenario</b>".to_owned(),
            subject: "the best point",
            answer: vec!["`<i>` is best.".to_owned()],
            basis: vec!["<u>2</u> points".to_owned()],
            effort: "<s>much</s>".to_owned(),
            tables: vec![(
                "<em>each</em>".to_owned(),
                vec![
                    column(["<img>", "  <script>alert(1)"], false),
                    column(["cost\nUSD", "3 ± 1"], true),
                ],
            )],
            table: Table::default(),
            first_file: "search.csv",
        };
        let page = points_page(of, &[], &About::default());
        for markup in ["<b>", "<i>", "<u>", "<s>", "<em>", "<img>", "<script>alert"] {
            assert!(!page.contains(markup), "{markup}");
        }
        // Headers have units, figures half-widths, and what is set off stays so.
        assert!(
            page.contains("cost <span class=\"unit\">USD</span>"),
            "{page}"
        );
        assert!(page.contains("3 <span class=\"half\">± 1</span>"), "{page}");
        assert!(page.contains(">\u{2003}&#60;script"), "{page}");
    }
}
