//! The keys of the table `search` beside those that it searches over.

use super::declaration::{Key, Value, value};

/// How a search ends.
pub const SEARCH: &[Key] = &[
    value("indifference", Value::Text)
        .means("Difference that does not matter: the search ends when no other point can be better by more")
        .in_unit("% of the figure that the goal minimizes")
        .allows("above 0 %, at most 100 %")
        .default("1%")
        .such_as("2%"),
    value("first_replications", Value::Whole(5, 1000))
        .means("Replications of every point in the first round")
        .default("10")
        .such_as("8"),
    value("max_replications", Value::Whole(5, 100_000))
        .means(
            "Replications of each point at most. Where they do not suffice, the answer says which \
             points are still open",
        )
        .default("1000")
        .such_as("300"),
];
