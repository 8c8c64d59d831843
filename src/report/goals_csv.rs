//! `goals.csv`: each limit of the goal and each expectation with each variant.

use std::io::{self, Write};

use super::answer::{Answer, Choice, Judged, Verdict};
use super::figures::FIGURES;
use super::row::ALL_TARGETS;
use super::table::{Cell, Column, write_rows};
use super::{ReportFile, StudyResults, Written};
use crate::currency::Currency;
use crate::goal::{Dimension, Limit, ScopeKind, Side};
use crate::stats::Estimate;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "goals.csv",
    meaning: "One row per variant and limit of `[goal]`, then one per variant and threshold of `[[expect]]`; written only where the \
        scenario or a flag has one. A variant meets the goal if all its rows say `meets`. Limits on work that a variant does not do, \
        or on a target, a workload, a user or a group that it does not have, have no row. [deciding.md](deciding.md) explains the verdicts.",
    written: Written::WithGoals,
    columns: || COLUMNS.iter().map(Column::doc).collect(),
    write,
};

/// Whether there is anything to judge.
pub(super) fn applies(study: &StudyResults) -> bool {
    study.goal.is_some() || !study.expectations.is_empty()
}

struct Judgment {
    variant: String,
    limit: Limit,
    value: Option<Estimate>,
    verdict: Verdict,
    /// Whether a threshold is kept; none of a goal.
    is_kept: Option<bool>,
    currency: Currency,
}

impl Judgment {
    fn of(
        variant: &str,
        judged: &Judged<'_>,
        (is_kept, currency): (Option<bool>, Currency),
    ) -> Self {
        Self {
            variant: variant.to_owned(),
            limit: judged.limit.clone(),
            value: judged.value,
            verdict: judged.verdict,
            is_kept,
            currency,
        }
    }

    /// The name of what the limit is about, if that is of this kind.
    fn name(&self, kind: ScopeKind, cell: &mut Cell) {
        cell.text(self.limit.scope.name_of(kind).unwrap_or(ALL_TARGETS));
    }
}

fn number(number: Option<f64>, cell: &mut Cell) {
    if let Some(number) = number {
        cell.decimal(number);
    }
}

const COLUMNS: &[Column<Judgment>] = &[
    Column::new("source", "", "`goal` or `expect`", |of, cell| {
        cell.text(if of.is_kept.is_some() {
            "expect"
        } else {
            "goal"
        });
    }),
    Column::new("variant", "", "name of the variant", |of, cell| {
        cell.text(&of.variant);
    }),
    Column::new(
        "target",
        "",
        "name of the target, or `(all)`",
        |of, cell| of.name(ScopeKind::Target, cell),
    ),
    Column::new(
        "workload",
        "",
        "name of the workload of a limit on its runs alone, else `(all)`",
        |of, cell| of.name(ScopeKind::Workload, cell),
    ),
    Column::new(
        "user",
        "",
        "name of the user of logs of a limit on the runs of that user, else `(all)`",
        |of, cell| of.name(ScopeKind::User, cell),
    ),
    Column::new(
        "group",
        "",
        "name of the group of a limit on the runs of that group, else `(all)`",
        |of, cell| of.name(ScopeKind::Group, cell),
    ),
    Column::new("figure", "", "key of the figure", |of, cell| {
        cell.text(of.limit.figure.name());
    }),
    Column::new(
        "side",
        "",
        "`at_most` or `at_least`: on which side of the limit it is good",
        |of, cell| {
            cell.text(match of.limit.side {
                Side::AtMost => "at_most",
                Side::AtLeast => "at_least",
            });
        },
    ),
    Column::new("limit", "the row's `unit`", "the limit", |of, cell| {
        number(Some(of.limit.value), cell);
    }),
    Column::new(
        "value",
        "the row's `unit`",
        "the figure; empty where there is none",
        |of, cell| number(of.value.map(|value| value.mean), cell),
    ),
    Column::new(
        "value_ci95",
        "the row's `unit`",
        "half-width of the 95 % confidence interval of `value`",
        |of, cell| number(of.value.and_then(|value| value.half_width), cell),
    ),
    Column::new(
        "unit",
        "",
        "`s`, `fraction (0 to 1)` or the code of the currency",
        |of, cell| {
            let name = of.limit.figure.column();
            let known = FIGURES.iter().find(|figure| figure.name == name);
            match of.limit.figure.dimension() {
                Dimension::Money => cell.text(of.currency.code()),
                Dimension::Time | Dimension::Share => {
                    cell.text(known.map_or("", |figure| figure.unit));
                }
            }
        },
    ),
    Column::new(
        "verdict",
        "",
        "`meets`: the interval is on the good side; `fails`: it is on the bad side, or the queue grows; `undecided`: it covers the \
         limit, or there is one replication; `no_value`: there is no such figure",
        |of, cell| cell.text(of.verdict.word()),
    ),
    Column::new(
        "replications_needed",
        "",
        "about how many replications would decide; empty where it is decided, or where no number of them would",
        |of, cell| {
            if let Verdict::Undecided {
                replications: Some(count),
            } = of.verdict
            {
                cell.integer(count);
            }
        },
    ),
    Column::new(
        "kept",
        "",
        "of `expect`: 1 where `value` is on the good side, else 0; empty of `goal`",
        |of, cell| {
            if let Some(is_kept) = of.is_kept {
                cell.integer(u32::from(is_kept));
            }
        },
    ),
];

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let answer = Answer::of(study);
    let currency = study.currency();
    let standings = match &answer.choice {
        Choice::Goal { standings, .. } => &standings[..],
        Choice::Nothing | Choice::Front(_) => &[],
    };
    let of_goal = standings.iter().flat_map(|standing| {
        let judged = standing.judged.iter();
        judged.map(|judged| Judgment::of(standing.variant, judged, (None, currency)))
    });
    let expected = answer.expected.iter().map(|expected| {
        let is_kept = Some(expected.is_kept);
        Judgment::of(expected.variant, &expected.judged, (is_kept, currency))
    });
    write_rows(COLUMNS, of_goal.chain(expected), currency, out)
}
