//! A compute instance (section 4).

use super::job::{Activity, Cause, Job, head};
use super::timeline::{Counts, Timeline, rounding};
use super::{Input, Instance, LeaseOut, TargetOut};

/// Power of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    /// Stopped.
    Off,
    /// Starting; ready at.
    Booting(u64),
    /// On, ready since.
    Ready(u64),
    /// On, after a stop tick, until its runs have ended.
    Draining(u64),
}

/// One time from start to stop.
#[derive(Clone, Debug)]
struct OnPeriod {
    /// False for the one that is on from 0 without a boot.
    booted: bool,
    from: u64,
    to: Option<u64>,
    timeline: Timeline,
}

/// An instance on its way.
#[derive(Debug)]
pub struct InstanceState<'a> {
    settings: &'a Instance,
    /// Runs that wait, in no particular order.
    pub queue: Vec<usize>,
    /// Runs that have a slot.
    pub active: Vec<usize>,
    power: Power,
    /// Whether the schedule has it on.
    scheduled_on: bool,
    /// How many change points are past.
    changes_done: usize,
    /// The end of the last run.
    last_end: u64,
    /// Environments pulled; they stay across stops.
    pulled: Vec<usize>,
    periods: Vec<OnPeriod>,
    timeline: Timeline,
}

impl<'a> InstanceState<'a> {
    /// The instance at 0.
    pub fn new(settings: &'a Instance) -> Self {
        let on = settings.schedule.as_ref().is_none_or(|s| s.initially_on);
        let mut state = Self {
            settings,
            queue: Vec::new(),
            active: Vec::new(),
            power: Power::Off,
            scheduled_on: on,
            changes_done: 0,
            last_end: 0,
            pulled: Vec::new(),
            periods: Vec::new(),
            timeline: Timeline::default(),
        };
        if on {
            state.power = Power::Ready(0);
            state.periods.push(OnPeriod {
                booted: false,
                from: 0,
                to: None,
                timeline: Timeline::default(),
            });
        }
        state
    }

    /// Starts it.
    fn start(&mut self, now: u64) {
        self.power = Power::Booting(now + self.settings.boot);
        self.periods.push(OnPeriod {
            booted: true,
            from: now,
            to: None,
            timeline: Timeline::default(),
        });
    }

    /// Stops it.
    fn stop(&mut self, now: u64) {
        self.power = Power::Off;
        if let Some(period) = self.periods.last_mut() {
            period.to = Some(now);
        }
    }

    /// Runs whose end is `now` end.
    pub fn end_runs(&mut self, now: u64, jobs: &mut [Job]) {
        for run in self.active.clone() {
            if jobs[run].ends_at(now) {
                jobs[run].end(now);
                self.active.retain(|&other| other != run);
                self.last_end = now;
            }
        }
    }

    /// Its boot may end at `now`.
    pub fn ready(&mut self, now: u64) {
        if self.power == Power::Booting(now) {
            self.power = Power::Ready(now);
        }
    }

    /// Applies the schedule's change points of `now`.
    pub fn ticks(&mut self, now: u64, jobs: &mut [Job]) {
        let Some(schedule) = &self.settings.schedule else {
            return;
        };
        while let Some(&(time, on)) = schedule.changes.get(self.changes_done)
            && time == now
        {
            self.changes_done += 1;
            // Reading: a point that repeats the present state of the schedule is no tick.
            if on == self.scheduled_on {
                continue;
            }
            self.scheduled_on = on;
            match (on, self.power) {
                (true, Power::Off) => self.start(now),
                // Reading: the stop at the end of a drain is a decision, made after the instant is
                // drained; so a start tick at the tick at which the last run ends finds the
                // instance on and keeps it on.
                (true, Power::Draining(since)) => self.power = Power::Ready(since),
                (false, Power::Booting(_)) => self.stop(now),
                (false, Power::Ready(since)) => {
                    if schedule.on_stop_cancel {
                        for run in self.active.drain(..) {
                            jobs[run].cancel(now);
                            self.last_end = now;
                        }
                    }
                    self.power = Power::Draining(since);
                }
                _ => {}
            }
        }
    }

    /// Whether the decision has made something happen at `now`.
    pub fn has_event_at(&self, now: u64, jobs: &[Job]) -> bool {
        self.power == Power::Booting(now) || self.active.iter().any(|&run| jobs[run].ends_at(now))
    }

    /// The decision pass: dispatch, start, stop.
    pub fn decide(&mut self, now: u64, jobs: &mut [Job], input: &Input) {
        while let Power::Ready(_) = self.power
            && self.active.len() < self.settings.slots as usize
            && let Some(at) = head(&self.queue, jobs)
        {
            let run = self.queue.remove(at);
            self.active.push(run);
            let mut pull = 0;
            if let Some(environment) = jobs[run].spec.environment
                && !self.pulled.contains(&environment)
            {
                self.pulled.push(environment);
                pull = input.environments[environment].image_pull;
            }
            let period = self.periods.len() as u64 - 1;
            jobs[run].assign(now, pull, vec![period]);
        }
        // Reading: the start on a submission is a decision too: a stop tick at the tick of the
        // submission forestalls it. The queue cannot hold a run that came earlier: it was empty at
        // the idle shutdown, and the schedule's own start tick starts the instance in any case.
        if self.power == Power::Off
            && self.scheduled_on
            && self.settings.start_on_submission
            && !self.queue.is_empty()
        {
            self.start(now);
        }
        if !self.active.is_empty() {
            return;
        }
        if let Power::Draining(_) = self.power {
            self.stop(now);
        }
        if let Some(timeout) = self.idle_timeout()
            && now >= timeout
        {
            self.stop(now);
        }
    }

    /// When the idle shutdown falls if nothing comes, if its clock runs.
    fn idle_timeout(&self) -> Option<u64> {
        match (self.power, self.settings.idle_shutdown) {
            (Power::Ready(since), Some(limit))
                if self.active.is_empty() && self.queue.is_empty() =>
            {
                Some(since.max(self.last_end) + limit)
            }
            _ => None,
        }
    }

    /// All times at which something happens, past ones included.
    pub fn times(&self, jobs: &[Job], times: &mut Vec<u64>) {
        for &run in &self.active {
            times.extend(jobs[run].times());
        }
        if let Power::Booting(ready_at) = self.power {
            times.push(ready_at);
        }
        times.extend(self.idle_timeout());
        if let Some(schedule) = &self.settings.schedule {
            times.extend(schedule.changes.iter().map(|&(time, _)| time));
        }
    }

    /// Books the time from `from` to `to`.
    pub fn walk(&mut self, from: u64, to: u64, jobs: &mut [Job]) {
        let cause = match self.power {
            Power::Booting(_) => Cause::Provisioning,
            _ => Cause::Capacity,
        };
        for &run in &self.queue {
            jobs[run].wait(from, to, cause);
        }
        let slots = u64::from(self.settings.slots);
        let mut counts = Counts::default();
        match self.power {
            Power::Off => {}
            Power::Booting(_) => counts.boot = slots,
            Power::Ready(_) | Power::Draining(_) => {
                for &run in &self.active {
                    match jobs[run].activity(from) {
                        Activity::NodeSetup => counts.node_setup += 1,
                        Activity::Running => counts.run += 1,
                        Activity::Finalizing => counts.finalize += 1,
                    }
                }
                counts.idle_before_scale_down = slots - self.active.len() as u64;
            }
        }
        if self.power != Power::Off
            && let Some(period) = self.periods.last_mut()
        {
            counts.allocated = 1;
            period.timeline.push(from, to, counts);
        }
        self.timeline.push(from, to, counts);
    }

    /// Leases and totals; `end` is the later of the horizon and the end of the last run.
    pub fn output(&self, target: usize, end: u64, input: &Input) -> (Vec<LeaseOut>, TargetOut) {
        let mut leases: Vec<LeaseOut> = Vec::new();
        // The spin-ups of an instance are its starts in `[warmup, end)`; being on at 0 is none.
        let mut spin_ups = 0;
        for (at, period) in self.periods.iter().enumerate() {
            // A schedule goes on after the target's end: what is still on at the end is closed
            // there, and what comes on at the end or later is not there at all.
            let released = match period.to {
                Some(to) if to <= end => to,
                _ if period.from >= end => continue,
                _ => end,
            };
            let time = period.timeline.integrate(period.from, released);
            leases.push(LeaseOut {
                target,
                node: at as u64,
                requested: period.from,
                billed_from: period.from,
                released,
                ended_by_loss: false,
                boot: time.boot,
                node_setup: time.node_setup,
                run: time.run,
                lost: 0,
                finalize: time.finalize,
                idle: time.idle_before_scale_down,
            });
            spin_ups += u64::from(period.booted && (input.warmup..end).contains(&period.from));
        }
        let ended_in_time = |lease: &&LeaseOut| lease.released >= input.warmup;
        let billed = leases.iter().filter(ended_in_time);
        let time = self.timeline.integrate(input.warmup, end);
        let totals = TargetOut {
            end,
            boot: time.boot,
            node_setup: time.node_setup,
            run: time.run,
            lost_within: 0,
            lost_in_drain: 0,
            finalize: time.finalize,
            idle_gang_assembly: 0,
            idle_min_nodes: 0,
            idle_before_scale_down: time.idle_before_scale_down,
            rounding: billed
                .map(|l| rounding(&input.targets[target], l.released - l.billed_from))
                .sum(),
            spin_ups,
            nodes_evicted: 0,
            // Reading: the peak of an instance is 1 if it is on at some time in `[warmup, end)`.
            peak_nodes: time.allocated,
        };
        (leases, totals)
    }
}
