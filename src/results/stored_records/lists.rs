//! Lists of values as JSON text, written and read value by value: millions of them go through here, which a reader for any JSON
//! takes several times as long for. `{"all":VALUE}` stands for a list of equal values.

use memchr::{memchr, memmem};

use crate::results::RunStatus;
use crate::text_buffer::TextBuffer;

/// Before the one value of a list.
const ALL: &[u8] = b"{\"all\":";
/// What did not happen.
const NULL: &[u8] = b"null";

/// A value that is written.
pub(super) trait Put: Copy + PartialEq {
    /// Appends it.
    fn put(self, to: &mut TextBuffer);
}

/// A value that is read.
pub(super) trait Take: Default {
    /// What ends a list of such values.
    const END: &'static [u8] = b"]";

    /// Takes it from the front of a text, into the place of an earlier one; `None` where it is not there.
    fn take(&mut self, from: &mut &[u8]) -> Option<()>;
}

/// A list that grows: of values that are all the same, as long as they are.
#[derive(Debug)]
pub(super) struct List<T> {
    /// The first value.
    first: Option<T>,
    /// How many values like it there are; no others are there while there is no text.
    same: usize,
    text: TextBuffer,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            first: None,
            same: 0,
            text: TextBuffer::default(),
        }
    }
}

impl<T: Put> List<T> {
    /// Adds a value.
    #[inline(always)]
    pub(super) fn push(&mut self, value: T) {
        if self.text.is_empty() {
            if self.first.is_none_or(|first| first == value) {
                self.first = Some(value);
                self.same += 1;
                return;
            }
            self.write_out();
        }
        value.put(&mut self.text);
        self.text.byte(b',');
    }

    /// Writes the values that were the same.
    #[cold]
    fn write_out(&mut self) {
        self.text.byte(b'[');
        for value in std::iter::repeat_n(self.first, self.same).flatten() {
            value.put(&mut self.text);
            self.text.byte(b',');
        }
    }

    /// The text of the list.
    pub(super) fn end(&mut self) -> &[u8] {
        if !self.text.is_empty() {
            // The last comma stands where the list ends.
            self.text.replace_last(b']');
        } else if let Some(first) = self.first {
            self.text.bytes(ALL);
            first.put(&mut self.text);
            self.text.byte(b'}');
        } else {
            self.text.bytes(b"[]");
        }
        self.text.as_bytes()
    }
}

/// A list that is read.
#[derive(Debug)]
pub(super) enum Values<'t> {
    /// All are the one that was read first.
    All,
    /// Those that are left.
    Each(&'t [u8]),
}

impl<'t> Values<'t> {
    /// Takes a list from the front of a text; `None` where there is none. `one` becomes the value of all where they are the same.
    pub(super) fn open<T: Take>(from: &mut &'t [u8], one: &mut T) -> Option<Self> {
        if let Some(rest) = from.strip_prefix(ALL) {
            *from = rest;
            one.take(from)?;
            skip(from, b"}")?;
            return Some(Self::All);
        }
        skip(from, b"[")?;
        if is_next(from, b']') {
            return Some(Self::Each(&[]));
        }
        let end = match T::END {
            [end] => memchr(*end, from)?,
            end => memmem::find(from, end)? + end.len() - 1,
        };
        let (values, rest) = from.split_at(end);
        *from = &rest[1..];
        Some(Self::Each(values))
    }

    /// Takes the next value; `None` where there is none, or it is none of these.
    #[inline(always)]
    pub(super) fn next<T: Take>(&mut self, value: &mut T) -> Option<()> {
        let Self::Each(rest) = self else {
            return Some(());
        };
        value.take(rest)?;
        match rest {
            [] => Some(()),
            // A value follows each comma.
            [b',', more @ ..] if !more.is_empty() => {
                *rest = more;
                Some(())
            }
            _ => None,
        }
    }

    /// Whether no value is left.
    pub(super) fn are_read(&self) -> bool {
        match self {
            Self::All => true,
            Self::Each(rest) => rest.is_empty(),
        }
    }
}

/// Takes what is expected from the front of a text.
pub(super) fn skip(from: &mut &[u8], expected: &[u8]) -> Option<()> {
    *from = from.strip_prefix(expected)?;
    Some(())
}

/// Takes a byte from the front of a text, if it is there.
#[inline(always)]
fn is_next(from: &mut &[u8], expected: u8) -> bool {
    match from.split_first() {
        Some((first, rest)) if *first == expected => {
            *from = rest;
            true
        }
        _ => false,
    }
}

/// The value of the digit at the front of a text.
#[inline(always)]
fn digit(from: &mut &[u8]) -> Option<u8> {
    let (first, rest) = from.split_first()?;
    let digit = first.wrapping_sub(b'0');
    if digit > 9 {
        return None;
    }
    *from = rest;
    Some(digit)
}

macro_rules! whole_number {
    ($($type:ty)*) => {$(
        impl Take for $type {
            #[inline(always)]
            fn take(&mut self, from: &mut &[u8]) -> Option<()> {
                *self = Self::from(digit(from)?);
                while let Some(digit) = digit(from) {
                    *self = self.checked_mul(10)?.checked_add(Self::from(digit))?;
                }
                Some(())
            }
        }
    )*};
}

whole_number!(u32 u64 u128);

impl Put for u32 {
    #[inline(always)]
    fn put(self, to: &mut TextBuffer) {
        to.integer(self.into());
    }
}

impl Put for u64 {
    #[inline(always)]
    fn put(self, to: &mut TextBuffer) {
        to.integer(self);
    }
}

impl Put for u128 {
    #[inline(always)]
    fn put(self, to: &mut TextBuffer) {
        match u64::try_from(self) {
            Ok(number) => to.integer(number),
            Err(_) => to.bytes(self.to_string().as_bytes()),
        }
    }
}

impl Put for i64 {
    #[inline(always)]
    fn put(self, to: &mut TextBuffer) {
        if self < 0 {
            to.byte(b'-');
        }
        to.integer(self.unsigned_abs());
    }
}

impl Take for i64 {
    #[inline(always)]
    fn take(&mut self, from: &mut &[u8]) -> Option<()> {
        let is_negative = is_next(from, b'-');
        let mut number = 0_u64;
        number.take(from)?;
        *self = if is_negative {
            0_i64.checked_sub_unsigned(number)?
        } else {
            Self::try_from(number).ok()?
        };
        Some(())
    }
}

impl Put for Option<i64> {
    #[inline(always)]
    fn put(self, to: &mut TextBuffer) {
        match self {
            Some(number) => number.put(to),
            None => to.bytes(NULL),
        }
    }
}

impl Take for Option<i64> {
    #[inline(always)]
    fn take(&mut self, from: &mut &[u8]) -> Option<()> {
        if from.first() == Some(&b'n') {
            *self = None;
            return skip(from, NULL);
        }
        self.insert(0).take(from)
    }
}

impl Put for &[u64] {
    #[inline(always)]
    fn put(self, to: &mut TextBuffer) {
        to.byte(b'[');
        for (position, number) in self.iter().enumerate() {
            if position > 0 {
                to.byte(b',');
            }
            to.integer(*number);
        }
        to.byte(b']');
    }
}

impl Take for Vec<u64> {
    const END: &'static [u8] = b"]]";

    #[inline(always)]
    fn take(&mut self, from: &mut &[u8]) -> Option<()> {
        self.clear();
        skip(from, b"[")?;
        if is_next(from, b']') {
            return Some(());
        }
        loop {
            let mut number = 0_u64;
            number.take(from)?;
            self.push(number);
            if !is_next(from, b',') {
                return skip(from, b"]");
            }
        }
    }
}

/// Values that are one of a few texts.
macro_rules! texts {
    ($type:ty: $($value:pat => $text:literal = $made:expr,)*) => {
        impl Put for $type {
            #[inline(always)]
            fn put(self, to: &mut TextBuffer) {
                to.bytes(match self { $($value => $text,)* });
            }
        }

        impl Take for $type {
            #[inline(always)]
            fn take(&mut self, from: &mut &[u8]) -> Option<()> {
                $(if skip(from, $text).is_some() {
                    *self = $made;
                    return Some(());
                })*
                None
            }
        }
    };
}

texts! {
    bool:
    false => b"false" = false,
    true => b"true" = true,
}

texts! {
    RunStatus:
    Self::Completed => b"\"Completed\"" = Self::Completed,
    Self::Failed => b"\"Failed\"" = Self::Failed,
    Self::Canceled => b"\"Canceled\"" = Self::Canceled,
    Self::Unfinished => b"\"Unfinished\"" = Self::Unfinished,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;

    /// The text of a list of values.
    fn written<T: Put>(values: impl IntoIterator<Item = T>) -> Vec<u8> {
        let mut list = List::default();
        values.into_iter().for_each(|value| list.push(value));
        list.end().to_vec()
    }

    /// As many values as there are in a text, or should be.
    fn read<T: Take + Clone>(mut text: &[u8], count: usize) -> Option<Vec<T>> {
        let mut value = T::default();
        let mut values = Values::open(&mut text, &mut value)?;
        let read = (0..count).map(|_| values.next(&mut value).map(|()| value.clone()));
        let read = read.collect::<Option<Vec<T>>>()?;
        (values.are_read() && text.is_empty()).then_some(read)
    }

    /// Holds the text of some values to a reader of any JSON, and reads it.
    fn check<P, T>(put: &[P], expected: &[T])
    where
        P: Put,
        T: Take + Clone + PartialEq + Debug + Serialize,
    {
        let text = written(put.iter().copied());
        let alike = expected.windows(2).all(|two| two[0] == two[1]);
        let json = match expected {
            [first, ..] if alike => serde_json::to_vec(&BTreeMap::from([("all", first)])),
            _ => serde_json::to_vec(expected),
        };
        assert_eq!(text, json.unwrap());
        assert_eq!(read(&text, expected.len()).as_deref(), Some(expected));
        // With too few or too many values, or an end that is torn.
        if !text.starts_with(ALL) {
            assert_eq!(read::<T>(&text, expected.len() + 1), None);
            let fewer = expected.len().checked_sub(1);
            assert!(fewer.is_none_or(|fewer| read::<T>(&text, fewer).is_none()));
        }
        for end in 0..text.len() {
            assert_eq!(read::<T>(&text[..end], expected.len()), None);
        }
    }

    proptest! {
        #[test]
        fn lists_are_what_another_reader_takes_them_for(
            lengths in prop::collection::vec(prop::option::weighted(0.8, any::<i64>()), 0..9),
            small in prop::collection::vec(prop::option::weighted(0.8, -2_i64..2), 0..9),
            times in prop::collection::vec(any::<u64>(), 0..9),
            counts in prop::collection::vec(any::<u32>(), 0..9),
            node_times in prop::collection::vec(any::<u128>(), 0..9),
            nodes in prop::collection::vec(prop::collection::vec(0_u64..20, 0..3), 0..9),
            flags in prop::collection::vec(any::<bool>(), 0..9),
            alike in any::<i64>(),
            count in 0_usize..5,
        ) {
            check(&lengths, &lengths);
            check(&small, &small);
            let whole: Vec<i64> = lengths.iter().copied().flatten().collect();
            check(&whole, &whole);
            check(&times, &times);
            check(&counts, &counts);
            check(&node_times, &node_times);
            let held: Vec<&[u64]> = nodes.iter().map(Vec::as_slice).collect();
            check(&held, &nodes);
            check(&flags, &flags);
            check(&vec![alike; count], &vec![alike; count]);
        }
    }

    #[test]
    fn outcomes_are_texts() {
        use RunStatus::{Canceled, Completed, Failed, Unfinished};
        let all = [Completed, Failed, Canceled, Unfinished, Failed];
        let text = written(all);
        let expected = br#"["Completed","Failed","Canceled","Unfinished","Failed"]"#;
        assert_eq!(text, expected);
        assert_eq!(read(&text, all.len()), Some(all.to_vec()));
        let text = written([Canceled; 3]);
        assert_eq!(text, br#"{"all":"Canceled"}"#);
        assert_eq!(read(&text, 3), Some(vec![Canceled; 3]));
        assert_eq!(read::<RunStatus>(br#"["Completed","Lost"]"#, 2), None);
    }

    #[test]
    fn what_is_no_list_of_such_values_is_not_read() {
        for text in [
            "",
            "[",
            "]",
            "[1",
            "1",
            "[,]",
            "[1,]",
            "[,1]",
            "[1,,2]",
            "[1 ,2]",
            "[1,null]",
            "[1,-2]",
            "[1,2]]",
            "[1.5,2]",
            "[1,18446744073709551616]",
            "{\"all\":1,\"all\":1}",
            "{\"all\":}",
            "{\"none\":1}",
            "{}",
            "[[1],[2]]",
            "{\"all\":-1}",
        ] {
            assert_eq!(read::<u64>(text.as_bytes(), 2), None, "{text}");
        }
        for text in [
            "[[1,],[2]]",
            "[[1][2]]",
            "[[1],2]",
            "[1,2]",
            "[[1],[2]",
            "[[[1]],[2]]",
        ] {
            assert_eq!(read::<Vec<u64>>(text.as_bytes(), 2), None, "{text}");
        }
        for text in ["[--1,2]", "[-,2]", "[9223372036854775808,1]", "[nul,1]"] {
            assert_eq!(read::<Option<i64>>(text.as_bytes(), 2), None, "{text}");
        }
    }
}
