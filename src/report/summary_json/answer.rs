//! The answer of a study for programs: what is chosen, and each limit with what the intervals say.

use serde::Serialize;

use crate::currency::Currency;
use crate::goal::{Dimension, Limit, ScopeKind};
use crate::report::StudyResults;
use crate::report::answer::{self, Expected, Judged, Outcome, Standing, Verdict};
use crate::report::main_table::{Mean, exact};
use crate::report::row::ALL_TARGETS;

/// What to take.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Choice<'a> {
    /// One variant and no goal.
    Nothing,
    /// By a goal.
    Goal {
        minimize: &'static str,
        outcome: &'static str,
        variant: &'a str,
        tied: Vec<&'a str>,
        standings: Vec<Stands<'a>>,
    },
    /// Without one.
    ParetoOptimal {
        variants: Vec<&'a str>,
        knee: Option<&'a str>,
        cheapest: Option<&'a str>,
    },
}

/// A variant and the limits of the goal.
#[derive(Serialize)]
pub(super) struct Stands<'a> {
    variant: &'a str,
    verdict: &'static str,
    limits: Vec<LimitOf<'a>>,
}

/// A limit with what a variant makes of it.
#[derive(Serialize)]
pub(super) struct LimitOf<'a> {
    limit: String,
    figure: &'static str,
    target: &'a str,
    workload: &'a str,
    user: &'a str,
    group: &'a str,
    unit: String,
    bound: f64,
    value: Option<Mean>,
    verdict: &'static str,
    replications_needed: Option<u64>,
}

/// A threshold.
#[derive(Serialize)]
pub(super) struct Threshold<'a> {
    variant: &'a str,
    kept: bool,
    #[serde(flatten)]
    limit: LimitOf<'a>,
}

impl<'a> Choice<'a> {
    pub(super) fn of(study: &'a StudyResults, choice: &'a answer::Choice<'a>) -> Self {
        let name = |position: &usize| study.variants[*position].name.as_str();
        match choice {
            answer::Choice::Nothing => Self::Nothing,
            answer::Choice::Front(front) => {
                let variants: Vec<&str> = front.members.iter().map(|of| of.variant).collect();
                Self::ParetoOptimal {
                    knee: front.knee.map(|knee| variants[knee]),
                    cheapest: (front.cheapest.as_ref()).map(|of| name(&of.position)),
                    variants,
                }
            }
            answer::Choice::Goal {
                goal,
                standings,
                outcome,
            } => {
                let (word, position, tied) = match outcome {
                    Outcome::Chosen(chosen) => ("meets", chosen.position, &chosen.tied[..]),
                    Outcome::Undecided(position) => ("undecided", *position, &[][..]),
                    Outcome::Missed(position) => ("fails", *position, &[][..]),
                };
                Self::Goal {
                    minimize: goal.minimize.name(),
                    outcome: word,
                    variant: name(&position),
                    tied: tied.iter().map(name).collect(),
                    standings: (standings.iter())
                        .map(|of| Stands::of(of, &study.currency()))
                        .collect(),
                }
            }
        }
    }
}

impl<'a> Stands<'a> {
    fn of(standing: &'a Standing<'a>, currency: &Currency) -> Self {
        Self {
            variant: standing.variant,
            verdict: standing.verdict().word(),
            limits: (standing.judged.iter())
                .map(|judged| LimitOf::of(judged, currency))
                .collect(),
        }
    }
}

impl<'a> LimitOf<'a> {
    fn of(judged: &'a Judged<'a>, currency: &Currency) -> Self {
        let Limit {
            figure,
            scope,
            value,
            ..
        } = judged.limit;
        let name_of = |kind| scope.name_of(kind).unwrap_or(ALL_TARGETS);
        Self {
            limit: judged.limit.written(),
            figure: figure.name(),
            target: name_of(ScopeKind::Target),
            workload: name_of(ScopeKind::Workload),
            user: name_of(ScopeKind::User),
            group: name_of(ScopeKind::Group),
            unit: match figure.dimension() {
                Dimension::Money => currency.code(),
                Dimension::Time => "s",
                Dimension::Share => "fraction (0 to 1)",
            }
            .to_owned(),
            bound: *value,
            value: judged.value.map(exact),
            verdict: judged.verdict.word(),
            replications_needed: match judged.verdict {
                Verdict::Undecided { replications } => replications,
                Verdict::Meets | Verdict::NoValue | Verdict::Fails => None,
            },
        }
    }
}

impl<'a> Threshold<'a> {
    pub(super) fn of(expected: &'a Expected<'a>, currency: &Currency) -> Self {
        Self {
            variant: expected.variant,
            kept: expected.is_kept,
            limit: LimitOf::of(&expected.judged, currency),
        }
    }
}

/// Keys with units and meanings.
pub(super) const KEYS: &[(&str, &str, &str)] = &[
    (
        "answer.sentences[]",
        "",
        "the answer, as on the terminal; empty where there is nothing to choose",
    ),
    (
        "answer.kind",
        "",
        "`goal`; `pareto_optimal` without a goal; `nothing` for one variant without a goal, and for variants that do different \
         sorts of work",
    ),
    (
        "answer.outcome",
        "",
        "of `goal`: `meets` (a variant meets the goal), `undecided` or `fails` (none does)",
    ),
    (
        "answer.variant",
        "",
        "of `goal`: the variant to take, or the one that comes closest",
    ),
    (
        "answer.minimize",
        "",
        "of `goal`: key of the figure to make small",
    ),
    (
        "answer.tied[]",
        "",
        "of `goal`: variants that meet it too, without a clear difference in that figure",
    ),
    (
        "answer.standings[]",
        "",
        "of `goal`: for each `variant` its `verdict` on all limits, and `limits[]` with `limit` as written, `figure`, `target`, \
         `workload`, `user`, `group`, `unit`, `bound`, `value`, `verdict` and `replications_needed`, as in `goals.csv`",
    ),
    (
        "answer.variants[]",
        "",
        "of `pareto_optimal`: names of the variants, the cheapest first",
    ),
    (
        "answer.knee",
        "",
        "of `pareto_optimal`: name of the variant at the knee, or `null`",
    ),
    (
        "answer.cheapest",
        "",
        "of `pareto_optimal`: name of the variant to take, where the times of all are the same, so that they differ in cost alone; \
         else `null`",
    ),
    (
        "expectations[]",
        "",
        "for each threshold and `variant` whether it is `kept`, with the keys of `limits[]`",
    ),
];
