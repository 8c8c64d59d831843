//! Runs of batch inference: the time that pieces take against the slow loop over workers.

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::Work;
use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::units::SimDuration;
use autoscale_simulator::workload::{BatchInference, Draw, Pieces};
use rand_distr::{Distribution as _, StandardUniform};

use crate::reference::batch::{Batch, duration};
use crate::support::{SECOND, below, pick};

#[test]
fn batch_inference_agrees() {
    let (mut runs, mut failures) = (0, 0);
    for case in 0..2_000 {
        let streams = Streams::new(2_028, case);
        let mut stream = streams.open(Purpose("case"), "inference");
        let stream = &mut stream;
        let longest = SimDuration(SECOND * pick(stream, &[10, 60, 90]));
        let inference = BatchInference {
            mini_batches: u32::try_from(1 + below(stream, 40)).unwrap(),
            items_per_mini_batch: 1,
            processes_per_node: pick(stream, &[1, 2, 4]),
            mini_batch_time: if below(stream, 2) == 0 {
                Distribution::constant(longest)
            } else {
                Distribution::uniform(SimDuration::ZERO, longest).unwrap()
            },
            invocation_timeout: SimDuration(60 * SECOND),
            failure_probability: pick(stream, &[0.0, 0.1, 0.6]),
            tries: pick(stream, &[1, 3]),
        };
        let nodes: Vec<u32> = (0..5).map(|_| pick(stream, &[1, 2, 3, 16])).collect();
        let tries = 5 * inference.mini_batches * inference.tries;
        let owner = "scoring";
        let mut time = Draw::new(
            &inference.mini_batch_time,
            streams,
            Purpose("mini-batch time"),
            owner,
        );
        let mut failure = streams.open(Purpose("mini-batch failure"), owner);
        let mut draws = Vec::new();
        for _ in 0..tries {
            let unit: f64 = StandardUniform.sample(&mut failure);
            draws.push((time.draw().0, unit < inference.failure_probability));
        }
        let mut pieces = Pieces::new(&inference, streams, owner);
        let mut used = 0;
        for nodes in nodes {
            let (time, worked_off) = pieces.work_off(nodes, &mut Work::unwatched());
            let batch = Batch {
                pieces: inference.mini_batches.into(),
                workers: u64::from(nodes) * u64::from(inference.processes_per_node),
                limit: inference.invocation_timeout.0,
                tries: inference.tries.into(),
            };
            let out = duration(batch, &draws[used..]);
            used += out.tries;
            assert_eq!(
                (time.0, u64::from(worked_off.mini_batches_failed)),
                (out.duration, out.failed),
                "case {case}: {inference:?} on {nodes} nodes"
            );
            runs += 1;
            failures += out.failed;
        }
    }
    assert!(runs == 10_000 && failures > 1_000, "{runs}, {failures}");
}
