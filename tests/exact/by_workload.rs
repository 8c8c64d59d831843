//! What the engine counts of each workload on each target against the runs of the reference.

use autoscale_simulator::model::settings::WorldSettings;
use autoscale_simulator::results::{NodeTimes, ReplicationResult};

use crate::reference::{Input, Output, Status};

/// Runs, waits and slowdowns of each workload from the reference's runs; node-time too, where each run had one attempt. Of
/// every target, the node-time of its workloads is what its runs took.
pub(crate) fn assert_same(
    ours: &ReplicationResult,
    settings: &WorldSettings,
    (input, theirs): (&Input, &Output),
    case: &str,
) {
    let own = settings.workloads.iter().filter(|own| !own.background);
    if own.count() < 2 {
        assert!(ours.workloads.is_empty(), "{case}: one workload is all");
        return;
    }
    for share in &ours.workloads {
        let [workload, target] = [share.workload, share.target].map(|place| place as usize);
        let mut expected = [0_u128; 5];
        let (mut node_time, mut attempts_are_known) = (0, true);
        for (run, out) in input.runs.iter().zip(&theirs.runs) {
            if (run.workload, out.target) != (workload, target) || run.submit >= input.horizon {
                continue;
            }
            attempts_are_known &= out.losses + out.deallocations == 0;
            if let Some(assigned) = out.assigned {
                let from = assigned.max(input.warmup);
                let until = out.ended.unwrap_or(input.horizon);
                node_time += u128::from(until.saturating_sub(from) * run.nodes);
            }
            if run.submit < input.warmup {
                continue;
            }
            expected[0] += 1;
            let Some(started) = out.started else { continue };
            expected[2] += 1;
            expected[3] += u128::from(started - run.submit);
            if let (Status::Completed, Some(ended)) = (out.status, out.ended) {
                expected[1] += 1;
                let running = (ended - started).max(10_000_000);
                let whole = u128::from(ended - run.submit) * 1_000_000;
                expected[4] += (whole / u128::from(running)).max(1_000_000);
            }
        }
        let runs = &share.runs;
        let counts = [runs.submitted, runs.completed, runs.started].map(u128::from);
        let sums = [
            counts[0],
            counts[1],
            counts[2],
            runs.wait_sum,
            share.slowdown_sum,
        ];
        assert_eq!(
            sums, expected,
            "{case}: workload {workload} on {target}: submitted, completed, started, waits, slowdowns"
        );
        if attempts_are_known {
            assert_eq!(
                share.node_time.0, node_time,
                "{case}: node-time of workload {workload} on {target}"
            );
        }
    }
    for (position, target) in ours.targets.iter().enumerate() {
        let own = ours.workloads.iter();
        let own = own.filter(|share| share.target as usize == position);
        let sum: u128 = own.map(|share| share.node_time.0).sum();
        let low = target.low_priority.as_deref();
        let low = low.map_or([NodeTimes::default(); 2], |low| [low.within, low.drain]);
        let times = [target.within, target.drain].into_iter().chain(low);
        let busy: u128 = times.map(|times| times.busy().0).sum();
        assert_eq!(
            sum, busy,
            "{case}: node-time of the runs of target {position}"
        );
    }
}
