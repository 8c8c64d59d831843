//! Where a variant buys: the catalog of sizes with its price book, built in or the user's own, and the regions.

use std::rc::Rc;

use jiff::civil::{Date, DateTime};

use super::exchange::in_dollars;
use super::tags;
use crate::catalog::{Catalog, Cloud, Finding, Mode, PriceTier, VmSize};
use crate::currency::Currency;
use crate::pricing::Tags;
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::suggestion;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::{boolean, choice, date_time, region, text};
use crate::units::UsdPerHour;

/// The catalog of a variant, its region where a target names none, and the tags of all targets.
pub(in crate::scenario) struct Market<'a> {
    cloud: Read<Cloud>,
    book: Read<Book>,
    /// The day given as `start`.
    start: Option<Date>,
    allow_retired: Read<bool>,
    currency: Read<Currency>,
    top: &'a Cursor<'a>,
    region: Read<Option<String>>,
    tags: Read<Tags>,
}

/// The catalog that travels inside the program, or one with own files.
enum Book {
    Builtin(Cloud),
    Own(Rc<Catalog>),
}

/// A region that a target, a quota or a commitment names, or takes over from the top level.
pub(in crate::scenario) struct Region<'a> {
    /// As the price book writes it, or else as the scenario does.
    pub(in crate::scenario) name: String,
    /// What the price book says of a region that it does not have.
    unknown: Option<Finding>,
    table: &'a Cursor<'a>,
}

/// Words of `cloud`.
const CLOUDS: &[(&str, Cloud)] = &[
    ("azure", Cloud::Azure),
    ("aws", Cloud::Aws),
    ("gcp", Cloud::Google),
];

/// Words of `catalog_mode` and `price_book_mode`.
const MODES: &[(&str, Mode)] = &[("extend", Mode::Extend), ("replace", Mode::Replace)];

impl<'a> Market<'a> {
    /// Reads the keys of the top level.
    pub(in crate::scenario) fn read(context: &Context<'_>, top: &'a Cursor<'a>) -> Self {
        let usual = assumed("azure", "the cloud of the kinds of target");
        let cloud = top.usual("cloud", usual, named_cloud);
        let sizes = mode(top, "catalog_mode", "catalog");
        let prices = mode(top, "price_book_mode", "price_book");
        let book = match (sizes, prices) {
            (Ok(sizes), Ok(prices)) => {
                cloud.and_then(|cloud| context.files.catalog(top, cloud, (sizes, prices)))
            }
            (Err(reported), _) | (_, Err(reported)) => Err(reported),
        };
        Self {
            book: book.and_then(|own| match own {
                Some(own) => Ok(Book::Own(own)),
                None => cloud.map(Book::Builtin),
            }),
            cloud,
            start: top
                .read("start", date_time)
                .ok()
                .flatten()
                .map(DateTime::date),
            allow_retired: top.read_or("allow_retired", false, boolean),
            currency: context.currency,
            top,
            region: top.read("region", region),
            tags: tags::own(top),
        }
    }

    /// The catalog; refused where the user's own is.
    pub(in crate::scenario) fn catalog(&self) -> Read<&Catalog> {
        match &self.book {
            Ok(Book::Builtin(cloud)) => Ok(Catalog::of(*cloud)),
            Ok(Book::Own(catalog)) => Ok(catalog),
            Err(reported) => Err(*reported),
        }
    }

    /// The price of a machine by the hour and who states it; `refuse` reports why there is none.
    pub(in crate::scenario) fn price(
        &self,
        (size, region, tier): (&VmSize, &str, PriceTier),
        refuse: impl FnOnce(Complaint) -> Reported,
    ) -> Read<(UsdPerHour, String)> {
        let found = self.catalog()?.find_price(size, region, tier);
        let currency = self.currency?;
        found
            .map_err(Complaint::from)
            .and_then(|price| in_dollars(price, currency))
            .map_err(refuse)
    }

    /// The tags of all targets and services.
    pub(in crate::scenario) fn tags(&self) -> Read<&Tags> {
        self.tags.as_ref().map_err(|reported| *reported)
    }

    /// The cloud on which everything is bought.
    pub(in crate::scenario) fn cloud(&self) -> Read<Cloud> {
        self.cloud
    }

    /// The day on which everything is bought: `start` where it is given, else the newest date of the price book.
    pub(in crate::scenario) fn bought(&self) -> Read<Option<Date>> {
        match self.start {
            Some(start) => Ok(Some(start)),
            None => Ok(self.date()?.or_else(|| Catalog::builtin_date(Cloud::Azure))),
        }
    }

    /// The newest date of the price book; of the built-in one, nothing else is read for it.
    fn date(&self) -> Read<Option<Date>> {
        match &self.book {
            Ok(Book::Builtin(cloud)) => Ok(Catalog::builtin_date(*cloud)),
            Ok(Book::Own(catalog)) => Ok(catalog.date()),
            Err(reported) => Err(*reported),
        }
    }

    /// What is retired: refused at a key of the table of a named target, unless the scenario allows it. A remark says what is
    /// allowed, in the same words for every target, so that it is told once; and what will be retired within a year.
    pub(in crate::scenario) fn retired(
        &self,
        name: &str,
        (table, key): (&Cursor<'_>, &str),
        finding: Option<Finding>,
    ) -> Read<Option<String>> {
        let Some(finding) = finding else {
            return Ok(None);
        };
        if !finding.is_error() {
            return Ok(Some(format!("`{name}`: {finding}")));
        }
        if self.allow_retired? {
            let allowed = format!("{}: `allow_retired = true` allows it", finding.message);
            return Ok(Some(allowed));
        }
        Err(table.refuse(key, finding.into()))
    }

    /// The size under the key `vm_size` of a table.
    pub(in crate::scenario) fn size(&self, table: &Cursor<'_>) -> Read<Option<&VmSize>> {
        let Some(name) = table.read("vm_size", text)? else {
            return Ok(None);
        };
        let size = self.catalog()?.find_size(&name);
        size.map(Some)
            .map_err(|finding| table.refuse("vm_size", finding.into()))
    }

    /// The region of a table, or of the top level.
    pub(in crate::scenario) fn region<'c>(
        &'c self,
        table: &'c Cursor<'_>,
    ) -> Read<Option<Region<'c>>> {
        match self.own_region(table)? {
            Some(region) => Ok(Some(region)),
            None => self.default_region(),
        }
    }

    /// The region that a table itself names.
    pub(in crate::scenario) fn own_region<'c>(
        &self,
        table: &'c Cursor<'_>,
    ) -> Read<Option<Region<'c>>> {
        let name = table.read("region", region)?;
        let named = name.map(|name| self.named(&name, table));
        named.transpose()
    }

    /// The region of the top level.
    fn default_region(&self) -> Read<Option<Region<'_>>> {
        let name = self.region.as_ref().map_err(|reported| *reported)?;
        let named = name.as_ref().map(|name| self.named(name, self.top));
        named.transpose()
    }

    fn named<'c>(&self, name: &str, table: &'c Cursor<'_>) -> Read<Region<'c>> {
        let found = self.catalog()?.find_region(name);
        Ok(Region {
            name: match &found {
                Ok(known) => (*known).to_owned(),
                Err(_) => name.trim().to_lowercase(),
            },
            unknown: found.err(),
            table,
        })
    }

    /// Doubts about own files.
    pub(in crate::scenario) fn remarks(&self) -> &[String] {
        self.catalog().map_or(&[], Catalog::remarks)
    }
}

impl Region<'_> {
    /// Refuses a region that the price book does not have.
    pub(in crate::scenario) fn must_be_known(&self) -> Read<&str> {
        match &self.unknown {
            None => Ok(&self.name),
            Some(finding) => Err(self.table.refuse("region", finding.clone().into())),
        }
    }

    /// What to warn of where the price book need not have the region.
    pub(in crate::scenario) fn doubt(&self) -> Option<String> {
        self.unknown.as_ref().map(ToString::to_string)
    }

    /// How late it had its word.
    pub(in crate::scenario) fn precedence(&self) -> Option<u8> {
        self.table.precedence("region")
    }

    /// Reports a complaint at the region.
    pub(in crate::scenario) fn refuse(&self, complaint: Complaint) -> Reported {
        self.table.refuse("region", complaint)
    }
}

/// A cloud by its key; the help knows its other names.
fn named_cloud(value: &Value) -> Result<Cloud, Complaint> {
    choice(CLOUDS)(value).map_err(|complaint| {
        let Value::Text(text) = value else {
            return complaint;
        };
        match Cloud::meant(text) {
            Some(cloud) => {
                let keys = Cloud::ALL.map(Cloud::key);
                complaint.help(suggestion(cloud.key(), &keys, "allowed"))
            }
            None => complaint,
        }
    })
}

/// What an own file does to the built-in data.
fn mode(top: &Cursor<'_>, key: &str, file: &str) -> Read<Mode> {
    let mode = top.read(key, choice(MODES))?;
    if mode.is_some() && !top.has(file) {
        let complaint = Complaint::new(format!("there is no `{file}` that it could be about"))
            .help(format!("name a file with `{file}`, or leave this key out"));
        return Err(top.refuse(key, complaint));
    }
    Ok(mode.unwrap_or_default())
}
