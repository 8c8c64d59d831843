//! Reads workloads, and what is wrong with each by itself and with its target.

use super::arrivals::{Draft, TraceCache, Within, scaled};
use super::asks::{Asks, asks};
use super::batch_inference::batch_inference;
use super::needs::needs;
use super::speeds::{Speeds, speeds};
use crate::calendar::Calendar;
use crate::catalog::Needs;
use crate::distribution::{Distribution, check_weights};
use crate::scenario::buying::market::Market;
use crate::scenario::data::cells::PRIORITIES;
use crate::scenario::data::context::Context;
use crate::scenario::data::distributions::{distribution, distribution_or};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::suggestion;
use crate::scenario::document::reader::{Cursor, one_kind};
use crate::scenario::document::sections::section;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::{Entry, Table, Value};
use crate::scenario::document::usual::{Usual, assumed, fact};
use crate::scenario::document::values::{
    array, boolean, choice, count, duration, integer, number, one_or_more, positive_duration,
    positive_number, text,
};
use crate::scenario::keys::{ESTIMATES, NODES, WORKLOAD};
use crate::scenario::kinds::MAX_NODES;
use crate::scenario::targets::known::{Known, position};
use crate::units::{SimDuration, SimTime};
use crate::workload::{Estimate, NodeCount, OnLoss, WorkloadSettings};

/// A workload while it is read.
pub(in crate::scenario) struct Work<'a> {
    pub(in crate::scenario) name: String,
    pub(in crate::scenario) table: Cursor<'a>,
    pub(in crate::scenario) draft: Read<Draft<'a>>,
    /// What it needs of its targets' sizes, if anything.
    pub(in crate::scenario) needs: Read<Option<Needs>>,
    /// How fast its runs are by size or GPU.
    pub(in crate::scenario) speeds: Read<Speeds>,
    /// What it asks of the kinds of its targets.
    pub(in crate::scenario) asks: Read<Asks>,
}

/// What a workload needs of the rest of its variant.
pub(in crate::scenario) struct Surroundings<'a> {
    pub(in crate::scenario) known: &'a Known<'a>,
    pub(in crate::scenario) calendar: Option<&'a Calendar>,
    pub(in crate::scenario) horizon: SimTime,
}

/// Opens the workloads and reads their arrivals as far as the file says them.
pub(in crate::scenario) fn open<'a>(
    context: &Context<'a>,
    root: &'a Table,
    zone: &str,
    known: &Known<'_>,
    market: &Market<'_>,
) -> Vec<Work<'a>> {
    let declared = known
        .environments_are_all
        .then_some(&known.environments[..]);
    let open = |(entry, path): (&'a Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, WORKLOAD).ok()?;
        // One that is switched off in this variant has no say in anything.
        table
            .read_or("enabled", true, boolean)
            .is_ok_and(|enabled| enabled)
            .then_some(())?;
        let draft = Draft::read(context, &table, zone, declared);
        Some(Work {
            name: entry.key.to_string(),
            needs: needs(&table, market),
            speeds: speeds(&table, market),
            asks: asks(&table),
            table,
            draft,
        })
    };
    let tables = section(context.sink, root, "workload").into_iter();
    tables.filter_map(open).collect()
}

/// Reads the rest of a workload; its target is a position in the list of known ones.
pub(in crate::scenario) fn finish(
    context: &Context<'_>,
    work: &Work<'_>,
    around: &Surroundings<'_>,
    rows: &mut TraceCache,
) -> Read<WorkloadSettings> {
    let table = &work.table;
    let known = around.known;
    let targets = targets(table, known);
    let environment = named(table, "environment", &known.environments, "environment");
    let arrivals = match &work.draft {
        Ok(draft) => draft.finish(&mut Within {
            calendar: around.calendar,
            horizon: around.horizon,
            environments: &known.environments,
            rows,
        }),
        Err(reported) => Err(*reported),
    };
    let background = table.read_or("background", false, boolean);
    let load = context.load.filter(|_| background != Ok(true));
    let arrivals = scaled(table, arrivals, load);
    let is_trace = work.draft.as_ref().ok().map(Draft::is_trace);
    let pieces = batch_inference(context, table, is_trace);
    let running = run_duration(context, table, is_trace);
    let nodes = nodes(table);
    let priority = table.usual("priority", assumed(0, ""), integer(PRIORITIES));
    let estimate = estimate(table);
    let max_duration = table.read("max_duration", positive_duration);
    let setup = distribution_or(table, "setup", assumed("0s", ""), context.files);
    let finalize = distribution_or(table, "finalize", assumed("0s", ""), context.files);
    table.acts("environment", Usual::none("no image is built or pulled"));
    let on_loss = on_loss(table);
    let restart = table.read("restart", duration);
    Ok(WorkloadSettings {
        name: work.name.clone(),
        targets: targets?,
        speeds: Vec::new(),
        arrivals: arrivals?,
        duration: running?,
        nodes: nodes?,
        priority: priority?,
        environment: environment?
            .map(|position| u32::try_from(position).expect("a file has few environments")),
        max_duration: max_duration?,
        setup: setup?,
        finalize: finalize?,
        on_loss: on_loss?,
        restart: restart?.unwrap_or_default(),
        background: background?,
        estimate: estimate?,
        batch_inference: pieces?,
    })
}

/// The positions of a workload's targets, in its order.
fn targets(table: &Cursor<'_>, known: &Known<'_>) -> Read<Vec<usize>> {
    // There is one rule only, so that to name it changes nothing.
    table.read_or("routing", (), choice(&[("overflow", ())]))?;
    let help = || format!("write {}", suggestion("", &known.target_names(), "one of"));
    // Of many targets a help takes long to make.
    let missing = table.node("target").is_none().then(help);
    let (key, names) = match table.one_of(&["target", "targets"])? {
        Some("targets") => ("targets", table.require("targets", "", one_or_more(text))?),
        _ => (
            "target",
            vec![
                table.require("target", &missing.unwrap_or_default(), |value| {
                    text(value).map_err(|complaint| match value {
                        Value::Array(_) => {
                            complaint.help("write several targets with the key `targets`")
                        }
                        _ => complaint,
                    })
                })?,
            ],
        ),
    };
    let mut positions = Vec::new();
    for name in &names {
        let position = known.target(table, key, name)?;
        if positions.contains(&position) {
            let complaint = Complaint::new(format!("`{name}` comes twice")).help("keep one");
            return Err(table.refuse(key, complaint));
        }
        positions.push(position);
    }
    if positions.is_empty() {
        let complaint = Complaint::new("there is no target in it").help(help());
        return Err(table.refuse(key, complaint));
    }
    Ok(positions)
}

/// What is told beforehand of how long runs take.
fn estimate(table: &Cursor<'_>) -> Read<Estimate> {
    let Some(node) = table.node("estimate") else {
        return Ok(Estimate::Exact);
    };
    let path = table.path_of("estimate");
    let (kind, node, path) = one_kind(table.sink(), node, &path, ESTIMATES)?;
    let found = match kind.name {
        "factor" => positive_number(&node.value).map(Estimate::Factor),
        _ => positive_duration(&node.value).map(Estimate::Value),
    };
    found.map_err(|complaint| table.sink().report(&node.origin, &path, complaint))
}

/// What becomes of a run that loses a node.
fn on_loss(table: &Cursor<'_>) -> Read<OnLoss> {
    /// The words, before the checkpoints are known.
    #[derive(Clone, Copy)]
    enum Word {
        Fail,
        Requeue,
        Resume,
    }
    let words = [
        ("fail", Word::Fail),
        ("requeue", Word::Requeue),
        ("resume", Word::Resume),
    ];
    let word = table.read_or("on_interruption", Word::Requeue, choice(&words));
    let interval = table.read("checkpoint_interval", positive_duration);
    let cost = table.read("checkpoint_cost", duration);
    let (word, interval, cost) = (word?, interval?, cost?);
    match (word, interval) {
        (Word::Fail, _) => Ok(OnLoss::Fail),
        (Word::Requeue, _) => Ok(OnLoss::Requeue),
        (Word::Resume, Some(interval)) => Ok(OnLoss::Resume {
            interval,
            cost: cost.unwrap_or_default(),
        }),
        (Word::Resume, None) => Err(table.missing(
            "checkpoint_interval",
            "write how much Running time lies between two checkpoints, such as `\"1h\"`",
        )),
    }
}

/// The position of a name among known ones.
fn named(table: &Cursor<'_>, key: &str, known: &[&str], what: &str) -> Read<Option<usize>> {
    let Some(name) = table.read(key, text)? else {
        return Ok(None);
    };
    position(table, key, &name, known, what).map(Some)
}

/// The duration of runs, which a trace brings itself.
fn run_duration(
    context: &Context<'_>,
    table: &Cursor<'_>,
    is_trace: Option<bool>,
) -> Read<Distribution> {
    let duration = distribution(table, "duration", context.files)?;
    match (duration, is_trace) {
        (Some(_), Some(true)) => {
            let complaint = Complaint::new("a trace brings the duration of each run")
                .help("leave this key out; `arrivals.trace.duration` names the column");
            Err(table.refuse("duration", complaint))
        }
        (Some(_), _) if table.has("batch_inference") => {
            let complaint = Complaint::new("`batch_inference` says already how long a run takes")
                .help("keep one of them");
            Err(table.refuse_pair("duration", "batch_inference", complaint))
        }
        (Some(duration), _) => Ok(duration),
        (None, Some(false)) if !table.has("batch_inference") => Err(table.missing(
            "duration",
            "write how long a run takes, such as `duration = \"20m\"`",
        )),
        (None, _) => Ok(Distribution::constant(SimDuration::ZERO)),
    }
}

fn nodes(table: &Cursor<'_>) -> Read<NodeCount> {
    let node_count = count(1, MAX_NODES);
    match table.node("nodes") {
        None => {
            if !trace_sizes_runs(table) {
                let one = fact(1, "Python SDK azureml-core, `RunConfiguration`");
                table.acts("nodes", one);
            }
            Ok(NodeCount::Constant(1))
        }
        Some(node) if matches!(node.value, Value::Table(_)) => {
            let path = table.path_of("nodes");
            let (kind, node, path) = one_kind(table.sink(), node, &path, NODES)?;
            let choice = Cursor::open(table.sink(), node, path, kind.keys)?;
            node_choice(&choice)
        }
        Some(_) => {
            let nodes = table.read_or("nodes", 1, |value| {
                node_count(value).map_err(|complaint| {
                    let help = complaint.help.clone().unwrap_or_default();
                    complaint.help(format!(
                        "{help}, or `{{ choice = {{ values = [1, 2], weights = [3, 1] }} }}`"
                    ))
                })
            });
            nodes.map(NodeCount::Constant)
        }
    }
}

/// Whether a trace says how many nodes each run takes.
fn trace_sizes_runs(table: &Cursor<'_>) -> bool {
    let arrivals = table.node("arrivals").and_then(|node| node.as_table());
    let trace = arrivals.and_then(|arrivals| arrivals.table("trace"));
    trace.is_some_and(|trace| trace.get("nodes").is_some() || trace.get("gpus").is_some())
}

fn node_choice(choice: &Cursor<'_>) -> Read<NodeCount> {
    let help = "write numbers of nodes such as `[1, 2, 4]`";
    let values = choice.require("values", help, array(count(1, MAX_NODES)));
    let weights = choice.read("weights", array(number));
    let values = values?;
    let weights = weights?.unwrap_or_else(|| vec![1.0; values.len()]);
    if values.is_empty() {
        return Err(choice.refuse("values", Complaint::new("there are no values").help(help)));
    }
    if values.len() != weights.len() {
        let complaint = Complaint::new(format!(
            "{} values but {} weights",
            values.len(),
            weights.len()
        ))
        .help("give one weight for each value");
        return Err(choice.refuse_pair("values", "weights", complaint));
    }
    check_weights(&weights)
        .map_err(|sentence| choice.refuse("weights", Complaint::sentence(&sentence)))?;
    Ok(NodeCount::Choice { values, weights })
}
