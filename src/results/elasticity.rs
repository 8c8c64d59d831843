//! How well the nodes of a target follow what its runs need, as sums over `[warmup, horizon)`.

use serde::{Deserialize, Serialize};

use crate::units::{NodeTime, SimDuration};

/// Sums of the elasticity metrics of N. Herbst et al., "Ready for Rain? A View from SPEC Research on the Future of Cloud
/// Metrics", SPEC-RG-2016-01, section 3. Demand is the nodes that runs on nodes and in the queue need, supply the nodes that
/// are idle or have a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elasticity {
    /// Time times `(demand - supply) / demand`, where demand is above supply.
    pub under: NodeTime,
    /// Time times `(supply - demand) / demand`, where supply is above demand; without demand it counts as one node.
    pub over: NodeTime,
    /// Time in which demand is above supply.
    pub under_time: SimDuration,
    /// Time in which supply is above demand.
    pub over_time: SimDuration,
    /// Whole minutes between two looks at the levels.
    pub steps: u64,
    /// Of these: those over which demand and supply did not go the same way (up, down or nowhere).
    pub unstable_steps: u64,
}
