//! Long times as a week: what the levels of a panel are in each hour of it on average, and at most; and one of its days.

use super::axis::Linear;
use super::columns::Column;
use super::frame;
use super::levels::{NodesPanel, STATES};
use super::peak::Part;
use super::timeaxis::{self, LocalClock};

/// Hours of a week.
const HOURS: usize = 168;
const HOUR: f64 = 3600.0;
/// Seconds of a week: the width of the chart.
pub(super) const WEEK: f64 = 604_800.0;

/// What is known of one hour of the week.
#[derive(Clone, Copy, Default)]
struct Hour {
    seconds: f64,
    tops: [f64; STATES],
    waiting: f64,
    highest: [f64; 2],
}

/// A column for each hour of the week, over the measured time.
pub(super) fn of(
    panel: &NodesPanel,
    clock: Option<&LocalClock>,
    measured: (f64, f64),
    x: Linear,
) -> Vec<Column> {
    let hours = hours(panel, clock, measured);
    (0_u32..).zip(&hours).map(|hour| column(hour, x)).collect()
}

/// The same of one day: means of its hours, at their places in the week.
pub(super) fn of_day(
    panel: &NodesPanel,
    clock: Option<&LocalClock>,
    day: Part,
    x: Linear,
) -> Vec<Column> {
    let hours = hours(panel, clock, (day.from, day.to));
    let hours = (0_u32..).zip(&hours).filter(|(_, hour)| hour.seconds > 0.0);
    hours.map(|hour| column(hour, x)).collect()
}

/// Where a day is in the week, in seconds since its Monday or since the start.
#[allow(
    clippy::cast_possible_truncation,
    reason = "times are well below 2^53 seconds"
)]
pub(super) fn place_of_day(day: Part, clock: Option<&LocalClock>) -> Part {
    let hour = u32::try_from(hour_of(day.from as i64, clock)).expect("an hour of a week");
    let from = f64::from(hour / 24) * 24.0 * HOUR;
    Part {
        from,
        to: from + 24.0 * HOUR,
        ..day
    }
}

fn column((position, hour): (u32, &Hour), x: Linear) -> Column {
    let seconds = hour.seconds.max(1e-9);
    Column {
        left: x.place(f64::from(position) * HOUR),
        tops: hour.tops.map(|sum| sum / seconds),
        waiting: hour.waiting / seconds,
        highest: Some(hour.highest),
    }
}

/// The hours of the week from one instant to another.
#[allow(
    clippy::cast_possible_truncation,
    reason = "times are well below 2^53 seconds"
)]
fn hours(
    panel: &NodesPanel,
    clock: Option<&LocalClock>,
    (begin, end): (f64, f64),
) -> [Hour; HOURS] {
    let mut hours = [Hour::default(); HOURS];
    for (level, until) in panel.spans() {
        let (mut from, to) = (level.at_s.max(begin), until.min(end));
        let tops = level.tops();
        while from < to {
            let next = (timeaxis::rounded_down(from as i64, 3600, clock) + 3600) as f64;
            let hour = &mut hours[hour_of(from as i64, clock)];
            let piece = next.min(to) - from;
            hour.seconds += piece;
            for (sum, top) in hour.tops.iter_mut().zip(tops) {
                *sum += top * piece;
            }
            let waiting = frame::sound(level.waiting);
            hour.waiting += waiting * piece;
            let [most, longest] = hour.highest;
            hour.highest = [most.max(tops[STATES - 1]), longest.max(waiting)];
            from = next;
        }
    }
    hours
}

/// The hour of the week on the clock, or since the start.
fn hour_of(at: i64, clock: Option<&LocalClock>) -> usize {
    let hour = clock.and_then(|clock| clock.hour_of_week(at));
    let since_start = || usize::try_from(at / 3600).unwrap_or(0);
    hour.unwrap_or_else(since_start) % HOURS
}

#[cfg(test)]
mod tests {
    use super::super::levels::Levels;
    use super::*;

    #[test]
    fn hours_of_weeks_are_averaged_and_keep_their_highest() {
        let clock = LocalClock::starting("2024-01-03T00:00:00[Europe/Berlin]");
        let x = Linear {
            values: (0.0, WEEK),
            places: (0.0, 168.0),
        };
        // A Wednesday from midnight on: 4 nodes for half an hour in the second week, 2 from 01:00 to 02:00 in both.
        let level = |at_h: f64, occupied| Levels {
            at_s: at_h * HOUR,
            occupied,
            ..Levels::default()
        };
        let second = 168.0;
        let panel = NodesPanel {
            levels: vec![
                level(0.0, 0.0),
                level(1.0, 2.0),
                level(2.0, 0.0),
                level(second, 4.0),
                level(second + 0.5, 0.0),
                level(second + 1.0, 2.0),
                level(second + 2.0, 0.0),
            ],
            end_s: 2.0 * WEEK,
            ..NodesPanel::default()
        };
        let columns = of(&panel, clock.as_ref(), (0.0, 2.0 * WEEK), x);
        let hour = |position: usize| {
            (
                columns[position].tops[STATES - 1],
                columns[position].highest,
            )
        };
        // The day of the 4 nodes is the second Wednesday; a day has 24 hours at their places in the week.
        let wednesday = Part {
            from: second * HOUR,
            to: (second + 24.0) * HOUR,
            length: "24 hours",
        };
        let day = of_day(&panel, clock.as_ref(), wednesday, x);
        let levels: Vec<(f64, f64)> = day
            .iter()
            .take(2)
            .map(|hour| (hour.left, hour.tops[STATES - 1]))
            .collect();
        assert_eq!((day.len(), levels), (24, vec![(48.0, 2.0), (49.0, 2.0)]));
        let place = place_of_day(wednesday, clock.as_ref());
        assert_eq!((place.from, place.to), (48.0 * HOUR, 72.0 * HOUR));
        assert_eq!(columns.len(), 168);
        assert_eq!(hour(48), (1.0, Some([4.0, 0.0])));
        assert_eq!(hour(49), (2.0, Some([2.0, 0.0])));
        assert_eq!(hour(0), (0.0, Some([0.0, 0.0])));
        // The first week left out as a warm-up.
        let columns = of(&panel, clock.as_ref(), (WEEK, 2.0 * WEEK), x);
        assert!((columns[48].tops[STATES - 1] - 2.0).abs() < 1e-9);
    }
}
