//! What a random world may have on top: order and passing of its queues, and estimates of its runs.

use autoscale_simulator::discipline::{Backfill, Discipline, Order};
use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::model::settings::{TargetKind, TargetSettings, WorldSettings};
use autoscale_simulator::units::SimDuration;
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, Estimate, WorkloadSettings};

use super::pool::Pool;
use super::{SECOND, Size, below, most_nodes, pick, rows, ticks};

fn random_discipline(stream: &mut Stream) -> Discipline {
    Discipline {
        order: pick(stream, &[Order::Entry, Order::Entry, Order::Shortest]),
        backfill: pick(
            stream,
            &[
                Backfill::None,
                Backfill::FirstFit,
                Backfill::Easy,
                Backfill::Easy,
                Backfill::Conservative,
                Backfill::Conservative,
            ],
        ),
        shortest_passes_first: below(stream, 3) == 0,
    }
}

/// Factors of even tenths, so that no product with a whole number of ticks ends in a half.
fn random_estimate(stream: &mut Stream, size: Size) -> Estimate {
    match below(stream, 5) {
        0 | 1 => Estimate::Exact,
        2 => Estimate::Factor(pick(stream, &[2.0, 5.0])),
        3 => Estimate::Factor(0.4),
        _ => Estimate::Value(SimDuration(ticks(stream, 2 * size.duration_s))),
    }
}

/// The rows with a column of estimates, and with more gangs.
fn with_estimates(
    stream: &mut Stream,
    size: Size,
    workload: &WorkloadSettings,
    targets: &[TargetSettings],
) -> Trace {
    let largest = most_nodes(&targets[workload.targets[0]]);
    let column = below(stream, 2) == 0;
    let gangs = below(stream, 3) > 0;
    let row = |row: &TraceRow| {
        let told = column && below(stream, 2) == 0;
        let gang = gangs && below(stream, 3) == 0;
        let nodes = u32::try_from(1 + below(stream, largest)).unwrap();
        TraceRow {
            // A cell of 0 is left out: it is not settled whether it says anything.
            estimate: told.then(|| SimDuration(ticks(stream, 2 * size.duration_s))),
            nodes: if gang { Some(nodes) } else { row.nodes },
            ..*row
        }
    };
    Trace::new(rows(workload).map(row).collect())
}

/// Adds disciplines to the pools of a world.
pub fn add_pool_disciplines(stream: &mut Stream, settings: &mut WorldSettings) {
    for target in &mut settings.targets {
        if Pool::of(&target.kind).is_some()
            && let TargetKind::Cluster(cluster) = &mut target.kind
        {
            cluster.discipline = random_discipline(stream);
        }
    }
}

/// Adds disciplines, estimates and, now and then, speeds to a world.
pub fn add_disciplines(stream: &mut Stream, size: Size, settings: &mut WorldSettings) {
    for target in &mut settings.targets {
        if let TargetKind::Cluster(cluster) = &mut target.kind
            && !cluster.one_run
            && Pool::of(&TargetKind::Cluster(cluster.clone())).is_none()
        {
            cluster.discipline = random_discipline(stream);
        }
    }
    let with_speeds = below(stream, 4) == 0;
    for workload in &mut settings.workloads {
        workload.estimate = random_estimate(stream, size);
        let trace = with_estimates(stream, size, workload, &settings.targets);
        workload.arrivals = Arrivals::Trace(trace);
        if with_speeds {
            let one = |_: &usize| pick(stream, &[0.8, 1.0, 1.3, 7.0]);
            workload.speeds = workload.targets.iter().map(one).collect();
        }
        workload.restart = SimDuration(pick(stream, &[0, 7]) * SECOND);
    }
}
