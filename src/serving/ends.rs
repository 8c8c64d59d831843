//! Tells workloads that wait for their requests when these end: docs/targets.md 5.7.

use super::Service;
use super::requests::Request;
use crate::engine::{EventQueue, Timer};
use crate::units::SimTime;
use crate::workload::Ended;

/// A request by its workload and its position there.
type Name = (u32, u64);

/// The requests on replicas by their timers.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<Name>);

impl Names {
    /// Notes which request a timer now stands for.
    pub(super) fn begin(&mut self, timer: Timer, request: Request) {
        let place = timer.index();
        if place >= self.0.len() {
            self.0.resize(place + 1, Name::default());
        }
        self.0[place] = (request.workload, request.position);
    }
}

impl Service<'_> {
    /// A request on a replica ended: whoever sent it hears of it when its answer is back.
    #[inline(always)]
    pub(super) fn answer(&mut self, now: SimTime, timer: Timer, queue: &mut EventQueue) {
        if let Some(Names(names)) = &self.names {
            let name = names[timer.index()];
            self.tell(name, now + self.settings.router_overhead, queue);
        }
    }

    /// Rejects a request that waited too long or found the queue full; its workload is told immediately.
    pub(super) fn reject(&mut self, now: SimTime, request: Request, queue: &mut EventQueue) {
        self.statistics.reject(request.arrived);
        if self.names.is_some() {
            self.tell((request.workload, request.position), now, queue);
        }
    }

    /// Tells a workload of an end, where it listens.
    #[cold]
    #[inline(never)]
    fn tell(&mut self, (workload, position): Name, at: SimTime, queue: &mut EventQueue) {
        let workload = workload as usize;
        let source = &mut self.sources[workload];
        if source.listens() {
            let next = source.hear(Ended { at, position });
            queue.set_source(workload, next);
        }
    }
}
