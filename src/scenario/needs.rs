//! What a workload needs of the machines it runs on, and whether its targets' sizes have it.

use super::market::Market;
use super::reader::{Cursor, Read};
use super::targets::Target;
use super::tree::Value;
use super::values::{Complaint, boolean, number, text};
use super::workloads::Work;
use crate::catalog::{CudaVersion, Finding, Framework, GpuCount, Needs, Rule};
use crate::workload::{NodeCount, WorkloadSettings};

/// Keys that say what is needed.
const KEYS: [&str; 6] = [
    "gpus",
    "gpu_architecture",
    "cuda",
    "framework",
    "isolated",
    "rdma",
];
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

/// What is doubtful about the framework of a workload, wherever it runs.
pub(super) fn remark(work: &Work<'_>) -> Option<String> {
    let needs = work.needs.as_ref().ok()?.as_ref()?;
    let finding = needs.framework.as_ref()?.remark(needs.cuda)?;
    Some(format!("workload `{}`: {finding}", work.name))
}

/// Refuses a workload whose needs one of its targets does not meet.
pub(super) fn check(
    work: &Work<'_>,
    settings: &WorkloadSettings,
    target: &Target<'_>,
    market: &Market<'_>,
) -> Read<()> {
    let Some(needs) = &work.needs.as_ref().map_err(|reported| *reported)? else {
        return Ok(());
    };
    let needs = Needs {
        rdma: needs.rdma && has_gangs(settings),
        bought: market.bought()?,
        ..needs.clone()
    };
    let Some(size) = &target.bought.size else {
        let name = &target.settings.name;
        let given = KEYS.into_iter().find(|key| work.table.has(key));
        let complaint = Complaint::new(format!(
            "`{name}` names no `vm_size`, so this cannot be checked"
        ))
        .help(format!(
            "name the `vm_size` of `{name}`, or leave this key out"
        ));
        return Err(work.table.refuse(given.unwrap_or("target"), complaint));
    };
    let mut result = Ok(());
    for finding in market.catalog()?.check_needs(size, &needs) {
        let key = match finding.rule {
            Rule::Architecture => "gpu_architecture",
            Rule::Cuda => "cuda",
            Rule::Framework => "framework",
            Rule::Isolation => "isolated",
            Rule::Rdma => "rdma",
            _ => "gpus",
        };
        result = Err(at_latest(work, key, target, finding));
    }
    result
}

/// Reports at the need, or at the size or the choice of the target where that had its word later.
fn at_latest(
    work: &Work<'_>,
    key: &str,
    target: &Target<'_>,
    finding: Finding,
) -> super::reader::Reported {
    let need = work.table.precedence(key);
    let chosen = ["target", "targets"]
        .into_iter()
        .max_by_key(|key| work.table.precedence(key))
        .unwrap_or("target");
    if target.table.precedence("vm_size") > need {
        target.table.refuse("vm_size", finding.into())
    } else if work.table.precedence(chosen) > need {
        work.table.refuse(chosen, finding.into())
    } else {
        work.table.refuse(key, finding.into())
    }
}

/// Whether some of its runs need several nodes.
fn has_gangs(settings: &WorkloadSettings) -> bool {
    let several = match &settings.nodes {
        NodeCount::Constant(nodes) => *nodes > 1,
        NodeCount::Choice { values, .. } => values.iter().any(|nodes| *nodes > 1),
    };
    match settings.arrivals.trace() {
        Some(trace) => trace.rows().iter().any(|row| match row.nodes {
            Some(nodes) => nodes > 1,
            None => several,
        }),
        None => several,
    }
}
