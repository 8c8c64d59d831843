//! The least that any policy is billed for the runs that a target ended as they end by themselves.

use serde::{Deserialize, Serialize};

use crate::units::NodeTime;

/// What a target is billed at least for the runs that it completed, or canceled at their maximum duration, whatever decides
/// when its machines come and go and when runs start: docs/deciding.md, "How good could it be".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Least {
    /// Node-time of leases from the warm-up on (of an instance slot-time), boots that no policy avoids included.
    pub leased: NodeTime,
    /// The same with what granularity and minimum add in any case.
    pub billed: NodeTime,
    /// Load-balancer time.
    pub balanced: NodeTime,
}
