//! Packs the facts of the files in `data`: what is read from cells here takes no reading in the program.
//! After a change of these files `cargo test --lib catalog -- --ignored rewrite` rewrites the packed files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::capabilities::{self, CapabilityRow, Cell, DEPLOYMENT, TRAINING};
use super::embedded::{Facts, packed};
use super::fields::{Fields, Layout, embedded, price, truth};
use super::market::blocks::unpacked;
use super::market::terms;
use super::read_sizes::{parts, read_sizes};
use super::sizes::Sizes;
use super::{
    Catalog, Cloud, CudaRow, CudaVersion, GpuArchitecture, List, ManagedCompute, Mode, OwnFile,
    ServicePrice, VmSeries,
};
use crate::error::Problem;

const SERIES_COLUMNS: Layout = Layout {
    required: &[
        "series",
        "category",
        "approval_required",
        "supported_by",
        "low_priority",
        "cluster_only_sizes",
    ],
    optional: &[],
};

const NEWER_COLUMNS: Layout = Layout {
    required: &["series", "supported_by", "source"],
    optional: &[],
};

const ARCHITECTURE_COLUMNS: Layout = Layout {
    required: &["gpu_architecture", "min_cuda_version", "source"],
    optional: &[],
};

const CUDA_COLUMNS: Layout = Layout {
    required: &["gpu_architecture", "series", "min_cuda_version"],
    optional: &[],
};

const SERVICE_COLUMNS: Layout = Layout {
    required: &[
        "service", "item", "region", "currency", "unit", "price", "kind", "source", "as_of", "note",
    ],
    optional: &[],
};

const TRAINING_LAYOUT: Layout = Layout {
    required: &[
        "target",
        "name",
        "automl",
        "pipelines",
        "designer",
        "gpu",
        "source",
        "note",
    ],
    optional: &[],
};
const DEPLOYMENT_LAYOUT: Layout = Layout {
    required: &[
        "target",
        "name",
        "test",
        "real_time",
        "batch",
        "gpu",
        "fpga",
        "designer",
        "source",
        "note",
    ],
    optional: &[],
};

/// The two tables of what kinds of target take.
fn targets() -> Vec<u8> {
    let training = include_bytes!("data/training_targets.csv");
    let deployment = include_bytes!("data/deployment_targets.csv");
    let rows: capabilities::Rows = (
        capability_rows("training_targets.csv", training, &TRAINING_LAYOUT, TRAINING),
        capability_rows(
            "deployment_targets.csv",
            deployment,
            &DEPLOYMENT_LAYOUT,
            DEPLOYMENT,
        ),
    );
    postcard::to_allocvec(&rows).unwrap()
}

fn capability_rows(
    name: &str,
    bytes: &[u8],
    layout: &Layout,
    columns: &[&str],
) -> Vec<CapabilityRow> {
    embedded(name, bytes, layout, |fields, row| {
        let cells = columns
            .iter()
            .map(|column| fields.require(row, column, cell));
        Ok(CapabilityRow {
            target: fields.text(row, "target")?,
            name: fields.text(row, "name")?,
            cells: cells.collect::<Result<_, _>>()?,
            source: fields.text(row, "source")?,
            note: fields.text(row, "note")?,
        })
    })
}

fn cell(text: &str) -> Result<Cell, String> {
    match text {
        "yes" => Ok(Cell::Yes),
        "no" => Ok(Cell::No),
        "unknown" => Ok(Cell::Unknown),
        other => Err(format!("`{other}` is none of `yes`, `no`, `unknown`")),
    }
}

fn facts(cloud: Cloud) -> Vec<u8> {
    let catalog = catalog(cloud).unwrap();
    let packed = |size| postcard::to_allocvec(size).unwrap();
    let sizes: Vec<Vec<u8>> = catalog.sizes().map(packed).collect();
    let names: Vec<String> = catalog
        .sizes()
        .map(|size| size.name.to_lowercase())
        .collect();
    let mut by_name: Vec<u16> = (0..u16::try_from(names.len()).unwrap()).collect();
    by_name.sort_by_key(|at| &names[usize::from(*at)]);
    let facts = Facts {
        sizes: sizes.iter().map(Vec::as_slice).collect(),
        by_name,
        series: catalog.series,
        endpoint_sizes: catalog.endpoint_sizes,
        cuda: catalog.cuda,
        architectures: catalog.architectures,
        services: catalog.services,
    };
    postcard::to_allocvec(&facts).unwrap()
}

fn price_terms(cloud: Cloud) -> Vec<u8> {
    let file = include_bytes!("data/market/price_sources.csv");
    let mut reader = csv::Reader::from_reader(&file[..]);
    let header = reader.headers().unwrap().clone();
    let rows = reader.records().map(Result::unwrap);
    let own = rows.filter(|row| row[0] == *cloud.key());
    let own = own.map(|row| row.deserialize(Some(&header)).unwrap());
    postcard::to_allocvec(&own.collect::<Vec<terms::Row>>()).unwrap()
}

/// Reads the files of a cloud.
fn catalog(cloud: Cloud) -> Result<Catalog, Vec<Problem>> {
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
        sizes: Sizes::default(),
        series: Vec::new(),
        endpoint_sizes: Vec::new(),
        cuda,
        architectures,
        book: None,
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
    for (name, bytes) in sizes(cloud) {
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
        catalog.endpoint_sizes = endpoints.collect();
        catalog.endpoint_sizes.sort_unstable();
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
            let series = series
                .find(|series| series.name == name)
                .expect("the first list has the series");
            series.list = List::Newer;
            series.supported_by = kinds;
        }
    }
}

/// The files of sizes of a cloud, each with its name, in their order.
fn sizes(cloud: Cloud) -> Vec<(&'static str, Vec<u8>)> {
    let text = |packed: &[u8]| unpacked(packed).into_bytes();
    match cloud {
        Cloud::Azure => vec![
            ("vm_sizes.csv", include_bytes!("data/vm_sizes.csv").to_vec()),
            (
                "market/azure_sizes.csv",
                text(include_bytes!("data/market/azure_sizes.csv.gz")),
            ),
        ],
        Cloud::Aws => vec![(
            "market/aws_sizes.csv",
            text(include_bytes!("data/market/aws_sizes.csv.gz")),
        )],
        Cloud::Google => vec![(
            "market/google_sizes.csv",
            text(include_bytes!("data/market/google_sizes.csv.gz")),
        )],
    }
}

/// The facts of the series.
pub(super) fn read_series(file: &OwnFile) -> Result<Vec<VmSeries>, Vec<Problem>> {
    let fields = Fields::open(file, &SERIES_COLUMNS)?;
    let mut series = Vec::new();
    fields.each_row(|row| {
        let flag = |name| fields.require(row, name, truth);
        series.push(VmSeries {
            name: fields.text(row, "series")?,
            category: fields.text(row, "category")?,
            approval_required: flag("approval_required")?,
            supported_by: fields.require(row, "supported_by", managed)?,
            low_priority: flag("low_priority")?,
            cluster_only_sizes: parts(&fields.text(row, "cluster_only_sizes")?),
            list: List::Document,
        });
        Ok(())
    })?;
    Ok(series)
}

/// The series that only a later list of the service names: name, and what may be made of it.
pub(super) fn read_newer(
    file: &OwnFile,
) -> Result<Vec<(String, Vec<ManagedCompute>)>, Vec<Problem>> {
    let fields = Fields::open(file, &NEWER_COLUMNS)?;
    let mut series = Vec::new();
    fields.each_row(|row| {
        let kinds = fields.require(row, "supported_by", managed)?;
        series.push((fields.text(row, "series")?, kinds));
        Ok(())
    })?;
    Ok(series)
}

/// The architectures beyond the table of CUDA versions.
pub(super) fn read_architectures(file: &OwnFile) -> Result<Vec<GpuArchitecture>, Vec<Problem>> {
    let fields = Fields::open(file, &ARCHITECTURE_COLUMNS)?;
    let mut all = Vec::new();
    fields.each_row(|row| {
        all.push(GpuArchitecture {
            name: fields.text(row, "gpu_architecture")?,
            min_cuda: fields.get(row, "min_cuda_version", CudaVersion::parse)?,
        });
        Ok(())
    })?;
    Ok(all)
}

/// The table of CUDA versions.
pub(super) fn read_cuda(file: &OwnFile) -> Result<Vec<CudaRow>, Vec<Problem>> {
    let fields = Fields::open(file, &CUDA_COLUMNS)?;
    let mut rows = Vec::new();
    fields.each_row(|row| {
        rows.push(CudaRow {
            architecture: GpuArchitecture {
                name: fields.text(row, "gpu_architecture")?,
                min_cuda: Some(fields.require(row, "min_cuda_version", CudaVersion::parse)?),
            },
            series: fields.text(row, "series")?,
        });
        Ok(())
    })?;
    Ok(rows)
}

/// The prices of services.
pub(super) fn read_services(file: &OwnFile) -> Result<Vec<ServicePrice>, Vec<Problem>> {
    let fields = Fields::open(file, &SERVICE_COLUMNS)?;
    let mut services = Vec::new();
    fields.each_row(|row| {
        let text = |name| fields.text(row, name);
        fields.require(row, "currency", |text| match text {
            "USD" => Ok(()),
            other => Err(format!("`{other}` is not `USD`")),
        })?;
        services.push(ServicePrice {
            service: text("service")?,
            item: text("item")?,
            region: text("region")?,
            micro_usd: fields.require(row, "price", price)?.0,
            unit: text("unit")?,
            kind: text("kind")?,
            source: text("source")?,
            as_of: text("as_of")?,
            note: text("note")?,
        });
        Ok(())
    })?;
    Ok(services)
}

/// Kinds of managed compute between semicolons.
fn managed(text: &str) -> Result<Vec<ManagedCompute>, String> {
    let kinds = parts(text).into_iter().map(|kind| match kind.as_str() {
        "clusters" => Ok(ManagedCompute::Cluster),
        "instances" => Ok(ManagedCompute::Instance),
        _ => Err(format!("`{kind}` is neither `clusters` nor `instances`")),
    });
    kinds.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packed_facts_are_those_of_the_files() {
        assert!(
            capabilities::packed() == targets(),
            "run `cargo test --lib catalog -- --ignored rewrite`"
        );
        for cloud in Cloud::ALL {
            assert!(
                packed(cloud) == facts(cloud),
                "{cloud:?}: run `cargo test --lib catalog -- --ignored rewrite`"
            );
            assert!(
                terms::packed(cloud) == price_terms(cloud),
                "{cloud:?}: run `cargo test --lib catalog -- --ignored rewrite`"
            );
        }
    }

    #[test]
    #[ignore = "a command, not a check: it rewrites the packed files in the source tree"]
    fn rewrite_the_packed_facts() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/data/packed");
        std::fs::write(format!("{folder}/targets.facts"), targets()).unwrap();
        for cloud in Cloud::ALL {
            let name = cloud.key();
            std::fs::write(format!("{folder}/{name}.facts"), facts(cloud)).unwrap();
            std::fs::write(format!("{folder}/{name}.terms"), price_terms(cloud)).unwrap();
        }
    }
}
