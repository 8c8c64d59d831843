//! How one figure changes, in numbers and in words.

use super::does;
use crate::currency::Currency;
use crate::goal::{Dimension, Figure, Work};
use crate::report::answer::statistic;
use crate::report::change::{Change, Verdict};
use crate::report::comparison::change_between;
use crate::report::numbers::{Shown, TimeUnit, about};
use crate::report::row::Row;
use crate::report::sentences::signed_of;
use crate::stats::Estimate;

/// How a figure changes.
#[derive(Clone, Debug)]
pub struct Line {
    /// The figure.
    pub figure: Figure,
    /// How it changes, over the pairs in which both have it.
    pub change: Change,
    /// The figure before and after, each over all of its replications.
    pub values: [Option<Estimate>; 2],
    /// Whether a queue grows before and after, so that the figure has no mean.
    pub grows: [bool; 2],
}

/// A unit in which a figure is printed.
struct Unit<'a> {
    name: &'a str,
    /// What a value is multiplied by.
    factor: f64,
}

/// Whether a change is also told as a ratio: of shares, the difference is in percentage points.
pub(super) fn is_told_as_ratio(figure: Figure) -> bool {
    figure.dimension() != Dimension::Share
}

impl Line {
    /// From the second row to the first; `None` of work that neither does.
    pub(super) fn of(figure: Figure, rows: [&Row<'_>; 2]) -> Option<Self> {
        let [after, before] = rows;
        if !does(after, figure) && !does(before, figure) {
            return None;
        }
        let statistic = statistic(figure);
        let values = [before, after].map(|row| row.figure(statistic));
        let may_grow = figure.dimension() == Dimension::Time;
        let grows = [before, after].map(|row| may_grow && row.growing.any());
        // A service without an SLO, or a study without months, has no such figure.
        if values == [None, None] && grows == [false, false] {
            return None;
        }
        let change = change_between(after, before, statistic);
        // Where one has more replications, its value is of those that are compared, as the difference is.
        let of_pairs = [change.baseline.or(values[0]), change.value.or(values[1])];
        Some(Self {
            figure,
            change,
            values: of_pairs,
            grows,
        })
    }

    /// What the change allows to say; `None` where there is none.
    pub(in crate::report) fn verdict(&self) -> Option<Verdict> {
        self.change.verdict(is_told_as_ratio(self.figure))
    }

    /// The word of programs for it.
    pub(super) fn word(&self) -> &'static str {
        match self.verdict() {
            Some(Verdict::Same) => "same",
            Some(Verdict::Unclear) => "unclear",
            Some(Verdict::Clear) => "clear",
            None => "no_value",
        }
    }

    fn unit<'c>(&self, currency: &'c Currency) -> Unit<'c> {
        let largest = self.values.iter().flatten().map(|value| value.mean.abs());
        let largest = largest.fold(0.0, f64::max);
        match self.figure.dimension() {
            Dimension::Money => Unit {
                name: currency.code(),
                factor: 1.0,
            },
            Dimension::Share => Unit {
                name: "%",
                factor: 100.0,
            },
            Dimension::Time => {
                let unit = match self.figure.work() {
                    Work::Requests => TimeUnit::suiting_latency(largest),
                    _ => TimeUnit::suiting(largest),
                };
                Unit {
                    name: unit.name,
                    factor: 1.0 / unit.seconds,
                }
            }
        }
    }

    /// Its name with its unit: `p95 wait, min`.
    pub(super) fn head(&self, currency: &Currency) -> String {
        let words = self.figure.words();
        let words = words.strip_prefix("share of ").unwrap_or(words);
        format!("{words}, {}", self.unit(currency).name)
    }

    /// The figure before (0) or after (1), as `5.1 ± 0.2`.
    pub(super) fn value(&self, which: usize, currency: &Currency) -> String {
        let factor = self.unit(currency).factor;
        match self.values[which] {
            Some(value) if self.figure.dimension() == Dimension::Share => {
                Shown::percent(value).joined()
            }
            Some(value) => Shown::of(value.scaled(factor)).joined(),
            None if self.grows[which] => "grows".to_owned(),
            None => "–".to_owned(),
        }
    }

    /// The difference, as `+1.2 ± 0.1`; of shares in percentage points.
    pub(super) fn difference(&self, currency: &Currency) -> String {
        let Some(difference) = self.change.judged_difference() else {
            return "–".to_owned();
        };
        if self.verdict() == Some(Verdict::Same) {
            return "0".to_owned();
        }
        let factor = self.unit(currency).factor;
        let (scaled, hidden) = (difference.scaled(factor), self.change.hidden * factor);
        bare(&signed_of(Shown::known(scaled, hidden), scaled, ""))
    }

    /// The change in percent of the figure before, as `+5 ± 1`; nothing where that or the change is 0, and of
    /// shares.
    pub(super) fn percent(&self) -> String {
        let is_same = self.verdict() == Some(Verdict::Same);
        let ratio = self.change.judged_ratio();
        let Some(percent) = self.percent_of(ratio).filter(|_| !is_same) else {
            return String::new();
        };
        let hidden = 100.0 * self.change.hidden_of_ratio;
        bare(&signed_of(Shown::known(percent, hidden), percent, ""))
    }

    /// The same in numbers, with the interval at 95 %.
    pub(super) fn percent_change(&self) -> Option<Estimate> {
        self.percent_of(self.change.ratio)
    }

    fn percent_of(&self, ratio: Option<Estimate>) -> Option<Estimate> {
        let ratio = ratio.filter(|_| is_told_as_ratio(self.figure))?;
        Some(
            Estimate {
                mean: ratio.mean - 1.0,
                half_width: ratio.half_width,
            }
            .scaled(100.0),
        )
    }

    /// What may be said of it.
    pub(super) fn said(&self, currency: &Currency) -> String {
        match self.verdict() {
            Some(Verdict::Same) => "same".to_owned(),
            Some(Verdict::Clear) if self.change.pairs > 1 => "clear".to_owned(),
            Some(Verdict::Clear) => "one pair".to_owned(),
            Some(Verdict::Unclear) => match self.detectable() {
                Some(least) => {
                    let unit = self.unit(currency);
                    let least = about(least * unit.factor);
                    format!(
                        "no clear difference; from {least} {} on it would show",
                        unit.name
                    )
                }
                None => "no clear difference".to_owned(),
            },
            None if self.grows != [false, false] => "not compared: a queue grows".to_owned(),
            None => "not in both".to_owned(),
        }
    }

    /// The smallest difference that would be clear with a chance of 80 %.
    pub(super) fn detectable(&self) -> Option<f64> {
        let difference = self.change.difference?;
        self.change.detectable(difference, self.change.hidden)
    }

    /// All of it in a line.
    pub(super) fn sentence(&self, currency: &Currency) -> String {
        let [before, after] = [0, 1].map(|which| self.value(which, currency));
        let percent = match self.percent() {
            empty if empty.is_empty() => empty,
            percent => format!(" ({percent} %)"),
        };
        format!(
            "{}: {before} -> {after}: {}{percent}: {}",
            self.head(currency),
            self.difference(currency),
            self.said(currency)
        )
    }
}

/// Without the blank of a unit that is not there.
fn bare(text: &str) -> String {
    text.replace("  ", " ").trim_end().to_owned()
}
