//! What a VM size and the services around it cost, each price with its source and date.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use crate::units::{HOURS_PER_MONTH, UsdPerHour};

/// Low priority costs this part of pay-as-you-go in 2,643 of the 2,675 cases in which both prices are known (0.197 to 0.201, by the
/// rounding of published digits); the others are A, M v3 and `FSv2` sizes in single regions.
pub const LOW_PRIORITY_FACTOR: f64 = 0.2;

/// How a VM is bought. Each has a meter of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PriceTier {
    /// By the hour, without commitment; the service calls such nodes dedicated.
    PayAsYouGo,
    /// Low priority: a fixed part of pay-as-you-go, and may be evicted.
    LowPriority,
    /// Spot: a price of its own that moves, and may be evicted.
    Spot,
    /// Under a savings plan for one year.
    SavingsPlan1y,
    /// Under a reservation for one year, spread over 8,760 hours.
    Reserved1y,
    /// Under a savings plan for three years.
    SavingsPlan3y,
    /// Under a reservation for three years, spread over 8,760 hours a year.
    Reserved3y,
    /// By the hour of a month of 730 hours in full use, with Google's discount for sustained use.
    SustainedUse,
}

/// How far a price was compared with a second source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// A second source has the same price.
    Agrees,
    /// No second source lists it.
    OneSource,
    /// The first source is wrong; the price is that of a second one, or of an earlier version of the first.
    Corrected,
    /// A second source has another price.
    Differs,
    /// The newest version of the source no longer lists it.
    Unlisted,
    /// It does not fit the prices of similar sizes.
    Suspect,
}

/// A price with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Dollars an hour, exactly.
    pub per_hour: UsdPerHour,
    /// Who states it; of an own price book without a source its path.
    pub source: Arc<str>,
    /// Date as of which it is stated, such as `2026-06-18` or `2022-Q4`; empty where not known.
    pub as_of: Arc<str>,
    /// How far it was compared with a second source; `None` where it was not.
    pub check: Option<Check>,
    /// ISO 4217 code of the currency of `per_hour`: `USD` nearly everywhere.
    pub currency: Arc<str>,
}

/// The prices of a size in a region, for Linux and without tax; one that no source states is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SizePrices {
    /// By the hour, without commitment.
    pub pay_as_you_go: Option<Price>,
    /// Low priority.
    pub low_priority: Option<Price>,
    /// Spot.
    pub spot: Option<Price>,
    /// Under a savings plan for one year.
    pub savings_plan_1y: Option<Price>,
    /// Under a reservation for one year.
    pub reserved_1y: Option<Price>,
    /// Under a savings plan for three years.
    pub savings_plan_3y: Option<Price>,
    /// Under a reservation for three years.
    pub reserved_3y: Option<Price>,
    /// In a month in full use, with the discount for sustained use.
    pub sustained_use: Option<Price>,
    /// First date on which a snapshot of its price book listed the pay-as-you-go price.
    pub first_seen: Option<Date>,
    /// Last such date.
    pub last_seen: Option<Date>,
    /// Newest snapshot of that price book, if it no longer listed the price.
    pub gone_in: Option<Date>,
}

/// The price of a disk, a load balancer and other services.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct ServicePrice {
    /// Service, such as `Managed disk`.
    pub service: String,
    /// What is bought, such as `P10 LRS (premium SSD, 128 GiB)`.
    pub item: String,
    /// Region, or `any`.
    pub region: String,
    /// Micro-dollars for one unit, rounded to the nearest.
    pub micro_usd: u64,
    /// Unit as stated, such as `1 month`.
    pub unit: String,
    /// Whether the price is stated or derived, and how well.
    pub kind: String,
    /// Who states it.
    pub source: String,
    /// Date as of which it is stated.
    pub as_of: String,
    /// Remark.
    pub note: String,
}

impl PriceTier {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::PayAsYouGo,
        Self::LowPriority,
        Self::Spot,
        Self::SavingsPlan1y,
        Self::Reserved1y,
        Self::SavingsPlan3y,
        Self::Reserved3y,
        Self::SustainedUse,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::PayAsYouGo => "pay as you go",
            Self::LowPriority => "low priority",
            Self::Spot => "spot",
            Self::SavingsPlan1y => "savings plan, 1 year",
            Self::Reserved1y => "reserved, 1 year",
            Self::SavingsPlan3y => "savings plan, 3 years",
            Self::Reserved3y => "reserved, 3 years",
            Self::SustainedUse => "sustained use",
        }
    }

    /// As a key and in names of columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::PayAsYouGo => "pay_as_you_go",
            Self::LowPriority => "low_priority",
            Self::Spot => "spot",
            Self::SavingsPlan1y => "savings_plan_1y",
            Self::Reserved1y => "reserved_1y",
            Self::SavingsPlan3y => "savings_plan_3y",
            Self::Reserved3y => "reserved_3y",
            Self::SustainedUse => "sustained_use",
        }
    }

    /// The tier of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.key() == key)
    }

    /// Whether nodes bought so may be evicted.
    pub fn may_be_evicted(self) -> bool {
        matches!(self, Self::LowPriority | Self::Spot)
    }
}

impl Check {
    /// All but nothing.
    const ALL: [Self; 6] = [
        Self::Agrees,
        Self::OneSource,
        Self::Corrected,
        Self::Differs,
        Self::Unlisted,
        Self::Suspect,
    ];

    /// In words, as files and lists write it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::OneSource => "one source",
            Self::Corrected => "corrected",
            Self::Differs => "differs",
            Self::Unlisted => "old",
            Self::Suspect => "suspect",
        }
    }

    /// The check of these words.
    pub(super) fn named(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.words() == words)
    }

    /// What is doubtful about the price; `None` where a second source agrees.
    pub fn doubt(self) -> Option<&'static str> {
        (self != Self::Agrees).then(|| self.words())
    }
}

impl Price {
    /// Whether it is stated in US dollars.
    pub fn is_in_dollars(&self) -> bool {
        &*self.currency == "USD"
    }

    /// Who states it, as of when, and what is doubtful about it.
    pub fn said(&self) -> String {
        let mut said = self.source.to_string();
        if !self.as_of.is_empty() && !said.ends_with(&*self.as_of) {
            said += ", as of ";
            said += &self.as_of;
        }
        if let Some(doubt) = self.check.and_then(Check::doubt) {
            said += "; ";
            said += doubt;
        }
        said
    }
}

impl SizePrices {
    /// The price of a tier, where a source states one.
    pub fn tier(&self, tier: PriceTier) -> Option<&Price> {
        match tier {
            PriceTier::PayAsYouGo => self.pay_as_you_go.as_ref(),
            PriceTier::LowPriority => self.low_priority.as_ref(),
            PriceTier::Spot => self.spot.as_ref(),
            PriceTier::SavingsPlan1y => self.savings_plan_1y.as_ref(),
            PriceTier::Reserved1y => self.reserved_1y.as_ref(),
            PriceTier::SavingsPlan3y => self.savings_plan_3y.as_ref(),
            PriceTier::Reserved3y => self.reserved_3y.as_ref(),
            PriceTier::SustainedUse => self.sustained_use.as_ref(),
        }
    }

    /// The dates of the prices, where they are days.
    pub(super) fn dates(&self) -> impl Iterator<Item = Date> {
        let prices = PriceTier::ALL
            .into_iter()
            .filter_map(|tier| self.tier(tier));
        let dates = prices.filter_map(|price| price.as_of.parse().ok());
        dates.chain(self.last_seen)
    }

    /// The place of the price of a tier.
    pub(super) fn tier_mut(&mut self, tier: PriceTier) -> &mut Option<Price> {
        match tier {
            PriceTier::PayAsYouGo => &mut self.pay_as_you_go,
            PriceTier::LowPriority => &mut self.low_priority,
            PriceTier::Spot => &mut self.spot,
            PriceTier::SavingsPlan1y => &mut self.savings_plan_1y,
            PriceTier::Reserved1y => &mut self.reserved_1y,
            PriceTier::SavingsPlan3y => &mut self.savings_plan_3y,
            PriceTier::Reserved3y => &mut self.reserved_3y,
            PriceTier::SustainedUse => &mut self.sustained_use,
        }
    }
}

impl ServicePrice {
    /// Hours of one unit, of what is billed by the clock: an hour, a day, or a month of 730 h.
    pub fn hours(&self) -> Option<u64> {
        match self.unit.as_str() {
            "1 hour" => Some(1),
            "1 day" => Some(24),
            "1 month" => Some(HOURS_PER_MONTH),
            _ => None,
        }
    }
}
