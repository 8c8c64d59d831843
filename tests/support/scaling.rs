//! What a random world may have on top: clusters that scale by more than the queue.

use autoscale_simulator::autoscale::{Utilization, UtilizationSettings};
use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::model::settings::{
    AllocationFailure, CapacityWindow, ClusterSettings, PolicySettings, ScalingPolicy,
    SurplusProvisioning, TargetKind, WorldSettings,
};
use autoscale_simulator::units::SimDuration;

use super::{SECOND, below, constant, narrow, pick};

/// Which of these a world has.
#[expect(clippy::struct_excessive_bools, reason = "each is there or not")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scaling {
    /// Limits by the clock.
    pub windows: bool,
    /// Spare nodes.
    pub spare: bool,
    /// Scaling by utilization.
    pub utilization: bool,
    /// Low-priority nodes.
    pub tiers: bool,
}

impl Scaling {
    /// All of it.
    pub const ALL: Self = Self {
        windows: true,
        spare: true,
        utilization: true,
        tiers: true,
    };
}

/// A window that holds at times of the day, of which `t = 0` is the begin. Only the last window raises `max_nodes`, and for
/// hours: in a shorter time, nodes could not come, and gangs would wait for ever.
fn random_window(
    stream: &mut Stream,
    (position, is_last): (u64, bool),
    cluster: &ClusterSettings,
) -> CapacityWindow {
    let start = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0);
    let calendar = Calendar::new(start, "UTC").unwrap();
    let windows = pick(
        stream,
        &[
            "daily 00:00-00:02",
            "daily 00:05-00:20",
            "daily 00:03-00:04",
            "daily 00:10-06:00",
            "daily 00:01-00:02",
            "daily 01:00-12:00",
            "daily 23:00-00:03",
        ],
    );
    let others = pick(stream, &["daily 00:30-00:31", "daily 00:07-00:08"]);
    let mut hours = vec![windows.to_owned(), others.to_owned()];
    hours.truncate(pick(stream, &[1, 2]));
    let most = u64::from(cluster.max_nodes);
    let min_nodes = (below(stream, 2) == 0).then(|| narrow(below(stream, most + 3)));
    let mut max_nodes = (below(stream, 3) == 0).then(|| narrow(1 + below(stream, most)));
    if is_last && below(stream, 2) == 0 {
        hours = vec!["daily 00:10-06:00".to_owned()];
        max_nodes = Some(narrow(most + 1 + below(stream, 3)));
    }
    let none = min_nodes.is_none() && max_nodes.is_none();
    let limit = constant(pick(stream, &[0, 5, 60, 300]) * SECOND);
    CapacityWindow {
        name: format!("window-{position}"),
        hours: WeeklySchedule::parse(&calendar, &hours).unwrap(),
        min_nodes,
        max_nodes,
        idle_before_scale_down: (none || below(stream, 3) == 0).then_some(limit),
    }
}

/// A rule that asks for nodes by the share of them that is busy.
fn random_policy(stream: &mut Stream, with: Scaling) -> PolicySettings {
    let scale_down_after = SimDuration::from_secs(pick(stream, &[0, 15, 60, 300]));
    let target = pick(stream, &[0.5, 0.7, 0.8, 0.333, 1.0]);
    // What no load asks for might come with a window, long after the target was given up.
    let counts_waiting = with.windows || below(stream, 4) > 0;
    let averages = below(stream, 2) == 0;
    let refresh = SimDuration::from_secs(pick(
        stream,
        if with.windows {
            &[15, 60]
        } else {
            &[1, 10, 15, 60]
        },
    ));
    let rule = Utilization::new(UtilizationSettings {
        target,
        refresh,
        counts_waiting,
        window: if averages { refresh } else { SimDuration::ZERO },
        scale_down_after,
    });
    PolicySettings::new(ScalingPolicy::Utilization(rule), refresh)
}

/// Adds failing allocations to the clusters and pools of a world.
pub fn add_failures(stream: &mut Stream, settings: &mut WorldSettings) {
    let start = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0);
    let calendar = Calendar::new(start, "UTC").unwrap();
    for target in &mut settings.targets {
        let TargetKind::Cluster(cluster) = &mut target.kind else {
            continue;
        };
        if cluster.one_run || below(stream, 4) == 0 {
            continue;
        }
        let windows = pick(stream, &["daily 00:02-00:10", "daily 00:20-00:21"]).to_owned();
        let windows = WeeklySchedule::parse(&calendar, &[windows]).unwrap();
        cluster.allocation_failure = Some(Box::new(AllocationFailure {
            probability: pick(stream, &[0.0, 0.3, 0.8]),
            windows: (below(stream, 2) == 0).then_some(windows),
            retry_after: SimDuration::from_secs(pick(stream, &[1, 10, 30])),
            backoff: pick(stream, &[1.0, 2.0, 3.0]),
            retry_at_most: SimDuration::from_secs(pick(stream, &[30, 100])),
        }));
    }
}

/// Adds what is asked for to the clusters of a world; some stay as they are.
pub fn add_scaling(stream: &mut Stream, with: Scaling, settings: &mut WorldSettings) {
    for target in &mut settings.targets {
        let TargetKind::Cluster(cluster) = &mut target.kind else {
            continue;
        };
        if cluster.one_run || cluster.policy.is_some() {
            continue;
        }
        if with.windows && below(stream, 5) > 0 {
            let count = 1 + below(stream, 3);
            cluster.capacity = (0..count)
                .map(|at| random_window(stream, (at, at + 1 == count), cluster))
                .collect();
        }
        if with.utilization && below(stream, 5) > 0 {
            cluster.policy = Some(Box::new(random_policy(stream, with)));
            cluster.surplus_provisioning = SurplusProvisioning::Keep;
            // Without waiting load nothing would begin on no nodes.
            cluster.min_nodes = cluster.min_nodes.max(narrow(below(stream, 2)));
        } else if with.spare && below(stream, 5) > 0 {
            cluster.spare_nodes = narrow(1 + below(stream, 3));
        }
        if with.tiers && below(stream, 5) > 0 {
            cluster.low_priority_nodes = narrow(1 + below(stream, cluster.largest().into()));
        }
    }
}
