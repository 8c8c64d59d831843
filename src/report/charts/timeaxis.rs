//! Axes of simulated time: days and hours since the start, or local weekdays and times where the start is known.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::font;

/// A place in time and its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimeTick {
    /// Seconds since the start.
    pub(super) at: f64,
    pub(super) label: String,
    /// Whether a day starts here.
    pub(super) is_midnight: bool,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const STEPS: [i64; 25] = [
    1,
    5,
    15,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    56 * DAY,
    91 * DAY,
    182 * DAY,
    364 * DAY,
    3640 * DAY,
    36_400 * DAY,
    364_000 * DAY,
];

/// A start as `2017-11-20T09:00:00`, with or without a zone, which is dropped: labels are local times.
pub(super) fn parse_start(text: &str) -> Option<DateTime> {
    let local = text.trim().trim_end_matches('Z');
    local.parse().ok()
}

/// Ticks over `[0, end]` seconds, as dense as labels of this size allow in `room`.
#[allow(
    clippy::cast_possible_truncation,
    reason = "an end beyond i64 seconds is cut"
)]
pub(super) fn ticks(end: f64, start: Option<DateTime>, room: f64, size: f64) -> Vec<TimeTick> {
    let end = if end.is_finite() {
        end.clamp(1.0, 1e11) as i64
    } else {
        1
    };
    // Ticks fall on midnights and whole hours of the local clock.
    let past_midnight = start.map_or(0, |start| {
        i64::from(start.hour()) * HOUR
            + i64::from(start.minute()) * MINUTE
            + i64::from(start.second())
    });
    let mut best = Vec::new();
    for step in STEPS.into_iter().filter(|step| end / step <= 200) {
        let first = (past_midnight + step - 1) / step * step - past_midnight;
        let places = (first..=end).step_by(usize::try_from(step).unwrap_or(usize::MAX));
        best = places
            .map(|at| tick(at, step, start, past_midnight))
            .collect();
        let widest = best
            .iter()
            .map(|t: &TimeTick| font::width(&t.label, size, false));
        let needed = widest.fold(0.0, f64::max) + size * 1.6;
        #[allow(clippy::cast_precision_loss, reason = "seconds are well below 2^53")]
        if needed * end as f64 / step as f64 <= room {
            break;
        }
    }
    best
}

#[allow(clippy::cast_precision_loss, reason = "seconds are well below 2^53")]
fn tick(at: i64, step: i64, start: Option<DateTime>, past_midnight: i64) -> TimeTick {
    let is_midnight = (at + past_midnight) % DAY == 0;
    let local = start.and_then(|start| start.checked_add(SignedDuration::from_secs(at)).ok());
    let label = match local {
        Some(local) if step < MINUTE => local.strftime("%H:%M:%S").to_string(),
        Some(local) if step < DAY => local.strftime("%a %H:%M").to_string(),
        Some(local) if step == DAY || step == 2 * DAY => local.strftime("%a %-d %b").to_string(),
        Some(local) if step < 182 * DAY => local.strftime("%-d %b").to_string(),
        Some(local) => local.strftime("%b %Y").to_string(),
        None => since_start(at, step),
    };
    TimeTick {
        at: at as f64,
        label,
        is_midnight,
    }
}

/// `0`, `45 min`, `6 h`, `1 d 6 h`.
fn since_start(at: i64, step: i64) -> String {
    let parts = [
        (at / DAY, "d"),
        (at % DAY / HOUR, "h"),
        (at % HOUR / MINUTE, "min"),
        (at % MINUTE, "s"),
    ];
    let shown: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}"))
        .collect();
    if at == 0 {
        let unit = if step < MINUTE {
            "s"
        } else if step < HOUR {
            "min"
        } else if step < DAY {
            "h"
        } else {
            "d"
        };
        return format!("0 {unit}");
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(end: f64, start: Option<&str>) -> Vec<String> {
        let start = start.and_then(parse_start);
        ticks(end, start, 660.0, 11.0)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn a_day_from_midnight() {
        assert_eq!(
            labels(86_400.0, Some("2024-01-01T00:00:00[Europe/Berlin]")),
            [
                "Mon 00:00",
                "Mon 03:00",
                "Mon 06:00",
                "Mon 09:00",
                "Mon 12:00",
                "Mon 15:00",
                "Mon 18:00",
                "Mon 21:00",
                "Tue 00:00"
            ]
        );
    }

    #[test]
    fn ticks_fall_on_whole_local_hours() {
        let shown = labels(6.0 * 3600.0, Some("2024-01-01T08:20:00Z"));
        assert_eq!(shown[0], "Mon 09:00");
    }

    #[test]
    fn a_week_shows_its_days() {
        let shown = labels(7.0 * 86_400.0, Some("2017-11-20T00:00:00"));
        assert_eq!(shown[0], "Mon 20 Nov");
        assert_eq!(shown.len(), 8);
    }

    #[test]
    fn without_a_start_hours_and_days_count_from_it() {
        assert_eq!(labels(86_400.0, None)[..3], ["0 h", "2 h", "4 h"]);
        assert_eq!(
            labels(3.0 * 86_400.0, None)[..4],
            ["0 h", "12 h", "1 d", "1 d 12 h"]
        );
        assert_eq!(labels(2700.0, None)[..3], ["0 min", "5 min", "10 min"]);
    }

    #[test]
    fn strange_spans_have_ticks_that_fit() {
        for end in [0.0, 1.0, 59.0, 1e6, 1e8, 1e11, f64::NAN, f64::INFINITY] {
            for start in [None, Some("2024-01-01T08:20:00"), Some("nonsense")] {
                let shown = labels(end, start);
                assert!(
                    !shown.is_empty() && shown.len() < 30,
                    "{end} {start:?} {}",
                    shown.len()
                );
            }
        }
    }
}
