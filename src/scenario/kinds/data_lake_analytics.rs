//! Azure Data Lake Analytics: attached, billed by the job, no standing cost. Retired on 2024-02-29.
//!
//! Facts: capacity comes and goes with each job, and only a running job is paid (Azure documentation,
//! articles/data-lake-analytics/data-lake-analytics-overview.md; D). Prices of units could not be
//! verified (U): the scenario gives the price. Assumed: units are there immediately, a run of `nodes` = n takes n of them, and
//! none is kept from one run to the next.

use super::{Given, MAX_NODES, Made};
use crate::catalog::{Scope, retirement_of};
use crate::model::settings::{ClusterSettings, TargetKind};
use crate::scenario::buying::billing::steps_or;
use crate::scenario::buying::prices::Bought;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::count;

/// Reads an account.
pub(super) fn read(given: &Given<'_>) -> Read<Made> {
    let table = given.table;
    let help = "write how many analytics units it may use at once, such as `max_units = 20`";
    let units = table.require("max_units", help, count(1, MAX_NODES));
    let per_hour = super::listed::given_price(given, "price_per_unit_hour", "an hour of a unit");
    let billing = steps_or(table, assumed("1s", ""), assumed("0s", ""));
    let settings = ClusterSettings {
        one_run: true,
        ..ClusterSettings::new(0, units?)
    };
    let retirement = retirement_of("data_lake_analytics", Scope::Service);
    let bought_on = given.market.bought()?;
    let finding = retirement
        .zip(bought_on)
        .and_then(|(retirement, day)| retirement.check("Azure Data Lake Analytics", day));
    let at = (table, "max_units");
    let told = given.market.retired(given.name, at, finding)?;
    let mut bought = Bought::other(
        given.name,
        "analytics unit".to_owned(),
        (per_hour?, None),
        None,
    );
    bought.warnings.extend(told);
    Ok(Made {
        kind: TargetKind::Cluster(settings),
        bought,
        billing: billing?,
    })
}
