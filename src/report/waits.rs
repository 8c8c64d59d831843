//! What the mean wait is made of: image build, the queue by what its head waited for, and start-up on the nodes. The
//! parts add up to the mean wait.

use super::figure::{Figure, per_thing, seconds};
use super::statistic::Statistic;

/// Image builds.
pub(super) const IMAGE_BUILD: Figure = seconds(
    "wait_image_build_mean_s",
    "part of the mean wait spent on image builds",
    Statistic::Ratio(|of| Some(per_thing(of.waits()?.prepare_sum, of.waits()?.started))),
);

/// The queue, whatever the cause.
pub(super) const QUEUE: Figure = seconds(
    "wait_queue_mean_s",
    "part of the mean wait spent in the queue: the sum of the next three",
    Statistic::Ratio(|of| Some(per_thing(of.waits()?.queue_sum, of.waits()?.started))),
);

/// The queue, while nodes were on their way.
pub(super) const SPIN_UP: Figure = seconds(
    "wait_provisioning_mean_s",
    "part of the mean wait in which the nodes that the head of the queue lacked were being provisioned",
    Statistic::Ratio(|of| {
        Some(per_thing(
            of.waits()?.queue_provisioning_sum,
            of.waits()?.started,
        ))
    }),
);

/// The queue, while a quota withheld nodes.
pub(super) const QUOTA: Figure = seconds(
    "wait_quota_mean_s",
    "part of the mean wait in which a quota withheld nodes that the head of the queue lacked",
    Statistic::Ratio(|of| Some(per_thing(of.waits()?.queue_quota_sum, of.waits()?.started))),
);

/// The queue, while the target was full.
pub(super) const CAPACITY: Figure = seconds(
    "wait_capacity_mean_s",
    "rest of the queue: the target was full (`max_nodes`, the slots of an instance, nodes that the gang ahead waits for) or off, or its own controller had not asked for nodes yet",
    Statistic::Ratio(|of| {
        let runs = of.waits()?;
        let known = runs.queue_provisioning_sum + runs.queue_quota_sum;
        let rest = runs.queue_sum.saturating_sub(known);
        Some(per_thing(rest, runs.started))
    }),
);

/// Pull and setup.
pub(super) const NODE_SETUP: Figure = seconds(
    "wait_node_setup_mean_s",
    "part of the mean wait spent on the nodes: pull and setup",
    Statistic::Ratio(|of| Some(per_thing(of.waits()?.node_setup_sum, of.waits()?.started))),
);

/// What the whole wait is made of, in the order in which charts stack it.
pub(super) const CAUSES: [Figure; 5] = [IMAGE_BUILD, SPIN_UP, QUOTA, CAPACITY, NODE_SETUP];

/// The exact mean wait of a target that is a queue of theory.
pub(super) const EXACT: Figure = seconds(
    "wait_mean_exact_s",
    "the mean wait in the long run, by theory, of a target that is an [exact queue](deciding.md#exact-queues); else empty",
    Statistic::Mean(|of| of.exact_wait),
);
