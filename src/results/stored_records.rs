//! Records as they are stored: by fields. Times of a run are stored as lengths, which are short and often the same.

use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serializer};

use super::column::{Column, Values};
use super::{LeaseRecord, RunRecord, RunStatus};
use crate::units::{NodeTime, SimDuration, SimTime};

/// A module that stores a kind of record by its fields, as rows of another type have them.
macro_rules! columns {
    ($module:ident: $record:ident as $row:ident { $($field:ident: $type:ty = $get:expr,)* }) => {
        pub(crate) mod $module {
            use super::*;

            #[derive(Deserialize)]
            struct Columns {
                count: usize,
                $($field: Values<$type>,)*
            }

            pub(crate) fn serialize<S: Serializer>(
                records: &&[$record],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                const FIELDS: usize = ["count", $(stringify!($field)),*].len();
                let mut columns = serializer.serialize_struct("Columns", FIELDS)?;
                columns.serialize_field("count", &records.len())?;
                $(columns.serialize_field(stringify!($field), &Column(records, $get))?;)*
                columns.end()
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Vec<$record>, D::Error> {
                let mut columns = Columns::deserialize(deserializer)?;
                if $(!columns.$field.are(columns.count))||* {
                    return Err(D::Error::custom("its columns are of different lengths"));
                }
                let rows = (0..columns.count).map_while(|_| {
                    Some($row { $($field: columns.$field.next()?,)* }.into())
                });
                Ok(rows.collect())
            }
        }
    };
}

/// From one time to another, in microseconds; less than 0 where that is earlier.
type Ticks = i64;

/// The times of a run after its submission, each since the one before it that is known.
fn lengths(run: &RunRecord) -> [Option<Ticks>; 4] {
    let mut last = run.submitted;
    [run.queued, run.assigned, run.started, run.ended].map(|time| {
        let time = time?;
        let length = time.0.wrapping_sub(last.0).cast_signed();
        last = time;
        Some(length)
    })
}

/// A run as it is stored.
struct RunRow {
    workload: u32,
    position: u64,
    label: u32,
    target: u32,
    nodes: u32,
    submitted: SimTime,
    queued: Option<Ticks>,
    assigned: Option<Ticks>,
    started: Option<Ticks>,
    node_setup: SimDuration,
    queue_provisioning: SimDuration,
    queue_quota: SimDuration,
    ended: Option<Ticks>,
    status: RunStatus,
    nodes_held: Vec<u64>,
    losses: u32,
    lost: SimDuration,
    deallocations: u32,
    deallocated: SimDuration,
}

impl From<RunRow> for RunRecord {
    fn from(row: RunRow) -> Self {
        let mut last = row.submitted;
        let times = [row.queued, row.assigned, row.started, row.ended];
        let [queued, assigned, started, ended] = times.map(|length| {
            last = SimTime(last.0.wrapping_add_signed(length?));
            Some(last)
        });
        Self {
            workload: row.workload,
            position: row.position,
            label: row.label,
            target: row.target,
            nodes: row.nodes,
            submitted: row.submitted,
            queued,
            assigned,
            started,
            node_setup: row.node_setup,
            queue_provisioning: row.queue_provisioning,
            queue_quota: row.queue_quota,
            ended,
            status: row.status,
            nodes_held: row.nodes_held,
            losses: row.losses,
            lost: row.lost,
            deallocations: row.deallocations,
            deallocated: row.deallocated,
        }
    }
}

columns! {
    runs: RunRecord as RunRow {
        workload: u32 = |of| of.workload,
        position: u64 = |of| of.position,
        label: u32 = |of| of.label,
        target: u32 = |of| of.target,
        nodes: u32 = |of| of.nodes,
        submitted: SimTime = |of| of.submitted,
        queued: Option<Ticks> = |of| lengths(of)[0],
        assigned: Option<Ticks> = |of| lengths(of)[1],
        started: Option<Ticks> = |of| lengths(of)[2],
        node_setup: SimDuration = |of| of.node_setup,
        queue_provisioning: SimDuration = |of| of.queue_provisioning,
        queue_quota: SimDuration = |of| of.queue_quota,
        ended: Option<Ticks> = |of| lengths(of)[3],
        status: RunStatus = |of| of.status,
        nodes_held: Vec<u64> = |of| &of.nodes_held,
        losses: u32 = |of| of.losses,
        lost: SimDuration = |of| of.lost,
        deallocations: u32 = |of| of.deallocations,
        deallocated: SimDuration = |of| of.deallocated,
    }
}

columns! {
    leases: LeaseRecord as LeaseRecord {
        target: u32 = |of| of.target,
        node: u64 = |of| of.node,
        requested: SimTime = |of| of.requested,
        billed_from: SimTime = |of| of.billed_from,
        released: SimTime = |of| of.released,
        billed: SimDuration = |of| of.billed,
        boot: NodeTime = |of| of.boot,
        node_setup: NodeTime = |of| of.node_setup,
        run: NodeTime = |of| of.run,
        lost: NodeTime = |of| of.lost,
        finalize: NodeTime = |of| of.finalize,
        idle: NodeTime = |of| of.idle,
        ended_by_loss: bool = |of| of.ended_by_loss,
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Stored {
        #[serde(with = "as_runs")]
        runs: Vec<RunRecord>,
    }

    /// A list as a reference to it, as a result has it.
    mod as_runs {
        use super::*;

        pub(super) fn serialize<S: Serializer>(
            records: &[RunRecord],
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            runs::serialize(&records, serializer)
        }

        pub(super) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Vec<RunRecord>, D::Error> {
            runs::deserialize(deserializer)
        }
    }

    fn run(position: u64, times: [Option<u64>; 4]) -> RunRecord {
        let [queued, assigned, started, ended] = times.map(|time| time.map(SimTime));
        RunRecord {
            workload: 2,
            position,
            label: 0,
            target: 1,
            nodes: 1,
            submitted: SimTime(100),
            queued,
            assigned,
            started,
            node_setup: SimDuration(7),
            queue_provisioning: SimDuration::ZERO,
            queue_quota: SimDuration::ZERO,
            ended,
            status: RunStatus::Completed,
            nodes_held: vec![position, 9],
            losses: 0,
            lost: SimDuration::ZERO,
            deallocations: 0,
            deallocated: SimDuration::ZERO,
        }
    }

    #[test]
    fn what_is_alike_is_stored_once_and_times_as_lengths() {
        let runs = vec![
            run(0, [Some(100), Some(160), Some(167), Some(300)]),
            // Lost a node after its first start; never ended.
            run(1, [Some(100), Some(500), Some(167), None]),
            // Refused.
            run(2, [None, None, None, Some(100)]),
        ];
        let stored = serde_json::to_value(Stored { runs: runs.clone() }).unwrap();
        let column = |name: &str| stored["runs"][name].to_string();
        assert_eq!(column("count"), "3");
        assert_eq!(column("workload"), r#"{"all":2}"#);
        assert_eq!(column("position"), "[0,1,2]");
        assert_eq!(column("submitted"), r#"{"all":100}"#);
        assert_eq!(column("queued"), "[0,0,null]");
        assert_eq!(column("assigned"), "[60,400,null]");
        assert_eq!(column("started"), "[7,-333,null]");
        assert_eq!(column("ended"), "[133,null,0]");
        assert_eq!(column("nodes_held"), "[[0,9],[1,9],[2,9]]");
        let text = stored.to_string();
        assert_eq!(serde_json::from_str::<Stored>(&text).unwrap().runs, runs);
        for (right, wrong) in [
            (r#""count":3"#, r#""count":2"#),
            (r#"{"all":2}"#, r#"{"none":2}"#),
            (r#"{"all":2}"#, r#"{"all":2,"all":2}"#),
            (r#"{"all":2}"#, "{}"),
            (r#"{"all":2}"#, "2"),
        ] {
            let bad = text.replace(right, wrong);
            assert_ne!(bad, text);
            assert!(serde_json::from_str::<Stored>(&bad).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_run_comes_back() {
        let runs = vec![run(5, [Some(100), Some(160), Some(167), Some(300)])];
        let text = serde_json::to_string(&Stored { runs: runs.clone() }).unwrap();
        assert!(text.contains(r#""nodes_held":{"all":[5,9]}"#), "{text}");
        assert_eq!(serde_json::from_str::<Stored>(&text).unwrap().runs, runs);
    }
}
