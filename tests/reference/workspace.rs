//! The workspace: all runs, image builds and targets, and the order of things within an instant
//! (sections 1, 2, 7).

use super::cluster::ClusterState;
use super::instance::InstanceState;
use super::job::Job;
use super::{Input, Kind, Output, Status};

/// More rounds than any instant here has.
const MOST_ROUNDS: u64 = 10_000;

/// State of a target.
#[derive(Debug)]
pub enum TargetState<'a> {
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

    /// Drains and decides the instant `now` until nothing more happens at it. All targets decide,
    /// touched or not: a decision without news changes nothing.
    pub fn instant(&mut self, now: u64) {
        for round in 0.. {
            assert!(round < MOST_ROUNDS, "the instant {now} does not end");
            self.drain(now);
            if round == 0 {
                self.idle_timeouts(now);
            }
            for at in 0..self.targets.len() {
                // D4: each cluster counts all free quota as its own.
                let has_quota = self.quotas_of(at).next().is_some();
                let room = has_quota.then(|| self.quota_room(at, 0));
                match &mut self.targets[at] {
                    TargetState::Cluster(c) => c.decide(now, &mut self.jobs, self.input, room),
                    TargetState::Instance(i) => i.decide(now, &mut self.jobs, self.input),
                }
            }
            self.share_quota(now);
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
        // Rank 3: nodes are lost or gone.
        for at in 0..self.targets.len() {
            // P2. Reading: it is looked at once for the losses of a tick, before the first of them:
            // if the loss of one node ends the last run, the others of that tick are lost as well.
            let due = self.cluster(at).is_some_and(|c| c.has_loss_at(now));
            let lose = due && (now < self.input.horizon || self.may_be_used(at));
            if let TargetState::Cluster(c) = &mut self.targets[at] {
                c.nodes_gone(now);
                if lose {
                    c.lose_nodes(now, &mut self.jobs);
                }
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
        // Rank 5: schedule ticks.
        for target in &mut self.targets {
            if let TargetState::Instance(i) = target {
                i.ticks(now, &mut self.jobs);
            }
        }
    }

    /// Rank 6: idle timeouts, each once. What they lead to is decided after the instant is drained.
    fn idle_timeouts(&mut self, now: u64) {
        for target in &mut self.targets {
            if let TargetState::Cluster(c) = target {
                c.idle_timeouts(now);
            }
        }
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
        match &mut self.targets[target] {
            TargetState::Cluster(c) => c.join(run),
            TargetState::Instance(i) => i.queue.push(run),
        }
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
                TargetState::Cluster(c) => c.walk(from, to, &mut self.jobs),
                TargetState::Instance(i) => i.walk(from, to, &mut self.jobs),
            }
        }
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
                TargetState::Cluster(c) => c.output(at, end, self.input),
                TargetState::Instance(i) => i.output(at, end, self.input),
            };
            output.leases.extend(leases);
            output.targets.push(totals);
        }
        for mut job in self.jobs {
            job.add_up_waits(output.targets[job.out.target].end);
            output.runs.push(job.out);
        }
        output
    }
}
