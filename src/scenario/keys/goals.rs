//! `[goal]` and `[[expect]]`: limits on figures.

use super::declaration::{Key, Shape, Value, joined, key, value, words};
use crate::goal::{Dimension, Figure};

/// A limit, or several.
const LIMIT: Value = Value::OneOrMore(&Value::Text);

/// How many figures may have a limit.
const COUNT: usize = Figure::ALL.len();

/// A limit for each figure.
pub const LIMITS: &[Key] = &{
    let mut all = [of_figure(Figure::ALL[0]); COUNT];
    let mut next = 0;
    while next < COUNT {
        all[next] = of_figure(Figure::ALL[next]);
        next += 1;
    }
    all
};

const fn of_figure(figure: Figure) -> Key {
    let unit = match figure.dimension() {
        Dimension::Time => "duration",
        Dimension::Money => "USD",
        Dimension::Share => "percent",
    };
    value(figure.name(), LIMIT)
        .in_unit(unit)
        .means(figure.meaning())
        .allows("`<=` or `>=` with a value")
        .such_as(figure.example())
}

/// Figures that may be what is to be small.
pub const MINIMIZED: &[&str] = &[
    "cost",
    "cost_per_month",
    "cost_per_run",
    "cost_per_1000_requests",
    "wait_mean",
    "wait_p95",
    "turnaround_mean",
    "makespan",
    "latency_mean",
    "latency_p95",
];

/// `[goal]`.
pub const GOAL: &[Key] = &joined::<{ 2 + COUNT }>(&[
    &[
        words("minimize", MINIMIZED)
            .means("Figure that is to be small among the variants that meet the goal")
            .default("cost")
            .such_as("wait_p95"),
        key("target", Shape::Named(LIMITS))
            .means("Limits on the figures of one target or service")
            .allows("`[goal.target.NAME]`")
            .such_as("gpu"),
    ],
    LIMITS,
]);

/// `[[expect]]`.
pub const EXPECT: &[Key] = &joined::<{ 2 + COUNT }>(&[
    &[
        value("variant", Value::Text)
            .means("Variant whose figures are checked")
            .allows("the name of a variant")
            .otherwise("", "all variants")
            .such_as("always-on"),
        value("target", Value::Text)
            .means("Target or service whose figures are checked")
            .allows("the name of a target or a service")
            .otherwise("", "all targets together")
            .such_as("gpu"),
    ],
    LIMITS,
]);
