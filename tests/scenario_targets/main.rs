//! Scenarios with attached targets and services: what each kind reads and defaults to, what the two tables of the
//! documentation refuse, what else is refused, and the example of each kind.

mod batch;
mod capabilities;
mod defaults;
mod enabled;
mod examples;
mod functions;
mod refusals;
mod stated;
#[path = "../support/pool.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "other tests make pools with it, these only read them"
)]
mod support_pool;

use std::fmt::Write as _;
use std::path::Path;

use autoscale_simulator::error::{Error, Place, Problem, render};
use autoscale_simulator::scenario::{Options, Scenario, Variant, load};

/// The table of a training target `t`, without its header: the least that its kind asks for.
const TRAINING: &[(&str, &str)] = &[
    ("cluster", "vm_size = \"Standard_D3_v2\""),
    ("instance", "vm_size = \"Standard_D3_v2\""),
    ("local", ""),
    ("remote_vm", "vm_size = \"Standard_D3_v2\""),
    (
        "databricks",
        "vm_size = \"Standard_D3_v2\"\nmax_nodes = 4\ndbu_per_node_hour = 0.75\nprice_per_dbu = 0.3",
    ),
    (
        "data_lake_analytics",
        "max_units = 10\nprice_per_unit_hour = 2",
    ),
    ("hdinsight", "vm_size = \"Standard_D3_v2\"\nmax_nodes = 4"),
    ("batch_pool", "vm_size = \"Standard_D3_v2\""),
    ("synapse_spark", "vcores = 8\nmax_nodes = 5"),
    ("kubernetes", "vm_size = \"Standard_D3_v2\"\nmax_nodes = 4"),
];

/// The table of a service `t`, without its header.
const SERVICES: &[(&str, &str)] = &[
    ("local_service", ""),
    ("instance_service", "vm_size = \"Standard_D3_v2\""),
    ("aks_service", ""),
    (
        "container_instance",
        "price_per_vcpu_hour = 0.05\nprice_per_gb_hour = 0.005",
    ),
    (
        "functions",
        "price_per_gb_second = 0.000016\nprice_per_million_executions = 0.2",
    ),
    ("iot_edge", ""),
    ("data_box_edge", ""),
    ("online_endpoint", "vm_size = \"Standard_D3_v2\""),
];

/// What a kind asks for.
fn least<'a>(kinds: &[(&'a str, &'a str)], section: &str) -> &'a str {
    let found = kinds.iter().find(|(known, _)| *known == section);
    found.expect("a kind of target").1
}

/// A scenario with one training target `t`, with more lines in its table and in its workload's. What is retired by now is
/// bought in 2021.
fn training(section: &str, target: &str, workload: &str) -> String {
    let least = least(TRAINING, section);
    let is_retired = section == "data_lake_analytics" || target.contains("low_priority");
    let start = if is_retired {
        "start = 2021-03-01T00:00:00\n"
    } else {
        ""
    };
    format!(
        "{start}horizon = \"2d\"\nregion = \"westeurope\"\n[{section}.t]\n{least}\n{target}\n\
         [workload.w]\ntarget = \"t\"\narrivals.poisson = {{ rate = \"1/h\" }}\nduration = \"10m\"\n{workload}\n"
    )
}

/// A scenario with one service `t`, with more lines in its table and in its requests'.
fn serving(section: &str, service: &str, requests: &str) -> String {
    let least = least(SERVICES, section);
    format!(
        "horizon = \"2h\"\nregion = \"westeurope\"\n[{section}.t]\n{least}\n{service}\n\
         [requests.w]\ntarget = \"t\"\narrivals.poisson = {{ rate = \"1/s\" }}\nservice_time = \"50ms\"\n{requests}\n"
    )
}

fn try_load(text: &str, set: &[&str]) -> Result<Scenario, Vec<Problem>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).expect("a file");
    let options = Options {
        set: set.iter().map(|text| (*text).to_owned()).collect(),
        ..Options::default()
    };
    load(&path, &options).map_err(problems_of)
}

fn problems_of(error: Error) -> Vec<Problem> {
    match error {
        Error::Refused(problems) => problems,
        other => panic!("{other}"),
    }
}

fn loaded(text: &str) -> Scenario {
    try_load(text, &[]).unwrap_or_else(|problems| panic!("{}\n{text}", render(&problems, false)))
}

/// The only variant.
fn only(text: &str) -> Variant {
    let mut scenario = loaded(text);
    assert_eq!(scenario.variants.len(), 1);
    scenario.variants.remove(0)
}

/// The problems as `key: message (help)`.
fn problems(text: &str, set: &[&str]) -> Vec<String> {
    let problems = try_load(text, set).err().unwrap_or_default();
    problems.iter().map(said).collect()
}

fn said(problem: &Problem) -> String {
    let mut text = String::new();
    if let Place::Flag(flag) = &problem.place {
        write!(text, "{flag} ").expect("texts take all");
    }
    let key = problem.key.as_deref().unwrap_or_default();
    let help = problem.help.as_deref().unwrap_or_default();
    write!(text, "{key}: {} ({help})", problem.message).expect("texts take all");
    text
}

/// Requires one problem, at a key, that says so.
fn refused(text: &str, key: &str, phrase: &str) {
    let found = problems(text, &[]);
    let [problem] = &found[..] else {
        panic!("{} problems: {found:#?}\n{text}", found.len());
    };
    assert!(
        problem.starts_with(&format!("{key}: ")) && problem.contains(phrase),
        "{problem}\nis not `{key}: {phrase}`\n{text}"
    );
}

/// The repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
