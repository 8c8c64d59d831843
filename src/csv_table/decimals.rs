//! Which sign stands before the decimals of a number: a point, or a comma as spreadsheets of many countries write it. A number
//! that can be meant in two ways is refused until a key says how.

use std::borrow::Cow;

/// The sign before the decimals of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimal {
    /// `3.06`.
    Point,
    /// `3,06`.
    Comma,
}

impl Decimal {
    const fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// A number with a point before its decimals; what is no number stays. `said` is what a key says; without it numbers between
/// semicolons may have either sign, since such files come from where the comma is usual.
pub(super) fn with_point(
    text: &str,
    said: Option<Decimal>,
    are_between_semicolons: bool,
) -> Result<Cow<'_, str>, String> {
    let Some(written) = sign(text) else {
        return Ok(text.into());
    };
    match said {
        None if are_between_semicolons && may_be_thousands(text) => Err(ambiguous(text, written)),
        None if !are_between_semicolons => Ok(text.into()),
        Some(said) if said != written => Err(format!(
            "`{text}` has a `{}`, but by the key `decimal` a `{}` stands before decimals, and nothing separates thousands",
            written.sign(),
            said.sign()
        )),
        _ => Ok(text.replacen(',', ".", 1).into()),
    }
}

/// The one point or comma of a decimal number; `None` of other numbers and of what is none.
fn sign(text: &str) -> Option<Decimal> {
    let is_of_number =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'+' | b'e' | b'E');
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || "+-.,".contains(c));
    if !starts || !text.bytes().all(is_of_number) {
        return None;
    }
    let mut signs = text.chars().filter_map(|c| match c {
        '.' => Some(Decimal::Point),
        ',' => Some(Decimal::Comma),
        _ => None,
    });
    signs.next().filter(|_| signs.next().is_none())
}

/// Whether a number looks as one above 1000 does where thousands are separated, as `1.500` and `12,000`.
fn may_be_thousands(text: &str) -> bool {
    let Some((whole, rest)) = text.trim_start_matches(['-', '+']).split_once(['.', ',']) else {
        return false;
    };
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
        && are_digits(whole)
        && rest.len() == 3
        && are_digits(rest)
}

fn ambiguous(text: &str, written: Decimal) -> String {
    let one = text.replace(',', ".");
    let other = text.replace(['.', ','], "");
    let sign = written.sign();
    let opposite = match written {
        Decimal::Point => ',',
        Decimal::Comma => '.',
    };
    format!(
        "`{text}` may be {one} or {other}: write `decimal = \"{sign}\"` beside the column if a `{sign}` stands before decimals, or else \
         `decimal = \"{opposite}\"` and `{other}` in the file"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, said: Option<Decimal>) -> Result<String, String> {
        with_point(text, said, true).map(Cow::into_owned)
    }

    #[test]
    fn a_comma_is_a_point_where_nothing_else_can_be_meant() {
        for (text, number) in [
            ("12,5", "12.5"),
            ("-0,25", "-0.25"),
            ("0,060", "0.060"),
            ("1234,500", "1234.500"),
            ("45292,3751157407", "45292.3751157407"),
            ("1,5E+2", "1.5E+2"),
            (",5", ".5"),
            ("12.5", "12.5"),
            ("1500", "1500"),
            ("2024-01-01 09:00:00.500", "2024-01-01 09:00:00.500"),
            ("31.12.2024", "31.12.2024"),
            ("1,234,567", "1,234,567"),
            ("1.234,5", "1.234,5"),
            ("a,b", "a,b"),
            ("e,5", "e,5"),
            ("", ""),
        ] {
            assert_eq!(read(text, None).as_deref(), Ok(number), "{text}");
            assert_eq!(with_point(text, None, false), Ok(text.into()), "{text}");
        }
    }

    #[test]
    fn what_may_be_thousands_is_read_as_the_key_says_or_not_at_all() {
        for (text, by_comma, by_point) in [
            ("1,500", Some("1.500"), None),
            ("-12,000", Some("-12.000"), None),
            ("1.500", None, Some("1.500")),
            ("999.999", None, Some("999.999")),
        ] {
            let message = read(text, None).unwrap_err();
            assert!(message.contains("write `decimal = \""), "{message}");
            let of = |said| read(text, Some(said)).ok();
            assert_eq!(of(Decimal::Comma).as_deref(), by_comma, "{text}");
            assert_eq!(of(Decimal::Point).as_deref(), by_point, "{text}");
        }
        assert_eq!(
            read("1,500", None),
            Err(
                "`1,500` may be 1.500 or 1500: write `decimal = \",\"` beside the column if a `,` stands before decimals, or else \
                 `decimal = \".\"` and `1500` in the file"
                    .to_owned()
            )
        );
        let message = read("12.5", Some(Decimal::Comma)).unwrap_err();
        assert!(message.contains("by the key `decimal` a `,`"), "{message}");
    }
}
