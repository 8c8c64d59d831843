//! Numbers, times and sizes in words.

use crate::cli::memory::friendly;

/// Units of time, each up to how many seconds it is used.
const UNITS: [(&str, f64, f64); 4] = [
    ("s", 1.0, 120.0),
    ("min", 60.0, 7_200.0),
    ("h", 3_600.0, 172_800.0),
    ("days", 86_400.0, f64::INFINITY),
];

/// `1 variant`, `3 variants`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// A length of time to two digits.
pub(super) fn seconds(length: f64) -> String {
    let fits = UNITS.iter().find(|(_, _, most)| length < *most);
    let (unit, of, _) = fits.unwrap_or(&UNITS[0]);
    let number = length / of;
    let decimals = if number < 1.0 {
        2
    } else {
        usize::from(number < 10.0)
    };
    format!("{number:.decimals$} {unit}")
}

/// A size to one decimal.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is turned into the nearest size there is"
)]
pub(super) fn size(bytes: f64) -> String {
    friendly(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_digits_or_so() {
        for (length, text) in [
            (0.0, "0.00 s"),
            (0.123, "0.12 s"),
            (9.87, "9.9 s"),
            (100.4, "100 s"),
            (150.0, "2.5 min"),
            (6_000.0, "100 min"),
            (9_000.0, "2.5 h"),
            (864_000.0, "10 days"),
        ] {
            assert_eq!(seconds(length), text);
        }
    }
}
