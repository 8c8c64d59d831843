//! Whether the sizes of a workload's targets have what it needs.

use crate::catalog::{Finding, Needs, Rule};
use crate::scenario::buying::market::Market;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::targets::Target;
use crate::scenario::work::workloads::Work;
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
fn at_latest(work: &Work<'_>, key: &str, target: &Target<'_>, finding: Finding) -> Reported {
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
