//! Tables of random training targets.

use crate::dice::Dice;

/// Where machines are bought: one size of one region.
pub(crate) struct Market {
    /// Keys of the top level.
    pub(crate) top: &'static str,
    size: &'static str,
    vcpus: u64,
    /// Keys of a target that the size asks for.
    asks: &'static str,
    /// Whether all attached targets and services can be bought there.
    pub(crate) whole: bool,
    /// Keys of a reservation whose price the price book has.
    pub(crate) reserved: Option<&'static str>,
    /// Keys of quotas beyond those of some targets.
    pub(crate) quotas: &'static [&'static str],
    /// Lines of a workload that say how fast the size is.
    pub(crate) speed: &'static str,
}

/// The usual market.
pub(crate) const WEST_EUROPE: Market = Market {
    top: "region = \"westeurope\"\n",
    size: "Standard_D3_v2",
    vcpus: 4,
    asks: "",
    whole: true,
    reserved: None,
    quotas: &["total = \"dedicated\"", "family = \"standardDv2Family\""],
    speed: "speed = { Standard_D3_v2 = 1.6 }\n",
};

/// Others, for clusters and instances only.
pub(crate) const OTHERS: &[Market] = &[
    Market {
        top: "region = \"eastus\"\n",
        size: "Standard_NC4as_T4_v3",
        asks: "approved = true\n",
        whole: false,
        reserved: Some(""),
        quotas: &["family = \"NCT4_v3\"", "total = \"dedicated\""],
        speed: "speed = { T4 = 0.4 }\ngpus = 1\n",
        ..WEST_EUROPE
    },
    Market {
        top: "cloud = \"aws\"\nregion = \"us-east-1\"\n",
        size: "m5.xlarge",
        whole: false,
        reserved: Some("term = \"3y\"\n"),
        quotas: &[],
        speed: "",
        ..WEST_EUROPE
    },
    Market {
        top: "cloud = \"gcp\"\nregion = \"us-central1\"\n",
        size: "n1-standard-4",
        whole: false,
        reserved: Some("term = \"3y\"\n"),
        quotas: &[],
        speed: "",
        ..WEST_EUROPE
    },
];

impl Market {
    /// The line that names the size.
    pub(crate) fn sized(&self) -> String {
        format!("vm_size = \"{}\"\n", self.size)
    }
}

/// A training target and what its workloads and quotas must know of it.
pub(crate) struct Target {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    market: &'static Market,
    pub(crate) table: String,
    /// Most nodes of a run.
    pub(crate) nodes: u64,
    /// Whether it takes nodes away, so that `on_interruption` is read.
    pub(crate) loses: bool,
    /// vCPUs of a machine, as quotas count them.
    pub(crate) vcpus: u64,
    /// Nodes that it holds at all times.
    pub(crate) kept: u64,
    /// A line that variants may have in its place, without the target's name.
    pub(crate) other: String,
    /// A key with several values for a sweep, likewise.
    pub(crate) sweep: String,
}

/// What completes a target.
type Maker = fn(&mut Dice, &mut Target);

/// Kinds of training targets, each with the maker of its table.
pub(crate) const MAKERS: &[(&str, Maker)] = &[
    ("cluster", cluster),
    ("instance", instance),
    ("local", local),
    ("remote_vm", remote_vm),
    ("databricks", databricks),
    ("data_lake_analytics", data_lake),
    ("hdinsight", hdinsight),
    ("batch_pool", batch_pool),
    ("synapse_spark", synapse),
    ("kubernetes", kubernetes),
];

const SCHEDULES: &[&str] = &[
    "[\"mon-fri 08:00-20:00\"]",
    "[\"daily 06:30-23:00\", \"daily 01:00-02:00\"]",
    "[\"mon,tue,fri 07:00-19:00\", \"wed-thu\", \"sat-sun 10:00-16:00\"]",
];

/// A target of a kind, with this number in its name.
pub(crate) fn make(dice: &mut Dice, market: &'static Market, kind: &str, number: usize) -> Target {
    let (kind, maker) = MAKERS
        .iter()
        .find(|(name, _)| *name == kind)
        .expect("a kind of training target");
    let mut target = Target {
        kind,
        name: format!("{kind}-{number}"),
        market,
        table: String::new(),
        nodes: 1,
        loses: false,
        vcpus: 0,
        kept: 0,
        other: "always_bill = true".to_owned(),
        sweep: String::new(),
    };
    maker(dice, &mut target);
    let limit = dice.between(10, 90);
    if dice.one_in(5) {
        target.table += &format!("max_run_duration = \"{limit}m\"\n");
    }
    target
}

/// Size and price: mostly a price of its own, so that few worlds depend on the price book.
fn machine(dice: &mut Dice, target: &mut Target) {
    let price = dice.hundredths(5, 400);
    let size = target.market.sized() + target.market.asks;
    target.table += &match dice.between(0, 3) {
        0 => size,
        1 => format!("{size}price_per_hour = {price}\n"),
        _ => format!("price_per_hour = {price}\n"),
    };
}

/// Size and price of what counts against quotas.
fn own_machine(dice: &mut Dice, target: &mut Target) {
    let start = target.table.len();
    machine(dice, target);
    if target.table[start..].contains("vm_size") {
        target.vcpus = target.market.vcpus;
    } else {
        target.vcpus = dice.pick(&[1, 2, 6]);
        target.table += &format!("vcpus = {}\n", target.vcpus);
    }
}

fn billing(dice: &mut Dice, with_preset: bool) -> String {
    let mut text = String::new();
    if with_preset {
        let presets = ["azure-2021", "azure-2025-06", "aws", "gcp"];
        text += &dice.maybe_text("billing_preset", &presets);
    }
    if dice.one_in(3) {
        text += &dice.maybe_text("billing_granularity", &["0s", "1s", "1m", "1h"]);
        text += &dice.maybe_text("billing_minimum", &["0s", "5m", "10m"]);
        text += &dice.maybe("bill_boot", &[true, false]);
    }
    text
}

fn charges(dice: &mut Dice, load_balancer: bool) -> String {
    let mut charges = vec!["disk = \"19.71 USD/month\"", "public_ip = \"0.005 USD/h\""];
    if load_balancer {
        charges.push("load_balancer = \"0.33 USD/day\"");
    }
    charges.retain(|_| !dice.one_in(3));
    if charges.is_empty() {
        return String::new();
    }
    format!("fixed_charges = {{ {} }}\n", charges.join(", "))
}

/// `min_nodes` and `max_nodes`.
fn nodes(dice: &mut Dice, target: &mut Target, (least, spread): (u64, u64)) {
    target.kept = least + dice.pick(&[0, 0, 1]);
    target.nodes = target.kept + dice.between(1, spread);
    target.table += &format!(
        "min_nodes = {}\nmax_nodes = {}\n",
        target.kept, target.nodes
    );
    target.other = format!("max_nodes = {}", target.nodes + 2);
    let points = [target.nodes, target.nodes + 1];
    target.sweep = format!("max_nodes\" = {points:?}");
}

fn cluster(dice: &mut Dice, target: &mut Target) {
    nodes(dice, target, (0, 6));
    own_machine(dice, target);
    let lines = [
        dice.maybe_time("idle_before_scale_down", 300_000),
        dice.maybe_time("allocation", 30_000),
        dice.time("boot", 200_000),
        dice.maybe_time("leaving", 40_000),
        dice.maybe_text("idle_node_choice", &["least_recently_idle"]),
        dice.maybe_text("surplus_provisioning", &["cancel"]),
        billing(dice, true),
    ];
    target.table += &lines.concat();
    if dice.one_in(3) {
        target.table += dice.pick(&[
            "allocation_failure = { probability = 0.3, retry_after = \"2m\", backoff = 1.5 }\n",
            "allocation_failure = { windows = [\"daily 09:00-10:00\"], retry_at_most = \"15m\" }\n",
        ]);
    }
    if dice.one_in(2) {
        let charges = charges(dice, true);
        if charges.contains("load_balancer") {
            target.table += &dice.maybe("load_balancer_at_zero", &[true]);
        }
        target.table += &charges;
        target.table += &dice.maybe_text("disk_per_node", &["0.03 USD/h", "1 USD/day"]);
    }
    if dice.one_in(2) {
        evictions(dice, target);
    }
}

fn evictions(dice: &mut Dice, target: &mut Target) {
    target.loses = true;
    target.table += &format!("tier = \"{}\"\n", dice.pick(&["spot", "low_priority"]));
    if target.table.contains("price_per_hour") {
        target.table += &dice.maybe("price_factor", &["0.2", "0.7"]);
    } else {
        target.table += "price_factor = 0.3\n";
    }
    target.table += &match dice.between(0, 2) {
        0 => format!("eviction.rate = \"{}/h\"\n", dice.hundredths(5, 80)),
        1 => {
            let rates: Vec<String> = (0..24)
                .map(|_| format!("\"{}/h\"", dice.hundredths(0, 90)))
                .collect();
            format!("eviction.by_hour = [{}]\n", rates.join(", "))
        }
        _ => "eviction.replay = { file = \"losses.csv\" }\n".to_owned(),
    };
}

/// What starts and stops of machines are.
fn stops(dice: &mut Dice) -> String {
    let mut text = dice.maybe("schedule", SCHEDULES);
    if !text.is_empty() {
        text += &dice.maybe_text("on_stop", &["drain", "cancel"]);
    }
    text
}

fn instance(dice: &mut Dice, target: &mut Target) {
    own_machine(dice, target);
    target.kept = 1;
    let lines = [
        dice.maybe("slots", &[1, 2, 3]),
        dice.maybe_time("boot", 120_000),
        stops(dice),
        dice.maybe_text("idle_shutdown", &["5m", "30m"]),
        dice.maybe("start_on_submission", &[true, true, false]),
        charges(dice, true),
        billing(dice, true),
    ];
    target.table += &lines.concat();
    "slots = 4".clone_into(&mut target.other);
    "slots\" = [2, 3]".clone_into(&mut target.sweep);
}

fn local(dice: &mut Dice, target: &mut Target) {
    let slots = dice.maybe("slots", &[1, 2, 4]);
    target.table += &slots;
    target.table += &dice.maybe("price_per_hour", &["0.1", "0.35"]);
    "slots = 3".clone_into(&mut target.other);
}

fn remote_vm(dice: &mut Dice, target: &mut Target) {
    machine(dice, target);
    let stops = stops(dice);
    if !stops.is_empty() {
        target.table += &dice.maybe_text("stopped", &["allocated", "deallocated"]);
    }
    let lines = [
        stops,
        dice.maybe("slots", &[1, 2, 3]),
        dice.maybe_time("boot", 100_000),
        charges(dice, false),
        billing(dice, true),
    ];
    target.table += &lines.concat();
    "slots = 4".clone_into(&mut target.other);
}

fn databricks(dice: &mut Dice, target: &mut Target) {
    nodes(dice, target, (1, 6));
    machine(dice, target);
    target.table += "dbu_per_node_hour = 0.75\nprice_per_dbu = 0.30\n";
    target.table += match dice.between(0, 3) {
        0 => "plan = \"standard\"\n",
        1 => "mode = \"standard\"\n",
        2 => "mode = \"optimized\"\n",
        _ => "",
    };
    let lines = [
        dice.maybe_text("workload_type", &["jobs", "jobs_light", "all_purpose"]),
        dice.maybe_text("evaluation_interval", &["10s", "45s"]),
        dice.maybe_text("down_after", &["30s", "5m"]),
        dice.maybe_text("stop_after_idle", &["0s", "20m", "70m"]),
        dice.maybe_time("creation", 240_000),
        dice.maybe_time("allocation", 30_000),
        dice.maybe_time("boot", 240_000),
        billing(dice, false),
    ];
    target.table += &lines.concat();
}

fn data_lake(dice: &mut Dice, target: &mut Target) {
    target.nodes = dice.between(2, 12);
    target.table += &format!(
        "max_units = {}\nprice_per_unit_hour = {}\n",
        target.nodes,
        dice.hundredths(50, 300)
    );
    target.table += &dice.maybe_text("billing_granularity", &["1s", "1m"]);
    target.table += &dice.maybe_text("billing_minimum", &["0s", "10m"]);
    target.other = format!("max_units = {}", target.nodes + 3);
}

fn hdinsight(dice: &mut Dice, target: &mut Target) {
    nodes(dice, target, (1, 6));
    target.table += &format!("price_per_hour = {}\n", dice.hundredths(10, 90));
    let lines = [
        dice.maybe("head_nodes", &[0, 1, 2]),
        dice.maybe_text("evaluation_interval", &["30s", "60s"]),
        dice.maybe_text("up_after", &["1m", "3m"]),
        dice.maybe_text("down_after", &["4m", "10m"]),
        dice.maybe_time("scaling_operation", 600_000),
        billing(dice, false),
    ];
    target.table += &lines.concat();
}

fn batch_pool(dice: &mut Dice, target: &mut Target) {
    nodes(dice, target, (0, 6));
    machine(dice, target);
    let (kept, most) = (target.kept, target.nodes);
    let formula = match dice.between(0, 3) {
        0 => format!("formula.fixed = {{ nodes = {} }}\n", kept.max(most - 1)),
        1 => "formula.replace_preempted = { start_nodes = 2 }\n".to_owned(),
        2 => "formula.pending_tasks = { start_nodes = 0 }\n".to_owned(),
        _ => String::new(),
    };
    let lines = [
        formula,
        dice.maybe_text("evaluation_interval", &["5m", "7m", "15m"]),
        dice.maybe_text("sample_window", &["3m", "6m"]),
        dice.maybe_text("sample_delay", &["0s", "60s"]),
        dice.maybe_time("allocation", 30_000),
        dice.maybe_time("boot", 300_000),
        billing(dice, true),
    ];
    target.table += &lines.concat();
    let keeps = dice.pick(&["requeue", "requeue", "terminate", "taskcompletion"]);
    target.table += &format!("deallocation = \"{keeps}\"\n");
    target.loses = keeps == "requeue";
    if dice.one_in(2) {
        target.loses = true;
        target.table += &format!("low_priority_nodes = {}\n", dice.between(1, most));
        target.table += "low_priority_price_per_hour = 0.054\n";
        target.table += &format!("eviction.rate = \"{}/h\"\n", dice.hundredths(5, 90));
    }
}

fn synapse(dice: &mut Dice, target: &mut Target) {
    nodes(dice, target, (3, 5));
    target.table += dice.pick(&["vcores = 8\n", "vcores = 4\nprice_per_vcore_hour = 0.2\n"]);
    let lines = [
        dice.maybe_text("evaluation_interval", &["30s", "50s"]),
        dice.maybe_text("up_after", &["1m", "2m"]),
        dice.maybe_text("down_after", &["2m", "5m"]),
        dice.maybe_time("scaling_operation", 120_000),
        dice.maybe_text("stop_after_idle", &["15m", "5m"]),
        dice.maybe_time("creation", 180_000),
        billing(dice, false),
    ];
    target.table += &lines.concat();
}

fn kubernetes(dice: &mut Dice, target: &mut Target) {
    nodes(dice, target, (0, 6));
    machine(dice, target);
    let lines = [
        dice.maybe("system_nodes", &[0, 1, 3]),
        dice.maybe_text("profile", &["default", "bursty", "aggressive"]),
        dice.maybe_text("unneeded_after", &["2m", "5m"]),
        dice.maybe_text("delay_after_add", &["1m", "5m"]),
        dice.maybe("max_empty_bulk_delete", &[1, 3]),
        dice.maybe_time("allocation", 30_000),
        dice.maybe_time("boot", 200_000),
        billing(dice, true),
    ];
    target.table += &lines.concat();
}
