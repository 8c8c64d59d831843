//! What a random world may have on top: quotas, lost nodes, workloads with several targets.

use std::sync::Arc;

use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::model::settings::{
    ClusterSettings, LossLog, MassLoss, NodeLoss, Quota, QuotaUnit, TargetKind, TargetSettings,
    WorldSettings,
};
use autoscale_simulator::units::SimDuration;
use autoscale_simulator::workload::OnLoss;
use rand::RngExt;

use super::pool::Pool;
use super::{SECOND, Size, below, pick, ticks};

/// Some of `0..count` in a random order, at least one.
fn some_of(stream: &mut Stream, count: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..count).collect();
    let wanted = stream.random_range(1..=count);
    let take = |_| left.swap_remove(stream.random_range(0..left.len()));
    (0..wanted).map(take).collect()
}

fn random_loss(stream: &mut Stream, size: Size) -> NodeLoss {
    // Long enough that large gangs come to their end, boots of minutes included.
    let mean_life_s = (size.duration_s + 300) * pick(stream, &[3, 10, 40]);
    match below(stream, 4) {
        0 | 1 => NodeLoss::Rate(3600.0 / mean_life_s as f64),
        2 => {
            let share = pick(stream, &[0.3, 0.7, 1.0]);
            let loss = |at| MassLoss {
                at: SimDuration(at),
                share,
            };
            let mut times: Vec<u64> = (0..3).map(|_| ticks(stream, mean_life_s)).collect();
            times.sort_unstable();
            times.dedup();
            NodeLoss::Replay(LossLog {
                // One round: a log whose losses come too often would let no run end.
                span: SimDuration::from_secs(4000 * mean_life_s),
                losses: times.into_iter().map(loss).collect::<Arc<[_]>>(),
            })
        }
        _ => NodeLoss::Never,
    }
}

/// The largest `min_nodes` of a cluster.
pub fn most_kept(cluster: &ClusterSettings) -> u32 {
    let windows = cluster
        .capacity
        .iter()
        .filter_map(|window| window.min_nodes);
    let most = windows.fold(cluster.min_nodes, u32::max);
    most.min(cluster.largest())
}

/// A quota of some of the workspace's own targets that their instances and `min_nodes` fit into, and one node of each cluster.
fn random_quota(stream: &mut Stream, targets: &[TargetSettings]) -> Quota {
    let mut members = some_of(stream, targets.len());
    members.retain(|member| !targets[*member].unmanaged);
    let (mut instances, mut kept, mut largest, mut wanted) = (0, 0, 0, 0);
    for target in members.iter().map(|member| &targets[*member]) {
        let vcpus = u64::from(target.vcpus);
        match &target.kind {
            TargetKind::Instance(_) => instances += vcpus,
            TargetKind::Cluster(cluster) => {
                kept += u64::from(most_kept(cluster)) * vcpus;
                wanted += u64::from(cluster.largest()) * vcpus;
                largest = largest.max(vcpus);
            }
        }
    }
    let least = kept.max(largest);
    let spare = below(stream, wanted.max(least) - least + 1);
    Quota {
        name: "quota".to_owned(),
        // The reference counts vCPUs, and of GPUs there are as many parts.
        unit: if spare.is_multiple_of(2) {
            QuotaUnit::Vcpus
        } else {
            QuotaUnit::Gpus
        },
        limit: instances + least + pick(stream, &[spare, spare / 2, 0]),
        members,
    }
}

/// Adds quotas, losses and routes to a world.
pub fn add_features(stream: &mut Stream, size: Size, settings: &mut WorldSettings) {
    for target in &mut settings.targets {
        target.vcpus = pick(stream, &[1, 1, 2, 4, 6]);
        target.gpu_parts = target.vcpus;
        // A quarter to the hour of the clock at t = 0.
        target.keep_hours = (below(stream, 2) == 0).then(|| SimDuration::from_secs(45 * 60));
        if let TargetKind::Cluster(cluster) = &mut target.kind
            && !cluster.one_run
            && Pool::of(&TargetKind::Cluster(cluster.clone())).is_none()
        {
            cluster.loss = random_loss(stream, size);
        }
    }
    for _ in 0..below(stream, 4) {
        let quota = random_quota(stream, &settings.targets);
        settings.quotas.push(quota);
    }
    for workload in &mut settings.workloads {
        if below(stream, 2) == 0 {
            workload.targets = some_of(stream, settings.targets.len());
        }
        let resume = OnLoss::Resume {
            interval: SimDuration(10 * SECOND + ticks(stream, size.duration_s / 2)),
            cost: SimDuration(ticks(stream, size.duration_s / 10)),
        };
        workload.on_loss = pick(stream, &[OnLoss::Fail, OnLoss::Requeue, resume, resume]);
        workload.restart = SimDuration::from_secs(pick(stream, &[0, 0, 7]));
    }
}
