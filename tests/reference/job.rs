//! A run on its way: its attempts, its checkpoints, and what its record says (sections 2 and 5).

use super::{Estimate, Input, OnLoss, QueueTime, Run, RunOut, SECOND, Status, Times};

/// A run on its way.
#[derive(Clone, Debug)]
pub struct Job {
    /// As submitted.
    pub spec: Run,
    /// The limit of its Running time in an attempt: its own, else its target's.
    pub limit: Option<u64>,
    /// Its place in the order in which runs first joined a queue; it orders runs of one priority.
    pub entry: u64,
    /// While it has nodes.
    attempt: Option<Attempt>,
    /// Progress that completed checkpoints hold.
    held: u64,
    /// Stretches `[from, to)` in the queue before its first Running.
    waits: Vec<(u64, u64, Cause)>,
    /// Its record so far.
    pub out: RunOut,
}

/// The time from the assignment of nodes to the end of Finalizing, if nothing comes between.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    assigned: u64,
    running_from: u64,
    /// Running time without the costs of checkpoints.
    progress: u64,
    finalizing_from: u64,
    end_at: u64,
    /// What the run will be at the end.
    end_status: Status,
}

/// What a queued run waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nodes that prepare, or an instance that boots.
    Provisioning,
    /// Quota.
    Quota,
    /// Nodes or slots that others hold, or an instance that is off.
    Capacity,
}

impl Job {
    /// A run that is not submitted yet.
    pub fn new(spec: &Run) -> Self {
        Self {
            spec: spec.clone(),
            limit: None,
            entry: 0,
            attempt: None,
            held: 0,
            waits: Vec::new(),
            out: RunOut {
                status: Status::Unfinished,
                target: spec.targets[0],
                queued: None,
                assigned: None,
                started: None,
                ended: None,
                nodes_held: Vec::new(),
                losses: 0,
                lost: 0,
                deallocations: 0,
                deallocated: 0,
                terminated: false,
                node_setup: 0,
                queue: QueueTime::default(),
            },
        }
    }

    /// D2: the estimate of its present attempt, or of the next one. Reading: what follows from the
    /// duration follows from the one that the speed of its target makes of it, as what checkpoints hold
    /// is such time too; and the maximum duration binds also where it is less than 1 s.
    pub fn estimate(&self) -> u64 {
        let told = match self.spec.estimate {
            Estimate::Exact => self.spec.duration,
            Estimate::Tenths(tenths) => (self.spec.duration * tenths + 5) / 10,
            Estimate::Value(value) => value,
        };
        let left = told.saturating_sub(self.held).max(SECOND);
        left.min(self.limit.unwrap_or(u64::MAX))
    }

    /// D3: how long it is on its nodes by plan, from assignment to the end of Finalizing. Every time
    /// but the estimate is its own mean here. Reading: checkpoints are not planned for.
    pub fn planned(&self, input: &Input) -> u64 {
        let image = self.spec.environment;
        let pull = image.map_or(0, |image| input.environments[image].image_pull);
        pull + self.spec.setup + self.restart() + self.estimate() + self.spec.finalize
    }

    /// D4: when it leaves its nodes by plan.
    pub fn planned_end(&self, input: &Input) -> u64 {
        self.attempt().assigned + self.planned(input)
    }

    /// What an attempt after the first begins with.
    fn restart(&self) -> u64 {
        match self.out.losses + self.out.deallocations {
            0 => 0,
            _ => self.spec.restart,
        }
    }

    /// Checkpoints in `progress` without a break: one after each interval, none at the end.
    fn checkpoints(&self, progress: u64) -> u64 {
        match self.spec.on_loss {
            OnLoss::Resume { interval, .. } => progress.div_ceil(interval).saturating_sub(1),
            _ => 0,
        }
    }

    /// `(interval, cost)` of its checkpoints; without checkpoints none ever comes.
    fn checkpointing(&self) -> (u64, u64) {
        match self.spec.on_loss {
            OnLoss::Resume { interval, cost } => (interval, cost),
            _ => (0, 0),
        }
    }

    /// Nodes are assigned at `now`; `pull` is the longest pull among them.
    pub fn assign(&mut self, now: u64, pull: u64, nodes: Vec<u64>) {
        let running_from = now + pull + self.spec.setup + self.restart();
        let work = self.spec.duration - self.held;
        let (progress, finalize, end_status) = match self.limit {
            Some(limit) if work > limit => (limit, 0, Status::Canceled),
            _ => (work, self.spec.finalize, Status::Completed),
        };
        let (_, cost) = self.checkpointing();
        let finalizing_from = running_from + progress + self.checkpoints(progress) * cost;
        self.attempt = Some(Attempt {
            assigned: now,
            running_from,
            progress,
            finalizing_from,
            end_at: finalizing_from + finalize,
            end_status,
        });
        if self.out.started.is_none() {
            self.out.assigned = Some(now);
        }
        self.out.nodes_held = nodes;
    }

    /// The run gets to its end at `now`.
    pub fn end(&mut self, now: u64) {
        let attempt = self.attempt();
        self.out.status = attempt.end_status;
        self.out.ended = Some(now);
        // Running was reached, also one of no length.
        self.leave(now + 1);
    }

    /// The run is canceled at `now` by a stop tick.
    pub fn cancel(&mut self, now: u64) {
        self.out.status = Status::Canceled;
        self.out.ended = Some(now);
        self.leave(now);
    }

    /// One of its nodes is lost at `now`. Gives the time of Running `[from, to)` whose work is lost
    /// with it.
    pub fn lose(&mut self, now: u64) -> (u64, u64) {
        let (from, to) = self.give_up(now, false);
        self.out.losses += 1;
        self.out.lost += to - from;
        if self.spec.on_loss == OnLoss::Fail {
            self.out.status = Status::Failed;
            self.out.ended = Some(now);
        }
        (from, to)
    }

    /// Its pool takes nodes from it at `now`, and ends it if it terminates runs. Gives the same.
    pub fn deallocate(&mut self, now: u64, terminate: bool) -> (u64, u64) {
        let (from, to) = self.give_up(now, terminate);
        self.out.deallocations += 1;
        self.out.deallocated += to - from;
        self.out.terminated = terminate;
        if terminate {
            self.out.status = Status::Failed;
            self.out.ended = Some(now);
        }
        (from, to)
    }

    /// The present attempt is in vain from its last checkpoint on, or in whole. Gives the time of
    /// Running whose work is lost.
    fn give_up(&mut self, now: u64, in_whole: bool) -> (u64, u64) {
        let attempt = self.attempt();
        let (interval, cost) = self.checkpointing();
        // The work since `from` is in no checkpoint; the next checkpoint begins at `to`, or the
        // work ends there.
        let mut from = attempt.running_from;
        let mut to = attempt.finalizing_from;
        let checkpoints = if in_whole {
            0
        } else {
            self.checkpoints(attempt.progress)
        };
        for _ in 0..checkpoints {
            let begin = from + interval;
            // Reading: a checkpoint that ends at the tick of the loss is complete, as a run is that
            // ends there.
            if begin + cost > now {
                to = begin;
                break;
            }
            self.held += interval;
            from = begin + cost;
        }
        let to = to.min(now);
        self.leave(now);
        (from.min(to), to)
    }

    /// The simulation is cut at `now`.
    pub fn cut(&mut self, now: u64) {
        if self.attempt.is_some() {
            self.leave(now);
        }
    }

    /// The present attempt is over at `now`.
    fn leave(&mut self, now: u64) {
        let attempt = self.attempt();
        self.attempt = None;
        if self.out.started.is_some() {
            return;
        }
        self.out.node_setup += attempt.running_from.min(now) - attempt.assigned;
        // Reading: a run that is stopped, lost or cut at the very tick at which it would begin
        // Running did not reach it.
        if attempt.running_from < now {
            self.out.started = Some(attempt.running_from);
        }
    }

    /// The present attempt.
    fn attempt(&self) -> Attempt {
        self.attempt.expect("only called while it has nodes")
    }

    /// Whether it gets to its end at `now`.
    pub fn ends_at(&self, now: u64) -> bool {
        self.attempt().end_at == now
    }

    /// What one of its nodes does from `now` on.
    pub fn counts(&self, now: u64) -> Times {
        let attempt = self.attempt();
        let mut counts = Times::default();
        if now < attempt.running_from {
            if self.out.losses + self.out.deallocations == 0 {
                counts.node_setup = 1;
            } else {
                counts.restarts = 1;
            }
        } else if !self.written(now, now + 1).is_empty() {
            counts.checkpoints = 1;
        } else if now < attempt.finalizing_from {
            counts.run = 1;
        } else {
            counts.finalize = 1;
        }
        counts
    }

    /// The stretches in which the present attempt writes checkpoints, if nothing comes between, as far as
    /// they overlap `[from, to)`.
    pub fn written(&self, from: u64, to: u64) -> Vec<(u64, u64)> {
        let attempt = self.attempt();
        let (interval, cost) = self.checkpointing();
        let mut written = Vec::new();
        if cost == 0 {
            return written;
        }
        // The first that may end after `from`.
        let past = from.saturating_sub(attempt.running_from) / (interval + cost);
        for number in past..self.checkpoints(attempt.progress) {
            let begin = attempt.running_from + number * (interval + cost) + interval;
            if begin >= to {
                break;
            }
            if begin + cost > from {
                written.push((begin, begin + cost));
            }
        }
        written
    }

    /// When it got the nodes that it has.
    pub fn assigned_at(&self) -> u64 {
        self.attempt().assigned
    }

    /// The times at which something happens to the assigned run.
    pub fn times(&self) -> [u64; 3] {
        let attempt = self.attempt();
        [
            attempt.running_from,
            attempt.finalizing_from,
            attempt.end_at,
        ]
    }

    /// It was in the queue from `from` to `to`.
    pub fn wait(&mut self, from: u64, to: u64, cause: Cause) {
        if self.out.started.is_some() {
            return;
        }
        if let Some(last) = self.waits.last_mut()
            && last.1 == from
            && last.2 == cause
        {
            last.1 = to;
            return;
        }
        self.waits.push((from, to, cause));
    }

    /// Adds up the waits of the record.
    pub fn add_up_waits(&mut self, end: u64) {
        for &(from, to, cause) in &self.waits {
            // Reading: a run that no start can serve any more waits until its target's end, as
            // everything of the target is over there.
            let time = to.min(end).saturating_sub(from);
            match cause {
                Cause::Provisioning => self.out.queue.provisioning += time,
                Cause::Quota => self.out.queue.quota += time,
                Cause::Capacity => self.out.queue.capacity += time,
            }
        }
    }
}

/// The head of a queue: the largest priority, then the earliest entry. Gives its index in `queue`.
pub fn head(queue: &[usize], jobs: &[Job]) -> Option<usize> {
    (0..queue.len()).min_by_key(|&at| {
        let job = &jobs[queue[at]];
        (std::cmp::Reverse(job.spec.priority), job.entry)
    })
}
