//! The limits that a scenario sets, for reports.

use crate::model::settings::{TargetKind, WorldSettings};
use crate::study_results::{Limits, SharedQuota};

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
        vcpus: quota.limit,
        members: quota.members.clone(),
    });
    Limits {
        nodes: most.chain(most_replicas).collect(),
        slos: targets
            .iter()
            .map(|_| None)
            .chain(services.iter().map(|service| service.slo))
            .collect(),
        vcpus: targets.iter().map(|target| target.vcpus).collect(),
        quotas: quotas.collect(),
    }
}
