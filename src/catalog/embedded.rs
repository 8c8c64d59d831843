//! The catalogs that travel inside the program, each read when first asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use super::read_prices::read_services;
use super::read_sizes::{read_architectures, read_cuda, read_newer, read_series, read_sizes};
use super::{Catalog, Cloud, GpuArchitecture, List, ManagedCompute, Mode, OwnFile, market};
use crate::error::Problem;

static CATALOGS: [LazyLock<Catalog>; 3] = [
    LazyLock::new(|| embedded(Cloud::Azure).expect(RIGHT)),
    LazyLock::new(|| embedded(Cloud::Aws).expect(RIGHT)),
    LazyLock::new(|| embedded(Cloud::Google).expect(RIGHT)),
];

const RIGHT: &str = "the embedded files are held to be right by a test";

/// The catalog of a cloud.
pub(super) fn of(cloud: Cloud) -> &'static Catalog {
    &CATALOGS[cloud as usize]
}

/// Reads the files that travel inside the program.
fn embedded(cloud: Cloud) -> Result<Catalog, Vec<Problem>> {
    let file = |name: &str, bytes: &[u8]| OwnFile {
        path: PathBuf::from(name),
        bytes: bytes.to_vec(),
        mode: Mode::Replace,
    };
    let cuda = include_bytes!("data/cuda_compatibility.csv");
    let cuda = read_cuda(&file("cuda_compatibility.csv", cuda))?;
    let tabled = cuda.iter().map(|row| row.architecture.clone());
    let mut architectures: Vec<GpuArchitecture> =
        tabled.collect::<BTreeSet<_>>().into_iter().collect();
    let newer = include_bytes!("data/market/gpu_architectures.csv");
    architectures.extend(read_architectures(&file("gpu_architectures.csv", newer))?);
    let mut catalog = Catalog {
        cloud,
        sizes: Vec::new(),
        positions: BTreeMap::new(),
        series: Vec::new(),
        endpoint_sizes: BTreeSet::new(),
        cuda,
        architectures,
        book: Some(market::book(cloud)),
        prices: BTreeMap::new(),
        own_date: None,
        services: Vec::new(),
        remarks: Vec::new(),
    };
    if cloud == Cloud::Azure {
        let services = include_bytes!("data/service_prices.csv");
        catalog.services = read_services(&file("service_prices.csv", services))?;
        catalog.series = read_series(&file("series.csv", include_bytes!("data/series.csv")))?;
    }
    for (name, bytes) in market::sizes(cloud) {
        for mut size in read_sizes(&file(name, &bytes), &catalog.architectures)? {
            catalog.take_series(&mut size, List::NotAsked);
            size.approval_required |= catalog.series_of(&size).approval_required;
            catalog.take_size(size);
        }
    }
    if cloud == Cloud::Azure {
        let newer = include_bytes!("data/market/series_2026.csv");
        catalog.take_lists(read_newer(&file("series_2026.csv", newer))?);
        let endpoints = include_str!("data/market/endpoint_sizes.csv")
            .lines()
            .skip(1);
        catalog.endpoint_sizes = endpoints.map(str::to_owned).collect();
    }
    Ok(catalog)
}

impl Catalog {
    /// Notes which of the series beyond the first list the later one names.
    fn take_lists(&mut self, newer: Vec<(String, Vec<ManagedCompute>)>) {
        for series in &mut self.series {
            if series.list == List::NotAsked {
                series.list = List::Neither;
            }
        }
        for (name, kinds) in newer {
            let mut series = self.series.iter_mut();
            let series = series.find(|series| series.name == name).expect(RIGHT);
            series.list = List::Newer;
            series.supported_by = kinds;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{PriceTier, SizePrices, retirements};

    #[test]
    fn the_embedded_files_are_right() {
        let catalog = embedded(Cloud::Azure).unwrap();
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
            let catalog = embedded(cloud).unwrap();
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
