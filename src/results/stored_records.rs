//! Records as they are stored: a list for each field, which is read and written sooner than a list of records, and takes less
//! room.

use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{LeaseRecord, RunRecord, RunStatus};
use crate::units::{NodeTime, SimDuration, SimTime};

/// One field of all records.
struct Column<'a, R, T>(&'a [R], fn(&R) -> &T);

impl<R, T: Serialize> Serialize for Column<'_, R, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// A module that stores a kind of record by its fields.
macro_rules! columns {
    ($module:ident: $record:ident { $first:ident: $first_type:ty, $($field:ident: $type:ty,)* }) => {
        pub(crate) mod $module {
            use super::*;

            #[derive(Deserialize)]
            struct Columns {
                $first: Vec<$first_type>,
                $($field: Vec<$type>,)*
            }

            pub(crate) fn serialize<S: Serializer>(
                records: &&[$record],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                const COUNT: usize = [stringify!($first), $(stringify!($field)),*].len();
                let mut columns = serializer.serialize_struct("Columns", COUNT)?;
                columns.serialize_field(stringify!($first), &Column(records, |of| &of.$first))?;
                $(columns.serialize_field(stringify!($field), &Column(records, |of| &of.$field))?;)*
                columns.end()
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Vec<$record>, D::Error> {
                let columns = Columns::deserialize(deserializer)?;
                let count = columns.$first.len();
                if $(columns.$field.len() != count)||* {
                    return Err(D::Error::custom("its columns are of different lengths"));
                }
                $(let mut $field = columns.$field.into_iter();)*
                let records = columns.$first.into_iter().map_while(|$first| {
                    Some($record { $first, $($field: $field.next()?,)* })
                });
                Ok(records.collect())
            }
        }
    };
}

columns! {
    runs: RunRecord {
        workload: u32,
        position: u64,
        label: u32,
        target: u32,
        nodes: u32,
        submitted: SimTime,
        queued: Option<SimTime>,
        assigned: Option<SimTime>,
        started: Option<SimTime>,
        node_setup: SimDuration,
        queue_provisioning: SimDuration,
        queue_quota: SimDuration,
        ended: Option<SimTime>,
        status: RunStatus,
        nodes_held: Vec<u64>,
        losses: u32,
        lost: SimDuration,
        deallocations: u32,
        deallocated: SimDuration,
    }
}

columns! {
    leases: LeaseRecord {
        target: u32,
        node: u64,
        requested: SimTime,
        billed_from: SimTime,
        released: SimTime,
        billed: SimDuration,
        boot: NodeTime,
        node_setup: NodeTime,
        run: NodeTime,
        lost: NodeTime,
        finalize: NodeTime,
        idle: NodeTime,
        ended_by_loss: bool,
    }
}
