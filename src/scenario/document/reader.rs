//! The typed reader: cursors over tables of the tree that collect every problem instead of stopping at the first.
//! What single values look like is in `values`; which keys there are is in `keys`.

use super::complaint::Complaint;
use super::near::{Place, few, is_top_key, list, unknown_key};
use super::sink::{Read, Reported, Sink};
use super::tree::{Entry, Node, Origin, Source, Table, Value, quoted};
use super::usual::{ActingDefault, Usual};
use super::values::found;
use crate::scenario::keys::{Key, Kind, TOP, names};

/// A table while it is read.
pub(in crate::scenario) struct Cursor<'a> {
    sink: &'a Sink,
    table: &'a Table,
    origin: &'a Origin,
    path: String,
}

impl<'a> Cursor<'a> {
    /// Opens a table that must have no keys but the allowed ones.
    pub(in crate::scenario) fn open(
        sink: &'a Sink,
        node: &'a Node,
        path: String,
        allowed: &[Key],
    ) -> Read<Self> {
        let allowed = names(allowed);
        let keys = format!("this is a table of keys: {}", few(&allowed));
        let cursor = Self::open_with(sink, node, path, &keys)?;
        cursor.refuse_unknown(&allowed);
        Ok(cursor)
    }

    /// Opens a table whatever its keys.
    pub(in crate::scenario) fn open_free(
        sink: &'a Sink,
        node: &'a Node,
        path: String,
    ) -> Read<Self> {
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
    pub(in crate::scenario) fn root(sink: &'a Sink, root: &'a Node) -> Self {
        let table = root.as_table().expect("the top level is a table");
        let cursor = Self {
            sink,
            table,
            origin: &root.origin,
            path: String::new(),
        };
        cursor.refuse_unknown(&names(TOP));
        cursor
    }

    fn refuse_unknown(&self, allowed: &[&str]) {
        for entry in &self.table.entries {
            if !allowed.contains(&&*entry.key) {
                let mut complaint = Complaint::new("unknown key");
                if !self.sink.is_flooded() {
                    let place = match entry.origin.source {
                        _ if self.path.is_empty() => Place::Top,
                        Source::Flag(_) => Place::Flag,
                        Source::File(_) => Place::Table,
                    };
                    let (near, help) = unknown_key(&entry.key, allowed, place);
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
    pub(in crate::scenario) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            quoted(key)
        } else {
            format!("{}.{}", self.path, quoted(key))
        }
    }

    /// The sink of problems.
    pub(in crate::scenario) fn sink(&self) -> &'a Sink {
        self.sink
    }

    /// The entries of the table.
    pub(in crate::scenario) fn entries(&self) -> &'a [Entry] {
        &self.table.entries
    }

    /// The node under a key.
    pub(in crate::scenario) fn node(&self, key: &str) -> Option<&'a Node> {
        self.table.get(key).map(|entry| &*entry.node)
    }

    /// Whether the key is there.
    pub(in crate::scenario) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// How late the value of a key had its word; `None` without the key.
    pub(in crate::scenario) fn precedence(&self, key: &str) -> Option<u8> {
        self.node(key).map(|node| node.origin.precedence())
    }

    /// Of keys that say one thing in different ways, the one that is there. A variant's takes the place of the base's,
    /// and a flag's that of both; two of one level are refused.
    pub(in crate::scenario) fn one_of(&self, keys: &[&'static str]) -> Read<Option<&'static str>> {
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
    pub(in crate::scenario) fn read<T>(
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
    pub(in crate::scenario) fn usual<T>(
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
    pub(in crate::scenario) fn acts(&self, key: &str, usual: Usual) {
        if !self.has(key) {
            self.sink.acts(ActingDefault::new(&self.path, key, usual));
        }
    }

    /// The dotted key of the table.
    pub(in crate::scenario) fn path(&self) -> &str {
        &self.path
    }

    /// Reads a key that may be missing and has a default which decides no figure.
    pub(in crate::scenario) fn read_or<T>(
        &self,
        key: &str,
        default: T,
        parse: impl FnOnce(&Value) -> Result<T, Complaint>,
    ) -> Read<T> {
        Ok(self.read(key, parse)?.unwrap_or(default))
    }

    /// Reads a key that must be there; `help` says what to write.
    pub(in crate::scenario) fn require<T>(
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
    pub(in crate::scenario) fn missing(&self, key: &str, help: &str) -> Reported {
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
    pub(in crate::scenario) fn refuse(&self, key: &str, complaint: Complaint) -> Reported {
        let origin = self.node(key).map_or(self.origin, |node| &node.origin);
        self.sink.report(origin, &self.path_of(key), complaint)
    }

    /// Reports at a key, or at another that had its word at a later level: of base, variant and flag.
    pub(in crate::scenario) fn refuse_pair_at(
        &self,
        key: &str,
        other: &str,
        complaint: Complaint,
    ) -> Reported {
        if self.precedence(other) > self.precedence(key) {
            self.refuse(other, complaint)
        } else {
            self.refuse(key, complaint)
        }
    }

    /// Reports what is wrong with two values together, at the one that had its word last.
    pub(in crate::scenario) fn refuse_pair(
        &self,
        first: &str,
        second: &str,
        complaint: Complaint,
    ) -> Reported {
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
    pub(in crate::scenario) fn refuse_whole(&self, complaint: Complaint) -> Reported {
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
pub(in crate::scenario) fn one_kind<'a>(
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
