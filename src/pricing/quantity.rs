//! What the lines of a bill count, and in which units.

/// An exact quantity, as a number of equal parts of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The parts.
    pub parts: u128,
    /// Parts of one unit.
    pub per_unit: u128,
    /// The unit.
    pub unit: Unit,
}

/// What quantities are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// An hour of a machine, or of one thing that is charged for by the hour.
    Hour,
    /// A day of one thing.
    Day,
    /// A month of 730 hours of one thing.
    Month,
    /// A dollar of a savings plan.
    Dollar,
    /// An hour of a node, for the fee of a service.
    NodeHour,
    /// An hour of a replica while it exists, with its vCPUs and memory.
    ReplicaHour,
    /// An hour of executions, with the memory of a replica.
    ExecutionHour,
    /// A million executions.
    MillionExecutions,
}

impl Unit {
    /// As bills print it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Dollar => "USD",
            Self::NodeHour => "node-hour",
            Self::ReplicaHour => "replica-hour",
            Self::ExecutionHour => "execution-hour",
            Self::MillionExecutions => "million executions",
        }
    }
}
