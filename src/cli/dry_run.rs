//! What `--dry-run` prints: the variants, their targets and the load on each, and where results would go.

use std::fmt::Write as _;
use std::path::Path;

use super::{defaults, users};
use crate::model::settings::{
    ClusterSettings, NodeLoss, PolicySettings, Quota, TargetKind, TargetSettings, WorldSettings,
};
use crate::precision::Precision;
use crate::printable;
use crate::scenario::{OfferedLoad, Route, Scenario, Variant};
use crate::serving::settings::Machines;
use crate::units::{SimDuration, SimTime};

/// The scenario as it would run.
pub(super) fn describe(scenario: &Scenario, folder: &Path) -> String {
    let mut text = format!(
        "{} ({})\n",
        scenario.name,
        printable::line(&scenario.path.display().to_string())
    );
    if let Some(description) = &scenario.description {
        line(&mut text, &format!("  {description}"));
    }
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    line(
        &mut text,
        &format!(
            "  {} x {}, seed {}, baseline `{}`",
            counted(scenario.variants.len(), "variant"),
            counted(scenario.replications as usize, "replication"),
            scenario.seed,
            scenario.variants[scenario.baseline].name
        ),
    );
    if let Some(precision) = &scenario.precision {
        line(&mut text, &format!("  {}", rounds(precision)));
    }
    line(
        &mut text,
        &format!(
            "  results would go to {}",
            printable::line(&folder.display().to_string())
        ),
    );
    if !scenario.currency.is_dollar() {
        let (code, rate) = (scenario.currency.code(), scenario.currency.per_dollar());
        line(
            &mut text,
            &format!(
                "  results are in {code}, at {rate} {code} for one USD; prices below are in USD"
            ),
        );
    }
    for variant in &scenario.variants {
        describe_variant(&mut text, variant);
    }
    describe_sources(&mut text, &scenario.variants);
    describe_defaults(&mut text, scenario);
    text
}

/// What decides the number of replications.
fn rounds(precision: &Precision) -> String {
    let wanted = precision.wanted.iter();
    let wanted =
        wanted.map(|(figure, share)| format!("{} ± {} %", figure.words(), short(share * 100.0)));
    let wanted: Vec<String> = wanted.collect();
    format!(
        "more replications of every variant, at most {}, until each has {}",
        precision.most,
        wanted.join(" and ")
    )
}

fn describe_variant(text: &mut String, variant: &Variant) {
    let settings = &variant.settings;
    let from_start = |time: SimTime| time.since(SimTime::ZERO).to_friendly();
    line(
        text,
        &format!(
            "  variant `{}`: from {}, warm-up {}, horizon {}",
            variant.name,
            variant.calendar.local(SimTime::ZERO),
            from_start(settings.warmup),
            from_start(settings.horizon)
        ),
    );
    let targets = settings.targets.iter().zip(&variant.loads);
    for (at, ((target, load), prices)) in targets.zip(&variant.prices).enumerate() {
        let usd = prices.per_hour.dollars();
        let coming = settings.workloads.iter();
        let coming = coming.filter(|own| own.targets.contains(&at));
        let of_users = users::are_alone(coming.map(|own| &own.arrivals));
        let work = work(target, load, of_users);
        line(text, &format!("    {work}; {usd} USD/h"));
        describe_bought(text, variant, &target.name);
        match &target.kind {
            TargetKind::Cluster(cluster) => {
                if let Some(policy) = &cluster.policy {
                    describe_policy(text, cluster, policy);
                }
                describe_windows(text, cluster);
                describe_losses(text, cluster);
            }
            TargetKind::Instance(_) => {}
        }
    }
    for route in &variant.routes {
        line(text, &format!("    {}", described(route)));
    }
    describe_services(text, variant);
    for said in users::described(variant) {
        line(text, &format!("    {said}"));
    }
    for quota in &settings.quotas {
        line(text, &format!("    {}", quota_use(quota, settings)));
    }
    for (commitment, name) in variant.commitments.iter().map(|each| (each, &each.name)) {
        let covered = commitment.covers.iter();
        let covered = covered.map(|covered| format!("`{}`", settings.targets[covered.target].name));
        let covered: Vec<String> = covered.collect();
        let covers = match covered.len() {
            0 => "covers nothing".to_owned(),
            _ => format!("covers {}", covered.join(", ")),
        };
        for price in variant.sources.iter().filter(|price| price.of == *name) {
            let paid = format!("{}, {}", price.what, price.price);
            line(text, &format!("    `{name}`: {paid}; {covers}"));
        }
    }
}

/// The work that comes to a target, against what it has.
fn work(target: &TargetSettings, load: &OfferedLoad, of_users: bool) -> String {
    let unit = match target.kind {
        TargetKind::Cluster(_) => "node",
        TargetKind::Instance(_) => "slot",
    };
    let demand = short(load.demand);
    let units = plural(demand, unit);
    let peak = load.peak_demand.map_or_else(String::new, |peak| {
        format!(", for {} in the peaks", short(peak))
    });
    let spills = if load.spills {
        ", and more that goes on to its next target"
    } else {
        ""
    };
    let gangs = if load.capacity < load.room {
        format!(
            " ({} busy, since its runs need several at the same time)",
            short(load.capacity)
        )
    } else {
        String::new()
    };
    let room = short(load.room);
    let load_and_room = if of_users {
        let units = plural(room, unit);
        format!("work of users who wait for its end; it has {room} {units}")
    } else {
        format!("work for {demand} {units} on average{peak}{spills}; it has {room}")
    };
    format!("`{}`: {load_and_room} at most{gangs}", load.target)
}

/// `node` of 1, `nodes` of others.
fn plural(count: f64, unit: &str) -> String {
    if (count - 1.0).abs() < 1e-9 {
        unit.to_owned()
    } else {
        format!("{unit}s")
    }
}

/// `2 to 5 nodes`, or `1 node` where there is no choice.
fn range(min: u32, max: u32, unit: &str) -> String {
    let units = plural(f64::from(max), unit);
    if min == max {
        format!("{max} {units}")
    } else {
        format!("{min} to {max} {units}")
    }
}

/// What a workload with several targets sends where.
fn described(route: &Route) -> String {
    let last = route.targets.len().saturating_sub(1);
    let target = |(place, (name, share)): (usize, &(String, Option<f64>))| {
        let share = share.map_or_else(String::new, |share| {
            format!(" (about {:.0} % of its runs)", share * 100.0)
        });
        match place {
            0 => format!("to `{name}` while it has room{share}"),
            _ if place < last => format!("then to `{name}` while it has room{share}"),
            _ => format!("else to `{name}`, where runs queue{share}"),
        }
    };
    let targets: Vec<String> = route.targets.iter().enumerate().map(target).collect();
    format!("workload `{}`: {}", route.workload, targets.join(", "))
}

/// What a target or a service is bought as.
fn describe_bought(text: &mut String, variant: &Variant, name: &str) {
    let sources = variant.sources.iter().filter(|price| price.of == *name);
    for price in sources.filter(|price| price.what.contains(", ")) {
        line(text, &format!("      {}", price.what));
    }
}

/// Who scales a cluster in the place of its queue, and when.
fn describe_policy(text: &mut String, cluster: &ClusterSettings, policy: &PolicySettings) {
    let who = policy.rule.scaler().name();
    let system_nodes = match policy.system_nodes {
        0 => String::new(),
        nodes => format!(", and {nodes} that take no runs"),
    };
    let low = match cluster.low_priority_nodes {
        0 => String::new(),
        nodes => format!(", {nodes} of them of low priority at most"),
    };
    let stops = match policy.stop_after_idle {
        None => "always on".to_owned(),
        Some(idle) => format!("stops after {} without work", idle.to_friendly()),
    };
    let nodes = range(cluster.min_nodes, cluster.max_nodes, "node");
    let interval = policy.interval.to_friendly();
    line(
        text,
        &format!("      {nodes}{low}{system_nodes}; {who} every {interval}; {stops}"),
    );
}

/// What holds at times of the week, nodes to spare, and tiers.
fn describe_windows(text: &mut String, cluster: &ClusterSettings) {
    for window in &cluster.capacity {
        let min = window.min_nodes.unwrap_or(cluster.min_nodes);
        let max = window.max_nodes.unwrap_or(cluster.max_nodes);
        let nodes = range(min, max, "node");
        line(
            text,
            &format!("      within the windows of `{}`: {nodes}", window.name),
        );
    }
    if cluster.spare_nodes > 0 {
        let nodes = range(cluster.spare_nodes, cluster.spare_nodes, "node");
        line(text, &format!("      {nodes} to spare while there is work"));
    }
    if cluster.policy.is_none() && cluster.low_priority_nodes > 0 {
        let nodes = range(
            cluster.low_priority_nodes,
            cluster.low_priority_nodes,
            "node",
        );
        line(
            text,
            &format!("      {nodes} of low priority at most, the others dedicated"),
        );
    }
}

/// Services with the load on each.
fn describe_services(text: &mut String, variant: &Variant) {
    let services = variant.settings.services.iter().zip(&variant.service_loads);
    for (at, (service, load)) in services.enumerate() {
        let coming = variant.settings.requests.iter();
        let coming = coming.filter(|own| own.service == at);
        let peak = load.peak_demand.map_or_else(String::new, |peak| {
            format!(", {} in the peaks", short(peak))
        });
        let controller = &service.controller;
        let replicas = range(controller.min_replicas, controller.max_replicas, "replica");
        let who = controller.policy.as_ref().map_or_else(
            || format!("{replicas} at all times"),
            |policy| format!("{replicas}, {}", policy.scaler().name()),
        );
        let (per_s, at_once) = (short(load.per_s), short(load.demand));
        let offered = if users::are_alone(coming.map(|own| &own.arrivals)) {
            "requests of users who wait for their answers".to_owned()
        } else {
            format!("{per_s} requests a second, {at_once} at once on average{peak}")
        };
        let (name, most) = (&load.service, short(load.capacity));
        line(
            text,
            &format!("    `{name}`: {offered}; it takes {most} at once at most; {who}"),
        );
        describe_bought(text, variant, &service.name);
        if let Machines::Nodes(nodes) = &service.machines {
            line(
                text,
                &format!(
                    "      {}; {} replicas fit one, {} beside a front end",
                    range(nodes.min_nodes, nodes.max_nodes, "node"),
                    nodes.replicas_per_node,
                    nodes.replicas_beside_front_end
                ),
            );
        }
    }
}

/// The prices that some variant pays, each once, with who states it; not those that the scenario itself gives.
fn describe_sources(text: &mut String, variants: &[Variant]) {
    let mut lines: Vec<String> = Vec::new();
    for price in variants.iter().flat_map(|variant| &variant.sources) {
        if let Some(source) = &price.source {
            let said = format!("    {}: {} ({source})", price.what, price.price);
            if !lines.contains(&said) {
                lines.push(said);
            }
        }
    }
    if !lines.is_empty() {
        line(text, "  prices, for Linux and without tax:");
    }
    for said in lines {
        line(text, &said);
    }
}

/// The defaults that act, with what each rests on.
fn describe_defaults(text: &mut String, scenario: &Scenario) {
    let lines = defaults::lines(scenario);
    if !lines.is_empty() {
        line(
            text,
            "  defaults in force; set a key to replace its default:",
        );
    }
    for said in lines {
        line(text, &format!("    {said}"));
    }
}

/// How nodes are lost, and fail to come.
fn describe_losses(text: &mut String, cluster: &ClusterSettings) {
    let losses = match &cluster.loss {
        NodeLoss::Never => None,
        NodeLoss::Rate(rate) => Some(format!("a node is lost {rate} times an hour")),
        NodeLoss::ByHour(rates) => Some(format!(
            "a node is lost {} times an hour on average, by the hour of the day",
            short(rates.mean_per_hour())
        )),
        NodeLoss::Replay(log) => Some(format!(
            "nodes are lost as in a log of {}: at {} times, {} of them on average",
            SimDuration::from_secs_rounded(log.span.as_secs_f64().round()).to_friendly(),
            log.losses.len(),
            short(log.mean_share())
        )),
    };
    let failures = cluster.allocation_failure.as_ref().map(|failure| {
        let windows = match failure.windows {
            Some(_) => ", and always in its windows",
            None => "",
        };
        format!(
            "an allocation fails with probability {}{windows}, and is tried again after {}",
            failure.probability,
            failure.retry_after.to_friendly()
        )
    });
    for said in losses.into_iter().chain(failures) {
        line(text, &format!("      {said}"));
    }
}

/// What counts against a quota, and how far it goes.
fn quota_use(quota: &Quota, settings: &WorldSettings) -> String {
    let member = |member: &usize| {
        let target = &settings.targets[*member];
        let taken = quota.taken_by(target);
        let amount = quota.unit.amount(taken);
        match &target.kind {
            TargetKind::Instance(_) => format!("`{}` holds {amount}", target.name),
            TargetKind::Cluster(cluster) => {
                let room = quota.leaves(*member, &settings.targets);
                format!(
                    "`{}` takes {amount} a node, so at most {} nodes",
                    target.name,
                    room.min(u64::from(cluster.max_nodes))
                )
            }
        }
    };
    let members: Vec<String> = quota.members.iter().map(member).collect();
    format!(
        "quota `{}`: {}; {}",
        quota.name,
        quota.limit_in_words(),
        members.join("; ")
    )
}

/// With at most three decimals, and no zeros at the end.
fn short(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes every line");
}
