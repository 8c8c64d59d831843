//! One size whole, for people: every fact, and every price with its source.

use std::fmt::Write as _;

use super::listing::two_lines;
use super::tiers;
use crate::catalog::{
    Catalog, Check, Chosen, Cloud, Gpu, List, ManagedCompute, Price, PriceTier, SizePrices,
    VmSeries, VmSize,
};
use crate::report::plain_table::{PlainColumn, plain_table};

/// Facts, then prices by region and tier, within `width` columns if that can be, then where they come from.
pub(super) fn whole(catalog: &Catalog, chosen: &Chosen<'_>, width: usize) -> String {
    let size = chosen.size;
    let mut text = format!("{}\n", size.name);
    for (name, fact) in facts(catalog, chosen) {
        writeln!(text, "  {name:<14}{fact}").expect("a string takes every line");
    }
    text.push('\n');
    if chosen.prices.is_empty() {
        text.push_str("No region has a price of it.\n");
        return text;
    }
    text.push_str("Prices an hour in USD, unless the source names another currency; Linux, without tax; `-` where no source states one:\n\n");
    let mut sources = Sources::default();
    text.push_str(&table((&chosen.prices, width), &mut sources));
    text.push_str("\nSources:\n");
    for (mark, (as_of, source)) in sources.marked() {
        let as_of = if as_of.is_empty() { "no date" } else { as_of };
        writeln!(text, "  {mark}  {as_of:<10}  {source}").expect("a string takes every line");
    }
    text
}

/// What is known of the size, name and fact.
fn facts(catalog: &Catalog, chosen: &Chosen<'_>) -> Vec<(&'static str, String)> {
    let size = chosen.size;
    let series = catalog.series_of(size);
    let yes_no = |holds: bool| if holds { "yes" } else { "no" }.to_owned();
    let mut facts = vec![
        ("series", format!("{} ({})", size.series, size.category)),
        ("vCPUs", size.vcpus.to_string()),
        ("memory", format!("{} GiB", size.memory_gib)),
        (
            "GPUs",
            size.gpu.as_ref().map_or_else(|| "none".to_owned(), gpus),
        ),
    ];
    if let Some(gpu) = &size.gpu {
        let cuda = gpu.architecture.min_cuda();
        let cuda = cuda.map_or_else(|| "none".to_owned(), |lowest| format!("{lowest} or later"));
        facts.push(("CUDA", cuda));
    }
    // Of other clouds the tables do not say these.
    if catalog.cloud() == Cloud::Azure {
        facts.extend([
            ("RDMA", yes_no(size.rdma)),
            ("isolated", yes_no(size.isolated)),
            ("restriction", restriction(catalog, size)),
            ("quota family", size.family.clone()),
            ("supported by", supported_by(catalog, size)),
            ("low priority", low_priority(catalog, series)),
        ]);
    }
    facts.extend(retired(catalog, chosen).map(|retired| ("retires", retired)));
    facts.extend(size.notes.iter().map(|note| ("note", note.clone())));
    facts
}

fn gpus(gpu: &Gpu) -> String {
    let memory = gpu
        .memory_gib
        .map_or_else(String::new, |gib| format!(", {gib} GiB each"));
    format!(
        "{} x {}, {}{memory}",
        gpu.count,
        gpu.model,
        gpu.architecture.name()
    )
}

fn restriction(catalog: &Catalog, size: &VmSize) -> String {
    let words = match catalog.needs_approval(size) {
        Some(true) => "approval required: the quota of its family is 0 until more is granted",
        Some(false) => "none",
        None => "not stated: no source says whether its quota is 0 until more is granted",
    };
    words.to_owned()
}

fn supported_by(catalog: &Catalog, size: &VmSize) -> String {
    let kinds = [ManagedCompute::Cluster, ManagedCompute::Instance];
    let supported = kinds
        .into_iter()
        .filter(|kind| catalog.check_compute(size, *kind, false).is_none());
    let names: Vec<&str> = supported.map(ManagedCompute::plural).collect();
    let names = names.join(", ");
    match catalog.series_of(size).list {
        List::Document => format!("{names} (the list of series of 2020-09-29)"),
        List::Newer => format!("{names} (a later list of series)"),
        List::Neither => {
            let endpoint = ManagedCompute::Endpoint;
            match catalog.check_compute(size, endpoint, false) {
                None => "online endpoints; no list names its series for clusters and instances"
                    .to_owned(),
                Some(_) => "no list of Azure Machine Learning names its series".to_owned(),
            }
        }
        List::NotAsked => names,
    }
}

/// Where the series is sold as low priority, and when that ends.
fn low_priority(catalog: &Catalog, series: &VmSeries) -> String {
    if !series.low_priority {
        return "no, nor spot".to_owned();
    }
    let retired = catalog.tier_retirements(PriceTier::LowPriority);
    let retired = retired.into_iter().map(|retirement| {
        let service = retirement.scope.service();
        format!("; on {service} it {}", tiers::when(catalog, retirement))
    });
    format!(
        "on clusters, not on instances{}",
        retired.collect::<String>()
    )
}

/// When the size is retired, or that its price is no longer listed.
fn retired(catalog: &Catalog, chosen: &Chosen<'_>) -> Option<String> {
    if let Some(retirement) = catalog.retirement(chosen.size) {
        let successor = match (retirement.successor.as_str(), retirement.advice.as_str()) {
            ("", "") => String::new(),
            ("", advice) => format!("; the vendor advises {advice}"),
            (named, _) => format!("; successor: {named}"),
        };
        let (day, by) = (retirement.retires_on, retirement.by());
        return Some(format!("{day}{successor} ({by})"));
    }
    let prices = || chosen.prices.iter().map(|(_, prices)| *prices);
    let unlisted = prices().filter(|prices| prices.gone_in.is_some()).count();
    let last = prices().filter_map(|prices| prices.last_seen).max()?;
    match unlisted {
        0 => None,
        some if some == chosen.prices.len() => {
            Some(format!("no date is known; price last listed on {last}"))
        }
        some => Some(format!(
            "no date is known; price no longer listed in {some} of {} regions",
            chosen.prices.len()
        )),
    }
}

/// Prices by region and tier, each with the mark of its source. Where that is too wide, the day of the last listing is left out.
fn table((prices, width): (&[(&str, &SizePrices)], usize), sources: &mut Sources) -> String {
    let column = |header: &str, cells: Vec<String>, right| PlainColumn {
        cells: std::iter::once(header.to_owned()).chain(cells).collect(),
        right,
    };
    let regions = prices.iter().map(|(region, _)| (*region).to_owned());
    let mut columns = vec![column("region", regions.collect(), false)];
    let is_listed = |tier: &PriceTier| {
        prices
            .iter()
            .any(|(_, prices)| prices.tier(*tier).is_some())
    };
    for tier in PriceTier::ALL.into_iter().filter(is_listed) {
        let cells = prices.iter().map(|(_, prices)| match prices.tier(tier) {
            Some(price) => format!("{} {}", price.per_hour.dollars(), sources.mark(price)),
            None => "-  ".to_owned(),
        });
        columns.push(column(two_lines(tier), cells.collect(), true));
    }
    let listed = prices.iter().map(|(_, prices)| {
        let last = prices.last_seen;
        last.map_or_else(String::new, |last| last.to_string())
    });
    columns.push(column("last\nlisted", listed.collect(), false));
    let text = plain_table(&columns);
    if text.lines().all(|line| line.chars().count() <= width) {
        return text;
    }
    columns.pop();
    plain_table(&columns)
}

/// Sources with their dates and doubts, marked `a`, `b` and so on in the order in which they are met.
#[derive(Default)]
struct Sources(Vec<(String, String)>);

impl Sources {
    fn mark(&mut self, price: &Price) -> String {
        let mut source = price.source.to_string();
        if &*price.currency != "USD" {
            write!(source, " (in {})", price.currency).expect("a string takes every text");
        }
        let words = price.check.map(Check::words);
        if let Some(words) = words {
            let told = if words == "agrees" {
                "a second source agrees"
            } else {
                words
            };
            write!(source, "; {told}").expect("a string takes every text");
        }
        let source = (price.as_of.to_string(), source);
        let known = self.0.iter().position(|known| *known == source);
        let position = known.unwrap_or_else(|| {
            self.0.push(source);
            self.0.len() - 1
        });
        letter(position)
    }

    fn marked(&self) -> impl Iterator<Item = (String, (&str, &str))> {
        let sources = self.0.iter().enumerate();
        sources.map(|(position, (as_of, source))| {
            (letter(position), (as_of.as_str(), source.as_str()))
        })
    }
}

/// `a` to `z`, then `aa` and so on.
fn letter(position: usize) -> String {
    let last = char::from(b'a' + u8::try_from(position % 26).expect("below 26"));
    match position / 26 {
        0 => last.to_string(),
        more => letter(more - 1) + &last.to_string(),
    }
}
