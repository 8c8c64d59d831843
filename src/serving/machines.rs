//! What machines a service is billed for: their time by category and, where asked for, when each was billed.

use std::ops::Range;

use super::levels::Level;
use super::nodes::Nodes;
use super::settings::{Machines, ServiceSettings};
use crate::results::{NodeTimes, Usage};
use crate::spans::Cuts;
use crate::units::{NodeTime, SimTime};

/// The machines of a service that are gone, as far as they are kept.
#[derive(Debug)]
pub(super) struct MachineLog {
    machines: Machines,
    keeps: bool,
    usage: Vec<Usage>,
}

/// What the machines of a service took.
#[derive(Debug)]
pub(super) struct MachineTimes {
    /// By span.
    pub(super) all: Vec<NodeTime>,
    /// The part of it while they got ready.
    pub(super) boot: Vec<NodeTime>,
    /// The part of a machine that a place is.
    pub(super) place: (u32, u32),
    /// The most at once.
    pub(super) peak: u32,
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

impl MachineTimes {
    /// Those of a service whose replicas existed and started, on these nodes where it has some, up to its end.
    pub(super) fn new(
        (settings, cuts): (&ServiceSettings, &Cuts),
        [existing, starting]: [&Level; 2],
        nodes: Option<&Nodes>,
        end: SimTime,
    ) -> Self {
        let concurrency = settings.concurrency;
        let always = |machines| Level::always(machines, cuts, end);
        match (&settings.machines, nodes) {
            (Machines::EachReplica, _) => Self {
                all: existing.finish(end),
                boot: starting.finish(end),
                place: (1, concurrency),
                peak: existing.peak,
            },
            (Machines::Always(machines), _) => Self {
                all: always(*machines),
                boot: always(0),
                place: (*machines, settings.controller.most_replicas() * concurrency),
                peak: *machines,
            },
            (Machines::Nodes(of), Some(nodes)) => Self {
                all: nodes.existing.finish(end),
                boot: nodes.booting.finish(end),
                place: (1, of.replicas_per_node * concurrency),
                peak: nodes.existing.peak,
            },
            _ => Self {
                all: always(0),
                boot: always(0),
                place: (0, 1),
                peak: 0,
            },
        }
    }

    /// Machine-time by category in each of the spans; `taken` is the time for which places were taken, by span. Of the time
    /// after boot, the share of taken places is `run` and the rest is idle. Shares are rounded so that the sum over the spans
    /// from any one to the last is the rounded share of that sum.
    pub(super) fn by_category(&self, spans: Range<usize>, taken: &[NodeTime]) -> Vec<NodeTimes> {
        let (mut taken_from_here, mut run_after) = (0, 0);
        let of_span = |span: usize| {
            taken_from_here += taken[span].0;
            let run_from_here =
                taken_from_here * u128::from(self.place.0) / u128::from(self.place.1);
            let run = run_from_here - run_after;
            run_after = run_from_here;
            let (all, boot) = (self.all[span], self.boot[span]);
            let idle = all.0.checked_sub(boot.0 + run);
            let idle = NodeTime(idle.expect("places are on machines that are ready"));
            NodeTimes {
                boot,
                run: NodeTime(run),
                idle_unused_capacity: idle,
                ..NodeTimes::default()
            }
        };
        let mut times: Vec<NodeTimes> = spans.rev().map(of_span).collect();
        times.reverse();
        times
    }
}
