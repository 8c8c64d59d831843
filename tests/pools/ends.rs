//! Ties at the cut, at the begin and at the end of a target: clusters, instances and pools.

use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::{
    ClusterSettings, End, InstanceSettings, OnStop, Quota, QuotaUnit, TargetKind, TargetSettings,
    WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::pricing::TargetPrices;
use autoscale_simulator::results::RunStatus::Unfinished;
use autoscale_simulator::results::TargetResult;
use autoscale_simulator::units::UsdPerHour;

use crate::made::{KUBERNETES, at, constant, node_secs, pool, run, secs, target, workload, world};

/// A cluster without idle time whose nodes are there at once.
pub(crate) fn cluster(min_nodes: u32, max_nodes: u32) -> ClusterSettings {
    ClusterSettings::new(min_nodes, max_nodes)
}

fn units(max_units: u32) -> TargetSettings {
    target(TargetKind::Cluster(ClusterSettings {
        one_run: true,
        ..cluster(0, max_units)
    }))
}

fn usd(result: &TargetResult, settings: &WorldSettings, per_hour: f64) -> f64 {
    let prices = TargetPrices {
        per_hour: UsdPerHour::from_dollars(per_hour).unwrap(),
        ..TargetPrices::default()
    };
    let window = autoscale_simulator::results::Window {
        warmup: settings.warmup,
        horizon: settings.horizon,
    };
    prices.cost(result, window).whole().total().dollars()
}

/// 100 s of 3 units and 50 s of 2 units at 3.6 USD/h are 400 unit-seconds: 0.40 USD. The second run waits for its second unit
/// until the first has ended, and none is paid meanwhile.
#[test]
fn no_unit_is_paid_while_a_run_waits_for_the_others() {
    let runs = workload("jobs", &[(0, 3, 100), (10, 2, 50)]);
    let settings = world(units(4), vec![runs], 1000);
    let came = run(&settings);
    assert_eq!(came.target.within.run, node_secs(400));
    assert_eq!(came.target.within.leased(), node_secs(400));
    assert!((usd(&came.target, &settings, 3.6) - 0.40).abs() < 1e-12);
    let leases: Vec<(f64, f64)> = came.leases().iter().map(|of| (of.1, of.2)).collect();
    assert_eq!(
        leases,
        [
            (0.0, 100.0),
            (0.0, 100.0),
            (0.0, 100.0),
            (100.0, 150.0),
            (100.0, 150.0)
        ]
    );
    assert_eq!((came.target.spin_ups, came.target.peak_nodes), (5, 3));
}

/// Each run has a unit of its own, billed for ten minutes at least: 2 x 600 s at 3.6 USD/h are 1.20 USD.
#[test]
fn no_unit_is_kept_for_the_next_run() {
    let runs = workload("jobs", &[(0, 1, 100), (0, 1, 50)]);
    let mut settings = world(units(1), vec![runs], 1000);
    settings.targets[0].billing.minimum = secs(600);
    let came = run(&settings);
    assert!((usd(&came.target, &settings, 3.6) - 1.20).abs() < 1e-12);
    assert_eq!(came.leases(), [(0, 0.0, 100.0), (1, 100.0, 150.0)]);
    assert_eq!(came.target.within.rounding, node_secs(500 + 550));
}

fn kinds() -> [TargetKind; 4] {
    [
        TargetKind::Cluster(cluster(1, 1)),
        pool(KUBERNETES, 10).kind(),
        units(1).kind,
        TargetKind::Instance(InstanceSettings {
            slots: 1,
            boot: constant(0),
            schedule: None,
            on_stop: OnStop::Drain,
            idle_shutdown: None,
            start_on_submission: true,
            allocated_while_stopped: false,
        }),
    ]
}

/// Everything stops at 100 s: a run of no length whose Running would begin then has not reached it, and has no wait.
#[test]
fn a_run_that_would_start_at_the_cut_has_not_started() {
    for kind in kinds() {
        for (setup, started) in [(99, 1), (100, 0)] {
            let mut runs = workload("runs", &[(0, 1, 0)]);
            runs.setup = constant(setup);
            let mut settings = world(target(kind.clone()), vec![runs], 100);
            settings.end = End::Cut;
            let came = run(&settings);
            let of = &came.target.runs;
            assert_eq!((of.started, of.completed), (started, started), "{kind:?}");
            assert_eq!(of.wait_sum, u128::from(started * 99_000_000), "{kind:?}");
            let begun = came.runs[0].started;
            assert_eq!(begun, (started == 1).then(|| at(99)), "{kind:?}");
            if started == 0 {
                assert_eq!(came.runs()[0], (Some(0.0), None, Unfinished), "{kind:?}");
            }
        }
    }
}

/// A quota of one vCPU over two clusters of one node each, of which `a` keeps one: the run on `b` takes it from 50 s on. When
/// it ends at 150 s, after the horizon of 100 s, `a` asks for its node again, 50 s after its own end.
#[test]
fn nodes_requested_after_the_end_of_their_target_are_not_counted() {
    let two = |horizon| {
        let mut runs = workload("runs", &[(50, 1, 100)]);
        runs.targets = vec![1];
        let a = target(TargetKind::Cluster(cluster(1, 1)));
        let mut settings = world(a, vec![runs], horizon);
        let mut b = target(TargetKind::Cluster(cluster(0, 1)));
        b.name = "b".to_owned();
        settings.targets.push(b);
        for target in &mut settings.targets {
            (target.vcpus, target.unmanaged) = (1, false);
        }
        settings.quotas = vec![Quota {
            name: "quota".to_owned(),
            unit: QuotaUnit::default(),
            limit: 1,
            members: vec![0, 1],
        }];
        let outcome = simulate(
            &settings,
            Streams::new(1, 0),
            Detailed::new(true, 0),
            &|| true,
        );
        let targets = outcome.unwrap().result.targets;
        let of = |target: &TargetResult| (target.spin_ups, target.end);
        targets.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(two(100), [(0, at(100)), (1, at(150))]);
    assert_eq!(
        two(150),
        [(0, at(150)), (1, at(150))],
        "up to the end alone"
    );
    assert_eq!(two(151), [(1, at(151)), (1, at(151))]);
}
