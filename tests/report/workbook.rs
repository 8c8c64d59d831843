//! The workbook: what its sheets hold, and that its bytes depend on the study alone.

use std::io::{Cursor, Read as _};

use autoscale_simulator::report::workbook::workbook;
use zip::ZipArchive;

use super::made::two_variants;

/// A part of a workbook as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut parts = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is an archive");
    let mut text = String::new();
    let mut part = parts.by_name(name).expect("a part");
    part.read_to_string(&mut text).expect("parts are text");
    text
}

#[test]
fn its_sheets_hold_the_answer_and_the_tables_as_numbers() {
    let study = two_variants();
    let bytes = workbook(&study).expect("a workbook");
    assert_eq!(
        bytes,
        workbook(&study).expect("a workbook"),
        "the same study"
    );
    let book = part(&bytes, "xl/workbook.xml");
    for sheet in ["Answer", "Summary", "Comparison", "Bill"] {
        assert!(book.contains(&format!("name=\"{sheet}\"")), "{sheet}");
    }
    let texts = part(&bytes, "xl/sharedStrings.xml");
    for text in ["Pareto-optimal in cost", "always-on", "cost_usd_ci95"] {
        assert!(texts.contains(text), "{text}");
    }
    // The cost of the cluster, 50 USD, is a number, and the chart is there.
    let answer = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(answer.contains("<v>50</v>"), "{answer}");
    assert!(part(&bytes, "xl/charts/chart1.xml").contains("errBars"));
    let summary = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(summary.contains("state=\"frozen\"") && summary.contains("<autoFilter"));
}
