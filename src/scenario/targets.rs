//! Reads environments, training targets and services by their kinds, and what is wrong with each by itself.

use super::distributions::distribution_or;
use super::files::Files;
use super::keys::{ENVIRONMENT, names};
use super::kinds::{Given, SERVICES, Serving, TARGETS, Training};
use super::market::Market;
use super::prices::Bought;
use super::reader::{Cursor, Read, Reported, Sink};
use super::tree::{Entry, Table, Value};
use super::usual::{Usual, assumed};
use super::values::{Complaint, boolean, check_name, one_or_more, positive_duration, text};
use crate::calendar::{Calendar, WeeklySchedule};
use crate::currency::Currency;
use crate::model::settings::{Environment, TargetSettings};
use crate::serving::settings::ServiceSettings;

const WINDOWS: &str = "write windows such as `[\"mon-fri 08:00-18:00\"]`";

/// A target as the file describes it.
pub(super) struct Target<'a> {
    pub(super) table: Cursor<'a>,
    pub(super) kind: &'static Training,
    pub(super) settings: TargetSettings,
    pub(super) bought: Bought,
    /// Whether it is simulated and billed even where no workload submits to it.
    pub(super) always_bill: bool,
}

/// A service as the file describes it.
pub(super) struct Service<'a> {
    pub(super) table: Cursor<'a>,
    pub(super) kind: &'static Serving,
    pub(super) settings: ServiceSettings,
    pub(super) bought: Bought,
    /// Whether it is simulated and billed even where no requests come to it.
    pub(super) always_bill: bool,
}

/// What readers of tables need besides the table.
pub(super) struct Context<'a> {
    pub(super) sink: &'a Sink,
    pub(super) files: &'a Files<'a>,
    /// What reports print costs in.
    pub(super) currency: Read<Currency>,
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
        let build = distribution_or(&table, "image_build", assumed("0s", ""), context.files);
        let pull = distribution_or(&table, "image_pull", assumed("0s", ""), context.files);
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

/// The tables of sections in order of declaration, each with what its section is.
fn declared<'a, T: Copy>(
    context: &Context<'a>,
    root: &'a Table,
    sections: impl Iterator<Item = (&'static str, T)>,
) -> Vec<(T, &'a Entry, String)> {
    let mut tables = Vec::new();
    for (name, kind) in sections {
        let found = section(context, root, name).into_iter();
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
    };
    let services = service_tables(context, root).into_iter();
    let service = |(kind, entry, _): (&'static Serving, &'a Entry, String)| Named {
        name: &entry.key,
        section: kind.section,
        one: kind.one,
        unmanaged: false,
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
        for (entry, path) in section(context, root, name) {
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
        let table = Cursor::open(context.sink, &entry.node, path, &names(kind.keys))?;
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
        let table = Cursor::open(context.sink, &entry.node, path, &names(kind.keys))?;
        let made = (kind.read)(&Given {
            name: &entry.key,
            table: &table,
            files: context.files,
            calendar,
            market,
        });
        let always_bill = table.read_or("always_bill", false, boolean);
        let made = made?;
        Ok(Service {
            kind,
            settings: made.settings,
            bought: made.bought,
            always_bill: always_bill?,
            table,
        })
    };
    let tables = service_tables(context, root).into_iter();
    tables.map(read).collect()
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
