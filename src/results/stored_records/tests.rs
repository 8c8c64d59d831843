//! What is stored is JSON as documented, and comes back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::results::{LeaseRecord, RunRecord, RunStatus};
use crate::units::{NodeTime, SimDuration, SimTime};

/// The text of some records.
fn text<R: Stored>(records: &[R]) -> Vec<u8> {
    let mut text = Vec::new();
    R::put(records, &mut |piece| text.extend_from_slice(piece));
    text
}

/// The records in a text; `None` if it is damaged, or something stands behind them.
fn read<R: Stored + Clone>(mut text: &[u8]) -> Option<Vec<R>> {
    let mut records = Vec::new();
    let each = &mut |some: &[R]| {
        records.extend_from_slice(some);
        Ok(())
    };
    let read = R::take(&mut text, each).expect("no error");
    read.filter(|()| text.is_empty()).map(|()| records)
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
    let mut runs = vec![
        run(0, [Some(100), Some(160), Some(167), Some(300)]),
        // Lost a node after its first start; never ended.
        run(1, [Some(100), Some(500), Some(167), None]),
        // Refused.
        run(4, [None, None, None, Some(100)]),
    ];
    runs[2].status = RunStatus::Failed;
    let stored = text(&runs);
    let lists: Value = serde_json::from_slice(&stored).unwrap();
    for (field, expected) in [
        ("count", json!(3)),
        ("workload", json!({ "all": 2 })),
        ("position", json!([0, 0, 2])),
        ("submitted", json!([100, 0, 0])),
        ("queued", json!([0, 0, null])),
        ("assigned", json!([60, 400, null])),
        ("started", json!([7, -333, null])),
        ("ended", json!([133, null, 0])),
        ("node_setup", json!({ "all": 7 })),
        ("status", json!(["Completed", "Completed", "Failed"])),
        ("nodes_held", json!([[0, 9], [1, 9], [4, 9]])),
    ] {
        assert_eq!(lists[field], expected, "{field}");
    }
    assert_eq!(read::<RunRecord>(&stored), Some(runs));
    let stored = String::from_utf8(stored).unwrap();
    for (right, wrong) in [
        (r#""count":3"#, r#""count":2"#),
        (r#""count":3"#, r#""count":4"#),
        (r#""count":3"#, r#""count":-3"#),
        (r#"{"all":2}"#, r#"{"none":2}"#),
        (r#"{"all":2}"#, "{}"),
        (r#"{"all":2}"#, "2"),
        ("[60,400,null]", "[60,400]"),
        ("\"Failed\"", "\"failed\""),
        ("\"queued\"", "\"cued\""),
    ] {
        let bad = stored.replace(right, wrong);
        assert_ne!(bad, stored);
        assert_eq!(read::<RunRecord>(bad.as_bytes()), None, "{wrong}");
    }
    for end in 0..stored.len() {
        assert_eq!(read::<RunRecord>(&stored.as_bytes()[..end]), None, "{end}");
    }
}

#[test]
fn one_run_comes_back_and_none_too() {
    let runs = vec![run(5, [Some(100), Some(160), Some(167), Some(300)])];
    let stored = text(&runs);
    let lists: Value = serde_json::from_slice(&stored).unwrap();
    assert_eq!(lists["nodes_held"], json!({ "all": [5, 9] }));
    assert_eq!(read(&stored), Some(runs));
    assert_eq!(read::<RunRecord>(&text::<RunRecord>(&[])), Some(vec![]));
    assert_eq!(read::<LeaseRecord>(&text::<LeaseRecord>(&[])), Some(vec![]));
}

#[test]
fn many_come_back_some_at_a_time() {
    for count in [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
        let runs = (0..count as u64).map(|number| run(number, [Some(number), None, None, None]));
        let runs: Vec<RunRecord> = runs.collect();
        assert_eq!(read(&text(&runs)), Some(runs));
    }
}

#[test]
fn an_error_of_who_gets_the_records_is_told() {
    let stored = text(&[run(0, [None; 4]), run(1, [None; 4])]);
    let full = &mut |_: &[RunRecord]| Err(io::Error::other("it is full"));
    let error = RunRecord::take(&mut &stored[..], full).unwrap_err();
    assert_eq!(error.to_string(), "it is full");
}

/// Any numbers, of which some are small.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..3, any::<u64>()]
}

fn time() -> impl Strategy<Value = Option<SimTime>> {
    prop::option::of(number().prop_map(SimTime))
}

prop_compose! {
    fn any_run()(
        whose in (0_u32..3, number(), 0_u32..2, any::<u32>(), any::<u32>()),
        submitted in number(),
        times in [time(), time(), time(), time()],
        lengths in prop::array::uniform5(number()),
        status in prop::sample::select(vec![
            RunStatus::Completed, RunStatus::Failed, RunStatus::Canceled, RunStatus::Unfinished,
        ]),
        nodes_held in prop::collection::vec(number(), 0..3),
        counts in (0_u32..2, any::<u32>()),
    ) -> RunRecord {
        let (workload, position, label, target, nodes) = whose;
        let [queued, assigned, started, ended] = times;
        let lengths = lengths.map(SimDuration);
        RunRecord {
            workload, position, label, target, nodes,
            submitted: SimTime(submitted),
            queued, assigned, started, ended,
            node_setup: lengths[0],
            queue_provisioning: lengths[1],
            queue_quota: lengths[2],
            lost: lengths[3],
            deallocated: lengths[4],
            status, nodes_held,
            losses: counts.0,
            deallocations: counts.1,
        }
    }
}

prop_compose! {
    fn any_lease()(
        whose in (0_u32..2, number()),
        times in prop::array::uniform4(number()),
        states in prop::array::uniform6(prop_oneof![0_u128..2, any::<u128>()]),
        ended_by_loss in any::<bool>(),
    ) -> LeaseRecord {
        let [boot, node_setup, run, lost, finalize, idle] = states.map(NodeTime);
        LeaseRecord {
            target: whose.0,
            node: whose.1,
            requested: SimTime(times[0]),
            billed_from: SimTime(times[1]),
            released: SimTime(times[2]),
            billed: SimDuration(times[3]),
            boot, node_setup, run, lost, finalize, idle, ended_by_loss,
        }
    }
}

proptest! {
    #[test]
    fn all_records_come_back(
        runs in prop::collection::vec(any_run(), 0..9),
        leases in prop::collection::vec(any_lease(), 0..9),
    ) {
        let (stored_runs, stored_leases) = (text(&runs), text(&leases));
        for stored in [&stored_runs, &stored_leases] {
            prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(stored).is_ok());
        }
        prop_assert_eq!(read(&stored_runs), Some(runs));
        prop_assert_eq!(read(&stored_leases), Some(leases));
    }
}
