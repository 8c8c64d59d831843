//! Charges that run by the clock: an amount of the scenario's own, or the list price where the scenario asks for it by name.

use super::market::Market;
use super::source::PriceSource;
use crate::catalog::{Catalog, Cloud, ManagedCompute, ServicePrice, some_of};
use crate::pricing::{FixedCharge, OtherSource, TargetPrices};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::{Usual, assumed};
use crate::scenario::document::values::{boolean, charge, text};
use crate::scenario::keys::FIXED_CHARGES;
use crate::units::UsdPerHour;

/// Asks for the list price.
const LIST: &str = "list";
/// The service of disks in the list of prices.
const DISKS: &str = "Managed disk";
/// The disk that a compute instance has.
const INSTANCE_DISK: &str = "P10";

/// The charges of a target, in prices without those of machines, and where they are from.
#[derive(Default)]
pub(super) struct Charges {
    pub(super) prices: TargetPrices,
    pub(super) sources: Vec<PriceSource>,
}

/// A charge as written.
enum Written {
    Amount(FixedCharge),
    /// The list price; of disks that of the named one.
    Listed(Option<String>),
}

/// Reads `fixed_charges` and what belongs to it.
pub(super) fn charges(
    name: &str,
    table: &Cursor<'_>,
    market: &Market<'_>,
    kind: Option<ManagedCompute>,
    region: Option<&str>,
) -> Read<Charges> {
    let mut charges = Charges::default();
    if let Some(node) = table.node("fixed_charges") {
        let path = table.path_of("fixed_charges");
        let cursor = Cursor::open(table.sink(), node, path, FIXED_CHARGES)?;
        let lister = Lister {
            name,
            table: &cursor,
            catalog: market.catalog()?,
            region,
        };
        let disk = lister.read("disk", (DISKS, INSTANCE_DISK), &mut charges);
        let address = ("Public IP", "standard, static, regional");
        let public_ip = lister.read("public_ip", address, &mut charges);
        let balancer = match kind {
            Some(ManagedCompute::Cluster | ManagedCompute::Endpoint) => {
                "load balancer of a compute cluster"
            }
            Some(ManagedCompute::Instance) => "load balancer of a compute instance",
            None => {
                if cursor.has("load_balancer") {
                    let complaint = Complaint::new(
                        "an attached machine has none of the workspace's load balancers",
                    )
                    .help("leave this key out");
                    return Err(cursor.refuse("load_balancer", complaint));
                }
                ""
            }
        };
        let balancer = ("Azure Machine Learning", balancer);
        let load_balancer = lister.read("load_balancer", balancer, &mut charges);
        for key in ["disk", "public_ip", "load_balancer"] {
            // An attached machine has none of the workspace's load balancers.
            if key != "load_balancer" || kind.is_some() {
                cursor.acts(key, Usual::none(""));
            }
        }
        charges.prices.disk = disk?;
        charges.prices.public_ip = public_ip?;
        charges.prices.load_balancer = load_balancer?;
    }
    if kind == Some(ManagedCompute::Cluster) {
        let disk = disk_per_node((name, region), table, market, &mut charges);
        charges.prices.disk_per_node = disk?;
    }
    let has_balancers = matches!(
        kind,
        Some(ManagedCompute::Cluster | ManagedCompute::Endpoint)
    ) && charges.prices.load_balancer.is_some();
    charges.prices.load_balancer_at_zero = if has_balancers {
        let usual = assumed(false, "the wording of the source leaves it open");
        table.usual("load_balancer_at_zero", usual, boolean)?
    } else {
        table.read_or("load_balancer_at_zero", false, boolean)?
    };
    if charges.prices.load_balancer_at_zero && charges.prices.load_balancer.is_none() {
        let complaint = Complaint::new("there is no charge for a load balancer")
            .help("add `fixed_charges.load_balancer`, or leave this key out");
        return Err(table.refuse("load_balancer_at_zero", complaint));
    }
    Ok(charges)
}

/// Reads the charge for the disk of each node.
fn disk_per_node(
    (name, region): (&str, Option<&str>),
    table: &Cursor<'_>,
    market: &Market<'_>,
    charges: &mut Charges,
) -> Read<Option<FixedCharge>> {
    let lister = Lister {
        name,
        table,
        catalog: market.catalog()?,
        region,
    };
    lister.read("disk_per_node", (DISKS, INSTANCE_DISK), charges)
}

/// Looks up list prices for the charges of one target.
struct Lister<'a> {
    name: &'a str,
    table: &'a Cursor<'a>,
    catalog: &'a Catalog,
    region: Option<&'a str>,
}

impl Lister<'_> {
    /// A charge; `item` is the service and the item that the list price is of.
    fn read(
        &self,
        key: &'static str,
        item: (&str, &str),
        charges: &mut Charges,
    ) -> Read<Option<FixedCharge>> {
        let is_disk = item.0 == DISKS;
        let written = self.table.read(key, |value| written(value, is_disk))?;
        let disk = match written {
            None => return Ok(None),
            Some(Written::Amount(amount)) => return Ok(Some(amount)),
            Some(Written::Listed(disk)) => disk,
        };
        let wanted = match &disk {
            Some(disk) => format!("{disk} LRS"),
            None if is_disk => format!("{} LRS", item.1),
            None => item.1.to_owned(),
        };
        let region = self.region.unwrap_or("any");
        let listed = self.catalog.service_price(item.0, &wanted, region);
        let Some((listed, hours)) = listed.and_then(|listed| Some((listed, listed.hours()?)))
        else {
            let said = match &disk {
                Some(disk) => format!("`\"{disk}\"` is the list price of that disk of Azure"),
                None if is_disk => format!(
                    "`\"{LIST}\"` is the list price of the disk of an Azure compute instance, {wanted}"
                ),
                None => format!("`\"{LIST}\"` is the list price of Azure"),
            };
            return Err(self.unlisted(key, (item.0, &wanted), &said));
        };
        let said = self.said(key, listed);
        charges.prices.other_sources.push(OtherSource {
            category: key.trim_end_matches("_per_node").to_owned(),
            micro_usd: listed.micro_usd,
            source: said.source.clone().unwrap_or_default(),
        });
        charges.sources.push(said);
        Ok(Some(FixedCharge {
            micro_usd: listed.micro_usd,
            hours,
        }))
    }

    /// Refuses a list price that there is not; `said` is what was asked for by what is written.
    fn unlisted(&self, key: &str, (service, item): (&str, &str), said: &str) -> Reported {
        let cloud = self.catalog.cloud();
        let prices = self.catalog.service_prices().iter();
        let same = prices.filter(|price| price.service == service && price.item.starts_with(item));
        let mut regions: Vec<&str> = same.map(|price| price.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        let amount = "write an amount, such as `\"19.71 USD/month\"`";
        if regions.is_empty() {
            let complaint = if cloud == Cloud::Azure {
                Complaint::new(format!("{said}, and the program has none"))
            } else {
                let asked = self.table.read(key, text).ok().flatten();
                Complaint::new(format!(
                    "`\"{}\"` asks for a list price, which the program has for Azure and not for {}",
                    asked.unwrap_or_default(),
                    cloud.name()
                ))
            };
            return self.table.refuse(key, complaint.help(amount));
        }
        let regions = some_of(&regions);
        let complaint = match self.region {
            Some(region) => Complaint::new(format!(
                "{said}, and the program has none in `{region}`, only in {regions}"
            ))
            .help(amount),
            None => Complaint::new(format!("{said}, which depends on the region")).help(format!(
                "write the `region` of the target or of the top level, one of {regions}; or {amount}"
            )),
        };
        self.table.refuse(key, complaint)
    }

    fn said(&self, key: &str, listed: &ServicePrice) -> PriceSource {
        let unit = listed.unit.trim_start_matches("1 ");
        PriceSource {
            of: self.name.to_owned(),
            what: format!("{key}: {}", listed.item),
            price: format!("{} USD/{unit}", UsdPerHour(listed.micro_usd).dollars()),
            source: Some(format!("{}, {}", listed.source, listed.as_of)),
        }
    }
}

fn written(value: &Value, is_disk: bool) -> Result<Written, Complaint> {
    if let Value::Text(text) = value {
        let text = text.trim();
        if text == LIST {
            return Ok(Written::Listed(None));
        }
        let text = text.strip_suffix(" LRS").unwrap_or(text);
        let is_name = text.len() <= 4 && text.starts_with(['P', 'E', 'S']);
        if is_disk && is_name && text[1..].bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Written::Listed(Some(text.to_owned())));
        }
    }
    charge(value).map(Written::Amount).map_err(|complaint| {
        let help = complaint.help.clone().unwrap_or_default();
        let listed = if is_disk {
            "`\"list\"` is the list price of the disk of an instance, `\"P30\"` that of another"
        } else {
            "`\"list\"` is the list price"
        };
        complaint.help(format!("{help}; {listed}"))
    })
}
