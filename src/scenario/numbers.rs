//! Reads columns of numbers with weights from the data files that a scenario names.

use std::path::Path;

use super::cells;
use super::table::{self, BadRows, keep, no_rows};
use crate::error::Problem;

/// Reads a column of numbers at or above 0, and one of weights beside it; each weight is 1 where none is named.
pub(super) fn read_column(
    path: &Path,
    values: &str,
    weights: Option<&str>,
) -> Result<(Vec<f64>, Vec<f64>), Vec<Problem>> {
    let table = table::open(path).map_err(|problem| vec![*problem])?;
    let mut problems = Vec::new();
    let value_column = keep(table.column(values), &mut problems);
    let weight_column = weights.and_then(|name| keep(table.column(name), &mut problems));
    let Some(value_column) = value_column.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let mut bad = BadRows::default();
    let (mut values, mut weights) = (Vec::new(), Vec::new());
    let whole = table.each_row(|row| {
        let pair = row.and_then(|row| {
            let value = row.read(&value_column, cells::quantity)?;
            let weight = weight_column
                .as_ref()
                .map(|column| row.read(column, cells::quantity));
            Ok((value, weight.transpose()?.unwrap_or(1.0)))
        });
        match pair {
            Ok((value, weight)) => {
                values.push(value);
                weights.push(weight);
            }
            Err(problem) => bad.add(*problem),
        }
    });
    let rows = whole.map_err(|problem| vec![*problem])?;
    if bad.count > 0 {
        return Err(bad.refuse(&table, rows, None));
    }
    if values.is_empty() {
        return Err(vec![no_rows(&table)]);
    }
    Ok((values, weights))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file<T>(content: &str, read: impl FnOnce(&Path) -> T) -> T {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("column.csv");
        std::fs::write(&path, content).expect("a temporary file");
        read(&path)
    }

    #[test]
    fn columns_of_values_come_with_their_weights() {
        let content = "seconds,share\n60,0.5\n120.5,2\n";
        let read =
            |values: &str, weights| with_file(content, |path| read_column(path, values, weights));
        assert_eq!(
            read("seconds", Some("share")),
            Ok((vec![60.0, 120.5], vec![0.5, 2.0]))
        );
        assert_eq!(
            read("seconds", None),
            Ok((vec![60.0, 120.5], vec![1.0, 1.0]))
        );
        assert_eq!(
            read("second", Some("shares")).expect_err("neither").len(),
            2
        );
        let bad = with_file("s,w\n1,x\n-2,1\n", |path| read_column(path, "s", Some("w")));
        assert_eq!(bad.expect_err("two bad rows").len(), 2);
        assert!(with_file("s\n", |path| read_column(path, "s", None)).is_err());
    }
}
