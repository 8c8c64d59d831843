//! The money of charts: its unit, and the time that it is spent in. No other chart names a currency.

/// What amounts of money are in.
pub(super) const UNIT: &str = "USD";

/// The time that costs are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Period {
    /// A month of 730 hours, extrapolated from the measured time.
    Month,
    /// The measured time, in words such as `28 days`.
    Measured(String),
}

impl Default for Period {
    fn default() -> Self {
        Self::Measured("the measured time".to_owned())
    }
}

impl Period {
    /// The unit of a cost: `USD per month`.
    pub(super) fn unit(&self) -> String {
        match self {
            Self::Month => format!("{UNIT} per month"),
            Self::Measured(time) => format!("{UNIT} over {time}"),
        }
    }

    /// What is worth saying of the period beside the unit; may be empty.
    pub(super) fn remark(&self) -> &'static str {
        match self {
            Self::Month => "a month is 730 h",
            Self::Measured(_) => "",
        }
    }
}
