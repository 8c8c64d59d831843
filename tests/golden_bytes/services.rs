//! Tables of random services and of the requests that come to them.

use crate::dice::Dice;

/// What makes the keys of a service.
type Maker = fn(&mut Dice) -> String;

/// Kinds of services, each with the maker of its table.
pub(crate) const MAKERS: &[(&str, Maker)] = &[
    ("local_service", device),
    ("instance_service", instance),
    ("aks_service", aks),
    ("container_instance", container),
    ("functions", functions),
    ("iot_edge", device),
    ("data_box_edge", device),
    ("online_endpoint", endpoint),
];

/// Places for requests, about, that the requests are made for.
const PLACES: u64 = 3;

/// A service of a kind with its requests; traces are of `requests.csv`.
pub(crate) fn make(dice: &mut Dice, kind: &str, number: usize, hours: u64) -> String {
    let (_, maker) = MAKERS
        .iter()
        .find(|(name, _)| *name == kind)
        .expect("a kind of service");
    let name = format!("{kind}-{number}");
    let mut text = format!("[{kind}.{name}]\n{}{}", maker(dice), limits(dice, kind));
    let objective = dice.maybe_text("slo", &["2s", "10s", "1m"]);
    for stream in 0..dice.between(1, 2) {
        text += &format!("\n[requests.ask-{number}-{stream}]\ntarget = \"{name}\"\n{objective}");
        text += &requests(dice, kind, hours);
    }
    text + "\n"
}

fn limits(dice: &mut Dice, kind: &str) -> String {
    let timeouts: &[&str] = if kind == "functions" {
        &["40s", "4m", "9m"]
    } else {
        &["40s", "3m", "5m", "never"]
    };
    [
        dice.maybe("concurrency", &[1, 2, 3]),
        dice.maybe_text("queue_timeout", &["0s", "5s", "1m", "never"]),
        dice.maybe("queue_limit", &[0, 2, 20]),
        dice.maybe_text("timeout", timeouts),
        dice.maybe_text("router_overhead", &["3ms", "40ms"]),
    ]
    .concat()
}

fn device(dice: &mut Dice) -> String {
    let price = dice.maybe("price_per_hour", &["0.1", "0.95"]);
    dice.maybe("replicas", &[1, 2, 4]) + &price
}

fn instance(dice: &mut Dice) -> String {
    [
        dice.maybe("replicas", &[1, 2, 4]),
        dice.pick(&[
            "vm_size = \"Standard_D3_v2\"\n",
            "price_per_hour = 0.4\nfixed_charges = { disk = \"19.71 USD/month\", public_ip = \"0.005 USD/h\" }\n",
        ])
        .to_owned(),
    ]
    .concat()
}

fn aks(dice: &mut Dice) -> String {
    let nodes = match dice.between(0, 2) {
        0 => "nodes = 4\n".to_owned(),
        1 => {
            let mut keys = vec!["min_nodes = 3", "max_nodes = 6"];
            keys.push(dice.pick(&["profile = \"aggressive\"", "unneeded_after = \"2m\""]));
            keys.push(dice.pick(&["boot = \"90s\"", "scan_interval = \"15s\""]));
            format!("autoscaler = {{ {} }}\n", keys.join(", "))
        }
        _ => String::new(),
    };
    [
        nodes,
        dice.maybe("price_per_hour", &["0.3"]),
        "replica_vcpus = 1\nreplica_memory_gb = 2\nmax_replicas = 14\n".to_owned(),
        dice.maybe("min_replicas", &[1, 2, 4]),
        dice.maybe("target_utilization", &["0.5", "0.9"]),
        dice.maybe_text("utilization", &["busy", "busy_and_queued"]),
        dice.maybe_text("utilization_window", &["10s", "2m"]),
        dice.maybe_text("refresh", &["1s", "7s"]),
        dice.maybe_text("scale_down_after", &["0s", "30s", "5m"]),
        dice.maybe_time("start", 15_000),
    ]
    .concat()
}

fn container(dice: &mut Dice) -> String {
    let size = dice.pick(&[
        "vcpus = 1\nmemory_gb = 2\n",
        "vcpus = 0.5\nmodel_size_gb = 0.3\n",
    ]);
    format!("{size}price_per_vcpu_hour = 0.0486\nprice_per_gb_hour = 0.0053\n")
}

fn functions(dice: &mut Dice) -> String {
    let plan = if dice.one_in(2) {
        let grant = dice.maybe("free_grant", &[true]);
        let memory = dice.maybe("memory_gb", &["0.5", "1.5"]);
        format!(
            "plan = \"consumption\"\nprice_per_gb_second = 0.000016\nprice_per_million_executions = 20\n{grant}{memory}"
        )
    } else {
        let ready = dice.maybe("always_ready", &[1, 2]);
        format!(
            "plan = \"premium\"\nprice_per_vcpu_hour = 0.173\nprice_per_gb_hour = 0.0123\nvcpus = 2\n{ready}"
        )
    };
    [
        plan,
        dice.maybe("max_instances", &[3, 20]),
        dice.maybe_text("new_instance_interval", &["0s", "1s", "30s"]),
        dice.maybe_text("idle_expiry", &["30s", "5m", "20m"]),
        dice.maybe_time("start", 4_000),
    ]
    .concat()
}

fn endpoint(dice: &mut Dice) -> String {
    let rules = match dice.between(0, 3) {
        0 => {
            "rules = [{ metric = \"cpu\", above = 0.5, window = \"2m\", change = 1, cooldown = \"4m\" }, \
             { metric = \"cpu\", below = 0.2, window = \"3m\", change = -1, cooldown = \"4m\" }]\n"
        }
        1 => {
            "rules = [{ metric = \"latency\", above = \"8s\", change = 2, cooldown = \"5m\" }, \
             { metric = \"requests_per_instance\", below = \"1/min\", change = -1, cooldown = \"6m\" }]\n"
        }
        2 => "rules = []\n",
        _ => "",
    };
    [
        dice.pick(&["vm_size = \"Standard_D3_v2\"\n", "price_per_hour = 0.4\n"])
            .to_owned(),
        rules.to_owned(),
        dice.maybe("min_instances", &[1, 2]),
        dice.maybe("max_instances", &[4, 6]),
        dice.maybe_text("evaluation_interval", &["30s", "2m"]),
        dice.maybe(
            "schedule_profile",
            &["{ windows = [\"daily 09:00-10:30\"], instances = 3 }"],
        ),
        dice.maybe_time("start", 200_000),
    ]
    .concat()
}

/// Requests that keep a few places about half busy.
fn requests(dice: &mut Dice, kind: &str, hours: u64) -> String {
    let count = hours * dice.between(25, 80);
    let gap_ms = hours * 3_600_000 / count;
    let service_ms = gap_ms * PLACES * dice.pick(&[2, 5, 9]) / 20;
    let arrivals = match dice.between(0, 6) {
        0 => {
            let per_hour = count / hours;
            format!(
                "bursts = {{ quiet = \"{per_hour}/h\", peak = \"{}/h\", windows = [\"daily 09:00-10:30\"] }}",
                5 * per_hour
            )
        }
        1 => format!("deterministic = {{ interval = \"{gap_ms}ms\", first = \"3s\" }}"),
        2 => format!(
            "batch = {{ runs = {}, at = [\"10m\", \"50m\"] }}",
            count / 4
        ),
        3 => "trace = { file = \"requests.csv\", submitted = \"at\", duration = \"seconds\" }"
            .to_owned(),
        4 => {
            "trace = { file = \"requests.csv\", submitted = \"at\", context_tokens = \"context\", \
              generated_tokens = \"generated\" }\n\
              tokens = { time_per_context_token = \"2ms\", time_per_generated_token = \"90ms\" }"
                .to_owned()
        }
        _ => format!("poisson = {{ rate = \"{}/h\" }}", count / hours),
    };
    let mut text = format!("arrivals.{arrivals}\n");
    if !arrivals.starts_with("trace") {
        text += &if dice.one_in(4) {
            tokens(dice, service_ms)
        } else {
            dice.time("service_time", service_ms)
        };
    }
    if kind == "functions" {
        text += &dice.maybe_time("cold_service_time", service_ms * 3 / 2);
    }
    text
}

/// The service time by token; half of it for each sort of tokens.
fn tokens(dice: &mut Dice, service_ms: u64) -> String {
    let context = dice.pick(&[
        "1000",
        "{ choice = { values = [500, 1500], weights = [1, 1] } }",
        "{ empirical = { file = \"requests.csv\", column = \"context\" } }",
    ]);
    let generated = dice.pick(&[
        "100",
        "{ choice = { values = [50, 250], weights = [3, 1] } }",
        "{ empirical = { file = \"requests.csv\", column = \"generated\", weights = \"seconds\" } }",
    ]);
    format!(
        "tokens = {{ context_tokens = {context}, generated_tokens = {generated}, \
         time_per_context_token = \"{}us\", time_per_generated_token = \"{}us\" }}\n",
        service_ms / 2,
        service_ms * 5
    )
}
