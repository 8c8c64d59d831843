//! Whether the work of a variant comes again, and whether hours and days differ in it.

use crate::model::settings::{
    ClusterSettings, NodeLoss, TargetKind, TargetSettings, WorldSettings,
};
use crate::serving::settings::ServiceSettings;
use crate::study_results::Recurrence;
use crate::units::SimDuration;
use crate::workload::{Arrivals, Pattern};

/// Batches and traces happen once, and so do arrivals at fixed times of which there are two at most. Else the calendar matters where arrivals have peak windows, an instance a schedule,
/// a service a profile of windows, losses a rate for each hour of the day, or failed allocations windows.
pub(super) fn recurrence(settings: &WorldSettings) -> Recurrence {
    let runs = settings.workloads.iter().map(|work| &work.arrivals);
    let requests = settings.requests.iter().map(|work| &work.arrivals);
    let measured = settings.horizon.since(settings.warmup);
    let of_arrivals = runs.chain(requests);
    let of_arrivals = of_arrivals.map(|arrivals| of_arrivals_in(arrivals, measured));
    let of_targets = settings.targets.iter().map(of_target);
    let of_services = settings.services.iter().map(of_service);
    let all = of_arrivals.chain(of_targets).chain(of_services);
    all.fold(Recurrence::Steady, |one, other| match (one, other) {
        (Recurrence::Once, _) | (_, Recurrence::Once) => Recurrence::Once,
        (Recurrence::Weekly, _) | (_, Recurrence::Weekly) => Recurrence::Weekly,
        (Recurrence::Steady, Recurrence::Steady) => Recurrence::Steady,
    })
}

fn of_arrivals_in(arrivals: &Arrivals, measured: SimDuration) -> Recurrence {
    match arrivals.pattern(measured) {
        Pattern::Steady => Recurrence::Steady,
        Pattern::Weekly => Recurrence::Weekly,
        Pattern::Once => Recurrence::Once,
    }
}

fn of_target(target: &TargetSettings) -> Recurrence {
    let is_weekly = match &target.kind {
        TargetKind::Cluster(cluster) => follows_hours(cluster),
        TargetKind::Instance(instance) => instance.schedule.is_some(),
    };
    weekly_if(is_weekly)
}

fn follows_hours(cluster: &ClusterSettings) -> bool {
    let failure = cluster.allocation_failure.as_ref();
    let has_windows = failure.is_some_and(|failure| failure.windows.is_some());
    let varies = !cluster.capacity.is_empty();
    varies || has_windows || matches!(cluster.loss, NodeLoss::ByHour(_))
}

fn of_service(service: &ServiceSettings) -> Recurrence {
    let policy = service.controller.policy.as_ref();
    weekly_if(policy.is_some_and(|policy| policy.scaler().needs().calendar))
}

fn weekly_if(is_weekly: bool) -> Recurrence {
    if is_weekly {
        Recurrence::Weekly
    } else {
        Recurrence::Steady
    }
}
