//! The flags of `simulate catalog`.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Args, Command, ValueEnum};
use jiff::civil::Date;

use crate::catalog::{Cloud, GpuCount, PriceTier, SortBy};
use crate::units::UsdPerHour;

const EXAMPLES: &str = "\
Examples:
  simulate catalog --category GPU --region koreacentral --sort price
  simulate catalog --gpu V100 --tier spot --max-price 5
  simulate catalog --cloud aws --gpu A100
  simulate catalog --category GPU --available-on 2027-01-01
  simulate catalog Standard_NC6s_v3
  simulate catalog --targets
  simulate catalog --format csv > prices.csv";

const AFTER: &str = "\
Prices are US dollars an hour for Linux, without tax.
Columns and custom files: docs/catalog.md. Where the figures come from: docs/data-sources.md.";

/// List the VM sizes and their prices, or show one size whole.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Args)]
#[command(before_help = EXAMPLES, after_help = AFTER)]
pub struct CatalogArgs {
    /// Sizes to show whole; without any, the sizes are listed
    #[arg(value_name = "SIZE", conflicts_with_all = FILTERS)]
    pub sizes: Vec<String>,

    /// Instead of sizes, show what the kinds of compute target take
    #[arg(long, conflicts_with_all = ["sizes", "catalog", "price_book", "region"], conflicts_with_all = FILTERS)]
    pub targets: bool,

    /// Cloud whose sizes are shown
    #[arg(long, value_name = "CLOUD", default_value = "azure", env = "SIMULATE_CLOUD", value_parser = CloudKey)]
    pub cloud: Cloud,

    /// Also the sizes of Azure that no list of Azure Machine Learning names
    #[arg(long)]
    pub all: bool,

    /// Only of this series, such as NCv3 (repeatable)
    #[arg(long, value_name = "SERIES")]
    pub series: Vec<String>,

    /// Only of this category, such as GPU or "General purpose" (repeatable)
    #[arg(long, value_name = "CATEGORY")]
    pub category: Vec<String>,

    /// Only with a GPU of this model, such as V100, or with this in the name of its model (repeatable)
    #[arg(long, value_name = "MODEL")]
    pub gpu: Vec<String>,

    /// Only with a GPU of this architecture, such as Volta (repeatable)
    #[arg(long, value_name = "NAME")]
    pub architecture: Vec<String>,

    /// Only sizes with at least this many GPUs
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true, value_parser = gpus)]
    pub min_gpus: GpuCount,

    /// Only sizes with at least this many vCPUs
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub min_vcpus: u32,

    /// Only with at least so much memory
    #[arg(long, value_name = "GIB", default_value_t = 0.0, hide_default_value = true, value_parser = gib)]
    pub min_memory: f64,

    /// Only with RDMA
    #[arg(long)]
    pub rdma: bool,

    /// Only with a physical server to themselves
    #[arg(long)]
    pub isolated: bool,

    /// Only sizes of which a source says that they need no approval
    #[arg(long)]
    pub unrestricted: bool,

    /// Only sizes that are not retired on this day, such as 2027-01-01
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub available_on: Option<Date>,

    /// Only sizes that are retired on this day or before, be it past or to come
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub retired_by: Option<Date>,

    /// Only at most at this price an hour, in the tier of --tier
    #[arg(long, value_name = "USD", value_parser = usd)]
    pub max_price: Option<UsdPerHour>,

    /// Only with a price of this tier, which is then the one listed [default: pay-as-you-go, with or without a price]
    #[arg(long, value_name = "TIER", value_parser = PossibleValuesParser::new(tier_names()).map(|name| tier(&name)))]
    pub tier: Option<PriceTier>,

    /// What to sort by, the smallest first [default: the order of the catalog]
    #[arg(long, value_name = "WHAT")]
    pub sort: Option<Sort>,

    /// The largest first, or the catalog from its end
    #[arg(long)]
    pub reverse: bool,

    /// Only with a price in this region, such as koreacentral, and at the prices there
    #[arg(long, value_name = "REGION", env = "SIMULATE_REGION")]
    pub region: Option<String>,

    /// How to print
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "table",
        env = "SIMULATE_FORMAT"
    )]
    pub format: Format,

    /// Custom price book (CSV), which overrides the built-in one
    #[arg(long, value_name = "FILE", env = "SIMULATE_PRICE_BOOK")]
    pub price_book: Option<PathBuf>,

    /// Custom VM sizes (CSV), which override the built-in ones
    #[arg(long, value_name = "FILE", env = "SIMULATE_CATALOG")]
    pub catalog: Option<PathBuf>,

    /// Use your own files instead of the built-in data, not on top of it
    #[arg(long)]
    pub replace: bool,

    /// No notes; warnings and errors stay
    #[arg(short, long, env = "SIMULATE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
}

/// Flags that choose sizes, and so say nothing where sizes are named.
const FILTERS: [&str; 17] = [
    "all",
    "series",
    "category",
    "gpu",
    "architecture",
    "min_gpus",
    "min_vcpus",
    "min_memory",
    "rdma",
    "isolated",
    "unrestricted",
    "available_on",
    "retired_by",
    "max_price",
    "tier",
    "sort",
    "reverse",
];

/// How the answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// One line per size and region
    Csv,
    /// With source and date of every price
    Json,
}

/// What to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// Name, with numbers in it as numbers
    Name,
    /// vCPUs
    Vcpus,
    /// Memory
    Memory,
    /// GPUs
    Gpus,
    /// Lowest price
    Price,
}

impl From<Sort> for SortBy {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Name => Self::Name,
            Sort::Vcpus => Self::Vcpus,
            Sort::Memory => Self::Memory,
            Sort::Gpus => Self::Gpus,
            Sort::Price => Self::Price,
        }
    }
}

fn tier_names() -> [&'static str; 8] {
    PriceTier::ALL.map(PriceTier::key)
}

fn tier(name: &str) -> PriceTier {
    PriceTier::from_key(name).expect("only these names are possible values")
}

/// Reads the key of a cloud; where another of its names is given, the tip is the key.
#[derive(Clone)]
struct CloudKey;

impl TypedValueParser for CloudKey {
    type Value = Cloud;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Cloud, clap::Error> {
        let meant = value.to_str().and_then(Cloud::meant);
        let keys = PossibleValuesParser::new(Cloud::ALL.map(Cloud::key));
        let key = keys.parse_ref(command, arg, value);
        key.map_err(|mut error| {
            if let Some(cloud) = meant {
                let key = ContextValue::String(cloud.key().to_owned());
                error.insert(ContextKind::SuggestedValue, key);
            }
            error
        })
        .map(|_| meant.expect("every key means its cloud"))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let keys = Cloud::ALL.map(|cloud| PossibleValue::new(cloud.key()));
        Some(Box::new(keys.into_iter()))
    }
}

fn gpus(text: &str) -> Result<GpuCount, String> {
    let number = text.parse::<f64>();
    let number = number.map_err(|_| "write a number of GPUs, such as `4` or `0.5`".to_owned())?;
    GpuCount::from_number(number)
}

fn gib(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(gib) if gib >= 0.0 && gib.is_finite() => Ok(gib),
        _ => Err("write GiB as a number without a unit, such as `112`".to_owned()),
    }
}

fn day(text: &str) -> Result<Date, String> {
    let day = text.trim().parse();
    day.map_err(|_| "write a day as year, month and day, such as `2027-01-01`".to_owned())
}

fn usd(text: &str) -> Result<UsdPerHour, String> {
    let price = text.parse().ok().and_then(UsdPerHour::from_dollars);
    price.ok_or_else(|| "write dollars an hour as a number, such as `3.06`".to_owned())
}
