//! What is paid for by the hour, used or not, and covers usage at its rate: reservations and savings plans.

use crate::units::UsdPerHour;

/// What is paid for by the hour, used or not, and covers usage at its rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Name in the scenario.
    pub name: String,
    /// What is committed to.
    pub kind: CommitmentKind,
    /// The targets whose usage it covers, in scenario order.
    pub covers: Vec<Covered>,
    /// Where its prices are from, with their date, in words.
    pub source: Option<String>,
}

/// The kinds of commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitmentKind {
    /// Machines of a size.
    Reservation {
        /// How many.
        machines: u32,
        /// Price of each.
        per_hour: UsdPerHour,
    },
    /// Usage at savings-plan prices.
    SavingsPlan {
        /// Dollars of usage an hour, at the plan's prices.
        per_hour: UsdPerHour,
    },
}

/// A target that a commitment covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Its position in the variant's results.
    pub target: usize,
    /// Price of one of its machines under the commitment.
    pub per_hour: UsdPerHour,
}
