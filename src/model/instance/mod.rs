//! A managed, always-on compute instance: its queue, its start/stop schedule and idle shutdown. It never scales.
//!
//! Its machine is a fleet of one node, with slots. Its node-time is slot-time: an instance-second is split over its slots.
//! Rules: docs/semantics.md sections 2, 4 and 6.

mod accounts;

use super::collector::Collector;
use super::fleet::{Fleet, Lease, NodeState, Power, Slot, Switch, Use};
use super::ledger::Balancing;
use super::parts::{Part, RANK_END, RANK_TICK};
use super::progress::Progress;
use super::recorder::Recorder;
use super::run::{Run, RunId};
use super::run_queue::{Queued, RunQueue};
use super::settings::{ClusterSettings, InstanceSettings, OnStop, TargetSettings};
use super::shared::{Ending, Shared};
use super::wait_clock::WaitClock;
use crate::calendar::WeeklySchedule;
use crate::engine::streams::Streams;
use crate::engine::{EventQueue, Timer};
use crate::results::RunStatus;
use crate::units::SimTime;

/// The place of its node in the fleet, which has no other.
const MACHINE: u32 = 0;

/// An instance within one replication.
pub(super) struct Instance {
    target: u32,
    fleet: Fleet,
    switch: Switch,
    schedule: Option<WeeklySchedule>,
    schedule_timer: Timer,
    on_stop: OnStop,
    start_on_submission: bool,
    /// Where it keeps its machine while it is stopped, so that its one lease goes from 0 to its end: begins and ends of
    /// its boots.
    kept: Option<Vec<(SimTime, SimTime)>>,
    /// Whether the schedule (if any) has it on; off and not stopped, it drains.
    scheduled: bool,
    /// Runs submitted to it that have not ended.
    live: u64,
    queue: RunQueue,
    progress: Progress,
    pub(super) collector: Collector,
    clock: WaitClock,
}

impl Instance {
    pub(super) fn new<R: Recorder>(
        target: u32,
        common: &TargetSettings,
        settings: &InstanceSettings,
        streams: Streams,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> Self {
        let schedule = settings.schedule.as_ref();
        let scheduled = schedule.is_none_or(|schedule| schedule.is_open(SimTime::ZERO));
        let machine = ClusterSettings {
            boot: settings.boot.clone(),
            ..ClusterSettings::new(1, 1)
        };
        let kind = (common, Balancing::Always);
        let fleet = Fleet::new(target, kind, &machine, streams, shared);
        let power_timer = shared.new_timer(target, Part::Power, queue);
        let mut instance = Self {
            target,
            fleet: fleet.of_instance(settings.slots),
            switch: Switch::new(settings.idle_shutdown, power_timer),
            schedule: settings.schedule.clone(),
            schedule_timer: shared.new_timer(target, Part::Clock, queue),
            on_stop: settings.on_stop,
            start_on_submission: settings.start_on_submission,
            kept: settings.allocated_while_stopped.then(Vec::new),
            scheduled,
            live: 0,
            queue: RunQueue::default(),
            progress: Progress::new(0),
            collector: Collector::new(shared.window)
                .limited(shared.window, common.max_run_duration)
                .by_week(shared.week.as_ref()),
            clock: WaitClock::default(),
        };
        instance
            .fleet
            .add_node(SimTime::ZERO, Use::Runs, shared, queue);
        if scheduled {
            instance.booted();
        } else {
            instance.fleet.nodes[MACHINE].state = instance.off_state();
        }
        instance.set_next_tick(SimTime::ZERO, queue);
        instance
    }

    /// Whether its machine is there while it is off.
    fn off_state(&self) -> NodeState {
        if self.kept.is_some() {
            NodeState::Idle
        } else {
            NodeState::Gone
        }
    }

    pub(super) fn slot_count(&self) -> u32 {
        self.fleet.slots
    }

    /// Rank within an instant, and id, of the event a part's timer stands for.
    pub(super) fn order(&self, part: Part) -> (u8, u64) {
        match part {
            Part::Node(_) => (RANK_END, 0),
            Part::Slot(_, further) => (RANK_END, u64::from(further) + 1),
            Part::Power => (self.switch.power.rank(), 0),
            _ => (RANK_TICK, 0),
        }
    }

    /// A run that may use it is submitted; it joins the queue when its image is ready.
    #[inline]
    pub(super) fn expect(&mut self) {
        self.live += 1;
    }

    /// A run that might have used it went elsewhere.
    pub(super) fn forgo(&mut self) {
        self.live -= 1;
    }

    /// Slots that its runs hold and wait for.
    pub(super) fn demand(&self) -> u64 {
        u64::from(self.fleet.occupied) + self.queue.nodes()
    }

    /// A run joins the queue; whether there is anything to decide.
    #[inline(never)]
    pub(super) fn enqueue(&mut self, now: SimTime, (id, run): (RunId, &mut Run)) -> bool {
        self.queue.join((id, run), self.clock.read(now));
        if self.progress.given_up().is_none() {
            self.progress.make();
        }
        true
    }

    /// The timer of a part fires.
    #[inline(never)]
    pub(super) fn fire<R: Recorder>(
        &mut self,
        now: SimTime,
        part: Part,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        match part {
            Part::Node(_) | Part::Slot(..) => {
                let id = self.fleet.slot_of(part).run.take();
                let run = id.expect("a slot with a timer has a run");
                let status = shared.runs[run].own_end();
                self.leave(Ending { run, status, now }, shared);
            }
            // Neither schedule nor idle shutdown changes anything any more.
            _ if self.is_over(now, shared) => {}
            Part::Power if self.switch.power == Power::Starting => self.booted(),
            // A submission at this very tick, which ranks before, would have saved it.
            Part::Power if self.is_idle() => self.stop(now, shared, queue),
            Part::Power => {}
            _ => self.tick(now, shared, queue),
        }
    }

    fn is_idle(&self) -> bool {
        self.fleet.occupied == 0 && self.queue.is_empty()
    }

    /// Whether the target's own end has passed: no run is left and none can come, or it was given up.
    fn is_over<R: Recorder>(&self, now: SimTime, shared: &Shared<R>) -> bool {
        (now >= shared.window.horizon && self.live == 0) || self.progress.given_up().is_some()
    }

    /// A run ends that has left its slot.
    fn leave<R: Recorder>(&mut self, ending: Ending, shared: &mut Shared<R>) {
        self.end_run(ending, shared);
        self.fleet.vacate(MACHINE, 1);
        if self.fleet.occupied == 0 {
            self.fleet.nodes[MACHINE].state = NodeState::Idle;
        }
        self.live -= 1;
        self.progress.make();
        self.fleet.extended_at = ending.now;
    }

    fn set_next_tick(&self, now: SimTime, queue: &mut EventQueue) {
        let schedule = self.schedule.as_ref();
        if let Some(at) = schedule.and_then(|schedule| schedule.next_change(now)) {
            queue.set(self.schedule_timer, at);
        }
    }

    /// The schedule turns it on or off.
    fn tick<R: Recorder>(&mut self, now: SimTime, shared: &mut Shared<R>, queue: &mut EventQueue) {
        self.set_next_tick(now, queue);
        self.scheduled = !self.scheduled;
        match (self.scheduled, self.switch.power) {
            (true, Power::Off) => self.start(now, queue),
            (false, Power::Starting) => self.stop(now, shared, queue),
            (false, Power::On) if self.on_stop == OnStop::Cancel => {
                let slots = self.fleet.nodes[MACHINE].slots_mut();
                let take = |slot: &mut Slot| Some((slot.run.take()?, slot.timer));
                for (run, timer) in slots.filter_map(take).collect::<Vec<_>>() {
                    queue.park(timer);
                    let status = RunStatus::Canceled;
                    self.leave(Ending { run, status, now }, shared);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, now: SimTime, queue: &mut EventQueue) {
        let fleet = &mut self.fleet;
        fleet.ledger.count_spin_ups(now, 1);
        let ready = now + fleet.boot.draw();
        fleet.nodes[MACHINE].state = NodeState::Preparing;
        if let Some(boots) = &mut self.kept {
            boots.push((now, ready));
        } else {
            let id = fleet.nodes[MACHINE].lease.id;
            fleet.nodes[MACHINE].lease = Lease::new(id, now);
            fleet.set_ready(MACHINE, now, ready);
            let lease = &mut fleet.nodes[MACHINE].lease;
            lease.requested = lease.billed_from;
        }
        if ready == now {
            self.booted();
        } else {
            self.switch.start(ready, queue);
        }
    }

    fn booted(&mut self) {
        self.switch.power = Power::On;
        self.fleet.nodes[MACHINE].state = NodeState::Idle;
    }

    fn stop<R: Recorder>(&mut self, now: SimTime, shared: &mut Shared<R>, queue: &mut EventQueue) {
        self.switch.stop(queue);
        self.judge(now, shared);
        if let Some(boots) = &mut self.kept {
            if let Some((_, ready)) = boots.last_mut() {
                *ready = now.min(*ready);
            }
        } else {
            self.fleet.suspend(MACHINE, now, shared);
        }
        self.fleet.nodes[MACHINE].state = self.off_state();
    }

    /// Starts if a queued run may start it, dispatches, stops if it has drained, and sets the idle shutdown.
    #[inline(never)]
    pub(super) fn decide<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let wanted = self.scheduled && !self.queue.is_empty();
        if self.switch.power == Power::Off && wanted && self.start_on_submission {
            self.start(now, queue);
        }
        if self.switch.power == Power::On {
            if self.scheduled {
                self.dispatch(now, shared, queue);
            } else if self.fleet.occupied == 0 {
                self.stop(now, shared, queue);
            }
        }
        if self.switch.power == Power::On {
            let use_now = (self.is_idle(), self.is_over(now, shared));
            if self.switch.watch_use(now, use_now, queue) {
                self.stop(now, shared, queue);
            }
        }
        self.fleet.ledger.hold(now, self.held());
        self.clock.turn(now, self.cause());
        if self.fleet.extended_at == now {
            self.fleet.commit_leases(now, shared);
        }
        self.fleet.extend(now);
        if shared.recorder.keeps_levels() {
            shared
                .recorder
                .levels(self.target as usize, now, self.levels());
        }
    }

    #[inline]
    fn dispatch<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        while self.fleet.occupied < self.slot_count() {
            let Some(Queued { run: id, .. }) = self.queue.head() else {
                return;
            };
            self.queue.pop();
            let run = &mut shared.runs[id];
            let (_, pulls) = self.fleet.occupy(MACHINE, run.submission.environment);
            run.assign(now, (MACHINE, pulls), self.clock.read(now));
            let ends = run.ends();
            let slot = self.fleet.free_slot(MACHINE, shared, queue);
            slot.run = Some(id);
            queue.set(slot.timer, ends);
            self.fleet.occupied += 1;
        }
    }
}
