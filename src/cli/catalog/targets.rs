//! What the kinds of compute target take: the two tables of the service's documentation.

use serde_json::{Map, Value, json};

use super::args::Format;
use crate::catalog::{Capabilities, CapabilityRow, Cell, deployment_targets, training_targets};
use crate::cli::screen::Screen;
use crate::error::Error;
use crate::report::plain_table::{PlainColumn, plain_table_within};
use crate::report::wrapping::wrapped;

/// Prints both tables.
pub(super) fn show(format: Format) -> Result<(), Error> {
    let tables = [
        ("training", training_targets()),
        ("deployment", deployment_targets()),
    ];
    match format {
        Format::Table => {
            let width = Screen::limit().unwrap_or(usize::MAX);
            let texts: Vec<String> = tables
                .iter()
                .map(|(name, table)| text(name, table, width))
                .collect();
            Screen::print(&texts.join("\n"))
        }
        Format::Csv => {
            let lines: Vec<String> = tables
                .iter()
                .map(|(name, table)| csv(name, table))
                .collect();
            Screen::print(&format!(
                "purpose,target,name,takes,answer,source\n{}",
                lines.concat()
            ))
        }
        Format::Json => {
            let tables = tables.iter().map(|(name, table)| {
                let rows: Vec<Value> = table.rows.iter().map(|row| of_row(table, row)).collect();
                ((*name).to_owned(), Value::Array(rows))
            });
            let whole = Value::Object(tables.collect::<Map<_, _>>());
            Screen::print(&format!("{whole:#}\n"))
        }
    }
}

/// The cells of a column, below its header.
fn column(
    header: &str,
    table: &Capabilities,
    cell: impl Fn(&CapabilityRow) -> String,
) -> PlainColumn {
    let header = std::iter::once(header.to_owned());
    PlainColumn {
        cells: header.chain(table.rows.iter().map(cell)).collect(),
        right: false,
    }
}

fn text(name: &str, table: &Capabilities, width: usize) -> String {
    let mut columns = vec![column(&format!("{name} target"), table, |row| {
        row.target.clone()
    })];
    for what in table.columns {
        columns.push(column(&what.replace('_', "\n"), table, |row| {
            let narrow = match table.cell(row, what) {
                Cell::Unknown => "?",
                known => known.word(),
            };
            narrow.to_owned()
        }));
    }
    columns.push(column("remarks", table, |row| row.note.clone()));
    let mut sources: Vec<&str> = Vec::new();
    for row in &table.rows {
        if !sources.contains(&row.source.as_str()) {
            sources.push(&row.source);
        }
    }
    let sources = format!("`?`: no source says it; sources: {}\n", sources.join("; "));
    let sources = wrapped(&sources, width);
    format!("{}{sources}", plain_table_within(columns, width))
}

fn csv(name: &str, table: &Capabilities) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut lines = String::new();
    for row in &table.rows {
        for what in table.columns {
            let cells = [
                name,
                &row.target,
                &row.name,
                what,
                table.cell(row, what).word(),
                &quoted(&row.source),
            ];
            lines.push_str(&cells.join(","));
            lines.push('\n');
        }
    }
    lines
}

fn of_row(table: &Capabilities, row: &CapabilityRow) -> Value {
    let takes = table.columns.iter();
    let takes = takes.map(|what| ((*what).to_owned(), json!(table.cell(row, what).word())));
    json!({
        "target": row.target,
        "name": row.name,
        "takes": takes.collect::<Map<_, _>>(),
        "source": row.source,
        "note": row.note,
    })
}
