//! Results of what was simulated, as they are written and printed.

use autoscale_simulator::printable::is_formula;
use autoscale_simulator::report::pictures::PICTURES;
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::report::warnings::warnings;
use autoscale_simulator::report::{FILES, FOCUS, StudyResults};

use crate::visible;

/// Charts take longer than all else: they are drawn of one case in so many.
const DRAWN: u64 = 200;

/// Makes every file and text of a study, and reads its cells.
pub(crate) fn judge(study: &StudyResults, number: u64) -> Result<(), String> {
    for file in FILES.iter().chain([FOCUS]) {
        cells(&file.bytes(study)).map_err(|wrong| format!("{}: {wrong}", file.name))?;
    }
    for width in [20, 100] {
        if terminal(study, width).is_empty() {
            return Err(format!("nothing is said in {width} columns"));
        }
    }
    let _ = warnings(study);
    if number.is_multiple_of(DRAWN) {
        for chart in PICTURES.iter().filter_map(|picture| (picture.draw)(study)) {
            visible(&chart.svg)?;
        }
    }
    Ok(())
}

/// Whether a table can be read, hides nothing, and holds no formula.
fn cells(bytes: &[u8]) -> Result<(), String> {
    let mut reader = csv::Reader::from_reader(bytes);
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        for cell in &record {
            visible(cell)?;
            if is_formula(cell) && cell.parse::<f64>().is_err() {
                return Err(format!("{cell:?} is a formula"));
            }
        }
    }
    Ok(())
}
