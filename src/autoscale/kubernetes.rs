//! The cluster autoscaler of Kubernetes, under pools that train and under replicas that serve: docs/targets.md 4.5.

use crate::units::SimDuration;

/// The cluster autoscaler of Kubernetes: docs/targets.md 4.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KubernetesSettings {
    /// An idle node goes after so long.
    pub unneeded_after: SimDuration,
    /// No node goes for so long after nodes were asked for.
    pub delay_after_add: SimDuration,
    /// Empty nodes that go at once, at most.
    pub max_empty_bulk_delete: u32,
}
