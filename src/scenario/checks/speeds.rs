//! Which speed of a workload holds on each of its targets, and what is taken as equally fast.

use std::cmp::Reverse;

use crate::catalog::{GpuCount, VmSize, speeds_between};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Read;
use crate::scenario::targets::Target;
use crate::scenario::work::speeds::{Speeds, is_of};
use crate::scenario::work::workloads::Work;
use crate::workload::WorkloadSettings;

/// A machine on which a workload runs, without a speed of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Unstated {
    workload: String,
    gpus: Gpus,
}

/// The GPUs of a machine: how many of which model; `None` of one without.
type Gpus = Option<(GpuCount, String)>;

/// The entries that match a size, the one that counts first: its own, then the longest text that names its GPUs.
fn matching<'s>(speeds: &'s Speeds, size: &VmSize) -> Vec<&'s (String, f64)> {
    let is_own = |name: &str| name.eq_ignore_ascii_case(&size.name);
    let all = speeds.iter();
    let mut all: Vec<&(String, f64)> = all
        .filter(|(name, _)| is_own(name) || is_of(name, size))
        .collect();
    all.sort_by_key(|(name, _)| (!is_own(name), Reverse(name.len())));
    all
}

/// The factor of a size; of entries that are as exact as each other and differ, a complaint.
fn speed_of(speeds: &Speeds, size: &VmSize) -> Result<Option<f64>, Complaint> {
    let exactness = |name: &str| (name.eq_ignore_ascii_case(&size.name), name.len());
    match matching(speeds, size)[..] {
        [] => Ok(None),
        [(one, factor), (other, differing), ..]
            if exactness(one) == exactness(other) && factor.total_cmp(differing).is_ne() =>
        {
            let message = format!(
                "`{one}` and `{other}` are as exact as each other for `{}`, with different speeds",
                size.name
            );
            Err(Complaint::new(message).help("keep one of them"))
        }
        [(_, factor), ..] => Ok(Some(*factor)),
    }
}

/// Which of several entries with different speeds counts for a size.
fn overlap(workload: &str, speeds: &Speeds, size: &VmSize) -> Option<String> {
    let all = matching(speeds, size);
    let (first, others) = all.split_first()?;
    let other = others
        .iter()
        .find(|other| other.1.total_cmp(&first.1).is_ne())?;
    Some(format!(
        "workload `{workload}`: for `{}` the speed of `{}`, {}, counts, and not that of `{}`, {}, since it is the more exact",
        size.name, first.0, first.1, other.0, other.1
    ))
}

/// What follows from the speeds of workloads.
#[derive(Default)]
pub(in crate::scenario) struct Resolved {
    /// Machines for which no speed is stated.
    pub(in crate::scenario) unstated: Vec<Unstated>,
    /// Which of several entries count.
    pub(in crate::scenario) overlaps: Vec<String>,
}

/// Sets the speed of each workload on each of its targets.
pub(in crate::scenario) fn resolve(
    works: &[Work<'_>],
    workloads: &mut [Read<WorkloadSettings>],
    targets: &[Read<Target<'_>>],
) -> Resolved {
    let mut resolved = Resolved::default();
    for (work, read) in works.iter().zip(workloads) {
        let (Ok(workload), Ok(speeds)) = (&mut *read, &work.speeds) else {
            continue;
        };
        let sizes = workload.targets.iter().map(|position| {
            let target = targets[*position].as_ref().ok()?;
            target.bought.size.as_ref()
        });
        let sizes: Vec<Option<&VmSize>> = sizes.collect();
        let factors = sizes
            .iter()
            .map(|size| size.map_or(Ok(None), |size| speed_of(speeds, size)));
        let factors: Vec<Option<f64>> = match factors.collect::<Result<_, _>>() {
            Ok(factors) => factors,
            Err(complaint) => {
                *read = Err(work.table.refuse("speed", complaint));
                continue;
            }
        };
        for size in sizes.iter().flatten() {
            let said = overlap(&work.name, speeds, size);
            let more = said.filter(|said| !resolved.overlaps.contains(said));
            resolved.overlaps.extend(more);
        }
        if factors.iter().any(Option::is_some) {
            let factors = factors.iter().map(|factor| factor.unwrap_or(1.0));
            workload.speeds = factors.collect();
        }
        if workload.batch_inference.is_some() {
            continue;
        }
        for (size, factor) in sizes.iter().zip(&factors) {
            if let (Some(size), None) = (size, factor) {
                let gpu = size.gpu.as_ref();
                resolved.unstated.push(Unstated {
                    workload: work.name.clone(),
                    gpus: gpu.map(|gpu| (gpu.count, gpu.model.clone())),
                });
            }
        }
    }
    resolved
}

/// What is said of workloads whose runs take as long on one machine as on another with other GPUs, over all variants.
pub(in crate::scenario) fn remarks<'a>(
    unstated: impl Iterator<Item = &'a Unstated>,
) -> Vec<String> {
    let mut workloads: Vec<(&str, Vec<&Gpus>)> = Vec::new();
    for Unstated { workload, gpus } in unstated {
        let known = workloads.iter().position(|(name, _)| name == workload);
        let place = known.unwrap_or_else(|| {
            workloads.push((workload, Vec::new()));
            workloads.len() - 1
        });
        let machines = &mut workloads[place].1;
        if !machines.contains(&gpus) {
            machines.push(gpus);
        }
    }
    let differ = workloads.iter().filter(|(_, machines)| machines.len() > 1);
    differ
        .map(|(name, machines)| remark(name, machines))
        .collect()
}

/// `4 x Tesla T4` with backquotes; of one GPU the model alone.
fn in_words(gpus: &Gpus) -> String {
    match gpus {
        None => "a size without GPUs".to_owned(),
        Some((count, model)) if *count == GpuCount::whole(1) => format!("`{model}`"),
        Some((count, model)) if *count < GpuCount::whole(1) => format!("{count} of `{model}`"),
        Some((count, model)) => format!("{count} x `{model}`"),
    }
}

fn remark(workload: &str, machines: &[&Gpus]) -> String {
    let words: Vec<String> = machines.iter().map(|gpus| in_words(gpus)).collect();
    let (last, others) = words.split_last().expect("there are several machines");
    let mut models: Vec<&str> = Vec::new();
    for (_, model) in machines.iter().copied().flatten() {
        if !models.contains(&model.as_str()) {
            models.push(model);
        }
    }
    let mut known = Vec::new();
    for (at, one) in models.iter().enumerate() {
        for other in &models[at + 1..] {
            known.extend(speeds_between(one, other).map(ToString::to_string));
        }
    }
    let measured = match known.as_slice() {
        [] => String::new(),
        known => format!(" ({})", known.join("; ")),
    };
    format!(
        "workload `{workload}`: {} and {last} are taken as equally fast, since no `speed` is given{measured}",
        others.join(", ")
    )
}
