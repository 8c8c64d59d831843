//! Targets that are queues with an exact mean wait. Which these are: docs/deciding.md, "Exact queues".

use crate::discipline::Order;
use crate::distribution::Distribution;
use crate::model::settings::{
    ClusterSettings, End, InstanceSettings, NodeLoss, TargetKind, WorldSettings,
};
use crate::stats::queues::{Moments, m_g_1, m_m_c};
use crate::study_results::ExactQueue;
use crate::units::SimDuration;
use crate::workload::{Arrivals, NodeCount, WorkloadSettings};

/// The exact queue of each target that is one; services are none.
pub(super) fn exact_queues(settings: &WorldSettings) -> Vec<Option<ExactQueue>> {
    let targets = (0..settings.targets.len()).map(|target| exact_queue(settings, target));
    let services = settings.services.iter().map(|_| None);
    targets.chain(services).collect()
}

/// Servers that are there whenever they are needed, but for what a start takes.
struct Servers {
    count: u32,
    /// What a run waits for a start that finds the system empty; of several servers there is none.
    start: Start,
}

/// How a single server comes after it was not needed.
enum Start {
    /// It is always there.
    Never,
    /// It goes after an idle time, and is back after two times.
    After {
        idle: SimDuration,
        takes: [Distribution; 2],
    },
}

fn exact_queue(settings: &WorldSettings, target: usize) -> Option<ExactQueue> {
    let work = only_workload(settings, target)?;
    let under_quota = settings
        .quotas
        .iter()
        .any(|quota| quota.members.contains(&target));
    if settings.end != End::Drain || under_quota {
        return None;
    }
    let common = &settings.targets[target];
    let is_cut = common.max_run_duration.is_some() || work.max_duration.is_some();
    if is_cut || !is_plain(work) {
        return None;
    }
    let servers = match &common.kind {
        TargetKind::Cluster(cluster) => of_cluster(cluster)?,
        TargetKind::Instance(instance) => of_instance(instance)?,
    };
    solved(work, &servers, work.speed_on(target), settings)
}

/// The workload whose runs are all that comes to a target, and go nowhere else.
fn only_workload(settings: &WorldSettings, target: usize) -> Option<&WorkloadSettings> {
    let mut coming = settings
        .workloads
        .iter()
        .filter(|work| work.targets.contains(&target));
    let only = coming.next().filter(|work| work.targets.len() == 1);
    only.filter(|_| coming.next().is_none())
}

/// Whether its runs come one by one at a constant rate, for a node each, and are alike but for their durations.
fn is_plain(work: &WorkloadSettings) -> bool {
    let around = [&work.setup, &work.finalize];
    matches!(work.arrivals, Arrivals::Poisson(_))
        && work.nodes == NodeCount::Constant(1)
        && work.environment.is_none()
        && work.batch_inference.is_none()
        && !work.background
        && around.iter().all(|time| time.as_constant().is_some())
}

fn of_cluster(cluster: &ClusterSettings) -> Option<Servers> {
    let is_plain = cluster.policy.is_none()
        && cluster.capacity.is_empty()
        && cluster.loss == NodeLoss::Never
        && cluster.discipline.order == Order::Entry;
    if !is_plain {
        return None;
    }
    let count = cluster.max_nodes;
    if cluster.one_run || cluster.min_nodes == count {
        let start = Start::Never;
        return Some(Servers { count, start });
    }
    let idle = cluster.idle_before_scale_down.as_constant()?;
    let never_fails = cluster.allocation_failure.is_none();
    (count == 1 && never_fails && cluster.spare_nodes == 0).then(|| Servers {
        count,
        start: Start::After {
            idle,
            takes: [cluster.allocation.clone(), cluster.boot.clone()],
        },
    })
}

fn of_instance(instance: &InstanceSettings) -> Option<Servers> {
    if instance.schedule.is_some() {
        return None;
    }
    let count = instance.slots;
    let start = match instance.idle_shutdown {
        None => Start::Never,
        Some(idle) if count == 1 && instance.start_on_submission => {
            let none = Distribution::constant(SimDuration::ZERO);
            let takes = [none, instance.boot.clone()];
            Start::After { idle, takes }
        }
        Some(_) => return None,
    };
    Some(Servers { count, start })
}

fn moments(time: &Distribution) -> Moments {
    Moments {
        mean: time.mean_secs(),
        square: time.mean_square_secs(),
    }
}

fn solved(
    work: &WorkloadSettings,
    servers: &Servers,
    speed: f64,
    settings: &WorldSettings,
) -> Option<ExactQueue> {
    let rate = work.arrivals.per_s(settings.horizon);
    let constant = |time: &Distribution| time.as_constant().map(SimDuration::as_secs_f64);
    let [setup, finalize] = [constant(&work.setup)?, constant(&work.finalize)?];
    let around = moments(&Distribution::constant(SimDuration::from_secs_rounded(
        setup + finalize,
    )));
    let duration = moments(&work.duration);
    let duration = Moments {
        mean: duration.mean / speed,
        square: duration.square / (speed * speed),
    };
    let is_exponential = work.duration.is_exponential() && around == Moments::NONE;
    let law = match (is_exponential, work.duration.as_constant()) {
        (true, _) => "M",
        (false, Some(_)) => "D",
        (false, None) => "G",
    };
    let count = servers.count;
    let (queued, what) = match &servers.start {
        Start::Never if count > 1 => {
            let queued = is_exponential.then(|| m_m_c(count, rate, duration.mean))?;
            (queued, "")
        }
        Start::Never => (m_g_1(rate, duration.and(around), Moments::NONE), ""),
        Start::After { idle, takes } => {
            // The next run comes after the idle time with this chance, since gaps are exponential.
            let is_gone = (-rate * idle.as_secs_f64()).exp();
            let start = moments(&takes[0]).and(moments(&takes[1]));
            let start = start.with_chance(is_gone);
            (m_g_1(rate, duration.and(around), start), " with start-up")
        }
    };
    Some(ExactQueue {
        notation: format!("M/{law}/{count}{what}"),
        mean_wait_s: queued? + setup,
    })
}
