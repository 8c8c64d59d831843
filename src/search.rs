//! A search for the best variant: how clear its winner is to be and what may be spent, and the places of variants on its grid.
//! Plain data, which `scenario` reads and `report` uses.

/// How a search ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// A difference that does not matter, as a share of what is to be small.
    pub indifference: f64,
    /// Replications of every point in the first round.
    pub first: u32,
    /// Replications of a point at most.
    pub most: u32,
}

/// A key and the value that a variant gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinate {
    /// The dotted key.
    pub key: String,
    /// The shortest end of the key that no other key of the grid shares.
    pub label: String,
    /// The value, as names of variants have it.
    pub value: String,
    /// The value as TOML.
    pub toml: String,
}
