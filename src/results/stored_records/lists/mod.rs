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
mod tests;
