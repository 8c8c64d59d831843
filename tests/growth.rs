//! Queues that grow: found in the results of a study at any warm-up and with one replication, and not where the queue is
//! stable. Loads, relaxation times and capacities are those of queueing theory: of M/M/1 with load `r` and mean service 1,
//! a relaxation time is `1 / (sqrt(r) - 1)^2`.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::path::Path;

use autoscale_simulator::report::warnings::warnings;
use autoscale_simulator::report::{StudyResults, growth::Growing, row::target_rows};
use autoscale_simulator::scenario::{Options, Scenario, load};
use autoscale_simulator::study::{Keep, Unwatched, run};

/// One server, Poisson arrivals, exponential service of an hour.
const ONE_SERVER: &str = r#"
horizon = "400h"
[instance.box]
price_per_hour = 1
[workload.w]
target = "box"
arrivals.poisson.rate = "1.5/h"
duration.exponential.mean = "1h"
"#;

/// Gangs of two on three nodes, of which one at a time has its nodes: a load of 1.2.
const GANGS: &str = r#"
horizon = "2200h"
[cluster.gpu]
price_per_hour = 1
min_nodes = 3
max_nodes = 3
boot = "0s"
[workload.w]
target = "gpu"
nodes = 2
arrivals.poisson.rate = "1.2/h"
duration.exponential.mean = "1h"
"#;

/// Two slots, busy in working hours with a load of 1.6 and drained at night: a load of 0.5 over the week.
const WEEKLY: &str = r#"
horizon = "28d"
[instance.box]
price_per_hour = 1
slots = 2
[workload.w]
target = "box"
arrivals.bursts = { quiet = "0.2/h", peak = "3.2/h", windows = "mon-fri 08:00-18:00" }
duration.exponential.mean = "1h"
"#;

fn loaded(path: &Path, options: &Options) -> Scenario {
    load(path, options).unwrap_or_else(|error| panic!("{error}"))
}

fn studied(scenario: Scenario) -> StudyResults {
    let results = run(&[scenario], Keep::default(), Some(2), &Unwatched);
    results.unwrap().remove(0)
}

/// In how many of the seeds 1, 2, ... the queue of the only target is found to grow.
fn found(text: &str, seeds: u64, replications: u32, warmup: &str) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).unwrap();
    let grows = |seed: u64| {
        let options = Options {
            set: vec![format!("warmup={warmup}")],
            seed: Some(seed),
            replications: Some(replications),
            ..Options::default()
        };
        let study = studied(loaded(&path, &options));
        let warned = warnings(&study);
        let grows = warned.iter().any(|text| text.contains("its queue grows"));
        let row = &target_rows(&study.variants[0])[0];
        assert_eq!(row.growing.runs, grows, "what is warned of is marked");
        u64::from(grows)
    };
    (1..=seeds).map(grows).sum()
}

#[test]
fn a_load_of_one_and_a_half_is_found_at_any_warm_up() {
    // 20 relaxation times are 396 h; the warm-ups are 5, 15 and 50 %.
    for warmup in ["20h", "60h", "200h"] {
        let together = found(ONE_SERVER, 20, 30, warmup);
        assert!(together >= 19, "{warmup}: {together} of 20");
        let alone = found(ONE_SERVER, 20, 1, warmup);
        assert!(alone >= 19, "{warmup}, one replication: {alone} of 20");
    }
}

#[test]
fn slow_gangs_that_leave_nodes_idle_are_found_at_any_warm_up() {
    // 20 relaxation times of a load of 1.2 are 2,196 h.
    for warmup in ["110h", "330h", "1100h"] {
        for replications in [10, 30] {
            let together = found(GANGS, 20, replications, warmup);
            assert!(
                together >= 19,
                "{warmup}, {replications} replications: {together} of 20"
            );
        }
        let alone = found(GANGS, 20, 1, warmup);
        assert!(alone >= 19, "{warmup}, one replication: {alone} of 20");
    }
}

#[test]
fn loads_below_one_raise_no_alarm() {
    // A relaxation time of a load of 0.95 is 1,560 h, of 0.8 90 h.
    for (rate, horizon) in [
        ("0.95/h", "150h"),
        ("0.95/h", "1560h"),
        ("0.95/h", "7800h"),
        ("0.8/h", "90h"),
        ("0.8/h", "900h"),
    ] {
        let text = ONE_SERVER.replace("1.5/h", rate).replace("400h", horizon);
        let alone = found(&text, 200, 1, "0s");
        assert!(alone <= 2, "{rate}, {horizon}: {alone} of 200");
        let together = found(&text, 10, 10, "0s");
        assert_eq!(together, 0, "{rate}, {horizon}, 10 replications");
    }
    let gangs = GANGS.replace("1.2/h", "0.9/h");
    assert!(found(&gangs, 100, 1, "0s") <= 1);
}

#[test]
fn stable_weekly_patterns_raise_no_alarm() {
    for horizon in ["7d", "10d", "14d", "28d", "180d"] {
        let text = WEEKLY.replace("28d", horizon);
        let alone = found(&text, 100, 1, "1d");
        assert!(alone <= 1, "{horizon}: {alone} of 100");
        assert_eq!(found(&text, 5, 20, "1d"), 0, "{horizon}, 20 replications");
    }
    // The same pattern with too much of it grows from week to week, which its load shows.
    let much = WEEKLY.replace("3.2/h", "9.5/h");
    assert_eq!(found(&much, 20, 1, "7d"), 20);
}

#[test]
fn one_batch_and_a_short_log_raise_no_alarm() {
    let batch = ONE_SERVER.replace(
        "arrivals.poisson.rate = \"1.5/h\"",
        "arrivals.batch = { runs = 300, at = [\"0s\"] }",
    );
    assert_eq!(found(&batch, 5, 1, "0s"), 0);
    let two = batch.replace("[\"0s\"]", "[\"0s\", \"100h\"]");
    assert_eq!(found(&two, 5, 1, "0s"), 0);
}

/// The smallest quota of the scenario, with as many replications as the file has, whatever the seed. Of fewer replications few
/// large runs tell: with five, about half of the seeds are found.
#[test]
fn a_quota_that_is_too_small_is_found_at_nearly_any_seed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/quota.toml");
    let set = ["quota.t4.vcpus=20", "baseline=base"];
    let grows = |seed: u64| {
        let options = Options {
            set: set.map(str::to_owned).to_vec(),
            seed: Some(seed),
            ..Options::default()
        };
        let study = studied(loaded(&path, &options));
        let rows = target_rows(&study.variants[0]);
        let growing: Vec<bool> = rows.iter().map(|row| row.growing.runs).collect();
        u64::from(growing == [true, true, false])
    };
    let found: u64 = (1..=10).map(grows).sum();
    assert!(found >= 9, "{found} of 10");
}

/// Two teams under a quota of four nodes beside the notebook: gangs of four on one cluster, single runs on the other.
#[test]
fn few_long_runs_under_a_quota_are_found_to_starve() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/quota.toml");
    let options = Options {
        replications: Some(5),
        ..Options::default()
    };
    let study = studied(loaded(&path, &options));
    let growing = |variant: usize| -> Vec<Growing> {
        let rows = target_rows(&study.variants[variant]);
        rows.iter().map(|row| row.growing).collect()
    };
    let (yes, no) = (
        Growing {
            runs: true,
            requests: false,
        },
        Growing::default(),
    );
    assert_eq!(study.variants[0].name, "vcpus=20");
    // The notebook is an instance, which holds its quota always.
    assert_eq!(growing(0), [yes, yes, no]);
    for variant in 1..study.variants.len() {
        assert_eq!(
            growing(variant),
            [no; 3],
            "{}",
            study.variants[variant].name
        );
    }
    let warned = warnings(&study);
    assert_eq!(warned.len(), 2, "{warned:?}");
    for part in [
        "variant `vcpus=20`, target `training`: its queue grows",
        "Idle nodes, kept for a run at the head that needs more of them at the same time, are 75 % (± 5) of its billed node time",
        "`experiments` shares it, and keeps nodes as long as it has runs for them",
    ] {
        assert!(warned[0].contains(part), "{part}: {}", warned[0]);
    }
}
