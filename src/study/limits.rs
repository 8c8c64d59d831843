//! The limits that a scenario sets, for reports.

use crate::model::settings::{QuotaUnit, TargetKind, WorldSettings};
use crate::study_results::{Counts, Limits, SharedQuota};

/// The limits of targets, then of services.
pub(super) fn limits(settings: &WorldSettings) -> Limits {
    let WorldSettings {
        targets, services, ..
    } = settings;
    let most = targets.iter().map(|target| match &target.kind {
        TargetKind::Cluster(cluster) => cluster.max_nodes,
        TargetKind::Pool(pool) => pool.max_nodes,
        TargetKind::Instance(instance) => instance.slots,
    });
    let most_replicas = services
        .iter()
        .map(|service| service.controller.most_replicas());
    let quotas = settings.quotas.iter().map(|quota| SharedQuota {
        name: quota.name.clone(),
        counts: match quota.unit {
            QuotaUnit::Vcpus => Counts::Vcpus,
            QuotaUnit::Gpus => Counts::Gpus,
            QuotaUnit::Nodes => Counts::Nodes,
        },
        limit: quota.limit as f64 / quota.unit.parts() as f64,
        members: quota
            .members
            .iter()
            .map(|&member| {
                let parts = quota.taken_by(&targets[member]);
                (member, parts as f64 / quota.unit.parts() as f64)
            })
            .collect(),
    });
    Limits {
        nodes: most.chain(most_replicas).collect(),
        slos: targets
            .iter()
            .map(|_| None)
            .chain(services.iter().map(|service| service.slo))
            .collect(),
        quotas: quotas.collect(),
    }
}
