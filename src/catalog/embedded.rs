//! The catalogs that travel inside the program, each read when first asked for, from a form that takes no looking for cells.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::sizes::Sizes;
use super::{Catalog, Cloud, CudaRow, GpuArchitecture, ServicePrice, VmSeries, market};

static CATALOGS: [LazyLock<Catalog>; 3] = [
    LazyLock::new(|| embedded(Cloud::Azure)),
    LazyLock::new(|| embedded(Cloud::Aws)),
    LazyLock::new(|| embedded(Cloud::Google)),
];

/// What the files of facts say of a cloud; `packing` makes it of them.
#[derive(Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(super) struct Facts<'a> {
    /// Each packed by itself.
    #[serde(borrow)]
    pub(super) sizes: Vec<&'a [u8]>,
    /// Positions of the sizes in the order of their names in lower case.
    pub(super) by_name: Vec<u16>,
    pub(super) series: Vec<VmSeries>,
    /// In order.
    #[serde(borrow)]
    pub(super) endpoint_sizes: Vec<&'a str>,
    pub(super) cuda: Vec<CudaRow>,
    pub(super) architectures: Vec<GpuArchitecture>,
    pub(super) services: Vec<ServicePrice>,
}

/// The catalog of a cloud.
pub(super) fn of(cloud: Cloud) -> &'static Catalog {
    &CATALOGS[cloud as usize]
}

/// The facts of a cloud, as they are packed.
pub(super) fn packed(cloud: Cloud) -> &'static [u8] {
    match cloud {
        Cloud::Azure => include_bytes!("data/packed/azure.facts"),
        Cloud::Aws => include_bytes!("data/packed/aws.facts"),
        Cloud::Google => include_bytes!("data/packed/gcp.facts"),
    }
}

fn embedded(cloud: Cloud) -> Catalog {
    let facts: Facts = postcard::from_bytes(packed(cloud))
        .expect("the packed facts are held to be right by a test");
    Catalog {
        cloud,
        sizes: Sizes::packed(facts.sizes, facts.by_name),
        series: facts.series,
        endpoint_sizes: facts.endpoint_sizes,
        cuda: facts.cuda,
        architectures: facts.architectures,
        book: Some(market::book(cloud)),
        prices: BTreeMap::new(),
        own_date: None,
        services: facts.services,
        remarks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{List, PriceTier, SizePrices, retirements};

    #[test]
    fn the_embedded_files_are_right() {
        let catalog = embedded(Cloud::Azure);
        assert_eq!(catalog.sizes().len(), 132 + 1360);
        let listed = |list| {
            catalog
                .series()
                .iter()
                .filter(move |series| series.list == list)
        };
        assert_eq!(listed(List::Document).count(), 23);
        assert_eq!(listed(List::Newer).count(), 6);
        assert_eq!(listed(List::NotAsked).count(), 0);
        assert_eq!(catalog.cuda_table().len(), 10);
        assert_eq!(catalog.regions().len(), 58);
        assert_eq!(catalog.service_prices().len(), 58);
        assert!(retirements().len() > 50);
        for (cloud, sizes, priced, prices) in [
            (Cloud::Azure, 1492, 1805, 75_175),
            (Cloud::Aws, 1361, 1377, 4_206),
            (Cloud::Google, 520, 520, 86_568),
        ] {
            let catalog = embedded(cloud);
            assert_eq!(catalog.sizes().len(), sizes, "{cloud:?}");
            assert_eq!(catalog.priced_sizes().count(), priced, "{cloud:?}");
            let book = market::book(cloud);
            assert_eq!(book.unmatched_codes(), Vec::<String>::new(), "{cloud:?}");
            let all = catalog
                .priced_sizes()
                .flat_map(|size| catalog.prices_of(size));
            let count = |prices: &SizePrices| {
                PriceTier::ALL
                    .iter()
                    .filter(|tier| prices.tier(**tier).is_some())
                    .count()
            };
            assert_eq!(
                all.map(|(_, prices)| count(prices)).sum::<usize>(),
                prices,
                "{cloud:?}"
            );
        }
    }
}
