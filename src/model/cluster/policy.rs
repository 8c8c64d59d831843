//! The policy of a cluster that is asked at its own evaluation times, with what it remembers and what belongs to it: its start and
//! stop, its scaling operations, the nodes that it takes from runs.

use crate::autoscale::{ScalingPolicy, Tasks};
use crate::engine::Timer;
use crate::engine::streams::{Purpose, Streams};
use crate::model::fleet::{Counts, Power, Switch};
use crate::model::parts::Part;
use crate::model::settings::{Deallocation, PolicySettings};
use crate::units::{SimDuration, SimTime};
use crate::workload::Draw;

const CREATION: Purpose = Purpose("creation");
const OPERATION: Purpose = Purpose("scaling operation");

/// A policy at work.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) rule: ScalingPolicy,
    /// The rule as it is when it knows nothing.
    fresh: ScalingPolicy,
    pub(super) interval: SimDuration,
    pub(super) system_nodes: u32,
    pub(super) creation: Draw,
    scaling_operation: Option<Draw>,
    pub(super) deallocation: Deallocation,
    pub(super) switch: Switch,
    pub(super) evaluation_timer: Timer,
    /// Whether an evaluation falls into this instant.
    pub(super) evaluates: bool,
    /// The last evaluation of a cluster that was given up, as long as it is not evaluated.
    pub(super) paused: Option<SimTime>,
    /// When the scaling operation under way is over.
    pub(super) operating_until: SimTime,
    /// What was there after the last pass.
    pub(super) tasks: Tasks,
    /// Whether nodes were lost in this instant.
    pub(super) lost_nodes: bool,
    /// What quotas withhold of what it last asked for.
    pub(super) withheld: Counts,
}

impl Policy {
    pub(super) fn new(
        settings: &PolicySettings,
        (streams, owner): (Streams, &str),
        new_timer: &mut impl FnMut(Part) -> Timer,
    ) -> Self {
        let draw = |distribution, purpose| Draw::new(distribution, streams, purpose, owner);
        let operation = settings.scaling_operation.as_ref();
        Self {
            rule: settings.rule.clone(),
            fresh: settings.rule.clone(),
            interval: settings.interval,
            system_nodes: settings.system_nodes,
            creation: draw(&settings.creation, CREATION),
            scaling_operation: operation.map(|operation| draw(operation, OPERATION)),
            deallocation: settings.deallocation,
            switch: Switch::new(settings.stop_after_idle, new_timer(Part::Power)),
            evaluation_timer: new_timer(Part::Evaluation),
            evaluates: false,
            paused: None,
            operating_until: SimTime::ZERO,
            tasks: Tasks::default(),
            lost_nodes: false,
            withheld: Counts::default(),
        }
    }

    /// Evaluations that it looks back over.
    pub(super) fn look_back(&self) -> u64 {
        self.rule.scaler().look_back(self.interval)
    }

    /// It is on from `now`, and knows nothing.
    pub(super) fn begin(&mut self, now: SimTime) {
        self.switch.power = Power::On;
        self.rule = self.fresh.clone();
        self.rule.scaler_mut().begin(now);
    }

    /// Shows it what is there now.
    pub(super) fn watch(&mut self, now: SimTime, tasks: Tasks) {
        self.rule.scaler_mut().watch(now, self.tasks, tasks);
    }

    /// A scaling operation begins, where there are any; when it is over.
    pub(super) fn begin_operation(&mut self, now: SimTime) -> Option<SimTime> {
        let over = now + self.scaling_operation.as_mut()?.draw();
        self.operating_until = over;
        Some(over)
    }
}
