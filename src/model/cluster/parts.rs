//! What the timers of a cluster belong to: its nodes, their lives, and what else has a time.

use crate::model::fleet::FIRST_LIFE;

/// The part that is the log of losses.
pub(super) const LOG: u32 = u32::MAX;
/// The part that is the end of a start, or the stop.
pub(super) const POWER: u32 = u32::MAX - 1;
/// The part that is the next evaluation.
pub(super) const EVALUATION: u32 = u32::MAX - 2;
/// The part that is the next change of capacity.
pub(super) const CAPACITY: u32 = u32::MAX - 3;
/// The part that is the end of the time for which spare nodes are kept.
pub(super) const SPARE: u32 = u32::MAX - 4;

/// What a timer of a cluster belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A node, by its place.
    Node(u32),
    /// The life of a node, by its place.
    Life(u32),
    /// The log of losses.
    Log,
    /// The end of a start, or the stop.
    Power,
    /// The next evaluation of its policy.
    Evaluation,
    /// The next change of its limits.
    Capacity,
    /// The end of the time for which spare nodes are kept.
    Spare,
}

impl Part {
    /// What a part is.
    pub(super) fn of(part: u32) -> Self {
        match part {
            LOG => Self::Log,
            POWER => Self::Power,
            EVALUATION => Self::Evaluation,
            CAPACITY => Self::Capacity,
            SPARE => Self::Spare,
            life if life >= FIRST_LIFE => Self::Life(life - FIRST_LIFE),
            place => Self::Node(place),
        }
    }
}
