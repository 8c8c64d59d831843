//! The workspace: all runs, image builds and targets, and the order of things within an instant
//! (sections 1, 2, 7).

use super::cluster::ClusterState;
use super::instance::InstanceState;
use super::{Input, Kind, Output, Run, RunOut, Status};

/// A run on its way.
#[derive(Clone, Debug)]
pub struct Job {
    /// As submitted.
    pub spec: Run,
    /// The limit of its Running time: its own, else its target's.
    limit: Option<u64>,
    /// Its place in the order in which runs joined a queue; it orders runs of one priority.
    entry: u64,
    /// Begin of Running, known once it is assigned.
    running_from: u64,
    /// Begin of Finalizing, known once it is assigned.
    finalizing_from: u64,
    /// Its end, known once it is assigned.
    pub end_at: u64,
    /// What it will be if it gets to its end.
    end_status: Status,
    /// Its record so far.
    pub out: RunOut,
}

/// What an assigned run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Pull and setup.
    Startup,
    /// Running.
    Running,
    /// Finalizing.
    Finalizing,
}

impl Job {
    /// Nodes are assigned at `now`; `pull` is the longest pull among them.
    pub fn assign(&mut self, now: u64, pull: u64, nodes: Vec<u64>) {
        self.out.assigned = Some(now);
        self.out.nodes_held = nodes;
        self.running_from = now + pull + self.spec.setup;
        match self.limit {
            Some(limit) if self.spec.duration > limit => {
                self.finalizing_from = self.running_from + limit;
                self.end_at = self.finalizing_from;
                self.end_status = Status::Canceled;
            }
            _ => {
                self.finalizing_from = self.running_from + self.spec.duration;
                self.end_at = self.finalizing_from + self.spec.finalize;
                self.end_status = Status::Completed;
            }
        }
    }

    /// The run gets to its end at `now`.
    pub fn end(&mut self, now: u64) {
        self.out.status = self.end_status;
        self.out.started = Some(self.running_from);
        self.out.ended = Some(now);
    }

    /// The run is cancelled at `now` by a stop tick.
    pub fn cancel(&mut self, now: u64) {
        self.out.status = Status::Canceled;
        self.out.ended = Some(now);
        // Reading: as at a cut, a run that would begin Running at the very tick that stops it did
        // not reach Running.
        self.stamp_start_before(now);
    }

    /// Sets the begin of Running if it lies before `time`.
    fn stamp_start_before(&mut self, time: u64) {
        if self.out.assigned.is_some() && self.running_from < time {
            self.out.started = Some(self.running_from);
        }
    }

    /// What the assigned run does from `now` on.
    pub fn activity(&self, now: u64) -> Activity {
        if now < self.running_from {
            Activity::Startup
        } else if now < self.finalizing_from {
            Activity::Running
        } else {
            Activity::Finalizing
        }
    }

    /// The times at which something happens to the assigned run.
    pub fn times(&self) -> [u64; 3] {
        [self.running_from, self.finalizing_from, self.end_at]
    }
}

/// The head of a queue: the largest priority, then the earliest entry. Gives its index in `queue`.
pub fn head(queue: &[usize], jobs: &[Job]) -> Option<usize> {
    (0..queue.len()).min_by_key(|&at| {
        let job = &jobs[queue[at]];
        (std::cmp::Reverse(job.spec.priority), job.entry)
    })
}

/// State of a target.
#[derive(Debug)]
enum TargetState<'a> {
    Cluster(ClusterState<'a>),
    Instance(InstanceState<'a>),
}

/// The one build of an image.
#[derive(Clone, Debug)]
enum Build {
    /// Nobody asked for it yet.
    NotStarted,
    /// Until `ready_at`; the runs that wait for it, in order of submission.
    Building { ready_at: u64, waiting: Vec<usize> },
    /// Done, or nothing to build.
    Ready,
}

/// Everything.
#[derive(Debug)]
pub struct Workspace<'a> {
    input: &'a Input,
    jobs: Vec<Job>,
    /// Runs not yet submitted.
    coming: Vec<usize>,
    builds: Vec<Build>,
    targets: Vec<TargetState<'a>>,
    /// How many runs have joined a queue.
    entries: u64,
}

impl<'a> Workspace<'a> {
    /// The workspace before anything happens.
    pub fn new(input: &'a Input) -> Self {
        let job = |spec: &Run| Job {
            spec: spec.clone(),
            limit: spec
                .max_duration
                .or(input.targets[spec.target].max_run_duration),
            entry: 0,
            running_from: 0,
            finalizing_from: 0,
            end_at: 0,
            end_status: Status::Unfinished,
            out: RunOut {
                status: Status::Unfinished,
                queued: None,
                assigned: None,
                started: None,
                ended: None,
                nodes_held: Vec::new(),
            },
        };
        let jobs: Vec<Job> = input.runs.iter().map(job).collect();
        // Reading: a trace is cut at the horizon. Runs at or after it never happen and are reported
        // as Unfinished.
        let coming = (0..jobs.len())
            .filter(|&at| jobs[at].spec.submit < input.horizon)
            .collect();
        let build = |image_build| match image_build {
            0 => Build::Ready,
            _ => Build::NotStarted,
        };
        let builds = input.environments.iter().map(|e| build(e.image_build));
        let target = |kind: &'a Kind| match kind {
            Kind::Cluster(cluster) => TargetState::Cluster(ClusterState::new(cluster)),
            Kind::Instance(instance) => TargetState::Instance(InstanceState::new(instance)),
        };
        Self {
            input,
            jobs,
            coming,
            builds: builds.collect(),
            targets: input.targets.iter().map(|t| target(&t.kind)).collect(),
            entries: 0,
        }
    }

    /// Drains and decides the instant `now` until nothing more happens at it. All targets decide,
    /// touched or not: a decision without news changes nothing.
    pub fn instant(&mut self, now: u64) {
        loop {
            self.drain(now);
            for target in &mut self.targets {
                match target {
                    TargetState::Cluster(c) => c.decide(now, &mut self.jobs, self.input),
                    TargetState::Instance(i) => i.decide(now, &mut self.jobs, self.input),
                }
            }
            let more = self.targets.iter().any(|target| match target {
                TargetState::Cluster(c) => c.has_event_at(now, &self.jobs),
                TargetState::Instance(i) => i.has_event_at(now, &self.jobs),
            });
            if !more {
                return;
            }
        }
    }

    /// Applies the events of `now` in order of their ranks.
    fn drain(&mut self, now: u64) {
        // Rank 0: runs end.
        for target in &mut self.targets {
            match target {
                TargetState::Cluster(c) => c.end_runs(now, &mut self.jobs),
                TargetState::Instance(i) => i.end_runs(now, &mut self.jobs),
            }
        }
        // Rank 1: images are ready.
        // Reading: of two images ready at one instant the one declared first goes first, with all
        // its runs.
        for environment in 0..self.builds.len() {
            if let Build::Building { ready_at, waiting } = self.builds[environment].clone()
                && ready_at == now
            {
                self.builds[environment] = Build::Ready;
                for run in waiting {
                    self.join(run, now);
                }
            }
        }
        // Rank 2: nodes and instances are ready.
        for target in &mut self.targets {
            match target {
                TargetState::Cluster(c) => c.nodes_ready(now),
                TargetState::Instance(i) => i.ready(now),
            }
        }
        // Rank 3: nodes that are gone only free quota, which is not modelled here.
        // Rank 4: submissions.
        let mut submitted: Vec<usize> = Vec::new();
        for &run in &self.coming {
            if self.jobs[run].spec.submit == now {
                submitted.push(run);
            }
        }
        submitted.sort_by_key(|&run| (self.jobs[run].spec.workload, self.jobs[run].spec.position));
        for run in submitted {
            self.coming.retain(|&other| other != run);
            self.submit(run, now);
        }
        // Rank 5: schedule ticks.
        for target in &mut self.targets {
            if let TargetState::Instance(i) = target {
                i.ticks(now, &mut self.jobs);
            }
        }
        // Rank 6: idle timeouts. What they lead to is decided after the instant is drained.
    }

    /// A run is submitted.
    fn submit(&mut self, run: usize, now: u64) {
        let job = &mut self.jobs[run];
        let most = match &self.input.targets[job.spec.target].kind {
            Kind::Cluster(cluster) => cluster.max_nodes,
            Kind::Instance(_) => 1,
        };
        if job.spec.nodes > most {
            job.out.status = Status::Failed;
            job.out.ended = Some(now);
            return;
        }
        let Some(environment) = job.spec.environment else {
            self.join(run, now);
            return;
        };
        match &mut self.builds[environment] {
            Build::Ready => self.join(run, now),
            Build::Building { waiting, .. } => waiting.push(run),
            Build::NotStarted => {
                self.builds[environment] = Build::Building {
                    ready_at: now + self.input.environments[environment].image_build,
                    waiting: vec![run],
                };
            }
        }
    }

    /// A run joins the queue of its target.
    fn join(&mut self, run: usize, now: u64) {
        self.jobs[run].out.queued = Some(now);
        self.jobs[run].entry = self.entries;
        self.entries += 1;
        match &mut self.targets[self.jobs[run].spec.target] {
            TargetState::Cluster(c) => c.queue.push(run),
            TargetState::Instance(i) => i.queue.push(run),
        }
    }

    /// The next time at which anything can happen.
    pub fn next_instant(&self, now: u64) -> Option<u64> {
        let mut times: Vec<u64> = Vec::new();
        for &run in &self.coming {
            times.push(self.jobs[run].spec.submit);
        }
        for build in &self.builds {
            if let Build::Building { ready_at, .. } = build {
                times.push(*ready_at);
            }
        }
        for target in &self.targets {
            match target {
                TargetState::Cluster(c) => c.times(&self.jobs, &mut times),
                TargetState::Instance(i) => i.times(&self.jobs, &mut times),
            }
        }
        times.into_iter().filter(|&time| time > now).min()
    }

    /// Lets the time from `from` to `to` pass, in which nothing changes.
    pub fn walk(&mut self, from: u64, to: u64) {
        for target in &mut self.targets {
            match target {
                TargetState::Cluster(c) => c.walk(from, to, &self.jobs),
                TargetState::Instance(i) => i.walk(from, to, &self.jobs),
            }
        }
    }

    /// The records and totals, after the last instant.
    pub fn output(mut self) -> Output {
        if self.input.cut {
            for job in &mut self.jobs {
                if job.out.status == Status::Unfinished {
                    job.stamp_start_before(self.input.horizon);
                }
            }
        }
        let mut output = Output {
            runs: self.jobs.iter().map(|job| job.out.clone()).collect(),
            leases: Vec::new(),
            targets: Vec::new(),
        };
        for (at, target) in self.targets.iter().enumerate() {
            // The latest of the horizon and the ends of the target's runs.
            let mut end = self.input.horizon;
            for job in &self.jobs {
                if job.spec.target == at
                    && let Some(ended) = job.out.ended
                {
                    end = end.max(ended);
                }
            }
            let (leases, totals) = match target {
                TargetState::Cluster(c) => c.output(at, end, self.input),
                TargetState::Instance(i) => i.output(at, end, self.input),
            };
            output.leases.extend(leases);
            output.targets.push(totals);
        }
        output
    }
}
