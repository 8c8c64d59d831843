//! Random pools and accounts of units.

use std::sync::Arc;

use autoscale_simulator::autoscale::batch::{Batch, BatchFormula, BatchPolicy};
use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::model::settings::{Deallocation, End, ScalingPolicy};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, OnLoss};

use crate::compare::compare;
use crate::convert::to_reference;
use crate::periods;
use crate::reference::{Kind, Pool, Status, try_to_simulate};
use crate::support::pools::{PoolSort, pool_world, units_world};
use crate::support::{SECOND, constant};

/// Compares many worlds; gives how often runs lost a node, were deallocated and terminated.
fn compare_many(cases: u64, name: &str, sort: PoolSort) -> [u64; 3] {
    let (mut runs, mut endless, mut given_up) = (0, 0, [0; 3]);
    for case in 0..cases {
        let streams = Streams::new(2_026, case);
        let mut stream = streams.open(Purpose("case"), name);
        let settings = pool_world(&mut stream, sort);
        let kind = &settings.targets[0].kind;
        let case = format!("{name}, case {case}, {kind:?}");
        match compare(&settings, streams, &case) {
            Some((input, out)) => {
                runs += input.runs.len();
                for run in &out.runs {
                    given_up[0] += run.losses;
                    given_up[1] += run.deallocations;
                    given_up[2] += u64::from(run.terminated);
                }
            }
            None => endless += 1,
        }
    }
    assert!(
        runs > 0 && endless < cases / 20,
        "{endless} worlds do not end"
    );
    given_up
}

/// Two start nodes, and at 60 s a formula that sees the one task of 30 s: run 1, at work since 40 s,
/// is terminated.
#[test]
fn a_terminated_run_loses_its_checkpoints_as_well() {
    let streams = Streams::new(1, 1);
    let mut settings = pool_world(
        &mut streams.open(Purpose("case"), "terminate"),
        PoolSort::Batch,
    );
    let mut workload = settings.workloads[0].clone();
    workload.background = false;
    workload.max_duration = None;
    (workload.setup, workload.finalize) = (constant(0), constant(0));
    // 12 s of work take 4 + 8 + 4 + 8 + 4 s.
    workload.on_loss = OnLoss::Resume {
        interval: SimDuration(4 * SECOND),
        cost: SimDuration(8 * SECOND),
    };
    let row = |at, duration| TraceRow {
        estimate: None,
        at: SimTime(at * SECOND),
        duration: SimDuration(duration * SECOND),
        nodes: Some(1),
        priority: None,
        environment: None,
    };
    workload.arrivals = Arrivals::Trace(Trace::new(Arc::from([row(0, 100), row(40, 12)])));
    settings.workloads = vec![workload];
    settings.horizon = SimTime(200 * SECOND);
    settings.warmup = SimTime::ZERO;
    settings.end = End::Drain;
    let target = &mut settings.targets[0];
    target.max_run_duration = None;
    let mut given = crate::support::pool::Pool::of(&target.kind).expect("it is a pool");
    (given.min_nodes, given.max_nodes) = (0, 4);
    (given.allocation, given.boot) = (constant(0), constant(0));
    given.evaluation_interval = SimDuration(60 * SECOND);
    given.deallocation = Deallocation::Terminate;
    given.low_priority_nodes = 0;
    given.low_priority_losses_per_hour = 0.0;
    given.controller = ScalingPolicy::BatchFormula(Batch::new(BatchFormula {
        policy: BatchPolicy::PendingTasks { start_nodes: 2 },
        sample_window: SimDuration(30 * SECOND),
        sample_delay: SimDuration(30 * SECOND),
    }));
    target.kind = given.kind();
    let (_, theirs) = compare(&settings, streams, "terminated").unwrap();
    assert_eq!(theirs.runs[1].status, Status::Failed);
    assert_eq!(theirs.runs[1].lost, 0);
    assert_eq!(theirs.runs[1].deallocated, 20 * SECOND);
}

/// What must hold of any pool, asked of the reference.
#[test]
fn pools_of_the_reference_conserve() {
    for case in 0..300 {
        for sort in PoolSort::ALL {
            let streams = Streams::new(1, case);
            let settings = pool_world(&mut streams.open(Purpose("case"), "slow"), sort);
            let input = to_reference(&settings, streams);
            let Some(out) = try_to_simulate(&input) else {
                continue;
            };
            let Kind::Pool(Pool { max_nodes, .. }) = input.targets[0].kind else {
                unreachable!("the only target is a pool")
            };
            for (run, record) in input.runs.iter().zip(&out.runs) {
                let ended = record.ended.is_some();
                let comes = run.submit < input.horizon;
                assert_eq!(ended, record.status != Status::Unfinished);
                assert!(
                    ended || !comes || input.cut,
                    "{sort:?}, case {case}: {run:?}"
                );
            }
            for lease in &out.leases {
                let times = lease.times;
                let whole = times.boot + times.of_runs();
                let whole = whole + times.idle();
                assert_eq!(
                    whole,
                    lease.released - lease.billed_from,
                    "{sort:?}, case {case}"
                );
            }
            assert!(
                out.targets[0].peak_nodes <= max_nodes,
                "{sort:?}, case {case}"
            );
        }
    }
}

#[test]
fn charge_periods_of_pools_hold_what_later_warmups_leave_out() {
    for case in 0..60 {
        for sort in PoolSort::ALL {
            let streams = Streams::new(3, case);
            let settings = pool_world(&mut streams.open(Purpose("case"), "periods"), sort);
            if try_to_simulate(&to_reference(&settings, streams)).is_some() {
                periods::check(&settings, streams, &format!("{sort:?}, case {case}"));
            }
        }
    }
}

#[test]
fn spark_pools_agree() {
    compare_many(1_500, "spark", PoolSort::Spark);
}

#[test]
fn databricks_pools_agree() {
    compare_many(1_000, "optimized", PoolSort::Optimized);
    compare_many(1_000, "standard", PoolSort::Standard);
}

#[test]
fn batch_pools_agree() {
    let given_up = compare_many(4_000, "batch", PoolSort::Batch);
    assert!(given_up.iter().all(|runs| *runs > 200), "{given_up:?}");
}

#[test]
fn kubernetes_pools_agree() {
    compare_many(1_500, "kubernetes", PoolSort::Kubernetes);
}

#[test]
fn accounts_of_units_agree() {
    let mut runs = 0;
    for case in 0..3_000 {
        let streams = Streams::new(2_028, case);
        let settings = units_world(&mut streams.open(Purpose("case"), "units"));
        let case = format!("units, case {case}");
        let (input, out) = compare(&settings, streams, &case).unwrap();
        assert_eq!(out.targets[0].total().idle(), 0, "{case}: no unit waits");
        runs += input.runs.len();
    }
    assert!(runs > 30_000, "{runs}");
}
