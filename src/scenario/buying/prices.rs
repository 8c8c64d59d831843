//! What a target is bought as: its size, region and tier, and from them or the scenario the price of an hour.
//! What the real service would not sell is refused here, with the catalog's reason.

use super::charges::charges;
use super::host::Host;
use super::market::{Market, Region};
use super::source::PriceSource;
use crate::catalog::{PriceTier, VmSize, some_of};
use crate::pricing::{Meter, TargetPrices, Tier};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::values::{boolean, choice, count, factor, price};
use crate::units::UsdPerHour;

/// Words of `tier`.
const TIERS: &[(&str, PriceTier)] = &[
    ("dedicated", PriceTier::PayAsYouGo),
    ("low_priority", PriceTier::LowPriority),
    ("spot", PriceTier::Spot),
    ("sustained_use", PriceTier::SustainedUse),
];
/// vCPUs of a machine at most.
const MAX_VCPUS: u32 = 10_000;
const PRICE_HELP: &str = "write the price of one machine in US dollars per hour, such as `price_per_hour = 3.06`; \
     0 is allowed where it is written; or name its `vm_size` and `region`";

/// A target as it is bought.
pub(in crate::scenario) struct Bought {
    /// Its size, where the scenario names one.
    pub(in crate::scenario) size: Option<VmSize>,
    /// How it is bought.
    pub(in crate::scenario) tier: PriceTier,
    /// Whether the scenario says that its series was approved.
    pub(in crate::scenario) approved: bool,
    /// vCPUs of a machine; 0 if they are not known.
    pub(in crate::scenario) vcpus: u32,
    pub(in crate::scenario) prices: TargetPrices,
    /// What its prices are from.
    pub(in crate::scenario) sources: Vec<PriceSource>,
    pub(in crate::scenario) warnings: Vec<String>,
}

impl Bought {
    /// Something that is no machine of the catalog, at a price of an hour with who states it, and from where.
    pub(in crate::scenario) fn other(
        name: &str,
        what: String,
        (per_hour, source): (UsdPerHour, Option<String>),
        region: Option<String>,
    ) -> Self {
        Self {
            size: None,
            tier: PriceTier::PayAsYouGo,
            approved: true,
            vcpus: 0,
            sources: vec![PriceSource {
                of: name.to_owned(),
                what,
                price: format!("{} USD/h", per_hour.dollars()),
                source: source.clone(),
            }],
            prices: TargetPrices {
                per_hour,
                region,
                source,
                ..TargetPrices::default()
            },
            warnings: Vec::new(),
        }
    }
}

/// The price of an hour.
pub(super) struct Hourly {
    per_hour: UsdPerHour,
    pub(super) meter: Meter,
    source: Option<String>,
}

/// What decides on a price, as far as it is known.
pub(super) struct Buyer<'a> {
    pub(super) table: &'a Cursor<'a>,
    pub(super) market: &'a Market<'a>,
    pub(super) size: Option<&'a VmSize>,
    pub(super) region: Option<&'a Region<'a>>,
    pub(super) tier: PriceTier,
    pub(super) host: Host,
    /// Whether the user says that the service offers the size.
    pub(super) supported: bool,
}

/// Reads how a target is bought; of machines that are attached, the service sets no limits to size and tier.
pub(in crate::scenario) fn read<'a>(
    name: &str,
    table: &'a Cursor<'a>,
    market: &'a Market<'a>,
    host: Host,
) -> Read<Bought> {
    bought(name, table, market, (host, market.size(table)))
}

/// Reads how attached machines are bought that are of a size also where none is named.
pub(in crate::scenario) fn read_or_size<'a>(
    name: &str,
    table: &'a Cursor<'a>,
    market: &'a Market<'a>,
    default: &str,
) -> Read<Bought> {
    let size = match market.size(table) {
        Ok(None) => match market.catalog()?.find_size(default) {
            Ok(size) => Ok(Some(size)),
            Err(finding) => Err(table.missing("vm_size", &finding.message)),
        },
        named => named,
    };
    bought(name, table, market, (Host::Attached, size))
}

fn bought<'a>(
    name: &str,
    table: &'a Cursor<'a>,
    market: &'a Market<'a>,
    (host, size): (Host, Read<Option<&'a VmSize>>),
) -> Read<Bought> {
    let tier = table.read_or("tier", PriceTier::PayAsYouGo, choice(TIERS));
    let region = market.region(table);
    let approved = table.read_or("approved", false, boolean);
    let supported = table.read_or("supported", false, boolean);
    let vcpus = table.read("vcpus", count(1, MAX_VCPUS));
    // Read whether they are needed or not, so that what is wrong with them is said.
    let given = table.read("price_per_hour", price);
    let factor = table.read("price_factor", factor);
    let (size, tier, region) = (size?, tier?, region?);
    let vcpus = checked_vcpus(table, size, vcpus?);
    let buyer = Buyer {
        table,
        market,
        size,
        region: region.as_ref(),
        tier,
        host,
        supported: supported?,
    };
    // A retirement is why there is no price: it is reported first, and alone.
    let retired = buyer.is_sold().and_then(|()| buyer.retired(name));
    let hourly = match &retired {
        Ok(_) => buyer.hourly(given?, factor?),
        Err(reported) => Err(*reported),
    };
    let region = buyer.region.map(|region| region.name.as_str());
    let charges = charges(name, table, market, host.managed(), region);
    let (hourly, charges) = (hourly?, charges?);
    let mut warnings = retired?;
    warnings.extend(buyer.warnings(name, &hourly)?);
    let mut sources = vec![buyer.said(name, &hourly)];
    sources.extend(charges.sources);
    Ok(Bought {
        tier,
        approved: approved?,
        vcpus: vcpus?,
        warnings,
        sources,
        prices: TargetPrices {
            per_hour: hourly.per_hour,
            meter: hourly.meter,
            tier: match tier {
                PriceTier::LowPriority => Tier::LowPriority,
                PriceTier::Spot => Tier::Spot,
                _ => Tier::Dedicated,
            },
            size: size.map(|size| size.name.clone()),
            region: region.map(str::to_owned),
            source: hourly.source,
            ..charges.prices
        },
        size: size.cloned(),
    })
}

/// Refuses a given price that is older than what it would be the price of: the region, or what these keys say.
pub(in crate::scenario) fn is_fresh(
    table: &Cursor<'_>,
    region: Option<&Region>,
    keys: &[&str],
) -> Read<()> {
    const PRICE: &str = "price_per_hour";
    let given = table.precedence(PRICE);
    if let Some(key) = keys.iter().find(|key| table.precedence(key) > given) {
        let what = if *key == "tier" { "tier" } else { "size" };
        return Err(table.refuse(key, stale(PRICE, what)));
    }
    match region {
        Some(region) if region.precedence() > given => Err(region.refuse(stale(PRICE, "region"))),
        _ => Ok(()),
    }
}

/// What is said of a price that stays as it was where what it is the price of is changed.
pub(in crate::scenario) fn stale(price: &str, what: &str) -> Complaint {
    Complaint::new(format!(
        "this is changed, and `{price}` stays as it was: is it still the price of an hour of this {what}?"
    ))
    .help(format!(
        "write `{price}` here too, or leave it out of the base, so that the price book states it"
    ))
}

fn checked_vcpus(table: &Cursor<'_>, size: Option<&VmSize>, given: Option<u32>) -> Read<u32> {
    let Some(size) = size else {
        return Ok(given.unwrap_or(0));
    };
    if given.is_some() && table.precedence("vcpus") >= table.precedence("vm_size") {
        let complaint = Complaint::new(format!("`{}` has {} vCPUs", size.name, size.vcpus))
            .help("leave `vcpus` out: it is for machines without a `vm_size`");
        return Err(table.refuse("vcpus", complaint));
    }
    Ok(size.vcpus)
}

impl Buyer<'_> {
    /// The price of an hour: as given, or the price book's.
    fn hourly(&self, given: Option<UsdPerHour>, factor: Option<f64>) -> Read<Hourly> {
        let factor = factor.filter(|_| self.tier.may_be_evicted());
        if let Some(per_hour) = given {
            let of: &[&str] = if factor.is_some() {
                &["vm_size"]
            } else {
                &["vm_size", "tier"]
            };
            is_fresh(self.table, self.region.filter(|_| self.size.is_some()), of)?;
            return Ok(Hourly {
                per_hour: factor.map_or(per_hour, |factor| times(per_hour, factor)),
                meter: Meter::Given,
                source: factor.map(|factor| {
                    format!(
                        "{factor} times the {} USD/h of the scenario",
                        per_hour.dollars()
                    )
                }),
            });
        }
        let Some(size) = self.size else {
            return Err(self.table.missing("price_per_hour", PRICE_HELP));
        };
        let Some(region) = self.region else {
            return Err(self.without_region(size));
        };
        let name = region.must_be_known()?;
        let catalog = self.market.catalog()?;
        if let Err(finding) = catalog.find_prices(size, name) {
            return Err(self.at_size_or_region(region, finding.into()));
        }
        let tier = match factor {
            Some(_) => PriceTier::PayAsYouGo,
            None => self.tier,
        };
        let place = (size, name, tier);
        let refuse = |complaint| self.without_price(&complaint);
        let (listed, source) = self.market.price(place, refuse)?;
        Ok(Hourly {
            per_hour: factor.map_or(listed, |factor| times(listed, factor)),
            meter: match self.tier {
                PriceTier::LowPriority => Meter::LowPriority,
                PriceTier::Spot => Meter::Spot,
                _ => Meter::PayAsYouGo,
            },
            source: Some(match factor {
                Some(factor) => format!(
                    "{factor} times the pay-as-you-go price of {} USD/h: {source}",
                    listed.dollars()
                ),
                None => source,
            }),
        })
    }

    fn without_region(&self, size: &VmSize) -> Reported {
        let priced = self.market.catalog().map(|catalog| {
            let regions = catalog.prices_of(&size.name).map(|(region, _)| region);
            some_of(&regions.collect::<Vec<_>>())
        });
        let help = format!(
            "write the `region`, here or at the top level: the price book has prices of `{}` in {}; or write its `price_per_hour`",
            size.name,
            priced.unwrap_or_default()
        );
        self.table.missing("region", &help)
    }

    /// At the size, or at the region where that had its word later.
    fn at_size_or_region(&self, region: &Region<'_>, complaint: Complaint) -> Reported {
        if region.precedence() > self.table.precedence("vm_size") {
            region.refuse(complaint)
        } else {
            self.table.refuse("vm_size", complaint)
        }
    }

    fn without_price(&self, complaint: &Complaint) -> Reported {
        let help = complaint.help.clone().unwrap_or_default();
        let keys = match self.tier {
            PriceTier::PayAsYouGo => "the key is `price_per_hour`",
            _ => "the keys are `price_per_hour` and `price_factor`",
        };
        let key = if self.table.has("tier") {
            "tier"
        } else {
            "vm_size"
        };
        let complaint = Complaint::new(&complaint.message).help(format!("{help}; {keys}"));
        self.table.refuse(key, complaint)
    }

    /// What is bought at what price, and who says so.
    fn said(&self, name: &str, hourly: &Hourly) -> PriceSource {
        let mut what: Vec<&str> = Vec::new();
        what.extend(self.size.map(|size| size.name.as_str()));
        what.extend(self.region.map(|region| region.name.as_str()));
        what.push(self.tier.name());
        PriceSource {
            of: name.to_owned(),
            what: what.join(", "),
            price: format!("{} USD/h", hourly.per_hour.dollars()),
            source: hourly.source.clone(),
        }
    }
}

/// A price times a factor, to the nearest micro-dollar.
pub(super) fn times(price: UsdPerHour, factor: f64) -> UsdPerHour {
    UsdPerHour::from_dollars(price.dollars() * factor)
        .expect("a price times a factor up to 1 is a price")
}
