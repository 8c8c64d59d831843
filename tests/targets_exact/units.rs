//! Random accounts of analytics units: the engine against the slow implementation.

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    ClusterSettings, End, IdleNodeChoice, LeaseBilling, NodeLoss, SurplusProvisioning, TargetKind,
    TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{LeaseRecord, RunRecord, RunStatus};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};
use autoscale_simulator::workload::{OnLoss, WorkloadSettings};

use crate::pools::{random_workload, to_runs};
use crate::reference_targets::{job, units};
use crate::support::{SECOND, below, pick, rows};

fn account(max_units: u64) -> TargetKind {
    let none = || Distribution::constant(SimDuration::ZERO);
    TargetKind::Cluster(ClusterSettings {
        discipline: autoscale_simulator::discipline::Discipline::default(),
        min_nodes: 0,
        max_nodes: u32::try_from(max_units).unwrap(),
        idle_before_scale_down: none(),
        allocation: none(),
        boot: none(),
        leaving: none(),
        idle_node_choice: IdleNodeChoice::default(),
        surplus_provisioning: SurplusProvisioning::default(),
        loss: NodeLoss::Never,
        allocation_failure: None,
        one_run: true,
    })
}

fn random_world(stream: &mut Stream) -> WorldSettings {
    let max_units = pick(stream, &[1, 2, 4, 6]);
    let workloads: Vec<WorkloadSettings> = (0..=below(stream, 3))
        .map(|position| WorkloadSettings {
            on_loss: OnLoss::Fail,
            background: false,
            ..random_workload(stream, position, max_units, 1)
        })
        .map(without_images)
        .collect();
    let last = workloads.iter().flat_map(rows).map(|row| row.at.0).max();
    let last = last.unwrap();
    let horizon = 1 + pick(stream, &[last, last + 1_000 * SECOND, last - last / 4]);
    let target = TargetSettings {
        name: "lake".to_owned(),
        max_run_duration: None,
        billing: LeaseBilling {
            granularity: SimDuration(SECOND * pick(stream, &[1, 60])),
            minimum: SimDuration(SECOND * pick(stream, &[0, 300])),
            boot: true,
        },
        vcpus: 0,
        gpu_parts: 0,
        keep_hours: Some(SimDuration::ZERO),
        unmanaged: true,
        kind: account(max_units),
    };
    WorldSettings {
        horizon: SimTime(horizon),
        warmup: SimTime(pick(stream, &[0, 0, horizon / 5])),
        end: pick(stream, &[End::Drain, End::Drain, End::Cut]),
        charge_periods: None,
        environments: Vec::new(),
        targets: vec![target],
        workloads,
        quotas: Vec::new(),
        services: Vec::new(),
        requests: Vec::new(),
    }
}

fn without_images(mut workload: WorkloadSettings) -> WorkloadSettings {
    let without: Vec<_> = rows(&workload)
        .map(|row| autoscale_simulator::workload::trace::TraceRow {
            environment: None,
            ..*row
        })
        .collect();
    workload.arrivals = autoscale_simulator::workload::Arrivals::Trace(
        autoscale_simulator::workload::trace::Trace::new(without.into()),
    );
    workload
}

fn to_record(run: &RunRecord) -> job::RunOut {
    let ticks = |at: Option<SimTime>| at.map(|at| at.0);
    job::RunOut {
        status: match run.status {
            RunStatus::Completed => job::Status::Completed,
            RunStatus::Failed => job::Status::Failed,
            RunStatus::Canceled => job::Status::Canceled,
            RunStatus::Unfinished => job::Status::Unfinished,
        },
        queued: ticks(run.queued),
        assigned: ticks(run.assigned),
        started: ticks(run.started),
        ended: ticks(run.ended),
        nodes_held: Vec::new(),
        losses: run.losses.into(),
        lost: run.lost.0,
        deallocations: 0,
        deallocated: 0,
    }
}

fn compare(settings: &WorldSettings, case: u64) -> usize {
    let target = &settings.targets[0];
    let TargetKind::Cluster(cluster) = &target.kind else {
        unreachable!("the only target is an account")
    };
    let input = units::Input {
        max_units: cluster.max_nodes.into(),
        runs: to_runs(settings),
        horizon: settings.horizon.0,
        warmup: settings.warmup.0,
        cut: settings.end == End::Cut,
        granularity: target.billing.granularity.0,
        minimum: target.billing.minimum.0,
    };
    let mut theirs = units::simulate(&input);
    let mut known = input.runs.iter();
    theirs
        .runs
        .retain(|_| known.next().unwrap().submit < input.horizon);
    let outcome = simulate(
        settings,
        Streams::new(1, 0),
        Detailed::new(true, 0),
        &|| true,
    );
    let outcome = outcome.unwrap();
    let mut runs = outcome.recorder.runs;
    runs.sort_by_key(|run| (run.workload, run.position));
    let result = &outcome.result.targets[0];
    let narrow = |time: NodeTime| u64::try_from(time.0).unwrap();
    let mut leases: Vec<(u64, u64)> = outcome
        .recorder
        .leases
        .iter()
        .map(
            |LeaseRecord {
                 billed_from,
                 released,
                 ..
             }| (billed_from.0, released.0),
        )
        .collect();
    leases.sort_unstable();
    let ours = units::Output {
        runs: runs.iter().map(to_record).collect(),
        leases,
        end: result.end.0,
        unit_time: [
            narrow(result.within.leased()),
            narrow(result.drain.leased()),
        ],
        rounding: narrow(result.within.rounding + result.drain.rounding),
        spin_ups: result.spin_ups,
        peak: result.peak_nodes.into(),
    };
    assert_eq!(ours, theirs, "case {case}: {settings:#?}");
    let idle = result.within.idle() + result.drain.idle();
    assert_eq!(idle, NodeTime(0), "case {case}: no unit waits");
    runs.len()
}

#[test]
fn accounts_of_units_agree() {
    let mut runs = 0;
    for case in 0..3_000 {
        let mut stream = Streams::new(2_028, case).open(Purpose("case"), "units");
        runs += compare(&random_world(&mut stream), case);
    }
    assert!(runs > 30_000, "{runs}");
}
