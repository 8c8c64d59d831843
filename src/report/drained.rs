//! What is paid after the horizon, while queued work is finished.

use super::StudyResults;
use super::money;
use super::numbers::Shown;
use super::row::Row;
use super::statistic::Statistic;
use crate::stats::Estimate;

/// Share of the cost after the horizon from which it is told.
const TOLD: f64 = 0.01;

const SHARE: Statistic =
    Statistic::Ratio(|of| Some([money::own_cost_drain(of)?, money::own_cost(of)?]));

/// Cost after the horizon of a variant of whose cost it is at least a hundredth: less changes no decision.
pub(super) fn told(row: &Row<'_>) -> Option<Estimate> {
    let is_told = row.figure(SHARE)?.mean >= TOLD;
    is_told.then(|| row.figure(Statistic::Mean(money::own_cost_drain)))?
}

/// The same of each variant, in words.
pub(super) fn sentences(study: &StudyResults) -> Vec<String> {
    let of = |row: Row<'_>| {
        let amount = Shown::of(told(&row)?).with_unit(study.currency().code());
        let share = Shown::percent(row.figure(SHARE)?).with_unit("%");
        Some(format!("{}: {amount}, {share} of its cost", row.variant))
    };
    let rows = study.variants.iter().map(Row::of_all);
    rows.filter_map(of).collect()
}
