//! A managed, always-on compute instance: its slots, its queue, its start/stop schedule and idle shutdown. It never scales.
//!
//! Rules: docs/semantics.md sections 2, 4 and 6. Its node-time is slot-time: an instance-second is split over its slots.

mod accounts;

use super::collector::Collector;
use super::fleet::{Images, LeaseTimes};
use super::ledger::{Balancing, Ledger};
use super::progress::Progress;
use super::recorder::Recorder;
use super::run::{Run, RunId};
use super::run_queue::{Queued, RunQueue};
use super::settings::{InstanceSettings, LeaseBilling, OnStop, TargetSettings};
use super::shared::{Ending, Owner, Shared};
use super::wait_clock::WaitClock;
use crate::calendar::WeeklySchedule;
use crate::engine::streams::{Purpose, Streams};
use crate::engine::{EventQueue, Timer};
use crate::results::RunStatus;
use crate::units::{SimDuration, SimTime};
use crate::workload::Draw;

const BOOT: Purpose = Purpose("boot");

/// Whether the virtual machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Stopped,
    Booting,
    On,
}

/// A lease that was closed: from, ready, to, and what its runs took.
type ClosedLease = ([SimTime; 3], LeaseTimes);

/// An instance within one replication. Its timers by part: one a slot, then power (boot or idle shutdown), then schedule.
pub(super) struct Instance {
    target: u32,
    billing: LeaseBilling,
    boot: Draw,
    schedule: Option<WeeklySchedule>,
    on_stop: OnStop,
    idle_shutdown: Option<SimDuration>,
    start_on_submission: bool,
    /// Where it keeps its machine while it is stopped, so that its one lease goes from 0 to its end: begins and ends of
    /// its boots.
    kept: Option<Vec<(SimTime, SimTime)>>,
    power: Power,
    /// Whether the schedule (if any) has it on; off and not stopped, it drains.
    scheduled: bool,
    slots: Vec<Option<RunId>>,
    timers: Vec<Timer>,
    occupied: u32,
    /// Runs submitted to it that have not ended.
    live: u64,
    queue: RunQueue,
    images: Images,
    /// Leases so far.
    leases: u64,
    lease_from: SimTime,
    /// End of the boot that the open lease began with.
    ready: SimTime,
    lease_times: LeaseTimes,
    /// Leases closed after the horizon while nothing has extended the target's end since: it may fall within them.
    provisional: Vec<ClosedLease>,
    idle_since: SimTime,
    ledger: Ledger,
    progress: Progress,
    pub(super) collector: Collector,
    clock: WaitClock,
    extends: bool,
}

impl Instance {
    pub(super) fn new<R: Recorder>(
        target: u32,
        common: &TargetSettings,
        settings: &InstanceSettings,
        streams: Streams,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> Self {
        let scheduled = settings
            .schedule
            .as_ref()
            .is_none_or(|schedule| schedule.is_open(SimTime::ZERO));
        let new_timer = |part| {
            let timer = queue.add_timer();
            shared.own(timer, Owner::Target { target, part });
            timer
        };
        let timers = (0..settings.slots + 2).map(new_timer).collect();
        let instance = Self {
            target,
            billing: common.billing,
            boot: Draw::new(&settings.boot, streams, BOOT, &common.name),
            schedule: settings.schedule.clone(),
            on_stop: settings.on_stop,
            idle_shutdown: settings.idle_shutdown,
            start_on_submission: settings.start_on_submission,
            kept: settings.allocated_while_stopped.then(Vec::new),
            power: if scheduled { Power::On } else { Power::Stopped },
            scheduled,
            slots: vec![None; settings.slots as usize],
            timers,
            occupied: 0,
            live: 0,
            queue: RunQueue::default(),
            images: Images::default(),
            leases: 0,
            lease_from: SimTime::ZERO,
            ready: SimTime::ZERO,
            lease_times: LeaseTimes::default(),
            provisional: Vec::new(),
            idle_since: SimTime::ZERO,
            ledger: Ledger::new(&shared.cuts, Balancing::Always)
                .of_instance()
                .keeping_hours(common.keep_hours),
            progress: Progress::new(0),
            collector: Collector::new(shared.window),
            clock: WaitClock::default(),
            extends: false,
        };
        instance.set_next_tick(SimTime::ZERO, queue);
        instance
    }

    fn power_timer(&self) -> Timer {
        self.timers[self.slots.len()]
    }

    fn schedule_timer(&self) -> Timer {
        self.timers[self.slots.len() + 1]
    }

    pub(super) fn slot_count(&self) -> u32 {
        u32::try_from(self.slots.len()).expect("the slots were counted by a u32")
    }

    /// Rank within an instant, and id, of the event a part's timer stands for.
    pub(super) fn order(&self, part: u32) -> (u8, u64) {
        let rank = if part < self.slot_count() {
            0
        } else if part > self.slot_count() {
            5
        } else if self.power == Power::Booting {
            2
        } else {
            6
        };
        (rank, u64::from(part))
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
        u64::from(self.occupied) + self.queue.nodes()
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
        part: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if part < self.slot_count() {
            self.end_slot(now, part, None, shared);
        } else if self.is_over(now, shared) {
            // Neither schedule nor idle shutdown changes anything any more.
        } else if part > self.slot_count() {
            self.tick(now, shared, queue);
        } else if self.power == Power::Booting {
            self.booted(now);
        } else if self.is_idle() {
            // A submission at this very tick, which ranks before, would have saved it.
            self.stop(now, shared, queue);
        }
    }

    fn is_idle(&self) -> bool {
        self.occupied == 0 && self.queue.is_empty()
    }

    /// Whether the target's own end has passed: no run is left and none can come, or it was given up.
    fn is_over<R: Recorder>(&self, now: SimTime, shared: &Shared<R>) -> bool {
        (now >= shared.window.horizon && self.live == 0) || self.progress.given_up().is_some()
    }

    /// The run in a slot ends: by itself, or with the status given.
    fn end_slot<R: Recorder>(
        &mut self,
        now: SimTime,
        slot: u32,
        status: Option<RunStatus>,
        shared: &mut Shared<R>,
    ) {
        let id = self.slots[slot as usize]
            .take()
            .expect("a slot with a timer has a run");
        let run = &shared.runs[id];
        let by_itself = if run.exceeds_limit {
            RunStatus::Canceled
        } else {
            RunStatus::Completed
        };
        let ending = Ending {
            run: id,
            status: status.unwrap_or(by_itself),
            now,
        };
        self.end_run(ending, shared);
        self.occupied -= 1;
        self.live -= 1;
        self.progress.make();
        self.idle_since = now;
        self.extends = true;
    }

    fn set_next_tick(&self, now: SimTime, queue: &mut EventQueue) {
        if let Some(at) = self
            .schedule
            .as_ref()
            .and_then(|schedule| schedule.next_change(now))
        {
            queue.set(self.schedule_timer(), at);
        }
    }

    /// The schedule turns it on or off.
    fn tick<R: Recorder>(&mut self, now: SimTime, shared: &mut Shared<R>, queue: &mut EventQueue) {
        self.set_next_tick(now, queue);
        self.scheduled = !self.scheduled;
        match (self.scheduled, self.power) {
            (true, Power::Stopped) => self.start(now, queue),
            (false, Power::Booting) => self.stop(now, shared, queue),
            (false, Power::On) if self.on_stop == OnStop::Cancel => {
                for slot in 0..self.slot_count() {
                    if self.slots[slot as usize].is_some() {
                        queue.park(self.timers[slot as usize]);
                        self.end_slot(now, slot, Some(RunStatus::Canceled), shared);
                    }
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, now: SimTime, queue: &mut EventQueue) {
        self.ledger.count_spin_ups(now, 1);
        self.ready = now + self.boot.draw();
        if let Some(boots) = &mut self.kept {
            boots.push((now, self.ready));
        } else {
            self.lease_times = LeaseTimes::default();
            self.lease_from = if self.billing.boot { now } else { self.ready };
        }
        if self.ready == now {
            self.booted(now);
        } else {
            self.power = Power::Booting;
            queue.set(self.power_timer(), self.ready);
        }
    }

    fn booted(&mut self, now: SimTime) {
        self.power = Power::On;
        self.idle_since = now;
    }

    fn stop<R: Recorder>(&mut self, now: SimTime, shared: &mut Shared<R>, queue: &mut EventQueue) {
        queue.park(self.power_timer());
        self.power = Power::Stopped;
        self.judge(now, shared);
        if let Some(boots) = &mut self.kept {
            if let Some((_, ready)) = boots.last_mut() {
                *ready = now.min(*ready);
            }
            return;
        }
        let closed = ([self.lease_from, self.ready, now], self.lease_times);
        if now <= self.lease_from && !self.billing.boot {
            // It was stopped during a boot that is not billed.
            return;
        }
        if now > shared.window.horizon {
            self.provisional.push(closed);
        } else {
            self.record_lease(closed, shared);
        }
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
        if self.power == Power::Stopped && wanted && self.start_on_submission {
            self.start(now, queue);
        }
        if self.power == Power::On {
            if self.scheduled {
                self.dispatch(now, shared, queue);
            } else if self.occupied == 0 {
                self.stop(now, shared, queue);
            }
        }
        self.set_idle_shutdown(now, shared, queue);
        self.ledger.hold(now, self.held());
        self.clock.turn(now, self.cause());
        if std::mem::take(&mut self.extends) {
            self.commit_leases(shared);
            self.ledger.extend(now);
        }
        if R::DETAILED {
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
        while self.occupied < self.slot_count() {
            let Some(Queued { run: id, .. }) = self.queue.head() else {
                return;
            };
            self.queue.pop();
            let free = self
                .slots
                .iter()
                .position(Option::is_none)
                .expect("fewer slots are occupied than there are");
            let slot = u32::try_from(free).expect("the slots were counted by a u32");
            let run = &mut shared.runs[id];
            let pulls = run
                .submission
                .environment
                .is_some_and(|image| self.images.pull(image));
            run.assign(now, (slot, pulls), self.clock.read(now));
            queue.set(self.timers[free], run.ends());
            self.slots[free] = Some(id);
            self.occupied += 1;
        }
    }

    /// Idle shutdown falls when there was no assigned or queued run for its time.
    fn set_idle_shutdown<R: Recorder>(
        &self,
        now: SimTime,
        shared: &Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Some(limit) = self.idle_shutdown else {
            return;
        };
        if self.power == Power::On {
            let idle = self.is_idle() && !self.is_over(now, shared);
            queue.set(
                self.power_timer(),
                if idle {
                    self.idle_since + limit
                } else {
                    SimTime::NEVER
                },
            );
        }
    }
}
