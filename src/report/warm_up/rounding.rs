//! Times rounded up to what one writes.

use crate::units::{SimDuration, TICKS_PER_HOUR, TICKS_PER_SECOND};

const SECOND: u64 = TICKS_PER_SECOND;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = TICKS_PER_HOUR;
const DAY: u64 = 24 * HOUR;

/// Steps, the longest first.
const STEPS: [u64; 17] = [
    7 * DAY,
    2 * DAY,
    DAY,
    12 * HOUR,
    6 * HOUR,
    3 * HOUR,
    2 * HOUR,
    HOUR,
    30 * MINUTE,
    15 * MINUTE,
    10 * MINUTE,
    5 * MINUTE,
    2 * MINUTE,
    MINUTE,
    30 * SECOND,
    10 * SECOND,
    5 * SECOND,
];

/// The next multiple of the longest step that adds no more than a fifth; below 25 s of a second.
pub(super) fn rounded_up(time: SimDuration) -> SimDuration {
    let step = STEPS.into_iter().find(|step| *step <= time.0 / 5);
    let step = step.unwrap_or(SECOND);
    SimDuration(time.0.div_ceil(step) * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up_to_what_one_writes() {
        for (time, written) in [
            ("0s", "0s"),
            ("0.2s", "1s"),
            ("7s", "7s"),
            ("31.5s", "35s"),
            ("5h37m", "6h"),
            ("6h", "6h"),
            ("6h0.001s", "7h"),
            ("3d4h48m", "3d12h"),
            ("40d", "42d"),
        ] {
            let time = SimDuration::parse(time).expect("a duration");
            let rounded = rounded_up(time);
            assert_eq!(rounded.to_friendly(), written);
            assert!(rounded >= time);
        }
    }
}
