//! The scenario file as a tree in which every value and key knows where it was written: the file, or a flag.
//! Values are shared, so a variant's tree costs what it changes. What keys mean is not known here.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use crate::printable::toml_key;

/// Keys of a table that are looked for one by one.
const FEW_KEYS: usize = 64;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Origin {
    /// The file or a flag.
    pub(in crate::scenario) source: Source,
    /// What the dotted keys below are relative to: `variant.warm`, `sweep`, or nothing for the base.
    pub(in crate::scenario) scope: Option<Arc<str>>,
}

/// The file or a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum Source {
    /// Bytes of the scenario file.
    File(Range<usize>),
    /// A flag as written.
    Flag(Arc<str>),
}

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Node {
    pub(in crate::scenario) origin: Origin,
    pub(in crate::scenario) value: Value,
}

/// What TOML can say.
#[derive(Clone, Debug)]
pub(in crate::scenario) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    DateTime(Datetime),
    Array(Vec<Arc<Node>>),
    Table(Table),
}

/// A table in the order of declaration.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct Table {
    pub(in crate::scenario) entries: Vec<Entry>,
}

/// A key of a table and its value.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Entry {
    pub(in crate::scenario) key: Arc<str>,
    pub(in crate::scenario) origin: Origin,
    pub(in crate::scenario) node: Arc<Node>,
}

impl Origin {
    fn file(span: Range<usize>, scope: Option<&Arc<str>>) -> Self {
        Self {
            source: Source::File(span),
            scope: scope.cloned(),
        }
    }

    /// A flag of the command line.
    pub(in crate::scenario) fn flag(text: &str) -> Self {
        Self {
            source: Source::Flag(text.into()),
            scope: None,
        }
    }

    /// How late this has its word: the base, then variants, then the sweep and the search, then flags.
    pub(in crate::scenario) fn precedence(&self) -> u8 {
        match (&self.source, &self.scope) {
            (Source::Flag(_), _) => 3,
            (Source::File(_), Some(scope)) if !scope.starts_with("variant") => 2,
            (Source::File(_), Some(_)) => 1,
            (Source::File(_), None) => 0,
        }
    }

    /// A key that sorts by precedence, then by place in the file.
    pub(in crate::scenario) fn declaration_order(&self) -> (u8, usize) {
        let start = match &self.source {
            Source::File(span) => span.start,
            Source::Flag(_) => 0,
        };
        (self.precedence(), start)
    }
}

impl Table {
    /// The entry of a key.
    pub(in crate::scenario) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }

    /// The table under a key.
    pub(in crate::scenario) fn table(&self, key: &str) -> Option<&Self> {
        self.get(key)?.node.as_table()
    }

    /// The entry at a path.
    pub(in crate::scenario) fn at(&self, path: &[&str]) -> Option<&Entry> {
        let (last, parents) = path.split_last()?;
        let mut table = self;
        for key in parents {
            table = table.table(key)?;
        }
        table.get(last)
    }

    /// The table under a key, made (or put in the place of another value) if it is none.
    fn table_mut(&mut self, key: &str, origin: &Origin) -> &mut Self {
        let position = self.position_or_push(key, origin);
        let node = Arc::make_mut(&mut self.entries[position].node);
        if node.as_table().is_none() {
            *node = Node::empty_table(origin.clone());
        }
        match &mut node.value {
            Value::Table(table) => table,
            _ => unreachable!("it was made a table above"),
        }
    }

    fn position_or_push(&mut self, key: &str, origin: &Origin) -> usize {
        self.position(key).unwrap_or_else(|| {
            self.entries.push(Entry {
                key: key.into(),
                origin: origin.clone(),
                node: Arc::new(Node::empty_table(origin.clone())),
            });
            self.entries.len() - 1
        })
    }

    /// Lays `overlay` over this table key by key. A table is replaced whole where `whole` says so of its path, itself and
    /// what is laid over it.
    pub(in crate::scenario) fn merge(
        &mut self,
        overlay: &Self,
        path: &mut Vec<Arc<str>>,
        whole: &impl Fn(&[Arc<str>], &Self, &Self) -> bool,
    ) {
        // Looking each key up would take quadratic time where there are very many, as mistakes of a program may be.
        let mut places = (overlay.entries.len() > FEW_KEYS).then(|| self.places());
        for entry in &overlay.entries {
            let place = match &places {
                Some(places) => places.get(&entry.key).copied(),
                None => self.position(&entry.key),
            };
            let Some(place) = place else {
                if let Some(places) = &mut places {
                    places.insert(Arc::clone(&entry.key), self.entries.len());
                }
                self.entries.push(entry.clone());
                continue;
            };
            path.push(Arc::clone(&entry.key));
            let both = self.entries[place]
                .node
                .as_table()
                .zip(entry.node.as_table());
            match both {
                Some((base, table)) if !whole(path, base, table) => {
                    self.table_mut(&entry.key, &entry.node.origin)
                        .merge(table, path, whole);
                }
                _ => self.entries[place] = entry.clone(),
            }
            path.pop();
        }
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| &*entry.key == key)
    }

    /// The position of each key.
    fn places(&self) -> BTreeMap<Arc<str>, usize> {
        let entries = self.entries.iter().enumerate();
        entries
            .map(|(place, entry)| (Arc::clone(&entry.key), place))
            .collect()
    }

    fn put(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|old| old.key == entry.key) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }

    /// Sets the value at a path, making the tables on the way. A table at a path for which `kind` holds has one key,
    /// the name of its kind: where the path names another kind, the table starts anew.
    pub(in crate::scenario) fn set(
        &mut self,
        path: &[String],
        node: &Arc<Node>,
        kind: &impl Fn(&[String]) -> bool,
    ) {
        let origin = &node.origin;
        let (last, parents) = path.split_last().expect("a path has at least one key");
        let mut table = self;
        for (depth, key) in parents.iter().enumerate() {
            table = table.table_mut(key, origin);
            let other_kind = kind(&path[..=depth]) && table.get(&path[depth + 1]).is_none();
            if other_kind {
                table.entries.clear();
            }
        }
        table.put(Entry {
            key: last.as_str().into(),
            origin: origin.clone(),
            node: Arc::clone(node),
        });
    }
}

impl Node {
    fn empty_table(origin: Origin) -> Self {
        Self {
            origin,
            value: Value::Table(Table::default()),
        }
    }

    /// The table, if it is one.
    pub(in crate::scenario) fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The same value with another origin, all through.
    pub(in crate::scenario) fn with_origin(&self, origin: &Origin) -> Self {
        let share = |node: &Arc<Self>| Arc::new(node.with_origin(origin));
        let value = match &self.value {
            Value::Array(items) => Value::Array(items.iter().map(share).collect()),
            Value::Table(table) => Value::Table(Table {
                entries: table
                    .entries
                    .iter()
                    .map(|entry| Entry {
                        key: Arc::clone(&entry.key),
                        origin: origin.clone(),
                        node: share(&entry.node),
                    })
                    .collect(),
            }),
            other => other.clone(),
        };
        Self {
            origin: origin.clone(),
            value,
        }
    }
}

/// The tree of a file. Below `variant.NAME`, `sweep`, `search` and `uncertain` the origins carry that as their scope.
pub(super) fn from_document(document: &DeTable<'_>) -> Table {
    build(document, |key, node| match key {
        "variant" => Some(variants(node)),
        "sweep" | "search" | "uncertain" => Some(build_node(node, Some(&key.into()))),
        _ => None,
    })
}

fn variants(node: &Spanned<DeValue<'_>>) -> Node {
    let DeValue::Table(table) = node.get_ref() else {
        return build_node(node, None);
    };
    let built = build(table, |name, node| {
        Some(build_node(
            node,
            Some(&format!("variant.{}", quoted(name)).into()),
        ))
    });
    Node {
        origin: Origin::file(node.span(), None),
        value: Value::Table(built),
    }
}

fn build(
    table: &DeTable<'_>,
    special: impl Fn(&str, &Spanned<DeValue<'_>>) -> Option<Node>,
) -> Table {
    let entries = table
        .iter()
        .map(|(key, node)| Entry {
            key: key.get_ref().as_ref().into(),
            origin: Origin::file(key.span(), None),
            node: Arc::new(special(key.get_ref(), node).unwrap_or_else(|| build_node(node, None))),
        })
        .collect();
    Table { entries }
}

/// A value of TOML as a node.
pub(in crate::scenario) fn build_node(
    node: &Spanned<DeValue<'_>>,
    scope: Option<&Arc<str>>,
) -> Node {
    let value = match node.get_ref() {
        DeValue::String(text) => Value::Text(text.as_ref().to_owned()),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or_else(
                |_| Value::Float(integer.as_str().parse().unwrap_or(f64::INFINITY)),
                Value::Integer,
            ),
        DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Datetime(datetime) => Value::DateTime(*datetime),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| Arc::new(build_node(item, scope)))
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(Table {
            entries: table
                .iter()
                .map(|(key, node)| Entry {
                    key: key.get_ref().as_ref().into(),
                    origin: Origin::file(key.span(), scope),
                    node: Arc::new(build_node(node, scope)),
                })
                .collect(),
        }),
    };
    Node {
        origin: Origin::file(node.span(), scope),
        value,
    }
}

/// Reads a dotted key as TOML does: `cluster.gpu.boot`, `environment."torch-1.13".image_pull`.
pub(in crate::scenario) fn parse_path(text: &str) -> Option<Vec<String>> {
    let bare = |key: &str| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let text = text.trim();
    if text.split('.').all(bare) {
        return Some(text.split('.').map(str::to_owned).collect());
    }
    let document = format!("{text} = 0");
    let parsed = DeTable::parse(&document).ok()?;
    let mut path = Vec::new();
    let mut table = parsed.get_ref();
    loop {
        let (key, node) = table.iter().next()?;
        path.push(key.get_ref().as_ref().to_owned());
        match node.get_ref() {
            DeValue::Table(next) => table = next,
            _ => return (!path.iter().any(String::is_empty)).then_some(path),
        }
    }
}

/// A key as it has to be written in a dotted key.
pub(in crate::scenario) fn quoted(key: &str) -> String {
    toml_key(key).into_owned()
}

/// A path as a dotted key.
pub(in crate::scenario) fn dotted<S: AsRef<str>>(path: &[S]) -> String {
    let keys: Vec<String> = path.iter().map(|key| quoted(key.as_ref())).collect();
    keys.join(".")
}

/// A value as TOML within one line.
pub(in crate::scenario) fn inline(value: &Value) -> String {
    match value {
        Value::Text(text) => toml::Value::String(text.clone()).to_string(),
        Value::Integer(integer) => integer.to_string(),
        Value::Float(float) => toml::Value::Float(*float).to_string(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::DateTime(datetime) => datetime.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let entries = table.entries.iter();
            let entries: Vec<String> = entries
                .map(|entry| format!("{} = {}", quoted(&entry.key), inline(&entry.node.value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}
