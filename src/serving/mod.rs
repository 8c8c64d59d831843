//! Services: deployed models, the requests that arrive at them, and the rules by which replicas come and go. No files,
//! threads or money. The rules are those of docs/targets.md sections 5 and 6.
//!
//! [`simulate`] runs one service of one replication: services share nothing, so each has a clock of its own.

mod ends;
mod levels;
mod life;
mod machines;
mod nodes;
mod outcome;
mod replicas;
mod requests;
mod scaling;
pub mod settings;
mod statistics;
mod timers;
mod waiting;
mod watch;
mod windows;

use crate::autoscale::kubernetes::Kubernetes;
use crate::engine::streams::{Purpose, Streams};
use crate::engine::{self, Event, EventQueue, Halt, LATEST, Model, Timer, Work};
use crate::results::{Levels, TargetResult, Timeline, Window};
use crate::spans::Cuts;
use crate::timeline::TimelineBuilder;
use crate::units::{SimDuration, SimTime};
use crate::workload::Draw;
use ends::Names;
use machines::MachineLog;
use nodes::Nodes;
use replicas::{Replicas, State};
use requests::{Request, RequestSource};
use scaling::{Expiry, Scaling};
use settings::{Machines, RequestSettings, ServiceSettings};
use statistics::{Served, Statistics};
use timers::{Clock, Owner, Timers};
use waiting::Waiting;
use watch::{Counter, Watch};

const REPLICA_START: Purpose = Purpose("replica start");
const NODE_BOOT: Purpose = Purpose("node boot");

/// The services of one replication, and how it is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Services<'a> {
    /// The services.
    pub services: &'a [ServiceSettings],
    /// The workloads of requests, each with the position of its service.
    pub requests: &'a [RequestSettings],
    /// The streams of the replication.
    pub streams: Streams,
    /// Where time is cut; requests arrive before the horizon.
    pub cuts: &'a Cuts,
    /// Whether everything stops at the horizon; if not, requests that are there then are served.
    pub cut: bool,
    /// Whether levels over time are kept.
    pub keep_timeline: bool,
}

/// Simulates the service of this position; the error says why it was not done, such as that `go_on` said no.
pub fn simulate(
    of: Services<'_>,
    position: usize,
    go_on: &dyn Fn() -> bool,
) -> Result<(TargetResult, Option<Timeline>), Halt> {
    let mut queue = EventQueue::new(Work::new(go_on));
    let mut service = Service::new(of, position, &mut queue);
    service.decide(SimTime::ZERO, &mut queue);
    let horizon = of.cuts.window.horizon;
    let told = |service: &Service<'_>, halt: Halt| halt.with(service.in_system().into());
    engine::advance(&mut service, &mut queue, horizon, |_| true)
        .map_err(|halt| told(&service, halt))?;
    if !of.cut {
        queue.work.begin_drain();
        if service.has_too_much() {
            engine::give_up_at_latest(&mut queue.work, engine::LESS_WORK);
        }
        let until = SimTime::NEVER;
        engine::advance(&mut service, &mut queue, until, |of| of.in_system() > 0)
            .map_err(|halt| told(&service, halt))?;
        let busy = service.replicas.busy.count > 0;
        if busy || (service.in_system() > 0 && queue.has_more()) {
            // What they wait for comes later than can be counted.
            engine::give_up_at_latest(&mut queue.work, engine::LESS_WORK);
        }
    }
    queue.work.outcome()?;
    let end = horizon.max(service.now);
    Ok(service.finish(if of.cut { horizon } else { end }))
}

/// The autoscaler of a service's nodes at work.
struct NodeScaler {
    scan: SimDuration,
    rule: Kubernetes,
    timer: Timer,
    boot: Draw,
    min_nodes: u32,
    max_nodes: u32,
}

/// The state of one service.
struct Service<'a> {
    settings: &'a ServiceSettings,
    cuts: &'a Cuts,
    window: Window,
    sources: Vec<RequestSource>,
    replicas: Replicas,
    waiting: Waiting,
    timers: Timers,
    statistics: Statistics,
    /// Longest time of a request on a replica.
    timeout: SimDuration,
    scaling: Option<Box<Scaling>>,
    /// Whether the policy is asked at each request that finds no place.
    asks_at_requests: bool,
    expiry: Option<Expiry>,
    watch: Option<Watch>,
    /// Where a workload wants to hear of ends.
    names: Option<Names>,
    timeline: Option<TimelineBuilder>,
    now: SimTime,
    /// Requests that arrived, measured or not.
    arrived: u64,
    /// Requests bound to a replica that is not ready.
    bound: u32,
    start: Draw,
    starts: Counter,
    node_requests: Counter,
    nodes: Option<Nodes>,
    node_scaler: Option<NodeScaler>,
    machines: MachineLog,
    /// Most replicas, for the part of a machine that a place is.
    most_replicas: u32,
}

impl<'a> Service<'a> {
    fn new(of: Services<'a>, position: usize, queue: &mut EventQueue) -> Self {
        let (settings, cuts) = (&of.services[position], of.cuts);
        let window = cuts.window;
        let mut timers = Timers::default();
        let mut sources = Vec::new();
        let own = |requests: &&RequestSettings| requests.service == position;
        for (workload, requests) in (0..).zip(of.requests.iter().filter(own)) {
            let source = RequestSource::new(
                (requests, workload),
                of.streams,
                window.horizon,
                &mut queue.work,
            );
            queue.add_source(source.next.arrived);
            sources.push(source);
        }
        let draw = |distribution, purpose| {
            Draw::new(distribution, of.streams, purpose, settings.name.as_str())
        };
        let controller = &settings.controller;
        let (scaling, needs) = Scaling::new(controller, &mut timers, queue);
        let nodes = match &settings.machines {
            Machines::Nodes(nodes) => Some(nodes),
            _ => None,
        };
        let node_scaler = nodes.and_then(|nodes| {
            let settings = nodes.autoscaler.as_ref()?;
            let timer = timers.take(Owner::Clock(Clock::Scan), queue);
            queue.set(timer, SimTime::ZERO);
            Some(NodeScaler {
                scan: settings.scan,
                rule: Kubernetes::new(settings.rules),
                timer,
                boot: draw(&settings.boot, NODE_BOOT),
                min_nodes: nodes.min_nodes,
                max_nodes: nodes.max_nodes,
            })
        });
        let mut service = Self {
            settings,
            cuts,
            window,
            names: (sources.iter().any(RequestSource::listens)).then(Names::default),
            sources,
            replicas: Replicas::new(settings.concurrency, cuts),
            waiting: Waiting::new(settings, &mut timers, queue),
            expiry: Expiry::new(needs.idle_expiry, controller, &mut timers, queue),
            timers,
            statistics: Statistics::new(cuts, of.cut, settings),
            timeout: settings.timeout.unwrap_or(SimDuration(u64::MAX)),
            watch: needs.latency.then(Watch::default),
            most_replicas: controller.most_replicas(),
            scaling,
            asks_at_requests: needs.requests,
            timeline: of.keep_timeline.then(TimelineBuilder::default),
            now: SimTime::ZERO,
            arrived: 0,
            bound: 0,
            start: draw(&settings.start, REPLICA_START),
            starts: Counter::new(window),
            node_requests: Counter::new(window),
            nodes: nodes.map(|nodes| Nodes::new(nodes, cuts)),
            node_scaler,
            machines: MachineLog::new(settings),
        };
        let replicas = needs.first.unwrap_or(controller.min_replicas);
        service.open(replicas, &mut queue.work);
        service
    }

    /// Requests that have not ended.
    fn in_system(&self) -> u32 {
        self.waiting.gauge.count + self.bound + self.replicas.busy.count
    }

    /// Whether nothing is left to do.
    fn is_over(&self, now: SimTime) -> bool {
        now >= self.window.horizon && self.in_system() == 0
    }

    /// Whether more waits at the horizon than all replicas can serve before simulated time ends. On a replica of its own a
    /// request may take less.
    fn has_too_much(&self) -> bool {
        let places = u128::from(self.most_replicas) * u128::from(self.settings.concurrency);
        let time = LATEST.0.saturating_sub(self.window.horizon.0);
        !self.asks_at_requests && self.waiting.needed(self.timeout) > places * u128::from(time)
    }

    /// Takes the next request of a workload in.
    #[inline(always)]
    fn arrive(&mut self, now: SimTime, workload: usize, queue: &mut EventQueue) {
        let source = &mut self.sources[workload];
        let request = source.next;
        let next = source.draw(&mut queue.work);
        queue.set_source(workload, next);
        self.statistics.arrive(now);
        self.arrived += 1;
        match self.replicas.newest_free() {
            Some(slot) => self.serve(now, request, slot, queue),
            None => self.admit(now, request, queue),
        }
    }

    /// A request takes a free place of a replica.
    #[inline(always)]
    fn serve(&mut self, now: SimTime, request: Request, slot: u32, queue: &mut EventQueue) {
        self.replicas.occupy(now, slot);
        let timer = self.timers.take(Owner::Request(slot), queue);
        self.run(now, request, timer, queue);
    }

    /// The time of a request on its replica begins; the timer fires at its end.
    #[inline(always)]
    fn run(&mut self, now: SimTime, request: Request, timer: Timer, queue: &mut EventQueue) {
        let served = Served {
            arrived: request.arrived,
            start: now,
            end: now + request.service.min(self.timeout),
            timed_out: request.service > self.timeout,
        };
        queue.set(timer, served.end);
        self.statistics.serve(served);
        if let Some(watch) = &mut self.watch {
            watch.begin(timer, served, self.statistics.latency(served));
        }
        if let Some(names) = &mut self.names {
            names.begin(timer, request);
        }
    }

    /// A request ends; its place is the next one's, if one waits.
    #[inline(always)]
    fn end_request(&mut self, now: SimTime, timer: Timer, slot: u32, queue: &mut EventQueue) {
        if let Some(watch) = &mut self.watch {
            watch.end(timer);
        }
        self.answer(now, timer, queue);
        if self.replicas.get(slot).state == State::Ready {
            if let Some(request) = self.waiting.pop(now) {
                self.run(now, request, timer, queue);
                return;
            }
            self.timers.give_back(timer);
            if self.replicas.release(now, slot)
                && let Some(expiry) = &mut self.expiry
            {
                expiry.mind_idle(now, self.replicas.existing.count, queue);
            }
        } else {
            self.timers.give_back(timer);
            if self.replicas.release_draining(now, slot) {
                self.remove(now, slot, queue);
            }
        }
    }

    /// What a timeline shows.
    fn levels(&self) -> Levels<u32> {
        let replicas = &self.replicas;
        Levels {
            provisioning: replicas.starting.count,
            idle: replicas.ready.count - replicas.occupied,
            occupied: replicas.occupied,
            leaving: replicas.leaving(),
            system: 0,
            queued_runs: self.waiting.gauge.count + self.bound,
            queued_nodes: replicas.pending,
        }
    }
}

/// Ranks of events within an instant: docs/targets.md 5.3.
impl Model for Service<'_> {
    fn order(&self, event: Event) -> (u8, u32, u64) {
        let timer = match event {
            Event::Source(workload) => return (4, 0, workload as u64),
            Event::Timer(timer) => timer,
        };
        match self.timers.owner(timer) {
            Owner::Request(slot) => (0, 1, self.replicas.get(slot).id),
            Owner::Boot(node) => (2, 0, u64::from(node)),
            Owner::Start(slot) => (2, 1, self.replicas.get(slot).id),
            Owner::Clock(clock) => match clock {
                // It looks at what was before this instant.
                Clock::Sample(window) => (0, 0, u64::from(window)),
                Clock::Evaluate => (5, 0, 0),
                Clock::Scan => (5, 1, 0),
                Clock::QueueTimeout => (6, 0, 0),
                Clock::Expiry => (6, 1, 0),
            },
        }
    }

    #[inline(always)]
    fn apply(&mut self, now: SimTime, event: Event, queue: &mut EventQueue) {
        match event {
            Event::Source(workload) => self.arrive(now, workload, queue),
            Event::Timer(timer) => match self.timers.owner(timer) {
                Owner::Request(slot) => self.end_request(now, timer, slot, queue),
                Owner::Start(slot) => self.replica_ready(now, slot, queue),
                Owner::Boot(node) => {
                    self.timers.give_back(timer);
                    self.node_ready(now, node, queue);
                }
                Owner::Clock(clock) => self.strike(now, clock, queue),
            },
        }
    }

    #[inline(always)]
    fn decide(&mut self, now: SimTime, _: &mut EventQueue) {
        self.now = now;
        if self.timeline.is_some() {
            let levels = self.levels();
            if let Some(timeline) = &mut self.timeline {
                timeline.push(now, levels);
            }
        }
    }
}
