//! Leases as they are stored.

use std::io;
use std::marker::PhantomData;

use super::lists::{List, Take as _, Values, skip};
use super::{BLOCK, Stored, fields, length};
use crate::results::{Each, LeaseRecord};
use crate::units::{NodeTime, SimDuration, SimTime};

fields! {
    LeaseRecord as "leases", told by Steps:
    target: u32 => u32 = |lease, _| lease.target,
    node: i64 => i64 = |_, told| told.node,
    requested: i64 => i64 = |_, told| told.requested,
    billed_from: i64 => i64 = |_, told| told.billed_from,
    released: i64 => i64 = |_, told| told.released,
    billed: u64 => u64 = |lease, _| lease.billed.0,
    boot: u128 => u128 = |lease, _| lease.boot.0,
    node_setup: u128 => u128 = |lease, _| lease.node_setup.0,
    run: u128 => u128 = |lease, _| lease.run.0,
    lost: u128 => u128 = |lease, _| lease.lost.0,
    finalize: u128 => u128 = |lease, _| lease.finalize.0,
    idle: u128 => u128 = |lease, _| lease.idle.0,
    ended_by_loss: bool => bool = |lease, _| lease.ended_by_loss,
}

/// What is stored of a lease as a step: from the lease before it, or from its time before.
#[derive(Default)]
struct Steps {
    /// From the number of the node before.
    node: i64,
    /// From the request before.
    requested: i64,
    /// From its request.
    billed_from: i64,
    /// From the start of billing.
    released: i64,
    last_node: u64,
    last_requested: SimTime,
}

impl Steps {
    /// Steps to a lease.
    fn tell(&mut self, lease: &LeaseRecord) {
        self.node = length(self.last_node, lease.node);
        self.requested = length(self.last_requested.0, lease.requested.0);
        self.billed_from = length(lease.requested.0, lease.billed_from.0);
        self.released = length(lease.billed_from.0, lease.released.0);
        self.last_node = lease.node;
        self.last_requested = lease.requested;
    }

    /// Makes the next lease from its fields.
    fn fill(&mut self, lease: &mut LeaseRecord, row: &Row) {
        let after = |from: SimTime, length: i64| SimTime(from.0.wrapping_add_signed(length));
        lease.node = self.last_node.wrapping_add_signed(row.node);
        lease.requested = after(self.last_requested, row.requested);
        (self.last_node, self.last_requested) = (lease.node, lease.requested);
        lease.billed_from = after(lease.requested, row.billed_from);
        lease.released = after(lease.billed_from, row.released);
        lease.target = row.target;
        lease.billed = SimDuration(row.billed);
        lease.boot = NodeTime(row.boot);
        lease.node_setup = NodeTime(row.node_setup);
        lease.run = NodeTime(row.run);
        lease.lost = NodeTime(row.lost);
        lease.finalize = NodeTime(row.finalize);
        lease.idle = NodeTime(row.idle);
        lease.ended_by_loss = row.ended_by_loss;
    }
}

/// A lease before its fields are known.
fn empty() -> LeaseRecord {
    LeaseRecord {
        target: 0,
        node: 0,
        requested: SimTime::ZERO,
        billed_from: SimTime::ZERO,
        released: SimTime::ZERO,
        billed: SimDuration::ZERO,
        boot: NodeTime(0),
        node_setup: NodeTime(0),
        run: NodeTime(0),
        lost: NodeTime(0),
        finalize: NodeTime(0),
        idle: NodeTime(0),
        ended_by_loss: false,
    }
}
