//! A managed, autoscaling cluster: its nodes, its queue, scaling up on demand and down to `min_nodes` when idle.
//!
//! Rules: docs/semantics.md sections 2, 3 and 6. Prices, files and averages are elsewhere.

use super::collector::Collector;
use super::idle::{IdleNode, IdleNodes};
use super::ledger::{Balancing, Category, Held, Ledger};
use super::node::{NodeState, Nodes};
use super::recorder::Recorder;
use super::run::{Queued, RunId, RunQueue};
use super::settings::{ClusterSettings, LeaseBilling, SurplusProvisioning, TargetSettings};
use super::shared::{Ending, Owner, Shared, end_run};
use crate::autoscale::{ClusterView, queue_driven};
use crate::engine::EventQueue;
use crate::engine::streams::{Purpose, Streams};
use crate::results::{Levels, RunStatus, TargetResult};
use crate::units::{SimDuration, SimTime};
use crate::workload::Draw;

const ALLOCATION: Purpose = Purpose("allocation");
const BOOT: Purpose = Purpose("boot");
const IDLE_LIMIT: Purpose = Purpose("idle limit");
const LEAVING: Purpose = Purpose("leaving");

/// Nodes that one load balancer serves.
const NODES_PER_LOAD_BALANCER: u32 = 50;

/// A cluster within one replication.
pub(super) struct Cluster {
    target: u32,
    min_nodes: u32,
    max_nodes: u32,
    surplus: SurplusProvisioning,
    billing: LeaseBilling,
    allocation: Draw,
    boot: Draw,
    idle_limit: Draw,
    leaving: Draw,
    nodes: Nodes,
    idle: IdleNodes,
    /// Preparing nodes in order of request; kept only where surplus ones are cancelled.
    cancellable: Vec<u32>,
    preparing: u32,
    occupied: u32,
    leaving_nodes: u32,
    queue: RunQueue,
    ledger: Ledger,
    pub(super) collector: Collector,
    spin_ups: u64,
    /// Whether something happened in this instant that extends the target's end.
    extends: bool,
}

impl Cluster {
    pub(super) fn new<R: Recorder>(
        target: u32,
        common: &TargetSettings,
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
            surplus: settings.surplus_provisioning,
            billing: common.billing,
            allocation: draw(&settings.allocation, ALLOCATION),
            boot: draw(&settings.boot, BOOT),
            idle_limit: draw(limit, IDLE_LIMIT),
            leaving: draw(&settings.leaving, LEAVING),
            nodes: Nodes::default(),
            idle: IdleNodes::new(settings.idle_node_choice, limit.as_constant().is_some()),
            cancellable: Vec::new(),
            preparing: 0,
            occupied: 0,
            leaving_nodes: 0,
            queue: RunQueue::default(),
            ledger: Ledger::new(shared.window, Balancing::PerNodes(NODES_PER_LOAD_BALANCER)),
            collector: Collector::new(shared.window),
            spin_ups: 0,
            extends: false,
        };
        for _ in 0..cluster.min_nodes {
            let place = cluster.add_node(SimTime::ZERO, shared, queue);
            cluster.become_idle(place, SimTime::ZERO);
        }
        cluster
    }

    /// Most nodes a run may ask for.
    pub(super) fn most_nodes(&self) -> u32 {
        self.max_nodes
    }

    /// Rank within an instant, and id, of the event a node's timer stands for.
    pub(super) fn order(&self, place: u32) -> (u8, u64) {
        let node = &self.nodes[place];
        let rank = match node.state {
            NodeState::Occupied => 0,
            NodeState::Preparing => 2,
            NodeState::Leaving | NodeState::Gone => 3,
            NodeState::Idle => 6,
        };
        (rank, node.id)
    }

    /// A run joins the queue; whether there is anything to decide. Behind a blocked head of a cluster that is as large as it
    /// may be there is not, which spares an overloaded cluster a pass for each submission.
    #[inline(always)]
    pub(super) fn enqueue(&mut self, queued: Queued, priority: i32) -> bool {
        let becomes_head = self.queue.push(queued, priority);
        becomes_head || self.allocated() < self.max_nodes
    }

    /// The timer of a node fires: its state says what that means.
    #[inline(always)]
    pub(super) fn fire<R: Recorder>(&mut self, now: SimTime, place: u32, shared: &mut Shared<R>) {
        match self.nodes[place].state {
            NodeState::Occupied => self.finish_run(now, place, shared),
            NodeState::Preparing => self.node_ready(now, place),
            NodeState::Leaving => {
                self.leaving_nodes -= 1;
                self.nodes.free(place);
            }
            // The idle limit is reached: the release step reads it from the list of idle nodes.
            NodeState::Idle => {}
            NodeState::Gone => unreachable!("a node that is gone has no timer set"),
        }
    }

    fn node_ready(&mut self, now: SimTime, place: u32) {
        self.preparing -= 1;
        if self.surplus == SurplusProvisioning::Cancel {
            self.cancellable.retain(|other| *other != place);
        }
        self.become_idle(place, now);
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
    fn finish_run<R: Recorder>(&mut self, now: SimTime, place: u32, shared: &mut Shared<R>) {
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
        self.extends = true;
        self.become_idle(place, now);
        if nodes > 1 {
            let others = std::mem::take(&mut self.nodes[place].others);
            for other in others {
                self.become_idle(other, now);
            }
        }
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
                node.times.add_run(&run, ending.now);
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
        let desired = queue_driven(self.view());
        let allocated = self.allocated();
        if desired > allocated {
            for _ in allocated..desired {
                self.request_node(now, shared, queue);
            }
        } else if desired < allocated {
            self.release(now, desired, shared, queue);
        }
        self.arm_idle_timers(now, queue);
        self.ledger.hold(now, self.held());
        if std::mem::take(&mut self.extends) {
            self.ledger.extend(now);
        }
        if R::DETAILED {
            shared
                .recorder
                .levels(self.target as usize, now, self.levels());
        }
    }

    /// Starts runs strictly in the queue's order: a head that does not fit blocks those behind it.
    #[inline(always)]
    fn dispatch<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        while let Some(head) = self.queue.head() {
            if head.nodes > self.idle.len() {
                return;
            }
            self.queue.pop();
            self.start(now, head, shared, queue);
        }
    }

    #[inline(always)]
    fn start<R: Recorder>(
        &mut self,
        now: SimTime,
        head: Queued,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let run = &mut shared.runs[head.run];
        let lead = self.idle.take().node;
        let mut pulls = self.occupy(lead, run.submission.environment);
        for _ in 1..head.nodes {
            let idle = self.idle.take();
            if idle.armed {
                queue.park(self.nodes[idle.node].timer);
            }
            pulls |= self.occupy(idle.node, run.submission.environment);
            self.nodes[lead].others.push(idle.node);
        }
        self.occupied += head.nodes;
        run.assign(now, lead, pulls);
        let node = &mut self.nodes[lead];
        node.run = Some(head.run);
        queue.set(node.timer, run.ends());
    }

    /// Takes an idle node; whether it has to pull the image.
    #[inline]
    fn occupy(&mut self, place: u32, environment: Option<u32>) -> bool {
        let node = &mut self.nodes[place];
        node.state = NodeState::Occupied;
        environment.is_some_and(|image| node.images.pull(image))
    }

    fn add_node<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> u32 {
        let target = self.target;
        self.nodes.add(now, |place| {
            let timer = queue.add_timer();
            shared.own(
                timer,
                Owner::Target {
                    target,
                    part: place,
                },
            );
            timer
        })
    }

    fn request_node<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let place = self.add_node(now, shared, queue);
        let billed_from = now + self.allocation.draw();
        let ready = billed_from + self.boot.draw();
        let node = &mut self.nodes[place];
        (node.billed_from, node.ready) = (billed_from, ready);
        queue.set(node.timer, ready);
        self.preparing += 1;
        if now >= shared.window.warmup {
            self.spin_ups += 1;
        }
        if self.surplus == SurplusProvisioning::Cancel {
            self.cancellable.push(place);
        }
    }

    fn release<R: Recorder>(
        &mut self,
        now: SimTime,
        desired: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        while self.allocated() > desired {
            let Some(place) = self.cancellable.pop() else {
                break;
            };
            self.preparing -= 1;
            self.extends = true;
            let billed_from = self.nodes[place].billed_from;
            if now > billed_from {
                self.let_go(place, now, shared, queue);
            } else {
                queue.park(self.nodes[place].timer);
                self.nodes.free(place);
            }
        }
        while self.allocated() > desired {
            let Some(idle) = self.idle.take_expired(now) else {
                break;
            };
            self.extends = true;
            self.let_go(idle.node, now, shared, queue);
        }
    }

    /// Ends a node's lease; it is leaving, then gone.
    fn let_go<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.end_lease(place, now, shared);
        let leaving = self.leaving.draw();
        let node = &mut self.nodes[place];
        if leaving.is_zero() {
            queue.park(node.timer);
            self.nodes.free(place);
        } else {
            node.state = NodeState::Leaving;
            queue.set(node.timer, now + leaving);
            self.leaving_nodes += 1;
        }
    }

    /// Closes a lease at `now`, with its boot as far as it came.
    fn end_lease<R: Recorder>(&mut self, place: u32, now: SimTime, shared: &mut Shared<R>) {
        let node = &self.nodes[place];
        let lease = now.since(node.billed_from);
        let billed = self.billing.billed(lease);
        self.ledger
            .add(Category::Boot, node.billed_from, node.ready.min(now), 1);
        self.ledger.add(Category::Lease, node.billed_from, now, 1);
        self.ledger
            .add_rounding(now, SimDuration(billed.0 - lease.0), 1);
        if R::DETAILED {
            shared
                .recorder
                .lease(node.lease_record(self.target, now, billed));
        }
    }

    /// Sets the timers of nodes that went idle at this instant; a cluster of fixed size never releases any.
    #[inline]
    fn arm_idle_timers(&mut self, now: SimTime, queue: &mut EventQueue) {
        if self.min_nodes == self.max_nodes {
            return;
        }
        for idle in self.idle.take_fresh() {
            if !idle.armed && idle.until > now {
                idle.armed = true;
                queue.set(self.nodes[idle.node].timer, idle.until);
            }
        }
    }

    fn view(&self) -> ClusterView {
        ClusterView {
            occupied: self.occupied,
            queued_nodes: self.queue.nodes(),
            min_nodes: self.min_nodes,
            max_nodes: self.max_nodes,
        }
    }

    #[inline]
    fn allocated(&self) -> u32 {
        self.preparing + self.idle.len() + self.occupied
    }

    /// How idle time splits from now on: what the blocked head has, what `min_nodes` keeps, the rest.
    #[inline]
    fn held(&self) -> Held {
        let (idle, allocated) = (self.idle.len(), self.allocated());
        let (mut gang_wait, mut idle_minimum) = (0, 0);
        if idle > 0 {
            gang_wait = self.queue.head().map_or(0, |head| head.nodes.min(idle));
            let kept = self.min_nodes.saturating_sub(self.occupied + gang_wait);
            idle_minimum = kept.min(idle - gang_wait);
        }
        Held {
            gang_wait,
            idle_minimum,
            idle_tail: idle - gang_wait - idle_minimum,
            allocated,
        }
    }

    fn levels(&self) -> Levels<u32> {
        Levels {
            preparing: self.preparing,
            idle: self.idle.len(),
            occupied: self.occupied,
            leaving: self.leaving_nodes,
            queued_runs: self.queue.runs(),
            queued_nodes: u32::try_from(self.queue.nodes()).unwrap_or(u32::MAX),
        }
    }

    /// Accounts for a run still on its nodes when everything stops at `now`, and ends it.
    pub(super) fn cut_run<R: Recorder>(
        &mut self,
        run: RunId,
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        let lead = shared.runs[run].lead;
        let status = RunStatus::Unfinished;
        self.end_run(Ending { run, status, now }, lead, shared);
    }

    /// Closes the accounts at the target's own end, where leases still open are closed.
    pub(super) fn finish<R: Recorder>(mut self, shared: &mut Shared<R>) -> TargetResult {
        self.ledger.close();
        let end = self.ledger.end();
        for place in self.nodes.leased(end) {
            self.end_lease(place, end, shared);
        }
        let runs = self.collector.finish();
        let (within, drain, peak_nodes) = self.ledger.finish();
        TargetResult {
            runs,
            within,
            drain,
            end,
            peak_nodes,
            spin_ups: self.spin_ups,
            slots: 1,
            nodes_lost: 0,
            usage: Vec::new(),
        }
    }
}
