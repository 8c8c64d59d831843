//! Controllers at work: what they see, when they are asked, and what follows. What they decide is in `autoscale`.

use super::Service;
use super::settings::{Metric, Profile, RulesSettings, ServiceController};
use super::timers::{Alarm, Clock, Owner, Timers};
use super::windows::{Totals, Windowed};
use crate::autoscale::{
    Load, MayStart, PerRequest, Ratio, RecentNeeds, RulesView, TargetUtilization,
    instances_by_rules,
};
use crate::engine::{EventQueue, Timer};
use crate::units::{SimDuration, SimTime, TICKS_PER_SECOND};

/// The controller of a service and what it remembers.
#[derive(Debug)]
pub(super) enum Scaler {
    Fixed,
    Utilization {
        settings: TargetUtilization,
        evaluate: Timer,
        needs: RecentNeeds,
        /// The window of its load, if that is averaged.
        window: Option<Windowed>,
    },
    PerRequest {
        settings: PerRequest,
        last_start: Option<SimTime>,
        launch: Alarm,
        expiry: Alarm,
    },
    Rules(Rules),
}

/// Rules at work.
#[derive(Debug)]
pub(super) struct Rules {
    settings: RulesSettings,
    evaluate: Timer,
    profile: Timer,
    is_in_profile: bool,
    wanted: u32,
    last_change: Option<SimTime>,
    /// A window for each rule.
    windows: Vec<Windowed>,
}

impl Scaler {
    /// The controller, its clocks set, and how many replicas there are at `t = 0`.
    pub(super) fn new(
        controller: &ServiceController,
        timers: &mut Timers,
        queue: &mut EventQueue,
    ) -> (Self, u32) {
        match controller {
            ServiceController::Fixed(replicas) => (Self::Fixed, *replicas),
            ServiceController::TargetUtilization(settings) => {
                let evaluate = timers.take(Owner::Clock(Clock::Evaluate), queue);
                queue.set(evaluate, SimTime::ZERO);
                let lengths = (settings.window, settings.refresh);
                let averages = !settings.window.is_zero();
                let scaler = Self::Utilization {
                    settings: *settings,
                    evaluate,
                    needs: RecentNeeds::default(),
                    window: averages.then(|| Windowed::new(0, lengths, timers, queue)),
                };
                (scaler, settings.min_replicas)
            }
            ServiceController::PerRequest(settings) => {
                let scaler = Self::PerRequest {
                    settings: *settings,
                    last_start: None,
                    launch: Alarm::new(Clock::Launch, timers, queue),
                    expiry: Alarm::new(Clock::Expiry, timers, queue),
                };
                (scaler, settings.always_ready)
            }
            ServiceController::Rules(settings) => {
                let rules = Rules::new(settings, timers, queue);
                let replicas = rules.wanted;
                (Self::Rules(rules), replicas)
            }
        }
    }

    /// Whether it asks how long requests took.
    pub(super) fn watches_latency(&self) -> bool {
        let Self::Rules(rules) = self else {
            return false;
        };
        let mut rules = rules.settings.rules.iter();
        rules.any(|rule| rule.metric == Metric::Latency)
    }

    /// A window begins.
    pub(super) fn sample(
        &mut self,
        now: SimTime,
        window: u32,
        totals: Totals,
        queue: &mut EventQueue,
    ) {
        let window = match self {
            Self::Utilization { window, .. } => window.as_mut(),
            Self::Rules(rules) => rules.windows.get_mut(window as usize),
            Self::Fixed | Self::PerRequest { .. } => None,
        };
        let window = window.expect("a sample is taken for a window");
        window.sample(now, totals, queue);
    }

    /// Sees to the end of a replica that got idle at `now`, with so many there.
    #[inline(always)]
    pub(super) fn mind_idle(&mut self, now: SimTime, replicas: u32, queue: &mut EventQueue) {
        if let Self::PerRequest {
            settings, expiry, ..
        } = self
            && let Some(at) = settings.expires(replicas, now)
        {
            expiry.see_to(at, queue);
        }
    }

    /// Whether a replica may be started for a request that found none, and if not, sees to a later time.
    pub(super) fn may_start(
        &mut self,
        now: SimTime,
        replicas: u32,
        queue: &mut EventQueue,
    ) -> bool {
        let Self::PerRequest {
            settings,
            last_start,
            launch,
            ..
        } = self
        else {
            return false;
        };
        match settings.may_start(now, replicas, *last_start) {
            MayStart::Now => {
                *last_start = Some(now);
                return true;
            }
            MayStart::At(next) => launch.see_to(next, queue),
            MayStart::Never => {}
        }
        false
    }
}

impl Rules {
    fn new(settings: &RulesSettings, timers: &mut Timers, queue: &mut EventQueue) -> Self {
        let interval = settings.evaluation_interval;
        let evaluate = timers.take(Owner::Clock(Clock::Evaluate), queue);
        queue.set(evaluate, SimTime::ZERO + interval);
        let profile = timers.take(Owner::Clock(Clock::Profile), queue);
        let mut rules = Self {
            settings: settings.clone(),
            evaluate,
            profile,
            is_in_profile: false,
            wanted: settings.min_instances,
            last_change: None,
            windows: (0..)
                .zip(&settings.rules)
                .map(|(position, rule)| {
                    Windowed::new(position, (rule.window, interval), timers, queue)
                })
                .collect(),
        };
        rules.turn(SimTime::ZERO, queue);
        rules.last_change = None;
        rules
    }

    /// A window of the schedule begins or ends: what is wanted then.
    fn turn(&mut self, now: SimTime, queue: &mut EventQueue) {
        let Some(Profile { windows, instances }) = &self.settings.profile else {
            return;
        };
        self.is_in_profile = windows.is_open(now);
        let next = windows.next_change(now);
        queue.set(self.profile, next.unwrap_or(SimTime::NEVER));
        let wanted = if self.is_in_profile {
            *instances
        } else {
            let limits = &self.settings;
            self.wanted
                .clamp(limits.min_instances, limits.max_instances)
        };
        self.want(now, wanted);
    }

    fn want(&mut self, now: SimTime, wanted: u32) {
        if wanted != self.wanted {
            (self.wanted, self.last_change) = (wanted, Some(now));
        }
    }

    fn evaluate(&mut self, now: SimTime, totals: Totals, concurrency: u32) {
        let rules = self.settings.rules.iter().zip(&mut self.windows);
        let values: Vec<Option<Ratio>> = rules
            .map(|(rule, window)| value(rule.metric, window.end(now, totals).0, concurrency))
            .collect();
        if self.is_in_profile {
            return;
        }
        let view = RulesView {
            current: self.wanted,
            min_instances: self.settings.min_instances,
            max_instances: self.settings.max_instances,
            last_change: self.last_change,
        };
        let wanted = instances_by_rules(now, &self.settings.rules, &values, view);
        self.want(now, wanted);
    }
}

/// The value of a metric over a window, if it has one: a fraction (0 to 1), seconds, or requests per second.
fn value(metric: Metric, over: Totals, concurrency: u32) -> Option<Ratio> {
    let ticks = u128::from(TICKS_PER_SECOND);
    let [busy, ready, latency, served, arrived] = [
        over.busy_ready,
        over.ready,
        over.latency,
        over.served,
        over.arrived,
    ]
    .map(u128::from);
    let (of, base) = match metric {
        Metric::Cpu => (busy, ready * u128::from(concurrency)),
        Metric::Latency => (latency, served * ticks),
        Metric::RequestsPerInstance => (arrived * ticks, ready),
    };
    (base > 0).then(|| Ratio::new(of, base))
}

impl Service<'_> {
    /// A clock strikes.
    pub(super) fn strike(&mut self, now: SimTime, clock: Clock, queue: &mut EventQueue) {
        match clock {
            Clock::Sample(window) => {
                // It strikes before all else that happens a tick after the window's begin.
                let begin = SimTime(now.0 - 1);
                let totals = self.totals(begin);
                self.scaler.sample(now, window, totals, queue);
            }
            Clock::Evaluate => self.evaluate(now, queue),
            Clock::Profile => {
                if let Scaler::Rules(rules) = &mut self.scaler {
                    rules.turn(now, queue);
                    let wanted = rules.wanted;
                    self.want(now, wanted, queue);
                }
            }
            Clock::Scan => self.scan(now, queue),
            Clock::Launch => self.launch(now, queue),
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
            busy,
            busy_ready: busy.wrapping_sub(draining),
            waiting: self.waiting.gauge.integral(now),
            ready: self.replicas.ready.integral(now),
            arrived: self.arrived,
            served,
            latency,
        }
    }

    /// Asks the controller, unless all is over.
    fn evaluate(&mut self, now: SimTime, queue: &mut EventQueue) {
        if self.is_over(now) {
            return;
        }
        // Rules ask for each number of instances from the present one down.
        queue.work.count(self.replicas.kept() as usize);
        let totals = self.totals(now);
        let concurrency = self.settings.concurrency;
        let present = (self.replicas.busy.count, self.waiting.gauge.count);
        let wanted = match &mut self.scaler {
            Scaler::Utilization {
                settings,
                evaluate,
                needs,
                window,
            } => {
                queue.set(*evaluate, now + settings.refresh);
                let over = window.as_mut().map(|window| window.end(now, totals));
                let load = load(settings.counts_waiting, over, present);
                let need = settings.need(load, concurrency);
                needs.largest(now, need, settings.scale_down_after)
            }
            Scaler::Rules(rules) => {
                queue.set(rules.evaluate, now + rules.settings.evaluation_interval);
                rules.evaluate(now, totals, concurrency);
                rules.wanted
            }
            Scaler::Fixed | Scaler::PerRequest { .. } => return,
        };
        self.want(now, wanted, queue);
    }

    /// Starts replicas for requests that wait, as far as the limits allow.
    fn launch(&mut self, now: SimTime, queue: &mut EventQueue) {
        if let Scaler::PerRequest { launch, .. } = &mut self.scaler {
            launch.struck();
        }
        while !self.waiting.is_empty() && queue.work.step() {
            let replicas = self.replicas.kept();
            if !self.scaler.may_start(now, replicas, queue) {
                return;
            }
            let head = self.waiting.pop(now);
            self.start_for(now, head.expect("it is not empty"), queue);
        }
    }

    /// Lets replicas go that are idle for long enough, the longest idle first.
    fn expire(&mut self, now: SimTime, queue: &mut EventQueue) {
        let Scaler::PerRequest {
            settings, expiry, ..
        } = &mut self.scaler
        else {
            return;
        };
        expiry.struck();
        let settings = *settings;
        queue.work.count(self.replicas.slot_count() / 16);
        while queue.work.step() {
            let Some(slot) = self.replicas.idle().next() else {
                return;
            };
            let idle_since = self.replicas.get(slot).free_since;
            match settings.expires(self.replicas.existing.count, idle_since) {
                Some(at) if at <= now => self.dismiss(now, slot, queue),
                _ => {
                    let replicas = self.replicas.existing.count;
                    self.scaler.mind_idle(idle_since, replicas, queue);
                    return;
                }
            }
        }
    }
}

/// What counts as load: over the window, or where there is none (or nothing of it yet) as it is.
fn load(
    counts_waiting: bool,
    over: Option<(Totals, SimDuration)>,
    (busy, waiting): (u32, u32),
) -> Load {
    let sum = |busy: u64, waiting: u64| busy + if counts_waiting { waiting } else { 0 };
    match over {
        Some((totals, length)) if !length.is_zero() => Load {
            place_time: sum(totals.busy, totals.waiting),
            over: length.0,
        },
        _ => Load {
            place_time: sum(u64::from(busy), u64::from(waiting)),
            over: 1,
        },
    }
}
