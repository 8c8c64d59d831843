//! The workspace: all runs, image builds and targets, and the order of things within an instant
//! (sections 1, 2, 7).

use super::clock::Clocked;
use super::cluster::ClusterState;
use super::instance::InstanceState;
use super::job::Job;
use super::pool::PoolState;
use super::units::UnitsState;
use super::{Counts, Input, Kind, Output, Status, service};

/// More rounds than any instant here has.
const MOST_ROUNDS: u64 = 10_000;

/// State of a target.
#[derive(Debug)]
pub enum TargetState<'a> {
    Cluster(ClusterState<'a>),
    Instance(InstanceState<'a>),
    Pool(PoolState<'a>),
    Units(UnitsState),
}

impl TargetState<'_> {
    /// The runs that wait, in no particular order.
    pub fn queue(&self) -> &[usize] {
        match self {
            Self::Cluster(c) => &c.queue,
            Self::Instance(i) => &i.queue,
            Self::Pool(p) => &p.queue,
            Self::Units(u) => &u.queue,
        }
    }

    /// Rank 0: runs end.
    fn end_runs(&mut self, now: u64, jobs: &mut [Job]) {
        match self {
            Self::Cluster(c) => c.end_runs(now, jobs),
            Self::Instance(i) => i.end_runs(now, jobs),
            Self::Pool(p) => p.end_runs(now, jobs),
            Self::Units(u) => {
                u.fleet.end_runs(now, jobs);
            }
        }
    }

    /// Rank 2: nodes, instances and pools are ready.
    fn ready(&mut self, now: u64) {
        match self {
            Self::Cluster(c) => c.nodes_ready(now),
            Self::Instance(i) => i.ready(now),
            Self::Pool(p) => p.ready(now),
            Self::Units(_) => {}
        }
    }

    /// A run joins its queue.
    fn join(&mut self, run: usize) {
        match self {
            Self::Cluster(c) => c.join(run),
            Self::Instance(i) => i.queue.push(run),
            Self::Pool(p) => p.join(run),
            Self::Units(u) => u.queue.push(run),
        }
    }

    /// Whether the decision has made something happen at `now`.
    fn has_event_at(&self, now: u64, jobs: &[Job]) -> bool {
        match self {
            Self::Cluster(c) => c.fleet.has_event_at(now, jobs),
            Self::Instance(i) => i.has_event_at(now, jobs),
            Self::Pool(p) => p.has_event_at(now, jobs),
            Self::Units(u) => u.fleet.has_event_at(now, jobs),
        }
    }

    /// Books the time from `from` to `to`.
    fn walk(&mut self, from: u64, to: u64, jobs: &mut [Job]) {
        match self {
            Self::Cluster(c) => c.walk(from, to, jobs),
            Self::Instance(i) => i.walk(from, to, jobs),
            Self::Pool(p) => p.walk(from, to, jobs),
            Self::Units(u) => u.walk(from, to, jobs),
        }
    }
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
    pub input: &'a Input,
    pub jobs: Vec<Job>,
    /// Runs not yet submitted.
    coming: Vec<usize>,
    builds: Vec<Build>,
    pub targets: Vec<TargetState<'a>>,
    /// How many runs have joined a queue.
    entries: u64,
    /// Q3: by target and quota, the vCPUs released for its head, as long as the head is starved.
    pub released_for: Vec<Vec<u64>>,
}

impl<'a> Workspace<'a> {
    /// The workspace before anything happens.
    pub fn new(input: &'a Input) -> Self {
        super::quota::assert_valid(input);
        let jobs: Vec<Job> = input.runs.iter().map(Job::new).collect();
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
            Kind::Pool(pool) => TargetState::Pool(PoolState::new(pool)),
            Kind::Units(max_units) => TargetState::Units(UnitsState::new(*max_units)),
        };
        Self {
            input,
            jobs,
            coming,
            builds: builds.collect(),
            targets: input.targets.iter().map(|t| target(&t.kind)).collect(),
            entries: 0,
            released_for: vec![vec![0; input.quotas.len()]; input.targets.len()],
        }
    }

    /// Applies the events of `now` in order of their ranks.
    fn drain(&mut self, now: u64) {
        // Rank 0: runs end.
        for target in &mut self.targets {
            target.end_runs(now, &mut self.jobs);
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
        // Rank 2: nodes, instances and pools are ready.
        for target in &mut self.targets {
            target.ready(now);
        }
        // Rank 3: nodes are lost or gone.
        for at in 0..self.targets.len() {
            // P2. Reading: it is looked at once for the losses of a tick, before the first of them:
            // if the loss of one node ends the last run, the others of that tick are lost as well.
            let due = match &self.targets[at] {
                TargetState::Cluster(c) => c.has_loss_at(now),
                TargetState::Pool(p) => !p.fleet.at_their_end(now).is_empty(),
                _ => false,
            };
            let lose = due && self.is_wanted(at, now);
            match &mut self.targets[at] {
                TargetState::Cluster(c) => {
                    c.nodes_gone(now);
                    if lose {
                        c.lose_nodes(now, &mut self.jobs);
                    }
                }
                TargetState::Pool(p) if lose => p.lose_nodes(now, &mut self.jobs),
                _ => {}
            }
        }
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
        // Rank 5: schedule ticks and evaluations.
        for at in 0..self.targets.len() {
            let is_wanted = self.has_ticks(at) && self.is_wanted(at, now);
            match &mut self.targets[at] {
                TargetState::Cluster(c) => c.ticks(now, is_wanted),
                TargetState::Instance(i) => i.ticks(now, &mut self.jobs),
                TargetState::Pool(p) => p.ticks(now, is_wanted),
                TargetState::Units(_) => {}
            }
        }
    }

    /// Rank 6: idle timeouts, each once. What they lead to is decided after the instant is drained.
    fn idle_timeouts(&mut self, now: u64) {
        for at in 0..self.targets.len() {
            let is_wanted = self.is_pool(at) && self.is_wanted(at, now);
            match &mut self.targets[at] {
                TargetState::Cluster(c) => c.idle_timeouts(now),
                TargetState::Pool(p) => p.idle_timeouts(now, is_wanted),
                _ => {}
            }
        }
    }

    /// All targets decide, touched or not: a decision without news changes nothing.
    fn decide(&mut self, now: u64) {
        for at in 0..self.targets.len() {
            // D4: each cluster counts all free quota as its own.
            let has_quota = self.quotas_of(at).next().is_some();
            let room = has_quota.then(|| self.quota_room(at, 0));
            let is_wanted = self.is_pool(at) && self.is_wanted(at, now);
            let jobs = &mut self.jobs;
            match &mut self.targets[at] {
                TargetState::Cluster(c) => c.decide(now, jobs, self.input, room),
                TargetState::Instance(i) => i.decide(now, jobs, self.input),
                TargetState::Pool(p) => p.decide(now, jobs, self.input, (is_wanted, room)),
                TargetState::Units(u) => u.decide(now, jobs, self.input),
            }
        }
        self.share_quota(now);
    }

    /// Whether something of it comes by the clock as long as it is wanted.
    fn has_ticks(&self, target: usize) -> bool {
        match &self.targets[target] {
            TargetState::Cluster(c) => c.has_ticks(),
            TargetState::Pool(_) => true,
            _ => false,
        }
    }

    /// Whether it is a pool.
    pub fn is_pool(&self, target: usize) -> bool {
        matches!(self.targets[target], TargetState::Pool(_))
    }

    /// Whether the horizon is to come, or a run that may use the target has not ended.
    fn is_wanted(&self, target: usize, now: u64) -> bool {
        now < self.input.horizon || self.may_be_used(target)
    }

    /// A run is submitted.
    fn submit(&mut self, run: usize, now: u64) {
        let refused = self.possible_targets(run).is_empty();
        let job = &mut self.jobs[run];
        if refused {
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

    /// A run joins the queue of one of its targets.
    fn join(&mut self, run: usize, now: u64) {
        let target = self.route(run);
        let job = &mut self.jobs[run];
        job.out.target = target;
        // Its time on the target that it goes to, to the nearest tick, halves up.
        let place = job.spec.targets.iter().position(|own| *own == target);
        if let Some(speed) = place.and_then(|place| job.spec.speeds.get(place)) {
            job.spec.duration = (20 * job.spec.duration + speed) / (2 * speed);
        }
        job.limit = job
            .spec
            .max_duration
            .or(self.input.targets[target].max_run_duration);
        job.out.queued = Some(now);
        job.entry = self.entries;
        self.entries += 1;
        self.targets[target].join(run);
    }

    /// P2: whether a submitted run that has not ended may still use the target. Reading: it is asked
    /// from the horizon on, that tick included, when all runs that come have been submitted; a run
    /// whose image is built may use each target of its list that can ever take it.
    fn may_be_used(&self, target: usize) -> bool {
        (0..self.jobs.len()).any(|run| {
            let job = &self.jobs[run];
            if job.spec.submit >= self.input.horizon || job.out.ended.is_some() {
                return false;
            }
            match job.out.queued {
                Some(_) => job.out.target == target,
                None => self.possible_targets(run).contains(&target),
            }
        })
    }

    /// The records and totals, after the last instant.
    pub fn output(mut self) -> Output {
        if self.input.cut {
            for job in &mut self.jobs {
                job.cut(self.input.horizon);
            }
        }
        let mut output = Output {
            runs: Vec::new(),
            leases: Vec::new(),
            targets: Vec::new(),
            counts: Vec::new(),
            services: self.input.services.iter().map(service::simulate).collect(),
        };
        for (at, target) in self.targets.iter().enumerate() {
            // The latest of the horizon and the ends of the target's runs.
            let mut end = self.input.horizon;
            for job in &self.jobs {
                if job.out.target == at
                    && let Some(ended) = job.out.ended
                {
                    end = end.max(ended);
                }
            }
            let (leases, totals) = match target {
                TargetState::Cluster(c) => c.fleet.output(at, end, self.input),
                TargetState::Instance(i) => i.output(at, end, self.input),
                TargetState::Pool(p) => p.fleet.output(at, end, self.input),
                TargetState::Units(u) => u.fleet.output(at, end, self.input),
            };
            output.leases.extend(leases);
            output.counts.push(match target {
                TargetState::Cluster(c) => c.counts,
                TargetState::Pool(p) => p.counts,
                _ => Counts::default(),
            });
            output.targets.push(totals);
        }
        for mut job in self.jobs {
            job.add_up_waits(output.targets[job.out.target].end);
            output.runs.push(job.out);
        }
        output
    }
}

impl Clocked for Workspace<'_> {
    /// Drains and decides the instant `now` until nothing more happens at it.
    fn instant(&mut self, now: u64) {
        for round in 0.. {
            assert!(round < MOST_ROUNDS, "the instant {now} does not end");
            self.drain(now);
            if round == 0 {
                self.idle_timeouts(now);
            }
            self.decide(now);
            let has_event = |target: &TargetState| target.has_event_at(now, &self.jobs);
            if !self.targets.iter().any(has_event) {
                return;
            }
        }
    }

    fn next_instant(&self, now: u64) -> Option<u64> {
        let mut times: Vec<u64> = Vec::new();
        for &run in &self.coming {
            times.push(self.jobs[run].spec.submit);
        }
        for build in &self.builds {
            if let Build::Building { ready_at, .. } = build {
                times.push(*ready_at);
            }
        }
        for (at, target) in self.targets.iter().enumerate() {
            match target {
                TargetState::Cluster(c) => {
                    let goes_on = c.has_ticks() && self.is_wanted(at, now + 1);
                    c.times(now, goes_on, &self.jobs, &mut times);
                }
                TargetState::Instance(i) => i.times(&self.jobs, &mut times),
                TargetState::Pool(p) => {
                    let goes_on = self.is_wanted(at, now + 1);
                    p.times(now, goes_on, &self.jobs, &mut times);
                }
                TargetState::Units(u) => u.fleet.times(&self.jobs, &mut times),
            }
        }
        times.into_iter().filter(|&time| time > now).min()
    }

    fn walk(&mut self, from: u64, to: u64) {
        for target in &mut self.targets {
            target.walk(from, to, &mut self.jobs);
        }
    }
}
