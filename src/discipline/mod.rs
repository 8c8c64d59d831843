//! Who starts next: the order of a queue, and which runs may pass a head that does not fit. Pure rules, of planned times only:
//! what is planned is not what will be.
//!
//! A rule for passing is a file here and a line in [`Backfill`]. Rules: docs/semantics.md section 3.2.1.

mod conservative;
mod easy;

use crate::engine::Work;
use crate::units::{SimDuration, SimTime};

/// In which order runs of one priority wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they joined the queue.
    #[default]
    Entry,
    /// The shortest by their estimates first, then as they joined.
    Shortest,
}

/// Which runs may start before a head that does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backfill {
    /// None: it blocks those behind it.
    #[default]
    None,
    /// Those that, by plan, do not delay the head.
    Easy,
    /// Those that, by plan, delay none of the runs before them.
    Conservative,
    /// All that fit; nothing is reserved, so that large runs may starve.
    FirstFit,
}

/// How a queue is worked off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discipline {
    /// Order within a priority.
    pub order: Order,
    /// What may pass a blocked head.
    pub backfill: Backfill,
    /// Whether the runs behind a blocked head are looked at shortest first, not in the queue's order.
    pub shortest_passes_first: bool,
}

/// A run that waits, as a discipline sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Nodes it needs at once.
    pub nodes: u32,
    /// How long it is planned to be on them.
    pub planned: SimDuration,
}

/// Nodes that are planned to be free from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    /// When, not before now; [`SimTime::NEVER`] counts as never.
    pub at: SimTime,
    /// How many.
    pub nodes: u32,
}

/// What room there is, now and later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// The present.
    pub now: SimTime,
    /// Nodes that are free now.
    pub free: u32,
    /// Nodes that come, in order of time.
    pub coming: Vec<Coming>,
}

impl Backfill {
    /// The runs that start now, by their positions among `queue`, in the order in which they start. The first of the queue
    /// is its head, which does not fit; the others are in the order in which they are looked at. Where `work` is told to
    /// stop, so do these.
    pub fn starts(self, room: &Room, queue: &[Waiting], work: &mut Work<'_>) -> Vec<usize> {
        match self {
            Self::None => Vec::new(),
            Self::Easy => easy::starts(room, queue, work),
            Self::Conservative => conservative::starts(room, queue, work),
            Self::FirstFit => first_fit(room.free, queue, work),
        }
    }
}

fn first_fit(mut free: u32, queue: &[Waiting], work: &mut Work<'_>) -> Vec<usize> {
    let mut starts = Vec::new();
    for (position, run) in queue.iter().enumerate() {
        if free == 0 || !work.step() {
            break;
        }
        if run.nodes <= free {
            free -= run.nodes;
            starts.push(position);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pass over a long queue, none of which can start, sees that it is to stop.
    #[test]
    fn a_long_pass_can_be_stopped() {
        let room = Room {
            now: SimTime(0),
            free: 1,
            coming: vec![Coming {
                at: SimTime(5),
                nodes: 2,
            }],
        };
        let run = Waiting {
            nodes: 2,
            planned: SimDuration(10),
        };
        for (backfill, length) in [
            (Backfill::Easy, 100_000),
            (Backfill::Conservative, 1_000),
            (Backfill::FirstFit, 100_000),
        ] {
            let mut work = Work::new(&|| false);
            assert!(
                backfill
                    .starts(&room, &vec![run; length], &mut work)
                    .is_empty()
            );
            assert!(work.outcome().is_err(), "{backfill:?}");
        }
    }
}
