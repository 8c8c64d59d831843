//! Which part of the time is worth a chart of nodes of its own: a round length around the busiest moment of the
//! baseline, in which changes are few enough to be seen one by one.

use super::frame;
use super::levels::NodesPanel;
use super::nodes_input::NodesInput;
use super::timeaxis::{self, LocalClock};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// Lengths in seconds and in words, and the step of the clock at which such a part may begin.
const LENGTHS: [(i64, &str, i64); 7] = [
    (28 * DAY, "28 days", DAY),
    (7 * DAY, "7 days", DAY),
    (DAY, "24 hours", 6 * HOUR),
    (6 * HOUR, "6 hours", HOUR),
    (HOUR, "1 hour", HOUR / 4),
    (600, "10 minutes", 60),
    (60, "1 minute", 15),
];
/// More changes than this are not seen one by one.
const LEGIBLE: usize = 700;
/// More means than this leave room for finer ones, if there were any: a shorter part shows each of them wider.
const MEANS: usize = 350;

/// A part of the time in seconds since the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) from: f64,
    pub(super) to: f64,
    /// Its length in words.
    pub(super) length: &'static str,
}

impl Part {
    /// The panel within this part.
    pub(super) fn of(self, panel: &NodesPanel) -> NodesPanel {
        let Self { from, to, .. } = self;
        let levels = panel
            .spans()
            .filter(|(level, end)| level.at_s < to && *end > from);
        NodesPanel {
            levels: levels.map(|(level, _)| *level).collect(),
            end_s: panel.end_s.min(to),
            ..panel.clone_without_levels()
        }
    }
}

/// The part around the busiest moment; `None` where the whole time can be read as it is.
pub(super) fn around_peak(input: &NodesInput, clock: Option<&LocalClock>) -> Option<Part> {
    let panels = || input.panels.iter();
    if input.is_long() {
        return Some(day_of_peak(
            busiest(input, whole_days(input, clock))?,
            clock,
        ));
    }
    if panels().all(|panel| panel.levels.len() <= LEGIBLE) {
        return None;
    }
    let end = panels()
        .map(|panel| panel.end_s)
        .filter(|end| end.is_finite());
    let end = end.fold(0.0, f64::max);
    let peak = busiest(input, (input.warmup_s, input.horizon_s))?;
    let mut parts = LENGTHS
        .into_iter()
        .filter(|(length, ..)| (3 * length) as f64 <= end - input.warmup_s)
        .map(|(length, words, step)| placed(peak, end, (length, words, step), clock));
    let mut shortest = None;
    parts
        .find(|part| {
            shortest = Some(*part);
            panels().all(|panel| is_legible(panel, *part))
        })
        .or(shortest)
}

/// The day of the clock that holds the peak.
#[allow(
    clippy::cast_possible_truncation,
    reason = "times are well below 2^53 seconds"
)]
fn day_of_peak(peak: f64, clock: Option<&LocalClock>) -> Part {
    let from = timeaxis::rounded_down(peak as i64, DAY, clock).max(0) as f64;
    Part {
        from,
        to: from + DAY as f64,
        length: "24 hours",
    }
}

/// From the first to the last midnight of the measured time, which is longer than two days.
#[allow(
    clippy::cast_possible_truncation,
    reason = "times are well below 2^53 seconds"
)]
fn whole_days(input: &NodesInput, clock: Option<&LocalClock>) -> (f64, f64) {
    let midnight = |at: i64| timeaxis::rounded_down(at, DAY, clock) as f64;
    (
        midnight(input.warmup_s.ceil() as i64 + DAY - 1),
        midnight(input.horizon_s as i64),
    )
}

/// When most nodes are occupied and most runs wait in the measured time: in the baseline, if there is one. After
/// the horizon a queue only drains: that is no peak of what arrives.
fn busiest(input: &NodesInput, (from, to): (f64, f64)) -> Option<f64> {
    let panels = match input.peak_of.as_slice() {
        [] => &input.panels,
        others => others,
    };
    let is_asked = |panel: &&NodesPanel| input.baseline.is_none_or(|it| it == panel.variant);
    let panels: Vec<&NodesPanel> = panels.iter().filter(is_asked).collect();
    let mut best = None;
    for (level, end) in panels.iter().flat_map(|panel| panel.spans()) {
        let at = level.at_s.max(from);
        let load = frame::sound(level.occupied) + frame::sound(level.waiting);
        if at < end.min(to) && best.is_none_or(|(_, most)| load > most) {
            best = Some((at, load));
        }
    }
    best.map(|(at, _)| at)
}

/// A part with the peak a quarter to a half from its beginning: what follows a peak tells more than what led to it.
#[allow(
    clippy::cast_possible_truncation,
    reason = "times are well below 2^53 seconds"
)]
fn placed(
    peak: f64,
    end: f64,
    (length, words, step): (i64, &'static str, i64),
    clock: Option<&LocalClock>,
) -> Part {
    let from = timeaxis::rounded_down(peak as i64 - length / 4, step, clock) as f64;
    let length = length as f64;
    let from = from.min(end - length).max(0.0);
    Part {
        from,
        to: from + length,
        length: words,
    }
}

fn is_legible(panel: &NodesPanel, part: Part) -> bool {
    let within = |at: f64| at >= part.from && at < part.to;
    let count = panel
        .levels
        .iter()
        .filter(|level| within(level.at_s))
        .count();
    count <= panel.averaged_s.map_or(LEGIBLE, |_| MEANS)
}

#[cfg(test)]
mod tests {
    use super::super::levels::Levels;
    use super::*;

    /// Days of 100 changes, of which one day's tenth hour is the busiest.
    fn study(days: u32, busy_day: u32) -> NodesInput {
        let levels = (0..days * 100).map(|i| {
            let is_peak = i / 100 == busy_day && i % 100 == 42;
            Levels {
                at_s: f64::from(i) * 864.0,
                occupied: f64::from(i % 2) + if is_peak { 9.0 } else { 0.0 },
                ..Levels::default()
            }
        });
        let panel = NodesPanel {
            levels: levels.collect(),
            end_s: f64::from(days) * 86_400.0,
            ..NodesPanel::default()
        };
        NodesInput {
            panels: vec![panel],
            warmup_s: 86_400.0,
            horizon_s: 8.0 * 86_400.0,
            ..NodesInput::default()
        }
    }

    fn found(input: &NodesInput) -> Option<(f64, f64)> {
        let part = around_peak(input, None)?;
        Some((part.from / 86_400.0, part.to / 86_400.0))
    }

    #[test]
    fn a_time_that_can_be_read_has_no_such_part() {
        assert_eq!(found(&study(6, 3)), None);
        assert_eq!(found(&NodesInput::default()), None);
    }

    #[test]
    fn the_longest_legible_part_holds_the_peak_and_what_follows() {
        // A week has 700 changes: as many as can be read. It begins at a midnight.
        assert_eq!(found(&study(35, 5)), Some((3.0, 10.0)));
        // A week would be more than a third of what there is.
        assert_eq!(found(&study(15, 5)), Some((5.0, 6.0)));
    }

    /// The same with a measured time that is shown as a week.
    fn long(days: u32, busy_day: u32, horizon: f64) -> NodesInput {
        NodesInput {
            horizon_s: horizon * 86_400.0,
            ..study(days, busy_day)
        }
    }

    #[test]
    fn of_weeks_it_is_the_day_of_the_peak() {
        assert_eq!(found(&long(35, 20, 35.0)), Some((20.0, 21.0)));
    }

    #[test]
    fn the_day_of_the_peak_is_measured_from_midnight_to_midnight() {
        // While only a queue drains, nobody submits: of the days before, the first of the others.
        assert_eq!(found(&long(35, 30, 28.0)), Some((1.0, 2.0)));
        // The horizon is at noon of the busiest day: that day is measured in part.
        assert_eq!(found(&long(35, 28, 28.5)), Some((1.0, 2.0)));
        // A queue that grows until the horizon is the longest on the last day.
        let mut growing = long(35, 0, 28.0);
        for (runs, level) in (0_u32..).zip(&mut growing.panels[0].levels) {
            level.waiting = f64::from(runs);
        }
        assert_eq!(found(&growing), Some((27.0, 28.0)));
    }

    #[test]
    fn the_peak_may_be_that_of_other_panels() {
        let input = NodesInput {
            peak_of: study(35, 20).panels,
            ..long(35, 9, 35.0)
        };
        assert_eq!(found(&input), Some((20.0, 21.0)));
    }

    #[test]
    fn the_part_stays_inside_the_time() {
        assert_eq!(found(&study(24, 1)), Some((0.0, 7.0)));
        // A peak in the warm-up does not count: the first of the others does.
        let (from, to) = found(&study(35, 0)).expect("changes are many");
        assert!(from <= 1.0 && to > 1.0, "{from} {to}");
    }

    #[test]
    fn a_part_keeps_the_level_that_holds_when_it_begins() {
        let input = study(35, 20);
        let part = Part {
            from: 1000.0,
            to: 3000.0,
            length: "",
        };
        let panel = part.of(&input.panels[0]);
        let at: Vec<f64> = panel.levels.iter().map(|level| level.at_s).collect();
        assert_eq!(at, [864.0, 1728.0, 2592.0]);
        assert!((panel.end_s - 3000.0).abs() < 1e-9);
    }
}
