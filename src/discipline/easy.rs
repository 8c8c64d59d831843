//! EASY backfilling: what ends by the time at which the head is planned to start may pass it, and so may what leaves it enough
//! nodes then (Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995; Mu'alem and Feitelson, IEEE TPDS 12, 2001).

use super::{Room, Waiting};
use crate::engine::Work;
use crate::units::SimTime;

pub(super) fn starts(room: &Room, queue: &[Waiting], work: &mut Work<'_>) -> Vec<usize> {
    let Some((head, rest)) = queue.split_first() else {
        return Vec::new();
    };
    let (shadow, mut extra) = reservation(room, head.nodes);
    let mut free = room.free;
    let mut starts = Vec::new();
    for (position, run) in rest.iter().enumerate() {
        if free == 0 || !work.step() {
            break;
        }
        let ends_in_time = room.now + run.planned <= shadow;
        if run.nodes > free || !(ends_in_time || run.nodes <= extra) {
            continue;
        }
        free -= run.nodes;
        if !ends_in_time {
            extra -= run.nodes;
        }
        starts.push(position + 1);
    }
    starts
}

/// The earliest time at which the head can start by plan, and the nodes that are free beside it then.
fn reservation(room: &Room, need: u32) -> (SimTime, u32) {
    let mut free = room.free;
    let mut coming = room.coming.iter().peekable();
    while let Some(next) = coming.next() {
        free = free.saturating_add(next.nodes);
        let is_last_of_its_time = coming.peek().is_none_or(|after| after.at > next.at);
        if free >= need && is_last_of_its_time {
            return (next.at, free - need);
        }
    }
    (SimTime::NEVER, 0)
}
