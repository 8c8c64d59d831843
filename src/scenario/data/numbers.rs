//! Reads columns of numbers with weights from the tables that a scenario names.

use super::cells;
use super::table::{BadRows, Table, keep, no_rows};
use crate::error::Problem;

/// Reads a column of numbers at or above 0, and one of weights beside it; each weight is 1 where none is named.
pub(super) fn read_column(
    table: &Table,
    values: &str,
    weights: Option<&str>,
) -> Result<(Vec<f64>, Vec<f64>), Vec<Problem>> {
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
            let value = row.read_number(&value_column, cells::quantity)?;
            let weight = weight_column
                .as_ref()
                .map(|column| row.read_number(column, cells::quantity));
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
        return Err(bad.refuse(table, rows, None));
    }
    if values.is_empty() {
        return Err(vec![no_rows(table)]);
    }
    Ok((values, weights))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn with_table<T>(content: &str, read: impl FnOnce(&Table) -> T) -> T {
        let table = Table::new(Path::new("column.csv"), content.into());
        read(&table.expect("a table"))
    }

    #[test]
    fn columns_of_values_come_with_their_weights() {
        let content = "seconds,share\n60,0.5\n120.5,2\n";
        let read = |values: &str, weights| {
            with_table(content, |table| read_column(table, values, weights))
        };
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
        let european = with_table("s;w\r\n1,5;0,25\r\n2;1\r\n", |table| {
            read_column(table, "s", Some("w"))
        });
        assert_eq!(european, Ok((vec![1.5, 2.0], vec![0.25, 1.0])));
        let bad = with_table("s,w\n1,x\n-2,1\n", |table| {
            read_column(table, "s", Some("w"))
        });
        assert_eq!(bad.expect_err("two bad rows").len(), 2);
        assert!(with_table("s\n", |table| read_column(table, "s", None)).is_err());
    }
}
