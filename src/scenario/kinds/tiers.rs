//! Low-priority nodes beside dedicated ones in one cluster or pool, and what they cost.

use super::Given;
use crate::catalog::PriceTier;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices::{Bought, stale};
use crate::scenario::buying::sold::low_priority_retired;
use crate::scenario::buying::source::PriceSource;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::price;

const HELP: &str = "write the price of a low-priority node in US dollars per hour, such as \
                    `low_priority_price_per_hour = 0.05`";

/// The machines, of which some are bought at the price of low priority.
pub(super) fn with_low_priority(
    given: &Given<'_>,
    host: Host,
    low_priority_nodes: u32,
    machines: Read<Bought>,
) -> Read<Bought> {
    let table = given.table;
    let low = table.read("low_priority_price_per_hour", price);
    let (mut bought, low) = (machines?, low?);
    if low_priority_nodes == 0 {
        return Ok(bought);
    }
    if bought.size.is_some() {
        let at = (table, "low_priority_nodes");
        let told = low_priority_retired(given.market, (given.name, host), at)?;
        bought.warnings.extend(told);
    }
    let (per_hour, source) = match (low, &bought.size, &bought.prices.region) {
        (Some(_), Some(_), _)
            if table.precedence("vm_size") > table.precedence("low_priority_price_per_hour") =>
        {
            return Err(table.refuse("vm_size", stale("low_priority_price_per_hour", "size")));
        }
        (Some(low), ..) => (low, None),
        (None, Some(size), Some(region)) => {
            let tier = PriceTier::LowPriority;
            let refuse = |complaint: Complaint| {
                let help = complaint.help.clone().unwrap_or_default();
                table.refuse(
                    "low_priority_nodes",
                    complaint.help(format!("{HELP}; {help}")),
                )
            };
            let (per_hour, source) = given.market.price((size, region, tier), refuse)?;
            (per_hour, Some(source))
        }
        _ => return Err(table.missing("low_priority_price_per_hour", HELP)),
    };
    bought.prices.low_priority_per_hour = per_hour;
    bought.prices.low_priority_source.clone_from(&source);
    let mut what: Vec<String> = bought.size.iter().map(|size| size.name.clone()).collect();
    what.extend(bought.prices.region.clone());
    what.push("low priority".to_owned());
    bought.sources.push(PriceSource {
        of: given.name.to_owned(),
        what: what.join(", "),
        price: format!("{} USD/h", per_hour.dollars()),
        source,
    });
    Ok(bought)
}
