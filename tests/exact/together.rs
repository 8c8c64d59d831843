//! Worlds with targets of every kind under one set of quotas and routes, and services beside them.

use autoscale_simulator::engine::streams::{Purpose, Streams};

use crate::compare::compare;
use crate::reference::{Kind, Output, Status};
use crate::support::disciplines::add_disciplines;
use crate::support::features::add_features;
use crate::support::pick;
use crate::support::pools::{add_habits, mixed_world};
use crate::support::services::{ServiceSort, add_service};

#[test]
fn worlds_of_everything_agree() {
    // Runs that completed, by kind of target.
    let mut completed = [0; 4];
    let (mut endless, mut for_quota, mut overflowed, mut served) = (0, 0, 0, 0);
    for case in 0..1_500 {
        let streams = Streams::new(2_029, case);
        let mut stream = streams.open(Purpose("case"), "together");
        let (mut settings, size) = mixed_world(&mut stream);
        add_features(&mut stream, size, &mut settings);
        add_disciplines(&mut stream, size, &mut settings);
        add_habits(&mut stream, &mut settings);
        let sort = pick(&mut stream, &ServiceSort::ALL);
        add_service(&mut stream, sort, &mut settings);
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
    assert!(completed.iter().all(|runs| *runs > 2_000), "{completed:?}");
    let others = [for_quota, overflowed, served];
    assert!(others.iter().all(|count| *count > 500), "{others:?}");
    assert!(endless < 75, "{endless} worlds do not end");
}
