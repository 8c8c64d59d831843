//! What machines a service is billed for: their time by category and, where asked for, when each was billed.

use super::levels::{Level, place_time};
use super::settings::{Machines, ServiceSettings};
use crate::results::{NodeTimes, ServiceUse, Usage, Window};
use crate::units::{NodeTime, SimTime};

/// The machines of a service that are gone, as far as they are kept.
#[derive(Debug)]
pub(super) struct MachineLog {
    machines: Machines,
    keeps: bool,
    usage: Vec<Usage>,
}

/// Time of machines in one part of the simulation.
#[derive(Clone, Copy, Debug)]
pub(super) struct MachineTime {
    pub(super) all: NodeTime,
    /// Getting ready.
    pub(super) boot: NodeTime,
}

impl MachineLog {
    pub(super) fn new(settings: &ServiceSettings) -> Self {
        Self {
            machines: settings.machines.clone(),
            keeps: settings.keep_usage,
            usage: Vec::new(),
        }
    }

    pub(super) fn replica_gone(&mut self, usage: Usage) {
        if self.keeps && matches!(self.machines, Machines::EachReplica) {
            self.usage.push(usage);
        }
    }

    pub(super) fn node_gone(&mut self, usage: Usage) {
        if self.keeps {
            self.usage.push(usage);
        }
    }

    /// When each machine was billed, by begin; those at all times up to the end.
    pub(super) fn finish(mut self, end: SimTime) -> Vec<Usage> {
        if let Machines::Always(machines) = self.machines
            && self.keeps
        {
            let from = SimTime::ZERO;
            let always = (0..machines).map(|_| Usage { from, to: end });
            self.usage.extend(always);
        }
        self.usage.sort_unstable();
        self.usage
    }
}

/// The time of so many machines at all times: within the horizon, and after it.
pub(super) fn always(machines: u32, window: Window, end: SimTime) -> [MachineTime; 2] {
    let Window { warmup, horizon } = window;
    [(warmup, end.min(horizon)), (horizon.max(warmup), end)].map(|(from, to)| MachineTime {
        all: place_time(from, to, machines),
        boot: NodeTime(0),
    })
}

/// The time of machines that come and go.
pub(super) fn of_levels(existing: &Level, provisioning: &Level) -> [MachineTime; 2] {
    [
        (existing.within, provisioning.within),
        (existing.drain, provisioning.drain),
    ]
    .map(|(all, boot)| MachineTime { all, boot })
}

/// Machine-time by category: of the time that is no boot, the share of the places that were taken is `run`, the rest idle.
/// `parts.0` of `parts.1` is the part of a machine that a place is.
pub(super) fn by_category(time: MachineTime, taken: ServiceUse, parts: (u32, u32)) -> NodeTimes {
    let run = taken.execution_time.0 * u128::from(parts.0) / u128::from(parts.1);
    let idle = time.all.0.checked_sub(time.boot.0 + run);
    NodeTimes {
        boot: time.boot,
        run: NodeTime(run),
        idle_before_scale_down: NodeTime(idle.expect("places are on machines that are ready")),
        ..NodeTimes::default()
    }
}
