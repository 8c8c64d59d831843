//! What a workload needs of the machines it runs on, and whether its targets' sizes have it.

use crate::catalog::{CudaVersion, Finding, Framework, GpuCount, Needs};
use crate::scenario::buying::market::Market;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::values::{boolean, number, text};

/// GPUs of a machine at most.
const MAX_GPUS: f64 = 1024.0;

/// Reads what a workload needs; `None` if nothing.
pub(super) fn needs(table: &Cursor<'_>, market: &Market<'_>) -> Read<Option<Needs>> {
    let gpus = table.read_or("gpus", GpuCount::default(), gpus);
    let architecture = match table.read("gpu_architecture", text) {
        Ok(Some(name)) => market.catalog().and_then(|catalog| {
            let found = catalog.find_architecture(&name);
            let refuse = |finding: Finding| table.refuse("gpu_architecture", finding.into());
            found.map_err(refuse).map(|found| Some(found.clone()))
        }),
        Ok(None) => Ok(None),
        Err(reported) => Err(reported),
    };
    let cuda = table.read("cuda", |value| {
        let version = text(value).map_err(|complaint| {
            complaint.help("write the version as a text, such as `\"10.2\"`")
        })?;
        CudaVersion::parse(&version).map_err(|sentence| Complaint::sentence(&sentence))
    });
    let framework = table.read("framework", |value| {
        let release = text(value).map_err(|complaint| {
            complaint.help("write name and version as a text, such as `\"pytorch-1.7.1\"`")
        })?;
        Framework::parse(&release).map_err(Complaint::from)
    });
    let isolated = table.read_or("isolated", false, boolean);
    let rdma = table.read_or("rdma", false, boolean);
    let needs = Needs {
        gpus: gpus?,
        architecture: architecture?,
        cuda: cuda?,
        framework: framework?,
        isolated: isolated?,
        rdma: rdma?,
        bought: None,
    };
    Ok((needs != Needs::default()).then_some(needs))
}

/// A number of GPUs, whole or a fraction.
fn gpus(value: &Value) -> Result<GpuCount, Complaint> {
    let number = number(value)?;
    let within = (0.0..=MAX_GPUS).contains(&number);
    let gpus = within.then(|| GpuCount::from_number(number));
    let gpus = gpus.unwrap_or_else(|| Err(format!("`{number}` is not from 0 to {MAX_GPUS}")));
    gpus.map_err(|sentence| Complaint::sentence(&sentence))
}
