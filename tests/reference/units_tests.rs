//! Hand-worked accounts of analytics units.

use super::cluster_tests::{gang, leases, run, scenario, spans};
use super::*;

/// An account with the horizon one tick after the last submission.
fn account(max_units: u64, runs: &[Run]) -> Input {
    Input {
        targets: vec![Target {
            kind: Kind::Units(max_units),
            billing_granularity: 10,
            ..Target::default()
        }],
        ..scenario(Cluster::default(), runs)
    }
}

#[test]
fn units_live_for_one_run() {
    // The gang of 3 waits for the two units of the first run; the run behind it waits for the gang.
    let runs = [gang(0, 10, 2), gang(1, 5, 3), run(2, 4)];
    let out = simulate(&account(4, &runs));
    assert_eq!(spans(&out), [(0, 10), (10, 15), (10, 14)]);
    assert_eq!(
        leases(&out),
        [
            (0, 0, 10),
            (1, 0, 10),
            (2, 10, 15),
            (3, 10, 15),
            (4, 10, 15),
            (5, 10, 14)
        ]
    );
    let t = &out.targets[0];
    // Two leases of 10 need no rounding, three of 5 and one of 4 do.
    assert_eq!((t.total().run, t.rounding[0]), (20 + 15 + 4, 3 * 5 + 6));
    assert_eq!((t.total().idle(), t.spin_ups, t.peak_nodes), (0, 6, 4));
    assert_eq!(out.runs[2].queue.capacity, 8);
}

#[test]
fn each_unit_pulls_the_image() {
    let with_image = |run| Run {
        environment: Some(0),
        ..run
    };
    let mut input = account(1, &[with_image(run(0, 10)), with_image(run(0, 10))]);
    input.environments = vec![Environment {
        image_build: 0,
        image_pull: 3,
    }];
    assert_eq!(spans(&simulate(&input)), [(0, 13), (13, 26)]);
}

#[test]
fn more_units_than_there_are_fail() {
    let out = simulate(&account(2, &[gang(5, 10, 3)]));
    assert_eq!(out.runs[0].status, Status::Failed);
    assert!(out.leases.is_empty());
}
