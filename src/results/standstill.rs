//! Why runs were left unfinished although nothing was cut: what they wait for does not come.

use serde::{Deserialize, Serialize};

use crate::units::SimTime;

/// A drain that makes no progress, as it was when it was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standstill {
    /// When it was given up.
    pub at: SimTime,
    /// What the queue waits for.
    pub waits_for: WaitsFor,
    /// Runs in the queue.
    pub runs: u32,
    /// Nodes that the run at its head asks for.
    pub head_nodes: u32,
    /// Nodes for runs that were ready or on their way.
    pub nodes: u32,
    /// Evaluations (of an instance: times that it was on) that came to nothing, one after the other.
    pub tries: u64,
}

/// What does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitsFor {
    /// Nodes that the controller of a pool asks for.
    Nodes,
    /// A machine that the schedule of an instance leaves on for long enough.
    Machine,
}
