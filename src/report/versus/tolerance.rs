//! Limits on changes, as `cost > +5%`.

use super::Pair;
use super::line::Line;
use crate::goal::Figure;
use crate::stats::Estimate;

/// A limit on the change of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Tolerance {
    /// The figure.
    pub figure: Figure,
    /// Whether changes above the amount exceed it; else those below.
    pub above: bool,
    /// The amount, with its sign.
    pub amount: Amount,
    /// As the user wrote it.
    pub written: String,
}

/// How much a figure may change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// A fraction of the figure before.
    Relative(f64),
    /// Seconds, a fraction of 1, or an amount in the currency of the results.
    Absolute(f64),
}

/// A limit and how a variant changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged<'t> {
    /// The limit.
    pub tolerance: &'t Tolerance,
    /// Name of the variant.
    pub variant: String,
    /// The change in the unit of the amount; `None` where a study has no such figure, or the figure before is 0.
    pub change: Option<Estimate>,
    /// Whether the estimate exceeds the limit. A figure that is there before and not after does so too.
    pub is_exceeded: bool,
    /// The change in words.
    pub told: String,
}

impl<'t> Judged<'t> {
    /// A limit on a pair; `None` where the pair does no work that the figure is about.
    pub(super) fn of(tolerance: &'t Tolerance, pair: &Pair<'_>) -> Option<Self> {
        let line = pair.line(tolerance.figure)?;
        let change = change(line, tolerance.amount);
        let is_exceeded = match (change, line.change.difference) {
            (Some(change), _) => tolerance.is_exceeded(change.mean),
            // From 0 on, any change is without bounds in percent.
            (None, Some(difference)) => {
                if tolerance.above {
                    difference.mean > 0.0
                } else {
                    difference.mean < 0.0
                }
            }
            (None, None) => line.values[0].is_some() && line.values[1].is_none(),
        };
        let currency = &pair.after.currency;
        let told = match (change, line.values) {
            (None, [_, None]) => "there is no such figure after".to_owned(),
            (None, [None, _]) => "there is no such figure before".to_owned(),
            _ => line.sentence(currency),
        };
        Some(Self {
            tolerance,
            variant: pair.name().into_owned(),
            change,
            is_exceeded,
            told,
        })
    }

    /// Whether the interval covers the limit, so that the estimate alone decides; also where there is no interval.
    pub fn is_open(&self) -> bool {
        let limit = match self.tolerance.amount {
            Amount::Relative(amount) | Amount::Absolute(amount) => amount,
        };
        self.change
            .is_some_and(|change| change.covers(limit).unwrap_or(true))
    }

    /// `✗ cluster: cost > +5%: cost, USD: 10 ± 1 -> 12 ± 1: ...`.
    pub(super) fn sentence(&self) -> String {
        let Tolerance { written, .. } = self.tolerance;
        let verdict = if self.is_exceeded { "exceeded" } else { "kept" };
        let open = match self.change {
            Some(Estimate {
                half_width: None, ..
            }) => " (there is no interval, and the estimate decides)",
            Some(_) if self.is_open() => {
                " (its interval covers the limit, and the estimate decides)"
            }
            _ => "",
        };
        format!(
            "{}: `{written}` is {verdict}{open}: {}",
            self.variant, self.told
        )
    }
}

impl Tolerance {
    fn is_exceeded(&self, change: f64) -> bool {
        let (Amount::Relative(amount) | Amount::Absolute(amount)) = self.amount;
        if self.above {
            change > amount
        } else {
            change < amount
        }
    }
}

/// The change of a figure in the unit of an amount.
fn change(line: &Line, amount: Amount) -> Option<Estimate> {
    match amount {
        Amount::Absolute(_) => line.change.difference,
        Amount::Relative(_) => {
            let percent = line.percent_change();
            percent.map(|percent| percent.scaled(0.01))
        }
    }
}
