//! The controller of a pool with what it remembers; the rules themselves are pure functions in `autoscale`.

use crate::autoscale::batch::{BatchFormula, BatchView, Samples, Tiers, targets};
use crate::autoscale::databricks::{
    OptimizedState, StandardState, decide_optimized, decide_standard,
};
use crate::autoscale::kubernetes::{self, KubernetesView};
use crate::autoscale::spark::{self, SparkState};
use crate::autoscale::{Decision, KubernetesSettings, PoolView};
use crate::model::settings::PoolController;
use crate::units::{SimDuration, SimTime};

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

/// The controllers.
#[derive(Debug)]
enum Kind {
    Spark {
        up_after: SimDuration,
        down_after: SimDuration,
        state: SparkState,
    },
    Optimized {
        down_after: SimDuration,
        state: OptimizedState,
    },
    Standard {
        down_after: SimDuration,
        state: StandardState,
    },
    Batch {
        formula: BatchFormula,
        samples: Samples,
        last_low: u32,
    },
    Kubernetes {
        settings: KubernetesSettings,
        last_added: Option<SimTime>,
    },
}

/// A controller at work.
#[derive(Debug)]
pub(super) struct Control {
    settings: PoolController,
    kind: Kind,
}

impl Control {
    /// One that knows nothing, for a pool that is on from `now`.
    pub(super) fn new(settings: &PoolController, now: SimTime) -> Self {
        let kind = match settings.clone() {
            PoolController::SparkAutoscale {
                up_after,
                down_after,
            } => Kind::Spark {
                up_after,
                down_after,
                state: SparkState::default(),
            },
            PoolController::DatabricksOptimized { down_after } => Kind::Optimized {
                down_after,
                state: OptimizedState::default(),
            },
            PoolController::DatabricksStandard { down_after } => Kind::Standard {
                down_after,
                state: StandardState::default(),
            },
            PoolController::BatchFormula(formula) => Kind::Batch {
                formula,
                samples: Samples::new(now),
                last_low: 0,
            },
            PoolController::Kubernetes(settings) => Kind::Kubernetes {
                settings,
                last_added: None,
            },
        };
        Self {
            settings: settings.clone(),
            kind,
        }
    }

    /// Forgets everything: the pool is on again from `now`.
    pub(super) fn begin(&mut self, now: SimTime) {
        *self = Self::new(&self.settings, now);
    }

    /// Takes the samples that are due: earlier ones find `before`, one that is due now finds `tasks`.
    pub(super) fn sample(&mut self, now: SimTime, before: u64, tasks: u64) {
        if let Kind::Batch {
            formula, samples, ..
        } = &mut self.kind
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
        match &mut self.kind {
            Kind::Spark {
                up_after,
                down_after,
                state,
            } => {
                let (decision, next) = spark::decide(*up_after, *down_after, *state, view);
                *state = next;
                Answer::Nodes(decision)
            }
            Kind::Optimized { down_after, state } => {
                let (decision, next) = decide_optimized(*down_after, *state, view);
                *state = next;
                Answer::Nodes(decision)
            }
            Kind::Standard { down_after, state } => {
                let (decision, next) = decide_standard(*down_after, *state, view);
                *state = next;
                Answer::Nodes(decision)
            }
            Kind::Batch { .. } | Kind::Kubernetes { .. } if view.operating => NOTHING,
            Kind::Batch {
                formula,
                samples,
                last_low,
            } => {
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
            Kind::Kubernetes {
                settings,
                last_added,
            } => {
                let seen = KubernetesView {
                    now: view.now,
                    pending: view.pending,
                    idle_since: &idle_since(),
                    preparing: view.preparing,
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
        }
    }

    /// Low-priority nodes that are sought again at once when some of so many are lost.
    pub(super) fn sought_again(&self, low_size: u32) -> u32 {
        match &self.kind {
            Kind::Batch {
                formula, last_low, ..
            } if formula.seeks_lost_nodes() => last_low.saturating_sub(low_size),
            _ => 0,
        }
    }
}
