//! A pool of nodes that a controller of its own scales, asked at its own times: Databricks, `HDInsight`, Synapse Spark, Azure
//! Batch, Kubernetes. Rules: docs/targets.md sections 3 and 4.
//!
//! Facts and assumptions about each service's controller are in the files of `autoscale`. Common to all (Azure Machine
//! Learning documentation, articles/machine-learning/how-to-attach-compute-targets.md): the workspace does not create, scale
//! or delete an attached target. Assumed: runs are dispatched as on a cluster, first in, first out, one to a node.

mod accounts;
mod control;
mod idle;
mod power;
mod runs;
mod scaling;
mod stall;

use super::collector::Collector;
use super::ledger::{Balancing, Ledger};
use super::loss::Losses;
use super::node::{NodeState, Nodes};
use super::progress::Progress;
use super::recorder::Recorder;
use super::run::{Run, RunId};
use super::run_queue::RunQueue;
use super::settings::{
    Deallocation, LeaseBilling, NodeLoss, PoolController, PoolSettings, TargetSettings,
};
use super::shared::{Owner, Shared};
use super::wait_clock::WaitClock;
use crate::autoscale::batch;
use crate::engine::streams::{Purpose, Streams};
use crate::engine::{EventQueue, Timer, Work};
use crate::units::{SimDuration, SimTime};
use crate::workload::Draw;
use control::Control;
use idle::IdleList;
use power::Power;

const ALLOCATION: Purpose = Purpose("allocation");
const BOOT: Purpose = Purpose("boot");
const CREATION: Purpose = Purpose("creation");
const OPERATION: Purpose = Purpose("scaling operation");

/// Parts from here on are the lives of nodes; below are the nodes.
const FIRST_LIFE: u32 = 1 << 30;
/// The part that is the end of a start, or the stop.
const POWER_PART: u32 = u32::MAX;
/// The part that is the next evaluation.
const EVALUATION_PART: u32 = u32::MAX - 1;

/// Position of dedicated nodes among the tiers.
const DEDICATED: usize = 0;
/// Position of low-priority nodes among the tiers.
const LOW: usize = 1;

/// What a pool knows of a node beyond what all nodes have.
#[derive(Clone, Copy, Debug, Default)]
struct Tag {
    tier: usize,
    /// Whether it goes when its run ends.
    marked: bool,
    /// Whether it belongs to the pool and takes no run.
    system_nodes: bool,
}

/// The nodes of one tier that take runs and are not marked, and the accounts of all its nodes.
#[derive(Debug)]
struct Tier {
    provisioning: u32,
    idle: u32,
    occupied: u32,
    ledger: Ledger,
}

impl Tier {
    fn size(&self) -> u32 {
        self.provisioning + self.idle + self.occupied
    }
}

/// A pool within one replication.
pub(super) struct Pool {
    target: u32,
    min_nodes: u32,
    max_nodes: u32,
    /// Most nodes a run may ask for.
    most_nodes: u32,
    system_nodes: u32,
    low_priority_nodes: u32,
    max_run_duration: Option<SimDuration>,
    billing: LeaseBilling,
    creation: Draw,
    stop_after_idle: Option<SimDuration>,
    evaluation_interval: SimDuration,
    allocation: Draw,
    boot: Draw,
    scaling_operation: Option<Draw>,
    deallocation: Deallocation,
    power: Power,
    power_timer: Timer,
    evaluation_timer: Timer,
    control: Control,
    /// Whether an evaluation falls into this instant.
    evaluates: bool,
    /// The last evaluation of a pool that was given up, as long as it is not evaluated.
    paused: Option<SimTime>,
    progress: Progress,
    /// Nodes that went.
    withdrawn: u64,
    /// When the scaling operation under way is over.
    operating_until: SimTime,
    /// Queued and running nodes after the last pass.
    tasks: u64,
    /// Since when it is on without any assigned or queued run.
    unused_since: Option<SimTime>,
    nodes: Nodes,
    /// By place of the node.
    tags: Vec<Tag>,
    idle: IdleList,
    tiers: [Tier; 2],
    /// Nodes that go when their run ends.
    marked: u32,
    losses: Option<Losses>,
    /// Whether low-priority nodes were lost in this instant.
    lost_nodes: bool,
    /// Runs submitted that may still use it and have not ended.
    live: u64,
    queue: RunQueue,
    clock: WaitClock,
    pub(super) collector: Collector,
    nodes_evicted: u64,
    /// Whether something happened in this instant that extends the target's end.
    extends: bool,
}

impl Pool {
    pub(super) fn new<R: Recorder>(
        target: u32,
        common: &TargetSettings,
        settings: &PoolSettings,
        streams: Streams,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> Self {
        let draw = |distribution, purpose| Draw::new(distribution, streams, purpose, &common.name);
        let mut new_timer = |part| {
            let timer = queue.add_timer();
            shared.own(timer, Owner::Target { target, part });
            timer
        };
        let (power_timer, evaluation_timer) = (new_timer(POWER_PART), new_timer(EVALUATION_PART));
        let tier = |keep_hours| Tier {
            provisioning: 0,
            idle: 0,
            occupied: 0,
            ledger: Ledger::new(&shared.cuts, Balancing::None).keeping_hours(keep_hours),
        };
        let loss = NodeLoss::Rate(settings.low_priority_losses_per_hour);
        let operation = settings.scaling_operation.as_ref();
        let mut pool = Self {
            target,
            min_nodes: settings.min_nodes,
            max_nodes: settings.max_nodes,
            most_nodes: most_nodes(settings),
            system_nodes: settings.system_nodes,
            low_priority_nodes: settings.low_priority_nodes,
            max_run_duration: common.max_run_duration,
            billing: common.billing,
            creation: draw(&settings.creation, CREATION),
            stop_after_idle: settings.stop_after_idle,
            evaluation_interval: settings.evaluation_interval,
            allocation: draw(&settings.allocation, ALLOCATION),
            boot: draw(&settings.boot, BOOT),
            scaling_operation: operation.map(|operation| draw(operation, OPERATION)),
            deallocation: settings.deallocation,
            power: Power::Off,
            power_timer,
            evaluation_timer,
            control: Control::new(&settings.controller, SimTime::ZERO),
            evaluates: false,
            paused: None,
            progress: Progress::new(look_back(settings)),
            withdrawn: 0,
            operating_until: SimTime::ZERO,
            tasks: 0,
            unused_since: None,
            nodes: Nodes::default(),
            tags: Vec::new(),
            idle: IdleList::default(),
            tiers: [tier(common.keep_hours), tier(None)],
            marked: 0,
            losses: Losses::new(&loss, streams, &common.name),
            lost_nodes: false,
            live: 0,
            queue: RunQueue::default(),
            clock: WaitClock::default(),
            collector: Collector::new(shared.window),
            nodes_evicted: 0,
            extends: false,
        };
        if pool.stop_after_idle.is_none() {
            // On from the start: it is as if it had been started before, to be on now.
            pool.begin_start(SimTime::ZERO, SimTime::ZERO, shared, queue);
        }
        pool
    }

    /// Whether nodes may be taken away from its runs.
    pub(in crate::model) fn loses_nodes(&self) -> bool {
        self.losses.is_some()
    }

    /// Most nodes a run may ask for.
    #[inline]
    pub(super) fn most_nodes(&self) -> u32 {
        self.most_nodes
    }

    /// Nodes on which it can have runs at one time, unless it ends runs itself or lets their nodes go only with them.
    pub(in crate::model) fn most_at_work(&self) -> Option<u32> {
        match self.deallocation {
            Deallocation::IdleOnly | Deallocation::Requeue => Some(self.max_nodes),
            Deallocation::Terminate | Deallocation::TaskCompletion => None,
        }
    }

    /// Rank within an instant, and id, of the event a part's timer stands for.
    pub(super) fn order(&self, part: u32) -> (u8, u64) {
        match part {
            POWER_PART if self.power == Power::Starting => (2, 0),
            POWER_PART => (6, 0),
            EVALUATION_PART => (5, 0),
            life if life >= FIRST_LIFE => (3, self.nodes[life - FIRST_LIFE].id),
            place => {
                let node = &self.nodes[place];
                let rank = match node.state {
                    NodeState::Occupied => 0,
                    NodeState::Preparing => 2,
                    NodeState::Idle | NodeState::Leaving | NodeState::Gone => 3,
                };
                (rank, node.id)
            }
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

    /// Nodes that its runs hold, without marked ones, and wait for.
    pub(super) fn demand(&self) -> u64 {
        let occupied: u32 = self.tiers.iter().map(|tier| tier.occupied).sum();
        u64::from(occupied) + self.queue.nodes()
    }

    /// A run joins the queue; whether there is anything to decide.
    #[inline(never)]
    pub(super) fn enqueue(
        &mut self,
        now: SimTime,
        (id, run): (RunId, &mut Run),
        work: &mut Work<'_>,
    ) -> bool {
        self.queue.join((id, run), self.clock.read(now), work);
        self.progress.make();
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
        match part {
            POWER_PART if self.power == Power::Starting => self.begin(now, queue),
            EVALUATION_PART | POWER_PART if self.is_over(now, shared) => {}
            POWER_PART => self.stop_if_unused(now, shared, queue),
            EVALUATION_PART => self.reach_evaluation(now, queue),
            life if life >= FIRST_LIFE => self.lose(now, life - FIRST_LIFE, shared, queue),
            place => match self.nodes[place].state {
                NodeState::Occupied => self.finish_run(now, place, shared, queue),
                NodeState::Preparing => self.become_ready(place, now, queue),
                // It was lost at this very tick.
                NodeState::Idle | NodeState::Leaving | NodeState::Gone => {}
            },
        }
    }

    /// Whether the target's own end has passed: no run is left that may use it and none can come, or it was given up.
    fn is_over<R: Recorder>(&self, now: SimTime, shared: &Shared<R>) -> bool {
        (now >= shared.window.horizon && self.live == 0) || self.progress.given_up().is_some()
    }

    /// Starts if it is off and waited for; dispatches, and then does what an evaluation or a loss asks for; stops if nothing
    /// uses it.
    #[inline(never)]
    pub(super) fn decide<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        match self.power {
            Power::Off if !self.queue.is_empty() => {
                let on = now + self.creation.draw();
                self.begin_start(now, on, shared, queue);
                self.tiers[DEDICATED]
                    .ledger
                    .count_spin_ups(now, self.min_nodes);
            }
            Power::Off | Power::Starting => {}
            Power::On if self.progress.given_up().is_some() => {}
            Power::On => {
                if let Some(last) = self.paused.take() {
                    self.go_on(now, last, queue);
                }
                self.control.sample(now, self.tasks, self.demand());
                self.dispatch(now, shared, queue);
                if std::mem::take(&mut self.evaluates) {
                    let before = self.withdrawn;
                    self.evaluate(now, shared, queue);
                    self.judge(now, self.withdrawn - before, shared, queue);
                } else if self.lost_nodes {
                    self.seek_lost_nodes(now, shared, queue);
                }
                self.lost_nodes = false;
                self.watch_use(now, shared, queue);
            }
        }
        self.tasks = self.demand();
        self.close_pass(now, shared);
    }
}

/// Evaluations that the controller looks back over before it acts on what it sees.
fn look_back(settings: &PoolSettings) -> u64 {
    let interval = settings.evaluation_interval;
    match &settings.controller {
        PoolController::SparkAutoscale { up_after, .. } => up_after.0.div_ceil(interval.0),
        PoolController::BatchFormula(formula) => batch::look_back(formula, interval),
        PoolController::DatabricksOptimized { .. }
        | PoolController::DatabricksStandard { .. }
        | PoolController::Kubernetes(_) => 0,
    }
}

/// The most nodes that a run may ask for: what the controller can ever ask for.
fn most_nodes(settings: &PoolSettings) -> u32 {
    match &settings.controller {
        PoolController::BatchFormula(formula) => {
            batch::most_nodes(formula, settings.min_nodes, settings.max_nodes)
        }
        PoolController::SparkAutoscale { .. }
        | PoolController::DatabricksOptimized { .. }
        | PoolController::DatabricksStandard { .. }
        | PoolController::Kubernetes(_) => settings.max_nodes,
    }
}
