//! Cost against waits and against latencies, a point for each variant.

use super::curves::slos;
use super::{Doing, about, own_cost, period, running, serving};
use crate::goal::{Figure, Goal, Limit, Scope, Side};
use crate::report::charts::money::Period;
use crate::report::charts::sweep::{self, SweepInput};
use crate::report::charts::tradeoff_input::{Line, Role, TradeoffInput, TradeoffPoint};
use crate::report::charts::work::Work;
use crate::report::charts::{Chart, tradeoff};
use crate::report::load::Compared;
use crate::report::numbers::TimeUnit;
use crate::report::pareto::dominated;
use crate::report::row::{Row, has_other_bills};
use crate::report::short_names::swept;
use crate::report::statistic::Statistic;
use crate::report::terminal_units::{unit_of_latencies, unit_of_waits};
use crate::report::{StudyResults, figures, money, requests};
use crate::stats::Estimate;

/// Cost against the 95th percentile of waits, a point for each variant.
pub(in crate::report) fn cost_against_wait(study: &StudyResults) -> Option<Chart> {
    tradeoff::draw(&of_runs(study)?)
}

/// Cost of a thousand requests against the 95th percentile of latencies, a point for each variant.
pub(in crate::report) fn cost_against_latency(study: &StudyResults) -> Option<Chart> {
    tradeoff::draw(&of_requests(study)?)
}

/// Cost and wait over the values of a sweep of one key; cost of requests and latency where there are no runs.
pub(in crate::report) fn over_a_sweep(study: &StudyResults) -> Option<Chart> {
    let names = study.variants.iter().map(|variant| variant.name.as_str());
    let names: Vec<&str> = names.collect();
    let (key, values) = swept(&names)?;
    let are_runs = study
        .variants
        .iter()
        .any(|variant| Row::of_all(variant).takes_runs());
    let tradeoff = if are_runs {
        of_runs(study)?
    } else {
        of_requests(study)?
    };
    sweep::draw(&SweepInput {
        key: key.to_owned(),
        values: values.into_iter().map(str::to_owned).collect(),
        tradeoff,
    })
}

fn of_runs(study: &StudyResults) -> Option<TradeoffInput> {
    let is_per_run = Compared::of(study) == Compared::PerRun;
    let cost = if is_per_run {
        money::COST_PER_COMPLETED_RUN
    } else {
        own_cost(study)
    };
    let work = (Work::Runs, unit_of_waits(study));
    let input = points(study, work, running(study)?, [cost, figures::WAIT_P95]);
    Some(if is_per_run {
        TradeoffInput {
            is_per_run,
            cost_limits: Vec::new(),
            ..input
        }
    } else {
        input
    })
}

fn of_requests(study: &StudyResults) -> Option<TradeoffInput> {
    let figures = [requests::COST_PER_THOUSAND, requests::LATENCY_P95];
    let work = (Work::Requests, unit_of_latencies(study));
    Some(points(study, work, serving(study)?, figures))
}

fn points(
    study: &StudyResults,
    (of, unit): (Work, TimeUnit),
    Doing { variants, baseline }: Doing<'_>,
    [cost, time]: [Statistic; 2],
) -> TradeoffInput {
    let means: Vec<[Option<Estimate>; 2]> = variants
        .iter()
        .map(|doer| [cost, time].map(|statistic| doer.row.figure(statistic)))
        .collect();
    let rows = variants.iter().map(|doer| [&doer.row; 2]);
    let rows: Vec<[&Row<'_>; 2]> = rows.collect();
    let dominated = dominated(&rows, [cost, time], baseline);
    let points = variants.iter().zip(means).zip(dominated);
    let points = points.map(
        |((doer, [mean_cost, mean_time]), is_dominated)| TradeoffPoint {
            is_dominated,
            name: doer.name.clone(),
            look: doer.look,
            role: Role::Variant,
            cost: mean_cost.map_or(0.0, |cost| cost.mean),
            cost_half_width: mean_cost.and_then(|cost| cost.half_width),
            wait_p95_s: mean_time.map(|time| time.mean),
            wait_p95_half_width_s: mean_time.and_then(|time| time.half_width),
        },
    );
    TradeoffInput {
        of,
        study: about(study),
        has_other_bills: has_other_bills(study),
        is_per_run: false,
        points: points.collect(),
        baseline,
        unit,
        time_limits: time_limits(study, of),
        cost_limits: goal_lines(study.goal.as_ref(), |figure| match (of, period(study)) {
            (Work::Runs, Period::Month) => figure == Figure::CostPerMonth,
            (Work::Runs, Period::Measured(_)) => figure == Figure::Cost,
            (Work::Requests, _) => figure == Figure::CostPerThousandRequests,
        }),
        wording: None,
    }
}

/// SLOs, and limits of the goal on the times that a chart shows.
fn time_limits(study: &StudyResults, of: Work) -> Vec<Line> {
    let (slos, shown) = match of {
        Work::Runs => (Vec::new(), Figure::WaitP95),
        Work::Requests => (slos(study), Figure::LatencyP95),
    };
    let slos = slos.into_iter().map(|(slo, _)| Line::slo(slo));
    let wanted = goal_lines(study.goal.as_ref(), |figure| figure == shown);
    slos.chain(wanted).collect()
}

/// Limits of a goal on all targets together, of the figures that are shown.
fn goal_lines(goal: Option<&Goal>, is_shown: impl Fn(Figure) -> bool) -> Vec<Line> {
    let limits = goal.into_iter().flat_map(|goal| &goal.limits);
    let shown = limits.filter(|limit| limit.scope == Scope::All && is_shown(limit.figure));
    shown.map(goal_line).collect()
}

/// The line of a limit of a goal.
pub(in crate::report) fn goal_line(limit: &Limit) -> Line {
    let side = match limit.side {
        Side::AtMost => "at most",
        Side::AtLeast => "at least",
    };
    let of = limit.scope.words();
    Line {
        at: limit.value,
        name: format!(
            "goal: {}{of} {side} {}",
            limit.figure.words(),
            limit.written
        ),
    }
}
