//! Managed clusters whose size follows more than their queue, by hand: capacity by the clock, spare nodes, utilization, tiers.

use autoscale_simulator::autoscale::{Utilization, UtilizationSettings};
use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::model::settings::{
    CapacityWindow, ClusterSettings, NodeLoss, PolicySettings, Quota, QuotaUnit, ScalingPolicy,
    TargetKind, TargetSettings,
};
use autoscale_simulator::results::RunStatus::{Completed, Failed};
use autoscale_simulator::units::{SimDuration, SimTime};

use crate::made::{
    Came, KUBERNETES, constant, node_secs, pool, run, secs, target, workload, world,
};
use crate::support::pool::Pool;

/// At most four nodes, none at rest; a boot of 60 s, which is billed, and 120 s of idle time. `t = 0` is a Monday, 00:00.
fn cluster() -> ClusterSettings {
    ClusterSettings {
        boot: constant(60),
        idle_before_scale_down: constant(120),
        ..ClusterSettings::new(0, 4)
    }
}

fn window(hours: &str) -> CapacityWindow {
    let hours = WeeklySchedule::parse(&Calendar::default(), &[hours.to_owned()]);
    CapacityWindow {
        name: "window".to_owned(),
        hours: hours.expect("a window"),
        min_nodes: None,
        max_nodes: None,
        idle_before_scale_down: None,
    }
}

fn managed(settings: ClusterSettings) -> TargetSettings {
    TargetSettings {
        unmanaged: false,
        ..target(TargetKind::Cluster(settings))
    }
}

/// Runs: submitted, nodes, Running time.
fn on(settings: ClusterSettings, runs: &[(u64, u32, u64)]) -> Came {
    run(&world(
        managed(settings),
        vec![workload("runs", runs)],
        3600,
    ))
}

#[test]
fn nodes_are_there_before_a_window_of_capacity_ends_and_go_after_it() {
    let morning = CapacityWindow {
        min_nodes: Some(2),
        ..window("mon 00:10-00:20")
    };
    let settings = ClusterSettings {
        capacity: vec![morning],
        ..cluster()
    };
    // Asked for at 600 s, ready at 660 s; the run has one at once and its node is idle again at 1150 s. At 1200 s the other
    // has been idle for its time, and goes; this one follows at 1270 s.
    let came = on(settings, &[(1100, 1, 50)]);
    assert_eq!(came.runs(), [(Some(1100.0), Some(1150.0), Completed)]);
    assert_eq!(came.leases(), [(0, 600.0, 1270.0), (1, 600.0, 1200.0)]);
    let times = came.target.within;
    assert_eq!(times.boot, node_secs(120));
    // Kept by the minimum: both from 660 to 1100 s, one until 1150 s, both until 1200 s.
    assert_eq!(times.idle_min_nodes, node_secs(2 * 440 + 50 + 2 * 50));
    assert_eq!(came.target.spin_ups, 2);
}

#[test]
fn a_run_that_only_a_window_has_room_for_waits_for_it() {
    let wide = CapacityWindow {
        max_nodes: Some(6),
        ..window("mon 00:10-00:20")
    };
    let settings = ClusterSettings {
        capacity: vec![wide],
        ..cluster()
    };
    let came = on(settings, &[(0, 6, 10), (0, 7, 10)]);
    // Four nodes are asked for at 0 s, and gang-wait; two more at 600 s.
    assert_eq!(came.runs()[0], (Some(660.0), Some(670.0), Completed));
    assert_eq!(came.runs()[1], (None, Some(0.0), Failed));
    assert_eq!(came.target.runs.queue_provisioning_sum, 60_000_000);
}

#[test]
fn the_idle_time_is_that_of_the_window_in_which_a_node_goes_idle() {
    let slow = CapacityWindow {
        idle_before_scale_down: Some(constant(1000)),
        ..window("mon 00:00-00:10")
    };
    let settings = ClusterSettings {
        capacity: vec![slow],
        ..cluster()
    };
    let came = on(settings, &[(0, 1, 100), (700, 2, 100)]);
    // Idle at 160 s in the window, until 1160 s; it takes the second run at 760 s, when its second node is ready, and goes idle
    // at 860 s outside it.
    assert_eq!(came.leases(), [(0, 0.0, 980.0), (1, 700.0, 980.0)]);
}

#[test]
fn spare_nodes_are_kept_until_one_idle_time_after_the_last_demand() {
    let settings = ClusterSettings {
        spare_nodes: 1,
        ..cluster()
    };
    let came = on(settings, &[(100, 1, 50), (200, 1, 50)]);
    // Two nodes at 100 s; the second run starts at once on the spare one, and a third node is asked for. The first is idle from
    // 210 s on, and goes after its time, since two are left. Demand ends at 250 s: the second goes at 370 s, the third at 380 s.
    assert_eq!(came.runs()[1], (Some(200.0), Some(250.0), Completed));
    assert_eq!(
        came.leases(),
        [(0, 100.0, 330.0), (1, 100.0, 370.0), (2, 200.0, 380.0)]
    );
}

#[test]
fn utilization_decides_at_its_own_times() {
    let rule = ScalingPolicy::Utilization(Utilization::new(UtilizationSettings {
        target: 0.5,
        refresh: secs(60),
        counts_waiting: true,
        window: SimDuration::ZERO,
        scale_down_after: secs(120),
    }));
    let settings = ClusterSettings {
        policy: Some(Box::new(PolicySettings::new(rule, secs(60)))),
        ..cluster()
    };
    // At 60 s one node is waited for: two are asked for, ready at 120 s. The run ends at 320 s; the need of 2 at 300 s counts
    // until 420 s, when both go.
    let came = on(settings, &[(10, 1, 200)]);
    assert_eq!(came.runs(), [(Some(120.0), Some(320.0), Completed)]);
    assert_eq!(came.leases(), [(0, 60.0, 420.0), (1, 60.0, 420.0)]);
}

#[test]
fn low_priority_nodes_come_first_and_have_books_of_their_own() {
    let settings = ClusterSettings {
        low_priority_nodes: 2,
        loss: NodeLoss::Never,
        ..cluster()
    };
    let came = on(settings, &[(0, 3, 100)]);
    assert_eq!(
        came.leases(),
        [(0, 0.0, 280.0), (1, 0.0, 280.0), (2, 0.0, 280.0)]
    );
    let (dedicated, low) = (
        came.target.within,
        came.target.low_priority.as_ref().unwrap().within,
    );
    assert_eq!((dedicated.boot, low.boot), (node_secs(60), node_secs(120)));
    assert_eq!((dedicated.run, low.run), (node_secs(100), node_secs(200)));
    let idle = (dedicated.idle_before_scale_down, low.idle_before_scale_down);
    assert_eq!(idle, (node_secs(120), node_secs(240)));
}

/// A pool with one system node beside a cluster, under a quota of three nodes.
#[test]
fn a_pool_under_a_quota_gets_what_others_leave() {
    let attached = Pool {
        min_nodes: 0,
        system_nodes: 1,
        allocation: constant(0),
        boot: constant(0),
        ..pool(KUBERNETES, 10)
    };
    let mut settings = world(target(attached.kind()), Vec::new(), 3600);
    let mut other = managed(ClusterSettings {
        boot: constant(0),
        ..cluster()
    });
    other.name = "other".to_owned();
    settings.targets.push(other);
    settings.quotas.push(Quota {
        name: "quota".to_owned(),
        unit: QuotaUnit::Nodes,
        limit: 3,
        members: vec![0, 1],
    });
    let mut on_other = workload("on other", &[(0, 2, 95)]);
    on_other.targets = vec![1];
    let own = workload("own", &[(5, 1, 100), (5, 3, 100)]);
    settings.workloads = vec![own, on_other];
    let outcome = autoscale_simulator::model::simulate(
        &settings,
        autoscale_simulator::engine::streams::Streams::new(1, 0),
        autoscale_simulator::model::Detailed::new(true, 2),
        &|| true,
    );
    let mut runs = outcome.unwrap().recorder.runs;
    runs.sort_by_key(|run| (run.workload, run.position));
    let seconds = |position: usize| runs[position].started.map(SimTime::as_secs_f64);
    // The cluster holds two nodes until 95 s and 120 s of idle time more: 215 s. From the evaluation at 10 s on the pool waits
    // for one; it starves, so that an idle node goes as soon as it may. A run of three never fits beside the system node.
    assert_eq!(seconds(0), Some(215.0));
    assert_eq!(runs[1].status, Failed);
    assert_eq!(seconds(2), Some(0.0));
}
