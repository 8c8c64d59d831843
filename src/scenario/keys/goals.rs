//! `[goal]` and `[[expect]]`: limits on figures.

use super::declaration::{Key, Shape, Value, joined, key, value, words};
use crate::goal::{Dimension, Figure, ScopeKind};

/// A limit, or several.
const LIMIT: Value = Value::OneOrMore(&Value::Text);

/// How many figures may have a limit.
const COUNT: usize = Figure::ALL.len();

/// A limit for each figure.
const LIMITS: &[Key] = &{
    let mut all = [of_figure(Figure::ALL[0]); COUNT];
    let mut next = 0;
    while next < COUNT {
        all[next] = of_figure(Figure::ALL[next]);
        next += 1;
    }
    all
};

/// How many figures are known of what is of a kind.
const fn count(kind: ScopeKind) -> usize {
    let (mut count, mut next) = (0, 0);
    while next < COUNT {
        if kind.has(Figure::ALL[next]) {
            count += 1;
        }
        next += 1;
    }
    count
}

/// A limit for each figure that is known of what is of a kind.
const fn limits<const N: usize>(kind: ScopeKind) -> [Key; N] {
    let mut all = [of_figure(Figure::ALL[0]); N];
    let (mut count, mut next) = (0, 0);
    while next < COUNT {
        if kind.has(Figure::ALL[next]) {
            all[count] = of_figure(Figure::ALL[next]);
            count += 1;
        }
        next += 1;
    }
    all
}

/// Limits on the figures of a target or a service.
pub const TARGET_LIMITS: &[Key] = &limits::<{ count(ScopeKind::Target) }>(ScopeKind::Target);

/// Limits on the figures of a workload.
pub const WORKLOAD_LIMITS: &[Key] = &limits::<{ count(ScopeKind::Workload) }>(ScopeKind::Workload);

/// Limits on the figures of a user or a group of users.
pub const RUN_LIMITS: &[Key] = &limits::<{ count(ScopeKind::User) }>(ScopeKind::User);

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
pub const GOAL: &[Key] = &joined::<{ 5 + COUNT }>(&[
    &[
        words("minimize", MINIMIZED)
            .means("Figure that is to be small among the variants that meet the goal")
            .default("cost")
            .such_as("wait_p95"),
        key("target", Shape::Named(TARGET_LIMITS))
            .means("Limits on the figures of one target or service")
            .allows("`[goal.target.NAME]`")
            .such_as("gpu"),
        key("workload", Shape::Named(WORKLOAD_LIMITS))
            .means("Limits on the figures of the runs of one workload")
            .allows("`[goal.workload.NAME]`")
            .such_as("training"),
        key("user", Shape::Named(RUN_LIMITS))
            .means("Limits on the figures of the runs of one user of logs")
            .allows("`[goal.user.NAME]`")
            .such_as("ann"),
        key("group", Shape::Named(RUN_LIMITS))
            .means("Limits on the figures of the runs of one group of users of logs")
            .allows("`[goal.group.NAME]`")
            .such_as("vision"),
    ],
    LIMITS,
]);

/// `[[expect]]`.
pub const EXPECT: &[Key] = &joined::<{ 5 + COUNT }>(&[
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
        value("workload", Value::Text)
            .means("Workload the figures of whose runs are checked, instead of a target")
            .allows("the name of a workload")
            .otherwise("", "all workloads together")
            .not_beside(&["target"])
            .such_as("training"),
        value("user", Value::Text)
            .means("User of logs the figures of whose runs are checked, instead of a target")
            .allows("the name of a user in a log")
            .otherwise("", "all runs")
            .not_beside(&["target", "workload"])
            .such_as("ann"),
        value("group", Value::Text)
            .means(
                "Group of users of logs the figures of whose runs are checked, instead of a target",
            )
            .allows("the name of a group in a log")
            .otherwise("", "all runs")
            .not_beside(&["target", "workload", "user"])
            .such_as("vision"),
    ],
    LIMITS,
]);
