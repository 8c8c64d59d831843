//! Targets that are queues with an exact mean wait. Which these are: docs/deciding.md, "Exact queues".

use crate::discipline::Order;
use crate::distribution::Distribution;
use crate::model::settings::{
    ClusterSettings, End, InstanceSettings, NodeLoss, SurplusProvisioning, TargetKind,
    WorldSettings,
};
use crate::stats::queues::{Moments, m_g_1, m_m_c};
use crate::stats::start_up::StartUp;
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
    start: Start,
}

/// How servers come after they were not needed.
enum Start {
    /// They are always there, or come at once.
    Never,
    /// The only one goes after an idle time, and is back after two times.
    After {
        idle: Distribution,
        takes: [Distribution; 2],
    },
    /// Several come and go one by one, after exponential times.
    OneByOne(OneByOne),
}

/// Several servers that come and go one by one, after exponential times with these means in seconds.
struct OneByOne {
    /// Servers kept.
    least: u32,
    start_s: f64,
    /// `None`: they go at once.
    idle_s: Option<f64>,
    /// Whether starts that are no longer needed are canceled.
    cancels: bool,
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
    let always = cluster.one_run || cluster.min_nodes == count;
    let start = if always {
        Start::Never
    } else {
        start_of(cluster)?
    };
    Some(Servers { count, start })
}

/// How the nodes of a cluster come, which are not always there.
fn start_of(cluster: &ClusterSettings) -> Option<Start> {
    let takes = [&cluster.allocation, &cluster.boot];
    if cluster.allocation_failure.is_some() {
        return None;
    }
    if takes.iter().all(|time| time.is_zero()) {
        return Some(Start::Never);
    }
    if cluster.spare_nodes > 0 {
        return None;
    }
    let idle = &cluster.idle_before_scale_down;
    if cluster.max_nodes == 1 {
        return Some(Start::After {
            idle: idle.clone(),
            takes: takes.map(Distribution::clone),
        });
    }
    // Of two exponential times the sum is not exponential.
    let mut times = takes.into_iter().filter(|time| !time.is_zero());
    let start = times.next().filter(|time| time.is_exponential())?;
    let is_known = times.next().is_none() && (idle.is_exponential() || idle.is_zero());
    is_known.then(|| {
        Start::OneByOne(OneByOne {
            least: cluster.min_nodes,
            start_s: start.mean_secs(),
            idle_s: idle.is_exponential().then(|| idle.mean_secs()),
            cancels: cluster.surplus_provisioning == SurplusProvisioning::Cancel,
        })
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
            let idle = Distribution::constant(idle);
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

/// The chance that the next run comes after the idle time, since gaps are exponential.
fn outlasted(idle: &Distribution, rate: f64) -> Option<f64> {
    if idle.is_exponential() {
        return Some(1.0 / (1.0 + rate * idle.mean_secs()));
    }
    let idle = idle.as_constant()?;
    Some((-rate * idle.as_secs_f64()).exp())
}

/// What the notation of queues does not tell.
const WITH_START_UP: &str = " with start-up";

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
            let start = moments(&takes[0]).and(moments(&takes[1]));
            let start = start.with_chance(outlasted(idle, rate)?);
            let queued = m_g_1(rate, duration.and(around), start);
            (queued, WITH_START_UP)
        }
        Start::OneByOne(start) => {
            let chain = StartUp {
                least: start.least,
                most: count,
                arrivals: rate,
                service: duration.mean.recip(),
                ready: start.start_s.recip(),
                off: start.idle_s.map(f64::recip),
                cancels: start.cancels,
            };
            let queued = is_exponential.then(|| chain.mean_wait())?;
            (queued, WITH_START_UP)
        }
    };
    Some(ExactQueue {
        notation: format!("M/{law}/{count}{what}"),
        mean_wait_s: queued? + setup,
    })
}
