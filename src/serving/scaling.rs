//! The host of a policy of replicas: when it is asked, what it may see, and what follows. What it decides is in `autoscale`.

use super::Service;
use super::requests::Request;
use super::settings::ServiceController;
use super::timers::{Alarm, Clock, Owner, Timers};
use super::windows::Windowed;
use crate::autoscale::{Decision, Needs, ReplicaPolicy, Replicas, Totals, View};
use crate::engine::{EventQueue, Timer};
use crate::units::{SimDuration, SimTime};

/// The policy of a service at work.
#[derive(Debug)]
pub(super) struct Scaling {
    policy: ReplicaPolicy,
    /// Strikes when it is due.
    clock: Timer,
    /// The windows that it looks back over.
    windows: Vec<Windowed>,
}

impl Scaling {
    /// The policy, if there is one, on from `t = 0` and its clocks set; and what it needs.
    pub(super) fn new(
        controller: &ServiceController,
        timers: &mut Timers,
        queue: &mut EventQueue,
    ) -> (Option<Box<Self>>, Needs) {
        let Some(mut policy) = controller.policy.clone() else {
            return (None, Needs::default());
        };
        let scaler = policy.scaler_mut();
        scaler.begin(SimTime::ZERO);
        let needs = scaler.needs();
        let clock = timers.take(Owner::Clock(Clock::Evaluate), queue);
        queue.set(clock, scaler.due());
        let windows = (0..).zip(&needs.windows);
        let windows =
            windows.map(|(position, window)| Windowed::new(position, *window, timers, queue));
        let scaling = Self {
            windows: windows.collect(),
            policy,
            clock,
        };
        (Some(Box::new(scaling)), needs)
    }
}

/// Sees to it that idle replicas go.
#[derive(Debug)]
pub(super) struct Expiry {
    /// Idle time after which a replica is removed, as long as more than `keep` remain.
    after: SimDuration,
    keep: u32,
    alarm: Alarm,
}

impl Expiry {
    pub(super) fn new(
        after: Option<SimDuration>,
        controller: &ServiceController,
        timers: &mut Timers,
        queue: &mut EventQueue,
    ) -> Option<Self> {
        after.map(|after| Self {
            after,
            keep: controller.min_replicas,
            alarm: Alarm::new(Clock::Expiry, timers, queue),
        })
    }

    /// A replica became idle at `now`, when there were this many: makes sure that its expiry is looked at.
    #[inline(always)]
    pub(super) fn mind_idle(&mut self, now: SimTime, replicas: u32, queue: &mut EventQueue) {
        if replicas > self.keep {
            self.alarm.see_to(now + self.after, queue);
        }
    }
}

impl Service<'_> {
    /// A clock strikes.
    pub(super) fn strike(&mut self, now: SimTime, clock: Clock, queue: &mut EventQueue) {
        match clock {
            Clock::Sample(window) => {
                // It strikes before all else that happens a tick after the window's begin.
                let totals = self.totals(SimTime(now.0 - 1));
                let windows = self.scaling.as_mut().map(|scaling| &mut scaling.windows);
                let window = windows.and_then(|windows| windows.get_mut(window as usize));
                let window = window.expect("a sample is taken for a window");
                window.sample(now, totals, queue);
            }
            Clock::Evaluate => self.evaluate(now, queue),
            Clock::Scan => self.scan(now, queue),
            Clock::QueueTimeout => {
                while let Some(request) = self.waiting.overdue(now, queue) {
                    queue.work.count(1);
                    self.reject(now, request, queue);
                }
            }
            Clock::Expiry => self.expire(now, queue),
        }
    }

    /// Integrals and counts up to `now`, from the last event on.
    fn totals(&self, now: SimTime) -> Totals {
        let busy = self.replicas.busy.integral(now);
        let draining = self.replicas.draining.integral(now);
        let (served, latency) = match &self.watch {
            Some(watch) => (watch.served, watch.latency),
            None => (0, 0),
        };
        Totals {
            time: now.0,
            busy,
            busy_ready: busy.wrapping_sub(draining),
            waiting: self.waiting.gauge.integral(now),
            ready: self.replicas.ready.integral(now),
            arrived: self.arrived,
            served,
            latency,
        }
    }

    /// Asks the policy, given the number of waiting requests, and sets its clock. Returns its decision, and when it is due.
    fn ask(&mut self, now: SimTime, pending: u32, queue: &mut EventQueue) -> (Decision, SimTime) {
        let Some(mut scaling) = self.scaling.take() else {
            return (Decision::Keep, SimTime::NEVER);
        };
        let (replicas, controller) = (&self.replicas, &self.settings.controller);
        let windows = &scaling.windows;
        let scaler = scaling.policy.scaler_mut();
        let before = scaler.due();
        let decision = scaler.ask(View {
            now,
            occupied: replicas.occupied,
            idle: replicas.ready.count - replicas.occupied,
            provisioning: replicas.pending + replicas.starting.count,
            pending,
            min_nodes: controller.min_replicas,
            max_nodes: controller.max_replicas,
            replicas: Some(Replicas {
                concurrency: self.settings.concurrency,
                busy: replicas.busy.count,
                past: &|window| windows[window].end(self.totals(now)),
            }),
            ..View::default()
        });
        let due = scaler.due();
        if due != before {
            queue.set(scaling.clock, due);
        }
        self.scaling = Some(scaling);
        (decision, due)
    }

    /// Asks the policy and does what it wants, unless all is over.
    fn evaluate(&mut self, now: SimTime, queue: &mut EventQueue) {
        let mut due = now;
        while due <= now && !self.is_over(now) {
            let replicas = self.replicas.kept();
            // Rules ask for each number of instances from the present one down.
            queue.work.count(replicas as usize);
            let decision;
            (decision, due) = self.ask(now, self.waiting.gauge.count, queue);
            match decision {
                Decision::Add(count) if self.asks_at_requests => {
                    self.start_for_waiting(now, count, queue);
                }
                Decision::Add(count) => self.want(now, replicas + count, queue),
                Decision::Remove(count) => self.want(now, replicas - count, queue),
                Decision::Keep | Decision::Tiers(_) => {}
            }
        }
    }

    /// Starts replicas for the requests that wait, the first ones.
    fn start_for_waiting(&mut self, now: SimTime, count: u32, queue: &mut EventQueue) {
        for _ in 0..count {
            if queue.work.step()
                && let Some(request) = self.waiting.pop(now)
            {
                self.start_for(now, request, queue);
            }
        }
    }

    /// A request that finds no place: it gets a replica of its own, waits or is rejected.
    #[inline(never)]
    pub(super) fn admit(&mut self, now: SimTime, request: Request, queue: &mut EventQueue) {
        let is_first = self.asks_at_requests && self.waiting.is_empty();
        if is_first && matches!(self.ask(now, 1, queue), (Decision::Add(_), _)) {
            self.start_for(now, request, queue);
        } else if !self.waiting.join(now, request, queue) {
            self.reject(now, request, queue);
        }
    }

    /// Lets replicas go that are idle for long enough, the longest idle first.
    fn expire(&mut self, now: SimTime, queue: &mut EventQueue) {
        queue.work.count(self.replicas.slot_count() / 16);
        let Some(expiry) = &mut self.expiry else {
            return;
        };
        expiry.alarm.struck();
        while queue.work.step() {
            let (oldest, replicas) = (self.replicas.idle().next(), self.replicas.existing.count);
            let (Some(slot), Some(expiry)) = (oldest, &mut self.expiry) else {
                return;
            };
            let idle_since = self.replicas.get(slot).free_since;
            if replicas <= expiry.keep || idle_since + expiry.after > now {
                expiry.mind_idle(idle_since, replicas, queue);
                return;
            }
            self.dismiss(now, slot, queue);
        }
    }
}
