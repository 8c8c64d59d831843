//! What is stored comes back, and what is damaged does not.

use std::io::Cursor;

use super::*;
use crate::results::{Levels, RunRecord, RunStatus, TargetResult, Timeline, TimelinePoint};
use crate::study_results::VariantResults;
use crate::units::{SimDuration, SimTime};

fn replication(number: u64) -> Replication {
    let point = |from: u64, idle: f64| TimelinePoint {
        from: SimTime(from),
        span: SimDuration(3),
        levels: Levels {
            idle,
            queued_nodes: 0.1 + 0.2,
            ..Levels::default()
        },
    };
    let mut target = TargetResult {
        end: SimTime(u64::MAX),
        ..TargetResult::default()
    };
    target.runs.wait_sum = u128::MAX - u128::from(number);
    target.runs.wait_at_most = [0, 0, 7, 7, 9].into();
    Replication {
        result: ReplicationResult {
            targets: vec![target],
            timelines: vec![Timeline {
                averaged_over: Some(SimDuration(3)),
                points: vec![point(0, 1.0 / 3.0), point(3, 5e-324)],
            }],
            runs: vec![RunRecord {
                workload: 0,
                position: number,
                label: 0,
                target: 0,
                nodes: 2,
                submitted: SimTime(4),
                queued: None,
                assigned: Some(SimTime(5)),
                started: None,
                node_setup: SimDuration(0),
                queue_provisioning: SimDuration(0),
                queue_quota: SimDuration(0),
                ended: None,
                status: RunStatus::Failed,
                nodes_held: vec![1, 2],
                losses: 1,
                lost: SimDuration(1),
                deallocations: 0,
                deallocated: SimDuration(0),
            }],
            ..ReplicationResult::default()
        },
        coverage: None,
        periods: Vec::new(),
    }
}

/// A study of two variants with two replications each, and its file.
fn stored() -> (StudyResults, Vec<u8>) {
    let inputs = Inputs {
        replications: 2,
        runs: true,
        ..Inputs::default()
    };
    let variant = |name: &str| VariantResults {
        name: name.to_owned(),
        targets: vec!["gpu".to_owned()],
        ..VariantResults::default()
    };
    let mut study = StudyResults {
        scenario: "a\nb".to_owned(),
        variants: vec![variant("one"), variant("two")],
        ..StudyResults::default()
    };
    let mut file = header(&inputs, &study);
    let mut packer = Packer::default();
    for (position, variant) in study.variants.iter_mut().enumerate() {
        for number in 0..2 {
            let left = replication(u64::from(number));
            file.extend(packer.row((position, number), &left, true));
            variant.add(left.result, left.coverage, left.periods);
        }
    }
    (study, file)
}

/// The runs of a replication.
fn runs(study: &StudyResults, place: (usize, usize)) -> std::io::Result<Vec<RunRecord>> {
    let mut runs = Vec::new();
    study.each_run(place, &mut |some| {
        runs.extend_from_slice(some);
        Ok(())
    })?;
    Ok(runs)
}

/// The study in a file, with its runs back in their places.
fn read(file: &[u8]) -> Result<(Inputs, StudyResults), Fault> {
    let (inputs, mut read) = study(Cursor::new(file.to_vec()))?;
    for position in 0..read.variants.len() {
        for number in 0..read.variants[position].replications.len() {
            let runs = runs(&read, (position, number)).expect("a row");
            let packed = &mut read.variants[position].replications[number];
            let mut result =
                std::mem::replace(packed, ReplicationResult::default().into()).unpack();
            result.runs = runs;
            *packed = result.into();
        }
    }
    Ok((inputs, read))
}

#[test]
fn what_is_stored_comes_back() {
    let (expected, file) = stored();
    let (inputs, whole) = read(&file).expect("it is whole");
    assert_eq!(inputs.replications, 2);
    assert_eq!(whole, expected);
    // Runs stay in the file until they are asked for.
    let (_, kept) = study(Cursor::new(file)).expect("it is whole");
    let records = kept.variants[1].replications[0].records();
    assert_eq!(records.expect("levels").runs, []);
    assert_eq!(runs(&kept, (1, 0)).expect("a row").len(), 1);
}

#[test]
fn a_file_that_ends_anywhere_else_is_torn() {
    let (_, file) = stored();
    for end in 2..file.len() {
        let read = read(&file[..end]);
        assert!(matches!(read, Err(Fault::Torn(_))), "{end}: {read:?}");
    }
    for end in 0..2 {
        assert!(matches!(read(&file[..end]), Err(Fault::Foreign)), "{end}");
    }
}

#[test]
fn a_bit_that_fell_over_is_seen() {
    let (expected, file) = stored();
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 4;
        // Some bits of the gzip header mean nothing.
        if let Ok((_, read)) = read(&damaged) {
            assert_eq!(read, expected, "{at}");
        }
    }
}

#[test]
fn rows_in_another_order_are_no_results_but_can_be_read_one_by_one() {
    let (expected, file) = stored();
    let mut reader = Reader::open(&file[..]).expect("it is whole");
    let mut spans = vec![reader.at()];
    while let Some((position, _)) = reader.next_row().expect("it is whole") {
        assert_eq!(position + 1, spans.len());
        spans.push(reader.at());
    }
    let at = |position: usize| usize::try_from(spans[position]).expect("it is short");
    let member = |position: usize| &file[at(position)..at(position + 1)];
    let last = row(member(3)).expect("a row");
    let mut last = last.result;
    last.runs = runs(&expected, (1, 1)).expect("they are here");
    assert_eq!(expected.variants[1].replications[1], last.into());
    let swapped = [&file[..at(0)], member(1), member(0), member(2), member(3)].concat();
    assert!(matches!(read(&swapped), Err(Fault::Rows(_))));
    let doubled = [&file, member(3)].concat();
    assert!(matches!(read(&doubled), Err(Fault::Rows(_))));
}
