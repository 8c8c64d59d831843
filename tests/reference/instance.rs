//! A compute instance (section 4).

use super::fleet::cuts;
use super::job::{Cause, Job, head};
use super::timeline::{Timeline, Times};
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
            && (self.active.len() as u64) < self.settings.slots
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
        let mut from = from;
        for cut in cuts(&self.active, jobs, (from, to)) {
            self.walk_part(from, cut, jobs);
            from = cut;
        }
    }

    /// The same of a part in which no checkpoint begins or ends.
    fn walk_part(&mut self, from: u64, to: u64, jobs: &mut [Job]) {
        let cause = match self.power {
            Power::Booting(_) => Cause::Provisioning,
            _ => Cause::Capacity,
        };
        for &run in &self.queue {
            jobs[run].wait(from, to, cause);
        }
        let slots = self.settings.slots;
        // Reading: in the lease a background run is a run like any other.
        let (mut lease, mut counts) = (Times::default(), Times::default());
        match self.power {
            Power::Off => {}
            Power::Booting(_) => lease.boot = slots,
            Power::Ready(_) | Power::Draining(_) => {
                lease.idle_unused_capacity = slots - self.active.len() as u64;
            }
        }
        counts.add(lease, 1);
        for &run in &self.active {
            let own = jobs[run].counts(from);
            lease.add(own, 1);
            if jobs[run].spec.background {
                counts.background += 1;
            } else {
                counts.add(own, 1);
            }
        }
        let on = u64::from(self.power != Power::Off);
        if on > 0
            && let Some(period) = self.periods.last_mut()
        {
            period.timeline.push(from, to, lease, on);
        }
        self.timeline.push(from, to, counts, on);
    }

    /// Leases and totals; `end` is the later of the horizon and the end of the last run.
    pub fn output(&self, target: usize, end: u64, input: &Input) -> (Vec<LeaseOut>, TargetOut) {
        let mut leases: Vec<LeaseOut> = Vec::new();
        // Reading: the peak of an instance is 1 if it is on at some time in `[warmup, end)`.
        let tiers = [self.timeline.clone(), Timeline::default()];
        let mut totals = TargetOut::new(&tiers, end, input);
        for (at, period) in self.periods.iter().enumerate() {
            // A schedule goes on after the target's end: what is still on at the end is closed
            // there, and what comes on at the end or later is not there at all.
            let released = match period.to {
                Some(to) if to <= end => to,
                _ if period.from >= end => continue,
                _ => end,
            };
            let lease = LeaseOut {
                target,
                node: at as u64,
                requested: period.from,
                billed_from: period.from,
                released,
                ended_by_loss: false,
                low: false,
                times: period.timeline.integrate(period.from, released),
            };
            totals.close(&lease, input);
            leases.push(lease);
            // The spin-ups of an instance are its starts in `[warmup, end)`; being on at 0 is none.
            let counts = period.booted && (input.warmup..end).contains(&period.from);
            totals.spin_ups += u64::from(counts);
        }
        (leases, totals)
    }
}
