//! Whether what a target is bought as can be bought: what the service offers, what is retired, and what is doubtful.

use std::fmt;

use super::host::Host;
use super::market::{Market, Region};
use super::prices::{Buyer, Hourly};
use crate::catalog::{Cloud, Finding, ManagedCompute, PriceTier, Scope, retirement_of};
use crate::pricing::Meter;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;

/// Refuses low priority at the key that asks for it where it is retired on the day of the purchase.
pub(in crate::scenario) fn low_priority_retired(
    market: &Market<'_>,
    (name, host): (&str, Host),
    at: (&Cursor<'_>, &str),
) -> Read<Option<String>> {
    let service = match host {
        Host::Batch => Scope::Batch.service(),
        _ => Scope::Managed.service(),
    };
    let what = format!("low priority on {service}");
    let azure = market.cloud()? == Cloud::Azure;
    let retirement = retirement_of("low_priority", host.scope()).filter(|_| azure);
    let finding = retirement
        .zip(market.bought()?)
        .and_then(|(retirement, day)| retirement.check(&what, day));
    // What took its place there.
    let instead = match at.1 {
        "tier" => "write `tier = \"spot\"` for machines that the cloud may take back".to_owned(),
        _ => format!(
            "for machines that the cloud may take back, leave this key out, add a cluster with `tier = \"spot\"`, and have the \
             workload use both: `targets = [\"spot\", \"{name}\"]`"
        ),
    };
    let finding = finding.map(|finding| match host {
        Host::Batch => finding,
        _ => Finding {
            help: format!("{instead}; {}", finding.help),
            ..finding
        },
    });
    market.retired(name, at, finding)
}

impl Buyer<'_> {
    /// Refuses what the service does not make of such a size. The lists of sizes are those of Azure.
    pub(super) fn is_sold(&self) -> Read<()> {
        let (Some(kind), Cloud::Azure) = (self.host.managed(), self.market.cloud()?) else {
            return Ok(());
        };
        let catalog = self.market.catalog()?;
        let mut refused = Ok(());
        let mut refuse = |key: &str, complaint: Complaint| {
            refused = Err(self.table.refuse(key, complaint));
        };
        match self.size {
            Some(size) => {
                let unsupported = catalog.check_compute(size, kind, self.supported);
                if let Some(finding) = unsupported.filter(Finding::is_error) {
                    refuse("vm_size", finding.into());
                }
                if let Some(finding) = catalog.check_tier(size, kind, self.tier) {
                    refuse("tier", finding.into());
                }
            }
            None if kind == ManagedCompute::Instance && self.tier.may_be_evicted() => {
                let message = format!("a compute instance cannot be {}", self.tier.name());
                let help = "buy it pay as you go, or run the work on a cluster";
                refuse("tier", Complaint::new(message).help(help));
            }
            None => {}
        }
        refused
    }

    /// Refuses a size or a tier that is retired on the day of the purchase; says what is allowed although it is, and what will
    /// be within a year.
    pub(super) fn retired(&self, name: &str) -> Read<Vec<String>> {
        let (Some(size), Some(bought)) = (self.size, self.market.bought()?) else {
            return Ok(Vec::new());
        };
        let scope = self.host.scope();
        let finding = self.market.catalog()?.check_retired(size, scope, bought);
        let of_size = self.market.retired(name, (self.table, "vm_size"), finding);
        let of_tier = match self.tier {
            PriceTier::LowPriority => {
                low_priority_retired(self.market, (name, self.host), (self.table, "tier"))
            }
            _ => Ok(None),
        };
        Ok(of_size?.into_iter().chain(of_tier?).collect())
    }

    /// What is doubtful about a price, or was never listed where its price is given.
    pub(super) fn warnings(&self, name: &str, hourly: &Hourly) -> Read<Vec<String>> {
        let Some(size) = self.size else {
            let doubt = self.region.and_then(Region::doubt);
            return Ok(Vec::from_iter(doubt));
        };
        let catalog = self.market.catalog()?;
        let mut warnings = Vec::new();
        let region = self.region.map_or("", |region| region.name.as_str());
        let told = |finding: &dyn fmt::Display| format!("`{name}`: {finding}");
        let kind = self.host.managed();
        let unsupported = kind.and_then(|kind| catalog.check_compute(size, kind, self.supported));
        warnings.extend(unsupported.iter().map(|finding| told(finding)));
        if self.tier == PriceTier::SustainedUse {
            warnings.push(format!(
                "`{name}` is billed as a machine that runs the whole month: one that runs less has a smaller discount for sustained use"
            ));
        }
        if hourly.meter != Meter::Given {
            if let Some(bought) = self.market.bought()? {
                let unlisted = catalog.check_unlisted(size, region, bought);
                warnings.extend(unlisted.iter().map(|finding| told(finding)));
            }
            let price = catalog.price(&size.name, region);
            let price = price.and_then(|prices| prices.tier(self.tier));
            let doubt = price.and_then(|price| catalog.check_price(size, region, price));
            warnings.extend(doubt.iter().map(|finding| told(finding)));
        }
        if let Some(region) = self.region.filter(|_| hourly.meter == Meter::Given) {
            let unlisted = catalog.price(&size.name, &region.name).is_none();
            let doubt = region.doubt().or_else(|| {
                unlisted.then(|| {
                    format!(
                        "the price book has no price of `{}` in `{}`; the given price is taken",
                        size.name, region.name
                    )
                })
            });
            warnings.extend(doubt.map(|doubt| format!("`{name}`: {doubt}")));
        }
        Ok(warnings)
    }
}
