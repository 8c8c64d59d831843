//! A managed, autoscaling cluster: its nodes, its queue, scaling up on demand and down to `min_nodes` when idle.
//!
//! Rules: docs/semantics.md sections 2, 3 and 6. Prices, files and averages are elsewhere.

mod accounts;
mod backfill;
mod dispatch;
mod loss;
mod one_run;
mod quota;
mod scaling;

use super::allocation::Allocation;
use super::collector::Collector;
use super::idle::{IdleNode, IdleNodes};
use super::ledger::{Balancing, Ledger};
use super::loss::Losses;
use super::node::{NodeState, Nodes};
use super::recorder::Recorder;
use super::run::{Run, RunId};
use super::run_queue::RunQueue;
use super::settings::{ClusterSettings, LeaseBilling, SurplusProvisioning, TargetSettings};
use super::shared::{Ending, Shared, end_run};
use super::wait_clock::WaitClock;
use crate::autoscale::queue_driven;
use crate::discipline::Discipline;
use crate::engine::streams::{Purpose, Streams};
use crate::engine::{EventQueue, Timer, Work};
use crate::results::RunStatus;
use crate::units::{SimDuration, SimTime};
use crate::workload::Draw;
use loss::Part;

const BOOT: Purpose = Purpose("boot");
const IDLE_LIMIT: Purpose = Purpose("idle limit");
const LEAVING: Purpose = Purpose("leaving");

/// Rank within an instant of nodes that are lost or gone.
const RANK_NODE_GONE: u8 = 3;

/// Nodes that one load balancer serves.
const NODES_PER_LOAD_BALANCER: u32 = 50;

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

/// A cluster within one replication.
pub(super) struct Cluster {
    target: u32,
    min_nodes: u32,
    max_nodes: u32,
    /// Most nodes a run may ask for: `max_nodes`, or what quotas leave.
    most_nodes: u32,
    supply: Supply,
    max_run_duration: Option<SimDuration>,
    surplus: SurplusProvisioning,
    discipline: Discipline,
    /// Mean time from the request of a node until it is ready, for plans.
    mean_provisioning: SimDuration,
    /// Nodes that quotas allow beyond those it has, where it plans.
    within_quota: u32,
    billing: LeaseBilling,
    allocation: Allocation,
    boot: Draw,
    idle_limit: Draw,
    leaving: Draw,
    nodes: Nodes,
    idle: IdleNodes,
    /// Preparing nodes in order of request; kept only where surplus ones are canceled.
    cancellable: Vec<u32>,
    provisioning: u32,
    occupied: u32,
    leaving_nodes: u32,
    /// Runs submitted that may still use it and have not ended.
    live: u64,
    queue: RunQueue,
    clock: WaitClock,
    losses: Option<Losses>,
    /// The timer of losses that a log tells.
    log: Option<Timer>,
    ledger: Ledger,
    pub(super) collector: Collector,
    nodes_evicted: u64,
    /// Whether something happened in this instant that extends the target's end.
    extends: bool,
}

impl Cluster {
    pub(super) fn new<R: Recorder>(
        target: u32,
        (common, quota): (&TargetSettings, Option<u32>),
        settings: &ClusterSettings,
        streams: Streams,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> Self {
        let draw = |distribution, purpose| Draw::new(distribution, streams, purpose, &common.name);
        let limit = &settings.idle_before_scale_down;
        let mut cluster = Self {
            target,
            min_nodes: settings.min_nodes,
            max_nodes: settings.max_nodes,
            most_nodes: settings.max_nodes.min(quota.unwrap_or(u32::MAX)),
            supply: match quota {
                _ if settings.one_run => Supply::OneRun,
                Some(_) => Supply::GivenOut,
                None => Supply::OwnPass,
            },
            max_run_duration: common.max_run_duration,
            surplus: settings.surplus_provisioning,
            discipline: settings.discipline,
            mean_provisioning: settings.allocation.mean() + settings.boot.mean(),
            within_quota: u32::MAX,
            billing: common.billing,
            allocation: Allocation::new(settings, streams, &common.name),
            boot: draw(&settings.boot, BOOT),
            idle_limit: draw(limit, IDLE_LIMIT),
            leaving: draw(&settings.leaving, LEAVING),
            nodes: Nodes::default(),
            idle: IdleNodes::new(settings.idle_node_choice, limit.as_constant().is_some()),
            cancellable: Vec::new(),
            provisioning: 0,
            occupied: 0,
            leaving_nodes: 0,
            live: 0,
            queue: RunQueue::default(),
            clock: WaitClock::default(),
            losses: Losses::new(&settings.loss, streams, &common.name),
            log: None,
            ledger: Ledger::new(&shared.cuts, Balancing::PerNodes(NODES_PER_LOAD_BALANCER))
                .keeping_hours(common.keep_hours),
            collector: Collector::new(shared.window),
            nodes_evicted: 0,
            extends: false,
        };
        for _ in 0..cluster.min_nodes {
            if !queue.work.step() {
                break;
            }
            let place = cluster.add_node(SimTime::ZERO, shared, queue);
            cluster.become_ready(place, SimTime::ZERO, queue);
        }
        cluster.watch_log(shared, queue);
        cluster
    }

    /// Most nodes a run may ask for.
    #[inline(always)]
    pub(super) fn most_nodes(&self) -> u32 {
        self.most_nodes
    }

    /// Rank within an instant, and id, of the event a timer stands for.
    pub(super) fn order(&self, part: u32) -> (u8, u64) {
        let place = match loss::of_part(part) {
            Part::Node(place) => place,
            Part::Life(place) => return (RANK_NODE_GONE, self.nodes[place].id),
            Part::Log => return (RANK_NODE_GONE, 0),
        };
        let node = &self.nodes[place];
        let rank = match node.state {
            NodeState::Occupied => 0,
            NodeState::Preparing => 2,
            NodeState::Leaving | NodeState::Gone => RANK_NODE_GONE,
            NodeState::Idle => 6,
        };
        (rank, node.id)
    }

    /// A run joins the queue; whether there is anything to decide. Behind a blocked head of a cluster that is as large as it
    /// may be there is not, which spares an overloaded cluster a pass for each submission.
    #[inline(always)]
    pub(super) fn enqueue(
        &mut self,
        now: SimTime,
        (id, run): (RunId, &mut Run),
        work: &mut Work<'_>,
    ) -> bool {
        let becomes_head = self.queue.join((id, run), self.clock.read(now), work);
        becomes_head || self.allocated() < self.max_nodes || self.plans()
    }

    /// A timer fires: the state of its node says what that means, unless it is one of losses.
    #[inline(always)]
    pub(super) fn fire<R: Recorder>(
        &mut self,
        now: SimTime,
        part: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let place = part;
        if part >= loss::FIRST_PART {
            self.fire_loss(now, part, shared, queue);
            return;
        }
        match self.nodes[place].state {
            NodeState::Occupied => self.finish_run(now, place, shared, queue),
            NodeState::Preparing => self.node_ready(now, place, queue),
            NodeState::Leaving => {
                self.leaving_nodes -= 1;
                self.nodes.free(place);
            }
            // The idle limit is reached, which the release step reads from the list of idle nodes; or it was lost at this
            // very tick.
            NodeState::Idle | NodeState::Gone => {}
        }
    }

    fn node_ready(&mut self, now: SimTime, place: u32, queue: &mut EventQueue) {
        self.provisioning -= 1;
        if self.surplus == SurplusProvisioning::Cancel {
            queue.work.count(self.cancellable.len());
            self.cancellable.retain(|other| *other != place);
        }
        self.become_ready(place, now, queue);
    }

    /// A node is ready: its life begins.
    fn become_ready(&mut self, place: u32, now: SimTime, queue: &mut EventQueue) {
        self.become_idle(place, now);
        if let Some(timer) = self.nodes[place].life {
            let losses = self.losses.as_mut().expect("only losses end lives");
            queue.set(timer, losses.end_of_life(now));
        }
    }

    #[inline(always)]
    fn become_idle(&mut self, place: u32, now: SimTime) {
        let node = &mut self.nodes[place];
        node.state = NodeState::Idle;
        let until = now + self.idle_limit.draw();
        self.idle.push(IdleNode {
            node: place,
            id: node.id,
            since: now,
            until,
            armed: false,
        });
    }

    /// The run on this (first) node ends; its nodes go idle.
    #[inline(always)]
    fn finish_run<R: Recorder>(
        &mut self,
        now: SimTime,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let id = self.nodes[place].run.take();
        let id = id.expect("an occupied node with a timer has a run");
        let run = &shared.runs[id];
        let nodes = run.submission.nodes;
        let status = if run.exceeds_limit {
            RunStatus::Canceled
        } else {
            RunStatus::Completed
        };
        self.end_run(
            Ending {
                run: id,
                status,
                now,
            },
            place,
            shared,
        );
        self.occupied -= nodes;
        self.live -= 1;
        self.extends = true;
        if self.supply == Supply::OneRun {
            self.give_back(now, place, shared, queue);
            return;
        }
        self.become_idle(place, now);
        if nodes > 1 {
            let others = std::mem::take(&mut self.nodes[place].others);
            for other in others {
                self.become_idle(other, now);
            }
        }
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

    /// Nodes that its runs hold and wait for.
    pub(super) fn demand(&self) -> u64 {
        u64::from(self.occupied) + self.queue.nodes()
    }

    /// Closes the accounts of a run that leaves its nodes, of which `lead` is the first.
    #[inline(always)]
    fn end_run<R: Recorder>(&mut self, ending: Ending, lead: u32, shared: &mut Shared<R>) {
        let mut held = Vec::new();
        if R::DETAILED {
            let run = shared.runs[ending.run];
            let others = self.nodes[lead].others.clone();
            for place in others.into_iter().chain([lead]) {
                let node = &mut self.nodes[place];
                node.times.add_run(&run, ending.now, SimDuration::ZERO);
                held.push(node.id);
            }
        }
        end_run(
            ending,
            held,
            shared,
            (&mut self.ledger, &mut self.collector),
        );
    }

    /// Dispatch, scale up, release; then the idle timers of nodes that went idle and stayed.
    #[inline(always)]
    pub(super) fn decide<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.idle.settle();
        self.dispatch(now, shared, queue);
        if self.plans() {
            self.backfill(now, shared, queue);
        }
        let desired = queue_driven(self.view());
        let allocated = self.allocated();
        if desired > allocated {
            if self.supply == Supply::OwnPass {
                self.request_nodes(now, desired - allocated, shared, queue);
            }
        } else if desired < allocated {
            self.release(now, desired, shared, queue);
        }
        self.close_pass(now, shared, queue);
    }

    /// After the decisions of an instant: idle timers, accounts, and what the queue waits for.
    #[inline(always)]
    pub(super) fn close_pass<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.arm_idle_timers(now, queue);
        self.ledger.hold(now, self.held());
        self.clock.turn(now, self.cause());
        if std::mem::take(&mut self.extends) {
            self.ledger.extend(now);
        }
        if R::DETAILED {
            shared
                .recorder
                .levels(self.target as usize, now, self.levels());
        }
    }
}
