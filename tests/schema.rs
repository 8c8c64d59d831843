//! `simulate schema` against the reader: it accepts every shipped scenario, refuses only what the reader refuses, and both know
//! the same keys and the same words.
#![cfg(feature = "cli")]

use std::fs;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use autoscale_simulator::error::{Error, Problem};
use autoscale_simulator::scenario::keys::{Key, Shape, TOP, Value};
use autoscale_simulator::scenario::{Options, load};
use jsonschema::Validator;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

fn simulate(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.args(arguments).output().expect("the command")
}

fn printed(arguments: &[&str]) -> String {
    let output = simulate(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn validator() -> Validator {
    let schema: Json = serde_json::from_str(&printed(&["schema"])).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema of the draft that it names");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

/// TOML as editors show it to validators: dates are texts.
fn json_of(value: &toml::Value) -> Json {
    match value {
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(items) => items.iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            let entries = table
                .iter()
                .map(|(key, value)| (key.clone(), json_of(value)));
            Json::Object(entries.collect())
        }
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(switch) => json!(switch),
    }
}

fn parsed(text: &str) -> Json {
    let table: toml::Table = text
        .parse()
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    json_of(&toml::Value::Table(table))
}

/// What is wrong with a text by the schema.
fn wrong(validator: &Validator, text: &str) -> Vec<String> {
    let instance = parsed(text);
    let errors = validator.iter_errors(&instance);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// What the program says against a scenario.
fn refused(folder: &TempDir, text: &str) -> Vec<Problem> {
    let path = folder.path().join("scenario.toml");
    fs::write(&path, text).expect("a file");
    match load(&path, &Options::default()) {
        Ok(_) => Vec::new(),
        Err(Error::Refused(problems)) => problems,
        Err(error) => panic!("{error}"),
    }
}

fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            scenarios(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn shipped_scenarios_are_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    scenarios(&root.join("scenarios"), &mut paths);
    assert!(paths.len() > 20, "scenarios are found");
    let validator = validator();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a scenario");
        assert_eq!(wrong(&validator, &text), [""; 0], "{}", path.display());
    }
    let page = include_str!("../docs/scenario-format.md");
    for block in page.split("```toml\n").skip(1) {
        let text = block.split("```").next().expect("the end of a block");
        assert_eq!(wrong(&validator, text), [""; 0], "{text}");
    }
}

/// A scenario with something of everything.
const WHOLE: &str = r#"
horizon = "7d"
start = 2024-06-03T08:00:00
currency = "EUR"
exchange_rate = 0.92
region = "eastus"

[environment.torch]
image_build = "8m"

[cluster.gpu]
vm_size = "Standard_NC4as_T4_v3"
approved = true
max_nodes = 8
tier = "dedicated"
boot.log_normal = { median = "4m", p95 = "9m" }
fixed_charges = { disk = "list" }

[instance.box]
price_per_hour = 3.06
schedule = ["mon-fri 08:00-18:00"]

[workload.train]
target = "gpu"
environment = "torch"
arrivals.poisson = { rate = "2/h" }
duration = "20m"
nodes.choice = { values = [1, 2], weights = [3, 1] }
priority = 2

[variant.base]
[variant.box]
workload.train = { target = "box", nodes = 1 }

[sweep]
"cluster.gpu.max_nodes" = [4, 8]
"#;

#[test]
fn mistakes_are_invalid_for_the_schema_and_refused_by_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let validator = validator();
    assert_eq!(wrong(&validator, WHOLE), [""; 0]);
    assert_eq!(refused(&folder, WHOLE), []);
    for (right, mistaken) in [
        ("horizon =", "horizonn ="),
        ("max_nodes = 8", "max_node = 8"),
        ("max_nodes = 8", "max_nodes = \"8\""),
        ("max_nodes = 8", "max_nodes = 0"),
        ("max_nodes = 8", "max_nodes = 2.5"),
        ("approved = true", "approved = \"yes\""),
        ("tier = \"dedicated\"", "tier = \"cheap\""),
        ("boot.log_normal", "boot.lognormal"),
        ("median = \"4m\"", "median = \"4\""),
        ("median = \"4m\"", "media = \"4m\""),
        ("disk = \"list\"", "disks = \"list\""),
        ("3.06", "\"3.06\""),
        ("3.06", "-1"),
        ("mon-fri 08:00-18:00", "weekdays from 8 to 18"),
        ("poisson", "poison"),
        ("{ rate = \"2/h\" }", "{}"),
        ("\"2/h\"", "2"),
        ("\"2/h\"", "\"2 per hour\""),
        ("\"20m\"", "20"),
        ("\"20m\"", "\"soon\""),
        ("priority = 2", "priority = \"high\""),
        ("[environment.torch]", "[environments.torch]"),
        ("[environment.torch]", "[environment.\"torch/1\"]"),
        ("target = \"box\"", "targett = \"box\""),
        ("nodes = 1 }", "nodes = \"one\" }"),
        ("\"cluster.gpu.max_nodes\"", "\"cluster.gpu.max_node\""),
        ("[4, 8]", "8"),
        ("exchange_rate = 0.92\n", ""),
        ("target = \"gpu\"", "target = \"gpu\"\ntargets = [\"gpu\"]"),
        ("values = [1, 2]", "values = [0, 2]"),
        ("2024-06-03T08:00:00", "\"June\""),
        ("[variant.base]", "[variant.base]\nseed = 3"),
    ] {
        let text = WHOLE.replacen(right, mistaken, 1);
        assert_ne!(text, WHOLE, "{right}");
        assert_ne!(wrong(&validator, &text), [""; 0], "{mistaken} is valid");
        assert_ne!(refused(&folder, &text), [], "{mistaken} is not refused");
    }
}

/// A key at its place, with the lines that make the reader come to it.
struct Place {
    /// `cluster.x.boot.uniform.min`.
    path: String,
    key: Key,
    section: &'static str,
    /// Lines of other keys that its kind needs.
    beside: Vec<String>,
}

/// Whether a line gives a key of this path or one below it.
fn gives(line: &str, path: &str) -> bool {
    let rest = line.strip_prefix(path);
    rest.is_some_and(|rest| rest.starts_with([' ', '.']))
}

impl Place {
    /// A scenario in which the key has this value.
    fn with(&self, value: &str) -> String {
        let mut lines = needed(self.section, &self.key);
        lines.extend(self.beside.iter().cloned());
        lines.retain(|line| !gives(line, &self.path));
        lines.push(format!("{} = {value}", self.path));
        for tables in ["online_endpoint.x.rules", "expect"] {
            let of_item = |line: &String| {
                line.strip_prefix(tables)?
                    .strip_prefix(".0.")
                    .map(str::to_owned)
            };
            let found: Vec<String> = lines.iter().filter_map(of_item).collect();
            if !found.is_empty() {
                lines.retain(|line| !gives(line, tables));
                lines.push(format!("{tables} = [{{ {} }}]", found.join(", ")));
            }
        }
        lines.join("\n")
    }
}

/// What the reader needs to see to come to a key.
fn needed(section: &str, key: &Key) -> Vec<String> {
    let of_section: &[&str] = match section {
        "cluster" => &[
            "cluster.x.tier = \"spot\"",
            "cluster.x.backfill = \"easy\"",
            "cluster.x.allocation_failure.probability = 0.1",
        ],
        "aks_service" => &["region = \"westeurope\""],
        "synapse_spark" => &["synapse_spark.x.vcores = 4"],
        "databricks" => &["databricks.x.allocation_failure.probability = 0.1"],
        "kubernetes" => &["kubernetes.x.allocation_failure.probability = 0.1"],
        "batch_pool" => &[
            "batch_pool.x.low_priority_nodes = 1",
            "batch_pool.x.allocation_failure.probability = 0.1",
        ],
        "instance" => &["instance.x.schedule = [\"sat-sun\"]"],
        "remote_vm" => &["remote_vm.x.schedule = [\"sat-sun\"]"],
        "functions" if key.used_if.contains("premium") => &["functions.x.plan = \"premium\""],
        "workload" => &["workload.x.on_interruption = \"resume\""],
        _ => &[],
    };
    let of_key: &[&str] = match key.name {
        "currency" => &["exchange_rate = 0.92"],
        "exchange_rate" => &["currency = \"EUR\""],
        _ => &[],
    };
    let lines = ["horizon = \"7d\""].iter().chain(of_section).chain(of_key);
    lines.map(|line| (*line).to_owned()).collect()
}

fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for key in TOP {
        if let Shape::Named(keys) = key.shape {
            collect(
                keys,
                &format!("{}.x", key.name),
                (key.name, &[]),
                &mut places,
            );
        }
    }
    collect(TOP, "", ("", &[]), &mut places);
    places
}

fn collect(
    keys: &[Key],
    above: &str,
    (section, beside): (&'static str, &[String]),
    places: &mut Vec<Place>,
) {
    for key in keys {
        let path = match above {
            "" => key.name.to_owned(),
            above => format!("{above}.{}", key.name),
        };
        let others = beside.iter().filter(|line| !gives(line, &path));
        let mut beside: Vec<String> = others.cloned().collect();
        let table = "file = \"data.csv\"\ncolumn = \"seconds\"".lines();
        let of_table =
            matches!(key.name, "column" | "decimal" | "unit") && above.ends_with(".empirical");
        for line in table
            .filter(|_| of_table)
            .map(|line| format!("{above}.{line}"))
        {
            let name = line.split(' ').next().expect("a key");
            if !beside.iter().any(|known| gives(known, name)) {
                beside.push(line);
            }
        }
        match key.shape {
            Shape::Table(keys) => {
                let beside = [beside.clone(), required(keys, &path)].concat();
                collect(keys, &path, (section, &beside), places);
            }
            Shape::Tables(keys) => {
                let path = format!("{path}.0");
                collect(keys, &path, (section, &required(keys, &path)), places);
            }
            Shape::Kind(_, kinds) => {
                for kind in kinds {
                    let path = format!("{path}.{}", kind.name);
                    let beside = [beside.clone(), required(kind.keys, &path)].concat();
                    collect(kind.keys, &path, (section, &beside), places);
                }
            }
            Shape::Value(_) | Shape::Named(_) | Shape::Texts | Shape::Free => {}
        }
        if !matches!(key.shape, Shape::Named(_) | Shape::Free) {
            places.push(Place {
                path,
                key: *key,
                section,
                beside,
            });
        }
    }
}

/// Lines of the keys that a table needs.
fn required(keys: &[Key], above: &str) -> Vec<String> {
    let required = keys.iter().filter(|key| key.is_required());
    required
        .map(|key| format!("{above}.{}", key.example()))
        .collect()
}

fn is_at(problem: &Problem, path: &str) -> bool {
    let key = problem.key.as_deref().unwrap_or_default();
    key == path || key.starts_with(&format!("{path}."))
}

#[test]
fn every_declared_key_is_read_and_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let validator = validator();
    let mut unread = Vec::new();
    let mut untyped = Vec::new();
    for place in places() {
        // No key is a table with such a key.
        let text = place.with("{ nonsense = 1 }");
        let path = place.path.as_str();
        if !refused(&folder, &text)
            .iter()
            .any(|problem| is_at(problem, path))
        {
            unread.push(place.path.clone());
        }
        if wrong(&validator, &text).is_empty() {
            untyped.push(place.path);
        }
    }
    assert_eq!(unread, [""; 0], "not refused by the program");
    assert_eq!(untyped, [""; 0], "valid for the schema");
}

/// A key of which the reader refuses words in another way: an instance is never sold as spot.
const OTHERWISE: [&str; 1] = ["instance.x.tier"];

#[test]
fn the_reader_knows_the_words_of_the_schema_and_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut found = 0;
    let mut differing = Vec::new();
    for place in places() {
        let Shape::Value(Value::Words(words)) = place.key.shape else {
            continue;
        };
        if OTHERWISE.contains(&place.path.as_str()) {
            continue;
        }
        found += 1;
        let about = |word: &str| {
            let problems = refused(&folder, &place.with(&format!("\"{word}\"")));
            let message = format!("found the text `{word}`");
            let mut said = problems
                .into_iter()
                .filter(|problem| is_at(problem, &place.path));
            let said = said.find(|problem| problem.message == message);
            said.map(|problem| problem.help.unwrap_or_default())
        };
        let help = about("qqqq").unwrap_or_default();
        let listed: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
        if listed != words || words.iter().any(|word| about(word).is_some()) {
            differing.push((place.path.clone(), listed.join(" ")));
        }
    }
    assert_eq!(differing, [], "words of the reader");
    assert!(found > 30, "words are found");
}

/// A key whose range depends on the plan of its function app.
const BY_PLAN: &str = "functions.x.memory_gb";

/// Numbers at the ends of a range, and outside of it.
fn ends(value: Value) -> (Vec<String>, Vec<String>) {
    let whole = |numbers: &[i64]| numbers.iter().map(i64::to_string).collect();
    match value {
        Value::Whole(from, i64::MAX) => (whole(&[from]), whole(&[from - 1])),
        Value::Whole(from, to) => (whole(&[from, to]), whole(&[from - 1, to + 1])),
        Value::Number(from, to) => {
            let (mut inside, mut outside) = (Vec::new(), Vec::new());
            for (end, step) in [(from, -1e-3), (to, 1e-3)] {
                match end {
                    Bound::Included(end) => {
                        inside.push(end.to_string());
                        outside.push((end + step).to_string());
                    }
                    Bound::Excluded(end) => outside.push(end.to_string()),
                    Bound::Unbounded => {}
                }
            }
            (inside, outside)
        }
        _ => (Vec::new(), Vec::new()),
    }
}

#[test]
fn ranges_of_numbers_end_where_the_reader_ends_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut differing = Vec::new();
    for place in places().iter().filter(|place| place.path != BY_PLAN) {
        let (Shape::Value(value) | Shape::Kind(Some(value), _)) = place.key.shape else {
            continue;
        };
        let (inside, outside) = ends(value);
        let about = |number: &str| {
            let problems = refused(&folder, &place.with(number)).into_iter();
            let mut found = problems.filter(|problem| is_at(problem, &place.path));
            found.any(|problem| problem.message.starts_with("found the number"))
        };
        let wrong = inside.iter().filter(|number| about(number));
        differing.extend(wrong.map(|number| format!("{} = {number} is refused", place.path)));
        let wrong = outside.iter().filter(|number| {
            let problems = refused(&folder, &place.with(number));
            !problems.iter().any(|problem| is_at(problem, &place.path))
        });
        differing.extend(wrong.map(|number| format!("{} = {number} is read", place.path)));
    }
    assert_eq!(differing, [""; 0]);
}

#[test]
fn examples_and_defaults_are_valid() {
    let validator = validator();
    for place in places() {
        let line = place.key.example();
        let example: toml::Table = line
            .parse()
            .unwrap_or_else(|error| panic!("{error}: {line}"));
        let value = example.get(place.key.name).map(toml::Value::to_string);
        let default = place.key.default_value();
        for value in value.into_iter().chain(default) {
            let text = place.with(&value);
            assert_eq!(wrong(&validator, &text), [""; 0], "{text}");
        }
    }
}

#[test]
fn a_key_is_explained_wherever_it_stands() {
    let all = printed(&["schema", "cluster.idle_before_scale_down"]);
    let twice = printed(&["schema", "idle_before_scale_down"]);
    assert!(twice.starts_with(&all) && twice.contains("cluster.NAME.capacity.NAME"));
    assert_eq!(
        all,
        printed(&["schema", "cluster.gpu.idle_before_scale_down"])
    );
    assert!(
        all.starts_with("cluster.NAME.idle_before_scale_down\n  Idle time after which"),
        "{all}"
    );
    let page = include_str!("../docs/command-line.md");
    assert!(page.contains(&all), "the page has it too: {all}");
    let everywhere = printed(&["schema", "always_bill"]);
    assert!(
        everywhere.starts_with("cluster.NAME.always_bill\ninstance.NAME.always_bill\n"),
        "{everywhere}"
    );
    assert_eq!(
        everywhere.matches("Set to `true`").count(),
        1,
        "{everywhere}"
    );
    let kind = printed(&["schema", "arrivals.poisson"]);
    assert!(kind.contains("workload.NAME.arrivals.poisson\n"), "{kind}");
    assert!(printed(&["schema", "distribution.uniform.min"]).contains("Unit: duration"));
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    let output = simulate(&["schema", "cluster.max_node"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(
        said.contains("there is no key `cluster.max_node`"),
        "{said}"
    );
    assert!(said.contains("did you mean `max_nodes`"), "{said}");
    assert!(output.stdout.is_empty());
}
