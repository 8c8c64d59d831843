//! The machines of one owner: nodes with their slots, those that are idle, their tiers, power, leases, losses and accounts.
//!
//! A fleet knows no queue and no policy: it does what its owner decides. Rules: docs/semantics.md sections 3, 5 and 6,
//! docs/targets.md section 3.

mod accounts;
mod allocation;
mod idle;
mod leases;
mod limits;
mod loss;
mod node;
mod power;

use std::iter::repeat_n;

use super::ledger::{Balancing, Ledger};
use super::parts::Part;
use super::recorder::Recorder;
use super::settings::{ClusterSettings, LeaseBilling, SurplusProvisioning, TargetSettings};
use super::shared::Shared;
use crate::engine::EventQueue;
use crate::engine::streams::{Purpose, Streams};
use crate::units::SimTime;
use crate::workload::Draw;
use allocation::Allocation;
pub(super) use idle::{IdleNode, IdleNodes};
pub(super) use loss::Losses;
use node::Node;
pub(super) use node::{Lease, NodeState, Nodes, Slot};
pub(super) use power::{Power, Switch};

const BOOT: Purpose = Purpose("boot");
const IDLE_LIMIT: Purpose = Purpose("idle limit");
const LEAVING: Purpose = Purpose("leaving");

/// What a node is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Use {
    /// Takes runs, and stays.
    #[default]
    Runs,
    /// Takes runs, and may be lost: where a fleet has two tiers, of the second.
    LowPriorityRuns,
    /// Belongs to the owner and takes no run.
    System,
}

/// Nodes of each tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) dedicated: u32,
    pub(super) low: u32,
}

impl Counts {
    pub(super) fn all(self) -> u32 {
        self.dedicated + self.low
    }

    /// Their uses, dedicated nodes first.
    pub(super) fn dedicated_first(self) -> impl Iterator<Item = Use> {
        let low = repeat_n(Use::LowPriorityRuns, self.low as usize);
        repeat_n(Use::Runs, self.dedicated as usize).chain(low)
    }

    /// The same with low-priority nodes first.
    pub(super) fn low_first(self) -> impl Iterator<Item = Use> {
        let dedicated = repeat_n(Use::Runs, self.dedicated as usize);
        repeat_n(Use::LowPriorityRuns, self.low as usize).chain(dedicated)
    }
}

/// The second tier of a fleet: low-priority nodes among all those that take runs and are not marked, and their accounts.
#[derive(Debug)]
pub(super) struct LowTier {
    /// At most.
    pub(super) most: u32,
    pub(super) provisioning: u32,
    pub(super) idle: u32,
    pub(super) occupied: u32,
    pub(super) ledger: Ledger,
}

impl LowTier {
    pub(super) fn size(&self) -> u32 {
        self.provisioning + self.idle + self.occupied
    }
}

/// The machines of one owner.
#[derive(Debug)]
pub(super) struct Fleet {
    target: u32,
    billing: LeaseBilling,
    allocation: Allocation,
    pub(super) boot: Draw,
    pub(super) idle_limit: Draw,
    leaving: Draw,
    /// Runs that a node can hold concurrently.
    pub(super) slots: u32,
    pub(super) nodes: Nodes,
    pub(super) idle: IdleNodes,
    /// Provisioning nodes in order of request; kept only where surplus ones are canceled.
    cancellable: Vec<u32>,
    cancels: bool,
    /// Nodes that take runs and are not marked.
    pub(super) provisioning: u32,
    /// The same; where nodes have several slots, slots.
    pub(super) occupied: u32,
    /// Nodes that are released when their run ends.
    pub(super) marked: u32,
    pub(super) leaving_nodes: u32,
    /// Nodes that were released so far.
    pub(super) released: u64,
    pub(super) low: Option<Box<LowTier>>,
    pub(super) losses: Option<Losses>,
    nodes_evicted: u64,
    /// Leases that were closed after the horizon while nothing has extended the owner's end since, which may fall within them:
    /// the node, the lease, its end.
    provisional: Vec<(u32, Lease, SimTime)>,
    /// The accounts, without those of low-priority nodes where there are two tiers.
    pub(super) ledger: Ledger,
    /// When something last happened that extends the owner's end; never, once that was taken note of.
    pub(super) extended_at: SimTime,
}

impl Fleet {
    pub(super) fn new<R: Recorder>(
        target: u32,
        (common, balancing): (&TargetSettings, Balancing),
        settings: &ClusterSettings,
        streams: Streams,
        shared: &Shared<R>,
    ) -> Self {
        let draw = |distribution, purpose| Draw::new(distribution, streams, purpose, &common.name);
        let limit = &settings.idle_before_scale_down;
        let mut windows = settings.capacity.iter();
        let has_one_limit = windows.all(|window| window.idle_before_scale_down.is_none());
        let equal_limits = has_one_limit && limit.as_constant().is_some();
        let low = (settings.low_priority_nodes > 0).then(|| {
            Box::new(LowTier {
                most: settings.low_priority_nodes,
                provisioning: 0,
                idle: 0,
                occupied: 0,
                ledger: Ledger::new(&shared.cuts, Balancing::None),
            })
        });
        Self {
            target,
            billing: common.billing,
            allocation: Allocation::new(settings, streams, &common.name),
            boot: draw(&settings.boot, BOOT),
            idle_limit: draw(limit, IDLE_LIMIT),
            leaving: draw(&settings.leaving, LEAVING),
            slots: 1,
            nodes: Nodes::default(),
            idle: IdleNodes::new(settings.idle_node_choice, equal_limits),
            cancellable: Vec::new(),
            cancels: settings.surplus_provisioning == SurplusProvisioning::Cancel,
            provisioning: 0,
            occupied: 0,
            marked: 0,
            leaving_nodes: 0,
            released: 0,
            low,
            losses: Losses::new(&settings.loss, streams, &common.name),
            nodes_evicted: 0,
            provisional: Vec::new(),
            ledger: Ledger::new(&shared.cuts, balancing).keeping_hours(common.keep_hours),
            extended_at: SimTime::NEVER,
        }
    }

    /// Turns it into the fleet of an instance: one node with this number of slots. All time without a run is unused capacity.
    pub(super) fn of_instance(self, slots: u32) -> Self {
        Self {
            slots,
            ledger: self.ledger.of_instance(),
            ..self
        }
    }

    /// Nodes that take runs, without marked ones.
    #[inline(always)]
    pub(super) fn size(&self) -> u32 {
        self.provisioning + self.idle.len() + self.occupied
    }

    /// Nodes on which runs may start now or once they are ready.
    #[inline(always)]
    pub(super) fn free_or_coming(&self) -> u32 {
        self.idle.len() + self.provisioning
    }

    /// Low-priority nodes that there are.
    pub(super) fn low_size(&self) -> u32 {
        self.low.as_ref().map_or(0, |low| low.size())
    }

    /// Low-priority nodes at most.
    pub(super) fn low_most(&self) -> u32 {
        self.low.as_ref().map_or(0, |low| low.most)
    }

    /// This many more nodes by tier: low-priority ones first.
    #[inline]
    pub(super) fn more(&self, count: u32) -> Counts {
        let room = self.low_most().saturating_sub(self.low_size());
        let low = count.min(room);
        Counts {
            dedicated: count - low,
            low,
        }
    }

    /// A new node, provisioning, with the timers that it needs.
    pub(super) fn add_node<R: Recorder>(
        &mut self,
        now: SimTime,
        used: Use,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> u32 {
        let target = self.target;
        let lives = self.losses.as_ref().is_some_and(Losses::is_by_node);
        let mut new_timer = |part| shared.new_timer(target, part, queue);
        self.nodes.add(now, (used, self.slots), |place| {
            let timer = new_timer(Part::Node(place));
            (timer, lives.then(|| new_timer(Part::Life(place))))
        })
    }

    /// A free slot of a node that has one.
    #[inline]
    pub(super) fn free_slot<R: Recorder>(
        &mut self,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> &mut Slot {
        let node = &mut self.nodes[place];
        if node.slot.run.is_none() {
            return &mut node.slot;
        }
        let free = node.more.iter().position(|slot| slot.run.is_none());
        let free = free.unwrap_or_else(|| {
            let further = u32::try_from(node.more.len()).expect("slots are counted by a u32");
            let timer = shared.new_timer(self.target, Part::Slot(place, further), queue);
            node.more.push(Slot::new(timer));
            further as usize
        });
        &mut node.more[free]
    }

    /// The slot that a timer stands for.
    #[inline]
    pub(super) fn slot_of(&mut self, part: Part) -> &mut Slot {
        match part {
            Part::Slot(place, further) => &mut self.nodes[place].more[further as usize],
            Part::Node(place) => &mut self.nodes[place].slot,
            _ => unreachable!("only nodes and slots have runs"),
        }
    }

    /// Slots without a run on the one node of an instance.
    pub(super) fn free_slots(&self) -> u32 {
        self.slots - self.occupied
    }

    /// The accounts of the second tier, where this node is of it.
    #[inline(always)]
    fn low_tier_of(&mut self, place: u32) -> Option<&mut LowTier> {
        let low = self.low.as_deref_mut()?;
        (self.nodes[place].used == Use::LowPriorityRuns).then_some(low)
    }

    /// A node that was provisioning is ready.
    pub(super) fn node_ready(&mut self, place: u32, now: SimTime, queue: &mut EventQueue) {
        self.provisioning -= 1;
        if let Some(low) = self.low_tier_of(place) {
            low.provisioning -= 1;
        }
        if self.cancels {
            queue.work.count(self.cancellable.len());
            self.cancellable.retain(|other| *other != place);
        }
        self.begin_life(place, now, queue);
    }

    /// A node is ready: its life begins.
    pub(super) fn begin_life(&mut self, place: u32, now: SimTime, queue: &mut EventQueue) {
        self.become_idle(place, now);
        if self.may_be_lost(place)
            && let Some(timer) = self.nodes[place].life
        {
            let losses = self.losses.as_mut().expect("only losses end lives");
            queue.set(timer, losses.end_of_life(now));
        }
    }

    /// Whether losses concern a node: of two tiers those of low priority.
    pub(super) fn may_be_lost(&self, place: u32) -> bool {
        self.low.is_none() || self.nodes[place].used == Use::LowPriorityRuns
    }

    /// A node has no run, and waits for one.
    pub(super) fn become_idle(&mut self, place: u32, now: SimTime) {
        if let Some(low) = self.low_tier_of(place) {
            low.idle += 1;
        }
        self.join_idle(place, now);
    }

    /// The same where there is one tier.
    #[inline(always)]
    pub(super) fn join_idle(&mut self, place: u32, now: SimTime) {
        let node = &mut self.nodes[place];
        node.state = NodeState::Idle;
        let until = now + self.idle_limit.draw();
        self.idle.push(IdleNode {
            node: place,
            id: node.lease.id,
            since: now,
            until,
        });
    }

    /// Takes this many more idle nodes for a run, of which `lead` is the first; whether one has to pull the image.
    #[inline(never)]
    pub(super) fn occupy_others(&mut self, lead: u32, count: u32, image: Option<u32>) -> bool {
        let mut pulls = false;
        let mut others = std::mem::take(&mut self.nodes[lead].slot.others);
        for _ in 0..count {
            let other = self.idle.take().node;
            let (node, pulls_too) = self.occupy(other, image);
            node.slot.lead = lead;
            pulls |= pulls_too;
            others.push(other);
        }
        self.nodes[lead].slot.others = others;
        pulls
    }

    /// Takes an idle node for a run, with its image; the node, and whether it has to pull that.
    #[inline(always)]
    pub(super) fn occupy(&mut self, place: u32, image: Option<u32>) -> (&mut Node, bool) {
        if let Some(low) = self.low_tier_of(place) {
            low.idle -= 1;
            low.occupied += 1;
        }
        let node = &mut self.nodes[place];
        node.state = NodeState::Occupied;
        let pulls = image.is_some_and(|image| node.images.pull(image));
        (node, pulls)
    }

    /// An idle node is none any more, since it is lost.
    pub(super) fn take_from_idle(&mut self, place: u32, queue: &mut EventQueue) {
        queue.work.count(self.idle.len() as usize);
        self.idle.remove(place);
        self.left_idle(place);
    }

    /// A node was taken from the list of idle ones.
    fn left_idle(&mut self, place: u32) {
        if let Some(low) = self.low_tier_of(place) {
            low.idle -= 1;
        }
    }

    /// Counts nodes that are provisioning from now on.
    pub(super) fn note_requested(&mut self, counts: Counts) {
        self.provisioning += counts.all();
        if let Some(low) = &mut self.low {
            low.provisioning += counts.low;
        }
    }

    /// Nodes have no run any more, of which `lead` was the first.
    #[inline(always)]
    pub(super) fn vacate(&mut self, lead: u32, nodes: u32) {
        if self.marked == 0 && self.low.is_none() {
            self.occupied -= nodes;
        } else {
            self.vacate_apart(lead);
        }
    }

    #[cold]
    fn vacate_apart(&mut self, lead: u32) {
        for place in self.nodes.of_run(lead) {
            if self.nodes[place].is_marked {
                self.marked -= 1;
                continue;
            }
            self.occupied -= 1;
            if let Some(low) = self.low_tier_of(place) {
                low.occupied -= 1;
            }
        }
    }

    /// A node is released when its run ends.
    pub(super) fn mark(&mut self, place: u32) {
        self.nodes[place].is_marked = true;
        self.marked += 1;
        self.occupied -= 1;
        if let Some(low) = self.low_tier_of(place) {
            low.occupied -= 1;
        }
    }
}
