//! The keys of the table `precision`.

use super::declaration::{Key, Value, value};

/// Intervals that are wanted.
pub const PRECISION: &[Key] = &[
    share("cost", "Cost on the workspace's own bill").such_as("1%"),
    share("wait_mean", "Mean wait of runs").such_as("5%"),
    share("wait_p95", "95th percentile of the wait of runs").such_as("5%"),
    share("turnaround_mean", "Mean time from the submission of a run to its completion").such_as("2%"),
    share("latency_p95", "95th percentile of the latency of the only service").such_as("5%"),
    value("max_replications", Value::Whole(10, 1_000_000))
        .means(
            "Replications of each variant at most. Where they do not suffice, a warning says how wide \
             the intervals are",
        )
        .assumes("1000")
        .such_as("5000"),
];

/// A half-width as a share of the mean.
const fn share(name: &'static str, meaning: &'static str) -> Key {
    value(name, Value::Text)
        .means(meaning)
        .in_unit("half-width of its interval, in % of it")
        .allows("above 0 %, at most 100 %")
}
