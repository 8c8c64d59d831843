//! List prices of services that are no machines: what the scenario gives, else what the price book states of the region.

use super::Given;
use crate::scenario::buying::source::PriceSource;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::list;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::price;
use crate::units::UsdPerHour;

/// A price that a key may give, and that else stands in the list of service prices.
pub(super) struct Wanted<'a> {
    /// The key that gives it.
    pub(super) key: &'a str,
    /// Service in the list, such as `Databricks`.
    pub(super) service: &'a str,
    /// Item in the list, the whole of it.
    pub(super) item: &'a str,
    /// What it is the price of, such as `a DBU-hour`.
    pub(super) of: &'a str,
}

/// A price with who states it; the scenario itself, if `None`.
pub(super) type Stated = (UsdPerHour, Option<String>);

impl Wanted<'_> {
    /// The price; refused where neither the scenario nor a source states it.
    pub(super) fn read(&self, given: &Given<'_>) -> Read<Stated> {
        let table = given.table;
        let written = table.read(self.key, price);
        let region = given
            .market
            .region(table)
            .map(|region| region.map(|r| r.name));
        let (written, region) = (written?, region?);
        if let Some(written) = written {
            return Ok((written, None));
        }
        let catalog = given.market.catalog()?;
        let items = catalog.service_prices().iter();
        let listed: Vec<_> = items
            .filter(|listed| {
                listed.service == self.service && listed.item.eq_ignore_ascii_case(self.item)
            })
            .collect();
        let here = listed.iter().find(|listed| {
            region
                .as_ref()
                .is_some_and(|region| *region == listed.region)
        });
        if let Some(here) = here {
            let source = format!("{}, {}", here.source, here.as_of);
            return Ok((UsdPerHour(here.micro_usd), Some(source)));
        }
        let regions: Vec<&str> = listed.iter().map(|listed| listed.region.as_str()).collect();
        let known = match (&regions[..], &region) {
            ([], _) => format!("no source states one for {} `{}`", self.service, self.item),
            (_, Some(region)) => {
                format!("the list has one in {}, not in `{region}`", list(&regions))
            }
            (_, None) => format!("or the `region`: the list has one in {}", list(&regions)),
        };
        let help = format!("write the price of {} in US dollars; {known}", self.of);
        Err(table.missing(self.key, &help))
    }
}

/// Who states a price, for the list of prices.
pub(super) fn said(of: &str, what: String, unit: &str, stated: &Stated) -> PriceSource {
    PriceSource {
        of: of.to_owned(),
        what,
        price: format!("{} USD/{unit}", stated.0.dollars()),
        source: stated.1.clone(),
    }
}

/// A price that the scenario has to give: no source states one.
pub(super) fn given_price(given: &Given<'_>, key: &str, of: &str) -> Read<UsdPerHour> {
    let help =
        format!("write the price of {of} in US dollars: no source in the price book states one");
    given.table.require(key, &help, price)
}

/// A price times an amount, to the nearest micro-dollar; refused where it is out of all bounds.
pub(super) fn times(
    given: &Given<'_>,
    key: &str,
    price: UsdPerHour,
    amount: f64,
) -> Read<UsdPerHour> {
    UsdPerHour::from_dollars(price.dollars() * amount).ok_or_else(|| {
        let complaint = Complaint::new("the price of an hour is too large").help("check it");
        given.table.refuse(key, complaint)
    })
}
