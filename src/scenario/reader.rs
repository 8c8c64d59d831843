//! The typed reader: cursors over tables of the tree that collect every problem instead of stopping at the first.
//! What single values look like is in `values`; which keys there are is in `keys`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::keys::Kind;
use super::near::{few, is_top_key, unknown_key};
pub(super) use super::near::{list, suggestion};
use super::tree::{Entry, Node, Origin, Source, Table, Value, quoted};
use super::usual::{ActingDefault, Usual};
use super::values::{Complaint, found};
use crate::error::{Place, Problem, SourceFile};

/// Problems from which on none is worth looking for what was meant: so many are never shown.
const FLOOD: usize = 1000;

/// A problem was reported; there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reported;

/// A value that was read, or the word that its problem is reported.
pub(super) type Read<T> = Result<T, Reported>;

/// Collects problems, each once.
pub(super) struct Sink {
    file: Arc<SourceFile>,
    /// Lines that TOML itself refused: what stands there says nothing more, and what is missing may stand there.
    broken_lines: BTreeSet<u64>,
    /// Keys that unknown ones are probably meant to be: that these are missing says nothing more.
    meant: RefCell<BTreeSet<String>>,
    problems: RefCell<Vec<Problem>>,
    seen: RefCell<BTreeSet<(usize, String, String)>>,
    /// Defaults that act, in the order of reading.
    defaults: RefCell<Vec<ActingDefault>>,
}

impl Sink {
    /// Starts with the problems of the syntax.
    pub(super) fn new(file: Arc<SourceFile>, syntax: Vec<Problem>) -> Self {
        let lines = syntax.iter().filter_map(|problem| problem.place.line());
        Self {
            broken_lines: lines.collect(),
            file,
            meant: RefCell::default(),
            problems: RefCell::new(syntax),
            seen: RefCell::default(),
            defaults: RefCell::default(),
        }
    }

    /// The defaults that were found to act since this was last asked.
    pub(super) fn take_defaults(&self) -> Vec<ActingDefault> {
        self.defaults.take()
    }

    /// Notes a default that acts.
    fn acts(&self, default: ActingDefault) {
        self.defaults.borrow_mut().push(default);
    }

    /// All problems, in the order of the file; others after them.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| match &problem.place {
            Place::Span(_, span) => (0, span.start),
            // The rows of a file, then what is said of the file, such as how many more rows are bad.
            Place::File(_) | Place::Row(_) => (1, 0),
            Place::Flag(_) => (2, 0),
        });
        problems
    }

    /// Whether there is no problem so far.
    pub(super) fn is_empty(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// Whether there are so many problems that looking for what was meant helps nobody.
    fn is_flooded(&self) -> bool {
        self.problems.borrow().len() >= FLOOD
    }

    /// Whether a table of the top level may be written, but where it could not be read.
    pub(super) fn may_hide(&self, section: &str) -> bool {
        !self.broken_lines.is_empty() || self.meant.borrow().contains(section)
    }

    /// The scenario file.
    pub(super) fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Adds a problem that is already in its form.
    pub(super) fn push(&self, problem: Problem) -> Reported {
        let (start, place) = match &problem.place {
            Place::Span(_, span) => (span.start, String::new()),
            place => (0, place.to_string()),
        };
        let key = problem.key.clone().unwrap_or_default();
        let message = format!("{place}{}", problem.message);
        if self.seen.borrow_mut().insert((start, key, message)) {
            self.problems.borrow_mut().push(problem);
        }
        Reported
    }

    /// Reports a complaint about what stands at `origin` under the dotted key `path`.
    pub(super) fn report(&self, origin: &Origin, path: &str, complaint: Complaint) -> Reported {
        let place = match &origin.source {
            Source::File(span) => Place::Span(Arc::clone(&self.file), span.clone()),
            Source::Flag(flag) => Place::Flag(flag.to_string()),
        };
        if !self.broken_lines.is_empty() {
            let line = place.line().unwrap_or(0);
            if complaint.missing || self.broken_lines.contains(&line) {
                return Reported;
            }
        }
        if complaint.missing && self.meant.borrow().contains(path) {
            return Reported;
        }
        let key = match &origin.scope {
            Some(scope) if !path.starts_with(&**scope) => format!("{scope}.{path}"),
            _ => path.to_owned(),
        };
        self.push(Problem {
            place,
            key: (!key.is_empty()).then_some(key),
            message: complaint.message,
            help: complaint.help,
        })
    }
}

/// A table while it is read.
pub(super) struct Cursor<'a> {
    sink: &'a Sink,
    table: &'a Table,
    origin: &'a Origin,
    path: String,
}

impl<'a> Cursor<'a> {
    /// Opens a table that must have no keys but the allowed ones.
    pub(super) fn open(
        sink: &'a Sink,
        node: &'a Node,
        path: String,
        allowed: &[&str],
    ) -> Read<Self> {
        let keys = format!("this is a table of keys: {}", few(allowed));
        let cursor = Self::open_with(sink, node, path, &keys)?;
        cursor.refuse_unknown(allowed);
        Ok(cursor)
    }

    /// Opens a table whatever its keys.
    pub(super) fn open_free(sink: &'a Sink, node: &'a Node, path: String) -> Read<Self> {
        Self::open_with(sink, node, path, "this is a table of keys")
    }

    /// Opens a table; `help` says what it is where something else stands there.
    fn open_with(sink: &'a Sink, node: &'a Node, path: String, help: &str) -> Read<Self> {
        let Some(table) = node.as_table() else {
            let complaint = Complaint::new(format!("found {}", found(&node.value))).help(help);
            return Err(sink.report(&node.origin, &path, complaint));
        };
        Ok(Self {
            sink,
            table,
            origin: &node.origin,
            path,
        })
    }

    /// The cursor of the top level.
    pub(super) fn root(sink: &'a Sink, root: &'a Node, allowed: &[&str]) -> Self {
        let table = root.as_table().expect("the top level is a table");
        let cursor = Self {
            sink,
            table,
            origin: &root.origin,
            path: String::new(),
        };
        cursor.refuse_unknown(allowed);
        cursor
    }

    fn refuse_unknown(&self, allowed: &[&str]) {
        for entry in &self.table.entries {
            if !allowed.contains(&&*entry.key) {
                let mut complaint = Complaint::new("unknown key");
                if !self.sink.is_flooded() {
                    let (near, help) = unknown_key(&entry.key, allowed, self.path.is_empty());
                    let is_top = is_top_key(&entry.key, allowed);
                    let meant = near.map(|near| self.path_of(near));
                    let meant = meant.or_else(|| is_top.then(|| entry.key.to_string()));
                    self.sink.meant.borrow_mut().extend(meant);
                    complaint = complaint.help(help);
                }
                self.sink
                    .report(&entry.origin, &self.path_of(&entry.key), complaint);
            }
        }
    }

    /// The dotted key of a key of this table.
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            quoted(key)
        } else {
            format!("{}.{}", self.path, quoted(key))
        }
    }

    /// The sink of problems.
    pub(super) fn sink(&self) -> &'a Sink {
        self.sink
    }

    /// The entries of the table.
    pub(super) fn entries(&self) -> &'a [Entry] {
        &self.table.entries
    }

    /// The node under a key.
    pub(super) fn node(&self, key: &str) -> Option<&'a Node> {
        self.table.get(key).map(|entry| &*entry.node)
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// How late the value of a key had its word; `None` without the key.
    pub(super) fn precedence(&self, key: &str) -> Option<u8> {
        self.node(key).map(|node| node.origin.precedence())
    }

    /// Of keys that say one thing in different ways, the one that is there. A variant's takes the place of the base's,
    /// and a flag's that of both; two of one level are refused.
    pub(super) fn one_of(&self, keys: &[&'static str]) -> Read<Option<&'static str>> {
        let latest = keys.iter().filter_map(|key| self.precedence(key)).max();
        let last = |key: &&&str| latest.is_some() && self.precedence(key) == latest;
        let given: Vec<&'static str> = keys.iter().filter(last).copied().collect();
        let [first, second, ..] = given[..] else {
            return Ok(given.first().copied());
        };
        let complaint = Complaint::new(format!("`{first}` and `{second}` are both given"))
            .help(format!("keep one of {}", list(&given)));
        Err(self.refuse_pair(first, second, complaint))
    }

    /// Reads a key that may be missing.
    pub(super) fn read<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&Value) -> Result<T, Complaint>,
    ) -> Read<Option<T>> {
        let Some(node) = self.node(key) else {
            return Ok(None);
        };
        match parse(&node.value) {
            Ok(value) => Ok(Some(value)),
            Err(complaint) => {
                let place = complaint.item.map_or(node, |item| item_of(node, item));
                Err(self
                    .sink
                    .report(&place.origin, &self.path_of(key), complaint))
            }
        }
    }

    /// Reads a key that has a default which decides figures.
    pub(super) fn usual<T>(
        &self,
        key: &str,
        usual: Usual,
        parse: impl FnOnce(&Value) -> Result<T, Complaint>,
    ) -> Read<T> {
        if self.has(key) {
            return Ok(self.read(key, parse)?.expect("the key is there"));
        }
        self.acts(key, usual);
        Ok(parse(&usual.value()).expect("a default is allowed"))
    }

    /// Notes the default of a key that is not given.
    pub(super) fn acts(&self, key: &str, usual: Usual) {
        if !self.has(key) {
            self.sink.acts(ActingDefault::new(&self.path, key, usual));
        }
    }

    /// The dotted key of the table.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Reads a key that may be missing and has a default which decides no figure.
    pub(super) fn read_or<T>(
        &self,
        key: &str,
        default: T,
        parse: impl FnOnce(&Value) -> Result<T, Complaint>,
    ) -> Read<T> {
        Ok(self.read(key, parse)?.unwrap_or(default))
    }

    /// Reads a key that must be there; `help` says what to write.
    pub(super) fn require<T>(
        &self,
        key: &str,
        help: &str,
        parse: impl FnOnce(&Value) -> Result<T, Complaint>,
    ) -> Read<T> {
        match self.read(key, parse)? {
            Some(value) => Ok(value),
            None => Err(self.missing(key, help)),
        }
    }

    /// Reports a missing key at the table's place.
    pub(super) fn missing(&self, key: &str, help: &str) -> Reported {
        let replaced = match &self.origin.scope {
            Some(scope) if scope.starts_with("variant") && self.path.matches('.').count() > 2 => {
                "; a variant replaces a kind whole, so write all of its keys"
            }
            _ => "",
        };
        let complaint = Complaint::new(format!("`{key}` is missing"))
            .help(format!("{help}{replaced}"))
            .missing();
        self.sink.report(self.origin, &self.path_of(key), complaint)
    }

    /// Reports what is wrong with the value of a key (or with its absence).
    pub(super) fn refuse(&self, key: &str, complaint: Complaint) -> Reported {
        let origin = self.node(key).map_or(self.origin, |node| &node.origin);
        self.sink.report(origin, &self.path_of(key), complaint)
    }

    /// Reports at a key, or at another that had its word at a later level: of base, variant and flag.
    pub(super) fn refuse_pair_at(&self, key: &str, other: &str, complaint: Complaint) -> Reported {
        if self.precedence(other) > self.precedence(key) {
            self.refuse(other, complaint)
        } else {
            self.refuse(key, complaint)
        }
    }

    /// Reports what is wrong with two values together, at the one that had its word last.
    pub(super) fn refuse_pair(&self, first: &str, second: &str, complaint: Complaint) -> Reported {
        let precedence = |key| {
            self.node(key)
                .map(|node: &Node| node.origin.declaration_order())
        };
        let later = if precedence(first) >= precedence(second) {
            first
        } else {
            second
        };
        self.refuse(later, complaint)
    }

    /// Reports what is wrong with the table as a whole.
    pub(super) fn refuse_whole(&self, complaint: Complaint) -> Reported {
        self.sink.report(self.origin, &self.path, complaint)
    }
}

/// An item of an array.
fn item_of(node: &Node, item: usize) -> &Node {
    match &node.value {
        Value::Array(items) => items.get(item).map_or(node, |item| item),
        _ => node,
    }
}

/// The one kind a table names: its name, its value and its dotted key.
pub(super) fn one_kind<'a>(
    sink: &Sink,
    node: &'a Node,
    path: &str,
    kinds: &'static [Kind],
) -> Read<(&'static Kind, &'a Node, String)> {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    let keys = format!("this is a table of keys: one of {}", list(&names));
    let cursor = Cursor::open_with(sink, node, path.to_owned(), &keys)?;
    cursor.refuse_unknown(&names);
    let known: Vec<(&Kind, &'a Node)> = kinds
        .iter()
        .filter_map(|kind| {
            let entry = node.as_table()?.get(kind.name)?;
            Some((kind, &*entry.node))
        })
        .collect();
    match known[..] {
        [(kind, value)] => Ok((kind, value, cursor.path_of(kind.name))),
        [] if !cursor.entries().is_empty() => Err(Reported),
        [] => Err(cursor.refuse_whole(
            Complaint::new("no kind is given").help(format!("write one of {}", list(&names))),
        )),
        [_, (second, _), ..] => {
            let complaint = Complaint::new("more than one kind is given")
                .help(format!("keep exactly one of {}", list(&names)));
            Err(cursor.refuse(second.name, complaint))
        }
    }
}
