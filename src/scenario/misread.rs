//! Remarks on what may mean something else than it says: dates that contradict each other, clock changes between times,
//! and points that may separate thousands.

use jiff::civil::DateTime;

use super::clock::Arriving;
use super::tree::{Node, Table, Value, dotted};
use crate::calendar::Calendar;
use crate::units::{SimTime, TICKS_PER_HOUR};

const WEEK_HOURS: i64 = 7 * 24;
/// Bytes of a unit such as ` min` or `/month` at most.
const LONGEST_UNIT: usize = 16;

/// A `start` that is not that of a trace, whose rows it moves: a warning if weekday or time of day change, else a note.
#[derive(Default)]
pub(super) struct Moved {
    pub(super) warnings: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// What a given `start` does to traces that say on what day they were.
pub(super) fn moved(works: &[Arriving<'_>], start: Option<DateTime>) -> Moved {
    let mut moved = Moved::default();
    let Some(start) = start else {
        return moved;
    };
    for work in works {
        let trace = work.draft.as_ref().ok().and_then(|draft| draft.trace());
        let Some(own) = trace
            .and_then(|trace| trace.start)
            .filter(|own| *own != start)
        else {
            continue;
        };
        let said = format!(
            "{} `{}`: its trace begins on {}, but `start` is {}: its rows are moved there; leave `start` out to keep their \
             dates, or say with `origin` what of the trace is `t = 0`",
            work.section,
            work.name,
            said(own),
            said(start)
        );
        let hours = start.duration_since(own).as_hours();
        let is_whole = start.duration_since(own).as_micros() % i128::from(TICKS_PER_HOUR) == 0;
        if is_whole && hours % WEEK_HOURS == 0 {
            moved.notes.push(said);
        } else {
            moved.warnings.push(said);
        }
    }
    moved
}

fn said(at: DateTime) -> String {
    at.strftime("%a %Y-%m-%d %H:%M:%S").to_string()
}

/// Work at fixed times since the start that a clock change moves to another time of day.
pub(super) fn shifted(
    works: &[Arriving<'_>],
    calendar: &Calendar,
    horizon: SimTime,
) -> Vec<String> {
    let of = |work: &Arriving<'_>| {
        let times = work.draft.as_ref().ok()?.fixed_times(horizon);
        let (at, without, with) = times.into_iter().find_map(|at| {
            let without = calendar.local_at_zero(at)?;
            let with = calendar.local(at);
            (without != with).then_some((at, without, with))
        })?;
        let after = at.since(SimTime::ZERO).to_friendly();
        Some(format!(
            "{} `{}`: what comes {after} after the start comes on {}, not at {}: the clocks have changed, and times since the \
             start are elapsed time",
            work.section,
            work.name,
            said(with),
            without.strftime("%H:%M:%S")
        ))
    };
    works.iter().filter_map(of).collect()
}

/// Texts such as `1.800s` and `1.200/h` below a table, in which a point may separate thousands.
pub(super) fn three_decimals(table: &Table) -> Vec<String> {
    let mut remarks = Vec::new();
    for entry in &table.entries {
        if !matches!(&*entry.key, "name" | "description") {
            walk(&entry.node, &mut vec![entry.key.to_string()], &mut remarks);
        }
    }
    remarks
}

/// The same of one value under a key.
pub(super) fn three_decimals_at(path: &[String], node: &Node) -> Vec<String> {
    let mut remarks = Vec::new();
    walk(node, &mut path.to_vec(), &mut remarks);
    remarks
}

fn walk(node: &Node, path: &mut Vec<String>, remarks: &mut Vec<String>) {
    match &node.value {
        Value::Text(text) => remarks.extend(thousands(text).map(|(less, more)| {
            format!(
                "`{}`: `{text}` is read as `{less}`: write `{more}` if the point separates thousands, or `{less}` if not",
                dotted(path)
            )
        })),
        Value::Array(items) => {
            for item in items {
                walk(item, path, remarks);
            }
        }
        Value::Table(table) => {
            for entry in &table.entries {
                path.push(entry.key.to_string());
                walk(&entry.node, path, remarks);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The two things that a number with its unit may mean if exactly three digits follow its point.
fn thousands(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let (whole, rest) = text.split_once('.')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, unit) = rest.split_at(digits);
    let is_group = (1..=3).contains(&whole.len())
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && !whole.starts_with('0');
    let is_unit = unit.len() <= LONGEST_UNIT
        && unit.starts_with(|c: char| c == '/' || c == ' ' || c.is_ascii_alphabetic())
        // Prices have three decimals and more in every list.
        && !unit.contains("USD")
        && !unit.contains(|c: char| c.is_ascii_digit());
    if !is_group || digits != 3 || !is_unit {
        return None;
    }
    let decimals = match fraction.trim_end_matches('0') {
        "" => String::new(),
        short if short.len() < 3 => format!(".{short}"),
        all => format!(".{all}0"),
    };
    Some((
        format!("{whole}{decimals}{unit}"),
        format!("{whole}{fraction}{unit}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_after_a_point_may_be_thousands() {
        let found = |text: &str| thousands(text);
        let both = |less: &str, more: &str| Some((less.to_owned(), more.to_owned()));
        assert_eq!(found("1.800s"), both("1.8s", "1800s"));
        assert_eq!(found("1.200/h"), both("1.2/h", "1200/h"));
        assert_eq!(found("12.000 s"), both("12 s", "12000 s"));
        assert_eq!(found("1.125h"), both("1.1250h", "1125h"));
        for fine in [
            "1.8s",
            "4.486 USD/h",
            "1.1250h",
            "0.125s",
            "1800.125s",
            "1h1.500s",
            "a.123",
            "1.800",
            "v1.800",
        ] {
            assert_eq!(found(fine), None, "{fine}");
        }
    }
}
