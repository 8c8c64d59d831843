//! Numbers as people read them: commas between thousands, and no digits that say nothing.

/// Decimals at most.
pub const MOST_DECIMALS: usize = 6;
/// Significant digits of a number that stands alone, and most of two that are compared.
const DIGITS: std::ops::RangeInclusive<i32> = 3..=9;

/// A number with three significant digits, or its whole part, without zeros at the end: `2.38`, `4`, `1,728,000,000`.
pub fn short(value: f64) -> String {
    with_digits(value, *DIGITS.start())
}

/// Two numbers to compare: as [`short`] has them, or with as many digits as tell them apart.
pub fn compared(one: f64, other: f64) -> [String; 2] {
    let texts = |digits| [one, other].map(|value| with_digits(value, digits));
    let apart = DIGITS.map(texts).find(|[one, other]| one != other);
    apart.unwrap_or_else(|| [one, other].map(short))
}

fn with_digits(value: f64, digits: i32) -> String {
    let text = grouped(value, decimals_for(value, digits));
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// An estimate of which no more than two digits are known: `150`, `69`, `8.3`.
pub fn about(value: f64) -> String {
    let digits = value.abs().max(f64::MIN_POSITIVE).log10().floor();
    let place = 10.0_f64.powf(digits - 1.0);
    let rounded = (value / place).round() * place;
    grouped(rounded, decimals_for(value, 2))
}

/// Decimals that show `digits` significant digits of `value`, at most six.
pub fn decimals_for(value: f64, digits: i32) -> usize {
    if value == 0.0 {
        return MOST_DECIMALS;
    }
    (0..6)
        .find(|&decimals| value.abs() * 10_f64.powi(decimals) >= 10_f64.powi(digits - 1) * 0.9995)
        .map_or(MOST_DECIMALS, |decimals| {
            usize::try_from(decimals).expect("not negative")
        })
}

/// A number with commas between thousands, in powers of ten where it is too long to read; never `-0`.
pub fn grouped(value: f64, decimals: usize) -> String {
    const LONG: f64 = 1e15;
    if value.abs() >= LONG {
        return format!("{value:.2e}");
    }
    let text = format!("{:.decimals$}", value.abs());
    let whole = text.find('.').unwrap_or(text.len());
    let mut result = String::new();
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        result.push('-');
    }
    for (position, digit) in text[..whole].char_indices() {
        if position > 0 && (whole - position).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result.push_str(&text[whole..]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_says_nothing() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (2.3774, "2.38"),
            (12.0, "12"),
            (0.001_234, "0.00123"),
            (1e-9, "0"),
            (1_728_000_000.0, "1,728,000,000"),
            (1e20, "1.00e20"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn numbers_that_differ_look_different() {
        assert_eq!(compared(2.3774, 1.0), ["2.38", "1"]);
        assert_eq!(compared(1.0004, 1.0), ["1.0004", "1"]);
        assert_eq!(compared(4.0, 4.0), ["4", "4"]);
    }
}
