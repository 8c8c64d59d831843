//! Conservative backfilling: each run in turn is planned at the earliest time at which its nodes are free for as long as it
//! takes, and those whose time is now start (Mu'alem and Feitelson, IEEE TPDS 12, 2001). Nothing is remembered between passes.

use super::{Room, Waiting};
use crate::engine::Work;
use crate::units::SimTime;

pub(super) fn starts(room: &Room, queue: &[Waiting], work: &mut Work<'_>) -> Vec<usize> {
    let mut profile = Profile::new(room);
    let mut starts = Vec::new();
    let mut free = room.free;
    for (position, run) in queue.iter().enumerate() {
        work.count(profile.levels.len());
        if free == 0 || !work.step() {
            break;
        }
        // Nodes that are planned to come now are not there yet.
        if profile.plan(*run) == Some(room.now) && run.nodes <= free {
            free -= run.nodes;
            starts.push(position);
        }
    }
    starts
}

/// Free nodes over time: each level holds from its time to the next one's.
struct Profile {
    levels: Vec<(SimTime, u32)>,
}

impl Profile {
    fn new(room: &Room) -> Self {
        let mut levels = vec![(room.now, room.free)];
        for coming in room
            .coming
            .iter()
            .filter(|coming| coming.at < SimTime::NEVER)
        {
            let (at, free) = levels[levels.len() - 1];
            let more = free.saturating_add(coming.nodes);
            if coming.at > at {
                levels.push((coming.at, more));
            } else {
                let last = levels.len() - 1;
                levels[last].1 = more;
            }
        }
        Self { levels }
    }

    /// Plans a run at the earliest time that has room for all of it; that time, if there is one.
    fn plan(&mut self, run: Waiting) -> Option<SimTime> {
        let mut first = 0;
        let mut at = first;
        while at < self.levels.len() {
            let end = self.levels[first].0 + run.planned;
            if self.levels[at].0 >= end && at > first {
                break;
            }
            if self.levels[at].1 < run.nodes {
                first = at + 1;
            }
            at += 1;
        }
        let (begin, _) = *self.levels.get(first)?;
        self.take(first, begin + run.planned, run.nodes);
        Some(begin)
    }

    /// Takes nodes from a level's begin on until `end`.
    fn take(&mut self, first: usize, end: SimTime, nodes: u32) {
        let after = self.levels.partition_point(|(at, _)| *at < end);
        if end < SimTime::NEVER && self.levels.get(after).is_none_or(|(at, _)| *at > end) {
            let (_, free) = self.levels[after - 1];
            self.levels.insert(after, (end, free));
        }
        for level in &mut self.levels[first..after] {
            level.1 -= nodes;
        }
    }
}
