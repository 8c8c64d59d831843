//! Every default that decides a figure is stated: listed by the scenario with what it rests on, and documented with the same
//! value. A key that has a default and is neither listed nor named here as one that decides nothing fails the test.

use std::collections::{BTreeMap, BTreeSet};

use autoscale_simulator::scenario::{ActingDefault, Basis, Options};

use super::{SERVICES, TRAINING, loaded, repository, serving, training};

const PAGE: &str = include_str!("../../docs/scenario-format.md");

/// Keys that have a default, or none, which decides no figure or is a price with a source of its own; by heading, `""` for all.
const UNDECIDED: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "region",
            "approved",
            "supported",
            "always_bill",
            "enabled",
            "background",
            "gpu",
            "on_bad_row",
            "decimal",
            "load_factor",
            "weights",
            "tags",
        ],
    ),
    (
        "Top level",
        &[
            "name",
            "description",
            "seed",
            "baseline",
            "precision",
            "allow_retired",
            "currency",
            "exchange_rate",
            "catalog",
            "catalog_mode",
            "price_book",
            "price_book_mode",
            "goal",
            "expect",
            "variant",
            "sweep",
            "search",
            "uncertain",
            "environment",
            "holidays",
            "quota",
            "reservation",
            "savings_plan",
            "workload",
            "requests",
        ],
    ),
    (
        "precision",
        &[
            "cost",
            "wait_mean",
            "wait_p95",
            "turnaround_mean",
            "latency_p95",
        ],
    ),
    (
        "search",
        &["indifference", "first_replications", "max_replications"],
    ),
    (
        "[cluster.NAME]",
        // `fixed_charges` says of disks of both kinds that they cost nothing unless written.
        &[
            "vm_size",
            "vcpus",
            "price_per_hour",
            "price_factor",
            "disk_per_node",
            "capacity",
            "scaling",
            "low_priority_price_per_hour",
        ],
    ),
    (
        "capacity",
        &["min_nodes", "max_nodes", "idle_before_scale_down"],
    ),
    (
        "[instance.NAME]",
        &["count", "vm_size", "vcpus", "price_per_hour", "tier"],
    ),
    ("[remote_vm.NAME]", &["vm_size", "price_per_hour"]),
    (
        "[databricks.NAME]",
        &["vm_size", "price_per_hour", "price_per_dbu"],
    ),
    ("[hdinsight.NAME]", &["vm_size", "price_per_hour"]),
    (
        "[batch_pool.NAME]",
        &["vm_size", "price_per_hour", "low_priority_price_per_hour"],
    ),
    (
        "[synapse_spark.NAME]",
        &["price_per_vcore_hour", "price_per_hour"],
    ),
    ("[kubernetes.NAME]", &["vm_size", "price_per_hour"]),
    ("[instance_service.NAME]", &["vm_size", "price_per_hour"]),
    ("[aks_service.NAME]", &["autoscaler", "price_per_hour"]),
    ("[container_instance.NAME]", &["model_size_gb"]),
    (
        "[online_endpoint.NAME]",
        &["vm_size", "vcpus", "price_per_hour"],
    ),
    ("rules", &["below"]),
    ("allocation_failure", &["windows"]),
    (
        "[workload.NAME]",
        &[
            "targets",
            "routing",
            "kind",
            "batch_inference",
            "max_duration",
            "estimate",
            "gpus",
            "gpu_architecture",
            "cuda",
            "framework",
            "speed",
            "isolated",
            "rdma",
        ],
    ),
    ("[requests.NAME]", &["tokens", "use", "fpga", "designer"]),
    (
        "[quota.NAME]",
        &["gpus", "nodes", "family", "total", "targets"],
    ),
    ("[reservation.NAME]", &["vcpus", "term", "price_per_hour"]),
    ("[savings_plan.NAME]", &["term", "price_factor"]),
    (
        "arrivals.trace",
        &[
            "nodes",
            "gpus",
            "priority",
            "estimate",
            "environment",
            "user",
            "group",
            "class",
        ],
    ),
    (
        "arrivals.trace of requests",
        &["context_tokens", "generated_tokens"],
    ),
    ("distribution.empirical", &["file"]),
];

/// Lines in the table of a target, and in that of its workload, under which further defaults act.
const MORE: &[(&str, &str, &str)] = &[
    (
        "cluster",
        "tier = \"low_priority\"\nallocation_failure.probability = 0.1\nfixed_charges.disk = \"list\"",
        "environment = \"e\"",
    ),
    (
        "cluster",
        "tier = \"low_priority\"\neviction.rate = \"0.1/h\"\nallocation_failure.windows = [\"mon 09:00-10:00\"]\n\
         fixed_charges.load_balancer = \"list\"",
        "on_interruption = \"resume\"\ncheckpoint_interval = \"1h\"",
    ),
    (
        "cluster",
        "allocation_failure = { probability = 0.1, retry_after = \"1h\" }",
        "",
    ),
    ("cluster", "backfill = \"easy\"", ""),
    ("cluster", "scaling.utilization = {}", ""),
    ("instance", "schedule = [\"mon-fri 08:00-18:00\"]", ""),
    ("remote_vm", "schedule = [\"mon-fri 08:00-18:00\"]", ""),
    ("databricks", "workload_type = \"all_purpose\"", ""),
    ("databricks", "plan = \"standard\"", ""),
    (
        "batch_pool",
        "low_priority_nodes = 2\nformula.replace_preempted = {}",
        "",
    ),
    ("batch_pool", "formula.pending_tasks = {}", ""),
    ("kubernetes", "profile = \"bursty\"", ""),
    ("kubernetes", "profile = \"aggressive\"", ""),
    ("aks_service", "purpose = \"dev_test\"", ""),
    ("aks_service", "autoscaler = { max_nodes = 8 }", ""),
    (
        "aks_service",
        "purpose = \"dev_test\"\nautoscaler = { max_nodes = 8, profile = \"bursty\" }",
        "",
    ),
    (
        "aks_service",
        "autoscaler = { max_nodes = 8, profile = \"aggressive\" }",
        "",
    ),
    (
        "online_endpoint",
        "rules = [{ metric = \"cpu\", above = 0.7, change = 2 }]",
        "",
    ),
];

const PREMIUM: &str = "horizon = \"2h\"\n[functions.t]\nplan = \"premium\"\nprice_per_vcpu_hour = 0.1\nprice_per_gb_hour = 0.01\n\
    [requests.w]\ntarget = \"t\"\narrivals.deterministic.interval = \"1s\"\nservice_time = \"50ms\"\n";
const SCORING: &str = "horizon = \"2h\"\ncluster.t.price_per_hour = 1\n[workload.w]\ntarget = \"t\"\n\
    arrivals.deterministic.interval = \"1h\"\nbatch_inference = { mini_batches = 5, mini_batch_time = \"1m\" }\n";
const SWUNG: &str = "horizon = \"9d\"\ncluster.t.price_per_hour = 1\n[workload.w]\ntarget = \"t\"\nduration = \"1h\"\n\
    arrivals.sinusoid = { mean = \"2/h\", swing = \"1/h\" }\n[workload.v]\ntarget = \"t\"\nduration = \"1h\"\n\
    arrivals.recurring = { at = \"mon 09:00\" }\n";
const TRACED: &str = "cluster.t.price_per_hour = 1\n[workload.w]\ntarget = \"t\"\n\
    arrivals.trace = { file = \"philly-week.csv\", submitted = \"submitted\", duration = \"duration_s\" }\n\
    setup.empirical = { file = \"philly-week.csv\", column = \"duration_s\" }\n\
    [functions.f]\nprice_per_gb_second = 0.000016\nprice_per_million_executions = 0.2\n\
    [requests.r]\ntarget = \"f\"\n\
    arrivals.trace = { file = \"philly-week.csv\", submitted = \"submitted\", duration = \"duration_s\" }\n";

/// Scenarios under which every default of a section acts in at least one; `None`: the least of each kind alone.
fn scenarios() -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let plain = |section: &str, target: &str, workload: &str| {
        let image = "[environment.e]\n";
        if TRAINING.iter().any(|(known, _)| *known == section) {
            training(section, target, workload) + image
        } else {
            serving(section, target, workload)
        }
    };
    for (section, _) in TRAINING.iter().chain(SERVICES) {
        texts.push(plain(section, "", ""));
    }
    // As the same was billed in 2021.
    for (section, _) in TRAINING {
        let text = plain(section, "", "");
        if !text.starts_with("start = ") {
            texts.push(format!("start = 2021-03-01T00:00:00\n{text}"));
        }
    }
    for (section, target, workload) in MORE {
        texts.push(plain(section, target, workload));
    }
    texts.extend([PREMIUM, SCORING, SWUNG].map(str::to_owned));
    texts.push(format!("precision.cost = \"1%\"\n{SWUNG}"));
    texts
}

/// The defaults that act in one of the scenarios at least, by the heading under which they are documented.
fn listed() -> BTreeMap<String, Vec<(String, ActingDefault)>> {
    let mut listed: BTreeMap<String, Vec<(String, ActingDefault)>> = BTreeMap::new();
    let mut scenarios: Vec<_> = scenarios().iter().map(|text| loaded(text)).collect();
    scenarios.push(traced());
    for default in scenarios.into_iter().flat_map(|scenario| scenario.defaults) {
        let default = default.default;
        let (heading, key) = heading(&default);
        let of_heading = listed.entry(heading).or_default();
        if !of_heading.contains(&(key.clone(), default.clone())) {
            of_heading.push((key, default));
        }
    }
    listed
}

fn traced() -> autoscale_simulator::scenario::Scenario {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.toml");
    std::fs::write(&path, TRACED).expect("a file");
    let log = "submitted,duration_s\n2024-05-01 08:00:00,60\n";
    std::fs::write(folder.path().join("philly-week.csv"), log).expect("a file");
    autoscale_simulator::scenario::load(&path, &Options::default()).expect("it is right")
}

/// The heading of the page under which a default stands, and its key there.
fn heading(default: &ActingDefault) -> (String, String) {
    let parts: Vec<&str> = default.key.split('.').collect();
    let (key, above) = parts.split_last().expect("a key");
    let above: Vec<&str> = above
        .iter()
        .copied()
        .filter(|part| part.parse::<u32>().is_err())
        .collect();
    let heading = match (default.table.split_once('.'), above.is_empty()) {
        (Some(("requests", _)), false) if above[..] == ["arrivals", "trace"] => {
            "arrivals.trace of requests".to_owned()
        }
        (_, false) if above.last() == Some(&"empirical") => "distribution.empirical".to_owned(),
        (_, false) => above.join("."),
        (None, _) if default.table.is_empty() => "Top level".to_owned(),
        (None, _) => default.table.clone(),
        (Some((section, _)), _) => format!("[{section}.NAME]"),
    };
    (heading, (*key).to_owned())
}

/// The rows of the page: heading, key and the cell of the default.
fn rows() -> Vec<(String, String, String)> {
    let mut rows = Vec::new();
    let mut heading = "";
    for line in PAGE.lines() {
        if let Some(text) = line.strip_prefix("## ").or(line.strip_prefix("### ")) {
            heading = text;
        } else if line.starts_with("| `") {
            let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
            let key = cells[0].trim_matches(['|', ' ', '`']);
            rows.push((heading.to_owned(), key.to_owned(), cells[3].to_owned()));
        }
    }
    rows
}

fn decides_nothing(heading: &str, key: &str) -> bool {
    let is_target = |(section, _): &(&str, &str)| *section == key;
    // Goals judge figures, and change none.
    if matches!(heading, "[goal]" | "[[expect]]") {
        return true;
    }
    if heading == "Top level" && TRAINING.iter().chain(SERVICES).any(is_target) {
        return true;
    }
    let known = UNDECIDED.iter();
    known
        .filter(|(known, _)| known.is_empty() || *known == heading)
        .any(|(_, keys)| keys.contains(&key))
}

/// What stands in backticks in a cell.
fn quoted(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_default_is_listed_and_documented_with_its_value() {
    let listed = listed();
    let mut wrong = Vec::new();
    let mut documented = BTreeSet::new();
    for (heading, key, cell) in rows() {
        let of_heading = listed.get(&heading).map_or(&[][..], Vec::as_slice);
        let found: Vec<_> = of_heading
            .iter()
            .filter(|(known, _)| *known == key)
            .collect();
        documented.insert((heading.clone(), key.clone()));
        if found.is_empty() {
            if !cell.starts_with("required") && !decides_nothing(&heading, &key) {
                wrong.push(format!("{heading} {key}: not listed, but `{cell}`"));
            }
            continue;
        }
        for (_, default) in &found {
            let value = default.value.as_str();
            let is_there = quoted(&cell).contains(value)
                || !value.starts_with(['"', '{']) && cell.contains(value);
            if !is_there {
                wrong.push(format!("{heading} {key}: `{value}`, but `{cell}`"));
            }
        }
        let is_assumed = found
            .iter()
            .any(|(_, default)| default.basis == Basis::Assumption);
        if is_assumed != cell.contains("(*assumed*)") {
            wrong.push(format!(
                "{heading} {key}: assumed: {is_assumed}, but `{cell}`"
            ));
        }
    }
    for (heading, of_heading) in &listed {
        for (key, default) in of_heading {
            if !documented.contains(&(heading.clone(), key.clone())) {
                wrong.push(format!("{heading} {key} is not on the page"));
            }
            if default.basis == Basis::Fact && default.source.is_empty() {
                wrong.push(format!("{heading} {key} is a fact without a source"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

const HEAD: &str = "# Defaults\n\n\
    What holds where a scenario does not give a key, and what that rests on. Defaults that decide no figure are left out, and so are\n\
    prices: each price has its source in `--dry-run` and `manifest.json`. `simulate FILE --dry-run` lists the defaults that act in a\n\
    scenario; `manifest.json` keeps them with its results.\n\n\
    * **fact**: the named source states the value. It may have changed since, see [data-sources.md](data-sources.md).\n\
    * **assumption**: no source states the value. What is known stands beside it. Measure it where it matters to you.\n\n\
    `azure-docs` is the repository MicrosoftDocs/azure-docs. Where a key has several rows, other keys decide which one holds;\n\
    [scenario-format.md](scenario-format.md) says how.\n\n\
    <!-- The rest is written by the test `the_page_of_defaults_is_that_of_the_code`; see tests/scenario_targets/stated.rs. -->\n";

/// The page of defaults as it should be.
fn page() -> String {
    let listed = listed();
    let mut page = HEAD.to_owned();
    let mut last = String::new();
    for (heading, key, _) in rows() {
        for (known, default) in listed.get(&heading).into_iter().flatten() {
            if *known != key {
                continue;
            }
            if heading != last {
                let table =
                    "| key | default | rests on | source, or what is known |\n|---|---|---|---|\n";
                page.extend(["\n## ", heading.as_str(), "\n\n", table]);
                last.clone_from(&heading);
            }
            let is_toml = format!("x = {}", default.value)
                .parse::<toml::Table>()
                .is_ok();
            let value = if is_toml && default.value != "none" {
                format!("`{}`", default.value)
            } else {
                default.value.clone()
            };
            let (basis, source) = (default.basis.name(), default.source);
            let row = format!("| `{key}` | {value} | {basis} | {source} |\n");
            let section = page.rsplit("\n## ").next().unwrap_or_default();
            if !section.contains(&row) {
                page.push_str(&row);
            }
        }
    }
    page
}

#[test]
fn the_page_of_defaults_is_that_of_the_code() {
    let expected = page();
    let path = repository().join("docs/defaults.md");
    let found = std::fs::read_to_string(path).unwrap_or_default();
    if found != expected {
        let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("defaults.md");
        std::fs::write(&place, expected).expect("a file");
        panic!("docs/defaults.md is not {}", place.display());
    }
}

#[test]
fn a_default_acts_only_where_its_key_is_not_given() {
    let acting = |text: &str| {
        let defaults = loaded(text).defaults.into_iter();
        let named = defaults.map(|of| (of.default.path(), of.default.value));
        named.collect::<BTreeMap<String, String>>()
    };
    let plain = acting(&training("cluster", "", ""));
    let boot = "{ log_normal = { median = \"4m30s\", p95 = \"11m\" } }";
    assert_eq!(plain["cluster.t.boot"], boot);
    assert_eq!(plain["replications"], "30");
    assert!(
        !plain.contains_key("workload.w.on_interruption"),
        "nothing is lost"
    );
    for given in ["boot = 0", "boot = \"0s\"", "boot = \"4m\""] {
        let defaults = acting(&training("cluster", given, ""));
        assert!(!defaults.contains_key("cluster.t.boot"), "{given}");
        assert!(defaults.contains_key("cluster.t.allocation"), "{given}");
    }
    // What is not simulated has no say.
    let unused = training("cluster", "", "").replace(
        "[workload.w]",
        "[cluster.u]\nprice_per_hour = 1\n[workload.w]",
    );
    let unused = unused + "[variant.a]\n[variant.b]\nworkload.w.target = \"u\"\n";
    let scenario = loaded(&unused);
    let boots = scenario
        .defaults
        .iter()
        .filter(|of| of.default.key == "boot");
    let boots: Vec<_> = boots
        .map(|of| (of.default.path(), of.variants.clone()))
        .collect();
    assert_eq!(
        boots,
        [
            ("cluster.t.boot".to_owned(), vec![0]),
            ("cluster.u.boot".to_owned(), vec![1])
        ]
    );
}

#[test]
fn an_assumed_boot_is_noted_once_for_all_clusters() {
    let note = |text: &str| {
        let notes = loaded(text).notes;
        let boots: Vec<String> = notes
            .into_iter()
            .filter(|note| note.contains("`boot`"))
            .collect();
        boots
    };
    assert_eq!(note(&training("cluster", "", "")).len(), 1);
    assert!(note(&training("cluster", "boot = 0", "")).is_empty());
    let several = training(
        "cluster",
        "",
        "targets = [\"t\", \"u\", \"v\", \"x\", \"y\"]",
    )
    .replace("target = \"t\"\n", "")
        + "[cluster]\nu = { price_per_hour = 1 }\nv = { price_per_hour = 1 }\n\
           x = { price_per_hour = 1 }\ny = { price_per_hour = 1 }\n";
    let [several] = &note(&several)[..] else {
        panic!("one note for all");
    };
    assert!(
        several.starts_with("`t`, `u`, `v` and 2 others have no `boot`"),
        "{several}"
    );
}
