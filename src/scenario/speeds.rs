//! How fast runs are on each target: the factors of a workload by size or GPU, and what is taken as equally fast.

use super::market::Market;
use super::reader::{Cursor, Read};
use super::targets::Target;
use super::values::{Complaint, number};
use super::workloads::Work;
use crate::catalog::{Catalog, VmSize, names_model, speeds_between};
use crate::workload::WorkloadSettings;

/// Speeds that may be stated: what is outside is hardly meant.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.001..=1000.0;

/// The factors of a workload, each by the size or the text in the model of GPU for which it holds.
pub(super) type Speeds = Vec<(String, f64)>;

/// A GPU on which a workload runs, without a speed of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unstated {
    workload: String,
    model: String,
}

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

/// The factor of a size: its own, else that of the longest text that names its GPUs.
fn speed_of(speeds: &Speeds, size: &VmSize) -> Option<f64> {
    let own = |(name, _): &&(String, f64)| name.eq_ignore_ascii_case(&size.name);
    let named = speeds.iter().filter(|(name, _)| is_of(name, size));
    let longest = || named.max_by_key(|(name, _)| name.len());
    let found = speeds.iter().find(own).or_else(longest);
    found.map(|(_, factor)| *factor)
}

/// Sets the speed of each workload on each of its targets; the GPUs for which none is stated.
pub(super) fn resolve(
    works: &[Work<'_>],
    workloads: &mut [Read<WorkloadSettings>],
    targets: &[Read<Target<'_>>],
) -> Vec<Unstated> {
    let mut unstated = Vec::new();
    for (work, workload) in works.iter().zip(workloads) {
        let (Ok(workload), Ok(speeds)) = (workload, &work.speeds) else {
            continue;
        };
        let sizes = workload.targets.iter().map(|position| {
            let target = targets[*position].as_ref().ok()?;
            target.bought.size.as_ref()
        });
        let sizes: Vec<Option<&VmSize>> = sizes.collect();
        let factors = sizes.iter().map(|size| speed_of(speeds, (*size)?));
        let factors: Vec<Option<f64>> = factors.collect();
        if factors.iter().any(Option::is_some) {
            let factors = factors.iter().map(|factor| factor.unwrap_or(1.0));
            workload.speeds = factors.collect();
        }
        if workload.batch_inference.is_some() {
            continue;
        }
        for (size, factor) in sizes.iter().zip(&factors) {
            let gpu = size.and_then(|size| size.gpu.as_ref());
            if let (Some(gpu), None) = (gpu, factor) {
                unstated.push(Unstated {
                    workload: work.name.clone(),
                    model: gpu.model.clone(),
                });
            }
        }
    }
    unstated
}

/// What is said of workloads whose runs take as long on one GPU as on another, over all variants.
pub(super) fn remarks<'a>(unstated: impl Iterator<Item = &'a Unstated>) -> Vec<String> {
    let mut workloads: Vec<(&str, Vec<&str>)> = Vec::new();
    for Unstated { workload, model } in unstated {
        let known = workloads.iter().position(|(name, _)| name == workload);
        let place = known.unwrap_or_else(|| {
            workloads.push((workload, Vec::new()));
            workloads.len() - 1
        });
        let models = &mut workloads[place].1;
        if !models.contains(&model.as_str()) {
            models.push(model);
        }
    }
    let differ = workloads.iter().filter(|(_, models)| models.len() > 1);
    differ.map(|(name, models)| remark(name, models)).collect()
}

fn remark(workload: &str, models: &[&str]) -> String {
    let (last, others) = models.split_last().expect("there are several models");
    let others: Vec<String> = others.iter().map(|model| format!("`{model}`")).collect();
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
        "workload `{workload}`: {} and `{last}` are taken as equally fast, since no `speed` is given{measured}",
        others.join(", ")
    )
}
