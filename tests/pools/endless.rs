//! Drains that have no end worth waiting for: each ends at once or soon, with a sentence that says why.

use autoscale_simulator::autoscale::batch::BatchPolicy;
use autoscale_simulator::autoscale::databricks::{Optimized, Standard};
use autoscale_simulator::engine::Halt;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::{
    ClusterSettings, Deallocation, End, LossLog, MassLoss, NodeLoss, ScalingPolicy, TargetKind,
    WorldSettings,
};
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::results::RunStatistics;
use autoscale_simulator::units::SimDuration;
use autoscale_simulator::workload::{OnLoss, WorkloadSettings};

use crate::ends::cluster;
use crate::support::pool::Pool;

use crate::made::{KUBERNETES, SPARK, batch, constant, pool, secs, target, workload, world};

const YEAR: u64 = 365 * 86_400;

/// The runs of a world, or why it has no end.
fn outcome(settings: &WorldSettings) -> Result<RunStatistics, String> {
    let outcome = simulate(settings, Streams::new(1, 0), Silent, &|| true);
    let runs = outcome.map(|outcome| outcome.result.all_runs);
    runs.map_err(|halt| match halt {
        Halt::Endless { message, .. } => message,
        stopped @ Halt::Stopped { .. } => stopped.to_string(),
    })
}

/// So many runs of one node, each of a hundred years.
fn centuries(count: usize) -> WorkloadSettings {
    workload("runs", &vec![(0, 1, 100 * YEAR); count])
}

fn one_node(controller: ScalingPolicy, interval: u64) -> Pool {
    Pool {
        max_nodes: 1,
        ..pool(controller, interval)
    }
}

/// One run is on the node at the horizon, and 149 wait: 14,900 years.
#[test]
fn what_takes_more_than_nine_thousand_years_ends_at_the_horizon() {
    let controllers = [
        (KUBERNETES, 10),
        (SPARK, 30),
        (batch(BatchPolicy::PendingTasks { start_nodes: 1 }), 300),
        (
            ScalingPolicy::DatabricksOptimized(Optimized::new(secs(40))),
            30,
        ),
        (
            ScalingPolicy::DatabricksStandard(Standard::new(secs(600))),
            30,
        ),
    ];
    let mut kinds = vec![TargetKind::Cluster(cluster(0, 1))];
    for (controller, interval) in controllers {
        kinds.push(one_node(controller, interval).kind());
    }
    for kind in kinds {
        let mut settings = world(target(kind.clone()), vec![centuries(150)], 3_600);
        let told = outcome(&settings).expect_err("it has no end");
        assert!(told.contains("more than 9,000 years"), "{told}: {kind:?}");
        settings.end = End::Cut;
        let runs = outcome(&settings).expect("a cut ends all");
        assert_eq!((runs.started, runs.unfinished), (1, 150), "{kind:?}");
    }
}

/// A controller that is asked once in ten years: 85 runs end after 8,500 years, and a time limit or a failure at each loss
/// makes shorter what waits.
#[test]
fn what_takes_less_than_nine_thousand_years_is_waited_for() {
    let kind = |deallocation| {
        let settings = one_node(KUBERNETES, 10 * YEAR);
        Pool {
            deallocation,
            ..settings
        }
        .kind()
    };
    let settings = world(
        target(kind(Deallocation::IdleOnly)),
        vec![centuries(85)],
        3_600,
    );
    assert_eq!(outcome(&settings).map(|runs| runs.completed), Ok(85));
    let mut limited = world(
        target(kind(Deallocation::IdleOnly)),
        vec![centuries(150)],
        3_600,
    );
    limited.targets[0].max_run_duration = Some(secs(50 * YEAR));
    assert_eq!(outcome(&limited).map(|runs| runs.canceled), Ok(150));
    let rate = 1.0 / 8_760.0;
    let lost = ClusterSettings {
        loss: NodeLoss::Rate(rate),
        ..cluster(0, 1)
    };
    let mut runs = centuries(150);
    runs.on_loss = OnLoss::Fail;
    let failing = world(target(TargetKind::Cluster(lost)), vec![runs], 3_600);
    assert_eq!(outcome(&failing).map(|runs| runs.failed), Ok(150));
}

/// A run of a hundred years under a controller that is asked every ten seconds: 315 million times. Each time it finds 50,000
/// idle nodes, so that fewer times are enough.
#[test]
fn a_drain_of_too_many_steps_is_given_up() {
    let kind = Pool {
        min_nodes: 50_000,
        max_nodes: 50_000,
        ..pool(SPARK, 10)
    }
    .kind();
    let told = outcome(&world(target(kind), vec![centuries(1)], 3_600));
    let told = told.expect_err("it takes too long");
    assert!(
        told.starts_with("what is left at the horizon takes more than 30,000,000 steps"),
        "{told}"
    );
}

/// All nodes go each minute, and new ones come so many seconds after that.
fn each_minute(boot: u64) -> WorldSettings {
    let all = MassLoss {
        at: secs(60),
        share: 1.0,
    };
    let log = LossLog {
        losses: [all].into(),
        span: secs(60),
    };
    let lost = ClusterSettings {
        boot: constant(boot),
        loss: NodeLoss::Replay(log),
        ..cluster(0, 2)
    };
    let mut runs = workload("runs", &[(0, 1, 100), (0, 2, 100)]);
    runs.on_loss = OnLoss::Resume {
        interval: secs(30),
        cost: SimDuration::ZERO,
    };
    world(target(TargetKind::Cluster(lost)), vec![runs], 3_600)
}

#[test]
fn slow_runs_that_are_lost_before_each_checkpoint_are_given_up() {
    // 29 s are left until the next loss, or until the one after it.
    for boot in [31, 91] {
        let told = outcome(&each_minute(boot)).expect_err("no run gets any further");
        let expected = "more than 1,000,000 attempts in a row were lost on `target`: no run ended and no checkpoint was kept";
        assert!(told.contains(expected), "{boot}: {told}");
        assert!(told.ends_with("runs that are left: 2"), "{boot}: {told}");
    }
    // 30 s are enough, before the next loss or the one after.
    for boot in [29, 30, 65, 90] {
        let runs = outcome(&each_minute(boot));
        assert_eq!(runs.map(|runs| runs.completed), Ok(2), "{boot}");
    }
}
