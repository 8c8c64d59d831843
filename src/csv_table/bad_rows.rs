//! Rows that cannot be used: how many, why, and the first of them.

use super::Table;
use crate::error::{Place, Problem};

/// Bad rows that are shown one by one.
const SHOWN: usize = 20;
/// Reasons that are counted by themselves.
const REASONS: usize = 12;
/// Characters of a reason at most: the names of columns are texts of others.
const LONGEST_REASON: usize = 200;
/// Of a file with as many rows or more, all of which are bad, one message tells.
const ALL: u64 = 3;

/// Rows that cannot be used: how many, why, and the first of them.
#[derive(Default)]
pub struct BadRows {
    /// How many.
    pub count: u64,
    /// What is wrong with the first of them.
    pub shown: Vec<Problem>,
    /// How many for each reason, in the order of their first row.
    pub reasons: Vec<(String, u64)>,
}

impl BadRows {
    /// Adds a bad row.
    pub fn add(&mut self, problem: Problem) {
        self.count += 1;
        self.count_reason(reason(&problem), 1);
        if self.shown.len() < SHOWN {
            self.shown.push(problem);
        }
    }

    /// Adds the bad rows that another pass over the file found.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        for (reason, rows) in other.reasons {
            self.count_reason(reason, rows);
        }
        self.shown.extend(other.shown);
        self.shown
            .sort_by_key(|problem| problem.place.line_column());
        self.shown.truncate(SHOWN);
    }

    fn count_reason(&mut self, reason: String, rows: u64) {
        let mut known = self.reasons.iter_mut();
        if let Some((_, count)) = known.find(|(known, _)| *known == reason) {
            *count += rows;
        } else if self.reasons.len() < REASONS {
            self.reasons.push((reason, rows));
        } else if let Some((last, count)) = self.reasons.last_mut() {
            OTHER.clone_into(last);
            *count += rows;
        }
    }

    /// The problems to show of a table with that many rows; what is not shown is counted in a last one, which also
    /// carries the help. Of a table whose rows are all bad, one problem says so.
    pub fn refuse(mut self, table: &Table, rows: u64, help: Option<&str>) -> Vec<Problem> {
        if self.count >= ALL.max(rows) {
            return self.all_bad();
        }
        let more = self.count - self.shown.len() as u64;
        let help = help.map(str::to_owned);
        if more > 0 {
            let rows = if more == 1 { "row is" } else { "rows are" };
            self.shown
                .push(table.problem(format!("{more} more {rows} bad"), help));
        } else if let (Some(last), Some(help)) = (self.shown.last_mut(), help) {
            last.help = Some(match last.help.take() {
                Some(own) => format!("{own}; {help}"),
                None => help,
            });
        }
        self.shown
    }

    /// One problem at the first row, with the reasons of all.
    fn all_bad(self) -> Vec<Problem> {
        let count = self.count;
        let reasons = self.reasons;
        let first = self.shown.into_iter().next();
        let all = first.map(|first| {
            let why = match &reasons[..] {
                [_] => String::new(),
                several => {
                    let each = several
                        .iter()
                        .map(|(reason, rows)| format!("{rows}: {reason}"));
                    format!("by reason: {}; ", each.collect::<Vec<_>>().join(", "))
                }
            };
            let own = first
                .help
                .map_or_else(String::new, |help| format!("{help}; "));
            Problem {
                message: format!("all {count} rows are bad; the first: {}", first.message),
                help: Some(format!(
                    "{why}{own}check that the right columns are named, and what they hold"
                )),
                ..first
            }
        });
        all.into_iter().collect()
    }
}

/// The reason under which others are counted once there are many.
const OTHER: &str = "other reasons";

/// Why a row is bad, without what its cell holds, so that rows can be counted by it.
fn reason(problem: &Problem) -> String {
    let message = problem.message.as_str();
    let said = match message
        .strip_prefix('`')
        .and_then(|text| text.split_once("` "))
    {
        Some((_, said)) => said,
        None => message.strip_prefix("it ").unwrap_or(message),
    };
    let said = said.split_once(": ").map_or(said, |(said, _)| said);
    let column = match &problem.place {
        Place::Row(row) => row.column.as_ref(),
        _ => None,
    };
    let whole = column.map_or_else(|| said.to_owned(), |column| format!("`{column}` {said}"));
    whole.chars().take(LONGEST_REASON).collect()
}
