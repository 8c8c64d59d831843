//! Sorts of values that several keys have.

use std::ops::Bound::{self, Excluded, Included, Unbounded};

use super::declaration::Value;

/// Nodes of a target at most.
pub(super) const NODES_AT_MOST: i64 = 65_000;

/// Tokens of a request at most.
pub(super) const TOKENS_AT_MOST: i64 = 1_000_000_000;

/// Weights, of which not all are 0.
pub(super) const WEIGHTS: Value = Value::List(&limited(Included(0.0), Unbounded));

/// Any number.
pub(super) const ANY_NUMBER: Value = limited(Unbounded, Unbounded);

/// Signs before the decimals of numbers in a file.
pub(super) const DECIMALS: &[&str] = &[".", ","];

/// Units of a column of times.
pub(super) const UNITS: &[&str] = &["ms", "s", "min", "h", "d"];

/// A length of time of 0 or more.
pub(super) const DURATION: Value = Value::Duration {
    zero: true,
    never: false,
};
/// A length of time above 0.
pub(super) const POSITIVE: Value = Value::Duration {
    zero: false,
    never: false,
};

/// Numbers of two ends, both allowed.
pub(super) const fn from_to(from: f64, to: f64) -> Value {
    limited(Included(from), Included(to))
}

/// Numbers above one end.
pub(super) const fn above(from: f64) -> Value {
    limited(Excluded(from), Unbounded)
}

/// Numbers between two ends.
pub(super) const fn limited(from: Bound<f64>, to: Bound<f64>) -> Value {
    Value::Number(from, to)
}
