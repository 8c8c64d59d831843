//! The time that the costs of charts are of.

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
    /// The unit of a cost in a currency: `USD per month`.
    pub(super) fn unit(&self, currency: &str) -> String {
        match self {
            Self::Month => format!("{currency} per month"),
            Self::Measured(time) => format!("{currency} over {time}"),
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
