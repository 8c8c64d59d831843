//! Looking up what a user names: a size, a region, an architecture, a price. Each refusal says what is near, or what there is.

use super::finding::{Finding, Rule};
use super::{Catalog, GpuArchitecture, LOW_PRIORITY_FACTOR, Price, PriceTier, SizePrices, VmSize};
use crate::nearest::nearest;

/// What every size's name begins with.
const PREFIX: &str = "Standard_";

/// Names offered for one that is unknown.
const OFFERED: usize = 3;

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
                    format!("of `{name}` the prices are known, but neither vCPUs nor memory"),
                    "add a row for it in a catalogue file of your own".to_owned(),
                );
            }
            let near = self.nearest_sizes(name);
            let help = if near.is_empty() {
                format!("names look like `{PREFIX}NC6s_v3`; `simulate catalog` lists all")
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
        // The part that all names share says nothing about nearness, unless it is what was mistyped.
        let stems = self.sizes().iter().map(|size| stem(&size.name));
        let names = self.sizes().iter().map(|size| size.name.as_str());
        let mut near = nearest(wanted, stems, OFFERED);
        if near.is_empty() && wanted == name {
            near = nearest(name, names, OFFERED);
        }
        let sizes = near.into_iter().filter_map(|near| {
            let mut sizes = self.sizes().iter();
            sizes.find(|size| stem(&size.name) == stem(near))
        });
        sizes.map(|size| size.name.as_str()).collect()
    }

    /// The region of that name, as the price book writes it; the finding names those there are.
    pub fn find_region(&self, name: &str) -> Result<&str, Finding> {
        let name = name.trim();
        let regions = self.regions();
        let known = regions
            .iter()
            .copied()
            .find(|region| region.eq_ignore_ascii_case(name));
        known.ok_or_else(|| {
            let joined: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
            let near = nearest(&joined, regions.iter().copied(), 1);
            let hint = near
                .first()
                .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            Finding {
                rule: Rule::UnknownRegion,
                message: format!("the price book has no region `{name}`"),
                help: format!("{hint}it has {}", all_of(&regions)),
            }
        })
    }

    /// The architecture of that name; the finding names those there are.
    pub fn find_architecture(&self, name: &str) -> Result<&GpuArchitecture, Finding> {
        let name = name.trim();
        self.architecture(name).ok_or_else(|| {
            let names = self.architectures().iter().map(GpuArchitecture::name);
            let names: Vec<&str> = names.collect();
            Finding {
                rule: Rule::UnknownArchitecture,
                message: format!("there is no GPU architecture `{name}`"),
                help: format!("there is {}", one_of(&names)),
            }
        })
    }

    /// The prices of a size in a region; the finding names the regions where it is sold.
    pub fn find_prices(&self, size: &VmSize, region: &str) -> Result<&SizePrices, Finding> {
        self.price(&size.name, region).ok_or_else(|| {
            let elsewhere: Vec<&str> = self
                .prices_of(&size.name)
                .map(|(region, _)| region)
                .collect();
            let help = if elsewhere.is_empty() {
                "the price book has it in no region: give its prices in a price book of your own"
                    .to_owned()
            } else {
                format!(
                    "it is sold in {}; prices are never guessed: choose one of these regions or another size, \
                     or give its price in a price book of your own",
                    all_of(&elsewhere)
                )
            };
            Finding {
                rule: Rule::NotSold,
                message: format!("`{}` is not sold in `{region}`", size.name),
                help,
            }
        })
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
                PriceTier::LowPriority => self.factor_help(),
                _ => self.elsewhere_help(size, tier),
            },
        })
    }

    fn factor_help(&self) -> String {
        let regions = Self::builtin().regions_with(PriceTier::LowPriority);
        format!(
            "give a price, or a factor of the pay-as-you-go price: {LOW_PRIORITY_FACTOR} holds wherever both are known, in {}",
            all_of(&regions)
        )
    }

    fn elsewhere_help(&self, size: &VmSize, tier: PriceTier) -> String {
        let known: Vec<&str> = self
            .prices_of(&size.name)
            .filter(|(_, prices)| prices.tier(tier).is_some())
            .map(|(region, _)| region)
            .collect();
        if known.is_empty() {
            "give a price, or choose another tier; no region has one".to_owned()
        } else {
            format!(
                "give a price, or choose another tier or region; there is one in {}",
                all_of(&known)
            )
        }
    }

    /// The regions in which a size has a price of a tier.
    fn regions_with(&self, tier: PriceTier) -> Vec<&str> {
        let mut regions = self.regions();
        regions.retain(|region| {
            let mut prices = self.prices.values();
            prices.any(|by_region| {
                let prices = by_region.get(*region);
                prices.is_some_and(|prices| prices.tier(tier).is_some())
            })
        });
        regions
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

/// `a`, `b` or `c`.
pub(super) fn one_of(names: &[&str]) -> String {
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
