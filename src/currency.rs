//! The currency that reports print: prices, costs and the ledger are in US dollars until then.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::units::Usd;

/// Billionths in one.
const ONE: u64 = 1_000_000_000;
/// Code of the dollar.
const DOLLAR: [u8; 3] = *b"USD";
/// The word of names of columns that hold dollars.
const IN_NAMES: &str = "usd";

/// A currency and its price in dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(String, u64)", into = "(String, u64)")]
pub struct Currency {
    /// ISO 4217 code: three capital letters.
    code: [u8; 3],
    /// Units of it for one dollar, in billionths.
    billionths: u64,
}

impl Default for Currency {
    fn default() -> Self {
        Self {
            code: DOLLAR,
            billionths: ONE,
        }
    }
}

/// As it is stored: the code, and billionths for one dollar.
impl From<Currency> for (String, u64) {
    fn from(currency: Currency) -> Self {
        (currency.code().to_owned(), currency.billionths)
    }
}

impl TryFrom<(String, u64)> for Currency {
    type Error = &'static str;

    fn try_from((code, billionths): (String, u64)) -> Result<Self, Self::Error> {
        let named =
            Self::new(&code, 1.0).ok_or("a currency has a code of three capital letters")?;
        Ok(Self {
            billionths,
            ..named
        })
    }
}

impl Currency {
    /// Units for one dollar at most.
    pub const MOST_PER_DOLLAR: f64 = 1e6;

    /// A currency by its code, with the units of it that one dollar costs; `None` where either is none.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked first"
    )]
    pub fn new(code: &str, per_dollar: f64) -> Option<Self> {
        let code: [u8; 3] = code.as_bytes().try_into().ok()?;
        let is_rate = per_dollar > 0.0 && per_dollar <= Self::MOST_PER_DOLLAR;
        let billionths = (per_dollar * ONE as f64).round();
        let is_code = code.iter().all(u8::is_ascii_uppercase);
        (is_code && is_rate && billionths >= 1.0).then_some(Self {
            code,
            billionths: billionths as u64,
        })
    }

    /// ISO 4217 code, such as `EUR`.
    pub fn code(&self) -> &str {
        str::from_utf8(&self.code).expect("a code is of letters")
    }

    /// Whether nothing is to be converted.
    pub fn is_dollar(self) -> bool {
        self == Self::default()
    }

    /// Units of it for one dollar.
    pub fn per_dollar(self) -> f64 {
        self.billionths as f64 / ONE as f64
    }

    /// An amount in this currency, for statistics and printing.
    pub fn amount(self, dollars: Usd) -> f64 {
        dollars.dollars() * self.per_dollar()
    }

    /// The same in the smallest parts, rounded down.
    #[must_use]
    pub fn exact(self, dollars: Usd) -> Usd {
        Usd(self.times(dollars.0).0)
    }

    /// Micro-dollars in millionths of this currency, rounded to the nearest; halves are rounded up.
    pub fn micros(self, micro_usd: i128) -> i128 {
        let (whole, rest) = self.times(micro_usd);
        whole + i128::from(2 * rest >= i128::from(ONE))
    }

    /// A number times the rate, rounded down, and the billionths that are left.
    fn times(self, number: i128) -> (i128, i128) {
        let (one, rate) = (i128::from(ONE), i128::from(self.billionths));
        // Piece by piece, so that no product overflows.
        let rest = number.rem_euclid(one) * rate;
        (
            number.div_euclid(one) * rate + rest.div_euclid(one),
            rest.rem_euclid(one),
        )
    }

    /// The name of a column, with the currency's code in the place of `usd`: `cost_usd_ci95` is `cost_eur_ci95`.
    pub fn column(self, name: &str) -> Cow<'_, str> {
        if self.is_dollar() || !name.split('_').any(|word| word == IN_NAMES) {
            return Cow::Borrowed(name);
        }
        let code = self.code().to_ascii_lowercase();
        let words = name.split('_').map(|word| match word {
            IN_NAMES => code.as_str(),
            other => other,
        });
        Cow::Owned(words.collect::<Vec<&str>>().join("_"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro() -> Currency {
        Currency::new("EUR", 0.92).unwrap()
    }

    #[test]
    fn codes_and_rates_are_checked() {
        assert!(Currency::default().is_dollar());
        assert_eq!(Currency::new("USD", 1.0), Some(Currency::default()));
        assert_eq!(euro().code(), "EUR");
        assert!((euro().per_dollar() - 0.92).abs() < 1e-15);
        for (code, rate) in [
            ("eur", 0.92),
            ("EURO", 0.92),
            ("E1R", 0.92),
            ("EUR", 0.0),
            ("EUR", -1.0),
            ("EUR", f64::NAN),
            ("EUR", 1e7),
            ("EUR", 1e-10),
        ] {
            assert_eq!(Currency::new(code, rate), None, "{code} {rate}");
        }
    }

    #[test]
    fn amounts_are_converted_exactly() {
        let dollars = Usd(Usd::ONE.0 * 100);
        assert_eq!(euro().exact(dollars), Usd(Usd::ONE.0 * 92));
        assert_eq!(euro().exact(-dollars), Usd(Usd::ONE.0 * -92));
        assert!((euro().amount(dollars) - 92.0).abs() < 1e-12);
        // 0.000003 USD are 0.00000276 EUR, and 0.0000025 USD halves of a millionth.
        assert_eq!(euro().micros(3), 3);
        assert_eq!(euro().micros(3_060_000), 2_815_200);
        let half = Currency::new("EUR", 0.5).unwrap();
        assert_eq!([half.micros(5), half.micros(-5)], [3, -2]);
        let huge = Usd(Usd::ONE.0 * 1_000_000_000_000);
        let rupiah = Currency::new("IDR", 16_000.0).unwrap();
        assert_eq!(rupiah.exact(huge), Usd(huge.0 * 16_000));
        let dollar = Currency::default();
        assert_eq!(dollar.exact(Usd(7)), Usd(7));
        assert_eq!(dollar.micros(7), 7);
    }

    #[test]
    fn names_of_columns_say_the_currency() {
        for (name, said) in [
            ("cost_usd", "cost_eur"),
            ("cost_usd_ci95", "cost_eur_ci95"),
            ("usd_per_wait_hour_saved", "eur_per_wait_hour_saved"),
            ("runs_completed", "runs_completed"),
        ] {
            assert_eq!(euro().column(name), said);
            assert_eq!(Currency::default().column(name), name);
        }
    }
}
