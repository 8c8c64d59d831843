//! Linear scales, ticks at round numbers, and how numbers and durations are written on axes.

/// A linear map from values to places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Linear {
    /// The values at both ends.
    pub(super) values: (f64, f64),
    /// Where those are.
    pub(super) places: (f64, f64),
}

impl Linear {
    pub(super) fn place(&self, value: f64) -> f64 {
        let (low, high) = self.values;
        let (from, to) = self.places;
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.0
        };
        from + (to - from) * share
    }
}

/// Round values in steps of 1, 2 or 5 times a power of ten.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ticks {
    pub(super) step: f64,
    /// Rising; the first and the last enclose the data.
    pub(super) values: Vec<f64>,
}

impl Ticks {
    /// About `wanted` ticks from at or below `low` to at or above `high`, in steps of at least `smallest`.
    pub(super) fn around(low: f64, high: f64, wanted: u8, smallest: f64) -> Self {
        let low = if low.is_finite() { low } else { 0.0 };
        let high = if high.is_finite() && high > low {
            high
        } else {
            low + smallest.max(1e-6)
        };
        let step = round_step((high - low) / f64::from(wanted.max(1))).max(smallest);
        Self::in_steps(low, high, step)
    }

    /// Ticks at multiples of `step`, enclosing the data.
    pub(super) fn in_steps(low: f64, high: f64, step: f64) -> Self {
        let first = (low / step + 1e-9).floor();
        let last = (high / step - 1e-9).ceil().max(first + 1.0);
        let mut values = Vec::new();
        let mut position = first;
        while position <= last && values.len() < 1000 {
            values.push(position * step);
            position += 1.0;
        }
        Self { step, values }
    }

    pub(super) fn range(&self) -> (f64, f64) {
        let first = self.values.first().copied().unwrap_or(0.0);
        (first, self.values.last().copied().unwrap_or(first + 1.0))
    }

    /// A tick as text: with as many decimals as its step needs.
    pub(super) fn label(&self, value: f64) -> String {
        grouped(value, decimals_of(self.step))
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below `raw`.
fn round_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let factor = factors
        .into_iter()
        .find(|f| f * power >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

fn decimals_of(step: f64) -> usize {
    (0..12)
        .find(|&decimals| step >= 0.999 / 10_f64.powi(decimals))
        .map_or(12, i32::unsigned_abs) as usize
}

/// A number with commas between thousands; in powers of ten where it is too long to read.
pub(super) fn grouped(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.2e}");
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (integer, fraction) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    let is_zero = !plain.contains(|c: char| ('1'..='9').contains(&c));
    if value < 0.0 && !is_zero {
        grouped.push('−');
    }
    for (index, digit) in integer.chars().enumerate() {
        if index > 0 && (integer.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

const UNITS: [(f64, &str); 4] = [(86_400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s")];

/// A duration in its largest one or two units: `0`, `50 ms`, `1.5 s`, `10 min`, `1 h 30 min`.
pub(super) fn duration(seconds: f64) -> String {
    if seconds < 0.0005 {
        return "0".to_owned();
    }
    if seconds < 0.9995 {
        return format!("{:.0} ms", seconds * 1000.0);
    }
    let tenths = (seconds * 10.0).round() / 10.0;
    if tenths < 10.0 && tenths.fract() > 0.05 {
        return format!("{tenths:.1} s");
    }
    let whole = seconds.round();
    let (index, (size, unit)) = UNITS
        .into_iter()
        .enumerate()
        .find(|(_, (size, _))| whole >= *size)
        .unwrap_or((3, UNITS[3]));
    let text = format!("{} {unit}", (whole / size).floor());
    let Some((smaller, name)) = UNITS.get(index + 1) else {
        return text;
    };
    let rest = (whole % size / smaller).floor();
    if rest > 0.0 {
        format!("{text} {rest} {name}")
    } else {
        text
    }
}

/// A step of a linear axis of durations: round in the unit that its reader thinks in.
pub(super) fn duration_step(longest: f64, wanted: u8) -> f64 {
    const STEPS: [f64; 19] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
        10_800.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0,
    ];
    let raw = longest / f64::from(wanted.max(1));
    if raw < 0.5 {
        return round_step(raw.max(1e-3));
    }
    let days = || round_step(raw / 86_400.0) * 86_400.0;
    STEPS
        .into_iter()
        .find(|&step| step >= raw * (1.0 - 1e-9))
        .unwrap_or_else(days)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_and_labeled_alike() {
        let ticks = Ticks::around(0.0, 2345.0, 5, 0.0);
        let labels: Vec<String> = ticks.values.iter().map(|&v| ticks.label(v)).collect();
        assert_eq!(labels, ["0", "500", "1,000", "1,500", "2,000", "2,500"]);
        let small = Ticks::around(0.0, 0.07, 4, 0.0);
        let labels: Vec<String> = small.values.iter().map(|&v| small.label(v)).collect();
        assert_eq!(labels, ["0.00", "0.02", "0.04", "0.06", "0.08"]);
        assert_eq!(Ticks::around(0.0, 2.0, 6, 1.0).values, [0.0, 1.0, 2.0]);
    }

    #[test]
    fn numbers_have_thousands_separators() {
        assert_eq!(grouped(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(grouped(-1234.0, 0), "−1,234");
        assert_eq!(grouped(-0.001, 2), "0.00");
        assert_eq!(grouped(999.0, 0), "999");
        assert_eq!(grouped(1e300, 0), "1.00e300");
    }

    #[test]
    fn durations_are_written_as_people_say_them() {
        let said = [
            0.0, 0.05, 1.0, 1.5, 9.96, 59.0, 60.0, 90.0, 600.0, 5400.0, 86_400.0, 90_000.0,
        ]
        .map(duration);
        let expected = [
            "0",
            "50 ms",
            "1 s",
            "1.5 s",
            "10 s",
            "59 s",
            "1 min",
            "1 min 30 s",
            "10 min",
            "1 h 30 min",
            "1 d",
            "1 d 1 h",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn steps_of_durations_suit_their_unit() {
        let longest = [3.0, 100.0, 600.0, 7200.0, 90_000.0, 5e6];
        let steps = longest.map(|longest| duration_step(longest, 5));
        let steps = steps.map(duration);
        assert_eq!(steps, ["1 s", "30 s", "2 min", "30 min", "6 h", "20 d"]);
    }

    proptest! {
        #[test]
        fn ticks_enclose_the_data_in_few_even_steps(low in -1e6..1e6_f64, span in 1e-3..1e7_f64, wanted in 2_u8..10) {
            let ticks = Ticks::around(low, low + span, wanted, 0.0);
            let (first, last) = ticks.range();
            prop_assert!(first <= low + span * 1e-6 && last >= low + span * (1.0 - 1e-6));
            prop_assert!(ticks.values.len() <= usize::from(wanted) + 3);
            prop_assert!(ticks.values.len() >= 2);
            let mantissa = ticks.step / 10_f64.powf((ticks.step * 1.000_001).log10().floor());
            prop_assert!([1.0, 2.0, 5.0].iter().any(|m| (mantissa - m).abs() < 1e-6), "{mantissa}");
            let labels: std::collections::BTreeSet<String> =
                ticks.values.iter().map(|&v| ticks.label(v)).collect();
            prop_assert_eq!(labels.len(), ticks.values.len());
        }
    }
}
