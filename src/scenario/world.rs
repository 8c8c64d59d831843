//! Reads one variant: a whole tree into checked settings, prices and offered loads. Files, flags and the list of
//! variants are elsewhere.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::calendar::Calendar;
use crate::catalog::Cloud;
use crate::model::settings::{End, Environment, WorldSettings};
use crate::pricing::{Commitment, Tags, TargetPrices};
use crate::scenario::buying::commitments::{self, commitments};
use crate::scenario::buying::market::Market;
use crate::scenario::buying::source::PriceSource;
use crate::scenario::checks::between::{Between, Checked};
use crate::scenario::checks::demand::Means;
use crate::scenario::checks::offered::{Offered, OfferedLoad, offered};
use crate::scenario::checks::routes::Route;
use crate::scenario::checks::serving_load::{self, ServiceLoad};
use crate::scenario::checks::speeds::{self, Resolved, Unstated};
use crate::scenario::checks::told::Said;
use crate::scenario::checks::{misread, remarks};
use crate::scenario::data::context::Context;
use crate::scenario::data::readings::Reading;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sections::section;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::tree::{Node, Table, dotted};
use crate::scenario::document::usual::ActingDefault;
use crate::scenario::goals::Copied;
use crate::scenario::targets::known::Known;
use crate::scenario::targets::{
    Service, Target, environments, equal, names_of, quotas, refuse_shared_names, services, targets,
};
use crate::scenario::work::arrivals::TraceCache;
use crate::scenario::work::clock::{Arriving, Clock, calendar, clock, hides_start, horizon, week};
use crate::scenario::work::requests::{self, RequestWork, Requests};
use crate::scenario::work::workloads::{Surroundings, Work, finish, open};
use crate::units::SimTime;
use crate::workload::WorkloadSettings;

/// One variant, checked.
pub(super) struct World {
    pub(super) cloud: Cloud,
    pub(super) settings: WorldSettings,
    pub(super) products: Vec<&'static str>,
    pub(super) prices: Vec<TargetPrices>,
    pub(super) tags: Vec<Tags>,
    pub(super) commitments: Vec<Commitment>,
    /// Where prices are from.
    pub(super) sources: Vec<PriceSource>,
    pub(super) loads: Vec<OfferedLoad>,
    pub(super) routes: Vec<Route>,
    pub(super) service_loads: Vec<ServiceLoad>,
    pub(super) calendar: Calendar,
    /// Quotas that limit none of its targets.
    pub(super) idle_quotas: Vec<String>,
    pub(super) warnings: Vec<Said>,
    pub(super) notes: Vec<Said>,
    /// What was read from its traces.
    pub(super) readings: Vec<Rc<Reading>>,
    /// Defaults that act in it.
    pub(super) defaults: Vec<ActingDefault>,
    /// GPUs that its workloads run on, without a speed of their own.
    pub(super) equally_fast: Vec<Unstated>,
    /// Names that stand for several.
    pub(super) copied: Vec<Copied>,
}

/// Work shared between variants.
#[derive(Default)]
pub(super) struct Shared {
    rows: TraceCache,
    means: Means,
}

/// Reads a variant; where an instance stands for several, first as it is written, so that what is wrong is said once.
pub(super) fn read(context: &Context<'_>, root: &Node, shared: &mut Shared) -> Read<World> {
    let world = read_tree(context, root, shared)?;
    match equal::each(context.sink, root)? {
        Some((each, copied)) => Ok(World {
            copied,
            ..read_tree(context, &each, shared)?
        }),
        None => Ok(world),
    }
}

fn read_tree(context: &Context<'_>, root: &Node, shared: &mut Shared) -> Read<World> {
    context.sink.forget();
    let cursor = Cursor::root(context.sink, root);
    let table = root.as_table().expect("the top level is a table");
    let clock = clock(&cursor);
    let market = Market::read(context, &cursor);
    let timed = clock.as_ref().map_err(|reported| *reported);
    let zone = timed.map_or("UTC", |clock| &clock.zone);
    let known = known(context, table);
    let works = open(context, table, zone, &known, &market);
    let asking = requests::open(context, table, zone);
    let arriving = arriving(&works, &asking);
    let calendar = timed.and_then(|clock| calendar(&cursor, clock, &arriving));
    refuse_shared_names(context, table);
    let environments = environments(context, table);
    let targets = targets(context, table, &market, calendar.as_ref().ok());
    let services = services(context, table, &market, calendar.as_ref().ok());
    let drafts = quotas::drafts(context, table, &market, &known);
    let committed = commitments::drafts(context, table, &market);
    let dated = (arriving.as_slice(), calendar.as_ref().ok());
    let ending = timed.and_then(|clock| horizon(&cursor, clock, dated, table));
    let horizon = ending.as_ref().map(|it| it.0).map_err(|it| *it);
    let start_is_known = timed.is_ok_and(|clock| clock.start.is_some() || !hides_start(&arriving));
    let around = Surroundings {
        known: &known,
        calendar: calendar.as_ref().ok().filter(|_| start_is_known),
        horizon: horizon.unwrap_or(SimTime::NEVER),
    };
    let rows = &mut shared.rows;
    let mut finish = |work| finish(context, work, &around, rows);
    let mut workloads: Vec<_> = works.iter().map(&mut finish).collect();
    let mut finish = |work| requests::finish(context, work, &around, rows);
    let requests: Vec<_> = asking.iter().map(&mut finish).collect();
    let speeds = speeds::resolve(&works, &mut workloads, &targets, (&requests, &services));
    let between = Between {
        works: &works,
        workloads: &workloads,
        targets: &targets,
        services: &services,
        asking: &asking,
        requests: &requests,
        quotas: &drafts,
        market: &market,
        environments: environments.as_deref().unwrap_or(&[]),
        horizon: horizon.as_ref().map_or(SimTime::ZERO, |horizon| *horizon),
        end: timed.map_or(End::default(), |clock| clock.end),
    };
    let checked = between.check();
    let workloads: Vec<_> = workloads.into_iter().collect::<Read<_>>()?;
    let targets: Vec<_> = targets.into_iter().collect::<Read<_>>()?;
    let served = Served {
        services: services.into_iter().collect::<Read<_>>()?,
        requests: requests.into_iter().collect::<Read<_>>()?,
    };
    let (clock, horizon) = (timed?, horizon?);
    let parts = Parts {
        settings: settings_of(clock, horizon, environments?, workloads),
        targets,
        served,
        committed: committed?,
        calendar: calendar?,
    };
    let defaults = acting(context.sink.take_defaults(), &parts, &checked);
    let ended = ending.ok().and_then(|(_, note)| note);
    let mut world = put_together(context, &market, parts, checked, &mut shared.means)?;
    world.settings.week = week(&world.settings, &world.calendar, clock, &arriving);
    tell_of_traces(&mut world, (&arriving, ended), clock, &mut shared.rows);
    world.defaults = defaults;
    tell_of_speeds(&mut world, speeds, context.sink.take_notes());
    Ok(world)
}

/// Adds what is said of the speeds of a variant's workloads, and what was noted while it was read.
fn tell_of_speeds(world: &mut World, speeds: Resolved, while_read: Vec<String>) {
    world.equally_fast = speeds.unstated;
    let notes = speeds.overlaps.into_iter().chain(while_read);
    world.notes.extend(notes.map(Said::from));
}

/// Adds what is remarked of the traces of a variant, where their end is the horizon, and what was read from them.
fn tell_of_traces(
    world: &mut World,
    (arriving, ended): (&[Arriving<'_>], Option<String>),
    clock: &Clock,
    rows: &mut TraceCache,
) {
    let horizon = world.settings.horizon;
    let moved = misread::moved(arriving, clock.start);
    let warned = remarks::of_traces(arriving, horizon).into_iter();
    let warned = warned.chain(misread::durations(arriving));
    let warned = warned.chain(misread::outliers(arriving, horizon));
    let warned = warned.chain(moved.warnings);
    world.warnings.extend(warned.map(Said::from));
    let shifted = misread::shifted(arriving, &world.calendar, horizon);
    let noted = moved.notes.into_iter().chain(shifted).chain(ended);
    world.notes.extend(noted.map(Said::from));
    let readings = arriving.iter().filter_map(|work| {
        let trace = work.draft.as_ref().ok()?.trace()?;
        let path = dotted(&[work.section, work.name]);
        rows.reading(trace, horizon, &path)
    });
    world.readings = readings.collect();
}

/// Settings without targets, quotas and services.
fn settings_of(
    clock: &Clock,
    horizon: SimTime,
    environments: Vec<Environment>,
    workloads: Vec<WorkloadSettings>,
) -> WorldSettings {
    WorldSettings {
        horizon,
        warmup: clock.warmup,
        end: clock.end,
        charge_periods: None,
        week: None,
        environments,
        targets: Vec::new(),
        workloads,
        quotas: Vec::new(),
        services: Vec::new(),
        requests: Vec::new(),
    }
}

/// All that a variant is made of, each part right by itself.
struct Parts<'a> {
    settings: WorldSettings,
    targets: Vec<Target<'a>>,
    served: Served<'a>,
    committed: Vec<commitments::Draft<'a>>,
    calendar: Calendar,
}

/// The defaults that act: those of targets and services that are not simulated do not.
fn acting(
    found: Vec<ActingDefault>,
    parts: &Parts<'_>,
    checked: &Checked<'_>,
) -> Vec<ActingDefault> {
    let targets = parts.targets.iter().zip(&checked.used);
    let targets = targets.filter(|(_, used)| !**used);
    let services = parts.served.services.iter().zip(&checked.used_services);
    let services = services.filter(|(_, used)| !used.is_used);
    let unused: BTreeSet<&str> = targets
        .map(|(target, _)| target.table.path())
        .chain(services.map(|(service, _)| service.table.path()))
        .collect();
    let mut found = found;
    found.retain(|default| !unused.contains(default.table.as_str()));
    found
}

/// Keeps what is simulated, with what belongs to it.
fn put_together(
    context: &Context<'_>,
    market: &Market<'_>,
    parts: Parts<'_>,
    checked: Checked<'_>,
    means: &mut Means,
) -> Read<World> {
    let mut settings = parts.settings;
    let mut kept = keep_used(&mut settings, parts.targets, &checked);
    let committed = commitments(&parts.committed, market, &settings.targets, &kept.prices)?;
    keep_services(&mut settings, parts.served, &checked, &mut kept);
    if !context.sink.is_empty() {
        return Err(Reported);
    }
    for covered in committed.list.iter().flat_map(|each| &each.covers) {
        settings.targets[covered.target].keep_hours = Some(parts.calendar.into_utc_hour());
    }
    let Offered { loads, routes } = offered(&settings, &kept.most, means);
    let service_loads = serving_load::offered(&settings);
    let of_market = market.remarks().iter().cloned().map(Said::from);
    let mut warnings: Vec<Said> = of_market.chain(checked.warnings).collect();
    warnings.extend(committed.warnings.into_iter().map(Said::from));
    warnings.extend(remarks::of_loads(&settings, &loads));
    warnings.extend(serving_load::warnings(&settings, &service_loads));
    let mut notes: Vec<Said> = checked.notes.into_iter().map(Said::from).collect();
    notes.extend(remarks::load_notes(&loads));
    notes.extend(remarks::copies(&settings));
    notes.extend(serving_load::peak_notes(&service_loads));
    notes.extend(serving_load::rule_notes(&settings));
    Ok(World {
        cloud: market.cloud()?,
        defaults: Vec::new(),
        equally_fast: Vec::new(),
        copied: Vec::new(),
        notes,
        service_loads,
        settings,
        products: kept.products,
        prices: kept.prices,
        tags: kept.tags,
        commitments: committed.list,
        sources: [kept.sources, committed.sources].concat(),
        loads,
        routes,
        idle_quotas: kept.idle_quotas,
        calendar: parts.calendar,
        warnings,
        readings: Vec::new(),
    })
}

/// The names workloads may refer to, also of tables that have problems of their own.
fn known<'a>(context: &Context<'a>, table: &'a Table) -> Known<'a> {
    let (targets, services) = names_of(context, table);
    let environments = section(context.sink, table, "environment");
    let readable = table
        .get("environment")
        .is_none_or(|entry| entry.node.as_table().is_some());
    Known {
        environments_are_all: readable && !context.sink.may_hide("environment"),
        targets,
        services,
        environments: environments.iter().map(|(entry, _)| &*entry.key).collect(),
    }
}

/// All that arrives, runs before requests.
fn arriving<'a>(works: &'a [Work<'a>], asking: &'a [RequestWork<'a>]) -> Vec<Arriving<'a>> {
    let runs = works.iter().map(|work| Arriving {
        section: "workload",
        name: &work.name,
        draft: &work.draft,
    });
    let requests = asking.iter().map(|work| Arriving {
        section: "requests",
        name: &work.name,
        draft: &work.draft,
    });
    runs.chain(requests).collect()
}

/// What belongs to the targets that are kept, in their order.
#[derive(Default)]
struct Kept {
    products: Vec<&'static str>,
    prices: Vec<TargetPrices>,
    tags: Vec<Tags>,
    sources: Vec<PriceSource>,
    most: Vec<u32>,
    idle_quotas: Vec<String>,
}

/// Keeps the targets that are simulated, and renumbers them for workloads and quotas.
fn keep_used(
    settings: &mut WorldSettings,
    targets: Vec<Target<'_>>,
    checked: &Checked<'_>,
) -> Kept {
    let mut kept = Kept::default();
    let mut positions = Vec::new();
    // Of thousands of variants, room that is left over counts.
    let count = checked.used.iter().filter(|used| **used).count();
    settings.targets.reserve_exact(count);
    kept.prices.reserve_exact(count);
    for (position, target) in targets.into_iter().enumerate() {
        positions.push(checked.used[position].then_some(settings.targets.len()));
        if checked.used[position] {
            settings.targets.push(target.settings);
            kept.products.push(target.kind.product);
            kept.prices.push(target.bought.prices);
            kept.tags.push(target.tags);
            kept.sources.extend(target.bought.sources);
            kept.most.push(checked.most[position]);
        }
    }
    for workload in &mut settings.workloads {
        for target in &mut workload.targets {
            *target = positions[*target].expect("a target that a workload names is used");
        }
    }
    for quota in &checked.quotas {
        match quota.settings(&positions) {
            Some(quota) => settings.quotas.push(quota),
            None => kept.idle_quotas.push(quota.name().to_owned()),
        }
    }
    kept
}

/// The services and what comes to them.
struct Served<'a> {
    services: Vec<Service<'a>>,
    requests: Vec<Requests>,
}

/// Keeps the services that are simulated, after the targets, and renumbers them for requests.
fn keep_services(
    settings: &mut WorldSettings,
    served: Served<'_>,
    checked: &Checked<'_>,
    kept: &mut Kept,
) {
    let mut positions = Vec::new();
    for (position, service) in served.services.into_iter().enumerate() {
        let used = &checked.used_services[position];
        positions.push(used.is_used.then_some(settings.services.len()));
        if used.is_used {
            let mut of_service = service.settings;
            of_service.slo = used.slo;
            settings.services.push(of_service);
            kept.products.push(service.kind.product);
            kept.prices.push(service.bought.prices);
            kept.tags.push(service.tags);
            kept.sources.extend(service.bought.sources);
        }
    }
    for mut requests in served.requests {
        let service = &mut requests.settings.service;
        *service = positions[*service].expect("a service that requests name is used");
        settings.requests.push(requests.settings);
    }
}
