//! Worlds with targets of every kind under one set of quotas and routes, and services beside them.

use std::ops::Range;

use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::WorldSettings;

use crate::compare::compare;
use crate::reference::{Kind, Output, Status};
use crate::support::disciplines::add_disciplines;
use crate::support::features::add_features;
use crate::support::pick;
use crate::support::pools::{add_habits, mixed_world};
use crate::support::services::{ServiceSort, add_service};

/// A world of everything, with everything on top.
fn world(stream: &mut Stream) -> WorldSettings {
    let (mut settings, size) = mixed_world(stream);
    add_features(stream, size, &mut settings);
    add_disciplines(stream, size, &mut settings);
    add_habits(stream, &mut settings);
    let sort = pick(stream, &ServiceSort::ALL);
    add_service(stream, sort, &mut settings);
    settings
}

fn compare_many(cases: Range<u64>) {
    // Runs that completed, by kind of target.
    let mut completed = [0; 4];
    let (mut endless, mut for_quota, mut overflowed, mut served) = (0, 0, 0, 0);
    let count = cases.end - cases.start;
    for case in cases {
        let streams = Streams::new(2_029, case);
        let settings = world(&mut streams.open(Purpose("case"), "together"));
        let Some((input, out)) = compare(&settings, streams, &format!("together, case {case}"))
        else {
            endless += 1;
            continue;
        };
        for (run, record) in input.runs.iter().zip(&out.runs) {
            let kind = match input.targets[record.target].kind {
                Kind::Cluster(_) => 0,
                Kind::Instance(_) => 1,
                Kind::Pool(_) => 2,
                Kind::Units(_) => 3,
            };
            completed[kind] += u64::from(record.status == Status::Completed);
            overflowed += u64::from(record.target != run.targets[0]);
            for_quota += u64::from(record.queue.quota > 0);
        }
        let Output { services, .. } = out;
        served += services[0].served;
    }
    assert!(completed.iter().all(|runs| *runs > count), "{completed:?}");
    let others = [for_quota, overflowed, served];
    assert!(others.iter().all(|of| *of > count / 3), "{others:?}");
    assert!(endless < count / 20, "{endless} worlds do not end");
}

#[test]
fn some_worlds_of_everything_agree() {
    compare_many(0..100);
}

#[test]
fn slow_worlds_of_everything_agree() {
    compare_many(100..1_500);
}
