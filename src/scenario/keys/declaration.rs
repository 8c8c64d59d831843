//! What is declared of a key: name, shape, unit, default, allowed values, meaning, condition and example.

use std::ops::Bound;

/// A key, declared once: readers, documentation, schema and messages take it from here.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What stands under it.
    pub shape: Shape,
    /// What it means: a noun phrase or an imperative.
    pub meaning: &'static str,
    /// What it counts, where that does not follow from its shape.
    unit: &'static str,
    /// What holds where it is not given.
    pub default: Default,
    /// What is allowed beyond what follows from its shape.
    allowed: &'static str,
    /// Keys of the same table that it needs.
    pub needs: &'static [&'static str],
    /// Keys that may not stand in the same table.
    pub not_beside: &'static [&'static str],
    /// The condition under which it is used; empty if always.
    pub used_if: &'static str,
    /// A value, or whole lines that have one.
    example: &'static str,
}

/// What holds where a key is not given.
#[derive(Clone, Copy, Debug)]
pub struct Default {
    /// The value, as a scenario would write it without quotes; empty where there is none.
    value: &'static str,
    /// What is said after it or instead of it.
    words: &'static str,
    /// Whether no source states it.
    pub is_assumed: bool,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A single value, or an array of them.
    Value(Value),
    /// Tables keyed by name, each with these keys.
    Named(&'static [Key]),
    /// A table with these keys, which variants merge key by key.
    Table(&'static [Key]),
    /// An array of tables with these keys, which is one value.
    Tables(&'static [Key]),
    /// One of these kinds, which variants replace whole; or a plain value.
    Kind(Option<Value>, &'static [Kind]),
    /// A table of texts under names of its own.
    Texts,
    /// A table of its own rules: variants, the sweep, speeds.
    Free,
}

/// A single value.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Any text.
    Text,
    /// One of these words.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A number between these ends.
    Number(Bound<f64>, Bound<f64>),
    /// A length of time: whether it may be 0, and whether `"never"` is one.
    Duration {
        /// Whether it may be 0.
        zero: bool,
        /// Whether it may be `"never"`.
        never: bool,
    },
    /// A local date-time.
    DateTime,
    /// A local date.
    Date,
    /// Events per time.
    Rate,
    /// A charge by the clock, or the name of one that has a list price.
    Charge,
    /// A window of the week.
    Week,
    /// A data file.
    Path,
    /// A column of a data file.
    Column,
    /// Several of these.
    List(&'static Value),
    /// One of these, or several.
    OneOrMore(&'static Value),
    /// One of several sorts.
    Either(&'static [Value]),
}

/// One of the kinds a key may have, such as `poisson` of `arrivals`.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// As written.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// Its keys; empty for a kind that is a single value.
    pub keys: &'static [Key],
    /// The value of a kind without keys.
    pub value: Option<Value>,
}

/// A kind with keys.
pub(super) const fn kind(name: &'static str, meaning: &'static str, keys: &'static [Key]) -> Kind {
    Kind {
        name,
        meaning,
        keys,
        value: None,
    }
}

/// A kind that is a single value.
pub(super) const fn plain(name: &'static str, meaning: &'static str, value: Value) -> Kind {
    Kind {
        name,
        meaning,
        keys: &[],
        value: Some(value),
    }
}

/// A key of any shape.
pub(super) const fn key(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        meaning: "",
        unit: "",
        default: Default {
            value: "",
            words: "none",
            is_assumed: false,
        },
        allowed: "",
        needs: &[],
        not_beside: &[],
        used_if: "",
        example: "",
    }
}

/// A key with a single value.
pub(super) const fn value(name: &'static str, value: Value) -> Key {
    key(name, Shape::Value(value))
}

/// A switch that is off unless given.
pub(super) const fn switch(name: &'static str) -> Key {
    value(name, Value::Boolean).default("false").such_as("true")
}

/// A count of something.
pub(super) const fn count(name: &'static str, unit: &'static str, from: i64, to: i64) -> Key {
    value(name, Value::Whole(from, to)).in_unit(unit)
}

/// A price from 0 to a million.
pub(super) const fn price(name: &'static str, unit: &'static str) -> Key {
    let range = Value::Number(Bound::Included(0.0), Bound::Included(1e6));
    value(name, range).in_unit(unit)
}

/// One of some words.
pub(super) const fn words(name: &'static str, words: &'static [&'static str]) -> Key {
    value(name, Value::Words(words))
}

impl Key {
    /// What it means.
    pub(super) const fn means(self, meaning: &'static str) -> Self {
        Self { meaning, ..self }
    }

    /// What it counts.
    pub(super) const fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// A default that is a fact, or decides no figure.
    pub(super) const fn default(self, value: &'static str) -> Self {
        self.has(value, "", false)
    }

    /// A default that no source states.
    pub(super) const fn assumes(self, value: &'static str) -> Self {
        self.has(value, "", true)
    }

    /// A default that takes words, after a value or without one.
    pub(super) const fn otherwise(self, value: &'static str, words: &'static str) -> Self {
        self.has(value, words, false)
    }

    /// The same where no source states it.
    pub(super) const fn otherwise_assumes(self, value: &'static str, words: &'static str) -> Self {
        self.has(value, words, true)
    }

    /// Nothing holds in its place.
    pub(super) const fn required(self) -> Self {
        self.has("", "required", false)
    }

    const fn has(self, value: &'static str, words: &'static str, is_assumed: bool) -> Self {
        let default = Default {
            value,
            words,
            is_assumed,
        };
        Self { default, ..self }
    }

    /// What is allowed beyond what follows from its shape.
    pub(super) const fn allows(self, allowed: &'static str) -> Self {
        Self { allowed, ..self }
    }

    /// Keys of the same table that it needs.
    pub(super) const fn needs(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    /// Keys that may not stand in the same table.
    pub(super) const fn not_beside(self, not_beside: &'static [&'static str]) -> Self {
        Self { not_beside, ..self }
    }

    /// The condition under which it is used.
    pub(super) const fn used_if(self, used_if: &'static str) -> Self {
        Self { used_if, ..self }
    }

    /// A value; or lines that have one, where these begin with the key or with a bracket.
    pub(super) const fn such_as(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// What it counts, where that is said.
    pub(super) const fn stated_unit(&self) -> &'static str {
        self.unit
    }

    /// What is allowed beyond what follows from its shape.
    pub(super) const fn stated_allowed(&self) -> &'static str {
        self.allowed
    }

    /// The example as declared.
    pub(super) const fn stated_example(&self) -> &'static str {
        self.example
    }

    /// Whether a table without it is refused, whatever else it has.
    pub fn is_required(&self) -> bool {
        self.default.value.is_empty() && self.default.words == "required"
    }
}

impl Default {
    /// The value as declared, and what is said beside it.
    pub(super) const fn parts(&self) -> (&'static str, &'static str) {
        (self.value, self.words)
    }
}

/// Lists of keys as one, `N` in all.
pub(super) const fn joined<const N: usize>(lists: &[&[Key]]) -> [Key; N] {
    let mut all = [lists[0][0]; N];
    let (mut position, mut list) = (0, 0);
    while list < lists.len() {
        let mut next = 0;
        while next < lists[list].len() {
            all[position] = lists[list][next];
            (position, next) = (position + 1, next + 1);
        }
        list += 1;
    }
    assert!(position == N, "N is the number of all");
    all
}
