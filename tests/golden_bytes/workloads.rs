//! Tables of random workloads of runs.

use crate::dice::Dice;
use crate::targets::Target;

/// Names of the images that some runs use.
pub(crate) const IMAGES: &[&str] = &["torch", "tensor"];

/// A workload that submits some dozens of runs to one of the targets, or to several. Its name says how its runs come.
pub(crate) fn make(dice: &mut Dice, targets: &[&Target], number: usize, hours: u64) -> String {
    let most = targets.iter().map(|target| target.nodes).min().unwrap_or(1);
    let (kind, arrivals) = arrivals(dice, most, hours);
    let name = format!("{kind}-{number}");
    let mut text = format!(
        "[workload.{name}]\n{}\narrivals.{kind} = {arrivals}\n",
        to(targets)
    );
    let [only] = targets else {
        return text + &common(dice, targets, most, kind == "trace");
    };
    if only.kind == "cluster" && kind != "trace" && dice.one_in(5) {
        return text + &pieces(dice, most);
    }
    let attached = !["cluster", "instance"].contains(&only.kind);
    if attached && number > 0 && dice.one_in(2) {
        text += "background = true\n";
    }
    text + &common(dice, targets, most, kind == "trace")
}

fn to(targets: &[&Target]) -> String {
    match targets {
        [target] => format!("target = \"{}\"", target.name),
        several => {
            let names: Vec<&str> = several.iter().map(|target| target.name.as_str()).collect();
            format!("targets = {names:?}")
        }
    }
}

/// The kind of arrivals, and its settings.
fn arrivals(dice: &mut Dice, most: u64, hours: u64) -> (&'static str, String) {
    let runs = dice.between(8, 30);
    match dice.between(0, 6) {
        0 => {
            let quiet = format!("{}/day", 24 * runs / hours / 3);
            let peak = format!("{}/day", 24 * runs / hours * 2);
            let windows = dice.pick(&["mon-fri 09:00-10:30", "daily 08:30-11:00", "sat-sun"]);
            let text =
                format!("{{ quiet = \"{quiet}\", peak = \"{peak}\", windows = [\"{windows}\"] }}");
            ("bursts", text)
        }
        1 => {
            let minutes = hours * 60 / runs;
            let first = dice.pick(&["", ", first = \"0s\"", ", first = \"7m\""]);
            (
                "deterministic",
                format!("{{ interval = \"{minutes}m\"{first} }}"),
            )
        }
        2 => (
            "batch",
            format!("{{ runs = {}, at = [\"20m\", \"2h\"] }}", runs.div_ceil(2)),
        ),
        3 | 4 => {
            let stamps =
                "file = \"trace.csv\", submitted = \"at\", duration = \"minutes\", unit = \"min\"";
            let more = dice.pick(&[
                "",
                ", priority = \"priority\", origin = 0",
                ", environment = \"image\"",
                if most > 1 { ", nodes = \"nodes\"" } else { "" },
                if most > 1 {
                    ", gpus = \"gpus\", gpus_per_node = 4"
                } else {
                    ""
                },
            ]);
            ("trace", format!("{{ {stamps}{more} }}"))
        }
        _ => (
            "poisson",
            format!("{{ rate = \"{}/day\" }}", 24 * runs / hours),
        ),
    }
}

/// Batch inference.
fn pieces(dice: &mut Dice, most: u64) -> String {
    let time = dice.time("mini_batch_time", 50_000);
    format!(
        "nodes = {}\nbatch_inference.mini_batches = {}\nbatch_inference.items_per_mini_batch = {}\n\
         batch_inference.processes_per_node = {}\nbatch_inference.invocation_timeout = \"{}\"\n\
         batch_inference.failure_probability = {}\nbatch_inference.{time}",
        dice.between(1, most),
        dice.between(20, 60),
        dice.pick(&[10, 100]),
        dice.pick(&[1, 2, 4]),
        dice.pick(&["60s", "2m"]),
        dice.pick(&["0", "0.05", "0.3"]),
    )
}

fn common(dice: &mut Dice, targets: &[&Target], most: u64, is_trace: bool) -> String {
    let mut text = String::new();
    if !is_trace {
        let mean_ms = dice.between(2, 45) * 60_000;
        text += &if dice.one_in(9) {
            "duration.empirical = { file = \"trace.csv\", column = \"minutes\", unit = \"min\" }\n"
                .to_owned()
        } else {
            dice.time("duration", mean_ms)
        };
    }
    if most > 1 {
        let half = most.div_ceil(2);
        text += &match dice.between(0, 3) {
            0 => format!("nodes = {}\n", dice.between(2, most)),
            1 => {
                format!("nodes.choice = {{ values = [1, {half}, {most}], weights = [5, 2, 1] }}\n")
            }
            _ => String::new(),
        };
    }
    text += &dice.maybe("priority", &[-1, 0, 5]);
    if dice.one_in(3) {
        text += &format!("environment = \"{}\"\n", dice.pick(IMAGES));
    }
    if dice.one_in(4) {
        text += &dice.maybe_text("max_duration", &["20m", "1h"]);
    }
    text += &dice.maybe_time("setup", 20_000);
    text += &dice.maybe_time("finalize", 15_000);
    if targets.iter().any(|target| target.loses) {
        text += match dice.between(0, 3) {
            0 => "on_interruption = \"fail\"\n",
            1 => "on_interruption = \"requeue\"\nrestart = \"30s\"\n",
            2 => {
                "on_interruption = \"resume\"\ncheckpoint_interval = \"6m\"\ncheckpoint_cost = \"20s\"\n"
            }
            _ => "",
        };
    }
    text
}
