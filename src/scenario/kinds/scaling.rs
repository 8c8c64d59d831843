//! Policies that scale a managed cluster in the place of its queue: docs/semantics.md 3.12.

use crate::autoscale::{Utilization, UtilizationSettings};
use crate::model::settings::{PolicySettings, ScalingPolicy};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::{Cursor, one_kind};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::{boolean, duration, number_that, positive_duration};
use crate::scenario::keys::SCALING;
use crate::units::SimDuration;

/// Keys of a cluster that follow the queue, which a policy does not.
const OF_THE_QUEUE: [&str; 3] = [
    "idle_before_scale_down",
    "spare_nodes",
    "surplus_provisioning",
];

/// The policy that `scaling` names; `None` for the queue.
pub(super) fn policy(table: &Cursor<'_>) -> Read<Option<Box<PolicySettings>>> {
    let Some(node) = table.node("scaling") else {
        return Ok(None);
    };
    let (kind, inner, path) = one_kind(table.sink(), node, &table.path_of("scaling"), SCALING)?;
    let given = Cursor::open(table.sink(), inner, path, kind.keys)?;
    let target = given.usual("target", assumed(0.7, ""), fraction);
    let refresh = given.usual("refresh", assumed("1m", ""), positive_duration);
    let after = given.usual("scale_down_after", assumed("10m", ""), duration);
    let counts_waiting = given.usual("counts_waiting", assumed(true, ""), boolean);
    let averages = given.usual("averages", assumed(false, ""), boolean);
    for key in OF_THE_QUEUE {
        // A variant's policy takes the place of what the base says of the queue.
        if table.precedence(key) >= table.precedence("scaling") {
            return Err(table.refuse(key, unused()));
        }
    }
    let refresh = refresh?;
    let rule = ScalingPolicy::Utilization(Utilization::new(UtilizationSettings {
        target: target?,
        refresh,
        counts_waiting: counts_waiting?,
        window: if averages? {
            refresh
        } else {
            SimDuration::ZERO
        },
        scale_down_after: after?,
    }));
    Ok(Some(Box::new(PolicySettings::new(rule, refresh))))
}

/// What is wrong with a key of the queue beside a policy.
pub(super) fn unused() -> Complaint {
    Complaint::new("a policy under `scaling` does not use it")
        .help("leave it out: the policy decides when nodes are requested and released")
}

/// A share above 0, at most 1.
fn fraction(value: &Value) -> Result<f64, Complaint> {
    number_that(
        value,
        |number| number > 0.0 && number <= 1.0,
        "write a fraction above 0 and at most 1, such as 0.7",
    )
}
