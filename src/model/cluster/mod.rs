//! A cluster of nodes that a policy scales: a managed compute cluster, or the pool of an attached target.
//!
//! Its machines are a [`Fleet`]. A managed cluster scales with its queue at the end of each instant; others are asked at
//! their own evaluation times, and may be switched off. Rules: docs/semantics.md sections 2, 3 and 6, docs/targets.md section 3.

mod accounts;
mod backfill;
mod blocked;
mod capacity;
mod dispatch;
mod evaluation;
mod loss;
mod one_run;
mod policy;
mod power;
mod quota;
mod runs;
mod scaling;
mod stall;

use super::collector::Collector;
use super::elasticity::Meter;
use super::fleet::{Fleet, NodeState, Power};
use super::ledger::Balancing;
use super::node_loss::NodeLoss;
use super::parts::{Part, RANK_END, RANK_LAST, RANK_NODE_GONE, RANK_READY, RANK_TICK};
use super::progress::Progress;
use super::recorder::Recorder;
use super::run::{Run, RunId};
use super::run_queue::RunQueue;
use super::settings::{ClusterSettings, Deallocation, TargetSettings};
use super::shared::Shared;
use super::wait_clock::WaitClock;
use crate::autoscale::QueueDriven;
use crate::discipline::Discipline;
use crate::engine::streams::Streams;
use crate::engine::{EventQueue, Timer};
use crate::units::{SimDuration, SimTime};
use capacity::Capacity;
use policy::Policy;

/// How a cluster comes by the nodes that it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Supply {
    /// It asks for them in its own pass.
    OwnPass,
    /// Quotas bind it: it asks for nodes only when quota is given out.
    GivenOut,
    /// Each node lives for one run, and is there when the run starts.
    OneRun,
}

/// When the next idle node reaches its limit.
#[derive(Clone, Copy, Debug)]
struct IdleLimit {
    timer: Timer,
    /// What the timer was last set to.
    due: SimTime,
}

/// A cluster within one replication.
pub(super) struct Cluster {
    target: u32,
    min_nodes: u32,
    max_nodes: u32,
    /// Most nodes a run may ask for: `max_nodes`, or what quotas or its policy leave.
    most_nodes: u32,
    /// Most nodes that it ever wants, whatever quotas leave.
    most_wanted: u32,
    supply: Supply,
    max_run_duration: Option<SimDuration>,
    /// Whether it has the same nodes from the start to the end, so that no pass asks for any or lets any go.
    has_fixed_nodes: bool,
    /// Whether all nodes are alike, none is ever marked or lives for one run only, and no run is a background one.
    is_plain: bool,
    discipline: Discipline,
    /// Mean time from the request of a node until it is ready, for plans.
    mean_provisioning: SimDuration,
    /// Nodes that quotas allow beyond those it has, where it plans.
    within_quota: u32,
    /// Who decides, where it is not the queue; it has its own evaluation times.
    policy: Option<Box<Policy>>,
    capacity: Option<Box<Capacity>>,
    /// Who decides else.
    queue_driven: QueueDriven,
    /// The timer of the end of the time for which it keeps nodes to spare.
    spare: Option<Timer>,
    /// The next idle limit; none where idle nodes stay until its policy lets them go, or for ever.
    idle_limit: Option<IdleLimit>,
    fleet: Fleet,
    /// Runs submitted that may still use it and have not ended.
    live: u64,
    queue: RunQueue,
    clock: WaitClock,
    /// The timer of losses that a log tells.
    log: Option<Timer>,
    progress: Progress,
    pub(super) collector: Collector,
    meter: Meter,
    /// Least time that a node boots and is billed for it.
    boot: SimDuration,
}

/// Whether nothing but limits of its size makes a cluster ask for nodes or let any go.
fn keeps_nodes(settings: &ClusterSettings) -> bool {
    settings.policy.is_none()
        && settings.spare_nodes == 0
        && !settings.one_run
        && settings.loss == NodeLoss::Never
}

impl Cluster {
    pub(super) fn new<R: Recorder>(
        target: u32,
        (common, quota): (&TargetSettings, Option<u32>),
        (settings, balancing): (&ClusterSettings, Balancing),
        streams: Streams,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> Self {
        let mut new_timer = |part| shared.new_timer(target, part, queue);
        let name = &common.name;
        let policy = settings.policy.as_deref();
        let policy =
            policy.map(|policy| Box::new(Policy::new(policy, (streams, name), &mut new_timer)));
        let capacity = Capacity::new(settings, (streams, name), &mut new_timer).map(Box::new);
        let spare = (settings.spare_nodes > 0).then(|| new_timer(Part::Spare));
        let has_one_size = settings.min_nodes == settings.max_nodes
            && settings.capacity.is_empty()
            && quota.is_none();
        let idle_limit = (policy.is_none() && !has_one_size).then(|| IdleLimit {
            timer: new_timer(Part::IdleLimit),
            due: SimTime::NEVER,
        });
        let most = settings.most_nodes();
        let mut cluster = Self {
            target,
            min_nodes: settings.min_nodes,
            max_nodes: settings.max_nodes,
            most_nodes: most.min(quota.unwrap_or(u32::MAX)),
            most_wanted: most,
            supply: match quota {
                _ if settings.one_run => Supply::OneRun,
                Some(_) => Supply::GivenOut,
                None => Supply::OwnPass,
            },
            max_run_duration: common.max_run_duration,
            has_fixed_nodes: has_one_size && keeps_nodes(settings),
            is_plain: settings.low_priority_nodes == 0
                && settings.policy.is_none()
                && !settings.one_run
                && !common.unmanaged,
            discipline: settings.discipline,
            mean_provisioning: settings.allocation.mean() + settings.boot.mean(),
            within_quota: u32::MAX,
            progress: Progress::new(policy.as_ref().map_or(0, |policy| policy.look_back())),
            policy,
            capacity,
            queue_driven: QueueDriven::new(
                settings.spare_nodes,
                settings.idle_before_scale_down.mean(),
            ),
            spare,
            idle_limit,
            fleet: Fleet::new(target, (common, balancing), settings, streams, shared),
            live: 0,
            queue: RunQueue::default(),
            clock: WaitClock::default(),
            log: None,
            collector: Collector::new(shared.window)
                .limited(shared.window, common.max_run_duration)
                .by_week(shared.week.as_ref()),
            meter: Meter::new(shared.window),
            boot: if common.billing.boot && !common.unmanaged {
                settings.boot.least()
            } else {
                SimDuration::ZERO
            },
        };
        cluster.turn_capacity(SimTime::ZERO, queue);
        if cluster.policy.is_some() {
            cluster.begin_on(shared, queue);
        } else {
            cluster.begin_ready(shared, queue);
        }
        cluster.watch_log(shared, queue);
        cluster
    }

    /// The nodes that it has at all times are ready from the start.
    fn begin_ready<R: Recorder>(&mut self, shared: &mut Shared<R>, queue: &mut EventQueue) {
        let counts = self.fleet.more(self.min_nodes);
        for used in counts.low_first() {
            if !queue.work.step() {
                break;
            }
            let place = self.fleet.add_node(SimTime::ZERO, used, shared, queue);
            self.fleet.begin_life(place, SimTime::ZERO, queue);
        }
    }

    /// Whether nodes may be taken away from its runs.
    pub(super) fn loses_nodes(&self) -> bool {
        self.fleet.losses.is_some()
    }

    /// Most nodes a run may ask for.
    #[inline(always)]
    pub(super) fn most_nodes(&self) -> u32 {
        self.most_nodes
    }

    /// Nodes on which it can have runs at one time, unless it ends runs itself or lets their nodes go only with them.
    pub(super) fn most_at_work(&self) -> Option<u32> {
        let deallocation = self.policy.as_ref().map(|policy| policy.deallocation);
        match deallocation {
            None => Some(self.most_nodes),
            Some(Deallocation::IdleOnly | Deallocation::Requeue) => Some(self.max_nodes),
            Some(Deallocation::Terminate | Deallocation::TaskCompletion) => None,
        }
    }

    /// Rank within an instant, and id, of the event a timer stands for.
    pub(super) fn order(&self, part: Part) -> (u8, u64) {
        let place = match part {
            Part::Node(place) | Part::Slot(place, _) => place,
            Part::Life(place) => return (RANK_NODE_GONE, self.fleet.nodes[place].lease.id),
            Part::Log => return (RANK_NODE_GONE, 0),
            Part::Power => return (self.power().rank(), 0),
            Part::Spare | Part::IdleLimit => return (RANK_LAST, 0),
            Part::Evaluation => return (RANK_TICK, 0),
            Part::Clock => return (RANK_TICK, 1),
        };
        let node = &self.fleet.nodes[place];
        let rank = match node.state {
            NodeState::Occupied => RANK_END,
            NodeState::Preparing => RANK_READY,
            NodeState::Leaving | NodeState::Gone => RANK_NODE_GONE,
            NodeState::Idle => RANK_LAST,
        };
        (rank, node.lease.id)
    }

    /// A run joins the queue; whether there is anything to decide. Behind a blocked head of a cluster that is as large as it
    /// may be there is not, which spares an overloaded cluster a pass for each submission.
    #[inline(always)]
    pub(super) fn enqueue(&mut self, now: SimTime, (id, run): (RunId, &mut Run)) -> bool {
        let becomes_head = self.queue.join((id, run), self.clock.read(now));
        if self.policy.is_some() {
            self.progress.make();
            return true;
        }
        let decides = becomes_head || self.fleet.size() < self.max_nodes || self.plans();
        if !decides {
            self.measure(now);
        }
        decides
    }

    /// Notes what its runs need, and which nodes they could have, from now on.
    #[inline(always)]
    fn measure(&mut self, now: SimTime) {
        let fleet = &self.fleet;
        let ready = fleet.idle.len() + fleet.occupied + fleet.marked;
        let demand = self.demand() + u64::from(fleet.marked);
        self.meter.hold(now, demand, ready);
    }

    /// A timer fires: the state of its node says what that means, unless it is another part's.
    #[inline(always)]
    pub(super) fn fire<R: Recorder>(
        &mut self,
        now: SimTime,
        part: Part,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Part::Node(place) = part else {
            self.fire_other(now, part, shared, queue);
            return;
        };
        match self.fleet.nodes[place].state {
            NodeState::Occupied => self.finish_run(now, place, shared, queue),
            NodeState::Preparing => self.fleet.node_ready(place, now, queue),
            NodeState::Leaving => self.fleet.gone(place),
            // It was lost at this very tick.
            NodeState::Idle | NodeState::Gone => {}
        }
    }

    /// A timer fires that belongs to no node.
    #[cold]
    #[inline(never)]
    fn fire_other<R: Recorder>(
        &mut self,
        now: SimTime,
        part: Part,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        match part {
            Part::Power if self.power() == Power::Starting => self.begin(now, queue),
            _ if self.is_over(now, shared) => {}
            Part::Power => self.stop_if_unused(now, shared, queue),
            Part::Evaluation => self.reach_evaluation(now, queue),
            Part::Life(place) => self.lose(now, place, shared, queue),
            Part::Log => self.lose_by_log(now, shared, queue),
            Part::Clock => self.turn_capacity(now, queue),
            // The pass of this instant reads that the time is over.
            Part::Spare | Part::IdleLimit => {}
            Part::Node(_) | Part::Slot(..) => unreachable!("nodes have parts of their own"),
        }
    }

    /// Whether the target's own end has passed: no run is left that may use it and none can come, or it was given up.
    fn is_over<R: Recorder>(&self, now: SimTime, shared: &Shared<R>) -> bool {
        (now >= shared.window.horizon && self.live == 0) || self.progress.given_up().is_some()
    }

    /// A run that may use it is submitted.
    #[inline(always)]
    pub(super) fn expect(&mut self) {
        self.live += 1;
    }

    /// A run that might have used it went elsewhere.
    pub(super) fn forgo(&mut self) {
        self.live -= 1;
    }

    /// Nodes that its runs hold, without marked ones, and wait for.
    #[inline(always)]
    pub(super) fn demand(&self) -> u64 {
        u64::from(self.fleet.occupied) + self.queue.nodes()
    }

    /// One pass: dispatch, scale up, release; then when the next idle node reaches its limit.
    #[inline(always)]
    pub(super) fn decide<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.fleet.idle.settle();
        if self.policy.is_some() {
            self.decide_by_policy(now, shared, queue);
        } else {
            self.dispatch(now, shared, queue);
            self.follow_queue(now, shared, queue);
        }
        self.close_pass(now, shared, queue);
    }

    /// After the decisions of an instant: the next idle limit, accounts, and what the queue waits for.
    #[inline(always)]
    pub(super) fn close_pass<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.await_idle_limit(now, queue);
        let head = self.queue.head().map_or(0, |head| head.nodes);
        self.fleet.close_instant(now, head, self.min_nodes);
        self.clock.turn(now, self.blocked());
        self.measure(now);
        if shared.recorder.keeps_levels() {
            shared
                .recorder
                .levels(self.target as usize, now, self.levels());
        }
    }
}
