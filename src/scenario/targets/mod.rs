//! Reads environments, training targets and services by their kinds, and what is wrong with each by itself.

pub(super) mod equal;
pub(super) mod known;
mod quota_limits;
pub(super) mod quotas;

use crate::calendar::Calendar;
use crate::model::settings::{Environment, TargetSettings};
use crate::pricing::Tags;
use crate::scenario::buying::market::Market;
use crate::scenario::buying::prices::Bought;
use crate::scenario::buying::tags::tags;
use crate::scenario::data::context::Context;
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sections::{all, section};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::{Entry, Table};
use crate::scenario::document::usual::{Usual, assumed};
use crate::scenario::document::values::{boolean, positive_duration};
use crate::scenario::keys::ENVIRONMENT;
use crate::scenario::kinds::{Given, SERVICES, Serving, TARGETS, Training};
use crate::serving::settings::ServiceSettings;

/// A target as the file describes it.
pub(super) struct Target<'a> {
    pub(super) table: Cursor<'a>,
    pub(super) kind: &'static Training,
    pub(super) settings: TargetSettings,
    pub(super) bought: Bought,
    pub(super) tags: Tags,
    /// Whether it is simulated and billed even where no workload submits to it.
    pub(super) always_bill: bool,
}

/// A service as the file describes it.
pub(super) struct Service<'a> {
    pub(super) table: Cursor<'a>,
    pub(super) kind: &'static Serving,
    pub(super) settings: ServiceSettings,
    pub(super) bought: Bought,
    pub(super) tags: Tags,
    /// Whether it is simulated and billed even where no requests come to it.
    pub(super) always_bill: bool,
}

/// The environments.
pub(super) fn environments(context: &Context<'_>, root: &Table) -> Read<Vec<Environment>> {
    let read = |(entry, path): (&Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, ENVIRONMENT)?;
        let build = distribution_or(&table, "image_build", assumed("0s", ""), context.files);
        let pull = distribution_or(&table, "image_pull", assumed("0s", ""), context.files);
        Ok(Environment {
            name: entry.key.to_string(),
            image_build: build?,
            image_pull: pull?,
        })
    };
    all(section(context.sink, root, "environment")
        .into_iter()
        .map(read))
}

/// The tables of sections in order of declaration, each with what its section is.
fn declared<'a, T: Copy>(
    context: &Context<'a>,
    root: &'a Table,
    sections: impl Iterator<Item = (&'static str, T)>,
) -> Vec<(T, &'a Entry, String)> {
    let mut tables = Vec::new();
    for (name, kind) in sections {
        let found = section(context.sink, root, name).into_iter();
        tables.extend(found.map(|(entry, path)| (kind, entry, path)));
    }
    tables.sort_by_key(|(_, entry, _)| entry.origin.declaration_order());
    tables
}

/// The tables of training targets.
fn target_tables<'a>(
    context: &Context<'a>,
    root: &'a Table,
) -> Vec<(&'static Training, &'a Entry, String)> {
    let kinds = TARGETS.iter().map(|kind| (kind.section, kind));
    declared(context, root, kinds)
}

/// The tables of services.
fn service_tables<'a>(
    context: &Context<'a>,
    root: &'a Table,
) -> Vec<(&'static Serving, &'a Entry, String)> {
    let kinds = SERVICES.iter().map(|kind| (kind.section, kind));
    declared(context, root, kinds)
}

/// A target or a service that the file declares, also one that has problems of its own.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) section: &'static str,
    /// What it is, in words.
    pub(super) one: &'static str,
    /// Whether it is attached.
    pub(super) unmanaged: bool,
    /// Whether it is attached and has nodes that a quota of its own subscription may limit.
    pub(super) is_pool: bool,
}

/// The training targets and the services, each in order of declaration.
pub(super) fn names_of<'a>(
    context: &Context<'a>,
    root: &'a Table,
) -> (Vec<Named<'a>>, Vec<Named<'a>>) {
    let targets = target_tables(context, root).into_iter();
    let target = |(kind, entry, _): (&'static Training, &'a Entry, String)| Named {
        name: &entry.key,
        section: kind.section,
        one: kind.one,
        unmanaged: kind.unmanaged,
        is_pool: kind.is_pool,
    };
    let services = service_tables(context, root).into_iter();
    let service = |(kind, entry, _): (&'static Serving, &'a Entry, String)| Named {
        name: &entry.key,
        section: kind.section,
        one: kind.one,
        unmanaged: false,
        is_pool: false,
    };
    (
        targets.map(target).collect(),
        services.map(service).collect(),
    )
}

/// Refuses names that stand for several targets or services; the one whose kind comes later in the lists of kinds is wrong.
pub(super) fn refuse_shared_names(context: &Context<'_>, root: &Table) {
    let sections = TARGETS.iter().map(|kind| kind.section);
    let sections = sections.chain(SERVICES.iter().map(|kind| kind.section));
    let mut before: Vec<(&str, &Entry)> = Vec::new();
    for name in sections {
        for (entry, path) in section(context.sink, root, name) {
            let mut same = before.iter().filter(|(_, other)| other.key == entry.key);
            if let Some((other, _)) = same.next() {
                let complaint = Complaint::new(format!("there is `{other}.{}` as well", entry.key))
                    .help("give each target a name of its own");
                context.sink.report(&entry.origin, &path, complaint);
            }
            before.push((name, entry));
        }
    }
}

/// The training targets in order of declaration, each by itself.
pub(super) fn targets<'a>(
    context: &Context<'a>,
    root: &'a Table,
    market: &Market<'_>,
    calendar: Option<&Calendar>,
) -> Vec<Read<Target<'a>>> {
    let read = |(kind, entry, path): (&'static Training, &'a Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, kind.keys)?;
        let made = (kind.read)(&Given {
            name: &entry.key,
            table: &table,
            files: context.files,
            calendar,
            market,
        });
        let max_run_duration = table.read("max_run_duration", positive_duration);
        table.acts("max_run_duration", Usual::none(""));
        let always_bill = table.read_or("always_bill", false, boolean);
        let tags = tags(&table, market.tags());
        let made = made?;
        let mut bought = made.bought;
        bought.prices.unmanaged = kind.unmanaged;
        Ok(Target {
            settings: TargetSettings {
                name: entry.key.to_string(),
                max_run_duration: max_run_duration?,
                billing: made.billing,
                vcpus: bought.vcpus,
                gpu_parts: bought.size.as_ref().map_or(0, |size| size.gpus().parts()),
                keep_hours: None,
                unmanaged: kind.unmanaged,
                kind: made.kind,
            },
            kind,
            bought,
            tags: tags?,
            always_bill: always_bill?,
            table,
        })
    };
    let tables = target_tables(context, root).into_iter();
    tables.map(read).collect()
}

/// The services in order of declaration, each by itself.
pub(super) fn services<'a>(
    context: &Context<'a>,
    root: &'a Table,
    market: &Market<'_>,
    calendar: Option<&Calendar>,
) -> Vec<Read<Service<'a>>> {
    let read = |(kind, entry, path): (&'static Serving, &'a Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, kind.keys)?;
        let made = (kind.read)(&Given {
            name: &entry.key,
            table: &table,
            files: context.files,
            calendar,
            market,
        });
        let always_bill = table.read_or("always_bill", false, boolean);
        let tags = tags(&table, market.tags());
        let made = made?;
        Ok(Service {
            kind,
            settings: made.settings,
            bought: made.bought,
            tags: tags?,
            always_bill: always_bill?,
            table,
        })
    };
    let tables = service_tables(context, root).into_iter();
    tables.map(read).collect()
}
