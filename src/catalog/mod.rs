//! The VM catalog and the price book: which sizes there are, what they are, and what they cost where.
//!
//! Both travel inside the program, are read when first asked for, and may be extended or replaced by files of the same
//! columns. Reads no file itself; sources of all facts: `docs/data-sources.md`.

mod capabilities;
mod checks;
mod cloud;
mod embedded;
mod facts;
mod fields;
mod finding;
mod frameworks;
mod gpu_speed;
mod lookups;
mod market;
#[cfg(test)]
mod packing;
mod prices;
mod read_prices;
mod read_sizes;
mod retirements;
mod select;
mod sizes;
mod stated;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use jiff::civil::Date;

pub use capabilities::{Capabilities, CapabilityRow, Cell, deployment_targets, training_targets};
pub use checks::Needs;
pub use cloud::Cloud;
pub use facts::{
    CudaRow, CudaVersion, Gpu, GpuArchitecture, GpuCount, List, ManagedCompute, VmSeries, VmSize,
};
pub use finding::{Finding, Rule, Severity};
pub use frameworks::{Framework, FrameworkRelease, ReleaseVersion, framework_releases};
pub use gpu_speed::{GpuSpeed, gpu_speeds, names_model, speeds_between};
pub use lookups::{is_region_name, one_of, some_of};
pub use prices::{Check, LOW_PRIORITY_FACTOR, Price, PriceTier, ServicePrice, SizePrices};
pub use retirements::{
    Retirement, Scope, retirement_of, retirement_of_size, retirements, retirements_of_tier,
};
pub use select::{Chosen, Filter, SortBy, sort_chosen};

use crate::error::Problem;
use crate::nearest::{likeness, nearest};
use market::Book;
use read_prices::{PriceRow, read_prices};
use read_sizes::read_sizes;
use sizes::Sizes;

/// A file of sizes or of prices, its bytes already read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFile {
    /// As problems name it.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What it does to the data that there is.
    pub mode: Mode,
}

/// What an own file does to the data that there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Its rows come on top: a size that is known already is replaced whole, a price that is known already by the one stated.
    #[default]
    Extend,
    /// Only its rows count.
    Replace,
}

/// The sizes of a catalog and the prices of a price book.
#[derive(Clone)]
pub struct Catalog {
    cloud: Cloud,
    sizes: Sizes,
    series: Vec<VmSeries>,
    /// Sizes that the service's list for online endpoints names, in order.
    endpoint_sizes: Vec<&'static str>,
    cuda: Vec<CudaRow>,
    architectures: Vec<GpuArchitecture>,
    /// The built-in price book, unless a custom one replaces it.
    book: Option<&'static Book>,
    /// All prices of the sizes that a custom price book names, by size in lower case, then by region.
    prices: BTreeMap<String, BTreeMap<String, SizePrices>>,
    /// The newest date of a custom price book.
    own_date: Option<Date>,
    services: Vec<ServicePrice>,
    remarks: Vec<String>,
}

/// Cloud and counts: the data itself would fill pages.
impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog")
            .field("cloud", &self.cloud)
            .field("sizes", &self.sizes().len())
            .field("own_prices", &self.prices.len())
            .finish_non_exhaustive()
    }
}

impl Catalog {
    /// The catalog and the price book of Azure that travel inside the program.
    pub fn builtin() -> &'static Self {
        Self::of(Cloud::Azure)
    }

    /// The catalog and the price book of a cloud that travel inside the program.
    pub fn of(cloud: Cloud) -> &'static Self {
        embedded::of(cloud)
    }

    /// The newest date on which the built-in price book of a cloud states a price; reads no size and no price.
    pub fn builtin_date(cloud: Cloud) -> Option<Date> {
        market::book(cloud).date()
    }

    /// The cloud whose sizes these are.
    pub fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// The retirements of a tier of prices, one for each use of its machines.
    pub fn tier_retirements(&self, tier: PriceTier) -> Vec<&'static Retirement> {
        match self.cloud {
            Cloud::Azure => retirements_of_tier(tier).collect(),
            Cloud::Aws | Cloud::Google => Vec::new(),
        }
    }

    /// Whether the built-in prices are among those of the price book.
    pub fn has_builtin_prices(&self) -> bool {
        self.book.is_some()
    }

    /// The newest date on which the price book states a price.
    pub fn date(&self) -> Option<Date> {
        self.own_date.max(self.book.and_then(Book::date))
    }

    /// The built-in data with own files on top or instead. The error holds every problem of both files, each with line and
    /// column.
    pub fn with_files(
        cloud: Cloud,
        sizes: Option<&OwnFile>,
        prices: Option<&OwnFile>,
    ) -> Result<Self, Vec<Problem>> {
        let mut catalog = Self::of(cloud).clone();
        let mut problems = Vec::new();
        if let Some(Err(more)) = sizes.map(|file| catalog.take_sizes(file)) {
            problems.extend(more);
        }
        let mut names = BTreeSet::new();
        match prices.map(|file| catalog.take_prices(file)) {
            Some(Ok(sizes)) => names = sizes,
            Some(Err(more)) => problems.extend(more),
            None => {}
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let remark = prices.and_then(|file| catalog.remark(file, &names));
        catalog.remarks.extend(remark);
        let remark = prices.and_then(|file| catalog.region_remark(file));
        catalog.remarks.extend(remark);
        Ok(catalog)
    }

    /// Warns of a region of own prices that is one letter away from a built-in one.
    fn region_remark(&self, file: &OwnFile) -> Option<String> {
        let known = Self::of(self.cloud).regions();
        // Regions such as `westus2` and `westus3` differ by a digit.
        let letters = |name: &str| {
            name.trim_end_matches(|c: char| c.is_ascii_digit())
                .to_owned()
        };
        let slip = |name: &&str| {
            let near = nearest(name, known.iter().copied(), 1).first().copied()?;
            let longest = name.len().max(near.len()) as f64;
            let is_slip = (1.0 - likeness(name, near)) * longest < 1.5;
            (is_slip && letters(name) != letters(near)).then_some(near)
        };
        let regions = self.regions();
        let mut new = regions.iter().filter(|name| !known.contains(*name));
        let (name, near) = new.find_map(|name| Some((name, slip(name)?)))?;
        Some(format!(
            "{}: the price book has no region `{name}`, perhaps meant as `{near}`: only targets in `{name}` use such prices",
            file.path.display()
        ))
    }

    /// Warns of own prices that nothing will use, as after a typing mistake.
    fn remark(&self, file: &OwnFile, names: &BTreeSet<String>) -> Option<String> {
        let mut unknown = names.iter().filter(|name| self.size(name).is_none());
        let first = unknown.next()?;
        let near = self.nearest_sizes(first);
        let hint = near
            .first()
            .map_or_else(String::new, |near| format!(", perhaps meant as `{near}`"));
        let more: Vec<&String> = unknown.collect();
        let more = match more[..] {
            [] => String::new(),
            [other] => format!(" (nor `{other}`)"),
            _ => format!(" (and {} more)", more.len()),
        };
        Some(format!(
            "{}: the catalog has no size `{first}`{hint}{more}: such prices are of no use",
            file.path.display()
        ))
    }

    fn take_sizes(&mut self, file: &OwnFile) -> Result<(), Vec<Problem>> {
        let sizes = read_sizes(file, &self.architectures)?;
        if file.mode == Mode::Replace {
            self.sizes = Sizes::default();
        }
        for mut size in sizes {
            self.take_series(&mut size, List::NotAsked);
            self.take_size(size);
        }
        let sizes = &self.sizes;
        self.series
            .retain(|series| sizes.iter().any(|size| size.series == series.name));
        Ok(())
    }

    /// Facts of a series that no list has follow from its sizes.
    fn take_series(&mut self, size: &mut VmSize, list: List) {
        let mut series = self.series.iter();
        match series.position(|series| series.name.eq_ignore_ascii_case(&size.series)) {
            Some(position) => {
                let series = &mut self.series[position];
                size.series.clone_from(&series.name);
                series.approval_required |= series.list == list && size.approval_required;
            }
            None => self.series.push(VmSeries {
                name: size.series.clone(),
                category: size.category.clone(),
                approval_required: size.approval_required,
                supported_by: vec![ManagedCompute::Cluster, ManagedCompute::Instance],
                low_priority: !size.series.ends_with("Promo"),
                cluster_only_sizes: Vec::new(),
                list,
            }),
        }
    }

    fn take_size(&mut self, size: VmSize) {
        if let Some(gpu) = &size.gpu
            && self.architecture(gpu.architecture.name()).is_none()
        {
            self.architectures.push(gpu.architecture.clone());
        }
        self.sizes.take(size);
    }

    /// The sizes that the file names, as it writes them.
    fn take_prices(&mut self, file: &OwnFile) -> Result<BTreeSet<String>, Vec<Problem>> {
        let rows = read_prices(file)?;
        if file.mode == Mode::Replace {
            self.prices.clear();
            self.book = None;
        }
        for row in &rows {
            self.take_price(row);
        }
        let dated = rows.iter().flat_map(|row| row.prices.dates());
        self.own_date = self.own_date.max(dated.max());
        Ok(rows.into_iter().map(|row| row.size).collect())
    }

    fn take_price(&mut self, row: &PriceRow) {
        let size = row.size.to_lowercase();
        let builtin = self.book.and_then(|book| book.prices(&size));
        let regions = self.prices.entry(size);
        let regions = regions.or_insert_with(|| builtin.cloned().unwrap_or_default());
        let prices = regions.entry(row.region.clone()).or_default();
        for tier in PriceTier::ALL {
            if let Some(price) = row.prices.tier(tier) {
                *prices.tier_mut(tier) = Some(price.clone());
            }
        }
        // Whoever states the price or its dates speaks of when it was listed; an older word on it is then void.
        if row.prices.pay_as_you_go.is_some() || row.prices.last_seen.is_some() {
            prices.first_seen = row.prices.first_seen;
            prices.last_seen = row.prices.last_seen;
            prices.gone_in = row.prices.gone_in;
        }
    }

    /// What is doubtful in own files, each a sentence without a full stop.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The size of that name, in whatever case it is written; nothing is added to the name.
    pub fn size(&self, name: &str) -> Option<&VmSize> {
        self.sizes.named(name)
    }

    /// All sizes, in the order of the catalog.
    pub fn sizes(&self) -> impl ExactSizeIterator<Item = &VmSize> + Clone {
        self.sizes.iter()
    }

    /// All series, in the order of the catalog.
    pub fn series(&self) -> &[VmSeries] {
        &self.series
    }

    /// The series of that name, in whatever case it is written.
    pub fn series_named(&self, name: &str) -> Option<&VmSeries> {
        let mut series = self.series.iter();
        series.find(|series| series.name.eq_ignore_ascii_case(name))
    }

    /// The series of a size of this catalog.
    pub fn series_of(&self, size: &VmSize) -> &VmSeries {
        let mut series = self.series.iter();
        series
            .find(|series| series.name == size.series)
            .expect("every size brings its series with it")
    }

    /// The architectures of GPUs whose CUDA versions are known.
    pub fn architectures(&self) -> &[GpuArchitecture] {
        &self.architectures
    }

    /// The architecture of that name, in whatever case it is written.
    pub fn architecture(&self, name: &str) -> Option<&GpuArchitecture> {
        let mut architectures = self.architectures.iter();
        architectures.find(|architecture| architecture.name.eq_ignore_ascii_case(name))
    }

    /// The table of the lowest CUDA versions.
    pub fn cuda_table(&self) -> &[CudaRow] {
        &self.cuda
    }

    /// The regions in which the price book has any price, in alphabetical order.
    pub fn regions(&self) -> Vec<&str> {
        let regions: BTreeSet<&str> = self.regions_by_size().collect();
        regions.into_iter().collect()
    }

    /// The same in no order, those of own prices once for each size.
    fn regions_by_size(&self) -> impl Iterator<Item = &str> {
        let builtin = self.book.into_iter().flat_map(Book::regions);
        let own = self.prices.values().flat_map(BTreeMap::keys);
        builtin.chain(own.map(String::as_str))
    }

    /// The prices of a size by region; the name in lower case.
    fn all_prices(&self, size: &str) -> Option<&BTreeMap<String, SizePrices>> {
        let own = self.prices.get(size);
        own.or_else(|| self.book?.prices(size))
    }

    /// The sizes of which there are prices, as the price book writes them where it is the built-in one.
    fn priced_sizes(&self) -> impl Iterator<Item = &str> {
        let builtin = self.book.into_iter().flat_map(Book::sizes);
        builtin.chain(self.prices.keys().map(String::as_str))
    }

    /// The prices of a size in a region; `None` where the price book has none. Names in whatever case.
    pub fn price(&self, size: &str, region: &str) -> Option<&SizePrices> {
        self.all_prices(&size.to_lowercase())?
            .get(&region.to_lowercase())
    }

    /// The regions in which a size has a price, in alphabetical order, with its prices.
    pub fn prices_of(&self, size: &str) -> impl Iterator<Item = (&str, &SizePrices)> {
        let regions = self.all_prices(&size.to_lowercase());
        let regions = regions.into_iter().flatten();
        regions.map(|(region, prices)| (region.as_str(), prices))
    }

    /// The prices of disks, load balancers and other services.
    pub fn service_prices(&self) -> &[ServicePrice] {
        &self.services
    }

    /// The price of the item of a service whose name begins so, in a region, or else the one that holds in any.
    pub fn service_price(&self, service: &str, item: &str, region: &str) -> Option<&ServicePrice> {
        let of = |region: &str| {
            self.services.iter().find(|price| {
                price.service == service
                    && price.item.starts_with(item)
                    && price.region.eq_ignore_ascii_case(region)
            })
        };
        of(region).or_else(|| of("any"))
    }
}
