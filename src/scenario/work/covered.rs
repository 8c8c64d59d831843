//! What logs cover: up to when a study goes whose horizon is not given. Rule: docs/semantics.md, section 7.

use super::arrivals::friendly;
use crate::calendar::Calendar;
use crate::scenario::data::trace::RawRow;
use crate::units::{SimTime, TICKS_PER_HOUR};

const DAY: u64 = 24 * TICKS_PER_HOUR;
const WEEK: u64 = 7 * DAY;
/// Logs of fewer days are not taken for a week.
const MOST_OF_A_WEEK: u64 = 4 * DAY;

/// Up to when logs go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Covered {
    /// The end of the local day of the last row.
    Day(SimTime),
    /// The end of a week of 7 x 24 h that the log fills, or whose remaining days are as empty as a week earlier.
    Week(SimTime),
}

/// What the rows of all logs cover.
pub(super) fn by(logs: &[&[RawRow]], calendar: &Calendar) -> Covered {
    let last = logs.iter().filter_map(|rows| rows.last());
    let last = last.map(|row| row.at).max().unwrap_or(SimTime::ZERO);
    // Beyond the years of the calendar there are no days.
    let day = calendar.end_of_day(last).unwrap_or(SimTime(last.0 + 1));
    let begun = day.0 / WEEK * WEEK;
    if is_whole_weeks(day) || day.0 < WEEK {
        return Covered::Day(day);
    }
    if last.0 < begun {
        return Covered::Week(SimTime(begun));
    }
    // A week before the days that lack.
    let (from, until) = (day.0 - WEEK, begun);
    let is_empty = |rows: &&[RawRow]| {
        let first = rows.partition_point(|row| row.at.0 < from);
        rows.get(first).is_none_or(|row| row.at.0 >= until)
    };
    if logs.iter().all(is_empty) {
        Covered::Week(SimTime(begun + WEEK))
    } else {
        Covered::Day(day)
    }
}

/// Whether a time is whole weeks, but for a clock change.
fn is_whole_weeks(time: SimTime) -> bool {
    let rest = time.0 % WEEK;
    time.0 > TICKS_PER_HOUR && rest.min(WEEK - rest) <= TICKS_PER_HOUR
}

impl Covered {
    /// The horizon.
    pub(super) fn end(self) -> SimTime {
        let (Self::Day(end) | Self::Week(end)) = self;
        end
    }

    /// Says where the study ends, and what to write where this is not whole weeks.
    pub(super) fn note(self, calendar: &Calendar) -> String {
        let end = self.end();
        let (what, why) = match self {
            Self::Week(_) => (
                "the end of the week of the last row",
                ", as nothing comes on the days after it a week earlier",
            ),
            Self::Day(_) => ("the end of the local day of the last row", ""),
        };
        let note = format!(
            "no `horizon` is given: it is {what}, {} ({} after the start){why}",
            calendar.local(end).strftime("%Y-%m-%d %H:%M"),
            friendly(end)
        );
        let weeks = end.0 / WEEK;
        if is_whole_weeks(end) || end.0 <= MOST_OF_A_WEEK {
            return note;
        }
        let next = format!("`horizon = \"{}d\"`", (weeks + 1) * 7);
        let more = if weeks == 0 {
            format!(
                ". That is less than a week, also for commitments: write {next} if nothing comes on the other days of the week"
            )
        } else {
            format!(
                ". That is not whole weeks, so some days of the week count more often than others, also for commitments: write \
                 `horizon = \"{}d\"` to leave out what is later, or {next} if nothing comes on the days after the log",
                weeks * 7
            )
        };
        format!("{note}{more}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;
    use crate::workload::labels::Label;
    use jiff::civil::date;

    const HOUR: u64 = TICKS_PER_HOUR;

    /// What rows at these hours cover from Monday 08:00 on.
    fn covered(hours: &[u64]) -> Covered {
        let row = |hour: &u64| RawRow {
            at: SimTime(hour * HOUR),
            duration: SimDuration(1),
            nodes: None,
            priority: None,
            estimate: None,
            environment: None,
            label: Label::default(),
            line: 1,
        };
        let rows: Vec<RawRow> = hours.iter().map(row).collect();
        let monday = date(2024, 1, 1).at(8, 0, 0, 0);
        by(&[&rows], &Calendar::new(monday, "UTC").expect("a zone"))
    }

    /// Two office weeks get their weekend; days that may have had work are not made up.
    #[test]
    fn a_log_of_more_than_a_week_ends_with_a_week_if_the_days_that_lack_are_empty_a_week_earlier() {
        let office: Vec<u64> = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
            .map(|day| day * 24 + 2)
            .to_vec();
        assert_eq!(covered(&office), Covered::Week(SimTime(14 * DAY)));
        // Five days: no earlier weekend to go by.
        assert_eq!(
            covered(&office[..5]),
            Covered::Day(SimTime(4 * DAY + 16 * HOUR))
        );
        // A row on the first Saturday; and one on the first Friday after the last midnight's time of the week.
        let with = |hour: u64| {
            let mut hours = office.clone();
            hours.push(hour);
            hours.sort_unstable();
            covered(&hours)
        };
        let friday = Covered::Day(SimTime(11 * DAY + 16 * HOUR));
        assert_eq!(with(5 * 24 + 3), friday);
        assert_eq!(with(4 * 24 + 16), friday);
        assert_eq!(with(4 * 24 + 15), Covered::Week(SimTime(14 * DAY)));
        // All is within seven days, of which the last midnight is later.
        assert_eq!(covered(&[0, 100, 167]), Covered::Week(SimTime(7 * DAY)));
        assert_eq!(
            covered(&[0, 100, 168]),
            Covered::Day(SimTime(7 * DAY + 16 * HOUR))
        );
    }
}
