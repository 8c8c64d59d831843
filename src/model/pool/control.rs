//! The controller of a pool with what it remembers; the rules themselves are pure functions in `autoscale`.

use crate::autoscale::batch::{BatchView, Samples, Tiers, targets};
use crate::autoscale::databricks::{
    OptimizedState, StandardState, decide_optimized, decide_standard,
};
use crate::autoscale::kubernetes::{self, KubernetesView};
use crate::autoscale::spark::{self, SparkState};
use crate::autoscale::{Decision, PoolView};
use crate::model::settings::PoolController;
use crate::units::SimTime;

/// What a controller answers at an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Dedicated nodes more, or idle nodes fewer.
    Nodes(Decision),
    /// Each tier is to have so many nodes.
    Tiers(Tiers),
}

const NOTHING: Answer = Answer::Nodes(Decision::Keep);

/// What is seen only where there are tiers.
#[derive(Clone, Copy, Debug)]
pub(super) struct LowPriority {
    /// Low-priority nodes that there are.
    pub(super) size: u32,
    /// Low-priority nodes at most.
    pub(super) most: u32,
}

/// What a controller remembers from one evaluation to the next.
#[derive(Debug)]
enum Memory {
    Spark(SparkState),
    Optimized(OptimizedState),
    Standard(StandardState),
    Batch { samples: Samples, last_low: u32 },
    Kubernetes { last_added: Option<SimTime> },
}

impl Memory {
    /// That of one that knows nothing yet, at `now`.
    fn none(settings: &PoolController, now: SimTime) -> Self {
        match settings {
            PoolController::SparkAutoscale { .. } => Self::Spark(SparkState::default()),
            PoolController::DatabricksOptimized { .. } => {
                Self::Optimized(OptimizedState::default())
            }
            PoolController::DatabricksStandard { .. } => Self::Standard(StandardState::default()),
            PoolController::BatchFormula(_) => Self::Batch {
                samples: Samples::new(now),
                last_low: 0,
            },
            PoolController::Kubernetes(_) => Self::Kubernetes { last_added: None },
        }
    }
}

/// A controller at work.
#[derive(Debug)]
pub(super) struct Control {
    settings: PoolController,
    memory: Memory,
}

impl Control {
    /// One that knows nothing, for a pool that is on from `now`.
    pub(super) fn new(settings: &PoolController, now: SimTime) -> Self {
        Self {
            settings: settings.clone(),
            memory: Memory::none(settings, now),
        }
    }

    /// Forgets everything: the pool is on again from `now`.
    pub(super) fn begin(&mut self, now: SimTime) {
        self.memory = Memory::none(&self.settings, now);
    }

    /// Takes the samples that are due: earlier ones find `before`, one that is due now finds `tasks`.
    pub(super) fn sample(&mut self, now: SimTime, before: u64, tasks: u64) {
        if let (PoolController::BatchFormula(formula), Memory::Batch { samples, .. }) =
            (&self.settings, &mut self.memory)
        {
            let [before, tasks] = [before, tasks].map(|of| u32::try_from(of).unwrap_or(u32::MAX));
            samples.take(now, before, tasks, formula.sample_window);
        }
    }

    /// One evaluation.
    pub(super) fn decide(
        &mut self,
        view: PoolView,
        low: LowPriority,
        idle_since: impl FnOnce() -> Vec<SimTime>,
    ) -> Answer {
        match (&self.settings, &mut self.memory) {
            (
                PoolController::SparkAutoscale {
                    up_after,
                    down_after,
                },
                Memory::Spark(state),
            ) => {
                let (decision, next) = spark::decide(*up_after, *down_after, *state, view);
                *state = next;
                Answer::Nodes(decision)
            }
            (PoolController::DatabricksOptimized { down_after }, Memory::Optimized(state)) => {
                let (decision, next) = decide_optimized(*down_after, *state, view);
                *state = next;
                Answer::Nodes(decision)
            }
            (PoolController::DatabricksStandard { down_after }, Memory::Standard(state)) => {
                let (decision, next) = decide_standard(*down_after, *state, view);
                *state = next;
                Answer::Nodes(decision)
            }
            (PoolController::BatchFormula(_) | PoolController::Kubernetes(_), _)
                if view.operating =>
            {
                NOTHING
            }
            (PoolController::BatchFormula(formula), Memory::Batch { samples, last_low }) => {
                let view = BatchView {
                    now: view.now,
                    low_size: low.size,
                    low_most: low.most,
                    min_nodes: view.min_nodes,
                    max_nodes: view.max_nodes,
                    last_low: *last_low,
                };
                let tiers = targets(formula, samples, view);
                *last_low = tiers.low;
                Answer::Tiers(tiers)
            }
            (PoolController::Kubernetes(settings), Memory::Kubernetes { last_added }) => {
                let seen = KubernetesView {
                    now: view.now,
                    pending: view.pending,
                    idle_since: &idle_since(),
                    provisioning: view.provisioning,
                    size: view.size(),
                    min_nodes: view.min_nodes,
                    max_nodes: view.max_nodes,
                    last_added: *last_added,
                };
                let decision = kubernetes::decide(settings, seen);
                if matches!(decision, Decision::Add(_)) {
                    *last_added = Some(view.now);
                }
                Answer::Nodes(decision)
            }
            (settings, memory) => unreachable!("{memory:?} is not that of {settings:?}"),
        }
    }

    /// Low-priority nodes that are sought again at once when some of so many are lost.
    pub(super) fn sought_again(&self, low_size: u32) -> u32 {
        match (&self.settings, &self.memory) {
            (PoolController::BatchFormula(formula), Memory::Batch { last_low, .. })
                if formula.seeks_lost_nodes() =>
            {
                last_low.saturating_sub(low_size)
            }
            _ => 0,
        }
    }
}
