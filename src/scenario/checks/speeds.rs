//! Which speed of a workload holds on each of its targets, and what is taken as equally fast.

use std::cmp::Reverse;

use crate::catalog::{GpuCount, VmSize, speeds_between};
use crate::distribution::Distribution;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Read;
use crate::scenario::targets::{Service, Target};
use crate::scenario::work::requests::Requests;
use crate::scenario::work::speeds::{Speeds, is_of};
use crate::scenario::work::workloads::Work;
use crate::serving::settings::Machines;
use crate::workload::WorkloadSettings;

/// A machine on which a workload of runs or of requests runs, without a speed of its own.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::scenario) struct Unstated {
    of: Lasting,
    machine: Machine,
}

/// A workload, and how long its runs or requests last: variants may state that for each size.
#[derive(Clone, Debug, PartialEq)]
struct Lasting {
    name: String,
    time: Distribution,
    is_of_runs: bool,
}

impl Lasting {
    fn words(&self) -> String {
        let section = if self.is_of_runs {
            "workload"
        } else {
            "requests"
        };
        format!("{section} `{}`", self.name)
    }

    /// Why its machines are equally fast.
    fn reason(&self) -> &'static str {
        if self.is_of_runs {
            "since no `speed` is given"
        } else {
            "since their `service_time` is the same"
        }
    }
}

/// What of a machine decides how fast runs are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Machine {
    /// Its GPUs: how many of which model.
    Gpus(GpuCount, String),
    /// Without GPUs its vCPUs.
    Vcpus(u32),
}

impl Machine {
    fn of(size: &VmSize) -> Self {
        match &size.gpu {
            Some(gpu) => Self::Gpus(gpu.count, gpu.model.clone()),
            None => Self::Vcpus(size.vcpus),
        }
    }

    /// `4 x Tesla T4` with backquotes; of one GPU the model alone.
    fn in_words(&self) -> String {
        match self {
            Self::Vcpus(_) => "a size without GPUs".to_owned(),
            Self::Gpus(count, model) if *count == GpuCount::whole(1) => format!("`{model}`"),
            Self::Gpus(count, model) if *count < GpuCount::whole(1) => {
                format!("{count} of `{model}`")
            }
            Self::Gpus(count, model) => format!("{count} x `{model}`"),
        }
    }

    fn model(&self) -> Option<&str> {
        match self {
            Self::Gpus(_, model) => Some(model),
            Self::Vcpus(_) => None,
        }
    }
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
pub(in crate::scenario) struct Resolved {
    /// Machines for which no speed is stated.
    pub(in crate::scenario) unstated: Vec<Unstated>,
    /// Which of several entries count.
    pub(in crate::scenario) overlaps: Vec<String>,
}

/// Sets the speed of each workload on each of its targets. Of requests it finds only the machines.
pub(in crate::scenario) fn resolve(
    works: &[Work<'_>],
    workloads: &mut [Read<WorkloadSettings>],
    targets: &[Read<Target<'_>>],
    (requests, services): (&[Read<Requests>], &[Read<Service<'_>>]),
) -> Resolved {
    let mut resolved = Resolved {
        unstated: of_requests(requests, services),
        overlaps: Vec::new(),
    };
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
                resolved.unstated.push(Unstated {
                    of: Lasting {
                        name: work.name.clone(),
                        time: workload.duration.clone(),
                        is_of_runs: true,
                    },
                    machine: Machine::of(size),
                });
            }
        }
    }
    resolved
}

/// The machines that requests are served on one by one, where the size is the replica.
fn of_requests(requests: &[Read<Requests>], services: &[Read<Service<'_>>]) -> Vec<Unstated> {
    let of = |requests: &Requests| {
        let settings = &requests.settings;
        let service = services[settings.service].as_ref().ok()?;
        let machines = &service.settings.machines;
        let is_replica = matches!(machines, Machines::EachReplica | Machines::Always(_));
        let size = service.bought.size.as_ref().filter(|_| is_replica)?;
        Some(Unstated {
            of: Lasting {
                name: settings.name.clone(),
                time: settings.service_time.clone(),
                is_of_runs: false,
            },
            machine: Machine::of(size),
        })
    };
    let requests = requests.iter().flatten();
    requests.filter_map(of).collect()
}

/// What is said of workloads whose runs take as long on one machine as on another, over all variants.
#[derive(Default)]
pub(in crate::scenario) struct EquallyFast {
    /// Of other GPUs, or of none.
    pub(in crate::scenario) warnings: Vec<String>,
    /// Of machines without GPUs, by their vCPUs.
    pub(in crate::scenario) notes: Vec<String>,
}

/// Finds them.
pub(in crate::scenario) fn equally_fast<'a>(
    unstated: impl Iterator<Item = &'a Unstated>,
) -> EquallyFast {
    let mut workloads: Vec<(&Lasting, Vec<&Machine>)> = Vec::new();
    for Unstated { of, machine } in unstated {
        let known = workloads.iter().position(|(known, _)| *known == of);
        let place = known.unwrap_or_else(|| {
            workloads.push((of, Vec::new()));
            workloads.len() - 1
        });
        let machines = &mut workloads[place].1;
        if !machines.contains(&machine) {
            machines.push(machine);
        }
    }
    workloads.retain(|(_, machines)| machines.len() > 1);
    let mut said = EquallyFast::default();
    for (of, machines) in workloads {
        match vcpus(&machines) {
            Some(vcpus) => said.notes.push(format!(
                "{}: sizes of {vcpus} vCPUs are taken as equally fast, {}",
                of.words(),
                of.reason()
            )),
            None => said.warnings.push(remark(of, &machines)),
        }
    }
    said
}

/// `2, 4 and 8` of machines without GPUs, the smallest first; `None` where one has some.
fn vcpus(machines: &[&Machine]) -> Option<String> {
    let vcpus = machines.iter().map(|machine| match machine {
        Machine::Gpus(..) => None,
        Machine::Vcpus(vcpus) => Some(*vcpus),
    });
    let mut vcpus: Vec<u32> = vcpus.collect::<Option<_>>()?;
    vcpus.sort_unstable();
    let mut words: Vec<String> = vcpus.iter().map(u32::to_string).collect();
    let last = words.pop()?;
    Some(format!("{} and {last}", words.join(", ")))
}

fn remark(of: &Lasting, machines: &[&Machine]) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in machines.iter().map(|machine| machine.in_words()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let (last, others) = words.split_last().expect("there are several machines");
    let mut models: Vec<&str> = Vec::new();
    for model in machines.iter().filter_map(|machine| machine.model()) {
        if !models.contains(&model) {
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
        "{}: {} and {last} are taken as equally fast, {}{measured}",
        of.words(),
        others.join(", "),
        of.reason()
    )
}
