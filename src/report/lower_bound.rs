//! How good a variant could be: its cost against the least of any policy, and how well its nodes follow demand.

use super::StudyResults;
use super::figure::{Figure, decimal, share, usd};
use super::money;
use super::numbers::Shown;
use super::observation::Observation;
use super::row::Row;
use super::statistic::Statistic;
use crate::results::Elasticity;
use crate::units::{NodeTime, SimDuration};

/// The least cost of any policy.
pub(super) const BOUND: Figure = usd(
    "cost_lower_bound_usd",
    "no policy does the runs that ended by themselves for less: [how good could it be](deciding.md#how-good-could-it-be); empty of services, and of all \
     targets together where one is a service",
    |of| of.least.map(|least| of.money(least)),
);

/// What the workspace's own bill has above it.
const ABOVE: Statistic = Statistic::Ratio(|of| {
    let least = of.money(of.least?);
    Some([money::own_cost(of)? - least, least])
});

/// The bill over the bound.
const TIMES: Statistic = Statistic::Ratio(|of| Some([money::own_cost(of)?, of.money(of.least?)]));

/// What is above the bound, as a figure.
pub(super) const ABOVE_BOUND: Figure = share(
    "cost_above_bound",
    "`cost_workspace_usd` less `cost_lower_bound_usd`, over the latter; empty where the bound is 0",
    ABOVE,
);

/// Share of the measured time, or of time times a share of demand.
fn of_time(of: &Observation<'_>, time: impl Fn(&Elasticity) -> NodeTime) -> Option<f64> {
    let elasticity = of.elasticity?;
    Some(time(&elasticity).0 as f64 / of.window.length().0 as f64)
}

fn length(time: SimDuration) -> NodeTime {
    NodeTime(u128::from(time.0))
}

/// The elasticity metrics.
pub(super) const ELASTICITY: [Figure; 5] = [
    decimal(
        "under_provisioning",
        "share of demand",
        "accuracy of under-provisioning: the mean over time of the share of the nodes that runs need that is not ready \
         ([elasticity](#elasticity)); of clusters and pools, and of one target only",
        |of| of_time(of, |sums| sums.under),
    ),
    decimal(
        "over_provisioning",
        "share of demand",
        "accuracy of over-provisioning: the mean over time of nodes that are ready and not needed, over those that are needed, at least 1",
        |of| of_time(of, |sums| sums.over),
    ),
    share(
        "under_provisioned_time",
        "share of the time in which fewer nodes are ready than runs need",
        Statistic::Mean(|of| of_time(of, |sums| length(sums.under_time))),
    ),
    share(
        "over_provisioned_time",
        "share of the time in which more nodes are ready than runs need",
        Statistic::Mean(|of| of_time(of, |sums| length(sums.over_time))),
    ),
    share(
        "instability",
        "share of the minutes over which demand and ready nodes do not go the same way (up, down, or neither)",
        Statistic::Ratio(|of| {
            let sums = of.elasticity?;
            Some([sums.unstable_steps as f64, sums.steps as f64])
        }),
    ),
];

/// Share above the bound from which on it is told: less is within what estimates of durations and prices are off.
const TOLD: f64 = 0.05;

/// What the bound is of a bill per month, as its share of the whole bill; else of the whole bill.
fn told(of: &Observation<'_>) -> Option<f64> {
    let least = of.money(of.least?);
    let whole = money::own_cost(of)?;
    Some(money::cost_per_month(of).map_or(least, |month| month * least / whole))
}

/// How far the variant that is taken is from the bound, or else the cheapest; nothing where no policy could save much.
pub(super) fn sentences(study: &StudyResults, taken: Option<usize>) -> Vec<String> {
    if let Some(taken) = taken {
        let row = Row::of_all(&study.variants[taken]);
        return sentence(&row).into_iter().collect();
    }
    let rows = study.variants.iter().map(Row::of_all);
    let costs = rows.map(|row| Some((row.estimate(money::own_cost)?.mean, row)));
    let Some(mut costs) = costs.collect::<Option<Vec<(f64, Row<'_>)>>>() else {
        return Vec::new();
    };
    costs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let cheapest = costs.first();
    cheapest
        .and_then(|(_, row)| sentence(row))
        .into_iter()
        .collect()
}

fn sentence(row: &Row<'_>) -> Option<String> {
    let above = row.figure(ABOVE).filter(|above| above.mean >= TOLD)?;
    let least = row.estimate(told)?;
    let month = row
        .estimate(money::cost_per_month)
        .map_or("", |_| " a month");
    let amount = Shown::of(least).with_unit(row.currency().code());
    let more = if above.mean < 1.0 {
        Shown::of(above.scaled(100.0)).with_unit("%") + " more"
    } else {
        Shown::of(row.figure(TIMES)?).with_unit("times") + " as much"
    };
    Some(format!(
        "No policy does this work on the machines of `{}` for less than {amount}{month}, however long runs wait. It costs {more}.",
        row.variant
    ))
}
