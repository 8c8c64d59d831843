//! `results.xlsx`: the answer and the tables of a study as one workbook, for those who go on in a spreadsheet.
//!
//! The tables are those of the CSV files, cell by cell; the answer and its table are those of the page. The same study gives the
//! same bytes.

use rust_xlsxwriter::{
    Chart, ChartErrorBars, ChartErrorBarsType, ChartRange, ChartType, DocProperties, ExcelDateTime,
    Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::answer::Answer;
use super::frame::{Table, TableCell};
use super::sentences::basis;
use super::{ReportFile, StudyResults, bill_csv, comparison_csv, summary_csv};

/// Name of the file.
pub const NAME: &str = "results.xlsx";

/// Sheets that hold a CSV file, with their names.
const SHEETS: [(&str, &ReportFile); 3] = [
    ("Summary", &summary_csv::FILE),
    ("Comparison", &comparison_csv::FILE),
    ("Bill", &bill_csv::FILE),
];

/// Rows that a sheet has at most, its heading among them.
const MOST_ROWS: u32 = 1_048_576;
/// Columns that get as wide as their texts, in characters at most.
const WIDEST: f64 = 42.0;
/// A day for the properties of the file: that of the study is in the manifest, and bytes do not depend on it.
const DAY: (u16, u8, u8) = (2000, 1, 1);

/// The workbook of a study. An error of the crate that writes it where a sheet would have too many rows.
pub fn workbook(study: &StudyResults) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (year, month, day) = DAY;
    let created = ExcelDateTime::from_ymd(year, month, day)?;
    let properties = DocProperties::new()
        .set_title(&study.scenario)
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    answer_sheet(study, workbook.add_worksheet())?;
    for (name, file) in SHEETS {
        csv_sheet(&file.bytes(study), workbook.add_worksheet().set_name(name)?)?;
    }
    workbook.save_to_buffer()
}

fn heading() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
}

/// The answer, the table of the variants and a chart of what they cost.
fn answer_sheet(study: &StudyResults, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Answer")?;
    sheet.set_column_width(0, 30)?;
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_with_format(0, 0, &study.scenario, &title)?;
    let answer = Answer::of(study);
    let mut row = 2;
    for line in answer.sentences().iter().chain(&answer.expectations()) {
        sheet.write(row, 0, line)?;
        row += 1;
    }
    row += 1;
    let table = Table::of(study, &answer);
    let first = row + 1;
    let bold = heading();
    sheet.write_with_format(row, 0, "variant", &bold)?;
    sheet.write_with_format(row, 1, "goal", &bold)?;
    let mut column = 2;
    for heading in &table.headings {
        let name = format!("{} {}", heading.name, heading.unit);
        sheet.write_with_format(row, column, name.trim(), &bold)?;
        sheet.write_with_format(row, column + 1, "±", &bold)?;
        column += 2;
    }
    for line in &table.lines {
        row += 1;
        sheet.write(row, 0, &line.name)?;
        sheet.write(row, 1, line.verdict)?;
        for (column, cell) in (2_u16..).step_by(2).zip(&line.cells) {
            write_cell(sheet, (row, column), cell)?;
        }
    }
    if !table.remark.is_empty() {
        sheet.write(row + 1, 0, &table.remark)?;
    }
    sheet.write(row + 3, 0, basis(study))?;
    if !table.lines.is_empty() {
        let chart = chart(&table, first, row);
        sheet.insert_chart(row + 5, 0, &chart)?;
    }
    Ok(())
}

/// A mean and its half-width in two cells, with the digits that they have on the page.
fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &TableCell,
) -> Result<(), XlsxError> {
    if let Some(mean) = cell.mean_in_unit {
        let format = Format::new().set_num_format(number_format(&cell.mean));
        sheet.write_with_format(row, column, mean, &format)?;
    }
    if let Some(half) = cell.half_in_unit {
        let format = Format::new().set_num_format(number_format(&cell.half_width));
        sheet.write_with_format(row, column + 1, half, &format)?;
    }
    Ok(())
}

/// The number format with as many decimals as a printed number has.
fn number_format(printed: &str) -> String {
    let decimals = printed.split_once('.').map_or(0, |(_, after)| after.len());
    match decimals {
        0 => "#,##0".to_owned(),
        many => format!("#,##0.{}", "0".repeat(many)),
    }
}

/// Bars of the first column, which is a cost, with their intervals.
fn chart(table: &Table, first: u32, last: u32) -> Chart {
    let mut chart = Chart::new(ChartType::Bar);
    let range = |column| ChartRange::new_from_range("Answer", first, column, last, column);
    let half = range(3);
    let mut bars = ChartErrorBars::new();
    bars.set_type(ChartErrorBarsType::Custom(half.clone(), half));
    let heading = &table.headings[0];
    let title = format!("{} ({})", heading.name, heading.unit);
    chart
        .add_series()
        .set_categories(&range(0))
        .set_values(&range(2))
        .set_name(&title)
        .set_x_error_bars(&bars);
    chart.title().set_name(&title);
    chart.legend().set_hidden();
    chart.y_axis().set_reverse();
    chart
}

/// A CSV file as a sheet: numbers as numbers, the heading frozen, filters on its columns.
fn csv_sheet(csv: &[u8], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv);
    let bold = heading();
    let (mut last_row, mut last_column) = (0, 0);
    let records = reader.records().flatten();
    for (row, record) in (0..MOST_ROWS).zip(records) {
        for (column, field) in (0_u16..).zip(&record) {
            if row == 0 {
                sheet.write_with_format(row, column, field, &bold)?;
            } else if let Ok(number) = field.parse::<f64>() {
                sheet.write(row, column, number)?;
            } else if !field.is_empty() {
                sheet.write(row, column, field)?;
            }
            last_column = last_column.max(column);
        }
        last_row = row;
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofilter(0, 0, last_row, last_column)?;
    sheet.set_column_width(0, WIDEST / 2.0)?;
    Ok(())
}
