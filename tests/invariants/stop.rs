//! Whoever waits for a simulation is asked whether to go on while it works, also within one instant and one event.

use std::cell::Cell;

use autoscale_simulator::engine::Halt;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::scenario::{Options, Scenario, load};
use autoscale_simulator::serving::{self, Services};

fn loaded(text: &str) -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).unwrap();
    load(&path, &Options::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Simulates a scenario until it is asked for the `last` time; why it ended, and how often it was asked.
fn stopped_at(last: u32, text: &str) -> (Option<Halt>, u32) {
    let scenario = loaded(text);
    let settings = &scenario.variants[0].settings;
    let asked = Cell::new(0);
    let go_on = || {
        asked.set(asked.get() + 1);
        asked.get() < last
    };
    let streams = Streams::new(1, 0);
    let halt = if settings.services.is_empty() {
        simulate(settings, streams, Silent, &go_on).err()
    } else {
        let services = Services {
            services: &settings.services,
            requests: &settings.requests,
            streams,
            cuts: &settings.cuts(),
            cut: false,
            keep_timeline: false,
        };
        serving::simulate(services, 0, &go_on).err()
    };
    (halt, asked.get())
}

const TARGET: &str = "horizon = \"1d\"\n[cluster.c]\nprice_per_hour = 1.0\n";
const SERVICE: &str = "horizon = \"1d\"\n[aks_service.e]\nvm_size = \"Standard_D4s_v3\"\nreplica_vcpus = 1\n\
                       replica_memory_gb = 1\nprice_per_hour = 1.0\n";

/// Work of some hundred thousand steps in one instant or one event, with hardly any other.
#[expect(clippy::too_many_lines, reason = "a list of cases")]
fn cases() -> Vec<(&'static str, String)> {
    let on_cluster = |cluster: &str, workload: &str| {
        format!("{TARGET}{cluster}\n[workload.w]\ntarget = \"c\"\n{workload}\n")
    };
    let once = "arrivals.batch = { runs = 1, at = \"1h\" }\nduration = \"10m\"";
    let on_nodes = |service: &str, requests: &str| {
        format!("{SERVICE}{service}\n[requests.r]\ntarget = \"e\"\n{requests}\n")
    };
    let seldom = "arrivals.deterministic.interval = \"1h\"\nservice_time.constant = \"100ms\"";
    vec![
        (
            "runs of one instant",
            on_cluster(
                "max_nodes = 1",
                "arrivals.batch = { runs = 300000, at = \"1h\" }\nduration = \"10m\"",
            ),
        ),
        (
            "pieces of one run",
            on_cluster(
                "max_nodes = 1",
                "arrivals.batch = { runs = 1, at = \"1h\" }\nbatch_inference = { mini_batches = 300000, \
                 mini_batch_time.constant = \"1s\" }",
            ),
        ),
        (
            "tries of one piece",
            on_cluster(
                "max_nodes = 1",
                "arrivals.batch = { runs = 1, at = \"1h\" }\nbatch_inference = { mini_batches = 1000, tries = 1000, \
                 failure_probability = 0.9999999, mini_batch_time.constant = \"1s\" }",
            ),
        ),
        (
            "tries of one allocation",
            on_cluster(
                "max_nodes = 1\nallocation_failure = { probability = 0.9999999, retry_after = \"1ms\", retry_at_most = \"1ms\" }",
                once,
            ),
        ),
        (
            "idle nodes with limits of their own",
            on_cluster(
                "min_nodes = 0\nmax_nodes = 65000\nidle_before_scale_down.exponential.mean = \"1h\"",
                "arrivals.batch = { runs = 300000, at = \"1h\" }\nduration = \"10m\"",
            ),
        ),
        (
            "canceled requests for nodes",
            on_cluster(
                "max_nodes = 5000\nsurplus_provisioning = \"cancel\"\nboot.uniform = { min = \"1m\", max = \"1h\" }",
                "arrivals.batch = { runs = 5000, at = \"1h\" }\nduration = \"10m\"",
            ),
        ),
        (
            "years without a run",
            on_cluster(
                "",
                "arrivals.bursts = { quiet = \"0/h\", peak = \"0.0000000000001/h\", windows = [\"daily 09:00-10:00\", \
                 \"daily 11:00-12:00\", \"daily 13:00-14:00\"] }\nduration = \"10m\"",
            )
            .replace("1d", "36500d"),
        ),
        (
            "replicas at the begin",
            on_nodes(
                "min_replicas = 100000\nmax_replicas = 100000\nnodes = 65000",
                "arrivals.batch = { runs = 200000, at = \"1h\" }\nservice_time.constant = \"1s\"",
            ),
        ),
        (
            "nodes looked at by each scan",
            on_nodes(
                "min_replicas = 1\nmax_replicas = 2\nautoscaler = { min_nodes = 50000, max_nodes = 50000 }",
                seldom,
            ),
        ),
    ]
}

#[test]
fn work_is_looked_at_while_it_goes_on() {
    for (name, text) in cases() {
        for last in [1, 3] {
            let (halt, asked) = stopped_at(last, &text);
            assert!(
                matches!(halt, Some(Halt::Stopped { .. })),
                "{name}: {halt:?}"
            );
            assert_eq!(asked, last, "{name}: it ends when it is told to");
        }
    }
}

#[test]
fn what_was_there_is_told() {
    let text = format!(
        "{TARGET}max_nodes = 1\n[workload.w]\ntarget = \"c\"\narrivals.batch = {{ runs = 300000, at = \"1h\" }}\n\
         duration = \"10m\"\n"
    );
    let (halt, _) = stopped_at(4, &text);
    let Some(Halt::Stopped { live }) = halt else {
        panic!("{halt:?}");
    };
    assert!((100_000..=300_000).contains(&live), "{live}");
}
