//! Records as they are stored: by fields, a list of values for each (`docs/results-format.md`). Times are stored as lengths, which are
//! short and often the same.

mod leases;
mod lists;
mod runs;
#[cfg(test)]
mod tests;

use std::io;

use super::Each;

/// Records that are given at a time.
const BLOCK: usize = 256;

/// A kind of record that is stored by its fields.
pub(crate) trait Stored: Sized {
    /// The name of its lists.
    const NAME: &'static str;

    /// Gives the text of some records, an object of lists, piece by piece.
    fn put(records: &[Self], to: &mut dyn FnMut(&[u8]));

    /// Takes such a text from the front of another, and gives its records; `None` where it is damaged, up to there.
    fn take(from: &mut &[u8], each: Each<'_, Self>) -> io::Result<Option<()>>;
}

/// The fields of a kind of record, each with the type of its values as they are written and as they are read, and how it comes from a
/// record and from what was told from it and those before it.
macro_rules! fields {
    (
        $record:ident as $name:literal, told by $told:ty:
        $($field:ident: $put:ty => $take:ty = $value:expr,)*
    ) => {
        /// A list for each field.
        #[derive(Default)]
        struct Lists<'a> {
            $($field: List<$put>,)*
            /// The lists borrow from records.
            _records: PhantomData<&'a $record>,
        }

        impl<'a> Lists<'a> {
            #[inline(always)]
            fn push(&mut self, record: &'a $record, told: &$told) {
                $({
                    let value: fn(&'a $record, &$told) -> $put = $value;
                    self.$field.push(value(record, told));
                })*
            }

            /// Gives their text as an object, after how many records there are.
            fn end(mut self, count: usize, to: &mut dyn FnMut(&[u8])) {
                to(format!("{{\"count\":{count}").as_bytes());
                $(
                    to(concat!(",\"", stringify!($field), "\":").as_bytes());
                    to(self.$field.end());
                )*
                to(b"}");
            }
        }

        /// The fields of one record as they are read.
        #[derive(Default)]
        struct Row {
            $($field: $take,)*
        }

        /// What is left of each list.
        struct Columns<'t> {
            $($field: Values<'t>,)*
        }

        impl<'t> Columns<'t> {
            /// Takes the lists from the front of a text, with how many records there are.
            fn open(from: &mut &'t [u8], row: &mut Row) -> Option<(usize, Self)> {
                let mut count = 0_u64;
                skip(from, b"{\"count\":")?;
                count.take(from)?;
                let columns = Self {
                    $($field: {
                        skip(from, concat!(",\"", stringify!($field), "\":").as_bytes())?;
                        Values::open(from, &mut row.$field)?
                    },)*
                };
                skip(from, b"}")?;
                Some((usize::try_from(count).ok()?, columns))
            }

            /// Takes the next record.
            #[inline(always)]
            fn next(&mut self, row: &mut Row) -> Option<()> {
                $(self.$field.next(&mut row.$field)?;)*
                Some(())
            }

            /// Whether no record is left.
            fn are_read(&self) -> bool {
                true $(&& self.$field.are_read())*
            }
        }

        impl Stored for $record {
            const NAME: &'static str = $name;

            fn put(records: &[Self], to: &mut dyn FnMut(&[u8])) {
                let (mut lists, mut told) = (Lists::default(), <$told>::default());
                for record in records {
                    told.tell(record);
                    lists.push(record, &told);
                }
                lists.end(records.len(), to);
            }

            fn take(from: &mut &[u8], each: Each<'_, Self>) -> io::Result<Option<()>> {
                let (mut row, mut told) = (Row::default(), <$told>::default());
                let Some((count, mut columns)) = Columns::open(from, &mut row) else {
                    return Ok(None);
                };
                let mut block = vec![empty(); count.min(BLOCK)];
                for begin in (0..count).step_by(BLOCK) {
                    let end = count.min(begin + BLOCK);
                    let records = &mut block[..end - begin];
                    for record in &mut *records {
                        if columns.next(&mut row).is_none() {
                            return Ok(None);
                        }
                        told.fill(record, &row);
                    }
                    each(records)?;
                }
                Ok(columns.are_read().then_some(()))
            }
        }
    };
}
use fields;

/// The length from one time to another as it is stored: less than 0 where that is earlier.
fn length(from: u64, to: u64) -> i64 {
    to.wrapping_sub(from).cast_signed()
}
