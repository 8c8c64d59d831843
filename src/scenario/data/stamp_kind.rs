//! What the stamps of a log are, and what their numbers count.

/// The sorts of stamps; a file has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum StampKind {
    /// A number of this unit since whatever it counts from.
    Since(Unit),
    /// A number of this unit since 1970-01-01 UTC.
    Epoch(Unit),
    /// Days since 1899-12-30 on the wall clock of the scenario's zone, as spreadsheets count.
    Excel,
    /// A date-time on the wall clock of the scenario's zone.
    LocalDateTime,
    /// A date-time with a zone of its own.
    ZonedDateTime,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::scenario) enum Unit {
    /// Nanoseconds.
    Nanoseconds,
    /// Microseconds.
    Microseconds,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    #[default]
    Seconds,
    /// Minutes of 60 seconds.
    Minutes,
    /// Hours of 3,600 seconds.
    Hours,
    /// Days of 24 hours.
    Days,
}

/// How names of columns say units: first the word in full, which says it anywhere.
const IN_NAMES: [(&[&str], Unit); 5] = [
    (
        &["milliseconds", "millisecond", "millis", "msec", "ms"],
        Unit::Milliseconds,
    ),
    (&["seconds", "second", "secs", "sec", "s"], Unit::Seconds),
    (&["minutes", "minute", "mins", "min"], Unit::Minutes),
    (&["hours", "hour", "hrs", "hr", "h"], Unit::Hours),
    (&["days", "day", "d"], Unit::Days),
];

/// Seconds since 1970 that only a date has: from the year 2000 to 2100.
const EPOCH_FROM: i128 = 946_684_800;
const EPOCH_TO: i128 = 4_102_444_800;
/// Microseconds of a second.
pub(super) const MICROS: i64 = 1_000_000;

impl Unit {
    /// Its name, for people.
    pub(in crate::scenario) fn name(self) -> &'static str {
        match self {
            Self::Nanoseconds => "nanoseconds",
            Self::Microseconds => "microseconds",
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    /// The unit that the name of a column says, as `Minutes` and `Duration (min)` do: a word in full, or a short one at the end.
    pub(in crate::scenario) fn in_name(column: &str) -> Option<Self> {
        let lower = column.to_lowercase();
        let words = lower.split(|letter: char| !letter.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let (last, others) = words.split_last()?;
        // A lone letter is a name like any other.
        let may_be_short = !others.is_empty() || last.len() > 1;
        let is_short = |names: &[&str]| may_be_short && names.contains(last);
        let is_in_full = |names: &[&str]| words.contains(&names[0]);
        let mut all = IN_NAMES.iter();
        let found = all.find(|(names, _)| is_short(names) || is_in_full(names));
        found.map(|(_, unit)| *unit)
    }

    /// A millionth of the unit in microseconds, as a fraction.
    fn scale(self) -> (i128, i128) {
        match self {
            Self::Nanoseconds => (1, 1_000_000_000),
            Self::Microseconds => (1, 1_000_000),
            Self::Milliseconds => (1, 1_000),
            Self::Seconds => (1, 1),
            Self::Minutes => (60, 1),
            Self::Hours => (3_600, 1),
            Self::Days => (86_400, 1),
        }
    }

    /// Millionths of the unit as microseconds, rounded half up.
    pub(super) fn micros(self, millionths: i128) -> i128 {
        let (times, over) = self.scale();
        let product = millionths.saturating_mul(times);
        product.saturating_add(over / 2).div_euclid(over)
    }

    /// A number of the unit in seconds.
    pub(super) fn seconds(self, number: f64) -> f64 {
        let (times, over) = self.scale();
        number * times as f64 / over as f64
    }

    /// A number of the unit as whole microseconds.
    pub(super) fn micros_of(self, number: f64) -> i64 {
        rounded(self.seconds(number) * MICROS as f64)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, which is what is wanted"
)]
pub(super) fn rounded(micros: f64) -> i64 {
    micros.round() as i64
}

impl StampKind {
    /// What the stamps are, for people.
    pub(in crate::scenario) fn name(self) -> String {
        match self {
            Self::Since(unit) => unit.name().to_owned(),
            Self::Epoch(unit) => format!("{} since 1970", unit.name()),
            Self::Excel => "days as spreadsheets count them".to_owned(),
            Self::LocalDateTime => "date-times without a zone".to_owned(),
            Self::ZonedDateTime => "date-times with a zone".to_owned(),
        }
    }

    /// Whether a stamp says on what day it is.
    pub(in crate::scenario) fn is_dated(self) -> bool {
        !matches!(self, Self::Since(_))
    }

    /// What a stamp is by its size, where that is another count since 1970 than this.
    pub(in crate::scenario) fn rather(self, micros: i64) -> Option<Self> {
        let Self::Epoch(unit) = self else {
            return None;
        };
        let (times, over) = unit.scale();
        let by_size = by_size(i128::from(micros) * over / times);
        (by_size != self && by_size.is_dated()).then_some(by_size)
    }
}

/// What a number is by its size: since 1970 if it is a date of this century in some unit, else seconds.
pub(super) fn by_size(millionths: i128) -> StampKind {
    let units = [
        (1, Unit::Seconds),
        (1_000, Unit::Milliseconds),
        (1_000_000, Unit::Microseconds),
        (1_000_000_000, Unit::Nanoseconds),
    ];
    let whole = millionths / i128::from(MICROS);
    let is = |(per_second, _): &&(i128, Unit)| {
        (EPOCH_FROM * per_second..EPOCH_TO * per_second).contains(&whole)
    };
    match units.iter().find(is) {
        Some((_, unit)) => StampKind::Epoch(*unit),
        None => StampKind::Since(Unit::Seconds),
    }
}
