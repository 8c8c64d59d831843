//! Reads environments, clusters and instances, and what is wrong with each by itself.

use super::billing::billing;
use super::distributions::distribution_or;
use super::files::Files;
use super::keys::{CLUSTER, ENVIRONMENT, INSTANCE, names};
use super::losses::{allocation_failure, eviction};
use super::market::Market;
use super::prices::{self, Bought};
use super::reader::{Cursor, Read, Reported, Sink};
use super::tree::{Entry, Table, Value};
use super::values::{
    Complaint, boolean, check_name, choice, count, one_or_more, positive_duration, text,
};
use crate::calendar::{Calendar, WeeklySchedule};
use crate::catalog::ManagedCompute;
use crate::distribution::Distribution;
use crate::model::settings::{
    ClusterSettings, Environment, IdleNodeChoice, InstanceSettings, NodeLoss, OnStop,
    SurplusProvisioning, TargetKind, TargetSettings,
};
use crate::units::SimDuration;

/// Nodes of a cluster at most: the simulator numbers idle nodes in 16 bits.
pub(super) const MAX_NODES: u32 = 65_000;
/// Slots of an instance at most: no VM has more cores than half of this.
pub(super) const MAX_SLOTS: u32 = 1_000;
const WINDOWS: &str = "write windows such as `[\"mon-fri 08:00-18:00\"]`";

/// A target as the file describes it.
pub(super) struct Target<'a> {
    pub(super) table: Cursor<'a>,
    /// What it is, in words.
    pub(super) product: &'static str,
    pub(super) settings: TargetSettings,
    pub(super) bought: Bought,
    /// Whether it is simulated and billed even where no workload submits to it.
    pub(super) always_bill: bool,
}

/// What readers of tables need besides the table.
pub(super) struct Context<'a> {
    pub(super) sink: &'a Sink,
    pub(super) files: &'a Files,
}

/// The tables of a section in order of declaration, each with its dotted key.
pub(super) fn section<'a>(
    context: &Context<'a>,
    root: &'a Table,
    section: &str,
) -> Vec<(&'a Entry, String)> {
    let Some(entry) = root.get(section) else {
        return Vec::new();
    };
    let Ok(cursor) = Cursor::open_free(context.sink, &entry.node, section.to_owned()) else {
        return Vec::new();
    };
    let named = |entry: &'a Entry| (entry, cursor.path_of(&entry.key));
    let mut tables: Vec<_> = cursor.entries().iter().map(named).collect();
    tables.sort_by_key(|(entry, _)| entry.origin.declaration_order());
    for (entry, path) in &tables {
        if let Err(complaint) = check_name(&entry.key) {
            context.sink.report(&entry.origin, path, complaint);
        }
    }
    tables
}

/// The environments.
pub(super) fn environments(context: &Context<'_>, root: &Table) -> Read<Vec<Environment>> {
    let read = |(entry, path): (&Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, &names(ENVIRONMENT))?;
        let build = distribution_or(&table, "image_build", SimDuration::ZERO, context.files);
        let pull = distribution_or(&table, "image_pull", SimDuration::ZERO, context.files);
        Ok(Environment {
            name: entry.key.to_string(),
            image_build: build?,
            image_pull: pull?,
        })
    };
    all(section(context, root, "environment").into_iter().map(read))
}

/// Every item, once all were read.
pub(super) fn all<T>(items: impl Iterator<Item = Read<T>>) -> Read<Vec<T>> {
    let read: Vec<Read<T>> = items.collect();
    read.into_iter().collect()
}

/// Clusters and instances in order of declaration, each by itself.
pub(super) fn targets<'a>(
    context: &Context<'a>,
    root: &'a Table,
    market: &Market<'_>,
    calendar: Option<&Calendar>,
) -> Vec<Read<Target<'a>>> {
    let clusters = section(context, root, "cluster");
    let instances = section(context, root, "instance");
    for (entry, path) in &instances {
        if clusters.iter().any(|(cluster, _)| cluster.key == entry.key) {
            let complaint = Complaint::new(format!("there is a cluster `{}` as well", entry.key))
                .help("give each target a name of its own");
            context.sink.report(&entry.origin, path, complaint);
        }
    }
    let cluster = ManagedCompute::Cluster;
    let mut tables: Vec<_> = clusters.into_iter().map(|table| (cluster, table)).collect();
    let instance = ManagedCompute::Instance;
    tables.extend(instances.into_iter().map(|table| (instance, table)));
    tables.sort_by_key(|(_, (entry, _))| entry.origin.declaration_order());
    let read = |(kind, (entry, path)): (ManagedCompute, (&'a Entry, String))| {
        let keys = match kind {
            ManagedCompute::Cluster => CLUSTER,
            ManagedCompute::Instance => INSTANCE,
        };
        let table = Cursor::open(context.sink, &entry.node, path, &names(keys))?;
        let settings = match kind {
            ManagedCompute::Cluster => {
                cluster_settings(&table, context.files, calendar).map(TargetKind::Cluster)
            }
            ManagedCompute::Instance => {
                instance_settings(&table, context.files, calendar).map(TargetKind::Instance)
            }
        };
        target(&entry.key, table, settings, market, kind)
    };
    tables.into_iter().map(read).collect()
}

fn target<'a>(
    name: &str,
    table: Cursor<'a>,
    settings: Read<TargetKind>,
    market: &Market<'_>,
    kind: ManagedCompute,
) -> Read<Target<'a>> {
    let max_run_duration = table.read("max_run_duration", positive_duration);
    let billing = billing(&table);
    let bought = prices::read(name, &table, market, kind);
    let always_bill = table.read_or("always_bill", false, boolean);
    let (mut settings, bought) = (settings?, bought?);
    if let TargetKind::Cluster(cluster) = &mut settings
        && !bought.tier.may_be_evicted()
    {
        cluster.loss = NodeLoss::Never;
    }
    let product = match kind {
        ManagedCompute::Cluster => "Compute Cluster",
        ManagedCompute::Instance => "Compute Instance",
    };
    Ok(Target {
        product,
        settings: TargetSettings {
            name: name.to_owned(),
            max_run_duration: max_run_duration?,
            billing: billing?,
            vcpus: bought.vcpus,
            keep_usage: false,
            unmanaged: false,
            kind: settings,
        },
        bought,
        always_bill: always_bill?,
        table,
    })
}

fn cluster_settings(
    table: &Cursor<'_>,
    files: &Files,
    calendar: Option<&Calendar>,
) -> Read<ClusterSettings> {
    let min_nodes = table.read_or("min_nodes", 0, count(0, MAX_NODES));
    let max_nodes = table.read_or("max_nodes", 4, count(1, MAX_NODES));
    if let (Ok(min), Ok(max)) = (min_nodes, max_nodes)
        && min > max
    {
        let complaint = Complaint::new(format!("`min_nodes` is {min} and `max_nodes` is {max}"))
            .help("`min_nodes` must not be above `max_nodes` (4 unless given)");
        return Err(table.refuse_pair("min_nodes", "max_nodes", complaint));
    }
    let time = |key, seconds| distribution_or(table, key, SimDuration::from_secs(seconds), files);
    let idle = time("idle_before_scale_down", 120);
    let (allocation, boot) = (time("allocation", 0), time("boot", 0));
    let leaving = time("leaving", 0);
    let idle_node_choice = table.read_or(
        "idle_node_choice",
        IdleNodeChoice::default(),
        choice(&[
            ("most_recently_idle", IdleNodeChoice::MostRecentlyIdle),
            ("least_recently_idle", IdleNodeChoice::LeastRecentlyIdle),
        ]),
    );
    let surplus_provisioning = table.read_or(
        "surplus_provisioning",
        SurplusProvisioning::default(),
        choice(&[
            ("keep", SurplusProvisioning::Keep),
            ("cancel", SurplusProvisioning::Cancel),
        ]),
    );
    let loss = eviction(table, files, calendar);
    let allocation_failure = allocation_failure(table, calendar);
    Ok(ClusterSettings {
        min_nodes: min_nodes?,
        max_nodes: max_nodes?,
        idle_before_scale_down: idle?,
        allocation: allocation?,
        boot: boot?,
        leaving: leaving?,
        idle_node_choice: idle_node_choice?,
        surplus_provisioning: surplus_provisioning?,
        loss: loss?,
        allocation_failure: allocation_failure?,
    })
}

fn instance_settings(
    table: &Cursor<'_>,
    files: &Files,
    calendar: Option<&Calendar>,
) -> Read<InstanceSettings> {
    let slots = table.read_or("slots", 1, count(1, MAX_SLOTS));
    let boot = distribution_or(table, "boot", SimDuration::ZERO, files);
    let schedule = if table.has("schedule") {
        weekly(table, "schedule", calendar).map(Some)
    } else {
        Ok(None)
    };
    let on_stop = table.read_or(
        "on_stop",
        OnStop::default(),
        choice(&[("drain", OnStop::Drain), ("cancel", OnStop::Cancel)]),
    );
    let idle_shutdown = table.read("idle_shutdown", positive_duration);
    let start_on_submission = table.read_or("start_on_submission", true, boolean);
    if table.has("on_stop") && !table.has("schedule") {
        let complaint = Complaint::new("there is no `schedule` that could stop it")
            .help("add a `schedule`, or leave this key out");
        table.refuse("on_stop", complaint);
    }
    let (boot, schedule) = (boot?, schedule?);
    boots_within(table, &boot, schedule.as_ref())?;
    Ok(InstanceSettings {
        slots: slots?,
        boot,
        schedule,
        on_stop: on_stop?,
        idle_shutdown: idle_shutdown?,
        start_on_submission: start_on_submission?,
        allocated_while_stopped: false,
    })
}

/// Refuses a boot that no window of the schedule is long enough for: nothing would ever start.
fn boots_within(
    table: &Cursor<'_>,
    boot: &Distribution,
    schedule: Option<&WeeklySchedule>,
) -> Read<()> {
    let longest = schedule.and_then(WeeklySchedule::longest_open);
    let Some(longest) = longest.filter(|longest| boot.mean_secs() >= longest.as_secs_f64()) else {
        return Ok(());
    };
    let mean = SimDuration::from_secs_rounded(boot.mean_secs()).to_friendly();
    let complaint = Complaint::new(format!(
        "a boot takes {mean} in the mean, but the longest window of the `schedule` is {}",
        longest.to_friendly()
    ));
    Err(table.refuse(
        "boot",
        complaint.help("nothing would ever start: write a shorter boot or longer windows"),
    ))
}

/// Weekly windows under a key; a bad one is reported at its place.
pub(super) fn weekly(
    table: &Cursor<'_>,
    key: &str,
    calendar: Option<&Calendar>,
) -> Read<WeeklySchedule> {
    // Whether a window can be read does not depend on the calendar.
    let anywhere = Calendar::default();
    let window = |value: &Value| {
        let window = text(value)?;
        match WeeklySchedule::parse(&anywhere, std::slice::from_ref(&window)) {
            Ok(_) => Ok(window),
            Err(sentence) => Err(Complaint::sentence(&sentence)),
        }
    };
    let windows = table.require(key, WINDOWS, one_or_more(window))?;
    if windows.is_empty() {
        let complaint = Complaint::new("there is no window in it").help(WINDOWS);
        return Err(table.refuse(key, complaint));
    }
    // Without a calendar, its own problem is reported already.
    let schedule = WeeklySchedule::parse(calendar.ok_or(Reported)?, &windows);
    schedule.map_err(|sentence| table.refuse(key, Complaint::sentence(&sentence)))
}
