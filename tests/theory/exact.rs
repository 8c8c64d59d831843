//! The exact mean waits that a study tells beside the simulated ones: which targets have one, what it is by the formulas of
//! these tests, and that a warning comes where the simulation does not agree.

use std::path::Path;

use autoscale_simulator::inputs::Memory;
use autoscale_simulator::report::warnings::warnings;
use autoscale_simulator::report::{FILES, StudyResults};
use autoscale_simulator::scenario::{Options, load_from};
use autoscale_simulator::study::{Keep, Unwatched, run};

use crate::models::{OneNode, m_g_1_wait, m_m_c_wait};
use crate::scaling_chain::Cluster;

/// A service takes ten minutes on average, and runs come at half of what one server does.
const SCENARIO: &str = r#"
horizon = "60d"
warmup = "6d"
replications = 30
[cluster.gpu]
price_per_hour = 1
min_nodes = 1
max_nodes = 1
boot = "10m"
idle_before_scale_down = "20m"
[workload.runs]
target = "gpu"
arrivals.poisson.rate = "3/h"
duration.exponential.mean = "10m"
"#;

/// Its lines of arrivals and durations.
const POISSON: &str = "arrivals.poisson.rate = \"3/h\"";
const EXPONENTIAL: &str = "duration.exponential.mean = \"10m\"";

const BOOT: &str = "boot = \"10m\"";
const IDLE: &str = "idle_before_scale_down = \"20m\"";

/// Up to three nodes that boot and idle for exponential times, for two services at a time.
const SEVERAL: [[&str; 2]; 5] = [
    ["min_nodes = 1", "min_nodes = 0"],
    ["max_nodes = 1", "max_nodes = 3"],
    ["3/h", "12/h"],
    [BOOT, "boot.exponential.mean = \"20m\""],
    [IDLE, "idle_before_scale_down.exponential.mean = \"20m\""],
];
/// Its lines of boots and idle limits.
const RANDOM_BOOT: &str = SEVERAL[3][1];
const RANDOM_IDLE: &str = SEVERAL[4][1];

/// The study of the scenario with some lines written otherwise: each of the first words by the others, or more lines.
fn studied(changes: &[[&str; 2]]) -> StudyResults {
    let mut text = SCENARIO.to_owned();
    for [from, to] in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let lines = &text;
    let memory: Memory = [("case.toml", text.as_bytes().to_vec())]
        .into_iter()
        .collect();
    let scenario = load_from(&memory, Path::new("case.toml"), &Options::default());
    let scenario = scenario.unwrap_or_else(|error| panic!("{lines}: {error:?}"));
    let mut studies = run(&[scenario], Keep::default(), None, &Unwatched).expect("it ends");
    studies.remove(0)
}

/// What it is called and its mean wait in mean service times.
fn exact(study: &StudyResults) -> Option<(String, f64)> {
    let exact = study.variants[0].exact[0].clone()?;
    Some((exact.notation, exact.mean_wait_s / 600.0))
}

/// A cell of the only row of `summary.csv`.
fn cell(study: &StudyResults, column: &str) -> f64 {
    let bytes = FILES[0].bytes(study);
    let text = String::from_utf8(bytes).expect("CSV files are text");
    let text = text.trim_start_matches('\u{feff}');
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let place = rows[0].iter().position(|name| *name == column);
    let place = place.unwrap_or_else(|| panic!("no {column}"));
    rows[1][place].parse().expect("it is a number")
}

#[test]
fn slow_exact_queues_are_found_and_agree_with_theory_and_simulation() {
    const RATE: f64 = 0.5;
    let start_up = |idle: f64| OneNode {
        rate: RATE,
        service_square: 2.0,
        start: 1.0,
        start_square: 1.0,
        off: (-RATE * idle).exp(),
    };
    let at_random = OneNode {
        off: 1.0 / (1.0 + RATE * 2.0),
        ..start_up(0.0)
    };
    let cases: [(&[[&str; 2]], &str, f64); 8] = [
        (&[], "M/M/1", m_m_c_wait(1, RATE)),
        (
            &[["_nodes = 1", "_nodes = 3"], ["3/h", "15/h"]],
            "M/M/3",
            m_m_c_wait(3, 2.5),
        ),
        (
            &[[EXPONENTIAL, "duration = \"10m\""]],
            "M/D/1",
            m_g_1_wait(RATE, 0.0),
        ),
        (
            &[[
                EXPONENTIAL,
                "duration.log_normal = { mean = \"10m\", cv = 1.5 }",
            ]],
            "M/G/1",
            m_g_1_wait(RATE, 2.25),
        ),
        (
            &[["min_nodes = 1", "min_nodes = 0"]],
            "M/M/1 with start-up",
            start_up(2.0).expected().wait,
        ),
        (
            &[["min_nodes = 1", "min_nodes = 0"], ["20m", "0s"]],
            "M/M/1 with start-up",
            start_up(0.0).expected().wait,
        ),
        (
            &[["min_nodes = 1", "min_nodes = 0"], [IDLE, RANDOM_IDLE]],
            "M/M/1 with start-up",
            at_random.expected().wait,
        ),
        (
            &[SEVERAL[0], SEVERAL[1], SEVERAL[2], [BOOT, "boot = \"0s\""]],
            "M/M/3",
            m_m_c_wait(3, 2.0),
        ),
    ];
    for (changes, notation, wait) in cases {
        agrees(changes, notation, wait);
    }
}

/// Theory here is the chain of tests/support, cut off at many runs and solved state by state.
#[test]
fn slow_clusters_that_scale_wait_as_their_chains() {
    let chain = Cluster {
        least: 0,
        most: 3,
        rate: 2.0,
        ready_rate: 0.5,
        off_rate: Some(0.5),
        cancel: false,
    };
    let cancels = [
        RANDOM_BOOT,
        "surplus_provisioning = \"cancel\"\nboot.exponential.mean = \"20m\"",
    ];
    let allocates = [
        RANDOM_BOOT,
        "boot = \"0s\"\nallocation.exponential.mean = \"20m\"",
    ];
    let at_once = [RANDOM_IDLE, "idle_before_scale_down = \"0s\""];
    let cases: [(&[[&str; 2]], Cluster); 5] = [
        (&[], chain),
        (
            &[["min_nodes = 0", "min_nodes = 1"]],
            Cluster { least: 1, ..chain },
        ),
        (
            &[at_once],
            Cluster {
                off_rate: None,
                ..chain
            },
        ),
        (
            &[cancels, at_once],
            Cluster {
                off_rate: None,
                cancel: true,
                ..chain
            },
        ),
        (
            &[allocates, ["max_nodes = 3", "max_nodes = 4"]],
            Cluster { most: 4, ..chain },
        ),
    ];
    for (changes, cluster) in cases {
        let changes = [&SEVERAL[..], changes].concat();
        let notation = format!("M/M/{} with start-up", cluster.most);
        agrees(&changes, &notation, cluster.expected().wait);
    }
}

/// What is told of the scenario with some lines written otherwise is so named, and this wait in mean service times; and the
/// simulation agrees.
fn agrees(changes: &[[&str; 2]], notation: &str, wait: f64) {
    let lines = format!("{changes:?}");
    let study = studied(changes);
    let (told, exact) = exact(&study).unwrap_or_else(|| panic!("{lines}: not found"));
    assert_eq!(told, notation, "{lines}");
    assert!(
        (exact / wait - 1.0).abs() < 1e-9,
        "{lines}: {exact}, not {wait}"
    );
    let of_file = cell(&study, "wait_mean_exact_s") / 600.0;
    assert!((of_file / wait - 1.0).abs() < 1e-4, "{lines}: {of_file}");
    // Warnings are at 99.9 %: none comes.
    assert_eq!(warnings(&study), Vec::<String>::new(), "{lines}");
    let simulated = cell(&study, "wait_mean_s") / 600.0;
    assert!((simulated / wait - 1.0).abs() < 0.1, "{lines}: {simulated}");
}

#[test]
fn what_is_no_queue_of_theory_has_no_exact_wait() {
    let short = ["\"60d\"", "\"8d\""];
    for change in [
        [POISSON, "arrivals.deterministic = { interval = \"20m\" }"],
        [
            EXPONENTIAL,
            "duration.pareto = { scale = \"3m\", shape = 1.5 }",
        ],
        ["horizon", "end = \"cut\"\nhorizon"],
        ["min_nodes = 1", "min_nodes = 0\nspare_nodes = 1"],
        [
            "price_per_hour",
            "tier = \"low_priority\"\neviction.rate = \"0.1/h\"\nprice_per_hour",
        ],
        [
            "price_per_hour",
            "max_run_duration = \"1h\"\nprice_per_hour",
        ],
        [
            POISSON,
            "setup.exponential.mean = \"1m\"\narrivals.poisson.rate = \"3/h\"",
        ],
        // Six come in the time of six, which is as much as can be done.
        ["3/h", "6/h"],
        [
            "[workload.runs]",
            "[workload.more]\ntarget = \"gpu\"\nduration = \"1m\"\narrivals.poisson.rate = \"1/h\"\n[workload.runs]",
        ],
        ["max_nodes = 1", "max_nodes = 2"],
    ] {
        let study = studied(&[short, ["= 30", "= 1"], change]);
        assert_eq!(exact(&study), None, "{change:?}");
    }
    // Several servers and constant durations.
    let study = studied(&[
        short,
        ["= 30", "= 1"],
        ["_nodes = 1", "_nodes = 2"],
        [EXPONENTIAL, "duration = \"10m\""],
    ]);
    assert_eq!(exact(&study), None);
}

#[test]
fn clusters_that_scale_and_are_no_chain_of_theory_have_no_exact_wait() {
    let short = [["\"60d\"", "\"8d\""], ["= 30", "= 1"]];
    for change in [
        [RANDOM_BOOT, "boot = \"20m\""],
        [
            RANDOM_BOOT,
            "boot.log_normal = { median = \"4m\", p95 = \"11m\" }",
        ],
        [
            RANDOM_BOOT,
            "boot.exponential.mean = \"20m\"\nallocation = \"1m\"",
        ],
        [
            RANDOM_BOOT,
            "boot.exponential.mean = \"20m\"\nallocation.exponential.mean = \"1m\"",
        ],
        [RANDOM_IDLE, "idle_before_scale_down = \"20m\""],
        [EXPONENTIAL, "duration = \"10m\""],
        [
            EXPONENTIAL,
            "setup = \"1m\"\nduration.exponential.mean = \"10m\"",
        ],
        [
            EXPONENTIAL,
            "finalize = \"1m\"\nduration.exponential.mean = \"10m\"",
        ],
        [
            EXPONENTIAL,
            "nodes = 2\nduration.exponential.mean = \"10m\"",
        ],
        [
            EXPONENTIAL,
            "max_duration = \"1h\"\nduration.exponential.mean = \"10m\"",
        ],
        ["min_nodes = 0", "min_nodes = 0\nspare_nodes = 1"],
        [
            "min_nodes = 0",
            "min_nodes = 0\nallocation_failure.probability = 0.1",
        ],
        ["min_nodes = 0", "min_nodes = 0\norder = \"shortest\""],
        [
            "min_nodes = 0",
            "min_nodes = 0\ncapacity.day = { windows = [\"mon-fri 08:00-18:00\"], min_nodes = 1 }",
        ],
        [
            "price_per_hour",
            "tier = \"low_priority\"\neviction.rate = \"0.1/h\"\nprice_per_hour",
        ],
        [
            "[workload.runs]",
            "[quota.all]\nnodes = 2\ntargets = \"gpu\"\n[workload.runs]",
        ],
        // As much as three nodes can do; and more nodes than are solved.
        ["12/h", "18/h"],
        ["max_nodes = 3", "max_nodes = 11"],
    ] {
        let study = studied(&[&SEVERAL[..], &short, &[change]].concat());
        assert_eq!(exact(&study), None, "{change:?}");
    }
}

#[test]
fn a_simulation_that_begins_empty_and_is_too_short_is_warned_of() {
    let study = studied(&[
        ["60d", "4h"],
        ["6d", "0h"],
        ["= 30", "= 200"],
        ["3/h", "5.7/h"],
    ]);
    let found = warnings(&study);
    let told = found
        .iter()
        .any(|warning| warning.contains("it is the queue M/M/1"));
    assert!(told, "{found:?}");
}
