//! A managed online endpoint: the present-day peer of AKS, each instance a machine, scaled by rules of Azure Monitor.
//!
//! Facts: the documented sample has 2 to 5 instances, 2 more if CPU is above 70 % over 5 min, one fewer if it is below 30 %,
//! one more if latency is above 70 ms, and in its Python form a cooldown of 1 h; 90 s for a call; billed by the machine;
//! quota for 20 % more instances is kept for upgrades (Azure documentation,
//! articles/machine-learning/how-to-autoscale-endpoints.md and how-to-manage-quotas.md; D); a deployment takes 6 to 8 min
//! (tutorials in Azure/azureml-examples; D). Assumed: evaluations every 60 s; latency is looked at over 5 min; one request
//! at a time; a request waits 500 ms at most, as on AKS.

use super::admission::{Defaults, MAX_REPLICAS, admission};
use super::parts::{in_order, opened};
use super::{Given, MadeService};
use crate::autoscale::{Metric, Profile, Ratio, ReplicaPolicy, Rule, Rules};
use crate::catalog::ManagedCompute;
use crate::scenario::buying::host::Host;
use crate::scenario::buying::prices;
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::{Node, Value};
use crate::scenario::document::usual::{Usual, Written, assumed, fact};
use crate::scenario::document::values::{
    choice, count, duration, found, integer, number_that, positive_duration, rate_parts,
};
use crate::scenario::document::windows::weekly;
use crate::scenario::keys::{RULE, SCHEDULE_PROFILE};
use crate::serving::settings::{Machines, ServiceController};
use crate::units::{SimDuration, TICKS_PER_SECOND};

const FIVE_MINUTES: SimDuration = SimDuration::from_secs(300);
const HOUR: SimDuration = SimDuration::from_secs(3600);

/// Who states the sample.
const SAMPLES: &str =
    "azure-docs, articles/machine-learning/how-to-autoscale-endpoints.md, the sample";

/// What is known of starts.
const STARTS: &str =
    "tutorials in Azure/azureml-examples: 6 to 8 min; that they spread evenly is assumed";
/// The rules of the documented sample, in words.
const SAMPLE_IN_WORDS: &str = "the documented sample: 2 more above 70 % CPU, 1 fewer below 30 %, 1 more above 70 ms; each over 5 min with a cooldown of 1 h";

/// The rules of the documented sample.
const SAMPLE: [Rule; 3] = [
    sample(Metric::Cpu, true, Ratio::new(7, 10), 2),
    sample(Metric::Cpu, false, Ratio::new(3, 10), -1),
    sample(Metric::Latency, true, Ratio::new(7, 100), 1),
];

const fn sample(metric: Metric, is_above: bool, threshold: Ratio, change: i32) -> Rule {
    Rule {
        metric,
        window: FIVE_MINUTES,
        is_above,
        threshold,
        change,
        cooldown: HOUR,
    }
}

/// Reads an online endpoint.
pub(super) fn read(given: &Given<'_>) -> Read<MadeService> {
    let table = given.table;
    let min = table.usual("min_instances", fact(2, SAMPLES), count(1, MAX_REPLICAS));
    let max = table.usual("max_instances", fact(5, SAMPLES), count(1, MAX_REPLICAS));
    let interval = table.usual("evaluation_interval", assumed("60s", ""), positive_duration);
    let rules = rules(table);
    let profile = profile(given);
    let start = assumed(Written::Uniform("6m", "8m"), STARTS);
    let start = distribution_or(table, "start", start, given.files);
    let admission = admission(
        table,
        Defaults {
            queue_timeout: assumed("500ms", "as on AKS"),
            timeout: fact(
                "90s",
                "azure-docs, articles/machine-learning/how-to-manage-quotas.md",
            ),
            ..Defaults::unlimited()
        },
    );
    let bought = prices::read(
        given.name,
        table,
        given.market,
        Host::Managed(ManagedCompute::Endpoint),
    );
    let (min, max, bought) = (min?, max?, bought?);
    in_order(table, ("min_instances", min), ("max_instances", max))?;
    let policy = ReplicaPolicy::Rules(Rules::new(interval?, rules?, profile?));
    let controller = ServiceController::scaled([min, max], policy);
    let mut settings = admission?.service(given.name, controller, Machines::EachReplica);
    settings.start = start?;
    settings.machine_vcpus = bought.vcpus;
    Ok(MadeService { settings, bought })
}

fn rules(table: &Cursor<'_>) -> Read<Vec<Rule>> {
    let Some(node) = table.node("rules") else {
        table.acts("rules", fact(Written::Words(SAMPLE_IN_WORDS), SAMPLES));
        return Ok(SAMPLE.to_vec());
    };
    let Value::Array(items) = &node.value else {
        let complaint = Complaint::new(format!("found {}", found(&node.value)));
        let help = "write tables such as `[{ metric = \"cpu\", above = 0.7, change = 2 }]`";
        return Err(table.refuse("rules", complaint.help(help)));
    };
    let read = |(position, item): (usize, &std::sync::Arc<Node>)| {
        let path = format!("{}.{position}", table.path_of("rules"));
        let cursor = Cursor::open(table.sink(), item, path, RULE)?;
        rule(&cursor)
    };
    let read: Vec<Read<Rule>> = items.iter().enumerate().map(read).collect();
    read.into_iter().collect()
}

/// Reads a threshold.
type Parse = fn(&Value) -> Result<Ratio, Complaint>;

fn rule(table: &Cursor<'_>) -> Read<Rule> {
    let words = [
        ("cpu", Metric::Cpu),
        ("latency", Metric::Latency),
        ("requests_per_instance", Metric::RequestsPerInstance),
    ];
    let metric = table.require(
        "metric",
        "write what is looked at, such as `\"cpu\"`",
        choice(&words),
    );
    let window = table.usual(
        "window",
        assumed("5m", "as in the documented sample"),
        positive_duration,
    );
    let cooldown = table.usual(
        "cooldown",
        assumed("1h", "as in the documented sample"),
        duration,
    );
    let most = i64::from(MAX_REPLICAS);
    let help = "write how many instances come or go, such as `2` or `-1`";
    let change = table.require("change", help, integer(-most..=most));
    let (metric, change) = (metric?, change?);
    if change == 0 {
        return Err(table.refuse("change", Complaint::new("found the number 0").help(help)));
    }
    let side = table.one_of(&["above", "below"])?;
    let side = side.unwrap_or("above");
    let (help, parse): (&str, Parse) = match metric {
        Metric::Cpu => ("write a part of 1, such as `0.7`", share),
        Metric::Latency => ("write a duration, such as `\"70ms\"`", seconds),
        Metric::RequestsPerInstance => ("write a rate, such as `\"20/s\"`", per_second),
    };
    let threshold = table.require(side, help, parse)?;
    Ok(Rule {
        metric,
        window: window?,
        is_above: side == "above",
        threshold,
        change: i32::try_from(change).expect("the range lies within 32 bits"),
        cooldown: cooldown?,
    })
}

fn share(value: &Value) -> Result<Ratio, Complaint> {
    let is_share = |share| (0.0..=1.0).contains(&share);
    number_that(value, is_share, "write a part of 1, such as `0.7` for 70 %").map(Ratio::decimal)
}

fn seconds(value: &Value) -> Result<Ratio, Complaint> {
    let ticks = u128::from(positive_duration(value)?.0);
    Ok(Ratio::new(ticks, u128::from(TICKS_PER_SECOND)))
}

/// A rate to nine decimals of the number that is written: `"20/min"` is a third of one per second.
fn per_second(value: &Value) -> Result<Ratio, Complaint> {
    let (count, seconds) = rate_parts(value)?;
    Ok(Ratio::decimal(count).times(1, seconds))
}

fn profile(given: &Given<'_>) -> Read<Option<Profile>> {
    let Some(table) = opened(given.table, "schedule_profile", SCHEDULE_PROFILE)? else {
        let none = Usual::none("");
        given.table.acts("schedule_profile", none);
        return Ok(None);
    };
    let windows = weekly(&table, "windows", given.calendar);
    let help = "write how many instances there are in these windows";
    let instances = table.require("instances", help, count(1, MAX_REPLICAS));
    Ok(Some(Profile {
        windows: windows?,
        instances: instances?,
    }))
}
