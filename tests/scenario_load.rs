//! Scenarios that load: defaults, variants, sweeps, overrides, offered load.

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
        assert_eq!(variant.settings.workloads[0].target, 0);
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
    let _ = (set(&[]), Path::new(""));
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
