//! Reads files of sizes.

use std::collections::BTreeMap;

use super::OwnFile;
use super::facts::{CudaVersion, Gpu, GpuArchitecture, GpuCount, VmSize};
use super::fields::{Fields, Layout, positive, truth, whole};
use crate::csv_table::Row;
use crate::error::Problem;

/// Columns of a file of sizes.
pub(super) const SIZE_COLUMNS: Layout = Layout {
    required: &["size", "series", "category", "vcpus", "memory_gib"],
    optional: &[
        "family",
        "gpus",
        "gpu_model",
        "gpu_architecture",
        "gpu_memory_gib",
        "min_cuda_version",
        "rdma",
        "isolated",
        "approval_required",
        "note",
    ],
};

/// The sizes of a file, in its order. Architectures outside `known` need their own `min_cuda_version`.
pub(super) fn read_sizes(
    file: &OwnFile,
    known: &[GpuArchitecture],
) -> Result<Vec<VmSize>, Vec<Problem>> {
    let fields = Fields::open(file, &SIZE_COLUMNS)?;
    let mut sizes = Vec::new();
    let mut lines = BTreeMap::new();
    let mut known = known.to_vec();
    fields.each_row(|row| {
        let size = read_size(&fields, row, &known)?;
        if let Some(line) = lines.insert(size.name.to_lowercase(), row.line) {
            let message = format!("`{}` stands in line {line} too", size.name);
            return fields.refuse(row, "size", message);
        }
        // What one row says of an architecture holds for those below it.
        if let Some(gpu) = &size.gpu
            && !known.contains(&gpu.architecture)
        {
            known.push(gpu.architecture.clone());
        }
        sizes.push(size);
        Ok(())
    })?;
    Ok(sizes)
}

fn read_size(
    fields: &Fields,
    row: &Row<'_>,
    known: &[GpuArchitecture],
) -> Result<VmSize, Box<Problem>> {
    let text = |name| fields.require(row, name, |text| Ok(text.to_owned()));
    let flag = |name| fields.get(row, name, truth).map(Option::unwrap_or_default);
    let series = text("series")?;
    let family = fields.text(row, "family")?;
    let note = fields.text(row, "note")?;
    Ok(VmSize {
        name: text("size")?,
        family: if family.is_empty() {
            series.clone()
        } else {
            family
        },
        series,
        category: text("category")?,
        vcpus: fields.require(row, "vcpus", |text| match whole(text)? {
            0 => Err("a size has at least one vCPU".to_owned()),
            count => Ok(count),
        })?,
        memory_gib: fields.require(row, "memory_gib", positive)?,
        gpu: read_gpu(fields, row, known)?,
        rdma: flag("rdma")?,
        isolated: flag("isolated")?,
        approval_required: flag("approval_required")?,
        notes: parts(&note),
    })
}

fn read_gpu(
    fields: &Fields,
    row: &Row<'_>,
    known: &[GpuArchitecture],
) -> Result<Option<Gpu>, Box<Problem>> {
    let count = fields.get(row, "gpus", gpus)?.unwrap_or_default();
    if count.is_none() {
        for name in ["gpu_model", "gpu_architecture", "gpu_memory_gib"] {
            let text = fields.text(row, name)?;
            if !text.is_empty() {
                let message = format!("`{text}` stands here, but the size has no GPU");
                return fields.refuse(row, name, message);
            }
        }
        return Ok(None);
    }
    let name = fields.require(row, "gpu_architecture", |text| Ok(text.to_owned()))?;
    let own = fields.get(row, "min_cuda_version", min_cuda)?;
    let table = known
        .iter()
        .find(|architecture| architecture.name.eq_ignore_ascii_case(&name));
    let architecture = match (table, own) {
        (Some(table), None) => table.clone(),
        (Some(table), Some(own)) if own == table.min_cuda => table.clone(),
        (Some(table), Some(own)) => {
            let said = |cuda: Option<CudaVersion>| {
                cuda.map_or_else(|| "none".to_owned(), |version| version.to_string())
            };
            let message = format!(
                "`{}` stands here, but the lowest CUDA version of {} is {}",
                said(own),
                table.name,
                said(table.min_cuda)
            );
            return fields.refuse(row, "min_cuda_version", message);
        }
        (None, Some(min_cuda)) => GpuArchitecture { name, min_cuda },
        (None, None) => {
            let refused = fields.refuse(
                row,
                "gpu_architecture",
                format!("`{name}` is no architecture whose CUDA version is known"),
            );
            return refused.map_err(|mut problem: Box<Problem>| {
                problem.help = Some(architecture_help(known));
                problem
            });
        }
    };
    Ok(Some(Gpu {
        count,
        model: fields.text(row, "gpu_model")?,
        architecture,
        memory_gib: fields.get(row, "gpu_memory_gib", positive)?,
    }))
}

fn architecture_help(known: &[GpuArchitecture]) -> String {
    let known: Vec<String> = known
        .iter()
        .map(|known| format!("`{}`", known.name))
        .collect();
    format!(
        "known are {}; for another, give the lowest CUDA version that supports it in column `min_cuda_version`, or `none`",
        known.join(", ")
    )
}

/// A number of GPUs, such as `4` or `0.3333`.
fn gpus(text: &str) -> Result<GpuCount, String> {
    match text.parse::<f64>() {
        Ok(number) => GpuCount::from_number(number),
        Err(_) => Err(format!("`{text}` is not a number of GPUs")),
    }
}

/// A CUDA version, or `none` where there is no CUDA.
fn min_cuda(text: &str) -> Result<Option<CudaVersion>, String> {
    match text {
        "none" => Ok(None),
        version => CudaVersion::parse(version).map(Some),
    }
}

/// What stands between semicolons.
pub(super) fn parts(text: &str) -> Vec<String> {
    let parts = text.split(';').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
