//! The limits that a scenario sets, for reports.

use crate::model::settings::{QuotaUnit, TargetKind, WorldSettings};
use crate::serving::settings::{Machines, ServiceSettings};
use crate::study_results::{Bound, Counts, Limits, Most, SharedQuota};

/// The limits of targets, then of services.
pub(super) fn limits(settings: &WorldSettings) -> Limits {
    let WorldSettings {
        targets, services, ..
    } = settings;
    let most = (0..targets.len()).map(|position| most_nodes(settings, position));
    let most_replicas = services.iter().map(most_replicas);
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

/// The most nodes of a target: what it may have, or what a quota leaves it beside others.
fn most_nodes(settings: &WorldSettings, position: usize) -> Most {
    let target = &settings.targets[position];
    let own = |count, by| Most { count, by };
    let own = match &target.kind {
        TargetKind::Cluster(cluster) => own(cluster.largest(), Bound::MaxNodes),
        // An instance holds its part of each quota at all times.
        TargetKind::Instance(instance) => return own(instance.slots, Bound::Slots),
    };
    let quotas = settings.quotas.iter();
    let quotas = quotas.filter(|quota| quota.members.contains(&position));
    let of_quotas = quotas.map(|quota| Most {
        count: u32::try_from(quota.leaves(position, &settings.targets)).unwrap_or(u32::MAX),
        by: Bound::Quota(quota.name.clone()),
    });
    std::iter::once(own)
        .chain(of_quotas)
        .min_by_key(|most| most.count)
        .expect("a target has a limit of its own")
}

/// The most replicas of a service: what its controller may want, or what its nodes hold.
fn most_replicas(service: &ServiceSettings) -> Most {
    let wanted = service.controller.most_replicas();
    match &service.machines {
        Machines::Nodes(nodes) if nodes.most_replicas() < wanted => Most {
            count: nodes.most_replicas(),
            by: Bound::ServingNodes,
        },
        _ => Most {
            count: wanted,
            by: Bound::Replicas,
        },
    }
}
