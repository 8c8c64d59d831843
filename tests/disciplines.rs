//! Who starts next, held against the small cases and the numbers that docs/semantics.md section 3.2.1 states.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::path::PathBuf;
use std::sync::Arc;

use autoscale_simulator::discipline::{Backfill, Discipline, Order};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::{
    ClusterSettings, End, LeaseBilling, TargetKind, TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::RunRecord;
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, Estimate, NodeCount, OnLoss, WorkloadSettings};

/// Submission, Running time, nodes, estimate; in seconds.
type Job = (u64, u64, u32, u64);

const fn passing(backfill: Backfill) -> Discipline {
    Discipline {
        order: Order::Entry,
        backfill,
        shortest_passes_first: false,
    }
}

const FIFO: Discipline = passing(Backfill::None);
const EASY: Discipline = passing(Backfill::Easy);
const CONSERVATIVE: Discipline = passing(Backfill::Conservative);

fn seconds(count: u64) -> Distribution {
    Distribution::constant(SimDuration::from_secs(count))
}

/// A cluster of so many nodes that are always on, and its jobs.
fn world(nodes: u32, discipline: Discipline, jobs: &[Job]) -> WorldSettings {
    let mut rows: Vec<TraceRow> = jobs
        .iter()
        .map(|&(submit, run, nodes, estimate)| TraceRow {
            at: SimTime(submit * 1_000_000),
            duration: SimDuration::from_secs(run),
            nodes: Some(nodes),
            priority: None,
            estimate: Some(SimDuration::from_secs(estimate)),
            environment: None,
        })
        .collect();
    rows.sort_by_key(|row| row.at);
    let horizon = rows.last().unwrap().at + SimDuration::from_secs(1);
    WorldSettings {
        charge_periods: None,
        week: None,
        horizon,
        warmup: SimTime::ZERO,
        end: End::Drain,
        environments: Vec::new(),
        targets: vec![TargetSettings {
            name: "cluster".to_owned(),
            max_run_duration: None,
            billing: LeaseBilling::default(),
            vcpus: 0,
            gpu_parts: 0,
            keep_hours: None,
            unmanaged: false,
            kind: TargetKind::Cluster(ClusterSettings {
                discipline,
                ..ClusterSettings::new(nodes, nodes)
            }),
        }],
        workloads: vec![WorkloadSettings {
            name: "log".to_owned(),
            targets: vec![0],
            speeds: Vec::new(),
            arrivals: Arrivals::Trace(Trace::new(Arc::from(rows))),
            duration: seconds(0),
            nodes: NodeCount::Constant(1),
            priority: 0,
            estimate: Estimate::Exact,
            environment: None,
            max_duration: None,
            setup: seconds(0),
            finalize: seconds(0),
            on_loss: OnLoss::default(),
            restart: SimDuration::ZERO,
            background: false,
            batch_inference: None,
        }],
        quotas: Vec::new(),
        services: Vec::new(),
        requests: Vec::new(),
    }
}

fn simulated(world: &WorldSettings) -> Vec<RunRecord> {
    with_makespan(world).0
}

/// The runs, and the makespan of their cluster in seconds.
fn with_makespan(world: &WorldSettings) -> (Vec<RunRecord>, u64) {
    let recorder = Detailed::new(true, 0);
    let outcome = simulate(world, Streams::new(1, 0), recorder, &|| true).unwrap();
    let mut runs = outcome.recorder.runs;
    runs.sort_by_key(|run| run.position);
    let makespan = outcome.result.targets[0].runs.makespan().unwrap();
    assert_eq!(outcome.result.all_runs.makespan(), Some(makespan));
    (runs, makespan.0 / 1_000_000)
}

/// Starts in the order in which the jobs are written.
fn starts(nodes: u32, discipline: Discipline, jobs: &[Job]) -> Vec<u64> {
    let runs = simulated(&world(nodes, discipline, jobs));
    // The log has them by submission, those of one instant as they are written.
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|job| jobs[*job].0);
    let mut starts = vec![0; jobs.len()];
    for (job, run) in order.into_iter().zip(&runs) {
        starts[job] = run.started.unwrap().0 / 1_000_000;
    }
    starts
}

/// Name, nodes, jobs, and starts under FIFO, EASY and conservative backfilling.
type Case = (&'static str, u32, &'static [Job], [&'static [u64]; 3]);

const CASES: &[Case] = &[
    (
        "end before submission",
        4,
        &[(0, 10, 4, 10), (10, 5, 4, 5), (10, 5, 1, 5)],
        [&[0, 10, 15], &[0, 10, 15], &[0, 10, 15]],
    ),
    (
        "up to the shadow, not past it",
        4,
        &[(0, 10, 3, 10), (1, 5, 4, 5), (2, 8, 1, 8), (2, 9, 1, 9)],
        [&[0, 10, 15, 15], &[0, 10, 2, 15], &[0, 10, 2, 15]],
    ),
    (
        "extra processors",
        4,
        &[(0, 10, 3, 10), (1, 5, 3, 5), (2, 50, 1, 50), (2, 50, 1, 50)],
        [&[0, 10, 10, 15], &[0, 10, 2, 15], &[0, 10, 2, 15]],
    ),
    (
        "two ends at the shadow",
        4,
        &[(0, 10, 2, 10), (0, 10, 1, 10), (1, 5, 3, 5), (2, 99, 1, 99)],
        [&[0, 0, 10, 10], &[0, 0, 10, 2], &[0, 0, 10, 2]],
    ),
    (
        "early end, the head still waits for the passed run",
        4,
        &[(0, 4, 3, 20), (1, 5, 4, 5), (2, 8, 1, 8)],
        [&[0, 4, 9], &[0, 10, 2], &[0, 10, 2]],
    ),
    (
        "overrun",
        4,
        &[
            (0, 10, 3, 3),
            (1, 5, 4, 5),
            (2, 1, 1, 1),
            (4, 2, 1, 2),
            (4, 1, 1, 1),
        ],
        [&[0, 10, 15, 15, 15], &[0, 10, 2, 15, 4], &[0, 10, 2, 15, 4]],
    ),
    (
        "all three differ",
        4,
        &[
            (5, 4, 1, 9),
            (3, 3, 2, 3),
            (4, 9, 3, 9),
            (5, 2, 2, 2),
            (8, 7, 1, 7),
            (7, 1, 2, 1),
        ],
        [
            &[6, 3, 6, 15, 16, 15],
            &[5, 3, 6, 15, 9, 16],
            &[5, 3, 6, 15, 16, 15],
        ],
    ),
    (
        "one pass an instant",
        2,
        &[(6, 4, 2, 4), (1, 7, 1, 7), (8, 1, 1, 1)],
        [&[8, 1, 12], &[8, 1, 12], &[8, 1, 12]],
    ),
    (
        "overruns: EASY lets the third pass",
        4,
        &[
            (1, 6, 3, 3),
            (0, 2, 3, 2),
            (4, 8, 1, 13),
            (1, 9, 4, 9),
            (0, 5, 3, 2),
        ],
        [&[7, 0, 22, 13, 2], &[7, 0, 4, 13, 2], &[7, 0, 22, 13, 2]],
    ),
];

#[test]
fn small_cases_start_as_stated() {
    for (name, nodes, jobs, expected) in CASES {
        for (discipline, expected) in [FIFO, EASY, CONSERVATIVE].into_iter().zip(expected) {
            let found = starts(*nodes, discipline, jobs);
            assert_eq!(found, *expected, "{name}: {discipline:?}");
        }
    }
}

/// A large run starves behind what always fits; strict order does not let it.
#[test]
fn first_fit_reserves_nothing() {
    let jobs = [
        (0, 10, 1, 10),
        (1, 5, 2, 5),
        (2, 10, 1, 10),
        (11, 10, 1, 10),
    ];
    assert_eq!(
        starts(2, passing(Backfill::FirstFit), &jobs),
        [0, 21, 2, 11]
    );
    assert_eq!(starts(2, FIFO, &jobs), [0, 10, 15, 15]);
}

/// The shortest of the runs that wait goes first.
#[test]
fn the_shortest_estimate_goes_first() {
    let shortest = Discipline {
        order: Order::Shortest,
        ..FIFO
    };
    let jobs = [
        (0, 10, 1, 10),
        (1, 7, 1, 7),
        (2, 3, 1, 3),
        (3, 3, 1, 3),
        (4, 9, 1, 1),
    ];
    assert_eq!(starts(1, shortest, &jobs), [0, 25, 19, 22, 10]);
}

/// A log, its first runs, the discipline; mean wait, p50, p95, max, makespan, sum of starts.
type Replay = (usize, u64, Discipline, (&'static str, [u64; 5]));

const SHORTEST_PASSES: Discipline = Discipline {
    shortest_passes_first: true,
    ..EASY
};

const REPLAYS: &[Replay] = &[
    (
        2_000,
        1,
        FIFO,
        (
            "432425.0135",
            [536_644, 836_323, 901_968, 2_693_405, 2_692_140_636],
        ),
    ),
    (
        2_000,
        1,
        EASY,
        (
            "23310.5320",
            [3_905, 116_328, 300_555, 1_987_180, 1_873_911_673],
        ),
    ),
    (
        2_000,
        1,
        CONSERVATIVE,
        (
            "26911.3570",
            [8_638, 120_900, 282_994, 1_933_779, 1_881_113_323],
        ),
    ),
    (
        2_000,
        5,
        EASY,
        (
            "21512.1165",
            [3_171, 99_944, 337_118, 1_921_843, 1_870_314_842],
        ),
    ),
    (
        2_000,
        5,
        CONSERVATIVE,
        (
            "22887.9965",
            [3_461, 119_210, 304_699, 1_987_058, 1_873_066_602],
        ),
    ),
    (
        2_000,
        5,
        SHORTEST_PASSES,
        (
            "18040.3025",
            [231, 92_377, 308_383, 1_975_981, 1_863_371_214],
        ),
    ),
    (
        10_000,
        1,
        FIFO,
        (
            "2388443.7601",
            [2_397_893, 4_383_794, 4_759_976, 12_482_549, 63_665_995_253],
        ),
    ),
    (
        10_000,
        1,
        EASY,
        (
            "97155.9945",
            [23_070, 598_413, 1_029_731, 8_730_698, 40_753_117_597],
        ),
    ),
    (
        10_000,
        1,
        CONSERVATIVE,
        (
            "131567.5089",
            [21_358, 701_984, 994_667, 8_729_497, 41_097_232_741],
        ),
    ),
];

/// The runs of the Lublin log: submission, Running time, processors.
fn lublin() -> Option<Vec<(u64, u64, u32)>> {
    let shared = std::env::var_os("AUTOSCALE_SHARED_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(shared.join("traces/lublin_256.swf")).ok()?;
    let rows = text
        .lines()
        .filter(|line| !line.starts_with(';') && !line.trim().is_empty());
    let job = |line: &str| {
        let fields: Vec<i64> = line
            .split_whitespace()
            .map(|field| field.parse().unwrap())
            .collect();
        let number = |at: usize| u64::try_from(fields[at]).unwrap();
        (number(1), number(3), u32::try_from(fields[4]).unwrap())
    };
    Some(rows.map(job).collect())
}

#[test]
fn a_log_is_replayed_to_the_digit() {
    let Some(log) = lublin() else {
        let notice = "skipped: the Lublin log is not beside the project (AUTOSCALE_SHARED_DATA)\n";
        std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes()).unwrap();
        return;
    };
    for &(count, factor, discipline, (mean, others)) in REPLAYS {
        let jobs: Vec<Job> = log[..count]
            .iter()
            .map(|&(submit, run, nodes)| (submit, run, nodes, run * factor))
            .collect();
        let (runs, makespan) = with_makespan(&world(256, discipline, &jobs));
        let second = |at: SimTime| at.0 / 1_000_000;
        let mut waits: Vec<u64> = runs
            .iter()
            .map(|run| second(run.started.unwrap()) - second(run.submitted))
            .collect();
        waits.sort_unstable();
        let sum: u64 = waits.iter().sum();
        let quantile = |percent: usize| waits[(percent * count).div_ceil(100) - 1];
        let starts = runs.iter().map(|run| second(run.started.unwrap()));
        let name = format!("{count} runs, estimate x {factor}, {discipline:?}");
        assert_eq!(format!("{:.4}", sum as f64 / count as f64), mean, "{name}");
        let found = [
            quantile(50),
            quantile(95),
            waits[count - 1],
            makespan,
            starts.sum(),
        ];
        assert_eq!(found, others, "{name}");
    }
}
