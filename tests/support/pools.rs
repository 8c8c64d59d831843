//! Random pools of nodes with controllers of their own, accounts of units, and worlds of one of them. Times are mostly
//! multiples of ten seconds, so that many events share an instant with evaluations.

use autoscale_simulator::autoscale::batch::{Batch, BatchFormula, BatchPolicy};
use autoscale_simulator::autoscale::databricks::{Optimized, Standard};
use autoscale_simulator::autoscale::kubernetes::{Kubernetes, KubernetesSettings};
use autoscale_simulator::autoscale::spark::Spark;
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::model::settings::{
    ClusterSettings, Deallocation, Quota, QuotaUnit, ScalingPolicy, TargetKind, TargetSettings,
    WorldSettings,
};
use autoscale_simulator::units::SimDuration;
use autoscale_simulator::workload::OnLoss;

use super::features::most_kept;
use super::pool::Pool;
use super::{SECOND, Size, below, narrow, pick, random_billing, random_environments, world_of};

fn seconds(stream: &mut Stream, choices: &[u64]) -> SimDuration {
    SimDuration(SECOND * pick(stream, choices))
}

/// Mostly a constant, now and then uniform from 0 to twice that.
fn some_time(stream: &mut Stream, choices: &[u64]) -> Distribution {
    let time = seconds(stream, choices);
    if below(stream, 4) == 0 {
        Distribution::uniform(SimDuration::ZERO, SimDuration(2 * time.0)).unwrap()
    } else {
        Distribution::constant(time)
    }
}

/// The kinds of controller that pools are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolSort {
    Spark,
    Optimized,
    Standard,
    Batch,
    Kubernetes,
}

impl PoolSort {
    pub const ALL: [Self; 5] = [
        Self::Spark,
        Self::Optimized,
        Self::Standard,
        Self::Batch,
        Self::Kubernetes,
    ];
}

fn random_controller(stream: &mut Stream, sort: PoolSort) -> ScalingPolicy {
    match sort {
        PoolSort::Spark => {
            let up_after = seconds(stream, &[0, 30, 60, 180]);
            let down_after = seconds(stream, &[0, 30, 120, 600]);
            ScalingPolicy::SparkAutoscale(Spark::new(up_after, down_after))
        }
        PoolSort::Optimized => {
            let down_after = seconds(stream, &[0, 40, 150]);
            ScalingPolicy::DatabricksOptimized(Optimized::new(down_after))
        }
        PoolSort::Standard => {
            let down_after = seconds(stream, &[0, 60, 600]);
            ScalingPolicy::DatabricksStandard(Standard::new(down_after))
        }
        PoolSort::Kubernetes => ScalingPolicy::Kubernetes(Kubernetes::new(KubernetesSettings {
            unneeded_after: seconds(stream, &[0, 60, 600]),
            delay_after_add: seconds(stream, &[0, 60, 600]),
            max_empty_bulk_delete: narrow(pick(stream, &[1, 3, 10])),
        })),
        PoolSort::Batch => {
            let start_nodes = narrow(below(stream, 3));
            let nodes = narrow(1 + below(stream, 8));
            ScalingPolicy::BatchFormula(Batch::new(BatchFormula {
                policy: pick(
                    stream,
                    &[
                        BatchPolicy::PendingTasks { start_nodes },
                        BatchPolicy::PendingTasks { start_nodes },
                        BatchPolicy::ReplacePreempted { start_nodes },
                        BatchPolicy::Fixed { nodes },
                    ],
                ),
                sample_window: seconds(stream, &[30, 90, 180, 180]),
                sample_delay: seconds(stream, &[0, 30, 60]),
            }))
        }
    }
}

/// A pool with a controller of some kind.
pub fn random_pool(stream: &mut Stream, sort: PoolSort) -> Pool {
    let max_nodes = pick(stream, &[1, 2, 4, 8, 8, 30]);
    let min_nodes = pick(stream, &[0, 0, 1, 3]).min(max_nodes);
    let is_batch = matches!(sort, PoolSort::Batch);
    let operates = match sort {
        PoolSort::Spark => below(stream, 3) > 0,
        // A Batch pool is evaluated by the clock alone.
        PoolSort::Batch => false,
        // No target has it so; the page's rule is for all of them.
        _ => below(stream, 5) == 0,
    };
    let stops = !is_batch && below(stream, 3) == 0;
    let low = if is_batch && below(stream, 3) > 0 {
        below(stream, max_nodes + 1)
    } else {
        0
    };
    Pool {
        min_nodes: narrow(min_nodes),
        max_nodes: narrow(max_nodes),
        system_nodes: narrow(below(stream, 3)),
        creation: some_time(stream, &[0, 60, 300]),
        stop_after_idle: stops.then(|| seconds(stream, &[0, 60, 120, 900])),
        evaluation_interval: match sort {
            PoolSort::Spark => seconds(stream, &[30, 60]),
            PoolSort::Batch => seconds(stream, &[60, 100, 300, 900]),
            _ => seconds(stream, &[10, 10, 20, 60]),
        },
        controller: random_controller(stream, sort),
        allocation: some_time(stream, &[0, 0, 60]),
        boot: some_time(stream, &[0, 30, 120]),
        scaling_operation: operates.then(|| some_time(stream, &[0, 60, 300])),
        deallocation: if is_batch {
            pick(
                stream,
                &[
                    Deallocation::IdleOnly,
                    Deallocation::Requeue,
                    Deallocation::Terminate,
                    Deallocation::TaskCompletion,
                ],
            )
        } else {
            Deallocation::IdleOnly
        },
        low_priority_nodes: narrow(low),
        low_priority_losses_per_hour: if low > 0 {
            pick(stream, &[0.0, 0.5, 4.0])
        } else {
            0.0
        },
    }
}

/// An account of so many units.
pub fn account(max_units: u64) -> TargetKind {
    TargetKind::Cluster(ClusterSettings {
        one_run: true,
        ..ClusterSettings::new(0, narrow(max_units))
    })
}

/// A target that the workspace does not manage.
pub fn attached(stream: &mut Stream, name: &str, kind: TargetKind) -> TargetSettings {
    TargetSettings {
        name: name.to_owned(),
        max_run_duration: (below(stream, 8) == 0).then(|| seconds(stream, &[50, 100])),
        billing: random_billing(stream),
        vcpus: 0,
        gpu_parts: 0,
        keep_hours: (below(stream, 2) == 0).then(|| SimDuration::from_secs(1200)),
        unmanaged: true,
        kind,
    }
}

/// What becomes of runs whose nodes are lost or taken away; and some workloads of pools are those of others.
pub fn add_habits(stream: &mut Stream, settings: &mut WorldSettings) {
    let targets = &settings.targets;
    for workload in &mut settings.workloads {
        let resume = OnLoss::Resume {
            interval: seconds(stream, &[20, 60]),
            cost: seconds(stream, &[0, 10]),
        };
        workload.on_loss = pick(
            stream,
            &[OnLoss::Fail, OnLoss::Requeue, OnLoss::Requeue, resume],
        );
        workload.restart = seconds(stream, &[0, 0, 10]);
        let is_pool = |at: &usize| Pool::of(&targets[*at].kind).is_some();
        let pools_only = workload.targets.iter().all(is_pool);
        workload.background = pools_only && below(stream, 4) == 0;
    }
}

/// How many runs come, how fast, and how long they are.
fn random_size(stream: &mut Stream) -> Size {
    Size {
        runs: 1 + below(stream, 16),
        gap_s: pick(stream, &[10, 40, 200, 400]),
        max_nodes: 8,
        duration_s: pick(stream, &[10, 60, 300]),
    }
}

/// A world of one attached target.
fn attached_world(stream: &mut Stream, name: &str, kind: TargetKind) -> WorldSettings {
    let environments = random_environments(stream);
    let target = attached(stream, name, kind);
    let size = random_size(stream);
    let mut settings = world_of(stream, (size, 10), environments, vec![target]);
    add_habits(stream, &mut settings);
    settings
}

/// A world of one pool.
pub fn pool_world(stream: &mut Stream, sort: PoolSort) -> WorldSettings {
    let pool = random_pool(stream, sort);
    attached_world(stream, "pool", pool.kind())
}

/// A world of one account of units.
pub fn units_world(stream: &mut Stream) -> WorldSettings {
    let kind = account(pick(stream, &[1, 2, 4, 6]));
    attached_world(stream, "lake", kind)
}

/// A world of everything: clusters, instances, a pool and an account of units, whose runs go to any of them.
pub fn mixed_world(stream: &mut Stream) -> (WorldSettings, Size) {
    let environments = random_environments(stream);
    let size = random_size(stream);
    let mut targets: Vec<TargetSettings> = (0..=below(stream, 3))
        .map(|position| super::random_target(stream, size, position))
        .collect();
    let sort = pick(stream, &PoolSort::ALL);
    let pool = random_pool(stream, sort);
    targets.push(attached(stream, "pool", pool.kind()));
    let units = account(pick(stream, &[1, 2, 4, 6]));
    targets.push(attached(stream, "lake", units));
    (world_of(stream, (size, 10), environments, targets), size)
}

/// Adds quotas that pools share with clusters and instances. Their instances, system nodes and `min_nodes` fit into each, and
/// one more node of each cluster and pool.
pub fn add_pool_quotas(stream: &mut Stream, settings: &mut WorldSettings) {
    for target in &mut settings.targets {
        target.vcpus = pick(stream, &[1, 1, 2, 4]);
        target.gpu_parts = target.vcpus;
    }
    for _ in 0..=below(stream, 2) {
        let (mut members, mut least, mut wanted) = (Vec::new(), 0, 0);
        for (position, target) in settings.targets.iter().enumerate() {
            let vcpus = u64::from(target.vcpus);
            let nodes = match &target.kind {
                TargetKind::Instance(_) => [1, 0],
                TargetKind::Cluster(cluster) if cluster.one_run => continue,
                TargetKind::Cluster(cluster) => {
                    let policy = cluster.policy.as_deref();
                    let system = policy.map_or(0, |policy| policy.system_nodes);
                    let least = system + most_kept(cluster) + 1;
                    [least, cluster.largest() - most_kept(cluster)]
                }
            };
            if below(stream, 4) > 0 {
                members.push(position);
                least += u64::from(nodes[0]) * vcpus;
                wanted += u64::from(nodes[1]) * vcpus;
            }
        }
        let most = pick(stream, &[1, wanted / 6 + 1, wanted / 2 + 1]);
        let spare = below(stream, most);
        settings.quotas.push(Quota {
            name: "quota".to_owned(),
            unit: QuotaUnit::Vcpus,
            limit: least + spare,
            members,
        });
    }
}
