//! The order of the queue of a cluster or a pool, and who may pass a head that does not fit (3.2.1).

use super::fleet::{Fleet, NodeState};
use super::job::Job;
use super::{Backfill, Discipline, Input, SECOND};

/// Nodes that are free from a time on.
pub struct Free {
    from: u64,
    nodes: u64,
}

/// Nodes that a waiting run is planned to have in `[from, to)`.
pub struct Taken {
    from: u64,
    to: u64,
    nodes: u64,
}

/// What has a queue whose runs may pass a head that does not fit.
pub trait Passing {
    /// Its waiting runs, in no particular order.
    fn waiting(&self) -> &[usize];

    /// Its nodes.
    fn nodes(&self) -> &Fleet;

    /// Who starts next.
    fn discipline(&self) -> Discipline;

    /// The mean time from a request to a ready node.
    fn mean_provisioning(&self) -> u64;

    /// The nodes that may still be requested, quotas aside.
    fn room(&self) -> u64;

    /// A queued run takes its nodes, of which as many are idle.
    fn start(&mut self, run: usize, now: u64, jobs: &mut [Job], input: &Input);

    /// The run that is next.
    fn head(&self, jobs: &[Job]) -> Option<usize> {
        self.in_order(jobs).first().copied()
    }

    /// D1: its waiting runs, the head first.
    fn in_order(&self, jobs: &[Job]) -> Vec<usize> {
        let shortest = self.discipline().shortest;
        let mut order = self.waiting().to_vec();
        order.sort_by_key(|&run| {
            let job = &jobs[run];
            let estimate = if shortest { job.estimate() } else { 0 };
            (std::cmp::Reverse(job.spec.priority), estimate, job.entry)
        });
        order
    }

    /// The runs behind the head, in the order in which they are looked at.
    fn behind_head(&self, jobs: &[Job]) -> Vec<usize> {
        let mut rest = self.in_order(jobs);
        rest.remove(0);
        if self.discipline().shortest_passes_first {
            // Runs of one estimate stay in the order of the queue.
            rest.sort_by_key(|&run| jobs[run].estimate());
        }
        rest
    }

    /// D5: after the dispatch of heads, those who may pass the head that is left start.
    fn pass(&mut self, now: u64, jobs: &mut [Job], input: &Input, quota_room: Option<u64>) {
        let Some(head) = self.head(jobs) else {
            return;
        };
        if self.nodes().idle() == 0 {
            return;
        }
        let rest = self.behind_head(jobs);
        match self.discipline().backfill {
            Backfill::None => {}
            Backfill::FirstFit => {
                for run in rest {
                    if jobs[run].spec.nodes <= self.nodes().idle() {
                        self.start(run, now, jobs, input);
                    }
                }
            }
            Backfill::Easy => {
                let free = self.planned_nodes(now, jobs, input, quota_room);
                self.pass_easy((head, &rest), &free, now, jobs, input);
            }
            Backfill::Conservative => {
                let free = self.planned_nodes(now, jobs, input, quota_room);
                let all: Vec<usize> = std::iter::once(head).chain(rest).collect();
                self.pass_conservative(&all, &free, now, jobs, input);
            }
        }
    }

    /// D4: from when on which nodes are free by plan.
    fn planned_nodes(
        &self,
        now: u64,
        jobs: &[Job],
        input: &Input,
        quota_room: Option<u64>,
    ) -> Vec<Free> {
        let provisioning = self.mean_provisioning();
        let mut free = Vec::new();
        for node in &self.nodes().nodes {
            let from = match node.state {
                // Marked nodes go with their run.
                _ if node.marked => continue,
                NodeState::System => continue,
                NodeState::Idle(_) => now,
                NodeState::Occupied(run) => match jobs[run].planned_end(input) {
                    end if end > now => end,
                    _ => now + SECOND,
                },
                NodeState::Preparing => (node.requested + provisioning).max(now + SECOND),
                _ => unreachable!("only nodes in `allocated` are here"),
            };
            free.push(Free { from, nodes: 1 });
        }
        let room = self.room();
        free.push(Free {
            from: now + provisioning,
            nodes: room.min(quota_room.unwrap_or(u64::MAX)),
        });
        free
    }

    /// D7: those pass that by plan leave the head its nodes.
    fn pass_easy(
        &mut self,
        (head, rest): (usize, &[usize]),
        free: &[Free],
        now: u64,
        jobs: &mut [Job],
        input: &Input,
    ) {
        let needed = jobs[head].spec.nodes;
        let by = |time: u64| -> u64 {
            let there = free.iter().filter(|free| free.from <= time);
            there.map(|free| free.nodes).sum()
        };
        let times = free.iter().map(|free| free.from);
        let shadow = times.filter(|&time| by(time) >= needed).min();
        let mut extra = shadow.map_or(0, |shadow| by(shadow) - needed);
        for &run in rest {
            let nodes = jobs[run].spec.nodes;
            if nodes > self.nodes().idle() {
                continue;
            }
            let in_time = shadow.is_none_or(|shadow| now + jobs[run].planned(input) <= shadow);
            if !in_time && nodes > extra {
                continue;
            }
            if !in_time {
                extra -= nodes;
            }
            self.start(run, now, jobs, input);
        }
    }

    /// D8: every run is planned, and those start whose time is now.
    fn pass_conservative(
        &mut self,
        all: &[usize],
        free: &[Free],
        now: u64,
        jobs: &mut [Job],
        input: &Input,
    ) {
        let mut taken: Vec<Taken> = Vec::new();
        for &run in all {
            let nodes = jobs[run].spec.nodes;
            let length = jobs[run].planned(input);
            // Reading: a run for which there is no time takes nothing from the others.
            let Some(from) = earliest(nodes, length, free, &taken, now) else {
                continue;
            };
            taken.push(Taken {
                from,
                to: from + length,
                nodes,
            });
            // Reading: nodes that could be requested now and be ready at once are free by plan, but
            // not idle yet.
            if from == now && nodes <= self.nodes().idle() {
                self.start(run, now, jobs, input);
            }
        }
    }
}

/// The earliest time from which on there are so many nodes for so long.
fn earliest(nodes: u64, length: u64, free: &[Free], taken: &[Taken], now: u64) -> Option<u64> {
    let is_there = |time: u64| {
        let free = free.iter().filter(|free| free.from <= time);
        let taken = taken.iter().filter(|t| t.from <= time && time < t.to);
        let needed = nodes + taken.map(|taken| taken.nodes).sum::<u64>();
        free.map(|free| free.nodes).sum::<u64>() >= needed
    };
    // Nodes become free at these times only, and fewer only where those of a run begin.
    let mut times: Vec<u64> = free.iter().map(|free| free.from).collect();
    times.extend(taken.iter().map(|taken| taken.to));
    times.push(now);
    times.retain(|&from| {
        let within = |t: &&Taken| from < t.from && t.from < from + length;
        let mut later = taken.iter().filter(within);
        is_there(from) && later.all(|taken| is_there(taken.from))
    });
    times.into_iter().min()
}
