//! How fast runs are on each target: the factors of a workload by size or GPU, and what is taken as equally fast.

use std::cmp::Reverse;

use super::market::Market;
use super::reader::{Cursor, Read};
use super::targets::Target;
use super::values::{Complaint, number};
use super::workloads::Work;
use crate::catalog::{Catalog, GpuCount, VmSize, names_model, speeds_between};
use crate::workload::WorkloadSettings;

/// Speeds that may be stated: what is outside is hardly meant.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.001..=1000.0;

/// The factors of a workload, each by the size or the text in the model of GPU for which it holds.
pub(super) type Speeds = Vec<(String, f64)>;

/// A machine on which a workload runs, without a speed of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unstated {
    workload: String,
    gpus: Gpus,
}

/// The GPUs of a machine: how many of which model; `None` of one without.
type Gpus = Option<(GpuCount, String)>;

/// Reads `speed` of a workload; each key must be a size or name a model of the catalog.
pub(super) fn speeds(table: &Cursor<'_>, market: &Market<'_>) -> Read<Speeds> {
    let Some(node) = table.node("speed") else {
        return Ok(Speeds::new());
    };
    let speed = Cursor::open_free(table.sink(), node, table.path_of("speed"))?;
    if table.has("batch_inference") {
        let complaint = Complaint::new(
            "`mini_batch_time` says how fast runs of batch inference are",
        )
        .help("leave `speed` out, and let variants state the `mini_batch_time` of their size");
        return Err(table.refuse_pair("speed", "batch_inference", complaint));
    }
    let catalog = market.catalog()?;
    let mut all = Ok(Speeds::new());
    for entry in speed.entries() {
        let name = &*entry.key;
        let factor = if is_known(catalog, name) {
            speed.require(name, "", factor)
        } else {
            Err(table
                .sink()
                .report(&entry.origin, &speed.path_of(name), unknown(catalog, name)))
        };
        match (&mut all, factor) {
            (Ok(all), Ok(factor)) => all.push((name.to_owned(), factor)),
            (all, Err(reported)) => *all = Err(reported),
            (Err(_), Ok(_)) => {}
        }
    }
    all
}

fn factor(value: &super::tree::Value) -> Result<f64, Complaint> {
    let factor = number(value)?;
    let complaint = || {
        Complaint::new(format!("`{factor}` is not from 0.001 to 1000")).help(
            "write how fast runs are against the machine whose durations are written: 2 halves them",
        )
    };
    SPEEDS
        .contains(&factor)
        .then_some(factor)
        .ok_or_else(complaint)
}

fn is_known(catalog: &Catalog, name: &str) -> bool {
    let mut sizes = catalog.sizes().iter();
    catalog.size(name).is_some() || sizes.any(|size| is_of(name, size))
}

/// Whether a text names the model of a size's GPUs.
fn is_of(text: &str, size: &VmSize) -> bool {
    let gpu = size.gpu.as_ref();
    gpu.is_some_and(|gpu| names_model(text, &gpu.model))
}

fn unknown(catalog: &Catalog, name: &str) -> Complaint {
    let near = catalog.nearest_sizes(name);
    let meant = near
        .first()
        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    Complaint::new(format!("`{name}` is no size and names no model of GPU"))
        .help(format!("{meant}`simulate catalog` lists sizes and models"))
}

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
pub(super) struct Resolved {
    /// Machines for which no speed is stated.
    pub(super) unstated: Vec<Unstated>,
    /// Which of several entries count.
    pub(super) overlaps: Vec<String>,
}

/// Sets the speed of each workload on each of its targets.
pub(super) fn resolve(
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
pub(super) fn remarks<'a>(unstated: impl Iterator<Item = &'a Unstated>) -> Vec<String> {
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
