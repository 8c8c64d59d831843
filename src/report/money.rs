//! Costs of an observation, by whose bill they are on, in the currency that is printed.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all figures have the signature of [`Value`] or [`Parts`]"
)]

use super::observation::Observation;
use super::statistic::Statistic;
use crate::pricing::per_month;
use crate::units::Usd;

/// Total cost, whoever pays it.
pub(super) fn cost(of: &Observation<'_>) -> Option<f64> {
    Some(of.money(of.cost.whole().total()))
}

/// Cost on the workspace's own bill.
pub(super) fn own_cost(of: &Observation<'_>) -> Option<f64> {
    Some(of.money(own(of)))
}

/// The same, exactly.
pub(super) fn own(of: &Observation<'_>) -> Usd {
    of.cost.whole().total() - of.cost.others
}

/// Cost on the workspace's own bill, without that of services.
pub(super) fn cost_of_runs(of: &Observation<'_>) -> Option<f64> {
    of.runs.map(|_| of.money(own(of) - of.service_cost))
}

/// Cost after the horizon on the workspace's own bill.
pub(super) fn own_cost_drain(of: &Observation<'_>) -> Option<f64> {
    let others = of.cost.others - of.cost.others_within;
    Some(of.money(of.cost.drain.total() - others))
}

/// Cost within the horizon on the workspace's own bill, extrapolated to a month; `None` where the measured
/// time does not stand for a month.
pub(super) fn cost_per_month(of: &Observation<'_>) -> Option<f64> {
    let within = of.cost.within.total() - of.cost.others_within;
    let rate = of.currency.per_dollar();
    of.makes_months.then(|| per_month(within, of.window) * rate)
}

/// The same on all bills.
pub(super) fn all_per_month(of: &Observation<'_>) -> Option<f64> {
    of.makes_months
        .then(|| per_month(of.cost.within.total(), of.window) * of.currency.per_dollar())
}

/// Cost per submitted run: the same runs in each variant.
pub(super) const COST_PER_RUN: Statistic =
    Statistic::Ratio(|of| Some([cost_of_runs(of)?, of.runs?.submitted as f64]));

/// Cost per completed run.
pub(super) const COST_PER_COMPLETED_RUN: Statistic =
    Statistic::Ratio(|of| Some([cost_of_runs(of)?, of.runs?.completed as f64]));

/// Cost that the workspace's runs do not take.
pub(super) fn outside_workspace(of: &Observation<'_>) -> Option<f64> {
    of.cost.outside_workspace.map(|amount| of.money(amount))
}
