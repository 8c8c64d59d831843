//! What the timers of a target belong to: its nodes, their slots and lives, and what else has a time.

/// Parts from here on are the lives of nodes; below are the nodes.
pub(in crate::model) const FIRST_LIFE: u32 = 1 << 30;
/// Parts from here on are the slots of nodes beside their first.
pub(super) const FIRST_SLOT: u32 = 1 << 31;
/// The part that is the log of losses.
pub(in crate::model) const LOG: u32 = u32::MAX;
/// The part that is the end of a start, or the stop.
pub(in crate::model) const POWER: u32 = u32::MAX - 1;
/// The part that is the next evaluation.
pub(in crate::model) const EVALUATION: u32 = u32::MAX - 2;
/// The part that is the next change by the clock.
pub(in crate::model) const CLOCK: u32 = u32::MAX - 3;
/// The part that is the end of the time for which spare nodes are kept.
pub(in crate::model) const SPARE: u32 = u32::MAX - 4;

/// Rank within an instant of runs that end.
pub(in crate::model) const RANK_END: u8 = 0;
/// Rank of nodes that are ready.
pub(in crate::model) const RANK_READY: u8 = 2;
/// Rank of nodes that are lost or gone.
pub(in crate::model) const RANK_NODE_GONE: u8 = 3;
/// Rank of ticks: evaluations, and changes by the clock.
pub(in crate::model) const RANK_TICK: u8 = 5;
/// Rank of what was waited for: idle limits, stops.
pub(in crate::model) const RANK_LAST: u8 = 6;

/// What a timer of a target belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Part {
    /// A node, by its place.
    Node(u32),
    /// A slot of a node beside its first, by position.
    Slot(u32),
    /// The life of a node, by its place.
    Life(u32),
    /// The log of losses.
    Log,
    /// The end of a start, or the stop.
    Power,
    /// The next evaluation of its policy.
    Evaluation,
    /// The next change by the clock: of limits, or of a schedule.
    Clock,
    /// The end of the time for which spare nodes are kept.
    Spare,
}

impl Part {
    /// What a part is.
    #[inline]
    pub(in crate::model) fn of(part: u32) -> Self {
        match part {
            LOG => Self::Log,
            POWER => Self::Power,
            EVALUATION => Self::Evaluation,
            CLOCK => Self::Clock,
            SPARE => Self::Spare,
            slot if slot >= FIRST_SLOT => Self::Slot(slot - FIRST_SLOT),
            life if life >= FIRST_LIFE => Self::Life(life - FIRST_LIFE),
            place => Self::Node(place),
        }
    }
}
