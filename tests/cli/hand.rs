//! Bills that can be worked out by hand, from the scenario file to the cells of the results.

use std::collections::BTreeMap;

use crate::desk::Desk;

type Cells = BTreeMap<String, String>;

/// The rows of a file of results.
fn rows(desk: &Desk, file: &str) -> Vec<Cells> {
    let text = std::fs::read_to_string(desk.path(file)).expect("a file of results");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize();
    rows.collect::<Result<_, _>>().expect("rows of cells")
}

/// Twenty runs of an hour at once on twenty nodes: each node then idles out its limit, and is gone.
const BURST: &str = r#"
name = "tails"
start = 2021-03-01T00:00 # while the size was sold
horizon = "1d"
replications = 1

[cluster.gpu]
vm_size = "Standard_NC6s_v3"
region = "eastus"
approved = true
max_nodes = 20
boot = 0

[workload.burst]
target = "gpu"
arrivals.batch = { runs = 20, at = ["1h"] }
duration = "1h"

[variant.short]
cluster.gpu.idle_before_scale_down = "120s"

[variant.long]
cluster.gpu.idle_before_scale_down = "1800s"
"#;

#[test]
fn a_burst_of_twenty_nodes_pays_its_idle_tails() {
    let desk = Desk::new();
    desk.write("tails.toml", BURST);
    desk.simulate("tails.toml --quiet").succeeds();
    let summary = rows(&desk, "output/tails/summary.csv");
    // 20 x 3.06 USD/h x 120 s = 2.04 USD, and x 1800 s = 30.60 USD; the work is 20 x 3.06 = 61.20 USD.
    for (row, tail, total) in [
        (&summary[0], "2.040000", "63.240000"),
        (&summary[1], "30.600000", "91.800000"),
    ] {
        assert_eq!(row["cost_idle_before_scale_down_usd"], tail);
        assert_eq!(row["cost_run_usd"], "61.200000");
        assert_eq!(row["cost_usd"], total);
    }
}

/// An instance that its schedule has off on weekends, from Saturday on: it never starts before the horizon on Monday.
const STOPPED: &str = r#"
name = "stopped"
start = 2024-01-06T00:00
horizon = "2d"
replications = 1
region = "eastus"

[instance.box]
vm_size = "Standard_NC6s_v3"
approved = true
schedule = ["mon-fri 08:00-18:00"]
fixed_charges = { disk = "list", load_balancer = "list" }
always_bill = true

[cluster.other]
vm_size = "Standard_D2_v3"

[workload.some]
target = "other"
arrivals.batch = { runs = 1, at = ["1h"] }
duration = "1h"
"#;

#[test]
fn a_stopped_instance_pays_its_disk_and_load_balancer_and_nothing_else() {
    let desk = Desk::new();
    desk.write("stopped.toml", STOPPED);
    desk.simulate("stopped.toml --quiet").succeeds();
    let summary = rows(&desk, "output/stopped/summary.csv");
    let row = summary.iter().find(|row| row["target"] == "box");
    let row = row.expect("a row of the instance");
    // 19.71 USD x 48 h / 730 h = 1.296 USD, and 0.33 USD x 2 days = 0.66 USD.
    assert_eq!(row["cost_disk_usd"], "1.296000");
    assert_eq!(row["cost_load_balancer_usd"], "0.660000");
    assert_eq!(row["cost_usd"], "1.956000");
}

/// Two clusters share four vCPUs. Each ends two runs of one node and then queues one of three: each gang holds two idle nodes
/// and lacks a third, which the other has.
const DEADLOCK: &str = r#"
name = "gangs"
horizon = "1d"
replications = 1
quota.shared = { vcpus = 4, targets = ["a", "b"] }

[cluster.a]
vcpus = 1
price_per_hour = 1.0
max_nodes = 4
boot = "0s"
idle_before_scale_down = "60s"

[cluster.b]
vcpus = 1
price_per_hour = 1.0
max_nodes = 4
boot = "0s"
idle_before_scale_down = "60s"

[workload.a-small]
target = "a"
arrivals.batch = { runs = 2, at = ["0s"] }
duration = "100s"

[workload.b-small]
target = "b"
arrivals.batch = { runs = 2, at = ["0s"] }
duration = "100s"

[workload.a-gang]
target = "a"
nodes = 3
arrivals.batch = { runs = 1, at = ["110s"] }
duration = "100s"

[workload.b-gang]
target = "b"
nodes = 3
arrivals.batch = { runs = 1, at = ["110s"] }
duration = "100s"
"#;

#[test]
fn gangs_that_hold_what_each_other_needs_drain() {
    let desk = Desk::new();
    desk.write("gangs.toml", DEADLOCK);
    desk.simulate("gangs.toml --quiet --runs").succeeds();
    let runs = rows(&desk, "output/gangs/runs.csv");
    let started = |workload: &str| {
        let run = runs.iter().find(|run| run["workload"] == workload);
        run.expect("its only run")["start_s"].clone()
    };
    assert!(runs.iter().all(|run| run["status"] == "completed"));
    // The small runs end at 100 s, so that all four nodes have reached their limit at 160 s. Then the younger queue (b's: a's
    // comes first in the scenario) gives one of its two up, and a's gang runs until 260 s. Its nodes are needed by nobody
    // any more: all are let go at 320 s, and the gang of b gets its second and third.
    assert_eq!(started("a-gang"), "160.000000");
    assert_eq!(started("b-gang"), "320.000000");
}

/// A cluster whose boots take half an hour, and an instance that its schedule has on for two hours, the first half of one of
/// which it boots.
const BOOTS: &str = r#"
name = "boots"
horizon = "1d"
replications = 1

[cluster.gpu]
price_per_hour = 1.0
boot = "30m"
idle_before_scale_down = "0s"

[instance.box]
price_per_hour = 1.0
boot = "30m"
schedule = ["daily 08:00-10:00"]
always_bill = true

[workload.one]
target = "gpu"
arrivals.batch = { runs = 1, at = ["1h"] }
duration = "1h"

[variant.billed]

[variant.free]
cluster.gpu.bill_boot = false
instance.box.bill_boot = false
"#;

#[test]
fn a_boot_is_on_the_bill_or_not() {
    let desk = Desk::new();
    desk.write("boots.toml", BOOTS);
    desk.simulate("boots.toml --quiet").succeeds();
    let summary = rows(&desk, "output/boots/summary.csv");
    let row = |variant: &str, target: &str| {
        let wanted = |row: &&Cells| row["variant"] == variant && row["target"] == target;
        summary.iter().find(wanted).expect("a row of each").clone()
    };
    // The cluster's node boots for half an hour and runs for one; the instance boots for half an hour of two.
    for (variant, target, cost, boot) in [
        ("billed", "gpu", "1.500000", "0.500000"),
        ("billed", "box", "2.000000", "0.500000"),
        ("free", "gpu", "1.000000", "0.000000"),
        ("free", "box", "1.500000", "0.000000"),
    ] {
        let row = row(variant, target);
        assert_eq!(row["cost_usd"], cost, "{variant} {target}");
        assert_eq!(row["cost_boot_usd"], boot, "{variant} {target}");
    }
    // Whether it is billed or not, it is waited for.
    for variant in ["billed", "free"] {
        assert_eq!(row(variant, "gpu")["wait_mean_s"], "1800.000000");
    }
}

/// Allocations fail until the window closes at 02:00: tries at 01:00, 01:10, 01:30 and 02:10, after pauses of 10, 20 and 40
/// minutes.
const FAILING: &str = r#"
name = "failing"
horizon = "1d"
replications = 1

[cluster.gpu]
price_per_hour = 1.0
boot = "5m"
idle_before_scale_down = "0s"
allocation_failure = { windows = ["daily 00:00-02:00"], retry_after = "10m", backoff = 2, retry_at_most = "2h" }

[workload.one]
target = "gpu"
arrivals.batch = { runs = 1, at = ["1h"] }
duration = "1h"
"#;

#[test]
fn failed_allocations_are_waited_for_and_not_billed() {
    let desk = Desk::new();
    desk.write("failing.toml", FAILING);
    desk.simulate("failing.toml --quiet --runs").succeeds();
    let summary = rows(&desk, "output/failing/summary.csv");
    // 70 min of tries and 5 min of boot are spin-up; 65 min are billed.
    assert_eq!(summary[0]["wait_mean_s"], "4500.000000");
    assert_eq!(summary[0]["wait_provisioning_mean_s"], "4500.000000");
    assert_eq!(summary[0]["cost_usd"], "1.083333");
    let leases = rows(&desk, "output/failing/leases.csv");
    assert_eq!(leases[0]["requested_s"], "3600.000000");
    assert_eq!(leases[0]["billed_from_s"], "7800.000000");
}

/// Evictions only in the hour from 09:00, at a rate that no node survives for long: whatever is ready then is lost.
const BY_HOUR: &str = r#"
name = "by-hour"
horizon = "2d"
replications = 1

[cluster.low]
tier = "low_priority"
price_per_hour = 1.0
min_nodes = 3
max_nodes = 3
boot = "2h"
eviction.by_hour = [HOURS]

[workload.one]
target = "low"
arrivals.batch = { runs = 1, at = ["47h"] }
duration = "1m"
"#;

#[test]
fn evictions_come_in_their_hours() {
    let desk = Desk::new();
    let mut hours = ["\"0/h\""; 24];
    hours[9] = "\"3000/h\"";
    desk.write("by-hour.toml", BY_HOUR.replace("HOURS", &hours.join(", ")));
    desk.simulate("by-hour.toml --quiet --runs").succeeds();
    let leases = rows(&desk, "output/by-hour/leases.csv");
    let lost: Vec<f64> = leases
        .iter()
        .filter(|lease| lease["ended_by"] == "loss")
        .map(|lease| lease["released_s"].parse().expect("a time"))
        .collect();
    // Three nodes on each of two days; those that replace them are ready at eleven.
    assert_eq!(lost.len(), 6, "{lost:?}");
    for at in lost {
        let hour = at % 86_400.0 / 3600.0;
        assert!((9.0..9.01).contains(&hour), "{hour}");
    }
}

/// Twice five runs of an hour on two nodes, which come 5 minutes after they are asked for.
const TWO_BATCHES: &str = r#"
name = "batches"
horizon = "1d"
replications = 2

[cluster.gpu]
price_per_hour = 1.0
max_nodes = 2
boot = "5m"
idle_before_scale_down = "10m"

[cluster.other]
price_per_hour = 1.0
max_nodes = 1
boot = "0s"
idle_before_scale_down = "10m"

[workload.nightly]
target = "gpu"
arrivals.batch = { runs = 5, at = ["0h", "1h"] }
duration = "1h"

[variant.both]

[variant.second]
warmup = "30m"

[variant.cut]
end = "cut"
horizon = "2h"

[variant.beside]
workload.steady = { target = "other", duration = "1m", arrivals.deterministic = { interval = "1h" } }

[variant.two]
workload.late = { target = "other", duration = "1m", arrivals.batch = { runs = 1, at = ["1h", "2h"] } }

[variant.users]
workload.steady = { target = "other", duration = "1m", arrivals.closed = { users = 1, think = "1h" } }
"#;

#[test]
fn the_makespan_of_a_batch_is_until_its_last_run_has_ended() {
    let desk = Desk::new();
    desk.write("batches.toml", TWO_BATCHES);
    let text = desk.simulate("batches.toml").succeeds();
    let summary = rows(&desk, "output/batches/summary.csv");
    let makespan = |variant: &str, target: &str| {
        let mut found = summary.iter();
        let found = found.find(|row| row["variant"] == variant && row["target"] == target);
        found.expect("its row")["makespan_s"].as_str()
    };
    // Pairs end at 1:05, 2:05, 3:05, 4:05 and 5:05; after the warm-up the first submission is at 1:00.
    assert_eq!(makespan("both", "gpu"), "18300.000000");
    assert_eq!(makespan("second", "gpu"), "14700.000000");
    assert_eq!(makespan("cut", "gpu"), "", "some have not ended");
    for target in ["gpu", "other", "(all)"] {
        let expected = if target == "other" {
            "3660.000000"
        } else {
            "18300.000000"
        };
        assert_eq!(makespan("two", target), expected, "{target}");
    }
    for variant in ["beside", "users"] {
        assert_eq!(makespan(variant, "gpu"), "18300.000000");
        assert_eq!(makespan(variant, "other"), "", "work goes on");
        assert_eq!(makespan(variant, "(all)"), "", "work goes on");
    }
    let table = &text.stdout;
    assert!(
        table
            .lines()
            .find(|line| line.starts_with("variant"))
            .expect("a heading")
            .contains("makespan"),
        "{table}"
    );
    for (variant, makespan) in [
        ("both", "5.08 ± 0"),
        ("second", "4.08 ± 0"),
        ("two", "5.08 ± 0"),
    ] {
        let mut lines = table.lines();
        let line = lines.find(|line| line.split_whitespace().next() == Some(variant));
        assert!(line.expect("a line").contains(makespan), "{table}");
    }
}

/// An instance with two slots that is on for two days, and runs an hour on one of them.
const MOSTLY_UNUSED: &str = r#"
name = "unused"
horizon = "2d"
replications = 1

[instance.box]
price_per_hour = 1.0
slots = 2
boot = "0s"

[workload.one]
target = "box"
arrivals.batch = { runs = 1, at = ["1h"] }
duration = "1h"
"#;

#[test]
fn free_slots_of_an_instance_are_unused_capacity() {
    let desk = Desk::new();
    desk.write("unused.toml", MOSTLY_UNUSED);
    desk.simulate("unused.toml --quiet").succeeds();
    let row = &rows(&desk, "output/unused/summary.csv")[0];
    // 48 h at 1 USD, of which one of two slots was busy for an hour.
    assert_eq!(row["cost_run_usd"], "0.500000");
    assert_eq!(row["cost_idle_unused_capacity_usd"], "47.500000");
    assert_eq!(row["cost_idle_before_scale_down_usd"], "0.000000");
    let bill = rows(&desk, "output/unused/bill.csv");
    let categories: Vec<&str> = bill.iter().map(|row| row["category"].as_str()).collect();
    assert_eq!(categories, ["run", "idle_unused_capacity"]);
}
