//! What the timers of a target belong to: its nodes, their slots and lives, and what else has a time.

/// Rank within an instant of runs that end.
pub(super) const RANK_END: u8 = 0;
/// Rank of nodes that are ready.
pub(super) const RANK_READY: u8 = 2;
/// Rank of nodes that are lost or gone.
pub(super) const RANK_NODE_GONE: u8 = 3;
/// Rank of ticks: evaluations, and changes by the clock.
pub(super) const RANK_TICK: u8 = 5;
/// Rank of what was waited for: idle limits, stops.
pub(super) const RANK_LAST: u8 = 6;

/// What a timer of a target belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A node, by its place, and its first slot.
    Node(u32),
    /// A further slot of the node at a place, by position.
    Slot(u32, u32),
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
    /// The limit of the idle node that reaches its own next.
    IdleLimit,
}
