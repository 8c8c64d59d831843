//! Scenarios that load: defaults, variants, sweeps, overrides, offered load.

use std::fmt::Write as _;
use std::path::Path;

use autoscale_simulator::error::{self, Error};
use autoscale_simulator::model::settings::TargetKind;
use autoscale_simulator::scenario::{Options, Scenario, load};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::Arrivals;

const BURST: &str = r#"
name = "burst"
seed = 7
horizon = "24h"
warmup = "1h"
baseline = "scale-to-zero"

[cluster.gpu]
max_nodes = 8
boot.log_normal = { median = "4m", p95 = "9m" }
price_per_hour = 3.06

[instance.box]
price_per_hour = 3.06
fixed_charges = { disk = "19.71 USD/month", public_ip = "0.005 USD/h" }

[workload.training]
target = "gpu"
arrivals.bursts = { quiet = "2/h", peak = "40/h", windows = ["mon-fri 09:00-10:30"] }
duration.log_normal = { median = "2m", p95 = "10m" }

[variant.scale-to-zero]
[variant.one-warm-node]
cluster.gpu.min_nodes = 1
[variant.always-on]
workload.training.target = "box"
"#;

fn try_load(text: &str, options: &Options) -> Result<Scenario, Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("example.toml");
    std::fs::write(&path, text).expect("a file");
    load(&path, options)
}

fn loaded_with(text: &str, options: &Options) -> Scenario {
    match try_load(text, options) {
        Ok(scenario) => scenario,
        Err(Error::Refused(problems)) => panic!("{}", error::render(&problems, false)),
        Err(error) => panic!("{error}"),
    }
}

fn loaded(text: &str) -> Scenario {
    loaded_with(text, &Options::default())
}

fn set(overrides: &[&str]) -> Options {
    Options {
        set: overrides.iter().map(|text| (*text).to_owned()).collect(),
        ..Options::default()
    }
}

fn names(scenario: &Scenario) -> Vec<&str> {
    scenario
        .variants
        .iter()
        .map(|variant| variant.name.as_str())
        .collect()
}

#[test]
fn variants_merge_over_the_base() {
    let scenario = loaded(BURST);
    assert_eq!(
        names(&scenario),
        ["scale-to-zero", "one-warm-node", "always-on"]
    );
    assert_eq!(scenario.name, "burst");
    assert_eq!((scenario.seed, scenario.replications), (7, 30));
    let mut seen = Vec::new();
    for variant in &scenario.variants {
        assert_eq!(variant.settings.targets.len(), 1);
        assert_eq!(variant.settings.workloads[0].targets, [0]);
        assert_eq!(
            variant.settings.warmup,
            SimTime(SimDuration::from_secs(3600).0)
        );
        let target = &variant.settings.targets[0];
        seen.push(match &target.kind {
            TargetKind::Cluster(cluster) => (target.name.as_str(), cluster.min_nodes),
            TargetKind::Instance(instance) => (target.name.as_str(), instance.slots),
        });
    }
    assert_eq!(seen, [("gpu", 0), ("gpu", 1), ("box", 1)]);
    assert!(matches!(
        scenario.variants[0].settings.workloads[0].arrivals,
        Arrivals::Bursts(_)
    ));
}

#[test]
fn every_shipped_scenario_loads() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"));
    let mut loaded = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of scenarios") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            match load(&path, &Options::default()) {
                Ok(_) => loaded += 1,
                Err(Error::Refused(problems)) => panic!("{}", error::render(&problems, false)),
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert!(loaded >= 4, "{loaded} scenarios");
}

const SMALL: &str = r#"
horizon = "100h"
cluster.gpu.price_per_hour = 1
[workload.w]
target = "gpu"
arrivals.poisson = { rate = "2/h" }
duration = "1h"
"#;

#[test]
fn a_small_file_has_the_documented_defaults() {
    let scenario = loaded(SMALL);
    assert_eq!(
        (scenario.seed, scenario.replications, scenario.baseline),
        (1, 30, 0)
    );
    assert_eq!(scenario.name, "example");
    assert_eq!(names(&scenario), ["base"]);
    let variant = &scenario.variants[0];
    let TargetKind::Cluster(cluster) = &variant.settings.targets[0].kind else {
        panic!("a cluster");
    };
    assert_eq!((cluster.min_nodes, cluster.max_nodes), (0, 4));
    let idle = cluster.idle_before_scale_down.as_constant();
    assert_eq!(idle, Some(SimDuration::from_secs(120)));
    assert_eq!(
        variant.calendar.local(SimTime::ZERO).to_string(),
        "2024-01-01T00:00:00"
    );
    assert_eq!(variant.prices.len(), 1);
}

#[test]
fn targets_keep_the_order_of_the_file_and_unused_ones_stay_out() {
    let scenario = loaded(
        r#"
        horizon = "1d"
        instance.z.price_per_hour = 1
        cluster.a.price_per_hour = 2
        instance.idle = { price_per_hour = 3, always_bill = true }
        cluster.b.price_per_hour = 4
        workload.one = { target = "b", arrivals.poisson.rate = "1/d", duration = "1m" }
        workload.two = { target = "z", arrivals.poisson.rate = "1/d", duration = "1m" }
        [variant.first]
        [variant.second]
        instance.new.price_per_hour = 5
        workload.one.target = "new"
        workload.two.target = "a"
        "#,
    );
    let targets = |position: usize| {
        let settings = &scenario.variants[position].settings;
        let names: Vec<&str> = settings
            .targets
            .iter()
            .map(|target| target.name.as_str())
            .collect();
        let used: Vec<usize> = settings
            .workloads
            .iter()
            .map(|workload| workload.targets[0])
            .collect();
        (names, used)
    };
    assert_eq!(targets(0), (vec!["z", "idle", "b"], vec![2, 0]));
    assert_eq!(targets(1), (vec!["a", "idle", "new"], vec![2, 0]));
    let prices: Vec<f64> = scenario.variants[1]
        .prices
        .iter()
        .map(|price| price.per_hour.dollars())
        .collect();
    assert_eq!(format!("{prices:?}"), "[2.0, 3.0, 5.0]");
}

fn sweep_text(sweep: &str) -> String {
    format!("{SMALL}[sweep]\n{sweep}")
}

#[test]
fn a_sweep_is_a_grid_whose_points_have_short_names() {
    let quoted = sweep_text(
        "\"cluster.gpu.idle_before_scale_down\" = [\"0s\", \"60s\"]\ncluster.gpu.max_nodes = [4, 8]",
    );
    let scenario = loaded(&quoted);
    let expected = [
        "idle_before_scale_down=0s max_nodes=4",
        "idle_before_scale_down=0s max_nodes=8",
        "idle_before_scale_down=60s max_nodes=4",
        "idle_before_scale_down=60s max_nodes=8",
    ];
    assert_eq!(names(&scenario), expected);
    let with_variants = format!(
        "{BURST}[sweep]\ncluster.gpu.max_nodes = [4, 8]\nworkload.training.arrivals.bursts.peak = [\"20/h\"]"
    );
    let scenario = loaded(&with_variants);
    let expected = [
        "scale-to-zero / max_nodes=4 peak=20/h",
        "scale-to-zero / max_nodes=8 peak=20/h",
        "one-warm-node / max_nodes=4 peak=20/h",
        "one-warm-node / max_nodes=8 peak=20/h",
        "always-on / peak=20/h",
    ];
    assert_eq!(names(&scenario), expected);
    for variant in &scenario.variants {
        let peaks = variant.settings.workloads[0].arrivals.peaks();
        let peaks = peaks.expect("bursts");
        assert!((peaks.peak_per_s - 20.0 / 3600.0).abs() < 1e-12);
        assert!((peaks.quiet_per_s - 2.0 / 3600.0).abs() < 1e-12);
    }
    let same_end =
        sweep_text("cluster.gpu.boot = [\"1m\", { uniform = { min = \"1m\", max = \"2m\" } }]");
    assert_eq!(
        names(&loaded(&same_end)),
        ["boot=1m", "boot=(uniform(min=1m,max=2m))"]
    );
}

#[test]
fn points_that_no_cluster_can_be_are_left_out() {
    let crossed =
        sweep_text("cluster.gpu.min_nodes = [0, 2, 4]\ncluster.gpu.max_nodes = [1, 2, 3]");
    let scenario = loaded(&crossed);
    let expected = [
        "min_nodes=0 max_nodes=1",
        "min_nodes=0 max_nodes=2",
        "min_nodes=0 max_nodes=3",
        "min_nodes=2 max_nodes=2",
        "min_nodes=2 max_nodes=3",
    ];
    assert_eq!(names(&scenario), expected);
    let said = "4 of 9 points are left out: their `min_nodes` is above their `max_nodes`";
    let warnings = &scenario.warnings;
    assert!(warnings.iter().any(|it| it == said), "{warnings:?}");
    // Where none would be left, each is refused.
    let all = sweep_text("cluster.gpu.min_nodes = [5, 6]\ncluster.gpu.max_nodes = [1, 2]");
    match try_load(&all, &Options::default()) {
        Err(Error::Refused(refused)) => assert_eq!(refused.len(), 4),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_in_a_variant_is_of_the_base() {
    let base = SMALL.replace(
        "cluster.gpu.price_per_hour = 1",
        "cluster.gpu = { price_per_hour = 1, boot = \"4m\" }",
    );
    let text = format!(
        "{base}[variant.now]\n[variant.more]\ncluster.gpu.boot = \"150%\"\nworkload.w.load_factor = \"130%\"\n"
    );
    let scenario = loaded(&text);
    let boot = |variant: usize| {
        let TargetKind::Cluster(cluster) = &scenario.variants[variant].settings.targets[0].kind
        else {
            panic!("a cluster");
        };
        cluster
            .boot
            .as_constant()
            .expect("a constant")
            .as_secs_f64()
    };
    assert!((boot(1) - 1.5 * boot(0)).abs() < 1e-6);
}

#[test]
fn flags_have_the_last_word() {
    let overrides = [
        "cluster.gpu.boot=3m",
        "cluster.gpu.min_nodes=2",
        "workload.training.arrivals.bursts.peak=10/h",
        "seed=99",
    ];
    let scenario = loaded_with(BURST, &set(&overrides));
    assert_eq!(scenario.seed, 99);
    assert_eq!(scenario.asked.set, overrides);
    for variant in &scenario.variants[..2] {
        let TargetKind::Cluster(cluster) = &variant.settings.targets[0].kind else {
            panic!("a cluster");
        };
        assert_eq!(cluster.min_nodes, 2);
        assert_eq!(
            cluster.boot.as_constant(),
            Some(SimDuration::from_secs(180))
        );
    }
    let pinned = loaded_with(
        &sweep_text("cluster.gpu.max_nodes = [4, 8]"),
        &set(&["cluster.gpu.max_nodes=6"]),
    );
    assert_eq!(names(&pinned), ["base"]);
    assert!(
        pinned.warnings[0].contains("not swept"),
        "{:?}",
        pinned.warnings
    );
    let kind = "workload.w.arrivals.deterministic.interval=1h";
    let scenario = loaded_with(SMALL, &set(&[kind]));
    let arrivals = &scenario.variants[0].settings.workloads[0].arrivals;
    assert!(matches!(arrivals, Arrivals::Deterministic(_)));
}

#[test]
fn variants_are_selected_by_name_and_the_baseline_follows() {
    let select = |variants: &[&str]| Options {
        variants: variants.iter().map(|name| (*name).to_owned()).collect(),
        ..Options::default()
    };
    let scenario = loaded_with(BURST, &select(&["always-on", "one-warm-node"]));
    assert_eq!(names(&scenario), ["one-warm-node", "always-on"]);
    assert_eq!(scenario.baseline, 0);
    assert!(
        scenario.warnings[0].contains("`scale-to-zero` is not among"),
        "{:?}",
        scenario.warnings
    );
    let swept = format!("{BURST}[sweep]\ncluster.gpu.max_nodes = [4, 8]");
    let scenario = loaded_with(&swept, &select(&["scale-to-zero"]));
    assert_eq!(
        names(&scenario),
        ["scale-to-zero / max_nodes=4", "scale-to-zero / max_nodes=8"]
    );
}

fn load_of(text: &str) -> (f64, Option<f64>, f64) {
    let scenario = loaded(text);
    let load = &scenario.variants[0].loads[0];
    (load.demand, load.peak_demand, load.capacity)
}

fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-9 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

#[test]
fn offered_load_counts_occupied_stages_up_to_the_limit() {
    // 2 runs an hour of 1 h on 1 node: 2 nodes. With 10 min of setup and 5 of finalize: 2 * 75/60.
    close(load_of(SMALL).0, 2.0);
    close(
        load_of(&format!("{SMALL}setup = \"10m\"\nfinalize = \"5m\"")).0,
        2.5,
    );
    // Cut off at 30 min, no finalize: 2 * 40/60.
    let cut = format!("{SMALL}setup = \"10m\"\nfinalize = \"5m\"\nmax_duration = \"30m\"");
    close(load_of(&cut).0, 4.0 / 3.0);
    // Sizes 1 and 3 by 3 to 1: 1.5 nodes.
    close(
        load_of(&format!(
            "{SMALL}nodes.choice = {{ values = [1, 3], weights = [3, 1] }}"
        ))
        .0,
        3.0,
    );
    // E[min(S, 1 h)] of an exponential with mean 1 h is 1 - 1/e.
    let capped = SMALL.replace(
        "duration = \"1h\"",
        "duration.exponential.mean = \"1h\"\nmax_duration = \"1h\"",
    );
    let estimate = load_of(&capped).0;
    assert!(
        (estimate - 2.0 * (1.0 - (-1.0_f64).exp())).abs() < 0.02,
        "{estimate}"
    );
}

#[test]
fn offered_load_of_bursts_and_schedules_goes_by_the_clock() {
    let text = r#"
        horizon = "7d"
        [instance.box]
        price_per_hour = 1
        slots = 2
        schedule = "daily 06:00-18:00"
        [workload.w]
        target = "box"
        arrivals.bursts = { quiet = "1/h", peak = "13/h", windows = "daily 08:00-10:00" }
        duration = "10m"
    "#;
    // 1/h over 22 h and 13/h over 2 h: 2/h on average, of 10 min; the slots are on for half of the time.
    let (demand, peak, capacity) = load_of(text);
    close(demand, 1.0 / 3.0);
    close(peak.expect("a peak"), 13.0 / 6.0);
    close(capacity, 1.0);
    let scenario = loaded(text);
    assert!(scenario.warnings.is_empty(), "{:?}", scenario.warnings);
    assert!(
        scenario.notes[0].contains("2.17 node-seconds"),
        "{:?}",
        scenario.notes
    );
}

#[test]
fn saturation_is_warned_about_with_both_numbers() {
    let saturated = SMALL.replace("2/h", "4/h");
    let scenario = loaded(&saturated);
    let [warning] = &scenario.warnings[..] else {
        panic!("{:?}", scenario.warnings);
    };
    assert!(
        warning.contains("offered 4") && warning.contains("at most 4"),
        "{warning}"
    );
    assert!(
        warning.contains("the queue grows without bound"),
        "{warning}"
    );
    let one_of_two =
        format!("{SMALL}[variant.few]\n[variant.many]\nworkload.w.arrivals.poisson.rate = \"9/h\"");
    assert!(loaded(&one_of_two).warnings[0].ends_with("(variant `many`)"));
}

#[test]
fn a_trace_brings_start_horizon_and_sizes() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = "when,s,gpus,image\n2024-03-05 09:00:00,60,8,torch\n2024-03-04 09:00:00,120,3,\n";
    std::fs::write(folder.path().join("t.csv"), rows).expect("a trace");
    let text = r#"
        cluster.gpu = { price_per_hour = 1, max_nodes = 1 }
        environment.torch.image_pull = "1m"
        [workload.w]
        target = "gpu"
        [workload.w.arrivals.trace]
        file = "t.csv"
        submitted = "when"
        duration = "s"
        gpus = "gpus"
        gpus_per_node = 4
        environment = "image"
    "#;
    let path = folder.path().join("t.toml");
    std::fs::write(&path, text).expect("a file");
    let scenario = load(&path, &Options::default()).expect("a good scenario");
    let variant = &scenario.variants[0];
    // The day of the last row ends 39 h after the first one, at 09:00 of the day before.
    assert_eq!(variant.settings.horizon, SimTime(39 * 3_600_000_000));
    let note = "no `horizon` is given: it is the end of the local day of the last row, 2024-03-06 00:00 (1d15h after the start)";
    assert!(
        scenario.notes.iter().any(|said| said == note),
        "{:?}",
        scenario.notes
    );
    assert_eq!(
        variant.calendar.local(SimTime::ZERO).to_string(),
        "2024-03-04T09:00:00"
    );
    let Arrivals::Trace(trace) = &variant.settings.workloads[0].arrivals else {
        panic!("a trace");
    };
    assert_eq!(trace.rows()[1].nodes, Some(2));
    assert_eq!(
        (trace.rows()[0].environment, trace.rows()[1].environment),
        (None, Some(0))
    );
    assert!(
        scenario.warnings[0].contains("1 of 2 runs of the trace"),
        "{:?}",
        scenario.warnings
    );
    // Of two runs, the one of two nodes never starts; 120 s in 39 h.
    close(variant.loads[0].demand, 120.0 / (39.0 * 3_600.0));
    assert_eq!(scenario.data_files, [folder.path().join("t.csv")]);
}

#[test]
fn rows_of_undeclared_environments_are_skipped_and_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = "when,s,image\n5,60,gone\n105,60,torch\n110,60,\n";
    std::fs::write(folder.path().join("t.csv"), rows).expect("a trace");
    let text = r#"
        cluster.gpu = { price_per_hour = 1 }
        environment.torch.image_pull = "1m"
        [workload.w]
        target = "gpu"
        [workload.w.arrivals.trace]
        file = "t.csv"
        submitted = "when"
        duration = "s"
        environment = "image"
        on_bad_row = "skip"
        [variant.a]
        [variant.b]
        environment.gone = {}
    "#;
    let path = folder.path().join("t.toml");
    std::fs::write(&path, text).expect("a file");
    let scenario = load(&path, &Options::default()).expect("a good scenario");
    let times = |variant: usize| {
        let Arrivals::Trace(trace) = &scenario.variants[variant].settings.workloads[0].arrivals
        else {
            panic!("a trace");
        };
        let times: Vec<f64> = trace
            .rows()
            .iter()
            .map(|row| row.at.as_secs_f64())
            .collect();
        times
    };
    // The earliest good row is `t = 0`, and each variant declares its own environments.
    assert_eq!(times(0), [0.0, 5.0]);
    assert_eq!(times(1), [0.0, 100.0, 105.0]);
    assert!(
        scenario.warnings[0].contains("1 bad rows of its trace were skipped"),
        "{:?}",
        scenario.warnings
    );
}

#[test]
fn two_hundred_variants_load_quickly() {
    let mut text = BURST.to_owned();
    for number in 0..200 {
        let nodes = 8 + number;
        writeln!(text, "[variant.v{number}]\ncluster.gpu.max_nodes = {nodes}")
            .expect("texts take all");
    }
    assert_eq!(loaded(&text).variants.len(), 203);
}

#[test]
fn a_baseline_that_a_flag_takes_away_is_replaced_and_told() {
    let text =
        format!("baseline = \"max_nodes=8\"\n{SMALL}[sweep]\ncluster.gpu.max_nodes = [4, 8]");
    assert_eq!(loaded(&text).baseline, 1);
    let scenario = loaded_with(&text, &set(&["cluster.gpu.max_nodes=4"]));
    assert_eq!((scenario.variants.len(), scenario.baseline), (1, 0));
    let said = "`--set` gives `cluster.gpu.max_nodes` one value, so that there is no variant `max_nodes=8`: `base` is the baseline";
    assert!(
        scenario.warnings.iter().any(|warning| warning == said),
        "{:?}",
        scenario.warnings
    );
}
