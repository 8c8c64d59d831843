//! What a place of a break-even is: a load or a value of a key, and how it is told.

use crate::report::numbers::{Shown, TimeUnit};
use crate::stats::Estimate;

/// What a place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// A factor of the scenario's load.
    Load,
    /// The value of a key.
    Key {
        /// The dotted key.
        key: String,
        /// What the value counts.
        unit: Unit,
    },
}

/// What the value of a key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A plain number.
    Number,
    /// Seconds.
    Seconds,
    /// Hours a day of a schedule.
    HoursADay,
}

impl Over {
    /// What is varied, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Load => "the load".to_owned(),
            Self::Key { key, unit } => match unit {
                Unit::HoursADay => format!("the hours a day of `{key}`"),
                Unit::Number | Unit::Seconds => format!("`{key}`"),
            },
        }
    }

    /// The word of files for it, and its unit there.
    pub(super) fn of_files(&self) -> (&str, &'static str) {
        match self {
            Self::Load => ("load", "times"),
            Self::Key { key, unit } => {
                let unit = match unit {
                    Unit::Number => "",
                    Unit::Seconds => "s",
                    Unit::HoursADay => "h_per_day",
                };
                (key, unit)
            }
        }
    }

    /// A place with its interval: `1.90 ± 0.02 times the load`.
    pub(super) fn told(&self, place: Estimate) -> String {
        let (place, unit) = match self {
            Self::Load => (place, " times the load"),
            Self::Key { unit, .. } => match unit {
                Unit::Number => (place, ""),
                Unit::HoursADay => (place, " h a day"),
                Unit::Seconds => {
                    let unit = TimeUnit::suiting(place.mean);
                    return format!(
                        "{} {}",
                        Shown::of(unit.from_seconds(place)).joined(),
                        unit.name
                    );
                }
            },
        };
        format!("{}{unit}", Shown::of(place).joined())
    }

    /// An end of a range: `1/20 times the load`, `2 h`.
    pub fn end(&self, place: f64) -> String {
        let inverse = 1.0 / place;
        let is_fraction = place < 1.0 && (inverse - inverse.round()).abs() < 1e-9;
        if *self == Self::Load && is_fraction {
            return format!("1/{inverse:.0} times the load");
        }
        self.told(Estimate::alone(place))
    }
}
