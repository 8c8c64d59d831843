//! A list of records by fields: a list for each field is read and written sooner than a list of records, and takes less room; of a
//! field that is the same in all records, its one value is enough.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The key of the one value of a field.
const ALL: &str = "all";

/// One field of all records, as it is written.
pub(super) struct Column<'a, R, T>(pub(super) &'a [R], pub(super) fn(&'a R) -> T);

impl<R, T: Serialize + PartialEq> Serialize for Column<'_, R, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = self.0.iter().map(self.1);
        if let Some(first) = values.next()
            && values.all(|value| value == first)
        {
            let mut one = serializer.serialize_map(Some(1))?;
            one.serialize_entry(ALL, &first)?;
            return one.end();
        }
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// The values of a field, as they are read.
pub(super) enum Values<T> {
    /// All records have this one.
    All(T),
    /// The values that are left, one for each record.
    Each(std::vec::IntoIter<T>),
}

impl<T: Clone> Values<T> {
    /// Whether there are as many as there are records.
    pub(super) fn are(&self, count: usize) -> bool {
        match self {
            Self::All(_) => true,
            Self::Each(values) => values.len() == count,
        }
    }

    /// The value of the next record.
    pub(super) fn next(&mut self) -> Option<T> {
        match self {
            Self::All(value) => Some(value.clone()),
            Self::Each(values) => values.next(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Values<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfField<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfField<T> {
            type Value = Values<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "a list, or the value of all records")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = from.next_element()? {
                    values.push(value);
                }
                Ok(Values::Each(values.into_iter()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
                let (key, value) = from
                    .next_entry::<String, T>()?
                    .ok_or_else(|| A::Error::missing_field(ALL))?;
                match key.as_str() {
                    ALL if from.next_key::<String>()?.is_none() => Ok(Values::All(value)),
                    _ => Err(A::Error::unknown_field(&key, &[ALL])),
                }
            }
        }

        deserializer.deserialize_any(OfField(PhantomData))
    }
}
