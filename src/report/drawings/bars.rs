//! Bars: what variants cost, what their runs wait for, what becomes of their requests.

use super::{Doing, about, named, own_cost, period, running, serving};
use crate::category::Category;
use crate::pricing::{CostLines, SplitCost, per_month};
use crate::report::charts::causes::{CauseBar, CausesInput};
use crate::report::charts::cost::{CostBar, CostInput, PARTS};
use crate::report::charts::money::Period;
use crate::report::charts::outcomes::{OutcomeBar, OutcomesInput};
use crate::report::charts::{Chart, causes, cost, outcomes};
use crate::report::figure::Figure;
use crate::report::figures;
use crate::report::observation::Observation;
use crate::report::row::{Row, has_other_bills};
use crate::report::statistic::Statistic;
use crate::report::terminal_units::unit_of_waits;
use crate::report::{StudyResults, VariantResults, money, requests, waits};
use crate::units::Usd;

/// Mean cost by category of each variant.
pub(in crate::report) fn cost_by_category(study: &StudyResults) -> Option<Chart> {
    let period = period(study);
    let total = match period {
        Period::Month => money::all_per_month,
        Period::Measured(_) => money::cost,
    };
    let bars = named(study).map(|(name, variant)| CostBar {
        name,
        parts: parts(variant, &period),
        half_width: Row::of_all(variant)
            .estimate(total)
            .and_then(|cost| cost.half_width),
    });
    cost::draw(&CostInput {
        study: about(study),
        has_other_bills: has_other_bills(study),
        bars: bars.collect(),
        baseline: Some(study.baseline),
    })
}

/// The unit of costs in charts, and the mean cost of each variant by the parts of its bar.
pub(in crate::report) fn costs_by_category(study: &StudyResults) -> (String, Vec<[f64; PARTS]>) {
    let period = period(study);
    let variants = study.variants.iter();
    let costs = variants.map(|variant| parts(variant, &period));
    (about(study).unit_of_costs(), costs.collect())
}

/// Mean cost of a variant by category of the chart.
fn parts(variant: &VariantResults, period: &Period) -> [f64; PARTS] {
    let lines = |cost: &SplitCost| match period {
        Period::Month => cost.within,
        Period::Measured(_) => cost.whole(),
    };
    let amount = |cost: Usd, of: &Observation<'_>| match period {
        Period::Month => per_month(cost, of.window) * of.currency.per_dollar(),
        Period::Measured(_) => of.money(cost),
    };
    let row = Row::of_all(variant);
    let mut means = [0.0; PARTS];
    let count = row.replications();
    for replication in 0..count {
        let parts = row.observe(replication, |of| {
            parts_of(&lines(&of.cost)).map(|part| amount(part, of))
        });
        for (mean, part) in means.iter_mut().zip(parts) {
            *mean += part / count as f64;
        }
    }
    means
}

/// The lines of a cost as the parts of a bar.
fn parts_of(lines: &CostLines) -> [Usd; PARTS] {
    let mut parts = [Usd::ZERO; PARTS];
    for (category, cost) in Category::ALL.iter().zip(lines.lines()) {
        let mut legends = cost::legends().into_iter();
        let part = legends.position(|part| part == category.legend());
        parts[part.expect("each category has its part")] += cost;
    }
    parts
}

/// What a variant costs, by which bars are in order.
fn mean_cost(study: &StudyResults, row: &Row<'_>) -> f64 {
    row.figure(own_cost(study)).map_or(0.0, |cost| cost.mean)
}

/// What became of requests.
pub(in crate::report) fn outcomes_of_requests(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = serving(study)?;
    let bars = variants.into_iter().map(|doer| {
        let parts = [
            requests::IN_TIME_SHARE,
            requests::LATE_SHARE,
            requests::TIMED_OUT_SHARE,
            requests::REJECTED_SHARE,
            requests::UNFINISHED_SHARE,
        ];
        let within = doer.row.figure(requests::IN_TIME_SHARE);
        let mean = |part: Statistic| doer.row.figure(part).map_or(0.0, |part| part.mean);
        OutcomeBar {
            cost: mean_cost(study, &doer.row),
            name: doer.name,
            shares: within.map(|_| parts.map(mean)),
            half_width: within.and_then(|within| within.half_width),
            has_slo: doer.row.figure(requests::SLO_SHARE).is_some(),
        }
    });
    outcomes::draw(&OutcomesInput {
        study: about(study),
        bars: bars.collect(),
        baseline,
    })
}

/// The mean wait of each variant by cause.
pub(in crate::report) fn waits_by_cause(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = running(study)?;
    let bars = variants.into_iter().map(|doer| {
        let mean = |part: &Figure| {
            doer.row
                .figure(part.statistic)
                .map_or(0.0, |part| part.mean)
        };
        let wait = doer.row.figure(figures::WAIT_MEAN);
        CauseBar {
            cost: mean_cost(study, &doer.row),
            name: doer.name,
            parts_s: wait.map(|_| waits::CAUSES.each_ref().map(mean)),
            half_width_s: wait.and_then(|wait| wait.half_width),
            grows: doer.row.growing.runs,
        }
    });
    causes::draw(&CausesInput {
        study: about(study),
        bars: bars.collect(),
        baseline,
        unit: unit_of_waits(study),
    })
}
