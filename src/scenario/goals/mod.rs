//! `[goal]`, `--goal` and `[[expect]]`: what is wanted of the figures of variants.

mod bound;
mod flags;
mod known;

pub(super) use flags::put_flags;
pub(super) use known::{Copied, Known};

use crate::currency::Currency;
use crate::goal::{Expectation, Figure, Goal, Limit, Scope, ScopeKind, Side};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::{list, near_names, suggestion};
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported, Sink};
use crate::scenario::document::tree::{Entry, Node, Source, Value, dotted, quoted};
use crate::scenario::document::values::{choice, found, one_or_more, text};
use crate::scenario::keys::{
    EXPECT, GOAL, Key, MINIMIZED, RUN_LIMITS, TARGET_LIMITS, WORKLOAD_LIMITS, names,
};

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goals {
    /// The goal, if there is one.
    pub goal: Option<Goal>,
    /// Thresholds that the results must not cross.
    pub expectations: Vec<Expectation>,
}

/// Reads what is wanted of figures that variants have, in the currency of the results. All problems are reported.
pub(super) fn read(
    sink: &Sink,
    root: &Node,
    (known, currency): (&Known<'_>, Currency),
) -> Read<Goals> {
    let reader = Reader { known, currency };
    let top = Cursor::root(sink, root);
    let goal = top.node("goal").map(|node| reader.goal(sink, node));
    let expectations = top.node("expect").map(|node| match &node.value {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let read = items.map(|item| reader.expectation(sink, item));
            read.collect::<Vec<_>>().into_iter().collect()
        }
        other => {
            let complaint = Complaint::new(format!("found {}", found(other)));
            let help = "write each as a table of an array: `[[expect]]`";
            Err(top.refuse("expect", complaint.help(help)))
        }
    });
    Ok(Goals {
        goal: goal.transpose()?,
        expectations: expectations.transpose()?.unwrap_or_default(),
    })
}

/// The limits that there may be on what is of a kind.
const fn limits_of(kind: ScopeKind) -> &'static [Key] {
    match kind {
        ScopeKind::Target => TARGET_LIMITS,
        ScopeKind::Workload => WORKLOAD_LIMITS,
        ScopeKind::User | ScopeKind::Group => RUN_LIMITS,
    }
}

struct Reader<'a> {
    known: &'a Known<'a>,
    currency: Currency,
}

impl Reader<'_> {
    fn goal(&self, sink: &Sink, node: &Node) -> Read<Goal> {
        let table = Cursor::open(sink, node, "goal".to_owned(), GOAL)?;
        let words: Vec<(&str, Figure)> = MINIMIZED
            .iter()
            .filter_map(|name| Some((*name, Figure::named(name)?)))
            .collect();
        let minimize = table.read_or("minimize", Figure::Cost, choice(&words));
        let of_all = self.limits(&table, &Scope::All);
        let of_parts = ScopeKind::ALL.map(|kind| {
            let node = table.node(kind.key())?;
            Some(self.of_parts(sink, node, kind))
        });
        let (minimize, mut limits) = (minimize?, of_all?);
        for of_part in of_parts.into_iter().flatten() {
            limits.extend(of_part?);
        }
        self.known.has(&table, "minimize", minimize)?;
        if limits.is_empty() && table.entries().iter().any(says_more) {
            // It has an unknown key, which is reported.
            return Err(Reported);
        }
        if limits.is_empty() {
            let complaint = Complaint::new("the goal has no limit");
            return Err(table.refuse_whole(
                complaint.help("write one or more, such as `wait_p95 = \"<= 10m\"`; a search for the smallest cost alone needs no `[goal]`"),
            ));
        }
        Ok(Goal { limits, minimize })
    }

    /// `[goal.target.NAME]`, or the same of another kind.
    fn of_parts(&self, sink: &Sink, node: &Node, kind: ScopeKind) -> Read<Vec<Limit>> {
        let tables = Cursor::open_free(sink, node, format!("goal.{}", kind.key()))?;
        let mut limits = Vec::new();
        for entry in tables.entries() {
            if let Some(reported) = divided(&tables, entry, kind) {
                return Err(reported);
            }
            let path = tables.path_of(&entry.key);
            let table = Cursor::open(sink, &entry.node, path, limits_of(kind))?;
            let scope = self.scope(kind, entry.key.to_string());
            let scope = scope.map_err(|complaint| tables.refuse(&entry.key, complaint))?;
            limits.extend(self.limits(&table, &scope)?);
        }
        Ok(limits)
    }

    /// A part of the results by its name, which some variant has.
    fn scope(&self, kind: ScopeKind, name: String) -> Result<Scope, Complaint> {
        if let Some(number) = self.known.number(kind, &name) {
            let key = kind.key();
            return Err(Complaint::new(format!(
                "the {key} `{name}` stands for {number} in a variant where its instance has a `count`, and no limit can be about all of them"
            ))
            .help(format!(
                "leave `{key}.{name}` out, so that the limit is about all runs of a variant, or name one of them, such as `{name}-1`"
            )));
        }
        let known = self.known.names(kind);
        if known.contains(name.as_str()) || !self.known.is_complete {
            return Ok(kind.named(name));
        }
        let names: Vec<&str> = known.iter().copied().collect();
        let key = kind.key();
        let (what, help) = match kind {
            ScopeKind::Target | ScopeKind::Workload => (
                format!("no variant has a {key} `{name}`"),
                suggestion(name.trim(), &names, "simulated"),
            ),
            ScopeKind::User | ScopeKind::Group if names.is_empty() => (
                format!("no run of a log has a {key}"),
                format!(
                    "name the column of {key}s in the `arrivals.trace` of a workload: `{key} = \"COLUMN\"`"
                ),
            ),
            ScopeKind::User | ScopeKind::Group => (
                format!("no run of a log has the {key} `{name}`"),
                near_names(name.trim(), &names, "in the logs"),
            ),
        };
        Err(Complaint::new(what).help(help))
    }

    fn expectation(
        &self,
        sink: &Sink,
        (position, node): (usize, &std::sync::Arc<Node>),
    ) -> Read<Expectation> {
        let table = Cursor::open(sink, node, format!("expect.{position}"), EXPECT)?;
        let variant = table.read("variant", text)?;
        let variants = match &variant {
            Some(name) => (self.known.variants)(name)
                .map_err(|complaint| table.refuse("variant", complaint))?,
            None => Vec::new(),
        };
        let scope = self.expected_scope(&table)?;
        if let Some((kind, _)) = scope.part() {
            refuse_others(&table, kind)?;
        }
        let limits = self.limits(&table, &scope)?;
        if limits.is_empty() {
            let complaint = Complaint::new("nothing is expected");
            return Err(table
                .refuse_whole(complaint.help("write a limit, such as `wait_p95 = \"<= 10m\"`")));
        }
        Ok(Expectation { variants, limits })
    }

    /// What a threshold is about.
    fn expected_scope(&self, table: &Cursor<'_>) -> Read<Scope> {
        let kinds = ScopeKind::ALL;
        let given = table.one_of(&kinds.map(ScopeKind::key))?;
        let Some(kind) = kinds.into_iter().find(|kind| given == Some(kind.key())) else {
            return Ok(Scope::All);
        };
        let scope = |value: &Value| self.scope(kind, text(value)?);
        Ok(table.read(kind.key(), scope)?.unwrap_or(Scope::All))
    }

    /// The limits of a table, in the order of the figures.
    fn limits(&self, table: &Cursor<'_>, scope: &Scope) -> Read<Vec<Limit>> {
        let mut all = Vec::new();
        let mut result = Ok(());
        for figure in Figure::ALL {
            if scope.part().is_some_and(|(kind, _)| !kind.has(*figure)) {
                continue;
            }
            match self.of_figure(table, *figure, scope) {
                Ok(limits) => all.extend(limits),
                Err(reported) => result = Err(reported),
            }
        }
        result.map(|()| all)
    }

    fn of_figure(&self, table: &Cursor<'_>, figure: Figure, scope: &Scope) -> Read<Vec<Limit>> {
        let bound = one_or_more(|value| bound::read(value, figure, self.currency));
        let bounds = table.read(figure.name(), bound)?.unwrap_or_default();
        self.known.has(table, figure.name(), figure)?;
        let limits = bounds.into_iter().map(|bound| Limit {
            figure,
            scope: scope.clone(),
            side: bound.side,
            value: bound.value,
            written: bound.written,
        });
        let limits: Vec<Limit> = limits.collect();
        match contradiction(&limits) {
            Some(complaint) => Err(table.refuse(figure.name(), complaint)),
            None => Ok(limits),
        }
    }
}

/// Reports a name whose points divide it into several keys, such as `j.doe` in `[goal.user.j.doe]`.
fn divided(tables: &Cursor<'_>, entry: &Entry, kind: ScopeKind) -> Option<Reported> {
    let limits = names(limits_of(kind));
    let inner = |node: &Node| -> Option<Entry> {
        let mut entries = node.as_table()?.entries.iter();
        let is_part =
            |entry: &&Entry| entry.node.as_table().is_some() && !limits.contains(&&*entry.key);
        entries.find(is_part).cloned()
    };
    let mut last = inner(&entry.node)?;
    let mut parts = vec![entry.key.to_string(), last.key.to_string()];
    while let Some(next) = inner(&last.node) {
        parts.push(next.key.to_string());
        last = next;
    }
    let (kind, name) = (kind.key(), quoted(&parts.join(".")));
    let figure = last.node.as_table().and_then(|table| table.entries.first());
    let figure = figure.map_or_else(|| "wait_p95".to_owned(), |entry| entry.key.to_string());
    let help = match last.origin.source {
        Source::File(_) => format!("`[goal.{kind}.{name}]`"),
        Source::Flag(_) => format!("`--goal '{kind}.{name}.{figure} <= 10m'`"),
    };
    let complaint = Complaint::new(format!(
        "the points divide a name: {} keys of tables",
        parts.len()
    ));
    let complaint = complaint.help(format!("a name with a point stands in quotes: {help}"));
    let path = format!("goal.{kind}.{}", dotted(&parts));
    Some(tables.sink().report(&last.origin, &path, complaint))
}

/// Whether an entry of a goal is meant for a limit: all but what is to be small, and tables of parts without a key.
fn says_more(entry: &Entry) -> bool {
    let of_parts = ScopeKind::ALL.map(ScopeKind::key);
    match entry.node.as_table() {
        Some(parts) if of_parts.contains(&&*entry.key) => {
            let mut parts = parts.entries.iter();
            parts.any(|part| (part.node.as_table()).is_none_or(|table| !table.entries.is_empty()))
        }
        _ => &*entry.key != "minimize",
    }
}

/// Refuses limits on figures that are not known of what is of a kind.
fn refuse_others(table: &Cursor<'_>, kind: ScopeKind) -> Read<()> {
    let (known, others): (Vec<Figure>, Vec<Figure>) =
        (Figure::ALL.iter()).partition(|figure| kind.has(**figure));
    let known: Vec<&str> = known.iter().map(|figure| figure.name()).collect();
    let mut result = Ok(());
    for figure in others.iter().filter(|figure| table.has(figure.name())) {
        let (words, by) = (figure.words(), kind.key());
        let complaint = Complaint::new(format!("there is no {words} by {by}"));
        let help = format!("take `{by}` away, or limit one of {}", list(&known));
        result = Err(table.refuse(figure.name(), complaint.help(help)));
    }
    result
}

/// Two limits on a figure that no value keeps, or of which one says nothing.
fn contradiction(limits: &[Limit]) -> Option<Complaint> {
    let of = |side| limits.iter().filter(move |limit| limit.side == side);
    let mut pairs =
        of(Side::AtLeast).flat_map(|least| of(Side::AtMost).map(move |most| (least, most)));
    if let Some((least, most)) = pairs.find(|(least, most)| least.value > most.value) {
        let both = format!(
            "no value is both `{}` and `{}`",
            signed(least),
            signed(most)
        );
        return Some(Complaint::new(both).help("change one of the limits, or take it away"));
    }
    let twice = [Side::AtMost, Side::AtLeast].into_iter().find_map(|side| {
        let mut same = of(side);
        same.next().zip(same.next())
    });
    twice.map(|(one, other)| {
        let both = format!(
            "`{}` and `{}` are on the same side",
            signed(one),
            signed(other)
        );
        Complaint::new(both).help("keep the stricter one")
    })
}

fn signed(limit: &Limit) -> String {
    format!("{} {}", limit.side.sign(), limit.written)
}
