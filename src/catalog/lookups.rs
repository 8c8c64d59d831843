//! Looking up what a user names: a size, a region, an architecture, a price. Each refusal says what is near, or what there is.

use super::finding::{Finding, Rule};
use super::gpu_speed::names_model;
use super::{
    Catalog, Cloud, GpuArchitecture, LOW_PRIORITY_FACTOR, Price, PriceTier, SizePrices, VmSeries,
    VmSize,
};
use crate::nearest::nearest;

/// What every size's name begins with.
pub(super) const PREFIX: &str = "Standard_";

/// Names offered for one that is unknown.
const OFFERED: usize = 3;
/// Names listed at most.
const LISTED: usize = 16;

/// Whether a text can be the name of a region, known or not: at most 64 letters, digits, `-`, `_`, `.` and blanks, with a letter or digit
/// at both ends.
pub fn is_region_name(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    let at_end = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.chars().count() <= 64
        && text.chars().all(inside)
        && at_end(text.chars().next())
        && at_end(text.chars().next_back())
}

impl Catalog {
    /// The size of that name; the finding names the nearest. A name without `Standard_` is not completed, only corrected.
    pub fn find_size(&self, name: &str) -> Result<&VmSize, Finding> {
        let name = name.trim();
        self.size(name).ok_or_else(|| {
            let finding = |message, help| Finding {
                rule: Rule::UnknownSize,
                message,
                help,
            };
            if self.prices_of(name).next().is_some() {
                return finding(
                    format!(
                        "`{name}` is a size of {}, but no source with an open license states its vCPUs and memory",
                        self.cloud().name()
                    ),
                    "add a row for it to a custom file of sizes (key `catalog` of a scenario): see docs/catalog.md".to_owned(),
                );
            }
            let near = self.nearest_sizes(name);
            let mut clouds = Cloud::ALL.into_iter();
            let other = clouds.find(|cloud| Catalog::of(*cloud).size(name).is_some());
            let help = if let Some(cloud) = other.filter(|cloud| *cloud != self.cloud()) {
                format!("it is a size of {}: set `cloud = \"{}\"`", cloud.name(), cloud.key())
            } else if near.is_empty() {
                format!(
                    "names look like `{}`; `simulate catalog` lists all",
                    self.cloud().examples().0
                )
            } else {
                format!("did you mean {}?", one_of(&near))
            };
            finding(format!("there is no size `{name}`"), help)
        })
    }

    /// The names of sizes nearest to one that is none.
    pub fn nearest_sizes(&self, name: &str) -> Vec<&str> {
        let wanted = stem(name);
        let completed = format!("{PREFIX}{wanted}");
        if let Some(size) = self.size(&completed) {
            return vec![&size.name];
        }
        // Whoever writes `T4` means the sizes with that part in their names.
        let has_part = |size: &&VmSize| {
            let mut parts = stem(&size.name).split('_');
            parts.any(|part| part.eq_ignore_ascii_case(wanted))
        };
        let with_part: Vec<&str> = self
            .sizes()
            .filter(has_part)
            .map(|size| size.name.as_str())
            .collect();
        if !with_part.is_empty() {
            return with_part.into_iter().take(OFFERED).collect();
        }
        // The part that all names share says nothing about nearness, unless it is what was mistyped.
        let stems = self.sizes().map(|size| stem(&size.name));
        let names = self.sizes().map(|size| size.name.as_str());
        let mut near = nearest(wanted, stems, OFFERED);
        if near.is_empty() && wanted == name {
            near = nearest(name, names, OFFERED);
        }
        let sizes = near.into_iter().filter_map(|near| {
            let mut sizes = self.sizes();
            sizes.find(|size| stem(&size.name) == stem(near))
        });
        sizes.map(|size| size.name.as_str()).collect()
    }

    /// The series of that name; the finding names the nearest, or those there are.
    pub fn find_series(&self, name: &str) -> Result<&VmSeries, Finding> {
        let name = name.trim();
        self.series_named(name).ok_or_else(|| {
            let names = self.series().iter().map(|series| series.name.as_str());
            let is_near = !nearest(name, names.clone(), 1).is_empty();
            Finding {
                rule: Rule::UnknownSeries,
                message: format!("there is no series `{name}`"),
                help: format!(
                    "{}{} `simulate catalog --all{}` lists all sizes with their series",
                    near_or_all(name, &names.collect::<Vec<_>>()),
                    if is_near { "" } else { ";" },
                    self.cloud().flag()
                ),
            }
        })
    }

    /// The category of that name; the finding names those there are.
    pub fn find_category(&self, name: &str) -> Result<&str, Finding> {
        let name = name.trim();
        let all = distinct(self.sizes().map(|size| size.category.as_str()));
        let mut found = all.iter().copied();
        let found = found.find(|category| category.eq_ignore_ascii_case(name));
        found.ok_or_else(|| Finding {
            rule: Rule::UnknownCategory,
            message: format!("there is no category `{name}`"),
            help: near_or_all(name, &all),
        })
    }

    /// The models of GPUs that a text names, such as `V100`: those that have it in their name as a word, or else with its number
    /// whole, or else anywhere. So `A10` is no A100. The finding names those there are.
    pub fn find_gpu_models(&self, text: &str) -> Result<Vec<&str>, Finding> {
        let text = text.trim();
        let gpus = self.sizes().filter_map(|size| size.gpu.as_ref());
        let all = distinct(gpus.map(|gpu| gpu.model.as_str()));
        let wanted = text.to_lowercase();
        let ways = [names_model, has_number, has_text];
        let mut found = ways.into_iter().map(|names| {
            let models = all.iter().copied();
            models.filter(|model| names(&wanted, model)).collect()
        });
        let found = found.find(|models: &Vec<&str>| !models.is_empty());
        found.filter(|_| !wanted.is_empty()).ok_or_else(|| Finding {
            rule: Rule::UnknownGpu,
            message: format!("no model of GPU has `{text}` in its name"),
            help: format!(
                "there is {}; `simulate catalog --min-gpus 0.1{}` lists sizes with GPUs",
                some_of(&all),
                self.cloud().flag()
            ),
        })
    }

    /// The region of that name, as the price book writes it; the finding names those there are.
    pub fn find_region(&self, name: &str) -> Result<&str, Finding> {
        let name = name.trim();
        let mut regions = self.regions_by_size();
        let known = regions.find(|region| region.eq_ignore_ascii_case(name));
        known.ok_or_else(|| {
            let joined: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
            Finding {
                rule: Rule::UnknownRegion,
                message: format!("the price book has no region `{name}`"),
                help: format!(
                    "{}{}",
                    near_or_all(&joined, &self.regions()),
                    self.region_note()
                ),
            }
        })
    }

    /// Why a region of the cloud may be missing.
    fn region_note(&self) -> &'static str {
        if self.has_builtin_prices() && self.cloud() != Cloud::Azure {
            "; only some regions are built in (docs/catalog.md): load others with a `price_book`, or give `price_per_hour`"
        } else {
            ""
        }
    }

    /// The architecture of that name; the finding names those there are.
    pub fn find_architecture(&self, name: &str) -> Result<&GpuArchitecture, Finding> {
        let name = name.trim();
        self.architecture(name).ok_or_else(|| {
            let names = self.architectures().iter().map(GpuArchitecture::name);
            Finding {
                rule: Rule::UnknownArchitecture,
                message: format!("there is no GPU architecture `{name}`"),
                help: near_or_all(name, &names.collect::<Vec<_>>()),
            }
        })
    }

    /// The prices of a size in a region; the finding names the regions in which it has prices.
    pub fn find_prices(&self, size: &VmSize, region: &str) -> Result<&SizePrices, Finding> {
        self.price(&size.name, region)
            .ok_or_else(|| self.without_prices(size, region))
    }

    /// No price says nothing of whether the size is sold there.
    fn without_prices(&self, size: &VmSize, region: &str) -> Finding {
        let prices = self.prices_of(&size.name);
        let elsewhere: Vec<&str> = prices.map(|(region, _)| region).collect();
        let (book, reason) = if self.has_builtin_prices() {
            let reason = "prices without an openly licensed source are left out, docs/catalog.md; ";
            ("built-in price book", reason)
        } else {
            ("price book", "")
        };
        let regions = match elsewhere.as_slice() {
            [] => "it has none in any region".to_owned(),
            known => format!("it has prices in {}", some_of(known)),
        };
        Finding {
            rule: Rule::NoRegionalPrice,
            message: format!("the {book} has no price of `{}` in `{region}`", size.name),
            help: format!("{reason}{regions}; give `price_per_hour` or a `price_book`"),
        }
    }

    /// The price of a size in a region and tier; the finding says where such prices are known, or by what factor.
    pub fn find_price(
        &self,
        size: &VmSize,
        region: &str,
        tier: PriceTier,
    ) -> Result<&Price, Finding> {
        let prices = self.find_prices(size, region)?;
        prices.tier(tier).ok_or_else(|| Finding {
            rule: Rule::NoPrice,
            message: format!(
                "no source states the price of `{}` in `{region}` for {}",
                size.name,
                tier.name()
            ),
            help: match tier {
                PriceTier::LowPriority if self.cloud() == Cloud::Azure => factor_help(),
                PriceTier::LowPriority => format!(
                    "there is no low priority on {}: machines that may be taken back are `spot` there",
                    self.cloud().name()
                ),
                _ => self.elsewhere_help(size, tier),
            },
        })
    }

    fn elsewhere_help(&self, size: &VmSize, tier: PriceTier) -> String {
        let known = self.regions_with_price(size, tier);
        if known.is_empty() {
            "give a price, or choose another tier; no region has one".to_owned()
        } else {
            format!(
                "give a price, or choose another tier or region; there is one in {}",
                some_of(&known)
            )
        }
    }

    /// The regions in which a size has a price of a tier, in alphabetical order.
    pub fn regions_with_price(&self, size: &VmSize, tier: PriceTier) -> Vec<&str> {
        let prices = self.prices_of(&size.name);
        let known = prices.filter(|(_, prices)| prices.tier(tier).is_some());
        known.map(|(region, _)| region).collect()
    }

    /// The regions in which any size has a price of a tier, in alphabetical order.
    pub fn regions_with(&self, tier: PriceTier) -> Vec<&str> {
        let mut regions = self.regions();
        regions.retain(|region| {
            let mut sizes = self.priced_sizes();
            sizes.any(|size| {
                let prices = self.price(size, region);
                prices.is_some_and(|prices| prices.tier(tier).is_some())
            })
        });
        regions
    }
}

/// What to do about a low-priority price that nobody states; the factor is that of the built-in book.
fn factor_help() -> String {
    let regions = Catalog::builtin().regions_with(PriceTier::LowPriority);
    format!(
        "give a price, or a factor of the pay-as-you-go price: {LOW_PRIORITY_FACTOR} in 99 of 100 cases where both are known, in {}",
        all_of(&regions)
    )
}

/// Whether a model has a text in lower case in its name, and no further digit behind a number at its end.
fn has_number(text: &str, model: &str) -> bool {
    let model = model.to_lowercase();
    let is_number = text.ends_with(|c: char| c.is_ascii_digit());
    let mut found = model.match_indices(text);
    found.any(|(at, _)| {
        !(is_number && model[at + text.len()..].starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Whether a model has a text in lower case anywhere in its name.
fn has_text(text: &str, model: &str) -> bool {
    model.to_lowercase().contains(text)
}

/// Names without those that came before, in their order.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// The names that were meant, if some are near, and all there are, unless these are many.
fn near_or_all(name: &str, all: &[&str]) -> String {
    let near = nearest(name, all.iter().copied(), OFFERED);
    match near.first() {
        Some(_) if all.len() > LISTED => format!("did you mean {}?", one_of(&near)),
        Some(first) => format!("did you mean `{first}`? there is {}", one_of(all)),
        None => format!("there is {}", some_of(all)),
    }
}

/// A name without the part that all share.
fn stem(name: &str) -> &str {
    match name.get(..PREFIX.len()) {
        Some(start) if start.eq_ignore_ascii_case(PREFIX) => &name[PREFIX.len()..],
        _ => name,
    }
}

/// `a`, `b` and `c`.
pub(super) fn all_of(names: &[&str]) -> String {
    joined(names, " and ")
}

/// `a`, `b` and `c`, or the first of many names and how many more there are.
pub fn some_of(names: &[&str]) -> String {
    if names.len() <= LISTED {
        return all_of(names);
    }
    let first: Vec<String> = names[..LISTED / 2]
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    format!("{} and {} more", first.join(", "), names.len() - LISTED / 2)
}

/// `a`, `b` or `c`.
pub fn one_of(names: &[&str]) -> String {
    joined(names, " or ")
}

fn joined(names: &[&str], last: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((only, [])) => only.clone(),
        Some((end, others)) => format!("{}{last}{end}", others.join(", ")),
        None => "none".to_owned(),
    }
}
