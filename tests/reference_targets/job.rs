//! A run of a pool: what was submitted, what it does on its nodes, what its record says
//! (semantics.md sections 2 and 5).

/// A run as submitted.
#[derive(Clone, Debug)]
pub struct Run {
    /// Workload, in declaration order.
    pub workload: usize,
    /// Position within the workload.
    pub position: usize,
    /// Submission time.
    pub submit: u64,
    /// Nodes it needs, at least 1.
    pub nodes: u64,
    /// Time in Running.
    pub duration: u64,
    /// Larger goes first.
    pub priority: i64,
    /// Index of its environment.
    pub environment: Option<usize>,
    /// Limit of its Running time: its own, else its target's.
    pub max_duration: Option<u64>,
    /// Setup time before Running.
    pub setup: u64,
    /// Time in Finalizing.
    pub finalize: u64,
    /// What becomes of it when one of its nodes is lost.
    pub on_loss: OnLoss,
    /// Occupied time before Running in the attempts after the first.
    pub restart: u64,
    /// It stands for other users of the target.
    pub background: bool,
}

/// Setting `on_interruption`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnLoss {
    /// The run is Failed.
    Fail,
    /// It begins again.
    Requeue,
    /// It goes on from its last completed checkpoint.
    Resume {
        /// Progress between two checkpoints, at least 1.
        interval: u64,
        /// Time that a checkpoint takes.
        cost: u64,
    },
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Reached its end.
    Completed,
    /// Refused at submission, ended by the loss of a node or by the deallocation of its nodes.
    Failed,
    /// By its maximum duration.
    Canceled,
    /// The simulation ended first.
    Unfinished,
}

/// Record of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOut {
    /// How it ended.
    pub status: Status,
    /// When it joined its queue first.
    pub queued: Option<u64>,
    /// When it got its nodes, in the attempt that was the first to reach Running; while none has,
    /// in the last attempt.
    pub assigned: Option<u64>,
    /// First begin of Running.
    pub started: Option<u64>,
    /// When it was Completed, Failed or Canceled.
    pub ended: Option<u64>,
    /// The nodes of its last attempt, ascending.
    pub nodes_held: Vec<u64>,
    /// Attempts that ended by the loss of a node.
    pub losses: u64,
    /// Running time that losses destroyed (not times nodes).
    pub lost: u64,
    /// Attempts that ended as the pool took nodes away.
    pub deallocations: u64,
    /// Running time that these destroyed (not times nodes).
    pub deallocated: u64,
}

/// What an assigned run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Pull, setup and restart.
    NodeSetup,
    /// Running.
    Running,
    /// Finalizing.
    Finalizing,
}

/// An attempt, from the assignment of nodes to the end of Finalizing if nothing comes between.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Assignment.
    pub assigned: u64,
    /// Begin of Running.
    pub running: u64,
    /// Begin of Finalizing.
    pub finalizing: u64,
    /// The end.
    pub end: u64,
    /// What the run will be at the end.
    pub outcome: Status,
    /// Checkpoints `(begin, end)`, in order.
    pub checkpoints: Vec<(u64, u64)>,
}

/// A run on its way.
#[derive(Clone, Debug)]
pub struct Job {
    /// As submitted.
    pub spec: Run,
    /// Its place in the order in which runs first joined the queue.
    pub entry: u64,
    /// While it has nodes.
    pub attempt: Option<Attempt>,
    /// Attempts so far.
    pub attempts: u64,
    /// Progress that completed checkpoints hold.
    pub held: u64,
    /// Its record so far.
    pub out: RunOut,
}

impl Job {
    /// A run that is not submitted yet.
    pub fn new(spec: &Run) -> Self {
        let out = RunOut {
            status: Status::Unfinished,
            queued: None,
            assigned: None,
            started: None,
            ended: None,
            nodes_held: Vec::new(),
            losses: 0,
            lost: 0,
            deallocations: 0,
            deallocated: 0,
        };
        Self {
            spec: spec.clone(),
            entry: 0,
            attempt: None,
            attempts: 0,
            held: 0,
            out,
        }
    }

    /// Nodes are assigned at `now`; `pull` is the longest pull among them.
    pub fn assign(&mut self, now: u64, pull: u64, nodes: Vec<u64>) {
        let restart = if self.attempts == 0 {
            0
        } else {
            self.spec.restart
        };
        self.attempts += 1;
        let running = now + pull + self.spec.setup + restart;
        let left = self.spec.duration - self.held;
        let limit = self.spec.max_duration.unwrap_or(u64::MAX);
        let work = left.min(limit);
        let mut at = running;
        let mut done = 0;
        let mut checkpoints = Vec::new();
        if let OnLoss::Resume { interval, cost } = self.spec.on_loss {
            while work - done > interval {
                done += interval;
                at += interval;
                checkpoints.push((at, at + cost));
                at += cost;
            }
        }
        let finalizing = at + (work - done);
        let cut = left > limit;
        self.attempt = Some(Attempt {
            assigned: now,
            running,
            finalizing,
            end: if cut {
                finalizing
            } else {
                finalizing + self.spec.finalize
            },
            outcome: if cut {
                Status::Canceled
            } else {
                Status::Completed
            },
            checkpoints,
        });
        if self.out.started.is_none() {
            self.out.assigned = Some(now);
        }
        self.out.nodes_held = nodes;
    }

    /// The run gets to its end at `now`.
    pub fn end(&mut self, now: u64) {
        let attempt = self.attempt.take().expect("it has nodes");
        self.out.status = attempt.outcome;
        self.out.ended = Some(now);
        // Running was reached, also one of no length.
        self.out.started = self.out.started.or(Some(attempt.running));
    }

    /// Its nodes are taken at `now`, and what completed checkpoints hold is lost as well if it is
    /// terminated (`anew`). Gives the time `[from, to)` of Running whose work is lost.
    pub fn give_up(&mut self, now: u64, anew: bool) -> (u64, u64) {
        let attempt = self.attempt.take().expect("it has nodes");
        if attempt.running < now {
            self.out.started = self.out.started.or(Some(attempt.running));
        }
        let mut from = attempt.running;
        let mut to = attempt.finalizing;
        let kept: &[(u64, u64)] = if anew { &[] } else { &attempt.checkpoints };
        if anew {
            self.held = 0;
        }
        for &(begin, end) in kept {
            if end > now {
                to = begin;
                break;
            }
            self.held += begin - from;
            from = end;
        }
        let to = to.min(now);
        let from = from.min(to);
        (from, to)
    }

    /// The simulation is cut at `now`.
    pub fn cut(&mut self, now: u64) {
        if let Some(attempt) = self.attempt.take()
            && attempt.running < now
        {
            self.out.started = self.out.started.or(Some(attempt.running));
        }
    }

    /// What the assigned run does from `now` on.
    pub fn activity(&self, now: u64) -> Activity {
        let attempt = self.attempt.as_ref().expect("it has nodes");
        if now < attempt.running {
            Activity::NodeSetup
        } else if now < attempt.finalizing {
            Activity::Running
        } else {
            Activity::Finalizing
        }
    }
}
